"""Web sites: every Then seen red, every feature seen green, and secrets only where they belong.

Against fake sites on loopback, with certificates of the test's own, which SSL_CERT_FILE vouches for.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from journeys.settings import ROOT
from tests.conftest import Journeys
from tests.fakeproxy import PASSWORD as PROXY_PASSWORD
from tests.fakeproxy import PROOF, Proxy
from tests.fakesite import PASSWORD, TOKEN, USER, Site, led
from tests.faulty import NO_HTTP, FaultyServer, Features, answers_http, certificate, closed_port
from tests.runs import Run, run
from tests.stories import assert_noticed, feature
from tests.web_lies import STORIES, StoryOfSite

OWN = """
@web
Feature: Own words

  Scenario: A page says what it should
    When I open "/" and "{other}/away"
    Then every page says "All systems operational & calm"
    And no page says "outage"
    And every page is encrypted
    And every page comes within 1 minute
    And the answer has the header "content-type" as "text/html; charset=utf-8"
    And the answer has a header "Strict-Transport-Security" that mentions "max-age"
    And every certificate is valid for at least 4 days
    And no certificate is about to expire

  Scenario: A page says what its address tells, packed or not
    When I open "/#:~:text=all%20systems%20operational", "/packed#:~:text=CALM&text=status" and "/safe-cookie"
    Then every page has content
    And every page is of the type that it names
    And every cookie is for encrypted pages only

  Scenario: A program is answered in JSON
    Given a header "Accept" that says "application/json"
    When I call "/api/status" with GET
    Then the answer has status 200
    And the answer holds "none" at "status.indicator"
    And the answer holds "3" at "status.count"
    And the answer holds "true" at "ok"
    And the answer holds at least 1 at "components"
    And the answer has no header "Set-Cookie"

  Scenario: Addresses are the same however they are written
    When I open "/loud"
    Then I am led to "{other}#top"
    And the page is encrypted
    When I open "/odd-letters"
    Then I am led to "/café"

  Scenario: A visitor is led on, a program is not
    When I open "/away"
    Then I am led to "/"
    When I call "/away" with HEAD
    Then the answer has the header "Location" as "/"

  Scenario: What is sent comes back
    Given a header "content-type" that says "application/json"
    When I send to "/echo":
      \"\"\"
      {{"name": "journeys"}}
      \"\"\"
    Then the answer holds "journeys" at "name"

  Scenario: What is not there is refused as such
    When I try to open "/gone"
    Then I am refused with status 404
    And the page says "Nothing here"
    When I try to send to "{other}/gone":
      \"\"\"
      {{}}
      \"\"\"
    Then I am refused with status 404
    When I try to call "/echo" with PUT
    Then I am refused with status 400

  Scenario: A login goes nowhere else
    When I open "/private-away"
    Then I am led to "{other}/"
    When a stranger tries to open "/private"
    Then the stranger is refused for lack of rights
"""


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Certificates by what is the matter with them; all but `unknown` are vouched for by `trusted`."""
    directory = tmp_path_factory.mktemp("certificates")
    wanted = {"good": {"days": 40}, "short": {"days": 3, "age": 80}, "expired": {"days": -1, "age": 80}}
    wanted |= {"other_name": {"days": 40, "name": "IP:127.0.0.9"}, "unknown": {"days": 40}, "brief": {"days": 5}}
    made = {}
    for name, how in wanted.items():
        (directory / name).mkdir()
        made[name] = certificate(directory / name, subject=name, **how)
    trusted = directory / "trusted.pem"
    trusted.write_text("".join(made[name].read_text() for name in made if name != "unknown"))
    return {**made, "trusted": trusted}


