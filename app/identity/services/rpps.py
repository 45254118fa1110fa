"""The number of the shared directory of health professionals (RPPS): eleven digits, the last of which checks the others."""

from __future__ import annotations

import re

_SHAPE = re.compile(r"[0-9]{11}")


def normalise(typed: str) -> str | None:
    """Return the eleven digits of a number typed by somebody, or None where a digit is wrong or missing.

    Spaces, points and dashes do not count. The check is Luhn's (ISO/IEC 7812-1, annex B), on all eleven digits.
    """
    digits = re.sub(r"[\s.\-\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]", "", typed)
    if not has_shape(digits) or _luhn(digits) % 10:
        return None
    return digits


def has_shape(number: str) -> bool:
    """Tell whether these are eleven digits; a provider that vouches for them is not checked any further."""
    return _SHAPE.fullmatch(number) is not None


def of_subject(name_id: object) -> str | None:
    """Return the number in Pro Santé Connect's `SubjectNameID`: "8" and eleven digits; None in any other (the sandbox's)."""
    if isinstance(name_id, str) and len(name_id) == 12 and name_id[0] == "8" and has_shape(name_id[1:]):
        return name_id[1:]
    return None


def spaced(rpps: str) -> str:
    """Return a number as it is easy to read: "10 00 00 01 916"."""
    gap = "\N{NARROW NO-BREAK SPACE}"
    return gap.join((rpps[:2], rpps[2:4], rpps[4:6], rpps[6:8], rpps[8:]))


def _luhn(digits: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total
