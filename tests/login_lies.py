"""Every promise about the inside of servers, made untrue: by what a guest of tests/guests.py does, or lacks."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.guests import Guest, OpenHouse, Silence
from tests.stories import Story

Lie = Callable[[Guest], None]


def honest(guest: Guest) -> None:
    """As it should be."""


@dataclass(frozen=True)
class StoryOfGuests(Story):
    """A story in which something is `untrue` of its servers."""

    untrue: Lie = honest


def behind(door: object) -> Lie:
    """At its addresses answers another than sshd."""
    return lambda guest: setattr(guest, "door", door)


def holding(file: str, text: str) -> Lie:
    """One of its files says something else."""
    return lambda guest: guest.write(file, text)


def doing(program: str, script: str) -> Lie:
    """One of its programs does something else."""
    return lambda guest: guest.program(f"bin/{program}", f"#!/bin/sh\n{script}\n")


def without(name: str) -> Lie:
    """Its image has no such program, nor any other but a few."""

    def lie(guest: Guest) -> None:
        guest.path = "/nowhere"
        (guest.home / "bin" / name).unlink(missing_ok=True)

    return lie


def shy(guest: Guest) -> None:
    """Who has a public address can't be reached by its other one."""
    guest.shy = True


def cut_off(guest: Guest) -> None:
    """Data finds no way to another server."""
    text = (guest.home / "bin" / "iperf3").read_text()
    refused = """*"-c "*) echo '{{"error": "unable to connect"}}'; exit 1 ;;"""
    guest.program("bin/iperf3", text.replace("in *", f"in {refused} *"))


INSIDE = "Given a server that lets me in"
ORDERED = "Given a network with a way in\nWhen I start a server\nAnd I open a way in to the server"
LET_IN = f"{ORDERED}\nThen the server lets me in within 100 ms"
PI = f"{INSIDE}\nWhen I have the server compute 200 digits of pi"
WRITTEN = f"{INSIDE}\nWhen I have the server write 1 MiB to its disk"
SENT = "Given 2 servers that let me in\nWhen I have the first server send to the second"
NEVER = r"Expected server \S+ to let its owner in within 100 ms, but it never did\. Expected ssh\.LogIn of 127\S+ "

