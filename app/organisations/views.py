from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from wtforms.fields.choices import SelectChoice

from app.access import Permission, current_identity, requires
from app.answers import ANSWERS
from app.audit import Action, record
from app.database import current_session
from app.errors import (
    AlreadyNamedError,
    AppError,
    MalformedIdentifierError,
    NotFoundError,
    ReservedItemsSeenError,
    ReversedPeriodError,
    SamePersonError,
    UnknownAccountError,
)
from app.navigation import back_to
from app.organisations.forms import (
    KIND_WORDS,
    PART_WORDS,
    STATE_WORDS,
    TIE_WORDS,
    AccreditationForm,
    AccreditForm,
    AuthorshipForm,
    EndForm,
    ManagerForm,
    MemberForm,
    TieForm,
)
from app.organisations.models import ExposureKind, Part, StructureKind, StructureState, TieKind
from app.organisations.services import independence, members, structures
from app.resources import current_resources
from app.supervised_errors import OwnTieShortenedError
from certificates.dates import day_in_paris
from certificates.reference import new_code

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from wtforms import Field

    from app.organisations.models import Structure

blueprint = Blueprint("organisations", __name__, url_prefix="/structures")

ANY_PART = tuple(Part)


@blueprint.get("/")
@requires(Permission.STRUCTURE_WORK)
def index() -> ResponseReturnValue:
    db, identity = current_session(), current_identity()
    return render_template(
        "organisations/index.html",
        own=structures.list_own(db, person_id=identity.person_id),
        every=structures.list_all(db) if identity.is_officer else [],
        **_words(),
    )


@blueprint.route("/accrediter", methods=["GET", "POST"])
@requires(Permission.STRUCTURE_ACCREDIT)
def accredit() -> ResponseReturnValue:
    form, now = AccreditForm(), datetime.now(UTC)
    if not form.validate_on_submit():
        return render_template("organisations/accredit.html", form=form), 422 if form.is_submitted() else 200
    try:
        row = structures.accredit(
            current_session(),
            name=form.name.data,
            kind=StructureKind(form.kind.data),
            address=form.address.data,
            finess=form.finess.data,
            siret=form.siret.data,
            accredited_from=form.accredited_from.data,
            accredited_until=form.accredited_until.data,
            reference=new_code(secrets.token_bytes(10)),
            actor_id=current_identity().person_id or 0,
            now=now,
        )
    except (ReversedPeriodError, MalformedIdentifierError) as refusal:
        _tell(form.siret if isinstance(refusal, MalformedIdentifierError) else form.accredited_until, refusal)
        return render_template("organisations/accredit.html", form=form), 422
    current_session().commit()
    return redirect(url_for(".structure", reference=row.reference), code=303)


@blueprint.get("/<string:reference>")
@requires(Permission.STRUCTURE_WORK)
def structure(reference: str) -> ResponseReturnValue:
    return _page(_visible(reference))


@blueprint.post("/<string:reference>/agrement")
@requires(Permission.STRUCTURE_ACCREDIT)
@back_to("organisations.structure")
def change_accreditation(reference: str) -> ResponseReturnValue:
    row, form = structures.get(current_session(), reference=reference), AccreditationForm()
    if not form.validate():
        return _page(row, accreditation=form), 422
    structures.change_accreditation(
        current_session(),
        row=row,
        state=StructureState(form.state.data),
        accredited_until=form.accredited_until.data,
        actor_id=current_identity().person_id or 0,
        now=datetime.now(UTC),
    )
    current_session().commit()
    return redirect(url_for(".structure", reference=reference), code=303)


@blueprint.post("/<string:reference>/responsables")
@requires(Permission.STRUCTURE_ACCREDIT)
@back_to("organisations.structure")
def name_manager(reference: str) -> ResponseReturnValue:
    row, form = structures.get(current_session(), reference=reference), ManagerForm(prefix="responsable-")
    if not form.validate() or not _named(row, form, Part.MANAGER, None):
        return _page(row, manager=form), 422
    current_session().commit()
    return redirect(url_for(".structure", reference=reference), code=303)


@blueprint.post("/<string:reference>/membres")
@requires(Permission.STRUCTURE_WORK)
@back_to("organisations.structure")
def name_member(reference: str) -> ResponseReturnValue:
    identity = current_identity()
    row = structures.get_own(
        current_session(), reference=reference, person_id=identity.person_id, parts=(Part.MANAGER,)
    )
    form = _member_form()
    if not form.validate():
        return _page(row, member=form), 422
    part = Part(form.part.data)
    if not _named(row, form, part, form.framework_code.data if part is Part.TRAINER else None):
        return _page(row, member=form), 422
    current_session().commit()
    return redirect(url_for(".structure", reference=reference), code=303)


@blueprint.post("/<string:reference>/membres/<int:member_id>/fin")
@requires(Permission.STRUCTURE_WORK)
@back_to("organisations.structure")
def end_member(reference: str, member_id: int) -> ResponseReturnValue:
    db, identity = current_session(), current_identity()
    if identity.is_officer:
        row, parts = structures.get(db, reference=reference), ANY_PART
    else:
        row = structures.get_own(db, reference=reference, person_id=identity.person_id, parts=(Part.MANAGER,))
        parts = (Part.INVIGILATOR, Part.TRAINER)
    members.end(
        db, structure=row, member_id=member_id, parts=parts, actor_id=identity.person_id or 0, now=datetime.now(UTC)
    )
    db.commit()
    return redirect(url_for(".structure", reference=reference), code=303)


