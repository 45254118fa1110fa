"""The holder's own acts: open an application, say what it rests on, sign, send, give back, pause, come back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from app.accounts.services import people
from app.audit import Action, record
from app.errors import AddressNotConfirmedError, NotFoundError
from app.label_errors import FileInHandsError, FutureDayError
from app.labels.models import Label, LabelPractice, LabelTraining
from app.labels.services import crediting, dossiers, gathering, letters, proofs
from certificates.dates import day_in_paris
from certificates.errors import ConditionNotMetError
from certificates.label_rules.conditions import Condition
from certificates.label_rules.dossier import OVER, State
from certificates.label_rules.facts import Audit
from certificates.label_rules.machine import Actor
from certificates.label_rules.parameters import parameters
from certificates.professions import PROFESSIONS
from certificates.reference import new_code
from certificates.transparency import SALT_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from certificates.keys import KeyRing

_OVER = [state.value for state in OVER]


def open_application(db: Session, *, person_id: int, random_bytes: Callable[[int], bytes], now: datetime) -> Label:
    """Open an application, or return the label that lives.

    Args:
        random_bytes: The edge's source of chance.

    Raises:
        AddressNotConfirmedError: Nobody could be written to.
    """
    person = people.get_account(db, person_id=person_id)
    if person.email_confirmed_at is None:
        raise AddressNotConfirmedError
    row = dossiers.find_own(db, person_id=person_id)
    if row is not None and row.state not in _OVER:
        return row
    row = Label(
        person_id=person_id,
        reference=new_code(random_bytes(10)),
        state=State.DRAFT.value,
        since=now,
        criteria_version=parameters().version,
        log_salt=random_bytes(SALT_BYTES),
        opened_at=now,
    )
    db.add(row)
    db.flush()
    record(db, action=Action.LABEL_OPENED, actor_id=person_id, subject_id=row.id, now=now)
    return row


def hold_open(db: Session, *, person_id: int | None) -> Label:
    """Return the label of a person while they may change what it rests on: a draft, or a renewal that is not sent.

    Raises:
        NotFoundError: This person has none.
        FileInHandsError: It was sent: whoever decides must find what was sent.
    """
    row = dossiers.hold_own(db, person_id=person_id)
    if not is_open(row):
        raise FileInHandsError
    return row


def is_open(label: Label) -> bool:
    """Tell whether what a label rests on may change: a draft, or a renewal that nobody decides about now."""
    is_free = label.renewal_asked_at is None and label.appealed != State.RENEWAL_DUE
    return label.state == State.DRAFT or (label.state == State.RENEWAL_DUE and is_free)


def set_profession(db: Session, *, label: Label, profession: str, is_prescriber: bool, is_tested_out: bool) -> None:
    """Write down the profession, whether it prescribes here, and whether the examination stands for initial training.

    Once a label is given, everybody reads its profession: another one is asked for, and comes with the renewal.

    Raises:
        NotFoundError: No such profession.
    """
    if profession not in PROFESSIONS:
        raise NotFoundError
    if label.term_from is None:
        label.profession = profession
    else:
        label.profession_asked = profession if profession != label.profession else None
    label.is_prescriber, label.is_tested_out = is_prescriber, is_tested_out
    db.flush()


def declare_practice(
    db: Session,
    *,
    label: Label,
    practice: str,
    declaration: str,
    is_equivalent: bool,
    done_on: date,
    now: datetime,
) -> LabelPractice:
    """Declare one of the nine practices; declaring it again replaces the words and the day, and keeps the proof.

    Raises:
        NotFoundError: None of the nine.
        FutureDayError: It has not taken place yet.
    """
    if practice not in {one.id for one in dossiers.rules_of(label).practices}:
        raise NotFoundError
    _check_past(done_on, now)
    row = find_practice(db, label=label, practice=practice)
    if row is None:
        row = LabelPractice(label_id=label.id, cycle=gathering.cycle_of(label), practice=practice)
        db.add(row)
    row.declaration, row.is_equivalent, row.done_on = declaration, is_equivalent, done_on
    db.flush()
    return row


def find_practice(db: Session, *, label: Label, practice: str) -> LabelPractice | None:
    """Return what was declared of a practice for the term that is asked for."""
    return db.scalar(
        select(LabelPractice).where(
            LabelPractice.label_id == label.id,
            LabelPractice.cycle == gathering.cycle_of(label),
            LabelPractice.practice == practice,
        )
    )


def add_training(
    db: Session,
    *,
    label: Label,
    title: str,
    body: str,
    hours: float,
    theme: str,
    done_on: date,
    now: datetime,
) -> LabelTraining:
    """Declare hours of training; it counts once a proof is there, whichever body attests it.

    Raises:
        FutureDayError: It has not taken place yet.
    """
    _check_past(done_on, now)
    row = LabelTraining(
        label_id=label.id,
        cycle=gathering.cycle_of(label),
        title=title,
        body=body,
        hours=hours,
        theme=theme,
        is_initial=label.term_from is None,
        done_on=done_on,
    )
    db.add(row)
    db.flush()
    return row


def remove_training(db: Session, *, label: Label, training_id: int) -> None:
    """Take a training back, with its proof.

    Raises:
        NotFoundError: It is none of this label's.
    """
    own = LabelTraining.id == training_id, LabelTraining.label_id == label.id
    if db.scalar(select(LabelTraining.id).where(*own)) is None:
        raise NotFoundError
    db.execute(delete(LabelTraining).where(*own))


def sign_charter(db: Session, *, label: Label, interests: str, now: datetime) -> None:
    """Sign the charter of the label's rules, declare interests, and accept that a label is public."""
    label.charter_version, label.charter_signed_at = dossiers.rules_of(label).charter, now
    label.interests, label.public_accepted_at = interests, now
    db.flush()


