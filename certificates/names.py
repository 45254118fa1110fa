"""Which names may be printed on a certificate.

A name is what a person is called. A title, an address or a formula beside it would make us say something that nobody
checked, so they are refused rather than removed: the person sees what is printed. The rule holds when a statement is
made; it is not applied again when an old one is read.
"""

from __future__ import annotations

import re
import unicodedata

from certificates.errors import UnacceptableNameError

MAXIMUM_LENGTH = 80

# Letters of some scripts carry several marks; more than this is a decoration that spills over other lines.
_MAXIMUM_MARKS = 4
_PUNCTUATION = frozenset(" '’-‐‑.·・")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_TITLES = frozenset(
    """
    dr dre drs dra docteur docteure doctoresse doctor doktor dott dottore dottoressa doc
    pr pre prof profs professeur professeure professor
    """.split(),  # noqa: SIM905 -- a list of words is read as words.
)
# These are also surnames or syllables of names, so they are refused in first place only.
_LEADING_TITLES = frozenset(
    """
    me mtre maître maitre mgr monseigneur monsieur madame mademoiselle mme mlle mr mrs ms mx sir dame lord lady
    rev reverend révérend hon honorable excellence
    """.split(),  # noqa: SIM905 -- as above.
)
_DEGREE = re.compile(r"\s(?:ph\.?\s?d|m\.?d|pharm\.?\s?d|d\.?d\.?s|m\.?sc|mba)\.?$", re.IGNORECASE)
_ADDRESS = re.compile(r"@|://|\bwww\b|\bhttps?\b|\bmailto\b|[^\s.]{2,}\.[^\s.]{2,}", re.IGNORECASE)


def check_printable_name(name: str) -> str:
    """Return the name as it will be printed: composed (NFC), trimmed, single spaces.

    Raises:
        UnacceptableNameError: With the first reason found, in this order: empty, too-long, control, formula, title,
            address, digit, symbol, no-letter.
    """
    printed = unicodedata.normalize("NFC", " ".join(name.split()))
    categories = [unicodedata.category(character) for character in printed]
    plain = unicodedata.normalize("NFKC", printed)
    refusals = {
        "empty": not printed,
        "too-long": len(printed) > MAXIMUM_LENGTH,
        "control": any(category.startswith("C") for category in categories),
        "formula": printed.startswith(_FORMULA_STARTS),
        "title": _has_title(plain),
        "address": _ADDRESS.search(plain) is not None,
        "digit": any(category.startswith("N") for category in categories),
        "symbol": _has_symbol(printed, categories),
        "no-letter": not any(category.startswith("L") for category in categories),
    }
    for reason, refused in refusals.items():
        if refused:
            raise UnacceptableNameError(reason)
    return printed


def _has_title(plain: str) -> bool:
    """Tell whether a title or a degree stands before, after or between the words."""
    words = [word for word in re.split(r"[\s.,\-‐‑]+", plain.casefold()) if word]
    return (
        any(word in _TITLES for word in words)
        or bool(words and words[0] in _LEADING_TITLES)
        or _DEGREE.search(plain) is not None
    )


def _has_symbol(printed: str, categories: list[str]) -> bool:
    """Tell whether a character is neither a letter, a mark nor the punctuation of names."""
    marks = 0
    for character, category in zip(printed, categories, strict=True):
        marks = marks + 1 if category.startswith("M") else 0
        if marks > _MAXIMUM_MARKS:
            return True
        if not category.startswith(("L", "M")) and character not in _PUNCTUATION:
            return True
    return False
