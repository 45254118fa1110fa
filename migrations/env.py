"""Alembic's environment: the application's own engine, revisions numbered 0001, 0002, …."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from alembic import context
from flask import current_app

from app.database import UTCDateTime
from app.models import METADATA

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from alembic.runtime.migration import MigrationContext
    from sqlalchemy import Connection


def _number(_context: object, _revision: object, directives: Sequence[Any]) -> None:
    """Give the next number to a new revision: two branches that take the same one conflict visibly."""
    if not directives:
        return
    head = context.script.get_current_head() if context.script else None
    directives[0].rev_id = f"{int(head or 0) + 1:04d}"


def _render(kind: str, item: object, _context: object) -> str | bool:
    """Write our datetime type as the plain one it is stored as: a migration never imports our models."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UTCDateTime) else False


def _run() -> None:
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection, _references_kept(connection):
        context.configure(
            connection=connection,
            target_metadata=METADATA,
            process_revision_directives=_number,
            compare_type=True,
            render_item=_render,
            render_as_batch=connection.dialect.name == "sqlite",
            on_version_apply=_check_references,
        )
        with context.begin_transaction():
            context.run_migrations()


@contextmanager
def _references_kept(connection: Connection) -> Iterator[None]:
    """Let SQLite copy a table that others refer to: what it drops to put the copy in place would take their rows along.

    The switch does nothing inside a transaction, hence the driver's own connection, before one begins. See
    https://www.sqlite.org/lang_altertable.html#otheralter, steps 1, 10 and 12.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = cast("sqlite3.Connection", connection.connection.dbapi_connection)
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def _check_references(*, ctx: MigrationContext, **_step: object) -> None:
    """Look, at the end of each revision and inside its transaction, whether every row still refers to one that is there.

    Raises:
        RuntimeError: Some do not; the revision is undone.
    """
    connection = ctx.connection
    if connection is None or connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        tables = ", ".join(sorted({str(row[0]) for row in broken}))
        msg = f"nothing was changed: rows would refer to nothing in {tables}"
        raise RuntimeError(msg)


_run()
