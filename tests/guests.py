"""Guests of a fake cloud that one can log in to: real sshds on loopback, one for each server that is started.

No virtual machines: what is typed there runs here, in a home of the guest's own, by a user whom only its sshd knows
(through Debian's libnss-wrapper, so no account of this machine is needed or touched). Real are sshd, its keys and
connections, bc, dd, ping, fio, iperf3 (slowed down), web pages, and the load balancer before them: haproxy, which
Octavia uses, too. Fake are `hostname`, `sudo`, the metadata service, and what is plugged in: files of the home.
"""

import contextlib
import os
import shutil
import signal
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import paramiko

from journeys.demo.process import Server
from tests.realtools import libraries, required, tool

USER = "ubuntu"
NOBODY = 65534  # as root, sshd would want an account and a directory of the system's
MAY_PING = ("--inh-caps=+net_raw", "--ambient-caps=+net_raw")  # as every user may who has an installed ping
GIB = 2**30

# What we write for servers of any cloud stays apart from what other guests on this machine have.
SHELL = """\
#!/bin/sh
export HOME={home} PATH={path}
here='s#/var/tmp/#{home}/tmp/#g; s#/sys/#{home}/sys/#g; s#/dev/vd#{home}/dev/vd#g'
[ "$1" = -c ] && exec /bin/sh -c "$(printf %s "$2" | /bin/sed "$here")"
exec /bin/sh "$@"
"""
HOST_NAME = "#!/bin/sh\nexec cat {home}/hostname\n"
SUDO = """\
#!/bin/sh
[ "$1" = -n ] && shift
exec "$@"
"""
ONE_CORE = "#!/bin/sh\necho 1\n"
CURL = """\
#!/bin/sh
for last; do :; done
case "$last" in http://169.254.*) ;; *) exec /usr/bin/curl "$@" ;; esac
[ -f {home}/metadata/${{last##*/}} ] || exit 22
exec cat {home}/metadata/${{last##*/}}
"""
BC = """\
#!/bin/sh
LD_LIBRARY_PATH={tools} exec {tools}/bc "$@"
"""
# Five times as often as by itself, so that nobody has to wait.
PING = """\
#!/bin/sh
LD_LIBRARY_PATH={tools} exec {tools}/ping -i 0.2 "$@"
"""
OUR_PING = PING.replace("LD_", "[ -f {tools}/for-us/says ] && exec cat {tools}/for-us/says\nLD_")
FIO = """\
#!/bin/sh
LD_LIBRARY_PATH={tools} exec {tools}/fio "$@" --size=1M --runtime=1 --numjobs=1
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
        for name in ("sshd", "iperf3", "bc", "ping", "fio", "haproxy"):
            shutil.copy(required(tool, name), directory)
        for name in ("sshd", "iperf3", "ping", "fio", "haproxy"):
            for library in required(libraries, name).glob("lib*.so*"):
                shutil.copy(library, directory)
        # Since OpenSSH 9.8 it consists of several programs.
        parts = required(tool, "sshd").parent.parent / "lib" / "openssh"
        self.parts = {name: parts / name for name in ("sshd-session", "sshd-auth") if (parts / name).exists()}
        for path in self.parts.values():
            shutil.copy(path, directory)

    def for_us(self) -> Path:
        """The directory of those that this machine has to have as well."""
        directory = self.directory / "for-us"
        directory.mkdir(exist_ok=True)
        (directory / "ping").write_text(OUR_PING.format(tools=self.directory))
        (directory / "ping").chmod(0o755)
        return directory

    def ping_says(self, text: str | None) -> None:
        """From now on ping on this machine says this; None: what is so."""
        says = self.directory / "for-us" / "says"
        if text is None:
            says.unlink(missing_ok=True)
        else:
            says.write_text(text)

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
        for directory in ("bin", "tmp", "logs", "metadata", "dev", "sys/block", "sys/class/net"):
            (self.home / directory).mkdir(parents=True)
        programs = {"hostname": HOST_NAME, "curl": CURL, "sudo": SUDO, "nproc": ONE_CORE}
        programs |= {"bc": BC, "ping": PING, "fio": FIO, "iperf3": IPERF3}
        for name, text in programs.items():
            self.program(f"bin/{name}", text.replace("{tools}", str(self.tools.directory)))
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
        for file in self.home.glob("tmp/journeys-pages/pid"):
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(file.read_text()), signal.SIGTERM)  # as `timeout` hands on

    def plug_in(self, ports: list[dict], volumes: list[Path]) -> None:
        """From now on it finds these; the first disk is its own."""
        for found in self.home.glob("sys/*/*"):
            shutil.rmtree(found)
        for number, port in enumerate(ports):
            self.device(f"class/net/eth{number}/address", port["mac_address"])
        for letter, volume in zip("abcdef", [None, *volumes], strict=False):
            size = volume.stat().st_size if volume else GIB
            self.device(f"block/vd{letter}/size", str(size // 512))
            if volume:
                disk = self.home / "dev" / f"vd{letter}"
                disk.unlink(missing_ok=True)
                disk.symlink_to(volume)

    def device(self, file: str, text: str) -> None:
        path = self.home / "sys" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")


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
            [shutil.which("setpriv"), f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *MAY_PING]
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
