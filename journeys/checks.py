"""`./run.sh test`: lint, then the tests, in parallel. Needs requirements-test.txt."""

import os
import subprocess
import sys

from journeys.settings import ROOT


def main(arguments: list[str]) -> int:
    """The first check that fails, as an exit code; `arguments` go to pytest."""
    # more than there are cores: many tests wait for deadlines
    workers = str((os.cpu_count() or 1) + 2)
    checks = (
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        # by file, so that what its tests share is made once
        ["pytest", *(arguments or ["-n", workers, "--dist", "loadfile", "--no-loadscope-reorder"])],
    )
    # compiled modules are kept, as each worker would compile them all anew
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    for check in checks:
        if code := subprocess.call([sys.executable, "-m", *check], cwd=ROOT, env=environment):
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
