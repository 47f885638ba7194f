"""A small fake of OpenStack: its APIs as far as our journeys use them, over an honest memory that can be told to lie.

No stand-in for the real services (`tests/test_openstack.py` has those): what is asked for is done at once, nothing is
validated, nobody is refused but for a wrong password. It is here so that every promise can be seen broken by any lie.
"""

import hashlib
import itertools
import json
import re
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address, ip_network
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

PASSWORD = "secret-of-the-fake"
QUOTA = 10  # GiB of volumes, servers, ports
READER = "reader"  # a user who may only read; tokens of the fake are the names of their users

# Collections: the service's path before it, the name of one and of many.
_COLLECTIONS = {
    "networks": ("/network/v2.0", "network", "networks"),
    "subnets": ("/network/v2.0", "subnet", "subnets"),
    "routers": ("/network/v2.0", "router", "routers"),
    "ports": ("/network/v2.0", "port", "ports"),
    "security-groups": ("/network/v2.0", "security_group", "security_groups"),
    "security-group-rules": ("/network/v2.0", "security_group_rule", "security_group_rules"),
    "floatingips": ("/network/v2.0", "floatingip", "floatingips"),
    "servers": ("/compute/v2.1", "server", "servers"),
    "os-keypairs": ("/compute/v2.1", "keypair", "keypairs"),
    "flavors": ("/compute/v2.1", "flavor", "flavors"),
    "volumes": ("/volume/v3", "volume", "volumes"),
    "snapshots": ("/volume/v3", "snapshot", "snapshots"),
    "types": ("/volume/v3", "volume_type", "volume_types"),
    "images": ("/image/v2", "image", "images"),
    "loadbalancers": ("/lb/v2.0/lbaas", "loadbalancer", "loadbalancers"),
    "listeners": ("/lb/v2.0/lbaas", "listener", "listeners"),
    "pools": ("/lb/v2.0/lbaas", "pool", "pools"),
    "healthmonitors": ("/lb/v2.0/lbaas", "healthmonitor", "healthmonitors"),
}
_SERVICES = {
    "identity": ("/identity/v3", "v3.14", None),
    "compute": ("/compute/v2.1", "v2.1", "2.96"),
    "network": ("/network", "v2.0", None),
    "volumev3": ("/volume/v3", "v3.0", "3.70"),
    "image": ("/image", "v2.15", None),
    "load-balancer": ("/lb", "v2.0", None),
}


# Services that no journey uses: where they are, and what they say to a user who may not list anything there.
_OTHERS = {"dns": ("/dns", "/dns/v2/zones", 403), "brewing": ("/brewing", "/brewing", 404)}


@dataclass
class Reply:
    """What the client is told."""

    status: int
    body: Any = None

    def every(self, noun: str) -> Iterator[dict]:
        """All of `noun` that the reply tells of, be it one or a list."""
        found = self.body or {}
        many = [value for value in found.values() if isinstance(value, list)]
        yield from (each for value in many for each in value if isinstance(each, dict))
        if isinstance(found.get(noun), dict):
            yield found[noun]


Lie = Callable[["Fakestack", Callable[[], Reply]], Reply]


