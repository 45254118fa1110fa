"""Receipts: the signed, dated proof of one check, for whoever made it to keep.

A receipt says what we answered, about what, when, and what the transparency log was then. What was checked is named by a hash,
so that only somebody who holds the code or the file can tell. The name of the holder is in it only if the answer told it.

It is a record (`records.py`) of type `receipt+jwt`: the key that signs tokens signs it, and it passes for no credential. Reading:

1. to 5. those of a record                                          VerificationError
6. it is exactly what we would write of such a check                MalformedCredentialError

It proves what was answered then; it says nothing of today.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from certificates import wording
from certificates.checkpoint import TreeHead
from certificates.errors import MalformedCredentialError
from certificates.records import RecordType, canonical, read_record, sign_record
from certificates.transparency import HASH_BYTES, SALT_BYTES

if TYPE_CHECKING:
    from certificates.keys import KeyRing

FORMAT = "receipt/1"
ATTACHMENT = "receipt.jwt"
#: The nine verdicts of a check.
VERDICTS = (
    "valid",
    "not_yet_valid",
    "expired",
    "suspended",
    "revoked",
    "superseded",
    "altered",
    "unknown",
    "unconfirmed",
)

#: Of these a receipt may be without its first line.
_WITHDRAWN = ("not_yet_valid", "suspended", "revoked", "superseded")
_HEX = re.compile(r"[0-9a-f]{64}")
_WORD = re.compile(r"[a-z][a-z0-9-]{0,63}")
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafPlace:
    """Where the log says that the credential was issued, and the salt with which anybody can check that it does.

    Args:
        index: Place of the leaf.
        salt: 32 bytes.
    """

    index: int
    salt: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One check and its answer. Moments are kept in UTC, to the second.

    Args:
        verdict: One of `VERDICTS`.
        reason: A stable code that says more, or None.
        since: From when the verdict holds, where it has such a date.
        subject: What was checked: "code" or "file".
        subject_sha256: Hash of the code (sixteen characters, no dashes) or of the bytes of the file, in hexadecimal.
        at: The moment of the check.
        head: What the log was then.
        credential_id: Of the document, where the answer told which one it is: a link may tell less.
        assurance: "A1" or "A2", where the answer told of a document at all.
        name_verified: Whether its name was read on an identity document: said even where the name itself is not.
        holder_name: As printed, only if the answer told it.
        demonstration: Whether the document is of no value.
        leaf: Its leaf in the log, where there is one.
        is_ours: False of an unsupervised document that is withdrawn and not called authentic: a stolen key may have made it; or the receipt
            is from before others were.

    Raises:
        ValueError: A value is outside its domain, or two contradict each other.
    """

    verdict: str
    reason: str | None
    since: datetime | None
    subject: str
    subject_sha256: str
    at: datetime
    head: TreeHead
    credential_id: str | None = None
    assurance: str | None = None
    name_verified: bool = False
    holder_name: str | None = None
    demonstration: bool = False
    leaf: LeafPlace | None = None
    is_ours: bool = True

    def __post_init__(self) -> None:
        _check(self.verdict in VERDICTS and self.subject in ("code", "file"), "not a verdict about a code or a file")
        _check(self.reason is None or _WORD.fullmatch(self.reason), "the reason is a stable code")
        _check(_HEX.fullmatch(self.subject_sha256), "what was checked is named by a SHA-256")
        _check(self.head.size >= 0 and len(self.head.root) == HASH_BYTES, "not a tree head")
        _check(self.assurance in (None, "A1", "A2"), "not an assurance")
        _check(self.assurance or not (self.credential_id or self.demonstration or self.name_verified), "of nothing")
        _check(self.credential_id or not (self.holder_name or self.leaf), "of nobody")
        if self.leaf is not None:
            _check(
                0 <= self.leaf.index < self.head.size and len(self.leaf.salt) == SALT_BYTES, "not a leaf of this log"
            )
        for name in ("at", "since"):
            moment = getattr(self, name)
            if moment is not None:
                _check(moment.tzinfo is not None, f"{name} must be aware")
                object.__setattr__(self, name, moment.astimezone(UTC).replace(microsecond=0))

    @property
    def first_line(self) -> tuple[str, str] | None:
        """What is said before everything else of a document that is ours, in French and in English."""
        if self.assurance is None:
            return None
        return wording.first_line(
            assurance=self.assurance, verdict=self.verdict, name_verified=self.name_verified, is_ours=self.is_ours
        )


def sign_receipt(receipt: Receipt, *, origin: str, ring: KeyRing) -> str:
    """Return the token of a receipt. The same check and key give the same token.

    Raises:
        NoActiveKeyError: No key signs tokens.
    """
    return sign_record(_written(receipt), record_type=RecordType.RECEIPT, origin=origin, ring=ring, now=receipt.at)


def read_receipt(token: str, ring: KeyRing) -> Receipt:
    """Return the check that a token proves.

    Raises:
        VerificationError: The leaf that the first failing step names.
    """
    record = read_record(token, ring, record_type=RecordType.RECEIPT)
    try:
        receipt = _read(record)
        expected = canonical({**_written(receipt), "iat": int(receipt.at.timestamp())})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise MalformedCredentialError(f"receipt: {type(error).__name__}") from error
    if canonical(record) != expected:
        raise MalformedCredentialError("receipt: not what this check is written as")
    return receipt


def _written(receipt: Receipt) -> dict[str, Any]:
    said = receipt.first_line
    return {
        "record": FORMAT,
        "verdict": receipt.verdict,
        "reason": receipt.reason,
        "since": receipt.since.strftime(_MOMENT) if receipt.since is not None else None,
        "at": receipt.at.strftime(_MOMENT),
        "checked": {"kind": receipt.subject, "sha256": receipt.subject_sha256},
        "credential": None
        if receipt.assurance is None
        else {
            "id": receipt.credential_id,
            "assurance": receipt.assurance,
            "name_verified": receipt.name_verified,
            "holder_name": receipt.holder_name,
            "demonstration": receipt.demonstration,
        },
        "sentence": None if said is None else {"fr": said[0], "en": said[1]},
        "log": {
            "size": receipt.head.size,
            "root": receipt.head.root.hex(),
            "leaf": None if receipt.leaf is None else {"index": receipt.leaf.index, "salt": receipt.leaf.salt.hex()},
        },
    }


def _read(record: dict[str, Any]) -> Receipt:
    told, log = record["credential"] or {}, record["log"]
    leaf = log["leaf"]
    return Receipt(
        verdict=record["verdict"],
        reason=record["reason"],
        since=None if record["since"] is None else datetime.fromisoformat(record["since"]),
        subject=record["checked"]["kind"],
        subject_sha256=record["checked"]["sha256"],
        at=datetime.fromisoformat(record["at"]),
        head=TreeHead(size=log["size"], root=bytes.fromhex(log["root"])),
        credential_id=told.get("id"),
        assurance=told.get("assurance"),
        name_verified=told.get("name_verified", False),
        holder_name=told.get("holder_name"),
        demonstration=told.get("demonstration", False),
        leaf=None if leaf is None else LeafPlace(index=leaf["index"], salt=bytes.fromhex(leaf["salt"])),
        is_ours=record["sentence"] is not None or told.get("assurance") != "A1" or record["verdict"] not in _WITHDRAWN,
    )


def _check(holds: object, message: str) -> None:
    if not holds:
        raise ValueError(message)
