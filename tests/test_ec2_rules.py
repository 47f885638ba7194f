"""Journeys in a cloud that keeps the rules of AWS which moto lacks: see `tests/aws_rules.py`."""

from collections.abc import Iterator
from dataclasses import dataclass

import boto3
import pytest

from journeys.demo.moto import IMAGE, Moto
from tests.aws_rules import WITHOUT_NITRO, Aws
from tests.conftest import Journeys
from tests.ec2_lies import says_no
from tests.faulty import Features, after
from tests.runs import Run, own, run

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "tester", "AWS_SECRET_ACCESS_KEY": "s3cr3t-of-the-tester"}
# What goes wrong, and the name of the error.
REFUSED = {
    "A second way outside is above the limit": "InternetGatewayLimitExceeded",
    "Of several networks one is above the limit": "VpcLimitExceeded",
}
WAY_OUTSIDE, SEVERAL = REFUSED

FEATURE = f"""@cloud
Feature: AWS

  Scenario: What is made, changed and told late is as promised
    Given a network with a subnet
    And a security group
    When I let "192.0.2.0/24" in to port 443
    Then the security group lets only "192.0.2.0/24" in, to port 443
    When I close port 443 to "192.0.2.0/24"
    Then the security group lets nobody in
    Given a router
    When I connect the router to the subnet
    Then the router is connected to the subnet
    Given a port
    When I create a volume of 1 GiB
    Then the volume is listed

  Scenario: A server is told late, too
    Given a running server with a way outside
    When I label the server "stage" as "trial"
    Then the server has the label "stage" as "trial"
    And the server's address lies in the subnet
    Given a public address that leads to the server
    Then the public address leads to the server within 30 seconds

  Scenario: Zones without servers of our size are left alone
    Given a network
    When I start a server in every availability zone
    Then every server is active within 1 minute
    And every availability zone has a server

  Scenario: {WAY_OUTSIDE}
    Given a network
    When I create a router that leads outside

  Scenario: {SEVERAL}
    When I create 3 networks at once
"""


@dataclass
class Told:
    """What came of it, and what was left in the cloud."""

    ran: Run
    left: set[str]
    chosen: str  # what `doctor` says where nobody may ask which zones have servers of a size


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    directory = tmp_path_factory.mktemp("aws")
    with Moto(directory / "moto") as cloud, Aws(cloud.endpoint_url) as front:
        front.faults["CreateInternetGateway"] = after(1, says_no(REFUSED[WAY_OUTSIDE]))
        front.faults["CreateVpc"] = after(6, says_no(REFUSED[SEVERAL]))
        settings = CREDENTIALS | {"AWS_ENDPOINT_URL_EC2": front.url, "JOURNEYS_SERVER_IMAGE": IMAGE}
        ran = run(directory, "cloud", settings, Features(directory, aws=FEATURE).path)
        left = ours(cloud.endpoint_url)
        front.faults["DescribeInstanceTypeOfferings"] = says_no("UnauthorizedOperation")
        doctor = Journeys("cloud", "", own("cloud", directory / "state") | settings).run("doctor")
        yield Told(ran, left, doctor.stdout)


def ours(url: str) -> set[str]:
    """What is in the cloud by a name of ours."""
    client = boto3.client(
        "ec2",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
    )
    instances = [each for group in client.describe_instances()["Reservations"] for each in group["Instances"]]
    found = [
        *(each for each in instances if each["State"]["Name"] != "terminated"),
        *client.describe_addresses()["Addresses"],
        *client.describe_internet_gateways()["InternetGateways"],
        *client.describe_network_interfaces()["NetworkInterfaces"],
        *client.describe_route_tables()["RouteTables"],
        *client.describe_security_groups()["SecurityGroups"],
        *client.describe_snapshots(OwnerIds=["self"])["Snapshots"],
        *client.describe_subnets()["Subnets"],
        *client.describe_volumes()["Volumes"],
        *client.describe_vpcs()["Vpcs"],
    ]
    tags = [tag for each in found for tag in [*each.get("Tags", ()), *each.get("TagSet", ())]]
    return {tag["Value"] for tag in tags if tag["Value"].startswith("journeys-")}


def test_what_is_told_late_and_zones_of_little_use_break_no_promise(told: Told) -> None:
    came = {title: came for title, came in told.ran.scenarios().items() if title not in REFUSED}
    assert set(came.values()) == {("passed", None)}, came


def test_what_was_made_before_a_refusal_is_removed_like_all_else(told: Told) -> None:
    for title, error in REFUSED.items():
        status, message = told.ran.scenarios()[title]
        assert (status, f"400 {error}" in (message or "")) == ("failed", True), message
    assert not told.left
    assert told.ran.count("owned WHERE removed IS NULL") == 0


def test_nothing_is_asked_to_go_before_what_is_in_it(told: Told) -> None:
    assert told.ran.count("calls WHERE operation = 'ec2.DeleteVpc'") >= 4
    assert told.ran.count("calls WHERE code = 'DependencyViolation'") == 0


def test_looking_again_counts_as_no_failure(told: Told) -> None:
    failed = "calls WHERE outcome != 'ok' AND NOT expected AND code LIKE '%NotFound%'"
    assert told.ran.count(failed) == 0
    assert told.ran.count("calls WHERE expected AND purpose = 'wait'") > 5


def test_where_nobody_tells_which_zones_have_servers_of_a_size_the_first_one_is_taken(told: Told) -> None:
    assert f"zone {WITHOUT_NITRO}" in told.chosen, told.chosen
