"""What tests break on purpose: servers that never answer well, a store that lies, features that are wrong.

The servers are fakes on loopback, the store is a real one behind a proxy that fails or lies where it is told to. A
fault of the proxy is a function of a request and of the real store (to which it may hand the request), which
returns what the client is told. So one that does not call the store has carried nothing out.
"""

import contextlib
import re
import socket
import ssl
import struct
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Self
from urllib.parse import parse_qs, unquote, urlsplit

from journeys.demo.process import free_port
from journeys.settings import ROOT

# --- Servers that never answer well ------------------------------------------------------------------------


def closed_port() -> str:
    """A URL that refuses every connection."""
    return f"http://127.0.0.1:{free_port()}"


class FaultyServer(ThreadingTCPServer):
    """A fake that treats every connection with `behaviour` (below), with TLS where `certificate` is given.

    `connections` counts them. A context manager; what still hangs at its end is cut off.
    """

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, behaviour: "Behaviour", certificate: Path | None = None):
        super().__init__(("127.0.0.1", 0), _Connection)
        self.url = f"http{'s' if certificate else ''}://127.0.0.1:{self.server_address[1]}"
        self.behaviour = behaviour
        self.connections = 0
        self.ended = threading.Event()
        self._tls = _tls(certificate) if certificate else None

    def finish_request(self, request: socket.socket, client_address: object) -> None:
        self.connections += 1
        with contextlib.suppress(OSError):  # the client gave up, which it may
            if self._tls:
                request = self._tls.wrap_socket(request, server_side=True)
            super().finish_request(request, client_address)

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.shutdown()
        self.server_close()


class _Connection(BaseRequestHandler):
    def handle(self) -> None:
        self.server.behaviour(self.request, self.server.ended)


# What a faulty server does with a connection, until the event says that the test is over.
Behaviour = Callable[[socket.socket, threading.Event], None]


def hangs(_connection: socket.socket, ended: threading.Event) -> None:
    """Accepts and never says anything."""
    ended.wait()


def trickles_headers(connection: socket.socket, ended: threading.Event) -> None:
    """Answers with headers that never end, a byte every 50 ms."""
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Endless: ")
    while not ended.wait(0.05):
        connection.sendall(b"x")


def trickles(connection: socket.socket, ended: threading.Event) -> None:
    """Answers correctly, a byte every 50 ms, for longer than anyone can wait: no silence, but no end either."""
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: 1000000\r\n\r\n")
    while not ended.wait(0.05):
        connection.sendall(b" ")


def hangs_up(connection: socket.socket, _ended: threading.Event) -> None:
    """Reads the request and closes the connection without a word."""
    connection.recv(65536)


def resets(connection: socket.socket, _ended: threading.Event) -> None:
    """Answers, and resets the connection in the middle of the answer."""
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<?xml version")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def stops_short(connection: socket.socket, _ended: threading.Event) -> None:
    """Answers, and closes the connection in the middle of the answer."""
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<?xml version")


def answers(said: bytes) -> Behaviour:
    """Says always the same, whatever it was asked."""

    def behaviour(connection: socket.socket, _ended: threading.Event) -> None:
        connection.recv(65536)
        connection.sendall(said)

    return behaviour


def answers_http(status: int, body: bytes) -> Behaviour:
    """Gives always the same well-formed answer."""
    head = f"HTTP/1.1 {status} Of A Fake\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return answers(head.encode() + body)


NO_HTTP = answers(b"\x16\x03\x01 I speak no HTTP, and never did\r\n\r\n")
INVALID_XML = answers_http(200, b"<ListAllMyBucketsResult><Buckets><oops")


def certificate(
    directory: Path, days: int = 1, name: str = "IP:127.0.0.1", subject: str = "fake", age: int = 0
) -> Path:
    """A new key and self-signed certificate in one file; one with -1 `days` has expired, and `age` is in days, too."""
    both, key, wanted = (directory / f"{file}.pem" for file in ("certificate", "key", "request"))
    begins, ends = ((datetime.now(UTC) + timedelta(days=each)).strftime("%Y%m%d%H%M%SZ") for each in (-age, days))
    new = ["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={subject}"]
    authority = directory / "authority.cnf"  # openssl knows of certificates that began before only as one
    authority.write_text(
        f"[ca]\ndefault_ca = us\n[us]\ndatabase = {directory}/issued\nnew_certs_dir = {directory}\nrand_serial = yes\n"
        "default_md = sha256\npolicy = any\ncopy_extensions = copy\n[any]\ncommonName = supplied\n"
    )
    (directory / "issued").touch()
    sign = ["ca", "-batch", "-notext", "-selfsign", "-config", authority, "-in", wanted, "-keyfile", key]
    sign += ["-startdate", begins, "-enddate", ends]
    for command in (
        [*new, "-addext", f"subjectAltName={name}", "-keyout", key, "-out", wanted],
        [*sign, "-out", both],
    ):
        subprocess.run(["openssl", *command], check=True, capture_output=True, timeout=60)
    both.write_text(both.read_text() + key.read_text())
    return both


