"""The seam: every call is written down once, with what it took and why it failed, and the SDK still works."""

import http.client
import os
import secrets
import socket
import ssl
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from sqlite3 import Row
from typing import Any, Self

import pytest
from boto3.s3.transfer import TransferConfig
from botocore import exceptions

from journeys import payload
from journeys.aws.clients import Clients
from journeys.clock import DeadlinePassed, deadline
from journeys.demo.process import free_port
from journeys.demo.seaweedfs import SeaweedFS
from journeys.failures import CallFailed, SuiteError
from journeys.journal import Journal
from journeys.recorder import PROBE, WAIT, Recorder
from journeys.settings import Settings
from tests.faulty import certificate

HALF = 2**15
PARTS = TransferConfig(
    multipart_threshold=5 * 2**20, multipart_chunksize=5 * 2**20, preferred_transfer_client="classic"
)


@dataclass
class Measured:
    """A client as journeys have it, and what was written down of its calls."""

    client: Any
    recorder: Recorder
    clients: Clients
    before: int = 0

    def begin_anew(self) -> None:
        """Forgets the calls so far, and is in the second step of a scenario, with no connection open yet."""
        self.recorder.settle()
        self.client.close()  # the server may be about to close the one that the last test left
        (row,) = self.recorder.journal.rows("SELECT max(id) AS latest FROM calls")
        self.before = row["latest"] or 0
        self.recorder.run, self.recorder.scenario, self.recorder.step, self.recorder.purpose = "run", 1, 2, PROBE

    @property
    def calls(self) -> list[Row]:
        return self.recorder.journal.rows("SELECT * FROM calls WHERE id > ? ORDER BY id", self.before)

    @property
    def call(self) -> Row:
        """The only call so far."""
        (call,) = self.calls
        return call


Make = Callable[..., Measured]


@pytest.fixture(scope="module", autouse=True)
def nothing_configured() -> Iterator[None]:
    """The AWS configuration of whoever runs the tests is not for them."""
    with pytest.MonkeyPatch.context() as environment:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            environment.delenv(name)
        environment.setenv("AWS_CONFIG_FILE", os.devnull)
        environment.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
        yield


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Make]:
    """Gives a client for an endpoint; settings that are not given: no retries, short timeouts.

    Making one takes longer than most of the tests, so they share those of the same settings.
    """
    journal = Journal(tmp_path_factory.mktemp("seam") / "journal.sqlite")
    journal.run_began("run", time.time())
    made: dict[tuple, Measured] = {}

    def make(endpoint: str, **changes: Any) -> Measured:
        key = (endpoint, *changes.items())
        if key not in made:
            given = {
                "s3_endpoint_url": endpoint,
                "access_key_id": "tester",
                "secret_access_key": "s3cr3t-of-the-tester",
                "region": "us-east-1",
                "max_attempts": 1,
                "connect_timeout": 5.0,
                "read_timeout": 10.0,
            }
            settings = Settings(**given | changes)
            recorder = Recorder(journal, settings)
            clients = Clients(settings, recorder)
            made[key] = Measured(clients.s3(), recorder, clients)
        made[key].begin_anew()
        return made[key]

    yield make
    journal.close()


@pytest.fixture
def at_store(measured: Make, store: SeaweedFS) -> Measured:
    return measured(store.endpoint_url)


@pytest.fixture
def bucket(s3: Any) -> Iterator[str]:
    """A bucket of the test's own, made and removed past the seam."""
    name = f"seam-{secrets.token_hex(6)}"
    s3.create_bucket(Bucket=name)
    yield name
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=name):
        for found in page.get("Contents", ()):
            s3.delete_object(Bucket=name, Key=found["Key"])
    s3.delete_bucket(Bucket=name)


# --- a fake server, which says what a test wants it to say

Script = Callable[[BaseHTTPRequestHandler], None]


