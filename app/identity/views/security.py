"""The page "Sécurité et identité", the sign-in that is asked for again, and the second factor."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, session, url_for
from flask_babel import gettext

from app.access import Permission, current_identity, public, requires
from app.accounts.services import links, people
from app.accounts.views.browser import come_in, enter, is_refusal, public_url, reference_secret
from app.accounts.views.pages import form_page, next_path, tell
from app.database import current_session
from app.errors import StepSpentError, WrongCredentialsError, WrongPasskeyError, WrongRecoveryCodeError
from app.identity.forms import ConfirmForm, PasskeyForm, PasswordAgainForm, RecoveryCodeForm
from app.identity.models import Provider, Purpose
from app.identity.services import linking, passkeys, professional, second_factor, steps
from app.identity.services.letters import News
from app.identity.services.rpps import spaced
from app.identity.views.room import SECOND, blueprint, confirm_first, directory, done, own_id, parties, site, tell_owner
from app.navigation import back_to
from app.web import limiter
from certificates.reference import format_code, new_code

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session


@blueprint.get("/compte/securite")
@requires(Permission.ACCOUNT_MANAGE)
def security() -> ResponseReturnValue:
    db, person_id = current_session(), own_id()
    number = professional.of(db, person_id=person_id)
    linked = {row.provider: row for row in linking.list_own(db, person_id=person_id)}
    return render_template(
        "identity/security.html",
        form=ConfirmForm(),
        passkeys=passkeys.list_own(db, person_id=person_id),
        factor=second_factor.find(db, person_id=person_id),
        codes_left=second_factor.count_codes(db, person_id=person_id),
        linked=linked,
        providers=[one for one in Provider if one in parties() or one.value in linked],
        offered=parties(),
        number=number,
        spaced_number=spaced(number.rpps) if number else "",
        is_national=directory().is_national,
        done=request.args.get("fait", ""),
    )


@blueprint.route("/compte/securite/confirmer", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
@limiter.limit("10 per 15 minutes", methods=["POST"], deduct_when=is_refusal)
def confirm() -> ResponseReturnValue:
    """Ask for a sign-in again, in a browser that was let in some time ago."""
    db, form, now = current_session(), PasswordAgainForm(), datetime.now(UTC)
    person = people.get_account(db, person_id=own_id())
    context = {
        "person": person,
        "has_passkey": bool(passkeys.list_own(db, person_id=person.id)),
        "vouching": [
            row.provider for row in linking.list_own(db, person_id=person.id) if Provider(row.provider) in parties()
        ],
        "is_sent": "envoye" in request.args,
    }
    if person.password_hash is None or not form.validate_on_submit():
        return form_page("identity/confirm.html", form, **context)
    try:
        people.authenticate(db, email=person.email or "", password=form.password.data, now=now)
    except WrongCredentialsError:
        db.commit()  # the refusal is in the trail
        form.password.errors = [gettext("Ce n’est pas votre mot de passe.")]
        return form_page("identity/confirm.html", form, **context)
    shared = current_identity().shared_computer
    return come_in(db, account_id=person.id, shared_computer=shared, way=_way(), now=now)


@blueprint.post("/compte/securite/confirmer/lien")
@requires(Permission.ACCOUNT_MANAGE)
@back_to("identity.confirm")
@limiter.limit("5 per hour")
def send_link() -> ResponseReturnValue:
    """Send a sign-in link to the account's own address: the way for whoever has no password."""
    db = current_session()
    links.ask_sign_in(
        db,
        email=people.get_account(db, person_id=own_id()).email or "",
        token=secrets.token_urlsafe(32),
        secret=reference_secret(),
        public_url=public_url(),
        next_path=_way(),
        now=datetime.now(UTC),
    )
    db.commit()
    return redirect(url_for(".confirm", suite=_way(), envoye="oui"), code=303)


