"""Issue: what a sitting proved becomes what a credential states. The only place where the two domains meet."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from app import audit
from app.accounts.models import Person
from app.certification.models import Certificate
from app.certification.services import leaves
from app.errors import AddressNotConfirmedError, NothingToCertifyError
from certificates import open_badge
from certificates.credential import LANGUAGES, AreaResult, Credential, check_printable_name
from certificates.dates import day_in_paris
from quizzes.outcome import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.assessments.services.sittings import OpenSitting
    from certificates.credential import Issuer
    from certificates.keys import KeyRing
    from certificates.press import Press
    from quizzes.measurement import AreaMeasurement
    from quizzes.outcome import Outcome


#: Supervised tests that give a certificate, and its years of validity; None: it has no end. An update test renews, it certifies nothing.
VALID_YEARS: Mapping[str, int | None] = {"examination": 3, "supervised": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """What chance gives to one certificate; drawn at the edge, so that this module draws nothing.

    Args:
        code: Sixteen Crockford characters, 80 bits: the address that is printed.
        credential_uuid: Identifies the statement.
        status_index: Where its bit lies in the status list; random, so that neighbours in time are not neighbours there.
        log_salt: 32 bytes that link it to its leaves in the transparency log.
    """

    code: str
    credential_uuid: str
    status_index: int
    log_salt: bytes


def code_hmac(code: str, *, secret: str) -> str:
    """Return the look-up value of a code: no comparison in the database can be timed character by character."""
    return hmac.digest(secret.encode(), code.encode(), hashlib.sha256).hex()


def find_for_sitting(db: Session, *, sitting_id: int) -> Certificate | None:
    """Return the certificate issued for a sitting, if any."""
    return db.scalar(select(Certificate).where(Certificate.sitting_id == sitting_id))


def check_still_stated(row: Certificate) -> Certificate:
    """Return a certificate that still states something.

    Raises:
        NothingToCertifyError: It was kept long enough and emptied; the result behind it is too old to be issued anew.
    """
    if not row.token:
        raise NothingToCertifyError
    return row


def check_may_issue(opened: OpenSitting) -> None:
    """Check that a sitting proves something to certify.

    Raises:
        NothingToCertifyError: Not a finished certification test, no overall level with nine chances in ten, or items chosen one by one
            on a provisional scale.
    """
    if not opened.state.may_certify:
        raise NothingToCertifyError


def issue(
    db: Session,
    *,
    opened: OpenSitting,
    printed_name: str,
    ring: KeyRing,
    press: Press,
    issuer: Issuer,
    demonstration: bool,
    reference_secret: str,
    chances: Chances,
    actor_id: int | None,
    now: datetime,
) -> Certificate:
    """Issue the certificate of one sitting, or return the one it already has.

    Args:
        press: Asked whether it can print the name, before anything is signed.
        actor_id: The person who asks; None for whoever runs the service.

    Raises:
        NothingToCertifyError: See `check_may_issue`; or what was issued for it has been kept long enough and is gone.
        AddressNotConfirmedError: The holder's e-mail address is not confirmed.
        UnacceptableNameError: The name holds a title, an address or signs that no name has, or that no font here draws.
    """
    already = find_for_sitting(db, sitting_id=opened.row.id)
    if already is not None:
        return check_still_stated(already)
    check_may_issue(opened)
    holder = db.get_one(Person, opened.row.person_id)
    if holder.email_confirmed_at is None:
        raise AddressNotConfirmedError
    name = check_printable_name(printed_name)
    press.check_drawable(name)
    credential = state_of(
        opened,
        name=name,
        language=holder.language or LANGUAGES[0],
        issuer=issuer,
        demonstration=demonstration,
        chances=chances,
        now=now,
    )
    holder.printed_name = name
    return enter(
        db,
        credential=credential,
        person_id=holder.id,
        sitting_id=opened.row.id,
        supersedes_id=None,
        ring=ring,
        issuer=issuer,
        reference_secret=reference_secret,
        chances=chances,
        actor_id=actor_id,
        now=now,
    )


def issue_supervised(
    db: Session,
    *,
    opened: OpenSitting,
    outcome: Outcome,
    checked_name: str,
    birth_date_hash: str | None,
    ring: KeyRing,
    press: Press,
    issuer: Issuer,
    demonstration: bool,
    reference_secret: str,
    chances: Chances,
    actor_id: int | None,
    now: datetime,
) -> Certificate:
    """Issue the certificate of a supervised sitting, or return the one it already has.

    Args:
        outcome: What the sitting came to, after the jury.
        checked_name: As it stands on the identity document that was seen, never as somebody typed it for themselves.
        birth_date_hash: Bound to the credential's identifier (`birth_dates.digest_for`), so drawn before; None: not to be compared.

    Raises:
        NothingToCertifyError: Neither passed nor established, no level is certain enough to be printed, or this test certifies nothing.
        UnacceptableNameError: No font here draws the name.
    """
    already = find_for_sitting(db, sitting_id=opened.row.id)
    if already is not None:
        return check_still_stated(already)
    policy_id = opened.state.policy.id
    is_proof = outcome.verdict in (Verdict.PASSED, Verdict.ESTABLISHED) and outcome.level is not None
    if not is_proof or policy_id not in VALID_YEARS:
        raise NothingToCertifyError
    name = check_printable_name(checked_name)
    press.check_drawable(name)
    holder = db.get_one(Person, opened.row.person_id)
    stated = state_of(
        opened,
        name=name,
        language=holder.language or LANGUAGES[0],
        issuer=issuer,
        demonstration=demonstration,
        chances=chances,
        now=now,
    )
    credential = replace(
        proven(stated, opened=opened, outcome=outcome),
        kind="certificate",
        name_verified=True,
        valid_until=_end_of_validity(policy_id, now),
    )
    row = enter(
        db,
        credential=credential,
        person_id=holder.id,
        sitting_id=opened.row.id,
        supersedes_id=None,
        ring=ring,
        issuer=issuer,
        reference_secret=reference_secret,
        chances=chances,
        actor_id=actor_id,
        now=now,
    )
    row.birth_date_hash = birth_date_hash
    return row


def proven(stated: Credential, *, opened: OpenSitting, outcome: Outcome) -> Credential:
    """Return a statement with the levels that a judged sitting came to."""
    measured = outcome.measurement
    return replace(
        stated,
        level=outcome.level,
        level_probability=_probability(measured.overall),
        areas=tuple(_area_result(area, opened) for area in measured.areas),
        items_answered=outcome.available - outcome.unanswered,
        provisional=outcome.provisional,
    )


def _end_of_validity(policy_id: str, begins: datetime) -> datetime | None:
    """Return the end of a certificate's validity; the 29th of February ends on the 28th."""
    years = VALID_YEARS[policy_id]
    if years is None:
        return None
    day = min(begins.day, 28) if begins.month == 2 else begins.day
    return begins.replace(year=begins.year + years, day=day)


