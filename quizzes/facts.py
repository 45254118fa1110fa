"""The register of facts that content teaches: when one changes, what rests on it is listed for a person to read again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, HttpUrl, ValidationError

from quizzes import source
from quizzes.errors import ContentError
from quizzes.framework import Bilingual, Frozen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from quizzes.errors import Fault
    from quizzes.source import Source


class Fact(Frozen):
    """One sourced fact.

    Args:
        confidence: F: read in an official or primary source; F2: in a secondary source that is named.
        changed_on: When its statement last changed; what was checked before that day has to be read again.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=48)]
    statement: Bilingual
    confidence: Literal["F", "F2"]
    source_url: HttpUrl
    checked_on: date
    review_on: date
    changed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedFact:
    """A fact and where it stands."""

    fact: Fact
    file: Source
    index: int

    def fault(self, field_name: str, message: str, remedy: str) -> Fault:
        """Return a fault of this fact at one of its fields."""
        return self.file.fault((self.index, field_name), f"{self.fact.id} : {message}", remedy)


def gather_facts(directories: Sequence[Path], faults: list[Fault]) -> dict[str, PlacedFact]:
    """Read every fact; what is wrong is added to the faults."""
    found: dict[str, PlacedFact] = {}
    for file in source.read_all(directories, "facts/*.yaml", faults):
        for index, raw in enumerate(file.data if isinstance(file.data, list) else [file.data]):
            try:
                fact = Fact.model_validate(raw)
            except ValidationError as error:
                faults.extend(file.faults_of(error, (index,) if isinstance(file.data, list) else ()))
                continue
            if fact.id in found:
                message = f"Le fait {fact.id} est déjà défini."
                faults.append(file.fault((index, "id"), message, "Gardez-en un seul."))
                continue
            found[fact.id] = PlacedFact(fact=fact, file=file, index=index)
    return found


def load_facts(directories: Sequence[Path]) -> tuple[Fact, ...]:
    """Load every fact.

    Raises:
        ContentError: Some have faults, or an identifier serves twice; every fault is listed.
    """
    faults: list[Fault] = []
    found = gather_facts(directories, faults)
    if faults:
        raise ContentError(tuple(faults))
    return tuple(placed.fact for placed in found.values())
