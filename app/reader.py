"""The short way to one row: a prepared SELECT on a driver's own connection, for a check that is asked thousands of times.

SQLAlchemy Core writes the statement, once; what it does around each execution (events, contexts, results, a pool) costs
several times the look-up itself. Connections are kept for whoever reads next, in autocommit, and can only read on SQLite.
Whatever needs more than one statement, a transaction or the mapper uses the session.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from flask import current_app
from sqlalchemy import create_engine, event
from sqlalchemy.pool import NullPool

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy import CompoundSelect, Select
    from sqlalchemy.engine import Dialect
    from sqlalchemy.pool import PoolProxiedConnection

    Statement = CompoundSelect[*tuple[Any, ...]] | Select[*tuple[Any, ...]]

Convert = Callable[[Any], Any]


class One:
    """At most one row."""

    def __init__(self, row: tuple[Any, ...] | None) -> None:
        self._row = row

    def first(self) -> tuple[Any, ...] | None:
        return self._row


class _Prepared:
    """A statement in one dialect: its text, what goes in, what comes out."""

    def __init__(self, statement: Statement, parameters: Mapping[str, Any], dialect: Dialect) -> None:
        compiled = statement.params(**parameters).compile(dialect=dialect)
        self.text = str(compiled)
        self.names: list[str] | None = list(compiled.positiontup or ()) if compiled.positional else None
        types = {name: bind.type.dialect_impl(dialect) for bind, name in compiled.bind_names.items()}
        self.before: dict[str, Convert | None] = {name: kind.bind_processor(dialect) for name, kind in types.items()}
        #: What the statement compares with, written in the program.
        self.constants = {name: value for name, value in compiled.params.items() if name not in parameters}
        columns = enumerate(statement.selected_columns)
        after = [
            (place, column.type.dialect_impl(dialect).result_processor(dialect, None)) for place, column in columns
        ]
        self.after: list[tuple[int, Convert]] = [(place, convert) for place, convert in after if convert]

    def bound(self, parameters: Mapping[str, Any]) -> Mapping[str, Any] | list[Any]:
        given = {**self.constants, **parameters} if self.constants else parameters
        values = {name: convert(given[name]) if convert else given[name] for name, convert in self.before.items()}
        return values if self.names is None else [values[name] for name in self.names]

    def read(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        values = list(row)
        for place, convert in self.after:
            values[place] = convert(values[place])
        return tuple(values)


class Reader:
    """Executes as a session does, as far as `execute(...).first()` goes, or returns the rows of a SELECT that bounds them.

    Args:
        url: Of the database that the session uses too.
    """

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        self._error = self._engine.dialect.loaded_dbapi.Error
        self._free: deque[PoolProxiedConnection] = deque()
        self._prepared: dict[Statement, _Prepared] = {}
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine, "connect", _only_read)

    def execute(self, statement: Statement, parameters: Mapping[str, Any]) -> One:
        """Return the first row of a SELECT.

        Args:
            statement: A constant of the program: it is prepared when first met, and kept.
        """
        prepared = self._prepare(statement, parameters)
        row = self._fetch(prepared, parameters, lambda cursor: cursor.fetchone())
        return One(prepared.read(row) if row is not None else None)

    def rows(self, statement: Statement, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Return every row of a SELECT that bounds how many there are.

        Args:
            statement: A constant of the program, as above.
        """
        prepared = self._prepare(statement, parameters)
        return [prepared.read(row) for row in self._fetch(prepared, parameters, lambda cursor: cursor.fetchall())]

    def _prepare(self, statement: Statement, parameters: Mapping[str, Any]) -> _Prepared:
        prepared = self._prepared.get(statement)
        if prepared is None:
            prepared = self._prepared[statement] = _Prepared(statement, parameters, self._engine.dialect)
        return prepared

    def _fetch(self, prepared: _Prepared, parameters: Mapping[str, Any], take: Callable[[Any], Any]) -> Any:  # noqa: ANN401 (a DBAPI cursor's answer)
        values = prepared.bound(parameters)
        while True:
            try:
                connection, is_new = self._free.pop(), False
            except IndexError:
                connection, is_new = self._engine.raw_connection(), True
            try:
                found = _read(connection, prepared.text, values, take)
            except Exception as error:
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
    connection: PoolProxiedConnection,
    text: str,
    values: Mapping[str, Any] | list[Any],
    take: Callable[[Any], Any],
) -> Any:  # noqa: ANN401 (a DBAPI cursor's answer)
    cursor = connection.cursor()
    try:
        cursor.execute(text, values)
        return take(cursor)
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
