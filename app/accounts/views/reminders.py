"""Reminders: stopped by the link in each of them, or chosen in the account."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import make_response, redirect, render_template, url_for

from app.access import Permission, current_identity, public, requires
from app.accounts.forms import RemindersForm
from app.accounts.services import stopping
from app.accounts.views.browser import reference_secret
from app.accounts.views.room import blueprint
from app.database import current_session
from app.navigation import back_to
from app.web import csrf, limiter

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue


@blueprint.get("/rappels/<string:token>")
@public
@limiter.limit("60 per minute")
def reminders(token: str) -> Response:
    """Ask before anything stops: programs that look at mail open every link in it."""
    return _page(token)


@blueprint.post("/rappels/<string:token>")
@public
@csrf.exempt
@limiter.limit("600 per hour")  # the button of mail software posts from a few addresses for many people
def stop_reminders(token: str) -> Response:
    """Stop, for a person and for the button of their mail software alike, which follows no redirection (RFC 8058, 3.1)."""
    person = stopping.find(current_session(), token=token, secret=reference_secret())
    stopping.stop(person, now=datetime.now(UTC))
    current_session().commit()
    return _page(token)


@blueprint.post("/compte/rappels")
@requires(Permission.ACCOUNT_MANAGE)
@back_to("accounts.account")
def choose_reminders() -> ResponseReturnValue:
    form = RemindersForm()
    if not form.validate():
        return redirect(url_for(".account"), code=303)
    person_id, wants = current_identity().person_id or 0, form.wants.data == "oui"
    stopping.choose(current_session(), person_id=person_id, wants=wants, now=datetime.now(UTC))
    current_session().commit()
    return redirect(url_for(".account", fait="rappels"), code=303)


def _page(token: str) -> Response:
    person = stopping.find(current_session(), token=token, secret=reference_secret())
    response = make_response(
        render_template("accounts/reminders.html", token=token, is_over=person.reminders_stopped_at is not None)
    )
    response.headers["X-Robots-Tag"] = "noindex, noarchive"
    response.headers["Referrer-Policy"] = "no-referrer"  # the address is what lets one in
    response.headers["Cache-Control"] = "no-store"
    return response
