"""How a test runs, as data: which pool, how items are chosen, when it stops, when it may be taken again."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Self

import yaml
from pydantic import Field, model_validator

from quizzes.framework import Bilingual, Frozen, Words
from quizzes.items import Pool
from quizzes.passing import Passing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from quizzes.measurement import AreaMeasurement, Measurement

_POLICIES = Path(__file__).parent / "content" / "policies.yaml"
Probability = Annotated[float, Field(gt=0.5, lt=1)]


class Stop(Frozen):
    """When enough is known.

    Args:
        level: The overall level is known with this probability.
        passed: Being at `pass_level` or above, or not, is known with this probability.
        per_area: Answers that each area needs first.
        every_competency: Whether each competency is asked once first, where an item is left for it.
    """

    level: Probability | None = None
    passed: Probability | None = None
    pass_level: Annotated[str, Field(pattern=r"^L[1-9]$")] | None = None
    per_area: Annotated[int, Field(ge=0)] = 0
    every_competency: bool = False

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.level is None and self.passed is None:
            raise ValueError("un arrêt dit level ou passed")
        if (self.passed is None) != (self.pass_level is None):
            raise ValueError("passed et pass_level vont ensemble")
        return self

    def is_known(self, measured: Measurement) -> bool:
        """Tell whether what this purpose needs is known."""
        overall = measured.overall
        return (self.level is None or max(overall.probabilities) >= self.level) and (
            self.passed is None or self._is_decided(overall)
        )

    def _is_decided(self, overall: AreaMeasurement) -> bool:
        chance = overall.at_least[int((self.pass_level or "L1")[1:]) - 1]
        return max(chance, 1 - chance) >= (self.passed or 1)


class Policy(Frozen):
    """How a test runs.

    Args:
        assurance: A0 private, A1 unsupervised, A2 supervised.
        choice: "adaptive": item by item; "form": a form drawn under the blueprint; "calibrated": adaptive among calibrated items once
            they can serve the whole test in its language, a form until then.
        blueprint: Framework -> area -> items of a form. A test that draws forms is of the frameworks named here, and of no other.
        trials: Items on trial asked besides, where only calibrated ones count.
        stop: None: the whole number is asked. A form is always asked whole.
        extension: Items that may be added afterwards in an area whose level is borderline; 0: none.
        explained: Whether each answer is explained at once.
        retake_after_days, retakes_per_year: 0 means without limit.
        minutes: What to tell people; only under supervision does a clock stop them.
        passing: What passing asks; None: the test says levels.
    """

    id: Words
    title: Bilingual
    pool: Pool
    assurance: Literal["A0", "A1", "A2"]
    choice: Literal["adaptive", "form", "calibrated"] = "adaptive"
    blueprint: dict[str, dict[str, Annotated[int, Field(ge=1)]]] = Field(default_factory=dict)
    trials: Annotated[int, Field(ge=0)] = 0
    minimum_items: Annotated[int, Field(ge=1)]
    maximum_items: Annotated[int, Field(ge=1)]
    stop: Stop | None = None
    extension: Annotated[int, Field(ge=0)] = 0
    explained: bool
    retake_after_days: Annotated[int, Field(ge=0)]
    retakes_per_year: Annotated[int, Field(ge=0)]
    minutes: Annotated[int, Field(ge=1)]
    passing: Passing | None = None

    @property
    def is_supervised(self) -> bool:
        """Whether it is sat before an invigilator, and begun by nobody alone."""
        return self.assurance == "A2"

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.minimum_items > self.maximum_items:
            raise ValueError("minimum_items dépasse maximum_items")
        wrong = [code for code, areas in self.blueprint.items() if sum(areas.values()) != self.maximum_items]
        if wrong:
            raise ValueError(f"le plan de {wrong[0]} ne fait pas {self.maximum_items} questions")
        if self.passing is not None:
            if self.choice != "form":
                raise ValueError("une épreuve qui se réussit est un formulaire (choice: form)")
            fault = self.passing.check(self.blueprint, self.maximum_items)
            if fault:
                raise ValueError(fault)
        return self

    def is_for(self, framework_code: str) -> bool:
        """Tell whether this test exists for a framework."""
        return self.choice == "adaptive" or framework_code in self.blueprint


@lru_cache(maxsize=1)
def policies() -> Mapping[str, Policy]:
    """Return the policies by identifier."""
    listed = [Policy.model_validate(one) for one in yaml.safe_load(_POLICIES.read_text(encoding="utf-8"))]
    return {policy.id: policy for policy in listed}
