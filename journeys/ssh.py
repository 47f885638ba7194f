"""Logs in to servers, and measures what no cloud's API sees: logins, commands, connections from inside."""

import io
import logging
import socket
import time
from contextlib import suppress
from typing import Any

import paramiko
from paramiko.ssh_exception import AuthenticationException, ChannelException, SSHException

from journeys.clock import DeadlinePassed
from journeys.commands import Said
from journeys.failures import CallFailed, SuiteError
from journeys.measurement import Measurement, Wire
from journeys.recorder import Recorder
from journeys.settings import Settings

OPERATIONS = ("ssh.LogIn", "ssh.Run", "ssh.Reach")
CHUNK = 65536  # bytes read at once
_KEYS = (paramiko.RSAKey, paramiko.Ed25519Key, paramiko.ECDSAKey)

logging.getLogger("paramiko").setLevel(logging.CRITICAL + 1)  # what it would say there, our failures tell


class SshFailed(CallFailed):
    """A server did not let us in, or a command or connection in it did not come to its end."""


class OtherHostKey(Exception):
    """Another machine answers than the one that was expected."""


class Ssh:
    """The way into servers, as the user JOURNEYS_LOGIN_USERNAME. Each login is written down as ssh.LogIn."""

    operations = OPERATIONS

    def __init__(self, settings: Settings, recorder: Recorder):
        self.settings = settings
        self._recorder = recorder

    def log_in(
        self, address: str, key: str, *, through: "Session | None" = None, host_key: str = "", identity: str = "user"
    ) -> "Session":
        """A session at `address`, by way of another server where `through` is given; raises SshFailed.

        `key` is a private key as text, `host_key` the fingerprint that the server has to show, if it is known.
        """
        place = (address, self.settings.login_port)
        user = self.settings.login_username
        return self._session(place, str(user), _key(key, "of the key pair"), through, host_key, identity)

    def at_jump_host(self) -> "Session":
        """A session at the jump host that the settings name; raises SshFailed, and SuiteError for a wrong key."""
        settings = self.settings
        user = settings.login_jump_username or settings.login_username
        key = _key(str(settings.login_jump_key), "JOURNEYS_LOGIN_JUMP_KEY")
        fingerprint = settings.login_jump_fingerprint or ""
        return self._session(settings.login_jump_host, str(user), key, None, fingerprint, "user")

    def strange_key(self) -> str:
        """A private key that opens nothing, as text."""
        text = io.StringIO()
        paramiko.ECDSAKey.generate().write_private_key(text)
        return text.getvalue()

    def _session(
        self,
        place: tuple[str, int],
        user: str,
        key: paramiko.PKey,
        through: "Session | None",
        host_key: str,
        identity: str,
    ) -> "Session":
        call = _Call(self._recorder, "ssh.LogIn", place, identity)
        transport: paramiko.Transport | None = None
        try:
            transport = self._transport(place, through)
            call.wire.undone = False
            transport.start_client()
            shown = transport.get_remote_server_key().fingerprint
            if host_key and shown != host_key:
                raise OtherHostKey(f"it shows the host key {shown} instead of {host_key}")
            transport.auth_publickey(user, key)
        except BaseException as error:  # written down and raised again, translated
            if transport:
                transport.close()
            raise call.failed(error) from error
        call.ended("ok")
        return Session(self._recorder, transport, place, shown, self.settings.read_timeout)

    def _transport(self, place: tuple[str, int], through: "Session | None") -> paramiko.Transport:
        timeouts = (self.settings.connect_timeout, self.settings.read_timeout)
        way = through.channel_to(place, timeouts[0]) if through else socket.create_connection(place, timeouts[0])
        transport = paramiko.Transport(way)
        transport.banner_timeout = transport.handshake_timeout = transport.auth_timeout = timeouts[1]
        transport.channel_timeout = timeouts[1]
        return transport


