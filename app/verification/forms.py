"""Forms of this room. Public and without cookie: no cross-site token, nothing is written."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from app.web import BaseForm


class _PublicForm(BaseForm):
    class Meta(BaseForm.Meta):
        csrf = False


class CodeForm(_PublicForm):
    """A code typed from paper."""

    code = StringField(
        _l("Code imprimé sur le document"),
        validators=[DataRequired(_l("Tapez le code imprimé sous « Scannez, ou ouvrez ».")), Length(max=64)],
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
