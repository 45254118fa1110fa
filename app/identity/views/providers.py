"""Coming in by FranceConnect or Pro Santé Connect, linking, unlinking, and going out there too."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask import make_response, redirect, render_template, request, session, url_for

from app.access import Permission, current_identity, public, requires
from app.accounts.services import people
from app.accounts.views.account import send_confirmation
from app.accounts.views.browser import FAREWELL, come_in, reference_secret, wipe
from app.accounts.views.pages import form_page, next_path, tell
from app.database import current_session
from app.errors import AddressTakenError, StepSpentError, TooYoungError
from app.identity.forms import ConfirmForm, NewIdentityForm
from app.identity.models import Provider, Purpose
from app.identity.services import linking, providers, steps
from app.identity.services.letters import News
from app.identity.views.room import (
    IDENTITY,
    STATE,
    WAY_OUT,
    blueprint,
    confirm_first,
    done,
    on_change,
    own_id,
    parties,
    party_of,
    pause,
)
from app.navigation import back_to
from app.web import current_language, limiter

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from app.identity.services.providers import Proven

#: A cookie holds four kilobytes: an identity token that would fill it is not kept, and leaving then ends our session only.
_LONGEST_ADDRESS = 2800


@blueprint.get("/connexion/<string:provider>")
@public
@limiter.limit("30 per 15 minutes")
def start(provider: str) -> ResponseReturnValue:
    """Send the browser to a provider. A GET, since the policy for forms lets none lead to another site."""
    party, db, identity = party_of(provider), current_session(), current_identity()
    pause(db)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    address = party.address(state=state, nonce=nonce, verifier=verifier)
    steps.begin(
        db,
        purpose=Purpose.PROVIDER,
        token=state,
        person_id=identity.person_id if identity.is_account else None,
        payload={
            "provider": provider,
            "nonce": nonce,
            "verifier": verifier,
            "way": next_path(default=""),
            "shared_computer": "partage" in request.args,
        },
        now=datetime.now(UTC),
    )
    db.commit()
    session[STATE] = state
    return redirect(address, code=303)


@blueprint.get("/connexion/<string:provider>/retour")
@public
@limiter.limit("60 per 15 minutes")
def come_back(provider: str) -> ResponseReturnValue:
    """Take the browser back. What it left with is burnt first, whatever it brings."""
    party, db, state = party_of(provider), current_session(), session.pop(STATE, "")
    if not state or not hmac.compare_digest(state.encode(), request.args.get("state", "").encode()):
        raise StepSpentError
    pause(db)
    began_as, step = steps.burn(db, purpose=Purpose.PROVIDER, token=state, now=datetime.now(UTC))
    pause(db)
    if step["provider"] != provider or not party.is_issuer(request.args.get("iss")):
        raise StepSpentError
    if "code" not in request.args:
        raise providers.refused(request.args.get("error", ""))
    proven = party.prove(
        code=request.args["code"], nonce=step["nonce"], verifier=step["verifier"], now=datetime.now(UTC)
    )
    return _arrive(db, proven=proven, began_as=began_as, step=step)


def _arrive(db: Session, *, proven: Proven, began_as: int | None, step: dict[str, Any]) -> ResponseReturnValue:
    """Let the account of an identity in; without one, or where the person was in already, ask first."""
    identity, now = current_identity(), datetime.now(UTC)
    here = identity.person_id if identity.is_account else None
    if began_as != here:
        raise StepSpentError
    _remember_way_out(proven)
    known = linking.known_of(proven, secret=reference_secret())
    person = linking.sign_in(db, known=known, on_change=on_change(), now=now)
    if person is not None and here in (None, person.id):
        way = step["way"] or url_for("accounts.account")
        return come_in(db, account_id=person.id, shared_computer=step["shared_computer"], way=way, now=now)
    db.rollback()  # somebody else's account was looked at, and nothing of it may change
    session[IDENTITY] = secrets.token_urlsafe(32)
    payload = {**asdict(known), "way": step["way"], "shared_computer": step["shared_computer"]}
    steps.begin(db, purpose=Purpose.IDENTITY, token=session[IDENTITY], person_id=here, payload=payload, now=now)
    db.commit()
    return redirect(url_for(".new_identity" if here is None else ".link"), code=303)


@blueprint.route("/connexion/identite", methods=["GET", "POST"])
@public
@limiter.limit("20 per hour", methods=["POST"])
def new_identity() -> ResponseReturnValue:
    """An identity that opens no account yet: link it to one, or open one with it."""
    if current_identity().is_account:
        return redirect(url_for(".link"), code=303)
    db, form, now = current_session(), NewIdentityForm(), datetime.now(UTC)
    waiting = steps.find(db, purpose=Purpose.IDENTITY, token=session.get(IDENTITY, ""), now=now).payload
    if not form.validate_on_submit():
        return form_page("identity/new_identity.html", form, waiting=waiting, is_too_young=False)
    try:
        person = people.create_account(
            db,
            email=form.email.data,
            password=None,
            is_fifteen=form.is_fifteen.data,
            language=current_language(),
            guest_id=current_identity().person_id,
            now=now,
        )
    except (TooYoungError, AddressTakenError) as refusal:
        tell(form.is_fifteen if isinstance(refusal, TooYoungError) else form.email, refusal)
        too_young = isinstance(refusal, TooYoungError)
        return form_page("identity/new_identity.html", form, waiting=waiting, is_too_young=too_young)
    _link_waiting(db, person_id=person.id, now=now)
    send_confirmation(person.id, now=now)
    way = waiting["way"] or url_for("accounts.account")
    return come_in(db, account_id=person.id, shared_computer=waiting["shared_computer"], way=way, now=now)


@blueprint.route("/compte/securite/lier", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
def link() -> ResponseReturnValue:
    """Ask before an identity opens this account."""
    if (again := confirm_first()) is not None:
        return again
    db, form, now = current_session(), ConfirmForm(), datetime.now(UTC)
    waiting = steps.find(db, purpose=Purpose.IDENTITY, token=session.get(IDENTITY, ""), now=now)
    if waiting.person_id not in (None, own_id()):
        raise StepSpentError
    if not form.validate_on_submit():
        return form_page("identity/link.html", form, waiting=waiting.payload)
    _link_waiting(db, person_id=own_id(), now=now)
    return done("lie", News.IDENTITY_LINKED)


@blueprint.post("/compte/securite/delier/<string:provider>")
@requires(Permission.ACCOUNT_MANAGE)
@back_to("identity.security")
def unlink(provider: str) -> ResponseReturnValue:
    if (again := confirm_first()) is not None:
        return again
    linking.unlink(current_session(), person_id=own_id(), provider=provider_named(provider), now=datetime.now(UTC))
    return done("delie", News.IDENTITY_UNLINKED)


@blueprint.get("/deconnexion/ailleurs")
@public
def farewell() -> ResponseReturnValue:
    """Lead the browser to where the provider ends its session too; a page, since no form may lead to another site."""
    address, is_shared = session.pop(FAREWELL, (None, False))
    if address is None:
        return redirect(url_for("public.home"), code=303)
    response = make_response(render_template("identity/farewell.html", address=address))
    return wipe(response) if is_shared else response


@blueprint.get("/deconnexion/retour")
@public
def after_farewell() -> ResponseReturnValue:
    """Where a provider sends the browser back once its session is over."""
    return redirect(url_for("accounts.finished"), code=303)


def way_out() -> str | None:
    """Return where the session of the provider that vouched in this browser ends, if one did and said where."""
    address: str | None = session.get(WAY_OUT)
    return address


def provider_named(name: str) -> Provider:
    """Return a provider, set up or not: one that was switched off can still be unlinked.

    Raises:
        NotFoundError: There is no such provider.
    """
    found = next((provider for provider in Provider if provider.value == name), None)
    return found if found is not None else party_of(name).profile.provider


def _remember_way_out(proven: Proven) -> None:
    """Keep where the provider's session ends in the browser that has one, token included: no table names the person so."""
    address = parties()[proven.provider].farewell(id_token=proven.id_token, state=secrets.token_urlsafe(32))
    if address is not None and len(address) <= _LONGEST_ADDRESS:
        session[WAY_OUT] = address


def _link_waiting(db: Session, *, person_id: int, now: datetime) -> None:
    _owner, waiting = steps.burn(db, purpose=Purpose.IDENTITY, token=session.pop(IDENTITY, ""), now=now)
    known = linking.Known(
        provider=Provider(waiting["provider"]),
        subject=waiting["subject"],
        name=waiting["name"],
        rpps=waiting["rpps"],
        profession=waiting.get("profession", ""),  # a step that began before an update has no such key
        is_active=waiting.get("is_active", False),
        is_invented=waiting.get("is_invented", False),
    )
    linking.link(db, person_id=person_id, known=known, on_change=on_change(), now=now)
