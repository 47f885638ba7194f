"""Certificates: for how long they are valid, and when that is too short."""

import ssl
import time
from dataclasses import dataclass
from typing import Any, Self

DAY = 86400

# Who renews by hand needs so much time: to be told, to find out how, and to be back from a holiday …
SOON = 21 * DAY
# … but where a certificate's whole time is short, a machine renews it: mostly when a third is left, as
# https://letsencrypt.org/docs/integration-guide/ asks for. Once it is less than this part, that did not work.
LAST_PART = 1 / 4


@dataclass(frozen=True, order=True)
class Validity:
    """From when until when a certificate is valid, in Unix time."""

    begins: float
    expires: float

    @classmethod
    def of(cls, certificate: dict[str, Any]) -> Self:
        """That of a certificate as `ssl` tells it."""
        return cls(*(ssl.cert_time_to_seconds(certificate[name]) for name in ("notBefore", "notAfter")))

    @property
    def whole(self) -> float:
        """Seconds for which it is valid altogether."""
        return self.expires - self.begins

    @property
    def left(self) -> float:
        """Seconds for which it is valid from now on."""
        return self.expires - time.time()

    @property
    def enough(self) -> float:
        """Seconds that have to be left."""
        return min(SOON, self.whole * LAST_PART)

    @property
    def about_to_expire(self) -> bool:
        return self.left < self.enough


def assert_lasts(named: str, validity: Validity, days: int) -> None:
    """The certificate, whose name and issuer were verified when connecting, expires in `days` at the earliest."""
    assert validity.left >= days * DAY, (
        f"Expected {named} to be valid for at least {days} more days, but it is for {_told(validity)}."
    )


def assert_not_about_to_expire(named: str, validity: Validity) -> None:
    """Of the certificate's time, so much is left as whoever renews it needs."""
    assert not validity.about_to_expire, (
        f"Expected {named} to be valid for at least {validity.enough / DAY:.1f} more of its {validity.whole / DAY:.0f} "
        f"days, but it is for {_told(validity)}: see to it that it is renewed."
    )


def _told(validity: Validity) -> str:
    return f"{validity.left / DAY:.1f}, until {time.strftime('%F %T', time.gmtime(validity.expires))} UTC"
