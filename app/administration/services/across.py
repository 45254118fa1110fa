"""What the desk reads across rooms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from app import audit
from app.accounts.models import CaseKind
from app.accounts.services import cases, people
from app.assessments.services import judging, recorded
from app.audit import AuditEntry
from app.certification.services import cut_records, register
from app.errors import NotFoundError, NotIndependentError
from app.examination.services import results as exam_results
from app.examination.services import reviewing
from app.labels.services import parts
from app.organisations.services import independence
from app.supervised_errors import TrainsForItError
from quizzes import upkeep
from quizzes.watch_report import flagged_sittings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session

    from app.accounts.services.cases import Case
    from app.assessments.services.judging import JudgedSitting
    from app.resources import Resources
    from certificates.keys import KeyRing
    from quizzes.bank import Bank
    from quizzes.items import Item
    from quizzes.upkeep import Due
    from quizzes.watch import Watch

PAGE = 50
#: What a page can afford to look at; `flask items monitor` looks further.
WATCHED_SITTINGS, FITTED_SITTINGS = 1000, 30


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    """Fifty entries of the trail, newest first."""

    entries: Sequence[AuditEntry]
    page: int
    has_next: bool


def audit_page(db: Session, *, page: int) -> AuditPage:
    """Return one page of the audit trail, counted from 1."""
    page = max(1, page)
    rows = db.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).offset((page - 1) * PAGE).limit(PAGE + 1)).all()
    return AuditPage(entries=rows[:PAGE], page=page, has_next=len(rows) > PAGE)


def counts(db: Session) -> dict[str, int]:
    """Return the figures of the desk's first page."""
    return {
        "certificates": register.count(db),
        "audit_entries": db.scalar(select(func.count(AuditEntry.id))) or 0,
    }


def content_due(loaded: Resources, *, now: datetime) -> list[Due]:
    """Return the content that has to be read again."""
    return upkeep.due(
        items=list(loaded.bank.items.values()), modules=loaded.modules, facts=loaded.facts, today=now.date()
    )


def read_contested(
    db: Session, *, case: Case, loaded: Resources, language: str, actor_id: int | None, now: datetime
) -> JudgedSitting:
    """Return the sitting that a case contests, and write down who looked at it.

    Raises:
        NotFoundError: The case contests no sitting, or whoever took it has left.
        NotIndependentError: See `check_impartial`.
        TrainsForItError: Reserved items are among it, and they train for that framework.
    """
    if case.subject_kind != "sitting" or case.subject_reference is None:
        raise NotFoundError
    check_impartial(db, case=case, actor_id=actor_id, now=now)
    judged = judging.judge(db, reference=case.subject_reference, bank=loaded.bank, language=language)
    if actor_id is not None and any(one.item.pool == "reserved" for one in judged.answers):
        _note_seen(db, person_id=actor_id, framework_code=judged.row.framework_code, now=now)
    audit.record(
        db,
        action=audit.Action.CASE_SITTING_READ,
        actor_id=actor_id,
        subject_id=judged.row.id,
        detail={"case": case.number, "reserved": any(one.item.pool == "reserved" for one in judged.answers)},
        now=now,
    )
    return judged


def is_examination(db: Session, *, case: Case) -> bool:
    """Tell whether a case contests a published examination: what it changes is decided by two, on a page of its own."""
    try:
        reviewing.find(db, number=case.number)
    except NotFoundError:
        return False
    return True


def check_impartial(db: Session, *, case: Case, actor_id: int | None, now: datetime) -> None:
    """Check that whoever answers somebody neither examined nor trains or manages them; a report on a question judges nobody.

    Raises:
        NotIndependentError: They do, or did; or the request is their own.
    """
    if case.kind == CaseKind.ITEM_REPORT or actor_id is None:
        return
    for person_id in _authors(db, case):
        is_tied = independence.ties(db, actor_id=actor_id, subject_id=person_id, now=now)
        if person_id == actor_id or is_tied or exam_results.examined(db, actor_id=actor_id, subject_id=person_id):
            raise NotIndependentError


def _authors(db: Session, case: Case) -> set[int]:
    """Return whose a request is: of the account that sent it, or of whoever has, or sat with, the address that it gives."""
    found = {case.person_id} if case.person_id is not None else set()
    if case.email is not None:
        account = people.find_by_address(db, email=case.email)
        found |= {account.id} if account is not None else set()
        found |= exam_results.sat_as(db, email=people.normalise_address(case.email))
    return found


def answer(db: Session, *, case: Case, text: str, actor_id: int, now: datetime) -> None:
    """Answer a case once; one about a label, or that names one, is answered by somebody who had no part in it.

    Raises:
        NotIndependentError: See `check_impartial`.
        InvolvedError: Whoever answers had a part in that label.
        CaseClosedError: Somebody has answered, or the person has left.
    """
    check_impartial(db, case=case, actor_id=actor_id, now=now)
    concerned = parts.named_in(db, case.text)
    if case.subject_kind == parts.CASE_SUBJECT and case.subject_reference is not None:
        concerned.append(case.subject_reference)
    for reference in concerned:
        parts.check_uninvolved(db, reference=reference, person_id=actor_id, now=now)
    cases.answer_case(db, number=case.number, answer=text, answered_by=actor_id, now=now)


def note_view(db: Session, *, item: Item, actor_id: int | None, now: datetime) -> None:
    """Write down that somebody looks at an item, where looking gives something away: they are kept apart from that test.

    Raises:
        TrainsForItError: They train for that framework: what is trained for is not seen.
    """
    if item.pool == "reserved":
        if actor_id is not None:
            _note_seen(db, person_id=actor_id, framework_code=item.id.partition("-")[0], now=now)
        audit.record(db, action=audit.Action.RESERVED_ITEM_VIEWED, actor_id=actor_id, detail={"item": item.id}, now=now)


def _note_seen(db: Session, *, person_id: int, framework_code: str, now: datetime) -> None:
    if independence.trains_for(db, person_id=person_id, framework_code=framework_code):
        raise TrainsForItError
    independence.note_reserved_view(db, person_id=person_id, framework_code=framework_code, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitors:
    """What the monitors say of one framework.

    Args:
        names: References of the flagged sittings.
        records: The signed cut of each boundary that has one.
        unproved: Files that lie where signed cuts do, and prove nothing.
    """

    watch: Watch
    names: Mapping[int, str]
    records: Mapping[str, Mapping[str, Any]]
    unproved: Sequence[str]


def monitors(
    db: Session, *, framework_code: str, language: str, bank: Bank, directories: Sequence[Path], ring: KeyRing
) -> Monitors:
    """Run the monitors over what a page can afford.

    Args:
        language: Whose scale is used, and whose sittings are looked at one by one.

    Raises:
        UnknownFrameworkError: The bank has no such framework.
    """
    found = recorded.watch(
        db,
        framework_code=framework_code,
        language=language,
        bank=bank,
        sittings=WATCHED_SITTINGS,
        fitted=FITTED_SITTINGS,
    )
    return Monitors(
        watch=found,
        names=recorded.references(db, ids=flagged_sittings(found)),
        records=cut_records.established(directories, ring=ring, framework_code=framework_code),
        unproved=[path.name for path in cut_records.refused(directories, ring=ring)],
    )
