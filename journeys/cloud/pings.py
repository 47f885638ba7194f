"""Pings: from us to a scenario's servers, between them, and from them to the world."""

import itertools
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from journeys import metrics
from journeys.cloud.logins import EVERYBODY, Logins
from journeys.cloud.nouns import Rule
from journeys.commands import Said, failed, here
from journeys.failures import ObjectiveMissed
from journeys.units import seconds as told

if TYPE_CHECKING:
    from journeys.ssh import Session

COUNT = 5  # a second apart, as ping sends them by itself
ENDS_WITHIN = 30  # seconds: for COUNT pings, the last answer, and finding out an address

# ping of Linux and ping of busybox end alike.
_SUMMARY = re.compile(r"(\d+) packets transmitted, (\d+) (?:packets )?received")
_ROUND_TRIP = re.compile(r"min/avg/max\S* = [\d.]+/([\d.]+)/")

# On every core, and not for ever; the processes are told, so that they can be ended.
_KEEP_BUSY = """\
n=0; while [ $n -lt $(nproc) ]; do
timeout 120 sh -c 'while :; do :; done' > /dev/null 2>&1 < /dev/null & echo $!; n=$((n+1)); done"""
# One that has ended, and of which only its number is left, has no program.
_END_BUSY = """\
lost=0; for each in {processes}; do [ -e /proc/$each/exe ] && kill $each || lost=1; done; exit $lost"""


@dataclass(frozen=True)
class Echo:
    """What came of pinging: how many were sent and answered, and what an answer took on average, in seconds."""

    way: str
    sent: int
    answered: int
    average: float | None
    said: str


@dataclass
class Pings:
    """The pings of a scenario; `echoes` are those of the last step that pinged."""

    logins: Logins
    echoes: list[Echo] = field(default_factory=list)

    def let_in(self) -> None:
        self.logins.networks.let_in(Rule.of_pings(EVERYBODY))

    def from_outside(self) -> None:
        """As we reach the server: by its public address, or by its own from the jump host."""
        self._remember("from_outside", [self._from_outside()])

    def while_busy(self) -> None:
        """The same while every core of the server computes."""
        session, name = self.logins.session, self.logins.servers.server.name
        busy = self.logins.told(_KEEP_BUSY).split()
        echo = self._from_outside()
        ended = session.run(_END_BUSY.format(processes=" ".join(busy)), ENDS_WITHIN)
        assert busy and not ended.status, (
            f"Expected server {name} to be busy while it was pinged, but {failed(ended, 'ending what kept it busy')}"
        )
        self._remember("busy_server", [echo])

    def to_world(self) -> None:
        """From the server to JOURNEYS_OUTSIDE_HOST."""
        self._remember("to_world", [self._between(self.logins.session, self.logins.way.settings.outside_host[0])])

    def between_servers(self) -> None:
        """From each server to every other one."""
        made = self.logins.servers.made
        assert len(made) >= 2, "There are no two servers: a step that starts them has to come first."
        ways = itertools.permutations(made, 2)
        echoes = [self._between(self.logins.session_in(here), there.addresses[0]) for here, there in ways]
        self._remember("between_servers", echoes)

    def assert_answered(self) -> None:
        """Each way had one answer at least: one lost packet breaks nothing, but may miss an objective."""
        silent = [f"{echo.way} ({echo.said})" for echo in self._last if not echo.answered]
        assert not silent, (
            f"Expected an answer on each way, but on {len(silent)} of {len(self.echoes)} nobody answers: "
            f"{'; '.join(silent)}."
        )

    def assert_lost_at_most(self, percent: int) -> None:
        loss = _loss(self._last)
        if loss * 100 > percent:
            worst = min(self._last, key=lambda echo: echo.answered)
            raise ObjectiveMissed(
                f"Expected {percent} % of the pings to be lost at most, but {loss:.0%} were; most of all {worst.way}: "
                f"{worst.said}."
            )

    def assert_answered_within(self, limit: float) -> None:
        """On average, on each way, of which none is without an answer."""
        self.assert_answered()
        slow = max(self._last, key=lambda echo: echo.average or 0.0)  # old busyboxes tell none
        if (slow.average or 0.0) > limit:
            raise ObjectiveMissed(
                f"Expected pings to be answered within {told(limit)} on average, but {slow.way} that took "
                f"{told(slow.average)}."
            )

    @property
    def _last(self) -> list[Echo]:
        assert self.echoes, "Nobody was pinged: a step that does has to come first."
        return self.echoes

    def _from_outside(self) -> Echo:
        if jump := self.logins.at_jump_host():
            return self._between(jump, self.logins.servers.server.addresses[0])
        return _echo("from here", self.logins.addresses.address.address, here)

    def _between(self, session: "Session", target: str) -> Echo:
        def there(seconds: float, *command: str) -> Said:
            return session.run(f"LC_ALL=C {shlex.join(command)}", seconds)

        return _echo(f"from {session.place[0]}", target, there)

    def _remember(self, what: str, echoes: list[Echo]) -> None:
        self.echoes = echoes
        recorder = self.logins.cloud.recorder
        recorder.read(metrics.PING_LOSS, what, value=_loss(echoes))
        answered = [echo.average for echo in echoes if echo.average is not None]
        if answered:
            recorder.read(metrics.PING_DURATION, what, value=sum(answered) / len(answered))


def _echo(source: str, target: str, run: Callable[..., Said]) -> Echo:
    """Pings, with ping of wherever `run` runs it; raises AssertionError where it tells no numbers."""
    said = run(ENDS_WITHIN, "ping", "-c", str(COUNT), target)
    found, took = _SUMMARY.search(said.out), _ROUND_TRIP.search(said.out)
    assert found, f"Expected ping to work {source}, but {failed(said, f'ping {target}')}"
    sent, answered = int(found[1]), int(found[2])
    summary = said.out[found.start() :].splitlines()[0]
    return Echo(f"{source} to {target}", sent, answered, float(took[1]) / 1000 if took else None, summary)


def _loss(echoes: list[Echo]) -> float:
    return 1 - sum(echo.answered for echo in echoes) / sum(echo.sent for echo in echoes)
