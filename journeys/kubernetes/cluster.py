"""A Kubernetes cluster through the official client: the verbs behind the words of the features."""

from collections.abc import Callable
from typing import Any, TypeVar

from kubernetes import client
from kubernetes.client import ApiClient

from journeys.failures import CallFailed
from journeys.kubernetes import answers, config, removal, rights, specs
from journeys.kubernetes.nouns import Deployment, Namespace, Pod
from journeys.kubernetes.others import Other
from journeys.kubernetes.seam import MeasuredClient
from journeys.ledger import Kind
from journeys.recorder import Recorder
from journeys.settings import Settings

T = TypeVar("T")

LOG_BYTES = 10_000  # of a log, the most that is read
TOKEN_LASTS = 600  # seconds; the API's least

NAMESPACES = "/api/v1/namespaces"
WITHIN = f"{NAMESPACES}/{{namespace}}"

# The operations that our journeys measure: published from zero, before the first of them was made.
OPERATIONS = tuple(
    f"kubernetes.{operation}"
    for operation in (
        f"POST {NAMESPACES}",
        f"GET {NAMESPACES}",
        f"DELETE {NAMESPACES}/{{name}}",
        f"POST {WITHIN}/pods",
        f"GET {WITHIN}/pods",
        f"DELETE {WITHIN}/pods/{{name}}",
        f"GET {WITHIN}/pods/{{name}}/log",
        f"POST {WITHIN}/services",
        "POST /apis/apps/v1/namespaces/{namespace}/deployments",
        "PATCH /apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale",
        "DELETE /apis/apps/v1/namespaces/{namespace}/deployments/{name}",
    )
)


