"""Every promise about pings, devices and traffic, made untrue: by what a guest does, or lacks, or its cloud."""

from dataclasses import dataclass

from tests.guests import GIB, Guest
from tests.hosting import Hosting
from tests.login_lies import INSIDE, Lie, StoryOfGuests, doing, without


@dataclass(frozen=True)
class StoryOfCloud(StoryOfGuests):
    """A story in which the cloud itself does something else, such as hand on requests to some members only."""

    cloud: dict[str, object] | None = None

    def begin(self, stack: Hosting) -> None:
        stack.untrue = self.untrue
        stack.tools.ping_says(None)
        for name, value in {"members": list, "checks": True, **(self.cloud or {})}.items():
            setattr(stack, name, value)


# As ping of Linux and ping of busybox say it.
LOST = "5 packets transmitted, 0 received, 100% packet loss, time 4089ms"
LOST_IN_BUSYBOX = "5 packets transmitted, 0 packets received, 100% packet loss"
HALF_LOST = "5 packets transmitted, 2 received, 60% packet loss, time 4010ms\nrtt min/avg/max/mdev = 1/2/3/1 ms"


def ours_says(text: str) -> Lie:
    """Ping on this machine says something else."""
    return lambda guest: guest.tools.ping_says(f"{text}\n")


def blind(guest: Guest) -> None:
    """It finds nothing of what is plugged in while it runs."""
    guest.plug_in = lambda ports, volumes: guest_of(guest)(ports[:1], [])


def keeping(guest: Guest) -> None:
    """It goes on finding what is plugged in no more."""
    seen: tuple[list, list] = ([], [])

    def plug_in(ports: list, volumes: list) -> None:
        for known, new in zip(seen, (ports, volumes), strict=True):
            known += [each for each in new if each not in known]
        guest_of(guest)(*seen)

    guest.plug_in = plug_in


def with_other_disks(guest: Guest) -> None:
    """Whatever volume is attached, it finds another disk, which is as large but empty."""
    empty = guest.home / "empty"

    def plug_in(ports: list, volumes: list) -> None:
        with empty.open("wb") as disk:
            disk.truncate(GIB)
        guest_of(guest)(ports, [empty for _ in volumes])

    guest.plug_in = plug_in


