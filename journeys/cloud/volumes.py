"""What a scenario does with volumes and snapshots."""

from dataclasses import dataclass, field

from journeys.cloud.cloud import Cloud, the
from journeys.cloud.nouns import ATTACHED, AVAILABLE, Server, Snapshot, Volume, VolumeType

READY_WITHIN = 300  # seconds for the volumes of a Given; what one may take is a Then's business
SIZE = 1  # GiB


@dataclass
class Volumes:
    """The volumes and snapshots of a scenario; the last one is "the volume", "the snapshot"."""

    cloud: Cloud
    made: list[Volume] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)

    @property
    def volume(self) -> Volume:
        return the("volume", self.made)

    @property
    def snapshot(self) -> Snapshot:
        return the("snapshot", self.snapshots)

    def create(self, size: int = SIZE, *, from_image: bool = False, type: str | None = None) -> None:
        create = self.cloud.driver.create_volume
        self.made.append(self.cloud.make("volume", create, size, from_image=from_image, type=type))

    def have(self, *, from_image: bool = False) -> None:
        """A volume that is available."""
        self.create(from_image=from_image)
        self.assert_available(READY_WITHIN)

    def create_of_every_type(self) -> None:
        for type in self.cloud.driver.listed(VolumeType):
            self.create(type=type.name)

    def take_snapshot(self) -> None:
        self.snapshots.append(self.cloud.make("snapshot", self.cloud.driver.create_snapshot, self.volume))

    def have_snapshot(self) -> None:
        self.take_snapshot()
        self.assert_snapshot_available(READY_WITHIN)

    def restore(self) -> None:
        create = self.cloud.driver.create_volume
        self.made.append(self.cloud.make("volume", create, self.snapshot.size, snapshot=self.snapshot))

    def try_beyond_quota(self) -> None:
        self.create(self.cloud.beyond_quota(Volume))

    def assert_available(self, seconds: float) -> None:
        """All of them are."""
        assert self.made, "There is no volume: a step that creates one has to come first."
        self.made = [
            self.cloud.until(volume, _is(AVAILABLE), "to be available", seconds, "volume_available")
            for volume in self.made
        ]

    def assert_snapshot_available(self, seconds: float) -> None:
        self.snapshots[-1] = self.cloud.until(
            self.snapshot, _is(AVAILABLE), "to be available", seconds, "snapshot_available"
        )

    def assert_attached(self, server: Server, seconds: float) -> None:
        self.cloud.until(
            self.volume,
            lambda latest: latest is not None and (latest.status, latest.server) == (ATTACHED, server.id),
            f"to be attached to server {server.name}",
            seconds,
            "volume_attached",
        )

    def assert_size(self, size: int, seconds: float) -> None:
        self.cloud.until(
            self.volume,
            lambda latest: latest is not None and (latest.status, latest.size) == (AVAILABLE, size),
            f"to have {size} GiB",
            seconds,
            "volume_extended",
        )

    def assert_as_large_as_snapshot(self) -> None:
        assert self.volume.size == self.snapshot.size, (
            f"Expected volume {self.volume.name} to have {self.snapshot.size} GiB as its snapshot, but it has "
            f"{self.volume.size} GiB."
        )


def _is(status: str):
    return lambda latest: latest is not None and latest.status == status
