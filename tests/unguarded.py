"""Faults of a store that does not guard what it holds: for `FaultyProxy`, in front of the store of conftest.

What the store would refuse, they carry out as its administrator: signed anew, since a signature allows no change.
"""

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from urllib.parse import quote, urlencode, urlsplit

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.faulty import Answer, Fault, Request, Store, refused

ADMIN = Credentials("tester", "s3cr3t-of-the-tester")
BYPASS = (("x-amz-bypass-governance-retention", "true"),)
_OF_A_SIGNATURE = {"authorization", "x-amz-date", "x-amz-content-sha256", "x-amz-security-token"}


def as_admin(
    request: Request,
    method: str | None = None,
    key: str | None = None,
    query: dict[str, str] | None = None,
    without: Iterable[str] = (),
    adding: Iterable[tuple[str, str]] = (),
    body: bytes | None = None,
) -> Request:
    """The request as the administrator would make it: with some of it changed, without some of its headers."""
    method, body = method or request.method, request.body if body is None else body
    if query is None:
        query = {name: value for name, value in request.query.items() if not name.startswith("X-Amz-")}
    path = urlsplit(request.path).path if key is None else f"/{request.bucket}/{quote(key)}"
    path += f"?{urlencode(query)}" if query else ""
    kept = [each for each in request.headers if each[0].lower() not in (_OF_A_SIGNATURE | set(without))]
    signed = AWSRequest(method, f"http://{request.header('host')}{path}", data=body)
    for name, value in (*kept, *adding):
        if name.lower().startswith("x-amz-"):
            signed.headers[name] = value
    signed.headers["x-amz-content-sha256"] = hashlib.sha256(body).hexdigest()
    S3SigV4Auth(ADMIN, "s3", "us-east-1").add_auth(signed)
    others = [each for each in kept if not each[0].lower().startswith("x-amz-") and each[0].lower() != "content-length"]
    return Request(method, path, [*others, ("Content-Length", str(len(body))), *signed.headers.items()], body)


def allowed(request: Request, store: Store) -> Answer:
    """Carries out what the store refuses, whoever asks for it."""
    answer = store(request)
    return store(as_admin(request)) if answer.status in (400, 403) else answer


def refused_but_done(request: Request, store: Store) -> Answer:
    """Refuses as the store does, and carries it out all the same: conditions and locks included."""
    answer = store(request)
    if answer.status >= 400:
        done = store(as_admin(request, without=CONDITIONS, adding=BYPASS if request.method == "DELETE" else ()))
        assert done.status < 300, done
    return answer


CONDITIONS = ("if-match", "if-none-match", "if-modified-since", "if-unmodified-since")


def unconditional(request: Request, store: Store) -> Answer:
    """Ignores every condition of the request."""
    return store(as_admin(request, without=CONDITIONS))


def where(header: str, fault: Fault) -> Fault:
    """The fault for requests that have this header."""
    return lambda request, store: fault(request, store) if request.header(header) else store(request)


def by_link(fault: Fault) -> Fault:
    """The fault for requests whose proof is in their link."""
    return lambda request, store: fault(request, store) if "X-Amz-Signature" in request.query else store(request)


def unsigned(fault: Fault) -> Fault:
    """The fault for requests of who proves nothing."""
    return lambda request, store: store(request) if request.header("authorization") else fault(request, store)


def of_key(key: str, fault: Fault) -> Fault:
    """The fault for requests that are about this object."""
    return lambda request, store: fault(request, store) if request.key == key else store(request)


def of_second(fault: Fault) -> Fault:
    """The fault for requests of the second user."""
    return lambda request, store: (
        fault(request, store) if "second-tester" in (request.header("authorization") or "") else store(request)
    )


def renamed(code: str, status: int | None = None) -> Fault:
    """Refuses what the store refuses, by another name."""

    def fault(request: Request, store: Store) -> Answer:
        answer = store(request)
        return refused(status or answer.status, code)(request, store) if answer.status >= 400 else answer

    return fault


