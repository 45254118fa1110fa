"""Sessions of a supervised examination and what happens in them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model, UTCDateTime


class SessionState(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    RUNNING = "running"
    CLOSED = "closed"
    JUDGED = "judged"
    PUBLISHED = "published"
    CANCELLED = "cancelled"  # before it began


class Accommodation(StrEnum):
    """What is arranged for a candidate; never why."""

    THIRD_TIME = "third_time"
    BREAKS = "breaks"
    READER = "reader"
    LARGE_TYPE = "large_type"


class DocumentKind(StrEnum):
    """Which identity document was seen; never its number, never a copy."""

    IDENTITY_CARD = "identity_card"
    PASSPORT = "passport"
    RESIDENCE_PERMIT = "residence_permit"
    DRIVING_LICENCE = "driving_licence"


class IncidentKind(StrEnum):
    TECHNICAL = "technical"
    QUESTION = "question"
    BEHAVIOUR = "behaviour"
    IDENTITY = "identity"
    OTHER = "other"


class HandAnswer(StrEnum):
    REPLACED = "replaced"
    KEPT = "kept"


class DecisionKind(StrEnum):
    """What a jury decides; each decision is proposed by one juror and taken by another."""

    DISMISS = "dismiss"  # the incident changes nothing
    NEUTRALISE = "neutralise"  # a question counts for nobody
    ANNUL = "annul"  # a candidate's sitting proves nothing and counts as a try
    CALL_OFF = "call_off"  # it proves nothing and does not count as a try
    DEFER = "defer"  # the second set that the closing cut off may be sat at another session
    CONCLUDE = "conclude"  # the results may be published


class ReviewKind(StrEnum):
    """What two people decide of a contested result, after publication; none of it takes a pass away."""

    NEUTRALISE_ONE = "neutralise_one"  # a question counts no more for this candidate
    NEUTRALISE_ALL = "neutralise_all"  # nor for anybody in the session; each keeps the better of the two results
    CALL_OFF = "call_off"  # the sitting proves nothing and counts as no try
    RESTORE = "restore"  # it was annulled or called off, and counts again
    DEFER = "defer"  # the second set that the closing cut off may be sat at another session after all


class ExamSession(Model):
    """A room, a day, an hour: one test under supervision."""

    __tablename__ = "exam_sessions"
    __table_args__ = (
        CheckConstraint(
            "state IN ('planned', 'open', 'running', 'closed', 'judged', 'published', 'cancelled')", name="known_state"
        ),
        CheckConstraint("seats > 0 AND minutes > 0", name="has_seats_and_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    structure_id: Mapped[int] = mapped_column(ForeignKey("structures.id"), index=True)
    framework_code: Mapped[str] = mapped_column(String(16))
    policy_id: Mapped[str] = mapped_column(String(32))
    place: Mapped[str] = mapped_column(String(200))
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    minutes: Mapped[int]
    seats: Mapped[int]
    code_serial: Mapped[int] = mapped_column(default=1)  # with the secret of the references, gives the code again
    code_hmac: Mapped[str] = mapped_column(String(64), unique=True)
    code_misses: Mapped[int] = mapped_column(default=0)
    changes: Mapped[int] = mapped_column(default=0)  # how often it was moved: calendars ask which entry is the newer
    state: Mapped[str] = mapped_column(String(16), default=SessionState.PLANNED.value)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    published_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    draft: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)  # good lines of a list that wait for confirmation


class ExamStaff(Model):
    """Who invigilates or judges one session, having declared to be nobody's trainer or manager there."""

    __tablename__ = "exam_staff"
    __table_args__ = (
        UniqueConstraint("session_id", "person_id", "duty", name="one_row_per_duty"),
        CheckConstraint("duty IN ('invigilator', 'juror')", name="known_duty"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("exam_sessions.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    duty: Mapped[str] = mapped_column(String(16))
    joined_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Candidate(Model):
    """One person enrolled in one session. `version` grows with each act of an invigilator: of two at once, one is told."""

    __tablename__ = "exam_candidates"
    __table_args__ = (
        UniqueConstraint("session_id", "number", name="one_number_per_candidate"),
        UniqueConstraint("session_id", "email", name="one_enrolment_per_address"),
        UniqueConstraint("sitting_id", name="one_candidate_per_sitting"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("exam_sessions.id"), index=True)
    number: Mapped[int]
    version: Mapped[int] = mapped_column(default=0)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    email: Mapped[str | None] = mapped_column(String(254), index=True)
    family_name: Mapped[str] = mapped_column(String(120))
    given_names: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(2), default="fr")
    accommodations: Mapped[list[str]] = mapped_column(JSON)
    identity_hmac: Mapped[str | None] = mapped_column(String(64), index=True)  # names and birth date, keyed
    enrolled_at: Mapped[datetime] = mapped_column(UTCDateTime)
    document_kind: Mapped[str | None] = mapped_column(String(24))
    checked_name: Mapped[str | None] = mapped_column(String(120))
    identity_checked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    identity_checked_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    credential_uuid: Mapped[str | None] = mapped_column(
        String(36)
    )  # drawn with the check: the hash below is bound to it
    birth_date_hash: Mapped[str | None] = mapped_column(String(255))
    arrival_id: Mapped[int | None]  # the browser that may answer, once authorised
    authorised_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    sitting_id: Mapped[int | None] = mapped_column(ForeignKey("sittings.id", ondelete="SET NULL"))
    started_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    paused_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    paused_seconds: Mapped[int] = mapped_column(default=0)
    extra_minutes: Mapped[int] = mapped_column(default=0)
    set_minutes: Mapped[int] = mapped_column(default=0)  # those of a second set, once it is open
    break_began_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # on a break that was arranged: paused as well
    break_seconds: Mapped[int] = mapped_column(default=0)  # taken so far, those past the bound left out
    break_count: Mapped[int] = mapped_column(default=0)
    reader_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # who read the questions aloud
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    finish_reason: Mapped[str | None] = mapped_column(String(16))
    continues_id: Mapped[int | None] = mapped_column(  # whose second set is sat here, and nothing else
        ForeignKey("exam_candidates.id", ondelete="SET NULL")
    )
    owed_themes: Mapped[list[str] | None] = mapped_column(JSON)  # second sets that the closing of the session cut off
    verdict: Mapped[str | None] = mapped_column(String(16))
    outcome: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # what the person is told, as it was published
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificates.id", ondelete="SET NULL"))


class ClaimSlip(Model):
    """A printed code by which whoever sat without an account finds their result. One a candidate: a new one takes its place."""

    __tablename__ = "exam_claim_slips"
    __table_args__ = (
        UniqueConstraint("candidate_id", name="one_claim_slip_per_candidate"),
        UniqueConstraint("code_hash", name="one_claim_slip_per_code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    candidate_id: Mapped[int] = mapped_column(ForeignKey("exam_candidates.id", ondelete="CASCADE"))
    code_hash: Mapped[str] = mapped_column(String(64))
    failed_attempts: Mapped[int] = mapped_column(default=0)
    printed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    printed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Arrival(Model):
    """A browser in which the code of a session and the number of a candidate were typed. It waits for an authorisation."""

    __tablename__ = "exam_arrivals"

    id: Mapped[int] = mapped_column(primary_key=True)
    candidate_id: Mapped[int] = mapped_column(ForeignKey("exam_candidates.id", ondelete="CASCADE"), index=True)
    web_session_id: Mapped[int] = mapped_column(index=True)  # no foreign key: browsers come and go
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    screen_number: Mapped[int]  # shown on the screen, told to the invigilator: this machine and no other
    arrived_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Hand(Model):
    """A hand raised about the question on screen."""

    __tablename__ = "exam_hands"
    __table_args__ = (
        Index(
            "one_hand_per_candidate",
            "candidate_id",
            unique=True,
            sqlite_where=text("answered_at IS NULL"),
            postgresql_where=text("answered_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    candidate_id: Mapped[int] = mapped_column(ForeignKey("exam_candidates.id", ondelete="CASCADE"))
    item_id: Mapped[str] = mapped_column(String(32))
    note: Mapped[str] = mapped_column(String(300))
    raised_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    answer: Mapped[str | None] = mapped_column(String(16))


class FocusLoss(Model):
    """That a candidate's page was left: noted, punished by nothing."""

    __tablename__ = "exam_focus_losses"

    id: Mapped[int] = mapped_column(primary_key=True)
    candidate_id: Mapped[int] = mapped_column(ForeignKey("exam_candidates.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class Incident(Model):
    """What an invigilator noted, for the jury to judge."""

    __tablename__ = "exam_incidents"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("exam_sessions.id"), index=True)
    candidate_id: Mapped[int | None] = mapped_column(ForeignKey("exam_candidates.id", ondelete="SET NULL"))
    kind: Mapped[str] = mapped_column(String(16))
    item_id: Mapped[str | None] = mapped_column(String(32))
    note: Mapped[str] = mapped_column(Text)
    noted_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    noted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    judged_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class JuryDecision(Model):
    """Proposed by one juror, taken by another; without a second it changes nothing."""

    __tablename__ = "jury_decisions"
    __table_args__ = (
        CheckConstraint("taken_by IS NULL OR taken_by <> proposed_by", name="taken_by_two"),
        CheckConstraint(
            "kind IN ('dismiss', 'neutralise', 'annul', 'call_off', 'defer', 'conclude')", name="known_kind"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("exam_sessions.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("exam_incidents.id"))
    candidate_id: Mapped[int | None] = mapped_column(ForeignKey("exam_candidates.id", ondelete="SET NULL"))
    item_id: Mapped[str | None] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    taken_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class ExamReview(Model):
    """What was decided of a contested result: proposed by one, taken by another, neither of whom had a part in the session."""

    __tablename__ = "exam_reviews"
    __table_args__ = (
        CheckConstraint("taken_by IS NULL OR taken_by <> proposed_by", name="taken_by_two"),
        CheckConstraint(
            "kind IN ('neutralise_one', 'neutralise_all', 'call_off', 'restore', 'defer')", name="known_kind"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("exam_sessions.id"), index=True)
    candidate_id: Mapped[int | None] = mapped_column(ForeignKey("exam_candidates.id", ondelete="SET NULL"))
    case_number: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(16))
    item_id: Mapped[str | None] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    taken_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class FormerOutcome(Model):
    """A result as it was told before a review: kept beside the one that replaced it."""

    __tablename__ = "exam_former_outcomes"

    id: Mapped[int] = mapped_column(primary_key=True)
    candidate_id: Mapped[int] = mapped_column(ForeignKey("exam_candidates.id", ondelete="CASCADE"), index=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("exam_reviews.id"))
    verdict: Mapped[str] = mapped_column(String(16))
    outcome: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    replaced_at: Mapped[datetime] = mapped_column(UTCDateTime)
