"""What honest clouds may do each in its own way: no promise is broken by it. Over the fake of `tests/fakestack.py`."""

from collections.abc import Callable
from pathlib import Path

import pytest
from openstack.compute.v2.server import Server

from journeys.cloud import nouns
from journeys.openstack.answers import ACCESS
from journeys.openstack.driver import OpenStack
from journeys.settings import parse
from tests import fakestack
from tests.conftest import Journeys
from tests.fakestack import Fakestack, Reply
from tests.runs import own, run

VOLUMES, BALANCERS = "/volume/v3", "/lb/v2.0/lbaas"
LEFT = "journeys-00000000-20200101t000000-000000-1"


def late(stack: Fakestack, honestly: Callable[[], Reply]) -> Reply:
    """As Cinder, which is told of an attachment after the server has it: here at the third look."""
    reply = honestly()
    if reply.status != 200:
        return reply
    volume = reply.body["volume"]
    stack.looks[volume["id"]] = stack.looks.get(volume["id"], 0) + 1 if volume["attachments"] else 0
    if 0 < stack.looks[volume["id"]] < 3:
        return Reply(reply.status, {"volume": volume | {"status": "attaching", "attachments": []}})
    return reply


def refused(stack: Fakestack, honestly: Callable[[], Reply]) -> Reply:
    """As Octavia, where the user has none of its roles."""
    return Reply(403, {"faultcode": "Client", "faultstring": "Policy does not allow this request to be performed."})


def by_ovn(stack: Fakestack, honestly: Callable[[], Reply]) -> Reply:
    """OVN is the provider unless another is asked for, and it knows one way only to choose a member."""
    if (asked := stack.asked.get("pool")) and asked["lb_algorithm"] != "SOURCE_IP_PORT":
        return Reply(501, {"faultcode": "Server", "faultstring": "OVN provider does not support it."})
    return honestly()


def test_unnamed_things_of_others_and_a_service_that_is_not_for_us_are_passed_over(tmp_path: Path) -> None:
    stack = Fakestack(lies={f"GET {VOLUMES}/volumes/0.*": late, f".* {BALANCERS}/.*": refused})
    stack.looks = {}
    stack.things["volumes"]["other"] = {
        "id": "other",
        "name": None,
        "size": 1,
        "status": "available",
        "attachments": [],
    }
    stack.things["snapshots"]["other"] = {"id": "other", "name": None, "size": 1, "status": "available"}
    stack.things["images"]["empty"] = {"id": "empty", "name": None, "size": 0, "status": "active"}
    chosen = (
        "Every service of the catalogue answers",
        "A volume beyond the quota is refused",
        "A volume is attached to a server and detached again",
    )
    with fakestack.serving(stack):
        settings = fakestack.settings(stack)
        declared = set(settings["JOURNEYS_CAPABILITIES"].split(",")) - {"load-balancers", "member-health"}
        settings |= {"JOURNEYS_CAPABILITIES": ",".join(declared)}
        names = [argument for title in chosen for argument in ("-n", title)]
        ran = run(tmp_path, "cloud", settings, *names, "features/cloud")
        swept = Journeys("cloud", "", own("cloud", tmp_path / "another") | settings).run("sweep", "--older-than", "0s")
    assert ran.result.returncode == 0, ran.result.stdout
    assert f"{len(chosen)} kept" in ran.result.stdout
    assert ran.count("calls WHERE outcome = 'failed' AND NOT expected") == 0
    assert swept.returncode == 0, swept.stdout
    assert {"other"} == set(stack.things["volumes"]) == set(stack.things["snapshots"])


def test_load_balancers_work_where_ovn_is_the_default(tmp_path: Path) -> None:
    stack = Fakestack(lies={f"POST {BALANCERS}/pools": by_ovn})
    with fakestack.serving(stack):
        stack.lies |= {f"GET {BALANCERS}/loadbalancers/0.*": fakestack.changed("loadbalancer", provider="ovn")}
        title = "A load balancer hands on to its members"
        ran = run(tmp_path, "cloud", fakestack.settings(stack), "-n", title, "features/cloud")
    assert ran.result.returncode == 0, ran.result.stdout
    waits = "calls WHERE operation = 'openstack.load-balancer.GET /lbaas/loadbalancers/{id}' AND purpose"
    assert ran.count(f"{waits} = 'wait'") > ran.count(f"{waits} = 'probe'")


@pytest.mark.parametrize(
    ("login", "lacking"),
    [
        ({"OS_USERNAME": "u", "OS_PASSWORD": "p" * 71, "OS_PROJECT_NAME": "p"}, set()),
        ({"OS_USERNAME": "u", "OS_PASSWORD": "p" * 72, "OS_PROJECT_NAME": "p"}, {"short-secret"}),
        (
            {"OS_APPLICATION_CREDENTIAL_ID": "i", "OS_APPLICATION_CREDENTIAL_SECRET": "s" * 86},
            {"short-secret"},
        ),
        ({"OS_TOKEN": "t", "OS_PROJECT_NAME": "p", "OS_AUTH_TYPE": "v3token"}, {"login-secret", "short-secret"}),
    ],
)
def test_wrong_secrets_are_tried_where_there_are_secrets(login: dict[str, str], lacking: set[str]) -> None:
    cloud = OpenStack(parse({"OS_AUTH_URL": "http://127.0.0.1:9/v3", **login}), None)
    assert {"login-secret", "short-secret"} - cloud.capabilities == lacking


def test_public_addresses_are_none_of_a_servers_own() -> None:
    told = [{"addr": "10.71.0.130", "OS-EXT-IPS:type": "fixed"}, {"addr": "203.0.113.7", "OS-EXT-IPS:type": "floating"}]
    server = ACCESS[nouns.Server].read(Server(id="s", name="s", status="ACTIVE", addresses={"net": told}))
    assert server.addresses == ("10.71.0.130",)