STORIES = [
    # --- the server lets me in
    StoryOfGuests("Nobody answers", LET_IN, NEVER + r".*no answer \(\".*Connection refused\"\)", behind(None)),
    StoryOfGuests(
        "Somebody answers but says nothing", LET_IN, NEVER + r".*no answer \(\"it says nothing\"\)", behind(Silence)
    ),
    StoryOfGuests(
        "The key was not installed", LET_IN, NEVER + r".*AuthenticationFailed .* has not got", holding("keys", "")
    ),
    StoryOfGuests(
        "The key is still not installed",
        f"{ORDERED}\nThen the server lets me in within 3 seconds",
        r"to let its owner in within 3 s, but it never did\. .*AuthenticationFailed",
        holding("keys", ""),
    ),
    # --- I am refused
    StoryOfGuests(
        "Anybody is let in",
        f"{ORDERED}\nAnd I try to log in with another key\nThen I am refused for lack of rights",
        r"Expected a refusal \(reason auth\), but what was tried was allowed",
        behind(OpenHouse),
    ),
    # --- who it is
    StoryOfGuests(
        "A server has the name of another",
        f"{INSIDE}\nThen the server calls itself by its own name",
        r"Expected the server to call itself journeys-\S+ or ip-127-\S+, but it says 'other'",
        holding("hostname", "other.example.com"),
    ),
    StoryOfGuests(
        "A server is told the address of another",
        f"{INSIDE}\nThen the server is told its own address",
        r"Expected the metadata service to tell server \S+ its address 127\S+, but it says '10\.71\.0\.99'",
        holding("metadata/local-ipv4", "10.71.0.99"),
    ),
    StoryOfGuests(
        "There is no metadata service",
        f"{INSIDE}\nThen the server is told its own address",
        r"Expected a command to succeed in server \S+, but .* ended with 7: it could not connect",
        doing("curl", "echo it could not connect >&2; exit 7"),
    ),
    StoryOfGuests(
        "A server is told the user data of another",
        f"{INSIDE}\nThen the server is told its user data",
        r"Expected the metadata service to tell server \S+ its user data '#!/bin/sh\\n.*', but it says '#!/bin/false'",
        holding("metadata/user-data", "#!/bin/false"),
    ),
    StoryOfGuests(
        "User data is not carried out",
        f"{INSIDE}\nThen the server has carried out its user data within 100 ms",
        r"to carry out its user data within 100 ms, which writes 'journeys' to \S+, but there is 'nothing'",
        holding("tmp/journeys-user-data", ""),
    ),
    # --- the world
    StoryOfGuests(
        "No name is resolved",
        f"{INSIDE}\nThen the server resolves names",
        r"Expected server \S+ to find the address of localhost .*, but 'looking it up' ended with 127",
        without("getent"),
    ),
    StoryOfGuests(
        "The world can't be reached",
        f"{INSIDE}\nThen the server reaches the world",
        r"Expected ssh\.Reach of localhost:\d+ to succeed, but .*could not open the connection: Connect failed",
    ),
    StoryOfGuests(
        "One server does not reach another",
        "Given 2 servers that let me in\nThen every server reaches every other one",
        r"of 2 ways 1 do not lead there\. journeys-\S+-\d+ does not reach journeys-\S+-\d+: Expected ssh\.LogIn",
        shy,
    ),
    # --- benchmarks
    StoryOfGuests(
        "A processor computes wrongly",
        f"{PI}\nThen the digits are right",
        r"Expected the digits of pi, but server \S+ computed other ones from the 6\. decimal on",
        doing("bc", f"echo 3.14159{'1' * 195}"),
    ),
    StoryOfGuests(
        "A processor computes nothing",
        f"{PI}\nThen the digits are right",
        r"Expected 200 digits of pi, but server \S+ computed '', 0 letters",
        doing("bc", "exit 0"),
    ),
    StoryOfGuests(
        "A processor computes less than it was told to",
        f"{PI}\nThen the digits are right",
        r"Expected 200 digits of pi, but server \S+ computed '3\.14159265', 10 letters",
        doing("bc", "echo 3.14159265"),
    ),
    StoryOfGuests(
        "A processor is slow",
        f"{PI}\nThen they came within 1 ms",
        r"Expected the digits to be computed within 1 ms, but that took",
        too_slow=True,
    ),
    StoryOfGuests(
        "An image has no bc",
        PI,
        r"Expected server \S+ to have bc, but its image has none: choose another one \(JOURNEYS_SERVER_IMAGE\)",
        without("bc"),
    ),
    StoryOfGuests(
        "A computation is killed",
        PI,
        r"Expected ssh\.Run of \S+ to succeed, but there was no answer \(\".* before the command had ended\"\)",
        doing("bc", "kill -9 $PPID"),
    ),
    StoryOfGuests(
        "A disk keeps something else",
        f"{WRITTEN}\nThen the disk holds what was written",
        r"Expected the disk to hold what was written \(SHA-256 \w{64}\), but it holds something else \(0000\)",
        doing("sha256sum", "echo 0000"),
    ),
    StoryOfGuests(
        "A disk loses what the memory still holds",
        f"{WRITTEN}\nThen the disk holds what was written",
        r"Expected the disk to hold what was written \(SHA-256 \w{64}\), but it holds something else \(\w{64}\)",
        doing("dd", 'case "$*" in *null*) ;; *iflag=direct*) echo lost ;; *) exec /bin/dd "$@" ;; esac'),
    ),
    StoryOfGuests(
        "A disk is full",
        WRITTEN,
        r"Expected dd to succeed in server \S+, but 'dd' ended with 1: dd: error writing: No space left on device",
        doing("dd", "echo dd: error writing: No space left on device >&2; exit 1"),
    ),
    StoryOfGuests(
        "A disk is slow",
        f"{WRITTEN}\nThen that ran at 900000 GiB per second at least",
        r"Expected 9e\+05 GiB per second at least, but it was [\d.]+ \w+ per second",
        too_slow=True,
    ),
    StoryOfGuests(
        "Two servers can't exchange data",
        SENT,
        r"Expected \S+ to send to \S+ with iperf3, but it says: unable to connect",
        cut_off,
    ),
    # --- nothing that could be true
    StoryOfGuests(
        "Nobody is logged in", f"{ORDERED}\nThen the server resolves names", r"Nobody is logged in to server"
    ),
    StoryOfGuests(
        "There is only one server", f"{INSIDE}\nThen every server reaches every other one", r"no two servers"
    ),
]
