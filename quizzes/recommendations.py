"""What we do about each recommendation of the 2020 report: competencies that answer it, features, or why it is beyond our reach."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import Field, HttpUrl, ValidationError, model_validator

from quizzes import source
from quizzes.errors import ContentError
from quizzes.framework import Bilingual, Frozen, Words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from quizzes.errors import Fault

COUNT = 18


class Feature(Frozen):
    """Something that this platform does.

    Args:
        path: Where it is found; None while it is being prepared.
    """

    text: Bilingual
    path: Annotated[str, Field(pattern=r"^/[A-Za-z0-9/-]*$")] | None = None


class Chapter(Frozen):
    """One chapter of the report."""

    number: Annotated[int, Field(ge=1, le=4)]
    title: Bilingual


class Recommendation(Frozen):
    """One recommendation. The competencies that answer it name its number in their framework.

    Args:
        subject: What its title asks for, in our words; None where the title could not be established.
        chapter: None where it could not be established.
        beyond: Why it is beyond our reach.
    """

    number: Annotated[int, Field(ge=1, le=COUNT)]
    chapter: Annotated[int, Field(ge=1, le=4)] | None = None
    subject: Bilingual | None = None
    features: tuple[Feature, ...] = ()
    beyond: Bilingual | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if bool(self.features) == (self.beyond is not None):
            raise ValueError("dites ce que nous en faisons (features), ou pourquoi c’est hors de portée (beyond)")
        if self.features and self.subject is None:
            raise ValueError("on ne répond pas à une recommandation dont le sujet n’est pas établi")
        return self


class Report(Frozen):
    """The report, and what we do about it."""

    title: Words
    source_url: HttpUrl
    checked_on: date
    chapters: Annotated[tuple[Chapter, ...], Field(min_length=1)]
    recommendations: tuple[Recommendation, ...]

    @model_validator(mode="after")
    def _check(self) -> Self:
        if [one.number for one in self.recommendations] != list(range(1, COUNT + 1)):
            raise ValueError(f"les recommandations vont de 1 à {COUNT}, chacune une fois, dans l’ordre")
        return self

    def chapter(self, number: int | None) -> Chapter | None:
        """Return a chapter, if it is known."""
        return next((one for one in self.chapters if one.number == number), None)


def gather_report(directories: Sequence[Path], faults: list[Fault]) -> Report | None:
    """Read the report from the first directory that has it; what is wrong is added to the faults."""
    for file in source.read_all(directories, "recommendations.yaml", faults):
        try:
            return Report.model_validate(file.data)
        except ValidationError as error:
            faults.extend(file.faults_of(error))
    return None


def load_report(directories: Sequence[Path]) -> Report | None:
    """Load what we do about the report; None where no directory says it.

    Raises:
        ContentError: It has faults; every one is listed.
    """
    faults: list[Fault] = []
    report = gather_report(directories, faults)
    if faults:
        raise ContentError(tuple(faults))
    return report