class FakeS3(ThreadingHTTPServer):
    """A fake: answers the requests one after the other as the scripts say, the last one for ever after."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, tls: Path | None = None):
        super().__init__(("127.0.0.1", 0), _FakeS3Handler)
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.server_port}"
        self.requests: list[str] = []
        self._scripts: list[Script] = []
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tls)
            self.socket = context.wrap_socket(self.socket, server_side=True)

    @contextmanager
    def saying(self, *scripts: Script) -> Iterator[Self]:
        """What it says inside the block; what still hangs at the end is let go."""
        self.requests, self._scripts, self.ended = [], list(scripts), threading.Event()
        try:
            yield self
        finally:
            self.ended.set()

    def next_script(self) -> Script:
        return self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0]

    def handle_error(self, *_: object) -> None:
        """Says nothing: clients that go away are what is tested."""

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class _FakeS3Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FakeS3

    def _answer(self) -> None:
        self.server.requests.append(f"{self.command} {self.path}")
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.next_script()(self)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _answer

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeS3]:
    with FakeS3() as server:
        yield server


def says(status: int, body: bytes = b"", **headers: str) -> Script:
    """A well-formed answer."""

    def script(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(body)

    return script


def refuses(status: int, code: str, message: str = "No.") -> Script:
    body = f"<Error><Code>{code}</Code><Message>{message}</Message><RequestId>id-of-it</RequestId></Error>"
    return says(status, body.encode(), Content_Type="application/xml")


def stops_after(sent: bytes, announced: int) -> Script:
    """Announces more than it sends, and closes the connection, as it says before."""

    def script(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Connection", "close")
        handler.send_header("Content-Length", str(announced))
        handler.end_headers()
        handler.wfile.write(sent)
        handler.close_connection = True

    return script


def hangs_after(sent: bytes, announced: int) -> Script:
    """Announces more than it sends, and keeps silent."""

    def script(handler: BaseHTTPRequestHandler) -> None:
        stops_after(sent, announced)(handler)
        handler.wfile.flush()
        handler.server.ended.wait()

    return script


def hangs(handler: BaseHTTPRequestHandler) -> None:
    """Takes the request, and keeps silent."""
    handler.server.ended.wait()


def resets(handler: BaseHTTPRequestHandler) -> None:
    """Takes the request, and resets the connection."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


def hangs_up(handler: BaseHTTPRequestHandler) -> None:
    """Takes the request, and closes the connection in order."""
    handler.close_connection = True


