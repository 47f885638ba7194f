"""Every promise of a cloud, made untrue: by a lie of the fake, or by steps after which it can't be so."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field

from tests.fakestack import PASSWORD, READER, Fakestack, Lie, Reply, changed, nothing, pretended, said
from tests.stories import Story


@dataclass(frozen=True)
class StoryOfLies(Story):
    """A story in which some of the cloud's answers are lies."""

    lies: dict[str, Lie] = field(default_factory=dict)


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


def ordered(noun: str, **fields: object) -> Lie:
    """Makes a thing that is not as it was ordered, and tells the truth of it."""

    def lie(stack: Fakestack, honestly: Callable[[], Reply]) -> Reply:
        stack.asked[noun] |= fields
        return honestly()

    return lie


def besides(do: Callable[[Fakestack], object]) -> Lie:
    """Carries out what was asked for, and something else."""

    def lie(stack: Fakestack, honestly: Callable[[], Reply]) -> Reply:
        reply = honestly()
        do(stack)
        return reply

    return lie


def each(many: str, **fields: object) -> Lie:
    """Carries out what was asked for, and changes all things of a kind, too."""
    return besides(lambda stack: [thing.update(fields) for thing in stack.things[many].values()])


def of_reader(reply: Reply) -> Lie:
    """What only a reader is told."""
    return lambda stack, honestly: reply if stack.user == READER else honestly()


_DETACH = f"DELETE {COMPUTE}/servers/.*/os-volume_attachments/.*"
_STILL_ATTACHED = {f"GET {VOLUME}/volumes/0.*": changed("volume", attachments=[{"server_id": "other"}])}
_TOO_LARGE = {f"POST {VOLUME}/volumes": ordered("volume", size=3)}
_OLD_NAME = {f"GET {COMPUTE}/servers/0.*": changed("server", name="old")}
_FROM_VOLUME = f"{SUBNET}\nAnd a volume with the image on it\nWhen I start a server from the volume"
_PORT_DETACHED = "And a port\nWhen I attach the port to the server\nAnd I detach the port from the server\n"
_VOLUME_DETACHED = "And a volume\nWhen I attach the volume to the server\nAnd I detach the volume\n"
_RESTORED = "Given a volume\nAnd a snapshot\nWhen I restore the snapshot to a new volume"


def _keeping_its_volumes(stack: Fakestack, honestly: Callable[[], Reply]) -> Reply:
    """Removes a server, and leaves its volumes as they were."""
    volumes = deepcopy(stack.things["volumes"])
    reply = honestly()
    stack.things["volumes"] = volumes
    return reply


