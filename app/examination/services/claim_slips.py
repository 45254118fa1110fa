"""Claim slips: whoever sat without an account, and perhaps without any address, finds the result by a code printed for them.

The structure prints the slip; its code opens the result once, to an account, for whoever also knows the date of birth that was read at
the desk. That date is kept nowhere: what was checked with it is the digest under which retakes are counted.
"""

from __future__ import annotations

import hmac
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, or_, select, update

from app.accounts.models import Person, PersonKind
from app.accounts.services import people, personal_data
from app.accounts.services.tokens import keyed_digest
from app.audit import Action, record
from app.database import affected
from app.errors import AddressNotConfirmedError, MovedOnError
from app.examination.models import Candidate, ClaimSlip, ExamSession
from app.examination.services import identities, taking_over
from app.examination.services.letters import DAYS_TO_CLAIM
from app.examination.services.owed import OWED
from app.supervised_errors import ClaimBarredError, WrongClaimSlipError
from certificates.reference import normalise_code

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.accounts.services.personal_data import PersonRoom

LIFETIME = timedelta(days=365)
#: Wrong dates under one code; then the structure prints another slip.
MOST_TRIES = 5
#: How long a guest is kept for a jury that has not published, or for a second set that is still to be sat.
_LONGEST_WAIT = timedelta(days=365)


def may_have(db: Session, *, session: ExamSession) -> dict[int, ClaimSlip | None]:
    """Return which candidates of a session may be given a slip, with the one that they have: they finished, without an account."""
    rows = db.execute(
        select(Candidate.id, ClaimSlip)
        .join(Person, Person.id == Candidate.person_id)
        .outerjoin(ClaimSlip, ClaimSlip.candidate_id == Candidate.id)
        .where(
            Candidate.session_id == session.id,
            Candidate.finished_at.is_not(None),
            Candidate.identity_hmac.is_not(None),
            Person.kind == PersonKind.GUEST.value,
            Person.erased_at.is_(None),
        )
    )
    return dict(rows.all())


def print_slip(
    db: Session, *, session: ExamSession, candidate: Candidate, code: str, secret: str, actor_id: int, now: datetime
) -> ClaimSlip:
    """Write down the digest of a new slip, which takes the place of an older one.

    Args:
        code: 80 bits of chance; printed once by the caller, and kept nowhere.

    Raises:
        MovedOnError: The candidate has not finished, or has an account.
    """
    if candidate.id not in may_have(db, session=session):
        raise MovedOnError
    db.execute(delete(ClaimSlip).where(ClaimSlip.candidate_id == candidate.id))
    row = ClaimSlip(
        candidate_id=candidate.id,
        code_hash=keyed_digest(f"claim-slip:{code}", secret=secret),
        printed_at=now,
        printed_by=actor_id,
        expires_at=now + LIFETIME,
    )
    db.add(row)
    db.flush()
    record(db, action=Action.CLAIM_SLIP_PRINTED, actor_id=actor_id, subject_id=candidate.id, now=now)
    return row


