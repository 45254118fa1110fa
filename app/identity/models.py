"""What a person may add to the address and the password: identities of providers, passkeys, the professional number."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model, UTCDateTime


class Provider(StrEnum):
    FRANCECONNECT = "franceconnect"
    PRO_SANTE_CONNECT = "pro-sante-connect"


class Purpose(StrEnum):
    """What one browser has begun and must bring back once."""

    PROVIDER = "provider"  # went to a provider; holds the nonce and the proof of the code
    IDENTITY = "identity"  # came back from one; waits for a yes
    SECOND_FACTOR = "second-factor"  # gave the first proof; waits for the second
    PASSKEY_NEW = "passkey-new"
    PASSKEY_USE = "passkey-use"


class Source(StrEnum):
    PROVIDER = "provider"
    DECLARED = "declared"


class Activity(StrEnum):
    ACTIVE = "active"
    INACTIVE = "inactive"
    UNKNOWN = "unknown"


class PendingStep(Model):
    """One half of an exchange, for a few minutes; burnt by a DELETE whose row count is checked."""

    __tablename__ = "pending_steps"
    __table_args__ = (UniqueConstraint("token_hash", name="one_step_per_token"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(16))
    token_hash: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


class LinkedIdentity(Model):
    """An identity that a provider vouches for, linked to one account."""

    __tablename__ = "linked_identities"
    __table_args__ = (
        UniqueConstraint("provider", "subject_hash", name="one_account_per_identity"),
        UniqueConstraint("person_id", "provider", name="one_identity_per_provider"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    provider: Mapped[str] = mapped_column(String(20))
    subject_hash: Mapped[str] = mapped_column(String(64))  # HMAC: another service's number for somebody is not kept
    name: Mapped[str] = mapped_column(String(160))  # as the provider gives it: shown to its owner, nowhere printed
    linked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_used_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Passkey(Model):
    """A public key whose private half a device keeps."""

    __tablename__ = "passkeys"
    __table_args__ = (UniqueConstraint("credential_id", name="one_row_per_passkey"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    credential_id: Mapped[str] = mapped_column(String(1400))  # base64url of at most 1023 bytes
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)  # 32 bits without a sign
    name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class SecondFactor(Model):
    """This person wants a passkey asked for after the password or the link."""

    __tablename__ = "second_factors"
    __table_args__ = (UniqueConstraint("person_id", name="one_second_factor_per_person"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    enabled_at: Mapped[datetime] = mapped_column(UTCDateTime)


class RecoveryCode(Model):
    """One code on paper that stands in for a passkey, once."""

    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("code_hash", name="one_row_per_recovery_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class ProfessionalNumber(Model):
    """The RPPS number of a health professional, and what the directory last said of it."""

    __tablename__ = "professional_numbers"
    __table_args__ = (
        UniqueConstraint("person_id", name="one_number_per_person"),
        UniqueConstraint("rpps", name="one_account_per_number"),
        CheckConstraint("source IN ('provider', 'declared')", name="known_source"),
        CheckConstraint("activity IN ('active', 'inactive', 'unknown')", name="known_activity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    rpps: Mapped[str] = mapped_column(String(11))
    source: Mapped[str] = mapped_column(String(8))
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    activity: Mapped[str] = mapped_column(String(8))
    activity_since: Mapped[datetime | None] = mapped_column(UTCDateTime)  # when the directory first said so
    checked_at: Mapped[datetime | None] = mapped_column(
        UTCDateTime, index=True
    )  # when it, or the provider, last gave an answer
    asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # when it was last asked, answer or not
    national: Mapped[
        bool
    ]  # the answer came from the national directory or its provider, not from the file that stands in
    directory_name: Mapped[str | None] = mapped_column(String(160))
    profession: Mapped[str | None] = mapped_column(String(120))


class NumberDispute(Model):
    """Two accounts, one RPPS number: two officers look at whose it is."""

    __tablename__ = "number_disputes"
    __table_args__ = (
        CheckConstraint("kind IN ('claimed', 'proved')", name="known_kind"),
        CheckConstraint("settled_by IS NULL OR settled_by <> proposed_by", name="settled_by_two"),
        Index(
            "one_open_dispute",
            "rpps",
            "claimant_id",
            unique=True,
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    rpps: Mapped[str] = mapped_column(String(11))
    holder_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)  # who declared it first
    claimant_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)  # who declared it too, or proved it
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    proposed_as: Mapped[str | None] = mapped_column(String(8))
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    settled_as: Mapped[str | None] = mapped_column(String(8))
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