def speaks_no_http(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\nand more of that\r\n\r\n")
    handler.close_connection = True


# --- what is written down


def test_a_call_is_written_down_with_all_it_took(at_store: Measured, bucket: str) -> None:
    before = time.time()
    at_store.client.put_object(Bucket=bucket, Key="key", Body=b"x" * 1000)
    call = at_store.call
    assert (call["api"], call["operation"], call["subject"]) == ("s3", "s3.PutObject", f"{bucket}/key")
    assert (call["identity"], call["site"], call["purpose"]) == ("user", "primary", "probe")
    assert (call["run"], call["scenario"], call["step"]) == ("run", 1, 2)
    assert (call["outcome"], call["reason"], call["attempts"]) == ("ok", None, 1)
    assert (call["sent"], call["received"]) == (1000, 0)
    assert before <= call["started"] <= call["started"] + call["duration"] <= time.time()


def test_a_call_tells_its_identity_site_and_purpose(at_store: Measured, bucket: str) -> None:
    other = at_store.clients.s3("anonymous", "replica")
    with at_store.recorder.doing(WAIT), pytest.raises(CallFailed):
        other.list_buckets()
    at_store.client.list_buckets()
    told = [(call["identity"], call["site"], call["purpose"]) for call in at_store.calls]
    assert told == [("anonymous", "replica", "wait"), ("user", "primary", "probe")]


def test_one_client_serves_each_identity_and_site(at_store: Measured) -> None:
    assert at_store.clients.s3() is at_store.client
    assert at_store.clients.s3("anonymous") is not at_store.client


@pytest.mark.parametrize(
    ("identity", "code"),
    [
        ("anonymous", "AccessDenied"),
        ("second", "AccessDenied"),
        ("wrong-secret", "SignatureDoesNotMatch"),
        ("unknown-key", "InvalidAccessKeyId"),
    ],
)
def test_a_visitor_is_refused_by_the_name_of_what_is_wrong_with_him(
    measured: Make, store: SeaweedFS, bucket: str, identity: str, code: str
) -> None:
    second = store.others[0]
    keys = {"second_access_key_id": second.access_key, "second_secret_access_key": second.secret_key}
    visitor = measured(store.endpoint_url, **keys).clients.s3(identity)
    with pytest.raises(CallFailed) as refused:
        visitor.list_objects_v2(Bucket=bucket)
    assert (refused.value.call.code, refused.value.call.identity) == (code, identity)


def test_nobody_has_no_client(at_store: Measured) -> None:
    with pytest.raises(ValueError, match="nobody"):
        at_store.clients.s3("nobody")
    with pytest.raises(SuiteError, match="JOURNEYS_SECOND_ACCESS_KEY_ID"):
        at_store.clients.s3("second")


def test_every_page_is_a_call(at_store: Measured, bucket: str, s3: Any) -> None:
    for number in range(5):
        s3.put_object(Bucket=bucket, Key=f"{number}", Body=b"")
    pages = at_store.client.get_paginator("list_objects_v2").paginate(Bucket=bucket, PaginationConfig={"PageSize": 2})
    assert len([found for page in pages for found in page["Contents"]]) == 5
    assert [call["operation"] for call in at_store.calls] == ["s3.ListObjectsV2"] * 3
    assert all(call["received"] > 0 for call in at_store.calls)


def test_every_poll_of_a_waiter_is_a_call_and_waiters_still_understand_refusals(
    at_store: Measured, bucket: str, s3: Any
) -> None:
    waiter = at_store.client.get_waiter("object_exists")
    with pytest.raises(exceptions.WaiterError):
        waiter.wait(Bucket=bucket, Key="key", WaiterConfig={"Delay": 0, "MaxAttempts": 2})
    s3.put_object(Bucket=bucket, Key="key", Body=b"")
    waiter.wait(Bucket=bucket, Key="key", WaiterConfig={"Delay": 0, "MaxAttempts": 2})
    at_store.client.get_waiter("object_not_exists").wait(Bucket=bucket, Key="other", WaiterConfig={"Delay": 0})
    told = [(call["operation"], call["outcome"], call["reason"]) for call in at_store.calls]
    refused = ("s3.HeadObject", "failed", "not_found")
    assert told == [refused, refused, ("s3.HeadObject", "ok", None), refused]


def test_every_part_of_a_transfer_is_a_call_of_the_step_in_whatever_thread(at_store: Measured, bucket: str) -> None:
    size = 12 * 2**20
    at_store.client.upload_fileobj(payload.stream("key", size), bucket, "key", Config=PARTS)
    counts = Counter(call["operation"] for call in at_store.calls)
    assert counts == {"s3.CreateMultipartUpload": 1, "s3.UploadPart": 3, "s3.CompleteMultipartUpload": 1}
    assert sum(call["sent"] for call in at_store.calls if call["operation"] == "s3.UploadPart") == size
    assert {(call["scenario"], call["step"], call["purpose"]) for call in at_store.calls} == {(1, 2, "probe")}

    received = BytesIO()
    at_store.client.download_fileobj(bucket, "key", received, Config=PARTS)
    assert received.getvalue() == payload.content("key", size)
    reads = [call for call in at_store.calls if call["operation"] == "s3.GetObject"]
    assert len(reads) == 3
    assert sum(call["received"] for call in reads) == size
    assert {call["outcome"] for call in at_store.calls} == {"ok"}


def test_calls_in_many_threads_do_not_mix(at_store: Measured, bucket: str) -> None:
    sizes = {f"key-{number}": 100 + number for number in range(24)}

    def put_and_get(key: str) -> None:
        at_store.client.put_object(Bucket=bucket, Key=key, Body=b"x" * sizes[key])
        at_store.client.get_object(Bucket=bucket, Key=key)["Body"].read()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(put_and_get, sizes))
    sent = {call["subject"]: call["sent"] for call in at_store.calls if call["operation"] == "s3.PutObject"}
    read = {call["subject"]: call["received"] for call in at_store.calls if call["operation"] == "s3.GetObject"}
    assert sent == read == {f"{bucket}/{key}": size for key, size in sizes.items()}
    assert {call["attempts"] for call in at_store.calls} == {1}


