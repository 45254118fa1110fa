"""Counts gathered in memory and written a second later: whoever is counted must not wait for a write, nor be slower for one.

What is counted and not yet written is lost if the process is killed, and written if it ends. Adding up happens here: a thousand
times in a minute are one row.
"""

from __future__ import annotations

import atexit
from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from threading import Lock, Timer
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import structlog

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine
    from sqlalchemy.sql import Executable

log = structlog.get_logger(__name__)

Key = TypeVar("Key", bound=Hashable)

#: Different keys that may wait at once; beyond, new ones are not counted.
MOST_WAITING = 20_000


class Tally(Generic[Key]):
    """What has been counted and is still to be written down.

    Args:
        name: For the log.
        statement: What one key and its count are written with.
        parameters: Of the statement, for one key; the count is added as `count`.
        delay_seconds: How long counts gather; none: each is written at once, by whoever counted.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        name: str,
        statement: Executable,
        parameters: Callable[[Key], Mapping[str, Any]],
        delay_seconds: float = 1.0,
    ) -> None:
        self.delay_seconds = delay_seconds
        self._engine, self._name, self._statement, self._parameters = engine, name, statement, parameters
        self._waiting: Counter[Key] = Counter()
        self._lock = Lock()
        self._timer: Timer | None = None
        atexit.register(self.write)

    def count(self, *keys: Key) -> None:
        """Count each of these keys once."""
        with self._lock:
            for key in keys:
                if key in self._waiting or len(self._waiting) < MOST_WAITING:
                    self._waiting[key] += 1
            if self._timer is None and self.delay_seconds:
                self._timer = Timer(self.delay_seconds, self.write)
                self._timer.daemon = True
                self._timer.start()
        if not self.delay_seconds:
            self.write()

    def write(self) -> None:
        """Write down what waits, in a short transaction of its own; what cannot be written now waits on."""
        with self._lock:
            waiting, self._waiting, self._timer = self._waiting, Counter(), None
        if not waiting:
            return
        rows = [{**self._parameters(key), "count": count} for key, count in waiting.items()]
        try:
            with self._engine.begin() as connection:
                connection.execute(self._statement, rows)
        except Exception:  # a database that is away comes back; the next count tries again
            log.exception("tally.not-written", tally=self._name, count=len(rows))
            with self._lock:
                self._waiting.update(waiting)
