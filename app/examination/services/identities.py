"""Who a candidate is: names as compared, the digest under which retakes are counted, the check at the desk."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from app.accounts.services.tokens import keyed_digest
from app.assessments.services import retakes
from app.assessments.services.examining import Closing
from app.audit import Action, record
from app.certification.services import birth_dates
from app.errors import MovedOnError, NotIndependentError, ReservedItemsSeenError, RetakeTooSoonError
from app.examination.models import Candidate, ExamSession, ExamStaff, SessionState
from app.examination.services import acts, owed
from app.organisations.services import independence
from app.supervised_errors import ImpossibleBirthDateError, MayNotSitError
from certificates.dates import day_in_paris
from certificates.names import check_printable_name
from quizzes.outcome import Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from app.examination.models import DocumentKind
    from certificates.press import Press

#: Nobody born before sits an examination.
OLDEST = date(1900, 1, 1)
_BEFORE_THE_END = (SessionState.PLANNED, SessionState.OPEN, SessionState.RUNNING)
_APART = re.compile(r"[^0-9a-z]+")


def fold(name: str) -> str:
    """Return a name without accents, case, hyphens, apostrophes or spaces: one person is written several ways."""
    decomposed = unicodedata.normalize("NFKD", name.casefold().replace("œ", "oe").replace("æ", "ae"))
    plain = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return _APART.sub("", plain) or "".join(plain.split())  # a name of another alphabet keeps its own letters


def identity_digest(*, family_name: str, given_names: str, born_on: date, secret: str) -> str:
    """Return the digest of a civil identity; the first given name alone counts, as documents list more or fewer."""
    first = re.split(r"[\s,\-‐‑]+", given_names.strip())[0]
    return keyed_digest(f"exam-identity:{fold(family_name)}:{fold(first)}:{born_on.isoformat()}", secret=secret)


def person_ids(db: Session, *, identity_hmac: str | None, person_id: int | None) -> frozenset[int]:
    """Return all rows of the same verified person: their own, and those under which the same identity was checked."""
    found = frozenset({person_id} if person_id is not None else ())
    return found if identity_hmac is None else found | _under(db, Candidate.identity_hmac == identity_hmac)


def is_possible(born_on: date, *, now: datetime) -> bool:
    """Tell whether somebody who is alive may be born on that day."""
    return OLDEST <= born_on < day_in_paris(now)


def same_people(db: Session, *, person_id: int) -> frozenset[int]:
    """Return all rows of the human behind an account, themselves included: those under which one of their identities was checked."""
    theirs = select(Candidate.identity_hmac).where(
        Candidate.person_id == person_id, Candidate.identity_checked_at.is_not(None)
    )
    return frozenset({person_id}) | _under(db, Candidate.identity_hmac.in_(theirs))


def subjects(db: Session, *, session: ExamSession) -> frozenset[int]:
    """Return whoever is a candidate of a session, under all rows of those whose identity was checked in it."""
    enrolled = Candidate.session_id == session.id
    known = select(Candidate.person_id).where(enrolled, Candidate.person_id.is_not(None))
    checked = select(Candidate.identity_hmac).where(enrolled, Candidate.identity_checked_at.is_not(None))
    return frozenset(one for one in db.scalars(known) if one is not None) | _under(
        db, Candidate.identity_hmac.in_(checked)
    )


def _under(db: Session, condition: ColumnElement[bool]) -> frozenset[int]:
    rows = select(Candidate.person_id).where(
        condition,
        Candidate.identity_checked_at.is_not(None),  # a list may say anything
        Candidate.person_id.is_not(None),
    )
    return frozenset(one for one in db.scalars(rows.distinct()) if one is not None)


def check_identity(
    db: Session,
    *,
    session: ExamSession,
    candidate: Candidate,
    version: int,
    family_name: str,
    given_names: str,
    born_on: date,
    document: DocumentKind,
    credential_uuid: str,
    press: Press,
    origin: str,
    secret: str,
    actor_id: int,
    now: datetime,
) -> None:
    """Write down that an identity document was seen: which kind, by whom, when; the name as it stands on it.

    The date of birth is kept nowhere: two digests of it are, one for counting retakes, one bound to the certificate to come.

    Raises:
        MovedOnError: Another invigilator acted first, the candidate has begun, or the session is over.
        ImpossibleBirthDateError: A day to come, or of another century: it would count for nobody, and open no result.
        NotIndependentError: The invigilator trains or manages this person, or is them.
        MayNotSitError: This verified person may not sit this test now, under whichever account.
        UnacceptableNameError: The name cannot be printed, or no font here draws it.
    """
    if candidate.started_at is not None or SessionState(session.state) not in _BEFORE_THE_END:
        raise MovedOnError
    if not is_possible(born_on, now=now):
        raise ImpossibleBirthDateError
    name = check_printable_name(f"{given_names} {family_name}")
    press.check_drawable(name)  # said at the desk, where the document lies, and not when the certificate is due
    digest = identity_digest(family_name=family_name, given_names=given_names, born_on=born_on, secret=secret)
    everyone = person_ids(db, identity_hmac=digest, person_id=candidate.person_id)
    check_untied(db, actor_ids={actor_id}, person_ids=everyone, now=now)
    check_may_sit(db, session=session, identity_hmac=digest, person_id=candidate.person_id, now=now)
    acts.change(
        db,
        candidate=candidate,
        version=version,
        values={
            "family_name": family_name,
            "given_names": given_names,
            "checked_name": name,
            "identity_hmac": digest,
            "document_kind": document.value,
            **owed.link(db, session=session, person_ids=everyone),
            "identity_checked_at": now,
            "identity_checked_by": actor_id,
            "arrival_id": None,  # whoever was let in as somebody else is looked at again
            "authorised_at": None,
            "credential_uuid": credential_uuid,
            "birth_date_hash": birth_dates.digest_for(
                f"{origin}/credentials/{credential_uuid}", born_on, secret=secret
            ),
        },
    )
    record(
        db,
        action=Action.CANDIDATE_IDENTIFIED,
        actor_id=actor_id,
        subject_id=candidate.id,
        detail={"document": document.value},
        now=now,
    )


def check_untied(db: Session, *, actor_ids: Collection[int], person_ids: Collection[int], now: datetime) -> None:
    """Check that nobody of these trains, manages or is a verified person, under whichever of their rows.

    Raises:
        NotIndependentError: Somebody does.
    """
    for actor_id in sorted(actor_ids):
        for person_id in sorted(person_ids):
            if actor_id == person_id or independence.ties(db, actor_id=actor_id, subject_id=person_id, now=now):
                raise NotIndependentError


def check_may_sit(
    db: Session, *, session: ExamSession, identity_hmac: str | None, person_id: int | None, now: datetime
) -> None:
    """Check that a verified person may sit this test now; whoever enrols or supervises them is not told why not.

    Raises:
        MayNotSitError: They wrote or saw reserved items of this framework in the last 24 months, or may not sit again yet.
    """
    everyone = person_ids(db, identity_hmac=identity_hmac, person_id=person_id)
    try:
        check_knows_nothing(db, session=session, person_ids=everyone, now=now)
        check_may_retake(db, session=session, identity_hmac=identity_hmac, person_id=person_id, now=now)
    except (ReservedItemsSeenError, RetakeTooSoonError):
        raise MayNotSitError from None


def check_knows_nothing(db: Session, *, session: ExamSession, person_ids: Collection[int], now: datetime) -> None:
    """Check that a verified person has not written or seen the questions to come.

    Raises:
        ReservedItemsSeenError: They have, in the last 24 months.
    """
    for person_id in sorted(person_ids):
        if independence.saw_reserved(db, person_id=person_id, framework_code=session.framework_code, now=now):
            raise ReservedItemsSeenError


def check_may_retake(
    db: Session, *, session: ExamSession, identity_hmac: str | None, person_id: int | None, now: datetime
) -> None:
    """Check that a verified person may sit this test again.

    Raises:
        RetakeTooSoonError: The pause is not over, or the year's number is used up.
    """
    when = max(now, session.starts_at)
    everyone = person_ids(db, identity_hmac=identity_hmac, person_id=person_id)
    if owed.find(db, session=session, person_ids=everyone) is not None:
        return  # what is left of a try is no other try
    erased = _erased_starts(db, session=session, identity_hmac=identity_hmac, since=when - retakes.A_YEAR)
    if acts.next_allowed(db, session=session, person_ids=everyone, besides=erased, now=when) is not None:
        raise RetakeTooSoonError


def _erased_starts(
    db: Session, *, session: ExamSession, identity_hmac: str | None, since: datetime
) -> Sequence[datetime]:
    """Return when a verified person began this test under accounts that are erased: no sitting is left of these, only this."""
    if identity_hmac is None:
        return ()
    left = select(Candidate.started_at).join(ExamSession, ExamSession.id == Candidate.session_id)
    left = left.where(
        Candidate.identity_hmac == identity_hmac,
        Candidate.identity_checked_at.is_not(None),
        Candidate.person_id.is_(None),
        Candidate.continues_id.is_(None),  # a second set sat at another session is no other try
        Candidate.finish_reason != Closing.CALLED_OFF.value,
        func.coalesce(Candidate.verdict, "") != Verdict.UNDECIDED.value,
        Candidate.started_at > since,
        ExamSession.framework_code == session.framework_code,
        ExamSession.policy_id == session.policy_id,
    )
    return [one for one in db.scalars(left) if one is not None]


def invigilators(db: Session, *, session_id: int) -> list[int]:
    """Return who invigilates a session."""
    mine = select(ExamStaff.person_id).where(ExamStaff.session_id == session_id, ExamStaff.duty == "invigilator")
    return list(db.scalars(mine))
