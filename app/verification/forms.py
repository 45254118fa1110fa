"""Forms of this room. Public and without cookie: no cross-site token, nothing is written."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired, MultipleFileField
from wtforms import DateField, StringField
from wtforms.validators import DataRequired, Length

from app.web import BaseForm


class _PublicForm(BaseForm):
    class Meta(BaseForm.Meta):
        csrf = False


class CodeForm(_PublicForm):
    """A code typed from paper."""

    code = StringField(
        _l("Code imprimé sur le document"),
        validators=[DataRequired(_l("Tapez le code imprimé sous « Scannez, ou ouvrez ».")), Length(max=600)],
        description=_l(
            "Seize signes, par groupes de quatre. O et 0, I et 1, majuscules, espaces et tirets : peu importe."
        ),
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )


class FileForm(_PublicForm):
    """A PDF received."""

    pdf = FileField(
        _l("Le PDF reçu"),
        validators=[FileRequired(_l("Choisissez le fichier PDF à contrôler."))],
        description=_l("5 Mo au plus. Il est lu, puis oublié."),
        render_kw={"accept": "application/pdf,.pdf", "data-drop": ""},
    )


class SheetForm(_PublicForm):
    """A list of codes and names."""

    sheet = FileField(
        _l("La liste, en tableur"),
        validators=[FileRequired(_l("Choisissez le fichier de la liste."))],
        description=_l("XLSX ou CSV, 500 lignes au plus : une colonne « code », une colonne « nom »."),
        render_kw={"accept": ".xlsx,.csv,text/csv"},
    )


class FilesForm(_PublicForm):
    """Several PDFs received."""

    pdfs = MultipleFileField(
        _l("Les PDF reçus"),
        validators=[FileRequired(_l("Choisissez au moins un PDF."))],
        description=_l("500 fichiers au plus, 60 Mo en tout."),
        render_kw={"accept": "application/pdf,.pdf"},
    )


class BirthDateForm(_PublicForm):
    """A date read on an identity document."""

    born_on = DateField(
        _l("Date de naissance lue sur la pièce d’identité"),
        validators=[DataRequired(_l("Tapez la date de naissance."))],
        description=_l(
            "Elle est comparée, puis oubliée. Cinq essais, puis ce certificat ne répond plus pendant un jour."
        ),
        render_kw={"autocomplete": "off"},
    )
