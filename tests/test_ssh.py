"""Logins, commands and connections inside servers: each written down once, with what it took and why it failed."""

import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from sqlite3 import Row

import paramiko
import pytest

from journeys.clock import DeadlinePassed, deadline
from journeys.demo.process import free_port
from journeys.failures import SuiteError
from journeys.journal import Journal
from journeys.recorder import PROBE, Recorder
from journeys.settings import Settings
from journeys.ssh import Session, Ssh, SshFailed
from tests.faulty import FaultyServer, hangs, hangs_up
from tests.guests import USER, Guest, Sshd
from tests.hosting import Hosting, hosting

ADDRESS = "127.0.0.1"


def text_of(key: paramiko.PKey) -> str:
    text = io.StringIO()
    key.write_private_key(text)
    return text.getvalue()


KEYS = {kind.__name__: kind for kind in (paramiko.RSAKey, paramiko.ECDSAKey)}
KEY = paramiko.ECDSAKey.generate()


class Measured(Ssh):
    """The way in, and what was written down of its calls."""

    def __init__(self, port: int, **settings: object):
        given = {"connect_timeout": 5.0, "read_timeout": 5.0, "login_username": USER, "login_port": port}
        self.journal = Journal(":memory:")
        self.journal.run_began("run", 0)
        whole = Settings(**given | settings)
        recorder = Recorder(self.journal, whole)
        recorder.run, recorder.scenario, recorder.step, recorder.purpose = "run", 1, 2, PROBE
        super().__init__(whole, recorder)

    def calls(self, operation: str = "%") -> list[Row]:
        return self.journal.rows("SELECT * FROM calls WHERE operation LIKE ? ORDER BY id", operation)


def failing(act: Callable[[], object]) -> SshFailed:
    with pytest.raises(SshFailed) as failed:
        act()
    return failed.value


@pytest.fixture(scope="module")
def host() -> Iterator[Hosting]:
    with hosting() as stack:
        yield stack


@pytest.fixture(scope="module")
def guest(host: Hosting) -> Iterator[Guest]:
    home = host._directory / "alone"
    key = f"{KEY.get_name()} {KEY.get_base64()}"
    guest = Guest(home, host.tools, host.port, "alone", ADDRESS, key, "none", door=Sshd)
    guest.install()
    guest.listen(ADDRESS)
    yield guest
    guest.stop()


@pytest.fixture
def ssh(guest: Guest) -> Measured:
    return Measured(guest.port)


@pytest.fixture
def session(ssh: Measured) -> Iterator[Session]:
    session = ssh.log_in(ADDRESS, text_of(KEY))
    yield session
    session.close()


# --- logging in


def test_a_login_is_written_down_once(ssh: Measured, session: Session) -> None:
    (call,) = ssh.calls()
    told = {"api": "ssh", "operation": "ssh.LogIn", "subject": f"{ADDRESS}:{ssh.settings.login_port}"}
    told |= {"outcome": "ok", "identity": "user", "purpose": "probe", "attempts": 1, "scenario": 1, "step": 2}
    assert {name: call[name] for name in told} == told


@pytest.mark.parametrize("kind", KEYS)
def test_keys_of_every_kind_that_clouds_make_are_taken(guest: Guest, ssh: Measured, kind: str) -> None:
    key = KEYS[kind].generate(2048) if kind == "RSAKey" else KEYS[kind].generate()
    before = (guest.home / "keys").read_text()
    guest.write("keys", f"{key.get_name()} {key.get_base64()}")
    try:
        ssh.log_in(ADDRESS, text_of(key)).close()
    finally:
        (guest.home / "keys").write_text(before)


def test_a_key_that_is_none_is_a_mistake_of_the_settings_and_is_not_shown(ssh: Measured) -> None:
    with pytest.raises(SuiteError) as wrong:
        ssh.log_in(ADDRESS, "-----BEGIN RSA PRIVATE KEY-----\nplanted-7f3a\n-----END RSA PRIVATE KEY-----")
    assert "planted" not in str(wrong.value)
    assert not ssh.calls()


def test_another_key_is_refused(ssh: Measured) -> None:
    failure = failing(lambda: ssh.log_in(ADDRESS, ssh.strange_key(), identity="unknown-key"))
    assert (failure.call.reason, failure.call.code) == ("auth", "AuthenticationFailed")
    assert failure.call.identity == "unknown-key"
    assert "it came to AuthenticationFailed" in str(failure)


def test_nobody_listens() -> None:
    failure = failing(lambda: Measured(free_port()).log_in(ADDRESS, text_of(KEY)))
    assert (failure.call.reason, failure.undone) == ("connect", True)


def test_a_name_that_does_not_resolve(ssh: Measured) -> None:
    assert failing(lambda: ssh.log_in("nowhere.invalid", text_of(KEY))).call.reason == "dns"