@pytest.fixture(scope="module")
def lied_to(pem: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """The run in which everything was wrong."""
    directory = tmp_path_factory.mktemp("lies")
    with ExitStack() as servers:
        plain = servers.enter_context(FaultyServer(answers_http(200, b"Hello"))).url
        good = servers.enter_context(Site(pem["good"], insecure=led(f"{plain}/")))
        misleading = servers.enter_context(Site(pem["good"], led(f"{good.url}/for-everybody", Set_Cookie="seen=1")))
        unsafe = f"http:{misleading.url.removeprefix('https:')}"
        detour = servers.enter_context(Site(pem["good"], led(f"{good.url}/")))
        good.pages["/detour"] = led(f"http:{detour.url.removeprefix('https:')}/")
        places = {"good": good.url, "plain": plain, "closed": closed_port(), "elsewhere": unsafe}
        for name in ("short", "expired", "other_name", "unknown"):
            places[name] = servers.enter_context(Site(pem[name])).url
        places["garbage"] = servers.enter_context(FaultyServer(NO_HTTP, pem["good"])).url
        stories = [replace(story, steps=story.steps.format(**places)) for story in STORIES]
        features = Features(directory, lies=feature("web", stories))
        settings = {"SSL_CERT_FILE": str(pem["trusted"]), "JOURNEYS_WEB_URL": f"{good.url}/"}
        settings |= {"JOURNEYS_WEB_PRIVATE_URL": f"{good.url}/private", "JOURNEYS_WEB_TOKEN": TOKEN}
        yield run(directory, "web", settings, features.path)


@pytest.mark.parametrize("story", STORIES, ids=[story.title for story in STORIES])
def test_a_wrong_site_is_noticed(lied_to: Run, story: StoryOfSite) -> None:
    assert_noticed(lied_to, story, "failed" if story.judged else "error")


def test_no_secret_is_told_where_a_site_shows_it(lied_to: Run) -> None:
    assert TOKEN not in lied_to.result.stdout
    assert TOKEN not in "\n".join(lied_to.journal.iterdump())


def test_a_good_site_keeps_every_promise(pem: dict[str, Path], tmp_path: Path) -> None:
    with Site(pem["brief"]) as other, Site(pem["good"], **{"private-away": led(f"{other.url}/")}) as good:
        good.pages["/loud"] = led(other.url.replace("https:", "HTTPS:"))
        shipped = {path.stem: path.read_text() for path in (ROOT / "features" / "web").glob("*.feature")}
        features = Features(tmp_path, own=OWN.format(good=good.url, other=other.url), **shipped)
        settings = {
            "SSL_CERT_FILE": str(pem["trusted"]),
            "JOURNEYS_WEB_URL": f"{good.url}#:~:text=all%20systems,{other.url}/away,{good.url}/packed",
            "JOURNEYS_WEB_PRIVATE_URL": f"{good.url}/private#:~:text=you%20sent",
            "JOURNEYS_WEB_USERNAME": USER,
            "JOURNEYS_WEB_PASSWORD": PASSWORD,
            "JOURNEYS_CAPABILITIES": "web-encryption,web-hsts,web-cookies",
        }
        kept = run(tmp_path, "web", settings, features.path)
    assert kept.result.returncode == 0, kept.result.stdout
    assert {status for status, _ in kept.scenarios().values()} == {"passed"}
    assert PASSWORD not in kept.result.stdout
    logins = [asked.headers["authorization"] for asked in good.asked if "authorization" in asked.headers]
    assert logins
    assert not [asked for asked in other.asked if "authorization" in asked.headers], "a login is only for its host"
    failed = "SELECT DISTINCT status FROM calls WHERE outcome = 'failed' AND NOT expected"
    assert kept.journal.execute(failed).fetchall() == [], "an expected refusal is no failure"
    read = dict(kept.journal.execute("SELECT family || labels, value FROM readings"))
    assert read["journey_certificate_expiry_timestamp_seconds[]"] > 0
    assert read['journey_connection_last_phase_duration_seconds["tls"]'] > 0
    assert len([asked for asked in good.asked if asked.path == "/"]) > 20
    assert {asked.headers["user-agent"].partition("/")[0] for asked in good.asked} == {"cloud-journeys"}


def test_without_a_site_its_features_can_not_be_asked_for(tmp_path: Path) -> None:
    store = {"AWS_ENDPOINT_URL_S3": closed_port(), "AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s"}
    named = Journeys("web", "", store | {"JOURNEYS_STATE_DIR": str(tmp_path)}).run("--no-push", "features/web")
    assert named.returncode == 2, named.stdout
    assert "features/web: no web site is configured (JOURNEYS_WEB_URL)." in named.stdout


def test_the_doctor_looks_at_every_site(pem: dict[str, Path], tmp_path: Path) -> None:
    with Site(pem["good"]) as good, Site(pem["short"]) as short:
        settings = {"JOURNEYS_WEB_URL": f"{good.url}/,{short.url}/", "SSL_CERT_FILE": str(pem["trusted"])}
        settings["JOURNEYS_STATE_DIR"] = str(tmp_path)
        asked = Journeys("web", "", settings).run("doctor")
    assert asked.returncode == 1, asked.stdout
    assert re.search(r"^ok   certificate of 127\.0\.0\.1:\d+: valid for (39|40) more days$", asked.stdout, re.MULTILINE)
    assert re.search(r"^BAD  certificate of 127\.\S+: valid for [23] more days, of 83: ", asked.stdout, re.MULTILINE)


def test_every_way_to_a_site_is_by_way_of_the_proxy(pem: dict[str, Path], tmp_path: Path) -> None:
    """And what it is told is told nobody else: HTTPS_PROXY may hold a password."""
    own = """
@web
Feature: By way of a proxy
  Scenario: Sites are reached
    When I connect to every site
    Then no certificate is about to expire
    When I open every site
    Then every page has content
"""
    with Site(pem["good"]) as good, Proxy() as proxy:
        settings = {"JOURNEYS_WEB_URL": good.url, "SSL_CERT_FILE": str(pem["trusted"])}
        settings |= {"HTTPS_PROXY": f"{proxy.login}@{proxy.place}"}
        ran = run(tmp_path, "web", settings, Features(tmp_path, own=own).path)
        settings["JOURNEYS_STATE_DIR"] = str(tmp_path / "doctor")
        looked = Journeys("web", "", settings).run("doctor")
        ways = len(proxy.asked)
        other = Journeys("web", "", settings | {"HTTPS_PROXY": f"socks5://{proxy.login}@{proxy.place}"}).run("doctor")
        none = Journeys("web", "", settings | {"https_proxy": f"{proxy.login}@{proxy.place}0000"}).run("doctor")
    assert ran.result.returncode == 0, ran.result.stdout
    assert looked.returncode == 0, looked.stdout
    assert ways == len(proxy.asked) == 3
    assert re.search(r"^ok   connection of \S+: by way of the proxy 127\S+ port \d+; ", looked.stdout, re.MULTILINE)
    assert re.search(r"^BAD  proxy of \S+: HTTPS_PROXY must be a proxy such as", other.stdout, re.MULTILINE), (
        other.stdout
    )
    assert "\n  - https_proxy must be a proxy such as http://proxy.example.com:3128.\n" in none.stdout
    assert none.returncode == 2
    everything = "\n".join([*(each.stdout for each in (ran.result, looked, other, none)), *ran.journal.iterdump()])
    for secret in (PROXY_PASSWORD, PROOF, proxy.login.partition(":")[2]):
        assert secret not in everything
