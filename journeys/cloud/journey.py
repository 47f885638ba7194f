"""What one scenario does in a cloud: the steps' only state there, made anew for each scenario."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from journeys.cloud.addresses import Addresses
from journeys.cloud.balancers import Balancers
from journeys.cloud.benchmarks import Benchmarks
from journeys.cloud.cloud import Cloud
from journeys.cloud.devices import Devices
from journeys.cloud.driver import KINDS
from journeys.cloud.logins import Logins
from journeys.cloud.networks import Networks
from journeys.cloud.pings import Pings
from journeys.cloud.servers import Servers
from journeys.cloud.traffic import Traffic
from journeys.cloud.volumes import Volumes
from journeys.http import Http
from journeys.units import seconds

if TYPE_CHECKING:
    from journeys.ssh import Ssh


@dataclass
class CloudJourney:
    """The state of a scenario in a cloud, by noun."""

    cloud: Cloud
    http: Http
    ssh: "Ssh | None" = None  # the way into servers
    session: float | None = None  # for how many seconds the login holds
    offered: list[Any] | None = None  # what a list held
    trouble: Mapping[str, str] | None = None  # what is wrong with which service
    networks: Networks = field(init=False)
    servers: Servers = field(init=False)
    volumes: Volumes = field(init=False)
    addresses: Addresses = field(init=False)
    balancers: Balancers = field(init=False)
    logins: Logins = field(init=False)
    benchmarks: Benchmarks = field(init=False)
    devices: Devices = field(init=False)
    pings: Pings = field(init=False)
    traffic: Traffic = field(init=False)

    def __post_init__(self) -> None:
        self.networks = Networks(self.cloud)
        self.servers = Servers(self.cloud, self.networks)
        self.volumes = Volumes(self.cloud)
        self.addresses = Addresses(self.cloud, self.networks)
        self.balancers = Balancers(self.cloud, self.networks)
        self.logins = Logins(self.cloud, self.networks, self.servers, self.addresses, self.ssh)
        self.benchmarks = Benchmarks(self.logins)
        self.devices = Devices(self.logins, self.volumes)
        self.pings = Pings(self.logins)
        self.traffic = Traffic(self.logins, self.balancers, self.http)

    def the(self, thing: str) -> Any:
        """What the scenario made last of this kind, one of `vocabulary.THINGS`."""
        made = {
            "network": lambda: self.networks.network,
            "subnet": lambda: self.networks.subnet,
            "router": lambda: self.networks.router,
            "port": lambda: self.networks.port,
            "security group": lambda: self.networks.group,
            "key pair": lambda: self.servers.key_pair,
            "server": lambda: self.servers.server,
            "volume": lambda: self.volumes.volume,
            "snapshot": lambda: self.volumes.snapshot,
            "public address": lambda: self.addresses.address,
            "load balancer": lambda: self.balancers.balancer,
        }[thing]()
        assert made, f"There is no {thing}: a step that creates one has to come first."
        return made

    def remove(self, thing: str) -> None:
        self.cloud.remove(self.the(thing))

    def assert_listed(self, thing: str) -> None:
        self.cloud.assert_listed(self.the(thing))

    def assert_as_ordered(self, thing: str) -> None:
        self.cloud.assert_as_ordered(self.the(thing))

    def assert_gone(self, thing: str, seconds: float) -> None:
        self.cloud.assert_gone(self.the(thing), seconds)

    def assert_others_left(self, thing: str) -> None:
        self.cloud.assert_others_left(KINDS[thing.replace(" ", "-")])

    def log_in(self) -> None:
        self.session = max(self.cloud.driver.log_in(), 0)

    def assert_logged_in_for(self, wanted: float) -> None:
        assert self.session is not None, "Nobody logged in: a step that does has to come first."
        assert self.session >= wanted, (
            f"Expected to be logged in for at least {seconds(wanted)}, but the login ends in {seconds(self.session)}."
        )

    def list_all(self, kind: type) -> None:
        self.offered = self.cloud.driver.listed(kind)

    def assert_something_offered(self) -> None:
        """At least one has a name and can be chosen, and none is offered twice."""
        assert self.offered is not None, "Nothing was listed: a step that lists it has to come first."
        doubled = [name for name, times in Counter(offer.id for offer in self.offered).items() if times > 1]
        assert not doubled, f"Expected each to be offered once, but {', '.join(doubled)} is offered again."
        assert any(offer.name and offer.usable for offer in self.offered), (
            f"Expected at least one to choose from, but {'none of those' if self.offered else 'the list is empty.'}"
            f"{f' {len(self.offered)} listed can be used.' if self.offered else ''}"
        )

    def ask_each_service(self) -> None:
        self.trouble = self.cloud.driver.try_each_service()

    def assert_every_service_answers(self) -> None:
        assert self.trouble is not None, "No service was asked: a step that asks them has to come first."
        told = "; ".join(f"{service}: {problem}" for service, problem in self.trouble.items())
        assert not self.trouble, f"Expected every service of the catalogue to answer, but {told}"

    def try_to_create_as_reader(self) -> None:
        """Should it be allowed against all expectations, the network is ours and goes."""
        self.cloud.make("network", self.cloud.driver.as_reader().create_network)

    def try_to_remove_as_reader(self) -> None:
        self.cloud.driver.as_reader().delete(self.networks.network)

    def assert_reader_sees_network(self) -> None:
        network = self.networks.network
        found = self.cloud.driver.as_reader().now(network)
        assert found and found.name == network.name, (
            f"Expected a reader to see network {network.name}, but {found or 'it is not found'}."
        )