def test_somebody_who_says_nothing_is_left_in_time() -> None:
    with FaultyServer(hangs) as silent:
        began = time.perf_counter()
        failure = failing(lambda: Measured(silent.server_address[1], read_timeout=0.5).log_in(ADDRESS, text_of(KEY)))
    assert (failure.call.reason, failure.call.message) == ("timeout", "it says nothing")
    assert time.perf_counter() - began < 30


def test_somebody_who_hangs_up() -> None:
    with FaultyServer(hangs_up) as rude:
        failure = failing(lambda: Measured(rude.server_address[1]).log_in(ADDRESS, text_of(KEY)))
    assert failure.call.reason == "connect"


def test_a_deadline_ends_a_login() -> None:
    with FaultyServer(hangs) as silent:
        ssh = Measured(silent.server_address[1], read_timeout=60.0)
        with pytest.raises(DeadlinePassed), deadline(0.5, "The step"):
            ssh.log_in(ADDRESS, text_of(KEY))
    (call,) = ssh.calls()
    assert (call["outcome"], call["reason"]) == ("failed", "timeout")


def test_another_machine_at_the_same_address_is_not_trusted(ssh: Measured, session: Session) -> None:
    ssh.log_in(ADDRESS, text_of(KEY), host_key=session.host_key).close()
    failure = failing(lambda: ssh.log_in(ADDRESS, text_of(KEY), host_key="SHA256:another"))
    assert failure.call.code == "OtherHostKey"
    assert f"it shows the host key {session.host_key} instead of SHA256:another" in str(failure)
    assert "Another machine answers at this address, or it was made anew." in str(failure)


# --- inside


def test_a_command_is_carried_out_with_its_input(ssh: Measured, session: Session) -> None:
    said = session.run("cat; echo trouble >&2; exit 3", 60, b"x" * 300_000)
    assert (said.status, len(said.out), said.err) == (3, 300_000, "trouble\n")
    (call,) = ssh.calls("ssh.Run")
    assert (call["outcome"], call["sent"], call["received"]) == ("ok", 300_000, 300_008)


def test_a_command_that_takes_too_long_is_left(ssh: Measured, session: Session) -> None:
    failure = failing(lambda: session.run("sleep 60", 0.3))
    assert failure.call.reason == "timeout"
    assert failure.call.duration < 30


def test_a_command_that_trickles_is_left_all_the_same(session: Session) -> None:
    failure = failing(lambda: session.run("while :; do echo; sleep 0.05; done", 0.5))
    assert failure.call.reason == "timeout"


def test_a_server_that_goes_away_under_a_command(session: Session) -> None:
    failure = failing(lambda: session.run("kill -9 $PPID; sleep 5", 60))
    assert failure.call.reason == "connect"


def test_a_connection_from_inside(host: Hosting, ssh: Measured, session: Session) -> None:
    session.reach("localhost", int(host.url.rpartition(":")[2]), 5)
    closed = failing(lambda: session.reach(ADDRESS, free_port(), 5))
    nowhere = failing(lambda: session.reach("nowhere.invalid", 80, 5))
    assert {closed.call.reason, nowhere.call.reason} == {"connect"}
    assert [call["outcome"] for call in ssh.calls("ssh.Reach")] == ["ok", "failed", "failed"]


# --- through others


def test_a_server_is_reached_through_another(ssh: Measured, session: Session) -> None:
    inner = ssh.log_in(ADDRESS, text_of(KEY), through=session)
    assert inner.run("echo $SSH_CONNECTION", 60).status == 0
    inner.close()


def test_a_jump_host_has_a_user_a_key_and_a_host_key_of_its_own(guest: Guest, session: Session) -> None:
    given = {"login_jump_host": (ADDRESS, guest.port), "login_jump_key": text_of(KEY), "login_username": "nobody-here"}
    Measured(1, **given, login_jump_username=USER, login_jump_fingerprint=session.host_key).at_jump_host().close()
    stranger = Measured(1, **given)
    assert failing(stranger.at_jump_host).call.reason == "auth"
    other = Measured(1, **given, login_jump_username=USER, login_jump_fingerprint="SHA256:another")
    assert failing(other.at_jump_host).call.code == "OtherHostKey"


def test_no_key_is_written_down(ssh: Measured, session: Session, tmp_path: Path) -> None:
    session.run(f"echo '{text_of(KEY)}' >/dev/null", 60)
    failure = failing(lambda: ssh.log_in(ADDRESS, ssh.strange_key()))
    written = "\n".join(map(str, map(tuple, ssh.calls()))) + repr(failure) + repr(failure.__cause__)
    assert "PRIVATE KEY" not in written
