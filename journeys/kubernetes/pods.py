"""What a scenario does with pods."""

import time
from dataclasses import dataclass, field
from functools import cached_property

from journeys import metrics
from journeys.kubernetes import specs
from journeys.kubernetes.namespaces import Namespaces
from journeys.kubernetes.nouns import Pod, state_of
from journeys.kubernetes.scene import READY_WITHIN, Scene, the


@dataclass
class Pods:
    """The pods of a scenario; the one started last is "the pod". All of them, and no others, say its greeting."""

    scene: Scene
    namespaces: Namespaces
    ordered: dict[str, float] = field(default_factory=dict)  # when each was, by its name, as perf_counter tells

    @property
    def pod(self) -> str:
        return the("pod", next(reversed(self.ordered), ""))

    @cached_property
    def served(self) -> str:
        """The label of the scenario's pods: no other's have it."""
        return self.scene.ledger.new_name() if self.scene.cluster.given else self.namespaces.namespace

    @property
    def greeting(self) -> str:
        """What the pods of the scenario say: nobody else says it."""
        return f"greetings from {self.served}"

    def start(self) -> None:
        namespace = self.namespaces.some()
        with self.scene.making("pod") as name:
            began = time.perf_counter()
            self.scene.cluster.create_server(namespace, name, self.greeting, self.served)
        self.ordered[name] = began

    def run(self) -> None:
        self.start()
        self.assert_ready(READY_WITHIN)

    def delete(self) -> None:
        self.scene.cluster.delete_pod(self.namespaces.namespace, self.pod)

    def ready(self) -> list[Pod]:
        """The scenario's pods that are ready to serve, whoever started them."""
        pods = self.scene.cluster.pods(self.namespaces.namespace)
        return [pod for pod in pods if pod.ready and pod.serves == self.served]

    def assert_listed(self) -> None:
        name, pods = self.pod, self.scene.cluster.pods(self.namespaces.namespace)
        listed = [pod.name for pod in pods]
        assert name in listed, f"Expected pod {name} to be listed, but the list holds {', '.join(listed) or 'nothing'}."

    def assert_ready(self, limit: float) -> None:
        """It is, at its first try; how long each phase took goes into the metric of waits."""
        name = self.pod
        ordered = self.ordered[name]
        scheduled = False

        def ready(pod: Pod | None) -> bool:
            nonlocal scheduled
            if pod and pod.scheduled and not scheduled:
                scheduled = True
                self.scene.recorder.read(metrics.WAIT, "pod_scheduled", value=time.perf_counter() - ordered)
            return pod is not None and pod.ready and not pod.restarts

        self.scene.until(
            lambda: self.look_at(name), ready, f"pod {name} to be ready", limit, state_of, "pod_ready", ordered
        )

    def assert_gone(self, limit: float) -> None:
        """It can't be found within so many seconds, and is listed no more."""
        name = self.pod
        self.scene.until(
            lambda: self.look_at(name), lambda pod: pod is None, f"pod {name} to be gone", limit, state_of, "pod_gone"
        )
        listed = [pod.name for pod in self.scene.cluster.pods(self.namespaces.namespace)]
        assert name not in listed, f"Expected pod {name} to be gone, but it is still listed."

    def assert_log(self, limit: float) -> None:
        """The log of the pod holds what it said, and nothing else."""
        name, said = self.pod, specs.said(self.greeting, self.pod)
        self.scene.until(
            lambda: self.scene.cluster.log(self.namespaces.namespace, name),
            lambda log: log.strip() == said,
            f"the log of pod {name} to hold just {said!r}",
            limit,
            lambda log: f"it holds {log[:200]!r}",
        )

    def look_at(self, name: str) -> Pod | None:
        return self.scene.cluster.pod(self.namespaces.namespace, name)
