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
from app.assessments.models import ItemUse, PoolUse, RecordedAnswer, Sitting, StoredBank
from app.audit import AuditEntry
from app.certification.models import Certificate, HandedOutFile, SharingLink, SharingLook
from app.database import Base
from app.examination.models import (
    Arrival,
    Candidate,
    ExamSession,
    ExamStaff,
    FocusLoss,
    Hand,
    Incident,
    JuryDecision,
)
from app.identity.models import (
    LinkedIdentity,
    Passkey,
    PendingStep,
    ProfessionalNumber,
    RecoveryCode,
    SecondFactor,
)
from app.learning.models import FinishedModule
from app.organisations.models import Member, ReservedExposure, Structure, Tie
from app.outbox import OutboxEntry, PeriodicRun
from app.transparency.models import LogLeaf

METADATA = Base.metadata

__all__ = [
    "METADATA",
    "Arrival",
    "AuditEntry",
    "Background",
    "Candidate",
    "Case",
    "CaseCounter",
    "Certificate",
    "EmailLink",
    "ExamSession",
    "ExamStaff",
    "FinishedModule",
    "FocusLoss",
    "Hand",
    "HandedOutFile",
    "Incident",
    "ItemUse",
    "JuryDecision",
    "LinkedIdentity",
    "LogLeaf",
    "Member",
    "OutboxEntry",
    "Passkey",
    "PendingStep",
    "PeriodicRun",
    "Person",
    "PersonRole",
    "PoolUse",
    "ProfessionalNumber",
    "RecordedAnswer",
    "RecoveryCode",
    "ReservedExposure",
    "ResumeCard",
    "SecondFactor",
    "SharingLink",
    "SharingLook",
    "Sitting",
    "StoredBank",
    "Structure",
    "Tie",
    "WebSession",
]
