"""Learning paths and modules: YAML and Markdown, checked like the bank."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

import nh3
from markdown_it import MarkdownIt
from pydantic import Field, HttpUrl, ValidationError

from quizzes import source
from quizzes.errors import ContentError, Fault
from quizzes.framework import Bilingual, Frozen, Words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
#: What a lesson may hold once rendered; `h1` is the page's.
_TAGS = {
    "h2",
    "h3",
    "p",
    "ul",
    "ol",
    "li",
    "strong",
    "em",
    "a",
    "blockquote",
    "code",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "hr",
    "br",
}


class Reference(Frozen):
    """A source that a module rests on."""

    title: Words
    url: HttpUrl


class _Head(Frozen):
    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]+$")]
    language: Literal["fr", "en"]
    competency: Words
    title: Words
    summary: Words
    minutes: Annotated[int, Field(ge=1, le=120)]
    sources: Annotated[tuple[Reference, ...], Field(min_length=1)]
    checked_on: date
    review_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One lesson in one language.

    Args:
        minutes: To read it calmly.
        html: Its body, rendered and sanitised.
    """

    id: str
    language: str
    competency: str
    title: str
    summary: str
    minutes: int
    sources: tuple[Reference, ...]
    html: str
    checked_on: date
    review_on: date


class LearningPath(Frozen):
    """Modules in order, leading to a test."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    framework: Words
    title: Bilingual
    summary: Bilingual
    modules: Annotated[tuple[str, ...], Field(min_length=1)]
    assessment: Literal["positioning", "practice", "certification"]


def load_modules(directories: Sequence[Path]) -> tuple[Module, ...]:
    """Load every module.

    Raises:
        ContentError: Some have faults, or lack one of the two languages; every fault is listed.
    """
    faults: list[Fault] = []
    modules: list[Module] = []
    for root in directories:
        for path in sorted(root.glob("modules/*.md")):
            read = _read_module(path.read_text(encoding="utf-8"), name=path.relative_to(root).as_posix())
            if isinstance(read, Module):
                modules.append(read)
            else:
                faults.extend(read)
    seen = {(module.id, module.language) for module in modules}
    for module in modules:
        other = "en" if module.language == "fr" else "fr"
        if not faults and (module.id, other) not in seen:
            message = f"{module.id} : la version « {other} » manque."
            faults.append(
                Fault(file=f"modules/{module.id}.{module.language}.md", line=1, message=message, remedy="Écrivez-la.")
            )
    if faults:
        raise ContentError(tuple(faults))
    return tuple(modules)


def _read_module(text: str, *, name: str) -> Module | list[Fault]:
    parts = text.split("---\n", 2)
    if len(parts) != 3 or parts[0].strip():
        return [
            Fault(
                file=name, line=1, message="L’en-tête YAML manque.", remedy="Commencez par --- et finissez-le par ---."
            )
        ]
    head = source.parse(parts[1], name=name, first_line=2)
    if isinstance(head, Fault):
        return [head]
    try:
        checked = _Head.model_validate(head.data)
    except ValidationError as error:
        return head.faults_of(error)
    html = nh3.clean(
        _MARKDOWN.render(parts[2]),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"https", "http", "tel", "mailto"},
    )
    return Module(html=html, **{name: getattr(checked, name) for name in _Head.model_fields})


def load_paths(directories: Sequence[Path]) -> tuple[LearningPath, ...]:
    """Load every learning path.

    Raises:
        ContentError: Some have faults, or name a module that does not exist; every fault is listed.
    """
    known = {module.id for module in load_modules(directories)}
    faults: list[Fault] = []
    paths: list[LearningPath] = []
    for root in directories:
        for file_path in sorted(root.glob("paths/*.yaml")):
            file = source.read(file_path, root=root)
            if isinstance(file, Fault):
                faults.append(file)
                continue
            try:
                path = LearningPath.model_validate(file.data)
            except ValidationError as error:
                faults.extend(file.faults_of(error))
                continue
            paths.append(path)
            faults.extend(
                file.fault(("modules", index), f"Leçon inconnue, {module_id}.", "Corrigez l’identifiant.")
                for index, module_id in enumerate(path.modules)
                if module_id not in known
            )
    if faults:
        raise ContentError(tuple(faults))
    return tuple(paths)
