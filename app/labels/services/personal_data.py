"""What the room of labels does when a holder, or an officer, leaves."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from app.labels.models import (
    Label,
    LabelAppeal,
    LabelEvent,
    LabelIdentityCheck,
    LabelNotice,
    LabelPractice,
    LabelProof,
    LabelSeat,
    LabelTraining,
    LabelVote,
)
from app.labels.services import dossiers, proofs, public, seats
from certificates.dates import day_in_paris
from certificates.label_rules import delays
from certificates.label_rules.dossier import OVER
from certificates.label_rules.machine import Actor

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.accounts.services.personal_data import CertificateFate
    from certificates.keys import KeyRing

#: As the register of personal data says.
KEPT_AFTER_END = timedelta(days=3 * 365)
_OVER = [state.value for state in OVER]


def export_person(db: Session, *, person_id: int) -> dict[str, object]:
    """Return a person's labels with everything that they gave, but for the files, which their page hands out."""
    rows = db.scalars(select(Label).where(Label.person_id == person_id).order_by(Label.id)).all()
    return {
        "labels": [_exported(db, row) for row in rows],
        "label_votes": _own_acts(db, person_id),
        "label_seats": [
            {"seat": one.seat, "profession": one.profession, "granted_at": one.granted_at.isoformat()}
            for one in seats.list_held(db, person_id=person_id)
        ],
    }


def erase_person(
    db: Session,
    *,
    person_id: int,
    fate: CertificateFate,  # noqa: ARG001 (a label always ends with its holder's account)
    ring: KeyRing,
    now: datetime,
) -> None:
    """End a person's labels and forget whose they were; what they did as an officer stays, without their words.

    A label that lives is handed back, by the step that its holder would take; one that is over stays what it was. The register
    withdraws the credential. The number stays taken, and the leaves of the log prove what they proved.
    """
    for row in db.scalars(select(Label).where(Label.person_id == person_id).order_by(Label.id).with_for_update()).all():
        if row.state not in _OVER:
            announced = dossiers.open_notice(db, label=row)
            dossiers.move(
                db,
                label=row,
                transition="withdraw",
                actor=Actor.HOLDER,
                reason="own-wish",
                actor_id=person_id,
                ring=ring,
                now=now,
            )
            row.ground = announced.ground if announced is not None else row.ground
        if row.ground is None:
            row.identity_hmac = None
        forget_file(db, row)
    db.execute(update(LabelVote).where(LabelVote.person_id == person_id).values(note=""))
    db.execute(delete(LabelSeat).where(LabelSeat.person_id == person_id))
    db.execute(update(LabelSeat).where(LabelSeat.granted_by == person_id).values(granted_by=None))
    proposed = Label.ending_proposed_by == person_id
    db.execute(update(Label).where(proposed).values(ending_proposed_by=None, ending_proposed_at=None))
    db.flush()


def forget_file(db: Session, row: Label) -> None:
    """Leave of a label its number, its state and its steps; nothing that says whose it was, or what they gave."""
    row.person_id = row.printed_name = row.rpps = row.interests = row.log_salt = row.certificate_id = None
    row.profession_asked = None
    row.ending_proposed_by = row.ending_proposed_at = None
    for table in (LabelProof, LabelPractice, LabelTraining):
        db.execute(delete(table).where(table.label_id == row.id))
    db.execute(update(LabelNotice).where(LabelNotice.label_id == row.id).values(text="", answer=None))
    db.execute(update(LabelAppeal).where(LabelAppeal.label_id == row.id).values(text=""))
    db.execute(update(LabelEvent).where(LabelEvent.label_id == row.id).values(note="", actor_id=None))
    db.execute(update(LabelVote).where(LabelVote.label_id == row.id).values(note=""))


