"""Secrets of every kind are planted, and every output is searched for them."""

from pathlib import Path

import pytest

from journeys.redaction import basic, redactor
from tests.conftest import Journeys

PLANTED = {
    "AWS_ACCESS_KEY_ID": "planted-access-key-7f3a",
    "AWS_SECRET_ACCESS_KEY": "planted/secret+key=81c2",
    "AWS_SESSION_TOKEN": "planted-session-token-55d0",
    "PUSHGATEWAY_USERNAME": "pusher",
    "PUSHGATEWAY_PASSWORD": "planted-password-19ee",
}
LOUD = ("--logging-level=DEBUG", "--no-capture", "--no-capture-stderr", "--no-capture-log", "--verbose")


@pytest.mark.parametrize("loudness", [(), LOUD, ("--logging-level=DEBUG",)], ids=["plain", "loud", "captured"])
def test_no_secret_reaches_any_output(journeys: Journeys, tmp_path: Path, loudness: tuple[str, ...]) -> None:
    reports = tmp_path / "reports"
    ran = journeys.run(
        *("-n", "A new bucket is listed", "--junit", "--junit-directory", str(reports), *loudness), **PLANTED
    )
    assert ran.returncode == 1, ran.stdout
    assert loudness != LOUD or "CanonicalRequest" in ran.stdout, "this should show what the SDK logs"
    written = [file for folder in (reports, tmp_path / "state") for file in folder.iterdir() if file.is_file()]
    outputs = {file.name: file.read_bytes() for file in written} | {"output": ran.stdout.encode()}
    assert any(name.endswith(".xml") for name in outputs)
    assert any(name.endswith(".sqlite") for name in outputs)
    secrets = [secret for name, secret in PLANTED.items() if name != "PUSHGATEWAY_USERNAME"]
    secrets.append(basic(PLANTED["PUSHGATEWAY_USERNAME"], PLANTED["PUSHGATEWAY_PASSWORD"]))
    for name, content in outputs.items():
        for secret in secrets:
            assert secret.encode() not in content, f"{secret} stands in {name}"
        assert b"Signature=" not in content.replace(b"Signature=***", b""), f"a signature stands in {name}"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("key s3cr3t/x!", "key ***"),
        ("?token=s3cr3t%2Fx%21&a=1", "?token=***&a=1"),
        ("X-Amz-Signature=0123456789abcdef0123456789abcdef&x=1", "X-Amz-Signature=***&x=1"),
        ("'X-Amz-Security-Token': b'FwoGZXIvYXdzEBc'", "'X-Amz-Security-Token': b'***'"),
        ("{'Authorization': b'AWS4-HMAC-SHA256 Credential=…'}", "{'Authorization': b'***'}"),
        ("X-Auth-Token: gAAAAABm", "X-Auth-Token: ***"),
        ("'x-amz-server-side-encryption-customer-key': 'a2V5'", "'x-amz-server-side-encryption-customer-key': '***'"),
        ("encryption-customer-key-MD5': 'b3Ro'", "encryption-customer-key-MD5': 'b3Ro'"),
        ("https://user:word@host/path", "https://***@host/path"),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_what_proves_an_identity_is_hidden(text: str, shown: str) -> None:
    assert redactor(["s3cr3t/x!"])(text) == shown


def test_without_secrets_nothing_is_hidden() -> None:
    assert redactor([None, ""])("plain text") == "plain text"
