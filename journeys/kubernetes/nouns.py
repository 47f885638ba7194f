"""The nouns of a cluster, as far as promises are about them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Pod:
    """A pod as it is now. `trouble` says why it is not ready, as far as the cluster tells; "" where it does not."""

    name: str
    phase: str
    scheduled: bool = False
    ready: bool = False
    address: str = ""
    serves: bool = False  # whether a service of the scenario leads to it
    trouble: str = ""

    def __str__(self) -> str:
        return f"{self.phase}{' and ready' if self.ready else ''}{f' ({self.trouble})' if self.trouble else ''}"


@dataclass(frozen=True)
class Deployment:
    """A deployment as it is now: how many pods it should have, has, and has ready. All are of its last change."""

    name: str
    wanted: int
    there: int
    ready: int

    def __str__(self) -> str:
        return f"at {self.ready} ready of {self.there} pods, with {self.wanted} wanted"
