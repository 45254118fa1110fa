"""Forms of this room. Those of the public carry no session and no cross-site token: they act for nobody who is signed in."""

from __future__ import annotations

import re

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, StringField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, Email, Length, Optional, ValidationError

from app.web import BaseForm
from certificates.label_rules.number import read_number

_RPPS = re.compile(r"[0-9]{11}")


class _PublicForm(BaseForm):
    class Meta(BaseForm.Meta):
        csrf = False


class SearchForm(_PublicForm):
    """An exact number: of a label, or of a professional."""

    number = StringField(
        _l("Numéro du label, ou numéro RPPS"),
        validators=[DataRequired(_l("Tapez un numéro.")), Length(max=40)],
        description=_l("Par exemple 2026-00042-M, ou onze chiffres. Il n’y a pas de recherche par nom."),
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )

    @property
    def wished(self) -> tuple[str | None, str | None]:
        """The number of a label, the RPPS number; neither where what was typed is none."""
        typed = "".join((self.number.data or "").split())
        return read_number(typed), typed if _RPPS.fullmatch(typed) else None


class _NumbersField(TextAreaField):
    """Numbers of labels, one a line."""

    @property
    def numbers(self) -> list[str]:
        return [number for number in map(read_number, self._lines()) if number is not None]

    def _lines(self) -> list[str]:
        return [line for line in re.split(r"[\n\r,;]+", self.data or "") if line.strip()]

    def pre_validate(self, form: object) -> None:  # noqa: ARG002 (WTForms' signature)
        wrong = sum(read_number(line) is None for line in self._lines())
        if wrong:
            raise ValidationError(
                _l("Un numéro au moins n’en est pas un : relisez-les, un par ligne, comme 2026-00042-M.")
            )


def _numbers() -> _NumbersField:
    return _NumbersField(
        _l("Numéros des labels"),
        validators=[DataRequired(_l("Tapez au moins un numéro.")), Length(max=1500)],
        description=_l("Un par ligne, 50 au plus, tels que la personne vous les a donnés."),
        render_kw={"rows": "4", "autocomplete": "off", "spellcheck": "false"},
    )


class AskForm(_PublicForm):
    """An employer asks to be told of changes."""

    organisation = StringField(
        _l("Nom de votre organisme"),
        validators=[DataRequired(_l("Écrivez le nom de votre organisme.")), Length(max=80)],
        description=_l("La personne concernée le lira pour décider."),
        render_kw={"autocomplete": "organization"},
    )
    email = EmailField(
        _l("Adresse électronique"),
        validators=[
            DataRequired(_l("Écrivez l’adresse où prévenir.")),
            Email(_l("Cette adresse n’a pas la bonne forme.")),
            Length(max=254),
        ],
        description=_l("De préférence une adresse de service. La personne concernée la verra."),
        render_kw={"autocomplete": "email"},
    )
    numbers = _numbers()
    webhook_url = StringField(
        _l("Adresse pour votre logiciel (facultatif)"),
        validators=[Optional(), Length(max=500)],
        description=_l("En https://. Nous y envoyons chaque changement, signé de nos clés publiées."),
        render_kw={"autocomplete": "off", "inputmode": "url", "spellcheck": "false"},
    )

    def validate_organisation(self, field: StringField) -> None:
        """Refuse what would show the holder an address to open, or play with lines."""
        if re.search(r"://|www\.|[^\x20-\x7e\xa0-\uffff]", field.data or ""):
            raise ValidationError(_l("Un nom seulement, sans adresse de site."))


class MoreForm(_PublicForm):
    """More labels on a list."""

    numbers = _numbers()


class ListForm(_PublicForm):
    """A button of the employer's own page: what it does is where it is sent."""


class DropForm(_PublicForm):
    """One label leaves a list."""

    number = StringField(validators=[DataRequired(), Length(max=16)])


class AnswerForm(BaseForm):
    """What a holder answers to an employer. Signed in, so with a cross-site token."""

    answer = StringField(validators=[AnyOf(("accept", "decline", "stop"))])
