"""What a request brings, read with less ado: its cookies and the fields of a plain form.

A browser sends the same cookies again and again, and most forms hold a few short fields. What is read is what the library would read
(tests compare them); files, and whatever else is sent, are left to it.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from urllib.parse import parse_qsl

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.sansio.http import parse_cookie

_FORM = "application/x-www-form-urlencoded"


class Incoming(Request):
    """A request of this application."""

    @cached_property
    def cookies(self) -> ImmutableMultiDict[str, str]:
        """Return the cookies; the same header is parsed once."""
        return _cookies(self.environ.get("HTTP_COOKIE", ""))

    def _load_form_data(self) -> None:
        """Read what was submitted: a plain form without what a form with files needs, as the library reads anything else.

        Raises:
            werkzeug.exceptions.RequestEntityTooLarge: More was sent than is taken.
        """
        read = self.__dict__
        if "form" in read or "_cached_data" in read or self.environ.get("CONTENT_TYPE") != _FORM:
            super()._load_form_data()
            return
        try:
            text = self.stream.read().decode()
        except UnicodeDecodeError:
            text = ""  # as the library has it: nothing that can be read was sent
        fields = parse_qsl(text, keep_blank_values=True, errors="werkzeug.url_quote")
        read["form"], read["files"] = ImmutableMultiDict(fields), ImmutableMultiDict()


@lru_cache(maxsize=4096)
def _cookies(header: str) -> ImmutableMultiDict[str, str]:
    return ImmutableMultiDict(parse_cookie(header))
