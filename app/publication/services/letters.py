"""The letters of this room, in both languages: short, calm, and never quoting what somebody typed."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from app.accounts.services.letters import Letter

if TYPE_CHECKING:
    from collections.abc import Mapping


class LetterName(StrEnum):
    CONFIRM_LIST = "confirm_list"
    ASKED = "asked"
    STATUS = "status"


_STOP = {
    "fr": "Vos suivis, et ne plus recevoir ces messages : {manage}\n",
    "en": "What you follow, and how to stop these messages: {manage}\n",
}
_LETTERS: Mapping[LetterName, Mapping[str, Letter]] = {
    LetterName.CONFIRM_LIST: {
        "fr": Letter(
            subject="Confirmez que vous voulez suivre des labels",
            body=(
                "Bonjour,\n\nQuelqu’un a donné cette adresse pour savoir quand un label numéricité change de statut. "
                "Si c’est vous, confirmez-le dans les {days} jours :\n\n{manage}\n\nEnsuite, chaque personne concernée accepte "
                "ou non. Si ce n’est pas vous, ne faites rien : rien ne vous sera envoyé.\n\nNuméricité\n"
            ),
        ),
        "en": Letter(
            subject="Confirm that you want to follow labels",
            body=(
                "Hello,\n\nSomebody gave this address to be told when a numéricité label changes status. "
                "If it was you, confirm it within {days} days:\n\n{manage}\n\nThen each person concerned accepts or not. "
                "If it was not you, do nothing: nothing will be sent to you.\n\nNuméricité\n"
            ),
        ),
    },
    LetterName.ASKED: {
        "fr": Letter(
            subject="Un employeur demande à suivre votre label",
            body=(
                "Bonjour,\n\nUn employeur demande à être prévenu quand le statut de votre label change. Il n’apprendrait rien "
                "d’autre que ce que le registre montre à tous.\n\nC’est vous qui décidez, et vous pouvez changer d’avis à tout "
                "moment : {page}\n\nSans réponse de votre part, rien ne lui est envoyé.\n\nNuméricité\n"
            ),
        ),
        "en": Letter(
            subject="An employer asks to follow your label",
            body=(
                "Hello,\n\nAn employer asks to be told when the status of your label changes. They would learn nothing but "
                "what the register shows to all.\n\nYou decide, and you may change your mind at any time: {page}\n\n"
                "If you do not answer, nothing is sent to them.\n\nNuméricité\n"
            ),
        ),
    },
    LetterName.STATUS: {
        "fr": Letter(
            subject="Label {number} : {word}",
            body=(
                "Bonjour,\n\nVous suivez le label numéricité {number}. Le registre dit aujourd’hui : {word}{since}.\n\n"
                "Le registre ne dit jamais pourquoi. Ce label est une proposition de travail, il n’est pas un label de l’État "
                "et ne dit rien de la qualité des soins.\n\nLe statut du moment : {page}\n"
                + _STOP["fr"]
                + "\nNuméricité\n"
            ),
        ),
        "en": Letter(
            subject="Label {number}: {word}",
            body=(
                "Hello,\n\nYou follow the numéricité label {number}. Today the register says: {word}{since}.\n\n"
                "The register never says why. This label is a working proposal, it is no label of the State and says nothing "
                "about the quality of care.\n\nThe status of the moment: {page}\n" + _STOP["en"] + "\nNuméricité\n"
            ),
        ),
    },
}


def compose(name: LetterName, *, language: str | None, **values: str | int) -> Letter:
    """Return one letter in its reader's language, French by default."""
    languages = _LETTERS[name]
    template = languages.get(language or "fr", languages["fr"])
    return Letter(subject=template.subject.format(**values), body=template.body.format(**values))
