"""Everything that a certificate tells, and to whom: the one list that holders read, and that a guard holds the API to.

The check (page and JSON) tells `BY_CHECK` to whoever has the code, while the link is open; through a link of the holder's that tells
less, what `told_by` leaves of it; its receipt, `BY_RECEIPT`. The file
tells `BY_FILE` on top, to whoever holds it: the signed token inside is complete, so that it can be checked without us.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.certification.models import Disclosure
from app.errors import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One thing told.

    Args:
        words: French, for the holder; translated when it is shown.
        fields: What it is called in `certificate` of the JSON answer.
        while_in_force: Told of a valid document, or in the past of an expired one; not of one that was withdrawn.
        least: The link that tells least and still tells this.
    """

    words: str
    fields: tuple[str, ...]
    while_in_force: bool = False
    least: Disclosure = Disclosure.EXISTENCE


#: From the link that tells least to the one that tells most.
_ORDER = (Disclosure.EXISTENCE, Disclosure.LEVELS, Disclosure.ALL)

BY_CHECK = (
    Told(
        words=N_("votre nom tel que vous l’avez écrit, et qu’il n’est pas vérifié"),
        fields=("holder_name", "name_verified"),
        least=Disclosure.ALL,
    ),
    Told(
        words=N_(
            "de quel document il s’agit : son code, le sujet, la surveillance du test, si c’est une démonstration"
        ),
        fields=("code", "kind", "assurance", "framework", "framework_version", "title", "demonstration"),
    ),
    Told(
        words=N_("le niveau d’ensemble, à quel point il est sûr, et que l’échelle est provisoire"),
        fields=("level", "level_probability", "provisional_scale"),
        while_in_force=True,
        least=Disclosure.LEVELS,
    ),
    Told(
        words=N_("le niveau de chaque domaine, et à quel point il est sûr"),
        fields=("areas",),
        while_in_force=True,
        least=Disclosure.LEVELS,
    ),
    Told(
        words=N_("le nombre de questions du test"),
        fields=("items_answered",),
        while_in_force=True,
        least=Disclosure.LEVELS,
    ),
    Told(words=N_("la date du test"), fields=("sat_on",), least=Disclosure.LEVELS),
    Told(
        words=N_("la date de l’attestation, et celle de sa fin s’il y en a une"),
        fields=("issued_at", "valid_from", "valid_until"),
    ),
)


def told_by(link: Disclosure) -> tuple[Told, ...]:
    """Return what a link tells of a document in force."""
    return tuple(one for one in BY_CHECK if _ORDER.index(one.least) <= _ORDER.index(link))


def kept_by(link: Disclosure) -> tuple[Told, ...]:
    """Return what a link leaves out."""
    return tuple(one for one in BY_CHECK if one not in told_by(link))


BY_FILE = (
    N_("par domaine, votre estimation chiffrée et sa marge d’erreur, pour les logiciels qui savent s’en servir"),
    N_("la version du calcul et l’empreinte de la réserve de questions, pour refaire le calcul en cas de contestation"),
)

BY_RECEIPT = (
    N_("la même chose, datée et signée, pour la garder : sans vos niveaux, et avec votre nom s’il a été montré"),
    N_("la ligne du journal de transparence où la délivrance est écrite ; cette ligne ne porte pas de nom"),
)

NEVER = (
    N_("vos réponses, vos autres tests, un échec"),
    N_("votre adresse, votre compte"),
    N_("la raison d’un retrait ou d’une suspension"),
)
