"""The register: every credential issued, of every kind, with its status; and the files handed out."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model, UTCDateTime


class Status(StrEnum):
    """Facts of the register. Validity in time is a fact of the statement, not of this column."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


class Certificate(Model):
    """One credential issued. The signed token is the statement; the other columns serve look-ups."""

    __tablename__ = "certificates"
    __table_args__ = (
        UniqueConstraint("sitting_id", name="one_certificate_per_sitting"),
        UniqueConstraint("status_index", name="one_certificate_per_status_index"),
        CheckConstraint("status in ('active', 'suspended', 'revoked', 'superseded')", name="known_status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    sitting_id: Mapped[int | None] = mapped_column(ForeignKey("sittings.id", ondelete="SET NULL"))
    code_hmac: Mapped[str] = mapped_column(String(64), unique=True)
    credential_id: Mapped[str] = mapped_column(String(255), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    assurance: Mapped[str] = mapped_column(String(2))
    framework_code: Mapped[str] = mapped_column(String(16))
    level: Mapped[str | None] = mapped_column(String(4))
    token: Mapped[str] = mapped_column(Text)
    issued_at: Mapped[datetime] = mapped_column(UTCDateTime)
    is_shared: Mapped[bool] = mapped_column(default=True)
    status: Mapped[str] = mapped_column(String(16), default=Status.ACTIVE.value)
    status_index: Mapped[int]
    status_changed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    status_reason: Mapped[str | None] = mapped_column(String(64))  # a code, shown to the holder; never to the public
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("certificates.id"))


class HandedOutFile(Model):
    """The SHA-256 of a sealed file that was downloaded: a copy that comes back is recognised at once."""

    __tablename__ = "handed_out_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id", ondelete="CASCADE"), index=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
