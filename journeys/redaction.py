"""Keeps secrets out of everything that is shown or written: messages, summaries, logs."""

import base64
import logging
import re
from collections.abc import Callable, Iterable
from urllib.parse import quote

HIDDEN = "***"

# What proves an identity without being a setting of ours: signatures, tokens, passwords in URLs.
_PROOFS = (
    re.compile(r"(?i)((?:x-amz-)?signature['\"]?[=:]\s*b?['\"]?)[0-9a-z%+/=]{20,}"),
    re.compile(r"(?i)(x-amz-security-token['\"]?[=:]\s*b?['\"]?)[^\s&'\",}]+"),
    re.compile(r"(?i)(x-amz-credential=)[^\s&'\"]+"),
    re.compile(r"(?i)((?:proxy-)?authorization['\"]?[=:]\s*b?['\"]?)[^'\"\r\n]+"),
    re.compile(r"(?i)(encryption-customer-key['\"]?[=:]\s*b?['\"]?)[^\s'\",}]+"),
    re.compile(r"(?i)(x-auth-token['\"]?[=:]\s*b?['\"]?)[^\s'\",}]+"),
    re.compile(r"(://)[^/\s:@]+:[^/\s@]+(?=@)"),
    re.compile(r"(?s)(-----BEGIN [A-Z ]*PRIVATE KEY-----).*?(?=-----END|$)"),
)


def redactor(secrets: Iterable[str]) -> Callable[[str], str]:
    """What replaces `secrets`, in the forms in which they travel, and any signature or token by ``***``."""
    forms = {form for secret in secrets if secret for form in (secret, quote(secret, safe=""), quote(secret))}
    known = re.compile("|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True)) or r"(?!)")

    def redact(text: str) -> str:
        text = known.sub(HIDDEN, text)
        for proof in _PROOFS:
            text = proof.sub(rf"\g<1>{HIDDEN}", text)
        return text

    return redact


def basic(username: str, password: str) -> str:
    """The form in which basic authentication sends a password."""
    return base64.b64encode(f"{username}:{password}".encode()).decode()


def redact_logs(redact: Callable[[str], str]) -> None:
    """From now on no record of the logging module holds what `redact` hides, whatever its level and handler."""
    make = logging.getLogRecordFactory()

    def redacted(*args: object, **kwargs: object) -> logging.LogRecord:
        record = make(*args, **kwargs)
        record.msg, record.args = redact(record.getMessage()), ()
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text = redact(logging.Formatter().formatException(record.exc_info))
        return record

    logging.setLogRecordFactory(redacted)
