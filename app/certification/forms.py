"""Forms of this room."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectChoice, StringField
from wtforms.validators import DataRequired, Length

from app.certification.models import Disclosure
from app.certification.services.sharing import PERIODS
from app.web import BaseForm
from certificates.names import MAXIMUM_LENGTH

_SHOWN = {
    Disclosure.ALL: _l("Tout : mon nom, mes niveaux, les dates"),
    Disclosure.LEVELS: _l("Mes niveaux et les dates, sans mon nom"),
    Disclosure.EXISTENCE: _l("Seulement que l’attestation existe et où elle en est"),
}
_LASTING = {7: _l("7 jours"), 30: _l("30 jours"), 90: _l("3 mois"), 365: _l("1 an")}


def _name_field(label: LazyString) -> StringField:
    return StringField(
        label,
        validators=[
            DataRequired(_l("Écrivez le nom à imprimer.")),
            Length(max=MAXIMUM_LENGTH, message=_l("Cent vingt signes au plus.")),
        ],
        description=_l("Votre nom tel qu’un employeur doit le lire, sans titre ni adresse."),
        render_kw={"autocomplete": "name"},
    )


class IssueForm(BaseForm):
    """The name to print."""

    printed_name = _name_field(_l("Nom à imprimer"))


class RenameForm(BaseForm):
    """Another name, and that one has read what follows."""

    printed_name = _name_field(_l("Nouveau nom à imprimer"))
    confirmed = BooleanField(
        _l("J’ai compris : l’attestation actuelle ne servira plus, et la nouvelle aura un autre code"),
        validators=[DataRequired(_l("Cochez la case pour remplacer votre attestation."))],
    )


class ShareForm(BaseForm):
    """A button: nothing but the cross-site token."""


class LinkForm(BaseForm):
    """One more link to a certificate."""

    purpose = StringField(
        _l("Pour qui, ou pour quoi"),
        validators=[
            DataRequired(_l("Écrivez un mot pour reconnaître ce lien.")),
            Length(max=80, message=_l("Quatre-vingts signes au plus.")),
        ],
        description=_l("Un mot pour vous y retrouver. Personne d’autre ne le verra."),
    )
    disclosure = RadioField(
        _l("Ce que le lien montre"),
        choices=[SelectChoice(value=one.value, label=words) for one, words in _SHOWN.items()],
        default=Disclosure.ALL.value,
        validators=[DataRequired(_l("Choisissez ce que le lien montre."))],
    )
    days = RadioField(
        _l("Jusqu’à quand"),
        choices=[SelectChoice(value=str(days), label=_LASTING[days]) for days in sorted(PERIODS)],
        default=str(PERIODS[0]),
        validators=[DataRequired(_l("Choisissez combien de temps le lien répond."))],
    )