def submit(
    db: Session,
    *,
    person_id: int | None,
    ring: KeyRing,
    origin: str,
    chance: float,
    now: datetime,
    demonstration: bool = False,
) -> Label:
    """Send an application, or a renewal, to those who decide; one in twenty is drawn for an audit.

    Args:
        chance: Between 0 and 1, drawn at the edge.
        demonstration: See `gathering.gather`.

    Raises:
        NotFoundError: This person has no label.
        certificates.errors.LabelError: Something is missing, or the delay after a revocation runs.
    """
    label = dossiers.hold_own(db, person_id=person_id)
    if label.profession is None:
        raise ConditionNotMetError(Condition.CRITERIA_MET.value)
    proofs.drop_waiting(db, label=label)
    given = gathering.gather(db, label=label, ring=ring, now=now, demonstration=demonstration)
    label.identity_hmac = given.known.identity_hmac or label.identity_hmac
    is_renewal = label.state == State.RENEWAL_DUE
    dossiers.move(
        db,
        label=label,
        transition="apply_again" if is_renewal else "submit",
        actor=Actor.HOLDER,
        reason="complete",
        actor_id=person_id,
        findings=given.findings,
        activity=given.activity,
        ring=ring,
        now=now,
    )
    if is_renewal:
        label.renewal_asked_at, label.renewal_returned_on = now, None
    is_drawn = chance < dossiers.rules_of(label).audit_rate or _was_drawn(db, label)
    label.audit = (Audit.DRAWN if is_drawn else Audit.NOT_DRAWN).value
    letters.send(db, label=label, letter="submitted", origin=origin, now=now)
    db.flush()
    return label


def step(
    db: Session,
    *,
    person_id: int | None,
    transition: str,
    reason: str,
    ring: KeyRing,
    now: datetime,
    demonstration: bool = False,
) -> Label:
    """Take one of the holder's own steps that need nobody else: give back, pause, come back.

    Args:
        demonstration: See `gathering.gather`.

    Raises:
        NotFoundError: This person has no label.
        certificates.errors.LabelError: The machine forbids it.
    """
    label = dossiers.hold_own(db, person_id=person_id)
    activity = gathering.gather(db, label=label, ring=ring, now=now, demonstration=demonstration).activity
    before, announced = label.state, dossiers.open_notice(db, label=label)
    dossiers.move(
        db,
        label=label,
        transition=transition,
        actor=Actor.HOLDER,
        reason=reason,
        actor_id=person_id,
        activity=activity,
        ring=ring,
        now=now,
    )
    if label.state == State.DORMANT:
        label.paused_from, label.is_paused_by_holder = before, True
        crediting.pause(db, label=label, actor_id=person_id, now=now)
    elif before == State.DORMANT:
        label.paused_from, label.is_paused_by_holder = None, False
        if label.state != State.VOLUNTARILY_WITHDRAWN:
            crediting.bring_back(db, label=label, actor_id=person_id, now=now)
    if label.state == State.VOLUNTARILY_WITHDRAWN:
        # Whoever leaves while a revocation is appealed against hands nothing back: the revocation stands.
        ground = label.ground if label.appealed == State.REVOKED else None
        crediting.take_back(db, label=label, reason=ground or "holder-request", actor_id=person_id, now=now)
        if announced is not None:  # what is handed back while fraud is looked into is not applied for the day after
            label.ground = announced.ground
    db.flush()
    return label


def _was_drawn(db: Session, label: Label) -> bool:
    """Tell whether this file was drawn before it came back, or one of the person's whose audit was never cleared.

    A draw ends with a decision that gives something: neither a file that is sent again nor another one escapes it.
    """
    if label.audit != Audit.NOT_DRAWN:
        return True
    open_ones = Label.audit.in_((Audit.DRAWN.value, Audit.REFUSED.value))
    return db.scalar(select(Label.id).where(Label.person_id == label.person_id, open_ones).limit(1)) is not None


def _check_past(day: date, now: datetime) -> None:
    if day > day_in_paris(now):
        raise FutureDayError
