"""Stopping reminders: by the link in each of them, by the button of mail software (RFC 8058), or in the account.

Reminders are the letters that only help: the end of a certificate or of a label drawing near, a real act after a lesson. What is
owed (a decision, a result, a change of the account's security) has no such link and always leaves.
"""

from __future__ import annotations

import base64
import hmac
from hashlib import sha256
from typing import TYPE_CHECKING

from app.accounts.models import Person, PersonKind
from app.accounts.services import people
from app.errors import LinkSpentError

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

_ID_BYTES, _MAC_BYTES = 8, 12

#: What a reminder says at its end.
LINES = {
    "fr": "\nNe plus recevoir de rappels : {url}\n",
    "en": "\nStop these reminders: {url}\n",
}


def stop_url(*, person_id: int, secret: str, origin: str) -> str:
    """Return the link by which somebody stops reminders without signing in. It opens nothing else, and for nobody else."""
    number = person_id.to_bytes(_ID_BYTES)
    return f"{origin}/rappels/{base64.urlsafe_b64encode(number + _mac(number, secret=secret)).decode().rstrip('=')}"


def line(language: str | None, *, url: str) -> str:
    """Return the last words of a reminder, with the link."""
    return LINES[language if language in LINES else "fr"].format(url=url)


def find(db: Session, *, token: str, secret: str) -> Person:
    """Return whose reminders a link stops.

    Raises:
        LinkSpentError: We made no such link, or the account is gone.
    """
    try:
        both = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except ValueError as fault:
        raise LinkSpentError from fault
    number, mac = both[:_ID_BYTES], both[_ID_BYTES:]
    if not hmac.compare_digest(mac, _mac(number, secret=secret)):
        raise LinkSpentError
    person = db.get(Person, int.from_bytes(number))
    if person is None or person.kind != PersonKind.ACCOUNT.value or person.erased_at is not None:
        raise LinkSpentError
    return person


def stop(person: Person, *, now: datetime) -> None:
    """Stop reminders; stopping twice keeps the first date."""
    person.reminders_stopped_at = person.reminders_stopped_at or now


def choose(db: Session, *, person_id: int, wants: bool, now: datetime) -> None:
    """Take or refuse reminders, in the account.

    Raises:
        NotFoundError: A guest, or nobody.
    """
    person = people.get_account(db, person_id=person_id)
    if wants:
        person.reminders_stopped_at = None
    else:
        stop(person, now=now)


def _mac(number: bytes, *, secret: str) -> bytes:
    return hmac.digest(secret.encode(), b"stop-reminders:" + number, sha256)[:_MAC_BYTES]