def _tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


# --- A proxy that makes a real store wrong -----------------------------------------------------------------


@dataclass(frozen=True)
class Request:
    """What the client asked the proxy for."""

    method: str
    path: str  # with its query
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def bucket(self) -> str:
        return unquote(urlsplit(self.path).path).lstrip("/").partition("/")[0]

    @property
    def key(self) -> str:
        return unquote(urlsplit(self.path).path).lstrip("/").partition("/")[2]

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the query; one without a value has an empty one."""
        found = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
        return {name: values[0] for name, values in found.items()}

    def header(self, name: str) -> str | None:
        return next((value for each, value in self.headers if each.lower() == name.lower()), None)

    @property
    def operation(self) -> str:
        """The S3 operation, such as PutObject; the HTTP method where it is none that we know."""
        level = "key" if self.key else "bucket" if self.bucket else "service"
        known = (_OPERATIONS.get((self.method, level, parameter)) for parameter in (*self.query, ""))
        operation = next(filter(None, known), self.method)
        return _COPIES.get(operation, operation) if self.header("x-amz-copy-source") else operation


def _settings_of_a_bucket() -> dict[tuple[str, str, str], str]:
    told = {
        "accelerate": "AccelerateConfiguration",
        "acl": "Acl",
        "cors": "Cors",
        "encryption": "Encryption",
        "lifecycle": "LifecycleConfiguration",
        "logging": "Logging",
        "notification": "NotificationConfiguration",
        "ownershipControls": "OwnershipControls",
        "policy": "Policy",
        "replication": "Replication",
        "requestPayment": "RequestPayment",
        "tagging": "Tagging",
        "versioning": "Versioning",
        "website": "Website",
    }
    verbs = {"GET": "Get", "PUT": "Put", "DELETE": "Delete"}
    known = {
        (method, "bucket", parameter): f"{verb}Bucket{name}"
        for method, verb in verbs.items()
        for parameter, name in told.items()
    }
    for method, verb in verbs.items():
        known[method, "bucket", "object-lock"] = f"{verb}ObjectLockConfiguration"
        known[method, "bucket", "publicAccessBlock"] = f"{verb}PublicAccessBlock"
    # whose names differ from those of their siblings
    known["DELETE", "bucket", "lifecycle"] = "DeleteBucketLifecycle"
    return known


# What the parameter of a query makes of a request for the service, a bucket or an object; "" is none.
_OPERATIONS = _settings_of_a_bucket() | {
    ("GET", "service", ""): "ListBuckets",
    ("PUT", "bucket", ""): "CreateBucket",
    ("HEAD", "bucket", ""): "HeadBucket",
    ("DELETE", "bucket", ""): "DeleteBucket",
    ("OPTIONS", "bucket", ""): "Preflight",
    ("GET", "bucket", ""): "ListObjects",
    ("GET", "bucket", "list-type"): "ListObjectsV2",
    ("GET", "bucket", "versions"): "ListObjectVersions",
    ("GET", "bucket", "uploads"): "ListMultipartUploads",
    ("GET", "bucket", "location"): "GetBucketLocation",
    ("GET", "bucket", "policyStatus"): "GetBucketPolicyStatus",
    ("POST", "bucket", "delete"): "DeleteObjects",
    ("POST", "bucket", ""): "PostObject",
    ("PUT", "key", ""): "PutObject",
    ("GET", "key", ""): "GetObject",
    ("HEAD", "key", ""): "HeadObject",
    ("DELETE", "key", ""): "DeleteObject",
    ("OPTIONS", "key", ""): "Preflight",
    ("GET", "key", "acl"): "GetObjectAcl",
    ("PUT", "key", "acl"): "PutObjectAcl",
    ("GET", "key", "attributes"): "GetObjectAttributes",
    ("GET", "key", "legal-hold"): "GetObjectLegalHold",
    ("PUT", "key", "legal-hold"): "PutObjectLegalHold",
    ("GET", "key", "retention"): "GetObjectRetention",
    ("PUT", "key", "retention"): "PutObjectRetention",
    ("GET", "key", "tagging"): "GetObjectTagging",
    ("PUT", "key", "tagging"): "PutObjectTagging",
    ("DELETE", "key", "tagging"): "DeleteObjectTagging",
    ("POST", "key", "restore"): "RestoreObject",
    ("POST", "key", "select"): "SelectObjectContent",
    ("POST", "key", "uploads"): "CreateMultipartUpload",
    ("GET", "key", "uploadId"): "ListParts",
    ("PUT", "key", "partNumber"): "UploadPart",
    ("POST", "key", "uploadId"): "CompleteMultipartUpload",
    ("DELETE", "key", "uploadId"): "AbortMultipartUpload",
}
_COPIES = {"PutObject": "CopyObject", "UploadPart": "UploadPartCopy"}


@dataclass(frozen=True)
class Answer:
    """What the client is told; with `cut`, only so many bytes of the body arrive."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    cut: int | None = None


