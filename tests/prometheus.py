"""A real Prometheus, to ask what users' dashboards and alerts would see."""

import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple, Self
from urllib.parse import urlencode, urlsplit

from journeys.demo.process import Server, free_port, speaks_http
from tests.realtools import require

_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Point(NamedTuple):
    """One series of an answer: its labels (`__name__` among them, if it has one) and its value."""

    labels: dict[str, str]
    value: float


class Prometheus(Server):
    """A Prometheus on loopback that keeps its data in `directory`; without it the test is skipped.

    It scrapes /metrics of the `targets` (URLs) every `interval` seconds, honouring their labels. The first
    scrape comes 5 s after the start, and nothing shortens that: where chosen times will do, take
    `from_snapshots`, which answers at once. The files of `rules` are evaluated every second.
    """

    def __init__(self, directory: Path, targets: Sequence[str] = (), interval: float = 0.2, rules: Sequence[Path] = ()):
        self.url = f"http://127.0.0.1:{free_port()}"
        scrapes = [
            {
                "job_name": target,
                "honor_labels": True,
                "scrape_interval": f"{interval * 1000:.0f}ms",
                "scrape_timeout": f"{interval * 1000:.0f}ms",
                "scheme": urlsplit(target).scheme,
                "static_configs": [{"targets": [urlsplit(target).netloc]}],
            }
            for target in targets
        ]
        config = directory / "prometheus.yml"
        whole = {
            "global": {"evaluation_interval": "1s"},
            "rule_files": [str(path) for path in rules],
            "scrape_configs": scrapes,
        }
        config.write_text(json.dumps(whole))  # JSON is YAML
        command = [
            require("prometheus"),
            f"--config.file={config}",
            f"--storage.tsdb.path={directory / 'tsdb'}",
            f"--web.listen-address={urlsplit(self.url).netloc}",
        ]
        super().__init__("prometheus", command, directory)

    @classmethod
    def from_snapshots(
        cls, directory: Path, snapshots: Iterable[tuple[float, str]], every: float = 60, rules: Sequence[Path] = ()
    ) -> Self:
        """A Prometheus that has scraped what a gateway showed from given times on: (Unix time, exposition).

        Each snapshot was seen at its time and every `every` seconds until the next one's; the last one once.
        To be asked `at` such times. A series that a later snapshot lacks keeps its last value for five
        minutes, while a real scrape would end it at once.
        """
        seen = sorted(snapshots)
        ends = [time for time, _ in seen[1:]] + [seen[-1][0] + every]
        history = directory / "history"
        with history.open("w") as lines:
            for (time, exposition), end in zip(seen, ends, strict=True):
                samples = [line for line in exposition.splitlines() if line and not line.startswith("#")]
                while time < end:
                    lines.writelines(f"{sample} {time:.3f}\n" for sample in samples)
                    time += every
            lines.write("# EOF\n")
        backfill = [
            require("promtool"),
            "tsdb",
            "create-blocks-from",
            "openmetrics",
            history,
            directory / "tsdb",
        ]
        subprocess.run(backfill, check=True, stdout=subprocess.DEVNULL, timeout=60)
        return cls(directory, rules=rules)

    def answers(self) -> bool:
        """Whether it can be asked."""
        return speaks_http(f"{self.url}/-/ready")

    def query(self, promql: str, at: float | None = None) -> list[Point]:
        """The answer to an instant query at a Unix time (default: now); ValueError if there can be none."""
        asked = {"query": promql} | ({} if at is None else {"time": f"{at:.3f}"})
        try:
            with _direct.open(f"{self.url}/api/v1/query?{urlencode(asked)}", timeout=10) as answer:
                data = json.load(answer)["data"]
        except urllib.error.HTTPError as refused:
            raise ValueError(f"{promql}: {json.load(refused)['error']}") from None
        if data["resultType"] == "scalar":
            return [Point({}, float(data["result"][1]))]
        return [Point(series["metric"], float(series["value"][1])) for series in data["result"]]

    def value(self, promql: str, at: float | None = None) -> float:
        """The one value of an answer; ValueError if there is none, or more than one."""
        (point,) = self.query(promql, at)
        return point.value

    def rules_in_trouble(self) -> list[str]:
        """Why rules can't be evaluated, each with its name; empty where all have been."""
        with _direct.open(f"{self.url}/api/v1/rules", timeout=10) as answer:
            rules = [rule for group in json.load(answer)["data"]["groups"] for rule in group["rules"]]
        assert rules, "there are rules"
        return [f"{rule['name']}: {rule.get('lastError', 'never')}" for rule in rules if rule["health"] != "ok"]

    def wait_for(
        self, promql: str, predicate: Callable[[list[Point]], bool] = bool, timeout: float = 20
    ) -> list[Point]:
        """Asks until the answer is as wanted (default: not empty), and returns it; else AssertionError."""
        answer: list[Point] = []

        def wanted() -> bool:
            answer[:] = self.query(promql)
            return predicate(answer)

        assert self.wait_until(wanted, timeout), f"after {timeout:g} s still: {promql} = {answer}"
        return answer
