"""The words of the register, in French and in English, where no page is around them: letters, badges, downloads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.publication.services.register import Word
from certificates.dates import told
from certificates.live_badge import Tone, draw

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from app.publication.services.register import Entry

#: What an employer is told of a label that the register does not show any more.
LEFT = "left"

WORDS: Mapping[str, tuple[str, str]] = {
    Word.ACTIVE: ("En vigueur", "In force"),
    Word.RENEWING: ("Renouvellement en cours", "Being renewed"),
    Word.DORMANT: ("En pause", "Paused"),
    Word.SUSPENDED: ("Suspendu", "Suspended"),
    Word.REVOKED: ("Retiré", "Withdrawn"),
    Word.EXPIRED: ("Terminé", "Ended"),
    Word.WITHDRAWN: ("Rendu", "Handed back"),
    LEFT: ("N’est plus au registre", "No longer in the register"),
}
_NOTHING = ("Aucun label à ce numéro", "No label has this number")
_SINCE = {"fr": " depuis le {date}", "en": " since {date}"}


def word_of(code: str, language: str) -> str:
    """Return what the register says, in words."""
    return WORDS[code][0 if language == "fr" else 1]


def since(day: date | None, language: str) -> str:
    """Return " depuis le 2 mars 2027", or nothing."""
    return _SINCE[language].format(date=told(day, language)) if day else ""


def badge(entry: Entry | None, *, on: date, language: str, is_demonstration: bool) -> str:
    """Return the badge of a label as it stands, grey unless it is in force; without a label, a grey one too."""
    place = 0 if language == "fr" else 1
    if entry is None:
        return draw(
            word=_NOTHING[place], tone=Tone.GREY, number="", on=on, language=language, is_demonstration=is_demonstration
        )
    tone = {Word.ACTIVE: Tone.GOOD, Word.RENEWING: Tone.WARN}.get(entry.word, Tone.GREY)
    return draw(
        word=WORDS[entry.word][place],
        tone=tone,
        number=entry.number,
        on=on,
        language=language,
        is_demonstration=is_demonstration,
    )
