"""The public report of a year: made once, when the year is over, from what happened in it; kept as it was published.

The numbers of a year that still runs are not shown: from one day to the next they would tell who has just failed.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from app.accounts.models import Case, CaseKind
from app.assessments.models import Sitting
from app.audit import Action, AuditEntry
from app.examination.models import Candidate, ExamReview, ExamSession
from app.labels.models import Label, LabelEvent
from app.publication.models import YearlyReport
from certificates.dates import PARIS, day_in_paris
from certificates.yearly import Group, middle_days, pass_rates
from quizzes.outcome import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from sqlalchemy.orm import Session

#: The examination that the label asks for.
FRAMEWORK = "PRO"
#: Of somebody who has asked for no label, and whose profession we therefore do not know.
UNKNOWN_PROFESSION = "unknown"
#: Each line of the report about labels, and the transitions that it counts.
LINES: dict[str, tuple[str, ...]] = {
    "submitted": ("submit",),
    "awarded": ("award", "award_on_appeal"),
    "refused": ("refuse",),
    "renewed": ("renew", "renew_on_appeal"),
    "expired": ("expire",),
    "paused": ("pause", "pause_on_request"),
    "handed_back": ("withdraw",),
    "suspended": ("suspend",),
    "reinstated": ("reinstate", "lift", "reinstate_on_appeal", "overturn_suspension"),
    "revoked": ("revoke",),
    "appeals": ("appeal", "appeal_return", "appeal_suspension"),
    "appeals_upheld": ("uphold", "uphold_return", "uphold_suspension"),
    "appeals_overturned": ("overturn", "overturn_return", "overturn_suspension"),
}
_DECISIONS = {
    "submit": ("award", "refuse"),
    "appeal": ("uphold", "overturn"),
    "appeal_return": ("uphold_return", "overturn_return"),
    "appeal_suspension": ("uphold_suspension", "overturn_suspension"),
}


def list_years(db: Session) -> Sequence[int]:
    """Return the years whose report is published, the latest first."""
    return db.scalars(select(YearlyReport.year).order_by(YearlyReport.year.desc())).all()


def find(db: Session, *, year: int) -> YearlyReport | None:
    """Return the report of a year; None where there is none."""
    return db.get(YearlyReport, year)


def publish_due(db: Session, *, now: datetime) -> list[int]:
    """Make the report of every year that is over, in which something happened, and that has none; return the years."""
    this_year = day_in_paris(now).year
    firsts = [
        db.scalar(select(func.min(LabelEvent.at))),
        db.scalar(select(func.min(ExamSession.published_at))),
    ]
    began = min((day_in_paris(first).year for first in firsts if first is not None), default=this_year)
    known = set(list_years(db))
    made = [year for year in range(began, this_year) if year not in known]
    for year in made:
        db.add(YearlyReport(year=year, made_at=now, content=compute(db, year=year)))
    db.flush()
    return made


def compute(db: Session, *, year: int) -> dict[str, Any]:
    """Return the numbers of a year, as plain data."""
    begins, ends = datetime(year, 1, 1, tzinfo=PARIS), datetime(year + 1, 1, 1, tzinfo=PARIS)
    rates = pass_rates(_groups(db, begins=begins, ends=ends))
    counts = dict(
        db.execute(
            select(LabelEvent.transition, func.count(LabelEvent.id))
            .join(Label, Label.id == LabelEvent.label_id)
            .where(LabelEvent.at >= begins, LabelEvent.at < ends)
            # Whoever takes an application back hands no label back.
            .where((LabelEvent.transition != "withdraw") | Label.number.is_not(None))
            .group_by(LabelEvent.transition)
        ).all()
    )
    return {
        "sat": rates.sat,
        "passed_percent": rates.total.percent if rates.total else None,
        "groups": [
            {"profession": group.name, "sat": group.sat, "passed_percent": group.percent} for group in rates.groups
        ],
        "labels": {line: sum(counts.get(one, 0) for one in transitions) for line, transitions in LINES.items()},
        "days_to_decide": middle_days(_delays(db, "submit", begins=begins, ends=ends)),
        "days_to_appeal": middle_days(
            [delay for kind in LINES["appeals"] for delay in _delays(db, kind, begins=begins, ends=ends)]
        ),
        **_exam_appeals(db, begins=begins, ends=ends),
        "complaints": db.scalar(
            select(func.count(Case.id)).where(
                Case.kind == CaseKind.COMPLAINT.value, Case.opened_at >= begins, Case.opened_at < ends
            )
        )
        or 0,
    }


def _exam_appeals(db: Session, *, begins: datetime, ends: datetime) -> dict[str, int]:
    """Return how many results of the examination were contested in a year, and of how many something was changed in it.

    Of whoever has erased their account since, the trail keeps which session a case was about, and nothing else.
    """
    contested = (
        select(Case.number)
        .join(Sitting, Sitting.reference == Case.subject_reference)
        .join(Candidate, Candidate.sitting_id == Sitting.id)
        .join(ExamSession, ExamSession.id == Candidate.session_id)
        .where(
            Case.kind == CaseKind.CONTEST.value,
            Case.subject_kind == "sitting",
            ExamSession.framework_code == FRAMEWORK,
        )
    )
    left = (
        select(AuditEntry.detail)
        .join(ExamSession, ExamSession.id == AuditEntry.subject_id)
        .where(AuditEntry.action == Action.RESULT_APPEAL_KEPT.value, ExamSession.framework_code == FRAMEWORK)
    )
    numbers = {(detail or {}).get("case") for detail in db.scalars(left)}
    in_year = (Case.opened_at >= begins, Case.opened_at < ends)
    number = db.scalar(
        select(func.count(Case.id)).where(
            *in_year, Case.number.in_(contested) | Case.number.in_(sorted(map(str, numbers)))
        )
    )
    changed = (
        select(func.count(ExamReview.case_number.distinct()))
        .join(ExamSession, ExamSession.id == ExamReview.session_id)
        .where(ExamReview.taken_at >= begins, ExamReview.taken_at < ends, ExamSession.framework_code == FRAMEWORK)
    )
    return {"exam_appeals": number or 0, "exam_appeals_changed": db.scalar(changed) or 0}


def _groups(db: Session, *, begins: datetime, ends: datetime) -> list[Group]:
    """Return who took the examination, by profession; a person counts once, and has passed if they did in the end."""
    latest = select(func.max(Label.id)).where(Label.person_id.is_not(None)).group_by(Label.person_id)
    rows = db.execute(
        select(Candidate.id, Candidate.person_id, Candidate.identity_hmac, Candidate.verdict, Label.profession)
        .join(ExamSession, ExamSession.id == Candidate.session_id)
        .outerjoin(Label, (Label.person_id == Candidate.person_id) & Label.id.in_(latest))
        .where(
            ExamSession.framework_code == FRAMEWORK,
            ExamSession.published_at >= begins,
            ExamSession.published_at < ends,
            Candidate.verdict.in_((Verdict.PASSED.value, Verdict.FAILED.value)),
        )
    )
    people: dict[object, tuple[str, bool]] = {}
    for candidate_id, person_id, identity, verdict, profession in rows:
        key = identity or (person_id and ("person", person_id)) or ("candidate", candidate_id)
        before = people.get(key, (UNKNOWN_PROFESSION, False))
        people[key] = (profession or before[0], before[1] or verdict == Verdict.PASSED.value)
    sat = Counter(profession for profession, _passed in people.values())
    passed = Counter(profession for profession, has_passed in people.values() if has_passed)
    return [Group(name=name, sat=count, passed=passed[name]) for name, count in sat.items()]


def _delays(db: Session, first: str, *, begins: datetime, ends: datetime) -> list[timedelta]:
    """Return how long each decision of the year took, from the last time that it was asked for."""
    events = db.execute(
        select(LabelEvent.label_id, LabelEvent.at, LabelEvent.transition)
        .where(LabelEvent.transition.in_((first, *_DECISIONS[first])), LabelEvent.at < ends)
        .order_by(LabelEvent.label_id, LabelEvent.at, LabelEvent.id)
    )
    asked: dict[int, datetime] = {}
    delays = []
    for label_id, at, transition in events:
        if transition == first:
            asked[label_id] = at
        elif label_id in asked and at >= begins:
            delays.append(at - asked.pop(label_id))
    return delays
