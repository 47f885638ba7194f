"""The nouns of a cloud, as a driver tells them: what is so at the moment of asking. Sizes are GiB."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

# The states in which all clouds agree; whatever else one tells is BUSY.
ACTIVE, STOPPED, BROKEN, BUSY = "active", "stopped", "broken", "busy"
# … and of volumes and snapshots.
AVAILABLE, ATTACHED = "available", "attached"

# The way of a server from the answer to its order until it runs.
PHASES = ("accepted", "scheduled", "spawned", "active")


@dataclass(frozen=True)
class Network:
    """What is private to its owner, unless it is `shared`; nothing gets through one that is not `up`."""

    id: str
    name: str
    up: bool = True
    shared: bool = False


@dataclass(frozen=True)
class Subnet:
    """A range of addresses in a network; `cidr` such as 10.71.0.0/24.

    `kept` are the addresses in it that are for no server; `dhcp` says whether servers are told their addresses,
    `gateway` whether there is one within their reach, through which they get out.
    """

    id: str
    name: str
    network: str
    cidr: str
    kept: frozenset[str] = frozenset()
    dhcp: bool = True
    gateway: bool = True


@dataclass(frozen=True)
class Router:
    """What connects subnets: `subnets` are the ids of those that are connected, which lists don't tell.

    One that is not `up` connects nothing; one that leads `outside` connects them with the world. `network` is where
    it is, in clouds where it is in one.
    """

    id: str
    name: str
    subnets: frozenset[str] = field(default=frozenset(), compare=False)
    up: bool = True
    outside: bool = False
    network: str = ""


@dataclass(frozen=True)
class Port:
    """An interface in a network; `server` is the id of the one it belongs to, or empty, `mac` its hardware address."""

    id: str
    name: str
    network: str
    addresses: tuple[str, ...]
    enabled: bool = True
    server: str = ""
    mac: str = ""


@dataclass(frozen=True)
class Rule:
    """Lets in what comes from `source`, a range of addresses or another group, to the ports from `first` to `last`.

    Both are -1 where they do not matter. `protocol` is as the clouds name it: tcp, udp, icmp, …
    """

    source: str
    first: int
    last: int
    protocol: str = "tcp"

    @classmethod
    def to_port(cls, port: int, source: str) -> Self:
        return cls(source, port, port)

    @classmethod
    def of_pings(cls, source: str) -> Self:
        return cls(source, -1, -1, "icmp")

    def __str__(self) -> str:
        ports = f"port {self.first}" if self.first == self.last else f"ports {self.first} to {self.last}"
        protocol = "" if self.protocol == "tcp" else f" by {self.protocol}"
        return f"{self.source}{'' if self.first < 0 else f' to {ports}'}{protocol}"


@dataclass(frozen=True)
class SecurityGroup:
    """Who may come in: `rules` are all that lets anybody in; `network` is where it is, in clouds where it is in one."""

    id: str
    name: str
    rules: frozenset[Rule] = frozenset()
    network: str = ""


@dataclass(frozen=True)
class KeyPair:
    """`private_key` is known only where the cloud has just made it; by `fingerprint` it knows the key later."""

    id: str
    name: str
    fingerprint: str = ""
    private_key: str = field(default="", repr=False, compare=False)


@dataclass(frozen=True)
class Image:
    id: str
    name: str
    usable: bool = True


@dataclass(frozen=True)
class Flavor:
    id: str
    name: str
    usable: bool = True


@dataclass(frozen=True)
class Zone:
    id: str
    name: str
    usable: bool = True


@dataclass(frozen=True)
class VolumeType:
    id: str
    name: str
    usable: bool = True


@dataclass(frozen=True)
class Server:
    """A virtual machine; `fault` is what the cloud says of a broken one, `phase` is one of PHASES.

    `image` is the id of what it was started from, or empty; `flavor`, `key` and `groups` are names; `volumes` are the
    ids of those that it has; `network` is where it is, in clouds where it is in one.
    """

    id: str
    name: str
    status: str
    addresses: tuple[str, ...] = ()
    zone: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    phase: str = PHASES[0]
    fault: str = ""
    image: str = ""
    flavor: str = ""
    key: str = ""
    groups: frozenset[str] = frozenset()
    volumes: frozenset[str] = frozenset()
    network: str = ""


@dataclass(frozen=True)
class Volume:
    """A disk; `servers` are the ids of those that have it, `image` and `snapshot` those of what it was made from."""

    id: str
    name: str
    status: str
    size: int
    servers: tuple[str, ...] = ()
    type: str = ""
    fault: str = ""
    image: str = ""
    snapshot: str = ""


@dataclass(frozen=True)
class Snapshot:
    id: str
    name: str
    status: str
    size: int
    volume: str = ""
    fault: str = ""


@dataclass(frozen=True)
class PublicAddress:
    """An address from outside that leads to one inside; `target` is that one, or empty. Called floating, or elastic.

    `port` is the id of the port that has this address inside.
    """

    id: str
    name: str
    address: str
    status: str
    target: str = ""
    port: str = ""


@dataclass(frozen=True)
class LoadBalancer:
    """`ports` are those it listens on and hands on from, `members` the addresses to which it hands on.

    Of these it leaves out the `unhealthy` ones. A member that is asked at another port has it in its name. Lists tell
    none of that.
    """

    id: str
    name: str
    status: str
    address: str = ""
    fault: str = ""
    subnet: str = ""
    ports: frozenset[int] = field(default=frozenset(), compare=False)
    members: frozenset[str] = field(default=frozenset(), compare=False)
    unhealthy: frozenset[str] = field(default=frozenset(), compare=False)


# What a user chooses of a thing that is ordered. Where the order says None, the choice was left to the cloud.
AS_ORDERED: Mapping[type, Sequence[str]] = {
    Network: ("up", "shared"),
    Subnet: ("network", "cidr", "dhcp", "gateway"),
    Router: ("up", "outside", "network"),
    Port: ("network", "addresses", "enabled"),
    SecurityGroup: ("network",),
    Server: ("image", "flavor", "key", "groups", "zone", "network"),
    Volume: ("size", "type", "image", "snapshot"),
    Snapshot: ("volume", "size"),
    LoadBalancer: ("subnet",),
}
