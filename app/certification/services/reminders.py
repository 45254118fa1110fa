"""Letters before the end of a certificate: ninety, thirty and seven days before, once each."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from app import mail
from app.accounts.models import Person
from app.accounts.services import stopping
from app.certification.models import Certificate, Status
from certificates import verification
from certificates.dates import day_in_paris, told

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from certificates.keys import KeyRing

#: Days before the end, the nearest first.
DAYS = (7, 30, 90)

_LETTERS = {
    "fr": (
        "Votre certificat prend fin le {date}",
        (
            "Bonjour,\n\nVotre certificat « {title} » est valable jusqu’au {date}.\n\n"
            "D’ici là, rien ne change. Après, qui le vérifie lira qu’il a expiré, et jusqu’à quand il a été valable : ce n’est "
            "pas un reproche, les outils et les règles changent.\n\n"
            "Pour le renouveler, ou pour le lire : {page}\n\n"
            "Une question ? Écrivez-nous : {contact}\n\nNuméricité\n"
        ),
    ),
    "en": (
        "Your certificate ends on {date}",
        (
            "Hello,\n\nYour certificate “{title}” is valid until {date}.\n\n"
            "Until then nothing changes. Afterwards, whoever checks it will read that it has expired, and until when it was "
            "valid: this is no reproach, tools and rules change.\n\n"
            "To renew it, or to read it: {page}\n\n"
            "A question? Write to us: {contact}\n\nNuméricité\n"
        ),
    ),
}


def remind(db: Session, *, ring: KeyRing, secret: str, origin: str, now: datetime) -> int:
    """Owe the letters that are due, and return how many; a holder without an address, or who wants none, gets none.

    A reminder that was missed (the service was down) is not sent on top of a nearer one.
    """
    near = db.execute(
        select(Certificate, Person)
        .join(Person, Person.id == Certificate.person_id)
        .where(
            Certificate.status == Status.ACTIVE.value,
            Certificate.token != "",
            Certificate.kind != "label",  # a label reminds of itself, and earlier
            Certificate.valid_until > now,
            Certificate.valid_until <= now + timedelta(days=DAYS[-1]),
            Person.email.is_not(None),
            Person.reminders_stopped_at.is_(None),
        )
    ).all()
    return sum(
        _remind(db, row=row, holder=holder, ring=ring, secret=secret, origin=origin, now=now) for row, holder in near
    )


def due(valid_until: datetime, *, reminded_days: int | None, now: datetime) -> int | None:
    """Return which reminder is due, in days before the end; None when none is, or it was sent."""
    days = next((days for days in DAYS if valid_until - now <= timedelta(days=days)), None)
    return None if days is None or (reminded_days is not None and reminded_days <= days) else days


def _remind(
    db: Session, *, row: Certificate, holder: Person, ring: KeyRing, secret: str, origin: str, now: datetime
) -> bool:
    days = due(row.valid_until, reminded_days=row.reminded_days, now=now) if row.valid_until else None
    if days is None or row.valid_until is None:
        return False
    row.reminded_days = days
    language = holder.language if holder.language in _LETTERS else "fr"
    stated = verification.read_registered(row.token, ring)
    words = {
        "date": told(day_in_paris(row.valid_until), language),
        "title": stated.framework_title[0 if language == "fr" else 1],
        "page": f"{origin}/certificats/{stated.code}",
        "contact": f"{origin}/reclamations",
    }
    subject, body = (text.format(**words) for text in _LETTERS[language])
    stop_url = stopping.stop_url(person_id=holder.id, secret=secret, origin=origin)
    body += stopping.line(language, url=stop_url)
    mail.send(db, to=holder.email or "", subject=subject, body=body, person_id=holder.id, stop_url=stop_url, now=now)
    return True
