"""Guests of a fake cloud that one can log in to: real sshds on loopback, one for each server that is started.

No virtual machines: what is typed there runs here, in a home of the guest's own, by a user whom only its sshd knows
(through Debian's libnss-wrapper, so no account of this machine is needed or touched). Real are sshd, its keys and
connections, bc, dd and iperf3 (slowed down). Fake are `hostname`, and `curl`, which knows only the metadata service.
"""

import base64
import contextlib
import io
import itertools
import os
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import paramiko

from journeys.demo.process import Server, free_port
from tests import fakestack
from tests.fakestack import Fakestack
from tests.realtools import libraries, required, tool

USER = "ubuntu"
NOBODY = 65534  # as root, sshd would want an account and a directory of the system's

# What we write for servers of any cloud stays apart from what other guests on this machine have.
SHELL = """\
#!/bin/sh
export HOME={home} PATH={path}
[ "$1" = -c ] && exec /bin/sh -c "$(printf %s "$2" | /bin/sed 's#/var/tmp/#{home}/tmp/#g')"
exec /bin/sh "$@"
"""
HOST_NAME = "#!/bin/sh\nexec cat {home}/hostname\n"
CURL = """\
#!/bin/sh
for last; do :; done
[ -f {home}/metadata/${{last##*/}} ] || exit 22
exec cat {home}/metadata/${{last##*/}}
"""
BC = """\
#!/bin/sh
LD_LIBRARY_PATH={tools} exec {tools}/bc "$@"
"""
# As fast as a network may be, or it would keep all of this machine busy.
IPERF3 = """\
#!/bin/sh
case "$*" in *"-c "*) set -- "$@" -b 400M ;; esac
LD_LIBRARY_PATH={tools} exec {tools}/iperf3 "$@"
"""


class Tools:
    """The programs that guests have, where any user may run them."""

    def __init__(self, directory: Path):
        self.directory = directory
        directory.mkdir()
        for name in ("sshd", "iperf3", "bc"):
            shutil.copy(required(tool, name), directory)
        for name in ("sshd", "iperf3"):
            for library in required(libraries, name).glob("lib*.so*"):
                shutil.copy(library, directory)
        # Since OpenSSH 9.8 it consists of several programs.
        parts = required(tool, "sshd").parent.parent / "lib" / "openssh"
        self.parts = {name: parts / name for name in ("sshd-session", "sshd-auth") if (parts / name).exists()}
        for path in self.parts.values():
            shutil.copy(path, directory)

    def options(self) -> str:
        names = {"sshd-session": "SshdSessionPath", "sshd-auth": "SshdAuthPath"}
        return "".join(f"{names[name]} {self.directory / name}\n" for name in self.parts)


@dataclass
class Guest:
    """A server, as who logs in to it finds it. What its files say can be changed while it runs."""

    home: Path
    tools: Tools
    port: int
    name: str
    address: str
    key: str  # the public one of who may log in
    user_data: str
    shy: bool = False  # once it has a public address, it answers only there
    path: str = "/usr/bin:/bin"  # where programs are, besides its own
    door: "Callable[[Guest, str], Door] | None" = None  # who lets people in; None: nobody
    running: "list[Door]" = field(default_factory=list)

    def install(self) -> None:
        for directory in ("bin", "tmp", "logs", "metadata"):
            (self.home / directory).mkdir(parents=True)
        self.program("bin/hostname", HOST_NAME)
        self.program("bin/curl", CURL)
        self.program("bin/bc", BC.replace("{tools}", str(self.tools.directory)))
        self.program("bin/iperf3", IPERF3.replace("{tools}", str(self.tools.directory)))
        paramiko.ECDSAKey.generate().write_private_key_file(str(self.home / "host"))
        self.write("keys", self.key)
        self.write("hostname", self.name)
        self.write("metadata/local-ipv4", self.address)
        self.write("metadata/user-data", self.user_data)
        self.write("tmp/journeys-user-data", "journeys")

    def write(self, file: str, text: str) -> None:
        (self.home / file).write_text(text + "\n")

    def program(self, file: str, text: str) -> None:
        path = self.home / file
        path.write_text(text.format(home=self.home, path=f"{self.home}/bin:{self.path}"))
        path.chmod(0o755)

    def listen(self, address: str) -> None:
        """Lets people in at this address from now on."""
        if self.shy:
            self.stop()
        user, group = (NOBODY, NOBODY) if os.geteuid() == 0 else (os.getuid(), os.getgid())
        self.program("shell", SHELL)
        self.write("passwd", f"{USER}:x:{user}:{group}::{self.home}:{self.home}/shell")
        self.write("group", f"{USER}:x:{group}:")
        if os.geteuid() == 0:
            for path in (self.home, *self.home.rglob("*")):
                shutil.chown(path, user, group)
        if self.door:
            self.running.append(self.door(self, address))
            self.running[-1].start()

    def stop(self) -> None:
        while self.running:
            self.running.pop().kill()


class Door(Protocol):
    """What answers where people want to log in."""

    def start(self) -> object: ...

    def kill(self) -> None: ...


