"""The second factor: a passkey asked for after the password, the link or the provider; ten codes on paper stand in for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update

from app.accounts.services import people
from app.accounts.services.tokens import keyed_digest
from app.audit import Action, record
from app.database import affected
from app.errors import AddressNotConfirmedError, NoPasskeyError, NotFoundError, WrongRecoveryCodeError
from app.identity.models import RecoveryCode, SecondFactor
from app.identity.services import passkeys
from certificates.reference import normalise_code

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

CODES = 10


def find(db: Session, *, person_id: int) -> SecondFactor | None:
    """Return since when this person wants one; None where they do not."""
    return db.scalars(select(SecondFactor).where(SecondFactor.person_id == person_id)).one_or_none()


def enable(db: Session, *, person_id: int, codes: Sequence[str], secret: str, now: datetime) -> None:
    """Ask for a passkey from now on; `codes` have 80 bits of chance each, are shown once by the caller and kept nowhere.

    Raises:
        NotFoundError: A guest, or nobody.
        AddressNotConfirmedError: Whoever proves the address later takes every proof away, this one too.
        NoPasskeyError: There is none to ask for.
    """
    if people.get_account(db, person_id=person_id).email_confirmed_at is None:
        raise AddressNotConfirmedError
    if not passkeys.list_own(db, person_id=person_id):
        raise NoPasskeyError
    if find(db, person_id=person_id) is None:
        db.add(SecondFactor(person_id=person_id, enabled_at=now))
        db.flush()
        record(db, action=Action.SECOND_FACTOR_ENABLED, actor_id=person_id, subject_id=person_id, now=now)
    _write_codes(db, person_id=person_id, codes=codes, secret=secret)


def renew_codes(db: Session, *, person_id: int, codes: Sequence[str], secret: str) -> None:
    """Write down other codes; the former ones are worthless from now on.

    Raises:
        NotFoundError: This person has no second factor.
    """
    if find(db, person_id=person_id) is None:
        raise NotFoundError
    _write_codes(db, person_id=person_id, codes=codes, secret=secret)


def disable(db: Session, *, person_id: int, now: datetime) -> bool:
    """Ask for nothing more than before; return whether there was something to switch off."""
    db.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    if not affected(db, delete(SecondFactor).where(SecondFactor.person_id == person_id)):
        return False
    record(db, action=Action.SECOND_FACTOR_DISABLED, actor_id=person_id, subject_id=person_id, now=now)
    return True


def remove_passkey(db: Session, *, passkey_id: int, person_id: int, now: datetime) -> bool:
    """Forget a passkey; with the last one the second factor ends, since nothing could be asked for. Return whether it did.

    Raises:
        NotFoundError: No such passkey, or somebody else's.
    """
    passkeys.remove(db, passkey_id=passkey_id, person_id=person_id, now=now)
    if passkeys.list_own(db, person_id=person_id):
        return False
    return disable(db, person_id=person_id, now=now)


def spend_code(db: Session, *, person_id: int, typed: str, secret: str, now: datetime) -> int:
    """Use one code up and return how many are left; of two uses at the same moment one is refused.

    The caller commits a refusal too: it is in the trail.

    Raises:
        WrongRecoveryCodeError: Unknown, used, or somebody else's.
    """
    digest = keyed_digest(normalise_code(typed) or "", secret=secret)
    own = RecoveryCode.person_id == person_id, RecoveryCode.code_hash == digest, RecoveryCode.used_at.is_(None)
    if not affected(db, update(RecoveryCode).where(*own).values(used_at=now)):
        record(db, action=Action.SECOND_FACTOR_REFUSED, actor_id=None, subject_id=person_id, now=now)
        raise WrongRecoveryCodeError
    left = count_codes(db, person_id=person_id)
    detail = {"codes_left": left}
    record(db, action=Action.SECOND_FACTOR_ACCEPTED, actor_id=person_id, subject_id=person_id, detail=detail, now=now)
    return left


def count_codes(db: Session, *, person_id: int) -> int:
    """Return how many codes still serve."""
    unused = RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
    return db.scalars(select(func.count()).select_from(RecoveryCode).where(*unused)).one()


def _write_codes(db: Session, *, person_id: int, codes: Sequence[str], secret: str) -> None:
    db.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    db.add_all(RecoveryCode(person_id=person_id, code_hash=keyed_digest(code, secret=secret)) for code in codes)
    db.flush()
