"""The one letter of this room: a way into the account was opened or closed."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from app import mail

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.accounts.models import Person


class News(StrEnum):
    PASSKEY_ADDED = "passkey-added"
    PASSKEY_REMOVED = "passkey-removed"
    IDENTITY_LINKED = "identity-linked"
    IDENTITY_UNLINKED = "identity-unlinked"
    SECOND_FACTOR_ON = "second-factor-on"
    SECOND_FACTOR_OFF = "second-factor-off"
    CODE_USED = "code-used"


_WHAT: Mapping[News, Mapping[str, str]] = {
    News.PASSKEY_ADDED: {
        "fr": "une clé d’accès a été ajoutée",
        "en": "a passkey was added",
    },
    News.PASSKEY_REMOVED: {
        "fr": "une clé d’accès a été retirée",
        "en": "a passkey was removed",
    },
    News.IDENTITY_LINKED: {
        "fr": "une identité a été liée (FranceConnect ou Pro Santé Connect)",
        "en": "an identity was linked (FranceConnect or Pro Santé Connect)",
    },
    News.IDENTITY_UNLINKED: {
        "fr": "une identité a été déliée (FranceConnect ou Pro Santé Connect)",
        "en": "an identity was unlinked (FranceConnect or Pro Santé Connect)",
    },
    News.SECOND_FACTOR_ON: {
        "fr": "une clé d’accès est désormais demandée en plus à chaque connexion",
        "en": "a passkey is now asked for as well at each sign-in",
    },
    News.SECOND_FACTOR_OFF: {
        "fr": "la clé d’accès n’est plus demandée en plus à la connexion",
        "en": "a passkey is no longer asked for as well at sign-in",
    },
    News.CODE_USED: {
        "fr": "un code de secours a servi pour entrer",
        "en": "a recovery code was used to come in",
    },
}
_SUBJECT = {
    "fr": "La sécurité de votre compte Numéricité a changé",
    "en": "The security of your Numéricité account has changed",
}
_BODY = {
    "fr": (
        "Bonjour,\n\nSur votre compte Numéricité, {what}.\n\nSi c’était vous, il n’y a rien à faire. "
        "Sinon, fermez les autres navigateurs depuis votre compte, et écrivez-nous sans attendre : {url}\n\nNuméricité\n"
    ),
    "en": (
        "Hello,\n\nOn your Numéricité account, {what}.\n\nIf it was you, there is nothing to do. "
        "If not, close the other browsers from your account, and write to us without delay: {url}\n\nNuméricité\n"
    ),
}


def tell(db: Session, *, person: Person, news: News, public_url: str, now: datetime) -> None:
    """Owe the letter, in the person's language; the caller commits."""
    if person.email is None:
        return
    language = person.language if person.language in _BODY else "fr"
    body = _BODY[language or "fr"].format(what=_WHAT[news][language or "fr"], url=f"{public_url}/reclamations")
    mail.send(db, to=person.email, subject=_SUBJECT[language or "fr"], body=body, person_id=person.id, now=now)
