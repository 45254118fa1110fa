"""One credential in whichever form it comes, one verdict, and the steps that led to it. Nothing named in one is fetched.

`FORMATS` is the one table: a form is recognised by its looks, then checked by its own function. The steps, in order:

form       it is what its form says it is
key        its key is one of ours                              (a code has none)
signature  the signature covers exactly what it says           (a code has none)
register   the register knows it, and its holder shows it
statement  what the register holds is ours and unchanged
status     the register has not withdrawn it
period     the moment lies inside its validity
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from app.certification.models import Certificate, Status
from app.certification.services import history, register
from app.errors import NotACredentialError
from app.verification.services.files import as_shared
from app.verification.services.signatures import MEMORY
from app.verification.services.verdicts import LABEL_REASONS, WITHDRAWN, Outcome, Verdict, check_code
from certificates import baking, compact, data_integrity, open_badge, verification
from certificates.errors import (
    BadSignatureError,
    CompromisedKeyError,
    ExpiredError,
    NotPdfError,
    NotYetValidError,
    VerificationError,
)
from certificates.reference import code_in, normalise_code

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from sqlalchemy.orm import Session

    from app.certification.services.history import Change
    from certificates.credential import Credential
    from certificates.keys import KeyRing

#: Credentials that one request may hold.
MOST = 500
_PARIS = ZoneInfo("Europe/Paris")
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
#: A PDF in base64, as it is or as a data: address: "%PDF-", as a file of ours begins.
BASE64_PDF = re.compile(r"^(data:application/pdf;base64,)?JVBERi0")
#: What follows `#` in the address that a QR code holds, or that alone: a COSE_Sign1 begins with the byte d2.
_FRAGMENT = re.compile(r"0o[A-Za-z0-9_-]{100,450}")
_CODE_STEPS = ("form", "register", "statement", "status", "period")
_TOKEN_STEPS = ("form", "key", "signature", "register", "statement", "status", "period")
#: The step that an outcome fails at; none for what holds.
_FAILED = {
    Outcome.UNKNOWN: "register",
    Outcome.UNCONFIRMED: "register",
    Outcome.ALTERED: "signature",
    Outcome.REVOKED: "status",
    Outcome.SUSPENDED: "status",
    Outcome.SUPERSEDED: "status",
    Outcome.NOT_YET_VALID: "period",
    Outcome.EXPIRED: "period",
}
#: Reasons that say of a failing step more than its outcome does.
_FAILED_FOR = {
    "malformed-credential": "form",
    "unknown-key": "key",
    "compromised-key": "key",
    "another-statement": "statement",
    "attachment": "statement",
    "unsealed-pdf": "form",
    "seal-removed": "form",
    "other-paper": "form",
    "receipt": "form",
    "foreign-seal": "key",
    "seal-replaced": "key",
}


#: Why the register set a label's document aside, where that is told: what `verdicts.LABEL_REASONS` calls it.
_REASONS = {"paused": "paused", "holder-request": "handed-back"}


class Step(NamedTuple):
    """One step taken."""

    name: str
    is_passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a check needs beside the credential.

    Args:
        moment: The moment asked about; the present one, or a past one.
        origin: Public address of the site: a link to it stands for the code in it.
        check_file: Says what a PDF is: `files.check_file`, given all but the session and the file.
        is_past: Whether statuses must be those of then.
    """

    ring: KeyRing
    secret: str
    now: datetime
    moment: datetime
    origin: str
    check_file: Callable[..., Verdict]

    @property
    def is_past(self) -> bool:
        return self.moment != self.now


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One form of a credential.

    Args:
        recognises: Whether a text looks like this form.
        check: Its verdict.
        steps: The steps that its check takes.
    """

    name: str
    recognises: Callable[[str], bool]
    check: Callable[[Session, str, Asked], Verdict]
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One verdict with the form that was recognised and the steps taken, the failing one last."""

    format: str
    verdict: Verdict
    steps: tuple[Step, ...]


