"""Every table of the application, for Alembic and for readers; defines nothing."""

from __future__ import annotations

from app.accounts.models import (
    Background,
    Case,
    CaseCounter,
    EmailLink,
    Person,
    PersonRole,
    ResumeCard,
    WebSession,
)
from app.assessments.models import ItemUse, PoolUse, RecordedAnswer, Sitting, StoredBank, StoredPolicy
from app.audit import AuditEntry
from app.certification.models import Certificate, HandedOutFile, SharingLink, SharingLook
from app.database import Base
from app.examination.models import (
    Arrival,
    Candidate,
    ClaimSlip,
    ExamReview,
    ExamSession,
    ExamStaff,
    FocusLoss,
    FormerOutcome,
    Hand,
    Incident,
    JuryDecision,
)
from app.identity.models import (
    LinkedIdentity,
    NumberDispute,
    Passkey,
    PendingStep,
    ProfessionalNumber,
    RecoveryCode,
    SecondFactor,
)
from app.labels.models import (
    Label,
    LabelAppeal,
    LabelCounter,
    LabelEvent,
    LabelIdentityCheck,
    LabelNotice,
    LabelPractice,
    LabelProof,
    LabelTraining,
    LabelVote,
)
from app.learning.models import FinishedModule
from app.organisations.models import Member, ReservedExposure, Structure, Tie
from app.outbox import OutboxEntry, PeriodicRun
from app.publication.models import ApiClient, PublishedHolder, RegisterRead, Watch, WatchList, YearlyReport
from app.transparency.models import LogLeaf

METADATA = Base.metadata

__all__ = [
    "METADATA",
    "ApiClient",
    "Arrival",
    "AuditEntry",
    "Background",
    "Candidate",
    "Case",
    "CaseCounter",
    "Certificate",
    "ClaimSlip",
    "EmailLink",
    "ExamReview",
    "ExamSession",
    "ExamStaff",
    "FinishedModule",
    "FocusLoss",
    "FormerOutcome",
    "Hand",
    "HandedOutFile",
    "Incident",
    "ItemUse",
    "JuryDecision",
    "Label",
    "LabelAppeal",
    "LabelCounter",
    "LabelEvent",
    "LabelIdentityCheck",
    "LabelNotice",
    "LabelPractice",
    "LabelProof",
    "LabelTraining",
    "LabelVote",
    "LinkedIdentity",
    "LogLeaf",
    "Member",
    "NumberDispute",
    "OutboxEntry",
    "Passkey",
    "PendingStep",
    "PeriodicRun",
    "Person",
    "PersonRole",
    "PoolUse",
    "ProfessionalNumber",
    "PublishedHolder",
    "RecordedAnswer",
    "RecoveryCode",
    "RegisterRead",
    "ReservedExposure",
    "ResumeCard",
    "SecondFactor",
    "SharingLink",
    "SharingLook",
    "Sitting",
    "StoredBank",
    "StoredPolicy",
    "Structure",
    "Tie",
    "Watch",
    "WatchList",
    "WebSession",
    "YearlyReport",
]
