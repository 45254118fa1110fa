"""One verdict for whatever an employer holds: a code, or a file.

1. the code is in the register and its holder shares it            unknown otherwise, in the same words and time
2. the statement is ours and unchanged                             altered (a file); a crash (our own register)
3. the register has not withdrawn it                               revoked, suspended, superseded
   and, if its key was stolen since, the log shows it before that  revoked otherwise
4. of a label: what the public register says of it                 suspended, revoked, expired, unknown
5. the moment lies inside its validity                             not_yet_valid, expired
6. all of these hold                                               valid
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from app.certification.models import Disclosure, Status
from app.certification.services import leaves, register
from app.errors import CorruptRegisterError
from app.publication.services.register import Word, find_by_number
from app.verification.services.signatures import MEMORY, Checked
from certificates import verification, wording
from certificates.dates import PARIS, day_in_paris
from certificates.errors import CompromisedKeyError, ExpiredError, NotYetValidError, VerificationError
from certificates.reference import normalise_code

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from app.certification.services.register import Standing
    from app.publication.services.register import Entry
    from app.reader import Reader
    from certificates.credential import Credential
    from certificates.differences import Difference
    from certificates.keys import KeyRing


class Outcome(StrEnum):
    """The nine verdicts, part of the API."""

    VALID = "valid"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    ALTERED = "altered"
    UNKNOWN = "unknown"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is said to somebody who checks.

    Args:
        outcome: One of the nine.
        credential: What was issued, from the register and never from a file; None where nothing may be said.
        checked_at: The moment of the check.
        reason: A stable code that says more: what was altered, why it cannot be confirmed, which of `LABEL_REASONS`.
        since: From when the outcome holds: the withdrawal, the end of validity, or its beginning to come.
        disclosure: How much of it may be told.
        code: The code that was asked about, when it is not the printed one: the printed one is then not told.
        is_listed: False of a label that the public register does not show any more: over for a year, or its holder died.
        disowned_since: Since when its key is compromised, where nothing shows that it was issued before: whatever became of it in
            the register since, no day is left on which it may be relied on.
        standing: Where it was found, for whoever counts looks; nothing of it is told.
        checked: The statement as it was checked, for whoever writes the same text again.
        original: Of a file that was changed: what is said of the document that it was made from.
        differences: And what differs from it, None where that was not looked at; the words of the file among them are whoever's
            who changed it.
    """

    outcome: Outcome
    credential: Credential | None
    checked_at: datetime
    reason: str | None = None
    since: datetime | None = None
    disclosure: Disclosure = Disclosure.ALL
    code: str | None = None
    is_listed: bool = True
    disowned_since: datetime | None = None
    standing: Standing | None = field(default=None, compare=False, repr=False)
    checked: Checked | None = field(default=None, compare=False, repr=False)
    original: Verdict | None = None
    differences: tuple[Difference, ...] | None = None

    @property
    def word(self) -> str:
        """What is said in words: the outcome, or what a label says more exactly, where saying no more would blame."""
        return self.reason if self.reason in LABEL_REASONS else self.outcome.value

    @property
    def is_unknown(self) -> bool:
        """Whether the register knows no such document, or shows it to nobody."""
        return self.outcome is Outcome.UNKNOWN

    @property
    def is_withdrawn(self) -> bool:
        """Whether we no longer stand behind the document, for good or for now."""
        return self.outcome in WITHDRAWN.values()

    @property
    def is_demonstration(self) -> bool:
        """Whether the document was only made to show the service: intact and ours, and worth nothing."""
        return self.credential is not None and self.credential.demonstration

    @property
    def tells_levels(self) -> bool:
        """Whether what was measured may be told: it holds, or it held until a date that is told with it."""
        return (
            self.credential is not None
            and self.disclosure is not Disclosure.EXISTENCE
            and self.outcome in (Outcome.VALID, Outcome.EXPIRED)
        )

    @property
    def tells_name(self) -> bool:
        """Whether the holder's name may be told: the link tells it, and it is no former name, as under a replaced document."""
        return (
            self.credential is not None and self.disclosure is Disclosure.ALL and self.outcome is not Outcome.SUPERSEDED
        )

    @property
    def asks_birth_date(self) -> bool:
        """Whether a date of birth may be compared: an identity was checked, and its holder shows the name."""
        return self.tells_name and not self.is_withdrawn and self.standing is not None and self.standing.has_birth_date

    @property
    def told_code(self) -> str:
        """The code to show: the one that was asked about."""
        return self.code or (self.credential.code if self.credential else "")

    @property
    def first_line(self) -> tuple[str, str] | None:
        """What is said before everything else of a document that is ours: see `wording.first_line`."""
        if self.credential is None:
            return None
        return wording.first_line(
            assurance=self.credential.assurance,
            verdict=self.outcome.value,
            name_verified=self.credential.name_verified,
            is_ours=self.disowned_since is None,
        )


