"""How fast servers are: their processor, their disk, and the network between two of them."""

import hashlib
import json
import re
from dataclasses import dataclass

from journeys import metrics
from journeys.cloud.logins import Logins
from journeys.commands import Said, failed
from journeys.failures import ObjectiveMissed
from journeys.payload import BLOCK, Content
from journeys.units import bytes_per_second
from journeys.units import seconds as told

PI_WITHIN = WRITTEN_WITHIN = 280  # seconds, so that a scenario's own deadline rarely strikes first
UNSURE = 5  # the last digits of bc are rounded off: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/bc.html
IPERF_PORT = 5201  # iperf3's own
TRANSFER_TAKES = 3  # seconds
FILE = "/var/tmp/journeys-disk"
LOG = "/var/tmp/journeys-iperf3"

# Each MiB is the same, but not compressible; the disk has it all before dd ends, and dd tells its time. It is read
# past what the server keeps in memory; where that can't be done, the first dd of those that read says so.
_WRITE = """\
cat > {file}.seed; n=0
while [ $n -lt {blocks} ]; do cat {file}.seed; n=$((n+1)); done | LC_ALL=C dd of={file} bs=65536 conv=fsync && \
dd if={file} of=/dev/null bs=65536 count=1 iflag=direct && \
dd if={file} bs=65536 iflag=direct | sha256sum; failed=$?; rm -f {file} {file}.seed; exit $failed"""

# What the OpenStack Health Monitor has fio do: four processes read and write blocks of 16 KiB at random places.
RANDOM_TAKES = 10  # seconds
_RANDOM = f"""\
cd /var/tmp/ && fio --name=journeys-fio --rw=randrw --bs=16k --direct=1 --numjobs=4 --size=64M --group_reporting \\
--time_based --runtime={RANDOM_TAKES} --output-format=json; failed=$?; rm -f journeys-fio.*; exit $failed"""

# For one client, and not for ever. It serves once it says so.
_SERVE = """\
(timeout 60 iperf3 -s -1 -B {address} -p {port} --forceflush > {log} 2>&1 < /dev/null &); n=0
until grep -qs listening {log} || [ $n -ge 10 ]; do sleep 1; n=$((n+1)); done; cat {log}; grep -q listening {log}"""


