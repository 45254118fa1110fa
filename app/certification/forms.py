"""Forms of this room."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from app.web import BaseForm


class IssueForm(BaseForm):
    """The name to print."""

    printed_name = StringField(
        _l("Nom à imprimer"),
        validators=[
            DataRequired(_l("Écrivez le nom à imprimer.")),
            Length(max=80, message=_l("Quatre-vingts signes au plus.")),
        ],
        description=_l(
            "Votre nom tel qu’un employeur doit le lire, sans titre ni adresse. Il ne pourra plus être changé sur cette attestation."
        ),
        render_kw={"autocomplete": "name"},
    )


class ShareForm(BaseForm):
    """A button: nothing but the cross-site token."""
