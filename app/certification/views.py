from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for

from app.access import Permission, current_identity, requires
from app.accounts.services import people
from app.accounts.views import remember_way
from app.accounts.views.account import name_advice
from app.assessments.services import sittings
from app.certification.forms import IssueForm, ShareForm
from app.certification.services import disclosure, issuing, printing, register
from app.database import current_session
from app.errors import NotFoundError
from app.navigation import back_to
from app.resources import current_resources
from app.web import current_language, limiter, writes
from certificates import verification
from certificates.errors import UnacceptableNameError
from certificates.reference import format_code, new_code, normalise_code

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from app.accounts.models import Person
    from app.assessments.services.sittings import OpenSitting
    from app.certification.models import Certificate
    from certificates.credential import Credential

#: Length of a status list (standards: at least 131,072 entries).
STATUS_LIST_LENGTH = 131_072

blueprint = Blueprint("certification", __name__, url_prefix="/certificats")


@blueprint.get("/")
@requires(Permission.CERTIFICATE_HOLD)
def index() -> ResponseReturnValue:
    rows = register.list_own(current_session(), person_id=current_identity().person_id)
    return render_template(
        "certification/index.html", certificates=[(row, _stated(row)) for row in rows], level_name=_level_name
    )


@blueprint.get("/preparer/<string:reference>")
@requires(Permission.CERTIFICATE_ISSUE)
def prepare(reference: str) -> ResponseReturnValue:
    opened = _sitting(reference)
    already = issuing.find_for_sitting(current_session(), sitting_id=opened.row.id)
    if already is not None:
        return redirect(_page_of(issuing.check_still_stated(already)), code=303)
    issuing.check_may_issue(opened)
    if _holder().email_confirmed_at is None:
        remember_way(request.path)
    form = IssueForm(formdata=None, printed_name=_holder().printed_name)
    return _prepare_page(opened, form)


@blueprint.post("/preparer/<string:reference>")
@requires(Permission.CERTIFICATE_ISSUE)
@limiter.limit("20 per hour")
def issue(reference: str) -> ResponseReturnValue:
    form, opened, loaded, db = IssueForm(), _sitting(reference), current_resources(), current_session()
    if not form.validate():
        return _prepare_page(opened, form), 422
    chances = issuing.Chances(
        code=new_code(secrets.token_bytes(10)),
        credential_uuid=str(UUID(bytes=secrets.token_bytes(16), version=4)),
        status_index=register.free_status_index(db, draw=lambda: secrets.randbelow(STATUS_LIST_LENGTH)),
    )
    try:
        row = issuing.issue(
            db,
            opened=opened,
            printed_name=form.printed_name.data,
            ring=loaded.ring,
            issuer=loaded.issuer,
            demonstration=loaded.settings.demonstration,
            reference_secret=loaded.settings.reference_secret,
            chances=chances,
            now=datetime.now(UTC),
        )
    except UnacceptableNameError as error:
        form.printed_name.errors = [name_advice(error.reason)]
        return _prepare_page(opened, form), 422
    db.commit()
    return redirect(_page_of(row), code=303)


@blueprint.get("/<string:code>")
@requires(Permission.CERTIFICATE_HOLD)
def show(code: str) -> ResponseReturnValue:
    row = _own(code)
    years = current_app.extensions["numericite.privacy_register"].certificate_years
    return render_template(
        "certification/show.html",
        row=row,
        credential=_stated(row),
        level_name=_level_name,
        form=ShareForm(),
        years=years,
        disclosure=disclosure,
    )


@blueprint.get("/<string:code>.pdf")
@requires(Permission.CERTIFICATE_HOLD)
@limiter.limit("60 per hour")
@writes
def download(code: str) -> ResponseReturnValue:
    row, loaded = _own(code), current_resources()
    data = printing.hand_out(
        current_session(),
        row=row,
        ring=loaded.ring,
        press=loaded.press,
        origin=loaded.settings.public_url,
        actor_id=row.person_id or 0,
        now=datetime.now(UTC),
    )
    current_session().commit()
    name = f"numericite-{format_code(_stated(row).code)}.pdf"
    return Response(data, mimetype="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'})


@blueprint.post("/<string:code>/partage")
@requires(Permission.CERTIFICATE_HOLD)
@back_to("certification.show")
def share(code: str) -> ResponseReturnValue:
    row = _own(code)
    register.set_shared(
        current_session(),
        row=row,
        is_shared=not row.is_shared,
        actor_id=row.person_id or 0,
        now=datetime.now(UTC),
    )
    current_session().commit()
    return redirect(_page_of(row), code=303)


def _sitting(reference: str) -> OpenSitting:
    return sittings.get_own(
        current_session(),
        reference=reference,
        person_id=current_identity().person_id,
        bank=current_resources().bank,
    )


def _own(code: str) -> Certificate:
    normal = normalise_code(code)
    if normal is None:
        raise NotFoundError
    return register.get_own(
        current_session(),
        code=normal,
        person_id=current_identity().person_id,
        secret=current_resources().settings.reference_secret,
    )


def _stated(row: Certificate) -> Credential:
    return verification.read_registered(row.token, current_resources().ring)


def _page_of(row: Certificate) -> str:
    return url_for(".show", code=format_code(_stated(row).code))


def _holder() -> Person:
    return people.get(current_session(), person_id=current_identity().person_id or 0)


def _level_name(credential: Credential) -> str:
    """Return a certified level by its name, with its number once: "Maîtrise (L3)"."""
    framework = current_resources().bank.frameworks.get(credential.framework_code)
    level = credential.level or ""
    return f"{framework.level(level).title.get(current_language())} ({level})" if framework and level else level


def _prepare_page(opened: OpenSitting, form: IssueForm) -> str:
    framework = opened.bank.framework(opened.state.framework_code)
    level_id = opened.state.measurement.overall.certified_level
    return render_template(
        "certification/prepare.html",
        opened=opened,
        form=form,
        framework=framework,
        level=framework.level(level_id) if level_id else None,
        disclosure=disclosure,
        is_confirmed=_holder().email_confirmed_at is not None,
    )
