"""Sittings and their answers. The answers are the truth; everything else can be computed again from them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Model, UTCDateTime


class StoredBank(Model):
    """A bank that some sitting was taken with, kept whole: an old sitting resumes and replays on its own."""

    __tablename__ = "banks"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[str] = mapped_column(Text)
    stored_at: Mapped[datetime] = mapped_column(UTCDateTime)


class StoredPolicy(Model):
    """A policy that some sitting began under, kept whole: another number in the file moves nobody's questions or end."""

    __tablename__ = "policies"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[str] = mapped_column(Text)
    stored_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Sitting(Model):
    """One person answering items of one framework under one policy."""

    __tablename__ = "sittings"
    __table_args__ = (
        Index(
            "one_open_sitting_per_test",
            "person_id",
            "framework_code",
            "policy_id",
            unique=True,
            sqlite_where=text("finished_at IS NULL"),
            postgresql_where=text("finished_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    framework_code: Mapped[str] = mapped_column(String(16))
    policy_id: Mapped[str] = mapped_column(String(32))
    policy_hash: Mapped[str | None] = mapped_column(
        ForeignKey("policies.hash")
    )  # None: begun before policies were kept
    language: Mapped[str] = mapped_column(String(2))
    seed: Mapped[int]
    excluded: Mapped[list[str]] = mapped_column(JSON)
    resting: Mapped[list[str]] = mapped_column(JSON, server_default="[]")
    extensions: Mapped[list[dict[str, Any]]] = mapped_column(JSON, server_default="[]")  # all of `quizzes.additions`
    bank_hash: Mapped[str] = mapped_column(ForeignKey("banks.hash"))
    engine_version: Mapped[str] = mapped_column(String(16))
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    finish_reason: Mapped[str | None] = mapped_column(String(16))
    current_item_id: Mapped[str | None] = mapped_column(String(32))
    ability: Mapped[float | None]
    standard_error: Mapped[float | None]

    answers: Mapped[list[RecordedAnswer]] = relationship(
        order_by="RecordedAnswer.position", cascade="all, delete-orphan"
    )


class RecordedAnswer(Model):
    """Append-only."""

    __tablename__ = "recorded_answers"
    __table_args__ = (
        UniqueConstraint("sitting_id", "position", name="one_answer_per_position"),
        UniqueConstraint("sitting_id", "item_id", name="one_answer_per_item"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sittings.id", ondelete="CASCADE"))
    position: Mapped[int]
    item_id: Mapped[str] = mapped_column(String(32), index=True)
    response: Mapped[dict[str, Any]] = mapped_column(JSON)  # canonical, size-capped by the engine: every item type fits
    score: Mapped[float]
    trace: Mapped[dict[str, Any]] = mapped_column(JSON)  # why this item was asked: what was eligible, its information
    answered_at: Mapped[datetime] = mapped_column(UTCDateTime)


class PoolUse(Model):
    """How many sittings began under one policy on one framework."""

    __tablename__ = "pool_uses"

    framework_code: Mapped[str] = mapped_column(String(16), primary_key=True)
    policy_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    sittings: Mapped[int]


class ItemUse(Model):
    """How often one item was asked under one policy, and how often it rested: counts of sittings, of nobody in particular.

    `missed` counts the sittings that had begun when the item entered the pool.
    """

    __tablename__ = "item_uses"

    policy_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    item_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    asked: Mapped[int]
    rested: Mapped[int]
    missed: Mapped[int] = mapped_column(server_default="0")
