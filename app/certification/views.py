from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask_babel import gettext

from app.access import Permission, current_identity, requires
from app.accounts.services import people
from app.accounts.views import remember_way
from app.accounts.views.account import name_advice
from app.answers import ANSWERS
from app.assessments.services import sittings
from app.certification.forms import IssueForm, LinkForm, RenameForm, ShareForm
from app.certification.models import Disclosure
from app.certification.services import (
    disclosure,
    extras,
    issuing,
    open_formats,
    printing,
    register,
    sharing,
    superseding,
)
from app.database import current_session
from app.errors import NotFoundError, SameNameError
from app.navigation import back_to
from app.resources import current_resources
from app.web import current_language, limiter, writes
from certificates import verification
from certificates.errors import UnacceptableNameError
from certificates.reference import format_code, normalise_code

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from app.accounts.models import Person
    from app.assessments.services.sittings import OpenSitting
    from app.certification.models import Certificate
    from certificates.credential import Credential

blueprint = Blueprint("certification", __name__, url_prefix="/certificats")


@blueprint.get("/")
@requires(Permission.CERTIFICATE_HOLD)
def index() -> ResponseReturnValue:
    rows = register.list_own(current_session(), person_id=current_identity().person_id)
    return render_template(
        "certification/index.html",
        certificates=[(row, _stated(row)) for row in rows if row.kind != "label"],
        level_name=_level_name,
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
    try:
        row = issuing.issue(
            db,
            opened=opened,
            printed_name=form.printed_name.data,
            ring=loaded.ring,
            press=loaded.press,
            issuer=loaded.issuer,
            demonstration=loaded.is_demonstration(one.item_id for one in opened.state.answers),
            reference_secret=loaded.settings.reference_secret,
            chances=register.draw_chances(db, random_bytes=secrets.token_bytes, random_below=secrets.randbelow),
            actor_id=current_identity().person_id,
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
    if row.kind == "label":  # it has a page of its own, which says where it stands
        return redirect(url_for("labels.index"), code=303)
    years = current_app.extensions["numericite.privacy_register"].certificate_years
    return render_template(
        "certification/show.html",
        row=row,
        successor=_successor(row),
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


@blueprint.get("/<string:code>/<any('badge.png','badge.svg','openbadge.json','qr.png'):name>")
@requires(Permission.CERTIFICATE_HOLD)
@limiter.limit("60 per hour")
def open_file(code: str, name: str) -> ResponseReturnValue:
    row, loaded = _own(code), current_resources()
    register.check_in_force(row)
    data = open_formats.MAKERS[name](row.token, loaded.ring)
    saved = f"numericite-{format_code(_stated(row).code)}-{name}"
    headers = {"Content-Disposition": f'attachment; filename="{saved}"'}
    return Response(data, mimetype=open_formats.TYPES[name], headers=headers)


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


@blueprint.get("/<string:code>/nom")
@requires(Permission.CERTIFICATE_ISSUE)
def prepare_rename(code: str) -> ResponseReturnValue:
    row = _own(code)
    superseding.check_may_rename(row, ring=current_resources().ring, now=datetime.now(UTC))
    return _rename_page(row, RenameForm(formdata=None))


@blueprint.post("/<string:code>/nom")
@requires(Permission.CERTIFICATE_ISSUE)
@limiter.limit("10 per hour")
def rename(code: str) -> ResponseReturnValue:
    row, form, loaded, db = _own(code), RenameForm(), current_resources(), current_session()
    if not form.validate():
        return _rename_page(row, form), 422
    try:
        made = superseding.rename(
            db,
            row=row,
            printed_name=form.printed_name.data,
            ring=loaded.ring,
            press=loaded.press,
            issuer=loaded.issuer,
            reference_secret=loaded.settings.reference_secret,
            chances=register.draw_chances(db, random_bytes=secrets.token_bytes, random_below=secrets.randbelow),
            now=datetime.now(UTC),
        )
    except UnacceptableNameError as error:
        form.printed_name.errors = [name_advice(error.reason)]
        return _rename_page(row, form), 422
    except SameNameError as error:
        form.printed_name.errors = [gettext(ANSWERS[error.code].title)]
        return _rename_page(row, form), 422
    db.commit()
    return redirect(_page_of(made), code=303)


def _rename_page(row: Certificate, form: RenameForm) -> str:
    return render_template("certification/rename.html", credential=_stated(row), form=form)


@blueprint.get("/<string:code>/liens")
@requires(Permission.CERTIFICATE_HOLD)
def links(code: str) -> ResponseReturnValue:
    row, loaded = _own(code), current_resources()
    found = sharing.list_links(current_session(), row=row)
    addresses = {
        link.id: f"{loaded.settings.public_url}/c/"
        + format_code(sharing.code_of(link.seed, secret=loaded.settings.reference_secret))
        for link in found
    }
    return render_template(
        "certification/links.html",
        row=row,
        credential=_stated(row),
        sharing_links=found,
        addresses=addresses,
        now=datetime.now(UTC),
        form=ShareForm(formdata=None),
    )


@blueprint.get("/<string:code>/liens/nouveau")
@requires(Permission.CERTIFICATE_HOLD)
def prepare_link(code: str) -> ResponseReturnValue:
    row = _own(code)
    register.check_in_force(row)
    return _link_page(row, LinkForm(formdata=None))


@blueprint.post("/<string:code>/liens/nouveau")
@requires(Permission.CERTIFICATE_HOLD)
@limiter.limit("60 per hour")
def make_link(code: str) -> ResponseReturnValue:
    row, form = _own(code), LinkForm()
    if not form.validate():
        return _link_page(row, form), 422
    sharing.make(
        current_session(),
        row=row,
        purpose=form.purpose.data,
        disclosure=Disclosure(form.disclosure.data),
        days=int(form.days.data),
        seed=secrets.token_hex(16),
        secret=current_resources().settings.reference_secret,
        actor_id=row.person_id or 0,
        now=datetime.now(UTC),
    )
    current_session().commit()
    return redirect(url_for(".links", code=format_code(_stated(row).code)), code=303)


@blueprint.post("/<string:code>/liens/<int:link_id>/reprendre")
@requires(Permission.CERTIFICATE_HOLD)
@back_to("certification.links")
def close_link(code: str, link_id: int) -> ResponseReturnValue:
    row = _own(code)
    sharing.close(current_session(), row=row, link_id=link_id, actor_id=row.person_id or 0, now=datetime.now(UTC))
    current_session().commit()
    return redirect(url_for(".links", code=format_code(_stated(row).code)), code=303)


@blueprint.get("/<string:code>/regards")
@requires(Permission.CERTIFICATE_HOLD)
def looks(code: str) -> ResponseReturnValue:
    row = _own(code)
    found = sharing.list_looks(current_session(), row=row)
    return render_template("certification/looks.html", credential=_stated(row), looks=found, most=sharing.SHOWN)


@blueprint.get("/<string:code>/emporter")
@requires(Permission.CERTIFICATE_HOLD)
def formats(code: str) -> ResponseReturnValue:
    row = _own(code)
    register.check_in_force(row)
    credential, issuer = _stated(row), current_resources().issuer
    fields = extras.profile_fields(credential, issuer=issuer, language=current_language())
    return render_template(
        "certification/formats.html", row=row, credential=credential, fields=fields, formats=extras.FORMATS
    )


@blueprint.get("/<string:code>.<any(jwt, ics):suffix>")
@requires(Permission.CERTIFICATE_HOLD)
@limiter.limit("60 per hour")
def carry(code: str, suffix: str) -> ResponseReturnValue:
    """Give the holder one form of what is theirs: the signed statement, or a calendar's note of its end."""
    row = _own(code)
    register.check_in_force(row)
    credential, one = _stated(row), extras.FORMATS[suffix]
    data = one.write(credential, row.token, current_language())
    if data is None:
        raise NotFoundError
    name = f"numericite-{format_code(credential.code)}.{suffix}"
    return Response(data, mimetype=one.media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@blueprint.after_request
def _keep_apart(response: Response) -> Response:
    """Addresses here hold codes: other sites are not told them, and search engines forget them."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, noarchive"
    return response


def _link_page(row: Certificate, form: LinkForm) -> str:
    return render_template("certification/new_link.html", credential=_stated(row), form=form, disclosure=disclosure)


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


def _successor(row: Certificate) -> Credential | None:
    made = superseding.find_successor(current_session(), row=row)
    return _stated(made) if made is not None and made.token else None


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
