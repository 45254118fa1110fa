"""The label as a credential of the register: issued, replaced at renewal, set aside, taken back, like any other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app import audit
from app.certification.models import Certificate, Status
from app.certification.services import issuing, leaves, superseding, withdrawing
from app.errors import NothingToCertifyError
from app.labels.models import LabelCounter
from app.labels.services.dossiers import rules_of
from certificates import label_achievement, verification
from certificates.credential import Credential, LabelFacts
from certificates.dates import PARIS, day_in_paris
from certificates.label_rules.delays import Term
from certificates.label_rules.dossier import State
from certificates.label_rules.facts import Audit
from certificates.label_rules.number import label_number

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from sqlalchemy.orm import Session

    from app.certification.services.issuing import Chances
    from app.labels.models import Label
    from certificates.credential import Issuer
    from certificates.keys import KeyRing

#: Why a credential is set aside while its label is paused: the one reason that is told, since it is no fault.
PAUSED = "paused"
#: Why one is set aside once its holder has died: told to nobody, and undone if it was an error.
ENDED = "ended"
#: Of the program that looked at the criteria; stands where a certificate names its engine.
ENGINE = "label-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registrar:
    """What it takes to write a label into the register; made at the edge.

    Args:
        draw: Draws what chance gives to the next credential.
        demonstration: Whether the installation is one: its labels are then of no value, and say so.
    """

    ring: KeyRing
    issuer: Issuer
    reference_secret: str
    draw: Callable[[], Chances]
    demonstration: bool


def award(
    db: Session,
    *,
    label: Label,
    name: str,
    rpps: str | None,
    registrar: Registrar,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Begin the first term: a number, dates, a credential.

    Args:
        rpps: The RPPS number that the label bears, since N1 is met by it; None where it is met otherwise.
    """
    today = day_in_paris(now)
    if label.number is None:
        label.number = label_number(today.year, _next_rank(db, year=today.year))
    label.printed_name, label.rpps = name, rpps
    label.awarded_on = label.term_from = today
    label.audit = Audit.NOT_DRAWN.value  # the next request draws anew
    _set_end(label)
    _issue(db, label=label, registrar=registrar, supersedes=None, actor_id=actor_id, now=now)