@dataclass
class Fakestack:
    """The state of the fake; `lies` are told in place of what is so, by method and path (a regular expression)."""

    url: str = ""
    lies: dict[str, Lie] = field(default_factory=dict)
    before_key_pair: Callable[[], None] = lambda: None  # a key pair begins the next story

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)
        self._lock = threading.RLock()
        self.asked: dict = {}  # the body of the request that is being answered
        self.user = ""  # who asks it
        self.things: dict[str, dict[str, dict]] = {name: {} for name in (*_COLLECTIONS, "members")}
        self.things["flavors"]["1"] = {"id": "1", "name": "tiny", "ram": 64, "vcpus": 1, "disk": 1}
        self.things["images"]["1"] = {"id": "1", "name": "cirros", "size": 1, "status": "active"}
        self.things["types"]["1"] = {"id": "1", "name": "fast"}
        self.things["networks"]["public"] = {"id": "public", "name": "public", "router:external": True}

    def answer(self, method: str, url: str, body: dict, token: str = "") -> Reply:
        parts = urlsplit(url)
        path, query = parts.path, dict(parse_qsl(parts.query))
        with self._lock:
            self.asked, self.user = body, token
            if (method, path) == ("POST", "/compute/v2.1/os-keypairs"):
                self.before_key_pair()

            def honestly() -> Reply:
                if token == READER and method != "GET":
                    return Reply(403, {"forbidden": {"message": "You may only read", "code": 403}})
                return self._answer(method, path, query, body)

            for pattern, lie in self.lies.items():
                if re.fullmatch(pattern, f"{method} {path}"):
                    return lie(self, honestly)
            return honestly()

    def _answer(self, method: str, path: str, query: dict, body: dict) -> Reply:
        for service in _SERVICES:
            if path.rstrip("/") == _SERVICES[service][0]:
                return self._versions(service)
        if path.endswith("/auth/tokens"):
            return self._token(body)
        if path.endswith("/limits") or "/quotas/" in path:
            return self._quota(path)
        if path.endswith("/os-availability-zone"):
            zones = [{"zoneName": name, "zoneState": {"available": True}} for name in ("left", "right")]
            return Reply(200, {"availabilityZoneInfo": zones})
        if others := [status for _, asked, status in _OTHERS.values() if path == asked]:
            return Reply(others[0], {"error": {"code": others[0], "message": "Not for you"}})
        found = re.search(r"/pools/([^/]+)/members(?:/([^/]+))?$", path)
        if found:
            return self._members(method, found[1], body)
        for name, (prefix, one, many) in _COLLECTIONS.items():
            if found := re.fullmatch(rf"{prefix}/{name}(?:/([^/]+))?(?:/(.+))?", path):
                return self._resource(method, name, one, many, found[1], found[2], query, body)
        return Reply(404, {"itemNotFound": {"message": f"The fake knows no {method} {path}"}})

    def _quota(self, path: str) -> Reply:
        if not path.endswith("/limits"):
            ports = {"limit": QUOTA, "used": len(self.things["ports"]), "reserved": 0}
            return Reply(200, {"quota": {"port": ports}})
        absolute = {"maxTotalVolumeGigabytes": QUOTA, "totalGigabytesUsed": 0}
        absolute |= {"maxTotalInstances": QUOTA, "totalInstancesUsed": len(self.things["servers"])}
        return Reply(200, {"limits": {"rate": [], "absolute": absolute}})

    def _versions(self, service: str) -> Reply:
        path, name, micro = _SERVICES[service]
        below = "" if path[-1].isdigit() else {"image": "/v2"}.get(service, "/v2.0")
        home = f"{self.url}{path}{below}"
        version = {"id": name, "status": "CURRENT", "links": [{"rel": "self", "href": f"{home}/"}]}
        if micro:
            version |= {"version": micro, "min_version": "2.1" if service == "compute" else "3.0"}
        return Reply(200, {"version": version} if service in ("identity", "compute") else {"versions": [version]})

    def _token(self, body: dict) -> Reply:
        if body["auth"]["identity"].get("password", {}).get("user", {}).get("password") != PASSWORD:
            return Reply(401, {"error": {"code": 401, "title": "Unauthorized", "message": "Who are you?"}})
        catalogue = [
            {
                "type": kind,
                "id": kind,
                "name": kind,
                "endpoints": [
                    {
                        "interface": "public",
                        "region": "Fake",
                        "region_id": "Fake",
                        "id": kind,
                        "url": f"{self.url}{path}",
                    }
                ],
            }
            for kind, (path, *_) in (_SERVICES | _OTHERS).items()
        ]
        domain = {"id": "d", "name": "d"}
        token = {"catalog": catalogue, "methods": ["password"], "roles": [], "user": {"id": "u", "domain": domain}}
        token |= {"issued_at": "2026-01-01T00:00:00.000000Z", "expires_at": "2999-01-01T00:00:00.000000Z"}
        return Reply(201, {"token": token | {"project": {"id": "p", "name": "p", "domain": domain}}})

    def _resource(
        self, method: str, name: str, one: str, many: str, id_: str | None, rest: str | None, query: dict, body: dict
    ) -> Reply:
        things = self.things[name]
        if id_ is None or id_ == "detail":
            if method == "POST" and many in body:  # at once, which nobody does but beyond a quota
                told = f"Quota exceeded for resources: ['{one}']."
                return Reply(409, {"NeutronError": {"type": "OverQuota", "message": told}})
            if method == "POST":
                made = getattr(self, f"_make_{one}", self._make)(dict(body[one]))
                if isinstance(made, Reply):
                    return made
                things[made["id"]] = made
                return Reply(201, {one: made})
            found = [thing for thing in things.values() if self._fits(thing, query)]
            return Reply(200, {many: [{one: thing} for thing in found] if one == "keypair" else found})
        if id_ not in things:
            return Reply(404, {"itemNotFound": {"message": f"There is no {one} {id_}"}})
        if rest:
            return getattr(self, f"_{rest.partition('/')[0].replace('-', '_')}")(method, things[id_], body, rest)
        if method == "DELETE":
            self._forget(name, id_)
            return Reply(204)
        if method == "PUT":
            things[id_] |= body[one]
            if one == "floatingip":
                self._lead(things[id_])
        return Reply(200, {one: things[id_]})

    @staticmethod
    def _fits(thing: dict, query: dict) -> bool:
        for key, value in query.items():
            if key in ("limit", "marker", "details", "sort_key", "sort_dir"):
                continue
            if key == "router:external":
                value, thing = str(value).lower(), {key: str(bool(thing.get(key))).lower()}
            if not (re.fullmatch(value, thing[key]) if value.startswith("^") else str(thing.get(key)) == value):
                return False
        return True

    def _forget(self, name: str, id_: str) -> None:
        gone = self.things[name].pop(id_)
        if name == "servers":
            going = [boot["uuid"] for boot in gone.get("block_device_mapping_v2", ()) if boot["delete_on_termination"]]
            for port in [each for each in self.things["ports"].values() if each["device_id"] == id_]:
                del self.things["ports"][port["id"]]
            for address in self.things["floatingips"].values():
                if address.get("port_id") and address["port_id"] not in self.things["ports"]:
                    address |= {"status": "DOWN", "fixed_ip_address": None, "port_id": None}
            for volume in list(self.things["volumes"].values()):
                if {"server_id": id_} in volume["attachments"]:
                    volume |= {"status": "available", "attachments": []}
                    if volume["id"] in going:
                        del self.things["volumes"][volume["id"]]
        if name == "security-group-rules":
            for group in self.things["security-groups"].values():
                group["security_group_rules"] = [r for r in group["security_group_rules"] if r["id"] != id_]

    # --- what is made

    def _make(self, wanted: dict) -> dict:
        return {**wanted, "id": f"{next(self._numbers):08}-0000-4000-8000-000000000000"}

    def _make_network(self, wanted: dict) -> dict:
        return self._make(wanted) | {"status": "ACTIVE", "admin_state_up": True, "shared": False}

    def _make_router(self, wanted: dict) -> dict:
        return self._make(wanted) | {"status": "ACTIVE", "admin_state_up": True}

    def _make_subnet(self, wanted: dict) -> dict:
        gateway = str(next(ip_network(wanted["cidr"]).hosts()))
        return {"gateway_ip": gateway, "enable_dhcp": True} | self._make(wanted)

    def _make_port(self, wanted: dict) -> dict:
        made = {"device_id": "", "device_owner": "", "admin_state_up": True, **self._make(wanted)}
        made["mac_address"] = f"fa:16:3e:00:{int(made['id'][:8]) % 10000 // 100:02}:{int(made['id'][:8]) % 100:02}"
        return made | {"fixed_ips": [self._place(each) for each in wanted["fixed_ips"]]}

    def _place(self, wanted: dict) -> dict:
        subnet = self.things["subnets"][wanted["subnet_id"]]
        taken = {place["ip_address"] for port in self.things["ports"].values() for place in port["fixed_ips"]}
        hosts = ip_network(subnet["cidr"]).hosts()
        for pool in subnet.get("allocation_pools", ()):
            hosts = (host for host in hosts if ip_address(pool["start"]) <= host <= ip_address(pool["end"]))
        free = (str(host) for host in hosts if str(host) not in taken | {subnet["gateway_ip"]})
        return {"subnet_id": subnet["id"], "ip_address": wanted.get("ip_address") or next(free)}

    def _make_security_group(self, wanted: dict) -> dict:
        return self._make(wanted) | {"security_group_rules": [{"id": "out", "direction": "egress"}]}

    def _make_security_group_rule(self, wanted: dict) -> dict:
        rule = {"port_range_min": None, "port_range_max": None, "remote_ip_prefix": None, "remote_group_id": None}
        rule |= self._make(wanted)
        self.things["security-groups"][rule["security_group_id"]]["security_group_rules"].append(rule)
        return rule

    def _make_floatingip(self, wanted: dict) -> dict:
        return self._make(wanted) | {"status": "DOWN", "floating_ip_address": "203.0.113.7", "fixed_ip_address": None}

    def _lead(self, address: dict) -> None:
        port = self.things["ports"][address["port_id"]]
        address |= {"status": "ACTIVE", "fixed_ip_address": port["fixed_ips"][0]["ip_address"]}

    def _make_keypair(self, wanted: dict) -> dict:
        private, public, fingerprint = _key()
        keys = {"fingerprint": fingerprint, "private_key": private, "public_key": public}
        return {**wanted, "id": wanted["name"], **keys}

    def _make_server(self, wanted: dict) -> dict | Reply:
        if wanted.get("min_count", 1) > 1:  # the same
            told = "Quota exceeded for instances: Requested 11, but already used 0 of 10 instances"
            return Reply(403, {"forbidden": {"message": told, "code": 403}})
        server = self._make(wanted)
        network = wanted["networks"][0]["uuid"]
        subnet = next(each for each in self.things["subnets"].values() if each["network_id"] == network)
        port = self._make_port({"name": "", "network_id": network, "fixed_ips": [{"subnet_id": subnet["id"]}]})
        self.things["ports"][port["id"]] = port | {"device_id": server["id"], "device_owner": "compute:fake"}
        server |= {"status": "ACTIVE", "metadata": {}, "OS-EXT-STS:task_state": None, "OS-EXT-STS:power_state": 1}
        server |= {"os-extended-volumes:volumes_attached": [], "actions": ["create"]}
        flavor, image = self.things["flavors"].get(wanted["flavorRef"]), wanted.get("imageRef")
        server |= {"flavor": {"original_name": (flavor or {"name": "unknown"})["name"]}}
        server |= {"image": {"id": image} if image else "", "key_name": wanted.get("key_name")}
        groups = [self.things["security-groups"].get(each["name"], each) for each in wanted.get("security_groups", ())]
        server["security_groups"] = [{"name": group["name"]} for group in groups] or [{"name": "default"}]
        server["OS-EXT-SRV-ATTR:user_data"] = wanted.get("user_data")
        server["OS-EXT-AZ:availability_zone"] = wanted.get("availability_zone") or "left"
        for boot in wanted.get("block_device_mapping_v2") or ():
            if boot["source_type"] == "volume":
                self._attach(server, boot["uuid"])
        return server | {"addresses": {"net": [{"addr": port["fixed_ips"][0]["ip_address"]}]}}

    def _make_volume(self, wanted: dict) -> dict | Reply:
        if wanted["size"] > QUOTA:
            return Reply(413, {"overLimit": {"message": "VolumeSizeExceedsAvailableQuota: too large", "code": 413}})
        image = {"volume_image_metadata": {"image_id": wanted["imageRef"]}} if wanted.get("imageRef") else {}
        return self._make(wanted) | {"status": "available", "attachments": [], **image}

    def _make_snapshot(self, wanted: dict) -> dict:
        size = self.things["volumes"][wanted["volume_id"]]["size"]
        return self._make(wanted) | {"status": "available", "size": size}

    def _make_loadbalancer(self, wanted: dict) -> dict:
        state = {"provisioning_status": "ACTIVE", "operating_status": "ONLINE", "vip_address": "10.71.0.200"}
        return self._make(wanted) | state

    def _make_pool(self, wanted: dict) -> dict:
        balancer = self.things["listeners"][wanted["listener_id"]]["loadbalancer_id"]
        made = self._make(wanted) | {"loadbalancer_id": balancer, "admin_state_up": True}
        self.things["listeners"][wanted["listener_id"]]["default_pool_id"] = made["id"]
        return made

    def _make_listener(self, wanted: dict) -> dict:
        state = {"load_balancer_id": wanted["loadbalancer_id"], "admin_state_up": True, "default_pool_id": None}
        return self._make(wanted) | state

    # --- what is done to it

    def _members(self, method: str, pool: str, body: dict) -> Reply:
        members = self.things["members"]
        if method == "POST":
            # Nobody is behind any address here, and the fake's health monitor notices at once.
            made = self._make(body["member"]) | {"operating_status": "ERROR", "pool": pool, "weight": 1}
            made["admin_state_up"] = True
            members[made["id"]] = made
            return Reply(201, {"member": made})
        return Reply(200, {"members": [each for each in members.values() if each["pool"] == pool]})

    def _add_router_interface(self, method: str, router: dict, body: dict, rest: str) -> Reply:
        wanted = {"name": "", "network_id": "", "fixed_ips": [{"subnet_id": body["subnet_id"]}]}
        port = self._make_port(wanted) | {"device_id": router["id"], "device_owner": "network:router_interface"}
        self.things["ports"][port["id"]] = port
        return Reply(200, {"id": router["id"]})

    def _remove_router_interface(self, method: str, router: dict, body: dict, rest: str) -> Reply:
        for port in [each for each in self.things["ports"].values() if each["device_id"] == router["id"]]:
            del self.things["ports"][port["id"]]
        return Reply(200, {"id": router["id"]})

    def _action(self, method: str, thing: dict, body: dict, rest: str) -> Reply:
        (action, details), *_ = body.items()
        if action == "os-getConsoleOutput":
            return Reply(200, {"output": "login:"})
        thing.setdefault("actions", []).append(action)
        thing |= {"os-stop": {"status": "SHUTOFF"}, "os-start": {"status": "ACTIVE"}}.get(action, {})
        if action == "os-extend":
            thing["size"] = details["new_size"]
        return Reply(202)

    def _os_instance_actions(self, method: str, server: dict, body: dict, rest: str) -> Reply:
        done = [
            {"action": action, "request_id": f"req-{number}", "events": [{"result": "Success"}]}
            for number, action in enumerate(server["actions"])
        ]
        wanted = rest.partition("/")[2]
        if not wanted:
            return Reply(200, {"instanceActions": done})
        return Reply(200, {"instanceAction": next(each for each in done if each["request_id"] == wanted)})

    def _metadata(self, method: str, server: dict, body: dict, rest: str) -> Reply:
        server["metadata"] |= body["metadata"]
        return Reply(200, {"metadata": server["metadata"]})

    def _os_interface(self, method: str, server: dict, body: dict, rest: str) -> Reply:
        port = self.things["ports"][body["interfaceAttachment"]["port_id"] if body else rest.partition("/")[2]]
        address = {"addr": port["fixed_ips"][0]["ip_address"]}
        if method == "DELETE":
            server["addresses"]["net"].remove(address)
            port["device_id"] = ""
            return Reply(202)
        server["addresses"]["net"].append(address)
        port["device_id"] = server["id"]
        return Reply(200, {"interfaceAttachment": {"port_id": port["id"], "fixed_ips": port["fixed_ips"]}})

    def _os_volume_attachments(self, method: str, server: dict, body: dict, rest: str) -> Reply:
        if method == "DELETE":
            volume = rest.partition("/")[2]
            self.things["volumes"][volume] |= {"status": "available", "attachments": []}
            server["os-extended-volumes:volumes_attached"].remove({"id": volume})
            return Reply(202)
        volume = body["volumeAttachment"]["volumeId"]
        self._attach(server, volume)
        return Reply(200, {"volumeAttachment": {"id": volume, "volumeId": volume, "serverId": server["id"]}})

    def _attach(self, server: dict, volume: str) -> None:
        self.things["volumes"][volume] |= {"status": "in-use", "attachments": [{"server_id": server["id"]}]}
        server["os-extended-volumes:volumes_attached"].append({"id": volume})


