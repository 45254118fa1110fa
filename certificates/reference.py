"""Public references: sixteen Crockford base32 characters, eighty bits, typed from paper.

Look-alikes are read kindly (O is 0, I and L are 1); case, spaces and dashes do not matter. Nobody counts certificates
from them. See docs/adr/0005-public-references.md.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ENTROPY_BYTES = 10
LENGTH = 16

_BITS = 5
_GROUP = 4
# Somebody may paste a whole line; nobody types more than this for one reference.
_LONGEST_TYPED = 64
_LOOK_ALIKES = str.maketrans("OIL", "011")
_SEPARATORS = re.compile(r"[\s\-_.·‐‑‒–—−]+")
# The digits of base 32 as Python reads them.
_DIGITS = str.maketrans(ALPHABET, "0123456789abcdefghijklmnopqrstuv")
_REFERENCE = re.compile(rf"[{ALPHABET}]{{{LENGTH}}}")


def new_code(token_bytes: bytes) -> str:
    """Return the reference that stands for ten random bytes.

    Raises:
        ValueError: There are not ten bytes.
    """
    if len(token_bytes) != ENTROPY_BYTES:
        msg = f"a reference stands for {ENTROPY_BYTES} random bytes, not {len(token_bytes)}"
        raise ValueError(msg)
    number = int.from_bytes(token_bytes)
    return "".join(ALPHABET[number >> shift & 31] for shift in range((LENGTH - 1) * _BITS, -1, -_BITS))


def code_bytes(code: str) -> bytes:
    """Return the ten bytes that a reference stands for.

    Raises:
        ValueError: Not a reference, as it is stored.
    """
    if not _REFERENCE.fullmatch(code):
        msg = "not a reference"
        raise ValueError(msg)
    return int(code.translate(_DIGITS), 1 << _BITS).to_bytes(ENTROPY_BYTES)


def normalise_code(text: str) -> str | None:
    """Return the reference that somebody typed, or None when it cannot be one."""
    if len(text) > _LONGEST_TYPED:
        return None
    upper = unicodedata.normalize("NFKC", text).upper()
    code = _SEPARATORS.sub("", upper).translate(_LOOK_ALIKES)
    return code if _REFERENCE.fullmatch(code) else None


def code_in(text: str, *, origin: str) -> str | None:
    """Return the reference that somebody typed, or that is in a link of ours that they copied; None when there is none.

    A link to any other host holds none, whatever stands in it: whoever follows it reads somebody else's page.

    Args:
        origin: Public address of the site.
    """
    host = urlsplit(origin).netloc
    link = re.fullmatch(rf"(?:https?://)?{re.escape(host)}/c/([^/?#]+)/?(?:[?#].*)?", text.strip(), re.IGNORECASE)
    return normalise_code(link[1] if link else text)


def format_code(code: str) -> str:
    """Return the reference as it is printed: groups of four."""
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))
