#!/usr/bin/env bash
# Runs a command every so many seconds, one run at a time, as a timer would:
#
#   schedule.sh SECONDS COMMAND [ARGUMENTS …]
#
# A run that fails is no reason to stop; one that takes too long leaves out the runs it should have made room for.
# SIGTERM and SIGINT are passed on: a run in progress cleans up, then this ends with that run's exit code.
set -u

every=${1:?seconds between the starts of two runs}
shift
stopping=
child=

stop() {
  stopping=1
  [[ -z $child ]] || kill -TERM "$child" 2>/dev/null
}
trap stop TERM INT

# Starts a command and waits for its end, through signals that only interrupt the waiting.
run() {
  "$@" &
  child=$!
  [[ -z $stopping ]] || kill -TERM "$child"
  while :; do
    wait "$child"
    code=$?
    kill -0 "$child" 2>/dev/null || break
  done
  child=
}

verdict=0
while [[ -z $stopping ]]; do
  began=$SECONDS
  run "$@"
  verdict=$code
  [[ -n $stopping ]] || run sleep $((every - (SECONDS - began) % every))
done
exit "$verdict"
