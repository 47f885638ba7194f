"""The command line: `./run.sh [command] …`."""

import argparse
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from journeys import units
from journeys.settings import ROOT

USAGE = """\
usage: ./run.sh [command] …

  [run] [behave's options and paths]   do the journeys against the target in .env
        --target NAME                  against the one in targets/NAME.env; may be repeated
        --no-push                      keep the metrics here, for authors of features
  demo [--keep] [behave's …]           the same against servers started for the purpose; needs nothing
  sweep [--older-than AGE] [--canaries] [--dry-run] [--target NAME]
                                       remove what earlier runs of ours left behind, and nothing else;
                                       with --canaries also the objects that are kept to be looked at
  forget --suite NAME [--target NAME]  remove all series of a suite, here and where they are published
  doctor [--probe] [--target NAME]     find out what keeps the journeys from working; with --probe also
                                       whether this user has the rights, and what the store can do, in
                                       buckets that are removed again
  steps                                the vocabulary, for authors of features
  test [pytest's options]              the project's own tests
  setup                                only make the environment (.venv)

Exit codes: 0 every promise kept, 1 a promise broken, 2 nothing could be judged, 3 kept but too slowly,
130 or 143 interrupted. behave's own options: ./run.sh run --help. More in README.md and docs/.
"""

# When several targets are run, the verdict that matters most: not judged, broken, too slow. An interruption ends all.
GRAVEST_FIRST = (2, 1, 3, 0)


def main(arguments: list[str]) -> int:
    if arguments[:1] in (["--help"], ["-h"], ["help"]):
        print(USAGE, end="")
        return 0
    command = COMMANDS.get(arguments[0]) if arguments else None
    if command:
        return command(arguments[1:])
    if arguments and not arguments[0].startswith(("-", "@")) and not _is_path(arguments[0]):
        print(f"There is no command and no path {arguments[0]!r}.\n\n{USAGE}", end="", file=sys.stderr)
        return 2
    return run(arguments)


def run(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--target", action="append", default=[])
    parser.add_argument("--no-push", action="store_true")
    ours, behaves = parser.parse_known_args(arguments)
    if ours.no_push:
        behaves += ["-D", "push=no"]
    if len(ours.target) > 1:
        return _run_each(ours.target, behaves)
    if ours.target:
        behaves += ["-D", f"env_file={_env_file(ours.target[0])}"]
    from journeys import suite

    return suite.main(behaves)


def _run_each(targets: list[str], behaves: list[str]) -> int:
    """One process for each target: what one's file sets must not reach the next."""
    codes = []
    for target in targets:
        print(f"--- {target}", flush=True)
        code = subprocess.call([sys.executable, "-m", "journeys", "run", "--target", target, *behaves])
        if code < 0 or code >= 128:
            return 128 - code if code < 0 else code
        codes.append(code)
    return min(codes, key=GRAVEST_FIRST.index)


def sweep(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run.sh sweep", allow_abbrev=False)
    parser.add_argument("--older-than", type=_age, default="1h", metavar="AGE", help="such as 30m or 2d; default: 1h")
    parser.add_argument("--canaries", action="store_true", help="the canaries, too, which are kept otherwise")
    parser.add_argument("--dry-run", action="store_true", help="only tell what would be removed")
    parser.add_argument("--target", help="the one in targets/NAME.env")
    asked = parser.parse_args(arguments)
    from journeys import sweep

    return sweep.main(_env_file(asked.target), asked.older_than, canaries=asked.canaries, dry_run=asked.dry_run)


def forget(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run.sh forget", allow_abbrev=False)
    parser.add_argument("--suite", required=True, help="the suite whose series are to go (JOURNEYS_SUITE)")
    parser.add_argument("--target", help="the one in targets/NAME.env")
    asked = parser.parse_args(arguments)
    from journeys import forget

    return forget.main(_env_file(asked.target), asked.suite)


def doctor(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run.sh doctor", allow_abbrev=False)
    parser.add_argument("--probe", action="store_true", help="try the rights, in a bucket of ours")
    parser.add_argument("--target", help="the one in targets/NAME.env")
    asked = parser.parse_args(arguments)
    from journeys import doctor

    return doctor.main(_env_file(asked.target), probe=asked.probe)


def demo(arguments: list[str]) -> int:
    from journeys.demo import command

    return command.main(arguments)


def steps(arguments: list[str]) -> int:
    from journeys import suite

    return suite.main(["--dry-run", "--format", "steps.catalog", "--no-summary", *arguments])


def test(arguments: list[str]) -> int:
    return subprocess.call([sys.executable, "-m", "journeys.checks", *arguments])


def _age(text: str) -> float:
    try:
        return units.duration(text)
    except ValueError as expected:
        raise argparse.ArgumentTypeError(f"expected {expected}, not {text!r}") from None


def _env_file(target: str | None) -> Path | None:
    return ROOT / "targets" / f"{target}.env" if target else None


def _is_path(argument: str) -> bool:
    return Path(argument.partition(":")[0]).exists()


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "run": run,
    "demo": demo,
    "doctor": doctor,
    "sweep": sweep,
    "forget": forget,
    "steps": steps,
    "test": test,
}

if __name__ == "__main__":
    try:
        code = main(sys.argv[1:])
    except Exception:  # noqa: BLE001 - our own mistake: told, and never taken for the cloud's, which is 1
        traceback.print_exc()
        code = 2
    sys.exit(code)
