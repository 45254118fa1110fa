"""Forms of the operator's desk."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, NumberRange, Optional, Regexp

from app.access import Role
from app.certification.services.superseding import EVIDENCE
from app.certification.services.withdrawing import REASONS, SUSPENSION_REASONS
from app.examination.forms import DECISION_WORDS, DOCUMENT_WORDS, INCIDENT_WORDS, REVIEW_WORDS, VERDICT_WORDS
from app.examination.forms import STATE_WORDS as SESSION_WORDS
from app.organisations.forms import PART_WORDS, TIE_WORDS
from app.organisations.forms import STATE_WORDS as STRUCTURE_WORDS
from app.web import BaseForm
from certificates.dates import told
from certificates.label_rules.words import all_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask_babel import LazyString

#: Why a certificate was set aside, as the desk reads it; what the holder reads is in the letter.
REASON_WORDS = {
    "fraud": _l("Fraude établie"),
    "error": _l("Erreur de notre part"),
    "holder-request": _l("Demande du titulaire"),
    "key-compromise": _l("Clé compromise"),
    "name-changed": _l("Nom changé par le titulaire"),
    "key-replaced": _l("Signée de nouveau, par une autre clé"),
    "level-raised": _l("Niveau relevé après un recours"),
    "under-review": _l("Vérification en cours"),
    "period-over": _l("Durée de conservation atteinte"),
}

ROLE_WORDS = {
    Role.ADMINISTRATOR: _l("administration"),
    Role.AUTHOR: _l("rédaction"),
    Role.OFFICER: _l("organisme certificateur"),
}
EXPORT_WORDS = {
    "labels": _l("Labels : ce qui attend"),
    "numeros": _l("Numéros RPPS disputés"),
    "jurys": _l("Jurys et résultats"),
    "certificats": _l("Certificats en attente"),
    "sessions": _l("Sessions d’examen"),
    "demandes": _l("Demandes et réclamations"),
    "structures": _l("Structures et agréments"),
    "personnes": _l("Personnes et rôles"),
    "journal": _l("Journal"),
    "registre": _l("Registre des attestations"),
}
#: What the values of the trail's details are called, by the detail's name; the codes of labels have words of their own.
DETAIL_WORDS: Mapping[str, Mapping[Any, LazyString]] = {
    "kind": {**DECISION_WORDS, **REVIEW_WORDS, **INCIDENT_WORDS, **TIE_WORDS},
    "state": {**SESSION_WORDS, **STRUCTURE_WORDS},
    "part": PART_WORDS,
    "document": DOCUMENT_WORDS,
    "before": VERDICT_WORDS,
    "after": VERDICT_WORDS,
    "reason": REASON_WORDS,
    "list": EXPORT_WORDS,
}
_LABEL_GROUPS = {"transition": "steps", "from": "states", "to": "states", "reason": "reasons", "seat": "seats"}


def detail_word(action: str, name: str, value: object, *, language: str) -> object:
    """Return what one value of the trail's details is called; what is no code stays as it is.

    A label and the certificate that states it share reasons; elsewhere the same codes may mean something else.
    """
    if not isinstance(value, str):
        return value
    if name == "until":
        return told(date.fromisoformat(value), language)
    ours, of_label = DETAIL_WORDS.get(name, {}), all_words().get(_LABEL_GROUPS.get(name, ""), {})
    pair = of_label.get(value) if action.startswith(("label:", "certificate:")) else None
    if pair is not None and (action.startswith("label:") or value not in ours):
        return pair[0 if language == "fr" else 1]
    return ours.get(value, value)


def _reason_field(reasons: tuple[str, ...]) -> SelectField:
    return SelectField(
        _l("Raison"),
        choices=[SelectChoice("", _l("Choisir")), *(SelectChoice(reason, REASON_WORDS[reason]) for reason in reasons)],
        validators=[DataRequired(_l("Choisissez la raison : elle est gardée au registre et dite au titulaire."))],
    )


class FindForm(BaseForm):
    """Look a certificate up by its code."""

    code = StringField(_l("Code du certificat"), validators=[DataRequired(_l("Tapez un code.")), Length(max=64)])


class FindItemForm(BaseForm):
    """Look an item up by its identifier."""

    item_id = StringField(
        _l("Identifiant de la question"),
        validators=[DataRequired(_l("Tapez un identifiant, par exemple CIT-4.1-01.")), Length(max=32)],
        filters=[lambda value: value.strip().upper() if value else value],
    )


class RevokeForm(BaseForm):
    """Withdraw a certificate for good."""

    reason = _reason_field(REASONS)


class SuspendForm(BaseForm):
    """Set a certificate aside for a time."""

    reason = _reason_field(SUSPENSION_REASONS)


class ReinstateForm(BaseForm):
    """End a suspension: a button."""


#: What shows a new name; the word is kept, never a copy.
EVIDENCE_WORDS = {
    "identity-document": _l("Pièce d’identité"),
    "civil-status-record": _l("Acte d’état civil"),
    "court-decision": _l("Décision de justice"),
}


class ReadNameForm(BaseForm):
    """The new name of a holder, as it was just read, and on what."""

    printed_name = StringField(
        _l("Nouveau nom, lu sur la pièce"),
        validators=[
            DataRequired(_l("Écrivez le nom que vous lisez.")),
            Length(max=80, message=_l("Quatre-vingts signes au plus.")),
        ],
        description=_l("Prénom et nom, lettre par lettre, sans titre."),
        render_kw={"autocomplete": "off"},
    )
    evidence = SelectField(
        _l("Pièce lue"),
        choices=[SelectChoice("", _l("Choisir")), *(SelectChoice(one, EVIDENCE_WORDS[one]) for one in EVIDENCE)],
        validators=[DataRequired(_l("Choisissez la pièce que vous avez lue."))],
    )


class AnswerCaseForm(BaseForm):
    """Answer a complaint, a contest or a report."""

    answer = TextAreaField(
        _l("Votre réponse"),
        validators=[DataRequired(_l("Écrivez la réponse.")), Length(max=8000)],
        description=_l("Envoyée à la personne si son adresse est connue, et gardée avec la demande."),
    )


class FindPersonForm(BaseForm):
    """Find an account by its exact address."""

    email = EmailField(
        _l("Adresse exacte du compte"),
        validators=[DataRequired(_l("Saisissez une adresse électronique.")), Length(max=254)],
    )


class SeatForm(BaseForm):
    """Grant an officer a seat on panels of appeal."""

    person = SelectField(_l("Personne"), validators=[DataRequired(_l("Choisissez une personne."))])
    seat = SelectField(_l("Siège"), validators=[DataRequired(_l("Choisissez un siège."))])


class ButtonForm(BaseForm):
    """A role given or taken back: a button."""


class TakeForm(BaseForm):
    """Which month to take away, and after which line where one file does not hold it all."""

    mois = StringField(
        _l("Mois"),
        validators=[
            DataRequired(_l("Donnez un mois, par exemple 2026-11.")),
            Regexp(r"20[0-9]{2}-(0[1-9]|1[0-2])\Z", message=_l("Donnez un mois, par exemple 2026-11.")),
        ],
        description=_l("L’année puis le mois, par exemple 2026-11."),
    )
    suite = IntegerField(
        _l("Après la ligne (facultatif)"),
        description=_l("Laissez vide. Si un fichier ne suffit pas, sa dernière ligne dit quel numéro mettre ici."),
        validators=[Optional(), NumberRange(min=0, max=2**53)],
    )