def expire(db: Session, *, now: datetime) -> int:
    """Let go of what has been kept long enough: names that the register no longer shows, old files, old proofs.

    Returns how many labels and proofs that was.
    """
    over = Label.state.in_(_OVER)
    named = db.scalars(select(Label).where(over, Label.printed_name.is_not(None))).all()
    unlisted = [row for row in named if not public.is_listed_now(row, now=now)]
    for row in unlisted:
        row.printed_name = row.rpps = None
    known = db.scalars(select(Label).where(over, Label.identity_hmac.is_not(None))).all()
    for row in known:
        if day_in_paris(now) >= delays.reapply_from(day_in_paris(row.since), dossiers.rules_of(row)):
            row.identity_hmac = None
    old = db.scalars(select(Label).where(over, Label.since < now - KEPT_AFTER_END, Label.log_salt.is_not(None))).all()
    for row in old:
        forget_file(db, row)
    db.flush()
    return len(unlisted) + len(old) + proofs.purge(db, now=now)


def adopt_person(db: Session, *, from_id: int, to_id: int) -> None:
    """Give what a guest holds to an account. Guests hold no label today; a row that says otherwise follows all the same."""
    db.execute(update(Label).where(Label.person_id == from_id).values(person_id=to_id))


def _exported(db: Session, row: Label) -> dict[str, object]:
    practices = db.scalars(select(LabelPractice).where(LabelPractice.label_id == row.id)).all()
    trainings = db.scalars(select(LabelTraining).where(LabelTraining.label_id == row.id)).all()
    proofs = db.scalars(select(LabelProof).where(LabelProof.label_id == row.id)).all()
    events = db.scalars(select(LabelEvent).where(LabelEvent.label_id == row.id).order_by(LabelEvent.id)).all()
    notices = db.scalars(select(LabelNotice).where(LabelNotice.label_id == row.id)).all()
    appeals = db.scalars(select(LabelAppeal).where(LabelAppeal.label_id == row.id)).all()
    return {
        "number": row.number,
        "state": row.state,
        "since": row.since.isoformat(),
        "criteria_version": row.criteria_version,
        "opened_at": row.opened_at.isoformat(),
        "profession": row.profession,
        "profession_asked": row.profession_asked,
        "name": row.printed_name,
        "rpps": row.rpps,
        "awarded_on": row.awarded_on.isoformat() if row.awarded_on else None,
        "ends_on": row.ends_on.isoformat() if row.ends_on else None,
        "charter": row.charter_version,
        "interests": row.interests,
        "ground": row.ground,
        "practices": [
            {"practice": one.practice, "declaration": one.declaration, "done_on": one.done_on.isoformat()}
            for one in practices
        ],
        "trainings": [
            {"title": one.title, "body": one.body, "hours": one.hours, "done_on": one.done_on.isoformat()}
            for one in trainings
        ],
        "proofs": [
            {"of": one.subject, "type": one.media_type, "sha256": one.sha256, "judgement": one.judgement}
            for one in proofs
        ],
        "events": [
            {
                "at": one.at.isoformat(),
                "what": one.transition,
                "reason": one.reason,
                "note": one.note,
                "leaf": one.log_seq,
            }
            for one in events
        ],
        "notices": [
            {"kind": one.kind, "ground": one.ground, "text": one.text, "answer": one.answer} for one in notices
        ],
        "appeals": [{"against": one.against, "text": one.text, "outcome": one.outcome} for one in appeals],
    }


def _own_acts(db: Session, person_id: int) -> list[dict[str, object]]:
    """Return what somebody voted, checked and proposes as an officer, without whose label it was."""
    votes = db.scalars(select(LabelVote).where(LabelVote.person_id == person_id)).all()
    checks = db.scalars(select(LabelIdentityCheck).where(LabelIdentityCheck.person_id == person_id)).all()
    voted: list[dict[str, object]] = [
        {"at": one.at.isoformat(), "voted": one.transition, "note": one.note} for one in votes
    ]
    checked: list[dict[str, object]] = [
        {"at": one.at.isoformat(), "checked": one.subject, "good": one.is_good} for one in checks
    ]
    rows = select(Label.ending_proposed_at, Label.state).where(Label.ending_proposed_by == person_id)
    proposed: list[dict[str, object]] = [
        {"at": at.isoformat() if at else None, "proposed": "undo_end" if state == "ended" else "end"}
        for at, state in db.execute(rows.order_by(Label.id))
    ]
    return voted + checked + proposed
