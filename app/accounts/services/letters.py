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
    ROLE_GIVEN = "role_given"
    ROLE_TAKEN_BACK = "role_taken_back"


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
    LetterName.ROLE_GIVEN: {
        "fr": Letter(
            subject="Un rôle vous est donné dans Numéricité",
            body=(
                "Bonjour,\n\nVotre compte Numéricité a un rôle de plus : {role}. Ce qu’il ouvre se trouve ici :\n\n{page}\n\n"
                "Ce que vous y ferez sera écrit au journal. Si vous n’attendiez pas ce rôle, écrivez-nous : {url}\n\n"
                "Numéricité\n"
            ),
        ),
        "en": Letter(
            subject="You are given a role in Numéricité",
            body=(
                "Hello,\n\nYour Numéricité account has one more role: {role}. What it opens is here:\n\n{page}\n\n"
                "What you do there is written in the trail. If you did not expect this role, write to us: {url}\n\n"
                "Numéricité\n"
            ),
        ),
    },
    LetterName.ROLE_TAKEN_BACK: {
        "fr": Letter(
            subject="Un de vos rôles dans Numéricité est repris",
            body=(
                "Bonjour,\n\nVotre compte Numéricité n’a plus ce rôle : {role}. Le compte, vos tests et vos attestations "
                "ne changent pas.\n\nSi c’est une erreur, écrivez-nous : {url}\n\nNuméricité\n"
            ),
        ),
        "en": Letter(
            subject="One of your roles in Numéricité is taken back",
            body=(
                "Hello,\n\nYour Numéricité account no longer has this role: {role}. The account, your tests and your "
                "certificates do not change.\n\nIf this is a mistake, write to us: {url}\n\nNuméricité\n"
            ),
        ),
    },
}


def compose(name: LetterName, *, language: str | None, **values: str | int) -> Letter:
    """Return one letter in the person's language, French by default."""
    languages = _LETTERS[name]
    template = languages.get(language or "fr", languages["fr"])
    return Letter(subject=template.subject.format(**values), body=template.body.format(**values))
