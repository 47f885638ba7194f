"""What the operator sets: read once, checked together, frozen.

Every setting is a field of `Settings` that names its environment variable. The environment wins over `.env`;
the file of a target that is named on the command line takes the place of `.env` and wins over the environment. Any
secret can be given as ``NAME_FILE``, the path of a file that holds it.
"""

import dataclasses
import difflib
import importlib.util
import os
import re
from collections.abc import Callable, Mapping, MutableMapping
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from journeys import proxy, redaction, units, values
from journeys.contradictions import OTHER_NAMES, S3_ENDPOINT_NAMES, contradictions, named

ROOT = Path(__file__).resolve().parent.parent

# DESIGN: bounds come from settings only; seconds.
DEFAULT_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)

IN_CLUSTER = "in-cluster"  # in place of a context: the cluster that we run in

# Read by run.sh before Python starts, so known, but no field here.
LAUNCHER_SETTINGS = {"JOURNEYS_OFFLINE": "1: never install anything; a stale .venv is then an error"}


class SettingsError(Exception):
    """The settings can't be used; `problems` holds a sentence for every one that is wrong."""

    def __init__(self, problems: list[str]):
        self.problems = problems
        super().__init__("The settings can't be used:\n" + "\n".join(f"  - {problem}" for problem in problems))


def _setting(name: str, meaning: str, parse: Callable = values.text, default: Any = None, *, secret: bool = False):
    metadata = {"name": name, "meaning": meaning, "parse": parse, "secret": secret}
    return dataclasses.field(default=default, metadata=metadata, repr=not secret)