STORIES = [
    # --- the … is listed, the … is gone
    *(
        StoryOfLies(
            f"A {thing} is made and not listed",
            f"{steps}\nThen the {thing} is listed",
            r"Expected [\w-]+ journeys-\S+ \(\S+\) to be listed, but it is none of the 0 listed",
            {path: nothing(many)},
        )
        for thing, (steps, path, many) in LISTS.items()
    ),
    StoryOfLies(
        "A network is listed under another name",
        "Given a network\nThen the network is listed",
        r"Expected network journeys-\S+ \(\S+\) to be listed, but",
        {f"GET {NETWORK}/networks": changed("network", name="other")},
    ),
    StoryOfLies(
        "A list answers with an error",
        "Given a network\nThen the network is listed",
        r"Expected openstack\.network\.GET /networks to succeed, but the server answered 503 .*req-fake-4711",
        {f"GET {NETWORK}/networks": said(503)},
    ),
    StoryOfLies(
        "A network is said to be removed and is not",
        "Given a network\nWhen I remove the network\nThen the network is gone within 10 ms",
        r"Expected network journeys-\S+ to be gone within 10 ms, but after .* it is Network\(",
        {f"DELETE {NETWORK}/networks/.*": pretended(204)},
    ),
    StoryOfLies(
        "A removed network can't be found but is listed",
        "Given a network\nWhen I remove the network\nThen the network is gone within 10 ms",
        r"Expected network journeys-\S+ to be gone, but it is still listed",
        {f"GET {NETWORK}/networks/.*": said(404, "NeutronError"), f"DELETE {NETWORK}/networks/.*": pretended(204)},
    ),
    StoryOfLies(
        "Of several networks one is not listed",
        "When I create 3 networks at once\nThen every network is listed",
        r"to be listed, but it is none of the 0 listed",
        {f"GET {NETWORK}/networks": nothing("networks")},
    ),
    StoryOfLies("Nothing was made to be listed", "Then every network is listed", r"There is nothing to be listed"),
    # --- identity and catalogue
    StoryOfLies(
        "A login ends too soon",
        "When I log in\nThen I am logged in for at least 5 minutes",
        r"Expected to be logged in for at least 5 min 0 s, but the login ends in 0 ms",
        {"POST /identity/v3/auth/tokens": changed("token", expires_at="2026-01-01T00:00:00.000000Z")},
    ),
    StoryOfLies(
        "A wrong password is let in",
        "When I try to log in with a wrong password\nThen I am refused for lack of rights",
        r"Expected a refusal \(reason auth\), but what was tried was allowed",
        {"POST /identity/v3/auth/tokens": _wrong_password_is_let_in},
    ),
    StoryOfLies(
        "A refusal has another reason",
        "When I try to create a volume larger than my quota\nThen I am refused for lack of rights",
        r"Expected a refusal \(reason auth\), but it had another\. .* 413 overLimit",
    ),
    StoryOfLies(
        "A quota is not kept",
        "When I try to create a volume larger than my quota\nThen I am refused for lack of quota",
        r"Expected a refusal \(reason quota\), but what was tried was allowed",
        {f"POST {VOLUME}/volumes": lambda stack, honestly: _grown(stack)},
    ),
    StoryOfLies(
        "A quota of servers is not kept",
        f"{SUBNET}\nWhen I try to start more servers than my quota allows\nThen I am refused for lack of quota",
        r"Expected a refusal \(reason quota\), but what was tried was allowed",
        {f"POST {COMPUTE}/servers": lambda stack, honestly: _started(stack)},
    ),
    StoryOfLies(
        "Ports are refused for another reason than the quota",
        f"{SUBNET}\nWhen I try to create more ports than my quota allows\nThen I am refused for lack of quota",
        r"Expected a refusal \(reason quota\), but it had another\. .* 403",
        {f"POST {NETWORK}/ports": said(403)},
    ),
    StoryOfLies(
        "A quota that there is not",
        f"{SUBNET}\nWhen I try to create more ports than my quota allows",
        r"Expected a quota of ports, but this project has none",
        {f"GET {NETWORK}/quotas/.*": lambda stack, honestly: Reply(200, {"quota": {"port": UNLIMITED}})},
    ),
    StoryOfLies(
        "One service is out of order",
        "When I ask every service of the catalogue for its lists\nThen every service answers",
        r"Expected every service of the catalogue to answer, but network: Expected openstack\.network\.GET /routers",
        {f"GET {NETWORK}/routers": said(503)},
    ),
    *(
        StoryOfLies(
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
    StoryOfLies(
        "Nothing is offered",
        "When I list the volume types\nThen at least one is offered",
        r"Expected at least one to choose from, but the list is empty",
        {f"GET {VOLUME}/types": nothing("volume_types")},
    ),
    # --- networks
    StoryOfLies(
        "A port has an address of elsewhere",
        f"{SUBNET}\nWhen I create a port\nThen the port's address lies in the subnet",
        r"Expected the address of port \S+ to lie in 10\.71\.0\.0/24, but it is 192\.0\.2\.9",
        {f"POST {NETWORK}/ports": changed("port", fixed_ips=[{"subnet_id": "?", "ip_address": "192.0.2.9"}])},
    ),
    StoryOfLies(
        "A port has no address",
        f"{SUBNET}\nWhen I create a port\nThen the port's address lies in the subnet",
        r"Expected the address of port \S+ to lie in 10\.71\.0\.0/24, but it is none",
        {f"POST {NETWORK}/ports": changed("port", fixed_ips=[])},
    ),
    StoryOfLies(
        "A network shows the port of another one",
        'Given two networks with the same subnet\nWhen I create a port with the address "10.71.0.77" in each\n'
        "Then each network has only its own port",
        r"Expected network \S+ to have port \S+ and no other with the address 10\.71\.0\.77, but it has",
        {f"GET {NETWORK}/ports": changed("port", network_id="one for all")},
    ),
    StoryOfLies(
        "A port is said to be disabled and is not",
        f"{SUBNET}\nAnd a port\nWhen I disable the port\nThen the port is disabled",
        r"Expected port \S+ to be disabled, but it is enabled",
        {f"GET {NETWORK}/ports/.*": changed("port", admin_state_up=True)},
    ),
    StoryOfLies(
        "A port is said to be enabled and is not",
        f"{SUBNET}\nAnd a port\nWhen I enable the port\nThen the port is enabled",
        r"Expected port \S+ to be enabled, but it is disabled",
        {f"GET {NETWORK}/ports/.*": changed("port", admin_state_up=False)},
    ),
    StoryOfLies(
        "A router is said to be connected and is not",
        f"{SUBNET}\nAnd a router\nWhen I connect the router to the subnet\nThen the router is connected to the subnet",
        r"Expected router \S+ to be connected to subnet \S+, but it is connected to none",
        {f"PUT {NETWORK}/routers/.*/add_router_interface": lambda stack, honestly: Reply(200, {"id": "?"})},
    ),
    StoryOfLies(
        "A router's interface is down",
        f"{SUBNET}\nAnd a router\nWhen I connect the router to the subnet\nThen the router is connected to the subnet",
        r"Expected router \S+ to be connected to subnet \S+, but it is connected to none",
        {f"PUT {NETWORK}/routers/.*/add_router_interface": each("ports", admin_state_up=False)},
    ),
    StoryOfLies(
        "A rule is said to be made and is not",
        'Given a network\nAnd a security group\nWhen I let "192.0.2.0/24" in to port 443\n'
        'Then the security group lets only "192.0.2.0/24" in, to port 443',
        r"Expected security group \S+ to let in 192\.0\.2\.0/24 to port 443, but it lets in nobody",
        {f"POST {NETWORK}/security-group-rules": lambda stack, honestly: Reply(201, {"security_group_rule": {}})},
    ),
    StoryOfLies(
        "A rule lets in more than it should",
        'Given a network\nAnd a security group\nWhen I let "0.0.0.0/0" in to port 443\n'
        'Then the security group lets only "192.0.2.0/24" in, to port 443',
        r"to let in 192\.0\.2\.0/24 to port 443, but it lets in 0\.0\.0\.0/0 to port 443",
    ),
    *(
        StoryOfLies(
            f"A rule lets in {more}",
            'Given a network\nAnd a security group\nWhen I let "192.0.2.0/24" in to port 443\n'
            'Then the security group lets only "192.0.2.0/24" in, to port 443',
            f"to let in 192\\.0\\.2\\.0/24 to port 443, but it lets in {told}",
            {f"POST {NETWORK}/security-group-rules": ordered("security_group_rule", **fields)},
        )
        for more, told, fields in (
            ("more ports than it should", r"192\.0\.2\.0/24 to ports 443 to 65535\.", {"port_range_max": 65535}),
            ("another protocol", r"192\.0\.2\.0/24 to port 443 by udp\.", {"protocol": "udp"}),
            ("another group", r"other to port 443\.", {"remote_ip_prefix": None, "remote_group_id": "other"}),
        )
    ),
    StoryOfLies(
        "A closed port stays open",
        'Given a network\nAnd a security group\nWhen I let "192.0.2.0/24" in to port 443\n'
        'And I close port 443 to "192.0.2.0/24"\nThen the security group lets nobody in',
        r"Expected security group \S+ to let in nobody, but it lets in 192\.0\.2\.0/24 to port 443",
        {f"DELETE {NETWORK}/security-group-rules/.*": pretended(204)},
    ),
    # --- servers
    StoryOfLies(
        "A server ends in error",
        f"{SUBNET}\nWhen I start a server\nThen the server is active within 10 ms",
        r'Expected server \S+ to be active within \S+ ms, but after .* is broken: "No host wants',
        {f"GET {COMPUTE}/servers/0.*": changed("server", status="ERROR", fault={"message": "No host wants it"})},
    ),
    StoryOfLies(
        "A server is never ready",
        f"{SUBNET}\nWhen I start 2 servers at once\nThen every server is active within 10 ms",
        r"Expected server \S+ to be active within \S+ ms, but after .* it is Server\(.*status='busy'",
        {f"GET {COMPUTE}/servers/0.*": changed("server", status="BUILD")},
    ),
    StoryOfLies(
        "A server does not stop",
        f"{RUNNING}\nWhen I stop the server\nThen the server is stopped within 10 ms",
        r"Expected server \S+ to be stopped within 10 ms, but after",
        {f"POST {COMPUTE}/servers/.*/action": pretended()},
    ),
    StoryOfLies(
        "A server has an address of elsewhere",
        f"{RUNNING}\nThen the server's address lies in the subnet",
        r"Expected the address of server \S+ to lie in 10\.71\.0\.0/24, but it is 192\.0\.2\.9",
        {f"GET {COMPUTE}/servers/0.*": changed("server", addresses={"net": [{"addr": "192.0.2.9"}]})},
    ),
    StoryOfLies(
        "Two servers have one address",
        "Given two running servers\nThen every server has an address of its own",
        r"Expected every server to have an address of its own, but they have 10\.71\.0\.9, 10\.71\.0\.9",
        {f"GET {COMPUTE}/servers/0.*": changed("server", addresses={"net": [{"addr": "10.71.0.9"}]})},
    ),
    StoryOfLies(
        "A server has no address",
        f"{RUNNING}\nThen every server has an address of its own",
        r"Expected every server to have an address, but journeys-\S+ has none",
        {f"GET {COMPUTE}/servers/0.*": changed("server", addresses={})},
    ),
    StoryOfLies(
        "A server is in another zone than was asked for",
        "Given a network\nWhen I start a server in every availability zone\n"
        "And I try to log in with a wrong password\nThen I am refused for lack of rights\n"
        "And every server is active within 1 minute\nAnd every availability zone has a server",
        r"Expected server \S+ to be in zone right, but it is in left",
        {f"GET {COMPUTE}/servers/0.*": changed("server", **{"OS-EXT-AZ__availability_zone": "left"})},
    ),
    StoryOfLies(
        "A label is lost",
        f'{RUNNING}\nWhen I label the server "stage" as "trial"\nThen the server has the label "stage" as "trial"',
        r"Expected server \S+ to have the label 'stage' as 'trial', but its labels are none",
        {f"GET {COMPUTE}/servers/0.*": changed("server", metadata={})},
    ),
    StoryOfLies(
        "User data is told otherwise",
        f"{RUNNING}\nThen the server's user data is told as it was given",
        r"Expected the cloud to tell the user data of server \S+ as it was given, '#!/bin/sh.*', but it tells ''",
        {f"GET {COMPUTE}/servers/0.*": changed("server", **{"OS-EXT-SRV-ATTR__user_data": ""})},
    ),
    StoryOfLies(
        "A console log stays empty",
        f"{RUNNING}\nThen the server's console log says something within 10 ms",
        r"Expected server \S+ to say something within 10 ms, but",
        {f"POST {COMPUTE}/servers/.*/action": lambda stack, honestly: Reply(200, {"output": ""})},
    ),
    StoryOfLies(
        "A port is not attached",
        f"{RUNNING}\nAnd a port\nThen the server has the port's address within 10 ms",
        r"Expected server \S+ to have the address 10\.71\.0\.\d+ within 10 ms, but",
    ),
    StoryOfLies(
        "A port is not detached",
        f"{RUNNING}\nAnd a port\nWhen I attach the port to the server\n"
        "Then the server no longer has the port's address within 10 ms",
        r"Expected server \S+ no longer to have the address 10\.71\.0\.\d+ within 10 ms, but",
    ),
    StoryOfLies(
        "A server leaves a port behind",
        f"{RUNNING}\nThen no port of the server is left",
        r"Expected no port of server \S+ to be left, but there are 1",
    ),
    StoryOfLies(
        "A removed server keeps its volume",
        f"{RUNNING}\nAnd a volume\nWhen I attach the volume to the server\nAnd I remove the server\n"
        "Then the volume is available within 10 ms",
        r"Expected volume \S+ to be available within 10 ms, but after .* it is Volume\(.*status='attached'",
        {f"DELETE {COMPUTE}/servers/.*": _keeping_its_volumes},
    ),
    StoryOfLies(
        "A removed server leaves the volume that it should take along",
        f"{SUBNET}\nAnd a volume with the image on it\n"
        "When I start a server from the volume that takes it along when it goes\nAnd I remove the server\n"
        "Then the volume is gone within 10 ms",
        r"Expected volume \S+ to be gone within 10 ms, but after .* it is Volume\(",
        {f"DELETE {COMPUTE}/servers/.*": _keeping_its_volumes},
    ),
    # --- volumes
    StoryOfLies(
        "A volume ends in error",
        "When I create a volume of 1 GiB\nThen the volume is available within 10 ms",
        r"Expected volume \S+ to be available within 10 ms, but after .* broken: \"Cinder gives no reason",
        {f"GET {VOLUME}/volumes/0.*": changed("volume", status="error")},
    ),
    StoryOfLies(
        "A volume is never ready",
        "When I create a volume of every type\nThen every volume is available within 10 ms",
        r"Expected volume \S+ to be available within 10 ms, but after .* it is Volume\(.*status='busy'",
        {f"GET {VOLUME}/volumes/0.*": changed("volume", status="creating")},
    ),
    StoryOfLies(
        "A volume is attached to another server",
        "Given two running servers\nAnd a volume\nWhen I attach the volume to the first server\n"
        "Then the volume is attached to the second server within 10 ms",
        r"Expected volume \S+ to be attached to server \S+ within 10 ms, but",
    ),
    StoryOfLies(
        "A volume does not grow",
        "Given a volume\nWhen I extend the volume to 2 GiB\nThen the volume has 2 GiB within 10 ms",
        r"Expected volume \S+ to have 2 GiB within 10 ms, but after .*size=1",
        {f"POST {VOLUME}/volumes/.*/action": pretended()},
    ),
    StoryOfLies(
        "A snapshot ends in error",
        "Given a volume\nWhen I take a snapshot of the volume\nThen the snapshot is available within 10 ms",
        r"Expected snapshot \S+ to be available within 10 ms, but after .* broken",
        {f"GET {VOLUME}/snapshots/0.*": changed("snapshot", status="error")},
    ),
    StoryOfLies(
        "A restored volume is of another size",
        "Given a volume\nAnd a snapshot\nWhen I restore the snapshot to a new volume\nThen the volume is as ordered",
        r"Expected volume \S+ to be as ordered, with size 1, but it has 3",
        {f"POST {VOLUME}/snapshots": besides(lambda stack: stack.lies.update(_TOO_LARGE))},
    ),
    # --- what can't be done in that order
    StoryOfLies(
        "There is no second server",
        f"{RUNNING}\nAnd a volume\nWhen I attach the volume to the second server",
        r"There is one server only: a step that starts several has to come first",
    ),
    StoryOfLies(
        "A server is labelled that may not run yet",
        f'{SUBNET}\nWhen I start a server\nAnd I label the server "stage" as "trial"',
        r"The server never ran: a step that waits for it has to come first",
    ),
    StoryOfLies(
        "Nobody can be let in",
        'Given a network\nWhen I let "192.0.2.0/24" in to port 443',
        r"There is no security group: a step that creates one has to come first",
    ),
    StoryOfLies(
        "A volume is detached that no server has",
        "Given a volume\nWhen I detach the volume",
        r"Expected volume \S+ to be attached, but no server has it",
    ),
    # --- what is made, but not as it was ordered
    *(
        StoryOfLies(
            f"A {thing} {trouble}",
            f"{steps}\nThen the {thing} is as ordered",
            rf"Expected {thing.replace(' ', '-')} \S+ to be as ordered, with {told}",
            {path: lie},
        )
        for thing, trouble, steps, told, path, lie in (
            (
                *("network", "belongs to everybody", "Given a network"),
                *("shared False, but it has True", f"GET {NETWORK}/networks/.*", changed("network", shared=True)),
            ),
            (
                *("network", "is down", "Given a network"),
                *("up True, but it has False", f"GET {NETWORK}/networks/.*", changed("network", status="DOWN")),
            ),
            (
                *("subnet", "has another range", SUBNET, r"cidr 10\.71\.0\.0/24, but it has 10\.9\.0\.0/24"),
                *(f"POST {NETWORK}/subnets", ordered("subnet", cidr="10.9.0.0/24")),
            ),
            (
                *("subnet", "tells servers no addresses", SUBNET, "dhcp True, but it has False"),
                *(f"GET {NETWORK}/subnets/.*", changed("subnet", enable_dhcp=False)),
            ),
            (
                *("subnet", "has no way out", SUBNET, "gateway True, but it has False"),
                *(f"POST {NETWORK}/subnets", ordered("subnet", gateway_ip=None)),
            ),
            (
                *("subnet", "has its way out elsewhere", SUBNET, "gateway True, but it has False"),
                *(f"GET {NETWORK}/subnets/.*", changed("subnet", gateway_ip="10.9.0.1")),
            ),
            (
                *("port", "is in another network", f"{SUBNET}\nAnd a port", r"network \S+, but it has other"),
                *(f"GET {NETWORK}/ports/.*", changed("port", network_id="other")),
            ),
            (
                *("router", "leads nowhere", "Given a network\nWhen I create a router that leads outside"),
                *("outside True, but it has False", f"POST {NETWORK}/routers"),
                ordered("router", external_gateway_info=None),
            ),
            (
                *("server", "is of another flavour", RUNNING, "flavor tiny, but it has unknown"),
                *(f"POST {COMPUTE}/servers", ordered("server", flavorRef="2")),
            ),
            (
                *("server", "starts from another image", RUNNING, "image 1, but it has 2"),
                *(f"POST {COMPUTE}/servers", ordered("server", imageRef="2")),
            ),
            (
                *("server", "lets nobody in", "Given a key pair\nAnd a running server"),
                *(r"key journeys-\S+, but it has none", f"POST {COMPUTE}/servers", ordered("server", key_name=None)),
            ),
            (
                *("server", "is in no security group", "Given a network\nAnd a security group\nAnd a running server"),
                *(r"groups journeys-\S+, but it has default", f"POST {COMPUTE}/servers"),
                ordered("server", security_groups=[]),
            ),
            (
                *("server", "does not start from its volume", _FROM_VOLUME),
                *("image none, but it has 1", f"POST {COMPUTE}/servers", ordered("server", imageRef="1")),
            ),
            (
                *("volume", "is larger than ordered", "Given a volume", "size 1, but it has 2"),
                *(f"POST {VOLUME}/volumes", ordered("volume", size=2)),
            ),
            (
                *("volume", "is empty", "Given a volume with the image on it", "image 1, but it has none"),
                *(f"POST {VOLUME}/volumes", ordered("volume", imageRef=None)),
            ),
            (
                *("volume", "is none of the snapshot", _RESTORED),
                *(r"snapshot \S+, but it has none", f"POST {VOLUME}/volumes", ordered("volume", snapshot_id=None)),
            ),
            (
                *("snapshot", "is one of another volume", "Given a volume\nAnd a snapshot"),
                *(
                    r"volume \S+, but it has other",
                    f"GET {VOLUME}/snapshots/.*",
                    changed("snapshot", volume_id="other"),
                ),
            ),
        )
    ),
    StoryOfLies(
        "A volume is of another type",
        "When I create a volume of every type\nThen every volume is as ordered",
        r"Expected volume \S+ to be as ordered, with type fast, but it has slow",
        {f"POST {VOLUME}/volumes": ordered("volume", volume_type="slow")},
    ),
    # --- what is told in two ways
    StoryOfLies(
        "A network is listed twice",
        "Given a network\nThen the network is listed",
        r"Expected network \S+ to be listed once, but it is listed 2 times",
        {f"GET {NETWORK}/networks": lambda stack, honestly: _twice(honestly())},
    ),
    StoryOfLies(
        "A network is made twice",
        "Given a network\nThen the network is listed",
        r"Expected network \S+ to be listed once, but it is listed 2 times",
        {f"POST {NETWORK}/networks": besides(lambda stack: _twin(stack, "networks"))},
    ),
    StoryOfLies(
        "A volume is listed with another size",
        "Given a volume\nThen the volume is listed",
        r"Expected volume \S+ to be listed as it is told by its id, but the list says Volume\(.*size=7",
        {f"GET {VOLUME}/volumes/detail": changed("volume", size=7)},
    ),
    StoryOfLies(
        "A server has a new name only in the list",
        f"{RUNNING}\nWhen I rename the server\nThen the server is listed",
        r"Expected server \S+ to be listed as it is told by its id, but .* by its id it is Server\(.*name='old'",
        {f"PUT {COMPUTE}/servers/.*": besides(lambda stack: stack.lies.update(_OLD_NAME))},
    ),
    StoryOfLies(
        "A server breaks right after it ran",
        f"{RUNNING}\nWhen I stop the server\nThen the server is listed",
        r"Expected server \S+ to be active still, but it is Server\(.*status='stopped'",
    ),
    # --- what is removed
    StoryOfLies(
        "A removed network comes back",
        "Given a network\nWhen I remove the network\nThen the network is gone within 10 ms",
        r"Expected network \S+ to be gone, but it (came back|is still listed)",
        {f"DELETE {NETWORK}/networks/.*": lambda stack, honestly: _comes_back(stack, honestly)},
    ),
    StoryOfLies(
        "All networks are removed with one",
        "Given a network\nAnd another network\nWhen I remove the network\nThen no other network is gone",
        r"Expected no other network to be gone, but journeys-\S+ is",
        {f"DELETE {NETWORK}/networks/.*": besides(lambda stack: _lose(stack, "networks"))},
    ),
    StoryOfLies(
        "There is no other network",
        "Given a network\nWhen I remove the network\nThen no other network is gone",
        "no other",
    ),
    StoryOfLies(
        "What was refused is made all the same",
        "When I try to create a network as a reader\nThen I am refused for lack of rights\nAnd nothing was made",
        r"Expected nothing to be made of what was refused, but there is 1 network called journeys-",
        {f"POST {NETWORK}/networks": besides(lambda stack: _make(stack, "networks", stack.asked["network"]))},
    ),
    StoryOfLies("Nothing was refused", "Then nothing was made", "Nothing was refused: a step"),
    # --- identity
    StoryOfLies(
        "A longer password is let in",
        "When I try to log in with the right password and more behind it\nThen I am refused for lack of rights",
        r"Expected a refusal \(reason auth\), but what was tried was allowed",
        {"POST /identity/v3/auth/tokens": _wrong_password_is_let_in},
    ),
    StoryOfLies(
        "A reader removes a network",
        "Given a network\nWhen I try to remove the network as a reader\nThen I am refused for lack of rights",
        r"Expected a refusal \(reason auth\), but what was tried was allowed",
        {f"DELETE {NETWORK}/networks/.*": of_reader(Reply(204))},
    ),
    StoryOfLies(
        "A reader may not even read",
        "Given a network\nThen a reader sees the network",
        r"Expected openstack\.network\.GET /networks/\{id\} of \S+ to succeed, but the server answered 403",
        {f"GET {NETWORK}/networks/.*": of_reader(Reply(403, {"forbidden": {"message": "no", "code": 403}}))},
    ),
    StoryOfLies(
        "A reader finds nothing",
        "Given a network\nThen a reader sees the network",
        r"Expected a reader to see network \S+, but it is not found",
        {f"GET {NETWORK}/networks/.*": of_reader(Reply(404, {"NeutronError": {"message": "no"}}))},
    ),
    StoryOfLies(
        "The same is offered twice",
        "When I list the images\nThen at least one is offered",
        r"Expected each to be offered once, but 1 is offered again",
        {"GET /image/v2/images": lambda stack, honestly: _twice(honestly())},
    ),
    StoryOfLies(
        "Nothing that is offered can be used",
        "When I list the images\nThen at least one is offered",
        r"Expected at least one to choose from, but none of those 1 listed can be used",
        {"GET /image/v2/images": changed("image", status="deactivated")},
    ),
    # --- key pairs
    StoryOfLies(
        "A key pair comes without a key",
        "Given a key pair\nThen the private key fits the key pair",
        r"Expected a private key to come with key pair \S+, but that is none",
        {f"POST {COMPUTE}/os-keypairs": changed("keypair", private_key="none")},
    ),
    StoryOfLies(
        "A key pair is another's",
        "Given a key pair\nThen the private key fits the key pair",
        r"Expected the private key of key pair \S+ to have the fingerprint that the cloud tells, 11:22, but it has",
        {f"GET {COMPUTE}/os-keypairs/.*": changed("keypair", fingerprint="11:22")},
    ),
    # --- ports and routers
    StoryOfLies(
        "A port has the router's address",
        f"{SUBNET}\nWhen I create a port\nThen the port's address lies in the subnet",
        r"Expected the address of port \S+ to be one for servers, but 10\.71\.0\.1 is the subnet's own",
        {f"POST {NETWORK}/ports": changed("port", fixed_ips=[{"subnet_id": "?", "ip_address": "10.71.0.1"}])},
    ),
    StoryOfLies(
        "Two ports have one address",
        f"{SUBNET}\nAnd a port\nAnd another port\nThen every port has an address of its own",
        r"Expected every port to have an address of its own, but they have 10\.71\.0\.9, 10\.71\.0\.9",
        {f"POST {NETWORK}/ports": changed("port", fixed_ips=[{"subnet_id": "?", "ip_address": "10.71.0.9"}])},
    ),
    StoryOfLies(
        "Two ports have one address of Ethernet",
        f"{SUBNET}\nAnd a port\nAnd another port\nThen every port has an address of its own",
        r"Expected every port to have an address of its own, but they have fa:16:3e:00:00:01, fa:16:3e:00:00:01",
        {f"POST {NETWORK}/ports": changed("port", mac_address="fa:16:3e:00:00:01")},
    ),
    StoryOfLies(
        "A port gets another address than was asked for",
        'Given two networks with the same subnet\nWhen I create a port with the address "10.71.0.77" in each\n'
        "Then each network has only its own port",
        r"Expected network \S+ to have port \S+ and no other with the address 10\.71\.0\.77, but it has 0",
        {f"GET {NETWORK}/ports": changed("port", fixed_ips=[{"subnet_id": "?", "ip_address": "10.71.0.99"}])},
    ),
    StoryOfLies(
        "A disabled port loses its address",
        f"{SUBNET}\nAnd a port\nWhen I disable the port\nThen the port is disabled",
        r"Expected nothing else about Port\(.* to change, but it is Port\(.*addresses=\(\)",
        {f"PUT {NETWORK}/ports/.*": each("ports", fixed_ips=[])},
    ),
    StoryOfLies(
        "A router is connected to another subnet, too",
        f"{SUBNET}\nAnd a router\nWhen I connect the router to the subnet\nThen the router is connected to the subnet",
        r"Expected router \S+ to be connected to subnet \S+, but it is connected to .*other",
        {f"PUT {NETWORK}/routers/.*/add_router_interface": besides(lambda stack: _more_places(stack))},
    ),
    StoryOfLies(
        "A router does not let go of a subnet",
        f"{SUBNET}\nAnd a router\nWhen I connect the router to the subnet\n"
        "And I disconnect the router from the subnet\nThen the router is connected to no subnet",
        r"Expected router \S+ to be connected to no subnet, but it is connected to",
        {f"PUT {NETWORK}/routers/.*/remove_router_interface": lambda stack, honestly: Reply(200, {"id": "?"})},
    ),
    # --- what servers have
    StoryOfLies(
        "A server is powered off",
        f"{SUBNET}\nWhen I start a server\nThen the server is active within 10 ms",
        r"Expected server \S+ to be active within \S+ ms, but after .* it is Server\(.*status='busy'",
        {f"GET {COMPUTE}/servers/0.*": changed("server", **{"OS-EXT-STS__power_state": 4})},
    ),
    StoryOfLies(
        "A server's port is in another network",
        f"{RUNNING}\nThen the server's address lies in the subnet",
        r"Expected server \S+ to have ports in its network with 10\.71\.0\.\d+, but it has none",
        {f"GET {NETWORK}/ports": changed("port", network_id="other")},
    ),
    StoryOfLies(
        "Servers are in each other's zone",
        "Given a network\nWhen I start a server in every availability zone\n"
        "And I try to log in with a wrong password\nThen I am refused for lack of rights\n"
        "And every server is active within 1 minute\nAnd every availability zone has a server",
        r"Expected server \S+ to be in zone left, but it is in right",
        {f"POST {COMPUTE}/servers": lambda stack, honestly: _in_the_other_zone(stack, honestly)},
    ),
    *(
        StoryOfLies(
            f"A server is changed by {doing}",
            f"{RUNNING}\n{steps}Then the server is otherwise as it was within 10 ms",
            rf"Expected server \S+ to be as it was, .*, within 10 ms, but after .*{told}",
            {path: lie},
        )
        for doing, steps, told, path, lie in (
            (
                *("a reboot", "When I reboot the server\n", "addresses=\\('10.71.0.99'"),
                f"POST {COMPUTE}/servers/.*/action",
                each("servers", addresses={"net": [{"addr": "10.71.0.99"}]}),
            ),
            (
                *("its second label", 'When I label the server "a" as "b"\nAnd I label the server "c" as "d"\n'),
                *("labels=\\(\\('c', 'd'\\),\\)", f"POST {COMPUTE}/servers/.*/metadata"),
                besides(lambda stack: _only_the_last_label(stack)),
            ),
            (
                *("a new name", "When I rename the server\n", "flavor='huge'", f"PUT {COMPUTE}/servers/.*"),
                each("servers", flavor={"original_name": "huge"}),
            ),
            (
                *("a port that was detached", _PORT_DETACHED),
                *("addresses=\\(\\)", f"DELETE {COMPUTE}/servers/.*/os-interface/.*"),
                each("servers", addresses={}),
            ),
            (
                *("a volume that was detached", _VOLUME_DETACHED),
                *("volumes=frozenset\\(\\{'0", _DETACH),
                besides(lambda stack: _still_knows(stack)),
            ),
        )
    ),
    StoryOfLies(
        "A server that never ran",
        f"{SUBNET}\nWhen I start a server\nThen the server is otherwise as it was within 10 ms",
        r"The server never ran: a step that waits for it has to come first",
    ),
    StoryOfLies(
        "A server is not rebooted",
        f"{RUNNING}\nWhen I reboot the server\nThen the cloud tells that the server was rebooted within 10 ms",
        r"Expected server \S+ to have been rebooted within 10 ms, but",
        {f"POST {COMPUTE}/servers/.*/action": pretended()},
    ),
    StoryOfLies(
        "A console log holds nothing but space",
        f"{RUNNING}\nThen the server's console log says something within 10 ms",
        r"Expected server \S+ to say something within 10 ms, but",
        {f"POST {COMPUTE}/servers/.*/action": lambda stack, honestly: Reply(200, {"output": " \n"})},
    ),
    StoryOfLies(
        "An attached port does not know its server",
        f"{RUNNING}\nAnd a port\nWhen I attach the port to the server\n"
        "Then the server has the port's address within 10 ms",
        r"Expected port \S+ to belong to server \S+ within 10 ms, but after .* it is Port\(",
        {f"POST {COMPUTE}/servers/.*/os-interface": each("ports", device_id="")},
    ),
    StoryOfLies(
        "A detached port is lost",
        f"{RUNNING}\nAnd a port\nWhen I attach the port to the server\nAnd I detach the port from the server\n"
        "Then the server no longer has the port's address within 10 ms",
        r"Expected port \S+ to belong to no server within 10 ms, but after .* it is gone",
        {f"DELETE {COMPUTE}/servers/.*/os-interface/.*": besides(lambda stack: _lose(stack, "ports"))},
    ),
    StoryOfLies(
        "A server's port is nobody's afterwards",
        f"{RUNNING}\nWhen I remove the server\nThen no port of the server is left",
        r"Expected no port of server \S+ to be left, but there are 1",
        {f"DELETE {COMPUTE}/servers/.*": lambda stack, honestly: _orphaned(stack, honestly)},
    ),
    # --- volumes of servers
    StoryOfLies(
        "A volume is attached to a second server, too",
        f"{RUNNING}\nAnd a volume\nWhen I attach the volume to the server\n"
        "Then the volume is attached to the server within 10 ms",
        r"Expected volume \S+ to be attached to server \S+ within 10 ms, but after .*servers=\('0\S+', 'other'\)",
        {f"GET {VOLUME}/volumes/0.*": lambda stack, honestly: _with_another(honestly())},
    ),
    StoryOfLies(
        "A server does not know its volume",
        f"{RUNNING}\nAnd a volume\nWhen I attach the volume to the server\n"
        "Then the volume is attached to the server within 10 ms",
        r"Expected server \S+ to know of volume \S+ within 10 ms, but after",
        {f"GET {COMPUTE}/servers/0.*": changed("server", **{"os-extended-volumes__volumes_attached": []})},
    ),
    StoryOfLies(
        "A detached volume is available and attached",
        f"{RUNNING}\nAnd a volume\nWhen I attach the volume to the server\nAnd I detach the volume\n"
        "Then the volume is available within 10 ms",
        r"Expected volume \S+ to be available within 10 ms, but after .*status='available'.*servers=\('other'",
        {_DETACH: besides(lambda stack: stack.lies.update(_STILL_ATTACHED))},
    ),
    # --- public addresses
    *(
        StoryOfLies(
            f"A public address {trouble}",
            "Given a running server with a way outside\nAnd a public address that leads to the server\n"
            "Then the public address leads to the server within 10 ms",
            told,
            {path: lie},
        )
        for trouble, told, path, lie in (
            (
                *("leads to another's port", r"Expected \S+ to lead to a port of server \S+, but that port is none"),
                *(f"GET {NETWORK}/floatingips/.*", changed("floatingip", port_id="other")),
            ),
            (
                *("changes", r"Expected the public address to stay 203\.0\.113\.7, but it is 203\.0\.113\.9"),
                *(f"GET {NETWORK}/floatingips", changed("floatingip", floating_ip_address="203.0.113.9")),
            ),
            (
                *("lies inside", r"Expected the public address 10\.71\.0\.7 to be one from outside, but it lies in"),
                *(f"(GET|POST) {NETWORK}/floatingips.*", changed("floatingip", floating_ip_address="10.71.0.7")),
            ),
            (
                *("is another's, too", r"Expected nobody else to have the public address \S+, but"),
                *(f"POST {NETWORK}/floatingips", besides(lambda stack: _twin(stack, "floatingips"))),
            ),
        )
    ),
    StoryOfLies(
        "A public address leads on to a server that is gone",
        "Given a running server with a way outside\nAnd a public address that leads to the server\n"
        "When I remove the server\nThen the public address leads nowhere within 10 ms",
        r"Expected public-address \S+ to lead nowhere within 10 ms, but after",
        {f"DELETE {COMPUTE}/servers/.*": pretended(204)},
    ),
    # --- addresses and load balancers
    StoryOfLies(
        "A public address leads to another server",
        "Given two running servers with a way outside\nAnd a public address that leads to the first server\n"
        "Then the public address leads to the second server within 10 ms",
        r"Expected public-address \S+ to lead to 10\.71\.0\.\d+ within 10 ms, but",
    ),
    StoryOfLies(
        "A load balancer ends in error",
        f"{SUBNET}\nWhen I create a load balancer\nThen the load balancer is ready within 10 ms",
        r"Expected load-balancer \S+ to be ready within 10 ms, but after .* broken: \"operating status ONLINE\"",
        {f"GET {BALANCER}/loadbalancers/0.*": changed("loadbalancer", provisioning_status="ERROR")},
    ),
    StoryOfLies(
        "A load balancer has an address of elsewhere",
        f"{SUBNET}\nAnd a load balancer\nThen the load balancer's address lies in the subnet",
        r"Expected the address of load balancer \S+ to lie in 10\.71\.0\.0/24, but it is 192\.0\.2\.9",
        {f"GET {BALANCER}/loadbalancers/0.*": changed("loadbalancer", vip_address="192.0.2.9")},
    ),
    StoryOfLies(
        "A load balancer is in another subnet",
        f"{SUBNET}\nAnd a load balancer\nThen the load balancer is as ordered",
        r"Expected load-balancer \S+ to be as ordered, with subnet \S+, but it has other",
        {f"GET {BALANCER}/loadbalancers/0.*": changed("loadbalancer", vip_subnet_id="other")},
    ),
    *(
        StoryOfLies(
            f"A load balancer has {what}",
            f'{SUBNET}\nAnd a load balancer\nWhen I balance port 80 over "10.71.0.11" and "10.71.0.12"\n'
            'Then the load balancer hands port 80 on to "10.71.0.11" and "10.71.0.12" within 10 ms',
            r"Expected load-balancer \S+ to hand port 80 on to 10\.71\.0\.11, 10\.71\.0\.12 within 10 ms, but",
            {path: changed(noun, **fields)},
        )
        for what, path, noun, fields in (
            ("members at another port", f"GET {BALANCER}/pools/.*/members", "member", {"protocol_port": 81}),
            ("members that are turned off", f"GET {BALANCER}/pools/.*/members", "member", {"admin_state_up": False}),
            ("members of no weight", f"GET {BALANCER}/pools/.*/members", "member", {"weight": 0}),
            ("a listener that is turned off", f"GET {BALANCER}/listeners", "listener", {"admin_state_up": False}),
            ("a listener that leads nowhere", f"GET {BALANCER}/listeners", "listener", {"default_pool_id": None}),
            ("a pool that is turned off", f"GET {BALANCER}/pools", "pool", {"admin_state_up": False}),
        )
    ),
    StoryOfLies(
        "A load balancer forgets a member",
        f'{SUBNET}\nAnd a load balancer\nWhen I balance port 80 over "10.71.0.11" and "10.71.0.11"\n'
        'Then the load balancer hands port 80 on to "10.71.0.11" and "10.71.0.12" within 10 ms',
        r"Expected load-balancer \S+ to hand port 80 on to 10\.71\.0\.11, 10\.71\.0\.12 within 10 ms, but",
    ),
    StoryOfLies(
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
            {"name": f"{stack.asked['server']['name']}-{number}", "networks": [{"uuid": network}], "flavorRef": "1"}
        )
        stack.things["servers"][made["id"]] = made
    return Reply(202, {"server": made})


def _grown(stack: Fakestack) -> Reply:
    volume = stack._make({"name": "large", "size": 99, "status": "available", "attachments": []})
    return Reply(202, {"volume": volume})


def _make(stack: Fakestack, many: str, wanted: dict) -> None:
    made = stack._make(wanted)
    stack.things[many][made["id"]] = made


def _twice(reply: Reply) -> Reply:
    return Reply(reply.status, {many: found * 2 for many, found in reply.body.items()})


def _twin(stack: Fakestack, many: str) -> None:
    """The last one is there once more."""
    _make(stack, many, dict(list(stack.things[many].values())[-1]))


def _lose(stack: Fakestack, many: str) -> None:
    for id_ in [id_ for id_ in stack.things[many] if id_ != "public"]:
        del stack.things[many][id_]


def _comes_back(stack: Fakestack, honestly: Callable[[], Reply]) -> Reply:
    """With the next list that does not show it yet."""
    before = dict(stack.things["networks"])

    def back(stack: Fakestack, honestly: Callable[[], Reply]) -> Reply:
        reply = Reply(200, {"networks": list(stack.things["networks"].values())})
        stack.things["networks"] |= before
        return reply

    stack.lies[f"GET {NETWORK}/networks"] = back
    return honestly()


def _more_places(stack: Fakestack) -> None:
    for port in stack.things["ports"].values():
        port["fixed_ips"].append({"subnet_id": "other", "ip_address": "10.9.0.1"})


def _in_the_other_zone(stack: Fakestack, honestly: Callable[[], Reply]) -> Reply:
    server = stack.asked["server"]
    server["availability_zone"] = {"left": "right", "right": "left"}[server["availability_zone"]]
    return honestly()


def _only_the_last_label(stack: Fakestack) -> None:
    for server in stack.things["servers"].values():
        server["metadata"] = dict(stack.asked["metadata"])


def _still_knows(stack: Fakestack) -> None:
    for server in stack.things["servers"].values():
        server["os-extended-volumes:volumes_attached"] = [{"id": id_} for id_ in stack.things["volumes"]]


def _orphaned(stack: Fakestack, honestly: Callable[[], Reply]) -> Reply:
    ports = {id_: port | {"device_id": ""} for id_, port in stack.things["ports"].items()}
    reply = honestly()
    stack.things["ports"] |= ports
    return reply


def _with_another(reply: Reply) -> Reply:
    attached = reply.body["volume"]["attachments"]
    told = {"attachments": [*attached, {"server_id": "other"}] if attached else []}
    return Reply(reply.status, {"volume": reply.body["volume"] | told})
