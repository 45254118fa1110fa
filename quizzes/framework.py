"""What a competency framework is: areas, competencies, levels."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from quizzes.errors import UnknownFrameworkError

Words = Annotated[str, Field(min_length=1, pattern=r"\S")]


class Frozen(BaseModel):
    """Base of everything read from content files: immutable, and no unknown field."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Bilingual(Frozen):
    """A text in French and English."""

    fr: Words
    en: Words

    def get(self, language: str) -> str:
        """Return the English text for "en", the French one for anything else."""
        return self.en if language == "en" else self.fr


class Level(Frozen):
    """One step of the scale.

    Args:
        difficulty: Where items of this level lie until calibrated, in logits.
        cut: From which ability on a person is at this level, in logits.
        digcomp: The DigComp 3.0 level that this one is comparable to.
    """

    id: Annotated[str, Field(pattern=r"^L[1-9]$")]
    title: Bilingual
    descriptor: Bilingual
    difficulty: float
    cut: float
    digcomp: Words


class Competency(Frozen):
    """What an item measures."""

    id: Words
    slug: Words
    title: Bilingual
    digcomp: tuple[str, ...] = ()
    recommendations: tuple[int, ...] = ()
    official_ref: tuple[str, ...] = ()


class Area(Frozen):
    """A group of competencies that gets a level of its own.

    Args:
        hours: Hours of the official core training, for professionals.
    """

    id: Words
    slug: Words
    title: Bilingual
    competencies: Annotated[tuple[Competency, ...], Field(min_length=1)]
    hours: int | None = None


class Framework(Frozen):
    """Areas, competencies and levels, versioned."""

    code: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    version: Words
    title: Bilingual
    audience: Bilingual
    levels: Annotated[tuple[Level, ...], Field(min_length=1)]
    areas: Annotated[tuple[Area, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        ids = [area.id for area in self.areas] + [one.id for area in self.areas for one in area.competencies]
        if len(set(ids)) != len(ids):
            raise ValueError("un identifiant de domaine ou de compétence sert deux fois")
        cuts = [level.cut for level in self.levels]
        if cuts != sorted(set(cuts)):
            raise ValueError("les seuils des niveaux doivent monter")
        if [level.id for level in self.levels] != [f"L{number}" for number in range(1, len(self.levels) + 1)]:
            raise ValueError("les niveaux se nomment L1, L2… dans l’ordre")
        return self

    @cached_property
    def _areas(self) -> dict[str, Area]:
        return {area.id: area for area in self.areas}

    @cached_property
    def _competencies(self) -> dict[str, tuple[Area, Competency]]:
        return {one.id: (area, one) for area in self.areas for one in area.competencies}

    def area(self, area_id: str) -> Area:
        """Return one area.

        Raises:
            UnknownFrameworkError: The framework has no such area.
        """
        try:
            return self._areas[area_id]
        except KeyError:
            raise UnknownFrameworkError(area_id) from None

    def has_competency(self, competency_id: str) -> bool:
        return competency_id in self._competencies

    def competency(self, competency_id: str) -> Competency:
        """Return one competency.

        Raises:
            UnknownFrameworkError: The framework has no such competency.
        """
        return self._place(competency_id)[1]

    def area_of(self, competency_id: str) -> Area:
        """Return the area of a competency.

        Raises:
            UnknownFrameworkError: The framework has no such competency.
        """
        return self._place(competency_id)[0]

    def level(self, level_id: str) -> Level:
        """Return one level.

        Raises:
            UnknownFrameworkError: The framework has no such level.
        """
        for level in self.levels:
            if level.id == level_id:
                return level
        raise UnknownFrameworkError(level_id)

    def _place(self, competency_id: str) -> tuple[Area, Competency]:
        try:
            return self._competencies[competency_id]
        except KeyError:
            raise UnknownFrameworkError(competency_id) from None
