"""OpenStack through openstacksdk: the verbs of a cloud."""

import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from ipaddress import ip_network
from typing import Any, TypeVar

from journeys import clock
from journeys.cloud import nouns
from journeys.cloud.driver import OF_THE_API, Order
from journeys.openstack import answers, catalogue
from journeys.openstack.answers import ACCESS
from journeys.openstack.choices import Choices
from journeys.openstack.login import Login, NotOffered
from journeys.openstack.operations import OPERATIONS
from journeys.recorder import WAIT, Recorder
from journeys.settings import Settings

T = TypeVar("T")

GONE_WITHIN = 300  # seconds until what was deleted has to be gone; a cleanup's own deadline is mostly shorter
LOOK_EVERY = 0.5  # seconds
HALVED_FROM = 128  # addresses: a smaller subnet is left whole
COMPARED = 72  # bytes of a secret, beyond which bcrypt, and so Keystone, looks at none: keystone's password_hashing.py


class OpenStack:
    """An OpenStack cloud as the user whom the settings name sees it. See `journeys.cloud.driver.Driver`."""

    operations = OPERATIONS
    settles_within = 0.5  # each service tells what its database holds; but a state may change between two looks

    def __init__(self, settings: Settings, recorder: Recorder, login: Login | None = None):
        self._settings = settings
        self._recorder = recorder
        self._login = login or Login(settings, recorder)
        self._proxy = self._login.proxy
        self._choices = Choices(self._login, settings)
        self.capabilities = OF_THE_API - _unable(settings)

    # --- asking

    def offers(self, kind: type) -> bool:
        """Also not, where a service that is not declared refuses this user: then nothing there is ours."""
        service = ACCESS[kind].proxy
        try:
            self._proxy(service)
        except NotOffered:
            return False
        return service not in self._undeclared or self._lets_list(kind)

    def _lets_list(self, kind: type) -> bool:
        with self._recorder.allowing(status=HTTPStatus.FORBIDDEN):
            next(self._list(kind), None)
            return True
        return False

    @property
    def _undeclared(self) -> set[str]:
        """The services of which the settings do not say that they are used."""
        return {service for service, by in catalogue.OPTIONAL.items() if by not in self._settings.capabilities}

    def listed(self, kind: type[T]) -> list[T]:
        return list(self._list(kind))

    def now(self, noun: T) -> T | None:
        access = ACCESS[type(noun)]
        get = getattr(self._proxy(access.proxy), f"get_{access.singular}")
        with self._recorder.allowing(reason="not_found"):
            told = get(noun.id)
            found = access.read(told)
            if isinstance(found, nouns.Router):
                in_service = (port for port in self._interfaces(found.id) if port.is_admin_state_up)
                return replace(found, subnets=_subnets_of(in_service))
            if isinstance(found, nouns.LoadBalancer):
                return self._with_members(found)
            return None if getattr(told, "status", "") == "DELETED" else found
        return None

    def choices(self) -> Mapping[str, str]:
        chosen = {"image": self._choices.image.name, "flavour": self._choices.flavor.name}
        if "public-addresses" in self._settings.capabilities:
            chosen["external network"] = self._choices.external_network.name
        return chosen

    def console(self, server: nouns.Server) -> str:
        return self._proxy("compute").get_server_console_output(server.id).get("output") or ""

    def user_data(self, server: nouns.Server) -> str:
        """Nova tells it administrators, and others where the cloud's policy says so."""
        return b64decode(self._proxy("compute").get_server(server.id).user_data or "").decode()

    def room(self, kind: type) -> int | None:
        if kind is nouns.Volume:
            told = self._proxy("block_storage").get_limits().absolute
            limit, used = told.max_total_volume_gigabytes, told.total_gigabytes_used
        elif kind is nouns.Server:
            told = self._proxy("compute").get_limits().absolute
            limit, used = told.instances, told.instances_used
        else:
            network = self._proxy("network")
            told = network.get_quota(self._login.connection.current_project_id, details=True).ports
            limit, used = told["limit"], told["used"] + told["reserved"]
        return None if limit < 0 else limit - used

    # --- networks

    def create_network(self, name: str) -> nouns.Network:
        made = answers.network(self._proxy("network").create_network(name=name))
        return nouns.Network(made.id, name)

    def create_subnet(self, name: str, network: nouns.Network, cidr: str, zone: str | None = None) -> nouns.Subnet:
        """`zone` has no meaning here: a subnet is in all of them."""
        within = ip_network(cidr)
        wanted = {"name": name, "network_id": network.id, "cidr": cidr, "ip_version": within.version}
        # The lower half is for addresses that are chosen: the cloud's own ports would be given any of them.
        if within.version == 4 and within.num_addresses >= HALVED_FROM:
            _, upper = within.subnets()
            wanted["allocation_pools"] = [{"start": str(upper[0]), "end": str(upper[-2])}]
        made = self._proxy("network").create_subnet(**wanted)
        return nouns.Subnet(made.id, name, network.id, cidr, answers.subnet(made).kept)

    def create_router(self, name: str, network: nouns.Network, *, outside: bool = False) -> nouns.Router:
        """`network` has no meaning here: any can be connected."""
        way = {"external_gateway_info": {"network_id": self._choices.external_network.id}} if outside else {}
        made = self._proxy("network").create_router(name=name, **way)
        return nouns.Router(made.id, name, outside=outside)

    def connect(self, router: nouns.Router, subnet: nouns.Subnet) -> None:
        self._proxy("network").add_interface_to_router(router.id, subnet=subnet.id)

    def disconnect(self, router: nouns.Router, subnet: nouns.Subnet) -> None:
        self._proxy("network").remove_interface_from_router(router.id, subnet=subnet.id)

    def create_port(self, name: str, subnet: nouns.Subnet, address: str | None = None) -> nouns.Port:
        place = {"subnet_id": subnet.id, **({"ip_address": address} if address else {})}
        made = self._proxy("network").create_port(name=name, network_id=subnet.network, fixed_ips=[place])
        told = answers.port(made)
        addresses = (address,) if address else told.addresses
        return nouns.Port(told.id, name, subnet.network, addresses, mac=told.mac)

    def create_ports(self, name: str, subnet: nouns.Subnet, count: int) -> None:
        wanted = [{"name": f"{name}-{number}", "network_id": subnet.network} for number in range(1, count + 1)]
        list(self._proxy("network").create_ports(wanted))

    def enable(self, port: nouns.Port, *, enabled: bool) -> None:
        self._proxy("network").update_port(port.id, is_admin_state_up=enabled)

    def create_group(self, name: str, network: nouns.Network) -> nouns.SecurityGroup:
        """`network` has no meaning here: a group is for the whole project."""
        return answers.group(self._proxy("network").create_security_group(name=name))

    def allow(self, group: nouns.SecurityGroup, rule: nouns.Rule) -> None:
        self._proxy("network").create_security_group_rule(
            security_group_id=group.id,
            direction="ingress",
            ethertype="IPv6" if ":" in rule.source else "IPv4",
            protocol=rule.protocol,
            port_range_min=rule.first if rule.first >= 0 else None,
            port_range_max=rule.last if rule.last >= 0 else None,
            remote_ip_prefix=rule.source,
        )

    def close(self, group: nouns.SecurityGroup, rule: nouns.Rule) -> None:
        network = self._proxy("network")
        for told in network.get_security_group(group.id).security_group_rules:
            if told["direction"] == "ingress" and answers.rule(told) == rule:
                network.delete_security_group_rule(told["id"])

    # --- servers

    def create_key_pair(self, name: str) -> nouns.KeyPair:
        return answers.key_pair(self._proxy("compute").create_keypair(name=name))

    def create_server(self, name: str, order: Order) -> nouns.Server:
        made = self._proxy("compute").create_server(**self._wanted(name, order))
        return nouns.Server(
            made.id,
            name,
            nouns.BUSY,
            zone=order.zone,
            image="" if order.volume else self._choices.image.id,
            flavor=self._choices.flavor.name,
            key=order.key_pair.name if order.key_pair else "",
            groups=frozenset({order.group.name}) if order.group else None,
        )

    def create_servers(self, name: str, order: Order, count: int) -> None:
        self._proxy("compute").create_server(**self._wanted(name, order), min_count=count, max_count=count)

    def _wanted(self, name: str, order: Order) -> dict[str, Any]:
        wanted: dict[str, Any] = {"name": name, "networks": [{"uuid": order.subnet.network}]}
        wanted["flavor_id"] = self._choices.flavor.id
        if order.volume:
            boot = {"uuid": order.volume.id, "source_type": "volume", "destination_type": "volume", "boot_index": 0}
            boot["delete_on_termination"] = order.takes_volume
            wanted["block_device_mapping"] = [boot]
        else:
            wanted["image_id"] = self._choices.image.id
        if order.key_pair:
            wanted["key_name"] = order.key_pair.name
        if order.group:
            wanted["security_groups"] = [{"name": order.group.id}]
        if order.zone:
            wanted["availability_zone"] = order.zone
        if order.user_data:
            wanted["user_data"] = b64encode(order.user_data.encode()).decode()
        return wanted

    def stop(self, server: nouns.Server) -> None:
        self._proxy("compute").stop_server(server.id)

    def start(self, server: nouns.Server) -> None:
        self._proxy("compute").start_server(server.id)

    def reboot(self, server: nouns.Server) -> None:
        self._proxy("compute").reboot_server(server.id, "SOFT")

    def history(self, server: nouns.Server) -> frozenset[str]:
        compute = self._proxy("compute")
        actions = [compute.get_server_action(told.request_id, server.id) for told in compute.server_actions(server.id)]
        return frozenset(
            action.action
            for action in actions
            if action.events and all(event.result == "Success" for event in action.events)
        )

    def rename(self, server: nouns.Server, name: str) -> None:
        self._proxy("compute").update_server(server.id, name=name)

    def label(self, server: nouns.Server, key: str, value: str) -> None:
        self._proxy("compute").set_server_metadata(server.id, **{key: value})

    def attach_port(self, server: nouns.Server, port: nouns.Port) -> None:
        self._proxy("compute").create_server_interface(server.id, port_id=port.id)

    def detach_port(self, server: nouns.Server, port: nouns.Port) -> None:
        self._proxy("compute").delete_server_interface(port.id, server=server.id, ignore_missing=False)

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
        wanted: dict[str, Any] = {"name": name, "size": size, "volume_type": type}
        if from_image:
            wanted["image_id"] = self._choices.image.id
        if snapshot:
            wanted["snapshot_id"] = snapshot.id
        made = self._proxy("block_storage").create_volume(**{k: v for k, v in wanted.items() if v is not None})
        image, origin = wanted.get("image_id", ""), wanted.get("snapshot_id", "")
        return nouns.Volume(made.id, name, nouns.BUSY, size, type=type, image=image, snapshot=origin)

    def attach(self, volume: nouns.Volume, server: nouns.Server) -> None:
        self._proxy("compute").create_volume_attachment(server.id, volume_id=volume.id)

    def detach(self, volume: nouns.Volume) -> None:
        """Also one that a server has already, and of which the volumes' service is yet to be told."""
        self._settled(volume)
        assert self._detached(volume), f"Expected volume {volume.name} to be attached, but no server has it."

    def _detached(self, volume: nouns.Volume) -> bool:
        """Asks for it; returns whether there was anything to detach."""
        attached = self._proxy("block_storage").get_volume(volume.id).attachments
        for attachment in attached:
            self._proxy("compute").delete_volume_attachment(attachment["server_id"], volume.id, ignore_missing=False)
        return bool(attached)

    def extend(self, volume: nouns.Volume, size: int) -> None:
        self._proxy("block_storage").extend_volume(volume.id, size)

    def create_snapshot(self, name: str, volume: nouns.Volume) -> nouns.Snapshot:
        made = self._proxy("block_storage").create_snapshot(name=name, volume_id=volume.id)
        return nouns.Snapshot(made.id, name, nouns.BUSY, volume.size, volume.id)

    # --- addresses and load balancers

    def create_public_address(self, name: str) -> nouns.PublicAddress:
        made = self._proxy("network").create_ip(floating_network_id=self._choices.external_network.id, description=name)
        return answers.public_address(made)

    def lead(self, address: nouns.PublicAddress, target: nouns.Server | nouns.LoadBalancer) -> None:
        self._proxy("network").update_ip(address.id, port_id=self._port_of(target))

    def _port_of(self, target: nouns.Server | nouns.LoadBalancer) -> str:
        if isinstance(target, nouns.LoadBalancer):
            return self._proxy("load_balancer").get_load_balancer(target.id).vip_port_id
        port = next(iter(self._proxy("network").ports(device_id=target.id)), None)
        assert port, f"Expected server {target.name} to have a port, but the network service knows none."
        return port.id

    def create_load_balancer(self, name: str, subnet: nouns.Subnet) -> nouns.LoadBalancer:
        wanted = {"name": name, "vip_subnet_id": subnet.id, "provider": self._settings.load_balancer_provider}
        made = self._proxy("load_balancer").create_load_balancer(**{k: v for k, v in wanted.items() if v})
        return replace(answers.balancer(made), subnet=subnet.id)

    def balance(self, balancer: nouns.LoadBalancer, port: int, members: Iterable[str]) -> None:
        service = self._proxy("load_balancer")
        listener = service.create_listener(
            name=balancer.name, load_balancer_id=balancer.id, protocol="TCP", protocol_port=port
        )
        self._settled(balancer)
        # OVN knows no other: https://docs.openstack.org/ovn-octavia-provider/latest/admin/driver.html
        by_ovn = service.get_load_balancer(balancer.id).provider == "ovn"
        algorithm = "SOURCE_IP_PORT" if by_ovn else "ROUND_ROBIN"
        pool = service.create_pool(name=balancer.name, listener_id=listener.id, protocol="TCP", lb_algorithm=algorithm)
        self._settled(balancer)
        for address in members:
            service.create_member(pool.id, address=address, protocol_port=port)
            self._settled(balancer)
        service.create_health_monitor(pool_id=pool.id, type="TCP", delay=5, timeout=3, max_retries=2)

    # --- identity

    def log_in(self) -> float:
        access = self._login.session().auth.get_access(self._login.connection.session)
        return (access.expires - datetime.now(UTC)).total_seconds()

    def try_wrong_password(self, *, longer: bool = False) -> None:
        wrong = secrets.token_urlsafe(16)
        credential = self._settings.os_credential_secret
        if longer:
            wrong = f"{credential or self._settings.os_password}{wrong}"
        session = self._login.session(**{"application_credential_secret" if credential else "password": wrong})
        session.get_token()

    def as_reader(self) -> "OpenStack":
        who = {"username": str(self._settings.reader_username), "password": str(self._settings.reader_password)}
        return OpenStack(self._settings, self._recorder, Login(self._settings, self._recorder, "reader", **who))

    def try_each_service(self) -> Mapping[str, str]:
        return dict(catalogue.ask_each(self._login.connection, self._recorder, self._list, self._undeclared))

    # --- removal

    def delete(self, noun: Any) -> None:
        access = ACCESS[type(noun)]
        options = {"cascade": True} if isinstance(noun, nouns.LoadBalancer) else {}
        getattr(self._proxy(access.proxy), f"delete_{access.singular}")(noun.id, ignore_missing=False, **options)

    def remove(self, kind: type, name: str) -> None:
        for noun in list(self._list(kind, name)):
            self._let_go(noun)
            self._gone_for_sure(noun)

    def _let_go(self, noun: Any) -> None:
        """Removes what would keep `noun` from being removed; all that is in a network of ours is ours."""
        network = self._proxy("network") if isinstance(noun, (nouns.Router, nouns.Subnet, nouns.Network)) else None
        if isinstance(noun, nouns.Router):
            for subnet in _subnets_of(self._interfaces(noun.id)):
                network.remove_interface_from_router(noun.id, subnet=subnet)
        if isinstance(noun, nouns.Network):
            for port in network.ports(network_id=noun.id):
                if not port.device_owner.startswith("network:"):
                    self._gone_for_sure(answers.port(port))
        if isinstance(noun, nouns.Volume) and noun.servers:
            self._detached(noun)
        if isinstance(noun, (nouns.Volume, nouns.LoadBalancer)):
            self._settled(noun)

    def _gone_for_sure(self, noun: Any) -> None:
        with self._recorder.allowing(reason="not_found"):
            self.delete(noun)
        gone = clock.wait_until(lambda: self.now(noun) is None, GONE_WITHIN, LOOK_EVERY)
        assert gone, f"{noun.name} was deleted, but is still there after {GONE_WITHIN} s."

    def _settled(self, noun: Any) -> None:
        """Waits until nothing is done to it any more, as it can't be changed before."""

        def settled() -> bool:
            latest = self.now(noun)
            return latest is None or latest.status != nouns.BUSY

        with self._recorder.doing(WAIT):
            clock.wait_until(settled, GONE_WITHIN, LOOK_EVERY)

    # --- the SDK

    def _list(self, kind: type[T], name: str | None = None) -> Iterator[T]:
        access = ACCESS[kind]
        several = kind in (nouns.Server, nouns.Port)  # which Nova numbers where one request made many, as we do
        ours = re.compile(f"{re.escape(name or '')}{'(-[0-9]+)?' if several else ''}")
        wanted = {access.name: name} if name and access.name and not several else {}
        if kind is nouns.Server and name:
            wanted = {access.name: f"^{name}(-[0-9]+)?$"}
        if kind is nouns.Zone:
            wanted = {"details": False}
        found = getattr(self._proxy(access.proxy), access.plural)(**wanted)
        return (noun for noun in map(access.read, found) if name is None or ours.fullmatch(noun.name))

    def _interfaces(self, router: str) -> list[Any]:
        ports = self._proxy("network").ports(device_id=router)
        return [port for port in ports if port.device_owner in answers.OWNERS_OF_ROUTERS]

    def _with_members(self, balancer: nouns.LoadBalancer) -> nouns.LoadBalancer:
        service = self._proxy("load_balancer")
        listeners = service.listeners(load_balancer_id=balancer.id)
        ports = frozenset(each.protocol_port for each in listeners if each.is_admin_state_up and each.default_pool_id)
        pools = [pool for pool in service.pools(loadbalancer_id=balancer.id) if pool.is_admin_state_up]
        members = [
            each for pool in pools for each in service.members(pool.id) if each.is_admin_state_up and each.weight
        ]
        return replace(
            balancer,
            ports=ports,
            members=frozenset(answers.member(each, ports) for each in members),
            unhealthy=frozenset(answers.member(each, ports) for each in members if each.operating_status == "ERROR"),
        )


def _unable(settings: Settings) -> set[str]:
    """What the settings keep from being tried."""
    secret = settings.os_credential_secret or settings.os_password or ""
    lacking = {
        "reader": not settings.reader_username,
        "login-secret": not secret,
        "short-secret": not 0 < len(secret.encode()) < COMPARED,
    }
    return {name for name, is_so in lacking.items() if is_so}


def _subnets_of(interfaces: Iterable[Any]) -> frozenset[str]:
    return frozenset(place["subnet_id"] for each in interfaces for place in each.fixed_ips)
