"""Web forms by which a stranger may store one object, within limits."""

import base64
from dataclasses import dataclass, replace

from journeys.journey import Journey
from journeys.s3.bucket import Stored

BOUNDARY = "journeys-7d1f0c3a5b"  # stands in no content of ours: those are of bytes that nobody chose


@dataclass(frozen=True)
class Form:
    """A form as a web page shows it: where it is sent to, and its hidden fields."""

    url: str
    fields: dict[str, str]
    key: str


def make(journey: Journey, key: str, most: int, seconds: int = 600) -> None:
    """Makes a form that takes files of at most so many bytes, for so long; one below zero is over already."""
    limits = [["content-length-range", 0, most]]
    post = journey.s3.generate_presigned_post(journey.bucket.name, key, Conditions=limits, ExpiresIn=seconds)
    journey.form = Form(post["url"], post["fields"], key)


def widen(journey: Journey, most: int) -> None:
    """Changes the limit in the form, which its signature does not allow."""
    form = _form(journey)
    policy = base64.b64decode(form.fields["policy"]).decode()
    before, _, after = policy.partition('["content-length-range", 0, ')
    _, _, rest = after.partition("]")
    wider = f'{before}["content-length-range", 0, {most}]{rest}'
    assert after and wider != policy, f"the form has no limit that could be widened: {policy}"
    journey.form = replace(form, fields=form.fields | {"policy": base64.b64encode(wider.encode()).decode()})


def send(journey: Journey, size: int, key: str | None = None) -> None:
    """Sends a file with the form, as a browser does; with `key` under another name than the form is for."""
    form = _form(journey)
    key = key or form.key
    content = journey.bucket.new_content(key, size)
    body = _encoded(form.fields | {"key": key}, content.read())
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    answer = journey.http.request("POST", form.url, body, headers, identity=journey.identity)
    assert answer.status < 300, (
        f"Expected the form for {form.key!r} to be taken, but the server answered {answer.status}."
    )
    journey.bucket.objects[key] = Stored(content)


def _form(journey: Journey) -> Form:
    assert journey.form, 'There is no form: a step such as "Given a form …" has to come first.'
    return journey.form


def _encoded(fields: dict[str, str], file: bytes) -> bytes:
    """https://datatracker.ietf.org/doc/html/rfc7578; the file comes last, since S3 reads no field after it."""
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    head = b'Content-Disposition: form-data; name="file"; filename="file.bin"\r\nContent-Type: application/octet-stream'
    parts.append(head + b"\r\n\r\n" + file)
    return b"".join(b"--%b\r\n%b\r\n" % (BOUNDARY.encode(), part) for part in parts) + f"--{BOUNDARY}--\r\n".encode()
