"""Attendance sheet and session report: what they say, taken from the rows; the press lays them out and seals them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from app.accounts.models import Person
from app.examination.models import (
    Accommodation,
    Arrival,
    Candidate,
    DecisionKind,
    DocumentKind,
    ExamReview,
    ExamStaff,
    Hand,
    HandAnswer,
    IncidentKind,
    ReviewKind,
)
from app.examination.services import clock, jury, kept_duties
from app.organisations.models import Structure
from certificates.dates import PARIS, told
from certificates.exam_paper import ExamPaper, Section

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.examination.models import ExamSession
    from quizzes.bank import Bank

#: Of whoever has erased their account since.
_GONE = "compte effacé depuis"
_DOCUMENTS: Mapping[str, str] = {
    DocumentKind.IDENTITY_CARD: "carte d’identité",
    DocumentKind.PASSPORT: "passeport",
    DocumentKind.RESIDENCE_PERMIT: "titre de séjour",
    DocumentKind.DRIVING_LICENCE: "permis de conduire",
}
_INCIDENTS: Mapping[str, str] = {
    IncidentKind.TECHNICAL: "technique",
    IncidentKind.QUESTION: "question",
    IncidentKind.BEHAVIOUR: "déroulement",
    IncidentKind.IDENTITY: "identité",
    IncidentKind.OTHER: "autre",
}
_DECISIONS: Mapping[str, str] = {
    DecisionKind.DISMISS: "sans suite",
    DecisionKind.NEUTRALISE: "question neutralisée",
    DecisionKind.ANNUL: "passation annulée",
    DecisionKind.CALL_OFF: "passation sans effet, non comptée",
    DecisionKind.DEFER: "seconde série à passer à une autre session",
    DecisionKind.CONCLUDE: "résultats arrêtés",
}
_REVIEWS: Mapping[str, str] = {
    ReviewKind.NEUTRALISE_ONE: "question non comptée pour cette personne",
    ReviewKind.NEUTRALISE_ALL: "question non comptée pour toute la session",
    ReviewKind.CALL_OFF: "passation sans effet, non comptée",
    ReviewKind.RESTORE: "passation rétablie",
    ReviewKind.DEFER: "seconde série à passer à une autre session",
}
_ARRANGED: Mapping[str, str] = {
    Accommodation.THIRD_TIME: "tiers temps",
    Accommodation.BREAKS: "pauses",
    Accommodation.READER: "lecteur",
    Accommodation.LARGE_TYPE: "grands caractères",
}
_ENDS: Mapping[str | None, str] = {
    "complete": "terminée",
    "time": "temps écoulé",
    "ended": "arrêtée",
    "annulled": "annulée",
    "called-off": "sans effet",
    None: "en cours",
}


def attendance(db: Session, *, session: ExamSession, bank: Bank, now: datetime) -> ExamPaper:
    """Return the attendance sheet: who came, which document was seen, when they began and ended."""
    rows = _candidates(db, session)
    return ExamPaper(
        title=("Feuille d’émargement", "Attendance sheet"),
        facts=_facts(db, session=session, bank=bank),
        sections=(
            Section(
                title=("Candidats", "Candidates"),
                headings=(
                    ("N°", "No."),
                    ("Nom", "Name"),
                    ("Pièce vue", "Document seen"),
                    ("Contrôle", "Checked"),
                    ("Début", "Began"),
                    ("Fin", "Ended"),
                    ("Signature", "Signature"),
                ),
                rows=tuple(
                    (
                        str(one.number),
                        one.checked_name or f"{one.given_names} {one.family_name}",
                        _DOCUMENTS.get(one.document_kind or "", "absent"),
                        _hour(one.identity_checked_at),
                        _hour(one.started_at),
                        _hour(one.finished_at),
                        "",  # by hand, on paper
                    )
                    for one in rows
                ),
                empty=("Personne n’est inscrit.", "Nobody is enrolled."),
            ),
        ),
        notes=(
            (
                "L’identité est contrôlée sur une pièce présentée sur place. Ni numéro ni copie ne sont gardés.",
                "Identity is checked on a document shown on the spot. Neither number nor copy is kept.",
            ),
        ),
        made_at=now,
    )


def report(db: Session, *, session: ExamSession, bank: Bank, now: datetime) -> ExamPaper:
    """Return the report of a session: how it went for each number, incidents, hands, decisions.

    No result, and no name of a candidate; whoever invigilated or decided is named, by what they print and nothing else.
    """
    rows = _candidates(db, session)
    return ExamPaper(
        title=("Procès-verbal de session", "Session report"),
        facts=(*_facts(db, session=session, bank=bank), _jury(db, session)),
        sections=(
            _course(db, session, rows),
            _arranged(session, rows),
            _incidents(db, session, {one.id: one.number for one in rows}),
            _hands(db, session),
            _decisions(db, session, {one.id: one.number for one in rows}),
            _reviews(db, session, {one.id: one.number for one in rows}),
        ),
        notes=(
            (
                "Quitter la page est noté et n’est puni par rien. Les résultats ne figurent pas ici.",
                "Leaving the page is noted and punished by nothing. Results are not told here.",
            ),
        ),
        made_at=now,
    )


def _candidates(db: Session, session: ExamSession) -> list[Candidate]:
    return list(db.scalars(select(Candidate).where(Candidate.session_id == session.id).order_by(Candidate.number)))


def _facts(db: Session, *, session: ExamSession, bank: Bank) -> tuple[tuple[str, str, str], ...]:
    structure = db.get_one(Structure, session.structure_id)
    starts = session.starts_at.astimezone(PARIS)
    return (
        ("Structure", "Structure", f"{structure.name}, {structure.address}"),
        ("Épreuve", "Test", f"{bank.framework(session.framework_code).title.fr} ({session.minutes} min)"),
        ("Lieu", "Place", session.place),
        ("Date", "Date", f"{told(starts.date(), 'fr')}, {starts:%H:%M}"),
        ("Clôture", "Closed", _moment(session.closed_at)),
        ("Surveillance", "Invigilated by", _staff(db, session, duty="invigilator")),
    )


def _jury(db: Session, session: ExamSession) -> tuple[str, str, str]:
    return ("Jury", "Jury", _staff(db, session, duty="juror"))


def _staff(db: Session, session: ExamSession, *, duty: str) -> str:
    """Return who has a duty in a session, and how many have left since who had it."""
    mine = select(ExamStaff.person_id).where(ExamStaff.session_id == session.id, ExamStaff.duty == duty)
    ids = db.scalars(mine.order_by(ExamStaff.id)).all()
    names = _names(db, ids)
    gone = kept_duties.left(db, session_id=session.id, duty=duty)
    return ", ".join([*(names[one] for one in ids), *[_GONE] * gone]) or "–"


def _names(db: Session, ids: Collection[int | None]) -> dict[int | None, str]:
    """Return what the papers call whoever acted: the name that they print, else their number; nothing of who has left."""
    rows = db.execute(select(Person.id, Person.printed_name).where(Person.id.in_([one for one in ids if one])))
    return {None: _GONE, **{number: name or f"n° {number}" for number, name in rows}}


def _course(db: Session, session: ExamSession, rows: list[Candidate]) -> Section:
    left = jury.absences(db, session=session)
    machines = dict(
        db.execute(
            select(Arrival.candidate_id, func.count())
            .join(Candidate, Candidate.id == Arrival.candidate_id)
            .where(Candidate.session_id == session.id)
            .group_by(Arrival.candidate_id)
        ).all()
    )
    return Section(
        title=("Déroulement", "Course"),
        headings=(
            ("N°", "No."),
            ("Passation", "Sitting"),
            ("Temps accordé", "Time given"),
            ("Temps arrêté", "Clock stopped"),
            ("Postes", "Machines"),
            ("Page quittée", "Page left"),
        ),
        rows=tuple(
            (
                str(one.number),
                _ENDS.get(one.finish_reason, "–") if one.started_at else "absent",
                f"{clock.minutes_of(one, session=session)} min",
                f"{round(one.paused_seconds / 60)} min",
                str(machines.get(one.id, 0)),
                str(left.get(one.id, 0)),
            )
            for one in rows
        ),
        empty=("Personne n’est inscrit.", "Nobody is enrolled."),
    )


def _arranged(session: ExamSession, rows: list[Candidate]) -> Section:
    """Say what was arranged and what became of it; never why."""
    return Section(
        title=("Aménagements", "Accommodations"),
        headings=(("N°", "No."), ("Prévu", "Arranged"), ("Appliqué", "Applied")),
        rows=tuple(
            (str(one.number), _ARRANGED[kind], _applied(one, Accommodation(kind), session=session))
            for one in rows
            for kind in one.accommodations
        ),
        empty=("Aucun aménagement n’était prévu.", "No accommodation was arranged."),
    )


def _applied(one: Candidate, kind: Accommodation, *, session: ExamSession) -> str:
    if one.started_at is None:
        return "–"
    match kind:
        case Accommodation.BREAKS:
            most = clock.break_allowance(one, session=session) // timedelta(minutes=1)
            taken = (
                f"{round(one.break_seconds / 60)} min en {one.break_count} fois" if one.break_count else "aucune prise"
            )
            return f"{taken}, {most} min au plus"
        case Accommodation.READER:
            return "questions lues par la surveillance" if one.reader_id is not None else "lecture offerte"
        case Accommodation.THIRD_TIME:
            return f"{clock.minutes_of(one, session=session) - one.extra_minutes} min"
        case _:
            return "oui"


def _incidents(db: Session, session: ExamSession, numbers: Mapping[int, int]) -> Section:
    return Section(
        title=("Incidents", "Incidents"),
        headings=(("Heure", "Time"), ("N°", "No."), ("Sorte", "Kind"), ("Récit", "Account")),
        rows=tuple(
            (
                _hour(one.noted_at),
                str(numbers.get(one.candidate_id or 0, "tous")),
                _INCIDENTS[one.kind],
                f"{one.note} ({one.item_id})" if one.item_id else one.note,
            )
            for one in jury.list_incidents(db, session=session)
        ),
        empty=("Aucun incident n’a été noté.", "No incident was noted."),
    )


def _hands(db: Session, session: ExamSession) -> Section:
    hands = db.execute(
        select(Hand, Candidate.number)
        .join(Candidate, Candidate.id == Hand.candidate_id)
        .where(Candidate.session_id == session.id)
        .order_by(Hand.id)
    )
    answers = {HandAnswer.REPLACED: "question remplacée", HandAnswer.KEPT: "question gardée"}
    return Section(
        title=("Mains levées", "Raised hands"),
        headings=(("Heure", "Time"), ("N°", "No."), ("Question", "Question"), ("Réponse", "Answer")),
        rows=tuple(
            (
                _hour(hand.raised_at),
                str(number),
                hand.item_id,
                answers.get(HandAnswer(hand.answer)) or "" if hand.answer else "–",
            )
            for hand, number in hands
        ),
        empty=("Personne n’a levé la main.", "Nobody raised a hand."),
    )


def _decisions(db: Session, session: ExamSession, numbers: Mapping[int, int]) -> Section:
    taken = [one for one in jury.list_decisions(db, session=session) if one.taken_at is not None]
    names = _names(db, {by for one in taken for by in (one.proposed_by, one.taken_by)})
    return Section(
        title=("Décisions du jury", "Decisions of the jury"),
        headings=(
            ("Date", "Date"),
            ("Décision", "Decision"),
            ("Objet", "About"),
            ("Motif", "Reason"),
            ("Proposée par", "Proposed by"),
            ("Prise par", "Taken by"),
        ),
        rows=tuple(
            (
                _moment(one.taken_at),
                _DECISIONS[one.kind],
                one.item_id or (f"n° {numbers[one.candidate_id]}" if one.candidate_id else "–"),
                one.reason,
                names[one.proposed_by],
                names[one.taken_by],
            )
            for one in taken
        ),
        empty=("Le jury n’a encore rien décidé.", "The jury has not decided anything yet."),
    )


def _reviews(db: Session, session: ExamSession, numbers: Mapping[int, int]) -> Section:
    mine = select(ExamReview).where(ExamReview.session_id == session.id, ExamReview.taken_at.is_not(None))
    taken = db.scalars(mine.order_by(ExamReview.id)).all()
    names = _names(db, {by for one in taken for by in (one.proposed_by, one.taken_by)})
    return Section(
        title=("Décisions sur recours", "Decisions on appeals"),
        headings=(
            ("Date", "Date"),
            ("N°", "No."),
            ("Décision", "Decision"),
            ("Motif", "Reason"),
            ("Proposée par", "Proposed by"),
            ("Prise par", "Taken by"),
        ),
        rows=tuple(
            (
                _moment(one.taken_at),
                str(numbers.get(one.candidate_id or 0, "–")),
                f"{_REVIEWS[one.kind]} ({one.item_id})" if one.item_id else _REVIEWS[one.kind],
                one.reason,
                names[one.proposed_by],
                names[one.taken_by],
            )
            for one in taken
        ),
        empty=("Aucun recours n’a rien changé.", "No appeal has changed anything."),
    )


def _hour(moment: datetime | None) -> str:
    return moment.astimezone(PARIS).strftime("%H:%M") if moment else "–"


def _moment(moment: datetime | None) -> str:
    if moment is None:
        return "–"
    at = moment.astimezone(PARIS)
    return f"{told(at.date(), 'fr')}, {at:%H:%M}"