def with_small_disks(guest: Guest) -> None:
    """It finds disks of half their size."""

    def plug_in(ports: list, volumes: list) -> None:
        guest_of(guest)(ports, volumes)
        for number, _ in enumerate(volumes):
            guest.device(f"block/vd{'bcd'[number]}/size", str(GIB // 1024))

    guest.plug_in = plug_in


def guest_of(guest: Guest):
    """What an honest guest does when something is plugged in."""
    return lambda ports, volumes: Guest.plug_in(guest, ports, volumes)


# Instead of the page's process another one is ended.
GOES_ON = """\
case "$1" in */pid) sleep 20 > /dev/null 2>&1 < /dev/null & echo $!; exit ;; esac
exec /bin/cat "$@"
"""

PINGED = f"{INSIDE}\nWhen I ping the server"
MESH = "Given 2 servers that let me in\nWhen I have every server ping every other one"
PORT = f"{INSIDE}\nAnd a port\nWhen I attach the port to the server"
VOLUME = f"{INSIDE}\nAnd a volume\nWhen I attach the volume to the server"
RANDOM = f"{INSIDE}\nWhen I have the server read and write its disk at random"
PAGES = "Given 2 servers that serve a page of their own\nAnd a load balancer before them"
STOPPED = f"{PAGES}\nWhen I stop the page of the second server"
EACH = "Then each server answers through the load balancer within 2 seconds"
ALL = "Then 20 requests through the load balancer are all answered"
NOBODY = r"Expected an answer on each way, but on \d of \d nobody answers: from "

STORIES = [
    # --- pings
    StoryOfCloud(
        "A server does not answer its owner's pings",
        f"{PINGED}\nThen whoever was pinged answers",
        rf"{NOBODY}here to 127\S+ \({LOST}\)",
        ours_says(LOST),
    ),
    StoryOfCloud(
        "A server that does not answer is not quick",
        f"{PINGED}\nThen the pings are answered within 1 second on average",
        rf"{NOBODY}here to 127\S+ \({LOST}\)",
        ours_says(LOST),
    ),
    StoryOfCloud(
        "Most pings are lost",
        f"{PINGED}\nThen no more than 20 % of the pings are lost",
        r"Expected 20 % of the pings to be lost at most, but 60% were; most of all from here to 127\S+: 5 packets",
        ours_says(HALF_LOST),
        too_slow=True,
    ),
    StoryOfCloud(
        "Pings are answered late",
        f"{PINGED}\nThen the pings are answered within 1.5 ms on average",
        r"Expected pings to be answered within 1\.5 ms on average, but from here to 127\S+ that took 2 ms",
        ours_says(HALF_LOST),
        too_slow=True,
    ),
    StoryOfCloud(
        "Ping on this machine does not work",
        PINGED,
        r"Expected ping to work from here, but 'ping 127\S+' ended with 0: ping: socket: not permitted",
        ours_says("ping: socket: not permitted"),
    ),
    StoryOfCloud(
        "A server only looks busy",
        f"{INSIDE}\nWhen I ping the server while it is busy",
        r"Expected server \S+ to be busy while it was pinged, but 'ending what kept it busy' ended with",
        doing("timeout", "exit 0"),
    ),
    StoryOfCloud(
        "The world does not answer",
        f"{INSIDE}\nWhen I have the server ping the world\nThen whoever was pinged answers",
        rf"{NOBODY}127\S+ to localhost \({LOST_IN_BUSYBOX}\)",
        doing("ping", f"echo '{LOST_IN_BUSYBOX}'; exit 1"),
    ),
    StoryOfCloud(
        "Servers do not answer each other",
        f"{MESH}\nThen whoever was pinged answers",
        rf"{NOBODY}127\S+ to 127\S+ \({LOST}\); from",
        doing("ping", f"echo '{LOST}'; exit 1"),
    ),
    StoryOfCloud(
        "An image has no ping",
        f"{INSIDE}\nWhen I have the server ping the world",
        r"Expected ping to work from 127\S+, but 'ping localhost' ended with 127: .* not found",
        without("ping"),
    ),
    StoryOfCloud("Nobody was pinged", f"{INSIDE}\nThen whoever was pinged answers", "Nobody was pinged: a step"),
    # --- disks
    StoryOfCloud(
        "A disk does little",
        f"{RANDOM}\nThen that ran at 900000000 operations per second at least",
        r"Expected 900000000 operations per second at least, but it were \d+",
        too_slow=True,
    ),
    StoryOfCloud(
        "A disk takes its time",
        f"{RANDOM}\nThen 99 % of the operations took 0.001 ms at most",
        r"Expected 99 % of the operations to take [\d.]+ \w+ at most, but it was [\d.]+ \w+",
        too_slow=True,
    ),
    StoryOfCloud(
        "A disk breaks",
        RANDOM,
        r"Expected fio to succeed in server \S+, but 'fio' ended with 1: Input/output error",
        doing("fio", "echo Input/output error >&2; exit 1"),
    ),
    # --- devices
    StoryOfCloud(
        "A port is attached but never found",
        f"{PORT}\nThen the server finds the port within 100 ms",
        r"Expected server \S+ to find port \S+ \(fa:16:\S+\) within 100 ms, but it finds fa:16:3e:[\w:]+\.",
        blind,
    ),
    StoryOfCloud(
        "A port is detached but still there",
        f"{PORT}\nAnd I detach the port from the server\nThen the server finds the port no longer within 100 ms",
        r"Expected server \S+ no longer to find port \S+ \(fa:16:\S+\) within 100 ms, but it finds fa:\S+, fa:",
        keeping,
    ),
    StoryOfCloud(
        "A volume is attached but never found",
        f"{VOLUME}\nThen the server finds a disk of the volume's size within 100 ms",
        r"Expected server \S+ to find a new disk of 1 GiB within 100 ms, but nothing is new",
        blind,
    ),
    StoryOfCloud(
        "A volume is smaller than it is said to be",
        f"{VOLUME}\nThen the server finds a disk of the volume's size within 100 ms",
        r"Expected server \S+ to find a new disk of 1 GiB within 100 ms, but vdb of 536870912 B is new",
        with_small_disks,
    ),
    StoryOfCloud(
        "A volume is detached but still there",
        f"{VOLUME}\nAnd I detach the volume\nThen the server finds the disk no longer within 100 ms",
        r"Expected server \S+ to find the disk of volume \S+ no longer within 100 ms, but it still finds vdb",
        keeping,
    ),
    StoryOfCloud(
        "A volume has lost its data",
        "Given 2 servers that let me in\nAnd a volume that the first server has written to\n"
        "When I attach the volume to the second server\n"
        "Then the second server reads what was written within 10 seconds",
        r"Expected server \S+ to read '\w{32}' from volume \S+, but it reads '(\\x00)*'",
        with_other_disks,
    ),
    StoryOfCloud(
        "Nobody wrote to the volume",
        f"{VOLUME}\nThen the server reads what was written within 1 second",
        "Nothing was written to a volume",
    ),
    # --- traffic
    StoryOfCloud(
        "A server gets no requests",
        f"{PAGES}\n{EACH}",
        r"Expected each of journeys-\S+, journeys-\S+ to answer through the load balancer within 2 s, but those who "
        r"answered were 'journeys-\S+' \(\d+ times\)\.$",
        cloud={"members": lambda addresses: addresses[:1]},
    ),
    StoryOfCloud(
        "A load balancer answers nobody",
        f"{PAGES}\n{EACH}",
        r"but those who answered were nobody\. Expected http\.Get of 127\S+/name to succeed, but there was no answer",
        cloud={"members": lambda addresses: []},
    ),
    StoryOfCloud(
        "A load balancer goes on asking a server that does not answer",
        f"{STOPPED}\n{ALL}",
        r"Expected http\.Get of 127\S+/name to succeed, but",
        cloud={"checks": False},
    ),
    StoryOfCloud(
        "A server that does not answer is not left out",
        f"{STOPPED}\nThen the load balancer leaves the second server out within 1 second",
        r"Expected load-balancer \S+ to leave 127\S+ out within 1 s, but after .* it is LoadBalancer\(",
        cloud={"checks": False},
    ),
    StoryOfCloud(
        "A page that was stopped answers",
        f"{STOPPED}\n{ALL}",
        r"Expected answers of journeys-\S+ alone through the load balancer, but those who answered were 'journeys-",
        doing("cat", GOES_ON),
    ),
    StoryOfCloud(
        "A server has no web server",
        "Given 2 servers that serve a page of their own",
        r"Expected server \S+ to serve a page, but 'serving' ended with 1: .*No module named http",
        doing("python3", "echo No module named http >&2; exit 1"),
    ),
]
