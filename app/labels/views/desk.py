"""The desk of the certifying authority: what waits, and one page per file."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import redirect, render_template, url_for

from app.access import Permission, requires
from app.database import current_session
from app.labels.forms import AuditForm, CheckForm, ExtendForm, NoticeForm, PatientDataForm, ReasonForm, VoteForm
from app.labels.services import deciding, dossiers, gathering, proofs, queues, reuse
from app.labels.views.room import blueprint, choices, label_word, person_id, proof_file
from app.navigation import back_to
from app.resources import current_resources
from app.web import writes
from certificates.label_rules.independence import Part
from certificates.label_rules.machine import EXTENSION_REASONS, TRANSITIONS, Seat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from app.labels.models import Label
    from app.labels.services.gathering import Given
    from app.web import BaseForm


@blueprint.get("/labels/")
@requires(Permission.LABEL_JUDGE)
def desk() -> ResponseReturnValue:
    return render_template("labels/desk.html", queues=queues.queues(current_session()))


@blueprint.get("/labels/<string:reference>")
@requires(Permission.LABEL_JUDGE)
def file(reference: str) -> ResponseReturnValue:
    return file_page(dossiers.get(current_session(), reference=reference))


@blueprint.get("/labels/<string:reference>/papiers")
@requires(Permission.LABEL_JUDGE)
def papers(reference: str) -> ResponseReturnValue:
    return _papers_page(queues.get_for_papers(current_session(), reference=reference), CheckForm(formdata=None))


@blueprint.post("/labels/<string:reference>/papiers/<any(diploma,employer):subject>")
@requires(Permission.LABEL_JUDGE)
@back_to("labels.papers")
def check_paper(reference: str, subject: str) -> ResponseReturnValue:
    form, label = CheckForm(), queues.get_for_papers(current_session(), reference=reference)
    if not form.validate():
        return _papers_page(label, form), 422
    deciding.check_paper(
        current_session(),
        label=label,
        subject=subject,
        is_good=form.verdict.data == "good",
        seen=form.seen.data or "",
        name=_given(label).known.name,
        actor_id=person_id() or 0,
        now=datetime.now(UTC),
    )
    current_session().commit()
    return redirect(url_for(".papers", reference=reference), code=303)


@blueprint.get("/labels/<string:reference>/pieces/<int:proof_id>")
@requires(Permission.LABEL_JUDGE)
@writes
def proof(reference: str, proof_id: int) -> ResponseReturnValue:
    found = proofs.get_for_desk(
        current_session(), reference=reference, proof_id=proof_id, actor_id=person_id(), now=datetime.now(UTC)
    )
    response = proof_file(found)
    current_session().commit()
    return response


def file_page(label: Label, *, refused: BaseForm | None = None) -> str:
    """Return the page of a file, with every form that may be sent from it now."""
    db, loaded, now = current_session(), current_resources(), datetime.now(UTC)
    found = queues.open_file(
        db,
        label=label,
        actor_id=person_id() or 0,
        ring=loaded.ring,
        demonstration=loaded.settings.demonstration,
        now=now,
    )
    return render_template(
        "labels/file.html",
        found=found,
        label=label,
        rules=dossiers.rules_of(label),
        forms={
            name: refused if isinstance(refused, type(form)) and getattr(refused, "act", name) == name else form
            for name, form in _forms(found).items()
        },
        refused=refused,
        parts=Part,
        seats=list(Seat),
    )


def _forms(found: queues.DeskFile) -> dict[str, BaseForm]:
    return {
        "vote": fill_vote(VoteForm(formdata=None), (*found.decisions, *found.panel_decisions), found.seats),
        "patient_data": fill_proofs(PatientDataForm(formdata=None), found.proofs),
        "ask_again": fill_reasons(ReasonForm(formdata=None), TRANSITIONS["ask_again"].reasons),
        "notice": fill_reasons(NoticeForm(formdata=None), announced_reasons(found.label)),
        "drop": fill_reasons(ReasonForm(formdata=None), TRANSITIONS["drop_notice"].reasons),
        "extend": fill_reasons(ExtendForm(formdata=None), EXTENSION_REASONS),
        "audit": AuditForm(formdata=None),
    }


def announced_reasons(label: Label) -> tuple[str, ...]:
    """Return the grounds that a notice may bear now."""
    name = "announce_revocation" if label.state == "suspended" else "announce_suspension"
    return TRANSITIONS[name].reasons


def fill_proofs(form: PatientDataForm, proofs: Sequence[queues.SeenProof]) -> PatientDataForm:
    """Offer the documents of a file by what they are about."""
    form.proof.choices = [(one.proof_id, proof_word(one)) for one in proofs]
    return form


@blueprint.app_template_global()
def proof_word(proof: queues.SeenProof | reuse.Use) -> str:
    """Return what a document is about, in the language of the page."""
    if proof.practice is not None:
        return label_word("practices", proof.practice)
    return proof.title or label_word("subjects", proof.subject)


def fill_reasons(form: BaseForm, reasons: tuple[str, ...]) -> BaseForm:
    form.reason.choices = choices("reasons", reasons)
    return form


def fill_vote(form: VoteForm, decisions: tuple[str, ...], seats: tuple[Seat, ...]) -> VoteForm:
    """Offer each decision with each of its reasons: a vote is one choice, never two that contradict each other."""
    form.decision.choices = [
        (f"{name}:{reason}", f"{label_word('decisions', name)} · {label_word('reasons', reason)}")
        for name in decisions
        for reason in TRANSITIONS[name].reasons
    ]
    form.seat.choices = [("", "–"), *((seat.value, label_word("seats", seat.value)) for seat in seats)]
    return form


def _given(label: Label) -> Given:
    loaded = current_resources()
    return gathering.gather(
        current_session(),
        label=label,
        ring=loaded.ring,
        demonstration=loaded.settings.demonstration,
        now=datetime.now(UTC),
    )


def _papers_page(label: Label, form: CheckForm) -> str:
    found, checks = queues.papers_of(current_session(), label=label)
    patient_data = PatientDataForm(formdata=None)
    mine = {one.subject for one in checks if one.person_id == person_id()}
    return render_template(
        "labels/papers.html",
        label=label,
        given=_given(label),
        proofs=found,
        checks=checks,
        mine=mine,
        form=form,
        patient_data=patient_data,
        reused=reuse.for_desk(current_session(), label=label),
    )
