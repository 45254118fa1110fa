"""Find, list and share what was issued."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from sqlalchemy import String, bindparam, func, literal_column, null, or_, select, union_all

from app import audit
from app.certification.models import Certificate, Disclosure, SharingLink, Status
from app.certification.services.issuing import Chances, code_hmac
from app.database import UTCDateTime
from app.errors import CertificateWithdrawnError, NotFoundError
from app.label_errors import PublicByNatureError
from certificates.credential import STATUS_LIST_LENGTH
from certificates.reference import new_code
from certificates.transparency import SALT_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import CompoundSelect
    from sqlalchemy.orm import Session

    from app.reader import Reader


class Standing(NamedTuple):
    """What a check needs of one certificate, by whichever open link it was found.

    Args:
        link_id: None for the printed code.
        disclosure: How much the link tells.
    """

    id: int
    person_id: int | None
    link_id: int | None
    disclosure: str
    token: str
    status: str
    status_changed_at: datetime | None
    has_birth_date: bool
    credential_id: str
    log_seq: int | None
    log_salt: bytes | None


_STATED = (
    Certificate.token,
    Certificate.status,
    Certificate.status_changed_at,
    Certificate.birth_date_hash.is_not(None).label("has_birth_date"),
    Certificate.credential_id,
    Certificate.log_seq,
    Certificate.log_salt,
)
_HMAC = bindparam("hmac", type_=String)
_NOW = bindparam("now", type_=UTCDateTime)
#: One statement for both kinds of links: what is unknown, closed and over cannot be told apart by the work it takes.
_LOOK_UP: CompoundSelect[Any] = union_all(
    select(
        Certificate.id,
        Certificate.person_id,
        null().label("link_id"),
        literal_column(f"'{Disclosure.ALL.value}'").label("disclosure"),
        *_STATED,
    ).where(Certificate.code_hmac == _HMAC, Certificate.is_shared),
    select(Certificate.id, Certificate.person_id, SharingLink.id, SharingLink.disclosure, *_STATED)
    .join(SharingLink, SharingLink.certificate_id == Certificate.id)
    .where(SharingLink.code_hmac == _HMAC, SharingLink.closed_at.is_(None), SharingLink.expires_at > _NOW),
)


def look_up(db: Session | Reader, *, code: str, secret: str, now: datetime) -> Standing | None:
    """Return what an open link leads to; None when there is none, or it is closed or over."""
    row = db.execute(_LOOK_UP, {"hmac": code_hmac(code, secret=secret), "now": now}).first()
    return Standing._make(row) if row is not None else None


def standing_of(row: Certificate) -> Standing:
    """Return what a look-up by the printed code would of a row: what is found by its file or its statement is looked at too."""
    return Standing(
        id=row.id,
        person_id=row.person_id,
        link_id=None,
        disclosure=Disclosure.ALL.value,
        token=row.token,
        status=row.status,
        status_changed_at=row.status_changed_at,
        has_birth_date=row.birth_date_hash is not None,
        credential_id=row.credential_id,
        log_seq=row.log_seq,
        log_salt=row.log_salt,
    )


def list_own(db: Session, *, person_id: int | None) -> Sequence[Certificate]:
    """Return a person's certificates, newest first."""
    return db.scalars(
        select(Certificate).where(Certificate.person_id == person_id).order_by(Certificate.issued_at.desc())
    ).all()


def get_own(db: Session, *, code: str, person_id: int | None, secret: str) -> Certificate:
    """Return one certificate of this person.

    Raises:
        NotFoundError: No such certificate, or not theirs.
    """
    row = find(db, code=code, secret=secret)
    if row is None or person_id is None or row.person_id != person_id:
        raise NotFoundError
    return row


def find(db: Session, *, code: str, secret: str) -> Certificate | None:
    """Return the certificate with this code, shared or not; None when there is none."""
    return db.scalar(select(Certificate).where(Certificate.code_hmac == code_hmac(code, secret=secret)))


