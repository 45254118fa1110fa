"""The translations that a page asks for, dozens of times: found once a request, where Flask-Babel finds them at each word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g
from flask_babel import get_translations

if TYPE_CHECKING:
    from babel.support import NullTranslations, Translations
    from flask import Flask


def install(app: Flask) -> None:
    """Give templates their words; call after Flask-Babel, which gives its own."""
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # the i18n extension's
        gettext=lambda text: _catalogue().ugettext(text),
        ngettext=lambda one, many, count: _catalogue().ungettext(one, many, count),
        newstyle=True,
    )


def _catalogue() -> Translations | NullTranslations:
    if "catalogue" not in g:
        g.catalogue = get_translations()
    found: Translations | NullTranslations = g.catalogue
    return found
