"""Calibrated scales: files, refusals, what they change."""

from datetime import date

import numpy as np
import pytest
from pydantic import ValidationError

from quizzes import sitting as engine
from quizzes.bank import Bank, make_bank
from quizzes.catalogue import catalogue
from quizzes.policy import Stop, policies
from quizzes.scale import CALIBRATED_FROM, EXPERT_ERROR, Scale, load_scales, parameters_of, prior_of
from tests.banks import bank, framework

BANK = bank()
RESERVED = [item.id for item in BANK.items_of("TST", "reserved")]
LINE = {"answers": 250, "difficulty": 0.3, "difficulty_error": 0.1, "slope": 1.2, "slope_error": 0.1}


def scale(**overrides):
    return Scale.model_validate(
        {
            "framework": "TST",
            "language": "fr",
            "made_on": date(2026, 11, 25),
            "people": 900,
            "mean": 0.2,
            "spread": 1.1,
            "correlation": 0.6,
            "items": dict.fromkeys(RESERVED, LINE),
            **overrides,
        }
    )


def with_scale(*scales):
    return make_bank(list(BANK.frameworks.values()), list(BANK.items.values()), scales)


REFUSED = {
    "a slope from few answers": {"items": {"TST-1.1-51": {**LINE, "answers": 99}}},
    "a negative slope": {"items": {"TST-1.1-51": {**LINE, "slope": -1}}},
    "an item without answers": {"items": {"TST-1.1-51": {**LINE, "answers": 0}}},
    "areas that are one": {"correlation": 1.0},
    "an unknown field": {"items": {"TST-1.1-51": {**LINE, "extra": 1}}},
}


@pytest.mark.parametrize("wrong", REFUSED.values(), ids=REFUSED)
def test_refused(wrong):
    with pytest.raises(ValidationError):
        scale(**wrong)


class TestFiles:
    def test_faults_are_reported_with_their_file(self, tmp_path):
        (tmp_path / "scales").mkdir()
        (tmp_path / "scales" / "a.yaml").write_text("framework: TST\n")
        (tmp_path / "scales" / "b.yaml").write_text("a: [\n")
        faults = []

        load_scales((tmp_path,), faults, frameworks=BANK.frameworks, items=BANK.items)

        assert {fault.file for fault in faults} == {"scales/a.yaml", "scales/b.yaml"}

    def test_the_newest_counts(self, tmp_path):
        (tmp_path / "scales").mkdir()
        for day, spread in (("25", "1.2"), ("24", "1.9")):
            (tmp_path / "scales" / f"TST-fr-2026-11-{day}.yaml").write_text(
                f"framework: TST\nlanguage: fr\nmade_on: 2026-11-{day}\npeople: 9\nspread: {spread}\nitems: {{}}\n"
            )

        [found] = load_scales((tmp_path,), [], frameworks=BANK.frameworks, items=BANK.items)

        assert found.spread == 1.2


class TestWhatItChanges:
    def test_without_one_items_stand_where_experts_put_them(self):
        found = parameters_of(BANK.items_of("TST", "reserved"), framework(), None)

        assert set(found.difficulty.tolist()) == {-1.2, -0.4, 0.4, 1.2}
        assert (found.difficulty_error == EXPERT_ERROR).all()
        assert prior_of(framework(), None).spreads == (1.4, 1.4)

    def test_with_one_they_stand_where_answers_put_them(self):
        own = scale(items={RESERVED[0]: {**LINE, "guessing": 0.11}})
        found = parameters_of(BANK.items_of("TST", "reserved"), framework(), own)

        assert (found.difficulty[0], found.slope[0], found.guessing[0]) == (0.3, 1.2, 0.11)
        assert found.difficulty[1] in (-1.2, -0.4, 0.4, 1.2)
        assert prior_of(framework(), own).means == (0.2, 0.2)
        assert prior_of(framework(), scale(correlation=None)).loadings[0] ** 2 == pytest.approx(0.5)

    def test_an_item_is_calibrated_by_its_own_answers_in_its_own_language(self):
        few = {**LINE, "answers": CALIBRATED_FROM - 1}
        own = with_scale(scale(items={**dict.fromkeys(RESERVED, LINE), RESERVED[0]: few}))

        assert catalogue(own, "TST", "reserved", "fr").calibrated.tolist() == [False] + [True] * 31
        assert not catalogue(own, "TST", "reserved", "en").calibrated.any()
        assert not catalogue(own, "TST", "open", "fr").calibrated.any()

    def test_the_bank_s_name_and_text_hold_it(self):
        own = with_scale(scale())

        assert own.content_hash != BANK.content_hash
        assert Bank.from_json(own.to_json()).content_hash == own.content_hash
        assert Bank.from_json(BANK.to_json()).content_hash == BANK.content_hash


