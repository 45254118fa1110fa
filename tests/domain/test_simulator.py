"""Made-up people through the real engine: what is refused, what comes out, what is told."""

import json
from dataclasses import replace
from datetime import date

import pytest

from quizzes import grading, simulation_report
from quizzes.bank import make_bank
from quizzes.errors import EmptyPoolError, UnknownFrameworkError
from quizzes.items import parse_response
from quizzes.policy import policies
from quizzes.scale import Scale
from quizzes.simulation_summary import summarise
from quizzes.simulator import half_response, simulate
from tests.banks import bank, framework, item

BANK = bank()
POLICY = policies()["positioning"].model_copy(update={"minimum_items": 6, "maximum_items": 12})


def run(own=BANK, *, people=60, seed=1, policy=POLICY):
    return simulate(own, framework_code="TST", policy=policy, people=people, seed=seed)


@pytest.fixture(scope="module")
def found():
    return run()


@pytest.fixture(scope="module")
def summary(found):
    return summarise(found, framework(), extra_cut=0.3)


class TestRefusals:
    def test_an_unknown_framework(self):
        with pytest.raises(UnknownFrameworkError):
            simulate(BANK, framework_code="ZZZ", policy=POLICY, people=2, seed=1)

    def test_a_pool_without_items(self):
        with pytest.raises(EmptyPoolError):
            run(make_bank([framework()], []))

    def test_half_an_answer_to_an_item_that_gives_none(self):
        with pytest.raises(ValueError, match="no partial credit"):
            half_response(item(kind="short_text"))


HALVES = {
    "choices": item(
        kind="multiple_choice",
        choose=3,
        options=[
            {
                "id": one,
                "text": {"fr": one, "en": one},
                **({"correct": True} if one in "abc" else {"feedback": {"fr": "non", "en": "no"}}),
            }
            for one in "abcdef"
        ],
    ),
    "an order": item(kind="ordering"),
    "pairs with a decoy": item(kind="matching"),
    "pairs without": item(
        kind="matching",
        decoys=[],
        pairs=[{"id": one, "left": {"fr": one, "en": one}, "right": {"fr": one, "en": one}} for one in "abcd"],
    ),
}


@pytest.mark.parametrize("one", HALVES.values(), ids=HALVES)
def test_half_an_answer_is_graded_half(one):
    response = parse_response(one, half_response(one).to_json())

    assert grading.grade(one, response).score == 0.5


class TestWhatComesOut:
    def test_the_same_seed_gives_the_same_people(self, found):
        again, other = run(people=5), run(people=5, seed=2)

        assert [one.item_ids for one in again.outcomes] == [one.item_ids for one in found.outcomes[:5]]
        assert [one.abilities for one in other.outcomes] != [one.abilities for one in again.outcomes]

    def test_estimates_follow_the_truth(self, summary):
        assert summary.overall.rmse < 1.2
        assert abs(summary.overall.bias) < 0.35
        assert summary.overall.coverage > 0.85
        assert 6 <= summary.lengths[0] <= summary.lengths[3] <= 12
        assert sum(summary.reasons.values()) == pytest.approx(1)

    def test_shares_add_up(self, summary):
        for one in summary.cuts:
            assert one.passed - one.false_pass + one.false_fail == pytest.approx(one.above)
        assert sum(one.people for one in summary.levels) == 60
        assert summary.certified_right <= summary.certified

    def test_the_studied_cut_lies_between_its_neighbours(self, summary):
        below, studied, above = summary.cuts[2], summary.cuts[4], summary.cuts[3]

        assert (studied.name, studied.cut) == ("seuil étudié", 0.3)
        assert above.passed <= studied.passed <= below.passed

    def test_items_rest_so_that_none_becomes_everybody_s(self, found, summary):
        assert summary.exposures[0][1] <= found.cap + 0.15
        assert 0 < summary.overlap < 1

    def test_without_a_studied_cut_there_are_the_framework_s(self, found):
        assert [one.name for one in summarise(found, framework()).cuts] == ["L1", "L2", "L3", "L4"]

    def test_where_nobody_is_certified_there_is_no_share_of_them(self, found):
        nobody = [
            replace(one, measurement=replace(one.measurement, counts=(0,) * len(one.measurement.counts)))
            for one in found.outcomes
        ]

        told = summarise(replace(found, outcomes=tuple(nobody)), framework())

        assert (told.too_high, told.areas_too_high, told.certified) == (None, None, 0)
        assert replace(told.cuts[0], passed=0.0).wrong_among_passed is None


class TestWhatIsTold:
    def test_on_a_terminal(self, found, summary):
        told = simulation_report.text(found, summary)

        assert "60 personnes, graine 1" in told
        assert "ne sont pas calibrées" in told
        assert "Faux oui" in told
        assert "provisoires" in told

    def test_as_json(self, summary):
        data = json.loads(json.dumps(summary.to_json()))

        assert data["people"] == 60
        assert set(data["exposure"]) == {"maximum", "cap", "unused", "overlap"}
        assert len(data["cuts"]) == 5

    def test_as_a_page(self, found, summary):
        told = simulation_report.render(found, summary, framework(), None)

        assert told.count("<svg") == 6
        assert "Où le vivier est maigre" in told

    def test_a_calibrated_pool_says_so(self):
        line = {"answers": 250, "difficulty": 0.1, "difficulty_error": 0.1, "slope": 1.2, "slope_error": 0.1}
        scale = Scale.model_validate(
            {
                "framework": "TST",
                "language": "fr",
                "made_on": date(2026, 11, 25),
                "people": 900,
                "items": dict.fromkeys(BANK.items, line),
            }
        )
        own = make_bank(list(BANK.frameworks.values()), list(BANK.items.values()), [scale])

        found = run(own, people=25)

        assert found.uncalibrated == 0
        assert "selon ses erreurs" in simulation_report.assumptions(found)
