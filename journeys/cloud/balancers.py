"""What a scenario does with load balancers."""

from dataclasses import dataclass

from journeys.cloud.cloud import Cloud
from journeys.cloud.networks import Networks
from journeys.cloud.nouns import ACTIVE, LoadBalancer

READY_WITHIN = 600  # seconds for the load balancer of a Given; what one may take is a Then's business


@dataclass
class Balancers:
    """The load balancer of a scenario."""

    cloud: Cloud
    networks: Networks
    made: LoadBalancer | None = None

    @property
    def balancer(self) -> LoadBalancer:
        assert self.made, "There is no load balancer: a step that creates one has to come first."
        return self.made

    def create(self) -> None:
        self.made = self.cloud.make("load-balancer", self.cloud.driver.create_load_balancer, self.networks.subnet)

    def have(self) -> None:
        """A load balancer that is ready."""
        self.create()
        self.assert_ready(READY_WITHIN)

    def balance(self, port: int, *members: str) -> None:
        self.cloud.driver.balance(self.balancer, port, members)

    def assert_ready(self, seconds: float) -> None:
        self.made = self.cloud.until(
            self.balancer,
            lambda latest: latest is not None and latest.status == ACTIVE,
            "to be ready",
            seconds,
            "load_balancer_active",
        )

    def assert_in_subnet(self) -> None:
        balancer = self.balancer
        self.networks.assert_in_subnet(f"the address of load balancer {balancer.name}", balancer.address)

    def assert_hands_on(self, port: int, members: set[str], seconds: float) -> None:
        self.cloud.until(
            self.balancer,
            lambda latest: latest is not None and port in latest.ports and latest.members == members,
            f"to hand port {port} on to {', '.join(sorted(members))}",
            seconds,
        )

    def assert_leaves_out(self, member: str, seconds: float) -> None:
        self.cloud.until(
            self.balancer,
            lambda latest: latest is not None and member in latest.unhealthy,
            f"to leave {member} out",
            seconds,
            "member_left_out",
        )
