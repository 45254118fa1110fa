"""Alembic's environment: the application's own engine, revisions numbered 0001, 0002, …."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alembic import context
from flask import current_app

from app.database import UTCDateTime
from app.models import METADATA

if TYPE_CHECKING:
    from collections.abc import Sequence


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
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=METADATA,
            process_revision_directives=_number,
            compare_type=True,
            render_item=_render,
            render_as_batch=connection.dialect.name == "sqlite",
        )
        with context.begin_transaction():
            context.run_migrations()


_run()
