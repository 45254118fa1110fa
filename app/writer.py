"""The short way to write a few rows: prepared statements in one transaction, on a connection of the session's own pool.

A session opens and ends a transaction with several times the work of the rows themselves. Where a request writes with prepared
statements only, it takes a transaction of its own instead. The request's session then writes nothing (`web.reads`): two that write
would wait for each other.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from flask import current_app

from app.database import BEGIN_TO_WRITE
from app.statements import Transaction, as_told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from sqlalchemy.engine import Engine

_EXTENSION = "numericite.writer"


def install(app: Flask, engine: Engine) -> None:
    """Give the application the engine that it writes on."""
    app.extensions[_EXTENSION] = engine


@contextmanager
def writing() -> Iterator[Transaction]:
    """Hold a transaction; what the caller has not committed is undone.

    Raises:
        sqlalchemy.exc.OperationalError: Somebody else writes, for longer than one waits (SQLite).
    """
    engine: Engine = current_app.extensions[_EXTENSION]
    dialect = engine.dialect
    connection = engine.raw_connection()
    try:
        if dialect.name == "sqlite":  # others begin with the first statement
            cursor = connection.cursor()
            try:
                cursor.execute(BEGIN_TO_WRITE)
            finally:
                cursor.close()
        yield Transaction(connection, dialect)
    except dialect.loaded_dbapi.Error as error:
        raise as_told(error, BEGIN_TO_WRITE, (), dialect=dialect) from error
    finally:
        connection.close()  # back to the pool, which undoes what is open
