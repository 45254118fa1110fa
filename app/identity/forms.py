"""Forms of this room: shape and wording only."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, Email, Length

from app.identity.services.passkeys import MAXIMUM_NAME_LENGTH
from app.web import BaseForm

_NEEDS_SCRIPT = _l(
    "Rien n’est arrivé de votre clé. Il faut que JavaScript soit permis dans ce navigateur, et que la clé réponde."
)


class PasskeyForm(BaseForm):
    """What a device answered; written by the script."""

    answer = HiddenField(validators=[DataRequired(_NEEDS_SCRIPT), Length(max=20_000)])
    shared_computer = BooleanField(_l("Je suis sur un ordinateur partagé"))


class PasskeyNameForm(BaseForm):
    """How a passkey is recognised later."""

    name = StringField(
        _l("Nom de la clé"),
        validators=[
            DataRequired(_l("Donnez-lui un nom, pour la reconnaître plus tard.")),
            Length(max=MAXIMUM_NAME_LENGTH, message=_l("C’est trop long : 60 signes au plus.")),
        ],
        description=_l("Par exemple « mon téléphone » ou « ordinateur du service »."),
        render_kw={"autocomplete": "off"},
    )


class NewPasskeyForm(PasskeyNameForm):
    """A passkey and its name."""

    answer = HiddenField(validators=[DataRequired(_NEEDS_SCRIPT), Length(max=20_000)])


class ConfirmForm(BaseForm):
    """A button that changes something and asks for nothing else."""


class PasswordAgainForm(BaseForm):
    """The password, once more."""

    password = PasswordField(
        _l("Mot de passe"),
        validators=[DataRequired(_l("Saisissez votre mot de passe.")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )


class RecoveryCodeForm(BaseForm):
    """One code of the printed list."""

    code = StringField(
        _l("Code de secours"),
        validators=[DataRequired(_l("Saisissez un code de votre liste.")), Length(max=40)],
        description=_l("Seize signes en quatre groupes. Les tirets et les majuscules ne comptent pas."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class NewIdentityForm(BaseForm):
    """Open an account with an identity that a provider vouches for."""

    email = EmailField(
        _l("Adresse électronique"),
        validators=[
            DataRequired(_l("Saisissez votre adresse électronique.")),
            Length(max=254, message=_l("Cette adresse est trop longue.")),
            Email(_l("Il manque quelque chose à cette adresse. Exemple : prenom.nom@example.com")),
        ],
        description=_l("Pour vous écrire, et pour entrer même si ce service d’identité est en panne."),
        render_kw={"autocomplete": "email", "spellcheck": "false"},
    )
    is_fifteen = BooleanField(
        _l("J’ai 15 ans ou plus"),
        description=_l("Nous ne demandons pas votre date de naissance et ne gardons rien ici."),
    )


class NumberForm(BaseForm):
    """The professional number."""

    number = StringField(
        _l("Numéro RPPS"),
        validators=[DataRequired(_l("Saisissez votre numéro RPPS.")), Length(max=30)],
        description=_l("Onze chiffres. Il est sur votre carte CPS ou e-CPS, et dans l’Annuaire Santé."),
        render_kw={"autocomplete": "off", "inputmode": "numeric"},
    )