def use(
    db: Session,
    *,
    code: str,
    born_on: date,
    account_id: int,
    rooms: Sequence[PersonRoom],
    secret: str,
    now: datetime,
) -> ExamSession:
    """Give an account what its holder sat without one, and return the session.

    The try is counted before the date is looked at, by a conditional UPDATE: guesses sent together do not exceed five. The caller commits
    a refusal too, since the count is part of it.

    Raises:
        AddressNotConfirmedError: A mistyped address would give the result to somebody else; nothing is counted.
        WrongClaimSlipError: Unknown, used, expired or dead slip, another date of birth, or the account of whoever printed it: told alike.
        ClaimBarredError: Code and date are right, and this account may not have what was sat (`taking_over`); the slip serves as before.
    """
    if people.get_account(db, person_id=account_id).email_confirmed_at is None:
        raise AddressNotConfirmedError
    digest = keyed_digest(f"claim-slip:{normalise_code(code) or ''}", secret=secret)
    slip = db.scalar(select(ClaimSlip).where(ClaimSlip.code_hash == digest))
    is_alive = slip is not None and _count_try(db, slip=slip, now=now)
    candidate = db.get(Candidate, slip.candidate_id) if slip is not None else None
    is_theirs = _is_born(candidate, born_on, secret=secret)
    if slip is None or candidate is None or not (is_alive and is_theirs) or slip.printed_by == account_id:
        raise WrongClaimSlipError
    guest_id = candidate.person_id
    guest = db.get(Person, guest_id) if guest_id is not None else None
    if guest is None or guest_id is None or guest.kind != PersonKind.GUEST or guest.erased_at is not None:
        raise WrongClaimSlipError
    try:
        taking_over.check(db, from_id=guest_id, to_id=account_id, now=now)
    except ClaimBarredError:
        db.execute(
            update(ClaimSlip).where(ClaimSlip.id == slip.id).values(failed_attempts=ClaimSlip.failed_attempts - 1)
        )
        record(db, action=Action.CLAIM_BARRED, actor_id=account_id, subject_id=candidate.id, now=now)
        raise
    taken = update(ClaimSlip).where(ClaimSlip.id == slip.id, ClaimSlip.used_at.is_(None)).values(used_at=now)
    if not affected(db, taken):
        raise WrongClaimSlipError
    personal_data.adopt_all(db, from_id=guest_id, to_id=account_id, rooms=rooms, now=now)
    record(db, action=Action.CLAIM_SLIP_USED, actor_id=account_id, subject_id=candidate.id, now=now)
    db.expire_all()
    return db.get_one(ExamSession, candidate.session_id)


def _count_try(db: Session, *, slip: ClaimSlip, now: datetime) -> bool:
    count = update(ClaimSlip).where(
        ClaimSlip.id == slip.id,
        ClaimSlip.used_at.is_(None),
        ClaimSlip.expires_at > now,
        ClaimSlip.failed_attempts < MOST_TRIES,
    )
    return affected(db, count.values(failed_attempts=ClaimSlip.failed_attempts + 1)) == 1


def _is_born(candidate: Candidate | None, born_on: date, *, secret: str) -> bool:
    """Tell whether the identity checked at the desk has this date of birth; the same work is done where there is nobody."""
    names = (candidate.family_name, candidate.given_names) if candidate is not None else ("personne", "personne")
    typed = identities.identity_digest(family_name=names[0], given_names=names[1], born_on=born_on, secret=secret)
    known = candidate.identity_hmac if candidate is not None else None
    return hmac.compare_digest(typed, known or "")


def keep_guests(db: Session, *, person_ids: Collection[int], now: datetime) -> frozenset[int]:
    """Return which guests are kept past their 90 days: those whom an examination still owes something.

    1. a slip was printed that still serves
    2. the jury has not published yet: at most a year
    3. the result was published less than 90 days ago, as the letter says
    4. a second set may still be sat: at most a year from the publication
    """
    theirs = (
        select(Candidate.person_id)
        .join(ExamSession, ExamSession.id == Candidate.session_id)
        .outerjoin(ClaimSlip, ClaimSlip.candidate_id == Candidate.id)
        .where(Candidate.person_id.in_(person_ids), Candidate.sitting_id.is_not(None))
    )
    since = now - _LONGEST_WAIT
    kept = db.scalars(
        theirs.where(
            or_(
                ClaimSlip.used_at.is_(None) & (ClaimSlip.expires_at > now),
                ExamSession.published_at.is_(None) & (ExamSession.starts_at > since),
                ExamSession.published_at > now - timedelta(days=DAYS_TO_CLAIM),
                (Candidate.verdict == OWED) & (ExamSession.published_at > since),
            )
        )
    )
    return frozenset(one for one in kept if one is not None)


def purge(db: Session, *, now: datetime) -> int:
    """Delete the slips that serve no more; return how many."""
    return affected(db, delete(ClaimSlip).where(ClaimSlip.expires_at <= now))
