#!/usr/bin/env bash
# Runs Cloud Journeys, making or updating its virtual environment first where that is needed.
#
#   ./run.sh [command] […]      what there is: ./run.sh --help
#   ./run.sh setup [demo] […]   only makes the environment, with requirements-demo.txt too
#
# PYTHON=… names the Python to make it with. JOURNEYS_OFFLINE=1 forbids making or updating it.
set -euo pipefail

refuse() {
  echo "run.sh: $*" >&2
  exit 2
}

# behave wants to run in the repository's root, so that is what relative paths are relative to,
# wherever this is called from and through whatever link.
cd -- "$(dirname -- "$(readlink -f -- "$0")")"

case ${1:-run} in
  setup) extras=${*:2} ;;
  demo) extras="demo" ;;
  test) extras="demo test openstack login kubernetes" ;;
  *) extras="" ;;
esac
wanted=(requirements.txt)
for extra in $extras; do
  [[ -f requirements-$extra.txt ]] || refuse "there is no requirements-$extra.txt to set up."
  wanted+=("requirements-$extra.txt")
done

# What is installed is what .venv/installed holds a copy of. No Python runs to find that out:
# the environment is fresh nearly always.
stale=()
for file in "${wanted[@]}"; do
  if [[ ! -x .venv/bin/python ]] || ! cmp -s "$file" ".venv/installed/$file"; then
    stale+=("$file")
  fi
done

if ((${#stale[@]})); then
  remedy="run './run.sh setup${extras:+ $extras}'"
  if [[ ${JOURNEYS_OFFLINE:-0} != 0 ]]; then
    refuse ".venv is missing or stale (${stale[*]}) and JOURNEYS_OFFLINE is set:" \
      "$remedy without it, or when the image is built."
  elif [[ ! -w . ]]; then
    refuse ".venv is missing or stale (${stale[*]}) and $PWD is read-only:" \
      "$remedy where it is writable, or when the image is built."
  fi

  if [[ -n ${PYTHON:-} ]]; then
    candidates=("$PYTHON")
  else
    candidates=(python3 python3.14 python3.13 python3.12 python3.11)
  fi
  for python in "${candidates[@]}" ""; do
    # It has to run: pyenv's shims are there for versions that are not.
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break
  done
  [[ -n $python ]] || refuse "no Python 3.11 or newer here (tried ${candidates[*]}):" \
    "install one, or name it: PYTHON=/path/to/python3 ./run.sh …"

  # -I: no module of ours may stand in for one of Python's.
  "$python" -I journeys/bootstrap.py "${wanted[@]}" || exit 2
fi

[[ ${1:-} == setup ]] || exec .venv/bin/python -m journeys "$@"
