"""Who may not judge whom, and who knows too much of a pool: rules read from what was declared and from what the data show.

1. trainer   declared; or a trainer and the other person both belong to one structure
2. manager   declared; or the manager of a structure and one of its members
3. reserved  wrote or saw reserved items of the framework in the last 24 months

A tie that is over counts for 24 months more. Source: ISO/IEC 17024, 5.2 (impartiality) and 9.2 (training kept apart).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from app.accounts.services import people
from app.audit import Action, record
from app.errors import SamePersonError
from app.organisations.models import ExposureKind, Member, Part, ReservedExposure, Tie, TieKind
from app.supervised_errors import OwnTieShortenedError
from certificates.dates import day_in_paris

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

#: How long knowing reserved items, or having trained or managed somebody, keeps apart.
KEPT_APART = timedelta(days=730)


def ties(db: Session, *, actor_id: int, subject_id: int, now: datetime) -> frozenset[str]:
    """Return what ties an actor to a subject, among "trainer" and "manager"; nothing when they are free of each other.

    Args:
        now: Or the moment of long ago that is judged: what was declared, or who was named, after it says nothing of it.
    """
    if actor_id == subject_id:
        return frozenset()
    return frozenset(_declared(db, actor_id, subject_id, now=now) | _shown(db, actor_id, subject_id, now=now))


def _declared(db: Session, actor_id: int, subject_id: int, *, now: datetime) -> set[str]:
    last_day = day_in_paris(now - KEPT_APART)
    kinds = db.scalars(
        select(Tie.kind).where(
            Tie.actor_id == actor_id,
            Tie.subject_id == subject_id,
            Tie.begins_on <= day_in_paris(now),
            Tie.declared_at <= now,
            or_(Tie.ends_on.is_(None), Tie.ends_on >= last_day),
        )
    )
    return set(kinds)


def _shown(db: Session, actor_id: int, subject_id: int, *, now: datetime) -> set[str]:
    """Read the parts that two people have, or had lately, in one structure."""
    theirs = aliased(Member)
    since = now - KEPT_APART
    parts = db.scalars(
        select(Member.part)
        .join(theirs, theirs.structure_id == Member.structure_id)
        .where(
            Member.person_id == actor_id,
            theirs.person_id == subject_id,
            Member.named_at <= now,
            theirs.named_at <= now,
            or_(Member.ended_at.is_(None), Member.ended_at >= since),
            or_(theirs.ended_at.is_(None), theirs.ended_at >= since),
            Member.part.in_([Part.TRAINER.value, Part.MANAGER.value]),
        )
    )
    return set(parts)


def trains_in(db: Session, *, person_id: int, structure_id: int, framework_code: str, now: datetime) -> bool:
    """Tell whether somebody trains, or lately trained, for a framework in a structure: whom it enrols they may have trained."""
    mine = select(Member.id).where(
        Member.person_id == person_id,
        Member.structure_id == structure_id,
        Member.part == Part.TRAINER.value,
        Member.framework_code == framework_code,
        or_(Member.ended_at.is_(None), Member.ended_at >= now - KEPT_APART),
    )
    return db.scalar(mine.limit(1)) is not None


def trains_for(db: Session, *, person_id: int, framework_code: str) -> bool:
    """Tell whether somebody trains for a framework now, in whichever structure."""
    mine = select(Member.id).where(
        Member.person_id == person_id,
        Member.part == Part.TRAINER.value,
        Member.framework_code == framework_code,
        Member.ended_at.is_(None),
    )
    return db.scalar(mine.limit(1)) is not None


def works_in(db: Session, *, person_id: int, structure_id: int, now: datetime) -> bool:
    """Tell whether somebody has, or lately had, any part in a structure."""
    mine = select(Member.id).where(
        Member.person_id == person_id,
        Member.structure_id == structure_id,
        or_(Member.ended_at.is_(None), Member.ended_at >= now - KEPT_APART),
    )
    return db.scalar(mine.limit(1)) is not None


def declare(
    db: Session,
    *,
    actor_id: int,
    subject_id: int,
    kind: TieKind,
    begins_on: date,
    ends_on: date | None,
    declared_by: int,
    now: datetime,
) -> Tie:
    """Write down a tie between two people; saying it again moves its end.

    Raises:
        SamePersonError: Nobody trains or manages themselves.
        OwnTieShortenedError: One of the two says of a tie that is known that it ended on a day gone by.
        NotFoundError: One of them has no account any more.
    """
    if actor_id == subject_id:
        raise SamePersonError
    for person_id in (actor_id, subject_id):
        people.get_account(db, person_id=person_id)
    row = db.scalar(
        select(Tie).where(
            Tie.actor_id == actor_id, Tie.subject_id == subject_id, Tie.kind == kind.value, Tie.begins_on == begins_on
        )
    )
    if row is not None and declared_by in (actor_id, subject_id) and _ends_earlier(row, ends_on, now=now):
        raise OwnTieShortenedError
    if row is None:
        row = Tie(
            actor_id=actor_id,
            subject_id=subject_id,
            kind=kind.value,
            begins_on=begins_on,
            declared_by=declared_by,
            declared_at=now,
        )
        db.add(row)
    row.ends_on = ends_on
    db.flush()
    record(
        db, action=Action.TIE_DECLARED, actor_id=declared_by, subject_id=row.id, detail={"kind": kind.value}, now=now
    )
    return row


def _ends_earlier(row: Tie, ends_on: date | None, *, now: datetime) -> bool:
    if ends_on is None or ends_on >= day_in_paris(now):
        return False
    return row.ends_on is None or ends_on < row.ends_on


def list_ties(db: Session, *, person_id: int) -> Sequence[Tie]:
    """Return the ties in which a person is one of the two, or that they declared."""
    mine = or_(Tie.actor_id == person_id, Tie.subject_id == person_id, Tie.declared_by == person_id)
    return db.scalars(select(Tie).where(mine).order_by(Tie.id.desc())).all()


def saw_reserved(db: Session, *, person_id: int, framework_code: str, now: datetime) -> bool:
    """Tell whether a person wrote or saw reserved items of a framework in the last 24 months."""
    lately = select(ReservedExposure.id).where(
        ReservedExposure.person_id == person_id,
        ReservedExposure.framework_code == framework_code,
        ReservedExposure.last_at > now - KEPT_APART,
    )
    return db.scalar(lately.limit(1)) is not None


def note_reserved_view(
    db: Session,
    *,
    person_id: int,
    framework_code: str,
    now: datetime,
    kind: ExposureKind = ExposureKind.SAW,
) -> None:
    """Write down that somebody wrote or saw reserved items of a framework; a later time replaces an earlier one."""
    row = db.scalar(
        select(ReservedExposure).where(
            ReservedExposure.person_id == person_id,
            ReservedExposure.framework_code == framework_code,
            ReservedExposure.kind == kind.value,
        )
    )
    if row is None:
        db.add(ReservedExposure(person_id=person_id, framework_code=framework_code, kind=kind.value, last_at=now))
    else:
        row.last_at = max(row.last_at, now)
    db.flush()
