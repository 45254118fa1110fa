"""Where a professional stands: one page that says it, and the steps that are theirs alone."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, NamedTuple

from flask import Response, redirect, render_template, url_for

from app.access import Permission, requires
from app.accounts.services import cases
from app.accounts.services.cases import CaseKind
from app.certification.services import extras
from app.database import current_session
from app.errors import NotFoundError
from app.labels.forms import ButtonForm, PauseForm, WordsForm
from app.labels.services import applying, crediting, dossiers, gathering, parts, public, watching
from app.labels.views.room import blueprint, choices, own, person_id
from app.navigation import back_to
from app.resources import current_resources
from app.web import current_language, limiter
from certificates.dates import day_in_paris
from certificates.label_rules import delays
from certificates.label_rules.dossier import State
from certificates.label_rules.machine import Actor, open_transitions
from certificates.label_rules.parameters import parameters
from certificates.professions import PROFESSIONS
from quizzes.policy import policies

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from app.labels.models import Label
    from certificates.credential import Credential
    from certificates.label_rules.dossier import Dossier

PAUSE_REASONS = ("leave", "retirement", "between-posts")
#: Draws between 0 and 1 which application is audited.
draw_chance = secrets.SystemRandom().random


@blueprint.get("/mon-label/")
@requires(Permission.LABEL_HOLD)
def index() -> ResponseReturnValue:
    label = own()
    if label is None:
        return render_template("labels/start.html", rules=parameters(), form=ButtonForm(formdata=None))
    db, loaded, now = current_session(), current_resources(), datetime.now(UTC)
    given = gathering.gather(db, label=label, ring=loaded.ring, now=now, demonstration=loaded.settings.demonstration)
    dossier = dossiers.dossier_of(db, label=label, findings=given.findings, activity=given.activity)
    rules, today = dossiers.rules_of(label), day_in_paris(now)
    return render_template(
        "labels/index.html",
        label=label,
        given=given,
        rules=rules,
        term=dossier.term,
        notice=dossiers.open_notice(db, label=label),
        answer_until=_answer_until(label),
        appeal_until=watching.appeal_until(db, label=label, on=today),
        running_appeal=next((one for one in watching.list_appeals(db, label=label) if one.decided_at is None), None),
        events=dossiers.events(db, label=label),
        status=public.status_of(label, now=now),
        credential=_credential(label),
        open_steps=open_transitions(dossier, Actor.HOLDER, rules, on=today),
        is_changeable=applying.is_open(label),
        days=_days(label, dossier, on=today),
        professions={code: names[0 if current_language() == "fr" else 1] for code, names in PROFESSIONS.items()},
        form=ButtonForm(formdata=None),
    )


class _Days(NamedTuple):
    """Days that a holder has to know, where they have them."""

    suspended_until: date | None
    grace_until: date | None
    reapply_from: date | None


def _days(label: Label, dossier: Dossier, *, on: date) -> _Days:
    rules = dossiers.rules_of(label)
    is_revoked = State.REVOKED in (dossier.state, dossier.appealed)
    again = delays.reapply_from(dossier.since, rules) if is_revoked else None
    return _Days(
        suspended_until=delays.suspended_until(dossier.since, rules) if dossier.state is State.SUSPENDED else None,
        grace_until=dossier.term.grace_until(rules) if dossier.term is not None else None,
        reapply_from=again if again is not None and again > on else None,
    )


@blueprint.post("/mon-label/ouvrir")
@requires(Permission.LABEL_HOLD)
@back_to("labels.index")
@limiter.limit("20 per hour")
def open_application() -> ResponseReturnValue:
    applying.open_application(
        current_session(), person_id=person_id() or 0, random_bytes=secrets.token_bytes, now=datetime.now(UTC)
    )
    current_session().commit()
    return redirect(url_for(".index"), code=303)


@blueprint.get("/mon-label/epreuve")
@requires(Permission.LABEL_HOLD)
def examination() -> ResponseReturnValue:
    """Say which test is due, where it is sat, and what to learn before: none of that is done on this page."""
    label = own()
    if label is None or not applying.is_open(label):
        raise NotFoundError
    db, loaded, now = current_session(), current_resources(), datetime.now(UTC)
    given = gathering.gather(db, label=label, ring=loaded.ring, now=now, demonstration=loaded.settings.demonstration)
    dossier = dossiers.dossier_of(db, label=label)
    rules, due = dossiers.rules_of(label), {one.criterion: one for one in given.findings if not one.is_met}
    is_update = "N2" not in due and "N9" in due and due["N9"].reason != "full-examination-due"
    return render_template(
        "labels/examination.html",
        rules=rules,
        due=due.get("N9") or due.get("N2"),
        is_update=is_update,
        policy=policies()["update" if is_update else "examination"],
        grace_until=dossier.term.grace_until(rules) if dossier.term is not None else None,
    )


@blueprint.post("/mon-label/envoyer")
@requires(Permission.LABEL_HOLD)
@back_to("labels.index")
def submit() -> ResponseReturnValue:
    loaded = current_resources()
    applying.submit(
        current_session(),
        person_id=person_id(),
        ring=loaded.ring,
        origin=loaded.settings.public_url,
        chance=draw_chance(),
        demonstration=loaded.settings.demonstration,
        now=datetime.now(UTC),
    )
    current_session().commit()
    return redirect(url_for(".index"), code=303)


@blueprint.route("/mon-label/pause", methods=["GET", "POST"])
@requires(Permission.LABEL_HOLD)
def pause() -> ResponseReturnValue:
    form = PauseForm()
    form.reason.choices = choices("reasons", PAUSE_REASONS)
    if not form.validate_on_submit():
        page = render_template("labels/pause.html", form=form, label=_living())
        return page, 422 if form.is_submitted() else 200
    return _step("pause_on_request", form.reason.data)


@blueprint.post("/mon-label/reprendre")
@requires(Permission.LABEL_HOLD)
@back_to("labels.index")
def come_back() -> ResponseReturnValue:
    return _step("come_back", "back")


@blueprint.route("/mon-label/rendre", methods=["GET", "POST"])
@requires(Permission.LABEL_HOLD)
def withdraw() -> ResponseReturnValue:
    form = ButtonForm()
    if not form.validate_on_submit():
        return render_template("labels/withdraw.html", form=form, label=_living())
    return _step("withdraw", "own-wish")


@blueprint.route("/mon-label/reponse", methods=["GET", "POST"])
@requires(Permission.LABEL_HOLD)
@limiter.limit("20 per hour", methods=["POST"])
def answer() -> ResponseReturnValue:
    form, label, loaded = WordsForm(), _living(), current_resources()
    notice = dossiers.open_notice(current_session(), label=label)
    if notice is None:
        raise NotFoundError
    if not form.validate_on_submit():
        page = render_template(
            "labels/answer.html", form=form, label=label, notice=notice, answer_until=_answer_until(label)
        )
        return page, 422 if form.is_submitted() else 200
    now = datetime.now(UTC)
    watching.answer(current_session(), person_id=person_id(), text=form.text.data, ring=loaded.ring, now=now)
    current_session().commit()
    return redirect(url_for(".index"), code=303)


@blueprint.route("/mon-label/appel", methods=["GET", "POST"])
@requires(Permission.LABEL_HOLD)
@limiter.limit("10 per hour", methods=["POST"])
def appeal() -> ResponseReturnValue:
    form, loaded = WordsForm(), current_resources()
    label = watching.find_contestable(current_session(), person_id=person_id())
    if label is None:
        raise NotFoundError
    if not form.validate_on_submit():
        rules = dossiers.rules_of(label)
        db, today = current_session(), day_in_paris(datetime.now(UTC))
        until = watching.appeal_until(db, label=label, on=today)
        is_suspension = watching.matter_of(db, label=label, on=today) is State.SUSPENDED
        page = render_template(
            "labels/appeal.html", form=form, label=label, rules=rules, until=until, is_suspension=is_suspension
        )
        return page, 422 if form.is_submitted() else 200
    watching.appeal(
        current_session(),
        person_id=person_id(),
        text=form.text.data,
        ring=loaded.ring,
        origin=loaded.settings.public_url,
        now=datetime.now(UTC),
    )
    current_session().commit()
    return redirect(url_for(".index"), code=303)


@blueprint.route("/mon-label/reclamation", methods=["GET", "POST"])
@requires(Permission.LABEL_HOLD)
@limiter.limit("10 per hour", methods=["POST"])
def complain() -> ResponseReturnValue:
    """Open a complaint about a label: somebody who had no part in it answers."""
    form, label = WordsForm(), own()
    if label is None:
        raise NotFoundError
    if not form.validate_on_submit():
        page = render_template("labels/complain.html", form=form, rules=dossiers.rules_of(label))
        return page, 422 if form.is_submitted() else 200
    case = cases.open_case(
        current_session(),
        kind=CaseKind.COMPLAINT,
        person_id=person_id(),
        email=None,
        subject_kind=parts.CASE_SUBJECT,
        subject_reference=label.reference,
        text=form.text.data,
        language=current_language(),
        now=datetime.now(UTC),
    )
    current_session().commit()
    return redirect(url_for("accounts.complain", numero=case.number), code=303)


@blueprint.get("/mon-label/agenda.ics")
@requires(Permission.LABEL_HOLD)
def calendar() -> ResponseReturnValue:
    label = own()
    credential = _credential(label) if label is not None else None
    if label is None or credential is None:
        raise NotFoundError
    days = dossiers.rules_of(label).reminders_days
    data = extras.calendar(credential, current_language(), days_before=days)
    headers = {"Content-Disposition": 'attachment; filename="numericite-label.ics"'}
    return Response(data, mimetype="text/calendar", headers=headers)


def _step(transition: str, reason: str) -> ResponseReturnValue:
    loaded = current_resources()
    applying.step(
        current_session(),
        person_id=person_id(),
        transition=transition,
        reason=reason,
        ring=loaded.ring,
        demonstration=loaded.settings.demonstration,
        now=datetime.now(UTC),
    )
    current_session().commit()
    return redirect(url_for(".index"), code=303)


def _living() -> Label:
    label = own()
    if label is None:
        raise NotFoundError
    return label


def _answer_until(label: Label) -> object:
    notice = dossiers.open_notice(current_session(), label=label)
    if notice is None:
        return None
    rules = dossiers.rules_of(label)
    return delays.notice_ends_on(day_in_paris(notice.sent_at), rules.suspension_notice_days)


def _credential(label: Label) -> Credential | None:
    return crediting.stated(current_session(), label=label, ring=current_resources().ring)
