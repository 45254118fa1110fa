"""A person's progress through modules."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model, UTCDateTime


class ActAnswer(StrEnum):
    """What a person says of a lesson's real act."""

    DONE = "done"
    NOT_YET = "not-yet"


class FinishedModule(Model):
    """One module that a person says to have finished; what they say of its act; when they last read what had changed."""

    __tablename__ = "finished_modules"
    __table_args__ = (UniqueConstraint("person_id", "module_id", name="one_finish_per_module"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    module_id: Mapped[str] = mapped_column(String(64))
    finished_at: Mapped[datetime] = mapped_column(UTCDateTime)
    act_answer: Mapped[str | None] = mapped_column(String(8))
    act_answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    update_read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
