"""Coming in: sign-in, e-mail links, sign-up; and going out."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import make_response, redirect, render_template, request, url_for

from app.access import current_identity, public
from app.accounts.forms import AskLinkForm, ConfirmForm, EnterForm, SignInForm, SignUpForm
from app.accounts.models import LinkPurpose
from app.accounts.services import links, people
from app.accounts.views.account import send_confirmation
from app.accounts.views.browser import (
    address_key,
    come_in,
    enter,
    go_out,
    is_refusal,
    other_proofs,
    public_url,
    reference_secret,
    take_way,
    wipe,
)
from app.accounts.views.pages import form_page, next_path, tell
from app.accounts.views.room import blueprint
from app.database import current_session
from app.errors import AddressTakenError, TooYoungError, WeakPasswordError, WrongCredentialsError
from app.navigation import back_to
from app.web import current_language, limiter

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.route("/connexion", methods=["GET", "POST"])
@public
@limiter.limit("40 per 15 minutes", methods=["POST"], deduct_when=is_refusal)
@limiter.limit("10 per 15 minutes", key_func=address_key, methods=["POST"], deduct_when=is_refusal)
def sign_in() -> ResponseReturnValue:
    if current_identity().is_account:
        return redirect(next_path(), code=303)
    form = SignInForm()
    if not form.validate_on_submit():
        return form_page("accounts/sign_in.html", form)
    db, now = current_session(), datetime.now(UTC)
    try:
        person = people.authenticate(db, email=form.email.data, password=form.password.data, now=now)
    except WrongCredentialsError as refusal:
        db.commit()  # the refusal is in the trail
        tell(form.password, refusal)
        return form_page("accounts/sign_in.html", form)
    return come_in(db, account_id=person.id, shared_computer=form.shared_computer.data, way=next_path(), now=now)


@blueprint.route("/connexion/lien", methods=["GET", "POST"])
@public
@limiter.limit("20 per hour", methods=["POST"])
@limiter.limit("5 per hour", key_func=address_key, methods=["POST"])
def ask_link() -> ResponseReturnValue:
    form = AskLinkForm()
    if not form.validate_on_submit():
        return form_page("accounts/ask_link.html", form, is_sent="envoye" in request.args)
    links.ask_sign_in(
        current_session(),
        email=form.email.data,
        token=secrets.token_urlsafe(32),
        secret=reference_secret(),
        public_url=public_url(),
        next_path=next_path(default=""),
        now=datetime.now(UTC),
    )
    current_session().commit()
    return redirect(url_for(".ask_link", envoye="oui"), code=303)


@blueprint.route("/connexion/lien/<string:token>", methods=["GET", "POST"])
@public
@limiter.limit("30 per minute")
def follow_link(token: str) -> ResponseReturnValue:
    form, db, now = EnterForm(), current_session(), datetime.now(UTC)
    if not form.validate_on_submit():
        drops_proofs = links.drops_proofs(
            db, token=token, secret=reference_secret(), holds_proofs=other_proofs().holds, now=now
        )
        return form_page("accounts/follow_link.html", form, token=token, drops_proofs=drops_proofs)
    person = links.follow_sign_in(
        db, token=token, secret=reference_secret(), forget_proofs=other_proofs().forget, now=now
    )
    return come_in(db, account_id=person.id, shared_computer=form.shared_computer.data, way=next_path(), now=now)


@blueprint.route("/inscription", methods=["GET", "POST"])
@public
@limiter.limit("20 per hour", methods=["POST"])
def sign_up() -> ResponseReturnValue:
    identity = current_identity()
    if identity.is_account:
        return redirect(next_path(), code=303)
    form = SignUpForm()
    if not form.validate_on_submit():
        return form_page("accounts/sign_up.html", form, is_too_young=False)
    db, now = current_session(), datetime.now(UTC)
    try:
        person = people.create_account(
            db,
            email=form.email.data,
            password=form.password.data,
            is_fifteen=form.is_fifteen.data,
            language=current_language(),
            guest_id=identity.person_id,
            now=now,
        )
    except (TooYoungError, WeakPasswordError, AddressTakenError) as refusal:
        field = {TooYoungError: form.is_fifteen, WeakPasswordError: form.password, AddressTakenError: form.email}
        tell(field[type(refusal)], refusal)
        return form_page("accounts/sign_up.html", form, is_too_young=isinstance(refusal, TooYoungError))
    send_confirmation(person.id, now=now)
    enter(db, account_id=person.id, shared_computer=form.shared_computer.data, now=now)
    db.commit()
    return redirect(next_path(), code=303)


@blueprint.route("/compte/adresse/<string:token>", methods=["GET", "POST"])
@public
@limiter.limit("30 per minute")
def confirm_address(token: str) -> ResponseReturnValue:
    form, db, now = ConfirmForm(), current_session(), datetime.now(UTC)
    if not form.validate_on_submit():
        links.check(db, token=token, purpose=LinkPurpose.CONFIRM_ADDRESS, secret=reference_secret(), now=now)
        return form_page("accounts/confirm_address.html", form, token=token)
    links.confirm_address(db, token=token, secret=reference_secret(), now=now)
    db.commit()
    way = take_way() or next_path(default="")
    if current_identity().is_account:
        return redirect(way or url_for(".account", fait="adresse"), code=303)
    return redirect(url_for(".sign_in", fait="adresse", suite=way or None), code=303)


@blueprint.post("/deconnexion")
@public
@back_to("public.home")
def sign_out() -> ResponseReturnValue:
    is_shared = current_identity().shared_computer
    farewell = go_out(current_session(), is_shared=is_shared)
    current_session().commit()
    if farewell is not None:
        return redirect(farewell, code=303)
    if is_shared:
        return wipe(make_response(redirect(url_for(".finished"), code=303)))
    return redirect(url_for("public.home"), code=303)


@blueprint.get("/terminer")
@public
def finished() -> ResponseReturnValue:
    return render_template("accounts/finished.html")


@blueprint.post("/terminer")
@public
@back_to("accounts.finished")
def leave() -> ResponseReturnValue:
    farewell = go_out(current_session(), is_shared=True)
    current_session().commit()
    if farewell is not None:
        return redirect(farewell, code=303)
    return wipe(make_response(redirect(url_for(".finished"), code=303)))
