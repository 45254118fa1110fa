"""A pool that is calibrated in part: who is asked what, what counts, what is said."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from quizzes import sitting as engine
from quizzes import trials
from quizzes.bank import make_bank
from quizzes.catalogue import catalogue
from quizzes.errors import NotOfferedError
from quizzes.items import Response, right_response
from quizzes.policy import policies
from quizzes.scale import Scale
from quizzes.selection import GENTLE_START
from tests.banks import bank, framework

BANK = bank(10)
RESERVED = [item.id for item in BANK.items_of("TST", "reserved")]
SURE = {"answers": 250, "difficulty": 0.3, "difficulty_error": 0.1, "slope": 1.2, "slope_error": 0.1}
#: Of each competency, the last three are new.
NEW = [one for one in RESERVED if one[-2:] in ("58", "59", "60")]
POLICY = policies()["certification"].model_copy(
    update={"blueprint": {"TST": {"TST-1": 12, "TST-2": 12}}, "minimum_items": 12, "maximum_items": 24}
)
SEEDS = range(12)


def with_lines(names, *, items=None):
    scale = Scale.model_validate(
        {
            "framework": "TST",
            "language": "fr",
            "made_on": date(2026, 11, 25),
            "people": 900,
            "items": dict.fromkeys(names, SURE),
        }
    )
    return make_bank([framework()], list(BANK.items.values()) if items is None else items, [scale])


OWN = with_lines([one for one in RESERVED if one not in NEW])


def begin(own=OWN, policy=POLICY, seed=1, **options):
    return engine.start(own, framework_code="TST", policy=policy, seed=seed, **options)


def finish(state, own=OWN, *, right=lambda _place, _item: True, count=99):
    """Answer until the end, or so many times."""
    while state.finished is None and len(state.answers) < count:
        item = own.item(state.current_item_id)
        response = right_response(item) if right(len(state.answers), item) else Response.skip()
        state = engine.answer(state, item_id=item.id, response=response, bank=own)
    return state


class TestNotCertifiedOneByOne:
    """On a provisional scale, nothing is certified from items chosen one by one."""

    def test_a_framework_without_a_blueprint_has_no_certification(self):
        with pytest.raises(NotOfferedError):
            engine.start(BANK, framework_code="TST", policy=policies()["certification"], seed=1)

    def test_nor_when_it_is_calibrated(self):
        with pytest.raises(NotOfferedError):
            engine.start(with_lines(RESERVED), framework_code="TST", policy=policies()["certification"], seed=1)

    def test_every_framework_that_is_certified_has_its_blueprint(self):
        assert set(policies()["certification"].blueprint) == {"CIT", "PRO"}
        for code in ("DEC", "ACC"):
            assert not policies()["certification"].is_for(code)
            assert not policies()["examination"].is_for(code)
            assert policies()["positioning"].is_for(code)

    def test_one_by_one_on_a_provisional_scale_proves_no_level_for_paper(self):
        adaptive = POLICY.model_copy(update={"choice": "adaptive"})

        one_by_one, form = finish(begin(BANK, adaptive), BANK), finish(begin(BANK), BANK)

        assert one_by_one.measurement.overall.certified_level is not None
        assert not one_by_one.may_certify
        assert form.is_form
        assert form.may_certify
        assert form.measurement.provisional

    def test_nor_does_one_that_was_stopped_however_well_it_went(self):
        stopped = engine.stop(finish(begin(BANK), BANK, count=23))

        assert stopped.finished == "stopped"
        assert stopped.measurement.overall.certified_level is not None
        assert not stopped.may_certify

    def test_nor_does_one_that_had_too_few_questions_to_ask(self):
        state = finish(begin(BANK), BANK)

        assert not replace(state, policy=state.policy.model_copy(update={"minimum_items": 99})).may_certify

    def test_nor_does_a_test_that_runs_or_one_of_the_open_pool(self):
        assert not begin().may_certify
        assert not finish(begin(policy=policies()["positioning"])).may_certify

    @pytest.mark.parametrize("seed", SEEDS)
    def test_whatever_is_calibrated_a_level_for_paper_rests_on_a_form_or_on_calibrated_items(self, seed):
        chance = np.random.default_rng(seed)
        own = with_lines([one for one in RESERVED if chance.random() < 0.5 + 0.05 * seed])

        state = finish(begin(own, seed=seed), own)

        asked = {one.item_id for one in state.counted}
        assert state.may_certify
        assert state.is_form or all(own.scales["TST", "fr"].is_calibrated(one) for one in asked)


FEW = {
    "nothing is calibrated": [],
    "an area has too few": [one for one in RESERVED if not one.startswith("TST-2") or one[-1] in "123"],
    "a competency has none": [one for one in RESERVED if not one.startswith("TST-2.2")],
}


class TestAForm:
    """Where calibrated items cannot serve a whole test, a form is drawn from all of them."""

    @pytest.mark.parametrize("names", FEW.values(), ids=FEW)
    def test_is_drawn_and_nothing_is_on_trial(self, names):
        state = begin(with_lines(names))

        assert state.is_form
        assert state.trials == ()

    def test_is_drawn_for_whoever_has_seen_too_many_of_the_calibrated_ones(self):
        seen = frozenset([one for one in RESERVED if one.startswith("TST-1") and one not in NEW][:3])

        assert begin(excluded=seen).is_form
        assert not begin(excluded=frozenset(NEW)).is_form

    def test_of_calibrated_items_only_is_not_provisional(self):
        own = with_lines(RESERVED[:-1])
        policy = POLICY.model_copy(update={"choice": "form"})
        found = [finish(begin(own, policy, seed), own) for seed in SEEDS]

        told = {RESERVED[-1] in state.form: state.measurement.provisional for state in found}

        assert told == {True: True, False: False}


class TestOnTrial:
    def test_one_new_item_does_not_make_the_others_provisional_again(self):
        own = with_lines(RESERVED[:-1])
        state = finish(begin(own), own)

        assert not state.is_form
        assert not state.measurement.provisional
        assert state.may_certify

    @pytest.mark.parametrize("seed", SEEDS)
    def test_new_items_are_asked_besides_and_calibrated_ones_count(self, seed):
        state = finish(begin(seed=seed))
        tried = [one.item_id for one in state.answers if state.is_trial(one.item_id)]

        assert len(tried) == POLICY.trials == 2
        assert set(tried) <= set(NEW)
        assert not {one.item_id for one in state.counted} & set(NEW)
        assert len(state.counted) == len(state.answers) - 2 == state.measurement.overall.answer_count
        assert POLICY.minimum_items <= len(state.counted) <= POLICY.maximum_items
        assert not state.measurement.provisional

    @pytest.mark.parametrize("seed", SEEDS)
    def test_their_places_are_after_the_gentle_start_and_before_the_test_may_end(self, seed):
        state = finish(begin(seed=seed))

        places = [place for place, one in enumerate(state.answers) if state.is_trial(one.item_id)]
        assert places == [place for place, _item in state.trials]
        assert all(len(GENTLE_START) <= place < POLICY.minimum_items for place in places)
        assert state.answers[places[0]].trace == {"reason": "trial", "place": places[0] + 1}

    def test_right_or_wrong_they_change_nothing_for_the_person(self):
        right = finish(begin(), right=lambda place, _item: place % 3 > 0)
        wrong = finish(begin(), right=lambda place, item: place % 3 > 0 and item.id not in NEW)

        assert {one.score for one in right.answers if one.item_id in NEW} != {0.0}
        assert right.measurement == wrong.measurement
        assert [one.item_id for one in right.answers] == [one.item_id for one in wrong.answers]

    def test_replayed_it_is_the_same(self):
        state = finish(begin())

        again = engine.replay(
            OWN,
            framework_code="TST",
            policy=POLICY,
            seed=1,
            answers=[(one.item_id, one.response) for one in state.answers],
        )

        assert again == state
        assert again.maximum_items == POLICY.maximum_items + 2

    def test_over_people_every_new_item_is_tried(self):
        assert {item for seed in range(60) for _place, item in begin(seed=seed).trials} == set(NEW)

    def test_what_rests_or_was_seen_is_not_tried(self):
        for seed in SEEDS:
            state = begin(seed=seed, resting=frozenset(NEW[:6]), excluded=frozenset(NEW[6:11]))
            assert [item for _place, item in state.trials] == NEW[11:]

    def test_a_pool_that_is_calibrated_whole_tries_nothing(self):
        assert begin(with_lines(RESERVED)).trials == ()

    def test_enemies_of_what_is_tried_are_not_asked(self):
        calibrated = [one for one in RESERVED if one not in NEW]
        items = [
            one.model_copy(update={"enemies": (calibrated[0], *(new for new in NEW if new != one.id))})
            if one.id in NEW
            else one
            for one in BANK.items.values()
        ]
        own = with_lines(calibrated, items=items)

        for seed in SEEDS:
            state = finish(begin(own, seed=seed), own)
            assert len(state.trials) == 1
            assert calibrated[0] not in {one.item_id for one in state.answers}


class TestPositioning:
    """An open pool asks everything: what is said of the scale concerns the items that were answered."""

    def test_is_provisional_as_soon_as_one_answer_is_to_an_item_that_is_not_calibrated(self):
        names = [one.id for one in BANK.items_of("TST", "open")]
        own = with_lines(names[:-1])

        def answered(*ids):
            return engine.replay(
                own,
                framework_code="TST",
                policy=policies()["positioning"],
                seed=1,
                answers=[(one, Response.skip()) for one in ids],
            ).measurement.provisional

        assert answered(names[-1])
        assert answered(*names[:3], names[-1])
        assert not answered(*names[:3])
        assert answered()  # nothing rests on answers yet


def test_nothing_left_serves_no_test():
    listed = catalogue(OWN, "TST", "reserved", "fr")

    assert not trials.is_served(listed, {"TST-1": 1}, closed=np.ones(len(listed.items), dtype=bool))
