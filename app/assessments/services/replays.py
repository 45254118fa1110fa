"""The state that a sitting's answers lead to, and the last few such states kept.

A question and its answer are two requests that need the same state. It is kept in two ways.

- By everything that it was computed from, down to each answer (`keep`, `state_of`): it can be neither stale nor somebody else's,
  whatever was rolled back meanwhile.
- Once it was committed, by the row as it was then written and the number of answers (`settle`, `settled`), which spares the next question
  from reading them: answers are appended, never changed, so the same row with as many answers is the same sitting at the same place.
  Where another process answered since, the row or the number differs, and the answers are read.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

import orjson

from quizzes import sitting as engine
from quizzes.additions import from_plain
from quizzes.items import parse_response

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from app.assessments.services.rows import SittingRow
    from quizzes.bank import Bank
    from quizzes.policy import Policy
    from quizzes.sitting import SittingState

#: About thirteen megabytes.
_MOST = 512

_kept: OrderedDict[Hashable, SittingState] = OrderedDict()
_settled: OrderedDict[int, tuple[SittingRow, SittingState]] = OrderedDict()
_lock = Lock()


def state_of(
    row: SittingRow, answers: Sequence[tuple[str, Mapping[str, object]]], *, bank: Bank, policy: Policy
) -> SittingState:
    """Return the state that these answers (item, response) and what happened besides lead to, replayed or kept.

    Args:
        bank, policy: Those of the sitting.

    Raises:
        UnknownFrameworkError, UnknownItemError: The bank is not the one of the sitting.
        UnknownEngineError: The engine of the sitting is kept no more.
    """
    key = _key(row, answers)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    state = engine.replay(
        bank,
        framework_code=row.framework_code,
        policy=policy,
        seed=row.seed,
        language=row.language,
        excluded=frozenset(row.excluded),
        resting=frozenset(row.resting),
        additions=[from_plain(one) for one in row.extensions],
        answers=[(item_id, parse_response(bank.item(item_id), response)) for item_id, response in answers],
        engine_version=row.engine_version,
    )
    _keep(key, state)
    return state


def keep(row: SittingRow, state: SittingState) -> None:
    """Keep the state after an answer, committed or not: the next question asks for it."""
    _keep(_key(row, [(one.item_id, one.response.to_json()) for one in state.answers]), state)


def settle(row: SittingRow, state: SittingState) -> None:
    """Keep a state that was committed, with its row as it was written."""
    with _lock:
        _settled[row.id] = row, state
        _settled.move_to_end(row.id)
        while len(_settled) > _MOST:
            _settled.popitem(last=False)


def settled(row: SittingRow, answered: int) -> SittingState | None:
    """Return the state of a row that was read with its number of answers; None: it is not at hand."""
    found = _settled.get(row.id)
    if found is None or found[0] != row or len(found[1].answers) != answered:
        return None
    return found[1]


def _keep(key: Hashable, state: SittingState) -> None:
    with _lock:
        _kept[key] = state
        while len(_kept) > _MOST:
            _kept.popitem(last=False)


def _key(row: SittingRow, answers: Sequence[tuple[str, Mapping[str, object]]]) -> Hashable:
    given = [row.excluded, row.resting, row.extensions, answers]
    own = (
        row.engine_version,
        row.bank_hash,
        row.framework_code,
        row.policy_id,
        row.policy_hash,
        row.seed,
        row.language,
    )
    return *own, orjson.dumps(given, option=orjson.OPT_SORT_KEYS)
