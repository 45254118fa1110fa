"""Reports for authors as one HTML file each: headings, tables and plots, readable without a network or a script."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_STYLE = """
body{font-family:"Atkinson Hyperlegible Next",sans-serif;color:#16213A;background:#FBFAF7;max-width:72rem;margin:2rem auto;padding:0 1rem;line-height:1.5}
h1,h2{color:#084C4C}table{border-collapse:collapse;margin:1rem 0;background:#fff}caption{text-align:left;font-weight:700;padding:.3rem 0}
th,td{border:1px solid #C9D3DD;padding:.25rem .6rem;text-align:left}td{font-variant-numeric:tabular-nums}thead th{background:#E6EFEE}
svg{max-width:100%;height:auto}figure{margin:0}figcaption{font-size:.9rem;max-width:34rem}.plots{display:flex;flex-wrap:wrap;gap:1rem}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and what stands under it.

    Args:
        words: Paragraphs of plain text.
        parts: HTML made by `table`, `quizzes.charts` or another function of ours.
    """

    title: str
    words: Sequence[str] = ()
    parts: Sequence[str] = ()


def page(title: str, sections: Sequence[Section], *, lead: str) -> str:
    """Return a whole French page."""
    body = "".join(_section(one) for one in sections)
    return (
        f'<!doctype html>\n<html lang="fr">\n<head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head>\n<body><main><h1>{escape(title)}</h1><p>{escape(lead)}</p>{body}</main></body>\n</html>\n"
    )


def _section(one: Section) -> str:
    words = "".join(f"<p>{escape(text)}</p>" for text in one.words)
    return f"<section><h2>{escape(one.title)}</h2>{words}{''.join(one.parts)}</section>"


def table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a table whose first column names each row."""
    top = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    lines = "".join(
        f'<tr><th scope="row">{escape(told(first))}</th>{"".join(f"<td>{escape(told(one))}</td>" for one in others)}</tr>'
        for first, *others in rows
    )
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{top}</tr></thead><tbody>{lines}</tbody></table>"


def plots(drawn: Sequence[str]) -> str:
    """Return plots side by side, where there is room."""
    return f'<div class="plots">{"".join(drawn)}</div>'


def told(value: object) -> str:
    """Write a value as the French do: a comma, a real minus; a dash for nothing; two decimals where it is not whole."""
    if value is None or (isinstance(value, float) and value != value):  # noqa: PLR0124 (not a number)
        return "–"
    if isinstance(value, float):
        return f"{round(value, 2) + 0.0:.2f}".replace(".", ",").replace("-", "−")
    return str(value)


def percent(share: float | None, digits: int = 0) -> str:
    """Write a share as a percentage; a dash for nothing."""
    if share is None or share != share:  # noqa: PLR0124 (not a number)
        return "–"
    return f"{100 * share:.{digits}f} %".replace(".", ",")


def columns(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return the same table for a terminal, its columns aligned."""
    lines = [[told(one) for one in row] for row in (heads, *rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(heads))]
    return "\n".join(
        "  ".join(
            text.ljust(width) if place == 0 else text.rjust(width)
            for place, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )
