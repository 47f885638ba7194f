"""Traffic through a load balancer: who answers of the servers behind it."""

import itertools
import time
from collections import Counter
from dataclasses import dataclass, field

from journeys import clock, metrics
from journeys.cloud.balancers import READY_WITHIN, Balancers
from journeys.cloud.logins import ANSWERS_WITHIN, Logins
from journeys.cloud.nouns import PublicAddress, Server
from journeys.commands import failed
from journeys.failures import CallFailed
from journeys.http import Http
from journeys.recorder import WAIT
from journeys.units import seconds as told

PORT = 8080  # of the load balancer and of the servers, where no rights of root are needed
ASK_EVERY = 0.5  # seconds between two requests that wait for somebody to answer
SERVES_WITHIN = 30  # seconds until a web server that was started listens
PAGE_MOST = 1024  # bytes of an answer that could be the name of a server

# A page that is the server's name, and not for ever. With python3, which nearly every image has, or else busybox;
# python3's own -m http.server would look the address up, and wait where nobody knows its name.
_SERVE = """\
mkdir -p /var/tmp/journeys-pages && cd /var/tmp/journeys-pages && echo {name} > name || exit 1
if command -v python3 > /dev/null; then set -- python3 -c "
import http.server, socketserver
socketserver.ThreadingTCPServer(('{address}', {port}), http.server.SimpleHTTPRequestHandler).serve_forever()"
else set -- busybox httpd -f -p {address}:{port}; fi
(timeout 3600 "$@" > log 2>&1 < /dev/null & echo $! > /var/tmp/journeys-pages/pid)"""
_SERVES = """\
cd /var/tmp/journeys-pages; n=0; until curl -sf -m 2 http://{address}:{port}/name; do
n=$((n+1)); [ $n -lt {most} ] && kill -0 $(cat pid) || {{ cat log >&2; exit 1; }}; sleep 1; done"""
_STOP = "kill $(cat /var/tmp/journeys-pages/pid)"


@dataclass
class Traffic:
    """The requests of a scenario through its load balancer; each server answers with its own name."""

    logins: Logins
    balancers: Balancers
    http: Http
    stopped: list[Server] = field(default_factory=list)
    front: PublicAddress | None = None  # of the load balancer, where there is no jump host

    def serve(self, count: int) -> None:
        """Servers, each with a page of its own."""
        self.logins.have(count)
        self.logins.let_in(PORT)
        for command, server in itertools.product((_SERVE, _SERVES), self.logins.servers.made):
            place = {"name": server.name, "address": server.addresses[0], "port": PORT, "most": SERVES_WITHIN}
            said = self.logins.session_in(server).run(command.format(**place), 4 * SERVES_WITHIN)
            assert not said.status, f"Expected server {server.name} to serve a page, but {failed(said, 'serving')}"

    def balance(self) -> None:
        """A load balancer before all of them, with a way in."""
        self.balancers.have()
        self.balancers.balance(PORT, *(server.addresses[0] for server in self.logins.servers.made))
        self.balancers.assert_ready(READY_WITHIN)
        if not self.logins.at_jump_host():
            cloud = self.logins.cloud
            self.front = cloud.make("public-address", cloud.driver.create_public_address)
            cloud.driver.lead(self.front, self.balancers.balancer)

    def stop(self, which: int) -> None:
        """The server's page answers no more; the server itself goes on."""
        server = self.logins.servers.at(which)
        said = self.logins.session_in(server).run(_STOP, SERVES_WITHIN)
        assert not said.status, f"Expected the page of server {server.name} to be stopped, but {failed(said, _STOP)}"
        self.stopped.append(server)

    def assert_each_answers(self, seconds: float) -> None:
        """Every server whose page was not stopped has been seen to answer within so many seconds."""
        wanted = {server.name for server in self.logins.servers.made if server not in self.stopped}
        seen: Counter[str] = Counter()
        failure: AssertionError | None = None

        def ask() -> bool:
            nonlocal failure
            if isinstance(failure, CallFailed):
                self.logins.cloud.recorder.expected(failure)
            try:
                seen[self._ask()] += 1
            except AssertionError as missing:
                failure = missing
            return seen.keys() >= wanted

        began = time.perf_counter()
        with self.logins.cloud.recorder.doing(WAIT):
            answered = clock.wait_until(ask, seconds, ASK_EVERY)
        assert answered, (
            f"Expected each of {', '.join(sorted(wanted))} to answer through the load balancer within "
            f"{told(seconds)}, but {_told(seen)}. {failure or ''}".strip()
        )
        self.logins.cloud.recorder.read(metrics.WAIT, "load_balancer_answers", value=time.perf_counter() - began)

    def assert_all_answered(self, count: int) -> None:
        """So many requests in a row: none fails, and no server answers that can't."""
        living = {server.name for server in self.logins.servers.made if server not in self.stopped}
        seen = Counter(self._ask() for _ in range(count))
        assert seen.keys() <= living, (
            f"Expected answers of {', '.join(sorted(living))} alone through the load balancer, but {_told(seen)}."
        )

    def _ask(self) -> str:
        """The name of the server that answers."""
        if self.front:
            url = f"http://{self.front.address}:{PORT}/name"
            return self.http.request("GET", url, most=PAGE_MOST).body.decode(errors="replace").strip()
        jump = self.logins.at_jump_host()
        assert jump, "There is no way to the load balancer: a step that puts it before the servers comes first."
        command = f"curl -sSf -m {ANSWERS_WITHIN} http://{self.balancers.balancer.address}:{PORT}/name"
        said = jump.run(command, 2 * ANSWERS_WITHIN)
        assert not said.status, f"Expected an answer through the load balancer, but {failed(said, command)}"
        return said.out.strip()


def _told(seen: Counter[str]) -> str:
    answers = [f"{name[:80]!r} ({times} times)" for name, times in sorted(seen.items())]
    return f"those who answered were {', '.join(answers) or 'nobody'}"
