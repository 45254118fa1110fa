"""A whole bank tried on made-up people, through the engine that real people meet.

Everything goes through `quizzes.sitting`: real items, real responses, graded for real, with the draws that spare items. What is made up:

- abilities are drawn from the population that the engine assumes, areas correlated as it assumes; as many slip as it assumes
- scores are drawn from the response model. Where an item is not calibrated, its true difficulty is not where experts put it: it is
  moved, for each person anew, by a normal error of `EXPERT_ERROR` logits; where it is, by the errors of its scale. Slopes move
  likewise; an uncalibrated slope is 1
- a wrong answer is a skip; half a score is an answer that is nearly right

So the engine's assumptions are true here, and answers depend on nothing but abilities: real people will do worse.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from quizzes import judging, sitting
from quizzes.catalogue import catalogue
from quizzes.exposure import Exposure, cap_of, draw_ineligible
from quizzes.items import Matching, MultipleChoice, Ordering, Response, right_response
from quizzes.response import HALF, RIGHT, SLIP, WRONG, Parameters, probabilities

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from quizzes.bank import Bank
    from quizzes.catalogue import Catalogue
    from quizzes.items import Item
    from quizzes.measurement import Measurement
    from quizzes.outcome import Outcome as Judged
    from quizzes.policy import Policy

    Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one made-up person.

    Args:
        abilities: True ones, (areas,).
        item_ids: In the order in which they were asked.
        reason: Why the sitting ended.
        judged: What the pass rules say at the nominal cut; None where the test has none.
    """

    abilities: tuple[float, ...]
    measurement: Measurement
    item_ids: tuple[str, ...]
    reason: str
    judged: Judged | None = None

    @property
    def whole(self) -> float:
        """True mean of the areas' abilities."""
        return sum(self.abilities) / len(self.abilities)


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """Everything that a report reads.

    Args:
        cap: Largest share of sittings that an item should be asked in.
        uncalibrated: Items of the pool that stand where experts put them.
    """

    framework_code: str
    policy: Policy
    language: str
    seed: int
    pool: tuple[Item, ...]
    cap: float
    uncalibrated: int
    outcomes: tuple[Outcome, ...]


def half_response(item: Item) -> Response:
    """Return a response that is nearly right.

    Raises:
        ValueError: The item gives no half credit.
    """
    if item.half_guessing is None:
        raise ValueError(f"{item.id}: no partial credit")
    right = right_response(item).data
    match item:
        case MultipleChoice():
            wrong = next(option.id for option in item.options if not option.correct)
            return Response(data={"choices": sorted([*right["choices"][1:], wrong])})
        case Ordering():
            *others, last, end = right["order"]
            return Response(data={"order": [*others, end, last]})
        case Matching(decoys=(decoy, *_)):
            return Response(data={"pairs": {**right["pairs"], item.pairs[0].id: decoy.id}})
        case _:
            first, second, *_others = right["pairs"]
            return Response(data={"pairs": {**right["pairs"], first: second, second: first}})


def simulate(
    bank: Bank, *, framework_code: str, policy: Policy, people: int, seed: int, language: str = "fr"
) -> Simulation:
    """Let people sit one test, one after the other, items resting between them as they do in production.

    Raises:
        UnknownFrameworkError: The bank has no such framework.
        NotOfferedError: This test does not exist for this framework.
        EmptyPoolError: The pool cannot begin this test.
    """
    listed = catalogue(bank, framework_code, policy.pool, language)
    chance = np.random.default_rng(seed)
    cap = cap_of(policy.maximum_items, max(len(listed.items), 1))
    asked: dict[str, int] = {}
    rested: dict[str, int] = {}
    outcomes: list[Outcome] = []
    for number in range(people):
        used = {
            item.id: Exposure(eligible=number - rested.get(item.id, 0), asked=asked.get(item.id, 0))
            for item in listed.items
        }
        own_seed = seed * 1_000_003 + number
        resting = (
            draw_ineligible(list(listed.rows), used, sittings=number, cap=cap, seed=own_seed) if number else frozenset()
        )
        state = sitting.start(
            bank, framework_code=framework_code, policy=policy, seed=own_seed, language=language, resting=resting
        )
        one = _sit(bank, listed, state, chance)
        outcomes.append(one)
        for item_id in one.item_ids:
            asked[item_id] = asked.get(item_id, 0) + 1
        for item_id in resting:
            rested[item_id] = rested.get(item_id, 0) + 1
    return Simulation(
        framework_code=framework_code,
        policy=policy,
        language=language,
        seed=seed,
        pool=listed.items,
        cap=cap,
        uncalibrated=_uncalibrated(bank, listed, language),
        outcomes=tuple(outcomes),
    )


def _uncalibrated(bank: Bank, listed: Catalogue, language: str) -> int:
    own = bank.scales.get((listed.framework.code, language))
    return sum(own is None or item.id not in own.items for item in listed.items)


def _sit(bank: Bank, listed: Catalogue, state: sitting.SittingState, chance: np.random.Generator) -> Outcome:
    abilities = _draw_abilities(listed, chance)
    chances = _chances(listed, abilities, slips=bool(chance.random() < listed.prior.slipping), chance=chance)
    draws = chance.random(len(listed.items))
    while state.current_item_id is not None:
        item = bank.item(state.current_item_id)
        row = listed.rows[item.id]
        state = sitting.answer(state, item_id=item.id, response=_respond(item, chances[row], draws[row]), bank=bank)
    return Outcome(
        abilities=tuple(abilities.tolist()),
        measurement=state.measurement,
        item_ids=tuple(one.item_id for one in state.answers),
        reason=str(state.finished),
        judged=judging.judge(state, bank=bank) if state.policy.passing else None,
    )


def _draw_abilities(listed: Catalogue, chance: np.random.Generator) -> Array:
    prior = listed.prior
    loadings = np.array(prior.loadings)
    common, own = chance.normal(), chance.normal(size=len(loadings))
    drawn: Array = np.array(prior.means) + np.array(prior.spreads) * (
        loadings * common + np.sqrt(1 - loadings**2) * own
    )
    return drawn


def _chances(listed: Catalogue, abilities: Array, *, slips: bool, chance: np.random.Generator) -> Array:
    """Return P(score) of every item for this person, (n, 3): true parameters, which are not those of the scale."""
    scale = listed.curves.parameters
    true = Parameters.of(
        scale.slope * np.exp(chance.normal(size=len(scale)) * scale.slope_error / scale.slope),
        scale.difficulty + chance.normal(size=len(scale)) * scale.difficulty_error,
        scale.guessing,
        half_guessing=scale.half_guessing,
        half_step=scale.half_step,
    )
    of_area = probabilities(true, abilities)  # every item at the ability of every area
    found: Array = np.take_along_axis(of_area, listed.quotas.areas[:, None, None], axis=2)[:, :, 0]
    if slips:
        found = (1 - SLIP) * found
        found[:, WRONG] += SLIP
    return found


def _respond(item: Item, chances: Array, draw: float) -> Response:
    score = int(draw >= chances[WRONG]) + int(draw >= chances[WRONG] + chances[HALF])
    if score == RIGHT:
        return right_response(item)
    return half_response(item) if score == HALF else Response.skip()
