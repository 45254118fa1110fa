"""Which names may be printed on a certificate.

A name is what a person is called. A title, a profession, an organisation, an address or a formula beside it would make
us say something that nobody checked, so they are refused rather than removed: the person sees what is printed. Where a
word is also a surname, its place decides (`_SURNAMES_TOO`): refusing somebody's own name is worse than printing an odd
one, beside which the page says that nobody checked it. The words are in `refused_words`. The rule holds when a statement
is made; it is not applied again when an old one is read.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from certificates import refused_words as words_of
from certificates.errors import UnacceptableNameError

MAXIMUM_LENGTH = 120

# Letters of some scripts carry several marks; more than this is a decoration that spills over other lines.
_MAXIMUM_MARKS = 4
# The last one joins the syllables of Tibetan.
_PUNCTUATION = frozenset(" '’-‐‑.·・\u0f0b")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_DEGREE = re.compile(r"\s(?:ph\.?\s?d|m\.?d|pharm\.?\s?d|d\.?d\.?s|m\.?sc|mba)\.?$", re.IGNORECASE)
# "DrNadia": a title glued to a capital. "Drago" has none.
_GLUED = re.compile(r"\b(?:Docteure|Docteur|Professeure|Professeur|Prof|Dre|Dr|Pre|Pr|Mme|Mlle|Mr)(\w)")
# "D r Nadia": a title taken apart. "D R Nadia" are initials.
_APART = re.compile(r"^[DdPp][\s.]+r\b[\s.]*\w")
# "M. Dupont" is "Monsieur Dupont" to any French reader; "M. K. Gandhi" are initials.
_MISTER = re.compile(r"^mm?\.?\s+\w{2,}", re.IGNORECASE)
_ADDRESS = re.compile(r"@|://|\bwww\b|\bhttps?\b|\bmailto\b|[^\s.]{2,}\.[^\s.]{2,}", re.IGNORECASE)
#: Scripts that are written together in one name, and whose letters nobody takes for each other.
_WRITTEN_TOGETHER = frozenset(("LATIN", "CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC"))
# Letters that belong to no script of their own: the okina, ordinal signs.
_NO_SCRIPT = frozenset(("", "MODIFIER", "MASCULINE", "FEMININE"))


def check_printable_name(name: str) -> str:
    """Return the name as it will be printed: composed (NFC), trimmed, single spaces.

    Raises:
        UnacceptableNameError: With the first reason found, in this order: empty, too-long, control, formula, title,
            claim, organisation, address, digit, symbol, no-letter, scripts.
    """
    printed = unicodedata.normalize("NFC", " ".join(name.split()))
    kinds = [unicodedata.category(character)[0] for character in printed]
    plain = unicodedata.normalize("NFKC", printed)
    words = _words(plain)
    refusals = {
        "empty": not printed,
        "too-long": len(printed) > MAXIMUM_LENGTH,
        "control": "C" in kinds,
        "formula": printed.startswith(_FORMULA_STARTS),
        "title": _has_title(plain, words),
        "claim": _holds(words, words_of.CLAIMS),
        "organisation": _names_an_organisation(words),
        "address": _is_address(plain, words),
        "digit": "N" in kinds,
        "symbol": _has_symbol(printed, kinds),
        "no-letter": "L" not in kinds,
        "scripts": _mixes_scripts(plain),
    }
    for reason, refused in refusals.items():
        if refused:
            raise UnacceptableNameError(reason)
    return printed


def _words(plain: str) -> list[str]:
    """Return the words as the lists write them: small letters without accents, œ taken apart."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(sign))
    return [word for word in re.split(r"[^\w]+", bare.casefold().replace("œ", "oe")) if word]


def _holds(words: list[str], refused: frozenset[str]) -> bool:
    """Tell whether one of these words, or phrases, stands anywhere."""
    if not refused.isdisjoint(words):
        return True
    if _beginnings(refused).isdisjoint(words):
        return False
    line = f" {' '.join(words)} "
    return any(f" {phrase} " in line for phrase in _phrases(refused))


@lru_cache(maxsize=8)
def _phrases(refused: frozenset[str]) -> tuple[str, ...]:
    """Return what takes several words."""
    return tuple(phrase for phrase in refused if " " in phrase)


@lru_cache(maxsize=8)
def _beginnings(refused: frozenset[str]) -> frozenset[str]:
    """Return the first words of the phrases: without any of them there is no phrase."""
    return frozenset(phrase.partition(" ")[0] for phrase in _phrases(refused))


def _has_title(plain: str, words: list[str]) -> bool:
    """Tell whether a title, a degree or a profession stands before, after or between the words of the name."""
    return (
        bool(words and words[0] in words_of.LEADING_TITLES)
        or _holds(words, words_of.TITLES)
        or any(word.endswith(words_of.PROFESSION_ENDINGS) for word in words)
        or _stands_as_title(words, words_of.SURNAMES_TOO)
        or _ends_with_acronym(plain, words)
        or any(found[1].isupper() for found in _GLUED.finditer(plain))
        or any(pattern.search(plain) is not None for pattern in (_DEGREE, _APART, _MISTER))
    )


def _stands_as_title(words: list[str], surnames: frozenset[str]) -> bool:
    """Tell whether a word that is a surname too stands where it is none: anywhere but second and last of two."""
    return any(word in surnames and (place, len(words)) != (1, 2) for place, word in enumerate(words))


def _ends_with_acronym(plain: str, words: list[str]) -> bool:
    """Tell whether a third word or later is an acronym, "Nadia Benali IDE"; "Yuki Ide" and "Anne Yuki Ide" are names."""
    last = plain.rsplit(maxsplit=1)[-1].strip(".") if words else ""
    return len(words) > 2 and words[-1] in words_of.ACRONYMS and last in (last.upper(), last.lower())


def _names_an_organisation(words: list[str]) -> bool:
    return _holds(words, words_of.ORGANISATIONS) or (
        # "de L’Hôpital" is a surname, "Hôpital Nord" a place.
        "hopital" in words and (words.index("hopital") == 0 or words[words.index("hopital") - 1] != "l")
    )


def _is_address(plain: str, words: list[str]) -> bool:
    return (
        _ADDRESS.search(plain) is not None
        or _holds(words, words_of.ADDRESSES)
        or (len(words) > 1 and words[0] in words_of.STREETS)
    )


def _has_symbol(printed: str, kinds: list[str]) -> bool:
    """Tell whether a character is neither a letter, a mark nor the punctuation of names, or carries too many marks.

    Args:
        kinds: Of each character: L letter, M mark, or another first letter of a Unicode category.
    """
    others = {character for character, kind in zip(printed, kinds, strict=True) if kind not in "LM"}
    return not others <= _PUNCTUATION or "M" * (_MAXIMUM_MARKS + 1) in "".join(kinds)


def _mixes_scripts(plain: str) -> bool:
    """Tell whether letters of two scripts meet, as a Cyrillic "а" among Latin letters; East Asian ones may."""
    scripts = set(map(_script, plain)) - _NO_SCRIPT
    return len(scripts) > 1 and not scripts <= _WRITTEN_TOGETHER


@lru_cache(maxsize=4096)
def _script(sign: str) -> str:
    """Return the script of a letter, as its name begins; of any other sign, none."""
    return re.split(r"[\s-]", unicodedata.name(sign, ""))[0] if unicodedata.category(sign).startswith("L") else ""