@blueprint.route("/compte/securite/second-facteur", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
def enable_second_factor() -> ResponseReturnValue:
    """Explain, then switch on and show the codes, once."""
    if (again := confirm_first()) is not None:
        return again
    db, form = current_session(), ConfirmForm()
    if not form.validate_on_submit():
        person = people.get_account(db, person_id=own_id())
        has_passkey = bool(passkeys.list_own(db, person_id=person.id))
        return form_page("identity/second_factor.html", form, has_passkey=has_passkey, person=person)
    codes = _new_codes()
    second_factor.enable(db, person_id=own_id(), codes=codes, secret=reference_secret(), now=datetime.now(UTC))
    tell_owner(db, person_id=own_id(), news=News.SECOND_FACTOR_ON)
    db.commit()
    return _codes_page(codes)


@blueprint.post("/compte/securite/second-facteur/arreter")
@requires(Permission.ACCOUNT_MANAGE)
@back_to("identity.security")
def disable_second_factor() -> ResponseReturnValue:
    if (again := confirm_first()) is not None:
        return again
    second_factor.disable(current_session(), person_id=own_id(), now=datetime.now(UTC))
    return done("sans-second-facteur", News.SECOND_FACTOR_OFF)


@blueprint.post("/compte/securite/codes")
@requires(Permission.ACCOUNT_MANAGE)
@back_to("identity.security")
@limiter.limit("10 per hour")
def renew_codes() -> ResponseReturnValue:
    if (again := confirm_first()) is not None:
        return again
    codes = _new_codes()
    second_factor.renew_codes(current_session(), person_id=own_id(), codes=codes, secret=reference_secret())
    current_session().commit()
    return _codes_page(codes)


@blueprint.route("/connexion/second-facteur", methods=["GET", "POST"])
@public
@limiter.limit("10 per 15 minutes", methods=["POST"], deduct_when=is_refusal)
def second_step() -> ResponseReturnValue:
    """Ask for the second proof; the form is for a code on paper, the button of the script for a passkey."""
    db, form, now = current_session(), RecoveryCodeForm(), datetime.now(UTC)
    waiting = steps.find(db, purpose=Purpose.SECOND_FACTOR, token=session.get(SECOND, ""), now=now)
    if not form.validate_on_submit():
        return form_page("identity/second_step.html", form, passkeys=PasskeyForm(formdata=None))
    person_id = waiting.person_id or 0
    try:
        second_factor.spend_code(db, person_id=person_id, typed=form.code.data, secret=reference_secret(), now=now)
    except WrongRecoveryCodeError as refusal:
        db.commit()  # the refusal is in the trail
        tell(form.code, refusal)
        return form_page("identity/second_step.html", form, passkeys=PasskeyForm(formdata=None))
    tell_owner(db, person_id=person_id, news=News.CODE_USED)
    return _pass_second(db, now=now)


@blueprint.post("/connexion/second/cle")
@public
@back_to("identity.second_step")
@limiter.limit("20 per 15 minutes", deduct_when=is_refusal)
def second_passkey() -> ResponseReturnValue:
    db, form, now = current_session(), PasskeyForm(), datetime.now(UTC)
    waiting = steps.find(db, purpose=Purpose.SECOND_FACTOR, token=session.get(SECOND, ""), now=now)
    if not form.validate_on_submit():
        return form_page("identity/second_step.html", RecoveryCodeForm(formdata=None), passkeys=form)
    try:
        passkeys.use(db, person_id=waiting.person_id, answer=form.answer.data, site=site(), now=now)
    except WrongPasskeyError as refusal:
        db.commit()  # the refusal is in the trail, and the challenge is burnt
        tell(form.answer, refusal)
        return form_page("identity/second_step.html", RecoveryCodeForm(formdata=None), passkeys=form)
    return _pass_second(db, now=now)


def ask_second(db: Session, /, *, account_id: int, shared_computer: bool, next_path: str, now: datetime) -> str | None:
    """Return the page of the second proof, and remember what was proven; None where the account asks for one only."""
    if second_factor.find(db, person_id=account_id) is None:
        return None
    session[SECOND] = secrets.token_urlsafe(32)
    payload: dict[str, str | bool] = {"way": next_path, "shared_computer": shared_computer}
    steps.begin(
        db, purpose=Purpose.SECOND_FACTOR, token=session[SECOND], person_id=account_id, payload=payload, now=now
    )
    return url_for("identity.second_step")


def _pass_second(db: Session, *, now: datetime) -> ResponseReturnValue:
    """Burn the first proof and let the browser in."""
    account_id, step = steps.burn(db, purpose=Purpose.SECOND_FACTOR, token=session.pop(SECOND, ""), now=now)
    if account_id is None:
        raise StepSpentError
    enter(db, account_id=account_id, shared_computer=step["shared_computer"], now=now)
    db.commit()
    return redirect(step["way"], code=303)


def _new_codes() -> list[str]:
    return [new_code(secrets.token_bytes(10)) for _ in range(second_factor.CODES)]


def _codes_page(codes: list[str]) -> ResponseReturnValue:
    return render_template("identity/codes.html", codes=[format_code(code) for code in codes])


def _way() -> str:
    return next_path(default="") or url_for("identity.security")
