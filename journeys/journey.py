"""What one scenario knows: the steps' only state, made anew for each scenario."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from journeys.aws.clients import Clients
from journeys.endpoint import Connection
from journeys.failures import CallFailed
from journeys.http import Http
from journeys.ledger import Ledger
from journeys.recorder import Recorder
from journeys.s3 import refusals
from journeys.s3.bucket import Bucket, Upload
from journeys.settings import Settings
from journeys.web.page import Visit

if TYPE_CHECKING:
    from journeys.s3.conditions import Seen
    from journeys.s3.forms import Form
    from journeys.s3.links import Link


@dataclass
class Journey:
    """The state of a scenario."""

    settings: Settings
    recorder: Recorder
    clients: Clients
    ledger: Ledger
    http: Http
    identity: str = "user"  # who acts
    site: str = "primary"  # and where
    sdk_defaults: bool = False  # whether their SDK's own settings for checksums are in force, not ours
    _bucket: Bucket | None = None  # the scenario's bucket
    _other: Bucket | None = None  # another one
    _upload: Upload | None = None  # an upload in parts that was begun
    seen: "dict[str, Seen]" = field(default_factory=dict)  # objects as somebody looked at them
    locked_until: dict[str, datetime] = field(default_factory=dict)  # when the lock of a version (its id) ends
    lifecycle: list[dict] = field(default_factory=list)  # the bucket's lifecycle rules
    cors: list[dict] = field(default_factory=list)  # its rules for web pages
    policy: list[dict] = field(default_factory=list)  # the statements of its policy
    link: "Link | None" = None  # the link that a stranger has
    form: "Form | None" = None  # and the form
    received: bytes | None = None  # what the link brought
    received_as: str | None = None  # and how browsers are told to save it
    connection: Connection | None = None  # the connection that a step made to look at
    visit: Visit = field(default_factory=Visit)  # what web sites answered
    tried: str = ""  # the identity of whom a step said "… tries to …" or "I try to …"
    refusal: CallFailed | None = None  # the refusal that came of it, until a Then has looked at it

    @property
    def s3(self) -> Any:
        """The S3 client of who acts."""
        return self.clients.s3(self.identity, self.site, sdk_defaults=self.sdk_defaults)

    @property
    def bucket(self) -> Bucket:
        """The scenario's bucket."""
        assert self._bucket, 'There is no bucket: a step such as "Given an empty bucket" has to come first.'
        return self._bucket

    @bucket.setter
    def bucket(self, bucket: Bucket) -> None:
        self._bucket = bucket

    @property
    def other_bucket(self) -> Bucket:
        """The scenario's second bucket."""
        assert self._other, 'There is no other bucket: a step "Given another empty bucket" has to come first.'
        return self._other

    @other_bucket.setter
    def other_bucket(self, bucket: Bucket) -> None:
        self._other = bucket

    @property
    def upload(self) -> Upload:
        """The upload in parts that was begun last."""
        assert self._upload, 'No upload was begun: a step "I begin an upload of …" has to come first.'
        return self._upload

    @upload.setter
    def upload(self, upload: Upload) -> None:
        self._upload = upload

    @contextmanager
    def acting_as(self, identity: str) -> Iterator[None]:
        """What the block does is done by another than the user."""
        before, self.identity = self.identity, identity
        try:
            yield
        finally:
            self.identity = before

    @contextmanager
    def trying(self, identity: str = "user") -> Iterator[None]:
        """Remembers the refusal of what `identity` tries. What is no refusal (no answer, a server error) is raised."""
        self.check_nothing_unseen()
        self.tried = identity
        try:
            with self.acting_as(identity):
                yield
        except CallFailed as failure:
            # A login that is refused has no status.
            if not (400 <= (failure.call.status or 0) < 500 or failure.call.reason == "auth"):
                raise
            self.refusal = failure

    def refused_with(self, *codes: str, identity: str = "user") -> None:
        """What `identity` tried last was refused with one of these error names: an expected refusal, and no failure."""
        told = " or ".join(map(repr, codes))
        refusal = self._taken(f"with {told}", identity)
        assert refusal.call.code in codes, f"Expected a refusal with {told}, but it came with another. {refusal}"
        refusals.assert_status(refusal)
        self.recorder.expected(refusal)

    def refused_for(self, reason: str, identity: str = "user") -> None:
        """What `identity` tried last was refused for this reason, whatever the error's name: no failure, either."""
        refusal = self._taken(f"(reason {reason})", identity)
        assert refusal.call.reason == reason, f"Expected a refusal (reason {reason}), but it had another. {refusal}"
        self.recorder.expected(refusal)

    def refused_with_status(self, status: int) -> None:
        """What the user tried last was refused with this HTTP status: no failure, either."""
        refusal = self._taken(f"with status {status}", "user")
        assert refusal.call.status == status, f"Expected a refusal with status {status}, but it had another. {refusal}"
        self.recorder.expected(refusal)

    def _taken(self, told: str, identity: str) -> CallFailed:
        """The refusal of what `identity` tried last, which is looked at by that."""
        assert self.tried, 'Nothing was tried: a step "I try to …" has to come first.'
        assert self.tried == identity, f"It was another who tried something last: {self.tried}, not {identity}."
        assert self.refusal, f"Expected a refusal {told}, but what was tried was allowed."
        refusal, self.refusal = self.refusal, None
        return refusal

    def check_nothing_unseen(self) -> None:
        """A refusal that no step looked at breaks the scenario."""
        if self.refusal:
            raise AssertionError(f'A refusal was met, and no "Then I am refused with …" looked at it. {self.refusal}')
