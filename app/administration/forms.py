"""Forms of the operator's desk."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from app.certification.services.register import REASONS
from app.web import BaseForm

_WORDS = {
    "fraud": _l("Fraude établie"),
    "error": _l("Erreur de notre part"),
    "holder-request": _l("Demande du titulaire"),
    "key-compromise": _l("Clé compromise"),
}


class FindForm(BaseForm):
    """Look a certificate up by its code."""

    code = StringField(_l("Code du certificat"), validators=[DataRequired(_l("Tapez un code.")), Length(max=64)])


class RevokeForm(BaseForm):
    """Withdraw a certificate for good."""

    reason = SelectField(
        _l("Raison"),
        choices=[SelectChoice("", _l("Choisir")), *(SelectChoice(reason, _WORDS[reason]) for reason in REASONS)],
        validators=[DataRequired(_l("Choisissez la raison : elle est gardée au registre et dite au titulaire."))],
    )


class AnswerCaseForm(BaseForm):
    """Answer a complaint, a contest or a report."""

    answer = TextAreaField(
        _l("Votre réponse"),
        validators=[DataRequired(_l("Écrivez la réponse.")), Length(max=8000)],
        description=_l("Envoyée à la personne si son adresse est connue, et gardée avec la demande."),
    )
