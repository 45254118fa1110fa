"""Whether two registers write the name of one person: the directory of professionals, and an identity document.

Case, accents, hyphens, apostrophes and particles do not count, nor in which order family, birth and given names stand. A document lists
more given names than the directory. Nothing else is forgiven: a name that is nearly right is another name.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

_APART = re.compile(r"[^\w]+|_")
_BETWEEN_NAMES = re.compile(r"[\s,]+")
#: Written or left out, from one register to the next.
_PARTICLES = frozenset(
    (
        "al",
        "d",
        "da",
        "de",
        "del",
        "den",
        "der",
        "des",
        "di",
        "do",
        "dos",
        "du",
        "el",
        "l",
        "la",
        "le",
        "les",
        "van",
        "von",
    )
)


def is_name_of(told: str, *, family_name: str, given_names: str) -> bool:
    """Tell whether a name, as a directory tells it, is that of a person whose document bears these names.

    It is when it holds the whole family name, at least one given name, and no word that the document does not have.

    Args:
        told: Given and family names, in any order.
        given_names: Apart from each other; empty where nothing tells them from the family name: then both are the same words.
    """
    words, family = _words(told), _words(family_name)
    given = [_words(one) for one in _BETWEEN_NAMES.split(given_names) if _words(one)]
    if not words or not family:
        return False
    if _glued(told) in {_glued(f"{given_names} {family_name}"), _glued(f"{family_name} {given_names}")}:
        return True
    if family - words:
        return False
    rest = words - family
    if not given:
        return not rest
    return not rest - sum(given, Counter()) and any(not one - rest for one in given)


def _words(name: str) -> Counter[str]:
    """Return the words of a name, without particles unless it is made of nothing else: Lê and Đỗ are names."""
    every = [word for word in _APART.split(_plain(name)) if word]
    return Counter([word for word in every if word not in _PARTICLES] or every)


def _glued(name: str) -> str:
    return "".join(_APART.split(_plain(name)))


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.casefold().replace("œ", "oe").replace("æ", "ae"))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))
