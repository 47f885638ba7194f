"""Which cluster is meant and who asks it, by the rules of kubectl: KUBECONFIG, a context, or the pod we run in."""

from typing import Any

from kubernetes.client import Configuration
from kubernetes.config import ConfigException, load_incluster_config, load_kube_config

from journeys.failures import SuiteError
from journeys.settings import IN_CLUSTER, Settings


def configuration(settings: Settings) -> Any:
    """What the official client needs to connect. Raises SuiteError where that can't be found out, before any call."""
    wanted = Configuration()
    try:
        if settings.kubernetes_context == IN_CLUSTER:
            load_incluster_config(client_configuration=wanted)
        else:
            load_kube_config(
                settings.kubeconfig or "~/.kube/config",
                settings.kubernetes_context,
                client_configuration=wanted,
                persist_config=False,
            )
    except (ConfigException, OSError, ValueError) as wrong:
        told = settings.redact(str(wrong)).rstrip(".")
        raise SuiteError(
            f"The Kubernetes cluster of context {settings.kubernetes_context!r} can't be configured: {told}. Check "
            "KUBECONFIG and JOURNEYS_KUBERNETES_CONTEXT."
        ) from wrong
    return wanted


def with_token(wanted: Any, token: str | None) -> Any:
    """The same cluster, asked by who has the token and nothing else; None: by who does not log in."""
    wanted.api_key = {"authorization": f"Bearer {token}"} if token else {}
    wanted.refresh_api_key_hook = None
    wanted.cert_file = wanted.key_file = wanted.username = wanted.password = None
    return wanted
