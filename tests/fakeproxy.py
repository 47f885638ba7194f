"""A fake proxy on loopback: it leads to wherever it is asked for (CONNECT), but only who says the right password."""

import shutil
import socket
import threading
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import quote

USER, PASSWORD = "monitor@example.com", "secret-p@ssword/of-the-proxy"
PROOF = b64encode(f"{USER}:{PASSWORD}".encode()).decode()


class Proxy(ThreadingHTTPServer):
    """The proxy; `asked` is what it was asked for, each as the first line of the request."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Visit)
        self.asked: list[str] = []
        self.place = f"127.0.0.1:{self.server_port}"
        self.login = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Says nothing: clients hang up."""

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class _Visit(BaseHTTPRequestHandler):
    server: Proxy

    def do_CONNECT(self) -> None:
        if not self._let_in():
            return
        host, _, port = self.path.rpartition(":")
        try:
            there = socket.create_connection((host, int(port)), 5)
        except OSError:
            self.send_error(502)
            return
        self.send_response_only(200)
        self.end_headers()
        threading.Thread(target=_carry, args=(there, self.connection), daemon=True).start()
        _carry(self.connection, there)
        self.close_connection = True

    def do_GET(self) -> None:
        if self._let_in():
            body = b"by way of the proxy"
            self.send_response_only(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def _let_in(self) -> bool:
        self.server.asked.append(f"{self.command} {self.path}")
        right = self.headers.get("Proxy-Authorization") == f"Basic {PROOF}"
        if not right:
            self.send_error(407)
        return right

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def _carry(source: socket.socket, sink: socket.socket) -> None:
    """Hands on what comes until no more does."""
    try:
        shutil.copyfileobj(source.makefile("rb", 0), sink.makefile("wb", 0), 65536)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # one of the two hung up
