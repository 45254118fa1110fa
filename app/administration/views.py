from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext

from app.access import Permission, current_identity, requires
from app.accounts.services import cases
from app.administration import services
from app.administration.forms import AnswerCaseForm, FindForm, RevokeForm
from app.certification.services import register
from app.database import current_session
from app.errors import NotFoundError
from app.resources import current_resources
from app.verification.services.verdicts import verdict_of
from certificates.reference import format_code, normalise_code

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from app.certification.models import Certificate

blueprint = Blueprint("administration", __name__, url_prefix="/administration")


@blueprint.get("/")
@requires(Permission.REGISTER_READ)
def index() -> ResponseReturnValue:
    return _desk(FindForm(formdata=None))


@blueprint.post("/registre")
@requires(Permission.REGISTER_READ)
def find() -> ResponseReturnValue:
    form = FindForm()
    code = normalise_code(form.code.data or "") if form.validate() else None
    if code is None or register.find(current_session(), code=code, secret=_secret()) is None:
        form.code.errors = [*form.code.errors, gettext("Aucun certificat n’a ce code.")]
        return _desk(form), 422
    return redirect(url_for(".certificate", code=format_code(code)), code=303)


@blueprint.get("/registre/<string:code>")
@requires(Permission.REGISTER_READ)
def certificate(code: str) -> ResponseReturnValue:
    return _certificate_page(_row(code), RevokeForm(formdata=None))


@blueprint.post("/registre/<string:code>/revoquer")
@requires(Permission.CERTIFICATE_REVOKE)
def revoke(code: str) -> ResponseReturnValue:
    form, row = RevokeForm(), _row(code)
    if not form.validate():
        return _certificate_page(row, form), 422
    register.revoke(
        current_session(),
        code=normalise_code(code) or "",
        reason=form.reason.data,
        secret=_secret(),
        actor_id=current_identity().person_id,
        now=datetime.now(UTC),
    )
    current_session().commit()
    return redirect(url_for(".certificate", code=code), code=303)


@blueprint.get("/demandes")
@requires(Permission.CASE_DECIDE)
def case_list() -> ResponseReturnValue:
    return render_template("administration/cases.html", cases=cases.list_open(current_session()))


@blueprint.route("/demandes/<string:number>", methods=["GET", "POST"])
@requires(Permission.CASE_DECIDE)
def case(number: str) -> ResponseReturnValue:
    form, found = AnswerCaseForm(), cases.get(current_session(), number=number)
    if not form.validate_on_submit():
        page = render_template("administration/case.html", case=found, form=form)
        return page, 422 if form.is_submitted() else 200
    cases.answer_case(
        current_session(),
        number=number,
        answer=form.answer.data,
        answered_by=current_identity().person_id or 0,
        now=datetime.now(UTC),
    )
    current_session().commit()
    return redirect(url_for(".case", number=number), code=303)


@blueprint.get("/journal")
@requires(Permission.AUDIT_READ)
def audit_trail() -> ResponseReturnValue:
    page = services.audit_page(current_session(), page=request.args.get("page", 1, type=int))
    return render_template("administration/audit.html", page=page)


def _secret() -> str:
    return current_resources().settings.reference_secret


def _row(code: str) -> Certificate:
    row = register.find(current_session(), code=normalise_code(code) or "", secret=_secret())
    if row is None:
        raise NotFoundError
    return row


def _desk(form: FindForm) -> str:
    db = current_session()
    return render_template(
        "administration/index.html",
        form=form,
        counts=services.counts(db),
        open_cases=len(cases.list_open(db)),
        latest=[(row, _code_of(row)) for row in register.latest(db)],
    )


def _code_of(row: Certificate) -> str:
    verdict = verdict_of(row, ring=current_resources().ring, now=datetime.now(UTC))
    return verdict.credential.code if verdict.credential else ""


def _certificate_page(row: Certificate, form: RevokeForm) -> str:
    verdict = verdict_of(row, ring=current_resources().ring, now=datetime.now(UTC))
    return render_template("administration/certificate.html", row=row, verdict=verdict, form=form)
