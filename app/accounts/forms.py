"""Forms of this room: shape and wording only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, PasswordField, RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, Email, Length, Optional, ValidationError

from app.accounts.services.people import MINIMUM_PASSWORD_LENGTH
from app.accounts.services.personal_data import CertificateFate
from app.web import LANGUAGES, BaseForm

if TYPE_CHECKING:
    from wtforms import Field

_MAXIMUM_ADDRESS_LENGTH = 254
_MAXIMUM_PASSWORD_LENGTH = 200

#: What is typed to erase, in either language; capitals do not matter.
ERASE_WORDS = ("effacer", "erase")

_ADDRESS_RULES = (
    DataRequired(_l("Saisissez votre adresse électronique.")),
    Length(max=_MAXIMUM_ADDRESS_LENGTH, message=_l("Cette adresse est trop longue.")),
    Email(_l("Il manque quelque chose à cette adresse. Exemple : prenom.nom@example.com")),
)
_NEW_PASSWORD_RULES = (
    DataRequired(_l("Choisissez un mot de passe.")),
    Length(min=MINIMUM_PASSWORD_LENGTH, message=_l("Il faut 12 signes ou plus : quelques mots suffisent.")),
    Length(max=_MAXIMUM_PASSWORD_LENGTH, message=_l("C’est trop long : 200 signes au plus.")),
)
_NEW_PASSWORD_HELP = _l("12 signes ou plus. Quelques mots qui ne vont pas ensemble suffisent.")


def _address_field() -> EmailField:
    return EmailField(
        _l("Adresse électronique"),
        validators=_ADDRESS_RULES,
        render_kw={"autocomplete": "email", "spellcheck": "false"},
    )


def _shared_computer_field() -> BooleanField:
    return BooleanField(
        _l("Je suis sur un ordinateur partagé"),
        description=_l(
            "Rien ne restera sur cet ordinateur, et votre connexion se fermera après 20 minutes sans activité."
        ),
    )


class SignInForm(BaseForm):
    """Address and password."""

    email = _address_field()
    password = PasswordField(
        _l("Mot de passe"),
        validators=[DataRequired(_l("Saisissez votre mot de passe.")), Length(max=_MAXIMUM_PASSWORD_LENGTH)],
        render_kw={"autocomplete": "current-password"},
    )
    shared_computer = _shared_computer_field()


class AskLinkForm(BaseForm):
    """Where to send a sign-in link."""

    email = _address_field()


class EnterForm(BaseForm):
    """The one button of a sign-in link."""

    shared_computer = _shared_computer_field()


class ConfirmForm(BaseForm):
    """A button that changes something and asks for nothing else."""


class SignUpForm(BaseForm):
    """Open an account."""

    email = _address_field()
    password = PasswordField(
        _l("Mot de passe"),
        validators=_NEW_PASSWORD_RULES,
        description=_NEW_PASSWORD_HELP,
        render_kw={"autocomplete": "new-password"},
    )
    is_fifteen = BooleanField(
        _l("J’ai 15 ans ou plus"),
        description=_l("Nous ne demandons pas votre date de naissance et ne gardons rien ici."),
    )
    shared_computer = _shared_computer_field()


class NameForm(BaseForm):
    """The name to print."""

    name = StringField(
        _l("Nom à imprimer"),
        validators=[DataRequired(_l("Saisissez votre nom.")), Length(max=200)],
        description=_l("Comme un employeur doit le lire : prénom et nom, sans titre ni adresse."),
        render_kw={"autocomplete": "name", "spellcheck": "false"},
    )


class PasswordForm(BaseForm):
    """Choose a password, or another one."""

    current = PasswordField(
        _l("Mot de passe actuel"),
        validators=[Length(max=_MAXIMUM_PASSWORD_LENGTH)],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        _l("Nouveau mot de passe"),
        validators=_NEW_PASSWORD_RULES,
        description=_NEW_PASSWORD_HELP,
        render_kw={"autocomplete": "new-password"},
    )


class AddressForm(BaseForm):
    """Another address for the account."""

    email = _address_field()
    password = PasswordField(
        _l("Mot de passe"),
        validators=[Length(max=_MAXIMUM_PASSWORD_LENGTH)],
        render_kw={"autocomplete": "current-password"},
    )


class LanguageForm(BaseForm):
    """Language of pages and letters."""

    language = RadioField(
        _l("Langue des pages et des courriels"),
        choices=[
            SelectChoice(value=code, label=label)
            for code, label in zip(LANGUAGES, ("Français", "English"), strict=True)
        ],
    )


class RemindersForm(BaseForm):
    """Whether reminders are wanted."""

    wants = StringField(validators=[AnyOf(("oui", "non"))])


class EraseForm(BaseForm):
    """Leave for good."""

    fate = RadioField(
        _l("Vos attestations déjà délivrées"),
        choices=[SelectChoice(value=fate.value) for fate in CertificateFate],
        validators=[DataRequired(_l("Choisissez ce que deviennent vos attestations."))],
    )
    word = StringField(
        _l("Pour confirmer, écrivez : effacer"),
        validators=[DataRequired(_l("Écrivez le mot « effacer » pour confirmer."))],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )

    def tell_fates(self, *, years: int) -> None:
        """Say what each choice does, with the period that retention applies."""
        words = {
            CertificateFate.KEEP: gettext(
                "Qu’un employeur puisse encore vérifier celles dont le lien est ouvert : votre nom reste au registre "
                "%(years)s ans après leur délivrance, puis s’efface. Celles dont le lien est fermé sont retirées.",
                years=years,
            ),
            CertificateFate.WITHDRAW: gettext(
                "Qu’elles ne soient plus vérifiables : leur code répondra comme un code inconnu, et qui dépose votre "
                "PDF lira qu’il est retiré, sans la raison."
            ),
        }
        self.fate.choices = [SelectChoice(value=fate.value, label=label) for fate, label in words.items()]

    def validate_word(self, field: Field) -> None:
        """Refuse any other word.

        Raises:
            ValidationError: The word is not the one asked for.
        """
        if field.data.casefold() not in ERASE_WORDS:
            raise ValidationError(gettext("Écrivez le mot « effacer » pour confirmer."))


_NOT_TOLD = _l("Je ne souhaite pas répondre")


class BackgroundForm(BaseForm):
    """What a person may tell so that items can be checked; every answer may be left out, the agreement may not."""

    age_band = RadioField(
        _l("Votre âge"),
        choices=[
            SelectChoice(value="15-29", label=_l("15 à 29 ans")),
            SelectChoice(value="30-44", label=_l("30 à 44 ans")),
            SelectChoice(value="45-59", label=_l("45 à 59 ans")),
            SelectChoice(value="60-74", label=_l("60 à 74 ans")),
            SelectChoice(value="75+", label=_l("75 ans ou plus")),
            SelectChoice(value="", label=_NOT_TOLD),
        ],
        validators=[Optional()],
    )
    sex = RadioField(
        _l("Votre sexe"),
        choices=[
            SelectChoice(value="female", label=_l("Femme")),
            SelectChoice(value="male", label=_l("Homme")),
            SelectChoice(value="", label=_NOT_TOLD),
        ],
        validators=[Optional()],
    )
    first_language = RadioField(
        _l("La première langue que vous avez parlée"),
        choices=[
            SelectChoice(value="fr", label=_l("Le français")),
            SelectChoice(value="other", label=_l("Une autre langue")),
            SelectChoice(value="", label=_NOT_TOLD),
        ],
        validators=[Optional()],
    )
    agreed = BooleanField(
        _l("J’ai 15 ans ou plus, et j’accepte que ces réponses servent à vérifier les questions"),
        validators=[DataRequired(_l("Cochez la case si vous acceptez. Sinon, quittez cette page : rien n’est gardé."))],
    )

    def told(self) -> dict[str, str | None]:
        """Return what is told, attribute by attribute; None where nothing is."""
        return {name: self[name].data or None for name in ("age_band", "sex", "first_language")}

    def validate_agreed(self, _field: Field) -> None:
        """Refuse an agreement about nothing.

        Raises:
            ValidationError: No question is answered.
        """
        if not any(self.told().values()):
            raise ValidationError(gettext("Répondez à une question au moins, ou quittez cette page."))


class ResumeForm(BaseForm):
    """The two things on a resume card."""

    code = StringField(
        _l("Code de la carte"),
        validators=[DataRequired(_l("Saisissez le code de la carte.")), Length(max=40)],
        description=_l("Seize signes en quatre groupes. Les tirets et les majuscules ne comptent pas."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    pin = StringField(
        _l("Code secret"),
        validators=[DataRequired(_l("Saisissez le code secret à six chiffres.")), Length(max=12)],
        description=_l("Six chiffres."),
        render_kw={"autocomplete": "off", "inputmode": "numeric"},
    )
    shared_computer = _shared_computer_field()


class ComplaintForm(BaseForm):
    """Tell us that something went wrong."""

    text = TextAreaField(
        _l("Que s’est-il passé ?"),
        validators=[
            DataRequired(_l("Dites en quelques mots ce qui s’est passé.")),
            Length(max=4000, message=_l("C’est trop long : 4000 signes au plus.")),
        ],
        description=_l("Une personne lira votre message et vous répondra. N’écrivez ici rien sur votre santé."),
    )
    email = EmailField(
        _l("Où vous répondre (facultatif)"),
        validators=[Optional(), *_ADDRESS_RULES[1:]],
        description=_l(
            "Sans adresse, la réponse se lira sur cette page, avec ce navigateur. Sur un ordinateur partagé, laissez plutôt une adresse."
        ),
        render_kw={"autocomplete": "email", "spellcheck": "false"},
    )
