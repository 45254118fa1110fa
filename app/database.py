"""The database handle: typed base model, constraint names, aware datetimes, honest SQLite transactions."""

from __future__ import annotations

import json
import math
import time
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import CursorResult, DateTime, Dialect, MetaData, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from app.statements import as_told

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.engine import Connection, Engine
    from sqlalchemy.pool import ConnectionPoolEntry
    from sqlalchemy.sql import Executable

_NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

#: True while a request that only reads is served: its SQLite transaction then takes no write lock.
only_reads: ContextVar[bool] = ContextVar("only_reads", default=False)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=_NAMES)


#: How a transaction that may write begins on SQLite: it waits for the others first, and loses nothing to them.
BEGIN_TO_WRITE = "BEGIN IMMEDIATE"
#: Connections that each process keeps open to a server.
POOLED = 16
#: How long a pooled connection rests before it is tried again at its next use.
_TRIED_AFTER_SECONDS = 2.0

db = SQLAlchemy(model_class=Base, session_options={"autoflush": True})

if TYPE_CHECKING:

    class Model(Base):
        __abstract__ = True
else:
    Model = db.Model


def read_json(text: str | bytes) -> Any:  # noqa: ANN401 (whatever was written)
    """Read a JSON column: quickly, or by the library that wrote it where it wrote what JSON does not know."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text)


class UTCDateTime(TypeDecorator[datetime]):
    """Aware datetimes in, aware UTC datetimes out, on every backend."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (SQLAlchemy's signature)
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "a naive datetime cannot be stored"
            raise ValueError(msg)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (SQLAlchemy's signature)
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def current_session() -> Session:
    """Return the real session of this request: `db.session` is a proxy that mypy does not take for one."""
    return db.session()


def affected(db: Session, statement: Executable) -> int:
    """Run an UPDATE or DELETE and return how many rows it touched: what single-use guards are checked by."""
    result = db.execute(statement)
    return result.rowcount if isinstance(result, CursorResult) else 0


def install(app: Flask, *, url: str) -> None:
    """Bind the handle to the application and give SQLite transactions that lose no update."""
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    # More than a process has threads (docs/operations.md): one above would be opened and closed for each request.
    pool = {} if url.startswith("sqlite") else {"pool_size": POOLED}
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", {"json_deserializer": read_json, **pool})
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)


def prepare_engine(engine: Engine) -> None:
    """Set an engine up for what its database needs."""
    if engine.dialect.name == "sqlite":
        _prepare_file(engine)
    else:
        _prepare_server(engine)


def _prepare_server(engine: Engine) -> None:
    """Spare a server a question that answers nothing: a pooled connection is tried only where the server had time to close it."""

    @event.listens_for(engine, "checkin")
    def _on_checkin(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _on_checkout(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:  # noqa: ANN401 (a DBAPI connection)
        if time.monotonic() - record.info.get("rests_since", math.inf) < _TRIED_AFTER_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error


def _prepare_file(engine: Engine) -> None:
    """Set SQLite up so that concurrent writers wait for each other.

    With SQLAlchemy's defaults, 597 of 900 read-modify-write transactions from six processes were lost; with
    `BEGIN IMMEDIATE` for whoever may write, none. Readers begin deferred, so that they do not wait behind a writer.
    """

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: object) -> None:  # noqa: ANN401 (a DBAPI connection)
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=5000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        begin = "BEGIN" if only_reads.get() else BEGIN_TO_WRITE
        cursor = connection.connection.cursor()
        try:
            cursor.execute(begin)
        except engine.dialect.loaded_dbapi.Error as error:  # somebody else writes, for longer than one waits
            raise as_told(error, begin, (), dialect=engine.dialect) from error
        finally:
            cursor.close()
