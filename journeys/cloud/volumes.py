"""What a scenario does with volumes and snapshots."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from journeys import metrics
from journeys.cloud.cloud import Cloud, the
from journeys.cloud.nouns import ATTACHED, AVAILABLE, BUSY, Server, Snapshot, Volume, VolumeType

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
        """All of them are, and no server has one."""
        assert self.made, "There is no volume: a step that creates one has to come first."
        nouns = [(volume, self._becoming_free(volume)) for volume in self.made]
        self.made = self.cloud.until_each(nouns, "to be available", seconds)

    def _becoming_free(self, volume: Volume) -> Callable[[Volume | None], bool]:
        """Whether a volume is; how long a new one took goes into the metric of waits."""
        new, began = volume.status == BUSY, time.perf_counter()

        def is_free(latest: Volume | None) -> bool:
            free = latest is not None and latest.status == AVAILABLE and not latest.servers
            if free and new:
                self.cloud.recorder.read(metrics.WAIT, "volume_available", value=time.perf_counter() - began)
            return free

        return is_free

    def assert_snapshot_available(self, seconds: float) -> None:
        self.snapshots[-1] = self.cloud.until(
            self.snapshot, _is_available, "to be available", seconds, "snapshot_available"
        )

    def assert_attached(self, server: Server, seconds: float) -> None:
        self.cloud.until(
            self.volume,
            lambda latest: latest is not None and (latest.status, latest.servers) == (ATTACHED, (server.id,)),
            f"to be attached to server {server.name}",
            seconds,
            "volume_attached",
        )
        self.cloud.until(
            server,
            lambda latest: latest is not None and self.volume.id in latest.volumes,
            f"to know of volume {self.volume.name}",
            seconds,
        )

    def extend(self, size: int) -> None:
        self.cloud.driver.extend(self.volume, size)
        self.cloud.ordered[self.volume.id] = replace(self.cloud.ordered[self.volume.id], size=size)

    def assert_size(self, size: int, seconds: float) -> None:
        self.cloud.until(
            self.volume,
            lambda latest: latest is not None and (latest.status, latest.size) == (AVAILABLE, size),
            f"to have {size} GiB",
            seconds,
            "volume_extended",
        )


def _is_available(latest: Snapshot | None) -> bool:
    return latest is not None and latest.status == AVAILABLE
