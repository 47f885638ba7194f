"""What one scenario knows: the steps' only state, made anew for each scenario."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from journeys.aws.clients import Clients
from journeys.endpoint import Connection
from journeys.failures import CallFailed
from journeys.ledger import Ledger
from journeys.recorder import Recorder
from journeys.s3.bucket import Bucket
from journeys.settings import Settings


@dataclass
class Journey:
    """The state of a scenario."""

    settings: Settings
    recorder: Recorder
    clients: Clients
    ledger: Ledger
    identity: str = "user"  # who acts
    site: str = "primary"  # and where
    _bucket: Bucket | None = None  # the scenario's bucket
    connection: Connection | None = None  # the connection that a step made to look at
    tried: bool = False  # a step said "I try to …"
    refusal: CallFailed | None = None  # the refusal that came of it, until a Then has looked at it

    @property
    def s3(self) -> Any:
        """The S3 client of who acts."""
        return self.clients.s3(self.identity, self.site)

    @property
    def bucket(self) -> Bucket:
        """The scenario's bucket."""
        assert self._bucket, 'There is no bucket: a step such as "Given an empty bucket" has to come first.'
        return self._bucket

    @bucket.setter
    def bucket(self, bucket: Bucket) -> None:
        self._bucket = bucket

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

    def check_nothing_unseen(self) -> None:
        """A refusal that no step looked at breaks the scenario."""
        if self.refusal:
            raise AssertionError(f'A refusal was met, and no "Then I am refused with …" looked at it. {self.refusal}')