def renew(
    db: Session,
    *,
    label: Label,
    name: str,
    rpps: str | None,
    registrar: Registrar,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Begin the next term on the day after the one that ends, whenever it was decided; arguments as for `award`."""
    if label.ends_on is None:
        raise NothingToCertifyError
    label.printed_name, label.rpps = name, rpps
    label.profession, label.profession_asked = label.profession_asked or label.profession, None
    label.term_from, label.extended_months = label.ends_on + timedelta(days=1), 0
    label.renewals += 1
    label.audit = Audit.NOT_DRAWN.value
    label.renewal_asked_at = label.renewal_returned_on = label.reminded_days = None
    _set_end(label)
    _replace(db, label=label, registrar=registrar, reason="renewed", actor_id=actor_id, now=now)


def extend(db: Session, *, label: Label, months: int, registrar: Registrar, actor_id: int, now: datetime) -> None:
    """Move the end of the term that runs, and say so in the register; a grace that grows while the end stays past changes no document."""
    label.extended_months += months
    label.reminded_days = None
    _set_end(label)
    if _is_past(label, now):
        return
    _replace(db, label=label, registrar=registrar, reason="extended", actor_id=actor_id, now=now)
    if label.state == State.DORMANT:  # the new document is as paused as the former
        pause(db, label=label, actor_id=actor_id, now=now)


def set_aside(db: Session, *, label: Label, reason: str, actor_id: int | None, now: datetime) -> None:
    """Set the bit of the suspension list: the label may come back, from a suspension or from a pause."""
    _mark(db, label, status=Status.SUSPENDED, reason=reason, actor_id=actor_id, now=now)
    row = current(db, label=label)
    if row is not None and row.status == Status.SUSPENDED:
        row.status_reason = (
            reason  # whatever set it aside before: from now on it is a committee's, and only a committee's
        )


def pause(db: Session, *, label: Label, actor_id: int | None, now: datetime) -> None:
    """Set the bit while a label is paused: software that looks only at the list must not take it for one that holds."""
    _mark(db, label, status=Status.SUSPENDED, reason=PAUSED, actor_id=actor_id, now=now)


def bring_back(db: Session, *, label: Label, actor_id: int | None, now: datetime) -> None:
    """Clear the bit, if it was set for a time."""
    _mark(db, label, status=Status.ACTIVE, reason=None, actor_id=actor_id, now=now)


def take_back(db: Session, *, label: Label, reason: str, actor_id: int | None, now: datetime) -> None:
    """Withdraw the credential for good."""
    _mark(db, label, status=Status.REVOKED, reason=reason, actor_id=actor_id, now=now)


def close(db: Session, *, label: Label, actor_id: int, now: datetime) -> None:
    """Set the bit of a label whose holder has died; one that is set aside already stays so, for its own reason."""
    _mark(db, label, status=Status.SUSPENDED, reason=ENDED, actor_id=actor_id, now=now)


def open_again(db: Session, *, label: Label, actor_id: int, now: datetime) -> None:
    """Undo `close`, and nothing else: what a committee set aside or a pause did stays."""
    row = current(db, label=label)
    if row is not None and row.status_reason == ENDED:
        _mark(db, label, status=Status.ACTIVE, reason=None, actor_id=actor_id, now=now)


def reissue(db: Session, *, label: Label, registrar: Registrar, actor_id: int | None, now: datetime) -> None:
    """Give a label whose credential was withdrawn for good a new one, for the rest of its term; none where there is no rest."""
    if _is_past(label, now):
        return
    _issue(db, label=label, registrar=registrar, supersedes=None, actor_id=actor_id, now=now)


def current(db: Session, *, label: Label) -> Certificate | None:
    """Return the credential of a label as it stands: one that was signed again is followed to its successor."""
    row = db.get(Certificate, label.certificate_id) if label.certificate_id is not None else None
    while row is not None and row.status == Status.SUPERSEDED:
        row = superseding.find_successor(db, row=row)
    return row


def stated(db: Session, *, label: Label, ring: KeyRing) -> Credential | None:
    """Return what the credential of a label states; None where there is none, or it was emptied."""
    row = current(db, label=label)
    return verification.read_registered(row.token, ring) if row is not None and row.token else None


def _is_past(label: Label, now: datetime) -> bool:
    return label.ends_on is not None and label.ends_on < day_in_paris(now)


def _set_end(label: Label) -> None:
    if label.term_from is not None:
        term = Term(awarded_on=label.term_from, extended_months=label.extended_months)
        label.ends_on = term.ends_on(rules_of(label))


def _mark(
    db: Session, label: Label, *, status: Status, reason: str | None, actor_id: int | None, now: datetime
) -> None:
    row = current(db, label=label)
    if row is not None and row.status not in (status.value, Status.REVOKED.value):
        withdrawing.mark(db, row, status=status, reason=reason, actor_id=actor_id, now=now)


def _replace(
    db: Session, *, label: Label, registrar: Registrar, reason: str, actor_id: int | None, now: datetime
) -> None:
    """Issue anew, and set the former credential aside as replaced."""
    former = current(db, label=label)
    _issue(db, label=label, registrar=registrar, supersedes=former, actor_id=actor_id, now=now)
    if former is not None and former.status != Status.REVOKED:
        former.status, former.status_reason = Status.SUPERSEDED.value, reason
        former.status_changed_at = now
        leaves.write_change(db, former, now=now)
        audit.record(
            db,
            action=audit.Action.CERTIFICATE_SUPERSEDED,
            actor_id=actor_id,
            subject_id=former.id,
            detail={"reason": reason},
            now=now,
        )


def _issue(
    db: Session,
    *,
    label: Label,
    registrar: Registrar,
    supersedes: Certificate | None,
    actor_id: int | None,
    now: datetime,
) -> None:
    if label.number is None or label.awarded_on is None or label.ends_on is None or label.printed_name is None:
        raise NothingToCertifyError
    chances, rules = registrar.draw(), rules_of(label)
    stated = Credential(
        credential_id=f"{registrar.issuer.url}/credentials/{chances.credential_uuid}",
        code=chances.code,
        kind="label",
        assurance=rules.assurance,
        holder_name=label.printed_name,
        name_verified=True,
        framework_code=label_achievement.CODE,
        framework_version=rules.version,
        framework_title=rules.title,
        level=None,
        level_probability=0,
        areas=(),
        items_answered=0,
        provisional=False,
        sat_on=label.awarded_on,
        issued_at=now,
        valid_from=now,
        valid_until=_end_of(label.ends_on),
        engine_version=ENGINE,
        bank_hash=rules.rules_hash,
        status_index=chances.status_index,
        supersedes=supersedes.credential_id if supersedes is not None else None,
        demonstration=registrar.demonstration,
        label=LabelFacts(number=label.number, profession=label.profession or "autre"),
    )
    row = issuing.enter(
        db,
        credential=stated,
        person_id=label.person_id,
        sitting_id=None,
        supersedes_id=supersedes.id if supersedes is not None else None,
        ring=registrar.ring,
        issuer=registrar.issuer,
        reference_secret=registrar.reference_secret,
        chances=chances,
        actor_id=actor_id,
        now=now,
    )
    label.certificate_id = row.id
    db.flush()


def _end_of(day: date) -> datetime:
    """Return the first moment that no longer counts: midnight in Paris after the last day."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=PARIS)


def _next_rank(db: Session, *, year: int) -> int:
    """Take the next rank of a year; its row stays locked until the caller commits, and a rollback gives it back."""
    take = (
        update(LabelCounter)
        .where(LabelCounter.year == year)
        .values(last=LabelCounter.last + 1)
        .returning(LabelCounter.last)
    )
    rank = db.scalar(take)
    if rank is not None:
        return rank
    try:
        with db.begin_nested():
            db.add(LabelCounter(year=year, last=0))
    except IntegrityError:  # somebody else began the year at the same moment
        db.execute(select(LabelCounter).where(LabelCounter.year == year))
    return db.scalars(take).one()
