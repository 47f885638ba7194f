"""EC2 through boto3, of AWS and of clouds that speak it: the verbs of a cloud."""

from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from typing import Any, TypeVar

from journeys import clock
from journeys.aws import descriptions
from journeys.aws.clients import Clients
from journeys.aws.descriptions import ACCESS
from journeys.cloud import nouns
from journeys.cloud.driver import Order
from journeys.failures import CallFailed
from journeys.recorder import WAIT, Recorder
from journeys.settings import Settings

T = TypeVar("T")

GONE_WITHIN = 300  # seconds until what was deleted has to be gone; a cleanup's own deadline is mostly shorter
KNOWN_WITHIN = 30  # seconds until what was made has to be found by its id
LOOK_EVERY = 0.5  # seconds

# A network is a VPC, which has a range of its own, for all subnets: AWS allows /16 at most.
NETWORK_RANGE = "10.71.0.0/16"
SMALLEST = "t3.nano"
DEVICE = (
    "/dev/sdf"  # where volumes are attached: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/device_naming.html
)

# The operations that our journeys measure: published from zero, before the first of them was made.
OPERATIONS = tuple(
    f"ec2.{operation}"
    for operation in (
        *("AllocateAddress", "AssociateAddress", "AssociateRouteTable", "AttachNetworkInterface", "AttachVolume"),
        *("AuthorizeSecurityGroupIngress", "CreateKeyPair", "CreateNetworkInterface", "CreateRouteTable"),
        *("CreateSecurityGroup", "CreateSnapshot", "CreateSubnet", "CreateTags", "CreateVolume", "CreateVpc"),
        *("DeleteKeyPair", "DeleteNetworkInterface", "DeleteSecurityGroup", "DeleteSnapshot", "DeleteSubnet"),
        *("DeleteVolume", "DeleteVpc", "DescribeAddresses", "DescribeAvailabilityZones", "DescribeInstances"),
        *("DescribeInstanceAttribute", "DescribeInstanceTypeOfferings"),
        *("DescribeKeyPairs", "DescribeNetworkInterfaces", "DescribeRouteTables", "DescribeSecurityGroups"),
        *("DescribeSnapshots", "DescribeSubnets", "DescribeVolumes", "DescribeVpcs", "DetachNetworkInterface"),
        *("DetachVolume", "RebootInstances", "RevokeSecurityGroupIngress", "RunInstances", "StartInstances"),
        *("StopInstances", "TerminateInstances"),
    )
)


