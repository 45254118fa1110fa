"""Browsers that are let in: opened, recognised, listed, closed. The cookie holds a token, the table its SHA-256."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, case, delete, literal, or_, select, update

from app.access import NOBODY, Ended, Identity, Role
from app.accounts.models import Person, PersonKind, PersonRole, WebSession
from app.accounts.services.tokens import digest
from app.audit import Action, record
from app.database import UTCDateTime, affected
from app.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from app.reader import Reader

#: How long a guest's data are kept after the last visit. The cookie, the row behind it and the resume card, by which
#: alone a guest is known, live exactly as long.
GUEST_LIFETIME = timedelta(days=90)
ACCOUNT_LIFETIME = timedelta(days=30)
#: A day at the library; what counts there is the idle time.
SHARED_LIFETIME = timedelta(hours=12)
SHARED_IDLE = timedelta(minutes=20)

#: One write a minute is precise enough: reading counts as use, and takes the write lock that seldom.
_TOUCH_EVERY = timedelta(minutes=1)

#: Sign in a User-Agent -> what people call it; the first match counts, since Edge and Opera also claim to be Chrome.
_BROWSERS = {
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
_SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "CrOS": "ChromeOS",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


#: Asked at every request: built once, of tables rather than of classes, which the mapper would look at each time.
_SESSIONS, _PEOPLE, _ROLES = WebSession.__table__, Person.__table__, PersonRole.__table__
_HOLDER = (
    select(
        _SESSIONS.c.id,
        _SESSIONS.c.person_id,
        _SESSIONS.c.shared_computer,
        _SESSIONS.c.last_seen_at,
        _SESSIONS.c.expires_at,
        _PEOPLE.c.kind,
        _PEOPLE.c.language,
        _ROLES.c.role,
    )
    .select_from(
        _SESSIONS.join(_PEOPLE, _PEOPLE.c.id == _SESSIONS.c.person_id).outerjoin(
            _ROLES, _ROLES.c.person_id == _PEOPLE.c.id
        )
    )
    .where(_SESSIONS.c.token_hash == bindparam("token_hash"), _PEOPLE.c.erased_at.is_(None))
)


def open_session(
    db: Session,
    *,
    person_id: int,
    token: str,
    label: str,
    shared_computer: bool,
    now: datetime,
    replaces: int | None = None,
) -> WebSession:
    """Let a browser in under a new token: 256 bits of chance that the browser alone keeps.

    `label` comes from `label_of`. `replaces` is the session that this one takes over from; its token is then worthless.
    """
    if replaces is not None:
        db.execute(delete(WebSession).where(WebSession.id == replaces))
    kind = db.scalars(select(Person.kind).where(Person.id == person_id)).one()
    lifetime = ACCOUNT_LIFETIME if kind == PersonKind.ACCOUNT else GUEST_LIFETIME
    row = WebSession(
        person_id=person_id,
        token_hash=digest(token),
        label=label,
        shared_computer=shared_computer,
        created_at=now,
        last_seen_at=now,
        expires_at=now + (SHARED_LIFETIME if shared_computer else lifetime),
    )
    db.add(row)
    db.flush()
    return row


def identify(db: Session | Reader, *, token: str, now: datetime) -> Identity:
    """Return who holds `token`; nobody when it is unknown, closed, expired, or idle on a shared computer."""
    rows = db.execute(_HOLDER, {"token_hash": digest(token)}).all()
    if not rows:
        return NOBODY
    web_session_id, person_id, shared_computer, last_seen_at, expires_at, kind, language, _role = rows[0]
    is_account = kind == PersonKind.ACCOUNT
    is_idle = shared_computer and last_seen_at <= now - SHARED_IDLE
    if is_idle or expires_at <= now:
        return Identity(shared_computer=shared_computer, ended=Ended.ACCOUNT if is_account else Ended.GUEST)
    return Identity(
        person_id=person_id,
        is_account=is_account,
        roles=frozenset(Role(one[-1]) for one in rows if one[-1] is not None),
        web_session_id=web_session_id,
        language=language,
        shared_computer=shared_computer,
        last_seen_at=last_seen_at,
    )


def is_due(identity: Identity, *, now: datetime) -> bool:
    """Tell whether this browser's use has to be written down again."""
    return identity.last_seen_at is not None and identity.last_seen_at < now - _TOUCH_EVERY


def touch(db: Session, *, web_session_id: int, now: datetime) -> None:
    """Remember that the browser is in use; a guest's data, and the way to them, are kept from the last visit on."""
    guests = select(Person.id).where(Person.kind == PersonKind.GUEST.value)
    keeps = and_(WebSession.shared_computer.is_(False), WebSession.person_id.in_(guests))
    expires_at = case((keeps, literal(now + GUEST_LIFETIME, UTCDateTime)), else_=WebSession.expires_at)
    db.execute(
        update(WebSession)
        .where(WebSession.id == web_session_id, WebSession.last_seen_at < now - _TOUCH_EVERY)
        .values(last_seen_at=now, expires_at=expires_at)
        .execution_options(synchronize_session=False)
    )


def list_own(db: Session, *, person_id: int, now: datetime) -> Sequence[WebSession]:
    """Return the browsers that are let in for this person, the last used first."""
    return db.scalars(
        select(WebSession)
        .where(WebSession.person_id == person_id, *_is_live(now))
        .order_by(WebSession.last_seen_at.desc(), WebSession.id.desc())
    ).all()


def revoke(db: Session, *, web_session_id: int, person_id: int, now: datetime) -> None:
    """Close one browser's session of this person.

    Raises:
        NotFoundError: No such session, or somebody else's.
    """
    own = delete(WebSession).where(WebSession.id == web_session_id, WebSession.person_id == person_id)
    if not affected(db, own):
        raise NotFoundError
    record(db, action=Action.WEB_SESSION_REVOKED, actor_id=person_id, subject_id=web_session_id, now=now)


def revoke_all_others(db: Session, *, person_id: int, kept_id: int | None, now: datetime) -> int:
    """Close every session but the one in which the person asks for it; return how many."""
    count = revoke_others(db, person_id=person_id, kept_id=kept_id)
    detail = {"count": count}
    record(db, action=Action.WEB_SESSIONS_REVOKED, actor_id=person_id, subject_id=person_id, detail=detail, now=now)
    return count


def revoke_others(db: Session, *, person_id: int, kept_id: int | None) -> int:
    """Close every session of this person but one; return how many."""
    others = delete(WebSession).where(WebSession.person_id == person_id)
    if kept_id is not None:
        others = others.where(WebSession.id != kept_id)
    return affected(db, others)


def close(db: Session, *, web_session_id: int) -> None:
    """Close the caller's own session, on leaving."""
    db.execute(delete(WebSession).where(WebSession.id == web_session_id))


def purge(db: Session, *, now: datetime) -> int:
    """Delete the sessions that are over; return how many."""
    return affected(db, delete(WebSession).where(WebSession.expires_at <= now))


def label_of(user_agent: str) -> str:
    """Return what lets a person recognise a browser: "Firefox, Linux"; never the version."""
    browser = next((name for sign, name in _BROWSERS.items() if sign in user_agent), None)
    system = next((name for sign, name in _SYSTEMS.items() if sign in user_agent), None)
    return ", ".join(part for part in (browser, system) if part)


def _is_live(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        WebSession.expires_at > now,
        or_(WebSession.shared_computer.is_(False), WebSession.last_seen_at > now - SHARED_IDLE),
    )
