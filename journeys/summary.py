"""What a run came to, for people."""

import math
from collections import defaultdict
from sqlite3 import Row
from typing import TYPE_CHECKING

from journeys.units import seconds

if TYPE_CHECKING:
    from journeys.run import Run
    from journeys.verdict import Outcome


MANY = 3  # skipped for the same reason: from then on they are only counted


def of(run: "Run", outcome: "Outcome", target_option: str = "") -> str:
    """Promises kept and broken, the measured operations, where the metrics went, and the verdict.

    `target_option` is what has to be said to run against the same target again.
    """
    kept = [*_delivery(run, outcome), *_canaries(run), *outcome.problems]
    sections = [_promises(run, target_option), _operations(run), kept]
    verdict = f"Verdict: {outcome.reason.splitlines()[0]} (exit code {outcome.exit_code})."
    return "\n\n".join("\n".join(lines) for lines in [[""], *sections, [verdict]] if lines)


def percentile(ordered: list[float], share: float) -> float:
    """The nearest-rank percentile of sorted values: the smallest that at least `share` of them do not exceed."""
    return ordered[max(math.ceil(share * len(ordered)), 1) - 1]


def _promises(run: "Run", target_option: str) -> list[str]:
    rows = run.journal.rows("SELECT * FROM scenarios WHERE run = ? ORDER BY id", run.id)
    counts = defaultdict(int)
    for row in rows:
        counts[row["status"] or "aborted"] += 1
    words = {"passed": "kept", "failed": "broken", "missed": "kept too slowly", "error": "not judged"}
    told = [f"{counts[status]} {words.get(status, status)}" for status in sorted(counts, key=_severity)]
    lines = [f"{run.settings.target}, suite {run.settings.suite}: {', '.join(told) or 'no scenario ran'}"]
    lines += _skipped([row for row in rows if row["status"] == "skipped"])
    for row in rows:
        if row["status"] not in ("passed", "skipped"):
            lines.append(f"  {words.get(row['status'], 'aborted').upper()}: {row['title']}")
            lines += [f"    {line}" for line in (row["message"] or "").splitlines()]
            lines += [f"    {line}" for line in _evidence(run, row["id"], row["message"] or "")]
            lines.append(f"    again: ./run.sh run {target_option}{row['location']}")
    return lines


def _skipped(rows: list[Row]) -> list[str]:
    """Each that was skipped with its reason; a reason that many share stands once."""
    titles: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        titles[row["message"] or "as its steps asked"].append(row["title"])
    lines = []
    for reason, skipped in titles.items():
        told = skipped if len(skipped) <= MANY else [f"{len(skipped)} scenarios"]
        lines += [f"  skipped: {title}: {reason}" for title in told]
    return lines


def _evidence(run: "Run", scenario: int, message: str) -> list[str]:
    """The last calls of the step that broke a scenario, as far as its message does not tell of them."""
    calls = run.journal.rows(
        "SELECT * FROM calls WHERE step = (SELECT max(id) FROM steps WHERE scenario = ?) ORDER BY id DESC LIMIT 3",
        scenario,
    )
    return [
        f"call: {call['operation']} {call['subject']} {call['code'] or call['status'] or call['reason'] or 'cut off'} "
        f"after {seconds(call['duration'])}, attempts {call['attempts']}, request id {call['request_id'] or 'none'}"
        for call in reversed(calls)
        if not call["message"] or call["message"] not in message
    ]


def _severity(status: str) -> int:
    return ["passed", "failed", "missed", "error", "skipped", "aborted"].index(status)


def _operations(run: "Run") -> list[str]:
    calls: dict[str, list[Row]] = defaultdict(list)
    for call in run.journal.rows(
        "SELECT * FROM calls WHERE run = ? AND purpose = 'probe' AND site = 'primary' AND outcome != 'aborted'",
        run.id,
    ):
        calls[call["operation"]].append(call)
    if not calls:
        return []
    width = max(map(len, calls))
    lines = [f"{'operation':{width}} {'count':>6} {'p50':>9} {'p95':>9} {'max':>9} {'failed':>7}"]
    return lines + [f"{operation:{width}} {_row(calls[operation])}" for operation in sorted(calls)]


def _row(calls: list[Row]) -> str:
    times = sorted(call["duration"] for call in calls if call["outcome"] == "ok")
    shown = [seconds(percentile(times, share)) for share in (0.5, 0.95, 1)] if times else ["-"] * 3
    failed = sum(call["outcome"] == "failed" and not call["expected"] for call in calls)
    return " ".join([f"{len(calls):>6}", *(f"{each:>9}" for each in shown), f"{failed:>7}"])


def _canaries(run: "Run") -> list[str]:
    """What this run left in the store on purpose."""
    rows = run.journal.rows(
        "SELECT bucket, count(*) AS count, sum(size) AS bytes FROM canaries WHERE written >= ? GROUP BY bucket",
        run.journal.run(run.id)["started"],
    )
    return [
        f"Canaries: {row['count']} objects ({row['bytes']} B) were written to {row['bucket']}. They stay, for later "
        "runs to look at; ./run.sh sweep --canaries removes them."
        for row in rows
    ]


def _delivery(run: "Run", outcome: "Outcome") -> list[str]:
    settings = run.settings
    if not outcome.pushed:
        return [] if outcome.problems else ["Metrics: not published (no PUSHGATEWAY_URL, or asked not to)."]
    lines = []
    if settings.pushgateway_url:
        group = f'job="journeys", suite="{settings.suite}", target="{settings.target}"'
        lines.append(f"Metrics: pushed to {settings.pushgateway_url} as {{{group}}}.")
        lines.append(f"  Look at them: curl -s {settings.pushgateway_url}/metrics | grep '^journey_'")
    if settings.textfile:
        lines.append(f"Metrics: written to {settings.textfile}.")
    return lines
