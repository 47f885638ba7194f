"""What one scenario does in a cluster: the steps' only state there, made anew for each scenario."""

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from journeys import clock, metrics
from journeys.kubernetes.nouns import Deployment, Pod
from journeys.ledger import Ledger
from journeys.recorder import WAIT, Recorder
from journeys.units import seconds as told

if TYPE_CHECKING:
    from journeys.kubernetes.cluster import Cluster

T = TypeVar("T")

LOOK_EVERY = 0.5  # seconds between two looks at what is awaited: the resolution of what `journey_wait` tells
READY_WITHIN = 300  # seconds for what a Given needs; what it may take is a Then's business


@dataclass
class ClusterJourney:
    """The state of a scenario in a cluster: its namespace, and what it made there."""

    cluster: "Cluster"
    ledger: Ledger
    recorder: Recorder
    namespace: str = ""
    pods: dict[str, float] = field(default_factory=dict)  # when each was ordered, on the clock of `perf_counter`
    deployment: str = ""
    deleted: set[str] = field(default_factory=set)  # its pods that were deleted, to be replaced by others
    service: str = ""
    visitor: str = ""  # the pod that asks the service
    token: str = field(default="", repr=False)  # of the account without rights
    _numbers: itertools.count = field(default_factory=lambda: itertools.count(1))

    # --- namespaces

    def create_namespace(self) -> None:
        name = self.ledger.new_name()
        with self.ledger.creating("namespace", name):
            self.cluster.create_namespace(name)
        self.namespace = name

    def delete_namespace(self) -> None:
        self.cluster.delete_namespace(self._namespace())

    def assert_namespace_listed(self) -> None:
        name, listed = self._namespace(), self.cluster.namespaces()
        assert name in listed, f"Expected namespace {name} to be listed, but it is none of the {len(listed)} listed."

    def assert_namespace_gone(self, limit: float) -> None:
        """It can't be found within so many seconds, and is listed no more."""
        name = self._namespace()
        self._until(
            lambda: self.cluster.has_namespace(name),
            lambda there: not there,
            f"namespace {name} to be gone",
            limit,
            lambda there: "it is still there",
            "namespace_gone",
        )
        assert name not in self.cluster.namespaces(), f"Expected namespace {name} to be gone, but it is still listed."

    def use_up_quota(self) -> None:
        """A namespace that may hold one pod, once that is in force, and that pod."""
        self.create_namespace()
        self.cluster.limit_pods(self.namespace, "pods", 1)
        self._until(
            lambda: self.cluster.counts_pods(self.namespace, "pods"),
            bool,
            f"the pods of namespace {self.namespace} to be counted",
            READY_WITHIN,
            lambda counted: "they are not",
        )
        self.start_pod()

    # --- pods

    def start_pod(self) -> None:
        namespace, name = self._own_namespace(), f"pod-{next(self._numbers)}"
        began = time.perf_counter()
        self.cluster.create_server(namespace, name, self._greeting())
        self.pods[name] = began

    def run_pod(self) -> None:
        self.start_pod()
        self.assert_pod_ready(READY_WITHIN)

    def delete_pod(self) -> None:
        self.cluster.delete_pod(self._namespace(), self._pod())

    def assert_pod_listed(self) -> None:
        name, listed = self._pod(), [pod.name for pod in self.cluster.pods(self._namespace())]
        assert name in listed, f"Expected pod {name} to be listed, but the list holds {', '.join(listed) or 'nothing'}."

    def assert_pod_ready(self, limit: float) -> None:
        """It is; how long each phase took goes into the metric of waits."""
        name = self._pod()
        ordered = self.pods[name]
        scheduled = False

        def ready(pod: Pod | None) -> bool:
            nonlocal scheduled
            if pod and pod.scheduled and not scheduled:
                scheduled = True
                self.recorder.read(metrics.WAIT, "pod_scheduled", value=time.perf_counter() - ordered)
            return pod is not None and pod.ready

        self._until(
            lambda: self.cluster.pod(self.namespace, name),
            ready,
            f"pod {name} to be ready",
            limit,
            _state,
            "pod_ready",
            ordered,
        )

    def assert_pod_gone(self, limit: float) -> None:
        """It can't be found within so many seconds, and is listed no more."""
        name = self._pod()
        self._until(
            lambda: self.cluster.pod(self.namespace, name),
            lambda pod: pod is None,
            f"pod {name} to be gone",
            limit,
            _state,
            "pod_gone",
        )
        listed = [pod.name for pod in self.cluster.pods(self.namespace)]
        assert name not in listed, f"Expected pod {name} to be gone, but it is still listed."

    def assert_log(self, limit: float) -> None:
        """The log of the pod holds what it said."""
        name, greeting = self._pod(), self._greeting()
        self._until(
            lambda: self.cluster.log(self.namespace, name),
            lambda log: greeting in log,
            f"the log of pod {name} to hold {greeting!r}",
            limit,
            lambda log: f"it holds {log[:200]!r}",
        )

    # --- deployments

    def start_deployment(self, count: int) -> None:
        namespace, name = self._own_namespace(), f"deployment-{next(self._numbers)}"
        self.cluster.create_deployment(namespace, name, self._greeting(), count)
        self.deployment = name

    def run_deployment(self, count: int) -> None:
        self.start_deployment(count)
        self.assert_deployment(count, READY_WITHIN)

    def scale(self, count: int) -> None:
        self.cluster.scale(self._namespace(), self._deployment(), count)

    def delete_pod_of_deployment(self) -> None:
        """The first one listed."""
        pods = self._pods_of_deployment()
        assert pods, f"Expected deployment {self.deployment} to have a pod that could be deleted, but none is listed."
        self.cluster.delete_pod(self.namespace, pods[0].name)
        self.deleted.add(pods[0].name)

    def _pods_of_deployment(self) -> list[Pod]:
        name = self._deployment()
        return [pod for pod in self.cluster.pods(self.namespace) if pod.name.startswith(f"{name}-")]

    def assert_deployment(self, count: int, limit: float) -> None:
        """So many pods are wanted, there and ready; none that is being removed is left, nor one that was deleted."""
        name = self._deployment()

        def look() -> tuple[Deployment, list[Pod]]:
            return self.cluster.deployment(self.namespace, name), self._pods_of_deployment()

        def happened(found: tuple[Deployment, list[Pod]]) -> bool:
            deployment, pods = found
            ready = [pod for pod in pods if pod.ready and pod.phase == "Running" and pod.name not in self.deleted]
            return deployment == Deployment(name, count, count, count) and len(pods) == len(ready) == count

        self._until(
            look,
            happened,
            f"deployment {name} to have {count} ready pods",
            limit,
            lambda found: (
                f"it is {found[0]}; {', '.join(f'{pod.name} is {pod}' for pod in found[1]) or 'no pod is there'}"
            ),
            "deployment_ready",
        )

    # --- services

    def create_service(self) -> None:
        namespace, name = self._namespace(), f"service-{next(self._numbers)}"
        self.cluster.create_service(namespace, name)
        self.service = name

    def assert_service_leads(self, limit: float) -> None:
        """The service leads to the addresses of all pods that are ready, and to no other."""
        name = self._service()

        def look() -> tuple[list[str], list[str]]:
            ready = [pod for pod in self.cluster.pods(self.namespace) if pod.ready and pod.phase == "Running"]
            return self.cluster.endpoints(self.namespace, name), sorted(pod.address for pod in ready if pod.serves)

        self._until(
            look,
            lambda found: bool(found[1]) and found[0] == found[1],
            f"service {name} to lead to every pod that is ready",
            limit,
            lambda found: (
                f"it leads to {', '.join(found[0]) or 'nobody'}, and ready are {', '.join(found[1]) or 'none'}"
            ),
            "service_ready",
        )

    def assert_service_answers(self, limit: float) -> None:
        """Who asks it by HTTP gets what its pods say."""
        name, greeting = self._service(), self._greeting()
        self._until(
            lambda: self.cluster.ask(self.namespace, name),
            lambda told: told[0] is not None and told[0].strip() == greeting,
            f"service {name} to answer with {greeting!r}",
            limit,
            lambda told: f"nobody is reached ({told[1]})" if told[0] is None else f"it answers with {told[0][:200]!r}",
            "service_answers",
        )

    def visit_service(self) -> None:
        name = f"visitor-{next(self._numbers)}"
        self.cluster.create_visitor(self._namespace(), name, self._service())
        self.visitor = name

    def assert_visited(self, limit: float) -> None:
        """The pod that asked the service by its name ended well, and was told what the service's pods say."""
        assert self.visitor, 'No pod asked the service: a step such as "I start a pod that …" has to come first.'
        name, greeting = self.visitor, self._greeting()
        pod = self._until(
            lambda: self.cluster.pod(self.namespace, name),
            lambda pod: pod is not None and pod.phase in ("Succeeded", "Failed"),
            f"pod {name} to have asked service {self.service}",
            limit,
            _state,
        )
        log = self.cluster.log(self.namespace, name)
        assert pod and pod.phase == "Succeeded" and greeting in log, (
            f"Expected pod {name} to be told {greeting!r} by service {self.service}, but {_state(pod)} and "
            f"says {log[:200]!r}."
        )

    # --- who may what

    def create_account(self) -> None:
        self.token = self.cluster.create_account(self._own_namespace(), f"account-{next(self._numbers)}")

    def list_pods_as_account(self) -> None:
        self.cluster.list_pods_with(self._the("account", self.token), self._namespace())

    # --- state

    def _until(
        self,
        look: Callable[[], T],
        happened: Callable[[T], bool],
        expected: str,
        limit: float,
        state: Callable[[T], str],
        what: str | None = None,
        since: float | None = None,
    ) -> T:
        """Looks until what `happened` asks for is so; what was seen then. Raises AssertionError after `limit` seconds.

        `what` names the time for the metric of waits; `since` is when it began, on the clock of `perf_counter`.
        """
        began = time.perf_counter()
        seen: list[T] = []

        def looked() -> bool:
            seen[:] = [look()]
            return happened(seen[0])

        with self.recorder.doing(WAIT):
            came = clock.wait_until(looked, limit, LOOK_EVERY)
        now = time.perf_counter()
        assert came, f"Expected {expected} within {told(limit)}, but after {told(now - began)} {state(seen[0])}."
        if what:
            self.recorder.read(metrics.WAIT, what, value=now - (since or began))
        return seen[0]

    def _own_namespace(self) -> str:
        if not self.namespace:
            self.create_namespace()
        return self.namespace

    def _greeting(self) -> str:
        """What the pods of the scenario say: nobody else says it."""
        return f"greetings from {self._namespace()}"

    def _namespace(self) -> str:
        return self._the("namespace", self.namespace)

    def _pod(self) -> str:
        return self._the("pod", next(reversed(self.pods), ""))

    def _deployment(self) -> str:
        return self._the("deployment", self.deployment)

    def _service(self) -> str:
        return self._the("service", self.service)

    def _the(self, kind: str, name: str) -> str:
        assert name, f"There is no {kind}: a step that creates one has to come first."
        return name


def _state(pod: Pod | None) -> str:
    return f"it is {pod}" if pod else "it is gone"
