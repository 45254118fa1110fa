"""Checkpoints: the size and root of the log at one moment, signed, as text that anybody can keep and compare.

    numericite.example/log                         origin
    1042                                           size
    qvZ2…=                                         root, base64
                                                   (a blank line)
    — numericite.example/log Az3grl…=              name of a key, base64 of its four-byte identifier and signature

Signatures of keys that are not asked about (witnesses) are passed over. Reading it:

1. the text has this form, each number and hash written in its one way      MalformedCheckpointError
2. the origin is the one asked about                                       UntrustedCheckpointError
3. one of the keys asked about signed it, and none of them something else  UntrustedCheckpointError

Source: C2SP signed-note v1.0.0 and tlog-checkpoint v1.0.0, https://c2sp.org
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from certificates.errors import MalformedCheckpointError, UntrustedCheckpointError
from certificates.keys import KeyFamily, KeyState
from certificates.transparency import HASH_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from certificates.keys import KeyRing

#: The signature type of Ed25519 in a signed note.
_ED25519 = b"\x01"
_IDENTIFIER_BYTES = 4
_MAXIMUM_LENGTH = 100_000
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")
_SIGNATURE = re.compile(r"— ([^ +\n]+) ([A-Za-z0-9+/]+=*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeHead:
    """What the log was at one moment.

    Args:
        size: Number of leaves.
        root: The hash above them all, 32 bytes.
    """

    size: int
    root: bytes

    @property
    def short_root(self) -> str:
        """The first sixteen hexadecimal digits, in fours: what is printed and compared by eye."""
        digits = self.root.hex()
        return " ".join(digits[start : start + 4] for start in range(0, 16, 4))


def log_origin(site: str) -> str:
    """Return the name of the log of a site: its address without the scheme."""
    return f"{urlsplit(site).netloc}/log"


def sign_checkpoint(head: TreeHead, *, site: str, ring: KeyRing) -> str:
    """Return the signed text. The same head and key give the same text.

    Raises:
        NoActiveKeyError: No key signs for the log.
    """
    private = cast("Ed25519PrivateKey", ring.active(KeyFamily.LOG).private_key)  # the ring checks its families
    origin = log_origin(site)
    text = f"{origin}\n{head.size}\n{_base64(head.root)}\n"
    signed = _identifier(origin, private.public_key()) + private.sign(text.encode())
    return f"{text}\n— {origin} {_base64(signed)}\n"


def verifier_keys(site: str, ring: KeyRing) -> list[str]:
    """Return the keys to check checkpoints with, as `<name>+<identifier>+<key>`; none that was compromised."""
    origin = log_origin(site)
    return [
        f"{origin}+{_identifier(origin, public).hex()}+{_base64(_ED25519 + _raw(public))}"
        for public in _public_keys(ring)
    ]


def read_checkpoint(text: str, *, site: str, ring: KeyRing) -> TreeHead:
    """Return the head that a checkpoint of a site proves.

    Raises:
        MalformedCheckpointError: It is not a checkpoint.
        UntrustedCheckpointError: It is of another log, or our keys did not sign it.
    """
    signed, origin, head, signatures = _parse(text)
    if origin != log_origin(site):
        raise UntrustedCheckpointError
    known = {_identifier(origin, public): public for public in _public_keys(ring)}
    is_signed = False
    for name, data in signatures:
        public = known.get(data[:_IDENTIFIER_BYTES]) if name == origin else None
        if public is None:
            continue
        try:
            public.verify(data[_IDENTIFIER_BYTES:], signed.encode())
        except InvalidSignature:
            raise UntrustedCheckpointError from None
        is_signed = True
    if not is_signed:
        raise UntrustedCheckpointError
    return head


def _parse(text: str) -> tuple[str, str, TreeHead, list[tuple[str, bytes]]]:
    body, blank, tail = text.rpartition("\n\n")
    lines = body.split("\n")
    if len(text) > _MAXIMUM_LENGTH or not blank or not tail.endswith("\n") or len(lines) < 3:
        raise MalformedCheckpointError("not a signed note of three lines or more")
    if any(ord(sign) < ord(" ") for line in lines for sign in line) or not all(lines):
        raise MalformedCheckpointError("control characters or an empty line")
    origin, size, root = lines[:3]
    if not _SIZE.fullmatch(size):
        raise MalformedCheckpointError("not a size")
    head = TreeHead(size=int(size), root=_decoded(root))
    if len(head.root) != HASH_BYTES:
        raise MalformedCheckpointError("not a root")
    signatures = []
    for line in tail[:-1].split("\n"):
        match = _SIGNATURE.fullmatch(line)
        if match is None:
            raise MalformedCheckpointError("not a signature line")
        signatures.append((match[1], _decoded(match[2])))
    return f"{body}\n", origin, head, signatures


def _public_keys(ring: KeyRing) -> Iterable[Ed25519PublicKey]:
    for key in ring.keys:
        of_log = key.family is KeyFamily.LOG and key.state is not KeyState.COMPROMISED
        if of_log and isinstance(key.public_key, Ed25519PublicKey):
            yield key.public_key


def _identifier(name: str, public: Ed25519PublicKey) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + _raw(public)).digest()[:_IDENTIFIER_BYTES]


def _raw(public: Ed25519PublicKey) -> bytes:
    return public.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decoded(text: str) -> bytes:
    """Decode base64 strictly: one text per value."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise MalformedCheckpointError("not base64") from error
    if _base64(data) != text:
        raise MalformedCheckpointError("not canonical base64")
    return data
