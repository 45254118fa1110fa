"""The number of a label: public, short enough to be said, and unlike the code of an address it opens nothing.

Four digits for the year, five for the rank, and a letter that tells a slip of the finger.
"""

from __future__ import annotations

import re

#: Twenty-three letters, none that looks like a digit; the remainder of the number chooses one.
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXY"
_IN_TEXT = re.compile(r"(?<!\d)(\d{4})[\s-]?(\d{5})[\s-]?([A-Z])(?![A-Z])")
_WRITTEN = re.compile(r"(\d{4})-?(\d{5})-?([A-Z])")


def label_number(year: int, rank: int) -> str:
    """Return the number of the label given as the `rank`-th of a year: "2026-00042-K".

    Raises:
        ValueError: The year or the rank has too many digits.
    """
    if not (1000 <= year <= 9999 and 1 <= rank <= 99_999):
        msg = f"{year}, {rank}: not the year and the rank of a label"
        raise ValueError(msg)
    return f"{year}-{rank:05d}-{_LETTERS[(year * 100_000 + rank) % len(_LETTERS)]}"


def read_number(text: str) -> str | None:
    """Return a number as it is written, from what somebody typed; None when it is none, or a slip of the finger."""
    found = _WRITTEN.fullmatch("".join(text.split()).upper())
    if found is None:
        return None
    year, rank, _letter = found.groups()
    if int(year) < 1000 or int(rank) == 0:
        return None
    written = label_number(int(year), int(rank))
    return written if written == f"{year}-{rank}-{found[3]}" else None


def numbers_in(text: str) -> list[str]:
    """Return every number of a label that a text names, as it is written, each once."""
    found = (read_number("".join(one.groups())) for one in _IN_TEXT.finditer(text.upper()))
    return list(dict.fromkeys(number for number in found if number is not None))
