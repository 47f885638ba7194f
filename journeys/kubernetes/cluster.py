"""A Kubernetes cluster through the official client: the verbs behind the words of the features."""

from collections.abc import Callable
from typing import Any, TypeVar

from kubernetes import client
from kubernetes.client import ApiClient

from journeys import clock
from journeys.failures import CallFailed
from journeys.journal import Owned
from journeys.kubernetes import config, specs
from journeys.kubernetes.journey import LOOK_EVERY
from journeys.kubernetes.nouns import Deployment, Pod
from journeys.kubernetes.seam import MeasuredClient
from journeys.ledger import Kind
from journeys.recorder import Recorder
from journeys.settings import Settings

T = TypeVar("T")

GONE_WITHIN = 300  # seconds until a removed namespace has to be gone; a cleanup's own deadline is mostly shorter
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
    )
)


class Cluster:
    """A cluster as the user whom the settings name sees it. A call that fails raises CallFailed."""

    operations = OPERATIONS

    def __init__(self, settings: Settings, recorder: Recorder):
        """Raises SuiteError where the cluster's configuration can't be used."""
        self._settings = settings
        self._recorder = recorder
        self._user = self._client(config.configuration(settings), "user")
        self._core = client.CoreV1Api(self._user)
        self._apps = client.AppsV1Api(self._user)
        self._discovery = client.DiscoveryV1Api(self._user)

    @property
    def kind(self) -> Kind:
        """What the ledger has to know: all that we create is in namespaces of ours, and goes with them."""
        return Kind("namespace", self.remove_namespace, self.namespaces)

    # --- namespaces

    def create_namespace(self, name: str) -> None:
        self._core.create_namespace(specs.namespace(name))

    def namespaces(self) -> list[str]:
        return [each.metadata.name for each in self._core.list_namespace().items]

    def has_namespace(self, name: str) -> bool:
        return self._found(self._core.read_namespace, name) is not None

    def delete_namespace(self, name: str) -> None:
        """Asks for its removal, with all that it holds, and does not wait for it."""
        self._core.delete_namespace(name)

    def remove_namespace(self, owned: Owned) -> None:
        """Takes it away with all that it holds, and waits until it is gone."""
        found = self._found(self._core.read_namespace, owned.name)
        if found and not found.metadata.deletion_timestamp:  # a second request would be a conflict
            self._found(self._core.delete_namespace, owned.name)
        gone = clock.wait_until(lambda: not self.has_namespace(owned.name), GONE_WITHIN, LOOK_EVERY)
        assert gone, f"Expected namespace {owned.name} to be gone within {GONE_WITHIN} s, but it is still there."

    def limit_pods(self, namespace: str, name: str, pods: int) -> None:
        """From now on the namespace may hold so many pods."""
        self._core.create_namespaced_resource_quota(namespace, specs.quota(name, pods))

    def counts_pods(self, namespace: str, name: str) -> bool:
        """Whether the limit is in force: until the cluster has counted what is there, it refuses everything."""
        status = self._core.read_namespaced_resource_quota(name, namespace).status
        return bool(status and status.hard and status.used is not None)

    # --- pods

    def create_server(self, namespace: str, name: str, greeting: str) -> None:
        """A pod that says the greeting, into its log and to whoever asks it by HTTP."""
        self._core.create_namespaced_pod(namespace, specs.server(name, self._settings.pod_image, greeting))

    def create_visitor(self, namespace: str, name: str, service: str) -> None:
        """A pod that asks the service by its name, says what it was told, and ends."""
        self._core.create_namespaced_pod(namespace, specs.visitor(name, self._settings.pod_image, service))

    def pod(self, namespace: str, name: str) -> Pod | None:
        """What has become of it by now; None where it is gone."""
        found = self._found(self._core.read_namespaced_pod, name, namespace)
        return found and _pod(found)

    def pods(self, namespace: str) -> list[Pod]:
        return [_pod(each) for each in self._core.list_namespaced_pod(namespace).items]

    def delete_pod(self, namespace: str, name: str) -> None:
        self._core.delete_namespaced_pod(name, namespace)

    def log(self, namespace: str, name: str) -> str:
        return self._core.read_namespaced_pod_log(name, namespace, limit_bytes=LOG_BYTES) or ""

    # --- deployments and services

    def create_deployment(self, namespace: str, name: str, greeting: str, count: int) -> None:
        body = specs.deployment(name, self._settings.pod_image, greeting, count)
        self._apps.create_namespaced_deployment(namespace, body)

    def scale(self, namespace: str, name: str, count: int) -> None:
        self._apps.patch_namespaced_deployment_scale(name, namespace, {"spec": {"replicas": count}})

    def deployment(self, namespace: str, name: str) -> Deployment:
        found = self._apps.read_namespaced_deployment(name, namespace)
        status = found.status
        latest = (status.observed_generation or 0) >= (found.metadata.generation or 0)
        there, ready = (status.replicas or 0, status.ready_replicas or 0) if latest else (0, 0)
        return Deployment(name, found.spec.replicas, there, ready)

    def create_service(self, namespace: str, name: str) -> None:
        """A service that leads to all pods of the namespace that say a greeting."""
        self._core.create_namespaced_service(namespace, specs.service(name))

    def endpoints(self, namespace: str, service: str) -> list[str]:
        """The addresses to which the service leads, in order."""
        selector = f"kubernetes.io/service-name={service}"
        slices = self._discovery.list_namespaced_endpoint_slice(namespace, label_selector=selector).items
        found = [each for part in slices for each in part.endpoints or ()]
        # an endpoint of which it is not told counts as ready, says the API
        ready = [each for each in found if not each.conditions or each.conditions.ready is not False]
        return sorted(address for each in ready for address in each.addresses)

    def ask(self, namespace: str, service: str) -> tuple[str | None, str]:
        """What the service answers by HTTP, by way of the API server; or None, and why that reaches nobody."""
        try:
            return self._core.connect_get_namespaced_service_proxy_with_path(f"{service}:80", namespace, ""), ""
        except CallFailed as failure:
            if failure.call.status != 503:
                raise
            self._recorder.expected(failure)
            return None, failure.call.message or failure.sentence

    # --- who may what

    def create_account(self, namespace: str, name: str) -> str:
        """A new service account, to which nobody has given any right; its token."""
        self._core.create_namespaced_service_account(namespace, {"metadata": {"name": name}})
        lasting = {"spec": {"expirationSeconds": TOKEN_LASTS}}
        return self._core.create_namespaced_service_account_token(name, namespace, lasting).status.token

    def list_pods_with(self, token: str, namespace: str) -> None:
        """Lists pods as who has the token."""
        wanted = config.with_token(config.configuration(self._settings), token)
        client.CoreV1Api(self._client(wanted, "account")).list_namespaced_pod(namespace)

    # --- how it is asked

    def _found(self, ask: Callable[..., T], *names: str) -> T | None:
        """What is there, or None: that it is not is an answer like any other."""
        with self._recorder.allowing(reason="not_found"):
            return ask(*names)
        return None

    def _client(self, wanted: Any, identity: str) -> ApiClient:
        timeouts = (self._settings.connect_timeout, self._settings.read_timeout)
        return MeasuredClient(wanted, self._recorder, identity, timeouts, self._settings.max_attempts)


def _pod(found: Any) -> Pod:
    status = found.status
    conditions = {each.type: each for each in status.conditions or ()}
    told = [*_waiting(status), *(each.message for each in conditions.values() if each.status == "False")]
    return Pod(
        found.metadata.name,
        "Terminating" if found.metadata.deletion_timestamp else status.phase,
        scheduled="PodScheduled" in conditions and conditions["PodScheduled"].status == "True",
        ready="Ready" in conditions and conditions["Ready"].status == "True",
        address=status.pod_ip or "",
        serves=specs.SERVED.items() <= (found.metadata.labels or {}).items(),
        trouble="; ".join(dict.fromkeys(each.rstrip(".") for each in told if each)),
    )


def _waiting(status: Any) -> list[str]:
    """Why its containers do not run: what each waits for, and how it ended before."""
    told = []
    for container in status.container_statuses or ():
        for state in (container.state, container.last_state):
            for why in (state.waiting, state.terminated) if state else ():
                if why and why.reason != "ContainerCreating":
                    code = getattr(why, "exit_code", None)
                    told.append(
                        ": ".join(filter(None, (why.reason, why.message))) + (f" (exit code {code})" if code else "")
                    )
    return told
