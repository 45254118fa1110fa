"""Forms of this room: shape and words only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    FloatField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from app.web import BaseForm
from certificates.patient_signs import holds_nir

if TYPE_CHECKING:
    from wtforms import Field

_TOO_LONG = _l("C’est trop long : 2000 signes au plus.")
_A_DATE = DataRequired(_l("Donnez une date, par exemple 01/12/2026."))
_PROOF_HELP = _l(
    "PDF, photo JPEG ou image PNG, 5 Mo au plus. Nous en retirons les métadonnées, comme le lieu d’une photo."
)
_NO_PATIENT = _l("J’ai vérifié : ce document ne contient aucune donnée de patient, ni nom, ni numéro, ni image.")
_ACCEPTED = {"accept": "application/pdf,image/jpeg,image/png,.pdf,.jpg,.jpeg,.png"}


def _no_number(_form: BaseForm, field: Field) -> None:
    """Refuse a text that holds a number of social security, whosever it is."""
    if holds_nir(field.data or ""):
        raise ValidationError(
            _l("Ce texte contient un numéro de sécurité sociale. Retirez-le, même si c’est le vôtre.")
        )


def _words(label: str, description: str = "", *, missing: str) -> TextAreaField:
    return TextAreaField(
        label,
        description=description,
        validators=[DataRequired(missing), Length(max=2000, message=_TOO_LONG), _no_number],
    )


def _no_patient() -> BooleanField:
    return BooleanField(_NO_PATIENT, validators=[DataRequired(_l("Relisez le document, puis cochez cette case."))])


class ProfessionForm(BaseForm):
    """What the applicant does, and how the initial training is shown."""

    profession = SelectField(_l("Votre profession"), validators=[DataRequired(_l("Choisissez votre profession."))])
    is_prescriber = BooleanField(_l("Je prescris dans mon travail"))
    route = RadioField(
        _l("Votre formation initiale au numérique"),
        choices=[
            SelectChoice("attested", _l("J’ai suivi au moins 28 heures, attestées par un organisme, quel qu’il soit")),
            SelectChoice("examination", _l("Je préfère que l’examen seul en tienne lieu")),
        ],
        validators=[InputRequired(_l("Choisissez l’un des deux chemins. Aucun ne vaut plus que l’autre."))],
    )


class PracticeForm(BaseForm):
    """One practice, with its proof."""

    declaration = _words(
        _l("Ce que vous faites"),
        _l("Deux ou trois phrases. Aucun nom, aucun cas de patient."),
        missing=_l("Dites en une phrase ce que vous faites."),
    )
    done_on = DateField(_l("Date du document, ou de ce qu’il montre"), validators=[_A_DATE])
    is_equivalent = BooleanField(_l("Mon rôle n’a pas de patients : je montre l’équivalent"))
    proof = FileField(_l("La preuve"), description=_PROOF_HELP, render_kw=_ACCEPTED)
    no_patient = _no_patient()


class TrainingForm(BaseForm):
    """Hours of training."""

    title = StringField(_l("Nom de la formation"), validators=[DataRequired(_l("Donnez son nom.")), Length(max=120)])
    body = StringField(
        _l("Qui l’atteste"),
        description=_l("École, hôpital, association, nous : tous comptent pareil."),
        validators=[DataRequired(_l("Dites quel organisme l’atteste.")), Length(max=120)],
    )
    hours = FloatField(
        _l("Nombre d’heures"),
        validators=[
            DataRequired(_l("Donnez un nombre d’heures, par exemple 7 ou 3,5.")),
            NumberRange(min=0.5, max=500, message=_l("Entre une demi-heure et 500 heures.")),
        ],
    )
    theme = SelectField(_l("Thème"), validators=[DataRequired(_l("Choisissez un thème."))])
    done_on = DateField(_l("Terminée le"), validators=[_A_DATE])
    proof = FileField(
        _l("L’attestation"),
        description=_PROOF_HELP,
        validators=[FileRequired(_l("Choisissez le fichier de l’attestation."))],
        render_kw=_ACCEPTED,
    )
    no_patient = _no_patient()


class PaperForm(BaseForm):
    """A diploma, or an employer's attestation."""

    proof = FileField(
        _l("Le document"),
        description=_PROOF_HELP,
        validators=[FileRequired(_l("Choisissez le fichier."))],
        render_kw=_ACCEPTED,
    )
    no_patient = _no_patient()


