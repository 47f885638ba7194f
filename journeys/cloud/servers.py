"""What a scenario does with servers and key pairs."""

import time
from dataclasses import dataclass, field
from typing import Any

from journeys import metrics
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

    @property
    def server(self) -> Server:
        return the("server", self.made)

    def create_key_pair(self) -> None:
        self.key_pair = self.cloud.make("key-pair", self.cloud.driver.create_key_pair)

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
        end = time.perf_counter() + seconds
        self.made = [self._active(server, max(end - time.perf_counter(), 0)) for server in self.made]

    def _active(self, server: Server, seconds: float) -> Server:
        ordered = self.ordered[server.id] if server.id not in self.timed else None
        self.timed.add(server.id)
        reached = PHASES[0]

        def is_active(latest: Server | None) -> bool:
            nonlocal reached
            while latest and ordered and PHASES.index(reached) < PHASES.index(latest.phase):
                reached = PHASES[PHASES.index(reached) + 1]
                self.cloud.recorder.read(metrics.WAIT, f"server_{reached}", value=time.perf_counter() - ordered)
            return latest is not None and latest.status == ACTIVE

        return self.cloud.until(server, is_active, "to be active", seconds)

    def assert_stopped(self, seconds: float) -> None:
        self.cloud.until(
            self.server,
            lambda latest: bool(latest and latest.status == STOPPED),
            "to be stopped",
            seconds,
            "server_stopped",
        )

    def rename(self) -> None:
        name = self.cloud.rename(self.cloud.driver.rename, self.server)
        self.made[-1] = Server(self.server.id, name, self.server.status)

    def assert_in_subnet(self) -> None:
        addresses = self.server.addresses
        self.networks.assert_in_subnet(f"the address of server {self.server.name}", addresses[0] if addresses else "")

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
        found = [server.zone for server in self.made]
        wanted = [zone.name for zone in self.zones]
        assert sorted(found) == sorted(wanted), (
            f"Expected a server in each of the zones {', '.join(wanted)}, but they are in {', '.join(found)}."
        )

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
            self.server, lambda latest: bool(self.cloud.driver.console(self.server)), "to say something", seconds
        )

    def assert_has_address(self, port: Port, seconds: float, *, has: bool = True) -> None:
        (address, *_) = port.addresses
        self.cloud.until(
            self.server,
            lambda latest: latest is not None and (address in latest.addresses) == has,
            f"{'to have' if has else 'no longer to have'} the address {address}",
            seconds,
            "port_attached" if has else "port_detached",
        )

    def assert_no_port_left(self) -> None:
        left = [port for port in self.cloud.driver.listed(Port) if port.server == self.server.id]
        assert not left, f"Expected no port of server {self.server.name} to be left, but there are {len(left)}."
