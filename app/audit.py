"""The audit trail: a closed list of actions in an append-only table that holds identifiers only."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import JSON, event, insert
from sqlalchemy.orm import Mapped, mapped_column

from app import statements
from app.database import Model, UTCDateTime

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Table
    from sqlalchemy.orm import Session

    from app.statements import Transaction


class Action(StrEnum):
    """Everything that is worth answering for, as `subject:past-tense`."""

    ACCOUNT_CREATED = "account:created"
    ACCOUNT_SIGNED_IN = "account:signed-in"
    ACCOUNT_SIGN_IN_REFUSED = "account:sign-in-refused"
    ACCOUNT_EMAIL_CHANGED = "account:email-changed"
    ACCOUNT_EMAIL_CONFIRMED = "account:email-confirmed"
    ACCOUNT_PASSWORD_CHANGED = "account:password-changed"  # noqa: S105 (the name of an action)
    ACCOUNT_EXPORTED = "account:exported"
    ACCOUNT_ERASED = "account:erased"
    ACCOUNT_ROLE_GRANTED = "account:role-granted"
    ACCOUNT_ROLE_TAKEN_BACK = "account:role-taken-back"
    IDENTITY_LINKED = "identity:linked"
    IDENTITY_UNLINKED = "identity:unlinked"
    PASSKEY_ADDED = "passkey:added"
    PASSKEY_REMOVED = "passkey:removed"
    PASSKEY_REFUSED = "passkey:refused"
    SECOND_FACTOR_ENABLED = "second-factor:enabled"
    SECOND_FACTOR_DISABLED = "second-factor:disabled"
    SECOND_FACTOR_ACCEPTED = "second-factor:accepted"
    SECOND_FACTOR_REFUSED = "second-factor:refused"
    NUMBER_ADDED = "professional-number:added"
    NUMBER_REMOVED = "professional-number:removed"
    NUMBER_DISPUTED = "professional-number:disputed"
    NUMBER_DISPUTE_PROPOSED = "professional-number:dispute-proposed"
    NUMBER_DISPUTE_SETTLED = "professional-number:dispute-settled"
    NUMBER_CHECKED = "professional-number:checked"
    NUMBER_REFUSED = "professional-number:refused"
    WEB_SESSION_REVOKED = "web-session:revoked"
    WEB_SESSIONS_REVOKED = "web-sessions:revoked"
    GUEST_ADOPTED = "guest:adopted"
    BACKGROUND_GIVEN = "background:given"
    BACKGROUND_WITHDRAWN = "background:withdrawn"
    SITTING_STARTED = "sitting:started"
    SITTING_FINISHED = "sitting:finished"
    SITTING_ITEM_REPLACED = "sitting:item-replaced"
    SITTING_CLOSED = "sitting:closed"
    SITTING_KEYS_READ = "sitting:keys-read"
    ITEM_REPORTED = "item:reported"
    CASE_OPENED = "case:opened"
    CASE_ANSWERED = "case:answered"
    CASE_SITTING_READ = "case:sitting-read"
    CERTIFICATE_ISSUED = "certificate:issued"
    CERTIFICATE_DOWNLOADED = "certificate:downloaded"
    CERTIFICATE_SHARED = "certificate:shared"
    CERTIFICATE_UNSHARED = "certificate:unshared"
    SHARING_LINK_MADE = "sharing-link:made"
    SHARING_LINK_CLOSED = "sharing-link:closed"
    CERTIFICATE_SUSPENDED = "certificate:suspended"
    CERTIFICATE_REINSTATED = "certificate:reinstated"
    CERTIFICATE_REVOKED = "certificate:revoked"
    CERTIFICATE_SUPERSEDED = "certificate:superseded"
    CERTIFICATE_NAME_READ = "certificate:name-read"
    CERTIFICATE_NAME_SEEN = "certificate:name-seen"
    CERTIFICATE_ANONYMISED = "certificate:anonymised"
    RESERVED_ITEM_VIEWED = "reserved-item:viewed"
    REGISTER_KEY_ADDED = "register-key:added"
    REGISTER_KEY_REVOKED = "register-key:revoked"
    WATCH_ACCEPTED = "watch:accepted"
    WATCH_DECLINED = "watch:declined"
    WATCH_STOPPED = "watch:stopped"
    WATCH_DROPPED = "watch:dropped"
    KEY_ADDED = "key:added"
    KEY_ROTATED = "key:rotated"
    KEY_RETIRED = "key:retired"
    KEY_COMPROMISED = "key:compromised"
    STRUCTURE_ACCREDITED = "structure:accredited"
    STRUCTURE_CHANGED = "structure:changed"
    STRUCTURE_MEMBER_NAMED = "structure:member-named"
    STRUCTURE_MEMBER_ENDED = "structure:member-ended"
    TIE_DECLARED = "tie:declared"
    AUTHORSHIP_DECLARED = "authorship:declared"
    EXAM_PLANNED = "exam:planned"
    EXAM_MOVED = "exam:moved"
    EXAM_CODE_RENEWED = "exam:code-renewed"
    CANDIDATE_ENROLLED = "candidate:enrolled"
    CANDIDATE_REMOVED = "candidate:removed"
    CANDIDATE_IDENTIFIED = "candidate:identified"
    CANDIDATE_AUTHORISED = "candidate:authorised"
    CANDIDATE_PAUSED = "candidate:paused"
    CANDIDATE_RESUMED = "candidate:resumed"
    CANDIDATE_EXTENDED = "candidate:extended"
    CANDIDATE_ENDED = "candidate:ended"
    CANDIDATE_BREAK_BEGAN = "candidate:break-began"
    CANDIDATE_READ_TO = "candidate:read-to"
    CLAIM_SLIP_PRINTED = "claim-slip:printed"
    CLAIM_SLIP_USED = "claim-slip:used"
    CANDIDATE_ITEM_REPLACED = "candidate:item-replaced"
    INCIDENT_NOTED = "incident:noted"
    JURY_JOINED = "jury:joined"
    JURY_PROPOSED = "jury:proposed"
    JURY_DECIDED = "jury:decided"
    REVIEW_PROPOSED = "review:proposed"
    REVIEW_DECIDED = "review:decided"
    REVIEW_WITHDRAWN = "review:withdrawn"
    RESULT_REVISED = "result:revised"
    RESULT_CERTIFIED = "result:certified"
    CLAIM_BARRED = "claim-slip:barred"
    EXAM_DUTY_KEPT = "exam:duty-kept"
    CANDIDATE_TIE_KEPT = "candidate:tie-kept"
    RESULT_APPEAL_KEPT = "result:appeal-kept"
    SITTING_REOPENED = "sitting:reopened"
    SITTING_RESTORED = "sitting:restored"
    EXAM_RESCHEDULED = "exam:rescheduled"
    EXAM_SEATS_CHANGED = "exam:seats-changed"
    RESULTS_PUBLISHED = "results:published"
    LABEL_OPENED = "label:opened"
    LABEL_MOVED = "label:moved"
    LABEL_VOTED = "label:voted"
    LABEL_ENDING_PROPOSED = "label:ending-proposed"
    LABEL_ENDING_DROPPED = "label:ending-dropped"
    LABEL_CHECKED = "label:identity-checked"
    LABEL_SEAT_GRANTED = "label:seat-granted"
    LABEL_SEAT_TAKEN_BACK = "label:seat-taken-back"
    LABEL_PROOF_ADDED = "label:proof-added"
    LABEL_PROOF_CONFIRMED = "label:proof-confirmed"
    LABEL_PROOF_DELETED = "label:proof-deleted"
    LABEL_PROOF_READ = "label:proof-read"
    LABEL_PROOF_JUDGED = "label:proof-judged"
    LIST_EXPORTED = "list:exported"
    RETENTION_RUN = "retention:run"


class AuditEntry(Model):
    """Append-only; the database refuses changes too (triggers in the first migration)."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    actor_id: Mapped[int | None] = mapped_column(index=True)  # no foreign key: the trail outlives the person's row
    action: Mapped[str] = mapped_column(index=True)
    subject_id: Mapped[int | None]
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)