def enter(
    db: Session,
    *,
    credential: Credential,
    person_id: int | None,
    sitting_id: int | None,
    supersedes_id: int | None,
    ring: KeyRing,
    issuer: Issuer,
    reference_secret: str,
    chances: Chances,
    actor_id: int | None,
    now: datetime,
) -> Certificate:
    """Sign a statement and enter it into the register, the transparency log and the audit trail."""
    row = Certificate(
        person_id=person_id,
        sitting_id=sitting_id,
        supersedes_id=supersedes_id,
        code_hmac=code_hmac(chances.code, secret=reference_secret),
        credential_id=credential.credential_id,
        kind=credential.kind,
        assurance=credential.assurance,
        framework_code=credential.framework_code,
        level=credential.level,
        token=open_badge.issue(credential, issuer=issuer, ring=ring),
        issued_at=now,
        status_index=chances.status_index,
        valid_until=credential.valid_until,
    )
    db.add(row)
    db.flush()
    leaves.write_issue(db, row, salt=chances.log_salt, now=now)
    audit.record(db, action=audit.Action.CERTIFICATE_ISSUED, actor_id=actor_id, subject_id=row.id, now=now)
    return row


def state_of(
    opened: OpenSitting,
    *,
    name: str,
    language: str,
    issuer: Issuer,
    demonstration: bool,
    chances: Chances,
    now: datetime,
) -> Credential:
    """Translate what a sitting proved into what a credential states.

    Args:
        language: Of the sentences in the token, for whoever reads it in a wallet.
    """
    state = opened.state
    framework = opened.bank.framework(state.framework_code)
    overall = state.measurement.overall
    finished_at = opened.row.finished_at or now
    return Credential(
        credential_id=f"{issuer.url}/credentials/{chances.credential_uuid}",
        code=chances.code,
        kind="statement",
        assurance=state.policy.assurance,
        holder_name=name,
        name_verified=False,
        framework_code=framework.code,
        framework_version=framework.version,
        framework_title=(framework.title.fr, framework.title.en),
        level=overall.certified_level,
        level_probability=_probability(overall),
        areas=tuple(_area_result(area, opened) for area in state.measurement.areas),
        items_answered=len(state.counted),
        provisional=state.measurement.provisional,
        sat_on=day_in_paris(finished_at),
        issued_at=now,
        valid_from=now,
        valid_until=None,
        engine_version=state.engine_version,
        bank_hash=opened.row.bank_hash,
        status_index=chances.status_index,
        supersedes=None,
        demonstration=demonstration,
        language=language,
    )


def _area_result(area: AreaMeasurement, opened: OpenSitting) -> AreaResult:
    title = opened.bank.framework(opened.state.framework_code).area(area.area_id).title
    return AreaResult(
        area_id=area.area_id,
        title=(title.fr, title.en),
        level=area.certified_level,
        probability=_probability(area),
        mean=round(area.mean, 3),
        error=round(area.standard_deviation, 3),
    )


def _probability(measured: AreaMeasurement) -> float:
    """Return how sure the certified level is; where none is, how sure "below the first level" is."""
    if measured.certified_level is None:
        return round(measured.probabilities[0], 4)
    return round(measured.at_least[int(measured.certified_level[1:]) - 1], 4)
