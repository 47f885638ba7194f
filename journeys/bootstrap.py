"""Makes or updates .venv. The system's Python runs this, for run.sh, before anything is installed.

    python3 -I journeys/bootstrap.py requirements.txt [requirements-demo.txt …]

A requirements file counts as installed while .venv/installed/ holds a copy of it.
"""

import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import NoReturn, TextIO

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "installed"
PATIENCE = 600  # seconds to wait for somebody else's set-up


def main(names: list[str]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C needs no traceback
    with (ROOT / ".venv.lock").open("a+") as lock:
        acquire(lock)
        stale = [name for name in names if not is_installed(name)]
        usable = is_usable()
        if usable and not stale:
            return  # somebody else did it while we waited

        # The lock file holds a word while a set-up is under way. One that was killed leaves the
        # word behind, and what it left of .venv cannot be trusted.
        lock.seek(0)
        killed = lock.read() != ""
        lock.write("unfinished\n")
        lock.flush()
        for name in stale:
            (STAMPS / name).unlink(missing_ok=True)
        if killed or not usable:
            say("Setting up .venv (once; about half a minute) …")
            make(lock)
        else:
            say(f"Updating .venv for {', '.join(stale)} …")
        problem = install(names, lock)
        lock.truncate(0)  # pip undoes what it could not finish, so its failure may stay
    if problem:
        stop(problem)


def acquire(lock: TextIO) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("Waiting for another set-up of .venv …")
        impatience = f"another set-up of .venv still runs after {PATIENCE} seconds."
        signal.signal(signal.SIGALRM, lambda *_: stop(impatience))
        signal.alarm(PATIENCE)
        fcntl.flock(lock, fcntl.LOCK_EX)
        signal.alarm(0)


def is_installed(name: str) -> bool:
    stamp = STAMPS / name
    return stamp.is_file() and stamp.read_bytes() == (ROOT / name).read_bytes()


def is_usable() -> bool:
    """Whether .venv has a Python that runs, is new enough and has pip."""
    check = "import pip, sys; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.run([PYTHON, "-I", "-c", check], stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def make(lock: TextIO) -> None:
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        stop(
            f"{sys.executable} lacks its venv module: install it (on Debian and Ubuntu: "
            "apt-get install python3-venv), or name another Python: PYTHON=… ./run.sh"
        )
    # By its real name (python3.11, not python3), so that after an upgrade of the system's Python
    # .venv/bin/python leads nowhere, which run.sh notices, and not to a Python without packages.
    problem = run([os.path.realpath(sys.executable), "-I", "-m", "venv", "--clear", VENV], lock)
    if problem:
        stop(f"Could not make .venv: {problem}")


def install(names: list[str], lock: TextIO) -> str:
    """Installs and stamps; returns what went wrong, or nothing."""
    wanted = {name: (ROOT / name).read_bytes() for name in names}
    files = [argument for name in names for argument in ("-r", name)]
    pip = [PYTHON, "-I", "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet"]
    problem = run([*pip, "install", *files], lock)
    if problem:
        return f"pip could not install {', '.join(names)}:\n{problem}"
    STAMPS.mkdir(exist_ok=True)
    for name, content in wanted.items():
        (STAMPS / name).write_bytes(content)
    return ""


def run(command: list[str | Path], lock: TextIO) -> str:
    """Runs it in the root; returns nothing, or, where it failed, the last lines of what it said."""
    result = subprocess.run(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        pass_fds=[lock.fileno()],  # the lock holds as long as the command, even if we are killed
    )
    if result.returncode == 0:
        return ""
    return "\n".join(result.stdout.splitlines()[-5:]) or f"exit code {result.returncode}"


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def stop(sentence: str) -> NoReturn:
    say(f"run.sh: {sentence}")
    sys.exit(2)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except OSError as error:
        stop(f"Could not set up .venv: {error}")
