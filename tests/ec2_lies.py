"""Every promise that EC2 can keep, made untrue: by a front before moto that changes answers, or by steps alone."""

import re
from dataclasses import replace
from urllib.parse import parse_qs

from tests.cloud_lies import RUNNING, SUBNET, StoryOfLies
from tests.faulty import Answer, Fault, FaultyProxy, Request, Store, after, only, refused


class Ec2Front(FaultyProxy):
    """Passes everything on to the cloud at `url`, but for the operations that have a fault."""

    def answer(self, request: Request) -> Answer:
        (operation,) = parse_qs(request.body.decode())["Action"]
        fault = self.faults.get(operation)
        return fault(request, self.carry_out) if fault else self.carry_out(request)


def told(pattern: str, instead: str) -> Fault:
    """Carries the request out, and tells something else of it."""

    def fault(request: Request, store: Store) -> Answer:
        answer = store(request)
        return replace(answer, body=re.sub(pattern.encode(), instead.encode(), answer.body, flags=re.DOTALL))

    return fault


def nothing(collection: str) -> Fault:
    """Lists nothing; who asks for one by its id or name is told the truth."""
    empty = told(f"<{collection}>.*</{collection}>", f"<{collection}/>")
    return lambda request, store: store(request) if asks_for_one(request) else empty(request, store)


def pretended(inside: str = "<return>true</return>") -> Fault:
    """Carries nothing out, and says that all is well."""
    return lambda request, store: Answer(200, [("Content-Type", "text/xml")], f"<Response>{inside}</Response>".encode())


def asks_for_one(request: Request) -> bool:
    return bool(re.search(rb"(Id|Name|Filter)\.1", request.body))


def says_no(code: str) -> Fault:
    """Carries nothing out, and refuses it in the words of EC2."""
    no = refused(400, code)

    def fault(request: Request, store: Store) -> Answer:
        answer = no(request, store)
        return replace(answer, body=b"<Response><Errors>" + answer.body + b"</Errors></Response>")

    return fault


def absent(code: str) -> Fault:
    """It can't be found by its id any more once that was done, though it is listed."""
    return only(lambda request: asks_for_one(request) and b"Filter" not in request.body, after(1, says_no(code)))


def asked(pattern: str, instead: str) -> Fault:
    """Carries out another request than the one that was sent."""

    def fault(request: Request, store: Store) -> Answer:
        body = re.sub(pattern.encode(), instead.encode(), request.body)
        headers = [(name, value) for name, value in request.headers if name.lower() != "content-length"]
        return store(replace(request, body=body, headers=[*headers, ("Content-Length", str(len(body)))]))

    return fault


def restored(request: Request, store: Store) -> Answer:
    """A volume that is made from a snapshot gets another size."""
    return asked("$", "&Size=3")(request, store) if b"SnapshotId" in request.body else store(request)


def in_lists(pattern: str, instead: str) -> Fault:
    """Tells something else where all are listed."""
    lie = told(pattern, instead)
    return lambda request, store: store(request) if asks_for_one(request) else lie(request, store)


_OTHER = "<instanceId>other</instanceId><status>attached</status>"


_ATTACHED = told("<attachmentSet/>", f"<attachmentSet><item>{_OTHER}</item></attachmentSet>")


# The lists of what can be made: the steps that make it, the operation that lists it, and the collection there.
LISTS = {
    "network": ("Given a network", "DescribeVpcs", "vpcSet"),
    "subnet": (SUBNET, "DescribeSubnets", "subnetSet"),
    "router": ("Given a network\nAnd a router", "DescribeRouteTables", "routeTableSet"),
    "port": (f"{SUBNET}\nAnd a port", "DescribeNetworkInterfaces", "networkInterfaceSet"),
    "security group": ("Given a network\nAnd a security group", "DescribeSecurityGroups", "securityGroupInfo"),
    "key pair": ("Given a key pair", "DescribeKeyPairs", "keySet"),
    "server": (RUNNING, "DescribeInstances", "reservationSet"),
    "volume": ("Given a volume", "DescribeVolumes", "volumeSet"),
    "snapshot": ("Given a volume\nAnd a snapshot", "DescribeSnapshots", "snapshotSet"),
    "public address": ("Given a public address", "DescribeAddresses", "addressesSet"),
}
GONE_AT_ONCE = r"to be gone within 10 ms, but after .* it is \w+\("

