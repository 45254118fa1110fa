"""Every queue and list of the desk as lines of text, for a spreadsheet.

Lists are whole. The trail and the register, which only grow, are taken by month and by file; what is left out of a file is said in
its last line.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from app import audit
from app.access import Permission
from app.accounts.services import cases, people
from app.administration.services import waiting
from app.audit import AuditEntry
from app.certification.models import Certificate
from app.examination.services import certifying, sessions
from app.identity.services import disputes
from app.labels.services import queues
from app.organisations.services import structures
from app.verification.services.verdicts import verdict_of
from certificates.dates import PARIS, day_in_paris
from certificates.label_rules.delays import months_after

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from sqlalchemy.orm import Session

    from certificates.keys import KeyRing
    from certificates.press import Press

#: Lines of one file of a month: each line of the register is a signature checked, which a request has time for so many times.
MOST_LINES = 10_000

Lines = list[list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody asks to take away.

    Args:
        month: First day of the month, in Paris, of the lists that are given by month.
        after: Number of the last line of the file before; 0 for the first file.
        tells_names: Whether whoever asks may read who holds what.
    """

    month: date
    after: int
    tells_names: bool
    ring: KeyRing
    press: Press
    now: datetime

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The first moment of the month, and of the next one."""
        first, last = (
            datetime(day.year, day.month, 1, tzinfo=PARIS) for day in (self.month, months_after(self.month, 1))
        )
        return first, last


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One list: who may take it, its columns, its lines."""

    permission: Permission
    heading: tuple[str, ...]
    lines: Callable[[Session, Asked], Lines]
    is_by_month: bool = False


def read(db: Session, *, name: str, asked: Asked) -> Lines:
    """Return the lines of a list. Nothing is written meanwhile, so that nobody waits for a long list."""
    return EXPORTS[name].lines(db, asked)


def note(db: Session, *, name: str, count: int, asked: Asked, actor_id: int | None) -> None:
    """Write down that a list of so many lines is taken."""
    export = EXPORTS[name]
    detail: dict[str, str | int | bool | None] = {"list": name, "count": count}
    if export.is_by_month:
        detail |= {"month": f"{asked.month:%Y-%m}", "names": asked.tells_names}
    audit.record(db, action=audit.Action.LIST_EXPORTED, actor_id=actor_id, detail=detail, now=asked.now)


def _labels(db: Session, _asked: Asked) -> Lines:
    found = queues.queues(db)
    return [
        [name, row.reference, row.number or "", row.state, row.since.isoformat(), _day(row.ends_on)]
        for name in waiting.LABEL_QUEUES
        for row in getattr(found, name)
    ]


def _numbers(db: Session, _asked: Asked) -> Lines:
    return [[row.rpps, row.kind, row.opened_at.isoformat(), row.proposed_as or ""] for row in disputes.list_open(db)]


def _juries(db: Session, _asked: Asked) -> Lines:
    return [_session(one) for one in sessions.list_for_jury(db, limit=None)]


def _sessions(db: Session, _asked: Asked) -> Lines:
    return [_session(one) for one in sessions.list_all(db)]


def _certificates(db: Session, asked: Asked) -> Lines:
    return [
        [one.session.reference, str(one.candidate.number), _moment(one.session.published_at), one.cause.value]
        for one in certifying.list_waiting(db, press=asked.press, limit=None)
    ]


def _session(one: sessions.Listed) -> list[str]:
    row = one.session
    moments = (row.starts_at, row.closed_at, row.published_at)
    told = [row.reference, one.structure, row.framework_code, row.state, str(one.candidates), str(row.seats)]
    return [*told, *(_moment(at) for at in moments)]


def _cases(db: Session, _asked: Asked) -> Lines:
    return [
        [
            case.number,
            case.kind,
            case.opened_at.isoformat(),
            waiting.due_of_case(day_in_paris(case.opened_at)).isoformat(),
            _moment(case.answered_at),
            case.subject_kind,
            case.subject_reference or "",
        ]
        for case in cases.list_all(db)
    ]


def _structures(db: Session, _asked: Asked) -> Lines:
    return [
        [
            row.reference,
            row.name,
            row.kind,
            row.address,
            row.finess or "",
            row.siret or "",
            row.state,
            row.accredited_from.isoformat(),
            row.accredited_until.isoformat(),
        ]
        for row in structures.list_all(db)
    ]


