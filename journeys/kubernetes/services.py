"""What a scenario does with services, which lead to its pods, and with pods that ask them."""

from dataclasses import dataclass

from journeys.kubernetes import specs
from journeys.kubernetes.namespaces import Namespaces
from journeys.kubernetes.nouns import state_of
from journeys.kubernetes.pods import Pods
from journeys.kubernetes.scene import Scene, the


@dataclass
class Services:
    """The service of a scenario, which leads to all its pods."""

    scene: Scene
    namespaces: Namespaces
    pods: Pods
    made: str = ""
    visitor: str = ""  # the pod that asks the service

    @property
    def service(self) -> str:
        return the("service", self.made)

    def create(self) -> None:
        namespace = self.namespaces.namespace
        with self.scene.making("service") as name:
            self.scene.cluster.create_service(namespace, name, self.pods.served)
        self.made = name

    def visit(self) -> None:
        """Starts a pod that asks the service by its name."""
        namespace, service = self.namespaces.namespace, self.service
        with self.scene.making("pod") as name:
            self.scene.cluster.create_visitor(namespace, name, service)
        self.visitor = name

    def assert_leads(self, limit: float) -> None:
        """The service leads to the addresses of all pods that are ready, each of its own, and to no other."""
        name = self.service

        def look() -> tuple[list[str], list[str]]:
            led = self.scene.cluster.endpoints(self.namespaces.namespace, name)
            return led, sorted(pod.address for pod in self.pods.ready())

        self.scene.until(
            look,
            lambda found: bool(found[1]) and found[0] == found[1] == sorted(set(found[1])),
            f"service {name} to lead to every pod that is ready",
            limit,
            lambda found: (
                f"it leads to {', '.join(found[0]) or 'nobody'}, and ready are {', '.join(found[1]) or 'none'}"
            ),
            "service_ready",
        )

    def assert_answers(self, limit: float) -> None:
        """Who asks it by HTTP, many times in a row, gets what its pods say, each time, and from each of them."""
        self.scene.until(
            self._ask_in_turns,
            lambda wrong: not wrong,
            f"service {self.service} to answer {specs.TIMES} times in a row, for all of its pods",
            limit,
            lambda wrong: wrong,
            "service_answers",
        )

    def assert_visited(self, limit: float, *, by_each: bool = False) -> None:
        """The pod that asked the service by its name ended well, and was told what its pods say, to the end.

        `by_each`: those that told it are all pods that are ready now, and no others.
        """
        assert self.visitor, 'No pod asked the service: a step such as "I start a pod that …" has to come first.'
        name, greeting = self.visitor, self.pods.greeting
        pod = self.scene.until(
            lambda: self.pods.look_at(name),
            lambda pod: pod is not None and pod.phase in ("Succeeded", "Failed"),
            f"pod {name} to have asked service {self.service}",
            limit,
            state_of,
        )
        log = self.scene.cluster.log(self.namespaces.namespace, name)
        last = log.splitlines()[-specs.TIMES :]
        greeted = len(last) == specs.TIMES and all(line.startswith(f"{greeting} by ") for line in last)
        assert pod and pod.phase == "Succeeded" and greeted, (
            f"Expected pod {name} to be told {greeting!r} by service {self.service}, {specs.TIMES} times in the end, "
            f"but {state_of(pod)} and says {log[-200:]!r}."
        )
        if by_each:
            met = {line.removeprefix(f"{greeting} by ") for line in last}
            ready = {pod.name for pod in self.pods.ready()}
            assert met == ready, (
                f"Expected pod {name} to be told {greeting!r} by each pod of service {self.service} in {specs.TIMES} "
                f"turns, but it was told so by {_names(met)}, and ready are {_names(ready)}."
            )

    def _ask_in_turns(self) -> str:
        """What was wrong with the answers; "" where nothing was."""
        sayings = {specs.said(self.pods.greeting, pod.name): pod.name for pod in self.pods.ready()}
        met = set()
        for turn in range(1, specs.TIMES + 1):
            answer, why = self.scene.cluster.ask(self.namespaces.namespace, self.service)
            if answer is None:
                return f"at turn {turn} nobody is reached ({why})"
            if answer.strip() not in sayings:
                return f"at turn {turn} it answers with {answer[:200]!r}"
            met.add(sayings[answer.strip()])
        missed = {*sayings.values()} - met
        return f"in all these turns it led to {_names(met)} and never to {_names(missed)}" if missed else ""


def _names(pods: set[str]) -> str:
    return ", ".join(sorted(pods))