def test_a_link_is_no_call(at_store: Measured) -> None:
    assert "Signature=" in at_store.client.generate_presigned_url("get_object", {"Bucket": "b", "Key": "k"})
    assert at_store.calls == []


def test_a_call_that_the_sdk_itself_refuses_is_none(at_store: Measured) -> None:
    with pytest.raises(exceptions.ParamValidationError):
        at_store.client.put_object(Bucket="bucket")
    with pytest.raises(exceptions.ParamValidationError):
        at_store.client.get_object(Bucket="not/a/bucket", Key="key")
    assert at_store.calls == []


# --- streamed answers

READERS = {
    "read": lambda body: body.read(),
    "read in pieces": lambda body: b"".join(iter(lambda: body.read(1000), b"")),
    "chunks": lambda body: b"".join(body.iter_chunks(1000)),
    "iteration": b"".join,
    "readinto": lambda body: _read_into(body),
    "with": lambda body: _read_inside_with(body),
    "exactly its length": lambda body: body.read(2 * HALF),
}


def _read_into(body: Any) -> bytes:
    buffer, read = bytearray(1000), b""
    while count := body.readinto(buffer):
        read += buffer[:count]
    return read


def _read_inside_with(body: Any) -> bytes:
    with body as stream:
        return stream.read()


@pytest.mark.parametrize("reader", READERS)
def test_a_read_is_one_call_with_all_its_bytes(measured: Make, fake: FakeS3, reader: str) -> None:
    content = payload.content("key", 2 * HALF)
    with fake.saying(says(200, content)) as server:
        at_fake = measured(server.url)
        body = at_fake.client.get_object(Bucket="b", Key="k")["Body"]
        assert at_fake.calls == [], "it has not ended yet"
        assert READERS[reader](body) == content
        call = at_fake.call
        body.close()
        at_fake.recorder.settle()
    assert at_fake.call == call
    assert (call["operation"], call["outcome"], call["received"]) == ("s3.GetObject", "ok", 2 * HALF)


@pytest.mark.parametrize("read", [lambda body: body.read(), _read_into], ids=["read", "readinto"])
def test_an_empty_answer_ends_when_it_is_read(measured: Make, fake: FakeS3, read: Callable[[Any], bytes]) -> None:
    with fake.saying(says(200)) as server:
        at_fake = measured(server.url)
        assert read(at_fake.client.get_object(Bucket="b", Key="k")["Body"]) == b""
        assert (at_fake.call["outcome"], at_fake.call["received"]) == ("ok", 0)


def test_a_call_lasts_until_the_last_byte_of_its_answer(measured: Make, fake: FakeS3) -> None:
    second_half = threading.Event()

    def in_halves(handler: BaseHTTPRequestHandler) -> None:
        stops_after(b"1" * HALF, 2 * HALF)(handler)
        second_half.wait(10)
        handler.wfile.write(b"2" * HALF)

    with fake.saying(in_halves) as server:
        at_fake = measured(server.url)
        body = at_fake.client.get_object(Bucket="b", Key="k")["Body"]
        assert body.read(HALF) == b"1" * HALF
        assert at_fake.calls == []
        waited = time.perf_counter()
        threading.Timer(0.2, second_half.set).start()
        assert body.read() == b"2" * HALF
        waited = time.perf_counter() - waited
    assert at_fake.call["duration"] >= waited >= 0.19
    assert at_fake.call["received"] == 2 * HALF


def test_an_answer_that_is_closed_early_ends_there(measured: Make, fake: FakeS3) -> None:
    with fake.saying(says(200, b"x" * 2 * HALF)) as server:
        at_fake = measured(server.url)
        body = at_fake.client.get_object(Bucket="b", Key="k")["Body"]
        body.read(10)
        body.close()
        body.close()
    assert (at_fake.call["outcome"], at_fake.call["received"]) == ("ok", 10)


