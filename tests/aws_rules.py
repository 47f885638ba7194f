"""What AWS does and moto does not: a front before moto that keeps those rules."""

import re
from dataclasses import replace
from urllib.parse import parse_qs

from tests.ec2_lies import Ec2Front, asked, says_no
from tests.faulty import Answer, Request

# What a creating operation makes, by the beginning of its ids.
MADE = {
    "AllocateAddress": "eipalloc",
    "CreateInternetGateway": "igw",
    "CreateNetworkInterface": "eni",
    "CreateRouteTable": "rtb",
    "CreateSecurityGroup": "sg",
    "CreateSnapshot": "snap",
    "CreateSubnet": "subnet",
    "CreateVolume": "vol",
    "CreateVpc": "vpc",
    "RunInstances": "i",
}
# Whose next look, after anything was changed, tells what was so before.
STALE = ("DescribeInstances", "DescribeNetworkInterfaces", "DescribeRouteTables", "DescribeSecurityGroups")
WITHOUT_NITRO = "us-east-1e"
LOCAL_ZONE = "us-east-1-bos-1a"


class Aws(Ec2Front):
    """EC2 as AWS has it, as far as journeys could trip over it.

    - A network that has a security group of a user's is not removed:
      https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpc.html
    - What was just made is not found, and refused to whoever names it, until it was looked for once; what was just
      changed is told as it was once more; and no filter finds what has a new tag:
      https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
    - The first zone in the list is a Local Zone, the second one has no servers of new sizes:
      https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypeOfferings.html
    """

    def __init__(self, url: str):
        super().__init__(url)
        self._late: set[str] = set()  # ids that are not known yet
        self._delayed: set[str] = set()  # kinds of which one was late; of networks each is
        self._told: dict[tuple[str, bytes], tuple[int, Answer]] = {}  # what was told last, after how many changes
        self._changes = 0

    def answer(self, request: Request) -> Answer:
        (operation,) = parse_qs(request.body.decode())["Action"]
        looks = operation.startswith("Describe")
        unknown = [id_ for id_ in self._late if re.search(rf"={id_}(&|$)", request.body.decode())]
        if unknown:
            self._late -= set(unknown) if looks else set()
            return says_no("InvalidID.NotFound")(request, self.carry_out)
        if operation in self.faults:
            return self.faults[operation](request, lambda asked: self._make(operation, asked))
        if operation == "DeleteVpc" and self._has_groups(request):
            return says_no("DependencyViolation")(request, self.carry_out)
        if operation == "RunInstances" and WITHOUT_NITRO in self._subnet_of(request):
            return says_no("Unsupported")(request, self.carry_out)
        if looks:
            return self._look(operation, request)
        self._changes += 1
        return self._make(operation, request)

    def _look(self, operation: str, request: Request) -> Answer:
        if b"tag%3AName" in request.body:
            return asked(r"Filter\.1\.Value\.1=[^&]*", "Filter.1.Value.1=not-yet")(request, self.carry_out)
        answer = self.carry_out(request)
        if operation == "DescribeAvailabilityZones":
            return replace(answer, body=_with_zones_of_little_use(answer.body.decode()).encode())
        changes, last = self._told.get((operation, request.body), (self._changes, answer))
        self._told[operation, request.body] = self._changes, answer
        return last if changes < self._changes and operation in STALE else answer

    def _make(self, operation: str, request: Request) -> Answer:
        answer, kind = self.carry_out(request), MADE.get(operation)
        if kind and (kind == "vpc" or kind not in self._delayed) and answer.status < 300:
            self._delayed.add(kind)
            made = re.findall(rf">({kind}-[0-9a-f]+)<", answer.body.decode())
            self._late.add(next(id_ for id_ in made if id_ not in request.body.decode()))
        return answer

    def _has_groups(self, request: Request) -> bool:
        """Whether there are others than the default one."""
        (network,) = parse_qs(request.body.decode())["VpcId"]
        wanted = f"&Filter.1.Name=vpc-id&Filter.1.Value.1={network}"
        return len(re.findall("<groupName>", self._ask(request, "DescribeSecurityGroups", wanted))) > 1

    def _subnet_of(self, request: Request) -> str:
        (subnet,) = parse_qs(request.body.decode())["SubnetId"]
        return self._ask(request, "DescribeSubnets", f"&SubnetId.1={subnet}")

    def _ask(self, request: Request, operation: str, wanted: str) -> str:
        """What moto tells of something else than was asked for."""
        body = f"Action={operation}&Version=2016-11-15{wanted}"
        answer = asked("^.+$", body)(request, self.carry_out)
        assert answer.status == 200, answer.body
        return answer.body.decode()


def _with_zones_of_little_use(told: str) -> str:
    zones = re.findall(r"<item>\s*<zoneName>.*?</item>|<item>.*?</item>", told, flags=re.DOTALL)
    (without,) = [zone for zone in zones if WITHOUT_NITRO in zone]
    local = without.replace(WITHOUT_NITRO, LOCAL_ZONE).replace(">availability-zone<", ">local-zone<")
    begin, end = told.index("<availabilityZoneInfo>"), told.index("</availabilityZoneInfo>")
    others = [zone for zone in zones if zone != without]
    return f"{told[:begin]}<availabilityZoneInfo>{''.join((local, without, *others))}{told[end:]}"