class Sshd(Server):
    """The sshd of a guest at one address."""

    def __init__(self, guest: Guest, address: str):
        self._place = (address, guest.port)
        configuration = guest.home / f"sshd-{address}"
        configuration.write_text(
            f"ListenAddress {address}:{guest.port}\nHostKey {guest.home}/host\nAuthorizedKeysFile "
            f"{guest.home}/keys\nStrictModes no\nUsePAM no\nPidFile none\nPasswordAuthentication no\n"
            f"{guest.tools.options()}"
        )
        tools = guest.tools.directory
        become = (
            [shutil.which("setpriv"), f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
            if os.geteuid() == 0
            else []
        )
        environment = {
            "PATH": os.environ["PATH"],
            "LD_LIBRARY_PATH": str(tools),
            "LD_PRELOAD": str(tools / "libnss_wrapper.so"),
            "NSS_WRAPPER_PASSWD": str(guest.home / "passwd"),
            "NSS_WRAPPER_GROUP": str(guest.home / "group"),
        }
        command = [*become, tools / "sshd", "-D", "-e", "-f", configuration]
        super().__init__(f"sshd-{address}", command, guest.home / "logs", environment)

    def answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(self._place, 1):
            return True
        return False


class Silence:
    """Accepts connections and never says a word."""

    def __init__(self, guest: Guest, address: str):
        self._place = (address, guest.port)
        self._socket = socket.socket()

    def start(self) -> None:
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(self._place)
        self._socket.listen()

    def kill(self) -> None:
        self._socket.close()


class OpenHouse(Silence):
    """Lets everybody in, whatever their key. A fake: no sshd can be told to do so."""

    def start(self) -> None:
        super().start()
        threading.Thread(target=self._welcome, daemon=True).start()

    def _welcome(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                transport = paramiko.Transport(self._socket.accept()[0])
                transport.add_server_key(paramiko.ECDSAKey.generate())
                transport.start_server(server=_Host())


class _Host(paramiko.ServerInterface):
    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        return paramiko.AUTH_SUCCESSFUL

    def get_allowed_auths(self, username: str) -> str:
        return "publickey"


class Hosting(Fakestack):
    """The fake of OpenStack whose servers can be logged in to; `untrue` is done to each before it lets anybody in."""

    def __init__(self, directory: Path, before_key_pair: Callable[[], None] = lambda: None):
        super().__init__(before_key_pair=before_key_pair)
        self.untrue: Callable[[Guest], None] = lambda guest: None
        self.port = free_port()
        self.guests: dict[str, Guest] = {}
        self._directory = directory
        self._tools = Tools(directory / "tools")
        # Addresses of this process alone, as iperf3's port is the same everywhere.
        self._addresses = (f"127.{self.port >> 8}.{self.port & 255}.{number}" for number in itertools.count(1))
        self._keys: dict[str, str] = {}
        self._starter = ThreadPoolExecutor(1)  # servers end with the thread that started them

    def settings(self) -> dict[str, str]:
        """What makes journeys use this cloud, and log in there."""
        own = {"JOURNEYS_LOGIN_USERNAME": USER, "JOURNEYS_LOGIN_PORT": str(self.port)}
        outside = {"JOURNEYS_OUTSIDE_HOST": self.url.replace("http://127.0.0.1", "localhost")}
        declared = {"JOURNEYS_CAPABILITIES": "public-addresses,benchmarks"}
        return fakestack.settings(self) | own | outside | declared

    def jump_host(self, address: str) -> str:
        """Starts a host that is no server of this cloud; returns the private key to it."""
        key, text = _new_key()
        host = Guest(self._directory / "jump", self._tools, self.port, "jump", address, key, "none", door=Sshd)
        host.install()
        self.guests["jump"] = host
        self._starter.submit(host.listen, address).result()
        return text

    def close(self) -> None:
        for guest in self.guests.values():
            guest.stop()
        self._starter.shutdown()

    def _make_keypair(self, wanted: dict) -> dict:
        self._keys[wanted["name"]], private = _new_key()
        return super()._make_keypair(wanted) | {"private_key": private}

    def _make_server(self, wanted: dict) -> dict:
        server, address = super()._make_server(wanted), next(self._addresses)
        server["addresses"] = {"net": [{"addr": address}]}
        for port in self.things["ports"].values():
            if port["device_id"] == server["id"]:
                port["fixed_ips"][0]["ip_address"] = address
        told = base64.b64decode(wanted["user_data"]).decode().strip()
        home = self._directory / server["id"][:8]
        key = self._keys[wanted["key_name"]]
        guest = Guest(home, self._tools, self.port, server["name"], address, key, told, door=Sshd)
        guest.install()
        self.untrue(guest)
        self.guests[server["id"]] = guest
        self._starter.submit(guest.listen, address).result()
        return server

    def _make_floatingip(self, wanted: dict) -> dict:
        return super()._make_floatingip(wanted) | {"floating_ip_address": next(self._addresses)}

    def _lead(self, address: dict) -> None:
        super()._lead(address)
        guest = self.guests[self.things["ports"][address["port_id"]]["device_id"]]
        self._starter.submit(guest.listen, address["floating_ip_address"]).result()

    def _forget(self, name: str, id_: str) -> None:
        super()._forget(name, id_)
        if id_ in self.guests:
            self.guests.pop(id_).stop()


def _new_key() -> tuple[str, str]:
    """The public and the private key, as text."""
    key, text = paramiko.ECDSAKey.generate(), io.StringIO()
    key.write_private_key(text)
    return f"{key.get_name()} {key.get_base64()}", text.getvalue()


@contextmanager
def hosting(before_key_pair: Callable[[], None] = lambda: None) -> Iterator[Hosting]:
    """The fake on loopback. Its directory is one that other users may enter, which those of pytest are not."""
    with tempfile.TemporaryDirectory(prefix="journeys-guests-") as directory:
        Path(directory).chmod(0o755)
        stack = Hosting(Path(directory), before_key_pair)
        try:
            with fakestack.serving(stack):
                yield stack
        finally:
            stack.close()
