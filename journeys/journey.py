"""What one scenario knows: the steps' only state, made anew for each scenario."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from journeys import payload
from journeys.aws.s3 import Store
from journeys.failures import CallFailed, ObjectiveMissed
from journeys.recorder import Recorder
from journeys.settings import Settings
from journeys.units import seconds


@dataclass
class Journey:
    """The state of a scenario."""

    settings: Settings
    recorder: Recorder
    store: Store  # S3, as the user of the journeys sees it
    bucket: str = ""  # the scenario's bucket
    stored: dict[str, int] = field(default_factory=dict)  # what the bucket should hold: key and size in bytes
    tried: bool = False  # a step said "I try to …"
    refusal: CallFailed | None = None  # the refusal that came of it, until a Then has looked at it

    def store_object(self, key: str, size: int) -> None:
        self.store.put(self.bucket, key, size)
        self.stored[key] = size

    def upload(self, key: str, size: int) -> None:
        self.store.put_in_parts(self.bucket, key, size)
        self.stored[key] = size

    def store_many(self, count: int) -> None:
        for number in range(1, count + 1):
            self.store_object(f"object-{number:05}", self.settings.object_size)

    def delete(self, key: str) -> None:
        self.store.delete(self.bucket, key)
        self.stored.pop(key, None)

    def delete_all(self) -> None:
        self.store.delete_many(self.bucket, self.stored)
        self.stored.clear()

    def assert_unchanged(self, key: str) -> None:
        assert key in self.stored, f"Nothing was stored as {key!r}: a step that stores it has to come first."
        wrong = payload.difference(key, self.stored[key], self.store.read(self.bucket, key))
        if wrong:
            self.recorder.corrupt("s3.GetObject", wrong)
            raise AssertionError(f"Expected {self.bucket}/{key} to read back unchanged, but got {wrong}.")

    def assert_lists_all(self) -> None:
        """The bucket lists what the scenario stored and did not delete, and nothing else."""
        self._assert_something_stored()
        self.assert_lists(self.stored)

    def assert_all_unchanged(self) -> None:
        self._assert_something_stored()
        for key in self.stored:
            self.assert_unchanged(key)

    def _assert_something_stored(self) -> None:
        assert self.stored, "Nothing is stored: a step that stores objects has to come first."

    def assert_lists(self, keys: Iterable[str]) -> None:
        """The bucket lists these keys, with the sizes that were stored, and no others."""
        expected = sorted((key, self.stored.get(key)) for key in keys)
        listed = sorted(self.store.keys(self.bucket))
        assert listed == expected, f"Expected {self.bucket} to list {_told(expected)}, but it lists {_told(listed)}."

    def assert_fast(self, operation: str, share: float, limit: float) -> None:
        """`share` of the scenario's calls of `operation` ended well within `limit` seconds; raises ObjectiveMissed."""
        calls = self.recorder.journal.rows(
            "SELECT duration, outcome FROM calls WHERE scenario = ? AND operation = ? AND purpose = 'probe'",
            *(self.recorder.scenario, operation),
        )
        assert calls, f"The scenario made no call of {operation}, so nothing can be said of its speed."
        fast = sum(call["outcome"] == "ok" and call["duration"] <= limit for call in calls)
        if fast < share * len(calls):
            slowest = seconds(max(call["duration"] for call in calls))
            raise ObjectiveMissed(
                f"Expected {share:.0%} of the {len(calls)} calls of {operation} to finish within {seconds(limit)}, but "
                f"{fast} did; the slowest took {slowest}."
            )

    @contextmanager
    def trying(self) -> Iterator[None]:
        """Remembers the refusal of what the block tries. What is no refusal (no answer, a server error) is raised."""
        self.check_nothing_unseen()
        self.tried = True
        try:
            yield
        except CallFailed as failure:
            if not (failure.call.status and 400 <= failure.call.status < 500):
                raise
            self.refusal = failure

    def refused_with(self, code: str) -> None:
        """The last thing tried was refused with the error name `code`: an expected refusal, and no failure."""
        assert self.tried, 'Nothing was tried: a step "I try to …" has to come first.'
        assert self.refusal, f"Expected a refusal with {code!r}, but what was tried was allowed."
        refusal, self.refusal = self.refusal, None
        assert refusal.call.code == code, f"Expected a refusal with {code!r}, but it came with another. {refusal}"
        self.recorder.expected(refusal)

    def refused_for(self, reason: str) -> None:
        """The last thing tried was refused for this reason, whatever the error's name: no failure, either."""
        assert self.tried, 'Nothing was tried: a step "I try to …" has to come first.'
        assert self.refusal, f"Expected a refusal (reason {reason}), but what was tried was allowed."
        refusal, self.refusal = self.refusal, None
        assert refusal.call.reason == reason, f"Expected a refusal (reason {reason}), but it had another. {refusal}"
        self.recorder.expected(refusal)

    def check_nothing_unseen(self) -> None:
        """A refusal that no step looked at breaks the scenario."""
        if self.refusal:
            raise AssertionError(f'A refusal was met, and no "Then I am refused with …" looked at it. {self.refusal}')


def _told(objects: list[tuple[str, int | None]]) -> str:
    """Keys and sizes for an error's sentence, the first few of many."""
    some = [f"{key!r} ({size} B)" for key, size in objects[:5]]
    more = [f"{len(objects) - 5} more"] if len(objects) > 5 else []
    return ", ".join(some + more) or "nothing"
