"""What openstacksdk tells, as our nouns; and how it lists, gets and deletes each of them."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any

from journeys.cloud import nouns

# How Nova, Cinder and Octavia call the states that we tell apart; all others are passing ones.
# https://docs.openstack.org/api-ref/compute/#servers-servers and …/block-storage/v3/#volumes-volumes
_SERVER_STATES = {"ACTIVE": nouns.ACTIVE, "SHUTOFF": nouns.STOPPED, "ERROR": nouns.BROKEN}
_VOLUME_STATES = {"available": nouns.AVAILABLE, "in-use": nouns.ATTACHED}
_BALANCER_STATES = {"ACTIVE": nouns.ACTIVE, "ERROR": nouns.BROKEN}
_PHASES = {None: "accepted", "scheduling": "accepted", "spawning": "spawned"}  # others: scheduled
_OUT_OF_SERVICE = ("DOWN", "ERROR")
_RUNNING = 1  # https://docs.openstack.org/api-ref/compute/#list-servers-detailed: OS-EXT-STS:power_state
# How Neutron calls the interfaces of routers: plain, highly available and distributed ones.
OWNERS_OF_ROUTERS = (
    *("network:router_interface", "network:ha_router_replicated_interface"),
    "network:router_interface_distributed",
)


@dataclass(frozen=True)
class Access:
    """How the SDK lists, gets and deletes a kind: the names of its proxy and methods, and how to read what it gives."""

    proxy: str
    plural: str
    singular: str
    read: Callable[[Any], Any]
    name: str = "name"  # by which field the list can be filtered


def network(told: Any) -> nouns.Network:
    up = bool(told.is_admin_state_up) and told.status not in _OUT_OF_SERVICE
    return nouns.Network(told.id, told.name, up, bool(told.is_shared))


def subnet(told: Any) -> nouns.Subnet:
    within = ip_network(told.cidr)
    ends = (within[0], within[-1]) if within.version == 4 else (within[0],)
    kept = frozenset({*map(str, ends), told.gateway_ip or ""}) - {""}
    way = ip_address(told.gateway_ip) if told.gateway_ip else None
    gateway = way is not None and (way in within or way.is_link_local)
    return nouns.Subnet(told.id, told.name, told.network_id, told.cidr, kept, bool(told.is_dhcp_enabled), gateway)


def router(told: Any) -> nouns.Router:
    up = bool(told.is_admin_state_up) and told.status not in _OUT_OF_SERVICE
    return nouns.Router(told.id, told.name, up=up, outside=bool(told.external_gateway_info))


def port(told: Any) -> nouns.Port:
    addresses = tuple(place["ip_address"] for place in told.fixed_ips)
    server, mac = told.device_id or "", told.mac_address or ""
    return nouns.Port(told.id, told.name, told.network_id, addresses, bool(told.is_admin_state_up), server, mac)


def rule(told: Mapping[str, Any]) -> nouns.Rule:
    first, last = (told[edge] if told[edge] is not None else -1 for edge in ("port_range_min", "port_range_max"))
    everybody = "::/0" if told["ethertype"] == "IPv6" else "0.0.0.0/0"
    source = told["remote_ip_prefix"] or told["remote_group_id"] or everybody
    return nouns.Rule(source, first, last, told["protocol"] or "all protocols")


def group(told: Any) -> nouns.SecurityGroup:
    rules = (rule(each) for each in told.security_group_rules if each["direction"] == "ingress")
    return nouns.SecurityGroup(told.id, told.name, frozenset(rules))


def key_pair(told: Any) -> nouns.KeyPair:
    return nouns.KeyPair(told.name, told.name, told.fingerprint or "", told.private_key or "")


def _image(told: Any) -> nouns.Image:
    return nouns.Image(told.id, told.name or "", told.status == "active")


def _flavor(told: Any) -> nouns.Flavor:
    return nouns.Flavor(told.id, told.name, bool(told.ram and told.vcpus and not told.is_disabled))


def _zone(told: Any) -> nouns.Zone:
    return nouns.Zone(told.name, told.name, bool(told.state["available"]))


def _type(told: Any) -> nouns.VolumeType:
    return nouns.VolumeType(told.id, told.name)


def _server(told: Any) -> nouns.Server:
    status = _SERVER_STATES.get(told.status, nouns.BUSY)
    if status == nouns.ACTIVE and told.power_state not in (_RUNNING, None):
        status = nouns.BUSY  # Nova has started it, and the hypervisor has not
    return nouns.Server(
        told.id,
        told.name,
        status,
        tuple(_addresses(told.addresses or {})),
        told.availability_zone or "",
        tuple(sorted((told.metadata or {}).items())),
        _phase(status, told.task_state, told.availability_zone),
        (told.fault or {}).get("message", ""),
        (told.image.id or "") if told.image else "",
        (told.flavor.original_name or "") if told.flavor else "",
        told.key_name or "",
        frozenset(group["name"] for group in told.security_groups or ()),
        frozenset(volume["id"] for volume in told.attached_volumes or ()),
    )


def _addresses(told: Mapping[str, Any]) -> Iterator[str]:
    """Those of a server's ports; the public ones that lead to it are told along with them."""
    for place in itertools.chain.from_iterable(told.values()):
        if place.get("OS-EXT-IPS:type") != "floating":
            yield place["addr"]


