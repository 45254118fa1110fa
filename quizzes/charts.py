"""Plots as SVG text: lines, points and bars in the house's colours, without a script or a style attribute.

Every plot has a title that says what it shows; a table with the same figures stands beside it, since a plot is not for everybody.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

TEAL, SUN, INK, SOFT, CORAL, PANEL = "#0B6E6E", "#F2B441", "#16213A", "#51607A", "#B23A1E", "#E6EFEE"
_COLOURS = (TEAL, CORAL, INK, SUN)
_DASHES = ("", "6 4", "2 3", "10 4 2 4")
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 16, 20, 44


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Values to draw.

    Args:
        joined: A line; otherwise points, as large as half their error bars are long where `errors` are given.
        errors: Half length of the bar of each point.
    """

    name: str
    xs: Sequence[float]
    ys: Sequence[float]
    joined: bool = True
    errors: Sequence[float] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One side of a plot; the ends come from the values where they are not given."""

    title: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    width: int
    height: int
    x_low: float
    x_high: float
    y_low: float
    y_high: float

    def x(self, value: float) -> float:
        share = (value - self.x_low) / (self.x_high - self.x_low)
        return round(_LEFT + share * (self.width - _LEFT - _RIGHT), 1)

    def y(self, value: float) -> float:
        share = (value - self.y_low) / (self.y_high - self.y_low)
        return round(self.height - _BOTTOM - share * (self.height - _TOP - _BOTTOM), 1)


def plot(
    title: str,
    series: Sequence[Series],
    *,
    across: Axis,
    up: Axis,
    marks: Sequence[tuple[float, str]] = (),
    width: int = 560,
    height: int = 300,
) -> str:
    """Return lines and points.

    Args:
        marks: Places on the horizontal axis with a name, drawn as dotted uprights: cuts, caps.
    """
    xs = [x for one in series for x in one.xs] + [place for place, _name in marks]
    ys = [y for one in series for y in one.ys]
    x_low, x_high = _ends(across, xs)
    y_low, y_high = _ends(up, ys)
    frame = _Frame(width=width, height=height, x_low=x_low, x_high=x_high, y_low=y_low, y_high=y_high)
    parts = [_axes(frame, across.title, up.title)]
    for place, name in marks:
        at = frame.x(place)
        parts.append(
            f'<line x1="{at}" x2="{at}" y1="{_TOP}" y2="{height - _BOTTOM}" stroke="{SOFT}" stroke-dasharray="2 4"/>'
            f'<text x="{at + 3}" y="{_TOP + 10}" font-size="11" fill="{SOFT}">{escape(name)}</text>'
        )
    parts += [_draw(frame, one, number) for number, one in enumerate(series)]
    if len(series) > 1:
        parts += [
            f'<text x="{_LEFT + 8}" y="{_TOP + 26 + 15 * number}" font-size="12" fill="{_ink(number)}">'
            f"{'—' if one.joined else '●'} {escape(one.name)}</text>"
            for number, one in enumerate(series)
        ]
    return _svg(title, parts, width, height)


def bars(title: str, values: Sequence[tuple[str, float]], *, up: Axis, line: float | None = None) -> str:
    """Return one bar a value.

    Args:
        line: A level to compare with, drawn across.
    """
    _low, high = _ends(up, [value for _name, value in values] + ([] if line is None else [line]))
    width, height = max(280, _LEFT + _RIGHT + 46 * len(values)), 260
    frame = _Frame(width=width, height=height, x_low=0, x_high=max(len(values), 1), y_low=0, y_high=high)
    parts = [_axes(frame, "", up.title, numbers=False)]
    for place, (name, value) in enumerate(values):
        left, right, top = frame.x(place + 0.15), frame.x(place + 0.85), frame.y(min(value, high))
        parts.append(
            f'<rect x="{left}" y="{top}" width="{right - left:.1f}" height="{frame.y(0) - top:.1f}" fill="{TEAL}"/>'
            f'<text x="{(left + right) / 2:.1f}" y="{height - _BOTTOM + 16}" font-size="11" text-anchor="middle" '
            f'fill="{INK}">{escape(name)}</text>'
        )
    if line is not None:
        parts.append(
            f'<line x1="{_LEFT}" x2="{width - _RIGHT}" y1="{frame.y(line)}" y2="{frame.y(line)}" stroke="{CORAL}" '
            'stroke-width="2" stroke-dasharray="6 4"/>'
        )
    return _svg(title, parts, width, height)


def _svg(title: str, parts: Sequence[str], width: int, height: int) -> str:
    return (
        f'<figure><svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" font-family="sans-serif"><title>{escape(title)}</title>{"".join(parts)}</svg>'
        f"<figcaption>{escape(title)}</figcaption></figure>"
    )


def _ends(axis: Axis, values: Sequence[float]) -> tuple[float, float]:
    low = min(values, default=0.0) if axis.low is None else axis.low
    high = max(values, default=1.0) if axis.high is None else axis.high
    return (low, high) if high > low else (low - 0.5, low + 0.5)


def _axes(frame: _Frame, across: str, up: str, *, numbers: bool = True) -> str:
    bottom, right = frame.height - _BOTTOM, frame.width - _RIGHT
    parts = [f'<rect x="{_LEFT}" y="{_TOP}" width="{right - _LEFT}" height="{bottom - _TOP}" fill="{PANEL}"/>']
    if numbers:
        parts += [_label(frame.x(value), bottom + 16, value, "middle") for value in _ticks(frame.x_low, frame.x_high)]
    for value in _ticks(frame.y_low, frame.y_high):
        at = frame.y(value)
        parts.append(f'<line x1="{_LEFT}" x2="{right}" y1="{at}" y2="{at}" stroke="#FFFFFF"/>')
        parts.append(_label(_LEFT - 6, at + 4, value, "end"))
    middle = (_TOP + bottom) / 2
    parts.append(
        f'<text x="{(_LEFT + right) / 2}" y="{frame.height - 8}" font-size="12" text-anchor="middle" fill="{INK}">'
        f"{escape(across)}</text>"
        f'<text x="14" y="{middle}" font-size="12" text-anchor="middle" fill="{INK}" '
        f'transform="rotate(-90 14 {middle})">{escape(up)}</text>'
    )
    return "".join(parts)


def _label(x: float, y: float, value: float, anchor: str) -> str:
    told = f"{value:.10g}".replace(".", ",").replace("-", "\u2212")
    return f'<text x="{x}" y="{y}" font-size="11" text-anchor="{anchor}" fill="{SOFT}">{told}</text>'


def _ticks(low: float, high: float) -> list[float]:
    """Return about five round values between two ends."""
    rough = (high - low) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(one * power for one in (1, 2, 5, 10) if one * power >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [round(number * step, 10) for number in range(first, math.floor(high / step + 1e-9) + 1)]


def _ink(number: int) -> str:
    colour = _COLOURS[number % len(_COLOURS)]
    return INK if colour == SUN else colour  # yellow letters cannot be read


def _draw(frame: _Frame, one: Series, number: int) -> str:
    colour, dash = _COLOURS[number % len(_COLOURS)], _DASHES[number % len(_DASHES)]
    if one.joined:
        points = " ".join(f"{frame.x(x)},{frame.y(y)}" for x, y in zip(one.xs, one.ys, strict=True))
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"{dashed}/>'
    drawn = []
    errors = one.errors or (0.0,) * len(one.xs)
    for x, y, error in zip(one.xs, one.ys, errors, strict=True):
        at = frame.x(x)
        if error:
            drawn.append(
                f'<line x1="{at}" x2="{at}" y1="{frame.y(y - error)}" y2="{frame.y(y + error)}" stroke="{colour}"/>'
            )
        drawn.append(f'<circle cx="{at}" cy="{frame.y(y)}" r="4" fill="{colour}"/>')
    return "".join(drawn)
