"""What a scenario does with servers and key pairs."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from journeys import metrics
from journeys.cloud import keys
from journeys.cloud.cloud import Cloud, the
from journeys.cloud.driver import Order
from journeys.cloud.networks import Networks
from journeys.cloud.nouns import ACTIVE, PHASES, STOPPED, KeyPair, Port, Server, Zone

RUNNING_WITHIN = 300  # seconds for the servers of a Given; what a server may take is a Then's business
USER_DATA = "#!/bin/sh\necho journeys > /var/tmp/journeys-user-data\n"


@dataclass
class Servers:
    """The servers of a scenario; the last one is "the server"."""

    cloud: Cloud
    networks: Networks
    made: list[Server] = field(default_factory=list)
    ordered: dict[str, float] = field(default_factory=dict)  # when each was ordered, by its id, as perf_counter tells
    timed: set[str] = field(default_factory=set)  # those whose phases were measured, by id
    zones: list[Zone] = field(default_factory=list)  # where they were ordered to be
    key_pair: KeyPair | None = None
    known: dict[str, Server] = field(default_factory=dict)  # what each should be like since it first ran, by its id

    @property
    def server(self) -> Server:
        return the("server", self.made)

    def at(self, place: int) -> Server:
        """One of them by its place, counted from 0; -1 is the last one."""
        last = the("server", self.made)
        assert place < len(self.made), "There is one server only: a step that starts several has to come first."
        return last if place < 0 else self.made[place]

    def create_key_pair(self) -> None:
        self.key_pair = self.cloud.make("key-pair", self.cloud.driver.create_key_pair)

    def assert_key_fits(self) -> None:
        """The private key that came with the key pair is the one by whose fingerprint the cloud knows it."""
        assert self.key_pair, "Expected a key pair, but there is none."
        name = self.key_pair.name
        try:
            fitting = keys.fingerprints(self.key_pair.private_key)
        except keys.NoKey:
            raise AssertionError(f"Expected a private key to come with key pair {name}, but that is none.") from None
        latest = self.cloud.driver.now(self.key_pair)
        told = latest.fingerprint if latest else "none"
        assert told in fitting, (
            f"Expected the private key of key pair {name} to have the fingerprint that the cloud tells, {told}, but it "
            f"has {' or '.join(sorted(fitting))}."
        )

    def start(self, count: int = 1, **wanted: Any) -> None:
        """Orders servers, each with the scenario's key pair and security group where it has them.

        `wanted`: what else an `Order` can say of them.
        """
        group = self.networks.group
        order = Order(self.networks.subnet, self.key_pair, group, user_data=USER_DATA, **wanted)
        began = time.perf_counter()
        for server in self.cloud.make_at_once(count, "server", self.cloud.driver.create_server, order):
            self.ordered[server.id] = began
            self.made.append(server)
        self.cloud.recorder.read(metrics.WAIT, "server_accepted", value=time.perf_counter() - began)

    def try_beyond_quota(self) -> None:
        """With one request, so that none is started where the quota holds."""
        order = Order(self.networks.subnet)
        self.cloud.make("server", self.cloud.driver.create_servers, order, self.cloud.beyond_quota(Server))

    def start_in_every_zone(self) -> None:
        """A subnet and a server for each zone: in EC2 it is the subnet that has a zone."""
        self.zones = self.cloud.driver.listed(Zone)
        for number, zone in enumerate(self.zones):
            self.networks.add_subnet(f"10.71.{number}.0/24", zone.id)
            self.start(zone=zone.id)

    def run(self, count: int = 1, *, outside: bool = False) -> None:
        """Servers that run, in a network of their own, which leads `outside` if that is needed."""
        self.networks.create_with_subnet(outside=outside)
        self.start(count)
        self.assert_active(RUNNING_WITHIN)

    def assert_active(self, seconds: float) -> None:
        """All of them are; how long each phase took goes into the metric of waits."""
        assert self.made, "There is no server: a step that starts one has to come first."
        nouns = [(server, self._active(server.id)) for server in self.made]
        self.made = self.cloud.until_each(nouns, "to be active", seconds)
        for server in self.made:
            self.known.setdefault(server.id, server)

    def _active(self, id_: str) -> Callable[[Server | None], bool]:
        """Whether a server is; the first time it is asked, it also notes how long each phase took."""
        ordered = self.ordered[id_] if id_ not in self.timed else None
        self.timed.add(id_)
        reached = PHASES[0]

        def is_active(latest: Server | None) -> bool:
            nonlocal reached
            while latest and ordered and PHASES.index(reached) < PHASES.index(latest.phase):
                reached = PHASES[PHASES.index(reached) + 1]
                self.cloud.recorder.read(metrics.WAIT, f"server_{reached}", value=time.perf_counter() - ordered)
            return latest is not None and latest.status == ACTIVE

        return is_active

    def assert_stopped(self, seconds: float) -> None:
        self.cloud.until(
            self.server,
            lambda latest: bool(latest and latest.status == STOPPED),
            "to be stopped",
            seconds,
            "server_stopped",
        )

    def rename(self) -> None:
        self._assert_ran()
        name = self.cloud.rename(self.cloud.driver.rename, self.server)
        self.made[-1] = replace(self.server, name=name)
        self._change(name=name)

    def label(self, key: str, value: str) -> None:
        self._assert_ran()
        self.cloud.driver.label(self.server, key, value)
        self._change(labels=tuple(sorted((dict(self.known[self.server.id].labels) | {key: value}).items())))

    def _change(self, **parts: Any) -> None:
        """Notes what was changed on purpose."""
        self.known[self.server.id] = replace(self.known[self.server.id], **parts)

    def _assert_ran(self) -> None:
        assert self.server.id in self.known, "The server never ran: a step that waits for it has to come first."

    def assert_otherwise_as_it_was(self, seconds: float) -> None:
        """All that the cloud tells of it is as it was when it first ran, but for what was changed on purpose."""
        self._assert_ran()
        as_it_was = self.known[self.server.id]
        self.cloud.until(self.server, lambda latest: latest == as_it_was, f"to be as it was, {as_it_was},", seconds)

    def assert_rebooted(self, seconds: float) -> None:
        self.cloud.until(
            self.server,
            lambda latest: "reboot" in self.cloud.driver.history(self.server),
            "to have been rebooted",
            seconds,
        )

    def assert_in_subnet(self) -> None:
        """Each of its addresses is one of the subnet's, and that of a port there that is in service."""
        addresses = self.server.addresses or ("",)
        for address in addresses:
            self.networks.assert_in_subnet(f"the address of server {self.server.name}", address)
        ports = [port for port in self.cloud.driver.listed(Port) if port.server == self.server.id]
        served = [
            address
            for port in ports
            for address in port.addresses
            if port.enabled and port.network == self.networks.network.id
        ]
        assert sorted(served) == sorted(addresses), (
            f"Expected server {self.server.name} to have ports in its network with {', '.join(addresses)}, but it has "
            f"{', '.join(sorted(served)) or 'none'}."
        )

    def assert_apart(self) -> None:
        """No two of them have an address in common, and each has one."""
        addresses = [address for server in self.made for address in server.addresses]
        without = [server.name for server in self.made if not server.addresses]
        assert not without, f"Expected every server to have an address, but {', '.join(without)} has none."
        assert len(addresses) == len(set(addresses)), (
            f"Expected every server to have an address of its own, but they have {', '.join(sorted(addresses))}."
        )

    def assert_every_zone(self) -> None:
        assert self.zones, "No availability zone was used: a step that does has to come first."
        for server in self.made:
            wanted = self.cloud.ordered[server.id].zone
            assert server.zone == wanted, (
                f"Expected server {server.name} to be in zone {wanted}, but it is in {server.zone or 'none'}."
            )
        left = {zone.id for zone in self.zones} - {server.zone for server in self.made}
        assert not left, f"Expected a server in each zone, but there is none in {', '.join(sorted(left))}."

    def assert_label(self, key: str, value: str) -> None:
        latest = self.cloud.driver.now(self.server)
        assert latest, f"Expected server {self.server.name} to be there, but it is gone."
        labels = dict(latest.labels)
        assert labels.get(key) == value, (
            f"Expected server {latest.name} to have the label {key!r} as {value!r}, but its labels are "
            f"{labels or 'none'}."
        )

    def assert_user_data(self) -> None:
        found = self.cloud.driver.user_data(self.server)
        assert found == USER_DATA, (
            f"Expected the cloud to tell the user data of server {self.server.name} as it was given, "
            f"{USER_DATA!r}, but it tells {found!r}."
        )

    def assert_console_says_something(self, seconds: float) -> None:
        self.cloud.until(
            self.server,
            lambda latest: bool(self.cloud.driver.console(self.server).strip()),
            "to say something",
            seconds,
        )

    def assert_has_port(self, port: Port, seconds: float) -> None:
        """Both the server and the port tell that they belong together."""
        self.cloud.until(
            self.server,
            lambda latest: latest is not None and set(port.addresses) <= set(latest.addresses),
            f"to have the address {', '.join(port.addresses)}",
            seconds,
            "port_attached",
        )
        self._belongs(port, self.server.id, f"to belong to server {self.server.name}", seconds)

    def assert_has_no_port(self, port: Port, seconds: float) -> None:
        """Neither the server nor the port tells that they belong together."""
        self.cloud.until(
            self.server,
            lambda latest: latest is not None and not set(port.addresses) & set(latest.addresses),
            f"no longer to have the address {', '.join(port.addresses)}",
            seconds,
            "port_detached",
        )
        self._belongs(port, "", "to belong to no server", seconds)

    def _belongs(self, port: Port, server: str, expected: str, seconds: float) -> None:
        self.cloud.until(port, lambda latest: latest is not None and latest.server == server, expected, seconds)

    def assert_no_port_left(self) -> None:
        """Neither one that still says so, nor one that only has its address still."""
        network, addresses = self.networks.network.id, set(self.server.addresses)
        left = [
            port
            for port in self.cloud.driver.listed(Port)
            if port.server == self.server.id or (port.network == network and addresses & set(port.addresses))
        ]
        assert not left, f"Expected no port of server {self.server.name} to be left, but there are {len(left)}."
