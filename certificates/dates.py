"""Days as people read them: those of Paris, told in French or in English. Moments that machines read stay in UTC."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import date, datetime

PARIS = ZoneInfo("Europe/Paris")

MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),  # noqa: SIM905 -- a list of words is read as words.
    "en": "January February March April May June July August September October November December".split(),  # noqa: SIM905 -- as above.
}


def day_in_paris(moment: datetime) -> date:
    """Return the day that a calendar in Paris shows at this moment.

    Raises:
        ValueError: The moment is naive: nobody knows which day it is.
    """
    if moment.tzinfo is None:
        msg = "a naive moment has no day"
        raise ValueError(msg)
    return moment.astimezone(PARIS).date()


def told(day: date, language: str) -> str:
    """Return "1er décembre 2026", or "1 December 2026"."""
    return f"{day.day}{'er' if day.day == 1 and language == 'fr' else ''} {MONTHS[language][day.month - 1]} {day.year}"
