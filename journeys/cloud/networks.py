"""What a scenario does with networks, subnets, routers, ports and security groups."""

from dataclasses import dataclass, field, replace
from ipaddress import ip_address, ip_network

from journeys.cloud.cloud import Cloud, the
from journeys.cloud.nouns import Network, Port, Router, Rule, SecurityGroup, Subnet

# Inside the range that a network of EC2 has; subnets where a step names none.
DEFAULT_RANGE = "10.71.0.0/24"


@dataclass
class Networks:
    """The networks of a scenario, and what is in them."""

    cloud: Cloud
    made: list[Network] = field(default_factory=list)  # the last one is "the network"
    subnets: list[Subnet] = field(default_factory=list)
    ports: list[Port] = field(default_factory=list)
    router: Router | None = None
    group: SecurityGroup | None = None

    @property
    def network(self) -> Network:
        return the("network", self.made)

    @property
    def subnet(self) -> Subnet:
        return the("subnet", self.subnets)

    @property
    def port(self) -> Port:
        return the("port", self.ports)

    def create(self, count: int = 1) -> None:
        self.made += self.cloud.make_at_once(count, "network", self.cloud.driver.create_network)

    def add_subnet(self, cidr: str = DEFAULT_RANGE, zone: str | None = None) -> Subnet:
        self.subnets.append(self.cloud.make("subnet", self.cloud.driver.create_subnet, self.network, cidr, zone))
        return self.subnet

    def create_with_subnet(self, *, outside: bool = False) -> None:
        """With a router that leads to the world, too, where that is needed."""
        self.create()
        self.add_subnet()
        if outside:
            self.create_router(outside=True)
            self.connect()

    def create_router(self, *, outside: bool = False) -> None:
        self.router = self.cloud.make("router", self.cloud.driver.create_router, self.network, outside=outside)

    def connect(self) -> None:
        assert self.router, "There is no router: a step that creates one has to come first."
        self.cloud.driver.connect(self.router, self.subnet)

    def create_port(self, address: str | None = None, subnet: Subnet | None = None) -> None:
        self.ports.append(self.cloud.make("port", self.cloud.driver.create_port, subnet or self.subnet, address))

    def try_beyond_quota(self) -> None:
        """With one request, so that none is made where the quota holds; else they go with their network."""
        self.cloud.make("port", self.cloud.driver.create_ports, self.subnet, self.cloud.beyond_quota(Port))

    def create_port_in_each(self, address: str) -> None:
        for subnet in self.subnets:
            self.create_port(address, subnet)

    def create_group(self) -> None:
        self.group = self.cloud.make("security-group", self.cloud.driver.create_group, self.network)

    def let_in(self, rule: Rule) -> None:
        """As the scenario's security group allows from now on."""
        assert self.group, "There is no security group: a step that creates one has to come first."
        self.cloud.driver.allow(self.group, rule)

    def close(self, rule: Rule) -> None:
        """The same no longer."""
        assert self.group, "There is no security group: a step that creates one has to come first."
        self.cloud.driver.close(self.group, rule)

    def disconnect(self) -> None:
        assert self.router, "There is no router: a step that creates one has to come first."
        self.cloud.driver.disconnect(self.router, self.subnet)

    def assert_in_subnet(self, what: str, address: str) -> None:
        """It is one of those that a subnet has for servers."""
        inside = address and ip_address(address) in ip_network(self.subnet.cidr)
        assert inside, f"Expected {what} to lie in {self.subnet.cidr}, but it is {address or 'none'}."
        assert address not in self.subnet.kept, (
            f"Expected {what} to be one for servers, but {address} is the subnet's own."
        )

    def assert_ports_in_subnet(self) -> None:
        assert self.ports, "There is no port: a step that creates one has to come first."
        for port in self.ports:
            for address in port.addresses or ("",):
                self.assert_in_subnet(f"the address of port {port.name}", address)

    def assert_apart(self) -> None:
        """No two ports have an address in common, be it of IP or of Ethernet."""
        assert len(self.ports) >= 2, "Expected several ports: a step that creates them has to come first."
        for addresses in (
            [address for port in self.ports for address in port.addresses],
            [port.mac for port in self.ports],
        ):
            assert len(addresses) == len(set(addresses)), (
                f"Expected every port to have an address of its own, but they have {', '.join(sorted(addresses))}."
            )

    def assert_isolated(self) -> None:
        """Each of our networks has the port that was made there, and none of another one's."""
        assert len(self.ports) >= 2, "Expected ports in two networks: a step that creates them has to come first."
        listed = self.cloud.driver.listed(Port)
        for port in self.ports:
            found = {
                other.id for other in listed if other.network == port.network and other.addresses == port.addresses
            }
            assert found == {port.id}, (
                f"Expected network {port.network} to have port {port.name} and no other with the address "
                f"{', '.join(port.addresses)}, but it has {len(found)} with it."
            )

    def enable(self, *, enabled: bool) -> None:
        self.cloud.driver.enable(self.port, enabled=enabled)

    def assert_enabled(self, *, enabled: bool) -> None:
        """It is, and nothing else about it has changed."""
        port = self.cloud.driver.now(self.port)
        assert port, f"Expected port {self.port.name} to be there, but it is gone."
        wanted, is_so = ("enabled", "disabled") if enabled else ("disabled", "enabled")
        assert port.enabled == enabled, f"Expected port {port.name} to be {wanted}, but it is {is_so}."
        as_it_was = replace(self.port, enabled=enabled)
        assert port == as_it_was, f"Expected nothing else about {as_it_was} to change, but it is {port}."

    def assert_connected(self, *subnets: Subnet) -> None:
        """The router has an interface in each of these, and in no other."""
        router = self.router and self.cloud.driver.now(self.router)
        assert router, "Expected a router, but there is none."
        assert router.subnets == {subnet.id for subnet in subnets}, (
            f"Expected router {router.name} to be connected to {_names(subnets) or 'no subnet'}, "
            f"but it is connected to {', '.join(sorted(router.subnets)) or 'none'}."
        )

    def assert_lets_in(self, *rules: Rule) -> None:
        """The group lets these in, and nobody else."""
        group = self.group and self.cloud.driver.now(self.group)
        assert group, "Expected a security group, but there is none."
        assert group.rules == set(rules), (
            f"Expected security group {group.name} to let in {_told(rules)}, but it lets in {_told(group.rules)}."
        )


def _told(rules: tuple[Rule, ...] | frozenset[Rule]) -> str:
    return ", ".join(sorted(str(rule) for rule in rules)) or "nobody"


def _names(subnets: tuple[Subnet, ...]) -> str:
    return ", ".join(f"subnet {subnet.name}" for subnet in subnets)
