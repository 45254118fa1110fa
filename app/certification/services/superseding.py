"""Replace a certificate by another that states the same, under another name or another key; or higher levels, after an appeal.

The old one is set aside in the same transaction, and whoever checks it reads that it was replaced, without its name. There is
never more than one in force for one sitting. What is suspended or withdrawn is not replaced: that would undo a decision. The
one exception is what was withdrawn because its key was stolen: nothing was decided about its holder.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from app import audit
from app.accounts.models import Person
from app.certification.models import Certificate, Status
from app.certification.services import birth_dates, issuing, leaves, letters, register, sharing
from app.database import affected
from app.errors import (
    AddressNotConfirmedError,
    CertificateWithdrawnError,
    NameWasVerifiedError,
    SameNameError,
    SamePersonError,
)
from certificates import open_badge, verification
from certificates.credential import check_printable_name
from certificates.errors import OutsideValidityError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.assessments.services.sittings import OpenSitting
    from app.certification.services.issuing import Chances
    from certificates.credential import Credential, Issuer
    from certificates.keys import KeyRing
    from certificates.press import Press
    from quizzes.outcome import Outcome

NAME_CHANGED, KEY_REPLACED, LEVEL_RAISED = "name-changed", "key-replaced", "level-raised"
#: What shows a new name of somebody whose former one was verified: the word is kept, never a copy.
EVIDENCE = ("identity-document", "civil-status-record", "court-decision")


def check_may_rename(row: Certificate, *, ring: KeyRing, now: datetime) -> Credential:
    """Check that a holder may have their certificate issued again under another name, and return what it states.

    Raises:
        CertificateWithdrawnError: It is not in force, or its time is over.
        NameWasVerifiedError: Its name was read on an identity document: a form does not change that.
    """
    register.check_in_force(row)
    stated = verification.read_registered(row.token, ring)
    _check_period(stated, now=now)
    if stated.name_verified:
        raise NameWasVerifiedError
    return stated


def rename(
    db: Session,
    *,
    row: Certificate,
    printed_name: str,
    ring: KeyRing,
    press: Press,
    issuer: Issuer,
    reference_secret: str,
    chances: Chances,
    now: datetime,
) -> Certificate:
    """Issue a certificate again under another name, still a declared one, and set the former aside.

    Raises:
        CertificateWithdrawnError, NameWasVerifiedError: See `check_may_rename`; or somebody else was faster.
        AddressNotConfirmedError: The holder's e-mail address is not confirmed.
        UnacceptableNameError: As at issue.
        SameNameError: It bears this name already.
    """
    stated = check_may_rename(row, ring=ring, now=now)
    holder = db.get_one(Person, row.person_id)
    if holder.email_confirmed_at is None:
        raise AddressNotConfirmedError
    name = check_printable_name(printed_name)
    press.check_drawable(name)
    if name == stated.holder_name:
        raise SameNameError
    holder.printed_name = name
    return _supersede(
        db,
        row=row,
        stated=replace(stated, holder_name=name),
        reason=NAME_CHANGED,
        actor_id=holder.id,
        ring=ring,
        issuer=issuer,
        reference_secret=reference_secret,
        chances=chances,
        now=now,
    )


def check_may_rename_verified(row: Certificate, *, name: str, ring: KeyRing, press: Press, now: datetime) -> Credential:
    """Check that a certificate whose name was verified may be issued again under this one, and return what it states.

    Raises:
        CertificateWithdrawnError: It is not in force, or its time is over.
        UnacceptableNameError: No font here draws the name.
        SameNameError: It bears this name already.
        ValueError: It is no certificate of a supervised examination.
    """
    register.check_in_force(row)
    stated = verification.read_registered(row.token, ring)
    _check_period(stated, now=now)
    if not stated.name_verified or stated.label is not None:
        msg = "a name that nobody verified is its holder's to change, and a label takes its own from its holder's certificate"
        raise ValueError(msg)
    press.check_drawable(name)
    if name == stated.holder_name:
        raise SameNameError
    return stated


def rename_verified(
    db: Session,
    *,
    row: Certificate,
    printed_name: str,
    evidence: str,
    seen_by: tuple[int, int],
    ring: KeyRing,
    press: Press,
    issuer: Issuer,
    reference_secret: str,
    chances: Chances,
    now: datetime,
) -> Certificate:
    """Issue a certificate again under a name that two people have read on what shows it, and set the former aside.

    Nobody types another person's name onto a verified certificate alone. Neither name is written into the trail.

    Args:
        evidence: What was seen, one of `EVIDENCE`.
        seen_by: The two accounts.

    Raises:
        SamePersonError: They are one.
        CertificateWithdrawnError: It is not in force, or its time is over; or somebody else was faster.
        UnacceptableNameError: As at issue.
        SameNameError: It bears this name already.
        ValueError: It is no certificate of a supervised examination, or the evidence is none of `EVIDENCE`.
    """
    if len(set(seen_by)) != len(seen_by):
        raise SamePersonError
    name = check_printable_name(printed_name)
    stated = check_may_rename_verified(row, name=name, ring=ring, press=press, now=now)
    if evidence not in EVIDENCE:
        msg = f"{evidence} is nothing that shows a name"
        raise ValueError(msg)
    first, second = seen_by
    audit.record(
        db,
        action=audit.Action.CERTIFICATE_NAME_SEEN,
        actor_id=first,
        subject_id=row.id,
        detail={"evidence": evidence, "with": second},
        now=now,
    )
    return _supersede(
        db,
        row=row,
        stated=replace(stated, holder_name=name),
        reason=NAME_CHANGED,
        actor_id=first,
        ring=ring,
        issuer=issuer,
        reference_secret=reference_secret,
        chances=chances,
        now=now,
    )


def signed_by(db: Session, *, kid: str) -> Sequence[Certificate]:
    """Return what a key that signs no more has signed and that may be signed again: held by somebody, and in the log.

    In force, or withdrawn for no other reason than the theft of that key.
    """
    in_force = Certificate.status == Status.ACTIVE.value
    stolen = (Certificate.status == Status.REVOKED.value) & (Certificate.status_reason == "key-compromise")
    rows = db.scalars(
        select(Certificate)
        .where(
            in_force | stolen,
            Certificate.token != "",
            Certificate.log_seq.is_not(None),
            Certificate.person_id.is_not(None),
        )
        .order_by(Certificate.id)
    )
    return [row for row in rows if open_badge.read(row.token).kid == kid]


def sign_again(
    db: Session,
    *,
    row: Certificate,
    ring: KeyRing,
    issuer: Issuer,
    reference_secret: str,
    chances: Chances,
    now: datetime,
) -> Certificate:
    """Issue a certificate of `signed_by` again, by the key that signs today: the same statement, the same name.

    Raises:
        CertificateWithdrawnError: Its time is over, or somebody else was faster.
    """
    stated = verification.read_registered(row.token, ring)
    _check_period(stated, now=now)
    return _supersede(
        db,
        row=row,
        stated=stated,
        reason=KEY_REPLACED,
        actor_id=None,
        ring=ring,
        issuer=issuer,
        reference_secret=reference_secret,
        chances=chances,
        now=now,
    )


def raise_levels(
    db: Session,
    *,
    row: Certificate,
    opened: OpenSitting,
    outcome: Outcome,
    ring: KeyRing,
    issuer: Issuer,
    reference_secret: str,
    chances: Chances,
    actor_id: int | None,
    now: datetime,
) -> Certificate:
    """Issue a supervised certificate again with the levels that its sitting comes to after an appeal; name, day and end stay.

    Whether they are higher is for the caller to know: an appeal takes nothing away.

    Raises:
        CertificateWithdrawnError: It is not in force; or somebody else was faster.
    """
    register.check_in_force(row)
    stated = verification.read_registered(row.token, ring)
    return _supersede(
        db,
        row=row,
        stated=issuing.proven(stated, opened=opened, outcome=outcome),
        reason=LEVEL_RAISED,
        actor_id=actor_id,
        ring=ring,
        issuer=issuer,
        reference_secret=reference_secret,
        chances=chances,
        now=now,
    )


def find_successor(db: Session, *, row: Certificate) -> Certificate | None:
    """Return what replaced a certificate, if anything did."""
    return db.scalar(select(Certificate).where(Certificate.supersedes_id == row.id))


def _check_period(stated: Credential, *, now: datetime) -> None:
    try:
        verification.check_period(stated, at=now)
    except OutsideValidityError as error:
        raise CertificateWithdrawnError from error


def _supersede(
    db: Session,
    *,
    row: Certificate,
    stated: Credential,
    reason: str,
    actor_id: int | None,
    ring: KeyRing,
    issuer: Issuer,
    reference_secret: str,
    chances: Chances,
    now: datetime,
) -> Certificate:
    sitting_id, former_status = row.sitting_id, row.status
    # One conditional change decides between two who press at once, and gives the sitting to the new one.
    taken = affected(
        db,
        update(Certificate)
        .where(Certificate.id == row.id, Certificate.status == former_status)
        .values(status=Status.SUPERSEDED.value, status_reason=reason, status_changed_at=now, sitting_id=None),
    )
    if not taken:
        raise CertificateWithdrawnError
    db.refresh(row)
    leaves.write_change(db, row, now=now)
    made = issuing.enter(
        db,
        credential=replace(
            stated,
            credential_id=f"{issuer.url}/credentials/{chances.credential_uuid}",
            code=chances.code,
            issued_at=now,
            valid_from=now,
            status_index=chances.status_index,
            supersedes=row.credential_id,
        ),
        person_id=row.person_id,
        sitting_id=sitting_id,
        supersedes_id=row.id,
        ring=ring,
        issuer=issuer,
        reference_secret=reference_secret,
        chances=chances,
        actor_id=actor_id,
        now=now,
    )
    made.is_shared = row.is_shared
    if row.birth_date_hash is not None:
        birth_dates.carry_over(row, made)
    if reason != NAME_CHANGED:  # under another name, whoever was given a link of the former is not told the new one
        sharing.carry_over(db, former=row, successor=made)
    audit.record(
        db,
        action=audit.Action.CERTIFICATE_SUPERSEDED,
        actor_id=actor_id,
        subject_id=row.id,
        detail={"reason": reason, "by": made.id},
        now=now,
    )
    letters.send(
        db,
        row,
        status=Status.SUPERSEDED.value,
        reason=reason,
        ring=ring,
        origin=issuer.url,
        now=now,
        code=chances.code,
    )
    return made
