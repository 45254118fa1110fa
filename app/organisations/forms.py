"""Forms of this room: shape and words only."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, EmailField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, Length, Optional

from app.organisations.models import Part, StructureKind, StructureState, TieKind
from app.web import BaseForm

KIND_WORDS = {
    StructureKind.FRANCE_SERVICES: _l("Espace France services"),
    StructureKind.SOCIAL_CENTRE: _l("CCAS ou centre social"),
    StructureKind.LIBRARY: _l("Médiathèque"),
    StructureKind.HEALTH_INSURANCE: _l("Caisse d’assurance maladie"),
    StructureKind.HEALTH_HOUSE: _l("Maison ou centre de santé"),
    StructureKind.HOSPITAL: _l("Hôpital ou clinique"),
    StructureKind.SCHOOL: _l("École ou université"),
    StructureKind.ASSOCIATION: _l("Association"),
    StructureKind.OTHER: _l("Autre"),
}
STATE_WORDS = {
    StructureState.ACCREDITED: _l("agréée"),
    StructureState.SUSPENDED: _l("agrément suspendu"),
    StructureState.ENDED: _l("agrément terminé"),
}
PART_WORDS = {
    Part.MANAGER: _l("responsable"),
    Part.INVIGILATOR: _l("surveillance"),
    Part.TRAINER: _l("formation"),
}
TIE_WORDS = {TieKind.TRAINER: _l("forme"), TieKind.MANAGER: _l("encadre")}

_A_DATE = DataRequired(_l("Donnez une date, par exemple 01/12/2026."))


def _email(label: str, *, optional: bool = False, description: str = "") -> EmailField:
    first = Optional() if optional else DataRequired(_l("Saisissez une adresse électronique."))
    return EmailField(
        label,
        description=description,
        validators=[
            first,
            Length(max=254, message=_l("Cette adresse est trop longue.")),
            Email(_l("Il manque quelque chose à cette adresse. Exemple : prenom.nom@example.com")),
        ],
        render_kw={"autocomplete": "off"},
    )


class AccreditForm(BaseForm):
    """Accredit a structure."""

    name = StringField(_l("Nom de la structure"), validators=[DataRequired(_l("Saisissez son nom.")), Length(max=120)])
    kind = SelectField(_l("Sorte"), choices=[SelectChoice(kind.value, words) for kind, words in KIND_WORDS.items()])
    address = TextAreaField(
        _l("Adresse postale"), validators=[DataRequired(_l("Saisissez son adresse.")), Length(max=300)]
    )
    finess = StringField(_l("Numéro FINESS (facultatif)"), validators=[Length(max=20)])
    siret = StringField(_l("Numéro SIRET (facultatif)"), validators=[Length(max=20)])
    accredited_from = DateField(_l("Agréée à partir du"), validators=[_A_DATE])
    accredited_until = DateField(_l("Agréée jusqu’au"), validators=[_A_DATE])


class AccreditationForm(BaseForm):
    """Change an accreditation."""

    state = SelectField(_l("État"), choices=[SelectChoice(state.value, words) for state, words in STATE_WORDS.items()])
    accredited_until = DateField(_l("Agréée jusqu’au"), validators=[_A_DATE])


class ManagerForm(BaseForm):
    """Name who answers for a structure."""

    email = _email(_l("Adresse du compte de la personne"))


class MemberForm(BaseForm):
    """Name who invigilates or trains in a structure."""

    email = _email(_l("Adresse du compte de la personne"))
    part = SelectField(
        _l("Rôle"),
        choices=[SelectChoice(part.value, PART_WORDS[part]) for part in (Part.INVIGILATOR, Part.TRAINER)],
        description=_l("Qui forme à un référentiel n’en surveille pas les examens ici."),
    )
    framework_code = SelectField(_l("Référentiel, pour la formation"), choices=[], validate_choice=True)


class TieForm(BaseForm):
    """Declare that one person trains, or manages, another."""

    actor_email = _email(
        _l("Adresse de qui forme ou encadre (vide : vous)"),
        optional=True,
    )
    kind = SelectField(_l("Lien"), choices=[SelectChoice(kind.value, words) for kind, words in TIE_WORDS.items()])
    subject_email = _email(_l("Adresse de la personne formée ou encadrée"))
    begins_on = DateField(_l("Depuis le"), validators=[_A_DATE])
    ends_on = DateField(_l("Jusqu’au (facultatif)"), validators=[Optional()])


class AuthorshipForm(BaseForm):
    """Say that somebody wrote reserved items."""

    email = _email(_l("Adresse du compte de la personne"))
    framework_code = SelectField(_l("Référentiel"), choices=[])


class EndForm(BaseForm):
    """End a part: a button."""
