"""The four rising steps as SVG: filled is established, hatched is not."""

from __future__ import annotations

import math

TEAL = "#0B6E6E"
PALE = "#E6EFEE"
_LOWEST = 0.25  # height of the first step, as a share of the whole


def steps(width: float, height: float, level: int, *, gap: float = 1.5, line: float = 0.3) -> str:
    """Return the steps as an SVG document.

    Args:
        width, height: In millimetres.
        level: How many steps are filled, 0 to 4.
        gap: Between hatching lines, in millimetres.
        line: Thickness of the outline, in millimetres.
    """
    shapes = step_shapes(width, height, level, gap=gap, line=line)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" '
        f'viewBox="0 0 {width} {height}">{shapes}</svg>'
    )


def step_shapes(width: float, height: float, level: int, *, gap: float, line: float) -> str:
    """Return what `steps` draws, without the document around it; the arguments are the same, in any unit."""
    margin, tread, base = line / 2, (width - line) / 4, height - line / 2
    heights = [(height - line) * (_LOWEST + (1 - _LOWEST) * step / 3) for step in range(4)]
    parts = []
    if level:
        outline = _outline(margin, tread, base, heights, range(level))
        parts.append(f'<path d="{outline}" fill="{TEAL}" stroke="{TEAL}" stroke-width="{line}"/>')
    if level < 4:
        lines = "".join(
            _hatching(margin + tread * step, base - heights[step], tread, heights[step], gap)
            for step in range(level, 4)
        )
        outline = _outline(margin, tread, base, heights, range(level, 4))
        parts.append(f'<path d="{lines}" fill="none" stroke="{TEAL}" stroke-width="{line * 0.8:.2f}"/>')
        parts.append(f'<path d="{outline}" fill="none" stroke="{TEAL}" stroke-width="{line}"/>')
    return "".join(parts)


def climbing_line(width: float, height: float, *, line: float) -> str:
    """Return the line that climbs the four steps, over a pale ground: a label measures nothing, so no step is filled.

    Args:
        width, height: In any unit.
        line: Thickness of the line.
    """
    tread, rise, top = width / 4, (height - line) / 4, line / 2
    path = f"M0 {top + 3 * rise:.2f}"
    for step in range(1, 4):
        path += f"H{tread * step:.2f}V{top + (3 - step) * rise:.2f}"
    path += f"H{width:.2f}"
    return (
        f'<path d="{path}V{height:.2f}H0Z" fill="{PALE}"/>'
        f'<path d="{path}" fill="none" stroke="{TEAL}" stroke-width="{line}"/>'
    )


def stair() -> str:
    """Return the stair of the label's page, 261 by 127 millimetres: its treads are where the columns begin."""
    path = "M0 83H65.25V57H130.5V29H195.75V1H261"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="261mm" height="127mm" viewBox="0 0 261 127">'
        f'<path d="{path}V127H0Z" fill="{PALE}"/><path d="{path}" fill="none" stroke="{TEAL}" stroke-width="2"/></svg>'
    )


def square(*, filled: bool, side: float = 8.0) -> str:
    """Return the assurance mark: filled when supervised, hatched when not."""
    inner = f'fill="{TEAL}"' if filled else 'fill="none"'
    lines = (
        ""
        if filled
        else f'<path d="{_hatching(0.15, 0.15, side - 0.3, side - 0.3, 1.1)}" fill="none" stroke="{TEAL}" stroke-width=".24"/>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}mm" height="{side}mm" viewBox="0 0 {side} {side}">{lines}'
        f'<rect x=".15" y=".15" width="{side - 0.3}" height="{side - 0.3}" {inner} stroke="{TEAL}" stroke-width=".3"/></svg>'
    )


def _outline(margin: float, tread: float, base: float, heights: list[float], which: range) -> str:
    path = f"M{margin + tread * which.start:.2f} {base:.2f}"
    for step in which:
        path += f"V{base - heights[step]:.2f}H{margin + tread * (step + 1):.2f}"
    return f"{path}V{base:.2f}Z"


def _hatching(x: float, y: float, width: float, height: float, gap: float) -> str:
    """Return lines at 45 degrees clipped to a rectangle; their phase is that of the page, so neighbours agree."""
    path = []
    constant = math.ceil((x + y) / gap) * gap
    while constant < x + width + y + height:
        left, right = max(x, constant - (y + height)), min(x + width, constant - y)
        if right - left > 0.05:
            path.append(f"M{left:.2f} {constant - left:.2f}L{right:.2f} {constant - right:.2f}")
        constant += gap
    return "".join(path)
