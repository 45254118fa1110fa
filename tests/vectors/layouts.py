"""Compiled layouts as files: plain data, from which a sealed certificate is made again to the byte."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from certificates.compiled_page import CompiledPage, Line
from certificates.compiled_prefix import Numbers
from certificates.filling import Face, Layout, Varying
from certificates.pdf_tail import Told

if TYPE_CHECKING:
    from collections.abc import Mapping


def written(layout: Layout, varying: Varying, *, scanned: str) -> str:
    """Return a layout and what one certificate says on it as JSON; bytes in base64.

    Args:
        scanned: What its QR code holds.
    """
    page = layout.page
    return json.dumps(
        {
            "layout": {
                **{name: getattr(layout, name) for name in ("is_broken", "claim", "title", "day", "name_pixels")},
                "name_faces": list(layout.name_faces),
                "faces": [
                    {"resource": one.resource, "data": _text(one.data), "widths": one.widths} for one in layout.faces
                ],
                "lines": {name: _line(one) for name, one in layout.lines.items()},
                "page": {
                    "prefix": _text(page.prefix),
                    "entries": [list(one) for one in page.entries],
                    "numbers": {name: getattr(page.numbers, name) for name in Numbers.__dataclass_fields__},
                    "frame": _text(page.frame),
                    "levels": [[_text(one) for one in owner] for owner in page.levels],
                    "code_opening": _text(page.code_opening),
                    "code_box": list(page.code_box),
                    "figure": [_text(one) for one in page.figure],
                    "metadata": _text(page.metadata),
                    **({"programs": dict(page.programs)} if page.programs else {}),
                },
            },
            "varying": {
                "lines": dict(varying.lines),
                "ranks": list(varying.ranks),
                "told": {
                    **varying.told._asdict(),
                    "at": varying.told.at.isoformat(),
                    "token": varying.told.token.decode(),
                    "shared": _text(varying.told.shared),
                },
            },
            "scanned": scanned,
        },
        ensure_ascii=False,
        indent=1,
    )


def read(text: str) -> tuple[Layout, Varying, str]:
    """Return what `written` wrote."""
    kept = json.loads(text)
    own, told = kept["layout"], kept["varying"]["told"]
    layout = Layout(
        page=_page(own["page"]),
        lines={name: _line_of(one) for name, one in own["lines"].items()},
        faces=tuple(
            Face(
                resource=one["resource"],
                data=_bytes(one["data"]),
                widths={int(glyph): width for glyph, width in one["widths"].items()},
            )
            for one in own["faces"]
        ),
        name_faces=tuple(own["name_faces"]),
        **{name: own[name] for name in ("is_broken", "claim", "title", "day", "name_pixels")},
    )
    varying = Varying(
        lines=kept["varying"]["lines"],
        ranks=tuple(kept["varying"]["ranks"]),
        told=Told(
            **{
                **told,
                "at": datetime.fromisoformat(told["at"]),
                "token": told["token"].encode(),
                "shared": _bytes(told["shared"]),
            }
        ),
    )
    return layout, varying, kept["scanned"]


def _page(kept: Mapping[str, Any]) -> CompiledPage:
    return CompiledPage(
        prefix=_bytes(kept["prefix"]),
        entries=[(one[0], one[1], one[2]) for one in kept["entries"]],
        numbers=Numbers(**kept["numbers"]),
        frame=_bytes(kept["frame"]),
        lines={},
        levels=[[_bytes(one) for one in owner] for owner in kept["levels"]],
        code_opening=_bytes(kept["code_opening"]),
        code_box=(kept["code_box"][0], kept["code_box"][1], kept["code_box"][2]),
        figure=(_bytes(kept["figure"][0]), _bytes(kept["figure"][1])),
        metadata=_bytes(kept["metadata"]),
        programs=kept.get("programs", {}),
    )


def _line(one: Line) -> dict[str, Any]:
    return {"opening": _text(one.opening), "x": one.x, "y": one.y, "drawn": _text(one.drawn)}


def _line_of(kept: Mapping[str, Any]) -> Line:
    return Line(opening=_bytes(kept["opening"]), x=kept["x"], y=kept["y"], drawn=_bytes(kept["drawn"]))


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)
