"""Forms of this room."""

from __future__ import annotations

from wtforms import HiddenField
from wtforms.validators import AnyOf

from app.web import BaseForm


class ActForm(BaseForm):
    """Say whether a real act was done: one button each."""

    done = HiddenField(validators=[AnyOf(("oui", "pas-encore"))])

    @property
    def is_done(self) -> bool:
        return bool(self.done.data == "oui")
