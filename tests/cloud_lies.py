"""Every promise of a cloud, made untrue: by a lie of the fake, or by steps after which it can't be so."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field

from tests.fakestack import PASSWORD, Fakestack, Lie, Reply, changed, nothing, pretended, said


@dataclass(frozen=True)
class Story:
    """A scenario of `steps` whose last one has to fail, saying what `shows` matches."""

    title: str
    steps: str
    shows: str
    lies: dict[str, Lie] = field(default_factory=dict)

    @property
    def last_step(self) -> str:
        return self.steps.splitlines()[-1].split(maxsplit=1)[1]


UNLIMITED = {"limit": -1, "used": 0, "reserved": 0}
NETWORK, COMPUTE, VOLUME, BALANCER = "/network/v2.0", "/compute/v2.1", "/volume/v3", "/lb/v2.0/lbaas"
SUBNET = "Given a network with a subnet"
RUNNING = "Given a running server"

# The lists of what can be made: the steps that make it, and where it is listed.
LISTS = {
    "network": ("Given a network", f"GET {NETWORK}/networks", "networks"),
    "subnet": (SUBNET, f"GET {NETWORK}/subnets", "subnets"),
    "router": ("Given a network\nAnd a router", f"GET {NETWORK}/routers", "routers"),
    "port": (f"{SUBNET}\nAnd a port", f"GET {NETWORK}/ports", "ports"),
    "security group": ("Given a network\nAnd a security group", f"GET {NETWORK}/security-groups", "security_groups"),
    "key pair": ("Given a key pair", f"GET {COMPUTE}/os-keypairs", "keypairs"),
    "server": (RUNNING, f"GET {COMPUTE}/servers/detail", "servers"),
    "volume": ("Given a volume", f"GET {VOLUME}/volumes/detail", "volumes"),
    "snapshot": ("Given a volume\nAnd a snapshot", f"GET {VOLUME}/snapshots/detail", "snapshots"),
    "public address": ("Given a public address", f"GET {NETWORK}/floatingips", "floatingips"),
    "load balancer": (f"{SUBNET}\nAnd a load balancer", f"GET {BALANCER}/loadbalancers", "loadbalancers"),
}


def _wrong_password_is_let_in(stack: Fakestack, _honestly: object) -> Reply:
    user = {"name": "tester", "password": PASSWORD}
    return stack._token({"auth": {"identity": {"password": {"user": user}}}})


def _rule_with(**fields: object) -> Lie:
    """Makes a rule that is not as it was wanted."""

    def lie(stack: Fakestack, honestly: Callable[[], Reply]) -> Reply:
        stack.asked["security_group_rule"] |= fields
        return honestly()

    return lie


def _keeping_its_volumes(stack: Fakestack, honestly: Callable[[], Reply]) -> Reply:
    """Removes a server, and leaves its volumes as they were."""
    volumes = deepcopy(stack.things["volumes"])
    reply = honestly()
    stack.things["volumes"] = volumes
    return reply


STORIES = [
    # --- the … is listed, the … is gone
    *(
        Story(
            f"A {thing} is made and not listed",
            f"{steps}\nThen the {thing} is listed",
            r"Expected [\w-]+ journeys-\S+ \(\S+\) to be listed, but it is none of the 0 listed",
            {path: nothing(many)},
        )
        for thing, (steps, path, many) in LISTS.items()
    ),
    Story(
        "A network is listed under another name",
        "Given a network\nThen the network is listed",
        r"Expected network journeys-\S+ \(\S+\) to be listed, but",
        {f"GET {NETWORK}/networks": changed("network", name="other")},
    ),
    Story(
        "A list answers with an error",
        "Given a network\nThen the network is listed",
        r"Expected openstack\.network\.GET /networks to succeed, but the server answered 503 .*req-fake-4711",
        {f"GET {NETWORK}/networks": said(503)},
    ),
    Story(
        "A network is said to be removed and is not",
        "Given a network\nWhen I remove the network\nThen the network is gone within 10 ms",
        r"Expected network journeys-\S+ to be gone within 10 ms, but after .* it is Network\(",
        {f"DELETE {NETWORK}/networks/.*": pretended(204)},
    ),
    Story(
        "A removed network can't be found but is listed",
        "Given a network\nWhen I remove the network\nThen the network is gone within 10 ms",
        r"Expected network journeys-\S+ to be gone, but it is still listed",
        {f"GET {NETWORK}/networks/.*": said(404, "NeutronError"), f"DELETE {NETWORK}/networks/.*": pretended(204)},
    ),
    Story(
        "Of several networks one is not listed",
        "When I create 3 networks at once\nThen every network is listed",
        r"to be listed, but it is none of the 0 listed",
        {f"GET {NETWORK}/networks": nothing("networks")},
    ),
    Story("Nothing was made to be listed", "Then every network is listed", r"There is nothing to be listed"),
    # --- identity and catalogue
    Story(
        "A login ends too soon",
        "When I log in\nThen I am logged in for at least 5 minutes",
        r"Expected to be logged in for at least 5 min 0 s, but the login ends in 0 ms",
        {"POST /identity/v3/auth/tokens": changed("token", expires_at="2026-01-01T00:00:00.000000Z")},
    ),
    Story(
        "A wrong password is let in",
        "When I try to log in with a wrong password\nThen I am refused for lack of rights",
        r"Expected a refusal \(reason auth\), but what was tried was allowed",
        {"POST /identity/v3/auth/tokens": _wrong_password_is_let_in},
    ),
    Story(
        "A refusal has another reason",
        "When I try to create a volume larger than my quota\nThen I am refused for lack of rights",
        r"Expected a refusal \(reason auth\), but it had another\. .* 413 overLimit",
    ),
    Story(
        "A quota is not kept",
        "When I try to create a volume larger than my quota\nThen I am refused for lack of quota",
        r"Expected a refusal \(reason quota\), but what was tried was allowed",
        {f"POST {VOLUME}/volumes": lambda stack, honestly: _grown(stack)},
    ),
    Story(
        "A quota of servers is not kept",
        f"{SUBNET}\nWhen I try to start more servers than my quota allows\nThen I am refused for lack of quota",
        r"Expected a refusal \(reason quota\), but what was tried was allowed",
        {f"POST {COMPUTE}/servers": lambda stack, honestly: _started(stack)},
    ),
    Story(
        "Ports are refused for another reason than the quota",
        f"{SUBNET}\nWhen I try to create more ports than my quota allows\nThen I am refused for lack of quota",
        r"Expected a refusal \(reason quota\), but it had another\. .* 403",
        {f"POST {NETWORK}/ports": said(403)},
    ),
    Story(
        "A quota that there is not",
        f"{SUBNET}\nWhen I try to create more ports than my quota allows",
        r"Expected a quota of ports, but this project has none",
        {f"GET {NETWORK}/quotas/.*": lambda stack, honestly: Reply(200, {"quota": {"port": UNLIMITED}})},
    ),
    Story(
        "One service is out of order",
        "When I ask every service of the catalogue for its lists\nThen every service answers",
        r"Expected every service of the catalogue to answer, but network: Expected openstack\.network\.GET /routers",
        {f"GET {NETWORK}/routers": said(503)},
    ),
    *(
        Story(
            f"A service that no journey uses {does}",
            "When I ask every service of the catalogue for its lists\nThen every service answers",
            rf"Expected every service of the catalogue to answer, but {told}",
            {path: lie},
        )
        for does, told, path, lie in (
            ("is broken", r"dns: Expected openstack\.dns\.GET /zones", "GET /dns/v2/zones", said(500)),
            ("has lost its list", r"dns: Expected openstack\.dns\.GET /zones", "GET /dns/v2/zones", said(404)),
            ("is out of order", r"brewing: Expected openstack\.other\.GET", "GET /brewing", said(503)),
        )
    ),
    Story(
        "Nothing is offered",
        "When I list the volume types\nThen at least one is offered",
        r"Expected at least one to choose from, but the list is empty",
        {f"GET {VOLUME}/types": nothing("volume_types")},
    ),
    # --- networks
    Story(
        "A port has an address of elsewhere",
        f"{SUBNET}\nWhen I create a port\nThen the port's address lies in the subnet",
        r"Expected the address of port \S+ to lie in 10\.71\.0\.0/24, but it is 192\.0\.2\.9",
        {f"POST {NETWORK}/ports": changed("port", fixed_ips=[{"subnet_id": "?", "ip_address": "192.0.2.9"}])},
    ),
    Story(
        "A port has no address",
        f"{SUBNET}\nWhen I create a port\nThen the port's address lies in the subnet",
        r"Expected the address of port \S+ to lie in 10\.71\.0\.0/24, but it is none",
        {f"POST {NETWORK}/ports": changed("port", fixed_ips=[])},
    ),
    Story(
        "A network shows the port of another one",
        'Given two networks with the same subnet\nWhen I create a port with the address "10.71.0.77" in each\n'
        "Then each network has only its own port",
        r"Expected network \S+ to have port \S+ and no other with the address 10\.71\.0\.77, but it has",
        {f"GET {NETWORK}/ports": changed("port", network_id="one for all")},
    ),
    Story(
        "A port is said to be disabled and is not",
        f"{SUBNET}\nAnd a port\nWhen I disable the port\nThen the port is disabled",
        r"Expected port \S+ to be disabled, but it is enabled",
        {f"GET {NETWORK}/ports/.*": changed("port", admin_state_up=True)},
    ),
    Story(
        "A port is said to be enabled and is not",
        f"{SUBNET}\nAnd a port\nWhen I enable the port\nThen the port is enabled",
        r"Expected port \S+ to be enabled, but it is disabled",
        {f"GET {NETWORK}/ports/.*": changed("port", admin_state_up=False)},
    ),
    Story(
        "A router is said to be connected and is not",
        f"{SUBNET}\nAnd a router\nWhen I connect the router to the subnet\nThen the router is connected to the subnet",
        r"Expected router \S+ to be connected to subnet \S+, but it is connected to none",
        {f"PUT {NETWORK}/routers/.*/add_router_interface": lambda stack, honestly: Reply(200, {"id": "?"})},
    ),
    Story(
        "A rule is said to be made and is not",
        'Given a network\nAnd a security group\nWhen I let "192.0.2.0/24" in to port 443\n'
        'Then the security group lets only "192.0.2.0/24" in, to port 443',
        r"Expected security group \S+ to let in 192\.0\.2\.0/24 to port 443, but it lets in nobody",
        {f"POST {NETWORK}/security-group-rules": lambda stack, honestly: Reply(201, {"security_group_rule": {}})},
    ),
    Story(
        "A rule lets in more than it should",
        'Given a network\nAnd a security group\nWhen I let "0.0.0.0/0" in to port 443\n'
        'Then the security group lets only "192.0.2.0/24" in, to port 443',
        r"to let in 192\.0\.2\.0/24 to port 443, but it lets in 0\.0\.0\.0/0 to port 443",
    ),
    *(
        Story(
            f"A rule lets in {more}",
            'Given a network\nAnd a security group\nWhen I let "192.0.2.0/24" in to port 443\n'
            'Then the security group lets only "192.0.2.0/24" in, to port 443',
            f"to let in 192\\.0\\.2\\.0/24 to port 443, but it lets in {told}",
            {f"POST {NETWORK}/security-group-rules": _rule_with(**fields)},
        )
        for more, told, fields in (
            ("more ports than it should", r"192\.0\.2\.0/24 to ports 443 to 65535\.", {"port_range_max": 65535}),
            ("another protocol", r"192\.0\.2\.0/24 to port 443 by udp\.", {"protocol": "udp"}),
            ("another group", r"other to port 443\.", {"remote_ip_prefix": None, "remote_group_id": "other"}),
        )
    ),
    Story(
        "A closed port stays open",
        'Given a network\nAnd a security group\nWhen I let "192.0.2.0/24" in to port 443\n'
        'And I close port 443 to "192.0.2.0/24"\nThen the security group lets nobody in',
        r"Expected security group \S+ to let in nobody, but it lets in 192\.0\.2\.0/24 to port 443",
        {f"DELETE {NETWORK}/security-group-rules/.*": pretended(204)},
    ),
    # --- servers
    Story(
        "A server ends in error",
        f"{SUBNET}\nWhen I start a server\nThen the server is active within 10 ms",
        r'Expected server \S+ to be active within \S+ ms, but after .* is broken: "No host wants',
        {f"GET {COMPUTE}/servers/0.*": changed("server", status="ERROR", fault={"message": "No host wants it"})},
    ),
    Story(
        "A server is never ready",
        f"{SUBNET}\nWhen I start 2 servers at once\nThen every server is active within 10 ms",
        r"Expected server \S+ to be active within \S+ ms, but after .* it is Server\(.*status='busy'",
        {f"GET {COMPUTE}/servers/0.*": changed("server", status="BUILD")},
    ),
    Story(
        "A server does not stop",
        f"{RUNNING}\nWhen I stop the server\nThen the server is stopped within 10 ms",
        r"Expected server \S+ to be stopped within 10 ms, but after",
        {f"POST {COMPUTE}/servers/.*/action": pretended()},
    ),
    Story(
        "A server has an address of elsewhere",
        f"{RUNNING}\nThen the server's address lies in the subnet",
        r"Expected the address of server \S+ to lie in 10\.71\.0\.0/24, but it is 192\.0\.2\.9",
        {f"GET {COMPUTE}/servers/0.*": changed("server", addresses={"net": [{"addr": "192.0.2.9"}]})},
    ),
    Story(
        "Two servers have one address",
        "Given two running servers\nThen every server has an address of its own",
        r"Expected every server to have an address of its own, but they have 10\.71\.0\.9, 10\.71\.0\.9",
        {f"GET {COMPUTE}/servers/0.*": changed("server", addresses={"net": [{"addr": "10.71.0.9"}]})},
    ),
    Story(
        "A server has no address",
        f"{RUNNING}\nThen every server has an address of its own",
        r"Expected every server to have an address, but journeys-\S+ has none",
        {f"GET {COMPUTE}/servers/0.*": changed("server", addresses={})},
    ),
    Story(
        "A server is in another zone than was asked for",
        "Given a network\nWhen I start a server in every availability zone\n"
        "And I try to log in with a wrong password\nThen I am refused for lack of rights\n"
        "And every server is active within 1 minute\nAnd every availability zone has a server",
        r"Expected a server in each of the zones left, right, but they are in left, left",
        {f"GET {COMPUTE}/servers/0.*": changed("server", **{"OS-EXT-AZ__availability_zone": "left"})},
    ),
    Story(
        "A label is lost",
        f'{RUNNING}\nWhen I label the server "stage" as "trial"\nThen the server has the label "stage" as "trial"',
        r"Expected server \S+ to have the label 'stage' as 'trial', but its labels are none",
        {f"GET {COMPUTE}/servers/0.*": changed("server", metadata={})},
    ),
    Story(
        "User data is told otherwise",
        f"{RUNNING}\nThen the server's user data is told as it was given",
        r"Expected the cloud to tell the user data of server \S+ as it was given, '#!/bin/sh.*', but it tells ''",
        {f"GET {COMPUTE}/servers/0.*": changed("server", **{"OS-EXT-SRV-ATTR__user_data": ""})},
    ),
    Story(
        "A console log stays empty",
        f"{RUNNING}\nThen the server's console log says something within 10 ms",
        r"Expected server \S+ to say something within 10 ms, but",
        {f"POST {COMPUTE}/servers/.*/action": lambda stack, honestly: Reply(200, {"output": ""})},
    ),
    Story(
        "A port is not attached",
        f"{RUNNING}\nAnd a port\nThen the server has the port's address within 10 ms",
        r"Expected server \S+ to have the address 10\.71\.0\.\d+ within 10 ms, but",
    ),
    Story(
        "A port is not detached",
        f"{RUNNING}\nAnd a port\nWhen I attach the port to the server\n"
        "Then the server no longer has the port's address within 10 ms",
        r"Expected server \S+ no longer to have the address 10\.71\.0\.\d+ within 10 ms, but",
    ),
    Story(
        "A server leaves a port behind",
        f"{RUNNING}\nThen no port of the server is left",
        r"Expected no port of server \S+ to be left, but there are 1",
    ),
    Story(
        "A removed server keeps its volume",
        f"{RUNNING}\nAnd a volume\nWhen I attach the volume to the server\nAnd I remove the server\n"
        "Then the volume is available within 10 ms",
        r"Expected volume \S+ to be available within 10 ms, but after .* it is Volume\(.*status='attached'",
        {f"DELETE {COMPUTE}/servers/.*": _keeping_its_volumes},
    ),
    Story(
        "A removed server leaves the volume that it should take along",
        f"{SUBNET}\nAnd a volume with the image on it\n"
        "When I start a server from the volume that takes it along when it goes\nAnd I remove the server\n"
        "Then the volume is gone within 10 ms",
        r"Expected volume \S+ to be gone within 10 ms, but after .* it is Volume\(",
        {f"DELETE {COMPUTE}/servers/.*": _keeping_its_volumes},
    ),
    # --- volumes
    Story(
        "A volume ends in error",
        "When I create a volume of 1 GiB\nThen the volume is available within 10 ms",
        r"Expected volume \S+ to be available within 10 ms, but after .* broken: \"Cinder gives no reason",
        {f"GET {VOLUME}/volumes/0.*": changed("volume", status="error")},
    ),
    Story(
        "A volume is never ready",
        "When I create a volume of every type\nThen every volume is available within 10 ms",
        r"Expected volume \S+ to be available within 10 ms, but after .* it is Volume\(.*status='busy'",
        {f"GET {VOLUME}/volumes/0.*": changed("volume", status="creating")},
    ),
    Story(
        "A volume is attached to another server",
        "Given two running servers\nAnd a volume\nWhen I attach the volume to the first server\n"
        "Then the volume is attached to the second server within 10 ms",
        r"Expected volume \S+ to be attached to server \S+ within 10 ms, but",
    ),
    Story(
        "A volume does not grow",
        "Given a volume\nWhen I extend the volume to 2 GiB\nThen the volume has 2 GiB within 10 ms",
        r"Expected volume \S+ to have 2 GiB within 10 ms, but after .*size=1",
        {f"POST {VOLUME}/volumes/.*/action": pretended()},
    ),
    Story(
        "A snapshot ends in error",
        "Given a volume\nWhen I take a snapshot of the volume\nThen the snapshot is available within 10 ms",
        r"Expected snapshot \S+ to be available within 10 ms, but after .* broken",
        {f"GET {VOLUME}/snapshots/0.*": changed("snapshot", status="error")},
    ),
    Story(
        "A restored volume is of another size",
        "Given a volume\nAnd a snapshot\nWhen I restore the snapshot to a new volume\n"
        "Then the volume is as large as the snapshot",
        r"Expected volume \S+ to have 1 GiB as its snapshot, but it has 3 GiB",
        {f"POST {VOLUME}/volumes": changed("volume", size=3)},
    ),
    # --- addresses and load balancers
    Story(
        "A public address leads to another server",
        "Given two running servers with a way outside\nAnd a public address that leads to the first server\n"
        "Then the public address leads to the second server within 10 ms",
        r"Expected public-address \S+ to lead to 10\.71\.0\.\d+ within 10 ms, but",
    ),
    Story(
        "A load balancer ends in error",
        f"{SUBNET}\nWhen I create a load balancer\nThen the load balancer is ready within 10 ms",
        r"Expected load-balancer \S+ to be ready within 10 ms, but after .* broken: \"operating status ONLINE\"",
        {f"GET {BALANCER}/loadbalancers/0.*": changed("loadbalancer", provisioning_status="ERROR")},
    ),
    Story(
        "A load balancer forgets a member",
        f'{SUBNET}\nAnd a load balancer\nWhen I balance port 80 over "10.71.0.11" and "10.71.0.11"\n'
        'Then the load balancer hands port 80 on to "10.71.0.11" and "10.71.0.12" within 10 ms',
        r"Expected load-balancer \S+ to hand port 80 on to 10\.71\.0\.11, 10\.71\.0\.12 within 10 ms, but",
    ),
    Story(
        "A dead member stays in",
        f'{SUBNET}\nAnd a load balancer\nWhen I balance port 80 over "10.71.0.11" and "10.71.0.12"\n'
        'Then the load balancer leaves "10.71.0.12" out within 10 ms',
        r"Expected load-balancer \S+ to leave 10\.71\.0\.12 out within 10 ms, but",
        {f"GET {BALANCER}/pools/.*/members": changed("member", operating_status="ONLINE")},
    ),
]


def _started(stack: Fakestack) -> Reply:
    network = next(iter(stack.things["subnets"].values()))["network_id"]
    for number in (1, 2):
        made = stack._make_server(
            {"name": f"{stack.asked['server']['name']}-{number}", "networks": [{"uuid": network}]}
        )
        stack.things["servers"][made["id"]] = made
    return Reply(202, {"server": made})


def _grown(stack: Fakestack) -> Reply:
    volume = stack._make({"name": "large", "size": 99, "status": "available", "attachments": []})
    return Reply(202, {"volume": volume})