def find_by_credential(db: Session, *, credential_id: str) -> Certificate | None:
    """Return the certificate whose statement has this identity, shared or not; None when there is none."""
    return db.scalar(select(Certificate).where(Certificate.credential_id == credential_id))


def get(db: Session, *, code: str, secret: str) -> Certificate:
    """Return the certificate with this code, whoever holds it, for the desk.

    Raises:
        NotFoundError: No such certificate.
    """
    row = find(db, code=code, secret=secret)
    if row is None:
        raise NotFoundError
    return row


def check_in_force(row: Certificate) -> None:
    """Check that the register still stands behind a certificate.

    Raises:
        CertificateWithdrawnError: It is suspended, revoked or superseded.
    """
    if row.status != Status.ACTIVE:
        raise CertificateWithdrawnError


def set_shared(db: Session, *, row: Certificate, is_shared: bool, actor_id: int, now: datetime) -> None:
    """Switch the holder's own link on or off.

    Raises:
        CertificateWithdrawnError: It is set aside or withdrawn: what was made known of that is not hidden again.
        PublicByNatureError: It is a label.
    """
    check_in_force(row)
    if row.kind == "label":
        raise PublicByNatureError
    row.is_shared = is_shared
    action = audit.Action.CERTIFICATE_SHARED if is_shared else audit.Action.CERTIFICATE_UNSHARED
    audit.record(db, action=action, actor_id=actor_id, subject_id=row.id, now=now)


def latest(db: Session, *, limit: int = 50) -> Sequence[Certificate]:
    """Return the newest certificates that still state something, for the operator's desk."""
    return db.scalars(
        select(Certificate).where(Certificate.token != "").order_by(Certificate.id.desc()).limit(limit)
    ).all()


def draw_chances(db: Session, *, random_bytes: Callable[[int], bytes], random_below: Callable[[int], int]) -> Chances:
    """Draw what chance gives to the next certificate from the edge's source of it (`secrets.token_bytes`, `secrets.randbelow`)."""
    capacity = status_capacity(db)
    return Chances(
        code=new_code(random_bytes(10)),
        credential_uuid=str(UUID(bytes=random_bytes(16), version=4)),
        status_index=free_status_index(db, draw=lambda: random_below(capacity)),
        log_salt=random_bytes(SALT_BYTES),
    )


def free_status_index(db: Session, *, draw: Callable[[], int]) -> int:
    """Return an index that no certificate has, drawn until one is free.

    Args:
        draw: Draws at random below `status_capacity`, where half of the places at least are free.
    """
    while True:
        index = draw()
        if db.scalar(select(Certificate.id).where(Certificate.status_index == index)) is None:
            return index


def withdrawn_status_indices(db: Session, *, purpose: str) -> Sequence[int]:
    """Return the indices whose bit is set in the lists of a purpose.

    Args:
        purpose: "revocation": what is not a label, withdrawn or replaced; the standard lets no such bit be cleared. "suspension":
            a label that is not in force, for that is the one list that it names; and what is not a label while it is suspended.
    """
    is_label, status = Certificate.kind == "label", Certificate.status
    if purpose == "suspension":
        is_set = or_(is_label & (status != Status.ACTIVE.value), ~is_label & (status == Status.SUSPENDED.value))
    else:
        is_set = ~is_label & status.in_((Status.REVOKED.value, Status.SUPERSEDED.value))
    return db.scalars(select(Certificate.status_index).where(is_set).order_by(Certificate.status_index)).all()


def status_list_count(db: Session) -> int:
    """Return how many status lists are published: one at least."""
    highest = db.scalar(select(func.max(Certificate.status_index))) or 0
    return highest // STATUS_LIST_LENGTH + 1


def status_capacity(db: Session) -> int:
    """Return below which number a new index is drawn: all the lists open, and one more when they are half full."""
    needed = count(db) * 2 // STATUS_LIST_LENGTH + 1
    return max(needed, status_list_count(db)) * STATUS_LIST_LENGTH


def count(db: Session) -> int:
    """Return how many certificates the register holds."""
    return db.scalar(select(func.count(Certificate.id))) or 0