class Cluster:
    """A cluster as the user whom the settings name sees it. A call that fails raises CallFailed."""

    operations = OPERATIONS

    def __init__(self, settings: Settings, recorder: Recorder):
        """Raises SuiteError where the cluster's configuration can't be used."""
        self.given = settings.kubernetes_namespace or ""  # the namespace in which all has to be done, if one was given
        self._settings = settings
        self._recorder = recorder
        self._origin = specs.Origin(settings.pod_image, settings.pod_user)
        self._user = self._client(config.configuration(settings), "user")
        self.core = client.CoreV1Api(self._user)
        self.apps = client.AppsV1Api(self._user)
        self._discovery = client.DiscoveryV1Api(self._user)

    @property
    def kinds(self) -> list[Kind]:
        """What the ledger has to know."""
        return removal.kinds(self)

    def missing_rights(self) -> list[str]:
        """What the journeys need to be allowed, and are not, as the cluster says."""
        missing = rights.missing(self._user, self.given)
        by_proxy = "service-proxy" in self._settings.capabilities
        return [str(each) for each in missing if by_proxy or each != rights.PROXY]

    # --- namespaces

    def create_namespace(self, name: str) -> None:
        self.core.create_namespace(specs.namespace(name))

    def namespaces(self) -> list[Namespace]:
        """All that this user sees, ours or not."""
        return [Namespace(each.metadata.name, each.status.phase) for each in self.core.list_namespace().items]

    def has_namespace(self, name: str) -> bool:
        return self.found(self.core.read_namespace, name) is not None

    def delete_namespace(self, name: str) -> None:
        """Asks for its removal, with all that it holds, and does not wait for it."""
        self.core.delete_namespace(name)

    def limit_pods(self, namespace: str, name: str, pods: int) -> None:
        """From now on the namespace may hold so many pods."""
        self.core.create_namespaced_resource_quota(namespace, specs.quota(name, pods))

    def counts_pods(self, namespace: str, name: str) -> bool:
        """Whether the limit is in force: until the cluster has counted what is there, it limits nothing."""
        status = self.core.read_namespaced_resource_quota(name, namespace).status
        return bool(status and "pods" in (status.hard or ()) and "pods" in (status.used or ()))

    # --- pods

    def create_server(self, namespace: str, name: str, greeting: str, served: str) -> None:
        """A pod that says the greeting, into its log and to whoever asks it by HTTP."""
        self.core.create_namespaced_pod(namespace, specs.server(name, self._origin, greeting, served))

    def create_visitor(self, namespace: str, name: str, service: str) -> None:
        """A pod that asks the service by its name, says what it was told, and ends."""
        self.core.create_namespaced_pod(namespace, specs.visitor(name, self._origin, service))

    def pod(self, namespace: str, name: str) -> Pod | None:
        """What has become of it by now; None where it is gone."""
        found = self.found(self.core.read_namespaced_pod, name, namespace)
        if found:
            answers.assert_ours(found, namespace, name)
        return found and answers.pod(found)

    def pods(self, namespace: str) -> list[Pod]:
        """All of ours there, each once."""
        listed = self.core.list_namespaced_pod(namespace, label_selector=removal.OURS).items
        for each in listed:
            answers.assert_ours(each, namespace)
        names = [each.metadata.name for each in listed]
        assert len(names) == len(set(names)), f"Expected each pod of {namespace} to be listed once: {', '.join(names)}."
        return [answers.pod(each) for each in listed]

    def delete_pod(self, namespace: str, name: str) -> None:
        self.core.delete_namespaced_pod(name, namespace)

    def log(self, namespace: str, name: str) -> str:
        """What it said so far: nothing, as long as it only starts."""
        try:
            log = self.core.read_namespaced_pod_log(name, namespace, container=specs.CONTAINER, limit_bytes=LOG_BYTES)
        except CallFailed as failure:
            if failure.call.status != 400 or "is waiting to start" not in (failure.call.message or ""):
                raise
            self._recorder.expected(failure)
            return ""
        return log or ""

    # --- deployments and services

    def create_deployment(self, namespace: str, name: str, greeting: str, served: str, count: int) -> None:
        body = specs.deployment(name, self._origin, greeting, served, count)
        self.apps.create_namespaced_deployment(namespace, body)

    def scale(self, namespace: str, name: str, count: int) -> None:
        self.apps.patch_namespaced_deployment_scale(name, namespace, {"spec": {"replicas": count}})

    def delete_deployment(self, namespace: str, name: str) -> None:
        """Asks for its removal, as kubectl does: its pods have to follow it."""
        self.apps.delete_namespaced_deployment(name, namespace)

    def deployment(self, namespace: str, name: str) -> Deployment | None:
        """What has become of it by now; None where it is gone."""
        found = self.found(self.apps.read_namespaced_deployment, name, namespace)
        return found and answers.deployment(found)

    def create_service(self, namespace: str, name: str, served: str) -> None:
        """A service that leads to all pods that serve this greeting."""
        self.core.create_namespaced_service(namespace, specs.service(name, served))

    def endpoints(self, namespace: str, service: str) -> list[str]:
        """The addresses to which the service leads, at the port where its pods serve, in order."""
        selector = f"kubernetes.io/service-name={service}"
        slices = self._discovery.list_namespaced_endpoint_slice(namespace, label_selector=selector).items
        return answers.addresses(slices)

    def ask(self, namespace: str, service: str) -> tuple[str | None, str]:
        """What the service answers by HTTP, by way of the API server; or None, and why that reaches nobody."""
        try:
            return self.core.connect_get_namespaced_service_proxy_with_path(f"{service}:80", namespace, ""), ""
        except CallFailed as failure:
            if failure.call.status != 503:
                raise
            self._recorder.expected(failure)
            return None, failure.call.message or failure.sentence

    # --- who may what

    def create_account(self, namespace: str, name: str) -> str:
        """A new service account, to which nobody has given any right; its token."""
        self.core.create_namespaced_service_account(namespace, specs.account(name))
        lasting = {"spec": {"expirationSeconds": TOKEN_LASTS}}
        return self.core.create_namespaced_service_account_token(name, namespace, lasting).status.token

    def other(self, token: str | None, identity: str) -> Other:
        """Who has the token; None: somebody who does not log in at all."""
        wanted = config.with_token(config.configuration(self._settings), token)
        return Other(client.CoreV1Api(self._client(wanted, identity)), self._origin)

    # --- how it is asked

    def found(self, ask: Callable[..., T], *names: str, **how: str) -> T | None:
        """What is there, or None: that it is not is an answer like any other."""
        with self._recorder.allowing(reason="not_found"):
            return ask(*names, **how)
        return None

    def _client(self, wanted: Any, identity: str) -> ApiClient:
        timeouts = (self._settings.connect_timeout, self._settings.read_timeout)
        return MeasuredClient(wanted, self._recorder, identity, timeouts, self._settings.max_attempts)