_RECORD = insert(cast("Table", AuditEntry.__table__)).inline()  # nobody asks for the number of the row


class AuditTrailIsAppendOnlyError(RuntimeError):
    """Code tried to change or delete an audit entry: a programming mistake."""


@event.listens_for(AuditEntry, "before_update")
@event.listens_for(AuditEntry, "before_delete")
def _refuse(_mapper: object, _connection: object, _target: AuditEntry) -> None:
    raise AuditTrailIsAppendOnlyError


def record(
    db: Session | Transaction,
    *,
    action: Action,
    actor_id: int | None,
    now: datetime,
    subject_id: int | None = None,
    detail: Mapping[str, str | int | bool | None] | None = None,
) -> None:
    """Append one entry in the caller's transaction.

    Args:
        actor_id: Who did it; None for a command or periodic work.
        subject_id: Primary key of what it was done to, in the table that the action names.
        detail: Identifiers, counts, reason codes and keyed digests; never a name, an address or an answer.
    """
    entry = {
        "at": now,
        "actor_id": actor_id,
        "action": action.value,
        "subject_id": subject_id,
        "detail": dict(detail or {}),
    }
    if isinstance(db, statements.Transaction):
        statements.run(db, _RECORD, entry)
    else:
        db.add(AuditEntry(**entry))