NOT_LISTED = [
    StoryOfLies(
        f"A {thing} is made and not listed",
        f"{steps}\nThen the {thing} is listed",
        r"Expected [\w-]+ journeys-\S+ \(\S+\) to be listed, but it is none of the 0 listed",
        {operation: nothing(collection)},
    )
    for thing, (steps, operation, collection) in LISTS.items()
]
# What is deleted how, and how its absence is told.
DELETED = {
    "subnet": ("DeleteSubnet", "DescribeSubnets", "InvalidSubnetID.NotFound"),
    "port": ("DeleteNetworkInterface", "DescribeNetworkInterfaces", "InvalidNetworkInterfaceID.NotFound"),
    "security group": ("DeleteSecurityGroup", "DescribeSecurityGroups", "InvalidGroup.NotFound"),
    "server": ("TerminateInstances", "DescribeInstances", "InvalidInstanceID.NotFound"),
    "volume": ("DeleteVolume", "DescribeVolumes", "InvalidVolume.NotFound"),
    "snapshot": ("DeleteSnapshot", "DescribeSnapshots", "InvalidSnapshot.NotFound"),
    "public address": ("ReleaseAddress", "DescribeAddresses", "InvalidAllocationID.NotFound"),
}

# One for each Then.
STORIES = [
    NOT_LISTED[0],
    StoryOfLies(
        "A network is said to be removed and is not",
        "Given a network\nWhen I remove the network\nThen the network is gone within 10 ms",
        GONE_AT_ONCE,
        {"DeleteVpc": pretended()},
    ),
    StoryOfLies(
        "Of several networks one is not listed",
        "When I create 3 networks at once\nThen every network is listed",
        r"to be listed, but it is none of the 0 listed",
        {"DescribeVpcs": nothing("vpcSet")},
    ),
    StoryOfLies(
        "Nothing is offered",
        "When I list the availability zones\nThen at least one is offered",
        r"Expected at least one to choose from, but the list is empty",
        {"DescribeAvailabilityZones": nothing("availabilityZoneInfo")},
    ),
    # --- networks
    StoryOfLies(
        "A port has an address of elsewhere",
        f"{SUBNET}\nWhen I create a port\nThen the port's address lies in the subnet",
        r"Expected the address of port \S+ to lie in 10\.71\.0\.0/24, but it is 192\.0\.2\.9",
        {"CreateNetworkInterface": told(r"<privateIpAddress>[\d.]+<", "<privateIpAddress>192.0.2.9<")},
    ),
    StoryOfLies(
        "A network shows the port of another one",
        'Given two networks with the same subnet\nWhen I create a port with the address "10.71.0.77" in each\n'
        "Then each network has only its own port",
        r"Expected network \S+ to have port \S+ and no other with the address 10\.71\.0\.77, but it has",
        {"DescribeNetworkInterfaces": told(r"<vpcId>[\w-]+<", "<vpcId>one-for-all<")},
    ),
    StoryOfLies(
        "A router is said to be connected and is not",
        f"{SUBNET}\nAnd a router\nWhen I connect the router to the subnet\nThen the router is connected to the subnet",
        r"Expected router \S+ to be connected to subnet \S+, but it is connected to none",
        {"AssociateRouteTable": pretended("<associationId>rtbassoc-0</associationId>")},
    ),
    StoryOfLies(
        "A rule is said to be made and is not",
        'Given a network\nAnd a security group\nWhen I let "192.0.2.0/24" in to port 443\n'
        'Then the security group lets only "192.0.2.0/24" in, to port 443',
        r"Expected security group \S+ to let in 192\.0\.2\.0/24 to port 443, but it lets in nobody",
        {"AuthorizeSecurityGroupIngress": pretended()},
    ),
    StoryOfLies(
        "A closed port stays open",
        'Given a network\nAnd a security group\nWhen I let "192.0.2.0/24" in to port 443\n'
        'And I close port 443 to "192.0.2.0/24"\nThen the security group lets nobody in',
        r"Expected security group \S+ to let in nobody, but it lets in 192\.0\.2\.0/24 to port 443",
        {"RevokeSecurityGroupIngress": pretended()},
    ),
    # --- servers
    StoryOfLies(
        "A server never runs",
        f"{SUBNET}\nWhen I start a server\nThen the server is active within 10 ms",
        r"Expected server \S+ to be active within [\d.]+ ms, but after .* it is Server\(.*status='busy'",
        {"DescribeInstances": told("<name>running</name>", "<name>pending</name>")},
    ),
    StoryOfLies(
        "A server has an address of elsewhere",
        f"{RUNNING}\nThen the server's address lies in the subnet",
        r"Expected the address of server \S+ to lie in 10\.71\.0\.0/24, but it is 192\.0\.2\.9",
        {"DescribeInstances": told(r"<privateIpAddress>[\d.]+<", "<privateIpAddress>192.0.2.9<")},
    ),
    StoryOfLies(
        "A server has no address",
        f"{RUNNING}\nThen every server has an address of its own",
        r"Expected every server to have an address, but journeys-\S+ has none",
        {"DescribeInstances": told("<networkInterfaceSet>.*</networkInterfaceSet>", "<networkInterfaceSet/>")},
    ),
    StoryOfLies(
        "A server is in another zone than was asked for",
        "Given a network\nWhen I start a server in every availability zone\n"
        "Then every server is active within 1 minute\nAnd every availability zone has a server",
        r"Expected server \S+ to be in zone us-east-1b, but it is in us-east-1a",
        {"DescribeInstances": told(r"us-east-1[b-z]<", "us-east-1a<")},
    ),
    StoryOfLies(
        "A server is said to be stopped and is not",
        f"{RUNNING}\nWhen I stop the server\nThen the server is stopped within 10 ms",
        r"Expected server \S+ to be stopped within 10 ms, but after .* it is Server\(.*status='active'",
        {"StopInstances": pretended("<instancesSet/>")},
    ),
    StoryOfLies(
        "A label is lost",
        f'{RUNNING}\nWhen I label the server "stage" as "trial"\nThen the server has the label "stage" as "trial"',
        r"Expected server \S+ to have the label 'stage' as 'trial', but its labels are none",
        {"CreateTags": pretended()},
    ),
    StoryOfLies(
        "User data is that of another server",
        f"{RUNNING}\nThen the server's user data is told as it was given",
        r"Expected the cloud to tell the user data of server \S+ as it was given, '#!/bin/sh.*', but it tells 'other'",
        {"DescribeInstanceAttribute": told("<value>.*</value>", "<value>b3RoZXI=</value>")},
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
    # --- volumes and addresses
    StoryOfLies(
        "A volume is never ready",
        "When I create a volume of 1 GiB\nThen the volume is available within 10 ms",
        r"Expected volume \S+ to be available within 10 ms, but after .* it is Volume\(.*status='busy'",
        {"DescribeVolumes": told("<status>available</status>", "<status>creating</status>")},
    ),
    StoryOfLies(
        "A volume is attached to another server",
        "Given two running servers\nAnd a volume\nWhen I attach the volume to the first server\n"
        "Then the volume is attached to the second server within 10 ms",
        r"Expected volume \S+ to be attached to server \S+ within 10 ms, but",
    ),
    StoryOfLies(
        "A snapshot ends in error",
        "Given a volume\nWhen I take a snapshot of the volume\nThen the snapshot is available within 10 ms",
        r"Expected snapshot \S+ to be available within 10 ms, but after .* broken",
        {"DescribeSnapshots": told("<status>completed</status>", "<status>error</status>")},
    ),
    StoryOfLies(
        "A restored volume is of another size",
        "Given a volume\nAnd a snapshot\nWhen I restore the snapshot to a new volume\nThen the volume is as ordered",
        r"Expected volume \S+ to be as ordered, with size 1, but it has 3",
        {"CreateVolume": restored},
    ),
    StoryOfLies(
        "A public address leads to another server",
        "Given two running servers with a way outside\nAnd a public address that leads to the first server\n"
        "Then the public address leads to the second server within 10 ms",
        r"Expected public-address \S+ to lead to 10\.71\.0\.\d+ within 10 ms, but",
    ),
    # --- what is made, but not as it was ordered, or told otherwise, or lost with something else
    StoryOfLies(
        "A server is of another size",
        f"{RUNNING}\nThen the server is as ordered",
        r"Expected server \S+ to be as ordered, with flavor t3\.nano, but it has t3\.micro",
        {"RunInstances": asked("InstanceType=[^&]*", "InstanceType=t3.micro")},
    ),
    StoryOfLies(
        "Another volume is removed, too",
        "Given a volume\nAnd another volume\nWhen I remove the volume\nThen no other volume is gone",
        r"Expected no other volume to be gone, but journeys-\S+ is",
        {"DescribeVolumes": nothing("volumeSet")},
    ),
    StoryOfLies(
        "A key pair is another's",
        "Given a key pair\nThen the private key fits the key pair",
        r"Expected the private key of key pair \S+ to have the fingerprint that the cloud tells, 11:22, but it has",
        {"DescribeKeyPairs": told("<keyFingerprint>[^<]*", "<keyFingerprint>11:22")},
    ),
    StoryOfLies(
        "Two ports have one address of Ethernet",
        f"{SUBNET}\nAnd a port\nAnd another port\nThen every port has an address of its own",
        r"Expected every port to have an address of its own, but they have 02:00:00:00:00:01, 02:00:00:00:00:01",
        {"CreateNetworkInterface": told("<macAddress>[^<]*", "<macAddress>02:00:00:00:00:01")},
    ),
    StoryOfLies(
        "A router does not let go of a subnet",
        f"{SUBNET}\nAnd a router\nWhen I connect the router to the subnet\n"
        "And I disconnect the router from the subnet\nThen the router is connected to no subnet",
        r"Expected router \S+ to be connected to no subnet, but it is connected to subnet-",
        {"DisassociateRouteTable": pretended()},
    ),
    StoryOfLies(
        "A label takes another one's place",
        f'{RUNNING}\nWhen I label the server "stage" as "trial"\nAnd I label the server "team" as "journeys"\n'
        "Then the server is otherwise as it was within 10 ms",
        r"Expected server \S+ to be as it was, .*, within 10 ms, but after .*labels=\(\('team', 'journeys'\),\)",
        {"DescribeInstances": told("<item>\\s*<key>stage</key>.*?</item>", "")},
    ),
]

# And each kind of thing, in all ways that we know of.
MORE = [
    *NOT_LISTED[1:],
    *(
        StoryOfLies(
            f"A {thing} is said to be removed and is not",
            f"{LISTS[thing][0]}\nWhen I remove the {thing}\nThen the {thing} is gone within 10 ms",
            GONE_AT_ONCE,
            {delete: pretended("<instancesSet/>" if thing == "server" else "<return>true</return>")},
        )
        for thing, (delete, _, _) in DELETED.items()
    ),
    *(
        StoryOfLies(
            f"A removed {thing} can't be found but is listed",
            f"{LISTS[thing][0]}\nWhen I remove the {thing}\nThen the {thing} is gone within 10 ms",
            r"Expected [\w-]+ journeys-\S+ to be gone, but it is still listed",
            {delete: pretended(), describe: absent(code)},
        )
        for thing, (delete, describe, code) in DELETED.items()
        if thing not in ("server", "volume", "snapshot")  # whose Given has to find them
    ),
    StoryOfLies(
        "A server is taken away while it starts",
        f"{SUBNET}\nWhen I start a server\nThen the server is active within 10 ms",
        r"Expected server \S+ to be active within [\d.]+ ms, but after .* it is gone",
        {"DescribeInstances": told("<name>running</name>", "<name>terminated</name>")},
    ),
    StoryOfLies(
        "A list answers with an error, in the words of S3",
        "Given a network\nThen the network is listed",
        r"Expected ec2\.DescribeVpcs to succeed, but the server answered 503 Unavailable \(\"Said by a fake\"\)",
        {"DescribeVpcs": only(lambda request: not asks_for_one(request), refused(503, "Unavailable"))},
    ),
    *(
        StoryOfLies(
            f"A {thing} {trouble}",
            f"{steps}\nThen the {thing} is as ordered",
            rf"Expected {thing.replace(' ', '-')} \S+ to be as ordered, with {shows}",
            {operation: lie},
        )
        for thing, trouble, steps, shows, operation, lie in (
            (
                *("subnet", "has another range", SUBNET, r"cidr 10\.71\.0\.0/24, but it has 10\.71\.9\.0/24"),
                *("CreateSubnet", asked("CidrBlock=[^&]*", "CidrBlock=10.71.9.0%2F24")),
            ),
            (
                *("port", "is in another network", f"{SUBNET}\nAnd a port", r"network \S+, but it has other"),
                *("DescribeNetworkInterfaces", told("<vpcId>[^<]*", "<vpcId>other")),
            ),
            (
                *("router", "leads nowhere", "Given a network\nWhen I create a router that leads outside"),
                *("outside True, but it has False", "CreateRoute", pretended()),
            ),
            (
                *("router", "is in another network", "Given a network\nAnd a router", r"network \S+, but it has other"),
                *("DescribeRouteTables", told("<vpcId>[^<]*", "<vpcId>other")),
            ),
            (
                *("security group", "is in another network", "Given a network\nAnd a security group"),
                *(r"network \S+, but it has other", "DescribeSecurityGroups", told("<vpcId>[^<]*", "<vpcId>other")),
            ),
            (
                *("server", "is in another network", RUNNING, r"network \S+, but it has other"),
                *("DescribeInstances", told("<vpcId>[^<]*", "<vpcId>other")),
            ),
            (
                *("server", "starts from another image", RUNNING, "image ami-12c6146b, but it has ami-03cf127a"),
                *("RunInstances", asked("ImageId=[^&]*", "ImageId=ami-03cf127a")),
            ),
            (
                *("server", "lets nobody in", "Given a key pair\nAnd a running server"),
                *(r"key journeys-\S+, but it has none", "RunInstances", asked("&KeyName=[^&]*", "")),
            ),
            (
                *("server", "is in no security group", "Given a network\nAnd a security group\nAnd a running server"),
                *(r"groups journeys-\S+, but it has none", "DescribeInstances"),
                told("<groupSet>.*?</groupSet>", "<groupSet/>"),
            ),
            (
                *("volume", "is larger than ordered", "Given a volume", "size 1, but it has 2"),
                *("CreateVolume", asked("Size=1", "Size=2")),
            ),
            (
                *("volume", "is empty", "Given a volume\nAnd a snapshot\nWhen I restore the snapshot to a new volume"),
                *(r"snapshot snap-\S+, but it has none", "CreateVolume", asked("SnapshotId=[^&]*", "Size=1")),
            ),
            (
                *("snapshot", "is one of another volume", "Given a volume\nAnd a snapshot"),
                *(r"volume \S+, but it has other", "DescribeSnapshots", told("<volumeId>[^<]*", "<volumeId>other")),
            ),
        )
    ),
    StoryOfLies(
        "Nothing that is offered can be used",
        "When I list the availability zones\nThen at least one is offered",
        r"Expected at least one to choose from, but none of those \d+ listed can be used",
        {"DescribeAvailabilityZones": told("<zoneState>[^<]*", "<zoneState>unavailable")},
    ),
    StoryOfLies(
        "No availability zone can be used",
        "Given a network\nWhen I start a server in every availability zone",
        r"Expected an availability zone that can be used, but none is listed",
        {"DescribeAvailabilityZones": told("<zoneState>[^<]*", "<zoneState>unavailable")},
    ),
    StoryOfLies(
        "A network is listed twice",
        "Given a network\nThen the network is listed",
        r"Expected network \S+ to be listed once, but it is listed 2 times",
        {"DescribeVpcs": in_lists("<vpcSet>(.*)</vpcSet>", r"<vpcSet>\1\1</vpcSet>")},
    ),
    StoryOfLies(
        "A volume is listed with another size",
        "Given a volume\nThen the volume is listed",
        r"Expected volume \S+ to be listed as it is told by its id, but the list says Volume\(.*size=7",
        {"DescribeVolumes": in_lists("<size>1<", "<size>7<")},
    ),
    StoryOfLies(
        "A port has the router's address",
        f"{SUBNET}\nWhen I create a port\nThen the port's address lies in the subnet",
        r"Expected the address of port \S+ to be one for servers, but 10\.71\.0\.1 is the subnet's own",
        {"CreateNetworkInterface": told(r"<privateIpAddress>[\d.]+<", "<privateIpAddress>10.71.0.1<")},
    ),
    StoryOfLies(
        "A server tells another address than its port",
        f"{RUNNING}\nThen the server's address lies in the subnet",
        r"Expected server \S+ to have ports in its network with 10\.71\.0\.250, but it has 10\.71\.0\.",
        {"DescribeInstances": told(r"<privateIpAddress>[\d.]+<", "<privateIpAddress>10.71.0.250<")},
    ),
    StoryOfLies(
        "An attached port does not know its server",
        f"{RUNNING}\nAnd a port\nWhen I attach the port to the server\n"
        "Then the server has the port's address within 10 ms",
        r"Expected port \S+ to belong to server \S+ within 10 ms, but after .* it is Port\(",
        {"DescribeNetworkInterfaces": told("<attachment>.*?</attachment>", "")},
    ),
    StoryOfLies(
        "A volume is attached to a second server, too",
        f"{RUNNING}\nAnd a volume\nWhen I attach the volume to the server\n"
        "Then the volume is attached to the server within 10 ms",
        r"Expected volume \S+ to be attached to server \S+ within 10 ms, but after .*servers=\('i-\S+', 'other'\)",
        {"DescribeVolumes": told("</attachmentSet>", f"<item>{_OTHER}</item></attachmentSet>")},
    ),
    StoryOfLies(
        "A server does not know its volume",
        f"{RUNNING}\nAnd a volume\nWhen I attach the volume to the server\n"
        "Then the volume is attached to the server within 10 ms",
        r"Expected server \S+ to know of volume \S+ within 10 ms, but after",
        {"DescribeInstances": told("<blockDeviceMapping>.*?</blockDeviceMapping>", "<blockDeviceMapping/>")},
    ),
    StoryOfLies(
        "A detached volume is available and attached",
        "Given a volume\nThen the volume is available within 10 ms",
        r"Expected volume \S+ to be available within 10 ms, but after .*status='available'.*servers=\('other',\)",
        {"DescribeVolumes": after(2, _ATTACHED)},  # once it was found, and available
    ),
    *(
        StoryOfLies(
            f"A public address {trouble}",
            "Given a running server with a way outside\nAnd a public address that leads to the server\n"
            "Then the public address leads to the server within 10 ms",
            shows,
            lies,
        )
        for trouble, shows, lies in (
            (
                *("leads to another's port", r"Expected \S+ to lead to a port of server \S+, but that port is none"),
                {"DescribeAddresses": told("<networkInterfaceId>[^<]*", "<networkInterfaceId>other")},
            ),
            (
                *("changes", r"Expected the public address to stay \S+, but it is 198\.51\.100\.9"),
                {"DescribeAddresses": told("<publicIp>[^<]*", "<publicIp>198.51.100.9")},
            ),
            (
                *("lies inside", r"Expected the public address 10\.71\.0\.77 to be one from outside, but it lies in"),
                dict.fromkeys(
                    ("AllocateAddress", "DescribeAddresses"), told("<publicIp>[^<]*", "<publicIp>10.71.0.77")
                ),
            ),
        )
    ),
]