class Session:
    """Somebody who is logged in to the server at `place`; `host_key` is the fingerprint that it showed."""

    def __init__(
        self,
        recorder: Recorder,
        transport: paramiko.Transport,
        place: tuple[str, int],
        host_key: str,
        read_timeout: float,
    ):
        self._recorder = recorder
        self._transport = transport
        self.place = place
        self._read_timeout = read_timeout
        self.host_key = host_key

    def run(self, command: str, seconds: float, data: bytes = b"") -> Said:
        """Has a shell in the server carry out `command`, with `data` as its input; raises SshFailed.

        `seconds`: the most that it may take. What the command itself says of its success is for the caller to judge.
        """
        call = _Call(self._recorder, "ssh.Run", self.place, "user")
        began = time.perf_counter()
        try:
            channel = self._transport.open_session(timeout=self._read_timeout)
            call.wire.undone = False
            channel.settimeout(seconds)
            channel.exec_command(command)
            channel.sendall(data)
            channel.shutdown_write()
            call.wire.sent = len(data)
            out = _read(channel, began + seconds)
            err = b"".join(iter(lambda: channel.recv_stderr(CHUNK), b""))
            status = channel.recv_exit_status()
            if status < 0:
                raise EOFError("the connection was lost before the command had ended")
        except BaseException as error:  # written down and raised again, translated
            raise call.failed(error) from error
        call.wire.received = len(out) + len(err)
        ended, _ = call.ended("ok")
        return Said(status, out.decode(errors="replace"), err.decode(errors="replace"), ended.duration)

    def reach(self, host: str, port: int, seconds: float) -> None:
        """Has the server itself open a connection, for which it may have to resolve a name; raises SshFailed."""
        call = _Call(self._recorder, "ssh.Reach", (host, port), "user")
        try:
            self.channel_to((host, port), seconds).close()
        except BaseException as error:  # written down and raised again, translated
            raise call.failed(error) from error
        call.ended("ok")

    def channel_to(self, place: tuple[str, int], seconds: float) -> paramiko.Channel:
        """A connection that the server opens for us; unmeasured, and with errors as paramiko tells them."""
        return self._transport.open_channel("direct-tcpip", place, ("127.0.0.1", 0), timeout=seconds)

    def close(self) -> None:
        self._transport.close()


class _Call(Measurement):
    """A login, a command or a connection under way."""

    def __init__(self, recorder: Recorder, operation: str, place: tuple[str, int], identity: str):
        subject = f"{place[0]}:{place[1]}"
        super().__init__(recorder, Wire(attempts=1), api="ssh", operation=operation, subject=subject, identity=identity)

    def translated(self, error: Exception, call: Any, number: int) -> Exception:
        return SshFailed().tell(call, number, self.wire.undone)

    def evidence(self, error: BaseException) -> dict[str, Any]:
        reason = _reason(error)
        code = "AuthenticationFailed" if reason == "auth" else type(error).__name__ if reason == "other" else None
        return {"reason": reason, "code": code, "message": self.redact(_told(error))}


def _reason(error: BaseException) -> str:
    text = str(error).lower()
    causes = (error, error.__cause__, error.__context__)
    if isinstance(error, socket.gaierror):
        return "dns"
    if any(isinstance(cause, (DeadlinePassed, TimeoutError)) for cause in causes) or "timeout" in text:
        return "timeout"
    if isinstance(error, AuthenticationException) and "transport shut down" not in text:
        return "auth"
    if isinstance(error, (OSError, EOFError, ChannelException, SSHException)):
        return "connect"
    return "other"


def _told(error: BaseException) -> str:
    cause = error.__context__ if "banner" in str(error) else None
    if isinstance(cause, TimeoutError):
        return "it says nothing"
    if isinstance(cause, EOFError):
        return "it hung up without a word"
    if isinstance(error, ChannelException):
        return f"the server itself could not open the connection: {error.text}"
    if isinstance(error, TimeoutError) and not str(error):
        return "nothing more came in time"
    return str(error) or type(error).__name__


def _read(channel: paramiko.Channel, end: float) -> bytes:
    """All that comes until the command closes its output, or TimeoutError at `end`, by the clock of perf_counter."""
    received = []
    while True:
        left = end - time.perf_counter()
        if left <= 0:
            raise TimeoutError("the command had not ended in time")
        channel.settimeout(left)
        chunk = channel.recv(CHUNK)
        if not chunk:
            return b"".join(received)
        received.append(chunk)


def _key(text: str, what: str) -> paramiko.PKey:
    for kind in _KEYS:
        with suppress(SSHException, ValueError):
            return kind.from_private_key(io.StringIO(text.strip() + "\n"))
    raise SuiteError(
        f"The private key {what} can't be used: expected an RSA, ECDSA or Ed25519 key, without a password."
    )