def test_an_answer_that_nobody_reads_ends_with_the_scenario(measured: Make, fake: FakeS3) -> None:
    with fake.saying(says(200, b"x" * HALF)) as server:
        at_fake = measured(server.url)
        at_fake.client.get_object(Bucket="b", Key="k")
        assert at_fake.calls == []
        at_fake.recorder.settle()
        at_fake.recorder.settle()
    assert (at_fake.call["outcome"], at_fake.call["received"]) == ("ok", 0)


def test_a_call_belongs_to_the_step_that_made_it_wherever_it_ends(measured: Make, fake: FakeS3) -> None:
    with fake.saying(says(200, b"x" * HALF)) as server:
        at_fake = measured(server.url)
        body = at_fake.client.get_object(Bucket="b", Key="k")["Body"]
        at_fake.recorder.step, at_fake.recorder.purpose = 3, WAIT
        body.read()
    assert (at_fake.call["step"], at_fake.call["purpose"]) == (2, "probe")


CUT_OFF = stops_after(b"x" * HALF, 2 * HALF)
SILENT = hangs_after(b"x" * HALF, 2 * HALF)
CUT_OFF_KINDS = (exceptions.IncompleteReadError, exceptions.ResponseStreamingError)


@pytest.mark.parametrize(
    ("script", "reason", "reader"),
    [
        (CUT_OFF, "connect", "read"),
        (CUT_OFF, "connect", "read in pieces"),
        (CUT_OFF, "connect", "readinto"),
        (SILENT, "timeout", "read"),
        (SILENT, "timeout", "read in pieces"),
        (SILENT, "timeout", "readinto"),
    ],
    ids=["cut off-read", "cut off-pieces", "cut off-readinto", "silent-read", "silent-pieces", "silent-readinto"],
)
def test_an_answer_that_breaks_half_way_is_one_failed_call(
    measured: Make, fake: FakeS3, script: Script, reason: str, reader: str
) -> None:
    with fake.saying(script) as server:
        at_fake = measured(server.url, read_timeout=0.3)
        body = at_fake.client.get_object(Bucket="b", Key="k")["Body"]
        with pytest.raises(exceptions.ReadTimeoutError if script is SILENT else CUT_OFF_KINDS) as raised:
            READERS[reader](body)
        body.close()
        at_fake.recorder.settle()
    assert isinstance(raised.value, AssertionError)
    assert (at_fake.call["outcome"], at_fake.call["reason"]) == ("failed", reason)


def test_a_transfer_still_repeats_a_read_that_broke(measured: Make, fake: FakeS3) -> None:
    content = payload.content("key", 2 * HALF)
    with fake.saying(stops_after(content[:HALF], 2 * HALF), says(200, content)) as server:
        at_fake = measured(server.url)
        received = BytesIO()
        at_fake.client.download_fileobj("b", "k", received, Config=PARTS)
    assert received.getvalue() == content
    told = [(call["operation"], call["outcome"]) for call in at_fake.calls if call["operation"] != "s3.HeadObject"]
    assert told == [("s3.GetObject", "failed"), ("s3.GetObject", "ok")]


def test_a_wrong_checksum_is_a_failed_call(measured: Make, fake: FakeS3) -> None:
    with fake.saying(says(200, b"x" * HALF, x_amz_checksum_crc32="AAAAAA==")) as server:
        at_fake = measured(server.url, response_checksums="when_supported")
        body = at_fake.client.get_object(Bucket="b", Key="k")["Body"]
        with pytest.raises(exceptions.FlexibleChecksumError) as raised:
            body.read()
    assert isinstance(raised.value, AssertionError)
    assert (at_fake.call["outcome"], at_fake.call["reason"]) == ("failed", "integrity")


# --- failures keep their class, and say what happened


