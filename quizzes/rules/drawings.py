"""Lessons' drawings: small SVG that only draws. What is not on the list is refused, so that one may be put into a page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterator

MAXIMUM_BYTES = 8 * 1024
ELEMENTS = frozenset({"svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "title", "desc"})
ATTRIBUTES = frozenset(
    [
        "viewBox",
        "width",
        "height",
        "x",
        "y",
        "x1",
        "y1",
        "x2",
        "y2",
        "cx",
        "cy",
        "r",
        "rx",
        "ry",
        "d",
        "points",
        "transform",
        "fill",
        "fill-rule",
        "fill-opacity",
        "clip-rule",
        "opacity",
        "stroke",
        "stroke-width",
        "stroke-linecap",
        "stroke-linejoin",
        "stroke-dasharray",
        "stroke-opacity",
        "stroke-miterlimit",
        "role",
    ]
)
_NAMESPACE = "{http://www.w3.org/2000/svg}"
_VALUE = re.compile(r"[\w\s.,()#%+-]*")


def unsafe(data: bytes) -> str | None:
    """Say in French why a drawing may not be shown; None when it may."""
    return next(_objections(data), None)


def _objections(data: bytes) -> Iterator[str]:
    """Yield what speaks against a drawing; nothing after the first is looked at."""
    if len(data) > MAXIMUM_BYTES:
        yield f"le dessin pèse plus de {MAXIMUM_BYTES // 1024} ko"
    if b"<!" in data or b"<?" in data.replace(b"<?xml ", b"", 1):
        yield "le dessin contient une déclaration, une instruction ou un commentaire"
    root = _root(data)
    if root is None:
        yield "ce n’est pas du XML lisible"
    elif root.tag != f"{_NAMESPACE}svg" or "viewBox" not in root.attrib:
        yield "il faut un élément svg avec son espace de noms et viewBox"
    else:
        for element in root.iter():
            yield from _element_objections(element)


def _root(data: bytes) -> ET.Element | None:
    try:
        return ET.fromstring(data)  # noqa: S314 (asked for only when no declaration, hence no entity, is left)
    except ET.ParseError:
        return None


def _element_objections(element: ET.Element) -> Iterator[str]:
    name = str(element.tag).removeprefix(_NAMESPACE)
    if name not in ELEMENTS:
        yield f"élément interdit, {name}"
    for attribute, value in element.attrib.items():
        if attribute not in ATTRIBUTES:
            yield f"attribut interdit, {attribute}"
        if not _VALUE.fullmatch(value) or "url(" in value.replace(" ", "").lower():
            yield f"valeur interdite dans {attribute}"


def inline(data: bytes) -> str:
    """Return a safe drawing for a page that already says in words what it shows: hidden from screen readers.

    Raises:
        ValueError: It is not safe; the message says why.
    """
    reason = unsafe(data)
    if reason is not None:
        raise ValueError(reason)
    root = ET.fromstring(data)  # noqa: S314 (checked above)
    ET.register_namespace("", _NAMESPACE.strip("{}"))
    root.attrib.pop("role", None)
    root.set("aria-hidden", "true")
    root.set("focusable", "false")
    for parent in root.iter():
        for child in [one for one in parent if one.tag in (f"{_NAMESPACE}title", f"{_NAMESPACE}desc")]:
            parent.remove(child)
    return ET.tostring(root, encoding="unicode")
