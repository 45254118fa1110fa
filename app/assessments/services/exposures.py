"""How often each item was asked, and which ones the next sitting leaves alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from app.assessments.models import ItemUse, PoolUse
from quizzes.exposure import Exposure, cap_of, draw_ineligible
from quizzes.monitors import Use
from quizzes.policy import policies

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from app.database import Model
    from quizzes.bank import Bank
    from quizzes.policy import Policy


def draw_resting(db: Session, *, bank: Bank, framework_code: str, policy: Policy, seed: int) -> frozenset[str]:
    """Draw the items that a new sitting asks only where nothing else is left, from the counters as they stand."""
    items = [item.id for item in bank.items_of(framework_code, policy.pool)]
    sittings = db.scalar(
        select(PoolUse.sittings).where(PoolUse.framework_code == framework_code, PoolUse.policy_id == policy.id)
    )
    if not sittings:
        return frozenset()
    rows = db.execute(
        select(ItemUse.item_id, ItemUse.asked, ItemUse.rested).where(
            ItemUse.policy_id == policy.id, ItemUse.item_id.startswith(framework_code + "-")
        )
    )
    used = {item_id: Exposure(eligible=sittings - rested, asked=asked) for item_id, asked, rested in rows}
    cap = cap_of(policy.maximum_items, len(items))
    return draw_ineligible(items, used, sittings=sittings, cap=cap, seed=seed)


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
        rows = db.execute(select(ItemUse.item_id, ItemUse.asked).where(ItemUse.policy_id == policy_id))
        asked = {item_id: count for item_id, count in rows}  # noqa: C416 (a row is no pair for dict)
        cap = cap_of(policy.maximum_items, max(len(items), 1))
        found += [
            Use(
                item_id=item.id, policy_id=policy_id, sittings=sittings, share=asked.get(item.id, 0) / sittings, cap=cap
            )
            for item in items
        ]
    return found


def count_sitting(db: Session, *, framework_code: str, policy_id: str, resting: Collection[str]) -> None:
    """Count a sitting that begins, and what rests in it."""
    _add(db, PoolUse, [{"framework_code": framework_code, "policy_id": policy_id, "sittings": 1}])
    if resting:
        _add(
            db, ItemUse, [{"policy_id": policy_id, "item_id": one, "asked": 0, "rested": 1} for one in sorted(resting)]
        )


def count_asked(db: Session, *, policy_id: str, item_id: str) -> None:
    """Count an item that was put on somebody's screen."""
    _add(db, ItemUse, [{"policy_id": policy_id, "item_id": item_id, "asked": 1, "rested": 0}])


def _add(db: Session, model: type[Model], rows: list[dict[str, str | int]]) -> None:
    """Add to counters, making those that are missing; no two writers lose each other's counts."""
    insert = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(model).values(rows)
    table, keys = model.__table__, [column.name for column in model.__table__.primary_key]
    counters = {name: table.c[name] + statement.excluded[name] for name in rows[0] if name not in keys}
    db.execute(statement.on_conflict_do_update(index_elements=keys, set_=counters))
