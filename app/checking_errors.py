"""Refusals of checks of many documents at once that came after `app.errors`; their family is that of `app.errors`."""

from __future__ import annotations

from app.errors import AppError


class RepeatedKeyError(AppError):
    """An object of JSON has a key twice: two readers could take it for two requests (RFC 8259, 4)."""

    code = "repeated-key"


class TooManyUnknownError(AppError):
    """An address has asked about more codes that nobody has than people mistype."""

    code = "too-many-unknown"
