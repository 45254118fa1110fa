"""The row of a sitting and its answers, as the tables have them: what is read and written at every question.

These statements run at every question, where building, mapping and executing them through the session costs several times what the
database does: they are prepared (`app.statements`). Whatever else is done with sittings goes by the mapper.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from sqlalchemy import Integer, and_, bindparam, func, insert, select, update

from app import statements
from app.assessments.models import RecordedAnswer, Sitting
from quizzes.policy import policies

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Table
    from sqlalchemy.orm import Session

    from app.reader import Reader
    from app.statements import Transaction

    Answers = list[tuple[str, Mapping[str, Any]]]

#: A sitting under supervision is held by whoever supervises it (`examining`): nobody has it alone.
SUPERVISED = tuple(policy.id for policy in policies().values() if policy.is_supervised)


class SittingRow(NamedTuple):
    """A row of the table as it was read; see `Sitting`."""

    id: int
    reference: str
    person_id: int
    framework_code: str
    policy_id: str
    policy_hash: str | None
    language: str
    seed: int
    excluded: list[str]
    resting: list[str]
    extensions: list[dict[str, Any]]
    bank_hash: str
    engine_version: str
    started_at: datetime
    finished_at: datetime | None
    finish_reason: str | None
    current_item_id: str | None
    ability: float | None
    standard_error: float | None

    @classmethod
    def of(cls, sitting: Sitting) -> SittingRow:
        """Return what the mapper has loaded."""
        return cls(*(getattr(sitting, name) for name in cls._fields))


_SITTINGS, _ANSWERED = cast("Table", Sitting.__table__), cast("Table", RecordedAnswer.__table__)
_ANSWERED_SO_FAR = select(func.count()).where(_ANSWERED.c.sitting_id == _SITTINGS.c.id).scalar_subquery()
_OWN = select(*(_SITTINGS.c[name] for name in SittingRow._fields), _ANSWERED_SO_FAR).where(
    _SITTINGS.c.reference == bindparam("reference"),
    _SITTINGS.c.person_id == bindparam("person_id", type_=Integer),
    and_(*(_SITTINGS.c.policy_id != one for one in SUPERVISED)),
)
_OWN_HELD = _OWN.with_for_update()
_ANSWERS = (
    select(_ANSWERED.c.item_id, _ANSWERED.c.response)
    .where(_ANSWERED.c.sitting_id == bindparam("sitting_id", type_=Integer))
    .order_by(_ANSWERED.c.position)
)
_RECORD = insert(_ANSWERED).inline()  # nobody asks for the number of the row
#: What an answer changes in the row; see `rewrite`.
_CHANGING = ("extensions", "finished_at", "finish_reason", "current_item_id", "ability", "standard_error")
_UPDATE = (
    update(_SITTINGS)
    .where(_SITTINGS.c.id == bindparam("sitting_id"))
    .values({name: bindparam(name) for name in _CHANGING})
)


def see_own(reader: Reader, *, reference: str, person_id: int | None) -> tuple[SittingRow, int] | None:
    """Return a sitting that a person takes alone and how many answers it has, to look at; None: no such sitting, or not theirs."""
    return _first(reader.execute(_OWN, {"reference": reference, "person_id": person_id}).all())


def see_answers(reader: Reader, *, sitting_id: int) -> Answers:
    """Return what was answered, in order: an answer recorded since the row was read is among them."""
    return cast("Answers", reader.execute(_ANSWERS, {"sitting_id": sitting_id}).all())


def find_own(
    db: Session | Transaction, *, reference: str, person_id: int | None, lock: bool
) -> tuple[SittingRow, int] | None:
    """Return a sitting that a person takes alone and how many answers it has; None: no such sitting, or not theirs.

    Args:
        lock: Whether nobody else may answer it until the transaction ends.
    """
    return _first(statements.run(db, _OWN_HELD if lock else _OWN, {"reference": reference, "person_id": person_id}))


def _first(found: list[tuple[Any, ...]]) -> tuple[SittingRow, int] | None:
    return (SittingRow(*found[0][:-1]), found[0][-1]) if found else None


def answers_of(db: Session | Transaction, *, sitting_id: int) -> Answers:
    """Return what was answered, in order: item and response."""
    return cast("Answers", statements.run(db, _ANSWERS, {"sitting_id": sitting_id}))


def record(db: Session | Transaction, *, sitting_id: int, answer: Mapping[str, object]) -> None:
    """Append one answer: its position, item, response, score, trace and moment.

    Raises:
        sqlalchemy.exc.IntegrityError: The place is taken, or the item was answered.
    """
    statements.run(db, _RECORD, {"sitting_id": sitting_id, **answer})
    _forget(db, sitting_id, ["answers"])


def rewrite(db: Session | Transaction, row: SittingRow, **changes: Any) -> SittingRow:  # noqa: ANN401 (columns' values)
    """Write what an answer changes (`_CHANGING`), and return the row as it then is."""
    changed = row._replace(**changes)
    written = {name: getattr(changed, name) for name in _CHANGING}
    statements.run(db, _UPDATE, {"sitting_id": row.id, **written})
    _forget(db, row.id, _CHANGING)
    return changed


def _forget(db: Session | Transaction, sitting_id: int, names: list[str] | tuple[str, ...]) -> None:
    """Have the mapper read again what was written beside it, where it had loaded the row."""
    if isinstance(db, statements.Transaction):
        return  # no mapper there
    loaded = db.identity_map.get(Sitting.__mapper__.identity_key_from_primary_key((sitting_id,)))
    if loaded is not None:
        db.expire(loaded, names)