@dataclass
class Benchmarks:
    """The benchmarks of a scenario, in the servers that it is logged in to."""

    logins: Logins
    wanted: int = 0  # how many digits of pi, behind the point
    digits: str | None = None  # as the server computed them
    seconds: float = 0.0  # how long that took
    written: tuple[str, str] | None = None  # the checksum of what the disk should hold, and of what it holds
    speed: float | None = None  # bytes a second, of the disk or the network
    operations: float | None = None  # a second, of the disk
    slowest: float = 0.0  # seconds: within which 99 % of those operations ended

    def compute_pi(self, digits: int) -> None:
        """With bc, as the OpenStack Health Monitor does: one core, no disk."""
        said = self._run(f"echo 'scale={digits}; 4*a(1)' | BC_LINE_LENGTH=0 bc -l", "bc", PI_WITHIN)
        self.wanted, self.digits, self.seconds = digits, re.sub(r"\\\s|\s", "", said.out), said.seconds
        self._read(metrics.BENCHMARK_DURATION, f"pi_{digits}_digits", said.seconds)

    def assert_pi(self) -> None:
        assert self.digits is not None, "Nothing was computed: a step that does has to come first."
        right, name = pi(self.wanted), self.logins.servers.server.name
        assert len(self.digits) == len(right), (
            f"Expected {self.wanted} digits of pi, but server {name} computed {self.digits[:40]!r}, "
            f"{len(self.digits)} letters."
        )
        wrong = next((n for n in range(len(right) - UNSURE) if self.digits[n] != right[n]), None)
        assert wrong is None, (
            f"Expected the digits of pi, but server {name} computed other ones from the {wrong - 1}. decimal on."
        )

    def assert_pi_within(self, limit: float) -> None:
        assert self.digits is not None, "Nothing was computed: a step that does has to come first."
        if self.seconds > limit:
            raise ObjectiveMissed(
                f"Expected the digits to be computed within {told(limit)}, but that took {told(self.seconds)}."
            )

    def write(self, size: int) -> None:
        assert size % BLOCK == 0, f"Expected a whole number of MiB to write, not {size} B."
        seed = Content.of("disk", BLOCK).read()
        command = _WRITE.format(file=FILE, blocks=size // BLOCK)
        said = self._run(command, "dd", WRITTEN_WITHIN, seed)
        took = re.search(r"([\d.]+) s(?:econds)?,", said.err)
        assert took, f"Expected dd to tell its time, but it says {said.err.strip()!r}."
        digest = hashlib.sha256()
        for _ in range(size // BLOCK):
            digest.update(seed)
        self.written = digest.hexdigest(), (said.out.split() or [""])[0]
        self._measured("disk_write", size / max(float(took[1]), 1e-6))

    def assert_written(self) -> None:
        assert self.written, "Nothing was written: a step that does has to come first."
        wanted, found = self.written
        assert found == wanted, (
            f"Expected the disk to hold what was written (SHA-256 {wanted}), but it holds something else ({found})."
        )

    def read_and_write_at_random(self) -> None:
        """Past the server's own cache; reads and writes are counted together."""
        said = self._run(_RANDOM, "fio", RANDOM_TAKES + 120)
        found = json.loads(said.out[said.out.index("{") :])["jobs"][0]
        kinds = found["read"], found["write"]
        self.operations = sum(kind["iops"] for kind in kinds)
        self.slowest = max(kind["clat_ns"]["percentile"]["99.000000"] for kind in kinds) / 1e9
        self._read(metrics.BENCHMARK_OPERATIONS, "disk_random", self.operations)
        self._read(metrics.BENCHMARK_DURATION, "disk_random_operation_p99", self.slowest)

    def assert_operations(self, least: int) -> None:
        assert self.operations is not None, "Nothing was measured: a step that does has to come first."
        if self.operations < least:
            raise ObjectiveMissed(
                f"Expected {least} operations per second at least, but it were {self.operations:.0f}."
            )

    def assert_operations_within(self, limit: float) -> None:
        assert self.operations is not None, "Nothing was measured: a step that does has to come first."
        if self.slowest > limit:
            raise ObjectiveMissed(
                f"Expected 99 % of the operations to take {told(limit)} at most, but it was {told(self.slowest)}."
            )

    def transfer(self) -> None:
        """From the first server to the last one, for TRANSFER_TAKES."""
        sender, receiver = self.logins.servers.at(0), self.logins.servers.server
        assert sender is not receiver, "There are no two servers: a step that starts them has to come first."
        self.logins.let_in(IPERF_PORT)
        self._run(_SERVE.format(log=LOG, address=receiver.addresses[0], port=IPERF_PORT), "iperf3", 30)
        command = f"iperf3 -c {receiver.addresses[0]} -p {IPERF_PORT} -t {TRANSFER_TAKES} -J"
        said = self.logins.session_in(sender).run(command, TRANSFER_TAKES + 30)
        told = json.loads(said.out or "{}")
        problem = told.get("error") or said.status
        assert not problem, f"Expected {sender.name} to send to {receiver.name} with iperf3, but it says: {problem}."
        self._measured("network", told["end"]["sum_received"]["bits_per_second"] / 8)

    def assert_speed(self, least: float) -> None:
        assert self.speed is not None, "Nothing was measured: a step that does has to come first."
        if self.speed < least:
            raise ObjectiveMissed(
                f"Expected {bytes_per_second(least)} at least, but it was {bytes_per_second(self.speed)}."
            )

    def _run(self, command: str, program: str, seconds: float, data: bytes = b"") -> Said:
        """What it said; raises AssertionError where it failed, and says so where the program is missing."""
        name = self.logins.servers.server.name
        there = self.logins.session.run(f"command -v {program}", seconds)
        assert not there.status, (
            f"Expected server {name} to have {program}, but its image has none: choose another one "
            "(JOURNEYS_SERVER_IMAGE), or do not declare what needs it (JOURNEYS_CAPABILITIES)."
        )
        said = self.logins.session.run(command, seconds, data)
        assert not said.status, f"Expected {program} to succeed in server {name}, but {failed(said, program)}"
        return said

    def _measured(self, what: str, speed: float) -> None:
        self.speed = speed
        self._read(metrics.BENCHMARK_SPEED, what, speed)

    def _read(self, family: metrics.Family, what: str, value: float) -> None:
        self.logins.cloud.recorder.read(family, what, value=value)


def pi(decimals: int) -> str:
    """Its digits, ``3.14159…``, by Machin's formula."""
    unit = 10 ** (decimals + 10)

    def inverse_tangent(denominator: int) -> int:
        term = total = unit // denominator
        divisor, sign = 3, -1
        while term:
            term //= denominator**2
            total += sign * (term // divisor)
            divisor, sign = divisor + 2, -sign
        return total

    digits = str((16 * inverse_tangent(5) - 4 * inverse_tangent(239)) // 10**10)
    return f"{digits[0]}.{digits[1:]}"
