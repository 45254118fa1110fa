"""The letters of this room, in both languages: short, calm, and never quoting what somebody typed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class LetterName(StrEnum):
    SIGN_IN = "sign_in"
    CONFIRM_ADDRESS = "confirm_address"
    ADDRESS_CHANGED = "address_changed"
    CASE_OPENED = "case_opened"
    CASE_ANSWERED = "case_answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Subject and plain-text body."""

    subject: str
    body: str


_LETTERS: Mapping[LetterName, Mapping[str, Letter]] = {
    LetterName.SIGN_IN: {
        "fr": Letter(
            subject="Votre lien pour entrer dans Numéricité",
            body=(
                "Bonjour,\n\nVoici le lien que vous avez demandé. Il sert une fois, pendant {minutes} minutes :\n\n"
                "{url}\n\nSi vous n’avez rien demandé, ne faites rien : personne n’entre "
                "sans ouvrir ce lien.\n\nNuméricité\n"
            ),
        ),
        "en": Letter(
            subject="Your link to enter Numéricité",
            body=(
                "Hello,\n\nHere is the link that you asked for. It works once, for {minutes} minutes:\n\n{url}\n\n"
                "If you asked for nothing, do nothing: nobody gets in without opening this link.\n\nNuméricité\n"
            ),
        ),
    },
    LetterName.CONFIRM_ADDRESS: {
        "fr": Letter(
            subject="Confirmez votre adresse pour Numéricité",
            body=(
                "Bonjour,\n\nUn compte Numéricité porte cette adresse. Confirmez qu’elle est à vous, "
                "dans les {days} jours :\n\n{url}\n\nSi vous n’avez pas créé ce compte, ne faites rien : "
                "l’adresse ne sera pas confirmée.\n\n"
                "Numéricité\n"
            ),
        ),
        "en": Letter(
            subject="Confirm your address for Numéricité",
            body=(
                "Hello,\n\nA Numéricité account bears this address. Confirm that it is yours, "
                "within {days} days:\n\n{url}\n\nIf you did not create this account, do nothing: the address will "
                "not be confirmed.\n\nNuméricité\n"
            ),
        ),
    },
    LetterName.ADDRESS_CHANGED: {
        "fr": Letter(
            subject="L’adresse de votre compte Numéricité a changé",
            body=(
                "Bonjour,\n\nVotre compte Numéricité n’utilise plus cette adresse : une autre l’a remplacée.\n\n"
                "Si ce n’était pas vous, écrivez-nous sans attendre : {url}\n\nNuméricité\n"
            ),
        ),
        "en": Letter(
            subject="The address of your Numéricité account has changed",
            body=(
                "Hello,\n\nYour Numéricité account no longer uses this address: another one has replaced it.\n\n"
                "If it was not you, write to us without delay: {url}\n\nNuméricité\n"
            ),
        ),
    },
    LetterName.CASE_OPENED: {
        "fr": Letter(
            subject="Votre demande {number} est bien reçue",
            body=(
                "Bonjour,\n\nVotre demande porte le numéro {number}. Une personne la lira et vous répondra "
                "à cette adresse.\n\nGardez ce numéro : il suffit pour en reparler.\n\nNuméricité\n"
            ),
        ),
        "en": Letter(
            subject="Your request {number} has been received",
            body=(
                "Hello,\n\nYour request bears the number {number}. A person will read it and answer "
                "at this address.\n\nKeep this number: it is enough to talk about it again.\n\nNuméricité\n"
            ),
        ),
    },
    LetterName.CASE_ANSWERED: {
        "fr": Letter(
            subject="Réponse à votre demande {number}",
            body="Bonjour,\n\nVoici la réponse à votre demande {number} :\n\n{answer}\n\nNuméricité\n",
        ),
        "en": Letter(
            subject="Answer to your request {number}",
            body="Hello,\n\nHere is the answer to your request {number}:\n\n{answer}\n\nNuméricité\n",
        ),
    },
}


def compose(name: LetterName, *, language: str | None, **values: str | int) -> Letter:
    """Return one letter in the person's language, French by default."""
    languages = _LETTERS[name]
    template = languages.get(language or "fr", languages["fr"])
    return Letter(subject=template.subject.format(**values), body=template.body.format(**values))
