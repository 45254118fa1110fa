"""The compact form: what a QR code carries so that a phone without a network can check it.

    https://host/c/CODE#<base64url of a COSE_Sign1>

Any camera opens the address; what follows `#` never leaves the phone. The payload is a CWT (RFC 8392): when it was
issued, until when it holds, the printed code, and one claim of ours, `STATED`, a fixed array:

    version, name, framework, framework's version, bits, level, {area's number: level}, status index, day of the sitting

A label is of version 2, with two more members, its number and its holder's profession; it has no level and no area.
Levels are 0 (none) to 4, the day counts from 1970-01-01, the bits are those of `_BITS`. A name longer than
`LONGEST_NAME` bytes is left out (null): the code must stay large enough to be scanned, and the page has the name.

The header is closed: ES256, the first eight bytes of the key's thumbprint, and the type "application/cwt". The bytes
are deterministic CBOR (RFC 8949, 4.2.1): read, written again and compared, so that one statement has one payload.

Reading takes these steps:

1. tagged COSE_Sign1 of four members, deterministic, with exactly our header   MalformedCredentialError
2. its key is one of ours, of the family of tokens                            UnknownKeyError
3. the signature covers header and payload                                    BadSignatureError
4. the payload is exactly what we would write                                 MalformedCredentialError
5. the key was not compromised at the date it bears                           CompromisedKeyError

The dates are for `verification.check_period`, shared with tokens; whether it was withdrawn since is the register's to
say, or a status list's. Sources: RFC 9052 (COSE), RFC 9596 (typ), RFC 8392 (CWT).
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import cbor2

from certificates import algorithms
from certificates.credential import LEVELS, LabelFacts
from certificates.errors import (
    BadSignatureError,
    CompromisedKeyError,
    MalformedCredentialError,
    UnknownKeyError,
)
from certificates.keys import KeyFamily, KeyState
from certificates.reference import code_bytes, new_code

if TYPE_CHECKING:
    from certificates.credential import Credential
    from certificates.keys import KeyRing, SigningKey

VERSION = 1
LABEL_VERSION = 2
LONGEST_NAME = 48  # bytes of UTF-8
MAXIMUM_BYTES = 320
KID_BYTES = 8

# COSE header parameters and algorithm; CWT claims; ours, in the range for private use (below -65536).
_ALGORITHM, _KID, _TYPE = 1, 4, 16
_ES256, _APPLICATION_CWT = -7, 61
_EXPIRES, _BEGINS, _ISSUED, _IDENTITY = 4, 5, 6, 7
STATED = -65_537
#: How both structures begin (RFC 9052, 4.2 and 4.4): tag 18 and an array of four; an array of four and "Signature1".
_SIGN1_OPENING, _SIGNED_OPENING, _EMPTY_MAP = b"\xd2\x84", b"\x84\x6aSignature1", b"\xa0"
_BITS = ("is_certificate", "is_supervised", "is_name_verified", "is_provisional", "is_demonstration")
_are_so = attrgetter(*_BITS)
_NUMBERS = {level: number for number, level in enumerate((None, *LEVELS))}
_NUMBER = re.compile(r"0|[1-9][0-9]*")
_DAY_ZERO = date(1970, 1, 1)
_LATEST = 2**33


@dataclass(frozen=True, slots=True, kw_only=True)
class CompactStatement:
    """What a QR code states: enough to compare with the paper, never more than the page says.

    Args:
        code: The printed code: it leads to the whole statement.
        holder_name: None when it was too long to be carried.
        level: Highest level established over all areas, or None.
        areas: Level established in each area, by identifier, or None.
        status_index: Position in the status lists, counted over all of them.
        label: Of a label: its number and profession.
    """

    code: str
    holder_name: str | None
    is_certificate: bool
    is_supervised: bool
    is_name_verified: bool
    is_provisional: bool
    is_demonstration: bool
    framework_code: str
    framework_version: str
    level: str | None
    areas: tuple[tuple[str, str | None], ...]
    status_index: int
    sat_on: date
    issued_at: datetime
    valid_from: datetime
    valid_until: datetime | None
    label: LabelFacts | None = None

    @property
    def assurance(self) -> str:
        """Return "A1" (unsupervised) or "A2" (supervised)."""
        return "A2" if self.is_supervised else "A1"


def stated(credential: Credential) -> CompactStatement:
    """Return what the QR code of a credential states."""
    name = credential.holder_name
    return CompactStatement(
        code=credential.code,
        holder_name=name if len(name.encode()) <= LONGEST_NAME else None,
        is_certificate=credential.kind == "certificate",
        is_supervised=credential.assurance == "A2",
        is_name_verified=credential.name_verified,
        is_provisional=credential.provisional,
        is_demonstration=credential.demonstration,
        framework_code=credential.framework_code,
        framework_version=credential.framework_version,
        level=credential.level,
        areas=tuple((area.area_id, area.level) for area in credential.areas),
        status_index=credential.status_index,
        sat_on=credential.sat_on,
        issued_at=credential.issued_at,
        valid_from=credential.valid_from,
        valid_until=credential.valid_until,
        label=credential.label,
    )


def compact(credential: Credential, key: SigningKey) -> bytes:
    """Return the COSE_Sign1 of a credential; about 165 bytes.

    Args:
        key: Of the family of tokens.

    Raises:
        ValueError: The key is of another family, or an area is not one of the framework's.
    """
    if key.family is not KeyFamily.TOKEN:
        msg = f"{key.family}: not the family that signs what a QR code carries"
        raise ValueError(msg)
    protected = _header(_short_name(key))
    payload = _payload(stated(credential))
    signature = key.sign(_signed(protected, payload))
    return _message(protected, payload, signature)


def can_carry(credential: Credential) -> bool:
    """Tell whether the areas of a credential are numbered within its framework: only their numbers are carried."""
    return _are_numbered(credential.framework_code, tuple([area.area_id for area in credential.areas]))


@lru_cache(maxsize=64)
def _are_numbered(framework_code: str, area_ids: tuple[str, ...]) -> bool:
    prefix = f"{framework_code}-"
    numbers = [area_id.removeprefix(prefix) for area_id in area_ids if area_id.startswith(prefix)]
    return len(numbers) == len(area_ids) and all(map(_NUMBER.fullmatch, numbers))


def fragment_url(credential: Credential, data: bytes, *, check_url: str | None = None) -> str:
    """Return the address that the QR code holds.

    Args:
        check_url: Where the site answers today; the credential's own address unless said otherwise.
    """
    return f"{check_url or credential.check_url}#{algorithms.base64url(data)}"


def from_fragment(text: str) -> bytes:
    """Return the bytes of a fragment, without its `#`.

    Raises:
        MalformedCredentialError: Not the base64url of anything so short.
    """
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise MalformedCredentialError("compact: not base64url") from error
    if len(data) > MAXIMUM_BYTES or algorithms.base64url(data) != text:
        raise MalformedCredentialError("compact: not the base64url of a compact form")
    return data


def read_compact(data: bytes, ring: KeyRing) -> CompactStatement:
    """Take steps 1 to 5, whose outcome does not depend on the moment.

    Raises:
        VerificationError: The leaf that the first failing step names.
    """
    protected, payload, signature = _members(data)
    key = _key(protected, ring)
    if not algorithms.holds(key.public_key, _signed(protected, payload), signature):
        raise BadSignatureError
    found = _statement(payload)
    if key.state is KeyState.COMPROMISED and found.issued_at >= key.since:
        raise CompromisedKeyError(key.kid, key.since)
    return found


def _members(data: bytes) -> tuple[bytes, bytes, bytes]:
    outer = _decoded(data)
    value = outer.value if isinstance(outer, cbor2.CBORTag) else None
    # What a tag holds comes back as a list or as a tuple, according to the library. The bytes are compared instead.
    if not isinstance(value, (list, tuple)) or len(value) != 4:
        raise MalformedCredentialError("compact: not a COSE_Sign1 of ours")
    protected, _, payload, signature = value
    if not all(isinstance(part, bytes) for part in (protected, payload, signature)):
        raise MalformedCredentialError("compact: not a COSE_Sign1 of ours")
    if data != _message(protected, payload, signature):
        raise MalformedCredentialError("compact: not a COSE_Sign1 of ours")
    return protected, payload, signature


def _message(protected: bytes, payload: bytes, signature: bytes) -> bytes:
    """Return a tagged COSE_Sign1 of ours."""
    return _SIGN1_OPENING + _byte_string(protected) + _EMPTY_MAP + _byte_string(payload) + _byte_string(signature)


def _key(protected: bytes, ring: KeyRing) -> SigningKey:
    header = _decoded(protected)
    kid = header.get(_KID) if isinstance(header, dict) else None
    # The bytes are compared, since 1, 1.0 and true are equal in Python and not in CBOR.
    if not isinstance(kid, bytes) or protected != _header(kid):
        raise MalformedCredentialError("compact: not our header")
    for key in ring.keys:
        if key.family is KeyFamily.TOKEN and _short_name(key) == kid:
            return key
    raise UnknownKeyError(kid.hex())


def _statement(payload: bytes) -> CompactStatement:
    try:
        found = _read(_decoded(payload))
        expected = _payload(found)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError) as error:
        raise MalformedCredentialError(f"compact: {type(error).__name__}: {error}"[:200]) from error
    if expected != payload:
        raise MalformedCredentialError("compact: not what this statement is written as")
    return found


def _payload(one: CompactStatement) -> bytes:
    if one.holder_name is not None and len(one.holder_name.encode()) > LONGEST_NAME:
        msg = "a name so long is not carried"
        raise ValueError(msg)
    bits = sum([is_so << place for place, is_so in enumerate(_are_so(one))])
    claims: dict[int, Any] = {
        _ISSUED: _seconds(one.issued_at),
        _IDENTITY: code_bytes(one.code),
        STATED: [
            VERSION if one.label is None else LABEL_VERSION,
            one.holder_name,
            one.framework_code,
            one.framework_version,
            bits,
            _number(one.level),
            {_area_number(area_id, one.framework_code): _number(level) for area_id, level in one.areas},
            one.status_index,
            (one.sat_on - _DAY_ZERO).days,
            *(() if one.label is None else (one.label.number, one.label.profession)),
        ],
    }
    if one.valid_from != one.issued_at:
        claims[_BEGINS] = _seconds(one.valid_from)
    if one.valid_until is not None:
        claims[_EXPIRES] = _seconds(one.valid_until)
    return _encoded(claims)


def _read(claims: Any) -> CompactStatement:  # noqa: ANN401 -- whatever the payload holds; compared afterwards.
    version, name, framework, framework_version, bits, level, areas, status_index, day, *label = claims[STATED]
    if version != (LABEL_VERSION if label else VERSION):
        msg = f"version {version} is not known"
        raise ValueError(msg)
    _check_types(name=name, texts=(framework, framework_version), numbers=(bits, level, status_index, day))
    flags = {flag: bool(bits >> place & 1) for place, flag in enumerate(_BITS)}
    issued_at = _moment(claims[_ISSUED])
    return CompactStatement(
        code=new_code(claims[_IDENTITY]),
        holder_name=name,
        framework_code=framework,
        framework_version=framework_version,
        level=_level(level),
        areas=tuple((f"{framework}-{number}", _level(reached)) for number, reached in areas.items()),
        status_index=status_index,
        sat_on=_DAY_ZERO + timedelta(days=day),
        issued_at=issued_at,
        valid_from=_moment(claims[_BEGINS]) if _BEGINS in claims else issued_at,
        valid_until=_moment(claims[_EXPIRES]) if _EXPIRES in claims else None,
        label=_label(*label) if label else None,
        **flags,
    )


def _label(number: str, profession: str) -> LabelFacts:
    return LabelFacts(number=number, profession=profession)


def _check_types(*, name: object, texts: tuple[object, ...], numbers: tuple[object, ...]) -> None:
    if not (name is None or isinstance(name, str)) or not all(isinstance(text, str) for text in texts):
        msg = "not the text that is expected"
        raise TypeError(msg)
    if not all(type(number) is int and number >= 0 for number in numbers):
        msg = "not the number that is expected"
        raise TypeError(msg)


@lru_cache(maxsize=64)
def _header(kid: bytes) -> bytes:
    """Return the protected header: the same for all that a key signs, so it is written once."""
    return _encoded({_ALGORITHM: _ES256, _KID: kid, _TYPE: _APPLICATION_CWT})


def _short_name(key: SigningKey) -> bytes:
    return base64.urlsafe_b64decode(key.kid + "=")[:KID_BYTES]


def _signed(protected: bytes, payload: bytes) -> bytes:
    return _SIGNED_OPENING + _byte_string(protected) + _byte_string(b"") + _byte_string(payload)


def _byte_string(data: bytes) -> bytes:
    """Return deterministic CBOR of some bytes, fewer than 65,536 (RFC 8949, 3.1): the frame of COSE is nothing else, and varies in nothing else."""
    size = len(data)
    if size < 24:
        return bytes((0x40 | size,)) + data
    return (b"\x58%c" % size if size < 0x100 else b"\x59" + size.to_bytes(2)) + data


@lru_cache(maxsize=256)
def _area_number(area_id: str, framework_code: str) -> int:
    prefix, _, number = area_id.rpartition("-")
    if prefix != framework_code:
        msg = f"{area_id}: not an area of {framework_code}"
        raise ValueError(msg)
    return int(number)


def _number(level: str | None) -> int:
    return _NUMBERS[level]


def _level(number: int) -> str | None:
    return LEVELS[number - 1] if number else None


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _moment(seconds: int) -> datetime:
    if type(seconds) is not int or not 0 <= seconds < _LATEST:
        msg = "not a moment"
        raise ValueError(msg)
    return datetime.fromtimestamp(seconds, UTC)


def _encoded(value: object) -> bytes:
    return cbor2.dumps(value, canonical=True)


def _decoded(data: bytes) -> Any:  # noqa: ANN401 -- CBOR holds anything.
    """Decode one item, with nothing after it, written the one way that is allowed."""
    if len(data) > MAXIMUM_BYTES:
        raise MalformedCredentialError("compact: too long")
    try:
        value = cbor2.loads(data)
        canonical = _encoded(value)
    except (cbor2.CBORError, ValueError, TypeError, RecursionError, OverflowError, MemoryError) as error:
        raise MalformedCredentialError(f"compact: not CBOR ({type(error).__name__})") from error
    if canonical != data:
        raise MalformedCredentialError("compact: not deterministic CBOR, or followed by something")
    return value
