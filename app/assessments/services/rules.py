"""Under which rules a sitting is taken: those of its policy on the day it began, for ever."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from app.assessments.models import StoredPolicy
from app.assessments.services.kept import keep_once, read
from quizzes import canonical
from quizzes.policy import Policy, policies

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.statements import Transaction


class _Begun(Protocol):
    """What is read of a sitting's row."""

    @property
    def policy_id(self) -> str: ...
    @property
    def policy_hash(self) -> str | None: ...


def store(db: Session, *, policy: Policy, now: datetime) -> str:
    """Keep a policy whole under its content hash, once, whoever comes first; return the hash."""
    content = _text(policy)
    name = canonical.name_of(content)
    keep_once(db, StoredPolicy, name=name, content=lambda: content, now=now)
    return name


def known(row: _Begun) -> Policy | None:
    """Return the policy of a sitting where it is one of today's; None where it is to be read from the table.

    Sittings of before policies were kept have no hash: today's policy of that name is all there is.
    """
    return policies().get(row.policy_id) if row.policy_hash is None else _todays().get(row.policy_hash)


def policy_of(db: Session | Transaction, row: _Begun) -> Policy:
    """Return the policy that a sitting began under.

    Raises:
        KeyError: It is older than the table, and no policy has its name any more.
    """
    found = known(row)
    if found is not None:
        return found
    if row.policy_hash is None:
        raise KeyError(row.policy_id)
    return _parse(read(db, StoredPolicy, name=row.policy_hash))


def _text(policy: Policy) -> str:
    return canonical.text(canonical.plain(policy))


@lru_cache(maxsize=1)
def _todays() -> Mapping[str, Policy]:
    return {canonical.name_of(_text(policy)): policy for policy in policies().values()}


@lru_cache(maxsize=16)
def _parse(content: str) -> Policy:
    return Policy.model_validate_json(content)