def check(db: Session, sent: str | bytes, *, asked: Asked) -> Result:
    """Say where one credential stands.

    Args:
        sent: A text, or the bytes of a PDF.

    Raises:
        NotACredentialError: It has none of the forms of `FORMATS`.
        NotPdfError, EncryptedPdfError, BrokenPdfError, TooLargePdfError: It is a PDF that cannot be read.
        CorruptRegisterError: Our own register holds a statement that does not verify.
    """
    if isinstance(sent, bytes):
        verdict = _check_file(db, sent, asked)
        return Result(format=_PDF.name, verdict=verdict, steps=_steps(_PDF, verdict))
    text = sent.strip()
    if "#" not in text:  # what follows it is signed, and says more than the code before it
        text = code_in(text, origin=asked.origin) or text
    form = next((one for one in FORMATS if one.recognises(text)), None)
    if form is None:
        raise NotACredentialError
    verdict = form.check(db, text, asked)
    return Result(format=form.name, verdict=verdict, steps=_steps(form, verdict))


def end_of_day(day: date) -> datetime:
    """Return the last second of a day in Paris, in UTC: what "valid on that day" is asked about."""
    return (datetime.combine(day, time(), _PARIS) + timedelta(days=1, seconds=-1)).astimezone(UTC)


def _steps(form: Format, verdict: Verdict) -> tuple[Step, ...]:
    failed = _FAILED_FOR.get(verdict.reason or "") or _FAILED.get(verdict.outcome)
    taken = form.steps[: form.steps.index(failed) + 1] if failed in form.steps else form.steps
    return tuple(Step(name, name != failed) for name in taken)


def _check_code(db: Session, text: str, asked: Asked) -> Verdict:
    verdict = check_code(db, text=text, ring=asked.ring, secret=asked.secret, now=asked.now)
    if verdict.standing is None or not asked.is_past:
        return verdict
    return _as_of(db, db.get_one(Certificate, verdict.standing.id), verdict, moment=asked.moment)


def _check_token(db: Session, text: str, asked: Asked) -> Verdict:
    """A token speaks for itself as far as its signature goes; where it stands is a fact of the register."""

    def state() -> Credential:
        try:
            return MEMORY.check(text, asked.ring).credential
        except CompromisedKeyError:
            return verification.read_registered(text, asked.ring)

    return _check_signed(db, state, asked)


def _check_twin(db: Session, text: str, asked: Asked) -> Verdict:
    """A twin is as good as its own proof; it states what the token of the register states, or nothing of ours."""
    return _check_signed(db, lambda: data_integrity.verify_signature(text, asked.ring), asked)


def _check_image(db: Session, text: str, asked: Asked) -> Verdict:
    """A badge is as good as the token in it."""
    try:
        token = baking.token_in_image(_image_bytes(text))
    except (VerificationError, ValueError):
        return Verdict(outcome=Outcome.UNKNOWN, credential=None, checked_at=asked.now, reason="malformed-credential")
    return _check_token(db, token, asked)


def _check_compact(db: Session, text: str, asked: Asked) -> Verdict:
    """What a QR code carries: its signature, then the code in it, as far as that link tells; and both must say the same."""
    try:
        carried = compact.read_compact(compact.from_fragment(text.rpartition("#")[2]), asked.ring)
    except VerificationError as error:
        return _refused(error, asked)
    verdict = _check_code(db, carried.code, asked)
    if verdict.credential is not None and compact.stated(verdict.credential) != carried:
        return Verdict(outcome=Outcome.UNCONFIRMED, credential=None, checked_at=asked.now, reason="another-statement")
    return verdict


def _check_pdf(db: Session, text: str, asked: Asked) -> Verdict:
    try:
        data = base64.b64decode(text.rpartition(",")[2], validate=True)
    except ValueError:
        raise NotPdfError from None
    return _check_file(db, data, asked)


def _check_file(db: Session, data: bytes, asked: Asked) -> Verdict:
    """A file is what `check_file` says wherever it is sent; on a past day, so is the document that it was made from."""
    verdict = asked.check_file(db, data=data)
    if not asked.is_past or verdict.standing is None:
        return verdict
    row = db.get_one(Certificate, verdict.standing.id)
    if verdict.outcome is not Outcome.ALTERED:
        return _as_of(db, row, verdict, moment=asked.moment)
    if verdict.original is None:
        return verdict
    return replace(verdict, original=_as_of(db, row, verdict.original, moment=asked.moment))


