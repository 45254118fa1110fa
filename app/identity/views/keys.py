"""Passkeys: coming in with one, adding, naming, removing."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import Response, redirect, request, session

from app.access import Permission, current_identity, public, requires
from app.accounts.services import web_sessions
from app.accounts.views.browser import enter, is_refusal
from app.accounts.views.pages import form_page, next_path, tell
from app.database import current_session
from app.errors import WrongPasskeyError
from app.identity.forms import ConfirmForm, NewPasskeyForm, PasskeyForm, PasskeyNameForm
from app.identity.models import Purpose
from app.identity.services import passkeys, second_factor, steps
from app.identity.services.letters import News
from app.identity.views.room import SECOND, blueprint, confirm_first, done, own_id, site
from app.navigation import back_to
from app.web import limiter

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.post("/connexion/cle/defi")
@public
@back_to("identity.use_passkey")
@limiter.limit("60 per 15 minutes")
def challenge() -> ResponseReturnValue:
    """Give the script what it asks a device for a signature with."""
    identity = current_identity()
    return _challenge(person_id=identity.person_id if identity.is_account else None)


@blueprint.route("/connexion/cle", methods=["GET", "POST"])
@public
@limiter.limit("20 per 15 minutes", methods=["POST"], deduct_when=is_refusal)
def use_passkey() -> ResponseReturnValue:
    """Come in with a passkey alone, or sign in again with one of one's own."""
    db, form, identity, now = current_session(), PasskeyForm(), current_identity(), datetime.now(UTC)
    if not form.validate_on_submit():
        return form_page("identity/use_passkey.html", form)
    expected = identity.person_id if identity.is_account else None
    try:
        account_id = passkeys.use(db, person_id=expected, answer=form.answer.data, site=site(), now=now)
    except WrongPasskeyError as refusal:
        db.commit()  # the refusal is in the trail, and the challenge is burnt
        tell(form.answer, refusal)
        return form_page("identity/use_passkey.html", form)
    enter(db, account_id=account_id, shared_computer=form.shared_computer.data, now=now)
    db.commit()
    return redirect(next_path(), code=303)


@blueprint.post("/connexion/second/cle/defi")
@public
@back_to("identity.second_step")
@limiter.limit("60 per 15 minutes")
def second_challenge() -> ResponseReturnValue:
    waiting = steps.find(
        current_session(), purpose=Purpose.SECOND_FACTOR, token=session.get(SECOND, ""), now=datetime.now(UTC)
    )
    return _challenge(person_id=waiting.person_id)


@blueprint.post("/compte/securite/cles/defi")
@requires(Permission.ACCOUNT_MANAGE)
@back_to("identity.add_passkey")
@limiter.limit("60 per 15 minutes")
def new_challenge() -> ResponseReturnValue:
    """Give the script what it asks a device for a new passkey with."""
    if (again := confirm_first()) is not None:
        return again
    options = passkeys.begin_new(
        current_session(),
        person_id=own_id(),
        challenge=secrets.token_bytes(32),
        site=site(),
        now=datetime.now(UTC),
    )
    current_session().commit()
    return Response(options, mimetype="application/json")


@blueprint.route("/compte/securite/cles", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
def add_passkey() -> ResponseReturnValue:
    if (again := confirm_first()) is not None:
        return again
    form, now = NewPasskeyForm(name=web_sessions.label_of(request.user_agent.string)), datetime.now(UTC)
    if not form.validate_on_submit():
        return form_page("identity/add_passkey.html", form)
    try:
        passkeys.add(
            current_session(),
            person_id=own_id(),
            answer=form.answer.data,
            name=form.name.data,
            site=site(),
            now=now,
        )
    except WrongPasskeyError as refusal:
        current_session().commit()  # the challenge is burnt
        tell(form.answer, refusal)
        return form_page("identity/add_passkey.html", form)
    return done("cle", News.PASSKEY_ADDED)


@blueprint.route("/compte/securite/cles/<int:passkey_id>", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
def passkey(passkey_id: int) -> ResponseReturnValue:
    """Show one passkey: name it otherwise, or go on to remove it."""
    db = current_session()
    row = passkeys.get_own(db, passkey_id=passkey_id, person_id=own_id())
    form = PasskeyNameForm(name=row.name)
    if not form.validate_on_submit():
        is_last = len(passkeys.list_own(db, person_id=own_id())) == 1
        ends_factor = is_last and second_factor.find(db, person_id=own_id()) is not None
        return form_page("identity/passkey.html", form, passkey=row, ends_factor=ends_factor, removal=ConfirmForm())
    passkeys.rename(db, passkey_id=passkey_id, person_id=own_id(), name=form.name.data)
    return done("nom")


@blueprint.post("/compte/securite/cles/<int:passkey_id>/retirer")
@requires(Permission.ACCOUNT_MANAGE)
@back_to("identity.passkey")
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    db = current_session()
    passkeys.get_own(db, passkey_id=passkey_id, person_id=own_id())
    if (again := confirm_first()) is not None:
        return again
    ended = second_factor.remove_passkey(db, passkey_id=passkey_id, person_id=own_id(), now=datetime.now(UTC))
    return done("derniere-cle" if ended else "cle-retiree", News.SECOND_FACTOR_OFF if ended else News.PASSKEY_REMOVED)


def _challenge(*, person_id: int | None) -> ResponseReturnValue:
    options = passkeys.begin_use(
        current_session(),
        person_id=person_id,
        challenge=secrets.token_bytes(32),
        site=site(),
        now=datetime.now(UTC),
    )
    current_session().commit()
    return Response(options, mimetype="application/json")
