"""Content files read with the line of each of their parts, so that a fault can be found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from quizzes.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pydantic import ValidationError

Location = tuple[int | str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file: its data, and where each part of them stands.

    Args:
        name: How the file is named in reports.
        data: Plain data.
        lines: Path of keys and indices -> line, counted from 1.
    """

    name: str
    data: Any
    lines: Mapping[Location, int] = field(repr=False)

    def fault(self, location: Sequence[int | str], message: str, remedy: str) -> Fault:
        """Return a fault at the nearest place that this file really has."""
        known = tuple(location)
        while known and known not in self.lines:
            known = known[:-1]
        return Fault(file=self.name, line=self.lines.get(known, 1), message=message, remedy=remedy)

    def faults_of(self, error: ValidationError, at: Location = ()) -> list[Fault]:
        """Return one fault for each thing that a pydantic model refused."""
        return [
            self.fault((*at, *detail["loc"]), f"{_dotted(detail['loc'])} : {told(detail)}.", "Corrigez ce champ.")
            for detail in error.errors()
        ]


def read(path: Path, *, root: Path) -> Source | Fault:
    """Read one YAML file; a file that is no YAML, or not in UTF-8, is a fault."""
    name = path.relative_to(root).as_posix()
    try:
        return parse(path.read_text(encoding="utf-8"), name=name)
    except UnicodeDecodeError:
        return Fault(file=name, line=1, message="Ce fichier n’est pas en UTF-8.", remedy="Enregistrez-le en UTF-8.")


def parse(text: str, *, name: str, first_line: int = 1) -> Source | Fault:
    """Read YAML text that begins at `first_line` of the file `name`."""
    loader = yaml.CSafeLoader(text)
    try:
        node = loader.get_single_node()
        data = loader.construct_document(node) if node is not None else None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + first_line if mark else first_line
        problem = getattr(error, "problem", None) or "illisible"
        return Fault(file=name, line=line, message=f"YAML : {problem}.", remedy="Vérifiez guillemets et retraits.")
    finally:
        loader.dispose()
    lines: dict[Location, int] = {}
    if node is not None:
        _walk(node, (), lines, first_line)
    return Source(name=name, data=data, lines=lines)


def _walk(node: yaml.Node, at: Location, lines: dict[Location, int], first_line: int) -> None:
    lines.setdefault(at, node.start_mark.line + first_line)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            place = (*at, key.value)
            lines[place] = key.start_mark.line + first_line
            _walk(value, place, lines, first_line)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _walk(value, (*at, index), lines, first_line)


def _dotted(location: Sequence[int | str]) -> str:
    return ".".join(str(part) for part in location) or "fichier"


def told(detail: Any) -> str:  # noqa: ANN401 (pydantic's ErrorDetails)
    """Say in French what a pydantic model refused."""
    kinds = {
        "missing": "champ obligatoire absent",
        "extra_forbidden": "champ inconnu",
        "literal_error": "valeur hors de la liste permise",
        "union_tag_not_found": "type de question absent",
        "union_tag_invalid": "type de question inconnu",
    }
    return kinds.get(detail["type"], str(detail["msg"]).removeprefix("Value error, "))
