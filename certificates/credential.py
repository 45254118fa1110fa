"""The statement: who, what level, how it was measured, from when until when.

`Credential` is what the rest of the program handles. `claims.py` turns it into an Open Badge and back; nothing is lost
on the way, so the signed token alone is enough to print a page or to answer an employer.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from certificates.label_rules.number import read_number
from certificates.names import check_printable_name
from certificates.professions import PROFESSIONS

__all__ = [
    "CONTEXTS",
    "KINDS",
    "LEVELS",
    "STATUS_LIST_LENGTH",
    "AreaResult",
    "Credential",
    "Issuer",
    "LabelFacts",
    "check_printable_name",
]

LEVELS = ("L1", "L2", "L3", "L4")
LANGUAGES = ("fr", "en")
KINDS = ("statement", "certificate", "label")
#: JSON-LD contexts of all that is published, in this order (Open Badges 3.0).
CONTEXTS = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
)
# Bitstring Status List v1.0: no list may be shorter, so that one bit hides among many.
STATUS_LIST_LENGTH = 131_072

_CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{16}")
_CREDENTIAL_ID = re.compile(
    r"(https?://[^/?#\s]+)/credentials/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
)
_FRAMEWORK = re.compile(r"[A-Z][A-Z0-9]{1,15}")
_AREA = re.compile(r"[A-Z][A-Z0-9]{1,15}-[0-9]{1,2}")
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+-]{0,31}")
_HASH = re.compile(r"[0-9a-f]{64}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
# Measures are stated to four decimals: more would be noise.
_DECIMALS = 4
_UNITS = 10.0**_DECIMALS


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """Who signs.

    Args:
        url: Public address of the site, without a path; also the identity of the issuer.
        email: Where to write; public.

    Raises:
        ValueError: The address is neither https nor of this machine, or has a path.
    """

    name: str
    url: str
    email: str

    def __post_init__(self) -> None:
        _check_origin(self.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaResult:
    """What was established in one area of the framework.

    Args:
        title: In French, in English.
        level: Highest level established, or None.
        probability: That the ability is at the level or above; without a level, that it is below the first.
        mean: Estimated ability, in logits.
        error: Its standard error, in logits.

    Raises:
        ValueError: A value is outside its domain.
    """

    area_id: str
    title: tuple[str, str]
    level: str | None
    probability: float
    mean: float
    error: float

    def __post_init__(self) -> None:
        _check(_AREA.fullmatch(self.area_id), "{}: not the identifier of an area", self.area_id)
        _check_titles(self.title)
        _check_level(self.level, self.probability)
        _check(math.isfinite(self.mean), "the ability must be finite")
        _check(math.isfinite(self.error) and self.error >= 0, "the standard error must be finite and not negative")
        for name in ("probability", "mean", "error"):
            object.__setattr__(self, name, _rounded(getattr(self, name)))


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelFacts:
    """What only a label states.

    Args:
        number: Public and written as `label_rules.number` writes it; unlike a code, it opens nothing.
        profession: A code of `professions`.

    Raises:
        ValueError: A value is outside its domain.
    """

    number: str
    profession: str

    def __post_init__(self) -> None:
        _check(read_number(self.number) == self.number, "{}: not the number of a label", self.number)
        _check(self.profession in PROFESSIONS, "{}: not a profession", self.profession)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """One signed statement. Moments are kept in UTC, to the second; measures to four decimals.

    Args:
        credential_id: `<origin>/credentials/<uuid4>`; the identity of the statement, never reused.
        code: Sixteen Crockford characters, no dashes: the address that is printed.
        kind: "statement", "certificate" or "label".
        assurance: "A1" (unsupervised) or "A2" (supervised).
        name_verified: Whether an identity document was seen.
        framework_title: In French, in English.
        level: Highest level established over all areas, or None.
        level_probability: As in `AreaResult`.
        provisional: Whether the scale awaits calibration.
        framework_code, framework_version: Of a label, what it is given under: its rules and their version.
        sat_on: Day of the sitting; of a label, that of the award.
        bank_hash: SHA-256 of the bank of items, in hexadecimal; of a label, of its rules.
        status_index: Position in the status lists, counted over all of them.
        supersedes: `credential_id` of the statement that this one replaces.
        demonstration: Whether it is of no value.
        language: Of the sentences in the token: "fr" or "en".
        label: Of a label, and of nothing else. A label measures nothing: no level, no area, no item.

    Raises:
        ValueError: A value is outside its domain, or two values contradict each other.
    """

    credential_id: str
    code: str
    kind: str
    assurance: str
    holder_name: str
    name_verified: bool
    framework_code: str
    framework_version: str
    framework_title: tuple[str, str]
    level: str | None
    level_probability: float
    areas: tuple[AreaResult, ...]
    items_answered: int
    provisional: bool
    sat_on: date
    issued_at: datetime
    valid_from: datetime
    valid_until: datetime | None
    engine_version: str
    bank_hash: str
    status_index: int
    supersedes: str | None
    demonstration: bool
    language: str = "fr"
    label: LabelFacts | None = None

    def __post_init__(self) -> None:
        self._check_identity()
        self._check_assurance()
        self._check_measure()
        for name in ("issued_at", "valid_from", "valid_until"):
            object.__setattr__(self, name, _to_the_second(name, getattr(self, name)))
        object.__setattr__(self, "level_probability", _rounded(self.level_probability))
        self._check_dates()

    @property
    def origin(self) -> str:
        """The public address of the site that issued it."""
        return self.credential_id.partition("/credentials/")[0]

    @property
    def check_url(self) -> str:
        """The address to check it at."""
        return f"{self.origin}/c/{self.code}"

    @property
    def status_list_url(self) -> str:
        """The status list that holds its bit."""
        folder = "status/suspension" if self.kind == "label" else "status"
        return f"{self.origin}/{folder}/{self.status_index // STATUS_LIST_LENGTH + 1}.jwt"

    @property
    def status_purpose(self) -> str:
        """What its bit says: a label that is suspended may come back, so that its list is another."""
        return "suspension" if self.kind == "label" else "revocation"

    @property
    def status_position(self) -> int:
        """The position of its bit in that list."""
        return self.status_index % STATUS_LIST_LENGTH

    def _check_identity(self) -> None:
        _check(_CREDENTIAL_ID.fullmatch(self.credential_id), "the identifier must be <origin>/credentials/<uuid4>")
        _check_origin(self.origin)
        _check(_CODE.fullmatch(self.code), "the code must be sixteen Crockford characters")
        _check(self.holder_name.strip() and not _CONTROL.search(self.holder_name), "the holder must have a name")
        _check(self.language in LANGUAGES, "{}: not a language of the statements", self.language)
        _check(self.status_index >= 0, "the status index must not be negative")
        if self.supersedes is not None:
            _check(_CREDENTIAL_ID.fullmatch(self.supersedes), "what is superseded must be a credential")
            _check(self.supersedes != self.credential_id, "a credential cannot supersede itself")

    def _check_assurance(self) -> None:
        _check(self.kind in KINDS, "{}: not a kind of statement", self.kind)
        _check((self.kind == "label") == (self.label is not None), "a label has its own facts, and nothing else has")
        _check(self.assurance in ("A1", "A2"), "{}: not an assurance", self.assurance)
        if self.assurance == "A1":
            _check(self.kind == "statement", "an unsupervised test gives a statement, not a certificate")
            _check(not self.name_verified, "nobody verified a name in an unsupervised test")
        if self.kind == "certificate":
            _check(self.name_verified, "a certificate bears a verified name")
            _check(self.level is not None, "a certificate establishes a level")
        if self.kind == "label":
            _check(self.name_verified, "a label bears a verified name")
            _check(self.valid_until is not None, "a label has an end")

    def _check_measure(self) -> None:
        _check(_FRAMEWORK.fullmatch(self.framework_code), "{}: not the code of a framework", self.framework_code)
        _check(_VERSION.fullmatch(self.framework_version), "the version of the framework is malformed")
        _check(_VERSION.fullmatch(self.engine_version), "the version of the engine is malformed")
        _check(_HASH.fullmatch(self.bank_hash), "the hash of the bank must be 64 hexadecimal digits")
        _check_titles(self.framework_title)
        _check_level(self.level, self.level_probability)
        if self.kind == "label":
            measured = (self.level, self.areas, self.items_answered, self.level_probability, self.provisional)
            _check(not any(measured), "a label measures nothing")
            return
        _check(self.items_answered > 0, "nothing is established without an answer")
        identifiers = [area.area_id for area in self.areas]
        _check(identifiers, "a statement covers an area at least")
        _check(len(set(identifiers)) == len(identifiers), "an area appears twice")

    def _check_dates(self) -> None:
        _check(not isinstance(self.sat_on, datetime), "the day of the sitting is a date, not a moment")
        # The day is that of Paris, where it begins before the day of UTC.
        _check(self.sat_on <= (self.issued_at + timedelta(days=1)).date(), "issued before the sitting")
        if self.valid_until is not None:
            _check(self.valid_until > self.valid_from, "the validity ends before it begins")


def _check(holds: object, message: str, value: object = None) -> None:
    """Refuse what does not hold; the message is filled in with the value only then."""
    if not holds:
        raise ValueError(message.format(value))


def _check_level(level: str | None, probability: float) -> None:
    _check(level is None or level in LEVELS, "{}: not a level", level)
    _check(0 <= probability <= 1, "a probability lies between 0 and 1")


@lru_cache(maxsize=256)
def _check_titles(titles: tuple[str, str]) -> None:
    _check(len(titles) == len(LANGUAGES) and all(title.strip() for title in titles), "a title is in both languages")


@lru_cache(maxsize=16)
def _check_origin(origin: str) -> None:
    parts = urlsplit(origin)
    _check(f"{parts.scheme}://{parts.netloc}" == origin and parts.hostname, "{}: not scheme://host alone", origin)
    _check("@" not in parts.netloc, "an address of ours names nobody")
    _check(
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK),
        "an address of ours is https, or of this machine",
    )


def _rounded(value: float) -> float:
    # What is a whole number of ten-thousandths already, as nearly always, stays itself: told in a third of the time.
    nearest = (value * _UNITS + 0.5) // 1 / _UNITS
    # Adding zero turns -0.0 into 0.0.
    return (nearest if nearest == value else round(float(value), _DECIMALS)) + 0.0


def _to_the_second(name: str, moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    _check(moment.tzinfo is not None, f"{name} must be aware")
    return moment.astimezone(UTC).replace(microsecond=0)
