"""Every monitor at once, over the recorded answers of one framework."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from quizzes import fit, groups, monitors, person_fit, response, scale
from quizzes.differential import expected_by_chance
from quizzes.fingerprint import fingerprint
from quizzes.population import NODES, Table
from quizzes.recalibration import design_of
from quizzes.response import HALF, RIGHT, column

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from quizzes.bank import Bank
    from quizzes.groups import Comparison, GroupSize
    from quizzes.items import Item
    from quizzes.monitors import Drift, Haste, Seen, Use
    from quizzes.person_fit import Misfit
    from quizzes.posterior import Prior

    Array = NDArray[np.float64]
    Rows = NDArray[np.intp]

#: Sittings, the newest, whose fit is looked at: each is answered by hundreds of made-up people.
FITTED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What the monitors say. Every list holds what was looked at; `is_flagged` tells what deserves a look.

    Args:
        answers, sittings: How many were looked at.
        edited: Item -> answers left aside, since they were given to another text of it.
        groups: How many people each group has, where that may be told.
    """

    framework_code: str
    language: str
    answers: int
    sittings: int
    edited: Mapping[str, int]
    groups: Sequence[GroupSize]
    drifts: Sequence[Drift]
    differences: Sequence[Comparison]
    uses: Sequence[Use]
    misfits: Sequence[Misfit]
    hastes: Sequence[Haste]

    @property
    def flagged_by_chance(self) -> float:
        """How many comparisons would be flagged if every item treated its groups alike."""
        return expected_by_chance(one.difference for one in self.differences)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Ready:
    """Answers as a table with what the model makes of them; lines of `seen` are those of the table."""

    seen: tuple[Seen, ...]
    items: tuple[Item, ...]
    table: Table
    areas: Rows
    chances: Array
    prior: Prior
    predictions: fit.Predictions


def watch(
    bank: Bank,
    *,
    framework_code: str,
    language: str,
    answers: Sequence[Seen],
    uses: Sequence[Use],
    fitted: int = FITTED,
) -> Watch:
    """Run every monitor.

    Args:
        language: Whose scale is used; people of this group are the reference of comparisons.
        answers: Of all groups, in the order of each sitting.

    Raises:
        UnknownFrameworkError: The bank has no such framework.
    """
    known = tuple(one for one in answers if _is_known(bank, framework_code, one))
    known, edited = _to_present_texts(bank, known)
    ready = _prepare(bank, framework_code, language, known)
    ours = tuple(one for one in known if one.language == language)
    return Watch(
        framework_code=framework_code,
        language=language,
        answers=len(known),
        sittings=len({one.sitting for one in known}),
        edited=edited,
        groups=groups.sizes(language, {one.person: _groups_of(one) for one in known}),
        drifts=list(_drifts(bank, framework_code, language, ready)) if ready else [],
        differences=list(_differences(language, ready)) if ready else [],
        uses=uses,
        misfits=list(_misfits(language, ready, fitted)) if ready else [],
        hastes=monitors.haste(ours, monitors.medians(ours)),
    )


def _is_known(bank: Bank, framework_code: str, one: Seen) -> bool:
    item = bank.items.get(one.item_id)
    if item is None or not item.competency.startswith(f"{framework_code}-"):
        return False
    return column(one.score) != HALF or item.half_guessing is not None


def _to_present_texts(bank: Bank, known: tuple[Seen, ...]) -> tuple[tuple[Seen, ...], dict[str, int]]:
    """Return the answers to items as they stand, and how many were given to former texts of each item."""
    now = {
        (item_id, language): fingerprint(bank.items[item_id], language)
        for item_id, language in {(one.item_id, one.language) for one in known}
    }
    present = tuple(one for one in known if one.fingerprint == now[one.item_id, one.language])
    every, kept = Counter(one.item_id for one in known), Counter(one.item_id for one in present)
    return present, dict(sorted((every - kept).items()))