def test_a_refusal_is_the_sdks_own_error_and_one_sentence(at_store: Measured, bucket: str) -> None:
    with pytest.raises(at_store.client.exceptions.NoSuchKey) as raised:
        at_store.client.get_object(Bucket=bucket, Key="nothing")
    error = raised.value
    assert isinstance(error, exceptions.ClientError)
    assert isinstance(error, AssertionError)
    assert error.response["Error"]["Code"] == "NoSuchKey"
    assert error.operation_name == "GetObject"
    assert str(error).startswith(f"Expected s3.GetObject of {bucket}/nothing to succeed, but the server answered 404")
    assert "\n" not in str(error)
    assert (at_store.call["outcome"], at_store.call["reason"]) == ("failed", "not_found")
    assert (at_store.call["code"], at_store.call["status"]) == ("NoSuchKey", 404)
    assert at_store.call["request_id"]
    assert at_store.call["request_id"] in str(error)


def test_an_expected_refusal_is_marked(at_store: Measured, bucket: str) -> None:
    with pytest.raises(CallFailed) as raised:
        at_store.client.get_object(Bucket=bucket, Key="nothing")
    assert at_store.call["expected"] == 0
    at_store.recorder.expected(raised.value)
    assert at_store.call["expected"] == 1


def failing(at_fake: Measured) -> CallFailed:
    """The error of a call that has to fail; that it is told and written down once is looked at here."""
    with pytest.raises((exceptions.ClientError, exceptions.BotoCoreError, CallFailed)) as raised:
        at_fake.client.list_buckets()
    error, call = raised.value, at_fake.call
    assert isinstance(error, CallFailed), f"{error!r} came past the seam"
    assert isinstance(error, (exceptions.ClientError, exceptions.BotoCoreError))
    assert (call["id"], call["outcome"], call["operation"]) == (error.id, "failed", "s3.ListBuckets")
    assert error.call.reason == call["reason"]
    assert str(error).startswith("Expected s3.ListBuckets to succeed, but ")
    assert "\n" not in str(error)
    return error


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (refuses(503, "SlowDown"), "throttled"),
        (refuses(429, "Whatever"), "throttled"),
        (refuses(403, "AccessDenied"), "auth"),
        (refuses(403, "SignatureDoesNotMatch"), "auth"),
        (refuses(401, "Unauthorized"), "auth"),
        (refuses(400, "ExpiredToken"), "auth"),
        (refuses(404, "NoSuchBucket"), "not_found"),
        (refuses(400, "InvalidRequest"), "client_error"),
        (refuses(409, "BucketNotEmpty"), "client_error"),
        (refuses(411, "MissingContentLength"), "client_error"),
        (refuses(403, "QuotaExceeded"), "quota"),
        (refuses(507, "XMinioStorageFull"), "quota"),
        (refuses(400, "VolumeLimitExceeded"), "quota"),
        (refuses(400, "BadDigest"), "integrity"),
        (refuses(400, "RequestTimeout"), "timeout"),
        (refuses(500, "InternalError"), "server_error"),
        (refuses(501, "NotImplemented"), "server_error"),
        (refuses(503, "ServiceUnavailable"), "server_error"),
        (says(502, b"<html>Bad Gateway</html>"), "server_error"),
        (says(403, b"<html>Forbidden</html>"), "auth"),
        (says(404), "not_found"),
        (says(500), "server_error"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_reason_of_a_refusal(measured: Make, fake: FakeS3, script: Script, reason: str) -> None:
    with fake.saying(script) as server:
        error = failing(measured(server.url))
    assert error.call.reason == reason
    assert error.call.status
    assert isinstance(error, exceptions.ClientError)


@pytest.mark.parametrize(
    ("script", "reason", "kind"),
    [
        (resets, "connect", exceptions.HTTPClientError),
        (hangs_up, "connect", exceptions.ConnectionClosedError),
        (hangs, "timeout", exceptions.ReadTimeoutError),
        (hangs_after(b"<x", 1000), "timeout", Exception),
        (stops_after(b"<x", 1000), "connect", Exception),
        (speaks_no_http, "server_error", exceptions.HTTPClientError),
        (says(200, b"<ListAllMyBucketsResult><Buckets><oops"), "server_error", Exception),
        (says(200, b"what is this"), "server_error", Exception),
    ],
    ids=["reset", "closed", "silent", "silent in the answer", "cut off", "no HTTP", "broken XML", "no XML"],
)
def test_the_reason_of_a_missing_answer(
    measured: Make, fake: FakeS3, script: Script, reason: str, kind: type[Exception]
) -> None:
    with fake.saying(script) as server:
        error = failing(measured(server.url, read_timeout=0.3))
    assert error.call.reason == reason
    assert isinstance(error, kind)
    assert error.call.attempts == 1


def test_the_reason_of_an_error_that_comes_with_a_good_status(measured: Make, fake: FakeS3) -> None:
    """S3 may answer 200 and tell only in the body that it failed."""
    with fake.saying(refuses(200, "InternalError")) as server:
        at_fake = measured(server.url)
        with pytest.raises(exceptions.ClientError) as raised:
            at_fake.client.complete_multipart_upload(
                Bucket="b", Key="k", UploadId="u", MultipartUpload={"Parts": [{"ETag": "e", "PartNumber": 1}]}
            )
    assert isinstance(raised.value, CallFailed)
    assert (at_fake.call["outcome"], at_fake.call["reason"]) == ("failed", "server_error")


def test_the_reason_of_a_refused_connection(measured: Make) -> None:
    error = failing(measured(f"http://127.0.0.1:{free_port()}"))
    assert error.call.reason == "connect"
    assert isinstance(error, exceptions.EndpointConnectionError)
    assert error.undone


def test_the_reason_of_a_name_that_does_not_resolve(measured: Make) -> None:
    error = failing(measured("http://host.invalid:9000"))
    assert error.call.reason == "dns"
    assert isinstance(error, exceptions.EndpointConnectionError)
    assert "host.invalid" in str(error)
    assert error.undone


def test_the_reason_of_a_connection_that_takes_too_long(measured: Make) -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]  # fill its queue, so that the next one has to wait for ever
        for each in waiting:
            each.setblocking(False)
            with suppress(BlockingIOError):
                each.connect(full.getsockname())
        error = failing(measured(f"http://127.0.0.1:{full.getsockname()[1]}", connect_timeout=0.3))
        for each in waiting:
            each.close()
    assert error.call.reason == "timeout"
    assert isinstance(error, exceptions.ConnectTimeoutError)
    assert error.undone


