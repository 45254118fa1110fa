"""The letters of this room: that a result is there, never what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from app import mail

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session


class Letter(NamedTuple):
    """Subject and plain-text body."""

    subject: str
    body: str


_RESULT: Mapping[tuple[str, bool], Letter] = {
    ("fr", True): Letter(
        "Le résultat de votre examen est là",
        "Bonjour,\n\nLe résultat de votre examen est dans votre compte : {url}\n\n"
        "Il n’est que pour vous : nous n’avons écrit à personne d’autre.\n\nNuméricité\n",
    ),
    ("fr", False): Letter(
        "Le résultat de votre examen est là",
        "Bonjour,\n\nLe résultat de votre examen vous attend : {url}\n\n"
        "Pour le lire, créez un compte avec cette adresse dans les {days} jours, puis ouvrez le message qui la confirme.\n\n"
        "Il n’est que pour vous : nous n’avons écrit à personne d’autre.\n\nNuméricité\n",
    ),
    ("en", True): Letter(
        "The result of your examination is there",
        "Hello,\n\nThe result of your examination is in your account: {url}\n\n"
        "It is for you only: we have written to nobody else.\n\nNuméricité\n",
    ),
    ("en", False): Letter(
        "The result of your examination is there",
        "Hello,\n\nThe result of your examination is waiting for you: {url}\n\n"
        "To read it, create an account with this address within {days} days, then open the message that confirms it.\n\n"
        "It is for you only: we have written to nobody else.\n\nNuméricité\n",
    ),
}
#: Of a result that was looked at again: as neutral as the first letter.
_REVIEWED: Mapping[str, Letter] = {
    "fr": Letter(
        "Le résultat de votre examen a été revu",
        "Bonjour,\n\nLe résultat de votre examen a été revu. Vous le trouverez ici : {url}\n\n"
        "Il n’est que pour vous : nous n’avons écrit à personne d’autre.\n\nNuméricité\n",
    ),
    "en": Letter(
        "The result of your examination was looked at again",
        "Hello,\n\nThe result of your examination was looked at again. You will find it here: {url}\n\n"
        "It is for you only: we have written to nobody else.\n\nNuméricité\n",
    ),
}
#: How long an examination waits for the account of whoever sat it without one: as long as a guest is kept.
DAYS_TO_CLAIM = 90


def send_result(
    db: Session,
    *,
    to: str,
    language: str,
    has_account: bool,
    is_review: bool,
    person_id: int | None,
    origin: str,
    now: datetime,
) -> None:
    """Write that a result is there, or was looked at again."""
    known = language if language in _REVIEWED else "fr"
    letter = _REVIEWED[known] if is_review else _RESULT[known, has_account]
    body = letter.body.format(url=f"{origin}/examens/resultats", days=DAYS_TO_CLAIM)
    mail.send(db, to=to, subject=letter.subject, body=body, person_id=person_id, now=now)