def _check_signed(db: Session, state: Callable[[], Credential], asked: Asked) -> Verdict:
    """Check a form that states everything itself, then where the register says that it stands."""
    try:
        stated = state()
    except VerificationError as error:
        return _refused(error, asked)
    row = register.find_by_credential(db, credential_id=stated.credential_id)
    if row is None:
        return Verdict(outcome=Outcome.UNCONFIRMED, credential=None, checked_at=asked.now, reason="not-in-register")
    if row.token and verification.read_registered(row.token, asked.ring) != stated:
        # Signed by our key under a number of ours, and not what we issued under it: a stolen key at work.
        return Verdict(outcome=Outcome.UNCONFIRMED, credential=None, checked_at=asked.now, reason="another-statement")
    verdict = as_shared(db, row, ring=asked.ring, now=asked.now)
    return _as_of(db, row, verdict, moment=asked.moment) if asked.is_past else verdict


def _refused(error: VerificationError, asked: Asked) -> Verdict:
    outcome = {BadSignatureError: Outcome.ALTERED, CompromisedKeyError: Outcome.UNCONFIRMED}.get(type(error))
    return Verdict(outcome=outcome or Outcome.UNKNOWN, credential=None, checked_at=asked.now, reason=error.code)


def _as_of(db: Session, row: Certificate, verdict: Verdict, *, moment: datetime) -> Verdict:
    """Say where a certificate stood at a past moment, as far as it is shown today.

    What a stolen key signed, and nothing shows from before, was never to be believed: on no day, and whatever the register has
    made of it since, withdrawn it for that or signed it again.
    """
    if verdict.disowned_since is not None:
        reason = None if verdict.reason in LABEL_REASONS else verdict.reason  # no pause excuses it
        return replace(verdict, outcome=Outcome.REVOKED, since=verdict.disowned_since, reason=reason)
    if verdict.outcome is Outcome.UNCONFIRMED:
        return verdict
    then = history.status_at(db, row=row, moment=moment)
    if then is not None and then.status is not Status.ACTIVE:
        return replace(verdict, outcome=WITHDRAWN[then.status.value], since=then.at, reason=_reason(row, then))
    verdict = replace(verdict, reason=None)  # today's
    # Withdrawn since, and its holder closed the link: what it was then is not told either.
    return verdict if verdict.credential is None else _in_time(verdict, verdict.credential, moment=moment)


def _reason(row: Certificate, change: Change) -> str | None:
    """Return the reason of a past status where it is told: of a label, and where it is no fault."""
    return _REASONS.get(change.reason or "") if row.kind == "label" else None


def _in_time(verdict: Verdict, stated: Credential, *, moment: datetime) -> Verdict:
    if moment < stated.issued_at:
        return replace(verdict, outcome=Outcome.NOT_YET_VALID, since=stated.valid_from, reason="before-issue")
    try:
        verification.check_period(stated, at=moment)
    except NotYetValidError:
        return replace(verdict, outcome=Outcome.NOT_YET_VALID, since=stated.valid_from)
    except ExpiredError:
        return replace(verdict, outcome=Outcome.EXPIRED, since=stated.valid_until)
    return replace(verdict, outcome=Outcome.VALID, since=None)


def _image_bytes(text: str) -> bytes:
    """Return the image of a text: an SVG as it is, a PNG in base64, either as a data: address.

    Raises:
        ValueError: Not base64.
    """
    if text.startswith("<"):
        return text.encode()
    return base64.b64decode(text.rpartition(",")[2], validate=True)


_PDF = Format(
    name="pdf", recognises=lambda text: BASE64_PDF.match(text) is not None, check=_check_pdf, steps=_TOKEN_STEPS
)
#: The forms, the narrowest first. One more form is one more line.
FORMATS = (
    _PDF,
    Format(name="code", recognises=lambda text: normalise_code(text) is not None, check=_check_code, steps=_CODE_STEPS),
    Format(
        name="vc+jwt",
        recognises=lambda text: len(text) <= open_badge.MAXIMUM_LENGTH and _COMPACT.fullmatch(text) is not None,
        check=_check_token,
        steps=_TOKEN_STEPS,
    ),
    Format(
        name="eddsa-rdfc-2022",
        recognises=lambda text: text.startswith("{"),
        check=_check_twin,
        steps=_TOKEN_STEPS,
    ),
    Format(
        name="badge",
        recognises=lambda text: text.startswith(("<", "data:image/", "iVBORw0KGgo")),
        check=_check_image,
        steps=_TOKEN_STEPS,
    ),
    Format(
        name="cose",
        recognises=lambda text: _FRAGMENT.fullmatch(text.rpartition("#")[2]) is not None,
        check=_check_compact,
        steps=_TOKEN_STEPS,
    ),
)
