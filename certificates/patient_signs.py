"""What in a text may be a patient's: one number that is refused, and signs that make whoever gave it look again.

Only a number of social security with its right key is sure: it is an INS too, and a chance of one in ninety-seven makes
the key of anything else. Everything else is a sign: an attestation of training bears its holder's own birth date.

Sources: NIR, decree 91-1404 (structure and key); INS and its object identifiers, référentiel INS of the Agence du
Numérique en Santé; HL7 v2, segment PID.
"""

from __future__ import annotations

import re
import unicodedata

_GAP = r"[\s.\-]?"
#: Department, commune, rank, below sex, year and month.
_PLACE = rf"(\d{{2}}|2[AB]){_GAP}(\d{{3}}){_GAP}(\d{{3}})"
#: The whole number, with the key that only an accident gets right.
_NIR = re.compile(rf"(?<!\d)([12347-8]){_GAP}(\d{{2}}){_GAP}(0[1-9]|1[0-2]|[2-9]\d){_GAP}{_PLACE}{_GAP}(\d{{2}})(?!\d)")
#: The same, where every digit stands apart, as in the boxes of a form.
_SPACED = re.compile(r"(?<![\d] )(?<!\d)\d(?: [\dAB]){14}(?! ?\d)")
#: Without a key nothing tells it from another number of thirteen digits, so the month has to be one of twelve.
_WITHOUT_KEY = rf"(?<![\d.])[1-478]{_GAP}\d{{2}}{_GAP}(?:0[1-9]|1[0-2]){_GAP}{_PLACE}(?!{_GAP}\d)"
_CORSICA = {"2A": "19", "2B": "18"}
_MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
_DAY = rf"(?:\d{{1,2}}\s?[/. -]\s?\d{{1,2}}\s?[/. -]\s?\d{{2,4}}|\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}(?:er)?\s(?:{_MONTHS})\s\d{{4}})"
_SIGNS = {
    "patient-word": re.compile(
        r"(?i:\bpatiente?\s*:|\bnom du patient|\bdossier\s+(?:du\s+|de la\s+)?patient|\bnom de naissance\b|\bnom d'usage\b)"
        r"|\bM(?:me|lle|\.|r)\s+[A-ZÉÈ][a-zéèêëïîôç-]+\s+[A-ZÉÈ]{2,}"
        r"|(?i:\bâgée? de \d{1,3}\s?ans\b|\bpatiente?\b.{0,30}\b\d{1,3}\s?ans\b)"
    ),
    "birth-date": re.compile(
        rf"\b(?:née?|né\(e\)|ddn|d\.d\.n\.?|date de naissance|date of birth|dob)(?!\w).{{0,16}}?{_DAY}", re.IGNORECASE
    ),
    "record-number": re.compile(
        r"\b(?:INS|IPP|NIP|IEP|NDA|matricule INS|n° de (?:dossier|séjour|patient)|numéro de (?:dossier|séjour|patient))\b\s*:?\s*\d"
        r"|\b1\.2\.250\.1\.213\.1\.4\.(?:8|9|10|11)\b|\bPID\|"
        rf"|{_WITHOUT_KEY}",
        re.IGNORECASE,
    ),
    "clinical-word": re.compile(
        r"\b(?:ordonnance|compte[- ]rendu|antécédents|diagnostic|posologie|hospitalisation|traitement en cours)\b",
        re.IGNORECASE,
    ),
}


def holds_nir(text: str) -> bool:
    """Tell whether a text holds a number of social security whose key is right."""
    plain = _plain(text)
    spaced = (found.replace(" ", "") for found in _SPACED.findall(plain))
    return any(_is_nir(*found) for one in (plain, *spaced) for found in _NIR.findall(one))


def signs(text: str) -> tuple[str, ...]:
    """Return the codes of what a text may say of a patient; sorted."""
    plain = _plain(text)
    return tuple(sorted(code for code, pattern in _SIGNS.items() if pattern.search(plain)))


def _plain(text: str) -> str:
    """Return a text with one kind of digits, spaces, dashes and apostrophes."""
    plain = unicodedata.normalize("NFKC", text)
    return re.sub(r"[‐‑‒–—]", "-", plain.replace("’", "'"))


def _is_nir(*parts: str) -> bool:
    *digits, key = parts
    number = int("".join(_CORSICA.get(part, part) for part in digits))
    return 97 - number % 97 == int(key)
