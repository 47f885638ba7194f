"""What a scenario does inside its servers: it logs in, and looks from there."""

import itertools
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from journeys import clock, metrics
from journeys.cloud.addresses import Addresses
from journeys.cloud.cloud import Cloud
from journeys.cloud.networks import Networks
from journeys.cloud.nouns import Rule, Server
from journeys.cloud.servers import RUNNING_WITHIN, USER_DATA, Servers
from journeys.commands import failed
from journeys.failures import CallFailed
from journeys.recorder import WAIT
from journeys.units import seconds as told

if TYPE_CHECKING:
    from journeys.ssh import Session, Ssh

LET_IN_WITHIN = 300  # seconds for the servers of a Given; what a server may take is a Then's business
# sshd may turn away who was refused too often: after three within 15 s, unless it is told otherwise.
# https://man.openbsd.org/sshd_config (PerSourcePenalties)
AFTER_REFUSAL = 6.0  # seconds
TRY_EVERY = 1.0  # seconds between two attempts to log in: the resolution of the time until a server is reachable
ANSWERS_WITHIN = 30  # seconds for a short command
EVERYBODY = "0.0.0.0/0"
PERFORMED = "/var/tmp/journeys-user-data"  # what the user data leaves behind

# OpenStack and EC2 answer alike at this address. EC2 may want a token first, which OpenStack does not know.
# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
# https://docs.openstack.org/nova/latest/user/metadata.html#ec2-compatible-metadata
_METADATA = """\
at=http://169.254.169.254/latest
token=$(curl -sf -m 5 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' $at/api/token)
curl -sf -m 10 ${{token:+-H "X-aws-ec2-metadata-token: $token"}} $at/{what}"""


@dataclass
class _Attempts:
    """To log in to one server; times are those of `perf_counter`."""

    server: Server
    tried: float = 0.0  # when the last one was begun
    failure: CallFailed | None = None  # how it ended
    reached: float | None = None  # when one succeeded

    @property
    def are_due(self) -> bool:
        refused = self.failure is not None and self.failure.call.reason == "auth"
        return not self.reached and (not refused or time.perf_counter() >= self.tried + AFTER_REFUSAL)


