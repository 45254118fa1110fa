"""The letters about a number that two accounts give: what happened, what it changes, what to do; never who the other one is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app import mail
from app.accounts.models import Person

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

_SUBJECT = {"fr": "Votre numéro RPPS", "en": "Your RPPS number"}
_FRAME = {"fr": "Bonjour,\n\n{middle}\n\nNuméricité\n", "en": "Hello,\n\n{middle}\n\nNuméricité\n"}
#: By what happened, and to which of the two.
_MIDDLES: Mapping[str, Mapping[str, str]] = {
    "claimed-holder": {
        "fr": (
            "Un autre compte vient de déclarer le même numéro RPPS que vous. Rien ne change pour l’instant : deux personnes de "
            "l’organisme certificateur regardent à qui il est, et vous écriront. Une connexion avec Pro Santé Connect le prouve tout de suite."
        ),
        "en": (
            "Another account has just declared the same RPPS number as you. Nothing changes for now: two people of the certifying "
            "authority look at whose it is, and will write to you. A sign-in with Pro Santé Connect proves it at once."
        ),
    },
    "proved-holder": {
        "fr": (
            "Une autre personne a prouvé, avec Pro Santé Connect, que le numéro RPPS de votre compte est le sien. Il n’est donc plus dans "
            "votre compte. Si un label en dépend, deux personnes le regardent ; rien n’est décidé sans vous entendre. "
            "Si vous vous étiez trompé de chiffre, donnez votre propre numéro depuis la page de sécurité de votre compte."
        ),
        "en": (
            "Somebody else has proved, with Pro Santé Connect, that the RPPS number of your account is theirs. It is therefore in your "
            "account no more. If a label rests on it, two people look at it; nothing is decided without hearing you. "
            "If you mistyped it, give your own number on the security page of your account."
        ),
    },
    "kept-holder": {
        "fr": "Deux personnes ont regardé à qui est votre numéro RPPS : il reste dans votre compte. Il n’y a rien à faire.",
        "en": "Two people have looked at whose your RPPS number is: it stays in your account. There is nothing to do.",
    },
    "kept-claimant": {
        "fr": (
            "Deux personnes ont regardé à qui est le numéro RPPS que vous avez déclaré : il reste dans l’autre compte. "
            "S’il est bien le vôtre, une connexion avec Pro Santé Connect le prouve, et la preuve l’emporte."
        ),
        "en": (
            "Two people have looked at whose the RPPS number that you declared is: it stays in the other account. "
            "If it is yours, a sign-in with Pro Santé Connect proves it, and the proof wins."
        ),
    },
    "freed-holder": {
        "fr": (
            "Deux personnes ont regardé à qui est le numéro RPPS de votre compte : il n’y est plus. Si c’est une erreur, une connexion "
            "avec Pro Santé Connect le prouve, et la preuve l’emporte. Une réclamation reste possible."
        ),
        "en": (
            "Two people have looked at whose the RPPS number of your account is: it is there no more. If that is a mistake, a sign-in "
            "with Pro Santé Connect proves it, and the proof wins. You may also complain."
        ),
    },
    "freed-claimant": {
        "fr": "Deux personnes ont regardé à qui est le numéro RPPS que vous avez déclaré : vous pouvez le déclarer de nouveau.",
        "en": "Two people have looked at whose the RPPS number that you declared is: you may declare it again.",
    },
}


def send(db: Session, *, letter: str, person_id: int, now: datetime) -> None:
    """Owe a letter, in the person's language, to whoever has an address."""
    person = db.get(Person, person_id)
    if person is None or person.email is None:
        return
    language = "en" if person.language == "en" else "fr"
    body = _FRAME[language].format(middle=_MIDDLES[letter][language])
    mail.send(db, to=person.email, subject=_SUBJECT[language], body=body, person_id=person.id, now=now)
