"""What EC2 describes, as our nouns; and how each of them is described and deleted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from itertools import islice
from typing import Any

from journeys.cloud import nouns

# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html
_SERVER_STATES = {"running": nouns.ACTIVE, "stopped": nouns.STOPPED}
_VOLUME_STATES = {
    "available": nouns.AVAILABLE,
    "in-use": nouns.ATTACHED,
    "completed": nouns.AVAILABLE,
    "error": nouns.BROKEN,
}
_PASSING = ("attaching", "detaching", "busy")  # of attachments
GONE = ("terminated", "deleted")
_OF_THE_REGION = "availability-zone"  # a type of zones
# Whom a rule of a security group can let in, and how each is named.
_SOURCES = (
    *(("IpRanges", "CidrIp"), ("Ipv6Ranges", "CidrIpv6")),
    *(("UserIdGroupPairs", "GroupId"), ("PrefixListIds", "PrefixListId")),
)


@dataclass(frozen=True)
class Access:
    """How a kind is described and deleted: operations, the member of the answer, the parameter of its id."""

    describe: str
    member: str
    ids: str
    delete: str
    id: str
    read: Callable[[dict[str, Any]], Any]
    ours: Mapping[str, Any]  # parameters without which the list would hold the world's


def _name(told: dict[str, Any]) -> str:
    return _tags(told).get("Name", "")


def _tags(told: dict[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in told.get("Tags") or told.get("TagSet") or ()}


def _network(told: dict[str, Any]) -> nouns.Network:
    return nouns.Network(told["VpcId"], _name(told))


def subnet(told: dict[str, Any]) -> nouns.Subnet:
    # https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html: the first four, and the last one.
    within = ip_network(told["CidrBlock"])
    kept = frozenset(map(str, (*islice(within, 4), within[-1])))
    return nouns.Subnet(told["SubnetId"], _name(told), told["VpcId"], told["CidrBlock"], kept)


def _leads_outside(route: dict[str, Any]) -> bool:
    everywhere = route.get("DestinationCidrBlock") == "0.0.0.0/0"
    return everywhere and route.get("GatewayId", "").startswith("igw-") and route["State"] == "active"


def router(told: dict[str, Any]) -> nouns.Router:
    subnets = (association.get("SubnetId") for association in told["Associations"])
    connected = frozenset(subnet for subnet in subnets if subnet)
    outside = any(_leads_outside(route) for route in told["Routes"])
    return nouns.Router(told["RouteTableId"], _name(told), connected, outside=outside, network=told["VpcId"])


def port(told: dict[str, Any]) -> nouns.Port:
    addresses = tuple(address["PrivateIpAddress"] for address in told["PrivateIpAddresses"])
    server, mac = told.get("Attachment", {}).get("InstanceId", ""), told["MacAddress"]
    return nouns.Port(told["NetworkInterfaceId"], _name(told), told["VpcId"], addresses, server=server, mac=mac)


def group(told: dict[str, Any]) -> nouns.SecurityGroup:
    rules = (
        nouns.Rule(source[name], permission.get("FromPort", -1), permission.get("ToPort", -1), permission["IpProtocol"])
        for permission in told["IpPermissions"]
        for sources, name in _SOURCES
        for source in permission.get(sources, ())
    )
    return nouns.SecurityGroup(told["GroupId"], told["GroupName"], frozenset(rules), told.get("VpcId", ""))


def server(told: dict[str, Any]) -> nouns.Server:
    status = _SERVER_STATES.get(told["State"]["Name"], nouns.BUSY)
    addresses = tuple(
        address["PrivateIpAddress"]
        for interface in told.get("NetworkInterfaces", ())
        for address in interface["PrivateIpAddresses"]
    )
    # EC2 knows no state of failure: a server that could not be started is terminated, with a reason.
    return nouns.Server(
        told["InstanceId"],
        _name(told),
        status,
        addresses,
        told["Placement"]["AvailabilityZone"],
        tuple(sorted((key, value) for key, value in _tags(told).items() if key != "Name")),
        "accepted" if status == nouns.BUSY else "active",
        image=told["ImageId"],
        flavor=told["InstanceType"],
        key=told.get("KeyName", ""),
        groups=frozenset(group["GroupName"] for group in told.get("SecurityGroups", ())),
        volumes=frozenset(disk["Ebs"]["VolumeId"] for disk in told.get("BlockDeviceMappings", ()) if "Ebs" in disk),
        network=told.get("VpcId", ""),
    )


def volume(told: dict[str, Any]) -> nouns.Volume:
    attachments = told.get("Attachments", ())
    attached = tuple(sorted(each["InstanceId"] for each in attachments if each.get("State") != "detached"))
    status = _VOLUME_STATES.get(told["State"], nouns.BUSY)
    if any(each.get("State") in _PASSING for each in attachments):
        status = nouns.BUSY
    return nouns.Volume(
        told["VolumeId"],
        _name(told),
        status,
        told["Size"],
        attached,
        told.get("VolumeType", ""),
        snapshot=told.get("SnapshotId", ""),
    )


def snapshot(told: dict[str, Any]) -> nouns.Snapshot:
    status = _VOLUME_STATES.get(told["State"], nouns.BUSY)
    fault = told.get("StateMessage", "")
    return nouns.Snapshot(told["SnapshotId"], _name(told), status, told["VolumeSize"], told["VolumeId"], fault)


def public_address(told: dict[str, Any]) -> nouns.PublicAddress:
    target = told.get("PrivateIpAddress", ""), told.get("NetworkInterfaceId", "")
    status = nouns.ACTIVE if told.get("AssociationId") else nouns.BUSY
    return nouns.PublicAddress(told["AllocationId"], _name(told), told["PublicIp"], status, *target)


def _key_pair(told: dict[str, Any]) -> nouns.KeyPair:
    return nouns.KeyPair(told["KeyName"], told["KeyName"], told.get("KeyFingerprint", ""))


def _zone(told: dict[str, Any]) -> nouns.Zone:
    # Local Zones and the like are listed, too, once the account has opted in; they offer little.
    usable = told.get("State") == "available" and told.get("ZoneType", _OF_THE_REGION) == _OF_THE_REGION
    return nouns.Zone(told["ZoneName"], told["ZoneName"], usable)


ACCESS: Mapping[type, Access] = {
    nouns.Network: Access("describe_vpcs", "Vpcs", "VpcIds", "delete_vpc", "VpcId", _network, {}),
    nouns.Subnet: Access("describe_subnets", "Subnets", "SubnetIds", "delete_subnet", "SubnetId", subnet, {}),
    nouns.Router: Access(
        "describe_route_tables", "RouteTables", "RouteTableIds", "delete_route_table", "RouteTableId", router, {}
    ),
    nouns.Port: Access(
        *("describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceIds", "delete_network_interface"),
        *("NetworkInterfaceId", port, {}),
    ),
    nouns.SecurityGroup: Access(
        "describe_security_groups", "SecurityGroups", "GroupIds", "delete_security_group", "GroupId", group, {}
    ),
    nouns.KeyPair: Access(
        *("describe_key_pairs", "KeyPairs", "KeyNames", "delete_key_pair", "KeyName", _key_pair, {}),
    ),
    nouns.Server: Access(
        "describe_instances", "Reservations", "InstanceIds", "terminate_instances", "InstanceIds", server, {}
    ),
    nouns.Volume: Access("describe_volumes", "Volumes", "VolumeIds", "delete_volume", "VolumeId", volume, {}),
    nouns.Snapshot: Access(
        *("describe_snapshots", "Snapshots", "SnapshotIds", "delete_snapshot", "SnapshotId", snapshot),
        {"OwnerIds": ["self"]},
    ),
    nouns.PublicAddress: Access(
        *("describe_addresses", "Addresses", "AllocationIds", "release_address", "AllocationId", public_address, {}),
    ),
    nouns.Zone: Access(
        *("describe_availability_zones", "AvailabilityZones", "ZoneNames", "", "", _zone, {}),
    ),
}
