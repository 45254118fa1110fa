"""The jury's desk: sessions that are over, incidents, decisions by two, results published together."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from flask import redirect, render_template, url_for
from flask_babel import gettext
from wtforms.fields.choices import SelectChoice

from app.access import Permission, current_identity, requires
from app.accounts.views.pages import tell
from app.answers import ANSWERS
from app.certification.services import cut_records, register
from app.database import current_session
from app.errors import (
    AppError,
    MovedOnError,
    NotFoundError,
    NotIndependentError,
    ReservedItemsSeenError,
    SamePersonError,
    StillUnjudgedError,
)
from app.examination.forms import (
    DECISION_WORDS,
    INCIDENT_WORDS,
    STATE_WORDS,
    ButtonForm,
    DecisionForm,
    WatchForm,
)
from app.examination.models import DecisionKind
from app.examination.services import acts, jury, publishing, sessions, watch
from app.examination.services.publishing import Means
from app.examination.views.room import blueprint
from app.navigation import back_to
from app.resources import SHIPPED_CONTENT, current_resources
from app.supervised_errors import UnprovedCutError
from app.web import current_language
from quizzes.standard import panel_cut

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from app.examination.models import ExamSession

_REFUSED = (
    MovedOnError,
    NotFoundError,
    NotIndependentError,
    ReservedItemsSeenError,
    SamePersonError,
    StillUnjudgedError,
)


@blueprint.get("/jury")
@requires(Permission.EXAM_JUDGE)
def jury_list() -> ResponseReturnValue:
    bank, language = current_resources().bank, current_language()
    found = sessions.list_for_jury(current_session(), limit=sessions.SHOWN + 1)
    return render_template(
        "examination/jury_list.html",
        sessions=found[: sessions.SHOWN],
        is_cut=len(found) > sessions.SHOWN,
        forgotten=sessions.list_forgotten(current_session(), now=datetime.now(UTC)),
        titles={code: framework.title.get(language) for code, framework in bank.frameworks.items()},
        states=STATE_WORDS,
    )


@blueprint.get("/jury/<string:reference>")
@requires(Permission.EXAM_JUDGE)
def judge(reference: str) -> ResponseReturnValue:
    return _page(sessions.get(current_session(), reference=reference))


@blueprint.post("/jury/<string:reference>/sieger")
@requires(Permission.EXAM_JUDGE)
@back_to("examination.judge")
def join_jury(reference: str) -> ResponseReturnValue:
    db, form = current_session(), WatchForm()
    row = sessions.get(db, reference=reference)
    if not form.validate():
        return _page(row, watching=form), 422
    try:
        watch.join(db, session=row, person_id=current_identity().person_id or 0, duty="juror", now=datetime.now(UTC))
    except (NotIndependentError, ReservedItemsSeenError, MovedOnError) as refusal:
        tell(form.is_free, refusal)
        return _page(row, watching=form), ANSWERS[refusal.code].status
    db.commit()
    return redirect(url_for(".judge", reference=reference), code=303)


@blueprint.post("/jury/<string:reference>/propositions")
@requires(Permission.EXAM_JUDGE)
@back_to("examination.judge")
def propose(reference: str) -> ResponseReturnValue:
    db, row = current_session(), _mine(reference)
    form = _decision_form(row)
    if not form.validate():
        return _page(row, decision=form), 422
    try:
        jury.propose(
            db,
            session=row,
            kind=DecisionKind(form.kind.data),
            reason=form.reason.data,
            actor_id=current_identity().person_id or 0,
            incident_id=int(form.incident.data) if form.incident.data else None,
            candidate=acts.get(db, session=row, number=form.candidate.data) if form.candidate.data else None,
            item_id=form.item_id.data or None,
            now=datetime.now(UTC),
        )
    except _REFUSED as refusal:
        _say(form, refusal)
        return _page(row, decision=form), ANSWERS[refusal.code].status
    db.commit()
    return redirect(url_for(".judge", reference=reference), code=303)


@blueprint.post("/jury/<string:reference>/decisions/<int:decision_id>/<any(prendre, retirer):act>")
@requires(Permission.EXAM_JUDGE)
@back_to("examination.judge")
def decide(reference: str, decision_id: int, act: str) -> ResponseReturnValue:
    """Take another juror's proposal, or withdraw one's own."""
    db, row, actor_id, now = current_session(), _mine(reference), current_identity().person_id or 0, datetime.now(UTC)
    try:
        if act == "prendre":
            jury.take(
                db, session=row, decision_id=decision_id, bank=current_resources().bank, actor_id=actor_id, now=now
            )
        else:
            jury.withdraw(db, session=row, decision_id=decision_id, actor_id=actor_id, now=now)
    except _REFUSED as refusal:
        db.rollback()
        return _page(_mine(reference), refusal=refusal), ANSWERS[refusal.code].status
    db.commit()
    return redirect(url_for(".judge", reference=reference), code=303)


@blueprint.post("/jury/<string:reference>/publier")
@requires(Permission.EXAM_JUDGE)
@back_to("examination.judge")
def publish(reference: str) -> ResponseReturnValue:
    """Publish every result of the session at once."""
    db, row = current_session(), _mine(reference)
    try:
        publishing.publish(
            db, session=row, means=means_for(row), actor_id=current_identity().person_id or 0, now=datetime.now(UTC)
        )
    except (MovedOnError, UnprovedCutError) as refusal:
        db.rollback()
        return _page(_mine(reference), refusal=refusal), ANSWERS[refusal.code].status
    db.commit()
    return redirect(url_for(".judge", reference=reference), code=303)


def means_for(row: ExamSession) -> Means:
    """Return what judging and certifying the candidates of a session needs.

    Raises:
        UnprovedCutError: A record of a cut proves nothing: judging by the nominal one instead would be a guess.
    """
    db, loaded = current_session(), current_resources()
    draw = partial(register.draw_chances, db, random_bytes=secrets.token_bytes, random_below=secrets.randbelow)
    directories = (SHIPPED_CONTENT, *loaded.settings.content_directories)
    if cut_records.refused(directories, ring=loaded.ring):
        raise UnprovedCutError
    record = cut_records.established(directories, ring=loaded.ring, framework_code=row.framework_code).get("pass")
    return Means(
        bank=loaded.bank,
        ring=loaded.ring,
        press=loaded.press,
        issuer=loaded.issuer,
        secret=loaded.settings.reference_secret,
        is_demonstration=loaded.is_demonstration,
        draw_chances=draw,
        panel=panel_cut(record) if record else None,
    )


def _mine(reference: str) -> ExamSession:
    return sessions.get_on_duty(
        current_session(), reference=reference, person_id=current_identity().person_id, duty="juror"
    )


def _decision_form(row: ExamSession, *, is_empty: bool = False) -> DecisionForm:
    form = DecisionForm(formdata=None) if is_empty else DecisionForm()
    open_ones = [one for one in jury.list_incidents(current_session(), session=row) if one.judged_at is None]
    form.incident.choices = [
        SelectChoice("", gettext("aucun")),
        *(SelectChoice(str(one.id), f"{one.id} · {INCIDENT_WORDS[one.kind]}") for one in open_ones),  # type: ignore[index]  # keys are words, kind is a text
    ]
    return form


def _say(form: DecisionForm, refusal: AppError) -> None:
    if isinstance(refusal, NotFoundError):
        form.kind.errors = [gettext("Cette décision ne va pas avec l’incident, le candidat ou la question indiqués.")]
    else:
        tell(form.kind, refusal)


def _page(
    row: ExamSession,
    *,
    watching: WatchForm | None = None,
    decision: DecisionForm | None = None,
    refusal: AppError | None = None,
) -> str:
    db, identity, now = current_session(), current_identity(), datetime.now(UTC)
    answer = ANSWERS[refusal.code] if refusal else None
    bank = current_resources().bank
    return render_template(
        "examination/jury.html",
        row=row,
        title=bank.framework(row.framework_code).title.get(current_language()),
        watched=watch.see(db, session=row, now=now),
        incidents=jury.list_incidents(db, session=row),
        decisions=jury.list_decisions(db, session=row),
        hands=jury.list_hands(db, session=row),
        jurors=jury.jurors(db, session=row),
        is_juror=identity.person_id in jury.jurors(db, session=row),
        watching=watching or WatchForm(formdata=None),
        decision=decision or _decision_form(row, is_empty=True),
        button=ButtonForm(formdata=None),
        said=f"{gettext(answer.title)} {gettext(answer.advice)}" if answer else "",
        refused=watching or decision,
        states=STATE_WORDS,
        incident_words=INCIDENT_WORDS,
        decision_words=DECISION_WORDS,
    )
