"""By which fingerprints clouds know the private keys that they give."""

import hashlib
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator

_PEM = re.compile(r"-----BEGIN (?P<kind>[A-Z ]*)PRIVATE KEY-----\s(?P<body>[^-]+)-----END (?P=kind)PRIVATE KEY-----\s*")
_OPENSSH = b"openssh-key-v1\0"  # https://cvsweb.openbsd.org/src/usr.bin/ssh/PROTOCOL.key
_RSA = bytes.fromhex("300d06092a864886f70d0101010500")  # the algorithm's name in DER, RFC 8017
_INTEGER, _OCTETS, _BITS, _SEQUENCE = 0x02, 0x04, 0x03, 0x30


class NoKey(ValueError):
    """The text is no private key that we can read."""


def fingerprints(private_key: str) -> set[str]:
    """All by which a cloud may know a private key of RSA, or one in OpenSSH's own format; raises NoKey.

    OpenStack tells the MD5 of the public key, as ssh-keygen does, and AWS the SHA-1 of the private one in PKCS#8 or
    the SHA-256 of the public one: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/verify-keys.html. Others take
    the SHA-1 of the public one.
    """
    found = _PEM.fullmatch(private_key.strip() + "\n")
    if not found:
        raise NoKey
    try:
        der = b64decode("".join(found["body"].split()), validate=True)
        if der.startswith(_OPENSSH):
            return _of_public(_public_part(der))
        numbers = der
        if found["kind"] == "":  # PKCS#8, which wraps the same up
            (_, _), (_, _), (_, numbers) = _parts(_content(der))
        modulus, exponent = (content for _, content in list(_parts(_content(numbers)))[1:3])
    except (ValueError, IndexError) as wrong:
        raise NoKey from wrong
    public = b"".join(len(part).to_bytes(4, "big") + part for part in (b"ssh-rsa", exponent, modulus))
    told = _der(_SEQUENCE, _der(_INTEGER, modulus) + _der(_INTEGER, exponent))
    spoken = _der(_SEQUENCE, _RSA + _der(_BITS, b"\0" + told))
    whole = _der(_SEQUENCE, _der(_INTEGER, b"\0") + _RSA + _der(_OCTETS, numbers))
    return _of_public(public) | {_colons(hashlib.sha1(each, usedforsecurity=False)) for each in (whole, spoken)}


def _of_public(key: bytes) -> set[str]:
    sha256 = b64encode(hashlib.sha256(key).digest()).decode()
    return {_colons(hashlib.md5(key, usedforsecurity=False)), sha256, f"SHA256:{sha256.rstrip('=')}"}


def _colons(digest: "hashlib._Hash") -> str:
    return digest.digest().hex(":")


def _public_part(key: bytes) -> bytes:
    """The public key in OpenSSH's format, which comes after three strings and a number."""
    place = len(_OPENSSH)
    for _ in range(3):
        place += 4 + int.from_bytes(key[place : place + 4], "big")
    place += 4
    size = int.from_bytes(key[place : place + 4], "big")
    if not 0 < size <= len(key) - place - 4:
        raise NoKey
    return key[place + 4 : place + 4 + size]


def _content(der: bytes) -> bytes:
    ((_, content),) = _parts(der)
    return content


def _parts(der: bytes) -> Iterator[tuple[int, bytes]]:
    """What stands in DER side by side: the tag and the content of each."""
    place = 0
    while place < len(der):
        tag, size, place = der[place], der[place + 1], place + 2
        if size & 0x80:
            size, place = int.from_bytes(der[place : place + (size & 0x7F)], "big"), place + (size & 0x7F)
        if place + size > len(der):
            raise NoKey
        yield tag, der[place : place + size]
        place += size


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    long = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(long))) + long + content
