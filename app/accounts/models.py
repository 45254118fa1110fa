"""People, what they hold to come back, and the cases that they open."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model, UTCDateTime


class PersonKind(StrEnum):
    GUEST = "guest"
    ACCOUNT = "account"


class LinkPurpose(StrEnum):
    SIGN_IN = "sign_in"
    CONFIRM_ADDRESS = "confirm_address"


class CaseKind(StrEnum):
    COMPLAINT = "complaint"
    CONTEST = "contest"
    ITEM_REPORT = "item_report"


class Person(Model):
    """Somebody who answers: a guest known to one browser, or an account. No date of birth is ever stored."""

    __tablename__ = "people"
    __table_args__ = (
        UniqueConstraint("email", name="one_account_per_address"),
        CheckConstraint("kind IN ('guest', 'account')", name="known_kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    email: Mapped[str | None] = mapped_column(String(254))  # casefolded: one person types it several ways
    email_confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    password_hash: Mapped[str | None] = mapped_column(String(200))  # none: the e-mail link is the only way in
    printed_name: Mapped[str | None] = mapped_column(String(120))
    language: Mapped[str | None] = mapped_column(String(2))
    reminders_stopped_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # None: this person takes them
    erased_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # the row stays as a number for register and trail


class PersonRole(Model):
    """One role that a person holds."""

    __tablename__ = "person_roles"
    __table_args__ = (UniqueConstraint("person_id", "role", name="one_row_per_role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    role: Mapped[str] = mapped_column(String(32))
    granted_at: Mapped[datetime] = mapped_column(UTCDateTime)


class WebSession(Model):
    """One browser that is let in; the browser holds the token, the table its SHA-256."""

    __tablename__ = "web_sessions"
    __table_args__ = (UniqueConstraint("token_hash", name="one_session_per_token"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64))
    label: Mapped[str] = mapped_column(String(64))  # "Firefox, Linux": enough to recognise it, not to follow it
    shared_computer: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


class EmailLink(Model):
    """One link sent by mail; burnt by a conditional UPDATE."""

    __tablename__ = "email_links"
    __table_args__ = (UniqueConstraint("token_hash", name="one_link_per_token"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(16))
    token_hash: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(254))  # what the link proves; worthless once the account has another
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class ResumeCard(Model):
    """A printed card that lets a guest in on another machine: a code, and a PIN that dies after five wrong tries."""

    __tablename__ = "resume_cards"
    __table_args__ = (
        UniqueConstraint("code_hash", name="one_card_per_code"),
        UniqueConstraint("person_id", name="one_card_per_person"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    code_hash: Mapped[str] = mapped_column(String(64))
    pin_hash: Mapped[str] = mapped_column(String(200))
    failed_attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


class Background(Model):
    """What a person agreed to tell about themselves, for checking items and for nothing else; no row once they withdraw."""

    __tablename__ = "backgrounds"
    __table_args__ = (
        UniqueConstraint("person_id", name="one_background_per_person"),
        CheckConstraint(
            "age_band IS NOT NULL OR sex IS NOT NULL OR first_language IS NOT NULL", name="tells_something"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    age_band: Mapped[str | None] = mapped_column(String(8))
    sex: Mapped[str | None] = mapped_column(String(8))
    first_language: Mapped[str | None] = mapped_column(String(8))
    consent: Mapped[str] = mapped_column(String(16))  # which words were agreed to
    consented_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Case(Model):
    """A complaint, a contested result or a report on a question: a human reads it and answers."""

    __tablename__ = "cases"
    __table_args__ = (UniqueConstraint("number", name="one_case_per_number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(16))  # "R-2026-0042": said on the telephone, so short
    kind: Mapped[str] = mapped_column(String(16))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    email: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(2))
    subject_kind: Mapped[str] = mapped_column(String(16))
    subject_reference: Mapped[str | None] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


class CaseCounter(Model):
    """The last number given in one year; its row lock makes numbers follow each other without gaps."""

    __tablename__ = "case_counters"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
