"""The papers of a supervised session: attendance sheet and report, sealed, with the same facts attached as JSON.

What they say is put together by the application; here it is laid out. Any number of pages: headings of the table repeat.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from certificates import document
from certificates.dates import PARIS, told

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    import pydyf

#: Name of the attached file.
ATTACHMENT = "session.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A table, or a sentence where it would be empty.

    Args:
        title: In French, in English.
        headings: Of the columns, in French, in English.
        empty: Said instead of an empty table.

    Raises:
        ValueError: A row has not as many cells as there are headings.
    """

    title: tuple[str, str]
    headings: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, ...], ...]
    empty: tuple[str, str]

    def __post_init__(self) -> None:
        if any(len(row) != len(self.headings) for row in self.rows):
            msg = "a row has as many cells as there are headings"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamPaper:
    """One paper.

    Args:
        title: In French, in English.
        facts: Label in French, in English, and value.
        notes: Sentences at the end, in French, in English.
        made_at: When it was made: the date of the seal.

    Raises:
        ValueError: The moment is naive.
    """

    title: tuple[str, str]
    facts: tuple[tuple[str, str, str], ...]
    sections: tuple[Section, ...]
    notes: tuple[tuple[str, str], ...]
    made_at: datetime

    def __post_init__(self) -> None:
        if self.made_at.tzinfo is None:
            msg = "a paper is made at an aware moment"
            raise ValueError(msg)

    def to_json(self) -> str:
        """Return the same facts for a machine."""
        return json.dumps({**asdict(self), "made_at": self.made_at.isoformat()}, ensure_ascii=False, indent=1)


def render_html(paper: ExamPaper, *, issuer: str) -> str:
    """Return the paper as HTML, in French with English below each heading."""
    at = paper.made_at.astimezone(PARIS)
    return document.fill(
        "exam_paper.html",
        paper=paper,
        issuer=issuer,
        day_fr=told(at.date(), "fr"),
        day_en=told(at.date(), "en"),
        time=at.strftime("%H:%M"),
    )


def render_pdf(paper: ExamPaper, *, issuer: str, finish: Callable[[pydyf.PDF], None] | None = None) -> bytes:
    """Return the paper as an unsealed PDF/A-3a, PDF/UA-1, with its facts attached as `session.json`."""
    return document.to_pdf(
        render_html(paper, issuer=issuer),
        stylesheet="exam_paper.css",
        pictures={},
        attached=document.Attached(
            name=ATTACHMENT, text=paper.to_json(), description="Session d’examen, JSON", made_at=paper.made_at
        ),
        finish=finish,
    )
