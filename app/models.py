"""Every table of the application, for Alembic and for readers; defines nothing."""

from __future__ import annotations

from app.accounts.models import (
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
    "AuditEntry",
    "Case",
    "CaseCounter",
    "Certificate",
    "EmailLink",
    "FinishedModule",
    "HandedOutFile",
    "ItemUse",
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
    "LogLeaf",
    "Member",
    "OutboxEntry",
    "PeriodicRun",
    "Person",
    "PersonRole",
    "PoolUse",
    "PublishedHolder",
    "RecordedAnswer",
    "RegisterRead",
    "ReservedExposure",
    "ResumeCard",
    "SharingLink",
    "SharingLook",
    "Sitting",
    "StoredBank",
    "Structure",
    "Tie",
    "Watch",
    "WatchList",
    "WebSession",
    "YearlyReport",
]
