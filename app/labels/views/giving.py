"""What an application rests on, one thing a page: profession, identity, training, practices, charter."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from wtforms.fields.choices import SelectChoice

from app.access import Permission, requires
from app.answers import ANSWERS
from app.database import current_session
from app.errors import NotFoundError
from app.label_errors import (
    BrokenProofError,
    FutureDayError,
    NotAProofError,
    PatientDataError,
    TooLargeProofError,
)
from app.labels.forms import ButtonForm, CharterForm, PaperForm, PracticeForm, ProfessionForm, TrainingForm
from app.labels.services import applying, dossiers, gathering, proofs, reuse
from app.labels.views.room import blueprint, choices, label_word, own_open, person_id, proof_file
from app.navigation import back_to
from app.resources import current_resources
from app.web import current_language, limiter
from certificates.professions import PROFESSIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue
    from wtforms import Field

    from app.labels.models import Label, LabelProof
    from app.labels.services.gathering import Given
    from app.web import BaseForm

#: Uploads cost a process each.
UPLOADS = "40 per hour"
#: What a list shows first: whoever passes over it has chosen nothing.
_NONE_YET = SelectChoice("", lazy_gettext("Choisir"))
_UNFIT = (BrokenProofError, NotAProofError, PatientDataError, TooLargeProofError)


@blueprint.route("/mon-label/profession", methods=["GET", "POST"])
@requires(Permission.LABEL_HOLD)
def profession() -> ResponseReturnValue:
    label = own_open()
    route = "examination" if label.is_tested_out else None
    form = ProfessionForm(
        profession=label.profession_asked or label.profession,
        is_prescriber=label.is_prescriber and label.profession is not None,
        route=route,
    )
    index = 0 if current_language() == "fr" else 1
    form.profession.choices = [_NONE_YET, *((code, names[index]) for code, names in PROFESSIONS.items())]
    if not form.validate_on_submit():
        page = render_template("labels/profession.html", form=form, rules=dossiers.rules_of(label))
        return page, 422 if form.is_submitted() else 200
    applying.set_profession(
        current_session(),
        label=label,
        profession=form.profession.data,
        is_prescriber=form.is_prescriber.data,
        is_tested_out=form.route.data == "examination",
    )
    current_session().commit()
    return redirect(url_for(".index"), code=303)


@blueprint.get("/mon-label/identite")
@requires(Permission.LABEL_HOLD)
def identity() -> ResponseReturnValue:
    return _identity_page(own_open(), PaperForm(formdata=None))


@blueprint.post("/mon-label/identite/<any(diploma,employer):subject>")
@requires(Permission.LABEL_HOLD)
@back_to("labels.identity")
@limiter.limit(UPLOADS)
def add_paper(subject: str) -> ResponseReturnValue:
    form, label = PaperForm(), own_open()
    if not form.validate():
        return _identity_page(label, form), 422

    def keep() -> LabelProof:
        data = form.proof.data.read()
        return proofs.add_paper(current_session(), label=label, subject=subject, data=data, now=datetime.now(UTC))

    is_kept, proof = _kept(form.proof, keep)
    if not is_kept:
        return _identity_page(label, form), 422
    current_session().commit()
    return _after(proof, ".identity")


@blueprint.get("/mon-label/formation")
@requires(Permission.LABEL_HOLD)
def training() -> ResponseReturnValue:
    return _training_page(own_open(), TrainingForm(formdata=None))


@blueprint.post("/mon-label/formation")
@requires(Permission.LABEL_HOLD)
@limiter.limit(UPLOADS)
def add_training() -> ResponseReturnValue:
    form, label, db, now = TrainingForm(), own_open(), current_session(), datetime.now(UTC)
    form.theme.choices = _themes(label)
    if not form.validate():
        return _training_page(label, form), 422

    def keep() -> LabelProof:
        row = applying.add_training(
            db,
            label=label,
            title=form.title.data,
            body=form.body.data,
            hours=form.hours.data,
            theme=form.theme.data,
            done_on=form.done_on.data,
            now=now,
        )
        return proofs.add_to_training(db, label=label, training_id=row.id, data=form.proof.data.read(), now=now)

    is_kept, proof = _kept(form.proof, keep, dated=form.done_on)
    if not is_kept:
        db.rollback()
        return _training_page(own_open(), form), 422
    db.commit()
    return _after(proof, ".training")


@blueprint.post("/mon-label/formation/<int:training_id>/retirer")
@requires(Permission.LABEL_HOLD)
@back_to("labels.training")
def remove_training(training_id: int) -> ResponseReturnValue:
    applying.remove_training(current_session(), label=own_open(), training_id=training_id)
    current_session().commit()
    return redirect(url_for(".training"), code=303)


@blueprint.get("/mon-label/pratiques")
@requires(Permission.LABEL_HOLD)
def practices() -> ResponseReturnValue:
    label = own_open()
    given = _given(label)
    declared = {one.practice: one for one in given.practices}
    rules = dossiers.rules_of(label)
    reused = reuse.own(current_session(), label=label)
    return render_template(
        "labels/practices.html", label=label, given=given, declared=declared, rules=rules, reused=reused
    )


@blueprint.route("/mon-label/pratiques/<string:practice>", methods=["GET", "POST"])
@requires(Permission.LABEL_HOLD)
@limiter.limit(UPLOADS, methods=["POST"])
def practice(practice: str) -> ResponseReturnValue:
    label, db, now = own_open(), current_session(), datetime.now(UTC)
    if practice not in {one.id for one in dossiers.rules_of(label).practices}:
        raise NotFoundError
    row = applying.find_practice(db, label=label, practice=practice)
    form = PracticeForm(obj=row)
    if not form.validate_on_submit():
        return _practice_page(label, practice, form), 422 if form.is_submitted() else 200

    def keep() -> LabelProof | None:
        declared = applying.declare_practice(
            db,
            label=label,
            practice=practice,
            declaration=form.declaration.data,
            is_equivalent=form.is_equivalent.data,
            done_on=form.done_on.data,
            now=now,
        )
        if not form.proof.data:
            return None
        return proofs.add_to_practice(db, label=label, practice=declared, data=form.proof.data.read(), now=now)

    is_kept, proof = _kept(form.proof, keep, dated=form.done_on)
    if not is_kept:
        db.rollback()
        return _practice_page(own_open(), practice, form), 422
    db.commit()
    return _after(proof, ".practices")


@blueprint.get("/mon-label/pieces/<int:proof_id>")
@requires(Permission.LABEL_HOLD)
def own_proof(proof_id: int) -> ResponseReturnValue:
    return proof_file(proofs.get_own(current_session(), person_id=person_id(), proof_id=proof_id))


@blueprint.get("/mon-label/pieces/<int:proof_id>/relire")
@requires(Permission.LABEL_HOLD)
def reread(proof_id: int) -> ResponseReturnValue:
    """Ask for one more look at what no program could read whole, or what bears a sign of a patient."""
    label = own_open()
    proof = proofs.get_own(current_session(), person_id=person_id(), proof_id=proof_id)
    reused = reuse.own(current_session(), label=label)
    return render_template("labels/reread.html", proof=proof, reused=reused, form=ButtonForm(formdata=None))


@blueprint.post("/mon-label/pieces/<int:proof_id>/garder")
@requires(Permission.LABEL_HOLD)
@back_to("labels.index")
def keep_proof(proof_id: int) -> ResponseReturnValue:
    own_open()
    proof = proofs.get_own(current_session(), person_id=person_id(), proof_id=proof_id)
    proofs.confirm(current_session(), proof=proof, actor_id=person_id(), now=datetime.now(UTC))
    current_session().commit()
    back = {"practice": ".practices", "training": ".training"}.get(proof.subject, ".identity")
    return redirect(url_for(back), code=303)


@blueprint.post("/mon-label/pieces/<int:proof_id>/supprimer")
@requires(Permission.LABEL_HOLD)
@back_to("labels.index")
def remove_proof(proof_id: int) -> ResponseReturnValue:
    own_open()
    proof = proofs.get_own(current_session(), person_id=person_id(), proof_id=proof_id)
    proofs.remove(current_session(), proof=proof, actor_id=person_id(), now=datetime.now(UTC))
    current_session().commit()
    return redirect(url_for(".index"), code=303)


@blueprint.route("/mon-label/charte", methods=["GET", "POST"])
@requires(Permission.LABEL_HOLD)
def charter() -> ResponseReturnValue:
    form, label = CharterForm(), own_open()
    if not form.validate_on_submit():
        page = render_template("labels/charter.html", form=form, rules=dossiers.rules_of(label))
        return page, 422 if form.is_submitted() else 200
    applying.sign_charter(current_session(), label=label, interests=form.interests.data, now=datetime.now(UTC))
    current_session().commit()
    return redirect(url_for(".index"), code=303)


def _given(label: Label) -> Given:
    loaded = current_resources()
    return gathering.gather(
        current_session(),
        label=label,
        ring=loaded.ring,
        now=datetime.now(UTC),
        demonstration=loaded.settings.demonstration,
    )


def _kept(
    proof: Field, keep: Callable[[], LabelProof | None], *, dated: Field | None = None
) -> tuple[bool, LabelProof | None]:
    """Keep what was given and return it; say beside the field what is wrong with it, and that nothing was kept."""
    try:
        return True, keep()
    except FutureDayError as error:
        if dated is not None:
            dated.errors = [_told(error.code)]
    except _UNFIT as error:
        proof.errors = [_told(error.code)]
    return False, None


def _after(proof: LabelProof | None, page: str) -> ResponseReturnValue:
    """Go on, by way of one more look at the document where it needs one."""
    if proof is not None and proof.is_waiting:
        return redirect(url_for(".reread", proof_id=proof.id), code=303)
    return redirect(url_for(page), code=303)


def _told(code: str) -> str:
    answer = ANSWERS[code]
    return f"{gettext(answer.title)} {gettext(answer.advice)}"


def _themes(label: Label) -> list[SelectChoice]:
    return [_NONE_YET, *choices("themes", (*dossiers.rules_of(label).hours_by_theme, "other"))]


def _identity_page(label: Label, form: PaperForm) -> str:
    return render_template("labels/identity.html", label=label, given=_given(label), form=form)


def _training_page(label: Label, form: TrainingForm) -> str:
    rules = dossiers.rules_of(label)
    form.theme.choices = _themes(label)
    given = _given(label)
    return render_template(
        "labels/training.html",
        label=label,
        given=given,
        form=form,
        rules=rules,
        remove=ButtonForm(formdata=None),
        reused=reuse.own(current_session(), label=label),
    )


def _practice_page(label: Label, practice: str, form: BaseForm) -> str:
    row = applying.find_practice(current_session(), label=label, practice=practice)
    proof = _given(label).proofs.get(("practice", row.id)) if row is not None else None
    form.is_equivalent.description = label_word("equivalents", practice)
    form.proof.description = f"{label_word('proofs', practice)} {form.proof.description}"
    reused = reuse.own(current_session(), label=label)
    return render_template(
        "labels/practice.html", label=label, practice=practice, form=form, proof=proof, reused=reused
    )
