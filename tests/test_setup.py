"""What run.sh and journeys/bootstrap.py promise, tried on a small tree that needs no packages."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
STUB = """\
import os, sys
print(os.getcwd(), *sys.argv[1:])
sys.exit(3 if sys.argv[1:] == ["exit-3"] else 0)
"""


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    """A tree with a real environment. It takes seconds to make, so tests get copies."""
    folder = tmp_path_factory.mktemp("ready")
    tree = plant(folder / "tree")
    python = folder / "python3"  # as with Debian's, its name does not say which version it is
    python.symlink_to(Path(sys.executable).resolve())
    result = call(tree, "setup", PYTHON=str(python))
    assert (result.returncode, result.stdout) == (0, ""), result.stderr
    assert result.stderr.startswith("Setting up .venv")
    return tree


@pytest.fixture
def fresh(ready, tmp_path):
    return Path(shutil.copytree(ready, tmp_path / "fresh", symlinks=True))


@pytest.fixture
def bare(tmp_path):
    return plant(tmp_path / "bare")


def plant(tree: Path) -> Path:
    (tree / "journeys").mkdir(parents=True)
    shutil.copy(ROOT / "run.sh", tree)
    shutil.copy(ROOT / "journeys" / "bootstrap.py", tree / "journeys")
    (tree / "journeys" / "__main__.py").write_text(STUB)
    for name in (
        "requirements.txt",
        *(f"requirements-{extra}.txt" for extra in ("demo", "kubernetes", "login", "openstack", "test")),
    ):
        (tree / name).write_text("# nothing\n")
    return tree


def environment(**more) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "PYTHON": sys.executable, "LC_ALL": "C.UTF-8", **more}


def call(tree: Path, *arguments, prefix=(), cwd=None, **more) -> subprocess.CompletedProcess:
    return subprocess.run(
        [*prefix, tree / "run.sh", *arguments],
        cwd=cwd,
        env=environment(**more),
        capture_output=True,
        text=True,
        timeout=120,
    )


def assert_refused(result: subprocess.CompletedProcess, *words: str) -> None:
    assert (result.returncode, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 1, result.stderr
    for word in words:
        assert word in result.stderr


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


# A fresh environment


def test_a_fresh_environment_is_used_without_looking_for_a_python(ready):
    result = call(ready, "lint", "two words", PYTHON="/nowhere/python")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == f"{ready} lint two words\n"


def test_the_exit_code_is_the_programs_own(ready):
    assert call(ready, "exit-3").returncode == 3


def test_setup_hands_over_to_nothing(ready):
    result = call(ready, "setup")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_it_runs_in_its_root_from_anywhere_and_through_links(ready, tmp_path):
    (tmp_path / "first").symlink_to(ready / "run.sh")
    (tmp_path / "run.sh").symlink_to("first")
    assert call(tmp_path, cwd="/", CDPATH="/").stdout == f"{ready}\n"
    assert call(Path(), prefix=["bash"], cwd=tmp_path).stdout == f"{ready}\n"


def test_it_is_bound_to_one_python_and_not_to_a_name_that_an_upgrade_moves_on(ready):
    link = ready / ".venv" / "bin" / "python"
    while link.is_relative_to(ready):
        link = link.parent / link.readlink()
    assert link == Path(sys.executable).resolve()


# Where nothing may be installed


def test_offline_a_fresh_environment_is_enough(ready):
    assert call(ready, JOURNEYS_OFFLINE="1").returncode == 0


def test_offline_a_missing_environment_is_an_error_and_stays_missing(bare):
    result = call(bare, JOURNEYS_OFFLINE="1")
    assert_refused(result, "requirements.txt", "JOURNEYS_OFFLINE", "'./run.sh setup'")
    assert not (bare / ".venv").exists()


def test_offline_the_error_names_what_is_stale_for_this_command(ready):
    result = call(ready, "test", JOURNEYS_OFFLINE="1")
    assert_refused(
        result,
        "(requirements-demo.txt requirements-test.txt requirements-openstack.txt requirements-login.txt "
        "requirements-kubernetes.txt)",
        "setup demo test openstack login kubernetes'",
    )


def test_an_environment_whose_python_is_gone_is_stale(fresh):
    python = fresh / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python3.11")
    assert_refused(call(fresh, JOURNEYS_OFFLINE="1"), "missing or stale (requirements.txt)")


def test_on_a_read_only_root_a_fresh_environment_works_and_a_stale_one_is_an_error(fresh):
    # Root may write anywhere until it gives up that right.
    prefix = ["setpriv", "--bounding-set=-all"] if os.getuid() == 0 else []
    if prefix and not shutil.which("setpriv"):
        pytest.skip("as root this needs setpriv")
    fresh.chmod(0o555)
    try:
        assert call(fresh, prefix=prefix).stdout == f"{fresh}\n"
        assert_refused(call(fresh, "demo", prefix=prefix), "read-only", "requirements-demo.txt")
    finally:
        fresh.chmod(0o755)


# Finding a Python


def test_the_first_python_that_runs_and_is_new_enough_is_taken(bare, tmp_path):
    folder = tmp_path / "bin"
    program(folder / "python3", "#!/bin/sh\nexit 127\n")  # as pyenv's shims do
    program(folder / "python3.14", "#!/bin/sh\nexit 1\n")  # as one that is too old answers
    program(folder / "python3.13", '#!/bin/sh\n[ "$1" = -c ] || { echo took 3.13 >&2; exit 1; }\n')
    result = call(bare, PYTHON="", PATH=f"{folder}:{os.environ['PATH']}")
    assert_refused(result, "took 3.13")


@pytest.mark.parametrize("python", ["/nowhere/python", "false"])
def test_no_usable_python_is_one_sentence(bare, python):
    assert_refused(call(bare, PYTHON=python), "no Python 3.11 or newer", python)


def test_a_python_without_venv_is_a_sentence_that_says_what_to_install(bare, tmp_path):
    python = program(
        tmp_path / "python",
        f"#!{sys.executable}\n"
        "import runpy, sys\n"
        "sys.modules['ensurepip'] = None  # Debian has it in python3-venv\n"
        "_, option, script, *sys.argv = sys.argv\n"
        "sys.argv.insert(0, script)\n"
        "option == '-c' or runpy.run_path(script, run_name='__main__')\n",
    )
    result = call(bare, PYTHON=str(python))
    assert result.returncode == 2
    assert "apt-get install python3-venv" in result.stderr.splitlines()[-1]
    assert not (bare / ".venv").exists()


# Making and updating


def test_concurrent_set_ups_wait_for_each_other_and_one_does_the_work(fresh):
    (fresh / "requirements.txt").write_text("# changed\n")
    with (fresh / ".venv.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        callers = [
            subprocess.Popen(
                [fresh / "run.sh"],
                env=environment(),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(3)
        ]
        for caller in callers:
            assert caller.stderr.readline().startswith("Waiting for another set-up")
    outcomes = [(*caller.communicate(timeout=60), caller.returncode) for caller in callers]
    update = "Updating .venv for requirements.txt …\n"
    assert sorted(outcomes) == sorted((f"{fresh}\n", said, 0) for said in ("", "", update))


def test_a_changed_requirement_is_installed_once(fresh, tmp_path):
    wheel = tmp_path / "greeting-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("greeting.py", "")
        archive.writestr("greeting-1.dist-info/METADATA", "Name: greeting\nVersion: 1\n")
        archive.writestr("greeting-1.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr("greeting-1.dist-info/RECORD", "")
    (fresh / "requirements-demo.txt").write_text(f"{wheel}\n")
    (fresh / "journeys" / "__main__.py").write_text("import greeting")
    assert call(fresh).returncode == 1  # the set is the demo's only
    first, second = call(fresh, "demo"), call(fresh, "demo")
    assert (first.returncode, second.returncode) == (0, 0), first.stderr
    assert (first.stderr, second.stderr) == ("Updating .venv for requirements-demo.txt …\n", "")


def test_what_pip_cannot_install_is_said_and_tried_again(fresh):
    requirements = fresh / "requirements.txt"
    before = requirements.read_text()
    requirements.write_text("/nowhere/absent-1-py3-none-any.whl\n")
    result = call(fresh)
    assert (result.returncode, result.stdout) == (2, "")
    assert "pip could not install requirements.txt" in result.stderr
    assert "/nowhere/absent-1-py3-none-any.whl" in result.stderr
    requirements.write_text(before)
    result = call(fresh)
    assert (result.returncode, result.stdout) == (0, f"{fresh}\n")
    assert result.stderr.startswith("Updating"), "what pip refused must not cost the environment"


def test_what_a_killed_set_up_left_is_made_anew(fresh, tmp_path):
    requirements = fresh / "requirements.txt"
    before = requirements.read_text()
    os.mkfifo(tmp_path / "never")
    requirements.write_text(f"-r {tmp_path / 'never'}\n")  # pip waits here
    killed = subprocess.Popen([fresh / "run.sh"], env=environment(), stderr=subprocess.PIPE, start_new_session=True)
    said = killed.stderr.readline()
    os.killpg(killed.pid, signal.SIGKILL)
    killed.communicate()
    assert said.startswith(b"Updating")
    requirements.write_text(before)
    (fresh / ".venv" / "half").touch()
    result = call(fresh)
    assert (result.returncode, result.stdout) == (0, f"{fresh}\n"), result.stderr
    assert not (fresh / ".venv" / "half").exists()


def test_setting_up_an_unknown_set_is_a_sentence(ready):
    assert_refused(call(ready, "setup", "dmeo"), "requirements-dmeo.txt")
