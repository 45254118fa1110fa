"""The browser at the other end: the cookie that says who it is, and what is taken back from it on leaving."""

from __future__ import annotations

import secrets
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import after_this_request, current_app, g, redirect, request, session, url_for
from sqlalchemy.exc import OperationalError

from app.access import NOBODY, Identity, current_identity
from app.accounts.services import personal_data, web_sessions
from app.accounts.services.tokens import keyed_digest
from app.database import current_session, only_reads
from app.reader import current_reader
from app.resources import current_resources
from app.supervised_errors import ClaimBarredError
from app.web import forget_language_choice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Response
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from app.accounts.services.personal_data import PersonRoom
    from app.accounts.services.proofs import OtherProofs

#: Keys of the signed cookie: the token, and the page that waits until an address is confirmed. Nothing else is in it.
_KEY = "ref"
_WAY = "suite"

#: What the room of identity has begun in this browser and must find again after the sign-in.
_KEPT = ("identite", "sortie")

#: Where the provider's session ends, and whether this browser is then wiped: for the one page after a sign-out.
FAREWELL = "adieu"

#: What a browser forgets when somebody leaves a shared computer.
_WIPE = '"cache", "cookies", "storage"'


def load_identity() -> Identity:
    """Return who sends this request, from the cookie and the database."""
    token = session.get(_KEY)
    if not isinstance(token, str):
        return NOBODY
    now = datetime.now(UTC)
    identity = web_sessions.identify(current_reader(), token=token, now=now)
    if identity.web_session_id is not None and web_sessions.is_due(identity, now=now):
        session.modified = True  # sent again, so that it lives as long as the row that is written now
        _note_use(current_session(), web_session_id=identity.web_session_id, now=now)
    return identity


def _note_use(db: Session, *, web_session_id: int, now: datetime) -> None:
    """Write down that this browser is in use: within what the request writes, else in a short transaction of its own.

    A request that only reads has taken no write lock on SQLite; it takes one here, before anything else is read, and
    gives it back at once. If it cannot be had, the page is worth more than the note.
    """
    if not only_reads.get():
        web_sessions.touch(db, web_session_id=web_session_id, now=now)
        return
    db.rollback()
    only_reads.set(False)
    try:
        web_sessions.touch(db, web_session_id=web_session_id, now=now)
        db.commit()
    except OperationalError:
        db.rollback()
    finally:
        only_reads.set(True)


def keep_guest(db: Session, *, person_id: int, shared_computer: bool, now: datetime) -> None:
    """Let this browser in as a guest; the caller commits."""
    _let_in(db, person_id=person_id, shared_computer=shared_computer, now=now)


def enter(db: Session, *, account_id: int, shared_computer: bool, now: datetime) -> None:
    """Let this browser in as an account; what was done as a guest in it follows, unless that account may not have it. The caller commits."""
    before = current_identity()
    guest_id = None if before.is_account else before.person_id
    if guest_id is not None and guest_id != account_id:  # the same after a sign-up: the guest became the account
        with suppress(ClaimBarredError):  # signing in is refused to nobody: the examination stays the guest's
            personal_data.adopt_all(db, from_id=guest_id, to_id=account_id, rooms=person_rooms(), now=now)
    _let_in(db, person_id=account_id, shared_computer=shared_computer or before.shared_computer, now=now)
    after_this_request(forget_language_choice)


def come_in(db: Session, *, account_id: int, shared_computer: bool, way: str, now: datetime) -> ResponseReturnValue:
    """Let this browser in, or ask for the second proof first where the account wants one; commits."""
    asked = other_proofs().second_step(
        db, account_id=account_id, shared_computer=shared_computer, next_path=way, now=now
    )
    if asked is None:
        enter(db, account_id=account_id, shared_computer=shared_computer, now=now)
    db.commit()
    return redirect(asked or way, code=303)


def _let_in(db: Session, *, person_id: int, shared_computer: bool, now: datetime) -> None:
    """Give this browser a new token; whatever it held before, the cross-site token included, is worthless."""
    token = secrets.token_urlsafe(32)
    web_sessions.open_session(
        db,
        person_id=person_id,
        token=token,
        label=web_sessions.label_of(request.user_agent.string),
        shared_computer=shared_computer,
        replaces=current_identity().web_session_id,
        now=now,
    )
    kept = {name: session[name] for name in _KEPT if name in session}
    session.clear()
    session.update(kept)
    session[_KEY] = token
    session.permanent = not shared_computer


def remember_way(path: str) -> None:
    """Remember the page that asked for a confirmed address: the letter's link will lead back to it in this browser."""
    session[_WAY] = path


def take_way() -> str:
    """Return the page that waits, once; nothing when none does."""
    return str(session.pop(_WAY, ""))


def forget(db: Session) -> None:
    """Close this browser's session and empty its cookie; the caller commits."""
    web_session_id = current_identity().web_session_id
    if web_session_id is not None:
        web_sessions.close(db, web_session_id=web_session_id)
    session.clear()


def go_out(db: Session, *, is_shared: bool) -> str | None:
    """Close this browser's session, and return the page that ends the provider's too where one vouched for the person.

    That page is told where to go by the cookie, and wipes it on a shared computer. The caller commits.
    """
    address = other_proofs().farewell()
    forget(db)
    if address is None:
        return None
    session[FAREWELL] = [address, is_shared]
    return url_for("identity.farewell")


def wipe(response: Response) -> Response:
    """Tell the browser to forget everything about this site, its own cookies and pages included."""
    for name in request.cookies:
        response.delete_cookie(name, secure=bool(current_app.config["SESSION_COOKIE_SECURE"]))
    response.headers["Clear-Site-Data"] = _WIPE
    g.identity = NOBODY
    return response


def person_rooms() -> Sequence[PersonRoom]:
    """Return what the application was told about the rooms that hold personal rows."""
    rooms: Sequence[PersonRoom] = current_app.extensions["numericite.person_rooms"]
    return rooms


def other_proofs() -> OtherProofs:
    """Return what the application was told about the proofs that the room above knows."""
    proofs: OtherProofs = current_app.extensions["numericite.other_proofs"]
    return proofs


def reference_secret() -> str:
    """Return the key of the digests under which links and cards are looked up."""
    return current_resources().settings.reference_secret


def public_url() -> str:
    """Return the scheme and host that letters and cards name."""
    return current_resources().settings.public_url


def address_key() -> str:
    """Return what stands for the address typed, for counting tries: never the address itself."""
    return keyed_digest(request.form.get("email", "").strip().casefold(), secret=reference_secret())


def is_refusal(response: Response) -> bool:
    """Tell whether a try failed; only those are counted against a limit."""
    return response.status_code >= 400
