"""JSON Schemas (2020-12) of the content files, for editors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from quizzes.facts import Fact
from quizzes.items import Item
from quizzes.paths import Head, LearningPath
from quizzes.policy import Policy
from quizzes.recommendations import Report

if TYPE_CHECKING:
    from collections.abc import Mapping

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_FILES: Mapping[str, tuple[str, Any]] = {
    "items": ("Questions", list[Item]),
    "facts": ("Faits", list[Fact]),
    "module": ("En-tête d’une leçon", Head),
    "path": ("Parcours", LearningPath),
    "recommendations": ("Recommandations", Report),
    "policies": ("Règles des épreuves", list[Policy]),
}
KINDS = tuple(_FILES)


def content_schema(kind: str) -> dict[str, Any]:
    """Return the schema of one kind of file.

    Args:
        kind: One of `KINDS`; of a module, the YAML above its text.
    """
    title, shape = _FILES[kind]
    schema: dict[str, Any] = TypeAdapter(shape).json_schema(mode="validation")
    return {**schema, "$schema": _DIALECT, "title": title}