@dataclasses.dataclass(frozen=True)
class Settings:
    """All that a run needs to know. Durations are seconds, sizes bytes. Built by `load` or `parse`."""

    s3_endpoint_url: str | None = _setting("AWS_ENDPOINT_URL_S3", "the S3 endpoint to watch", values.url)
    endpoint_url: str | None = _setting(
        "AWS_ENDPOINT_URL", "the endpoint of every AWS service, S3 included", values.url
    )
    ec2_endpoint_url: str | None = _setting(
        "AWS_ENDPOINT_URL_EC2", "the EC2 endpoint to watch: networks, servers, volumes", values.url
    )
    access_key_id: str | None = _setting(
        "AWS_ACCESS_KEY_ID", "the access key of the user who does the journeys", secret=True
    )
    secret_access_key: str | None = _setting("AWS_SECRET_ACCESS_KEY", "its secret", secret=True)
    session_token: str | None = _setting("AWS_SESSION_TOKEN", "for temporary credentials", secret=True)
    profile: str | None = _setting("AWS_PROFILE", "a profile of ~/.aws, instead of the keys above")
    second_access_key_id: str | None = _setting(
        "JOURNEYS_SECOND_ACCESS_KEY_ID", "the access key of another user, who has no rights to ours", secret=True
    )
    second_secret_access_key: str | None = _setting("JOURNEYS_SECOND_SECRET_ACCESS_KEY", "its secret", secret=True)
    region: str | None = _setting(
        "AWS_DEFAULT_REGION", "the region to sign for; default with an endpoint of one's own: us-east-1"
    )
    ca_bundle: Path | None = _setting("AWS_CA_BUNDLE", "certificates to trust, for an own CA", values.file)
    request_checksums: str = _setting(
        "AWS_REQUEST_CHECKSUM_CALCULATION",
        "when_supported: checksums on every upload, as current SDKs do; older servers refuse that",
        values.one_of("when_required", "when_supported"),
        "when_required",
    )
    response_checksums: str = _setting(
        "AWS_RESPONSE_CHECKSUM_VALIDATION",
        "when_supported: verify every checksum that the server sends",
        values.one_of("when_required", "when_supported"),
        "when_required",
    )
    retry_mode: str = _setting(
        "AWS_RETRY_MODE", "how the SDK repeats a call", values.one_of("standard", "adaptive", "legacy"), "standard"
    )
    max_attempts: int = _setting("AWS_MAX_ATTEMPTS", "HTTP attempts a call, the first included", values.count, 3)
    addressing_style: str = _setting(
        "JOURNEYS_S3_ADDRESSING_STYLE",
        "path, virtual (bucket.host) or auto: path for an own endpoint, virtual for AWS",
        values.one_of("auto", "path", "virtual"),
        "auto",
    )
    connect_timeout: float = _setting(
        "JOURNEYS_CONNECT_TIMEOUT", "for one TCP and TLS connection", values.duration, 5.0
    )
    read_timeout: float = _setting(
        "JOURNEYS_READ_TIMEOUT", "silence of the server that ends an attempt", values.duration, 20.0
    )

    cloud: str | None = _setting("OS_CLOUD", "the OpenStack cloud to watch, by its name in clouds.yaml")
    auth_url: str | None = _setting(
        "OS_AUTH_URL", "its identity service, where no clouds.yaml tells; further OS_* work as everywhere", values.url
    )
    os_username: str | None = _setting("OS_USERNAME", "the user who does the journeys there")
    os_password: str | None = _setting("OS_PASSWORD", "the user's password", secret=True)
    os_project_name: str | None = _setting("OS_PROJECT_NAME", "the project in which they are done")
    os_user_domain_name: str | None = _setting("OS_USER_DOMAIN_NAME", "the user's domain")
    os_project_domain_name: str | None = _setting("OS_PROJECT_DOMAIN_NAME", "the project's domain")
    os_region_name: str | None = _setting("OS_REGION_NAME", "the region, where the cloud has several")
    os_credential_id: str | None = _setting(
        "OS_APPLICATION_CREDENTIAL_ID", "an application credential, instead of user and project"
    )
    os_credential_secret: str | None = _setting("OS_APPLICATION_CREDENTIAL_SECRET", "its secret", secret=True)
    os_token: str | None = _setting("OS_TOKEN", "a token, instead of a password", secret=True)
    reader_username: str | None = _setting(
        "JOURNEYS_READER_USERNAME", "an OpenStack user who may only read in the project, for refusals"
    )
    reader_password: str | None = _setting("JOURNEYS_READER_PASSWORD", "the reader's password", secret=True)
    server_image: str | None = _setting(
        "JOURNEYS_SERVER_IMAGE",
        "what servers are started from: an image's id or name; default on OpenStack: the smallest",
    )
    server_flavor: str | None = _setting(
        "JOURNEYS_SERVER_FLAVOR",
        "how big servers are: a flavour's name; default: the smallest, with EC2 t3.nano",
    )
    external_network: str | None = _setting(
        "JOURNEYS_EXTERNAL_NETWORK", "where public addresses come from; default: the first external network"
    )

    load_balancer_provider: str | None = _setting(
        "JOURNEYS_LOAD_BALANCER_PROVIDER",
        "who provides load balancers: amphora, ovn, …; default: the cloud's own",
    )

    login_username: str | None = _setting(
        "JOURNEYS_LOGIN_USERNAME", "the user that the servers' image has for logging in, such as debian"
    )
    login_port: int = _setting("JOURNEYS_LOGIN_PORT", "where servers expect logins", values.port, 22)
    login_jump_host: tuple[str, int] | None = _setting(
        "JOURNEYS_LOGIN_JUMP_HOST",
        "a host that reaches the servers' private addresses, with its port; default: by a public address",
        values.host_and_port(22),
    )
    login_jump_username: str | None = _setting(
        "JOURNEYS_LOGIN_JUMP_USERNAME", "the user there; default: JOURNEYS_LOGIN_USERNAME"
    )
    login_jump_key: str | None = _setting("JOURNEYS_LOGIN_JUMP_KEY", "the user's private key there", secret=True)
    login_jump_fingerprint: str | None = _setting(
        "JOURNEYS_LOGIN_JUMP_FINGERPRINT", "the host key that the jump host has to show; default: any"
    )
    outside_host: tuple[str, int] = _setting(
        "JOURNEYS_OUTSIDE_HOST",
        "what servers look up and reach in the world: a name and its port",
        values.host_and_port(443),
        ("dns.quad9.net", 443),
    )
    sites: tuple[str, ...] = _setting(
        "JOURNEYS_WEB_URL", "web sites to watch: addresses that anybody may open, comma-separated", values.sites, ()
    )
    private_page: str | None = _setting(
        "JOURNEYS_WEB_PRIVATE_URL", "an address that only who logs in may open, such as one of an API", values.site
    )
    web_token: str | None = _setting("JOURNEYS_WEB_TOKEN", "a bearer token, to log in there", secret=True)
    web_username: str | None = _setting("JOURNEYS_WEB_USERNAME", "a user who may log in there, instead of a token")
    web_password: str | None = _setting("JOURNEYS_WEB_PASSWORD", "that user's password", secret=True)

    kubernetes_context: str | None = _setting(
        "JOURNEYS_KUBERNETES_CONTEXT",
        "the Kubernetes cluster to watch: a context of the kubeconfig, or in-cluster for the one that we run in",
    )
    kubeconfig: str | None = _setting("KUBECONFIG", "where that context is; default: ~/.kube/config")
    kubernetes_namespace: str | None = _setting(
        "JOURNEYS_KUBERNETES_NAMESPACE",
        "the one namespace in which all is done there; default: each scenario makes its own",
        values.namespace,
    )
    pod_image: str = _setting(
        "JOURNEYS_POD_IMAGE",
        "what pods are started from: an image with sh, httpd and wget, as busybox has them",
        default="docker.io/library/busybox:1.37",
    )
    pod_user: int | None = _setting(
        "JOURNEYS_POD_USER",
        "as whom pods run: a user's number, or the word assigned where the cluster gives them one, as OpenShift does",
        values.user_or_assigned,
        65534,
    )

    target: str | None = _setting(
        "JOURNEYS_TARGET", "the label of what is watched; default: host and port of the endpoint", values.label
    )
    suite: str = _setting(
        "JOURNEYS_SUITE",
        "the label of who watches: two machines that watch one target are two suites",
        values.label,
        "default",
    )
    state_dir: Path | None = _setting(
        "JOURNEYS_STATE_DIR",
        "where totals, history and the ledger are kept; default: $XDG_STATE_HOME/cloud-journeys",
        values.path,
    )
    objects: int = _setting("JOURNEYS_OBJECTS", 'how many "many objects" are', values.count, 15)
    object_size: int = _setting(
        "JOURNEYS_OBJECT_SIZE", "the size of an object where a step names none", values.size, 65536
    )
    canaries: int = _setting(
        "JOURNEYS_CANARIES",
        "how many objects stay in the store for good, looked at by every run; 0: none",
        values.count_or_none,
        8,
    )
    replica_endpoint: str | None = _setting(
        "JOURNEYS_REPLICA_ENDPOINT_URL_S3", "a second site, to which the first one's objects come", values.url
    )
    replica_access_key_id: str | None = _setting(
        "JOURNEYS_REPLICA_ACCESS_KEY_ID", "the access key there; default: the same as at the first site", secret=True
    )
    replica_secret_access_key: str | None = _setting("JOURNEYS_REPLICA_SECRET_ACCESS_KEY", "its secret", secret=True)
    replica_ca_bundle: Path | None = _setting(
        "JOURNEYS_REPLICA_CA_BUNDLE", "the certificates to trust there; default: AWS_CA_BUNDLE", values.file
    )
    capabilities: frozenset[str] = _setting(
        "JOURNEYS_CAPABILITIES",
        "what the target claims to do, comma-separated: scenarios tagged @needs.<one of these> run",
        values.capabilities,
        frozenset(),
    )
    histogram_buckets: tuple[float, ...] = _setting(
        "JOURNEYS_HISTOGRAM_BUCKETS",
        "bounds of the duration histograms, in seconds; changing them starts the histograms anew",
        values.bounds,
        DEFAULT_BUCKETS,
    )
    scenario_deadline: float = _setting(
        "JOURNEYS_SCENARIO_DEADLINE",
        "a scenario that takes longer is broken; @deadline:5m sets its own",
        values.duration,
        300.0,
    )
    run_deadline: float = _setting(
        "JOURNEYS_RUN_DEADLINE",
        "a run that takes longer is broken, and begins no further scenario",
        values.duration,
        1800.0,
    )
    cleanup_timeout: float = _setting(
        "JOURNEYS_CLEANUP_TIMEOUT",
        "the most that one round of removing what we made may take",
        values.duration,
        60.0,
    )
    overlap_wait: float = _setting(
        "JOURNEYS_OVERLAP_WAIT",
        "how long to wait for a run of the same target and suite to end; 0: step aside at once",
        units.duration,
        60.0,
    )
    history_runs: int = _setting("JOURNEYS_HISTORY_RUNS", "how many runs the journal keeps", values.count, 500)

    pushgateway_url: str | None = _setting(
        "PUSHGATEWAY_URL", "the Prometheus Pushgateway; none: nothing is pushed", values.url
    )
    pushgateway_username: str | None = _setting("PUSHGATEWAY_USERNAME", "for basic authentication")
    pushgateway_password: str | None = _setting("PUSHGATEWAY_PASSWORD", "for basic authentication", secret=True)
    pushgateway_token: str | None = _setting(
        "PUSHGATEWAY_TOKEN", "a bearer token, instead of the two above", secret=True
    )
    pushgateway_ca_bundle: Path | None = _setting(
        "PUSHGATEWAY_CA_BUNDLE", "certificates to trust, for an own CA", values.file
    )
    pushgateway_client_certificate: Path | None = _setting(
        "PUSHGATEWAY_CLIENT_CERTIFICATE",
        "proves to the gateway who we are (mutual TLS)",
        values.file,
    )
    pushgateway_client_key: Path | None = _setting(
        "PUSHGATEWAY_CLIENT_KEY", "its private key; none: it is in the certificate's file", values.file
    )
    textfile: Path | None = _setting(
        "JOURNEYS_TEXTFILE",
        "a .prom file for node_exporter's textfile collector, or the directory for one of each target and suite",
        values.textfile,
    )
    max_series: int = _setting(
        "JOURNEYS_MAX_SERIES",
        "the most samples of a target and suite; above, no new series begins",
        values.count,
        10_000,
    )
    retire_after: float = _setting(
        "JOURNEYS_RETIRE_AFTER",
        "series of a scenario or operation that no run has known of for so long are published no more",
        values.duration,
        30 * 86400.0,
    )
    push_timeout: float = _setting(
        "JOURNEYS_PUSH_TIMEOUT", "the most that pushing may delay a run", values.duration, 10.0
    )

    @property
    def s3_endpoint(self) -> str | None:
        """The S3 endpoint's URL; None for AWS itself."""
        return self.s3_endpoint_url or self.endpoint_url

    @property
    def openstack(self) -> bool:
        """Whether an OpenStack cloud is configured."""
        return bool(self.cloud or self.auth_url)

    @property
    def services(self) -> frozenset[str]:
        """Which services are configured. AWS is a cloud once it is said what to start there: that costs."""
        others = self.ec2_endpoint_url or self.openstack or self.sites or self.kubernetes_context
        aws = not (self.s3_endpoint or others)
        there = {
            "s3": self.s3_endpoint or aws,
            "cloud": self.openstack or self.ec2_endpoint_url or (aws and self.server_image),
            "web": self.sites,
            "kubernetes": self.kubernetes_context,
        }
        return frozenset(name for name, configured in there.items() if configured)

    @property
    def implied(self) -> frozenset[str]:
        """The capabilities of the target that other settings tell; these are never declared."""
        secure = not self.s3_endpoint or self.s3_endpoint.startswith("https:")
        told = {
            "login": self.login_username,
            "namespaces": self.kubernetes_context and not self.kubernetes_namespace,
            "replica": self.replica_endpoint,
            "second-user": self.second_access_key_id,
            "tls": secure,
            "web-login": self.private_page,
            "web-tls": any(site.startswith("https:") for site in self.sites),
        }
        return frozenset(name for name, there in told.items() if there)

    @cached_property
    def redact(self) -> Callable[[str], str]:
        """What replaces every secret in a text by ``***``."""
        secrets = [getattr(self, spec.name) for spec in dataclasses.fields(self) if spec.metadata["secret"]]
        if self.pushgateway_username and self.pushgateway_password:
            secrets.append(redaction.basic(self.pushgateway_username, self.pushgateway_password))
        if self.web_username and self.web_password:
            secrets.append(redaction.basic(self.web_username, self.web_password))
        secrets += proxy.secrets()
        return redaction.redactor(secrets)


