"""The short way to a few rows: a prepared SELECT on a driver's own connection, for a check that is asked thousands of times.

SQLAlchemy Core writes the statement, once; what it does around each execution (events, contexts, results, a pool) costs
several times the look-up itself. Connections are kept for whoever reads next, in autocommit, and can only read on SQLite.
Whatever needs more than one statement, a transaction or the mapper uses the session.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from flask import current_app
from sqlalchemy import create_engine, event
from sqlalchemy.pool import NullPool

from app.database import read_json
from app.statements import Prepared, prepare

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask
    from sqlalchemy.pool import PoolProxiedConnection

    from app.statements import Query


class Found:
    """Rows, as a session's result gives them."""

    def __init__(self, rows: list[tuple[Any, ...]]) -> None:
        self._rows = rows

    def first(self) -> tuple[Any, ...] | None:
        return self._rows[0] if self._rows else None

    def all(self) -> list[tuple[Any, ...]]:
        return self._rows


class Reader:
    """Executes a SELECT as a session does, as far as `execute(...).first()` and `.all()` go.

    Args:
        url: Of the database that the session uses too.
    """

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool, json_deserializer=read_json)
        self._error = self._engine.dialect.loaded_dbapi.Error
        self._free: deque[PoolProxiedConnection] = deque()
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine, "connect", _only_read)

    def execute(self, statement: Query, parameters: Mapping[str, Any]) -> Found:
        """Return the rows of a SELECT that bounds how many there are.

        Args:
            statement: A constant of the program: it is prepared when first met, and kept.
        """
        prepared = prepare(statement, parameters, self._engine.dialect)
        return Found(self._fetch(prepared, parameters))

    def _fetch(self, prepared: Prepared, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        values = prepared.bound(parameters)
        while True:
            try:
                connection, is_new = self._free.pop(), False
            except IndexError:
                connection, is_new = self._engine.raw_connection(), True
            try:
                found = _read(connection, prepared, values)
            except Exception as error:  # raised again below, but for a connection that had been kept
                connection.invalidate()  # whatever became of it, nobody gets it again
                if is_new or not isinstance(error, self._error):
                    raise
                # The server may have closed it since it was last used; reading once more harms nobody.
            else:
                self._free.append(connection)
                return found

    def dispose(self) -> None:
        """Close every connection that is kept."""
        while self._free:
            self._free.pop().close()


def _read(
    connection: PoolProxiedConnection, prepared: Prepared, values: Mapping[str, Any] | list[Any]
) -> list[tuple[Any, ...]]:
    cursor = connection.cursor()
    try:
        cursor.execute(prepared.text, values)
        return prepared.read(cursor.fetchall(), cursor)
    finally:
        cursor.close()


def _only_read(connection: Any, _record: object) -> None:  # noqa: ANN401 (a DBAPI connection)
    cursor = connection.cursor()
    for pragma in ("busy_timeout=5000", "query_only=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def install(app: Flask, *, url: str) -> None:
    """Give the application its reader; no connection is made yet."""
    app.extensions["numericite.reader"] = Reader(url)


def current_reader() -> Reader:
    """Return the reader of the running application."""
    reader: Reader = current_app.extensions["numericite.reader"]
    return reader
