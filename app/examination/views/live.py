"""The invigilator's screen, for a phone: see everybody, act on one or all. Of two who act at once, the second is told."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask_babel import gettext

from app.access import Permission, current_identity, requires
from app.accounts.views.account import name_advice
from app.accounts.views.pages import tell
from app.answers import ANSWERS
from app.database import current_session
from app.errors import AppError, MovedOnError, NotFoundError, NotIndependentError
from app.examination.forms import (
    ACCOMMODATION_WORDS,
    DOCUMENT_WORDS,
    STAGE_WORDS,
    STATE_WORDS,
    ActForm,
    ButtonForm,
    IdentityForm,
    IncidentForm,
)
from app.examination.models import DocumentKind, HandAnswer, IncidentKind
from app.examination.services import acts, arranged, claim_slips, clock, invigilating, sessions, watch
from app.examination.services.identities import check_identity
from app.examination.views.room import blueprint
from app.navigation import back_to
from app.resources import current_resources
from app.supervised_errors import ImpossibleBirthDateError, MayNotSitError
from certificates.errors import UnacceptableNameError
from quizzes.errors import QuizError

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from app.examination.models import Candidate, ExamSession


@blueprint.get("/sessions/<string:reference>/direct")
@requires(Permission.EXAM_SUPERVISE)
def live(reference: str) -> ResponseReturnValue:
    row = _on_duty(reference)
    if "morceau" in request.args:
        return render_template("examination/_live.html", **_seen(row))
    return _live_page(row)


@blueprint.get("/sessions/<string:reference>/candidats/<int:number>")
@requires(Permission.EXAM_SUPERVISE)
def candidate(reference: str, number: int) -> ResponseReturnValue:
    row = _on_duty(reference)
    return _candidate_page(row, acts.get(current_session(), session=row, number=number))


@blueprint.post("/sessions/<string:reference>/candidats/<int:number>/identite")
@requires(Permission.EXAM_SUPERVISE)
@back_to("examination.candidate")
def identify(reference: str, number: int) -> ResponseReturnValue:
    db, row, form, loaded = current_session(), _on_duty(reference), IdentityForm(), current_resources()
    someone = acts.get(db, session=row, number=number)
    if not form.validate():
        return _candidate_page(row, someone, identity=form), 422
    try:
        check_identity(
            db,
            session=row,
            candidate=someone,
            version=_version(form),
            family_name=form.family_name.data,
            given_names=form.given_names.data,
            born_on=form.born_on.data,
            document=DocumentKind(form.document.data),
            credential_uuid=str(UUID(bytes=secrets.token_bytes(16), version=4)),
            press=loaded.press,
            origin=loaded.issuer.url,
            secret=loaded.settings.reference_secret,
            actor_id=current_identity().person_id or 0,
            now=datetime.now(UTC),
        )
    except UnacceptableNameError as refusal:
        form.family_name.errors = [name_advice(refusal.reason)]
        return _candidate_page(row, someone, identity=form), 422
    except ImpossibleBirthDateError as refusal:
        tell(form.born_on, refusal)
        return _candidate_page(row, someone, identity=form), 422
    except (NotIndependentError, MayNotSitError) as refusal:
        tell(form.family_name, refusal)
        return _candidate_page(row, someone, identity=form), 409
    except MovedOnError as refusal:
        return _refused(row, refusal)
    db.commit()
    return redirect(url_for(".live", reference=reference), code=303)


Act = Callable[["ExamSession", "Candidate", ActForm, int, datetime], None]


def _authorise(row: ExamSession, someone: Candidate, form: ActForm, actor_id: int, now: datetime) -> None:
    invigilating.authorise(
        current_session(),
        session=row,
        candidate=someone,
        version=_version(form),
        arrival_id=_number(form.arrival.data),
        actor_id=actor_id,
        now=now,
    )


def _pause(_row: ExamSession, someone: Candidate, form: ActForm, actor_id: int, now: datetime) -> None:
    invigilating.pause(current_session(), candidate=someone, version=_version(form), actor_id=actor_id, now=now)


def _resume(_row: ExamSession, someone: Candidate, form: ActForm, actor_id: int, now: datetime) -> None:
    invigilating.resume(current_session(), candidate=someone, version=_version(form), actor_id=actor_id, now=now)


def _begin_break(row: ExamSession, someone: Candidate, form: ActForm, actor_id: int, now: datetime) -> None:
    db, version = current_session(), _version(form)
    arranged.begin_break(db, session=row, candidate=someone, version=version, actor_id=actor_id, now=now)


def _read_to(row: ExamSession, someone: Candidate, form: ActForm, actor_id: int, now: datetime) -> None:
    db, version = current_session(), _version(form)
    arranged.note_reading(db, session=row, candidate=someone, version=version, actor_id=actor_id, now=now)


def _extend(_row: ExamSession, someone: Candidate, form: ActForm, actor_id: int, now: datetime) -> None:
    invigilating.extend(
        current_session(),
        candidate=someone,
        version=_version(form),
        minutes=form.minutes.data or 5,
        actor_id=actor_id,
        now=now,
    )


def _end(_row: ExamSession, someone: Candidate, form: ActForm, actor_id: int, now: datetime) -> None:
    invigilating.end(
        current_session(),
        candidate=someone,
        version=_version(form),
        bank=current_resources().bank,
        actor_id=actor_id,
        now=now,
    )


def _answer_hand(answer: HandAnswer) -> Act:
    def act(_row: ExamSession, someone: Candidate, form: ActForm, actor_id: int, now: datetime) -> None:
        invigilating.answer_hand(
            current_session(),
            candidate=someone,
            hand_id=_number(form.hand.data),
            answer=answer,
            bank=current_resources().bank,
            actor_id=actor_id,
            now=now,
        )

    return act


ACTS: Mapping[str, Act] = {
    "autoriser": _authorise,
    "pause": _pause,
    "pause-prevue": _begin_break,
    "lire": _read_to,
    "reprise": _resume,
    "prolonger": _extend,
    "terminer": _end,
    "remplacer": _answer_hand(HandAnswer.REPLACED),
    "garder": _answer_hand(HandAnswer.KEPT),
}


@blueprint.post(
    "/sessions/<string:reference>/candidats/<int:number>"
    "/<any(autoriser, pause, 'pause-prevue', lire, reprise, prolonger, terminer, remplacer, garder):act>"
)
@requires(Permission.EXAM_SUPERVISE)
@back_to("examination.live")
def act_on(reference: str, number: int, act: str) -> ResponseReturnValue:
    db, row, form = current_session(), _on_duty(reference), ActForm()
    someone = acts.get(db, session=row, number=number)
    if not form.validate():
        return _live_page(row, said=gettext("Indiquez de 1 à 60 minutes.")), 422
    try:
        ACTS[act](row, someone, form, current_identity().person_id or 0, datetime.now(UTC))
    except (AppError, QuizError) as refusal:
        return _refused(row, refusal)
    db.commit()
    return redirect(url_for(".live", reference=reference), code=303)


@blueprint.post("/sessions/<string:reference>/tous/<any(pause, reprise):act>")
@requires(Permission.EXAM_SUPERVISE)
@back_to("examination.live")
def act_on_all(reference: str, act: str) -> ResponseReturnValue:
    """Stop every clock, or let them all run again."""
    db, row, actor_id = current_session(), _on_duty(reference), current_identity().person_id or 0
    on_all = invigilating.pause_all if act == "pause" else invigilating.resume_all
    on_all(db, session=row, actor_id=actor_id, now=datetime.now(UTC))
    db.commit()
    return redirect(url_for(".live", reference=reference), code=303)


@blueprint.post("/sessions/<string:reference>/incidents")
@requires(Permission.EXAM_SUPERVISE)
@back_to("examination.live")
def note_incident(reference: str) -> ResponseReturnValue:
    db, row, form = current_session(), _on_duty(reference), IncidentForm()
    if not form.validate():
        return _live_page(row, incident=form), 422
    try:
        someone = acts.get(db, session=row, number=form.number.data) if form.number.data else None
    except NotFoundError:
        form.number.errors = [gettext("Personne ici n’a ce numéro.")]
        return _live_page(row, incident=form), 422
    invigilating.note_incident(
        db,
        session=row,
        candidate=someone,
        kind=IncidentKind(form.kind.data),
        note=form.note.data,
        item_id=acts.on_screen(db, candidate=someone) if someone and form.kind.data == IncidentKind.QUESTION else None,
        actor_id=current_identity().person_id or 0,
        now=datetime.now(UTC),
    )
    db.commit()
    return redirect(url_for(".live", reference=reference), code=303)


@blueprint.post("/sessions/<string:reference>/fermer")
@requires(Permission.EXAM_SUPERVISE)
@back_to("examination.live")
def close(reference: str) -> ResponseReturnValue:
    """Close the session: whoever still answers keeps what they have answered."""
    db, row = current_session(), _on_duty(reference)
    try:
        invigilating.close_session(
            db,
            session=row,
            bank=current_resources().bank,
            actor_id=current_identity().person_id or 0,
            now=datetime.now(UTC),
        )
    except MovedOnError as refusal:
        return _refused(row, refusal)
    db.commit()
    return redirect(url_for(".live", reference=reference), code=303)


def _on_duty(reference: str) -> ExamSession:
    return sessions.get_on_duty(
        current_session(), reference=reference, person_id=current_identity().person_id, duty="invigilator"
    )


def _refused(row: ExamSession, refusal: AppError | QuizError) -> ResponseReturnValue:
    """Say above the screen, as it now is, why nothing was changed."""
    if refusal.code not in ANSWERS:
        raise refusal
    reference = row.reference
    current_session().rollback()
    answer = ANSWERS[refusal.code]
    said = f"{gettext(answer.title)} {gettext(answer.advice)}"
    return _live_page(_on_duty(reference), said=said), answer.status


def _version(form: ActForm | IdentityForm) -> int:
    return _number(form.version.data)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else -1


def _seen(row: ExamSession) -> dict[str, object]:
    now = datetime.now(UTC)
    return {
        "row": row,
        "watched": watch.see(current_session(), session=row, now=now),
        "act": ActForm(formdata=None),
        "stages": STAGE_WORDS,
        "arranged": ACCOMMODATION_WORDS,
        "now": now,
    }


def _live_page(row: ExamSession, *, incident: IncidentForm | None = None, said: str = "") -> str:
    return render_template(
        "examination/live.html",
        incident=incident or IncidentForm(formdata=None),
        button=ButtonForm(formdata=None),
        said=said,
        code=sessions.code_of(row, secret=current_resources().settings.reference_secret),
        states=STATE_WORDS,
        **_seen(row),
    )


def _candidate_page(row: ExamSession, someone: Candidate, *, identity: IdentityForm | None = None) -> str:
    fresh = IdentityForm(
        formdata=None,
        version=someone.version,
        family_name=someone.family_name,
        given_names=someone.given_names,
        document=someone.document_kind,
    )
    form = identity or fresh
    form.version.data = str(someone.version)
    return render_template(
        "examination/candidate.html",
        row=row,
        one=next(
            one for one in watch.see(current_session(), session=row, now=datetime.now(UTC)) if one.row.id == someone.id
        ),
        check=form,
        act=ActForm(formdata=None),
        minutes=clock.minutes_of(someone, session=row),
        may_have_slip=someone.id in claim_slips.may_have(current_session(), session=row),
        documents=DOCUMENT_WORDS,
        stages=STAGE_WORDS,
        arranged=ACCOMMODATION_WORDS,
    )
