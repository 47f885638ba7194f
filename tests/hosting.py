"""A cloud whose servers are the guests of tests/guests.py: a fake of OpenStack with real logins, traffic and data."""

import base64
import contextlib
import csv
import io
import itertools
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import paramiko

from journeys.demo.process import Server, free_port
from tests import fakestack
from tests.fakestack import Fakestack, Reply
from tests.guests import GIB, USER, Guest, Sshd, Tools

DECLARED = ("public-addresses", "load-balancers", "member-health", "benchmarks", "disk-benchmark", "pings", "sudo")


class Haproxy(Server):
    """Hands requests on to the members that answer, at each of `places`; to all where it does not check them."""

    def __init__(
        self, tools: Tools, directory: Path, places: list[tuple[str, int]], members: list[str], *, checks: bool
    ):
        check = "check inter 100ms fall 2 rise 1" if checks else ""
        directory.mkdir(exist_ok=True)
        self._socket = directory / "stats"
        lines = [
            f"global\nstats socket {self._socket}\ndefaults\nmode tcp\ntimeout connect 2s\ntimeout check 5s",
            "timeout client 10s\ntimeout server 10s\nfrontend all",
            *(f"bind {address}:{port}" for address, port in places),
            "default_backend servers\nbackend servers\nbalance roundrobin",
            *(f"server {member} {member}:{places[0][1]} {check}" for member in members),
        ]
        (directory / "haproxy.cfg").write_text("\n".join(lines) + "\n")
        environment = {"LD_LIBRARY_PATH": str(tools.directory)}
        super().__init__(
            "haproxy", [tools.directory / "haproxy", "-db", "-f", directory / "haproxy.cfg"], directory, environment
        )

    def answers(self) -> bool:
        return bool(self.states())

    def states(self) -> dict[str, str]:
        """What it says of each member, such as UP or DOWN."""
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(self._socket))
            connection.sendall(b"show stat\n")
            told = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
            rows = csv.DictReader(told.lstrip("# ").splitlines())
            return {row["svname"]: row["status"] for row in rows if row["pxname"] == "servers"}
        return {}


