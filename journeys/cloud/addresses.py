"""What a scenario does with public addresses."""

from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from journeys.cloud.cloud import Cloud
from journeys.cloud.networks import Networks
from journeys.cloud.nouns import ACTIVE, Port, PublicAddress, Server


@dataclass
class Addresses:
    """The public address of a scenario."""

    cloud: Cloud
    networks: Networks
    made: PublicAddress | None = None

    @property
    def address(self) -> PublicAddress:
        assert self.made, "There is no public address: a step that gets one has to come first."
        return self.made

    def create(self) -> None:
        self.made = self.cloud.make("public-address", self.cloud.driver.create_public_address)

    def lead(self, server: Server) -> None:
        self.cloud.driver.lead(self.address, server)

    def assert_leads_to(self, server: Server, seconds: float) -> None:
        """It is active, leads to an address of a port of the server, and is nobody else's."""
        latest = self.cloud.until(
            self.address,
            lambda latest: latest is not None and latest.status == ACTIVE and latest.target in server.addresses,
            f"to lead to {' or '.join(server.addresses) or 'a server that has no address'}",
            seconds,
            "public_address_active",
        )

        def problem() -> str | None:
            ports = {port.id for port in self.cloud.driver.listed(Port) if port.server == server.id}
            if latest.port in ports:
                return None
            return (
                f"Expected {latest.address} to lead to a port of server {server.name}, but that port is none of them."
            )

        self.cloud.settled(problem)
        self.assert_own()

    def assert_leads_nowhere(self, seconds: float) -> None:
        self.cloud.until(
            self.address,
            lambda latest: latest is not None and not latest.target,
            "to lead nowhere",
            seconds,
        )

    def assert_own(self) -> None:
        """It is the one that was given, from outside the scenario's subnets, and no other of ours is the same."""
        self.cloud.settled(self._not_our_own)

    def _not_our_own(self) -> str | None:
        given = self.address.address
        listed = self.cloud.driver.listed(PublicAddress)
        told = [found.address for found in listed if found.id == self.address.id]
        if told != [given]:
            return f"Expected the public address to stay {given}, but it is {', '.join(told) or 'none'}."
        inside = [subnet.cidr for subnet in self.networks.subnets if ip_address(given) in ip_network(subnet.cidr)]
        if inside:
            return f"Expected the public address {given} to be one from outside, but it lies in {inside[0]}."
        twins = [found for found in listed if found.address == given and found.id != self.address.id]
        return f"Expected nobody else to have the public address {given}, but {twins[0].name} does." if twins else None
