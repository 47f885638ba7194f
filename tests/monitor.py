"""Runs in miniature: all of a run but behave, with calls of known durations, in this very process."""

import dataclasses
import os
import shutil
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

from journeys.aws.clients import Clients
from journeys.demo.pushgateway import Pushgateway
from journeys.demo.seaweedfs import SeaweedFS
from journeys.journal import Call
from journeys.recorder import PROBE
from journeys.run import Run
from journeys.settings import Settings, parse
from journeys.verdict import Outcome

PUT = "s3.PutObject"
SCENARIO = ("miniature", "a-promise")


class Monitor:
    """A machine that runs a suite of its own again and again, and what Prometheus could see of it.

    `shown` is what the gateway showed of the suite at every moment that a scrape may have met: after the zeros
    were announced, and after each end of a run. `truth` holds the duration of every call that was made.
    """

    def __init__(self, store: SeaweedFS, gateway: Pushgateway, directory: Path, suite: str):
        self.directory = directory
        self.gateway = gateway
        self.suite = suite
        self.truth: list[float] = []
        self.runs = 0
        self.shown: list[str] = []
        self.patience = 10.0  # seconds that a scrape waits
        self._environment = {
            "AWS_ENDPOINT_URL_S3": store.endpoint_url,
            "AWS_ACCESS_KEY_ID": store.access_key,
            "AWS_SECRET_ACCESS_KEY": store.secret_key,
            "PUSHGATEWAY_URL": gateway.url,
            "JOURNEYS_SUITE": suite,
            "JOURNEYS_TARGET": "miniature",
            "JOURNEYS_STATE_DIR": str(directory / "state"),
            "JOURNEYS_PUSH_TIMEOUT": "60s",
        }

    def settings(self, **changes: str) -> Settings:
        """As its environment says, but for these names; an empty one counts as none."""
        return parse(self._environment | changes)

    def run(self, *durations: float, **changes: str) -> Outcome:
        """A whole run whose calls take so long."""
        run = self.begun(*durations, **changes)
        outcome = run.finish()
        run.close()
        self.look()
        return outcome

    def begun(self, *durations: float, **changes: str) -> Run:
        """A run that is still to be finished, or to be killed."""
        run = Run(self.settings(**changes))
        run.begin()
        run.announce([SCENARIO])
        self.look()
        run.recorder.scenario = run.journal.scenario_began(run.id, *SCENARIO, title="A promise", location="m:1")
        step = run.journal.step_began(run.recorder.scenario, "01-i-do", "When I do", "m:2")
        for duration in durations:
            run.recorder.record(call(duration), run.recorder.scenario, step)
        run.journal.scenario_ended(run.recorder.scenario, sum(durations), "passed", None)
        self.truth += durations
        self.runs += 1
        return run

    def killed(self, *durations: float, **changes: str) -> None:
        """A run that is killed before its end."""
        child = os.fork()
        if not child:
            self.begun(*durations, **changes)
            os.kill(os.getpid(), 9)
        os.waitpid(child, 0)
        self.truth += durations
        self.runs += 1

    def look(self) -> None:
        """A scrape."""
        self.shown.append(shown(self.gateway.url, self.suite, self.patience))

    @property
    def state(self) -> Path:
        return self.directory / "state"

    def lose_the_state(self) -> None:
        shutil.rmtree(self.state)

    @contextmanager
    def older_state(self) -> Iterator[None]:
        """After the block the state is again what it was before."""
        shutil.copytree(self.state, self.directory / "backup")
        yield
        self.lose_the_state()
        (self.directory / "backup").rename(self.state)


class SharedClients(Clients):
    """Clients that are made once for all runs of this process: making one takes longer than a run in miniature."""

    _made: ClassVar[dict[tuple[str, str], Any]] = {}

    def s3(self, identity: str = "user", site: str = "primary") -> Any:
        client = self._made.get((identity, site)) or super().s3(identity, site)
        client.recorder = self._recorder
        return self._made.setdefault((identity, site), client)


def call(duration: float, **evidence) -> Call:
    """A successful PutObject."""
    values = dict.fromkeys((field.name for field in dataclasses.fields(Call)), None)
    values |= {"api": "s3", "operation": PUT, "subject": "b/k", "identity": "user", "site": "primary"}
    values |= {"purpose": PROBE, "started": time.time(), "duration": duration, "attempts": 1}
    return Call(**values | {"sent": 0, "received": 0, "outcome": "ok"} | evidence)


def shown(gateway_url: str, suite: str, seconds: float = 10) -> str:
    """What a gateway shows of a suite; nothing where none answers within so many seconds."""
    try:
        with urllib.request.urlopen(f"{gateway_url}/metrics", timeout=seconds) as answer:
            lines = answer.read().decode().splitlines()
    except OSError:
        return ""
    return "\n".join(line for line in lines if f'suite="{suite}"' in line)
