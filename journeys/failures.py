"""Why a call failed, as a bounded set of reasons for metrics and as a sentence for people."""

from functools import cache
from typing import Self

from journeys.journal import Call
from journeys.units import seconds

# The values of the `reason` label, and what an operator can do about each.
REASONS = {
    "dns": "The endpoint's name did not resolve: check the name and the resolver.",
    "connect": "No connection, or a broken one: check that the endpoint is up and reachable from here.",
    "tls": "The TLS connection failed: check the certificate, its name, and for an own CA {trusted}.",
    "timeout": "The server did not answer in time: check its load and health.",
    "throttled": "The server asks to slow down: check its rate limits for this user.",
    "auth": "The server refuses this user: check the keys, the user's rights and this machine's clock.",
    "quota": "A quota is used up: this user may not create more.",
    "not_found": "What was asked for is not there.",
    "client_error": "The server finds the request wrong: it may lack this feature.",
    "server_error": "The server itself reports an error, or its answer is no valid one: see its logs.",
    "integrity": "What arrived is not what was sent.",
    "other": "",
}

# What says, by API, whose certificates are trusted.
TRUSTED = {
    "openstack": "the cacert of the cloud in clouds.yaml (or OS_CACERT)",
    "kubernetes": "the certificate-authority-data of the cluster in the kubeconfig",
    "http": "AWS_CA_BUNDLE (or SSL_CERT_FILE, where that is not set)",
}
TRUSTED_BY_DEFAULT = "AWS_CA_BUNDLE"
TRUSTED_AT_THE_REPLICA = "JOURNEYS_REPLICA_CA_BUNDLE"

# Error names that say more than their reason does.
HINTS = {
    "MissingContentLength": "It does not know today's checksums: set AWS_REQUEST_CHECKSUM_CALCULATION=when_required.",
    "RequestTimeTooSkewed": "This machine's clock and the server's differ too much: check both.",
    "SignatureDoesNotMatch": "The secret key is wrong, or something on the way changes requests.",
    "InvalidAccessKeyId": "The server does not know this access key.",
    "AuthenticationFailed": "The server wants another user (JOURNEYS_LOGIN_USERNAME), or has not got our key.",
    "OtherHostKey": "Another machine answers at this address, or it was made anew.",
}


class SuiteError(Exception):
    """Nothing can be judged, and the cloud is not to blame: the suite, its selection or its surroundings are."""


class DeliveryError(Exception):
    """A way out did not take, or not give, what it should; the message says why and what to do."""


class ObjectiveMissed(AssertionError):
    """A promise about speed was not kept; every call did what it should."""


class CallFailed(AssertionError):
    """An API call failed. Mixed into the SDK's own exception class, so that the SDK still recognises it.

    `call` tells what happened, `id` is the call's number in the journal. `undone` is true where the call surely
    had no effect: every attempt was refused, or never reached the server.
    """

    call: Call
    id: int
    undone: bool
    sentence: str

    def tell(self, call: Call, number: int, undone: bool) -> Self:
        """Gives the failure its call, the call's number and its sentence; returns it."""
        self.call, self.id, self.undone, self.sentence = call, number, undone, sentence(call)
        self.args = (self.sentence,)
        return self

    def __str__(self) -> str:
        return self.sentence


def also_call_failed(error: Exception) -> CallFailed:
    """An SDK's error with all that it holds, as one of its own class that is a CallFailed too."""
    kind = _mixed(type(error))
    failure = kind.__new__(kind)
    failure.__dict__.update(error.__dict__)
    return failure


@cache
def _mixed(original: type[Exception]) -> type[Exception]:
    # The original comes first: some have a layout of their own, which only their __new__ knows how to make.
    return type(original.__name__, (original, CallFailed), {"__str__": CallFailed.__str__})


def sentence(call: Call) -> str:
    """What was expected, what came, after how long, with the evidence, and what to do."""
    of = f" of {call.subject}" if call.subject else ""
    evidence = [f"{call.attempts} attempt{'s' if call.attempts != 1 else ''}"]
    if call.request_id:
        evidence.append(f"request id {call.request_id}")
    return (
        f"Expected {call.operation}{of} to succeed, but {_what_came(call)} after {seconds(call.duration)} "
        f"({', '.join(evidence)}). {_hint(call)}"
    ).rstrip()


def _hint(call: Call) -> str:
    """What an operator can do about it."""
    trusted = TRUSTED_AT_THE_REPLICA if call.site == "replica" else TRUSTED.get(call.api, TRUSTED_BY_DEFAULT)
    return HINTS.get(call.code or "") or REASONS[call.reason or "other"].format(trusted=trusted)


def _what_came(call: Call) -> str:
    said = f' ("{call.message.rstrip(".")}")' if call.message else ""
    if call.status and call.status < 300:
        return f"its answer was not whole{said}"
    if call.status:
        name = f" {call.code}" if call.code and call.code != str(call.status) else ""
        return f"the server answered {call.status}{name}{said}"
    if call.code:
        return f"it came to {call.code}{said}"
    return f"there was no answer{said}"
