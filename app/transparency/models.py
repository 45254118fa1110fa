"""The leaves of the log."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary, String, event
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model, UTCDateTime


class LogLeaf(Model):
    """One line of the log. Append-only; the database refuses changes too (triggers in its migration).

    `nodes` holds the hash of each complete subtree that this leaf is the last of, 32 bytes each, the leaf's own first: two
    on average. Whatever a proof needs is then one look-up by primary key, and nothing is ever computed again.
    """

    __tablename__ = "log_leaves"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    event: Mapped[str] = mapped_column(String(16))
    commitment: Mapped[str] = mapped_column(String(64))
    kid: Mapped[str] = mapped_column(String(43))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    nodes: Mapped[bytes] = mapped_column(LargeBinary)


class LogIsAppendOnlyError(RuntimeError):
    """Code tried to change or delete a leaf: a programming mistake."""


@event.listens_for(LogLeaf, "before_update")
@event.listens_for(LogLeaf, "before_delete")
def _refuse(_mapper: object, _connection: object, _target: LogLeaf) -> None:
    raise LogIsAppendOnlyError