class CharterForm(BaseForm):
    """Sign."""

    interests = _words(
        _l("Vos liens d’intérêts"),
        _l("Parts, contrats ou avantages d’un éditeur, d’un fabricant, d’un assureur. Sinon, écrivez « aucun »."),
        missing=_l("Écrivez vos liens d’intérêts, ou « aucun »."),
    )
    accepts = BooleanField(
        _l("J’ai lu la charte et je la signe"),
        validators=[DataRequired(_l("Cochez cette case pour signer."))],
    )
    accepts_public = BooleanField(
        _l("J’accepte que mon label soit public : nom, profession, numéro RPPS, numéro du label, état, dates, version"),
        validators=[DataRequired(_l("Un label est public par nature : sans cet accord, il ne peut pas être donné."))],
    )


class WordsForm(BaseForm):
    """An answer to a notice, an appeal, a complaint."""

    text = _words(_l("Ce que vous voulez dire"), missing=_l("Écrivez quelques mots."))


class ButtonForm(BaseForm):
    """A button."""


class PauseForm(BaseForm):
    """Pause a label."""

    reason = RadioField(_l("Pourquoi"), validators=[InputRequired(_l("Choisissez une raison."))])


class ReasonForm(BaseForm):
    """An officer's act with one of its reasons, and words for the person."""

    reason = SelectField(_l("Motif"))
    note = TextAreaField(
        _l("Ce que la personne lira"),
        validators=[Optional(), Length(max=2000, message=_TOO_LONG)],
        description=_l("Simple et précis. Jamais public."),
    )


class NoticeForm(ReasonForm):
    """Announce a suspension or a revocation."""

    note = _words(
        _l("Ce que la personne lira"),
        _l("Les faits, avec leurs dates. Elle a quinze jours pour répondre."),
        missing=_l("Un avis dit toujours pourquoi."),
    )
    is_urgent = BooleanField(_l("Attendre la réponse mettrait quelqu’un en danger"))


class VoteForm(BaseForm):
    """One vote."""

    decision = RadioField(_l("Votre vote"), validators=[InputRequired(_l("Choisissez une décision."))])
    seat = SelectField(_l("Vous siégez comme"), validate_choice=False)  # on a committee there are none
    note = TextAreaField(_l("Ce que la personne lira"), validators=[Optional(), Length(max=2000, message=_TOO_LONG)])


class PatientDataForm(BaseForm):
    """Say which document holds a patient's data: it is deleted at once."""

    proof = RadioField(_l("Quelle pièce ?"), coerce=int, validators=[InputRequired(_l("Choisissez la pièce."))])


class ExtendForm(BaseForm):
    """Move an end."""

    months = IntegerField(
        _l("De combien de mois"),
        validators=[
            InputRequired(_l("Donnez un nombre de mois.")),
            NumberRange(min=1, max=12, message=_l("Entre 1 et 12 mois.")),
        ],
    )
    reason = SelectField(_l("Motif"), description=_l("Aucun détail médical : ni demandé, ni gardé."))


class CheckForm(BaseForm):
    """What an officer found of a paper."""

    verdict = RadioField(
        _l("Ce que vous avez vu"),
        choices=[
            SelectChoice("good", _l("Le document est bon, et au bon nom")),
            SelectChoice("bad", _l("Il ne convient pas")),
        ],
        validators=[InputRequired(_l("Dites ce que vous avez vu."))],
    )


class AuditForm(BaseForm):
    """Judge the proofs: the ones that are ticked are refused."""

    note = TextAreaField(_l("Remarques"), validators=[Optional(), Length(max=2000, message=_TOO_LONG)])
