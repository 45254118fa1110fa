"""Learning paths and modules: YAML and Markdown, checked like the bank."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING, Annotated, Literal

import nh3
from markdown_it import MarkdownIt
from pydantic import Field, HttpUrl, ValidationError

from quizzes import source
from quizzes.errors import ContentError, Fault
from quizzes.framework import Bilingual, Frozen, Words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from quizzes.bank import Bank
    from quizzes.source import Source

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


#: Who may enter: a citizen, a user of the health system, a patient; a professional, a decision maker, one who helps others.
Profile = Literal["citizen", "user", "patient", "professional", "decision_maker", "helper"]
#: Calm reading, and an item answered with its explanation read.
WORDS_PER_MINUTE = 120
ITEM_MINUTES = 1
SIMULATION_MINUTES = 3
_WORD = re.compile(r"[\w’'-]+")


class Reference(Frozen):
    """A source that a module rests on."""

    title: Words
    url: HttpUrl


class Head(Frozen):
    """The YAML above a lesson.

    Args:
        variant: "plain" is the lesson in plain French.
        act: One real thing to do afterwards; asked about again after thirty days.
        practice: Open items to practise with, three of them.
        facts: Facts of the register that it teaches.
        illustration: Name of an SVG file in `modules/illustrations/`, with its text alternative.
        falc_reviewed_by: Who read it among the readers concerned; without it, it is never called FALC.
    """

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]+$")]
    language: Literal["fr", "en"]
    variant: Literal["standard", "plain"] = "standard"
    act: Words | None = None
    practice: tuple[Words, ...] = ()
    facts: tuple[Words, ...] = ()
    illustration: Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]+\.svg$")] | None = None
    illustration_alt: Words | None = None
    falc_reviewed_by: Words | None = None
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
        minutes: To read it calmly and prepare its act, as its author says.
        words: How many its body has.
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
    words: int
    checked_on: date
    review_on: date
    variant: str = "standard"
    act: str | None = None
    practice: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    illustration: str | None = None
    illustration_alt: str | None = None
    falc_reviewed_by: str | None = None


class LearningPath(Frozen):
    """Modules in order, leading to a test.

    Args:
        profiles: Whom it is for; empty: whoever the framework is for.
        attests: What having followed it shows, and what it does not.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    framework: Words
    title: Bilingual
    summary: Bilingual
    modules: Annotated[tuple[str, ...], Field(min_length=1)]
    assessment: Literal["positioning", "practice", "certification"]
    profiles: tuple[Profile, ...] = ()
    attests: Bilingual | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedModule:
    """A lesson and where it stands.

    Args:
        body: Its Markdown, as written.
    """

    module: Module
    head: Source
    body: str

    def fault(self, field_name: str, message: str, remedy: str) -> Fault:
        """Return a fault of this lesson at one field of its head."""
        return self.head.fault((field_name,), f"{self.module.id} : {message}", remedy)


def gather_modules(directories: Sequence[Path], faults: list[Fault]) -> list[PlacedModule]:
    """Read every lesson; what is wrong is added to the faults."""
    found: list[PlacedModule] = []
    for root in directories:
        for path in sorted(root.glob("modules/*.md")):
            read = _read_module(path.read_text(encoding="utf-8"), name=path.relative_to(root).as_posix())
            if isinstance(read, PlacedModule):
                found.append(read)
            else:
                faults.extend(read)
    if not faults:
        faults.extend(_unpaired(found))
    return found


def _unpaired(found: Sequence[PlacedModule]) -> Iterator[Fault]:
    """A lesson exists in both languages; a plain one stands beside an ordinary one."""
    seen = {(one.module.id, one.module.language) for one in found if one.module.variant == "standard"}
    for one in found:
        other = "en" if one.module.language == "fr" else "fr"
        if (one.module.id, other) not in seen:
            yield one.fault("language", f"la version « {other} » manque.", "Écrivez-la.")
        elif one.module.variant == "plain" and (one.module.id, one.module.language) not in seen:
            yield one.fault("variant", "la version ordinaire manque à côté de la simple.", "Écrivez-la.")
    for first, second in combinations(found, 2):
        if _key(first.module) == _key(second.module):
            yield second.fault("id", f"déjà écrite dans {first.head.name}.", "Gardez-en une seule.")


def _key(module: Module) -> tuple[str, str, str]:
    return module.id, module.language, module.variant


def load_modules(directories: Sequence[Path]) -> tuple[Module, ...]:
    """Load every module.

    Raises:
        ContentError: Some have faults, or lack one of the two languages; every fault is listed.
    """
    faults: list[Fault] = []
    found = gather_modules(directories, faults)
    if faults:
        raise ContentError(tuple(faults))
    return tuple(one.module for one in found)


def path_minutes(modules: Sequence[Module], bank: Bank) -> int:
    """Return how long lessons take: their words, and the questions that they practise with."""
    minutes = sum(module.words for module in modules) / WORDS_PER_MINUTE
    for module in modules:
        for item_id in module.practice:
            is_simulation = item_id in bank.items and bank.items[item_id].type == "simulation"
            minutes += SIMULATION_MINUTES if is_simulation else ITEM_MINUTES
    return math.ceil(minutes)


def count_words(text: str) -> int:
    """Return how many words are read; "l’accès" is one."""
    return len(_WORD.findall(text))


def _read_module(text: str, *, name: str) -> PlacedModule | list[Fault]:
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
        checked = Head.model_validate(head.data)
    except ValidationError as error:
        return head.faults_of(error)
    html = nh3.clean(
        _MARKDOWN.render(parts[2]),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"https", "http", "tel", "mailto"},
    )
    fields = {field_name: getattr(checked, field_name) for field_name in Head.model_fields}
    module = Module(html=html, words=count_words(parts[2]), **fields)
    return PlacedModule(module=module, head=head, body=parts[2])


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedPath:
    """A learning path and where it stands."""

    path: LearningPath
    file: Source

    def fault(self, location: tuple[int | str, ...], message: str, remedy: str) -> Fault:
        """Return a fault of this path at one of its parts."""
        return self.file.fault(location, message, remedy)


def gather_paths(directories: Sequence[Path], faults: list[Fault], *, known: Collection[str]) -> list[PlacedPath]:
    """Read every learning path; what is wrong is added to the faults.

    Args:
        known: Identifiers of the lessons that exist.
    """
    found: list[PlacedPath] = []
    for file in source.read_all(directories, "paths/*.yaml", faults):
        try:
            path = LearningPath.model_validate(file.data)
        except ValidationError as error:
            faults.extend(file.faults_of(error))
            continue
        if path.id in {one.path.id for one in found}:
            faults.append(file.fault(("id",), f"Le parcours {path.id} est déjà défini.", "Gardez-en un seul."))
            continue
        found.append(PlacedPath(path=path, file=file))
        faults.extend(
            file.fault(("modules", index), f"Leçon inconnue, {module_id}.", "Corrigez l’identifiant.")
            for index, module_id in enumerate(path.modules)
            if module_id not in known
        )
    return found


def load_paths(directories: Sequence[Path], modules: Sequence[Module]) -> tuple[LearningPath, ...]:
    """Load every learning path.

    Args:
        modules: Every lesson that exists.

    Raises:
        ContentError: Some have faults, or name a module that does not exist; every fault is listed.
    """
    known = {module.id for module in modules}
    faults: list[Fault] = []
    found = gather_paths(directories, faults, known=known)
    if faults:
        raise ContentError(tuple(faults))
    return tuple(one.path for one in found)
