"""What one scenario does in a cluster: the steps' only state there, made anew for each scenario."""

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from journeys import clock, metrics
from journeys.failures import SuiteError
from journeys.kubernetes import specs
from journeys.kubernetes.nouns import Deployment, Pod
from journeys.ledger import Ledger
from journeys.recorder import WAIT, Recorder
from journeys.units import seconds as told

if TYPE_CHECKING:
    from journeys.kubernetes.cluster import Cluster

T = TypeVar("T")

LOOK_EVERY = 0.5  # seconds between two looks at what is awaited: the resolution of what `journey_wait` tells
READY_WITHIN = 300  # seconds for what a Given needs; what it may take is a Then's business
TURNS = 20  # requests in a row: of two pods that share them evenly, both are met, but for once in half a million times

# Who asks without being known to the cluster, and the token that goes along.
TOKENS = {"anonymous": None, "wrong-secret": "journeys-wrong-secret"}


@dataclass
class ClusterJourney:
    """The state of a scenario in a cluster: its namespace, and what it made there.

    Where the settings name a namespace, all is made there, and each thing stands in the ledger.
    """

    cluster: "Cluster"
    ledger: Ledger
    recorder: Recorder
    namespace: str = ""
    greeted_by: str = ""  # what is in the greeting of the scenario's pods, and no other's
    pods: dict[str, float] = field(default_factory=dict)  # when each was ordered, on the clock of `perf_counter`
    deployment: str = ""
    standing: set[str] = field(default_factory=set)  # its pods that were ready when it was looked at last
    deleted: set[str] = field(default_factory=set)  # its pods that were deleted, to be replaced by others
    service: str = ""
    visitor: str = ""  # the pod that asks the service
    token: str = field(default="", repr=False)  # of the account without rights
    _numbers: itertools.count = field(default_factory=lambda: itertools.count(1))

    # --- namespaces

    def have_namespace(self) -> None:
        """The one that was given, or else one of the scenario's own."""
        if self.cluster.given:
            self.namespace = self.cluster.given
        else:
            self.create_namespace()

    def create_namespace(self) -> None:
        self._check_own()
        name = self.ledger.new_name()
        with self.ledger.creating("namespace", name):
            self.cluster.create_namespace(name)
        self.namespace = name

    def delete_namespace(self) -> None:
        self._check_own()
        self.cluster.delete_namespace(self._namespace())

    def assert_namespace_listed(self) -> None:
        """It is, once, and may be used."""
        name, listed = self._namespace(), self.cluster.namespaces()
        phases = [each.phase for each in listed if each.name == name]
        assert phases == ["Active"], (
            f"Expected namespace {name} to be listed as Active, but of the {len(listed)} listed it is "
            f"{' and '.join(phases) or 'none'}."
        )

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
        listed = [each.name for each in self.cluster.namespaces()]
        assert name not in listed, f"Expected namespace {name} to be gone, but it is still listed."

    def assert_pods_listed(self, count: int) -> None:
        """So many pods of ours are listed in the scenario's own namespace, be it gone or not."""
        self._check_own()
        pods = self.cluster.pods(self._namespace())
        assert len(pods) == count, (
            f"Expected {count} of our pods to be listed in namespace {self.namespace}, but {_each(pods)}."
        )

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
        namespace = self._some_namespace()
        with self._making("pod") as name:
            began = time.perf_counter()
            self.cluster.create_server(namespace, name, self._greeting(), self._served())
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
        """It is, at its first try; how long each phase took goes into the metric of waits."""
        name = self._pod()
        ordered = self.pods[name]
        scheduled = False

        def ready(pod: Pod | None) -> bool:
            nonlocal scheduled
            if pod and pod.scheduled and not scheduled:
                scheduled = True
                self.recorder.read(metrics.WAIT, "pod_scheduled", value=time.perf_counter() - ordered)
            return pod is not None and pod.ready and not pod.restarts

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
        """The log of the pod holds what it said, and nothing else."""
        name, said = self._pod(), specs.said(self._greeting(), self._pod())
        self._until(
            lambda: self.cluster.log(self.namespace, name),
            lambda log: log.strip() == said,
            f"the log of pod {name} to hold just {said!r}",
            limit,
            lambda log: f"it holds {log[:200]!r}",
        )

    # --- deployments

    def start_deployment(self, count: int) -> None:
        namespace = self._some_namespace()
        with self._making("deployment") as name:
            self.cluster.create_deployment(namespace, name, self._greeting(), self._served(), count)
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

    def delete_deployment(self) -> None:
        self.cluster.delete_deployment(self._namespace(), self._deployment())

    def assert_deployment_gone(self, limit: float) -> None:
        """It can't be found within so many seconds, nor can any of its pods."""
        name = self._deployment()
        self._until(
            lambda: (self.cluster.deployment(self.namespace, name), self._pods_of_deployment()),
            lambda found: not any(found),
            f"deployment {name} and its pods to be gone",
            limit,
            lambda found: f"there {'is' if found[0] else 'is no'} deployment, and {_each(found[1])}",
            "deployment_gone",
        )

    def _pods_of_deployment(self) -> list[Pod]:
        name = self._deployment()
        return [pod for pod in self.cluster.pods(self.namespace) if pod.name.startswith(f"{name}-")]

    def assert_deployment(self, count: int, limit: float) -> None:
        """So many pods are wanted, there and ready; none that is being removed is left, nor one that was deleted.

        Of those that were ready before, the others are still there: none is replaced that need not be.
        """
        name = self._deployment()
        lasting = self.standing - self.deleted

        def look() -> tuple[Deployment | None, list[Pod]]:
            return self.cluster.deployment(self.namespace, name), self._pods_of_deployment()

        def happened(found: tuple[Deployment | None, list[Pod]]) -> bool:
            deployment, pods = found
            ready = {pod.name for pod in pods if pod.ready and not pod.restarts} - self.deleted
            lasted = len(lasting & ready) == min(len(lasting), count)
            return deployment == Deployment(name, count, count, count) and len(pods) == len(ready) == count and lasted

        _, pods = self._until(
            look,
            happened,
            f"deployment {name} to have {count} ready pods{f', of before {_names(lasting)}' if lasting else ''}",
            limit,
            lambda found: f"it is {found[0] or 'gone'}; {_each(found[1])}",
            "deployment_ready",
        )
        self.standing = {pod.name for pod in pods}

    # --- services

    def create_service(self) -> None:
        namespace = self._namespace()
        with self._making("service") as name:
            self.cluster.create_service(namespace, name, self._served())
        self.service = name

    def assert_service_leads(self, limit: float) -> None:
        """The service leads to the addresses of all pods that are ready, each of its own, and to no other."""
        name = self._service()

        def look() -> tuple[list[str], list[str]]:
            return self.cluster.endpoints(self.namespace, name), sorted(pod.address for pod in self._serving())

        self._until(
            look,
            lambda found: bool(found[1]) and found[0] == found[1] == sorted(set(found[1])),
            f"service {name} to lead to every pod that is ready",
            limit,
            lambda found: (
                f"it leads to {', '.join(found[0]) or 'nobody'}, and ready are {', '.join(found[1]) or 'none'}"
            ),
            "service_ready",
        )

    def assert_service_answers(self, limit: float) -> None:
        """Who asks it by HTTP, many times in a row, gets what its pods say, each time, and from each of them."""
        name = self._service()
        self._until(
            self._ask_in_turns,
            lambda wrong: not wrong,
            f"service {name} to answer {TURNS} times in a row, for all of its pods",
            limit,
            lambda wrong: wrong,
            "service_answers",
        )

    def _ask_in_turns(self) -> str:
        """What was wrong with the answers; "" where nothing was."""
        sayings = {specs.said(self._greeting(), pod.name): pod.name for pod in self._serving()}
        met = set()
        for turn in range(1, TURNS + 1):
            answer, why = self.cluster.ask(self.namespace, self.service)
            if answer is None:
                return f"at turn {turn} nobody is reached ({why})"
            if answer.strip() not in sayings:
                return f"at turn {turn} it answers with {answer[:200]!r}"
            met.add(sayings[answer.strip()])
        missed = set(sayings.values()) - met
        return f"in all these turns it led to {_names(met)} and never to {_names(missed)}" if missed else ""

    def _serving(self) -> list[Pod]:
        """The scenario's pods that are ready to serve."""
        return [pod for pod in self.cluster.pods(self._namespace()) if pod.ready and pod.serves == self._served()]

    def visit_service(self) -> None:
        namespace, service = self._namespace(), self._service()
        with self._making("pod") as name:
            self.cluster.create_visitor(namespace, name, service)
        self.visitor = name

    def assert_visited(self, limit: float) -> None:
        """The pod that asked the service by its name ended well, and was told what its pods say, to the end."""
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
        last = log.splitlines()[-specs.TIMES :]
        greeted = len(last) == specs.TIMES and all(line.startswith(f"{greeting} by ") for line in last)
        assert pod and pod.phase == "Succeeded" and greeted, (
            f"Expected pod {name} to be told {greeting!r} by service {self.service}, {specs.TIMES} times in the end, "
            f"but {_state(pod)} and says {log[-200:]!r}."
        )

    # --- who may what

    def create_account(self) -> None:
        self._check_own()
        self.token = self.cluster.create_account(self._some_namespace(), f"account-{next(self._numbers)}")

    def list_pods_as_account(self) -> None:
        self.cluster.list_pods_with(self._the("account", self.token), self._namespace(), "account")

    def list_pods_as(self, identity: str) -> None:
        """Lists the pods as somebody whom the cluster does not know."""
        self.cluster.list_pods_with(self._unknown(identity), self._namespace(), identity)

    def assert_account_powerless(self) -> None:
        """Whatever else the account tries, the cluster knows who it is, and forbids it."""
        self._check_own()
        who = self._the("account", self.token), self._namespace(), "account"
        allowed = self._allowed({**self.cluster.readings(*who), **self.cluster.changes(*who)}, code="Forbidden")
        assert not allowed, (
            f"Expected an account without rights to be allowed nothing, but it may {', '.join(allowed)}."
        )

    def assert_blind(self, identity: str) -> None:
        """Whatever somebody whom the cluster does not know tries to read, he is refused."""
        allowed = self._allowed(
            self.cluster.readings(self._unknown(identity), self._namespace(), identity), reason="auth"
        )
        assert not allowed, f"Expected who is not known to see nothing, but he may {', '.join(allowed)}."

    def _allowed(self, deeds: dict[str, Callable[[], object]], **refused: str) -> list[str]:
        """Which of the deeds are not refused as told."""
        allowed = []
        for deed, attempt in deeds.items():
            with self.recorder.allowing(**refused):
                attempt()
                allowed.append(deed)
        return allowed

    def _unknown(self, identity: str) -> str | None:
        """The token of somebody whom the cluster does not know; None where none goes along."""
        if identity not in TOKENS:
            raise SuiteError("Of clusters no second user is known: only strangers, and users with a wrong secret.")
        return TOKENS[identity]

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

    def _some_namespace(self) -> str:
        if not self.namespace:
            self.have_namespace()
        return self.namespace

    def _check_own(self) -> None:
        """What is done to a namespace is only ever done to one of ours."""
        if self.cluster.given:
            raise SuiteError(
                f"All is done in namespace {self.cluster.given} (JOURNEYS_KUBERNETES_NAMESPACE), of which nothing is "
                "changed: a scenario that makes namespaces, removes or limits them needs the tag @needs.namespaces."
            )

    @contextmanager
    def _making(self, kind: str) -> Iterator[str]:
        """The name of what the block makes. It goes with the scenario's namespace; in one that was given, by itself."""
        if not self.cluster.given:
            yield f"{kind}-{next(self._numbers)}"
            return
        name = self.ledger.new_name()
        with self.ledger.creating(kind, name, site=self.cluster.given):
            yield name

    def _served(self) -> str:
        """The label of the scenario's pods: no other's have it."""
        self.greeted_by = self.greeted_by or (self.ledger.new_name() if self.cluster.given else self._namespace())
        return self.greeted_by

    def _greeting(self) -> str:
        """What the pods of the scenario say: nobody else says it."""
        return f"greetings from {self._served()}"

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


def _each(pods: list[Pod]) -> str:
    return ", ".join(f"{pod.name} is {pod}" for pod in pods) or "no pod is there"


def _names(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "nobody"
