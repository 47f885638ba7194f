"""The nouns of a cluster, as far as promises are about them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Namespace:
    """A namespace as it is listed."""

    name: str
    phase: str


@dataclass(frozen=True)
class Pod:
    """A pod as it is now. `trouble` says why it is not ready, as far as the cluster tells; "" where it does not."""

    name: str
    phase: str
    scheduled: bool = False
    ready: bool = False  # it runs, has an address, and so says all that the cluster tells of it and its container
    address: str = ""
    serves: str = ""  # whose greeting it serves: services and deployments know their pods by that
    restarts: int = 0
    trouble: str = ""

    def __str__(self) -> str:
        told = [f"{self.phase}{' and ready' if self.ready else ''}"]
        told += [f"after {self.restarts} restarts"] if self.restarts else []
        told += [f"({self.trouble})"] if self.trouble else []
        return " ".join(told)


@dataclass(frozen=True)
class Deployment:
    """A deployment as it is now: how many pods it should have, has, and has ready. All are of its last change."""

    name: str
    wanted: int
    there: int
    ready: int

    def __str__(self) -> str:
        return f"at {self.ready} ready of {self.there} pods, with {self.wanted} wanted"


def state_of(pod: Pod | None) -> str:
    return f"it is {pod}" if pod else "it is gone"


def state_of_each(pods: list[Pod]) -> str:
    return ", ".join(f"{pod.name} is {pod}" for pod in pods) or "no pod is there"