def _people(db: Session, asked: Asked) -> Lines:
    return [
        [
            str(person.id),
            person.printed_name or "",
            person.email or "" if asked.tells_names else "",
            ", ".join(role.value for role in roles),
        ]
        for person, roles in people.list_with_roles(db)
    ]


def _trail(db: Session, asked: Asked) -> Lines:
    begins, ends = asked.bounds
    month = AuditEntry.id > asked.after, AuditEntry.at >= begins, AuditEntry.at < ends
    rows = db.scalars(select(AuditEntry).where(*month).order_by(AuditEntry.id).limit(MOST_LINES + 1)).all()
    lines = [
        [
            str(row.id),
            row.at.isoformat(),
            row.action,
            _number(row.actor_id),
            _number(row.subject_id),
            json.dumps(row.detail, ensure_ascii=False, sort_keys=True) if row.detail else "",
        ]
        for row in rows
    ]
    return _bounded(lines)


def _register(db: Session, asked: Asked) -> Lines:
    begins, ends = asked.bounds
    month = Certificate.id > asked.after, Certificate.issued_at >= begins, Certificate.issued_at < ends
    rows = db.scalars(select(Certificate).where(*month).order_by(Certificate.id).limit(MOST_LINES + 1)).all()
    lines = []
    for row in rows:
        told = [row.kind, row.framework_code, row.level or "", row.assurance, row.status, row.status_reason or ""]
        moments = [row.issued_at.isoformat(), _moment(row.status_changed_at), _moment(row.valid_until)]
        lines.append([str(row.id), *told, *moments, _holder(db, row, asked)])
    return _bounded(lines)


def _holder(db: Session, row: Certificate, asked: Asked) -> str:
    """Return who a statement names; nobody's where its holder has left, or whoever asks may not read it."""
    if not asked.tells_names or not row.token:
        return ""
    stated = verdict_of(db, row, ring=asked.ring, now=asked.now).credential
    return stated.holder_name if stated is not None else ""


def _bounded(lines: Lines) -> Lines:
    if len(lines) <= MOST_LINES:
        return lines
    kept = lines[:MOST_LINES]
    return [*kept, ["suite", kept[-1][0]]]


def _moment(at: datetime | None) -> str:
    return at.isoformat() if at is not None else ""


def _day(day: date | None) -> str:
    return day.isoformat() if day is not None else ""


def _number(value: int | None) -> str:
    return str(value) if value is not None else ""


_SESSION = ("reference", "structure", "referentiel", "etat", "inscrits", "places", "debut", "close", "publiee")
EXPORTS: Mapping[str, Export] = {
    "labels": Export(
        permission=Permission.LABEL_JUDGE,
        heading=("attente", "reference", "numero", "etat", "depuis", "fin"),
        lines=_labels,
    ),
    "numeros": Export(
        permission=Permission.LABEL_JUDGE,
        heading=("numero", "sorte", "depuis", "propose"),
        lines=_numbers,
    ),
    "jurys": Export(permission=Permission.EXAM_JUDGE, heading=_SESSION, lines=_juries),
    "certificats": Export(
        permission=Permission.EXAM_JUDGE,
        heading=("session", "candidat", "publiee", "cause"),
        lines=_certificates,
    ),
    "sessions": Export(permission=Permission.STRUCTURE_READ, heading=_SESSION, lines=_sessions),
    "demandes": Export(
        permission=Permission.CASE_DECIDE,
        heading=("numero", "sorte", "recue", "echeance", "repondue", "objet", "reference"),
        lines=_cases,
    ),
    "structures": Export(
        permission=Permission.STRUCTURE_READ,
        heading=("reference", "nom", "sorte", "adresse", "finess", "siret", "etat", "agree_du", "agree_au"),
        lines=_structures,
    ),
    "personnes": Export(
        permission=Permission.DESK_READ, heading=("personne", "nom", "adresse", "roles"), lines=_people
    ),
    "journal": Export(
        permission=Permission.AUDIT_READ,
        heading=("ligne", "moment", "action", "par", "sur", "detail"),
        lines=_trail,
        is_by_month=True,
    ),
    "registre": Export(
        permission=Permission.DESK_READ,
        heading=(
            "ligne",
            "sorte",
            "referentiel",
            "niveau",
            "assurance",
            "etat",
            "raison",
            "delivre",
            "change",
            "fin",
            "nom",
        ),
        lines=_register,
        is_by_month=True,
    ),
}