def overruled(request: Request, store: Store) -> Answer:
    """Does what a lock should keep from being done."""
    answer = store(request)
    return store(as_admin(request, adding=BYPASS)) if answer.status == 403 else answer


def released(told: Callable[[Answer], Answer]) -> Fault:
    """Ends the legal hold of the version before it is asked to delete it; `told` makes of the answer what is said."""

    def fault(request: Request, store: Store) -> Answer:
        answer = store(request)
        query = {"legal-hold": "", "versionId": request.query["versionId"]}
        off = b"<LegalHold><Status>OFF</Status></LegalHold>"
        assert store(as_admin(request, "PUT", query=query, without=[BYPASS[0][0]], body=off)).status == 200
        done = store(as_admin(request))
        assert done.status == 204, done
        return told(replace(done, headers=answer.headers, body=answer.body))

    return fault


def destroyed(request: Request, store: Store) -> Answer:
    """Deletes every version of the object with it, whatever locks them."""
    if "versionId" in request.query:
        return store(request)
    listing = store(as_admin(request, "GET", key="", query={"versions": "", "prefix": request.key})).body
    answer = store(request)
    for id in re.findall(rb"<VersionId>([^<]+)</VersionId>", listing):
        store(as_admin(request, query={"versionId": id.decode()}, adding=BYPASS))
    return answer


@dataclass
class Memory:
    """Faults that need what was stored before; `remembers` is one itself, for PutObject."""

    requests: list[Request] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)  # of the versions that came of them

    def remembers(self, request: Request, store: Store) -> Answer:
        answer = store(request)
        if answer.status == 200:
            self.requests.append(request)
            self.ids += [value for name, value in answer.headers if name.lower() == "x-amz-version-id"]
        return answer

    def serves(self, number: int) -> Fault:
        """Reads bring what was stored as the object number `number` (the first one is 0), whatever is asked for."""

        def fault(request: Request, store: Store) -> Answer:
            answer = store(request)
            return Answer(200, answer.headers if answer.status == 200 else [], self.requests[number].body)

        return fault

    def takes_for(self, asked: int, done: int) -> Fault:
        """What is asked for one version is done to another."""

        def fault(request: Request, store: Store) -> Answer:
            if request.query.get("versionId") != self.ids[asked]:
                return store(request)
            return store(as_admin(request, query={"versionId": self.ids[done]}))

        return fault

    def opens(self, request: Request, store: Store) -> Answer:
        """Reads an encrypted object with the key it was stored with, whatever key is given."""
        answer = store(request)
        if answer.status < 400:
            return answer
        name = "x-amz-server-side-encryption-customer-"
        given = [each for each in self.requests[0].headers if each[0].lower().startswith(name)]
        return store(as_admin(request, without=[each.lower() for each, _ in given], adding=given))


def unencrypted(request: Request, store: Store) -> Answer:
    """Stores the object as it is, and says that it was encrypted."""
    name = "x-amz-server-side-encryption-customer-"
    said = [each for each in request.headers if each[0].lower() in (f"{name}algorithm", f"{name}key-md5")]
    answer = store(as_admin(request, without=[f"{name}{part}" for part in ("algorithm", "key", "key-md5")]))
    return replace(answer, headers=[*answer.headers, *said])


def taken(told: int | None = 204) -> Fault:
    """Stores what a form brings, whatever the form allows; with None, and tells what the store says to it."""

    def fault(request: Request, store: Store) -> Answer:
        answer = store(request)
        head = f"Content-Type: {request.header('content-type')}\r\n\r\n".encode()
        parts = message_from_bytes(head + request.body).get_payload()
        sent = {part.get_param("name", header="content-disposition"): part.get_payload(decode=True) for part in parts}
        done = store(as_admin(request, "PUT", key=sent["key"].decode(), without=["content-type"], body=sent["file"]))
        assert done.status == 200, done
        return answer if told is None else Answer(told)

    return fault
