"""How often each item was asked, and which ones the next sitting leaves alone."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, cast

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from app import statements
from app.assessments.models import ItemUse, PoolUse
from quizzes.exposure import Exposure, cap_of, draw_ineligible
from quizzes.monitors import Use
from quizzes.policy import policies

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Insert, Table
    from sqlalchemy.orm import Session

    from app.database import Model
    from app.statements import Transaction
    from quizzes.bank import Bank
    from quizzes.policy import Policy


def draw_resting(db: Session, *, bank: Bank, framework_code: str, policy: Policy, seed: int) -> frozenset[str]:
    """Draw the items that a new sitting asks only where nothing else is left, from the counters as they stand.

    An item that the counters do not know enters the pool now, and is counted from now on.

    Whoever writes for a sitting that begins writes the pool's own row first, here as in `count_sitting`: of two that begin at once, the
    second waits there, and neither holds an item that the other wants.
    """
    items = [item.id for item in bank.items_of(framework_code, policy.pool)]
    sittings = db.scalar(
        select(PoolUse.sittings).where(PoolUse.framework_code == framework_code, PoolUse.policy_id == policy.id)
    )
    rows = db.execute(
        select(ItemUse.item_id, ItemUse.asked, ItemUse.rested, ItemUse.missed).where(
            ItemUse.policy_id == policy.id, ItemUse.item_id.startswith(framework_code + "-")
        )
    )
    begun = sittings or 0
    used = {
        item_id: Exposure(eligible=begun - missed - rested, asked=asked, missed=missed)
        for item_id, asked, rested, missed in rows
    }
    newcomers = sorted(set(items) - used.keys())
    if newcomers:
        _add(db, PoolUse, [{"framework_code": framework_code, "policy_id": policy.id, "sittings": 0}])
        db.execute(
            _entry(db.get_bind().dialect.name), [_count(policy.id, item_id, missed=begun) for item_id in newcomers]
        )
        used |= {item_id: Exposure(missed=begun) for item_id in newcomers}
    if not begun:
        return frozenset()
    cap = cap_of(policy.maximum_items, len(items))
    return draw_ineligible(items, used, sittings=begun, cap=cap, seed=seed)


def uses(db: Session, *, bank: Bank, framework_code: str) -> list[Use]:
    """Return how often each item of each test of a framework was asked, against its cap."""
    found: list[Use] = []
    counted = db.execute(
        select(PoolUse.policy_id, PoolUse.sittings)
        .where(PoolUse.framework_code == framework_code)
        .order_by(PoolUse.policy_id)
    ).all()
    for policy_id, sittings in counted:
        policy = policies().get(policy_id)
        if policy is None:  # retired
            continue
        items = bank.items_of(framework_code, policy.pool)
        rows = db.execute(select(ItemUse.item_id, ItemUse.asked, ItemUse.missed).where(ItemUse.policy_id == policy_id))
        counts = {item_id: (asked, missed) for item_id, asked, missed in rows}
        cap = cap_of(policy.maximum_items, max(len(items), 1))
        for item in items:
            asked, missed = counts.get(item.id, (0, 0))
            own = sittings - missed
            share = asked / own if own else 0.0
            found.append(Use(item_id=item.id, policy_id=policy_id, sittings=own, share=share, cap=cap))
    return found


def count_sitting(db: Session, *, framework_code: str, policy_id: str, resting: Collection[str]) -> None:
    """Count a sitting that begins, and what rests in it."""
    _add(db, PoolUse, [{"framework_code": framework_code, "policy_id": policy_id, "sittings": 1}])
    if resting:
        _add(db, ItemUse, [_count(policy_id, item_id, rested=1) for item_id in sorted(resting)])


def count_asked(db: Session | Transaction, *, policy_id: str, item_id: str) -> None:
    """Count an item that was put on somebody's screen."""
    addition = _addition(ItemUse, statements.dialect_of(db))
    statements.run(db, addition, _count(policy_id, item_id, asked=1))


def _count(policy_id: str, item_id: str, *, asked: int = 0, rested: int = 0, missed: int = 0) -> dict[str, str | int]:
    return {"policy_id": policy_id, "item_id": item_id, "asked": asked, "rested": rested, "missed": missed}


def _add(db: Session, model: type[Model], rows: list[dict[str, str | int]]) -> None:
    """Add to counters, making those that are missing; no two writers lose each other's counts."""
    db.execute(_addition(model, db.get_bind().dialect.name), rows)


@cache
def _entry(dialect: str) -> Insert:
    """Return the statement that makes the counters of an item, unless another sitting has made them meanwhile."""
    return _insertion(ItemUse, dialect).on_conflict_do_nothing()


@cache
def _addition(model: type[Model], dialect: str) -> Insert:
    """Return the statement, built once: an insertion with its values inside would be compiled again each time."""
    statement = _insertion(model, dialect)
    keys = {column.name for column in model.__table__.primary_key}
    counters = {
        column.name: column + statement.excluded[column.name]
        for column in model.__table__.columns
        if column.name not in keys
    }
    return statement.on_conflict_do_update(index_elements=sorted(keys), set_=counters)


def _insertion(model: type[Model], dialect: str) -> postgresql.Insert | sqlite.Insert:
    return (postgresql.insert if dialect == "postgresql" else sqlite.insert)(cast("Table", model.__table__))
