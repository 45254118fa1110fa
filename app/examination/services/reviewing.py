"""After publication: what two people decide of a contested result. What was told before is kept; nobody's result gets worse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import case as case_when
from sqlalchemy import select, update

from app.accounts.models import Case, CaseKind
from app.assessments.models import RecordedAnswer, Sitting
from app.assessments.services import examining
from app.assessments.services.examining import Closing
from app.audit import Action, record
from app.database import affected
from app.errors import MovedOnError, NotFoundError, NotIndependentError, SamePersonError
from app.examination.models import Candidate, ExamReview, ExamSession, FormerOutcome, ReviewKind, SessionState
from app.examination.services import identities, jury, owed, publishing, watch
from quizzes.outcome import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.examination.services.publishing import Means

#: From the worst to the best for whoever sat; what is undecided is nobody's failure.
_RANKS: Mapping[str, int] = {
    Verdict.ANNULLED: 0,
    Verdict.FAILED: 1,
    Verdict.NOT_ESTABLISHED: 1,
    Verdict.UNDECIDED: 2,
    owed.OWED: 2,
    Verdict.ESTABLISHED: 3,
    Verdict.PASSED: 3,
}
_PROVEN = (Verdict.PASSED.value, Verdict.ESTABLISHED.value)
_NEUTRALISING = (ReviewKind.NEUTRALISE_ONE, ReviewKind.NEUTRALISE_ALL)


def list_contested(db: Session, *, limit: int) -> list[tuple[Case, ExamSession]]:
    """Return the appeals against published examinations: those without an answer, the oldest first, then the latest."""
    rows = db.execute(
        select(Case, ExamSession)
        .join(Sitting, Sitting.reference == Case.subject_reference)
        .join(Candidate, Candidate.sitting_id == Sitting.id)
        .join(ExamSession, ExamSession.id == Candidate.session_id)
        .where(Case.kind == CaseKind.CONTEST.value, Case.subject_kind == "sitting")
        .order_by(
            Case.answered_at.is_not(None),
            case_when((Case.answered_at.is_(None), Case.opened_at)),
            Case.answered_at.desc(),
            Case.id,
        )
        .limit(limit)
    )
    return [(case, session) for case, session in rows]


def find(db: Session, *, number: str, lock: bool = False) -> tuple[Case, Candidate, ExamSession]:
    """Return an appeal, whose result it contests, and the session.

    Args:
        lock: Hold the session until the transaction ends: of two reviews at once, the second sees what the first came to.

    Raises:
        NotFoundError: No appeal has this number, or its author has left, or it is not about a published examination.
    """
    contested = select(Case, Candidate, ExamSession).join(Sitting, Sitting.reference == Case.subject_reference)
    contested = contested.join(Candidate, Candidate.sitting_id == Sitting.id)
    contested = contested.join(ExamSession, ExamSession.id == Candidate.session_id).where(
        Case.number == number,
        Case.kind == CaseKind.CONTEST.value,
        Case.subject_kind == "sitting",
        Case.person_id == Candidate.person_id,
        ExamSession.state == SessionState.PUBLISHED.value,
    )
    row = db.execute(contested).one_or_none()
    if row is None:
        raise NotFoundError
    case, candidate, session = row
    if lock:
        db.refresh(session, with_for_update=True)
        db.refresh(candidate, with_for_update=True)
    return case, candidate, session


def list_reviews(db: Session, *, case: Case) -> Sequence[ExamReview]:
    """Return what was proposed about an appeal and not withdrawn, in order."""
    mine = select(ExamReview).where(ExamReview.case_number == case.number, ExamReview.withdrawn_at.is_(None))
    return db.scalars(mine.order_by(ExamReview.id)).all()


def list_former(db: Session, *, candidate: Candidate) -> Sequence[FormerOutcome]:
    """Return the results of a candidate that a review replaced, the first one first."""
    mine = select(FormerOutcome).where(FormerOutcome.candidate_id == candidate.id)
    return db.scalars(mine.order_by(FormerOutcome.id)).all()


def check_may_review(db: Session, *, session: ExamSession, actor_id: int, now: datetime) -> None:
    """Check that somebody may decide of an appeal against a session.

    Raises:
        NotIndependentError: They invigilated or judged it, work in its structure, or are tied to somebody who sat in it.
        ReservedItemsSeenError: They wrote or saw reserved items of this framework in the last 24 months.
    """
    if watch.duties_of_human(db, session=session, person_id=actor_id):
        raise NotIndependentError
    watch.check_free(db, session=session, person_id=actor_id, duty="juror", now=now)


def propose(
    db: Session,
    *,
    number: str,
    kind: ReviewKind,
    reason: str,
    actor_id: int,
    now: datetime,
    item_id: str | None = None,
) -> ExamReview:
    """Propose what an appeal changes; another officer takes it, or nothing happens.

    Raises:
        NotFoundError: No such appeal, or the question was not asked to its author.
        MovedOnError: It would change nothing: a pass stays, what is called off is so already, what counts needs no restoring; or a
            proposal waits for its second.
        NotIndependentError, ReservedItemsSeenError: See `check_may_review`.
    """
    case, candidate, session = find(db, number=number, lock=True)
    check_may_review(db, session=session, actor_id=actor_id, now=now)
    _check_changes(db, candidate=candidate, kind=kind, item_id=item_id)
    if any(one.taken_at is None for one in list_reviews(db, case=case)):
        raise MovedOnError
    row = ExamReview(
        session_id=session.id,
        candidate_id=candidate.id,
        case_number=case.number,
        kind=kind.value,
        item_id=item_id if kind in _NEUTRALISING else None,
        reason=reason,
        proposed_by=actor_id,
        proposed_at=now,
    )
    db.add(row)
    db.flush()
    _record(db, Action.REVIEW_PROPOSED, row, actor_id=actor_id, now=now)
    return row


def take(db: Session, *, number: str, review_id: int, means: Means, actor_id: int, now: datetime) -> ExamReview:
    """Take what another officer proposed: results are judged again, and whoever's has changed is told.

    Raises:
        NotFoundError: No such proposal about this appeal.
        SamePersonError: Nobody takes their own proposal, under whichever account.
        MovedOnError: Another officer took it, its author withdrew it, or it would change nothing any more.
        NotIndependentError, ReservedItemsSeenError: See `check_may_review`.
    """
    case, candidate, session = find(db, number=number, lock=True)
    row = _review(db, case=case, review_id=review_id)
    if row.proposed_by in identities.same_people(db, person_id=actor_id):
        raise SamePersonError
    check_may_review(db, session=session, actor_id=actor_id, now=now)
    kind = ReviewKind(row.kind)
    if not affected(db, _waiting(row).values(taken_by=actor_id, taken_at=now)):
        raise MovedOnError
    _check_changes(db, candidate=candidate, kind=kind, item_id=row.item_id, review_id=row.id)
    db.refresh(row)
    _record(db, Action.REVIEW_DECIDED, row, actor_id=actor_id, now=now)
    if kind is ReviewKind.CALL_OFF:
        held = examining.hold(db, sitting_id=candidate.sitting_id or 0, bank=means.bank)
        examining.close(db, held, reason=Closing.CALLED_OFF, actor_id=actor_id, now=now)
        candidate.finish_reason = Closing.CALLED_OFF.value
    elif kind is ReviewKind.RESTORE:
        held = examining.hold(db, sitting_id=candidate.sitting_id or 0, bank=means.bank)
        candidate.finish_reason = examining.restore(db, held, actor_id=actor_id, now=now).state.finished
    touched = [candidate]
    if kind is ReviewKind.NEUTRALISE_ALL:
        everybody = select(Candidate).where(Candidate.session_id == session.id, Candidate.sitting_id.is_not(None))
        touched = list(db.scalars(everybody.order_by(Candidate.number).with_for_update()))
    for one in touched:
        _judge_again(db, row=one, session=session, review=row, means=means, actor_id=actor_id, now=now)
    return row


def withdraw(db: Session, *, number: str, review_id: int, actor_id: int, now: datetime) -> None:
    """Take back one's own proposal before anybody took it.

    Raises:
        NotFoundError: No such proposal of this person about this appeal.
        MovedOnError: It was taken, or withdrawn already.
    """
    case, _candidate, _session = find(db, number=number)
    row = _review(db, case=case, review_id=review_id)
    if row.proposed_by != actor_id:
        raise NotFoundError
    if not affected(db, _waiting(row).values(withdrawn_at=now)):
        raise MovedOnError
    _record(db, Action.REVIEW_WITHDRAWN, row, actor_id=actor_id, now=now)


def _judge_again(
    db: Session, *, row: Candidate, session: ExamSession, review: ExamReview, means: Means, actor_id: int, now: datetime
) -> None:
    """Write the result that follows from a review beside the former one, unless the former one is as good, or better."""
    opened = examining.read(db, sitting_id=row.sitting_id or 0, bank=means.bank)
    aside = jury.set_aside(db, candidate=row) - _earned(db, row=row, session=session)
    found = examining.outcome(opened, neutralised=aside, panel=means.panel)
    is_void = found.verdict is Verdict.ANNULLED
    after = {
        **publishing.told(found, ending=opened.state.finished),
        "reason": review.reason if is_void else None,
        "called_off": opened.state.finished == Closing.CALLED_OFF,
        "owed": row.owed_themes or [],
    }
    is_decided_of_them = review.candidate_id == row.id and review.kind not in _NEUTRALISING
    is_better = _rank(row.verdict, row.outcome) < _rank(found.verdict.value, after)
    is_raised = row.verdict == found.verdict == Verdict.ESTABLISHED and are_higher(row.outcome, after)
    if not (is_decided_of_them or is_better or is_raised):
        return
    before = row.verdict or ""
    db.add(
        FormerOutcome(candidate_id=row.id, review_id=review.id, verdict=before, outcome=row.outcome, replaced_at=now)
    )
    if review.kind == ReviewKind.DEFER and not found.hangs_on(row.owed_themes or ()):
        raise MovedOnError  # something else fails too: the second set would change nothing
    row.verdict = owed.OWED if review.kind == ReviewKind.DEFER else found.verdict.value
    row.outcome = {**after, "verdict": row.verdict}
    if is_raised:
        publishing.certify_higher(db, row=row, opened=opened, found=found, means=means, actor_id=actor_id, now=now)
    elif found.verdict.value in _PROVEN:
        publishing.certify(db, row=row, opened=opened, found=found, means=means, actor_id=actor_id, now=now)
    publishing.tell(db, row=row, origin=means.issuer.url, about="review", now=now)
    record(
        db,
        action=Action.RESULT_REVISED,
        actor_id=actor_id,
        subject_id=row.id,
        detail={"review": review.id, "before": before, "after": row.verdict},
        now=now,
    )


def are_higher(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> bool:
    """Tell whether the levels of a result, overall and by area, are nowhere lower than those of another, and somewhere higher."""
    if before is None:  # emptied, kept long enough
        return False
    pairs = [(before, after), *zip(before["areas"], after["areas"], strict=True)]
    steps = [_height(new["level"]) - _height(old["level"]) for old, new in pairs]
    return min(steps) >= 0 and max(steps) > 0


def _height(level: str | None) -> int:
    return int(level[1:]) if level else 0


def _earned(db: Session, *, row: Candidate, session: ExamSession) -> frozenset[str]:
    """Return the questions neutralised for all since the publication that this candidate had answered right: they keep the points."""
    right = (
        select(ExamReview.item_id)
        .join(RecordedAnswer, RecordedAnswer.item_id == ExamReview.item_id)
        .where(ExamReview.session_id == session.id, ExamReview.taken_at.is_not(None))
        .where(ExamReview.kind == ReviewKind.NEUTRALISE_ALL.value)
        .where(RecordedAnswer.sitting_id == row.sitting_id, RecordedAnswer.score >= 1)
    )
    return frozenset(one for one in db.scalars(right) if one is not None)


def _rank(verdict: str | None, outcome: dict[str, Any] | None) -> tuple[int, float]:
    """Return how good a result is; of two that prove something, the first stays, as its certificate does, but for higher levels."""
    place = _RANKS[verdict or Verdict.ANNULLED]
    told = (outcome or {}).get("scaled") if verdict not in _PROVEN else None
    return place, told or 0.0


def _check_changes(
    db: Session,
    *,
    candidate: Candidate,
    kind: ReviewKind,
    item_id: str | None,
    review_id: int | None = None,
) -> None:
    is_void = candidate.verdict == Verdict.ANNULLED.value
    if kind in _NEUTRALISING:
        asked = select(RecordedAnswer.id).where(
            RecordedAnswer.sitting_id == candidate.sitting_id, RecordedAnswer.item_id == item_id
        )
        if item_id is None or db.scalar(asked.limit(1)) is None:
            raise NotFoundError
        aside = jury.set_aside(db, candidate=candidate) if review_id is None else frozenset()
        if item_id in aside:
            raise MovedOnError
    elif kind is ReviewKind.DEFER:
        if not candidate.owed_themes or candidate.verdict != Verdict.FAILED.value:
            raise MovedOnError
    elif (kind is ReviewKind.RESTORE and not is_void) or (
        kind is ReviewKind.CALL_OFF
        and (candidate.verdict in _PROVEN or candidate.finish_reason == Closing.CALLED_OFF.value)
    ):
        raise MovedOnError


def _waiting(row: ExamReview) -> Any:  # noqa: ANN401 (SQLAlchemy's own type of a statement on a class is not written by hand)
    return update(ExamReview).where(
        ExamReview.id == row.id, ExamReview.taken_at.is_(None), ExamReview.withdrawn_at.is_(None)
    )


def _review(db: Session, *, case: Case, review_id: int) -> ExamReview:
    row = db.get(ExamReview, review_id)
    if row is None or row.case_number != case.number:
        raise NotFoundError
    return row


def _record(db: Session, action: Action, row: ExamReview, *, actor_id: int, now: datetime) -> None:
    detail = {"kind": row.kind, "case": row.case_number}
    record(db, action=action, actor_id=actor_id, subject_id=row.id, detail=detail, now=now)
