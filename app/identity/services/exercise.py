"""What Pro Santé Connect tells of somebody's profession: the number, the profession, and that it is exercised somewhere.

`scope_all` brings thirty claims or so (addresses, telephones, employers); three facts are read and the rest is dropped.
Each may stand in one of two places:

- the number in `SubjectNameID`, or in `otherIds` under the origin "RPPS";
- the profession in `SubjectRefPro.exercices`, or in `SubjectRole` where there is no exercise (the sandbox, some cards).

Somebody exercises where an exercise that is not a student's has an activity. No activity says nothing: a list that is
empty must not cost anybody a label. What is missing is no fault; what is of another shape than the documentation's is.
Sources: Pro Santé Connect, « Données transmises »; NOS, TRE_G15-ProfessionSante and TRE_R09-CategorieProfessionnelle.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.identity.services import rpps

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: As the national terminology writes them, like the directory, whose words are shown beside.
PROFESSIONS: Mapping[str, str] = {
    "10": "Médecin",
    "21": "Pharmacien",
    "26": "Audioprothésiste",
    "28": "Opticien-Lunetier",
    "31": "Assistant dentaire",
    "32": "Physicien médical",
    "35": "Aide-soignant",
    "36": "Ambulancier",
    "37": "Auxiliaire de puériculture",
    "38": "Préparateur en pharmacie hospitalière",
    "39": "Préparateur en pharmacie",
    "40": "Chirurgien-Dentiste",
    "50": "Sage-Femme",
    "60": "Infirmier",
    "69": "Infirmier psychiatrique",
    "70": "Masseur-Kinésithérapeute",
    "80": "Pédicure-Podologue",
    "81": "Orthoprothésiste",
    "82": "Podo-Orthésiste",
    "83": "Orthopédiste-Orthésiste",
    "84": "Oculariste",
    "85": "Epithésiste",
    "86": "Technicien de laboratoire médical",
    "91": "Orthophoniste",
    "92": "Orthoptiste",
    "94": "Ergothérapeute",
    "95": "Diététicien",
    "96": "Psychomotricien",
    "98": "Manipulateur ERM",
}
#: Which value set a role is of; only this one names a health profession.
_ROLE = "^1.2.250.1.213.1.1.5.5"
_STUDENT = "E"
#: Nobody has so many; a longer list is not read.
_MAXIMUM = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Professional:
    """What is kept.

    Args:
        rpps: Eleven digits; None in the sandbox, and for whoever has no number.
        profession: In the terminology's words; empty where it is not told, or not known to us.
        is_active: An exercise with an activity was told; false says nothing.
    """

    rpps: str | None = None
    profession: str = ""
    is_active: bool = False


def read(person: Mapping[str, Any]) -> Professional:
    """Read the claims of a description.

    Raises:
        ValueError: One of them is of another shape, or they contradict each other; says which, never its value.
    """
    exercises = _exercises(person)
    practised = [one for one in exercises if one[1]]
    professions = [code for code, _ in (*practised, *exercises) if code] or _roles(person)
    return Professional(
        rpps=_number(person),
        profession=next((PROFESSIONS[code] for code in professions if code in PROFESSIONS), ""),
        is_active=bool(practised),
    )


def _number(person: Mapping[str, Any]) -> str | None:
    """Return the number, which two claims may hold and must then agree on."""
    found = {rpps.of_subject(_text(person, "SubjectNameID"))}
    for other in _list(person, "otherIds"):
        if _text(other, "origine", of="otherIds") == "RPPS":
            number = rpps.of_subject(_text(other, "identifiant", of="otherIds"))
            if number is None:
                raise ValueError("otherIds")
            found.add(number)
    found.discard(None)
    if len(found) > 1:
        raise ValueError("SubjectNameID and otherIds")
    return found.pop() if found else None


def _exercises(person: Mapping[str, Any]) -> Sequence[tuple[str, bool]]:
    """Return the profession's code of each exercise that is not a student's, and whether it has an activity."""
    about = person.get("SubjectRefPro")
    if about is None:
        return ()
    if not isinstance(about, dict):
        raise ValueError("SubjectRefPro")  # noqa: TRY004 (a fault of the answer, not of the caller)
    return tuple(
        (_text(one, "codeProfession", of="exercices"), bool(_list(one, "activities")))
        for one in _list(about, "exercices")
        if _text(one, "codeCategorieProfessionnelle", of="exercices") != _STUDENT
    )


def _roles(person: Mapping[str, Any]) -> Sequence[str]:
    roles = person.get("SubjectRole")
    roles = [roles] if isinstance(roles, str) else roles or []
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise ValueError("SubjectRole")
    return [role.removesuffix(_ROLE) for role in roles if role.endswith(_ROLE)]


def _list(owner: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    """Return a list of objects; none where it is missing or null."""
    value = owner.get(name)
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) > _MAXIMUM or not all(isinstance(one, dict) for one in value):
        raise ValueError(name)
    return value


def _text(owner: Mapping[str, Any], name: str, *, of: str = "") -> str:
    """Return a text; an empty one where it is missing or null."""
    value = owner.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"{of} {name}".strip())  # noqa: TRY004 (a fault of the answer, not of the caller)
    return value
