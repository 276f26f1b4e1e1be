"""Certificates and requests for them, as far as it takes to know who somebody is: X.509 and PKCS #10 in DER.

Follows RFC 5280 and RFC 2986. Differs in that nobody checks a signature, and that what is issued carries none that
could be checked: the cluster's authority has no key. All else of it reads as it does in a real one.
"""

import base64
import binascii
from collections.abc import Iterator
from hashlib import sha256

from engine.access.identity import AUTHENTICATED, Identity
from engine.kinds.dates import format_time
from engine.kinds.frozen import frozen

CERTIFICATE, REQUEST = "CERTIFICATE", "CERTIFICATE REQUEST"
_SEQUENCE, _SET, _INTEGER, _OID, _TIME, _BITS = 0x30, 0x31, 0x02, 0x06, 0x17, 0x03
_COMMON_NAME, _ORGANIZATION = b"\x55\x04\x03", b"\x55\x04\x0a"
_SHA256_RSA = b"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b\x05\x00"
_CLIENT_AUTH = b"\x30\x13\x06\x03\x55\x1d\x25\x04\x0c\x30\x0a\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x02"
_AUTHORITY = "kubernetes"
_SIGNATURE_BYTES = 256


class NoCertificate(ValueError):
    """A text that is no such PEM block; the message says why."""


@frozen
class Subject:
    common_name: str
    organizations: tuple[str, ...] = ()

    @property
    def identity(self) -> Identity:
        """Its name is the user, its organizations are the groups."""
        return Identity(self.common_name, (*self.organizations, AUTHENTICATED))


def subject_of(pem: str, label: str) -> Subject:
    """Of a CERTIFICATE or a CERTIFICATE REQUEST. Raises NoCertificate."""
    name, _ = _parts(pem, label)
    names: dict[bytes, list[str]] = {}
    for entry in _items(name[1]):
        for _, pair in _items(entry[1]):
            oid, value = list(_items(pair))[:2]
            names.setdefault(oid[1], []).append(value[1].decode("utf-8", "replace"))
    return Subject(next(iter(names.get(_COMMON_NAME, [])), ""), tuple(names.get(_ORGANIZATION, ())))


def issued(request: str, *, serial: int, begins: int, ends: int) -> str:
    """The certificate that a request asks for, as PEM; times in seconds since the epoch. Raises NoCertificate."""
    subject, key = _parts(request, REQUEST)
    issuer = _der(_SEQUENCE, _der(_SET, _der(_SEQUENCE, _der(_OID, _COMMON_NAME) + _der(0x0C, _AUTHORITY.encode()))))
    body = _der(
        _SEQUENCE,
        _der(0xA0, _der(_INTEGER, b"\x02"))
        + _der(_INTEGER, serial.to_bytes(serial.bit_length() // 8 + 1, "big"))
        + _SHA256_RSA
        + issuer
        + _der(_SEQUENCE, _der(_TIME, _utc(begins)) + _der(_TIME, _utc(ends)))
        + _der(*subject)
        + _der(*key)
        + _der(0xA3, _der(_SEQUENCE, _CLIENT_AUTH)),
    )
    signature = b"".join(sha256(body + bytes([part])).digest() for part in range(_SIGNATURE_BYTES // 32))
    return _pem(_der(_SEQUENCE, body + _SHA256_RSA + _der(_BITS, b"\x00" + signature)), CERTIFICATE)


_Item = tuple[int, bytes]


def _parts(pem: str, label: str) -> tuple[_Item, _Item]:
    """(the subject's name, the public key)."""
    try:
        [whole] = _items(_block(pem, label))
        body = list(_items(next(_items(whole[1]))[1]))
        if label == REQUEST:
            return body[1], body[2]
        first = 1 if body[0][0] == 0xA0 else 0
        return body[first + 4], body[first + 5]
    except (IndexError, ValueError, StopIteration) as error:
        if isinstance(error, NoCertificate):
            raise
        raise NoCertificate(f"the PEM block is no {label.lower()}") from None


def _block(pem: str, label: str) -> bytes:
    _, begins, rest = pem.partition(f"-----BEGIN {label}-----")
    text, ends, _ = rest.partition(f"-----END {label}-----")
    if not begins or not ends:
        raise NoCertificate(f"PEM block type must be {label}")
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error:
        raise NoCertificate("the PEM block is not base64") from None


def _pem(data: bytes, label: str) -> str:
    text = base64.b64encode(data).decode()
    lines = "\n".join(text[at : at + 64] for at in range(0, len(text), 64))
    return f"-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n"


def _items(data: bytes) -> Iterator[_Item]:
    """(tag, content) one after the other. Raises IndexError where it breaks off."""
    at = 0
    while at < len(data):
        tag, size = data[at], data[at + 1]
        at += 2
        if size & 0x80:
            count = size & 0x7F
            size = int.from_bytes(data[at : at + count], "big")
            at += count
        if at + size > len(data):
            raise IndexError("breaks off")
        yield tag, data[at : at + size]
        at += size


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    width = (size.bit_length() + 7) // 8
    return bytes([tag, 0x80 | width]) + size.to_bytes(width, "big") + content


def _utc(time: int) -> bytes:
    """``261120175500Z``."""
    return (format_time(time)[2:].translate({ord(mark): None for mark in "-T:"})).encode()