@cache
def _key() -> tuple[str, str, str]:
    """A private key, its public one, and the fingerprint by which Nova would know it."""
    key = rsa.generate_private_key(65537, 2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
    public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    return private, public, hashlib.md5(b64decode(public.split()[1]), usedforsecurity=False).digest().hex(":")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: "_Server"

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked, token = json.loads(body or b"{}"), self.headers.get("X-Auth-Token", "")
        reply = self.server.stack.answer(self.command, self.path, asked, token)
        said = b"" if reply.body is None else json.dumps(reply.body).encode()
        self.send_response_only(reply.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.send_header("x-openstack-request-id", "req-fake-4711")
        if self.path.endswith("/auth/tokens"):
            user = asked.get("auth", {}).get("identity", {}).get("password", {}).get("user", {})
            self.send_header("X-Subject-Token", user.get("name", ""))
        self.end_headers()
        self.wfile.write(said)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _handle

    def log_message(self, *_: object) -> None:
        """Says nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    stack: Fakestack

    def handle_error(self, request: object, client_address: object) -> None:
        """Says nothing: clients may give up."""

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


@contextmanager
def serving(stack: Fakestack) -> Iterator[Fakestack]:
    """The fake on loopback."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.stack, stack.url = stack, f"http://127.0.0.1:{server.server_port}"
        yield stack


def settings(stack: Fakestack) -> dict[str, str]:
    """What makes journeys use the fake."""
    return {
        "OS_AUTH_URL": f"{stack.url}/identity/v3",
        "OS_USERNAME": "tester",
        "OS_PASSWORD": PASSWORD,
        "OS_PROJECT_NAME": "testing",
        "OS_USER_DOMAIN_NAME": "Default",
        "OS_PROJECT_DOMAIN_NAME": "Default",
        "OS_CLIENT_CONFIG_FILE": "/nonexistent/clouds.yaml",
        "JOURNEYS_CAPABILITIES": "load-balancers,public-addresses,volume-quota,server-quota,port-quota,member-health,"
        "user-data",
        "JOURNEYS_READER_USERNAME": READER,
        "JOURNEYS_READER_PASSWORD": PASSWORD,
    }


# --- Lies


def said(status: int, name: str = "fault", message: str = "Said by a fake") -> Lie:
    """Carries nothing out and answers with an error."""
    return lambda stack, honestly: Reply(status, {name: {"message": message, "code": status}})


def pretended(status: int = 202) -> Lie:
    """Carries nothing out and says that all is well."""
    return lambda stack, honestly: Reply(status)


def nothing(many: str) -> Lie:
    """Lists nothing."""
    return lambda stack, honestly: Reply(200, {many: []})


def changed(noun: str, **fields: Any) -> Lie:
    """Tells of every `noun` what is not so."""

    def lie(stack: Fakestack, honestly: Callable[[], Reply]) -> Reply:
        reply = honestly()
        told = json.loads(json.dumps(reply.body))
        copy = Reply(reply.status, told)
        for each in copy.every(noun):
            each |= {name.replace("__", ":"): value for name, value in fields.items()}
        return copy

    return lie
