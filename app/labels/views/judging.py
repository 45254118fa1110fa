"""What officers do about a file, each with its own button."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask import redirect, request, url_for

from app.access import Permission, requires
from app.database import current_session
from app.errors import NotFoundError
from app.labels.forms import AuditForm, ButtonForm, ExtendForm, NoticeForm, PatientDataForm, ReasonForm, VoteForm
from app.labels.services import deciding, dossiers, patient_data, queues, watching
from app.labels.views.desk import announced_reasons, file_page, fill_proofs, fill_reasons, fill_vote
from app.labels.views.room import blueprint, person_id, registrar
from app.navigation import back_to
from app.resources import current_resources
from certificates.label_rules.dossier import State
from certificates.label_rules.machine import EXTENSION_REASONS, TRANSITIONS, Seat

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from app.labels.models import Label


@blueprint.post("/labels/<string:reference>/prendre")
@requires(Permission.LABEL_JUDGE)
@back_to("labels.file")
def take_up(reference: str) -> ResponseReturnValue:
    label = _held(reference)
    deciding.take_up(current_session(), label=label, **_acting())
    return _done(reference)


@blueprint.post("/labels/<string:reference>/rendre")
@requires(Permission.LABEL_JUDGE)
@back_to("labels.file")
def ask_again(reference: str) -> ResponseReturnValue:
    form, label = ReasonForm(), _held(reference)
    fill_reasons(form, TRANSITIONS["ask_again"].reasons)
    if not form.validate():
        return file_page(label, refused=form), 422
    deciding.ask_again(
        current_session(),
        label=label,
        reason=form.reason.data,
        note=form.note.data or "",
        origin=_origin(),
        **_acting(),
    )
    current_session().commit()
    return redirect(url_for(".desk"), code=303)


@blueprint.post("/labels/<string:reference>/controle")
@requires(Permission.LABEL_JUDGE)
@back_to("labels.file")
def audit(reference: str) -> ResponseReturnValue:
    form, label = AuditForm(), _held(reference)
    if not form.validate():
        return file_page(label, refused=form), 422
    refused = frozenset(request.form.getlist("refused", type=int))
    deciding.audit_proofs(current_session(), label=label, refused=refused, note=form.note.data or "", **_acting())
    return _done(reference)


@blueprint.post("/labels/<string:reference>/vote")
@requires(Permission.LABEL_JUDGE)
@back_to("labels.file")
def vote(reference: str) -> ResponseReturnValue:
    form, label, now = VoteForm(), _held(reference), datetime.now(UTC)
    found = queues.open_file(
        current_session(), label=label, actor_id=person_id() or 0, ring=current_resources().ring, now=now
    )
    fill_vote(form, (*found.decisions, *found.panel_decisions))
    if not form.validate():
        return file_page(label, refused=form), 422
    transition, _colon, reason = form.decision.data.partition(":")
    deciding.vote(
        current_session(),
        label=label,
        transition=transition,
        reason=reason,
        note=form.note.data or "",
        seat=Seat(form.seat.data) if form.seat.data in set(Seat) else None,
        actor_id=person_id() or 0,
        registrar=registrar(),
        origin=_origin(),
        now=now,
    )
    return _done(reference)


@blueprint.post("/labels/<string:reference>/avis")
@requires(Permission.LABEL_JUDGE)
@back_to("labels.file")
def announce(reference: str) -> ResponseReturnValue:
    form, label = NoticeForm(), _held(reference)
    fill_reasons(form, announced_reasons(label))
    if not form.validate():
        return file_page(label, refused=form), 422
    watching.announce(
        current_session(),
        label=label,
        ground=form.reason.data,
        text=form.note.data,
        is_urgent=form.is_urgent.data,
        origin=_origin(),
        **_acting(),
    )
    return _done(reference)


@blueprint.post("/labels/<string:reference>/abandon")
@requires(Permission.LABEL_JUDGE)
@back_to("labels.file")
def drop(reference: str) -> ResponseReturnValue:
    form, label = ReasonForm(), _held(reference)
    fill_reasons(form, TRANSITIONS["drop_notice"].reasons)
    if not form.validate():
        return file_page(label, refused=form), 422
    watching.drop(current_session(), label=label, reason=form.reason.data, origin=_origin(), **_acting())
    return _done(reference)


@blueprint.post("/labels/<string:reference>/report")
@requires(Permission.LABEL_JUDGE)
@back_to("labels.file")
def extend(reference: str) -> ResponseReturnValue:
    form, label = ExtendForm(), _held(reference)
    fill_reasons(form, EXTENSION_REASONS)
    if not form.validate():
        return file_page(label, refused=form), 422
    deciding.extend(
        current_session(),
        label=label,
        months=form.months.data,
        reason=form.reason.data,
        actor_id=person_id() or 0,
        registrar=registrar(),
        origin=_origin(),
        now=datetime.now(UTC),
    )
    return _done(reference)


@blueprint.post("/labels/<string:reference>/donnees-de-patient")
@requires(Permission.LABEL_JUDGE)
@back_to("labels.desk")
def delete_patient_data(reference: str) -> ResponseReturnValue:
    label = queues.hold_with_proofs(current_session(), reference=reference)
    form = fill_proofs(PatientDataForm(), queues.seen_proofs(current_session(), label=label))
    if not form.validate():
        if label.state == State.DRAFT:
            raise NotFoundError  # its papers have a button each: this one is there no more
        return file_page(label, refused=form), 422
    patient_data.delete_proof(current_session(), label=label, proof_id=form.proof.data, origin=_origin(), **_acting())
    current_session().commit()
    return redirect(url_for(".desk"), code=303)


@blueprint.post("/labels/<string:reference>/deces")
@requires(Permission.LABEL_JUDGE)
@back_to("labels.file")
def end(reference: str) -> ResponseReturnValue:
    form, label = ButtonForm(), _held(reference)
    if not form.validate():
        return file_page(label, refused=form), 422
    watching.end(current_session(), label=label, **_acting())
    current_session().commit()
    return redirect(url_for(".desk"), code=303)


def _held(reference: str) -> Label:
    return dossiers.hold(current_session(), reference=reference)


def _acting() -> dict[str, Any]:
    return {"actor_id": person_id() or 0, "ring": current_resources().ring, "now": datetime.now(UTC)}


def _origin() -> str:
    return current_resources().settings.public_url


def _done(reference: str) -> ResponseReturnValue:
    current_session().commit()
    return redirect(url_for(".file", reference=reference), code=303)
