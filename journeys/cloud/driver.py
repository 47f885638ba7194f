"""What a cloud's API has to be able to do: the small set of verbs behind the words of the features."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from journeys.cloud.nouns import (
    KeyPair,
    LoadBalancer,
    Network,
    Port,
    PublicAddress,
    Router,
    Rule,
    SecurityGroup,
    Server,
    Snapshot,
    Subnet,
    Volume,
)
from journeys.journal import Owned
from journeys.ledger import Kind

T = TypeVar("T")

# The kinds of what we create, in the order in which they have to go.
KINDS: Mapping[str, type] = {
    "load-balancer": LoadBalancer,
    "public-address": PublicAddress,
    "server": Server,
    "snapshot": Snapshot,
    "volume": Volume,
    "router": Router,
    "port": Port,
    "subnet": Subnet,
    "network": Network,
    "security-group": SecurityGroup,
    "key-pair": KeyPair,
}

# Capabilities that follow from the API or from other settings, so that nobody has to declare them.
OF_THE_API = frozenset(
    {
        *("boot-from-volume", "console-log", "identity", "ipv6-subnets", "login-secret", "port-state"),
        *("ports-of-servers", "reader", "server-history", "short-secret", "volume-extend", "volume-images"),
        "volume-types",
    }
)


@dataclass(frozen=True)
class Order:
    """What a new server is to be. It boots from `volume` where there is one, else from the settings' image.

    `takes_volume`: the volume is removed with the server.
    """

    subnet: Subnet
    key_pair: KeyPair | None = None
    group: SecurityGroup | None = None
    volume: Volume | None = None
    takes_volume: bool = False
    zone: str | None = None
    user_data: str = ""


class Driver(Protocol):
    """A cloud through one API. Every call is measured; one that fails raises CallFailed.

    What is created gets the name that is given, with which it can be found again even where its id was lost. It is
    returned as it was ordered (see `nouns.AS_ORDERED`), whatever the cloud made of that.
    """

    capabilities: frozenset[str]  # what this API can do of what not every one can
    operations: Sequence[str]  # the calls that journeys make, as metrics name them
    settles_within: float  # seconds until what was made or changed is told alike wherever it is told

    def offers(self, kind: type) -> bool:
        """Whether this cloud has the kind at all."""

    def listed(self, kind: type[T]) -> list[T]:
        """All of the kind that this user sees, ours or not."""

    def now(self, noun: T) -> T | None:
        """What has become of it by now; None where it is gone."""

    def choices(self) -> Mapping[str, str]:
        """What servers and addresses are made from, as the settings or the cloud itself choose it: names, by kind."""

    def delete(self, noun: Any) -> None:
        """Asks for its removal, and does not wait for it."""

    def remove(self, kind: type, name: str) -> None:
        """Takes away all that has this very name, with what holds it back, and waits until it is gone."""

    def create_network(self, name: str) -> Network: ...

    def create_subnet(self, name: str, network: Network, cidr: str, zone: str | None = None) -> Subnet: ...

    def create_router(self, name: str, network: Network, *, outside: bool = False) -> Router:
        """`outside`: it leads to the world, too."""

    def connect(self, router: Router, subnet: Subnet) -> None: ...

    def disconnect(self, router: Router, subnet: Subnet) -> None: ...

    def create_port(self, name: str, subnet: Subnet, address: str | None = None) -> Port: ...

    def enable(self, port: Port, *, enabled: bool) -> None: ...

    def create_group(self, name: str, network: Network) -> SecurityGroup: ...

    def allow(self, group: SecurityGroup, rule: Rule) -> None: ...

    def close(self, group: SecurityGroup, rule: Rule) -> None: ...

    def create_key_pair(self, name: str) -> KeyPair: ...

    def create_server(self, name: str, order: Order) -> Server: ...

    def stop(self, server: Server) -> None: ...

    def start(self, server: Server) -> None: ...

    def reboot(self, server: Server) -> None: ...

    def rename(self, server: Server, name: str) -> None: ...

    def label(self, server: Server, key: str, value: str) -> None: ...

    def console(self, server: Server) -> str: ...

    def history(self, server: Server) -> frozenset[str]:
        """What was done to the server, each in the API's own word, as far as it ended well."""

    def attach_port(self, server: Server, port: Port) -> None: ...

    def detach_port(self, server: Server, port: Port) -> None: ...

    def create_volume(
        self,
        name: str,
        size: int,
        *,
        from_image: bool = False,
        snapshot: Snapshot | None = None,
        type: str | None = None,
    ) -> Volume: ...

    def attach(self, volume: Volume, server: Server) -> None: ...

    def detach(self, volume: Volume) -> None: ...

    def extend(self, volume: Volume, size: int) -> None: ...

    def create_snapshot(self, name: str, volume: Volume) -> Snapshot: ...

    def room(self, kind: type) -> int | None:
        """How many more servers or ports the project's quota allows, or GiB of volumes; None: no limit."""

    def create_servers(self, name: str, order: Order, count: int) -> None:
        """All with one request, so that a quota refuses them all; they are called `name`-1, `name`-2, …"""

    def create_ports(self, name: str, subnet: Subnet, count: int) -> None:
        """The same for ports."""

    def user_data(self, server: Server) -> str:
        """What the cloud says that the server was given."""

    def create_public_address(self, name: str) -> PublicAddress: ...

    def lead(self, address: PublicAddress, target: Server | LoadBalancer) -> None:
        """From now on the public address leads there."""

    def create_load_balancer(self, name: str, subnet: Subnet) -> LoadBalancer: ...

    def balance(self, balancer: LoadBalancer, port: int, members: Iterable[str]) -> None:
        """Listens on `port` and hands on to the addresses `members`, as long as they answer."""

    def log_in(self) -> float:
        """Logs in anew; the seconds for which that holds."""

    def try_wrong_password(self, *, longer: bool = False) -> None:
        """Logs in with a password that is none, or with the right one and more behind it: to be refused."""

    def as_reader(self) -> "Driver":
        """The same cloud as a user who may only read sees it."""

    def try_each_service(self) -> Mapping[str, str]:
        """Asks every service of the catalogue for what it is there for: what is wrong, by its type; empty: nothing."""


def kinds(driver: Driver) -> list[Kind]:
    """What the ledger has to know of a cloud, in the order in which things have to go."""
    return [_kind(driver, name, noun) for name, noun in KINDS.items()]


def _kind(driver: Driver, name: str, noun: type) -> Kind:
    def remove(owned: Owned) -> None:
        if driver.offers(noun):
            driver.remove(noun, owned.name)

    def names() -> list[str]:
        return [found.name for found in driver.listed(noun)] if driver.offers(noun) else []

    return Kind(name, remove, names)
