"""Structures, who does what in them, and what keeps two people, or a person and a pool, apart."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model, UTCDateTime


class StructureKind(StrEnum):
    FRANCE_SERVICES = "france_services"
    SOCIAL_CENTRE = "social_centre"
    LIBRARY = "library"
    HEALTH_INSURANCE = "health_insurance"
    HEALTH_HOUSE = "health_house"
    HOSPITAL = "hospital"
    SCHOOL = "school"
    ASSOCIATION = "association"
    OTHER = "other"


class StructureState(StrEnum):
    """What was decided; whether an accreditation runs also depends on its dates."""

    ACCREDITED = "accredited"
    SUSPENDED = "suspended"
    ENDED = "ended"


class Part(StrEnum):
    """What somebody does in a structure. None of them is a role of the whole service."""

    MANAGER = "manager"
    INVIGILATOR = "invigilator"
    TRAINER = "trainer"


class TieKind(StrEnum):
    TRAINER = "trainer"
    MANAGER = "manager"


class ExposureKind(StrEnum):
    """How somebody came to know reserved items."""

    SAW = "saw"
    WROTE = "wrote"


class Structure(Model):
    """A place that may open supervised sessions while it is accredited."""

    __tablename__ = "structures"
    __table_args__ = (
        CheckConstraint("state IN ('accredited', 'suspended', 'ended')", name="known_state"),
        CheckConstraint("accredited_until >= accredited_from", name="ends_after_it_begins"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(24))
    address: Mapped[str] = mapped_column(String(300))
    finess: Mapped[str | None] = mapped_column(String(9))
    siret: Mapped[str | None] = mapped_column(String(14))
    accredited_from: Mapped[date]
    accredited_until: Mapped[date]
    state: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Member(Model):
    """One part of one person in one structure; a part that is over stays, so that what was done under it can be judged."""

    __tablename__ = "structure_members"
    __table_args__ = (
        Index(
            "one_row_per_part",
            "structure_id",
            "person_id",
            "part",
            "framework_code",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        CheckConstraint("part IN ('manager', 'invigilator', 'trainer')", name="known_part"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structures.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    part: Mapped[str] = mapped_column(String(16))
    framework_code: Mapped[str] = mapped_column(String(16), default="")  # what a trainer trains for; empty otherwise
    named_at: Mapped[datetime] = mapped_column(UTCDateTime)
    named_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Tie(Model):
    """A declared tie: `actor` trains, or is the line manager of, `subject`."""

    __tablename__ = "ties"
    __table_args__ = (
        CheckConstraint("kind IN ('trainer', 'manager')", name="known_kind"),
        CheckConstraint("actor_id <> subject_id", name="of_two_people"),
        UniqueConstraint("actor_id", "subject_id", "kind", "begins_on", name="one_row_per_tie"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    begins_on: Mapped[date]
    ends_on: Mapped[date | None]
    declared_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    declared_at: Mapped[datetime] = mapped_column(UTCDateTime)


class ReservedExposure(Model):
    """That somebody wrote or saw reserved items of a framework, and when last; which ones is in the audit trail."""

    __tablename__ = "reserved_exposures"
    __table_args__ = (
        UniqueConstraint("person_id", "framework_code", "kind", name="one_row_per_exposure"),
        CheckConstraint("kind IN ('saw', 'wrote')", name="known_kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    framework_code: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(8))
    last_at: Mapped[datetime] = mapped_column(UTCDateTime)
