"""What a scenario does with public addresses."""

from dataclasses import dataclass

from journeys.cloud.cloud import Cloud
from journeys.cloud.nouns import ACTIVE, PublicAddress, Server


@dataclass
class Addresses:
    """The public address of a scenario."""

    cloud: Cloud
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
        self.cloud.until(
            self.address,
            lambda latest: latest is not None and latest.status == ACTIVE and latest.target in server.addresses,
            f"to lead to {' or '.join(server.addresses) or 'a server that has no address'}",
            seconds,
            "public_address_active",
        )