WITHDRAWN = {
    Status.REVOKED.value: Outcome.REVOKED,
    Status.SUSPENDED.value: Outcome.SUSPENDED,
    Status.SUPERSEDED.value: Outcome.SUPERSEDED,
}


#: What a label is told as, from its word in the public register: the outcome, and the reason that says it exactly. A word
#: that is not here is told by the document itself.
_OF_LABEL: Mapping[Word, tuple[Outcome, str | None]] = {
    Word.DORMANT: (Outcome.SUSPENDED, "paused"),
    Word.SUSPENDED: (Outcome.SUSPENDED, None),
    Word.REVOKED: (Outcome.REVOKED, None),
    Word.WITHDRAWN: (Outcome.REVOKED, "handed-back"),
    Word.RENEWING: (Outcome.EXPIRED, "renewing"),
    Word.EXPIRED: (Outcome.EXPIRED, None),
}
#: Reasons of a label that are no fault of anybody's; each has its own words wherever an outcome has.
LABEL_REASONS = frozenset(reason for _outcome, reason in _OF_LABEL.values() if reason is not None)


class _Registered(Protocol):
    """What a verdict rests on: a row of the register, or what a look-up kept of one."""

    @property
    def id(self) -> int: ...
    @property
    def token(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def status_changed_at(self) -> datetime | None: ...
    @property
    def credential_id(self) -> str: ...
    @property
    def log_seq(self) -> int | None: ...
    @property
    def log_salt(self) -> bytes | None: ...


def check_code(db: Session | Reader, *, text: str, ring: KeyRing, secret: str, now: datetime) -> Verdict:
    """Say what a typed or scanned code stands for now, as far as its link tells.

    A code that is malformed, unknown, or whose link is closed or over gets the same answer after the same work.

    Raises:
        CorruptRegisterError: Our own register holds a statement that does not verify.
    """
    code = normalise_code(text) or ""
    found = register.look_up(db, code=code, secret=secret, now=now)
    if found is None:
        return Verdict(outcome=Outcome.UNKNOWN, credential=None, checked_at=now)
    verdict = verdict_of(db, found, ring=ring, now=now)
    if not verdict.is_listed:
        return Verdict(outcome=Outcome.UNKNOWN, credential=None, checked_at=now)
    disclosure, link_code = Disclosure(found.disclosure), None if found.link_id is None else code
    return replace(verdict, standing=found, disclosure=disclosure, code=link_code)


def statement_at(db: Session, *, credential_id: str, ring: KeyRing, now: datetime) -> tuple[Verdict, str | None]:
    """Return what the address of a statement answers: as its code does, and the token while we stand behind it.

    A statement that is unknown, or whose holder switched sharing off, gets the same answer: unknown, and no token.

    Raises:
        CorruptRegisterError: Our own register holds a statement that does not verify.
    """
    row = register.find_by_credential(db, credential_id=credential_id)
    if row is None or not row.is_shared:
        return Verdict(outcome=Outcome.UNKNOWN, credential=None, checked_at=now), None
    verdict = replace(verdict_of(db, row, ring=ring, now=now), standing=register.standing_of(row))
    if not verdict.is_listed:
        return Verdict(outcome=Outcome.UNKNOWN, credential=None, checked_at=now), None
    return verdict, None if verdict.is_withdrawn else row.token


def verdict_of(db: Session | Reader, row: _Registered, *, ring: KeyRing, now: datetime) -> Verdict:
    """Say where a certificate of the register stands now.

    Raises:
        CorruptRegisterError: The stored statement does not verify.
    """
    outcome, since, reason, is_listed = WITHDRAWN.get(row.status), row.status_changed_at, None, True
    if not row.token:
        # Its holder left, or its time was over: the row only remembers that it was withdrawn, and when.
        return Verdict(outcome=Outcome.REVOKED, credential=None, checked_at=now, since=since)
    checked, disowned_since = _stated(row, ring)
    stolen_at, why = checked.stolen_at, None
    if stolen_at is not None and not leaves.shows_issue_before(db, row, moment=stolen_at):
        disowned_since, why = stolen_at, "not-in-log"
    if outcome is None and disowned_since is not None:
        outcome, since, reason = Outcome.REVOKED, disowned_since, why
    if checked.credential.label is not None and outcome is not Outcome.SUPERSEDED:
        entry = find_by_number(db, number=checked.credential.label.number, on=day_in_paris(now))
        is_listed = entry is not None
        if entry is not None:
            outcome, since, reason = _as_the_label(entry, outcome, since, reason)
        elif outcome is Outcome.SUSPENDED:
            outcome = Outcome.REVOKED  # closed after a death: "for now" would have somebody wait, or wonder
    if outcome is None or (outcome is Outcome.EXPIRED and since is None):
        told, since = _in_time(checked.credential, now=now)
        outcome = outcome or told
    return Verdict(
        outcome=outcome,
        credential=checked.credential,
        checked_at=now,
        reason=reason,
        since=since,
        is_listed=is_listed,
        disowned_since=disowned_since,
        checked=checked,
    )


def _stated(row: _Registered, ring: KeyRing) -> tuple[Checked, datetime | None]:
    """Return the statement of a row, and since when it is refused, if it bears a date from after the theft of its key.

    Raises:
        CorruptRegisterError: The stored statement does not verify.
    """
    try:
        return MEMORY.check(row.token, ring), None
    except CompromisedKeyError as error:
        # Ours, since the register holds it; but whoever checks without us must refuse it, and so do we.
        return Checked(credential=verification.read_registered(row.token, ring)), error.since
    except VerificationError as error:
        raise CorruptRegisterError(row.id) from error


def _as_the_label(
    entry: Entry, outcome: Outcome | None, since: datetime | None, reason: str | None
) -> tuple[Outcome | None, datetime | None, str | None]:
    """Say of a label's document what the register says of the label, never more kindly than the document's own row.

    An end is dated by the document: what it states itself.
    """
    told, label_reason = _OF_LABEL.get(entry.word, (None, None))
    if outcome is Outcome.REVOKED and told is not Outcome.REVOKED:  # the key was stolen, and the label itself stands
        return outcome, since, reason
    if told is None or (outcome is not None and entry.word is Word.RENEWING):
        return outcome, since, reason
    if told is Outcome.EXPIRED:
        return told, None, label_reason
    return told, _moment_of(entry.since, since), label_reason


def _moment_of(day: date | None, known: datetime | None) -> datetime | None:
    """Return the moment that is known, where it is of that day; else when the day begins."""
    if day is None or (known is not None and day_in_paris(known) == day):
        return known
    return datetime.combine(day, time(), tzinfo=PARIS)


def _in_time(credential: Credential, *, now: datetime) -> tuple[Outcome, datetime | None]:
    try:
        verification.check_period(credential, at=now)
    except NotYetValidError:
        return Outcome.NOT_YET_VALID, credential.valid_from
    except ExpiredError:
        return Outcome.EXPIRED, credential.valid_until
    return Outcome.VALID, None
