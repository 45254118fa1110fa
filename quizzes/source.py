"""Content files read with the line of each of their parts, so that a fault can be found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from quizzes.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
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


def read_all(directories: Sequence[Path], pattern: str, faults: list[Fault]) -> Iterator[Source]:
    """Read the YAML files that match in each directory; what cannot be read is added to the faults."""
    for root in directories:
        for path in sorted(root.glob(pattern)):
            file = read(path, root=root)
            if isinstance(file, Fault):
                faults.append(file)
            else:
                yield file


def parse(text: str, *, name: str, first_line: int = 1) -> Source | Fault:
    """Read YAML text that begins at `first_line` of the file `name`."""
    loader = yaml.CSafeLoader(text)
    node = None
    try:
        node = loader.get_single_node()
        data = loader.construct_document(node) if node is not None else None
    except yaml.YAMLError as error:
        problem = _YAML_PROBLEMS.get(getattr(error, "problem", None) or "", "texte illisible")
        mark = getattr(error, "context_mark" if problem in _LEFT_OPEN else "problem_mark", None)
        line = mark.line + first_line if mark else first_line
        return Fault(file=name, line=line, message=f"YAML : {problem}.", remedy="Vérifiez guillemets et retraits.")
    except ValueError:
        line = (_impossible(yaml.CSafeLoader(""), node) or 0) + first_line
        message = "YAML : une date ou un nombre qui n’existe pas."
        return Fault(file=name, line=line, message=message, remedy="Corrigez-le, ou mettez-le entre guillemets.")
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


def _impossible(loader: yaml.CSafeLoader, node: yaml.Node | None) -> int | None:
    """Return the line of the first value that says to be a date or a number and is none."""
    match node:
        case yaml.ScalarNode():
            try:
                loader.construct_object(node)
            except ValueError:
                return int(node.start_mark.line)
            return None
        case yaml.MappingNode():
            children = [part for pair in node.value for part in pair]
        case _:
            children = list(node.value) if node is not None else []
    return next((line for child in children if (line := _impossible(loader, child)) is not None), None)


#: What libyaml says -> what an author reads.
_YAML_PROBLEMS = {
    "mapping values are not allowed in this context": "deux-points inattendu, à mettre entre guillemets",
    "mapping keys are not allowed in this context": "point d’interrogation inattendu, à mettre entre guillemets",
    "block sequence entries are not allowed in this context": "tiret inattendu",
    "did not find expected ',' or ']'": "crochet qui n’est pas fermé",
    "did not find expected ',' or '}'": "accolade qui n’est pas fermée",
    "did not find expected '-' indicator": "tiret attendu, ou retrait de trop",
    "did not find expected key": "nom de champ attendu, ou retrait de trop",
    "could not find expected ':'": "deux-points absent",
    "found unexpected end of stream": "guillemet qui n’est pas fermé",
    "found character that cannot start any token": "caractère inattendu : tabulation, @ ou % au début d’une valeur",
    "found undefined alias": "étoile inattendue, à mettre entre guillemets",
    "found unknown escape character": "barre oblique inverse inattendue",
}

#: Where these were opened is what an author looks for, not where the file ends.
_LEFT_OPEN = ("crochet qui n’est pas fermé", "accolade qui n’est pas fermée", "guillemet qui n’est pas fermé")

#: What pydantic refuses -> what an author reads; {…} are the limits of the field.
_REFUSALS = {
    "missing": "champ obligatoire absent",
    "extra_forbidden": "champ inconnu",
    "literal_error": "valeur hors de la liste permise",
    "enum": "valeur hors de la liste permise",
    "union_tag_not_found": "type de question absent",
    "union_tag_invalid": "type de question inconnu",
    "string_type": "un texte est attendu : mettez-le entre guillemets",
    "string_too_short": "texte trop court : {min_length} caractère(s) au moins",
    "string_too_long": "texte trop long : {max_length} caractères au plus",
    "string_pattern_mismatch": "texte qui n’a pas la forme attendue",
    "int_type": "un nombre entier est attendu",
    "int_parsing": "un nombre entier est attendu",
    "int_from_float": "un nombre entier est attendu",
    "float_type": "un nombre est attendu",
    "float_parsing": "un nombre est attendu",
    "finite_number": "un nombre fini est attendu",
    "bool_type": "true ou false est attendu",
    "bool_parsing": "true ou false est attendu",
    "date_type": "une date est attendue, comme 2026-11-24",
    "date_parsing": "une date est attendue, comme 2026-11-24",
    "date_from_datetime_parsing": "une date est attendue, comme 2026-11-24",
    "date_from_datetime_inexact": "une date sans heure est attendue, comme 2026-11-24",
    "list_type": "une liste est attendue",
    "tuple_type": "une liste est attendue",
    "set_type": "une liste est attendue",
    "frozen_set_type": "une liste est attendue",
    "dict_type": "des champs sont attendus, un par ligne",
    "model_type": "des champs sont attendus, un par ligne",
    "model_attributes_type": "des champs sont attendus, un par ligne",
    "too_short": "pas assez d’éléments : {min_length} au moins",
    "too_long": "trop d’éléments : {max_length} au plus",
    "greater_than": "nombre trop petit : plus de {gt}",
    "greater_than_equal": "nombre trop petit : {ge} au moins",
    "less_than": "nombre trop grand : moins de {lt}",
    "less_than_equal": "nombre trop grand : {le} au plus",
    "url_type": "une adresse est attendue, comme https://example.org/page",
    "url_parsing": "une adresse est attendue, comme https://example.org/page",
    "url_scheme": "l’adresse commence par {expected_schemes}",
    "url_too_long": "adresse trop longue : {max_length} caractères au plus",
    "none_required": "ce champ doit rester vide",
}


def told(detail: Any) -> str:  # noqa: ANN401 (pydantic's ErrorDetails)
    """Say in French what a pydantic model refused; our own validators speak French already."""
    if detail["type"] == "value_error":
        return str(detail["msg"]).removeprefix("Value error, ")
    return _REFUSALS.get(detail["type"], "valeur refusée").format(**detail.get("ctx", {}))
