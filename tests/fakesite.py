"""A fake web site on loopback, that answers each path in its own way and speaks TLS, or plain HTTP to who does so."""

import gzip
import json
import socket
import ssl
import threading
import time
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self

TOKEN = "secret-token-of-the-fake"
USER, PASSWORD = "monitor", "secret-password-of-the-fake"
STAY = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
HTML = {"Content-Type": "text/html; charset=utf-8", **STAY}
HOME = "<html><title>Status</title>\n<p>All systems\n  operational &amp; calm</p></html>"
STATUS = {"status": {"indicator": "none", "count": 3}, "components": [{"name": "API", "status": "up"}], "ok": True}


@dataclass(frozen=True)
class Asked:
    """A request that a site got."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class Reply:
    """What a site answers; with `cut`, only so many bytes of the body arrive."""

    status: int = 200
    body: bytes = HOME.encode()
    headers: dict[str, str] = field(default_factory=lambda: HTML)
    cut: int | None = None


def led(to: str | None, status: int = 302, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, b"", {**({"Location": to} if to else {}), **named})


def packed(body: bytes, cut: int | None = None, coding: str = "gzip") -> Reply:
    """A body that was made smaller for the way; with `cut`, its last bytes are missing, though nothing tells."""
    return Reply(body=gzip.compress(body)[:cut], headers={**HTML, "Content-Encoding": coding})


def guarded(asked: Asked) -> Reply:
    """Who logs in, in one of two ways, is told what he sent; others are refused."""
    basic = b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    if asked.headers.get("authorization") in (f"Bearer {TOKEN}", f"Basic {basic}"):
        said = {"you sent": asked.headers["authorization"]}
        return Reply(body=json.dumps(said).encode(), headers={"Content-Type": "application/json"})
    return Reply(401, b'{"error": "Who are you?"}', {"Content-Type": "application/json"})


def echo(asked: Asked) -> Reply:
    right = asked.headers.get("content-type") == "application/json" and asked.body
    return Reply(201 if right else 400, asked.body or b"Nothing was sent")


def late(asked: Asked) -> Reply:
    time.sleep(0.05)
    return Reply()


PAGES: dict[str, "Reply | Callable[[Asked], Reply]"] = {
    "/": Reply(),
    "/empty": Reply(body=b" \n"),
    "/api/status": Reply(body=json.dumps(STATUS).encode(), headers={"Content-Type": "application/json"}),
    "/odd": Reply(body=b"\xff", headers={"Content-Type": "text/plain; charset=x-nobody-knows"}),
    "/away": led("/", **STAY),
    "/round": led("/round?again"),
    "/nowhere": led(None),
    "/odd-port": led("https://host:undefined/"),
    "/odd-letters": led("/caf\u00c3\u00a9"),  # as http.server sends it, these are the bytes of é
    "/caf%C3%A9": Reply(),
    "/mail": led("mailto:somebody@example.com"),
    "/late": late,
    "/cut": Reply(cut=10),
    "/large": Reply(body=b"x" * (16 * 2**20 + 1)),
    "/busy": Reply(503, b"Come back later"),
    "/part": Reply(206, HOME.encode()[:20], {**HTML, "Content-Range": "bytes 0-19/99"}),
    "/packed": packed(HOME.encode()),
    "/packed-otherwise": packed(HOME.encode(), coding="br"),
    "/packed-cut": packed(HOME.encode() * 20, cut=-12),
    "/not-packed": Reply(headers={**HTML, "Content-Encoding": "gzip"}),
    "/refused": Reply(403, b"Not for you", {"Content-Encoding": "gzip"}),
    "/bomb": packed(bytes(16 * 2**20 + 1)),
    "/untyped": Reply(headers=STAY),
    "/as-text": Reply(headers={"Content-Type": "text/plain"}),
    "/as-page": Reply(body=b"Hello", headers=HTML),
    "/as-json": Reply(body=b"Hello", headers={"Content-Type": "application/json"}),
    "/latin": Reply(body="<p>Café</p>".encode("latin-1"), headers=HTML),
    "/cookie": Reply(headers={**HTML, "Set-Cookie": "session=1; Path=/; HttpOnly"}),
    "/safe-cookie": Reply(headers={**HTML, "Set-Cookie": "session=1; Path=/; Secure; HttpOnly"}),
    "/kept": Reply(headers={**HTML, "Cache-Control": "public, max-age=600"}),
    "/private": guarded,
    "/for-me-too": guarded,
    "/for-everybody": Reply(),
    "/echo": echo,
}


class Site(ThreadingHTTPServer):
    """The site; `asked` is what it was asked for. A path that is none of `pages` is not found.

    Who comes without encryption is led to it, at the same path, or gets the answer `unencrypted`.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self, certificate: Path, unencrypted: Reply | None = None, **pages: Reply):
        super().__init__(("127.0.0.1", 0), _Visit)
        self.pages = {**PAGES, **{f"/{name}": reply for name, reply in pages.items()}}
        self.url = f"https://127.0.0.1:{self.server_port}"
        self.asked: list[Asked] = []
        self.unencrypted = unencrypted
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(certificate)

    def finish_request(self, request: socket.socket, client_address: object) -> None:
        secure = request.recv(1, socket.MSG_PEEK) == b"\x16"  # a handshake
        super().finish_request(self._tls.wrap_socket(request, server_side=True) if secure else request, client_address)

    def answer(self, asked: Asked, *, secure: bool) -> Reply:
        self.asked.append(asked)
        if not secure:
            return self.unencrypted or led(f"{self.url}{asked.path}", 301)
        page = self.pages.get(asked.path.partition("?")[0], Reply(404, b"Nothing here"))
        return page(asked) if callable(page) else page

    def handle_error(self, request: object, client_address: object) -> None:
        """Says nothing: clients may refuse its certificate."""

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class _Visit(BaseHTTPRequestHandler):
    server: Site

    def answer(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        secure = isinstance(self.connection, ssl.SSLSocket)
        reply = self.server.answer(Asked(self.command, self.path, headers, body), secure=secure)
        self.send_response_only(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body[: reply.cut])

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = answer

    def log_message(self, *_: object) -> None:
        """Says nothing."""
