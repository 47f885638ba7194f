"""What a scenario does with deployments, which look after several pods."""

from dataclasses import dataclass, field

from journeys.kubernetes.namespaces import Namespaces
from journeys.kubernetes.nouns import Deployment, Pod, state_of_each
from journeys.kubernetes.pods import Pods
from journeys.kubernetes.scene import READY_WITHIN, Scene, the


@dataclass
class Deployments:
    """The deployment of a scenario, and its pods as they were and should be."""

    scene: Scene
    namespaces: Namespaces
    pods: Pods
    made: str = ""
    standing: set[str] = field(default_factory=set)  # its pods that were ready when it was looked at last
    deleted: set[str] = field(default_factory=set)  # its pods that were deleted, to be replaced by others

    @property
    def deployment(self) -> str:
        return the("deployment", self.made)

    def start(self, count: int) -> None:
        namespace = self.namespaces.some()
        with self.scene.making("deployment") as name:
            self.scene.cluster.create_deployment(namespace, name, self.pods.greeting, self.pods.served, count)
        self.made = name

    def run(self, count: int) -> None:
        self.start(count)
        self.assert_ready(count, READY_WITHIN)

    def scale(self, count: int) -> None:
        self.scene.cluster.scale(self.namespaces.namespace, self.deployment, count)

    def delete(self) -> None:
        self.scene.cluster.delete_deployment(self.namespaces.namespace, self.deployment)

    def delete_pod(self) -> None:
        """The first one listed."""
        pods = self._pods()
        assert pods, f"Expected deployment {self.made} to have a pod that could be deleted, but none is listed."
        self.scene.cluster.delete_pod(self.namespaces.namespace, pods[0].name)
        self.deleted.add(pods[0].name)

    def assert_ready(self, count: int, limit: float) -> None:
        """So many pods are wanted, there and ready; none that is being removed is left, nor one that was deleted.

        Of those that were ready before, the others are still there: none is replaced that need not be.
        """
        name = self.deployment
        lasting = self.standing - self.deleted
        of_before = f", of before {', '.join(sorted(lasting))}" if lasting else ""

        def happened(found: tuple[Deployment | None, list[Pod]]) -> bool:
            deployment, pods = found
            ready = {pod.name for pod in pods if pod.ready and not pod.restarts} - self.deleted
            lasted = len(lasting & ready) == min(len(lasting), count)
            return deployment == Deployment(name, count, count, count) and len(pods) == len(ready) == count and lasted

        _, pods = self.scene.until(
            self._look,
            happened,
            f"deployment {name} to have {count} ready pods{of_before}",
            limit,
            lambda found: f"it is {found[0] or 'gone'}; {state_of_each(found[1])}",
            "deployment_ready",
        )
        self.standing = {pod.name for pod in pods}

    def assert_gone(self, limit: float) -> None:
        """It can't be found within so many seconds, nor can any of its pods."""
        self.scene.until(
            self._look,
            lambda found: not any(found),
            f"deployment {self.deployment} and its pods to be gone",
            limit,
            lambda found: f"there {'is' if found[0] else 'is no'} deployment, and {state_of_each(found[1])}",
            "deployment_gone",
        )

    def _look(self) -> tuple[Deployment | None, list[Pod]]:
        return self.scene.cluster.deployment(self.namespaces.namespace, self.deployment), self._pods()

    def _pods(self) -> list[Pod]:
        """Those that are its own, by their names."""
        name = self.deployment
        return [pod for pod in self.scene.cluster.pods(self.namespaces.namespace) if pod.name.startswith(f"{name}-")]
