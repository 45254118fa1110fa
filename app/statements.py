"""Statements of the program prepared once: SQLAlchemy writes the text, a driver's cursor runs it.

What SQLAlchemy does around each execution (events, contexts, results) costs several times what SQLite does for a row. The few
statements that run at every question, or thousands of times a minute, are constants of the program: their text, and how values go in
and come out, are worked out when they are first met. Types, binds, casts and dialects stay SQLAlchemy's. `run` works in a session's
transaction, or in one of the driver's own (`app.writer`); `app.reader` is for what needs no transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import UpdateBase
from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from sqlalchemy import CompoundSelect, Delete, Insert, Select, Update
    from sqlalchemy.engine import Dialect
    from sqlalchemy.orm import Session
    from sqlalchemy.pool import PoolProxiedConnection

    Query = CompoundSelect[*tuple[Any, ...]] | Select[*tuple[Any, ...]]
    Statement = Query | Insert | Update | Delete

Convert = Callable[[Any], Any]


class Prepared:
    """A statement in one dialect: its text, what goes in, what comes out.

    What it compares with an expanding list (`IN`) cannot be prepared: its text depends on the values.
    """

    def __init__(self, statement: Statement, parameters: Mapping[str, Any], dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(parameters))
        self.text = str(compiled)
        self.names: list[str] | None = list(compiled.positiontup or ()) if compiled.positional else None
        types = {name: bind.type.dialect_impl(dialect) for bind, name in compiled.bind_names.items()}
        self.before: dict[str, Convert | None] = {name: kind.bind_processor(dialect) for name, kind in types.items()}
        #: What the statement compares with, or writes, as the program has it.
        self.constants = {
            name: value for name, value in compiled.construct_params(_check=False).items() if name not in parameters
        }
        columns = () if isinstance(statement, UpdateBase) else statement.selected_columns
        self._dialect, self._types = dialect, [column.type.dialect_impl(dialect) for column in columns]
        self._after: list[tuple[int, Convert]] | None = None

    def bound(self, parameters: Mapping[str, Any]) -> Mapping[str, Any] | list[Any]:
        """Return the values as the driver takes them."""
        given = {**self.constants, **parameters} if self.constants else parameters
        if self.names is None:
            return {name: convert(given[name]) if convert else given[name] for name, convert in self.before.items()}
        before = self.before
        return [convert(given[name]) if (convert := before[name]) else given[name] for name in self.names]

    def read(self, rows: Iterable[tuple[Any, ...]], cursor: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401 (a DBAPI cursor)
        """Return rows as the program has them; the first time, the cursor says what the driver gives."""
        if self._after is None:
            types = zip(self._types, cursor.description, strict=True)
            found = [(place, kind.result_processor(self._dialect, told[1])) for place, (kind, told) in enumerate(types)]
            self._after = [(place, convert) for place, convert in found if convert]
        after = self._after
        if not after:
            return list(rows)
        return [_converted(row, after) for row in rows]


def _converted(row: tuple[Any, ...], after: list[tuple[int, Convert]]) -> tuple[Any, ...]:
    values = list(row)
    for place, convert in after:
        values[place] = convert(values[place])
    return tuple(values)


_prepared: dict[tuple[str, Statement], Prepared] = {}


def prepare(statement: Statement, parameters: Mapping[str, Any], dialect: Dialect) -> Prepared:
    """Return a statement prepared.

    Args:
        statement: A constant of the program: it is kept for ever.
        parameters: Of any execution: only their names count.
    """
    key = (dialect.name, statement)
    found = _prepared.get(key)
    if found is None:
        found = _prepared[key] = Prepared(statement, parameters, dialect)
    return found


def as_told(error: Exception, text: str, values: Any, *, dialect: Dialect) -> Exception:  # noqa: ANN401 (as the driver takes them)
    """Return what SQLAlchemy would say of a driver's error: handlers and services know its classes."""
    return DBAPIError.instance(text, values, error, dialect.loaded_dbapi.Error, dialect=dialect)


class Transaction:
    """A transaction on a driver's own connection: of a session, what `run` needs, without what the mapper would.

    Args:
        connection: On which the transaction has begun.
    """

    def __init__(self, connection: PoolProxiedConnection, dialect: Dialect) -> None:
        self._connection, self.dialect = connection, dialect

    def run(self, statement: Statement, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run a statement; return every row. See `statements.run`."""
        return _run(self._connection, statement, parameters, dialect=self.dialect)

    def commit(self) -> None:
        """Make what was written last; the transaction is over."""
        try:
            self._connection.commit()
        except self.dialect.loaded_dbapi.Error as error:
            raise as_told(error, "COMMIT", (), dialect=self.dialect) from error


def run(db: Session | Transaction, statement: Statement, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run a statement in a transaction; in a session's, after what it has still to write. Return every row.

    Raises:
        sqlalchemy.exc.DBAPIError: What the database refused, as the session would say it (`IntegrityError`, ...).
    """
    if isinstance(db, Transaction):
        return db.run(statement, parameters)
    db.flush()
    connection = db.connection()
    return _run(connection.connection, statement, parameters, dialect=connection.dialect)


def dialect_of(db: Session | Transaction) -> str:
    """Return the name of the database's dialect."""
    return db.dialect.name if isinstance(db, Transaction) else db.get_bind().dialect.name


def _run(
    connection: PoolProxiedConnection, statement: Statement, parameters: Mapping[str, Any], *, dialect: Dialect
) -> list[tuple[Any, ...]]:
    prepared = prepare(statement, parameters, dialect)
    values = prepared.bound(parameters)
    cursor = connection.cursor()
    try:
        cursor.execute(prepared.text, values)
        return prepared.read(cursor.fetchall(), cursor) if cursor.description else []
    except dialect.loaded_dbapi.Error as error:
        raise as_told(error, prepared.text, values, dialect=dialect) from error
    finally:
        cursor.close()
