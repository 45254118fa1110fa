"""What a credential says in words, in French and in English.

These sentences travel inside the signed token, for people who read it in a wallet. Nothing is read back from them, so
they may be improved without a new schema.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from certificates.credential import LANGUAGES
from certificates.professions import PROFESSIONS

if TYPE_CHECKING:
    from certificates.credential import Credential


class Titled(Protocol):
    """What has a title: a credential, or the achievement that it is about."""

    @property
    def kind(self) -> str: ...
    @property
    def assurance(self) -> str: ...
    @property
    def demonstration(self) -> bool: ...
    @property
    def language(self) -> str: ...
    @property
    def framework_title(self) -> tuple[str, str]: ...


_TITLES = {
    ("statement", "A1"): (
        "Attestation de résultat, test non surveillé",
        "Statement of result, unsupervised test",
    ),
    ("statement", "A2"): ("Attestation de résultat, test surveillé", "Statement of result, supervised test"),
    ("certificate", "A2"): ("Certificat", "Certificate"),
    ("label", "A2"): ("Label", "Label"),
}
_DEMONSTRATION = ("Démonstration, sans valeur", "Demonstration, of no value")
_NAME = {
    False: ("Le nom est déclaré, il n’a pas été vérifié.", "The name is declared and was not verified."),
    True: ("Le nom a été vérifié.", "The name was verified."),
}
#: The document holds, or held; and the other verdicts on a document that is ours and whole.
_STOOD = frozenset(("valid", "expired"))
_ALWAYS = _STOOD | {"not_yet_valid", "suspended", "revoked", "superseded"}
_AUTHENTIC = {
    False: ("Document authentique, identité non vérifiée.", "Authentic document, identity not verified."),
    True: ("Document authentique, identité vérifiée.", "Authentic document, identity verified."),
}
_SUPERVISION = {
    "A1": (
        "Test en ligne non surveillé (assurance A1) : rien ne prouve qui a répondu.",
        "Unsupervised online test (assurance A1): nothing proves who answered.",
    ),
    "A2": (
        "Test surveillé dans un lieu agréé (assurance A2).",
        "Test supervised in an approved place (assurance A2).",
    ),
}
_SCALE = {
    True: (
        "Échelle provisoire : les questions ne sont pas encore calibrées.",
        "Provisional scale: the items are not calibrated yet.",
    ),
    False: ("Échelle calibrée.", "Calibrated scale."),
}
_CRITERIA = (
    "Répondre à un test composé pour chaque personne. Un niveau est retenu si la probabilité de l’avoir atteint est de 90 % ou plus.",
    "Answer a test composed for each person. A level is retained if the probability of having reached it is 90% or more.",
)
_LABEL_CRITERIA = (
    "Identité et droit d’exercer, certification surveillée, formation, pratiques prouvées, charte. Décision d’un comité indépendant.",
    "Identity and right to practise, supervised certification, training, proven practice, charter. Decided by an independent committee.",
)
_LABEL_EVIDENCE = ("Sous quelles règles il a été donné", "Under which rules it was given")
_LABEL_MEASURE = (
    "Il ne mesure rien : il dit que des critères publics étaient réunis, et il peut être suspendu. Vérifiez son état.",
    "It measures nothing: it says that public criteria were met, and it may be suspended. Check its status.",
)
_DISCLAIMER = (
    "Ceci n’est pas un titre de l’État et ne dit rien de la qualité des soins.",
    "This is not a State title and says nothing about the quality of care.",
)


def title(credential: Titled, *, language: str | None = None) -> str:
    """Return what the paper is called; "certificate" is kept for supervised results.

    Args:
        language: That of the token unless it is said.
    """
    here = LANGUAGES.index(language or credential.language)
    named = _TITLES[credential.kind, credential.assurance][here]
    return f"{_DEMONSTRATION[here]}. {named}" if credential.demonstration else named


def achievement_name(credential: Titled) -> str:
    """Return the title and the framework."""
    colon = " : " if credential.language == "fr" else ": "
    return f"{title(credential)}{colon}{_in(credential, credential.framework_title)}"


def description(credential: Credential) -> str:
    """Return one sentence on what was established."""
    if credential.label is not None:
        profession, number = PROFESSIONS[credential.label.profession], credential.label.number
        return _in(credential, (f"{profession[0]}. Numéro {number}.", f"{profession[1]}. Number {number}."))
    percent = whole_percent(credential.level_probability)
    if credential.level is None:
        return _in(credential, ("Aucun niveau n’est établi.", "No level is established."))
    return _in(
        credential,
        (
            f"Niveau établi : au moins {credential.level} (probabilité {percent} %).",
            f"Level established: at least {credential.level} (probability {percent}%).",
        ),
    )


def whole_percent(probability: float) -> int:
    """Return a probability in whole per cent, rounded down: what is not sure to 98 % is never said to be.

    A measure is never quite 0 nor 100.
    """
    # Measures have four decimals; going through them keeps .97 from becoming 96.99999.
    return min(99, max(1, round(probability * 10_000) // 100))


def disclaimer(credential: Titled) -> str:
    """Return what this paper is not."""
    return _in(credential, _DISCLAIMER)


def criteria(credential: Titled) -> str:
    """Return what it takes."""
    return _in(credential, _LABEL_CRITERIA if credential.kind == "label" else _CRITERIA)


def holder(credential: Credential) -> str:
    """Return whether the name was checked."""
    return _in(credential, _NAME[credential.name_verified])


def authenticity(*, name_verified: bool) -> tuple[str, str]:
    """Return what is said before everything else of a document that is ours, in French and in English."""
    return _AUTHENTIC[name_verified]


def first_line(*, assurance: str, verdict: str, name_verified: bool, is_ours: bool) -> tuple[str, str] | None:
    """Return what the first line of a check says, in French and in English; None where nothing may be called authentic.

    An unsupervised result always has it: wherever it stands, nobody checked who answered. The verdict follows at once. Of a supervised one that
    was withdrawn nothing is said of the identity: that it was another person's may be why.

    Args:
        verdict: One of the nine.
        is_ours: False where a stolen key may have made the document.
    """
    said_of = _ALWAYS if assurance == "A1" else _STOOD
    return authenticity(name_verified=name_verified) if is_ours and verdict in said_of else None


def measure(credential: Credential) -> str:
    """Return how it was measured."""
    if credential.kind == "label":
        return _in(credential, _LABEL_MEASURE)
    return " ".join(
        (
            _in(credential, _SUPERVISION[credential.assurance]),
            _in(
                credential,
                (f"{credential.items_answered} questions.", f"{credential.items_answered} items."),
            ),
            _in(credential, _SCALE[credential.provisional]),
        )
    )


def quantity(credential: Titled, name: str) -> str:
    """Return the name of a quantity of a result."""
    return _in(
        credential,
        {
            "level": ("niveau établi", "level established"),
            "estimate": ("probabilité, capacité et erreur (logits)", "probability, ability and error (logits)"),
        }[name],
    )


def overall(credential: Titled) -> str:
    """Return what the result over all areas is called."""
    return _in(credential, ("Ensemble", "Overall"))


def evidence(credential: Credential) -> str:
    """Return what the evidence is called."""
    if credential.kind == "label":
        return _in(credential, _LABEL_EVIDENCE)
    return _in(credential, ("Comment le résultat a été mesuré", "How the result was measured"))


def _in(credential: Titled, texts: tuple[str, str]) -> str:
    return texts[0] if credential.language == "fr" else texts[1]
