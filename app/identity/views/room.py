"""The room's blueprint, and what its pages share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import Blueprint, current_app, redirect, request, url_for

from app.access import current_identity
from app.accounts.services import people
from app.accounts.views.browser import public_url, reference_secret
from app.database import current_session, only_reads
from app.errors import NotFoundError, RecentSignInError
from app.identity.services import letters, proofs
from app.identity.services.passkeys import Site

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from app.identity.models import Provider
    from app.identity.services.annuaire import Directory
    from app.identity.services.letters import News
    from app.identity.services.professional import OnChange
    from app.identity.services.providers import RelyingParty

blueprint = Blueprint("identity", __name__)

#: Keys of the signed cookie: tokens of the steps that wait in this browser, and what goes back to a provider on leaving.
STATE, IDENTITY, SECOND, WAY_OUT = "etat", "identite", "second", "sortie"


def parties() -> Mapping[Provider, RelyingParty]:
    """Return the providers that the operator has set up."""
    found: Mapping[Provider, RelyingParty] = current_app.extensions["numericite.parties"]
    return found


def party_of(name: str) -> RelyingParty:
    """Return one provider that is set up.

    Raises:
        NotFoundError: There is no such provider, or it is off.
    """
    party = next((party for provider, party in parties().items() if provider.value == name), None)
    if party is None:
        raise NotFoundError
    return party


def directory() -> Directory:
    found: Directory = current_app.extensions["numericite.directory"]
    return found


def on_change() -> OnChange | None:
    """Return who reacts when a professional becomes active or inactive."""
    found: OnChange | None = current_app.extensions["numericite.on_activity"]
    return found


def site() -> Site:
    return Site(public_url=public_url(), secret=reference_secret())


def passkeys_elsewhere() -> str:
    """Return where passkeys work, when the page is read at an address in digits; nothing when they work here."""
    here = request.host.partition(":")[0]
    return site().origin if here != site().rp_id and site().rp_id == "localhost" else ""


def pause(db: Session) -> None:
    """End the transaction before another machine is asked, so that nobody waits behind it; the next one may write."""
    db.commit()
    only_reads.set(False)


def own_id() -> int:
    return current_identity().person_id or 0


def confirm_first() -> ResponseReturnValue | None:
    """Return the way to the page that asks for a sign-in again, where the last one is not recent; None where it is."""
    try:
        proofs.check_recent(current_session(), web_session_id=current_identity().web_session_id, now=datetime.now(UTC))
    except RecentSignInError:
        way = request.path if "GET" in (request.method, *_methods()) else url_for("identity.security")
        return redirect(url_for("identity.confirm", suite=way), code=303)
    return None


def _methods() -> tuple[str, ...]:
    """Return how this address may be asked for: one that only answers POST cannot be come back to."""
    return tuple(request.url_rule.methods or ()) if request.url_rule is not None else ()


def tell_owner(db: Session, *, person_id: int, news: News) -> None:
    """Tell the owner by letter that a way into the account was opened, closed or used; the caller commits."""
    person = people.get_account(db, person_id=person_id)
    letters.tell(db, person=person, news=news, public_url=public_url(), now=datetime.now(UTC))


def done(what: str, news: News | None = None) -> ResponseReturnValue:
    """Commit, with a letter where there is news for the owner, and go back to the page of the room."""
    db = current_session()
    if news is not None:
        tell_owner(db, person_id=own_id(), news=news)
    db.commit()
    return redirect(url_for("identity.security", fait=what), code=303)
