"""Which cluster is meant and who asks it, by the rules of kubectl: KUBECONFIG, a context, or the pod we run in."""

import re
import ssl
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies

import urllib3
from kubernetes.client import Configuration
from kubernetes.config import ConfigException, load_incluster_config, load_kube_config
from kubernetes.config.kube_config import KubeConfigMerger
from yaml import YAMLError

from journeys.failures import SuiteError
from journeys.settings import IN_CLUSTER, Settings

# What a kubeconfig says of a cluster and a user, as far as the client takes it without looking at its type.
# https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
TYPES: dict[str, type] = {
    "server": str,
    "certificate-authority": str,
    "certificate-authority-data": str,
    "insecure-skip-tls-verify": bool,
    "proxy-url": str,
    "tls-server-name": str,
    "client-certificate": str,
    "client-certificate-data": str,
    "client-key": str,
    "client-key-data": str,
    "password": str,
    "token": str,
    "tokenFile": str,
    "username": str,
}
NAMES_OF_TYPES = {str: "a text", bool: "true or false"}


def configuration(settings: Settings) -> Any:
    """What the official client needs to connect. Raises SuiteError where that can't be found out, before any call."""
    wanted = Configuration()
    try:
        if settings.kubernetes_context == IN_CLUSTER:
            load_incluster_config(client_configuration=wanted)
            _set_proxy(wanted, None)
        else:
            _load(wanted, settings.kubeconfig or "~/.kube/config", settings.kubernetes_context)
    except Exception as wrong:  # whatever a kubeconfig holds, the client goes on with it as if it were right
        raise SuiteError(
            f"The Kubernetes cluster of context {settings.kubernetes_context!r} can't be configured: "
            f"{settings.redact(_told(wrong))}. Check KUBECONFIG and JOURNEYS_KUBERNETES_CONTEXT."
        ) from wrong
    return wanted


def with_token(wanted: Any, token: str | None) -> Any:
    """The same cluster, asked by who has the token and nothing else; None: by who does not log in."""
    wanted.api_key = {"authorization": f"Bearer {token}"} if token else {}
    wanted.refresh_api_key_hook = None
    wanted.cert_file = wanted.key_file = wanted.username = wanted.password = None
    return wanted


def _load(wanted: Any, files: str, context: str) -> None:
    """Fills in what the kubeconfig says, once it is known that it says it in the right form."""
    merged = KubeConfigMerger(files).config
    if merged is None:
        raise ConfigException(f"there is no {files}")
    named = merged["contexts"].get_with_name(context)["context"]
    cluster = merged["clusters"].get_with_name(named["cluster"])["cluster"]
    user = merged["users"].get_with_name(named["user"])["user"] if named.safe_get("user") else None
    for part in (cluster, user) if user else (cluster,):
        _check_types(part.value)
    if not re.match(r"https?://[^/]", cluster["server"]):
        raise ConfigException("server has to be a URL such as https://cluster.example.com:6443")
    load_kube_config(files, context, client_configuration=wanted, persist_config=False)
    if user and "exec" in user and not (wanted.api_key or wanted.cert_file):
        raise ConfigException("the command that should tell who asks (exec) told nothing")
    _check_certificates(wanted)
    _set_proxy(wanted, cluster.safe_get("proxy-url"))


def _check_types(part: dict[str, Any]) -> None:
    for name, value in part.items():
        if value is not None and not isinstance(value, TYPES.get(name, object)):
            raise ConfigException(f"{name} has to be {NAMES_OF_TYPES[TYPES[name]]}, but is a {type(value).__name__}")


def _check_certificates(wanted: Any) -> None:
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        if wanted.ssl_ca_cert:
            trust.load_verify_locations(wanted.ssl_ca_cert)
        if wanted.cert_file:
            trust.load_cert_chain(wanted.cert_file, wanted.key_file)
    except ssl.SSLError as wrong:
        raise ConfigException(f"a certificate or a key of it can't be read ({wrong})") from wrong


def _set_proxy(wanted: Any, own: str | None) -> None:
    """By way of whom the cluster is asked: always by its own proxy, else as HTTPS_PROXY and NO_PROXY say.

    The client does not know a cluster's own proxy, takes HTTP_PROXY first and forgets NO_PROXY (35.0.0).
    https://github.com/kubernetes-client/python/issues/2460
    """
    common = getproxies()
    wanted.proxy = own or common.get(urlsplit(wanted.host).scheme)
    wanted.no_proxy = None if own else common.get("no")
    if not wanted.proxy:
        return
    if "://" not in wanted.proxy:
        wanted.proxy = f"http://{wanted.proxy}"
    parts = urlsplit(wanted.proxy)
    if parts.scheme not in ("http", "https"):
        raise ConfigException(f"a proxy has to be one for http:// or https://, but is one for {parts.scheme}://")
    if parts.username:
        login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        wanted.proxy_headers = urllib3.make_headers(proxy_basic_auth=login)


def _told(wrong: Exception) -> str:
    """What is wrong, as a part of a sentence, without what the file holds: that may be secret."""
    told = re.sub(r"\{.*\}", "{…}", " ".join(str(wrong).split())).rstrip(".")
    if isinstance(wrong, ConfigException | YAMLError | OSError):
        return told
    return f"it is not of the form that a kubeconfig has ({type(wrong).__name__}: {told})"