def _prepare(bank: Bank, framework_code: str, language: str, seen: tuple[Seen, ...]) -> _Ready | None:
    framework = bank.framework(framework_code)
    if not seen:
        return None
    ids = sorted({one.item_id for one in seen})
    rows = {item_id: row for row, item_id in enumerate(ids)}
    takers = {sitting: row for row, sitting in enumerate(sorted({one.sitting for one in seen}))}
    ordered = tuple(sorted(seen, key=lambda one: takers[one.sitting]))  # stable: the order within a sitting stays
    table = Table(
        person=np.array([takers[one.sitting] for one in ordered], dtype=np.intp),
        item=np.array([rows[one.item_id] for one in ordered], dtype=np.intp),
        score=np.array([column(one.score) for one in ordered], dtype=np.intp),
        people=len(takers),
        items=len(ids),
    )
    items = tuple(bank.item(item_id) for item_id in ids)
    own = bank.scales.get((framework_code, language))
    areas = design_of(framework, items).areas
    chances = response.probabilities(scale.parameters_of(items, framework, own), NODES)
    population = scale.prior_of(framework, own)
    present = int(areas.max()) + 1
    prior = type(population)(
        means=population.means[:present], spreads=population.spreads[:present], loadings=population.loadings[:present]
    )
    return _Ready(
        seen=ordered,
        items=items,
        table=table,
        areas=areas,
        chances=chances,
        prior=prior,
        predictions=fit.predict(table, areas, chances, prior),
    )


def _drifts(bank: Bank, framework_code: str, language: str, ready: _Ready) -> Iterator[Drift]:
    own = bank.scales.get((framework_code, language))
    moments = np.array([one.at for one in ready.seen])
    # Whoever meets an item again may have read what is right: a crowd that practises is no sign that it leaked.
    ours = np.zeros(len(ready.seen), dtype=bool)
    ours[groups.first_answers(np.array([one.person for one in ready.seen]), ready.table.item)] = True
    ours &= np.array([one.language == language for one in ready.seen])
    for row, item in enumerate(ready.items):
        lines = np.flatnonzero((ready.table.item == row) & ours)
        lines = lines[np.argsort(moments[lines], kind="stable")]
        found = monitors.drift(
            item.id,
            ready.predictions.residual[lines],
            moments[lines],
            variance=float(ready.predictions.variance[lines].mean()) if len(lines) else 0.0,
            is_calibrated=own is not None and own.is_calibrated(item.id),
        )
        if found is not None:
            yield found


def _differences(language: str, ready: _Ready) -> Iterator[Comparison]:
    def ability_without(rows: Sequence[int]) -> Array:
        kept = ~np.isin(ready.table.item, rows)
        table = replace(
            ready.table, person=ready.table.person[kept], item=ready.table.item[kept], score=ready.table.score[kept]
        )
        ability = ready.predictions.ability.copy()
        ability[kept] = fit.predict(table, ready.areas, ready.chances, ready.prior).ability
        return ability

    answers = groups.Grouped(
        items=[item.id for item in ready.items],
        item=ready.table.item,
        person=np.array([one.person for one in ready.seen], dtype=np.intp),
        told=[_groups_of(one) for one in ready.seen],
        ability=ready.predictions.ability,
        ability_without=ability_without,
        right=ready.table.score == RIGHT,
    )
    return groups.comparisons(language, answers)


def _groups_of(one: Seen) -> Mapping[str, str]:
    return {**one.told, groups.LANGUAGE: one.language}


def _misfits(language: str, ready: _Ready, fitted: int) -> Iterator[Misfit]:
    """Look at the newest sittings that may certify, of the language whose scale is used: another's would misjudge them."""
    lines: Mapping[int, list[int]] = defaultdict(list)
    for place, one in enumerate(ready.seen):
        if one.is_assured and one.language == language:
            lines[one.sitting].append(place)
    for sitting in sorted(lines)[-fitted:] if fitted else ():
        own = np.array(lines[sitting], dtype=np.intp)
        found = person_fit.misfit_of(
            sitting,
            ready.table.item[own],
            ready.table.score[own],
            areas=ready.areas,
            chances=ready.chances,
            prior=ready.prior,
            seed=sitting,
        )
        if found is not None:
            yield found
