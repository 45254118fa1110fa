"""Labels, what their holders give, who voted what, and everything that happened to them.

What the public may read of a label: `number`, `state` (through `services.public`), `printed_name`, `profession`, `rpps`,
`awarded_on`, `ends_on`, `criteria_version`; nothing else.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model, UTCDateTime
from certificates.label_rules.dossier import OVER, State

_STATES = ", ".join(f"'{state.value}'" for state in State)
_LIVING = text("state NOT IN ({})".format(", ".join(f"'{state.value}'" for state in sorted(OVER))))


class Label(Model):
    """One label of one person, from its application to its end; a later application is another row."""

    __tablename__ = "labels"
    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="known_state"),
        CheckConstraint("ends_on > awarded_on", name="ends_after_it_begins"),
        Index("one_living_label_per_person", "person_id", unique=True, sqlite_where=_LIVING, postgresql_where=_LIVING),
        Index("one_living_label_per_number", "rpps", unique=True, sqlite_where=_LIVING, postgresql_where=_LIVING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)  # None: erased
    reference: Mapped[str] = mapped_column(String(16), unique=True)  # in the addresses of the desk; opens nothing
    number: Mapped[str | None] = mapped_column(String(16), unique=True)  # public, given with the award
    state: Mapped[str] = mapped_column(String(24), index=True)
    since: Mapped[datetime] = mapped_column(UTCDateTime)
    criteria_version: Mapped[str] = mapped_column(String(32))
    log_salt: Mapped[bytes | None] = mapped_column(
        LargeBinary
    )  # links the row to its leaves; forgotten with the person
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)

    # Who, as the application says it; name and number as the public reads them are copied when the label is given, and the profession with a renewal.
    profession: Mapped[str | None] = mapped_column(String(32))
    # Said for the next term: nobody reads it before a committee gives that term.
    profession_asked: Mapped[str | None] = mapped_column(String(32))
    is_prescriber: Mapped[bool] = mapped_column(default=True)
    is_tested_out: Mapped[bool] = mapped_column(default=False)
    charter_version: Mapped[str | None] = mapped_column(String(16))
    charter_signed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    interests: Mapped[str | None] = mapped_column(Text)
    public_accepted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    printed_name: Mapped[str | None] = mapped_column(String(120))
    rpps: Mapped[str | None] = mapped_column(String(11), index=True)  # only where N1 was met by it
    # Of whoever was examined, from one account to the next; of a label that is over, until its holder may apply again.
    identity_hmac: Mapped[str | None] = mapped_column(String(64), index=True)

    # Its term: first award, beginning of the term that runs, and its last day.
    awarded_on: Mapped[date | None]
    term_from: Mapped[date | None]
    ends_on: Mapped[date | None] = mapped_column(index=True)
    extended_months: Mapped[int] = mapped_column(default=0)
    renewals: Mapped[int] = mapped_column(default=0)
    renewal_asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # while one waits for the committee
    renewal_returned_on: Mapped[
        date | None
    ]  # a committee did not renew; until it is asked for anew, or an appeal decided
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificates.id"), index=True)
    reminded_days: Mapped[int | None]

    # What surrounds it.
    audit: Mapped[str] = mapped_column(String(16), default="not-drawn")
    ground: Mapped[str | None] = mapped_column(String(32))  # of the suspension or revocation; never public
    appealed: Mapped[str | None] = mapped_column(String(24))
    paused_from: Mapped[str | None] = mapped_column(String(24))
    is_paused_by_holder: Mapped[bool] = mapped_column(default=False)
    pause_announced_on: Mapped[date | None]
    ending_proposed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # or its return, once it is ended
    ending_proposed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    round: Mapped[int] = mapped_column(default=1)  # of votes; a decision, or another matter, begins the next


class LabelCounter(Model):
    """The last rank given in one year; its row lock makes numbers follow each other."""

    __tablename__ = "label_counters"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class LabelEvent(Model):
    """One transition; append-only. The note is for the desk and the holder, never public."""

    __tablename__ = "label_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    label_id: Mapped[int] = mapped_column(ForeignKey("labels.id"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    transition: Mapped[str] = mapped_column(String(32))
    from_state: Mapped[str] = mapped_column(String(24))
    to_state: Mapped[str] = mapped_column(String(24))
    actor: Mapped[str] = mapped_column(String(16))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str] = mapped_column(String(32))
    note: Mapped[str] = mapped_column(Text, default="")
    log_seq: Mapped[int | None]


class LabelPractice(Model):
    """One of the nine practices, declared for one term."""

    __tablename__ = "label_practices"
    __table_args__ = (UniqueConstraint("label_id", "cycle", "practice", name="one_row_per_practice"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    label_id: Mapped[int] = mapped_column(ForeignKey("labels.id", ondelete="CASCADE"), index=True)
    cycle: Mapped[int]  # 0 for the first award, then the number of the renewal
    practice: Mapped[str] = mapped_column(String(32))
    declaration: Mapped[str] = mapped_column(Text)
    is_equivalent: Mapped[bool] = mapped_column(default=False)  # shown by its equivalent, for a role without patients
    done_on: Mapped[date]


class LabelTraining(Model):
    """Hours of training that a body attests."""

    __tablename__ = "label_trainings"
    __table_args__ = (CheckConstraint("hours > 0", name="some_hours"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    label_id: Mapped[int] = mapped_column(ForeignKey("labels.id", ondelete="CASCADE"), index=True)
    cycle: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(String(120))
    hours: Mapped[float]
    theme: Mapped[str] = mapped_column(String(16))
    is_initial: Mapped[bool]
    done_on: Mapped[date]


class LabelProof(Model):
    """One file, of one subject; the bytes are those that were written again without metadata."""

    __tablename__ = "label_proofs"
    __table_args__ = (
        UniqueConstraint("practice_id", name="one_proof_per_practice"),
        UniqueConstraint("training_id", name="one_proof_per_training"),
        CheckConstraint("judgement IN ('given', 'accepted', 'refused')", name="known_judgement"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    label_id: Mapped[int] = mapped_column(ForeignKey("labels.id", ondelete="CASCADE"), index=True)
    subject: Mapped[str] = mapped_column(String(16))  # practice, training, diploma, employer
    practice_id: Mapped[int | None] = mapped_column(ForeignKey("label_practices.id", ondelete="CASCADE"))
    training_id: Mapped[int | None] = mapped_column(ForeignKey("label_trainings.id", ondelete="CASCADE"))
    media_type: Mapped[str] = mapped_column(String(32))
    sha256: Mapped[str] = mapped_column(String(64))
    flags: Mapped[str] = mapped_column(String(64), default="")  # what may be a patient's, by code; an audit looks
    # True until whoever gave it has looked at it once more; nobody else sees it before, and it counts for nothing.
    is_waiting: Mapped[bool] = mapped_column(default=False, server_default=false())
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    judgement: Mapped[str] = mapped_column(String(16), default="given")
    judged_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    judged_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class LabelIdentityCheck(Model):
    """What one officer found of a diploma, or of an employer's attestation."""

    __tablename__ = "label_identity_checks"
    __table_args__ = (UniqueConstraint("label_id", "subject", "person_id", name="one_check_per_officer"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    label_id: Mapped[int] = mapped_column(ForeignKey("labels.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    subject: Mapped[str] = mapped_column(String(16))  # diploma, employer
    proof_sha256: Mapped[str | None] = mapped_column(
        String(64)
    )  # of the paper that was seen; None: not written down then
    is_good: Mapped[bool]
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class LabelSeat(Model):
    """A seat on panels of appeal that an administrator granted to an officer."""

    __tablename__ = "label_seats"
    __table_args__ = (
        UniqueConstraint("person_id", "seat", name="one_row_per_seat"),
        CheckConstraint("seat IN ('user', 'peer')", name="granted_seat"),
        CheckConstraint("(seat = 'peer') = (profession IS NOT NULL)", name="peers_have_a_profession"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    seat: Mapped[str] = mapped_column(String(16))
    profession: Mapped[str | None] = mapped_column(String(32))  # of a peer
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    granted_at: Mapped[datetime] = mapped_column(UTCDateTime)


class LabelVote(Model):
    """What one member of a committee or a panel voted, in one round."""

    __tablename__ = "label_votes"
    __table_args__ = (UniqueConstraint("label_id", "round", "person_id", name="one_vote_per_person"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    label_id: Mapped[int] = mapped_column(ForeignKey("labels.id"), index=True)
    round: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    transition: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(String(32))
    seat: Mapped[str | None] = mapped_column(String(16))  # on a panel
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class LabelNotice(Model):
    """A reasoned notice of suspension or revocation, and what the person answered."""

    __tablename__ = "label_notices"
    __table_args__ = (
        CheckConstraint("kind IN ('suspension', 'revocation')", name="known_kind"),
        Index(
            "one_open_notice_per_label",
            "label_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    label_id: Mapped[int] = mapped_column(ForeignKey("labels.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    ground: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(Text)
    is_urgent: Mapped[bool] = mapped_column(default=False)
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answer: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class LabelAppeal(Model):
    """What a holder contests, and until when it is decided."""

    __tablename__ = "label_appeals"

    id: Mapped[int] = mapped_column(primary_key=True)
    label_id: Mapped[int] = mapped_column(ForeignKey("labels.id"), index=True)
    against: Mapped[str] = mapped_column(String(24))
    text: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_on: Mapped[date]
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    outcome: Mapped[str | None] = mapped_column(String(16))