def _phase(status: str, task: str | None, zone: str | None) -> str:
    if status != nouns.BUSY:
        return "active"
    phase = _PHASES.get(task, "scheduled")
    return "scheduled" if phase == "accepted" and zone else phase  # it has one since it has a host


def volume(told: Any) -> nouns.Volume:
    attached = tuple(sorted(attachment["server_id"] for attachment in told.attachments or ()))
    image = (told.volume_image_metadata or {}).get("image_id", "")
    status = _volume_state(told.status)
    fault = f"Cinder gives no reason but the status {told.status}" if status == nouns.BROKEN else ""
    made_of = image, told.snapshot_id or ""
    return nouns.Volume(told.id, told.name or "", status, told.size, attached, told.volume_type or "", fault, *made_of)


def _volume_state(status: str) -> str:
    return nouns.BROKEN if status.startswith("error") else _VOLUME_STATES.get(status, nouns.BUSY)


def snapshot(told: Any) -> nouns.Snapshot:
    status = _volume_state(told.status)
    fault = f"Cinder gives no reason but the status {told.status}" if status == nouns.BROKEN else ""
    return nouns.Snapshot(told.id, told.name or "", status, told.size, told.volume_id, fault)


def public_address(told: Any) -> nouns.PublicAddress:
    status = nouns.ACTIVE if told.status == "ACTIVE" else nouns.BROKEN if told.status == "ERROR" else nouns.BUSY
    target = told.fixed_ip_address or "", told.port_id or ""
    return nouns.PublicAddress(told.id, told.description or "", told.floating_ip_address or "", status, *target)


def balancer(told: Any) -> nouns.LoadBalancer:
    status = _BALANCER_STATES.get(told.provisioning_status, nouns.BUSY)
    fault = f"operating status {told.operating_status}" if status == nouns.BROKEN else ""
    return nouns.LoadBalancer(told.id, told.name or "", status, told.vip_address or "", fault, told.vip_subnet_id or "")


def member(told: Any, ports: frozenset[int]) -> str:
    """How a load balancer that listens on `ports` calls what it hands on to."""
    return told.address if told.protocol_port in ports else f"{told.address}:{told.protocol_port}"


ACCESS: Mapping[type, Access] = {
    nouns.Network: Access("network", "networks", "network", network),
    nouns.Subnet: Access("network", "subnets", "subnet", subnet),
    nouns.Router: Access("network", "routers", "router", router),
    nouns.Port: Access("network", "ports", "port", port),
    nouns.SecurityGroup: Access("network", "security_groups", "security_group", group),
    nouns.PublicAddress: Access("network", "ips", "ip", public_address, "description"),
    nouns.KeyPair: Access("compute", "keypairs", "keypair", key_pair, ""),
    nouns.Server: Access("compute", "servers", "server", _server),
    nouns.Flavor: Access("compute", "flavors", "flavor", _flavor, ""),
    nouns.Zone: Access("compute", "availability_zones", "availability_zone", _zone, ""),
    nouns.Volume: Access("block_storage", "volumes", "volume", volume),
    nouns.Snapshot: Access("block_storage", "snapshots", "snapshot", snapshot),
    nouns.VolumeType: Access("block_storage", "types", "type", _type, ""),
    nouns.Image: Access("image", "images", "image", _image),
    nouns.LoadBalancer: Access("load_balancer", "load_balancers", "load_balancer", balancer),
}
