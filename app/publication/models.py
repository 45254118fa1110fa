"""What was published of each holder, who read it, and who is told when it changes.

Nothing here decides where a label stands: that is read from the label, at every look.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model, UTCDateTime


class Channel(StrEnum):
    """How a holder was looked up."""

    PAGE = "page"
    SOFTWARE = "software"


class WatchState(StrEnum):
    """Where the request of an employer stands. What the holder answered is told to nobody: a refusal looks like a silence."""

    ASKED = "asked"  # its list is not confirmed yet: the holder is not told
    WAITING = "waiting"
    ACTIVE = "active"
    DECLINED = "declined"
    STOPPED = "stopped"


class PublishedHolder(Model):
    """One person of the register, under an identifier that says nothing; stays, empty, when they leave it."""

    __tablename__ = "published_holders"
    __table_args__ = (
        UniqueConstraint("person_id", name="one_holder_per_person"),
        UniqueConstraint("reference", name="one_holder_per_reference"),
        Index("holders_by_change", "changed_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # None: erased
    reference: Mapped[str] = mapped_column(String(36))
    digest: Mapped[str] = mapped_column(String(64))  # of what was told last: by it a change is seen
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class ApiClient(Model):
    """Software that may read the register at length; its key is kept as a SHA-256."""

    __tablename__ = "api_clients"
    __table_args__ = (UniqueConstraint("key_hash", name="one_client_per_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))  # of an organisation, shown to the people whose label it read
    key_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class RegisterRead(Model):
    """That a holder was looked up, to the minute; nothing about who, but the software that bears a key."""

    __tablename__ = "register_reads"

    id: Mapped[int] = mapped_column(primary_key=True)
    holder_id: Mapped[int] = mapped_column(ForeignKey("published_holders.id", ondelete="CASCADE"), index=True)
    client_id: Mapped[int | None] = mapped_column(ForeignKey("api_clients.id"))  # None: no key
    channel: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    times: Mapped[int]


class WatchList(Model):
    """The labels that one employer follows. No account: an address that was proven, and a link in every letter."""

    __tablename__ = "watch_lists"
    __table_args__ = (UniqueConstraint("token_hmac", name="one_list_per_token"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation: Mapped[str] = mapped_column(String(80))  # as whoever asked typed it
    email: Mapped[str] = mapped_column(String(254), index=True)
    language: Mapped[str] = mapped_column(String(2))
    webhook_url: Mapped[str | None] = mapped_column(String(500))
    seed: Mapped[str] = mapped_column(String(32))  # with the secret of the references, gives the link again
    token_hmac: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Watch(Model):
    """One label on one list; a number that nobody has stays on it like one whose holder did not answer."""

    __tablename__ = "watches"
    __table_args__ = (
        UniqueConstraint("list_id", "number", name="one_watch_per_number"),
        CheckConstraint("state in ('asked', 'waiting', 'active', 'declined', 'stopped')", name="known_state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("watch_lists.id", ondelete="CASCADE"), index=True)
    number: Mapped[str] = mapped_column(String(16))
    label_id: Mapped[int | None] = mapped_column(ForeignKey("labels.id"), index=True)  # None: nobody has this number
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    state: Mapped[str] = mapped_column(String(8))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    hidden_at: Mapped[datetime | None] = mapped_column(
        UTCDateTime
    )  # taken off the list, and kept to remember an answer
    told: Mapped[str | None] = mapped_column(String(12))  # the status that the employer was told last
    told_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class YearlyReport(Model):
    """The numbers of one year, as they were published once it was over: what changes later may tell of nobody by the difference."""

    __tablename__ = "yearly_reports"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
