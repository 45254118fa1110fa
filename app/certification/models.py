"""The register: every credential issued, of every kind, with its status; files handed out; links that holders share."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model, UTCDateTime


class Status(StrEnum):
    """Facts of the register. Validity in time is a fact of the statement, not of this column."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


class Disclosure(StrEnum):
    """How much a sharing link tells; the printed code tells all."""

    ALL = "all"
    LEVELS = "levels"
    EXISTENCE = "existence"


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
    log_salt: Mapped[bytes | None] = mapped_column(
        LargeBinary
    )  # links the row to its leaves; forgotten with the statement
    log_seq: Mapped[int | None]  # the leaf of its issue
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("certificates.id"))
    valid_until: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)  # as stated; None: no end
    reminded_days: Mapped[int | None]  # days before the end that the last reminder was for
    birth_date_bound_to: Mapped[str | None] = mapped_column(
        String(255)
    )  # whose identifier the digest has, if not its own
    birth_date_hash: Mapped[str | None] = mapped_column(String(255))  # argon2, salted; supervised certificates only
    birth_date_tries: Mapped[int] = mapped_column(default=0, server_default="0")
    birth_date_locked_until: Mapped[datetime | None] = mapped_column(UTCDateTime)


class HandedOutFile(Model):
    """The SHA-256 of a sealed file that was downloaded: a copy that comes back is recognised at once."""

    __tablename__ = "handed_out_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id", ondelete="CASCADE"), index=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)


class SharingLink(Model):
    """A further link that a holder made: for one purpose, until a day, telling so much. Its code is derived, not kept."""

    __tablename__ = "sharing_links"
    __table_args__ = (
        CheckConstraint("disclosure in ('all', 'levels', 'existence')", name="known_disclosure"),
        CheckConstraint("expires_at > created_at", name="ends_after_it_begins"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id", ondelete="CASCADE"), index=True)
    seed: Mapped[str] = mapped_column(String(32))  # with the secret of the references, gives the code again
    code_hmac: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(80))  # the holder's own words, shown to nobody else
    disclosure: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class SharingLook(Model):
    """That somebody looked at a certificate by one of its links, to the minute; nothing about who."""

    __tablename__ = "sharing_looks"

    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id", ondelete="CASCADE"), index=True)
    link_id: Mapped[int | None] = mapped_column(
        ForeignKey("sharing_links.id", ondelete="CASCADE")
    )  # None: printed code
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    times: Mapped[int]
