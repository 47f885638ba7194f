"""`./run.sh demo`: the journeys against real servers, started for the purpose and gone afterwards."""

import os
import secrets
import signal
import sys
import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path

from journeys import suite
from journeys.demo.moto import IMAGE, Moto
from journeys.demo.process import ServerFailed
from journeys.demo.pushgateway import Pushgateway, find_pushgateway
from journeys.demo.seaweedfs import CAPABILITIES, SeaweedFS, User
from journeys.demo.standin import StandInGateway
from journeys.verdict import UNJUDGED

# What the caller has configured must not reach the demo, nor the demo what the caller has configured.
FOREIGN = ("AWS_", "OS_", "JOURNEYS_", "PUSHGATEWAY_")

# A demo is short: all else is asked for, as by `./run.sh demo features/s3`.
SHORT = ["--tags", "@smoke"]


def main(arguments: list[str]) -> int:
    """Runs the demo with behave's `arguments`; ``--keep`` leaves the servers up until Ctrl-C."""
    keep = "--keep" in arguments
    for name in [name for name in os.environ if name.startswith(FOREIGN)]:
        del os.environ[name]
    os.environ["NO_PROXY"] = "127.0.0.1"
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the servers go in order, too
    with ExitStack() as stack:
        try:
            return _demo(stack, [argument for argument in arguments if argument != "--keep"], keep)
        except ServerFailed as failure:
            print(failure, file=sys.stderr)
            return UNJUDGED
        except KeyboardInterrupt:
            return 128 + signal.SIGINT


def _demo(stack: ExitStack, arguments: list[str], keep: bool) -> int:
    directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cloud-journeys-demo-")))
    second = User("second", "second", secrets.token_hex(16))
    store = stack.enter_context(SeaweedFS(directory / "store", "demo", secrets.token_hex(16), [second]))
    print(f"Started an S3 server (SeaweedFS) on {store.endpoint_url}.")
    cloud = stack.enter_context(Moto(directory / "cloud"))
    print(f"Started a mock of a cloud (moto's EC2) on {cloud.endpoint_url}.")
    if binary := find_pushgateway():
        gateway = stack.enter_context(Pushgateway(directory / "gateway", binary))
        print(f"Started a Pushgateway ({binary}) on {gateway.url}.")
    else:
        gateway = stack.enter_context(StandInGateway())
        print(f"Started a stand-in for a Pushgateway on {gateway.url} (a real one on the PATH would be used).")
    env_file = directory / "demo.env"
    env_file.touch(mode=0o600)
    env_file.write_text(
        f"AWS_ENDPOINT_URL_S3={store.endpoint_url}\n"
        f"AWS_ENDPOINT_URL_EC2={cloud.endpoint_url}\n"
        f"JOURNEYS_SERVER_IMAGE={IMAGE}\n"
        f"AWS_ACCESS_KEY_ID={store.access_key}\n"
        f"AWS_SECRET_ACCESS_KEY={store.secret_key}\n"
        f"JOURNEYS_SECOND_ACCESS_KEY_ID={second.access_key}\n"
        f"JOURNEYS_SECOND_SECRET_ACCESS_KEY={second.secret_key}\n"
        f"JOURNEYS_CAPABILITIES={','.join(CAPABILITIES)}\n"
        f"PUSHGATEWAY_URL={gateway.url}\n"
        f"JOURNEYS_TARGET=demo\n"
        f"JOURNEYS_SUITE=demo\n"
        f"JOURNEYS_STATE_DIR={directory / 'state'}\n"
    )
    exit_code = suite.main(["-D", f"env_file={env_file}", *(arguments or SHORT)])
    if keep:
        print(
            f"\nStore, cloud and gateway stay up until Ctrl-C. The journeys once more, from another terminal:\n"
            f"  ./run.sh run -D env_file={env_file}\n"
            f"The gateway's page: {gateway.url}\n",
            flush=True,
        )
        with suppress(KeyboardInterrupt):
            signal.pause()
    print("\nStopped store, cloud and gateway, and removed their data. To look around next time: ./run.sh demo --keep")
    return exit_code
