"""The real tools for the tests, such as Prometheus and sshd: from the PATH, else unpacked from Debian's packages."""

import fcntl
import functools
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

PACKAGES = {
    "prometheus-pushgateway": "prometheus-pushgateway",
    "prometheus": "prometheus",
    "promtool": "prometheus",
    "prometheus-alertmanager": "prometheus-alertmanager",
    "amtool": "prometheus-alertmanager",
    "sshd": "openssh-server",
    "iperf3": "iperf3",
    "bc": "bc",
    "ping": "iputils-ping",
    "fio": "fio",
    "haproxy": "haproxy",
}
ALONG = {"openssh-server": ("libnss-wrapper",)}  # what tests need beside a package, besides what it depends on


class ToolMissing(Exception):
    """A tool is neither installed nor to be had; the message says why."""


def tool(name: str) -> Path:
    """The path of one of PACKAGES' tools; downloaded at first use, without root, into the user's cache.

    Raises ToolMissing where that does not work. What is unpacked needs what `libraries` tells.
    """
    if found := shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin"):
        return Path(found)
    unpacked = _unpacked(PACKAGES[name])
    if isinstance(unpacked, str):
        raise ToolMissing(f"{name} is not on the PATH, and {unpacked}")
    return next(found for found in unpacked.rglob(f"*bin/{name}"))


def libraries(name: str) -> Path:
    """The directory with what a tool's package needs and this machine lacks, for LD_LIBRARY_PATH; ToolMissing too."""
    unpacked = _unpacked(PACKAGES[name])
    if isinstance(unpacked, str):
        raise ToolMissing(f"the libraries of {name} are not here: {unpacked}")
    return next((unpacked / "usr" / "lib").glob("*-linux-gnu*"), unpacked / "lib")


def require(name: str) -> Path:
    """The path of a tool; without it the test is skipped, saying why, or fails where CI=true is set."""
    return required(tool, name)


def required(get: Callable[[str], Path], name: str) -> Path:
    """What `tool` or `libraries` finds, or the same way out."""
    try:
        return get(name)
    except ToolMissing as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(str(missing), pytrace=False)
        pytest.skip(str(missing))


@functools.cache
def _unpacked(package: str) -> Path | str:
    """Where the package is unpacked, or why it is not: remembered, so that a machine offline waits once."""
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        return f"without apt-get and dpkg the package {package} can't be had"
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cloud-journeys" / "tools"
    home = cache / package
    try:
        cache.mkdir(parents=True, exist_ok=True)
        # Parallel tests and checkouts share the cache: one downloads, the others wait, nobody sees a half.
        with (cache / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not home.exists():
                with tempfile.TemporaryDirectory(dir=cache) as scratch:
                    _download(package, Path(scratch)).rename(home)
    except subprocess.TimeoutExpired as late:
        return f"apt-get took longer than {late.timeout:g} s"
    except subprocess.CalledProcessError as failed:
        return f"{' '.join(failed.cmd[:1] + failed.cmd[-2:])} said: {failed.stderr.strip()}"
    except OSError as error:
        return f"it can't be unpacked: {error}"
    return home


def _download(package: str, scratch: Path) -> Path:
    """Downloads and unpacks a package below `scratch`, and returns where."""
    lists = scratch / "lists"
    private = [f"-oDir::State::Lists={lists}", f"-oDir::Cache={scratch / 'cache'}"]
    wanted = (package, *ALONG.get(package, ()))
    try:
        _run("apt-get", "download", *wanted, *_lacking(package, scratch), directory=scratch)
    except subprocess.CalledProcessError:
        # The package lists are missing or old. Fresh ones of our own need no root and change no machine.
        (lists / "partial").mkdir(parents=True)
        (scratch / "cache" / "archives" / "partial").mkdir(parents=True)
        _run("apt-get", *private, "update", directory=scratch)
        _run("apt-get", *private, "download", *wanted, *_lacking(package, scratch, *private), directory=scratch)
    for archive in scratch.glob("*.deb"):
        _run("dpkg", "-x", archive.name, "unpacked", directory=scratch)
    return scratch / "unpacked"


def _lacking(package: str, scratch: Path, *options: str) -> list[str]:
    """The libraries on which the package depends, and which are not installed."""
    kinds = ("recommends", "suggests", "conflicts", "breaks", "replaces", "enhances")
    depends = ("depends", "--recurse", *(f"--no-{kind}" for kind in kinds), package)
    lines = _run("apt-cache", *options, *depends, directory=scratch).splitlines()
    installed = _run("dpkg-query", "-W", "-f", "${Package} ", directory=scratch).split()
    return [line for line in lines if re.fullmatch(r"lib[\w.+-]+", line) and line not in installed]


def _run(*command: str, directory: Path) -> str:
    if command[0] == "apt-get":
        # Its own user, to whom root hands downloads, could not write here.
        patience = ("-oAcquire::http::Timeout=20", "-oAcquire::Retries=0")
        command = ("apt-get", "-qq", "-oAPT::Sandbox::User=root", *patience, *command[1:])
    return subprocess.run(
        command,
        cwd=directory,
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ | {"LC_ALL": "C"},
    ).stdout