def test_the_reason_of_a_server_without_tls(measured: Make, fake: FakeS3) -> None:
    with fake.saying(says(200)) as server:
        error = failing(measured(server.url.replace("http:", "https:")))
    assert error.call.reason == "tls"
    assert isinstance(error, exceptions.SSLError)


def test_the_reason_of_a_certificate_that_nobody_trusts(measured: Make, tmp_path: Path) -> None:
    with FakeS3(certificate(tmp_path)) as server, server.saying(says(200)):
        error = failing(measured(server.url))
        assert server.requests == []
    assert error.call.reason == "tls"
    assert isinstance(error, exceptions.SSLError)
    assert error.undone


# --- retries


def test_retries_are_counted(measured: Make, fake: FakeS3) -> None:
    with fake.saying(refuses(500, "InternalError"), says(200)) as server:
        at_fake = measured(server.url, max_attempts=2)
        at_fake.client.put_object(Bucket="b", Key="k", Body=b"x" * 100)
    assert (at_fake.call["outcome"], at_fake.call["attempts"], at_fake.call["sent"]) == ("ok", 2, 200)


@pytest.mark.parametrize(
    ("scripts", "undone"),
    [
        ([refuses(403, "AccessDenied")], True),
        ([refuses(400, "InvalidRequest")], True),
        ([refuses(500, "InternalError")], False),
        ([hangs_up], False),
        ([hangs_up, refuses(403, "AccessDenied")], False),
    ],
    ids=["refused", "wrong", "server error", "no answer", "no answer, then refused"],
)
def test_what_surely_had_no_effect_is_known(measured: Make, fake: FakeS3, scripts: list[Script], undone: bool) -> None:
    with fake.saying(*scripts) as server:
        at_fake = measured(server.url, max_attempts=len(scripts))
        with pytest.raises(CallFailed) as raised:
            at_fake.client.create_bucket(Bucket="bucket")
    assert raised.value.undone is undone
    assert at_fake.call["attempts"] == len(scripts)


