"""What a server finds plugged in: ports and volumes, and what is on those."""

import secrets
from dataclasses import dataclass, field

from journeys import clock
from journeys.cloud.logins import ANSWERS_WITHIN, TRY_EVERY, Logins
from journeys.cloud.nouns import Port, Server
from journeys.cloud.volumes import READY_WITHIN, Volumes
from journeys.commands import failed
from journeys.recorder import WAIT
from journeys.units import seconds as told

FOUND_WITHIN = 120  # seconds for a disk that a step needs; what it may take is a Then's business
SECTOR = 512  # bytes, as Linux counts the size of every disk, whatever it has: Documentation/ABI/stable/sysfs-block

# What goes while it is looked at is gone.
_PORTS = "cat /sys/class/net/*/address 2> /dev/null; true"
_DISKS = "cd /sys/block/ && for disk in *; do size=$(cat $disk/size 2> /dev/null) && echo $disk $size; done; true"
# Past all that the server keeps in memory: a block of 4 KiB, of which disks of any kind can be written and read.
_WRITE = "printf %-4096s {word} | sudo -n dd of=/dev/{disk} bs=4096 conv=notrunc,fsync"
_READ = "sudo -n dd if=/dev/{disk} bs=4096 count=1 iflag=direct"


@dataclass
class Devices:
    """The disks of a scenario's servers: `before` a volume was attached, by the id of the server."""

    logins: Logins
    volumes: Volumes
    before: dict[str, set[str]] = field(default_factory=dict)
    word: str = ""  # that was written to the volume

    def attach(self, server: Server) -> None:
        """Gives the volume to the server; who is logged in there sees afterwards which disk is new."""
        if server.id in self.logins.sessions:
            self.before[server.id] = set(self._disks(server))
        self.logins.cloud.driver.attach(self.volumes.volume, server)

    def have_written(self, server: Server) -> None:
        """A volume with data on it, written in the server, and detached again."""
        self.volumes.have()
        self.attach(server)
        self.word = secrets.token_hex(16)
        self._in(server, _WRITE.format(word=self.word, disk=self._disk(server, FOUND_WITHIN)))
        self.logins.cloud.driver.detach(self.volumes.volume)
        self.volumes.assert_available(READY_WITHIN)

    def assert_port(self, port: Port, seconds: float, *, found: bool = True) -> None:
        """By its hardware address, which is the same for the cloud and for the server."""
        assert port.mac, f"Expected port {port.name} to have a hardware address, but the cloud tells none."
        server = self.logins.servers.server
        addresses: list[str] = []

        def look() -> bool:
            nonlocal addresses
            addresses = self._in(server, _PORTS).lower().split()
            return (port.mac.lower() in addresses) == found

        assert self._waited(look, seconds), (
            f"Expected server {server.name} {'' if found else 'no longer '}to find port {port.name} ({port.mac}) "
            f"within {told(seconds)}, but it finds {', '.join(addresses)}."
        )

    def assert_disk(self, seconds: float) -> None:
        self._disk(self.logins.servers.server, seconds)

    def assert_no_disk(self, seconds: float) -> None:
        """None but those that it had before the volume was attached."""
        server = self.logins.servers.server
        gone = self._waited(lambda: not self._new(server), seconds)
        assert gone, (
            f"Expected server {server.name} to find the disk of volume {self.volumes.volume.name} no longer within "
            f"{told(seconds)}, but it still finds {', '.join(self._new(server))}."
        )

    def assert_reads(self, server: Server, seconds: float) -> None:
        """What was written, in whichever server, and to the original of the volume if this is a copy."""
        assert self.word, "Nothing was written to a volume: a step that does has to come first."
        found = self._in(server, _READ.format(disk=self._disk(server, seconds))).strip()
        assert found == self.word, (
            f"Expected server {server.name} to read {self.word!r} from volume {self.volumes.volume.name}, but it "
            f"reads {found[:80]!r}."
        )

    def _disk(self, server: Server, seconds: float) -> str:
        """The name of the disk that is new since the volume was attached, and as large as the volume."""
        volume = self.volumes.volume
        wanted = volume.size * 2**30

        def look() -> bool:
            return wanted in self._new(server).values()

        found = self._waited(look, seconds)
        new = self._new(server)
        assert found, (
            f"Expected server {server.name} to find a new disk of {volume.size} GiB within {told(seconds)}, but "
            f"{', '.join(f'{name} of {size} B' for name, size in new.items()) or 'nothing'} is new."
        )
        return next(name for name, size in new.items() if size == wanted)

    def _new(self, server: Server) -> dict[str, int]:
        assert server.id in self.before, "No volume was attached after the login: a step that does has to come first."
        return {name: size for name, size in self._disks(server).items() if name not in self.before[server.id]}

    def _disks(self, server: Server) -> dict[str, int]:
        """All of them, with their sizes in bytes."""
        lines = (line.split() for line in self._in(server, _DISKS).splitlines())
        return {name: int(sectors) * SECTOR for name, sectors in lines}

    def _in(self, server: Server, command: str) -> str:
        said = self.logins.session_in(server).run(command, ANSWERS_WITHIN)
        assert not said.status, f"Expected a command to succeed in server {server.name}, but {failed(said, command)}"
        return said.out

    def _waited(self, happened, seconds: float) -> bool:
        with self.logins.cloud.recorder.doing(WAIT):
            return clock.wait_until(happened, seconds, TRY_EVERY)
