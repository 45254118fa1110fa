"""The account: what it holds, the name to print, password, address, language, browsers."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import after_this_request, redirect, render_template, request, url_for
from flask_babel import gettext

from app.access import Permission, current_identity, requires
from app.accounts.forms import AddressForm, ConfirmForm, LanguageForm, NameForm, PasswordForm
from app.accounts.services import cases, links, people, web_sessions
from app.accounts.views.browser import forget, other_proofs, public_url, reference_secret
from app.accounts.views.pages import form_page, next_path, tell
from app.accounts.views.room import blueprint
from app.database import current_session
from app.errors import AddressTakenError, WeakPasswordError, WrongCredentialsError
from app.navigation import back_to
from app.web import forget_language_choice, limiter
from certificates.errors import UnacceptableNameError

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from app.accounts.models import Person


@blueprint.get("/compte")
@requires(Permission.ACCOUNT_MANAGE)
def account() -> ResponseReturnValue:
    db, person = current_session(), _own()
    return render_template(
        "accounts/account.html",
        person=person,
        sessions=web_sessions.list_own(db, person_id=person.id, now=datetime.now(UTC)),
        cases=cases.list_own(db, person_id=person.id),
        form=ConfirmForm(),
        done=request.args.get("fait", ""),
    )


@blueprint.route("/compte/nom", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
def name() -> ResponseReturnValue:
    person = _own()
    form = NameForm(name=person.printed_name)
    if not form.validate_on_submit():
        return form_page("accounts/name.html", form)
    try:
        people.set_printed_name(current_session(), person_id=person.id, name=form.name.data)
    except UnacceptableNameError as refusal:
        form.name.errors = [name_advice(refusal.reason)]
        return form_page("accounts/name.html", form)
    return _done("nom")


@blueprint.route("/compte/mot-de-passe", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
@limiter.limit("10 per 15 minutes", methods=["POST"])
def password() -> ResponseReturnValue:
    form, person = PasswordForm(), _own()
    has_password = person.password_hash is not None
    if not has_password and (again := other_proofs().confirm_first()) is not None:
        return again  # nothing else shows that it is still the same person in front of this browser
    if not form.validate_on_submit():
        return form_page("accounts/password.html", form, has_password=has_password)
    try:
        people.change_password(
            current_session(),
            person_id=person.id,
            current=form.current.data or "",
            new=form.new.data,
            kept_session_id=current_identity().web_session_id,
            now=datetime.now(UTC),
        )
    except WrongCredentialsError:
        form.current.errors = [gettext("Ce n’est pas votre mot de passe actuel.")]
    except WeakPasswordError as refusal:
        tell(form.new, refusal)
    if form.errors:
        return form_page("accounts/password.html", form, has_password=has_password)
    return _done("mot-de-passe")


@blueprint.route("/compte/adresse", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
@limiter.limit("10 per hour", methods=["POST"])
def address() -> ResponseReturnValue:
    form, person, now = AddressForm(), _own(), datetime.now(UTC)
    has_password = person.password_hash is not None
    if not has_password and (again := other_proofs().confirm_first()) is not None:
        return again  # nothing else shows that it is still the same person in front of this browser
    if not form.validate_on_submit():
        return form_page("accounts/address.html", form, has_password=has_password)
    try:
        links.change_address(
            current_session(),
            person_id=person.id,
            email=form.email.data,
            password=form.password.data or "",
            public_url=public_url(),
            now=now,
        )
    except WrongCredentialsError:
        form.password.errors = [gettext("Ce n’est pas votre mot de passe.")]
    except AddressTakenError as refusal:
        tell(form.email, refusal)
    if form.errors:
        return form_page("accounts/address.html", form, has_password=has_password)
    send_confirmation(person.id, now=now)
    return _done("message")


@blueprint.post("/compte/adresse/renvoyer")
@requires(Permission.ACCOUNT_MANAGE)
@back_to("accounts.account")
@limiter.limit("5 per hour")
def resend_confirmation() -> ResponseReturnValue:
    send_confirmation(_own().id, next_path=next_path(default=""), now=datetime.now(UTC))
    return _done("message")


@blueprint.route("/compte/langue", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
def language() -> ResponseReturnValue:
    person = _own()
    form = LanguageForm(language=person.language or "fr")
    if not form.validate_on_submit():
        return form_page("accounts/language.html", form)
    people.set_language(current_session(), person_id=person.id, language=form.language.data)
    after_this_request(forget_language_choice)
    return _done("langue")


@blueprint.post("/compte/sessions/<int:web_session_id>/revoquer")
@requires(Permission.ACCOUNT_MANAGE)
@back_to("accounts.account")
def revoke_session(web_session_id: int) -> ResponseReturnValue:
    db, own_id = current_session(), current_identity().web_session_id
    web_sessions.revoke(db, web_session_id=web_session_id, person_id=_own().id, now=datetime.now(UTC))
    if web_session_id != own_id:
        return _done("session")
    forget(db)
    db.commit()
    return redirect(url_for(".sign_in"), code=303)


@blueprint.post("/compte/sessions/revoquer")
@requires(Permission.ACCOUNT_MANAGE)
@back_to("accounts.account")
def revoke_other_sessions() -> ResponseReturnValue:
    own_id = current_identity().web_session_id
    web_sessions.revoke_all_others(current_session(), person_id=_own().id, kept_id=own_id, now=datetime.now(UTC))
    return _done("sessions")


def send_confirmation(person_id: int, *, now: datetime, next_path: str = "") -> None:
    """Send the link that proves an account's address; the caller commits."""
    links.send_confirmation(
        current_session(),
        person_id=person_id,
        token=secrets.token_urlsafe(32),
        secret=reference_secret(),
        public_url=public_url(),
        next_path=next_path,
        now=now,
    )


def name_advice(reason: str) -> str:
    """Say why a name cannot be printed and what to type instead."""
    advice = {
        "title": gettext(
            "Écrivez votre nom sans titre, diplôme ni profession : rien de cela n’est contrôlé ici. "
            "Si « M. » est un prénom, écrivez-le en entier."
        ),
        "claim": gettext(
            "Écrivez seulement votre nom : ce qui a été contrôlé ou non, l’attestation le dit elle-même, à côté."
        ),
        "organisation": gettext("Écrivez le nom d’une personne, pas celui d’un organisme."),
        "scripts": gettext("Deux alphabets se mêlent dans ce nom : retapez-le dans un seul."),
        "address": gettext("Écrivez un nom, pas une adresse."),
        "digit": gettext("Un nom ne contient pas de chiffre."),
        "too-long": gettext("C’est trop long pour être imprimé : 120 signes au plus."),
        "no-letter": gettext("Écrivez au moins une lettre."),
        "font": gettext(
            "Nous n’avons pas de police pour tous ces signes : écrivez votre nom en lettres latines, "
            "par exemple comme sur votre passeport."
        ),
    }
    return str(
        advice.get(reason, gettext("Ce signe ne s’imprime pas dans un nom : gardez lettres, espaces et tirets."))
    )


def _own() -> Person:
    return people.get_account(current_session(), person_id=current_identity().person_id or 0)


def _done(what: str) -> ResponseReturnValue:
    current_session().commit()
    return redirect(url_for(".account", fait=what), code=303)