@dataclass
class Logins:
    """Who is logged in to the servers of a scenario; the first server is the way to all others."""

    cloud: Cloud
    networks: Networks
    servers: Servers
    addresses: Addresses
    ssh: "Ssh | None"
    sessions: dict[str, "Session"] = field(default_factory=dict)  # by the id of the server
    jump: "Session | None" = None  # at the jump host that the settings name
    others: list["Session"] = field(default_factory=list)  # those that nobody needs any more but to be closed

    @property
    def way(self) -> "Ssh":
        assert self.ssh, "Nobody can log in: JOURNEYS_LOGIN_USERNAME says as whom."
        return self.ssh

    @property
    def session(self) -> "Session":
        """The one in the last server."""
        return self.session_in(self.servers.server)

    def session_in(self, server: Server) -> "Session":
        assert server.id in self.sessions, f"Nobody is logged in to server {server.name}: a step that does comes first."
        return self.sessions[server.id]

    # --- getting there

    def prepare(self) -> None:
        """A network from which the world is reached, a key pair, and a security group that lets logins in."""
        self.networks.create_with_subnet(outside=True)
        self.servers.create_key_pair()
        self.networks.create_group()
        self.let_in(self.way.settings.login_port)

    def let_in(self, port: int) -> None:
        self.networks.let_in(Rule.to_port(port, EVERYBODY))

    def have(self, count: int = 1) -> None:
        """Servers in which somebody is logged in."""
        self.prepare()
        self.servers.start(count)
        self.servers.assert_active(RUNNING_WITHIN)
        self.open_way()
        self.assert_lets_in(LET_IN_WITHIN)

    def open_way(self) -> None:
        """A public address for the first server, unless there is a jump host that reaches them all."""
        if not self.way.settings.login_jump_host:
            self.addresses.create()
            self.cloud.driver.lead(self.addresses.address, self.servers.made[0])

    def at_jump_host(self) -> "Session | None":
        """At the one that the settings name; None where they name none."""
        if self.way.settings.login_jump_host:
            self.jump = self.jump or self.way.at_jump_host()
        return self.jump

    def assert_lets_in(self, seconds: float) -> None:
        """All of them do, so many seconds from now; how long after the order it was goes into the metric of waits."""
        assert self.servers.made, "There is no server: a step that starts one has to come first."
        attempts = [_Attempts(server) for server in self.servers.made]

        def try_each() -> bool:
            for each in attempts:
                if each.are_due and self._has_way(each.server):
                    self._try(each)
            return all(each.reached for each in attempts)

        with self.cloud.recorder.doing(WAIT):
            clock.wait_until(try_each, seconds, TRY_EVERY)
        for each in attempts:
            name, why = each.server.name, each.failure or "The way there leads through a server that lets nobody in."
            assert each.reached, (
                f"Expected server {name} to let its owner in within {told(seconds)}, but it never did. {why}"
            )
            since = self.servers.ordered[each.server.id]
            self.cloud.recorder.read(metrics.WAIT, "server_reachable", value=each.reached - since)

    def _has_way(self, server: Server) -> bool:
        """Whether it can be tried already: all but the first may have to be reached through that."""
        first = self.servers.made[0]
        return server is first or first.id in self.sessions or bool(self.way.settings.login_jump_host)

    def _try(self, attempts: "_Attempts") -> None:
        """Logs in. While a server still boots, refusals are no failures, unless it never lets anybody in."""
        if attempts.failure:
            self.cloud.recorder.expected(attempts.failure)
        attempts.tried = time.perf_counter()
        try:
            self.sessions[attempts.server.id] = self._log_in(attempts.server)
        except CallFailed as failure:
            attempts.failure = failure
        else:
            attempts.reached = time.perf_counter()

    def try_with_another_key(self) -> None:
        """As somebody who has not got the key of the server."""
        self.others.append(self._log_in(self.servers.server, key=self.way.strange_key()))

    def _log_in(self, server: Server, key: str | None = None, through: "Session | None" = None) -> "Session":
        """By the public address of the first server, and to the others through it or through the jump host."""
        pair = self.servers.key_pair
        assert pair and pair.private_key, "There is no key pair with a private key: a step that creates it comes first."
        known = self.sessions.get(server.id)
        identity = "user" if key is None else "unknown-key"
        shown = {"host_key": known.host_key if known else "", "identity": identity}
        through = through or self.at_jump_host()
        if through is None and server is not self.servers.made[0]:
            through = self.session_in(self.servers.made[0])
        if through is None:
            return self.way.log_in(self.addresses.address.address, key or pair.private_key, **shown)
        return self.way.log_in(_address(server), key or pair.private_key, through=through, **shown)

    def close(self) -> None:
        """Logs out everywhere."""
        for session in [*self.others, *reversed(self.sessions.values()), *([self.jump] if self.jump else [])]:
            session.close()

    # --- looking around

    def told(self, command: str, seconds: float = ANSWERS_WITHIN) -> str:
        """What a command in the server says; raises AssertionError where it says that it failed."""
        said = self.session.run(command, seconds)
        assert not said.status, f"Expected a command to succeed in server {self._name}, but {failed(said, command)}"
        return said.out.strip()

    def assert_own_host_name(self) -> None:
        """Named as it was ordered, or, as EC2 does, after its address."""
        server = self.servers.server
        found = self.told("hostname").partition(".")[0]
        wanted = [server.name, *(f"ip-{address.replace('.', '-')}" for address in server.addresses)]
        assert found in wanted, f"Expected the server to call itself {' or '.join(wanted)}, but it says {found!r}."

    def assert_knows_its_address(self) -> None:
        server = self.servers.server
        found = self.told(_METADATA.format(what="meta-data/local-ipv4"))
        assert found in server.addresses, (
            f"Expected the metadata service to tell server {server.name} its address "
            f"{' or '.join(server.addresses)}, but it says {found!r}."
        )

    def assert_was_told_its_user_data(self) -> None:
        found = self.told(_METADATA.format(what="user-data"))
        assert found == USER_DATA.strip(), (
            f"Expected the metadata service to tell server {self._name} its user data {USER_DATA.strip()!r}, but it "
            f"says {found!r}."
        )

    def assert_performed_its_user_data(self, seconds: float) -> None:
        """What the user data leaves behind is there, as soon as the server has booted to its end."""
        found = ""

        def look() -> bool:
            nonlocal found
            found = self.session.run(f"cat {PERFORMED}", ANSWERS_WITHIN).out.strip()
            return found == "journeys"

        with self.cloud.recorder.doing(WAIT):
            performed = clock.wait_until(look, seconds, TRY_EVERY)
        assert performed, (
            f"Expected server {self._name} to carry out its user data within {told(seconds)}, which writes 'journeys' "
            f"to {PERFORMED}, but there is {found or 'nothing'!r}."
        )

    def assert_resolves(self) -> None:
        name, _ = self.way.settings.outside_host
        said = self.session.run(f"getent hosts {name} || nslookup {name}", ANSWERS_WITHIN)
        assert not said.status, (
            f"Expected server {self._name} to find the address of {name} (JOURNEYS_OUTSIDE_HOST), but "
            f"{failed(said, 'looking it up')}"
        )

    def assert_reaches_the_world(self) -> None:
        settings = self.way.settings
        self.session.reach(*settings.outside_host, settings.connect_timeout)

    def assert_mesh(self) -> None:
        """From each server one gets to every other one, and really to that one, as its host key tells."""
        assert len(self.servers.made) >= 2, "There are no two servers: a step that starts them has to come first."
        apart = []
        for here, there in itertools.permutations(self.servers.made, 2):
            try:
                self._log_in(there, through=self.session_in(here)).close()
            except CallFailed as failure:
                apart.append(f"{here.name} does not reach {there.name}: {failure}")
        pairs = len(self.servers.made) * (len(self.servers.made) - 1)
        assert not apart, (
            f"Expected every server to reach every other one, but of {pairs} ways {len(apart)} do not lead there. "
            f"{' '.join(apart)}"
        )

    @property
    def _name(self) -> str:
        return self.servers.server.name


def _address(server: Server) -> str:
    assert server.addresses, f"Expected server {server.name} to have an address, but it has none."
    return server.addresses[0]
