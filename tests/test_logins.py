"""Inside servers: every promise seen kept and seen broken, by real sshds on loopback. No guest of a cloud runs here."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from journeys.cloud.cloud import Cloud
from journeys.cloud.journey import CloudJourney
from journeys.demo.process import free_port
from journeys.run import Run as RunOfOurs
from journeys.settings import ROOT, parse
from tests.conftest import Journeys
from tests.faulty import Features
from tests.hosting import hosting
from tests.login_lies import STORIES, StoryOfGuests
from tests.runs import Run, own, run
from tests.stories import assert_noticed, tell

SHIPPED = ROOT / "features" / "cloud"
INSIDE = ("logins", "benchmarks", "pings", "devices", "load_balancers")


@contextmanager
def lying(_directory: Path, turns: Iterator[StoryOfGuests]) -> Iterator[dict[str, str]]:
    """A cloud that goes on to the next story with each key pair."""

    def next_story() -> None:
        stack.untrue = next(turns).untrue

    with hosting(next_story) as stack:
        outside = {"JOURNEYS_OUTSIDE_HOST": f"localhost:{free_port()}", "JOURNEYS_READ_TIMEOUT": "3s"}
        yield stack.settings() | outside


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    return tell(tmp_path_factory.mktemp("logins"), "cloud", STORIES, lying)


@pytest.mark.parametrize("story", STORIES, ids=[story.title for story in STORIES])
def test_a_lie_is_noticed(told: dict[str, Run], story: StoryOfGuests) -> None:
    assert_noticed(told[story.title], story)


def test_what_was_tried_while_a_server_boots_is_no_failure_until_it_never_lets_in(told: dict[str, Run]) -> None:
    query = (
        "SELECT sum(expected), count(*) FROM calls JOIN scenarios ON scenarios.id = calls.scenario "
        "WHERE title = 'Nobody answers' AND operation = 'ssh.LogIn' AND outcome = 'failed'"
    )
    expected, failed = told["Nobody answers"].journal.execute(query).fetchone()
    assert failed - expected == 1


def test_who_was_refused_while_a_server_boots_does_not_come_back_so_soon_that_it_is_turned_away(
    told: dict[str, Run],
) -> None:
    title = "The key is still not installed"
    query = "calls JOIN scenarios ON scenarios.id = calls.scenario WHERE operation = 'ssh.LogIn' AND title"
    assert told[title].count(f"{query} = '{title}'") == 1


def test_no_private_key_is_written_anywhere(told: dict[str, Run]) -> None:
    for ran in told.values():
        written = "\n".join(ran.journal.iterdump()) + ran.result.stdout
        assert "journeys-" in written
        assert "PRIVATE KEY" not in written


def honestly(directory: Path, feature: str) -> Run:
    """A run of a feature that we ship, in less time, in a cloud of its own."""
    text = (SHIPPED / f"{feature}.feature").read_text()
    place = directory / feature
    features = Features(place, hasty=text.replace("4000 digits", "400 digits").replace("64 MiB", "4 MiB"))
    with hosting() as stack:
        ran = run(place, "cloud", stack.settings(), "--tags", "@needs.login", features.path)
        assert not stack.guests, ran.result.stdout
        return ran


def test_every_promise_is_kept_by_honest_servers(tmp_path: Path) -> None:
    with ThreadPoolExecutor(len(INSIDE)) as side_by_side:
        runs = list(side_by_side.map(partial(honestly, tmp_path), INSIDE))
    for ran in runs:
        assert ran.result.returncode == 0, ran.result.stdout
        assert {status for status, _ in ran.scenarios().values()} == {"passed"}
        assert ran.count("owned WHERE removed IS NULL") == 0
    assert sum(len(ran.scenarios()) for ran in runs) == 19
    query = (
        "SELECT DISTINCT family || labels FROM readings WHERE family LIKE '%benchmark%' OR family LIKE '%ping%' "
        "OR labels LIKE '%reachable%' OR labels LIKE '%answers%'"
    )
    told = {each for ran in runs for (each,) in ran.journal.execute(query)}
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
    return Journeys("cloud", "", own("cloud", directory) | settings).run("doctor").stdout


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
