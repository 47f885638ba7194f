"""The real Pushgateway, where it is installed."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from journeys.demo.process import Server, free_port, speaks_http


def find_pushgateway() -> Path | None:
    """The Pushgateway on the PATH, by its own name or by Debian's."""
    found = shutil.which("pushgateway") or shutil.which("prometheus-pushgateway")
    return Path(found) if found else None


class Pushgateway(Server):
    """A Pushgateway on loopback, the program `binary`, with its log in `directory`.

    `web_config` is its configuration of passwords and TLS (`url` begins with https where it has the latter).
    With `persistence`, a file, it keeps what was pushed over `stop` and `start`. `options` are further ones of its own.
    """

    def __init__(
        self,
        directory: Path,
        binary: Path,
        web_config: Path | None = None,
        persistence: Path | None = None,
        options: Sequence[str] = (),
    ):
        port = free_port()
        tls = web_config is not None and "tls_server_config" in web_config.read_text()
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
        command = [
            binary,
            f"--web.listen-address=127.0.0.1:{port}",
            f"--web.config.file={web_config or ''}",
            f"--persistence.file={persistence or ''}",
            *options,
        ]
        super().__init__("pushgateway", command, directory)

    def answers(self) -> bool:
        """Whether it is ready to be pushed to, or asks for a password."""
        return speaks_http(f"{self.url}/-/ready")