class TestCertification:
    POLICY = policies()["certification"].model_copy(update={"blueprint": {"TST": {"TST-1": 16, "TST-2": 16}}})

    def begin(self, own):
        return engine.start(own, framework_code="TST", policy=self.POLICY, seed=1)

    def test_until_calibrated_it_is_a_form_and_the_scale_is_said_to_be_provisional(self):
        state = self.begin(BANK)

        assert state.is_form
        assert state.maximum_items == 32
        assert state.measurement.provisional
        while state.finished is None:
            item = BANK.item(state.current_item_id)
            state = engine.answer(state, item_id=item.id, response=engine_response(item), bank=BANK)
        assert state.finished == "complete"
        assert [one.item_id for one in state.answers] == list(state.form)
        assert state.answers[4].trace == {"reason": "form", "place": 5}

    def test_once_calibrated_it_is_adaptive_and_stops_when_it_knows(self):
        own = with_scale(scale(items={one: {**LINE, "slope": 2.5} for one in RESERVED}))
        state = self.begin(own)

        assert not state.is_form
        assert state.trials == ()
        while state.finished is None:
            item = own.item(state.current_item_id)
            state = engine.answer(state, item_id=item.id, response=engine_response(item), bank=own)
        assert state.finished == "confident"
        assert not state.measurement.provisional
        assert len(state.answers) >= self.POLICY.minimum_items

    def test_however_sure_it_is_each_competency_is_asked_first(self):
        own = with_scale(scale(items={one: {**LINE, "slope": 2.5} for one in RESERVED}))
        hasty = Stop(level=0.51, every_competency=True)
        policy = self.POLICY.model_copy(update={"minimum_items": 1, "stop": hasty})
        state = engine.start(own, framework_code="TST", policy=policy, seed=1)
        was_sure_before = False
        while state.finished is None:
            item = own.item(state.current_item_id)
            state = engine.answer(state, item_id=item.id, response=engine_response(item), bank=own)
            was_sure_before |= state.finished is None and hasty.is_known(state.measurement)

        assert was_sure_before
        assert state.finished == "confident"
        assert {own.item(one.item_id).competency for one in state.answers} == {
            "TST-1.1",
            "TST-1.2",
            "TST-2.1",
            "TST-2.2",
        }

    def test_uncalibrated_it_claims_less(self):
        def error(own):
            answers = [(one, engine_response(own.item(one))) for one in RESERVED[:20:2]]
            state = engine.replay(
                own,
                framework_code="TST",
                policy=policies()["practice"].model_copy(update={"pool": "reserved"}),
                seed=1,
                answers=answers,
            )
            return state.measurement.overall.standard_deviation

        sure = scale(
            mean=0.0,
            spread=1.4,
            correlation=None,
            items={
                item.id: {
                    "answers": 900,
                    "difficulty": framework().level(item.level).difficulty,
                    "difficulty_error": 0.0,
                }
                for item in BANK.items_of("TST", "reserved")
            },
        )
        assert error(BANK) > error(with_scale(sure))


def engine_response(item):
    from quizzes.items import right_response  # noqa: PLC0415 (one test's need)

    return right_response(item)


def test_masks_pass_over_items_of_other_pools():
    listed = catalogue(BANK, "TST", "reserved", "fr")

    assert np.flatnonzero(listed.mask([RESERVED[2], "TST-1.1-01", "ZZZ"])).tolist() == [2]
