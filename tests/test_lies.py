"""Every Then, seen red: against a store that lies, or after steps that made it untrue.

All lies are told in one run, a scenario for each: the proxy changes its lie with each bucket that is created.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from behave.runner_util import load_step_modules
from behave.step_registry import registry

import environment
from journeys.demo.seaweedfs import SeaweedFS
from journeys.journal import Journal
from journeys.settings import ROOT
from tests import inside_lies, login_lies
from tests.cloud_lies import STORIES
from tests.conftest import Journeys
from tests.faulty import (
    Answer,
    Fault,
    FaultyProxy,
    Features,
    Request,
    Store,
    corrupted,
    first,
    late,
    only,
    pretended,
    refused,
    replaced,
    shortened,
    truncated,
)
from tests.kubernetes_lies import STORIES as KUBERNETES_STORIES
from tests.lying import every_list
from tests.web_lies import STORIES as WEB_STORIES


@dataclass(frozen=True)
class Lie:
    """A scenario of `steps` (after a bucket was made) whose last one has to fail, saying what `shows` matches."""

    title: str
    steps: str
    shows: str
    faults: dict[str, Fault] = field(default_factory=dict)
    too_slow: bool = False

    @property
    def last_step(self) -> str:
        """The text of the last step, without its keyword."""
        return self.steps.splitlines()[-1].split(maxsplit=1)[1]


def entry(key: str) -> bytes:
    """A regular expression for a key in a listing."""
    return rb"<Contents>(?:(?!</Contents>).)*<Key>" + key.encode() + rb"</Key>.*?</Contents>"


def folders_once(request: Request, store: Store) -> Answer:
    """Shows folders on the first page only."""
    answer = store(request)
    if "continuation-token" not in request.query:
        return answer
    return replace(answer, body=re.sub(rb"<CommonPrefixes>.*?</CommonPrefixes>", b"", answer.body, flags=re.DOTALL))


PHANTOM = rb"<Contents><Key>phantom.txt</Key><Size>3</Size></Contents></ListBucketResult>"
NO_BUCKETS = replaced(rb"<Buckets>.*</Buckets>", b"<Buckets></Buckets>")


LIES = [
    # --- the bucket is listed among my buckets
    Lie(
        "A bucket is created but not listed",
        "Then the bucket is listed among my buckets",
        r"Expected journeys-\S+ among my buckets, but it is none of the 0 listed",
        {"ListBuckets": NO_BUCKETS},
    ),
    Lie(
        "A bucket is said to be created and is not",
        "Then the bucket is listed among my buckets",
        r"Expected journeys-\S+ among my buckets, but",
        {"CreateBucket": pretended(200)},
    ),
    # --- the bucket is gone
    Lie(
        "A bucket is said to be removed and is not",
        "When I remove the bucket\nThen the bucket is gone",
        r"Expected journeys-\S+ to be gone, but it is still listed",
        {"DeleteBucket": first(1, pretended(204))},
    ),
    Lie(
        "A removed bucket is listed no more but still works",
        "When I remove the bucket\nThen the bucket is gone",
        r"Expected journeys-\S+ to be gone, but its objects can still be listed",
        {"DeleteBucket": first(1, pretended(204)), "ListBuckets": NO_BUCKETS},
    ),
    Lie(
        "A removed bucket answers with another error than that it is gone",
        "When I remove the bucket\nThen the bucket is gone",
        r"Expected s3\.ListObjectsV2 of journeys-\S+ to succeed, but the server answered 403 AccessDenied",
        {"ListObjectsV2": refused(403, "AccessDenied")},
    ),
    # --- "…" reads back unchanged
    Lie(
        "An object comes back with one bit changed",
        'And an object "a.txt"\nThen "a.txt" reads back unchanged',
        r"Expected journeys-\S+/a\.txt to read back unchanged, but got 1024 bytes, but other ones from byte 512 on",
        {"GetObject": corrupted},
    ),
    Lie(
        "An object comes back shorter than it was",
        'And an object "a.txt"\nThen "a.txt" reads back unchanged',
        r"Expected journeys-\S+/a\.txt to read back unchanged, but got 512 bytes instead of 1024",
        {"GetObject": shortened},
    ),
    Lie(
        "An object comes back empty",
        'And an object "a.txt"\nThen "a.txt" reads back unchanged',
        r"but got 0 bytes instead of 1024",
        {"GetObject": replaced(rb".+", b"")},
    ),
    Lie(
        "An object stops in the middle",
        'And an object "a.txt"\nThen "a.txt" reads back unchanged',
        r"Expected s3\.GetObject of journeys-\S+/a\.txt to succeed, but its answer was not whole",
        {"GetObject": truncated},
    ),
    Lie(
        "An object is said to be stored and is not",
        'And an object "a.txt"\nThen "a.txt" reads back unchanged',
        r"the server answered 404 NoSuchKey",
        {"PutObject": pretended(200)},
    ),
    Lie(
        "An object keeps its old content when it is stored again",
        'When I store an object as "a.txt"\nAnd I store a 3 KiB object as "a.txt"\nThen "a.txt" reads back unchanged',
        r"but got 1024 bytes instead of 3072",
        {"PutObject": only(lambda request: len(request.body) == 3072, pretended(200))},
    ),
    Lie(
        "A file uploaded in parts comes back with one bit changed",
        'When I upload a 6 MiB file as "big.tar"\nThen "big.tar" reads back unchanged',
        r"but got 6291456 bytes, but other ones from byte 3145728 on",
        {"GetObject": corrupted},
    ),
    Lie(
        "An object that nobody stored",
        'Then "a.txt" reads back unchanged',
        r"Nothing was stored as 'a\.txt'",
    ),
    # --- every object reads back unchanged
    Lie(
        "One of many comes back changed",
        "When I store 3 objects\nThen every object reads back unchanged",
        r"/object-00002 to read back unchanged, but got 1024 bytes, but other ones",
        {"GetObject": only(lambda request: request.key == "object-00002", corrupted)},
    ),
    Lie(
        "The last of many was not stored",
        "When I store 3 objects\nThen every object reads back unchanged",
        r"GetObject of \S+/object-00003 to succeed, but the server answered 404 NoSuchKey",
        {"PutObject": only(lambda request: request.key == "object-00003", pretended(200))},
    ),
    Lie(
        "One of many comes back the other way round",
        "When I store 3 objects\nThen every object reads back unchanged",
        r"/object-00003 to read back unchanged, but got 1024 bytes, but other ones from byte \d+ on",
        {"GetObject": lambda request, store: _reversed(request, store)},
    ),
    Lie(
        "None of many",
        "Then every object reads back unchanged",
        r"Nothing is stored: ",
    ),
    # --- the bucket lists exactly "…"
    Lie(
        "An object is missing from the listing",
        'And an object "a.txt"\nThen the bucket lists exactly "a.txt"',
        r"Expected journeys-\S+ to list 'a\.txt' \(1024 B\), but it lists nothing",
        {"ListObjectsV2": replaced(entry("a.txt"), b"")},
    ),
    Lie(
        "The listing holds an object that nobody stored",
        'And an object "a.txt"\nThen the bucket lists exactly "a.txt"',
        r"but it lists 'a\.txt' \(1024 B\), 'phantom\.txt' \(3 B\)",
        {"ListObjectsV2": replaced(rb"</ListBucketResult>", PHANTOM)},
    ),
    Lie(
        "The listing has a wrong size",
        'And an object "a.txt"\nThen the bucket lists exactly "a.txt"',
        r"to list 'a\.txt' \(1024 B\), but it lists 'a\.txt' \(1025 B\)",
        {"ListObjectsV2": replaced(rb"<Size>1024</Size>", b"<Size>1025</Size>")},
    ),
    Lie(
        "The listing has another name",
        'And an object "a.txt"\nThen the bucket lists exactly "a.txt"',
        r"to list 'a\.txt' \(1024 B\), but it lists 'A\.txt' \(1024 B\)",
        {"ListObjectsV2": replaced(rb"<Key>a.txt</Key>", b"<Key>A.txt</Key>")},
    ),
    Lie(
        "The listing has an object twice",
        'And an object "a.txt"\nThen the bucket lists exactly "a.txt"',
        r"a\.txt.*(twice|a\.txt.*a\.txt)",
        {"ListObjectsV2": lambda request, store: _doubled(request, store)},
    ),
    Lie(
        "The bucket holds another object too",
        'And an object "a.txt"\nAnd an object "b.txt"\nThen the bucket lists exactly "a.txt"',
        r"but it lists 'a\.txt' \(1024 B\), 'b\.txt' \(1024 B\)",
    ),
    # --- the bucket lists exactly what I stored
    Lie(
        "One of many is missing from the listing",
        "When I store 7 objects\nThen the bucket lists exactly what I stored",
        r"to list 'object-00001' .*, 2 more, but it lists .*, 1 more",
        {"ListObjectsV2": replaced(entry("object-00007"), b"")},
    ),
    Lie(
        "A deleted object stays in the listing",
        'When I store 2 objects\nAnd I delete "object-00001"\nThen the bucket lists exactly what I stored',
        r"to list 'object-00002' \(1024 B\), but it lists 'object-00001' \(1024 B\), 'object-00002' \(1024 B\)",
        {"DeleteObject": pretended(204)},
    ),
    # --- the bucket is empty
    Lie(
        "A deletion is not carried out",
        'And an object "a.txt"\nWhen I delete "a.txt"\nThen the bucket is empty',
        r"Expected journeys-\S+ to list nothing, but it lists 'a\.txt' \(1024 B\)",
        {"DeleteObject": pretended(204)},
    ),
    Lie(
        "Many deletions are not carried out",
        "When I store 7 objects\nAnd I delete every object at once\nThen the bucket is empty",
        r"Expected journeys-\S+ to list nothing, but it lists 'object-00001' .*, 2 more",
        {"DeleteObjects": first(1, pretended(200, b"<DeleteResult></DeleteResult>"))},
    ),
    Lie(
        "A bucket that is not empty",
        'And an object "a.txt"\nThen the bucket is empty',
        r"to list nothing, but it lists 'a\.txt' \(1024 B\)",
    ),
    Lie(
        "A bucket whose listing is refused",
        "Then the bucket is empty",
        r"ListObjectsV2 of journeys-\S+ to succeed, but the server answered 403 AccessDenied .*request id fake-4711",
        {"ListObjectsV2": refused(403, "AccessDenied")},
    ),
    # --- I am refused with "…"
    Lie(
        "What should be refused is allowed",
        'And an object "a.txt"\nWhen I delete "a.txt"\nAnd I try to read "a.txt"\nThen I am refused with "NoSuchKey"',
        r"Expected a refusal with 'NoSuchKey', but what was tried was allowed",
        {"DeleteObject": pretended(204)},
    ),
    Lie(
        "A bucket that is not empty is removed all the same",
        'And an object "a.txt"\nWhen I try to remove the bucket\nThen I am refused with "BucketNotEmpty"',
        r"Expected a refusal with 'BucketNotEmpty', but what was tried was allowed",
        {"DeleteBucket": first(1, pretended(204))},
    ),
    Lie(
        "A refusal has another name",
        'When I try to read "a.txt"\nThen I am refused with "NoSuchKey"',
        r"Expected a refusal with 'NoSuchKey', but it came with another\. .* answered 403 AccessDenied .*fake-4711",
        {"GetObject": refused(403, "AccessDenied")},
    ),
    Lie(
        "A refusal that nobody provoked",
        'Then I am refused with "NoSuchKey"',
        r"Nothing was tried: ",
    ),
    Lie(
        "A refusal that was looked at already",
        'When I try to read "a.txt"\nThen I am refused with "NoSuchKey"\nAnd I am refused with "NoSuchKey"',
        r"Expected a refusal with 'NoSuchKey', but",
    ),
    # --- a refusal that no Then looks at: the last step fails, whichever it is
    Lie(
        "A refusal that nobody looks at",
        'When I try to read "a.txt"\nThen the bucket is empty',
        r"A refusal was met, and no .* looked at it\. .* answered 404 NoSuchKey",
    ),
    Lie(
        "A refusal at the very end",
        'When I try to read "a.txt"',
        r"A refusal was met, and no .* looked at it\. .* answered 404 NoSuchKey",
    ),
    Lie(
        "A refusal that a second try covers up",
        'When I try to read "a.txt"\nAnd I try to read "b.txt"\nThen I am refused with "NoSuchKey"',
        r"A refusal was met, and no .* looked at it\. .*a\.txt",
    ),
    Lie(
        "A server that is broken does not refuse",
        'When I try to read "a.txt"',
        r"GetObject of \S+/a\.txt to succeed, but the server answered 500 InternalError",
        {"GetObject": refused(500, "InternalError")},
    ),
    # --- … % of the … finish within …
    Lie(
        "Reads that are too slow",
        'And an object "a.txt"\nWhen I try to read "a.txt"\nThen 100 % of the reads finish within 100 ms',
        r"Expected 100% of the 1 calls of s3\.GetObject to finish within 100 ms, but 0 did; the slowest took",
        {"GetObject": late(0.15)},
        too_slow=True,
    ),
    Lie(
        "Writes of which too many are too slow",
        "When I store 4 objects\nThen 75 % of the writes finish within 2 s",
        r"Expected 75% of the 4 calls of s3\.PutObject to finish within 2 s, but 2 did; the slowest took 2\.\d+ s",
        {"PutObject": first(2, late(2))},
        too_slow=True,
    ),
    Lie(
        "Listings that are too slow",
        "Then the bucket is empty\nAnd 100 % of the listings finish within 0.001 ms",
        r"calls of s3\.ListObjectsV2 to finish within 0\.001 ms, but 0 did",
        too_slow=True,
    ),
    Lie(
        "Deletions that are too slow",
        'And an object "a.txt"\nWhen I delete "a.txt"\nThen 100 % of the deletions finish within 0.001 ms',
        r"calls of s3\.DeleteObject to finish within 0\.001 ms, but 0 did",
        too_slow=True,
    ),
    # --- the … run at … per second at least
    Lie(
        "Uploads that are too slow",
        'When I store a 64 KiB object as "a.txt"\nThen the uploads run at 50 KiB per second at least',
        r"Expected the uploads to run at 50 KiB per second at least, but they ran at .*: 65536 bytes in [12]\.\d+ s",
        {"PutObject": late(1.5)},
        too_slow=True,
    ),
    Lie(
        "Downloads that are too slow",
        'And an object "a.txt"\nWhen I try to read "a.txt"\nThen the downloads run at 100 GB per second at least',
        r"Expected the downloads to run at 93\.1 GiB per second at least, but they ran at .*: 1024 bytes in",
        too_slow=True,
    ),
    Lie(
        "Speed of downloads that were not made",
        "Then the downloads run at 1 B per second at least",
        r"The scenario made no downloads",
    ),
    # --- groups of names
    Lie(
        "Folders are missing from the second page on",
        'And the objects "a/1", "b/1" and "c/1"\n'
        'Then the bucket shows, grouped at "/" and in pages of 1, exactly "a/", "b/" and "c/"',
        r"Expected \S+ to list 'a/', 'b/', 'c/', but it lists 'a/': 'b/' \(and 1 more\) is missing",
        {"ListObjectsV2": folders_once},
    ),
    # --- the service
    Lie(
        "A connection that is too slow",
        "When I connect to the service\nThen the connection is made within 0.001 ms",
        r"Expected a connection within 0\.001 ms, but it took longer: resolve .*, connect ",
    ),
    Lie(
        "A certificate that there is not",
        "When I connect to the service\nThen the certificate is valid for at least 21 days",
        r"The endpoint has no certificate",
    ),
    Lie(
        "A certificate that there is not never expires",
        "When I connect to the service\nThen the certificate is not about to expire",
        r"The endpoint has no certificate",
    ),
    Lie(
        "Speed of what was never done",
        "Then 95 % of the reads finish within 60 seconds",
        r"The scenario made no call of s3\.GetObject",
    ),
]


def _reversed(request: Request, store: Store) -> Answer:
    answer = store(request)
    return replace(answer, body=answer.body[::-1]) if request.key == "object-00003" else answer


def _doubled(request: Request, store: Store) -> Answer:
    answer = store(request)
    found = re.search(entry("a.txt"), answer.body, re.DOTALL)
    assert found
    return replace(answer, body=answer.body.replace(found[0], found[0] * 2))


@dataclass(frozen=True)
class Told:
    """What came of one scenario: of all its steps, and the sentence of the one that failed."""

    statuses: list[str]
    message: str | None


class Suite:
    """A run of a scenario for each of the lies, without a gateway, and its journal."""

    def __init__(self, directory: Path, store: SeaweedFS, endpoint_url: str, lies: list[Lie]):
        scenarios = [self._scenario(lie) for lie in lies]
        features = Features(directory, lies="Feature: Lies\n" + "\n".join(scenarios))
        journeys = Journeys(
            "lies",
            "",
            {
                "PATH": os.environ["PATH"],
                "AWS_ENDPOINT_URL_S3": endpoint_url,
                "AWS_ACCESS_KEY_ID": store.access_key,
                "AWS_SECRET_ACCESS_KEY": store.secret_key,
                "AWS_MAX_ATTEMPTS": "1",
                "JOURNEYS_TARGET": "lies",
                "JOURNEYS_SUITE": "lies",
                "JOURNEYS_STATE_DIR": str(directory / "state"),
                "JOURNEYS_OBJECT_SIZE": "1KiB",
            },
        )
        self.result = journeys.run("--no-push", "-f", "progress", features.path)
        (file,) = (directory / "state").glob("*.sqlite")
        self.journal = Journal(file)

    def told(self, lie: Lie) -> Told:
        ((number, message),) = self.journal.rows("SELECT id, message FROM scenarios WHERE title = ?", lie.title)
        steps = self.journal.rows("SELECT status FROM steps WHERE scenario = ? ORDER BY id", number)
        return Told([status for (status,) in steps], message)

    @staticmethod
    def _scenario(lie: Lie) -> str:
        steps = ["Given an empty bucket", *lie.steps.splitlines()]
        return "\n    ".join([f"\n  Scenario: {lie.title}", *steps])


@pytest.fixture(scope="module")
def lied_to(store: SeaweedFS, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Suite]:
    """The run in which every lie was told."""
    turns = iter(LIES)

    def next_lie(request: Request, real: Store) -> Answer:
        faults = next(turns).faults
        proxy.faults = faults | {"CreateBucket": next_lie}
        return faults["CreateBucket"](request, real) if "CreateBucket" in faults else real(request)

    with FaultyProxy(store.endpoint_url, CreateBucket=next_lie) as proxy:
        yield Suite(tmp_path_factory.mktemp("lies"), store, proxy.url, LIES)


@pytest.mark.parametrize("lie", LIES, ids=[lie.title for lie in LIES])
def test_a_lie_is_noticed(lied_to: Suite, lie: Lie) -> None:
    told = lied_to.told(lie)
    assert set(told.statuses[:-1]) <= {"passed"}
    assert told.statuses[-1] == ("missed" if lie.too_slow else "failed"), told
    assert re.search(lie.shows, told.message or ""), told.message


def test_the_verdict_on_a_store_that_lies_is_broken(lied_to: Suite) -> None:
    assert lied_to.result.returncode == 1
    assert "Traceback" not in lied_to.result.stdout


def test_what_a_lying_store_was_asked_to_keep_is_removed(lied_to: Suite, s3) -> None:
    owned = lied_to.journal.rows("SELECT name FROM owned")
    assert len(owned) == len(LIES)
    assert not {name for (name,) in owned} & {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}


def test_an_honest_store_is_believed(store: SeaweedFS, tmp_path: Path) -> None:
    """What turned the scenarios red was the lie. How fast the store is, is for the machine to say."""
    lies = [lie for lie in LIES if lie.faults and "I try to" not in lie.last_step and not lie.too_slow]
    honest = Suite(tmp_path, store, store.endpoint_url, lies)
    for lie in lies:
        assert set(honest.told(lie).statuses) == {"passed"}, lie.title


def test_every_then_was_seen_red() -> None:
    """Here, or by a shipped scenario that caught a lie."""
    assert environment  # which registers the placeholders' types
    load_step_modules([str(ROOT / "features" / "steps")])
    thens = [*registry.steps["then"], *registry.steps["step"]]
    assert len(thens) >= 9
    lies = [
        *LIES,
        *every_list(),
        *STORIES,
        *WEB_STORIES,
        *KUBERNETES_STORIES,
        *login_lies.STORIES,
        *inside_lies.STORIES,
    ]
    never = [then.pattern for then in thens if not any(then.match(lie.last_step) for lie in lies)]
    assert not never, f"No lie shows that these can fail: {never}"
