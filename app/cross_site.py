"""Cross-site protection: the library's tokens and checks (decision 7), each signature made and checked once.

A token holds what the cookie's session holds too, signed. It has no age here (`WTF_CSRF_TIME_LIMIT`): whether it is good depends on
nothing but itself, the session's own part and the key. So the same token is shown to the same browser on page after page, and what
was found good once is good. Nothing is kept of a token that was not good.
"""

from __future__ import annotations

from functools import lru_cache

from flask import current_app, g, request, session
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf, same_origin, validate_csrf
from wtforms import ValidationError

#: Its name in the session and in forms; the library's own.
FIELD = "csrf_token"


def token() -> str:
    """Return the token of this browser, for a form."""
    if not isinstance(session.get(FIELD), str):
        generate_csrf()  # writes the session's part
    return _signed(_key(), session[FIELD])


def _key() -> str:
    return str(current_app.secret_key)


@lru_cache(maxsize=4096)
def _signed(_secret: str, _kept: str) -> str:
    """Return what the library signs of the session's part: the arguments are all that it depends on."""
    return str(generate_csrf())


@lru_cache(maxsize=4096)
def _is_good(_secret: str, _kept: str, sent: str) -> bool:
    """Tell that a token belongs to the session's part.

    Raises:
        wtforms.ValidationError: It does not; nothing is kept of it.
    """
    validate_csrf(sent)
    return True


class CrossSite(CSRFProtect):
    """The library's protection; a form whose token is known to be good is not checked again, but for where it was sent from."""

    def protect(self, apply_exemptions: bool = False) -> None:  # noqa: FBT001, FBT002 (as the library has it)
        """Refuse a write that another site could have caused.

        Raises:
            flask_wtf.csrf.CSRFError: The token is missing, broken or another browser's, or (https) the page that sent it is not ours.
        """
        if request.method not in current_app.config["WTF_CSRF_METHODS"]:
            return
        if apply_exemptions and (not request.endpoint or self._is_exempt()):
            return  # it is not even read
        if self._holds() and self._comes_from_here():
            g.csrf_valid = True  # what the library's forms look at
        else:
            super().protect()  # says what is wrong

    def _holds(self) -> bool:
        kept, sent = session.get(FIELD), request.form.get(FIELD)
        try:
            return isinstance(kept, str) and bool(sent) and _is_good(_key(), kept, str(sent))
        except ValidationError:
            return False

    def _comes_from_here(self) -> bool:
        return not request.is_secure or same_origin(request.referrer or "", f"https://{request.host}/")