class Hosting(Fakestack):
    """The fake of OpenStack whose servers can be logged in to; `untrue` is done to each before it lets anybody in."""

    def __init__(self, directory: Path, before_key_pair: Callable[[], None] = lambda: None):
        super().__init__(before_key_pair=before_key_pair)
        self.untrue: Callable[[Guest], None] = lambda guest: None
        self.port = free_port()
        self.guests: dict[str, Guest] = {}
        self._directory = directory
        self.tools = Tools(directory / "tools")
        # Addresses of this process alone, as iperf3's port is the same everywhere.
        self._addresses = (f"127.{self.port >> 8}.{self.port & 255}.{number}" for number in itertools.count(1))
        self._keys: dict[str, str] = {}
        self._starter = ThreadPoolExecutor(1)  # servers end with the thread that started them
        self.haproxy: Haproxy | None = None
        self.checks = True  # whether it looks which members answer
        self.members: Callable[[list[str]], list[str]] = list  # those that are really asked

    def settings(self) -> dict[str, str]:
        """What makes journeys use this cloud, log in there and ping."""
        own = {"JOURNEYS_LOGIN_USERNAME": USER, "JOURNEYS_LOGIN_PORT": str(self.port)}
        outside = {"JOURNEYS_OUTSIDE_HOST": self.url.replace("http://127.0.0.1", "localhost")}
        declared = {"JOURNEYS_CAPABILITIES": ",".join(DECLARED)}
        path = {"PATH": f"{self.tools.for_us()}:{os.environ['PATH']}"}
        return fakestack.settings(self) | own | outside | declared | path

    def jump_host(self, address: str) -> str:
        """Starts a host that is no server of this cloud; returns the private key to it."""
        key, text = _new_key()
        host = Guest(self._directory / "jump", self.tools, self.port, "jump", address, key, "none", door=Sshd)
        host.install()
        self.guests["jump"] = host
        self._starter.submit(host.listen, address).result()
        return text

    def close(self) -> None:
        for guest in self.guests.values():
            guest.stop()
        if self.haproxy:
            self.haproxy.kill()
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
        guest = Guest(home, self.tools, self.port, server["name"], address, key, told, door=Sshd)
        guest.install()
        self.untrue(guest)
        self.guests[server["id"]] = guest
        self._starter.submit(guest.listen, address).result()
        return server

    def _make_floatingip(self, wanted: dict) -> dict:
        return super()._make_floatingip(wanted) | {"floating_ip_address": next(self._addresses)}

    def _lead(self, address: dict) -> None:
        super()._lead(address)
        target = self.things["ports"][address["port_id"]]["device_id"]
        if target in self.guests:
            self._starter.submit(self.guests[target].listen, address["floating_ip_address"]).result()
        else:
            self._balance(address["floating_ip_address"])

    def _forget(self, name: str, id_: str) -> None:
        super()._forget(name, id_)
        if id_ in self.guests:
            self.guests.pop(id_).stop()
        if name == "loadbalancers" and self.haproxy:
            self.haproxy.kill()
            self.haproxy = None
            for parts in ("listeners", "pools", "members"):
                self.things[parts].clear()

    # --- load balancers

    def _make_loadbalancer(self, wanted: dict) -> dict:
        made, address = super()._make_loadbalancer(wanted), next(self._addresses)
        port = self._make({"device_id": made["id"], "fixed_ips": [{"ip_address": address}], "network_id": ""})
        self.things["ports"][port["id"]] = port
        return made | {"vip_address": address, "vip_port_id": port["id"]}

    def _make_healthmonitor(self, wanted: dict) -> dict:
        (balancer,) = self.things["loadbalancers"].values()
        self._balance(balancer["vip_address"])
        return self._make(wanted)

    def _balance(self, *places: str) -> None:
        """With a new haproxy, at these addresses."""
        if self.haproxy:
            self.haproxy.kill()
        (listener,) = self.things["listeners"].values()
        guests = {guest.address for guest in self.guests.values()}  # all others are nowhere
        addresses = [member["address"] for member in self.things["members"].values()]
        members = self.members([address for address in addresses if address in guests])
        places = [(place, listener["protocol_port"]) for place in places]
        self.haproxy = Haproxy(self.tools, self._directory / "haproxy", places, members, checks=self.checks)
        self._starter.submit(self.haproxy.start).result()

    def _members(self, method: str, pool: str, body: dict) -> Reply:
        states = self.haproxy.states() if self.haproxy else {}
        for member in self.things["members"].values():
            asked = states.get(member["address"], "").startswith(("UP", "no check"))  # "UP 1/2": not DOWN yet
            member["operating_status"] = "ONLINE" if asked else "ERROR"
        return super()._members(method, pool, body)

    # --- what is plugged in

    def answer(self, method: str, url: str, body: dict, token: str = "") -> Reply:
        with self._lock:
            reply = super().answer(method, url, body, token)
            if method != "GET":
                for id_ in self.guests.keys() & self.things["servers"].keys():
                    self.guests[id_].plug_in(*self._devices(id_))
        return reply

    def _devices(self, server: str) -> tuple[list[dict], list[Path]]:
        volumes = self.things["volumes"].values()
        attached = [each["id"] for each in volumes if {"server_id": server} in each["attachments"]]
        ports = [port for port in self.things["ports"].values() if port["device_id"] == server]
        return ports, [self._disk(id_) for id_ in attached]

    def _disk(self, id_: str) -> Path:
        """The file that stands for a volume, or for a snapshot."""
        return self._directory / f"disk-{id_[:8]}"

    def _make_volume(self, wanted: dict) -> dict | Reply:
        made = super()._make_volume(wanted)
        if source := wanted.get("snapshot_id"):
            shutil.copy(self._disk(source), self._disk(made["id"]))
        else:
            self._disk(made["id"]).touch()
        with self._disk(made["id"]).open("r+b") as disk:
            disk.truncate(made["size"] * GIB)
        self._disk(made["id"]).chmod(0o666)
        return made

    def _make_snapshot(self, wanted: dict) -> dict:
        made = super()._make_snapshot(wanted)
        with self._disk(wanted["volume_id"]).open("rb") as disk:
            self._disk(made["id"]).write_bytes(disk.read(65536))
        return made


def _new_key() -> tuple[str, str]:
    """The public and the private key, as text."""
    key, text = paramiko.ECDSAKey.generate(), io.StringIO()
    key.write_private_key(text)
    return f"{key.get_name()} {key.get_base64()}", text.getvalue()


@contextmanager
def hosting(before_key_pair: Callable[[], None] = lambda: None) -> Iterator[Hosting]:
    """The fake on loopback. Its directory is on a disk, and one that other users may enter, as pytest's are not."""
    with tempfile.TemporaryDirectory(prefix="journeys-guests-", dir="/var/tmp") as directory:
        Path(directory).chmod(0o755)
        stack = Hosting(Path(directory), before_key_pair)
        try:
            with fakestack.serving(stack):
                yield stack
        finally:
            stack.close()