# --- ends that are ours


def test_an_interrupt_ends_a_call_as_aborted(measured: Make, fake: FakeS3) -> None:
    def interrupt(**_: Any) -> None:
        raise KeyboardInterrupt

    with fake.saying(says(200)) as server:
        at_fake = measured(server.url, connect_timeout=4.0)  # a client of its own, to be spoilt
        at_fake.client.meta.events.register_last("before-send", interrupt)
        with pytest.raises(KeyboardInterrupt):
            at_fake.client.list_buckets()
    assert (at_fake.call["outcome"], at_fake.call["reason"]) == ("aborted", None)


def test_an_interrupt_while_an_answer_is_read_ends_the_call_as_aborted(
    measured: Make, fake: FakeS3, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fake.saying(says(200, b"x" * 2 * HALF)) as server:
        at_fake = measured(server.url)
        body = at_fake.client.get_object(Bucket="b", Key="k")["Body"]
        body.read(10)

        def interrupt(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(http.client.HTTPResponse, "read", interrupt)
        monkeypatch.setattr(http.client.HTTPResponse, "read1", interrupt)
        with pytest.raises(KeyboardInterrupt):
            body.read()
        body.close()
    assert (at_fake.call["outcome"], at_fake.call["received"]) == ("aborted", 10)


@pytest.mark.parametrize("script", [hangs, hangs_after(b"x" * 10, 1000)], ids=["no answer", "half an answer"])
def test_a_deadline_ends_a_call_as_failed(measured: Make, fake: FakeS3, script: Script) -> None:
    with fake.saying(script) as server:
        at_fake = measured(server.url)
        with pytest.raises(DeadlinePassed), deadline(0.3, "the test"):
            at_fake.client.get_object(Bucket="b", Key="k")["Body"].read()
    assert (at_fake.call["outcome"], at_fake.call["reason"]) == ("failed", "timeout")
    assert at_fake.call["duration"] >= 0.29


# --- secrets


def test_no_secret_that_a_server_repeats_is_written_down(measured: Make, fake: FakeS3) -> None:
    with fake.saying(refuses(403, "AccessDenied", "I know your s3cr3t-of-the-tester!")) as server:
        error = failing(measured(server.url))
    assert "s3cr3t" not in str(error)
    assert "s3cr3t" not in (error.call.message or "")


def says_in_two(body: bytes) -> Script:
    """Takes its time to begin an answer, and again in the middle of it."""

    def script(handler: BaseHTTPRequestHandler) -> None:
        handler.server.ended.wait(0.3)
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.flush()
        handler.server.ended.wait(0.3)
        handler.wfile.write(body)

    return script


LISTING = b'<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"></ListBucketResult>'


@pytest.mark.parametrize(
    ("do", "body"),
    [
        (lambda s3: s3.get_object(Bucket="b", Key="k")["Body"].read(), b"x" * 100),
        (lambda s3: s3.list_objects_v2(Bucket="bucket"), LISTING),
    ],
    ids=["streamed", "parsed"],
)
def test_a_slow_start_is_told_from_a_slow_transfer(measured: Make, fake: FakeS3, do: Callable, body: bytes) -> None:
    told = measured(fake.url)
    with fake.saying(says_in_two(body)):
        do(told.client)
    assert told.call["first_byte"] >= 0.25
    assert told.call["duration"] - told.call["first_byte"] >= 0.25


def test_only_reads_writes_and_listings_tell_of_their_first_byte(at_store: Measured, bucket: str) -> None:
    at_store.client.put_object(Bucket=bucket, Key="key", Body=b"x")
    at_store.client.head_object(Bucket=bucket, Key="key")
    assert [call["first_byte"] is not None for call in at_store.calls] == [True, False]
