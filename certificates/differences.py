"""What differs between a page as we sealed it and the file that came back: plain data in, plain data out.

The words of a file that was changed are somebody else's. They are cut, stripped of what steers a screen, and only ever shown beside
what we issued.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: Of a file, what is looked at: lines, and signs of each.
MOST_LINES, LONGEST = 300, 160
#: Differences of wording told: the first ones are enough to know what became of a page.
MOST_TOLD = 5

_INK = re.compile(r"[\s\-‐‑'’]+")


class Kind(StrEnum):
    """What may differ, most telling first."""

    NAME = "name"
    TEXT = "text"
    DRAWING = "drawing"
    OVERLAY = "overlay"
    ATTACHMENT = "attachment"
    TITLE = "title"


class Difference(NamedTuple):
    """One difference.

    Args:
        was: As we issued it; None where that is not words.
        now: As the file has it; None where it is gone, or is not words.
    """

    kind: Kind
    was: str | None = None
    now: str | None = None


class Seen(NamedTuple):
    """What can be read in a file, whoever wrote it.

    Args:
        title: Of its information dictionary.
        lines: Printed, in the order in which they are drawn.
        overlays: How many annotations lie on its pages.
        drawing: SHA-256 of what draws its pages, in hexadecimal.
        attached: SHA-256 of what is attached, in hexadecimal; "" for nothing.
        token: What is attached, where that may be a token; "" otherwise.
    """

    title: str
    lines: tuple[str, ...]
    overlays: int
    drawing: str
    attached: str
    token: str


def cleaned(text: str) -> str:
    """Return words of a file as they may be shown: one line, no sign that is not ink, cut."""
    plain = "".join(sign if unicodedata.category(sign)[0] not in "CZ" else " " for sign in text)
    return " ".join(plain.split())[:LONGEST]


def between(was: Seen, now: Seen, *, name: str) -> tuple[Difference, ...]:
    """Compare a file with the page that we sealed.

    Args:
        name: As printed on the page.
    """
    found = list(_wordings(was.lines, now.lines))
    is_named = _holds(was.lines, name) and not _holds(now.lines, name)
    differences = [_name(name, found)] if is_named else []
    differences += [Difference(Kind.TEXT, *pair) for pair in found if not (is_named and _says(pair, name))][:MOST_TOLD]
    if not differences and was.drawing != now.drawing:
        differences.append(Difference(Kind.DRAWING))
    if now.overlays > was.overlays:
        differences.append(Difference(Kind.OVERLAY))
    if was.attached != now.attached:
        differences.append(Difference(Kind.ATTACHMENT))
    if was.title != now.title:
        differences.append(Difference(Kind.TITLE, was.title, now.title))
    return tuple(differences)


def _name(name: str, found: Sequence[tuple[str | None, str | None]]) -> Difference:
    return Difference(Kind.NAME, name, next((pair[1] for pair in found if _says(pair, name)), None))


def _says(pair: tuple[str | None, str | None], name: str) -> bool:
    return pair[0] is not None and _holds([pair[0]], name)


def _wordings(was: Sequence[str], now: Sequence[str]) -> Iterable[tuple[str | None, str | None]]:
    """Yield what stands in place of what."""
    for kind, i, j, k, m in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        if j - i == m - k:
            yield from zip(was[i:j], now[k:m], strict=True)
        else:
            yield cleaned(" ".join(was[i:j])) or None, cleaned(" ".join(now[k:m])) or None


def _holds(lines: Iterable[str], words: str) -> bool:
    """Tell whether words stand in lines, however they were broken."""
    return _ink(words) in _ink("".join(lines))


def _ink(text: str) -> str:
    return _INK.sub("", unicodedata.normalize("NFC", text))