class Ec2:
    """A cloud that speaks EC2, as the user whom the settings name sees it. See `journeys.cloud.driver.Driver`."""

    operations = OPERATIONS
    settles_within = 3.0  # https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
    capabilities = frozenset({"public-addresses", "user-data"})

    def __init__(self, clients: Clients, settings: Settings, recorder: Recorder):
        self._clients = clients
        self._settings = settings
        self._recorder = recorder
        self._made: dict[str, Any] = {}  # what was made here, by its name
        self._gateways: dict[str, str] = {}  # the ids of those that were made with a router, by its name
        self._known: set[str] = set()  # the ids by which something was found since it was made

    # --- asking

    def offers(self, kind: type) -> bool:
        return kind in ACCESS

    def listed(self, kind: type[T]) -> list[T]:
        found = list(self._list(kind))
        return list(map(self._with_our_size, found)) if kind is nouns.Zone else found

    def now(self, noun: T) -> T | None:
        access = ACCESS[type(noun)]
        try:
            return next(self._described(type(noun), **{access.ids: [noun.id]}), None)
        except CallFailed as failure:
            self._expect_absence(failure)
            return None

    def until_known(self, noun: Any) -> None:
        """What was just made may not be found yet, and whatever needs it is refused as long.

        https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
        """
        access = ACCESS[type(noun)]
        self._until_found(noun.id, access.describe, access.ids)

    def choices(self) -> Mapping[str, str]:
        return {"image": str(self._settings.server_image), "size": self._size, "zone": self._zone}

    # --- networks

    def create_network(self, name: str) -> nouns.Network:
        made = self._client.create_vpc(CidrBlock=NETWORK_RANGE, **_tagged("vpc", name))["Vpc"]
        return self._noted(nouns.Network(made["VpcId"], name))

    def create_subnet(self, name: str, network: nouns.Network, cidr: str, zone: str | None = None) -> nouns.Subnet:
        place = {"VpcId": network.id, "AvailabilityZone": zone or self._zone}
        made = self._client.create_subnet(CidrBlock=cidr, **place, **_tagged("subnet", name))["Subnet"]
        return self._noted(nouns.Subnet(made["SubnetId"], name, network.id, cidr, descriptions.subnet(made).kept))

    def create_router(self, name: str, network: nouns.Network, *, outside: bool = False) -> nouns.Router:
        """A route table; with a gateway to the internet of the same name where it leads `outside`."""
        table = self._client.create_route_table(VpcId=network.id, **_tagged("route-table", name))["RouteTable"]
        router = self._noted(nouns.Router(table["RouteTableId"], name, outside=outside, network=network.id))
        if outside:
            with _something_is_made():
                self._lead_outside(router)
        return router

    def _lead_outside(self, router: nouns.Router) -> None:
        made = self._client.create_internet_gateway(**_tagged("internet-gateway", router.name))["InternetGateway"]
        gateway = self._gateways[router.name] = made["InternetGatewayId"]
        with self._recorder.doing(WAIT):
            self.until_known(router)
            self._until_found(gateway, "describe_internet_gateways", "InternetGatewayIds")
        self._client.attach_internet_gateway(InternetGatewayId=gateway, VpcId=router.network)
        self._client.create_route(RouteTableId=router.id, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)

    def connect(self, router: nouns.Router, subnet: nouns.Subnet) -> None:
        self._client.associate_route_table(RouteTableId=router.id, SubnetId=subnet.id)

    def disconnect(self, router: nouns.Router, subnet: nouns.Subnet) -> None:
        table = self._client.describe_route_tables(RouteTableIds=[router.id])["RouteTables"][0]
        for association in table["Associations"]:
            if association.get("SubnetId") == subnet.id:
                self._client.disassociate_route_table(AssociationId=association["RouteTableAssociationId"])

    def create_port(self, name: str, subnet: nouns.Subnet, address: str | None = None) -> nouns.Port:
        place = {"SubnetId": subnet.id, **({"PrivateIpAddress": address} if address else {})}
        made = self._client.create_network_interface(**place, **_tagged("network-interface", name))
        told = descriptions.port(made["NetworkInterface"])
        addresses = (address,) if address else told.addresses
        return self._noted(nouns.Port(told.id, name, subnet.network, addresses, mac=told.mac))

    def create_group(self, name: str, network: nouns.Network) -> nouns.SecurityGroup:
        made = self._client.create_security_group(
            GroupName=name, Description="Made by Cloud Journeys", VpcId=network.id, **_tagged("security-group", name)
        )
        return self._noted(nouns.SecurityGroup(made["GroupId"], name, network=network.id))

    def allow(self, group: nouns.SecurityGroup, rule: nouns.Rule) -> None:
        self._client.authorize_security_group_ingress(GroupId=group.id, IpPermissions=[_permission(rule)])

    def close(self, group: nouns.SecurityGroup, rule: nouns.Rule) -> None:
        self._client.revoke_security_group_ingress(GroupId=group.id, IpPermissions=[_permission(rule)])

    # --- servers

    def create_key_pair(self, name: str) -> nouns.KeyPair:
        made = self._client.create_key_pair(KeyName=name, **_tagged("key-pair", name))
        return self._noted(nouns.KeyPair(made["KeyName"], name, made["KeyFingerprint"], made.get("KeyMaterial", "")))

    def create_server(self, name: str, order: Order) -> nouns.Server:
        wanted: dict[str, Any] = {"SubnetId": order.subnet.id, "UserData": order.user_data}
        if order.key_pair:
            wanted["KeyName"] = order.key_pair.name
        if order.group:
            wanted["SecurityGroupIds"] = [order.group.id]
        image = self._settings.server_image or ""
        made = self._client.run_instances(
            ImageId=image,
            InstanceType=self._size,
            MinCount=1,
            MaxCount=1,
            ClientToken=name,  # so that a request that the SDK repeats starts one server, not two
            **wanted,
            **_tagged("instance", name),
        )["Instances"][0]
        server = nouns.Server(
            made["InstanceId"],
            name,
            nouns.BUSY,
            zone=order.zone,
            image=image,
            flavor=self._size,
            key=order.key_pair.name if order.key_pair else "",
            groups=frozenset({order.group.name}) if order.group else None,
            network=order.subnet.network,
        )
        return self._noted(server)

    def stop(self, server: nouns.Server) -> None:
        self._client.stop_instances(InstanceIds=[server.id])

    def start(self, server: nouns.Server) -> None:
        self._client.start_instances(InstanceIds=[server.id])

    def reboot(self, server: nouns.Server) -> None:
        self._client.reboot_instances(InstanceIds=[server.id])

    def rename(self, server: nouns.Server, name: str) -> None:
        self.label(server, "Name", name)

    def label(self, server: nouns.Server, key: str, value: str) -> None:
        self._client.create_tags(Resources=[server.id], Tags=[{"Key": key, "Value": value}])

    def user_data(self, server: nouns.Server) -> str:
        told = self._client.describe_instance_attribute(InstanceId=server.id, Attribute="userData")["UserData"]
        return b64decode(told.get("Value", "")).decode()

    def attach_port(self, server: nouns.Server, port: nouns.Port) -> None:
        self._client.attach_network_interface(InstanceId=server.id, NetworkInterfaceId=port.id, DeviceIndex=1)

    def detach_port(self, server: nouns.Server, port: nouns.Port) -> None:
        found = self._client.describe_network_interfaces(NetworkInterfaceIds=[port.id])["NetworkInterfaces"][0]
        self._client.detach_network_interface(AttachmentId=found["Attachment"]["AttachmentId"])

    # --- volumes

    def create_volume(
        self,
        name: str,
        size: int,
        *,
        from_image: bool = False,
        snapshot: nouns.Snapshot | None = None,
        type: str | None = None,
    ) -> nouns.Volume:
        wanted: dict[str, Any] = {"SnapshotId": snapshot.id} if snapshot else {"Size": size}
        made = self._client.create_volume(AvailabilityZone=self._zone, **wanted, **_tagged("volume", name))
        origin = snapshot.id if snapshot else ""
        return self._noted(nouns.Volume(made["VolumeId"], name, nouns.BUSY, size, type=type, snapshot=origin))

    def attach(self, volume: nouns.Volume, server: nouns.Server) -> None:
        self._client.attach_volume(VolumeId=volume.id, InstanceId=server.id, Device=DEVICE)

    def detach(self, volume: nouns.Volume) -> None:
        attached = self.now(volume)
        for server in attached.servers if attached else ():
            self._client.detach_volume(VolumeId=volume.id, InstanceId=server, Device=DEVICE)

    def room(self, kind: type) -> int | None:
        """EC2 tells no quotas, so nothing goes just beyond them."""
        return None

    def create_snapshot(self, name: str, volume: nouns.Volume) -> nouns.Snapshot:
        made = self._client.create_snapshot(VolumeId=volume.id, **_tagged("snapshot", name))
        return self._noted(nouns.Snapshot(made["SnapshotId"], name, nouns.BUSY, volume.size, volume.id))

    # --- addresses

    def create_public_address(self, name: str) -> nouns.PublicAddress:
        made = self._client.allocate_address(Domain="vpc", **_tagged("elastic-ip", name))
        return self._noted(nouns.PublicAddress(made["AllocationId"], name, made["PublicIp"], nouns.BUSY))

    def lead(self, address: nouns.PublicAddress, target: nouns.Server) -> None:
        self._client.associate_address(AllocationId=address.id, InstanceId=target.id, AllowReassociation=True)

    # --- removal

    def delete(self, noun: Any) -> None:
        access = ACCESS[type(noun)]
        many = isinstance(noun, nouns.Server)
        getattr(self._client, access.delete)(**{access.id: [noun.id] if many else noun.id})

    def remove(self, kind: type, name: str) -> None:
        for noun in self._called(kind, name):
            self._let_go(noun)
            try:
                self.delete(noun)
            except CallFailed as failure:
                self._expect_absence(failure)
            self._wait_until_gone(noun)
        if kind is nouns.Router:
            self._remove_gateways(name)

    def _called(self, kind: type[T], name: str) -> list[T]:
        """All that has this name. Lists may lag behind, so what was made here is asked for by its id, too."""
        found, made = list(self._list(kind, name)), self._made.get(name)
        if isinstance(made, kind) and made.id not in {other.id for other in found}:
            self.until_known(made)
            latest = self.now(made)
            found += [latest] if latest else []
        return found

    def _let_go(self, noun: Any) -> None:
        """Removes what would keep `noun` from being removed; all that is in a network of ours is ours."""
        if isinstance(noun, nouns.Router):
            table = self._client.describe_route_tables(RouteTableIds=[noun.id])["RouteTables"][0]
            for association in table["Associations"]:
                self._client.disassociate_route_table(AssociationId=association["RouteTableAssociationId"])
        if isinstance(noun, nouns.PublicAddress) and noun.target:
            found = self._client.describe_addresses(AllocationIds=[noun.id])["Addresses"][0]
            self._client.disassociate_address(AssociationId=found["AssociationId"])
        if isinstance(noun, nouns.Volume) and noun.servers:
            self.detach(noun)

    def _remove_gateways(self, name: str) -> None:
        made = self._gateways.get(name)
        wanted = {"InternetGatewayIds": [made]} if made else {"Filters": _filters(name)}
        for gateway in self._client.describe_internet_gateways(**wanted)["InternetGateways"]:
            for attachment in gateway["Attachments"]:
                self._client.detach_internet_gateway(
                    InternetGatewayId=gateway["InternetGatewayId"], VpcId=attachment["VpcId"]
                )
            self._client.delete_internet_gateway(InternetGatewayId=gateway["InternetGatewayId"])
        self._gateways.pop(name, None)

    def _wait_until_gone(self, noun: Any) -> None:
        gone = clock.wait_until(lambda: self.now(noun) is None, GONE_WITHIN, LOOK_EVERY)
        assert gone, f"{noun.name} was deleted, but is still there after {GONE_WITHIN} s."

    def _expect_absence(self, failure: CallFailed) -> None:
        """What is not there is gone; any other failure is raised."""
        if not (failure.call.code or "").endswith(("NotFound", "NotFoundException")):
            raise failure
        self._recorder.expected(failure)

    def _noted(self, noun: T) -> T:
        self._made[noun.name] = noun
        return noun

    def _until_found(self, id_: str, describe: str, ids: str) -> None:
        def found() -> bool:
            try:
                getattr(self._client, describe)(**{ids: [id_]})
            except CallFailed as failure:
                self._expect_absence(failure)
                return False
            return True

        known = id_ in self._known or clock.wait_until(found, KNOWN_WITHIN, LOOK_EVERY)
        assert known, f"Expected {id_}, which was made, to be found by its id within {KNOWN_WITHIN} s, but it is not."
        self._known.add(id_)

    # --- the SDK

    def _list(self, kind: type[T], name: str | None = None) -> Iterator[T]:
        filters = {"Filters": _filters(name)} if name else {}
        return self._described(kind, **filters, **ACCESS[kind].ours)

    def _described(self, kind: type[T], **wanted: Any) -> Iterator[T]:
        access = ACCESS[kind]
        if self._client.can_paginate(access.describe):
            pages: Iterable[dict] = self._client.get_paginator(access.describe).paginate(**wanted)
        else:
            pages = [getattr(self._client, access.describe)(**wanted)]
        found = (each for page in pages for each in page[access.member])
        if kind is nouns.Server:
            found = (instance for reservation in found for instance in reservation["Instances"])
        for told in found:
            state = told.get("State")
            if (state.get("Name") if isinstance(state, dict) else state) not in descriptions.GONE:
                yield access.read(told)

    @cached_property
    def _client(self) -> Any:
        return self._clients.ec2()

    @property
    def _size(self) -> str:
        return self._settings.server_flavor or SMALLEST

    @cached_property
    def _zone(self) -> str:
        """The first availability zone: what is to be attached to each other has to be in the same."""
        usable = [zone.id for zone in self.listed(nouns.Zone) if zone.usable]
        assert usable, f"Expected an availability zone with servers of size {self._size}, but none is listed."
        return usable[0]

    def _with_our_size(self, zone: nouns.Zone) -> nouns.Zone:
        """The zone, usable only if it has servers of our size."""
        return replace(zone, usable=zone.usable and (not self._offering or zone.id in self._offering))

    @cached_property
    def _offering(self) -> frozenset[str]:
        """The zones that have servers of our size; none where the cloud does not tell."""
        wanted = {"LocationType": "availability-zone", "Filters": [{"Name": "instance-type", "Values": [self._size]}]}
        try:
            pages = list(self._client.get_paginator("describe_instance_type_offerings").paginate(**wanted))
        except CallFailed as failure:
            if failure.call.reason not in ("auth", "not_found", "client_error") and failure.call.status != 501:
                raise
            self._recorder.expected(failure)  # not every cloud that speaks EC2 knows it, nor may every user ask
            return frozenset()
        return frozenset(offer["Location"] for page in pages for offer in page["InstanceTypeOfferings"])


@contextmanager
def _something_is_made() -> Iterator[None]:
    """A call that is refused in here undoes nothing of what was made before it."""
    try:
        yield
    except CallFailed as failure:
        failure.undone = False
        raise


def _tagged(resource: str, name: str) -> dict[str, Any]:
    """Names what is created in the very request that creates it."""
    return {"TagSpecifications": [{"ResourceType": resource, "Tags": [{"Key": "Name", "Value": name}]}]}


def _filters(name: str) -> list[dict[str, Any]]:
    return [{"Name": "tag:Name", "Values": [name]}]


def _permission(rule: nouns.Rule) -> dict[str, Any]:
    return {
        "IpProtocol": rule.protocol,
        "FromPort": rule.first,
        "ToPort": rule.last,
        "IpRanges": [{"CidrIp": rule.source}],
    }