@blueprint.route("/liens", methods=["GET", "POST"])
@requires(Permission.STRUCTURE_WORK)
def ties() -> ResponseReturnValue:
    """Declare whom one trains or manages: for members of a structure, and for officers, who may say it of others."""
    db, identity, now = current_session(), current_identity(), datetime.now(UTC)
    person_id = identity.person_id or 0
    if not identity.is_officer and not structures.list_own(db, person_id=person_id):
        raise NotFoundError
    form = TieForm()
    if not identity.is_officer:
        del form.actor_email
    if form.validate_on_submit():
        try:
            independence.declare(
                db,
                actor_id=_account(form.actor_email) if form.actor_email and form.actor_email.data else person_id,
                subject_id=_account(form.subject_email),
                kind=TieKind(form.kind.data),
                begins_on=form.begins_on.data,
                ends_on=form.ends_on.data,
                declared_by=person_id,
                now=now,
            )
            db.commit()
            return redirect(url_for(".ties"), code=303)
        except (UnknownAccountError, SamePersonError, OwnTieShortenedError) as refusal:
            if not form.errors:
                _tell(form.ends_on if isinstance(refusal, OwnTieShortenedError) else form.subject_email, refusal)
    rows = independence.list_ties(db, person_id=person_id)
    page = render_template("organisations/ties.html", form=form, rows=rows, me=person_id, **_words())
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/auteurs", methods=["GET", "POST"])
@requires(Permission.STRUCTURE_ACCREDIT)
def authorship() -> ResponseReturnValue:
    """Say who wrote reserved items: the source of the content does not know its authors' accounts."""
    form, db, now = AuthorshipForm(), current_session(), datetime.now(UTC)
    form.framework_code.choices = _frameworks()
    if form.validate_on_submit():
        try:
            person_id = _account(form.email)
        except UnknownAccountError:
            return render_template("organisations/authorship.html", form=form, is_noted=""), 422
        code, actor_id = form.framework_code.data, current_identity().person_id
        independence.note_reserved_view(db, person_id=person_id, framework_code=code, kind=ExposureKind.WROTE, now=now)
        record(
            db,
            action=Action.AUTHORSHIP_DECLARED,
            actor_id=actor_id,
            subject_id=person_id,
            detail={"framework": code},
            now=now,
        )
        db.commit()
        is_training = independence.trains_for(db, person_id=person_id, framework_code=code)
        return redirect(url_for(".authorship", fait="forme" if is_training else "oui"), code=303)
    page = render_template("organisations/authorship.html", form=form, is_noted=request.args.get("fait", ""))
    return page, 422 if form.is_submitted() else 200


def _visible(reference: str) -> Structure:
    identity, db = current_identity(), current_session()
    if identity.is_officer:
        return structures.get(db, reference=reference)
    return structures.get_own(db, reference=reference, person_id=identity.person_id, parts=ANY_PART)


def _named(row: Structure, form: ManagerForm | MemberForm, part: Part, framework_code: str | None) -> bool:
    try:
        members.name(
            current_session(),
            structure=row,
            email=form.email.data,
            part=part,
            framework_code=framework_code,
            actor_id=current_identity().person_id or 0,
            now=datetime.now(UTC),
        )
    except (UnknownAccountError, AlreadyNamedError, ReservedItemsSeenError) as refusal:
        _tell(form.email, refusal)
        return False
    return True


def _account(field: Field) -> int:
    """Return the account that an address typed belongs to; say under the field that there is none."""
    try:
        return members.find_account(current_session(), email=field.data).id
    except UnknownAccountError as refusal:
        _tell(field, refusal)
        raise


def _tell(field: Field, refusal: AppError) -> None:
    answer = ANSWERS[refusal.code]
    field.errors = [f"{gettext(answer.title)} {gettext(answer.advice)}"]


def _member_form(*, is_empty: bool = False) -> MemberForm:
    form = MemberForm(formdata=None, prefix="membre-") if is_empty else MemberForm(prefix="membre-")
    form.framework_code.choices = _frameworks()
    return form


def _frameworks() -> list[SelectChoice]:
    return [SelectChoice(code, code) for code in sorted(current_resources().bank.frameworks)]


def _words() -> dict[str, object]:
    today = day_in_paris(datetime.now(UTC))
    return {"kinds": KIND_WORDS, "states": STATE_WORDS, "parts": PART_WORDS, "tie_words": TIE_WORDS, "today": today}


def _page(
    row: Structure,
    *,
    accreditation: AccreditationForm | None = None,
    manager: ManagerForm | None = None,
    member: MemberForm | None = None,
) -> str:
    db, identity = current_session(), current_identity()
    everybody = members.list_current(db, structure=row)
    mine = {Part(one.row.part) for one in everybody if one.row.person_id == identity.person_id}
    return render_template(
        "organisations/structure.html",
        row=row,
        members=everybody,
        is_manager=Part.MANAGER in mine,
        is_officer=identity.is_officer,
        is_running=structures.is_accredited(row, on=day_in_paris(datetime.now(UTC))),
        accreditation=accreditation
        or AccreditationForm(formdata=None, state=row.state, accredited_until=row.accredited_until),
        manager=manager or ManagerForm(formdata=None, prefix="responsable-"),
        member=member or _member_form(is_empty=True),
        end=EndForm(formdata=None),
        refused=accreditation or manager or member,
        **_words(),
    )