def specs() -> list[Mapping[str, Any]]:
    """Every setting: its ``name``, ``meaning``, ``default`` and whether it is ``secret``, as in `.env.example`."""
    return [{**spec.metadata, "default": spec.default} for spec in dataclasses.fields(Settings)]


def load(file: Path | None = None, environ: MutableMapping[str, str] = os.environ) -> Settings:
    """The settings from `environ` and `.env`, or, when given, from `file` instead of `.env`.

    What the file sets is put into `environ`, where the SDKs look for the standard names too: `file` beats what
    is there, `.env` does not. Raises SettingsError with all that is wrong.
    """
    if file and not file.is_file():
        raise SettingsError([f"There is no {file}: expected the settings of a target there."])
    source = file or ROOT / ".env"
    problems = _unreadable_lines(source)
    for name, value in dotenv_values(source, interpolate=False).items() if source.is_file() else ():
        if value is not None and (file or name not in environ):
            environ[name] = value
    return parse(environ, problems)


def parse(environ: Mapping[str, str], problems: list[str] | None = None) -> Settings:
    """The settings that `environ` holds; raises SettingsError with all that is wrong, `problems` first."""
    problems = list(problems or ())
    problems += _unknown_names(environ)
    given: dict[str, Any] = {}
    wrong: set[str] = set()
    for spec in dataclasses.fields(Settings):
        try:
            raw = _raw(environ, spec.metadata["name"], spec.metadata["secret"])
            if raw:
                given[spec.name] = spec.metadata["parse"](raw)
        except ValueError as expected:
            # Nor is a URL shown: one that can't be read may hold a password anywhere.
            hidden = spec.metadata["secret"] or spec.metadata["parse"] in URLS
            problems.append(f"{spec.metadata['name']} must be {expected}{'' if hidden else f', not {raw!r}'}.")
            wrong.add(spec.name)
        except OSError as unreadable:
            problems.append(f"{spec.metadata['name']}_FILE can't be read: {unreadable.strerror}.")
            wrong.add(spec.name)
    if environ.get("CI", "").lower() == "true":
        given.setdefault("suite", "ci")
    settings = _with_profile(Settings(**given), environ, problems)
    settings = _with_cloud(settings, problems)
    if settings.kubernetes_context and importlib.util.find_spec("kubernetes") is None:
        problems.append(
            "JOURNEYS_KUBERNETES_CONTEXT is set, but Kubernetes' client is not installed: "
            "run './run.sh setup kubernetes'."
        )
    problems += contradictions(settings, environ, wrong)
    problems += proxy.problems(environ)
    if problems:
        raise SettingsError(problems)
    return dataclasses.replace(
        settings,
        capabilities=settings.capabilities | settings.implied,
        region=settings.region or "us-east-1",
        target=settings.target or _default_target(settings),
        state_dir=settings.state_dir or _state_home(environ) / "cloud-journeys",
    )


