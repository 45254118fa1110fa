"""The professional number: declared, checked in the directory, taken back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.access import Permission, requires
from app.accounts.views.pages import form_page, tell
from app.database import current_session
from app.errors import AppError, NumberTakenError, NumberVouchedError, WrongNumberError
from app.identity.forms import NumberForm
from app.identity.services import disputes, professional
from app.identity.views.room import blueprint, directory, done, on_change, own_id, pause
from app.label_errors import NumberDisputedError
from app.navigation import back_to
from app.web import limiter

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.route("/compte/securite/numero", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
@limiter.limit("10 per hour", methods=["POST"])
def number() -> ResponseReturnValue:
    """Write a number down, then ask the directory: if it is away, the number waits and is asked for again."""
    db, form, asked = current_session(), NumberForm(), directory()
    if not form.validate_on_submit():
        return form_page("identity/number.html", form, is_national=asked.is_national)
    try:
        row = professional.declare(db, person_id=own_id(), typed=form.number.data, now=datetime.now(UTC))
    except (WrongNumberError, NumberTakenError, NumberVouchedError) as refusal:
        told: AppError = refusal
        now = datetime.now(UTC)
        if isinstance(refusal, NumberTakenError) and disputes.claim(
            db, person_id=own_id(), typed=form.number.data, now=now
        ):
            db.commit()  # two officers have it from now on
            told = NumberDisputedError()
        tell(form.number, told)
        return form_page("identity/number.html", form, is_national=asked.is_national)
    rpps = row.rpps
    pause(db)
    found = asked.look_up(rpps)
    professional.note(
        db, rpps=rpps, found=found, is_national=asked.is_national, on_change=on_change(), now=datetime.now(UTC)
    )
    return done("numero")


@blueprint.post("/compte/securite/numero/retirer")
@requires(Permission.ACCOUNT_MANAGE)
@back_to("identity.security")
def withdraw_number() -> ResponseReturnValue:
    professional.withdraw(current_session(), person_id=own_id(), now=datetime.now(UTC))
    return done("sans-numero")
