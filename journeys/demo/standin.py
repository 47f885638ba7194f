"""A stand-in for the Pushgateway, for a demo on machines that have none."""

import base64
import html
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import unquote, urlsplit

from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

Key = tuple[tuple[str, str], ...]  # a group's labels, sorted


@dataclass(frozen=True)
class _Group:
    families: Mapping[str, Metric] = field(default_factory=dict)
    pushed: float = 0.0  # Unix time of the last push that was accepted
    failed: float = 0.0  # … and that was refused


class StandInGateway(ThreadingHTTPServer):
    """Keeps pushed metrics in memory and shows them at `url`/metrics; a context manager. No Pushgateway.

    It has the Pushgateway's way to push, replace, delete and read groups, and refuses what that refuses:
    unreadable bodies, timestamps, duplicate series, changed types. No passwords, no TLS, no persistence, and
    counters must be called `…_total`.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self._groups: dict[Key, _Group] = {}
        self._lock = threading.Lock()

    def start(self) -> None:
        """Answers from now on, in a thread of its own."""
        threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()

    def stop(self) -> None:
        """Stops answering, for good, and forgets everything."""
        self.shutdown()
        self.server_close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def push(self, key: Key, body: bytes, keep_others: bool) -> None:
        """Puts the families in `body` in the place of the group's, or of those of the same names only.

        Raises ValueError, with nothing changed but the time of the last failure, for what can't be accepted.
        """
        families = _parse(body, dict(key))
        with self._lock:
            before = self._groups.get(key, _Group())
            kept = before.families if keep_others else {}
            after = self._groups | {key: _Group({**kept, **families}, time.time(), before.failed)}
            try:
                _merge(after)
            except ValueError:
                self._groups[key] = _Group(before.families, before.pushed, time.time())
                raise
            self._groups = after

    def delete(self, key: Key) -> None:
        """Forgets a group, if there is one."""
        with self._lock:
            self._groups.pop(key, None)

    def collect(self) -> Iterator[Metric]:
        """All families of all groups, and when each group was pushed: what `generate_latest` asks for."""
        with self._lock:
            return iter(_merge(self._groups).values())

    def page(self) -> str:
        """What a person sees who looks at `url`."""
        with self._lock:
            groups = [", ".join(f'{name}="{value}"' for name, value in key) for key in self._groups]
        rows = "".join(f"<li>{html.escape(group)}</li>" for group in groups) or "<li>none so far</li>"
        return (
            "<!doctype html><title>Stand-in for a Pushgateway</title><h1>Stand-in for a Pushgateway</h1>"
            f'<p>For the demo only. All metrics: <a href="/metrics">/metrics</a>. Groups:</p><ul>{rows}</ul>'
        )


def _parse(body: bytes, grouping: Mapping[str, str]) -> dict[str, Metric]:
    text = body.decode()
    if text and not text.endswith("\n"):
        raise ValueError("the last line has no end")
    families: dict[str, Metric] = {}
    for found in text_string_to_metric_families(text):
        family = families.setdefault(found.name, Metric(found.name, found.documentation, found.type))
        for sample in found.samples:
            # The empty instance keeps Prometheus from taking ours for the one that the metrics are about.
            labels = {"instance": "", **sample.labels, **grouping}
            family.samples.append(sample._replace(labels=labels))
    return families


def _merge(groups: Mapping[Key, _Group]) -> dict[str, Metric]:
    """The families of all groups together; ValueError where they contradict each other or have timestamps."""
    merged = {
        "push_time_seconds": Metric("push_time_seconds", "When the group was last pushed.", "gauge"),
        "push_failure_time_seconds": Metric(
            "push_failure_time_seconds", "When a push of the group was last refused.", "gauge"
        ),
    }
    seen = set()
    for key, group in groups.items():
        grouping = {"instance": "", **dict(key)}
        merged["push_time_seconds"].add_sample("push_time_seconds", grouping, group.pushed)
        merged["push_failure_time_seconds"].add_sample("push_failure_time_seconds", grouping, group.failed)
        for name, family in group.families.items():
            all_of_it = merged.setdefault(name, Metric(name, family.documentation, family.type))
            if all_of_it.type != family.type:
                raise ValueError(f"{name} is a {family.type} here and a {all_of_it.type} elsewhere")
            for sample in family.samples:
                if sample.timestamp is not None:
                    raise ValueError(f"{sample.name} has a timestamp")
                series = (sample.name, *sorted(sample.labels.items()))
                if series in seen:
                    raise ValueError(f"{sample.name} {sample.labels} is there twice")
                seen.add(series)
                all_of_it.samples.append(sample)
    return merged


def _key(path: str) -> Key:
    """The labels in `/metrics/job/<job>/<label>/<value>…`, names perhaps with @base64; ValueError for others."""
    _, root, *parts = path.removesuffix("/").split("/")
    if root != "metrics" or len(parts) < 2 or len(parts) % 2 or parts[0] not in ("job", "job@base64"):
        raise ValueError("not /metrics/job/<job>{/<label>/<value>}")
    key = {}
    for name, value in zip(parts[::2], parts[1::2], strict=True):
        label = name.removesuffix("@base64")
        if label == name:
            key[label] = unquote(value)
        else:
            value = value.rstrip("=")
            key[label] = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)).decode()
    return tuple(sorted(key.items()))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: StandInGateway

    def do_GET(self) -> None:
        match urlsplit(self.path).path:
            case "/metrics":
                self._reply(200, generate_latest(self.server).decode(), CONTENT_TYPE_PLAIN_0_0_4)
            case "/-/ready" | "/-/healthy":
                self._reply(200, "OK")
            case "/":
                self._reply(200, self.server.page(), "text/html; charset=utf-8")
            case _:
                self._reply(404, "404 page not found\n")

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            self.server.push(_key(self.path), body, keep_others=self.command == "POST")
        except ValueError as error:
            self._reply(400, f"{error}\n")
        else:
            self._reply(200, "")

    do_POST = do_PUT

    def do_DELETE(self) -> None:
        try:
            self.server.delete(_key(self.path))
        except ValueError as error:
            self._reply(400, f"{error}\n")
        else:
            self._reply(202, "")

    def _reply(self, status: int, text: str, content_type: str = "text/plain; charset=utf-8") -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing: the demo's screen is for the demo."""