def _default_target(settings: Settings) -> str:
    """Host and port of what is watched; of a cluster, its context's name, in letters that a label may have."""
    url = settings.s3_endpoint or settings.auth_url or settings.ec2_endpoint_url or next(iter(settings.sites), None)
    if url or not settings.kubernetes_context:
        return urlsplit(url).netloc
    return re.sub(r"[^\w.:/@ -]", "-", settings.kubernetes_context)[:100]


def _raw(environ: Mapping[str, str], name: str, secret: bool) -> str | None:
    file = environ.get(f"{name}_FILE") if secret else None
    if file and environ.get(name):
        raise ValueError(f"given once: {name} and {name}_FILE are both set")
    return Path(file).read_text().strip() if file else environ.get(name)


def _unreadable_lines(file: Path) -> list[str]:
    if not file.is_file():
        return []
    with file.open() as stream:
        # The line itself is not shown: it may hold a secret.
        return [
            f"Line {binding.original.line} of {file.name} can't be read: expected NAME=value."
            for binding in parse_stream(stream)
            if binding.error or (binding.key and binding.value is None)
        ]


def _unknown_names(environ: Mapping[str, str]) -> list[str]:
    secrets = {f"{spec['name']}_FILE" for spec in specs() if spec["secret"]}
    known = {spec["name"] for spec in specs()} | secrets | set(LAUNCHER_SETTINGS)
    problems = []
    for name in sorted(environ):
        if name.startswith("JOURNEYS_") and name not in known:
            near = difflib.get_close_matches(name, known, 1)
            problems.append(f"{name} is no setting of ours" + (f": did you mean {near[0]}?" if near else "."))
    return problems


