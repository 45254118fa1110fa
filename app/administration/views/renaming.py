"""The desk reads the new name of a holder whose former one was verified: one person, then another."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import redirect, render_template, url_for
from flask_babel import gettext

from app.access import Permission, current_identity, requires
from app.accounts.views.account import name_advice
from app.administration.forms import ReadNameForm
from app.administration.services import renaming
from app.administration.views.register import code_of, row_of
from app.administration.views.room import blueprint
from app.answers import ANSWERS
from app.certification.services import register
from app.database import current_session
from app.errors import SameNameError
from app.resources import current_resources
from app.web import limiter
from certificates.errors import UnacceptableNameError
from certificates.reference import format_code

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from app.certification.models import Certificate


@blueprint.get("/registre/<string:code>/nom")
@requires(Permission.CERTIFICATE_RENAME)
def prepare_name(code: str) -> ResponseReturnValue:
    row = row_of(code)
    renaming.check_may_read(current_session(), row=row, actor_id=_own_id(), now=datetime.now(UTC))
    return _name_page(row, ReadNameForm(formdata=None))


@blueprint.post("/registre/<string:code>/nom")
@requires(Permission.CERTIFICATE_RENAME)
@limiter.limit("20 per hour")
def read_name(code: str) -> ResponseReturnValue:
    row, form, db = row_of(code), ReadNameForm(), current_session()
    if not form.validate():
        return _name_page(row, form), 422
    try:
        made = renaming.read_name(
            db,
            row=row,
            printed_name=form.printed_name.data,
            evidence=form.evidence.data,
            actor_id=_own_id(),
            loaded=current_resources(),
            chances=register.draw_chances(db, random_bytes=secrets.token_bytes, random_below=secrets.randbelow),
            now=datetime.now(UTC),
        )
    except UnacceptableNameError as error:
        form.printed_name.errors = [name_advice(error.reason)]
        return _name_page(row, form), 422
    except SameNameError as error:
        form.printed_name.errors = [gettext(ANSWERS[error.code].title)]
        return _name_page(row, form), 422
    db.commit()
    return redirect(url_for(".certificate", code=format_code(code_of(made)) if made else code), code=303)


def _name_page(row: Certificate, form: ReadNameForm) -> str:
    found = renaming.readings(current_session(), row=row, now=datetime.now(UTC))
    return render_template(
        "administration/name.html",
        code=code_of(row),
        form=form,
        readings=found,
        is_own=any(one.actor_id == _own_id() for one in found),
        days=renaming.WAITS_DAYS,
    )


def _own_id() -> int:
    return current_identity().person_id or 0
