"""Servers as child processes on loopback, for the demo and the tests; they never outlive us."""

import contextlib
import http.client
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from journeys import clock

READY_WITHIN = 30  # seconds from the start of a server to its first answer
ENDS_WITHIN = 5  # seconds from SIGTERM to SIGKILL

# Linux can kill a child when its parent goes, even by kill -9, but the child must ask for it (1 is
# PR_SET_PDEATHSIG). This small program asks and then becomes the server: a `preexec_fn` would do the same
# in a copy of our process, which is unsafe once we have threads. It stops where the parent is gone already.
_TIED_TO_US = """
import ctypes, os, signal, sys
ctypes.CDLL(None).prctl(1, signal.SIGKILL)
if os.getppid() == int(sys.argv[1]):
    os.execv(sys.argv[2], sys.argv[2:])
"""


class ServerFailed(Exception):
    """A server did not start, or ended by itself; the message tells why, as far as its log does."""


class Server:
    """A server process that writes its log into `directory`; a context manager.

    Subclasses say what to run and, in `answers`, how to tell that it is ready. It is a session of its own,
    so that a Ctrl-C at the terminal reaches only us, who then stop it in order. `environment` replaces ours.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        directory: Path,
        environment: Mapping[str, str] | None = None,
    ):
        self.name = name
        self.directory = directory
        self.log = directory / f"{name}.log"
        self._command = [str(part) for part in command]
        self._environment = environment
        self._child: subprocess.Popen[bytes] | None = None

    def answers(self) -> bool:
        """Whether the server does its work by now; asked again and again until it does."""
        raise NotImplementedError

    def start(self) -> float:
        """Starts the server and waits until it answers; returns the seconds that took.

        Raises ServerFailed when it ends before, or needs more than READY_WITHIN; then nothing is left behind.
        To be called in a thread that lives on: on Linux the server ends with the thread that started it.
        """
        began = time.monotonic()
        command = self._command
        if sys.platform == "linux":
            command = [sys.executable, "-I", "-S", "-c", _TIED_TO_US, str(os.getpid()), *command]
        self.directory.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment,
                start_new_session=True,
            )
        try:
            if not self.wait_until(self.answers, READY_WITHIN):
                raise self._failure(f"did not answer within {READY_WITHIN} s")
        except BaseException:
            self.stop()
            raise
        return time.monotonic() - began

    def wait_until(self, happened: Callable[[], bool], seconds: float) -> bool:
        """Whether `happened` came true within `seconds`; raises ServerFailed at once if the server ends."""

        def look() -> bool:
            self._running()
            return happened()

        return clock.wait_until(look, seconds, every=0.05)

    def stop(self) -> None:
        """Asks the server to end (SIGTERM), and kills it when it has not after ENDS_WITHIN, paused or not."""
        if self._child is not None:
            self._child.terminate()
            self._child.send_signal(signal.SIGCONT)  # a paused process gets the other signal only now
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(ENDS_WITHIN)
        self.kill()

    def kill(self) -> None:
        """Ends the server at once (SIGKILL), paused or not: as a crash would."""
        if self._child is not None:
            self._child.kill()
            self._child.wait(ENDS_WITHIN)
            self._child = None

    def pause(self) -> None:
        """Halts the server (SIGSTOP): the system still accepts connections for it, but nobody answers."""
        child = self._running()
        child.send_signal(signal.SIGSTOP)
        # It may answer once more before the signal arrives, so we wait for that (paused twice, nothing arrives).
        clock.wait_until(lambda: os.waitpid(child.pid, os.WUNTRACED | os.WNOHANG)[0] != 0, 1, every=0.001)

    def resume(self) -> None:
        """Lets a paused server go on."""
        self._running().send_signal(signal.SIGCONT)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None:
            raise self._failure("is not running")
        if self._child.poll() is not None:
            raise self._failure(f"ended by itself, with {self._child.returncode}")
        return self._child

    def _failure(self, what: str) -> ServerFailed:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        said = "\n".join(lines[-10:]) or "(nothing)"
        return ServerFailed(f"{self.name} {what}. The end of its log, {self.log}:\n{said}")


def free_port(port: int = 0) -> int:
    """A free loopback TCP port, chosen by the system unless `port` names one; OSError if that is taken.

    It stays ours for about a minute: a connection closed from this side leaves the port in TIME_WAIT, where
    the system gives it to nobody who asks for any port, yet to a server that names it (with SO_REUSEADDR, as
    most do). So several calls give distinct ports, in parallel processes, too.
    """
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", port))
        # Only now: set before, it would let us have a port that another one of us keeps in TIME_WAIT.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.listen(1)
        with socket.create_connection(listener.getsockname()):
            accepted, _ = listener.accept()
            accepted.close()
        return listener.getsockname()[1]


def free_ports_apart(distance: int) -> tuple[int, int]:
    """Two free loopback ports, the second one `distance` above the first."""
    while True:
        try:
            return (first := free_port()), free_port(first + distance)
        except (OSError, OverflowError):  # the second one is taken, or above 65535
            continue


def speaks_http(url: str) -> bool:
    """Whether a server answers at `url`, be it with a refusal; one that says 5xx is not ready yet.

    Without redirects, proxies and certificate checks: the question is only whether our own server is up.
    """
    address = urlsplit(url)
    assert address.hostname
    if address.scheme == "https":
        anyone = ssl.create_default_context()
        anyone.check_hostname = False
        anyone.verify_mode = ssl.CERT_NONE
        connection = http.client.HTTPSConnection(address.hostname, address.port, timeout=2, context=anyone)
    else:
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=2)
    try:
        connection.request("GET", address.path or "/")
        return connection.getresponse().status < 500
    except ssl.SSLError:  # it wants a certificate from us, so it is there
        return True
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