Store = Callable[[Request], Answer]
Fault = Callable[[Request, Store], Answer]


class FaultyProxy(ThreadingHTTPServer):
    """Passes everything on to the store at `url` as it is, but for the operations that have a fault.

    Signatures stay valid, since the Host header is passed on, too. `seen` lists the operations that were asked for,
    in order. A context manager, with TLS where `certificate` is given.
    """

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(
        self,
        store_url: str,
        certificate: Path | None = None,
        address: tuple[str, int] = ("127.0.0.1", 0),
        **faults: Fault,
    ):
        super().__init__(address, _Proxied)
        self.url = f"http{'s' if certificate else ''}://127.0.0.1:{self.server_address[1]}"
        self.faults = faults
        self.seen: list[str] = []
        self._store = urlsplit(store_url).netloc
        if certificate:
            self.socket = _tls(certificate).wrap_socket(self.socket, server_side=True)

    def answer(self, request: Request) -> Answer:
        self.seen.append(request.operation)
        fault = self.faults.get(request.operation)
        return fault(request, self.carry_out) if fault else self.carry_out(request)

    def carry_out(self, request: Request) -> Answer:
        """What the real store says to the request."""
        with contextlib.closing(HTTPConnection(self._store, timeout=30)) as connection:
            connection.putrequest(request.method, request.path, skip_host=True, skip_accept_encoding=True)
            for name, value in request.headers:
                if name.lower() not in ("connection", "expect"):
                    connection.putheader(name, value)
            connection.endheaders(request.body)
            answer = connection.getresponse()
            return Answer(answer.status, answer.getheaders(), answer.read())

    def handle_error(self, request: object, client_address: object) -> None:
        """Says nothing: clients may give up, and are killed on purpose."""

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class _Proxied(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: FaultyProxy

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        chunked = "chunked" in self.headers.get("Transfer-Encoding", "")
        body = b"".join(self._chunks()) if chunked else self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._tell(self.server.answer(Request(self.command, self.path, self.headers.items(), body)))

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline(), 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def _tell(self, answer: Answer) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            if name.lower() not in ("connection", "transfer-encoding", "content-length"):
                self.send_header(name, value)
        # An answer to HEAD tells the length of what it does not send.
        length = dict(answer.headers).get("Content-Length") if self.command == "HEAD" else len(answer.body)
        if answer.status != 204 and length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(answer.body if answer.cut is None else answer.body[: answer.cut])
        if answer.cut is not None:
            self.wfile.flush()
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Says nothing."""


# --- Faults ------------------------------------------------------------------------------------------------


def refused(status: int, code: str, message: str = "Said by a fake") -> Fault:
    """Carries nothing out and answers with an error."""

    def fault(request: Request, store: Store) -> Answer:
        body = f"<Error><Code>{code}</Code><Message>{message}</Message><RequestId>fake-4711</RequestId></Error>"
        headers = [("Content-Type", "application/xml"), ("x-amz-request-id", "fake-4711")]
        return Answer(status, headers, b"" if request.method == "HEAD" else body.encode())

    return fault


def pretended(status: int, body: bytes = b"") -> Fault:
    """Carries nothing out and says that all is well."""

    def fault(request: Request, store: Store) -> Answer:
        return Answer(status, [("ETag", '"d41d8cd98f00b204e9800998ecf8427e"')], body)

    return fault


def replaced(pattern: bytes, by: bytes) -> Fault:
    """Carries the request out and changes the answer's body, to another length perhaps."""

    def fault(request: Request, store: Store) -> Answer:
        answer = store(request)
        body, count = re.subn(pattern, by, answer.body, flags=re.DOTALL)
        assert count or answer.status >= 300, f"{pattern!r} matches nothing of {answer.body!r}"
        return replace(answer, body=body)

    return fault


def changed(change: Callable[[bytes], bytes]) -> Fault:
    """Carries the request out and changes the body of a good answer."""

    def fault(request: Request, store: Store) -> Answer:
        answer = store(request)
        return replace(answer, body=change(answer.body)) if answer.status < 300 else answer

    return fault


def headed(name: str, change: Callable[[str], str | None] | str | None) -> Fault:
    """Carries the request out and changes a header of a good answer, where it is there; None takes it away.

    For a text instead of a function, the header is set, be it there or not.
    """

    def fault(request: Request, store: Store) -> Answer:
        answer = store(request)
        if answer.status >= 300:
            return answer
        others = [(each, value) for each, value in answer.headers if each.lower() != name.lower()]
        was = [value for each, value in answer.headers if each.lower() == name.lower()]
        told = [change] if isinstance(change, str) else [change(value) for value in was] if change else []
        return replace(answer, headers=others + [(name, value) for value in told if value is not None])

    return fault


def asked(change: Callable[[Request], Request]) -> Fault:
    """Carries out another request than the one that was made; its signature must not depend on the change."""
    return lambda request, store: store(change(request))


def both(one: Fault, other: Fault) -> Fault:
    """Two faults at once; the first sees what the second makes of the store."""
    return lambda request, store: one(request, lambda asked: other(asked, store))


def corrupted(request: Request, store: Store) -> Answer:
    """Changes one bit of the body; its length and the ETag stay as they were."""
    answer = store(request)
    middle = len(answer.body) // 2
    wrong = bytes([answer.body[middle] ^ 1])
    return replace(answer, body=answer.body[:middle] + wrong + answer.body[middle + 1 :])


def truncated(request: Request, store: Store) -> Answer:
    """Announces the whole body, sends half of it and closes the connection."""
    answer = store(request)
    return replace(answer, cut=len(answer.body) // 2)


def shortened(request: Request, store: Store) -> Answer:
    """Announces and sends half of the body."""
    answer = store(request)
    return replace(answer, body=answer.body[: len(answer.body) // 2])


def no_aws_chunked(request: Request, store: Store) -> Answer:
    """What an old server says to uploads whose checksum comes last."""
    if any(name.lower() == "content-encoding" and "aws-chunked" in value for name, value in request.headers):
        return refused(411, "MissingContentLength")(request, store)
    return store(request)


def late(seconds: float) -> Fault:
    """Carries the request out, but takes its time to say so."""

    def fault(request: Request, store: Store) -> Answer:
        time.sleep(seconds)
        return store(request)

    return fault


def first(count: int, fault: Fault) -> Fault:
    """The fault for the first requests, then none any more."""
    left = iter(range(count))

    def limited(request: Request, store: Store) -> Answer:
        return store(request) if next(left, None) is None else fault(request, store)

    return limited


def after(count: int, fault: Fault) -> Fault:
    """The fault for all but the first requests."""
    left = iter(range(count))

    def later(request: Request, store: Store) -> Answer:
        return fault(request, store) if next(left, None) is None else store(request)

    return later


def remembered(times: int) -> Fault:
    """A cache that nobody empties: so many times it tells what it was told when it was first asked the same."""
    kept: dict[tuple[str, str], Answer] = {}
    told: Counter[tuple[str, str]] = Counter()

    def fault(request: Request, store: Store) -> Answer:
        asked = (request.method, request.path)
        if asked not in kept:
            kept[asked] = store(request)
        told[asked] += 1
        return kept[asked] if told[asked] <= times else store(request)

    return fault


def only(concerned: Callable[[Request], bool], fault: Fault) -> Fault:
    """The fault for the requests that it concerns."""
    return lambda request, store: fault(request, store) if concerned(request) else store(request)


class Held:
    """A fault that holds requests until they are let go, so that a test has all the time in the middle of a run.

    They are carried out before (`after=True`) or once they are let go.
    """

    def __init__(self, *, after: bool = False):
        self._after = after
        self._holds = threading.Semaphore(0)
        self._free = threading.Event()

    def __call__(self, request: Request, store: Store) -> Answer:
        answer = store(request) if self._after else None
        self._holds.release()
        self._free.wait(60)
        return answer or store(request)

    def wait(self, seconds: float = 30) -> None:
        """Waits until one more request is held."""
        assert self._holds.acquire(timeout=seconds), "no request came to be held"

    def let_go(self) -> None:
        """Lets those that are held go, and those to come."""
        self._free.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.let_go()  # so that no thread waits in vain


# --- Features of a test's own ------------------------------------------------------------------------------


class Features:
    """A folder of features, for behave's command line (`path`), with our own hooks and steps.

    These are links to ours: nothing is copied, so nothing differs, and the hooks find the repository through them.
    """

    def __init__(self, directory: Path, **features: str):
        self.path = str(directory / "features")
        ours = ROOT / "features"
        self.steps = directory / "features" / "steps"
        self.steps.mkdir(parents=True)
        for file in (ours / "environment.py", *sorted((ours / "steps").glob("*.py"))):
            (directory / "features" / file.relative_to(ours)).symlink_to(file)
        for name, text in features.items():
            (directory / "features" / f"{name}.feature").write_text(text)
