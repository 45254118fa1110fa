"""Canonical JSON of content: the text whose hash names a bank or an item.

A field that has no default is written. A field that has one is written where its value is another, so that a new field with a default
leaves the names of everything written before it alone. Fields that had a default when the first banks were named were written then, and
are for ever: `FIRST_FORM` is a closed list. The default of a field outside of it never changes: banks that left it out rest on it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from quizzes.framework import Bilingual

if TYPE_CHECKING:
    from collections.abc import Collection

#: Model -> its fields that are written whatever their value. Nothing is added here.
FIRST_FORM: Mapping[str, frozenset[str]] = {
    "Competency": frozenset({"digcomp", "recommendations", "official_ref"}),
    "Area": frozenset({"hours"}),
    "_Item": frozenset({"type", "enemies", "situation", "facts", "professions", "critical"}),
    "Option": frozenset({"correct"}),
    "ShortText": frozenset({"normalise"}),
    "Matching": frozenset({"decoys"}),
    "Normalise": frozenset({"case", "accents", "spaces", "slips"}),
    "_Control": frozenset({"kind"}),
    "Switch": frozenset({"initial"}),
    "Menu": frozenset({"expected"}),
    "Entry": frozenset({"normalise"}),
    "Section": frozenset({"facts", "controls"}),
    "ItemScale": frozenset({"slope", "slope_error"}),
    "Scale": frozenset({"mean", "spread"}),
}


def plain(model: BaseModel, *, language: str | None = None, without: Collection[str] = ()) -> dict[str, Any]:
    """Return what a model holds as plain data, its defaults left out.

    Args:
        language: Which of two texts is kept, its white space evened out; None: both, as written.
        without: Fields of the model itself that are left out.
    """
    dumped = model.model_dump(mode="json", exclude=set(without))
    found: dict[str, Any] = _plain(model, dumped, language)
    return found


def text(data: object) -> str:
    """Return the one text of plain data: members in order, no white space, no escape that can be avoided."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def name_of(canonical: str) -> str:
    """Return the SHA-256 of a canonical text, in hexadecimal."""
    return hashlib.sha256(canonical.encode()).hexdigest()


def _plain(value: object, dumped: Any, language: str | None) -> Any:  # noqa: ANN401 (plain data)
    match value:
        case Bilingual() if language is not None:
            return " ".join(value.get(language).split())
        case BaseModel():
            left_out = _left_out(type(value))
            return {
                name: _plain(getattr(value, name), one, language)
                for name, one in dumped.items()
                if name not in left_out or getattr(value, name) != left_out[name]
            }
        case tuple():
            return [_plain(one, other, language) for one, other in zip(value, dumped, strict=True)]
        case Mapping():
            return {key: _plain(one, dumped[key], language) for key, one in value.items()}
        case _:
            return dumped


@lru_cache(maxsize=128)
def _left_out(kind: type[BaseModel]) -> Mapping[str, object]:
    """Return the fields that are left out, each with the default at which it is."""
    written = {name for one in kind.__mro__ for name in FIRST_FORM.get(one.__name__, ())}
    return {
        name: field.get_default(call_default_factory=True)
        for name, field in kind.model_fields.items()
        if not field.is_required() and name not in written
    }
