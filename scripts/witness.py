#!/usr/bin/env python3
"""Watch the transparency log of a site from outside: keep its last checkpoint, and say so loudly if it ever contradicts it.

    python3 witness.py https://numericite.example FOLDER             once a day or a week, from a machine that the site does not run
    python3 witness.py https://numericite.example FOLDER other.txt   and compare with a checkpoint that somebody else kept

This file alone is enough: Python 3.11, no other package. In FOLDER: `keys.txt`, the keys that were seen first and are trusted from
then on; `checkpoint.txt`, the last head that was proven to continue all before it; `heads.txt`, one line a visit.

Exit status: 0 the log continues what was kept; 1 nothing could be learnt (no network, a broken answer): try again, and
wonder if it stays so; 2 the log
contradicts what was kept, or is signed by a key that was not: what it said is kept in `conflict-*.txt`. Tell others, with that file.

Sources: C2SP signed-note and tlog-checkpoint v1.0.0; RFC 9162, 2.1.4.2; RFC 8032, 5.1.7.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

_SECONDS, _MOST_BYTES = 30, 1_000_000
_HASH_BYTES, _IDENTIFIER_BYTES, _ED25519 = 32, 4, b"\x01"
_SIGNATURE = re.compile(r"— ([^ +\n]+) ([A-Za-z0-9+/]+=*)")


class LearntNothingError(Exception):
    """The site did not answer, or not as a log does: no proof of anything."""


class ContradictionError(Exception):
    """The log is not what it was, or not theirs who signed it before."""


class Head(NamedTuple):
    """A checkpoint that one of the trusted keys signed."""

    size: int
    root: bytes


def watch(site: str, folder: Path, other: Path | None = None) -> str:
    """Fetch the head, prove that it continues the one that is kept, keep it, and return a line to read.

    Raises:
        LearntNothingError, ContradictionError: What is kept stays as it was.
    """
    folder.mkdir(parents=True, exist_ok=True)
    origin, keys_file, kept_file = f"{urlsplit(site).netloc}/log", folder / "keys.txt", folder / "checkpoint.txt"
    keys_text = keys_file.read_text(encoding="utf-8") if keys_file.exists() else _get(f"{site}/log/keys")
    keys = read_keys(keys_text, origin=origin)
    text = _get(f"{site}/log/checkpoint")
    try:
        head = read(text, origin=origin, keys=keys)
        if kept_file.exists():
            _continues(site, read(kept_file.read_text(encoding="utf-8"), origin=origin, keys=keys), head)
        if other is not None:
            _agrees(site, read(other.read_text(encoding="utf-8"), origin=origin, keys=keys), head)
    except ContradictionError as error:
        conflict = folder / f"conflict-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}.txt"
        conflict.write_text(text, encoding="utf-8")
        raise ContradictionError(
            f"{error}\nWhat the site said is in {conflict}; what was kept is in {kept_file}."
        ) from None
    keys_file.write_text(keys_text, encoding="utf-8")
    partial = kept_file.with_suffix(".tmp")
    partial.write_text(text, encoding="utf-8")
    partial.replace(kept_file)
    line = f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {head.size} {head.root.hex()}"
    with (folder / "heads.txt").open("a", encoding="utf-8") as heads:
        heads.write(f"{line}\n")
    return f"{origin}: {line}"


def read_keys(text: str, *, origin: str) -> dict[bytes, bytes]:
    """Return the public keys of a log by their identifiers, from lines `<name>+<identifier>+<key>`.

    Raises:
        LearntNothingError: There is none.
    """
    found: dict[bytes, bytes] = {}
    for line in text.splitlines():
        name, _, rest = line.partition("+")
        identifier, _, encoded = rest.partition("+")
        data = _decoded(encoded)
        if name == origin and data[:1] == _ED25519 and len(data) == 1 + _HASH_BYTES:
            expected = hashlib.sha256(f"{name}\n".encode() + data).digest()[:_IDENTIFIER_BYTES]
            if identifier == expected.hex():
                found[expected] = data[1:]
    if not found:
        raise LearntNothingError(f"{origin} publishes no key")
    return found


def read(text: str, *, origin: str, keys: dict[bytes, bytes]) -> Head:
    """Return the head that a checkpoint proves.

    Raises:
        LearntNothingError: It is not a checkpoint of this log.
        ContradictionError: None of the keys signed it.
    """
    body, blank, tail = text.rpartition("\n\n")
    lines = body.split("\n")
    if not blank or len(lines) < 3 or lines[0] != origin or not re.fullmatch(r"0|[1-9][0-9]{0,17}", lines[1]):
        raise LearntNothingError(f"not a checkpoint of {origin}")
    head = Head(int(lines[1]), _decoded(lines[2]))
    if len(head.root) != _HASH_BYTES:
        raise LearntNothingError("not a root")
    for name, encoded in _SIGNATURE.findall(tail):
        signed = _decoded(encoded)
        key = keys.get(signed[:_IDENTIFIER_BYTES]) if name == origin else None
        if key is not None and verifies(key, signed[_IDENTIFIER_BYTES:], f"{body}\n".encode()):
            return head
    raise ContradictionError(
        "The checkpoint is signed by no key that was trusted first. If the site announced a new one, and you can make sure of it "
        "otherwise than by asking the site, take its line of /log/keys into keys.txt."
    )


def _continues(site: str, kept: Head, head: Head) -> None:
    """Prove that a head continues one that was kept before it.

    Raises:
        LearntNothingError, ContradictionError: There is no proof of it, or a proof of the contrary.
    """
    if head.size < kept.size:
        raise ContradictionError(f"The log had {kept.size} leaves and has {head.size}: leaves are gone.")
    _agrees(site, kept, head)


def _agrees(site: str, one: Head, two: Head) -> None:
    first, second = sorted((one, two))
    if first.size == second.size:
        if first.root != second.root:
            raise ContradictionError(
                f"Two roots over the same {first.size} leaves: the log says two things to two people."
            )
        return
    if first.size == 0:
        return
    try:
        told = json.loads(_get(f"{site}/log/proof/consistency?from={first.size}&to={second.size}"))
        proof = [bytes.fromhex(one) for one in told["proof"]]
    except (ValueError, TypeError, KeyError):
        raise LearntNothingError("the proof is not one") from None
    if not is_consistent(first, second, proof):
        raise ContradictionError(
            f"The log of {second.size} leaves does not begin with the {first.size} that were kept."
        )


def is_consistent(first: Head, second: Head, proof: list[bytes]) -> bool:
    """Tell whether a proof shows that the larger tree begins with the smaller one, which is not empty (RFC 9162, 2.1.4.2)."""
    hashes = [first.root, *proof] if first.size & (first.size - 1) == 0 else list(proof)
    if len(hashes) < 2:
        return False
    place, last = first.size - 1, second.size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = hashes[0]
    for one in hashes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = _node(one, before), _node(one, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = _node(after, one)
        place, last = place >> 1, last >> 1
    return last == 0 and before == first.root and after == second.root


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)
_Point = tuple[int, int, int, int]


def verifies(key: bytes, signature: bytes, message: bytes) -> bool:
    """Tell whether an Ed25519 signature holds (RFC 8032, 5.1.7). Nothing here is secret, so nothing is done in constant time."""
    if len(signature) != 2 * _HASH_BYTES:
        return False
    public, commitment = _point(key), _point(signature[:_HASH_BYTES])
    scalar = int.from_bytes(signature[_HASH_BYTES:], "little")
    if public is None or commitment is None or scalar >= _ORDER:
        return False
    challenge = hashlib.sha512(signature[:_HASH_BYTES] + key + message).digest()
    number = int.from_bytes(challenge, "little") % _ORDER
    left, right = _times(scalar, _BASE), _added(commitment, _times(number, public))
    return (left[0] * right[2] - right[0] * left[2]) % _P == 0 == (left[1] * right[2] - right[1] * left[2]) % _P


def _added(one: _Point, two: _Point) -> _Point:
    a, b = (one[1] - one[0]) * (two[1] - two[0]) % _P, (one[1] + one[0]) * (two[1] + two[0]) % _P
    c, d = 2 * one[3] * two[3] * _D % _P, 2 * one[2] * two[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % _P, g * h % _P, f * g % _P, e * h % _P)


def _times(number: int, point: _Point) -> _Point:
    found = (0, 1, 1, 0)
    while number:
        if number & 1:
            found = _added(found, point)
        point, number = _added(point, point), number >> 1
    return found


def _point(data: bytes) -> _Point | None:
    """Return the point that 32 bytes stand for; None where they stand for none."""
    y, sign = int.from_bytes(data, "little") & (1 << 255) - 1, data[-1] >> 7
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    x = _P - x if x & 1 != sign else x
    return (x, y, 1, x * y % _P)


_BASE = _point((4 * pow(5, -1, _P) % _P).to_bytes(_HASH_BYTES, "little")) or (0, 1, 1, 0)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return b""


def _get(url: str) -> str:
    if urlsplit(url).scheme not in ("https", "http"):
        raise LearntNothingError("the address of a site begins with https://")
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as answer:  # noqa: S310 (the scheme was looked at)
            data: bytes = answer.read(_MOST_BYTES)
        return data.decode()
    except (OSError, ValueError) as error:
        raise LearntNothingError(f"{url}: {error}") from None


def main(arguments: list[str]) -> int:
    """Watch once; see the top of this file."""
    if not 2 <= len(arguments) <= 3:
        sys.stderr.write(f"{__doc__}\n")
        return 1
    site, folder, other = arguments[0].rstrip("/"), Path(arguments[1]), [Path(one) for one in arguments[2:]]
    try:
        sys.stdout.write(f"{watch(site, folder, *other)}\n")
    except ContradictionError as error:
        sys.stderr.write(f"CONTRADICTION. {error}\n")
        return 2
    except (LearntNothingError, OSError) as error:
        sys.stderr.write(f"Nothing learnt: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
