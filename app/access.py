"""Who may do what: permissions as a table of rules, default deny.

Every view is decorated `@public` or `@requires(...)`; an endpoint that declares nothing answers 403, and a guard test
names it. Whether a thing is *yours* is not here: ownership is part of each query.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from flask import current_app, g, request

from app.errors import ForbiddenError, SignInRequiredError, VisitEndedError

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask

View = TypeVar("View", bound=Callable[..., object])

_DECLARATION = "__access__"


class Ended(StrEnum):
    """Whose visit in this browser is over, by time alone; nobody is known in it any more."""

    GUEST = "guest"
    ACCOUNT = "account"


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    AUTHOR = "author"
    OFFICER = "officer"  # of the certifying authority: accredits structures, sits on juries and committees


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who sends this request.

    A guest is a person without an account: a row that owns sittings, known to one browser only.

    Args:
        person_id: None when nobody is known yet.
        is_account: Whether the person has signed in to an account.
        roles: Read from the database at each request.
        web_session_id: The row behind the cookie.
        language: The account's choice, if any.
        shared_computer: The person asked that nothing be left on this machine.
        last_seen_at: When this browser's use was last written down.
        ended: Set when the browser's cookie was good until its time was over; everything else then says nobody.
    """

    person_id: int | None = None
    is_account: bool = False
    roles: frozenset[Role] = frozenset()
    web_session_id: int | None = None
    language: str | None = None
    shared_computer: bool = False
    last_seen_at: datetime | None = None
    ended: Ended | None = None

    @property
    def is_guest(self) -> bool:
        return self.person_id is not None and not self.is_account

    @property
    def is_administrator(self) -> bool:
        return Role.ADMINISTRATOR in self.roles

    @property
    def is_author(self) -> bool:
        return Role.AUTHOR in self.roles

    @property
    def is_officer(self) -> bool:
        return Role.OFFICER in self.roles


NOBODY = Identity()
_A_GUEST = Identity(person_id=0)


class Permission(StrEnum):
    """`resource:action`; says nothing about who holds it."""

    ACCOUNT_MANAGE = "account:manage"
    AUDIT_READ = "audit:read"
    CASE_DECIDE = "case:decide"
    CERTIFICATE_HOLD = "certificate:hold"
    CERTIFICATE_ISSUE = "certificate:issue"
    CERTIFICATE_RENAME = "certificate:rename"
    CERTIFICATE_REVOKE = "certificate:revoke"
    CONTENT_READ = "content:read"
    DESK_READ = "desk:read"
    LABEL_HOLD = "label:hold"
    LABEL_JUDGE = "label:judge"
    EXAM_JUDGE = "exam:judge"
    EXAM_RESULT = "exam:result"
    EXAM_SUPERVISE = "exam:supervise"
    MONITOR_READ = "monitor:read"
    PERSON_DATA = "person:data"
    REGISTER_READ = "register:read"
    ROLE_GRANT = "role:grant"
    SITTING_TAKE = "sitting:take"
    STRUCTURE_ACCREDIT = "structure:accredit"
    STRUCTURE_READ = "structure:read"
    STRUCTURE_WORK = "structure:work"


def _is_known(identity: Identity) -> bool:
    return identity.person_id is not None


def _has_account(identity: Identity) -> bool:
    return identity.is_account


def _is_administrator(identity: Identity) -> bool:
    return identity.is_account and identity.is_administrator


def _is_officer(identity: Identity) -> bool:
    return identity.is_account and identity.is_officer


def _has_desk(identity: Identity) -> bool:
    return identity.is_account and (identity.is_administrator or identity.is_officer)


def _writes_content(identity: Identity) -> bool:
    return identity.is_account and (identity.is_administrator or identity.is_author)


RULES: Mapping[Permission, Callable[[Identity], bool]] = {
    Permission.ACCOUNT_MANAGE: _has_account,
    Permission.AUDIT_READ: _is_administrator,
    Permission.CASE_DECIDE: _is_administrator,
    Permission.CERTIFICATE_HOLD: _has_account,
    Permission.CERTIFICATE_ISSUE: _has_account,
    Permission.CERTIFICATE_RENAME: _is_administrator,
    Permission.CERTIFICATE_REVOKE: _is_administrator,
    Permission.CONTENT_READ: _writes_content,
    Permission.DESK_READ: _has_desk,
    Permission.LABEL_HOLD: _has_account,
    Permission.LABEL_JUDGE: _is_officer,
    Permission.EXAM_JUDGE: _is_officer,
    Permission.EXAM_RESULT: _has_account,
    Permission.EXAM_SUPERVISE: _has_account,
    Permission.MONITOR_READ: _is_administrator,
    Permission.PERSON_DATA: _is_known,
    Permission.REGISTER_READ: _is_administrator,
    Permission.ROLE_GRANT: _is_administrator,
    Permission.SITTING_TAKE: _is_known,
    Permission.STRUCTURE_ACCREDIT: _is_officer,
    Permission.STRUCTURE_READ: _has_desk,
    Permission.STRUCTURE_WORK: _has_account,
}


def permits(identity: Identity, permission: Permission) -> bool:
    """Tell whether the rule of `permission` accepts `identity`."""
    return RULES[permission](identity)


def public(view: View) -> View:
    """Declare that anybody may call this view."""
    setattr(view, _DECLARATION, None)
    return view


def requires(permission: Permission) -> Callable[[View], View]:
    """Declare the permission that this view demands."""

    def declare(view: View) -> View:
        setattr(view, _DECLARATION, permission)
        return view

    return declare


def is_declared(view: Callable[..., object]) -> bool:
    return hasattr(view, _DECLARATION)


def declared_permission(view: Callable[..., object]) -> Permission | None:
    """Return what the view demands; None when it is public.

    Raises:
        AttributeError: The view declares nothing.
    """
    permission: Permission | None = getattr(view, _DECLARATION)
    return permission


def current_identity() -> Identity:
    """Return the identity loaded for this request."""
    identity: Identity = g.identity
    return identity


def install(app: Flask, *, load_identity: Callable[[], Identity]) -> None:
    """Load the identity before each request and refuse what is not declared or not permitted.

    Args:
        load_identity: Reads the cookie and the database; given by the accounts room, which lies above this module.
    """

    @app.before_request
    def _gate() -> None:
        endpoint = request.endpoint
        if endpoint is None:
            g.identity = NOBODY
            return  # no such page: the 404 handler answers
        view = current_app.view_functions[endpoint]
        g.identity = NOBODY  # should reading it fail
        g.identity = identity = load_identity()
        if not is_declared(view):
            raise ForbiddenError
        permission = declared_permission(view)
        if permission is None or permits(identity, permission):
            return
        if identity.ended is Ended.GUEST and permits(_A_GUEST, permission):
            raise VisitEndedError
        if not identity.is_account:
            raise SignInRequiredError
        raise ForbiddenError
