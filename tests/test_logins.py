"""Inside servers: every promise seen kept and seen broken, by real sshds on loopback. No guest of a cloud runs here."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from journeys.cloud.cloud import Cloud
from journeys.cloud.journey import CloudJourney
from journeys.demo.process import free_port
from journeys.run import Run as RunOfOurs
from journeys.settings import ROOT, parse
from tests.conftest import Journeys
from tests.faulty import Features
from tests.hosting import Hosting, hosting
from tests.login_lies import STORIES, Story
from tests.test_cloud import ALONE, Run, own, run

SHIPPED = ROOT / "features" / "cloud"
INSIDE = ("logins", "benchmarks", "pings", "devices", "load_balancers")


@pytest.fixture(scope="module")
def lied_to(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Run, Hosting]]:
    """The run in which every story was told: it goes on to the next one with each key pair."""
    directory = tmp_path_factory.mktemp("logins")
    turns = iter(STORIES)

    def next_story() -> None:
        stack.untrue = next(turns).untrue

    told = ["\n    ".join([f"\n  Scenario: {story.title}", *story.steps.splitlines()]) for story in STORIES]
    features = Features(directory, lies="@cloud\nFeature: Lies\n" + "\n".join(told))
    with hosting(next_story) as stack:
        outside = {"JOURNEYS_OUTSIDE_HOST": f"localhost:{free_port()}", "JOURNEYS_READ_TIMEOUT": "3s"}
        yield run(directory, stack.settings() | outside, features.path), stack


@pytest.mark.parametrize("story", STORIES, ids=[story.title for story in STORIES])
def test_a_lie_is_noticed(lied_to: tuple[Run, Hosting], story: Story) -> None:
    status, told = lied_to[0].scenarios()[story.title]
    statuses = lied_to[0].statuses(story.title)
    assert set(statuses[:-1]) <= {"passed"}, told
    assert statuses[-1] == status == ("missed" if story.too_slow else "failed"), told
    assert re.search(story.shows, told or ""), told


def test_what_was_tried_while_a_server_boots_is_no_failure_until_it_never_lets_in(
    lied_to: tuple[Run, Hosting],
) -> None:
    query = (
        "SELECT sum(expected), count(*) FROM calls JOIN scenarios ON scenarios.id = calls.scenario "
        "WHERE title = 'Nobody answers' AND operation = 'ssh.LogIn' AND outcome = 'failed'"
    )
    expected, failed = lied_to[0].journal.execute(query).fetchone()
    assert failed - expected == 1


def test_who_was_refused_while_a_server_boots_does_not_come_back_so_soon_that_it_is_turned_away(
    lied_to: tuple[Run, Hosting],
) -> None:
    query = (
        "SELECT count(*) FROM calls JOIN scenarios ON scenarios.id = calls.scenario "
        "WHERE title = 'The key is still not installed' AND operation = 'ssh.LogIn'"
    )
    assert lied_to[0].journal.execute(query).fetchone() == (1,)


def test_no_private_key_is_written_anywhere(lied_to: tuple[Run, Hosting]) -> None:
    ran, _ = lied_to
    written = "\n".join(ran.journal.iterdump()) + ran.result.stdout
    assert "journeys-" in written
    assert "PRIVATE KEY" not in written


def test_every_promise_is_kept_by_honest_servers(tmp_path: Path) -> None:
    shipped = {name: (SHIPPED / f"{name}.feature").read_text() for name in INSIDE}
    hasty = shipped["benchmarks"].replace("4000 digits", "400 digits").replace("64 MiB", "4 MiB")
    features = Features(tmp_path, **shipped | {"benchmarks": hasty})
    with hosting() as stack:
        ran = run(tmp_path, stack.settings(), "--tags", "@needs.login", features.path)
        assert ran.result.returncode == 0, ran.result.stdout
        assert not stack.guests
    assert {status for status, _ in ran.scenarios().values()} == {"passed"}
    assert len(ran.scenarios()) == 19
    query = (
        "SELECT DISTINCT family || labels FROM readings WHERE family LIKE '%benchmark%' OR family LIKE '%ping%' "
        "OR labels LIKE '%reachable%' OR labels LIKE '%answers%'"
    )
    told = {each for (each,) in ran.journal.execute(query)}
    assert told == {
        'journey_wait_seconds["server_reachable"]',
        'journey_benchmark_last_duration_seconds["pi_400_digits"]',
        'journey_benchmark_last_bytes_per_second["disk_write"]',
        'journey_benchmark_last_bytes_per_second["network"]',
        'journey_benchmark_last_operations_per_second["disk_random"]',
        'journey_benchmark_last_duration_seconds["disk_random_operation_p99"]',
        'journey_wait_seconds["load_balancer_answers"]',
        *(
            f'journey_ping_last_{told}["{what}"]'
            for told in ("duration_seconds", "loss_ratio")
            for what in ("from_outside", "busy_server", "between_servers", "to_world")
        ),
    }
    assert ran.journal.execute("SELECT count(*) FROM owned WHERE removed IS NULL").fetchone() == (0,)


def test_a_jump_host_takes_the_place_of_public_addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with hosting() as stack:
        jump = stack.jump_host("127.0.0.1")
        environ = stack.settings() | {
            "JOURNEYS_LOGIN_JUMP_HOST": f"127.0.0.1:{stack.port}",
            "JOURNEYS_LOGIN_JUMP_KEY": jump,
            "JOURNEYS_STATE_DIR": str(tmp_path),
        }
        for name in os.environ:
            if name.startswith("OS_"):
                monkeypatch.delenv(name)
        for name, value in environ.items():
            if name.startswith("OS_"):
                monkeypatch.setenv(name, value)
        monitor = RunOfOurs(parse(environ), push=False)
        monitor.begin()
        inside = CloudJourney(Cloud(monitor.cloud, monitor.ledger, monitor.recorder), monitor.http, monitor.ssh)
        inside.traffic.serve(2)
        inside.logins.assert_mesh()
        inside.pings.from_outside()
        inside.pings.assert_answered()
        inside.traffic.balance()
        inside.traffic.assert_each_answers(30)
        inside.traffic.assert_all_answered(4)
        assert not stack.things["floatingips"]
        inside.logins.close()
        monitor.finish()
        monitor.close()
        assert not stack.things["servers"]


def doctor(directory: Path, settings: dict[str, str]) -> str:
    return Journeys("cloud", "", ALONE | own(directory) | settings).run("doctor").stdout


def test_the_doctor_tells_what_servers_are_made_from_and_tries_the_jump_host(tmp_path: Path) -> None:
    with hosting() as stack:
        jump = {"JOURNEYS_LOGIN_JUMP_HOST": f"127.0.0.1:{stack.port}"}
        jump["JOURNEYS_LOGIN_JUMP_KEY"] = stack.jump_host("127.0.0.1")
        said = doctor(tmp_path, stack.settings() | jump)
        assert "ok   choices: image cirros, flavour tiny, external network public\n" in said
        assert f"ok   jump host: 127.0.0.1:{stack.port} lets us in\n" in said
        stack.guests["jump"].stop()
        said = doctor(tmp_path, stack.settings() | jump | {"JOURNEYS_SERVER_IMAGE": "debian"})
        assert "BAD  choices: Expected debian among those offered, but there is cirros (JOURNEYS_SERVER_IMAGE)" in said
        assert "BAD  jump host: Expected ssh.LogIn of 127.0.0.1:" in said
        assert "ok   ping: " in doctor(tmp_path, stack.settings())
        said = doctor(tmp_path, stack.settings() | {"PATH": "/nonexistent"})
        assert "BAD  ping: this machine has none: install it, or do not declare pings\n" in said