URLS = (values.url, values.site, values.sites)


def _with_profile(settings: Settings, environ: Mapping[str, str], problems: list[str]) -> Settings:
    """`settings` with what the AWS configuration file adds, where the environment names no endpoint."""
    if not settings.profile and (named(environ, *S3_ENDPOINT_NAMES, *OTHER_NAMES) or not settings.target):
        return settings
    from journeys.aws import clients  # costs the import of an SDK

    try:
        endpoint, region = clients.profile_endpoint_and_region(settings.profile)
    except clients.ProfileError as wrong:
        problems.append(str(wrong))
        return settings
    if named(environ, *S3_ENDPOINT_NAMES):
        endpoint = settings.s3_endpoint_url
    return dataclasses.replace(settings, s3_endpoint_url=endpoint, region=settings.region or region)


def _with_cloud(settings: Settings, problems: list[str]) -> Settings:
    """`settings` with what `clouds.yaml` holds of the named cloud, so that its secrets are known, too."""
    if not settings.openstack:
        return settings
    if importlib.util.find_spec("openstack") is None:
        problems.append(
            f"{'OS_CLOUD' if settings.cloud else 'OS_AUTH_URL'} is set, but openstacksdk is not installed: "
            "run './run.sh setup openstack'."
        )
        return settings
    if not settings.cloud:
        return settings
    from journeys.openstack import config  # costs the import of an SDK

    try:
        return dataclasses.replace(settings, **config.of_cloud(settings))
    except config.CloudError as wrong:
        problems.append(str(wrong))
        return settings


def _state_home(environ: Mapping[str, str]) -> Path:
    # https://specifications.freedesktop.org/basedir-spec/latest/
    home = Path(environ.get("HOME") or Path.home())
    return Path(environ.get("XDG_STATE_HOME") or home / ".local" / "state")
