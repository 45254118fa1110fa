"""Coming back without e-mail: the printed card."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup

from app.access import Permission, current_identity, public, requires
from app.accounts.forms import ConfirmForm, ResumeForm
from app.accounts.services import cards, personal_data
from app.accounts.views.browser import is_refusal, keep_guest, person_rooms, public_url, reference_secret
from app.accounts.views.pages import form_page, tell
from app.accounts.views.room import blueprint
from app.database import current_session
from app.errors import WrongCardError
from app.supervised_errors import ClaimBarredError
from app.web import limiter
from certificates.reference import format_code, new_code

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.get("/carte")
@requires(Permission.SITTING_TAKE)
def card() -> ResponseReturnValue:
    """Say what the card is and until when it serves; its codes were shown once and are kept nowhere."""
    if current_identity().is_account:
        return redirect(url_for("assessments.index"), code=303)
    found = cards.find_own(current_session(), person_id=current_identity().person_id or 0, now=datetime.now(UTC))
    return render_template("accounts/own_card.html", card=found, form=ConfirmForm())


@blueprint.post("/carte")
@requires(Permission.SITTING_TAKE)
@limiter.limit("10 per hour")
def make_card() -> ResponseReturnValue:
    code, pin = new_code(secrets.token_bytes(10)), f"{secrets.randbelow(1_000_000):06d}"
    card = cards.create_card(
        current_session(),
        person_id=current_identity().person_id or 0,
        code=code,
        pin=pin,
        secret=reference_secret(),
        now=datetime.now(UTC),
    )
    current_session().commit()
    address = f"{public_url()}{url_for('.resume', carte=code)}"
    drawing = cards.qr_code(address, title=gettext("Code à scanner pour reprendre"))
    return render_template(
        "accounts/card.html",
        code=format_code(code),
        pin=pin,
        expires_at=card.expires_at,
        resume_address=f"{public_url()}{url_for('.resume')}",
        qr_code=Markup(drawing),  # noqa: S704 (drawn by segno from our own address)
    )


@blueprint.route("/reprendre", methods=["GET", "POST"])
@public
@limiter.limit("20 per 15 minutes", methods=["POST"], deduct_when=is_refusal)
def resume() -> ResponseReturnValue:
    form = ResumeForm(code=request.args.get("carte", ""))
    if not form.validate_on_submit():
        return _resume_page(form)
    db, now, identity = current_session(), datetime.now(UTC), current_identity()
    try:
        guest_id = cards.resume(db, code=form.code.data, pin=form.pin.data, secret=reference_secret(), now=now)
    except WrongCardError as refusal:
        db.commit()  # the failed try counts
        tell(form.pin, refusal)
        return _resume_page(form)
    is_shared = form.shared_computer.data or identity.shared_computer
    if identity.is_account and identity.person_id is not None:
        try:
            personal_data.adopt_all(db, from_id=guest_id, to_id=identity.person_id, rooms=person_rooms(), now=now)
        except ClaimBarredError as refusal:
            db.rollback()  # the card serves as before
            tell(form.code, refusal)
            return _resume_page(form)
    else:
        keep_guest(db, person_id=guest_id, shared_computer=is_shared, now=now)
    db.commit()
    return redirect(url_for("assessments.index"), code=303)


def _resume_page(form: ResumeForm) -> ResponseReturnValue:
    return form_page("accounts/resume.html", form, days=cards.LIFETIME.days)
