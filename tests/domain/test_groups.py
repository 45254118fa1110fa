"""Groups of people: which are compared, and what is never said of the small ones."""

from dataclasses import replace

import numpy as np
import pytest

from quizzes.differential import COMPARED_FROM, Difference, expected_by_chance
from quizzes.groups import ATTRIBUTES, Grouped, GroupSize, comparisons, sizes

ENOUGH, TOO_FEW = 150, COMPARED_FROM - 1


def grouped(told, *, seed=1, hard_for=None, items=("a",), repeated=1):
    """Everybody answers every item; whoever `hard_for` names, as (attribute, group), finds the first one harder."""
    chance = np.random.default_rng(seed)
    count, rows = len(told), len(items)
    ability = np.repeat(chance.normal(0, 1, count), rows)
    item = np.tile(np.arange(rows), count)
    held_back = np.array([hard_for is not None and one.get(hard_for[0]) == hard_for[1] for one in told])
    right = chance.random(count * rows) < 1 / (
        1 + np.exp(-(ability - 2.0 * (np.repeat(held_back, rows) & (item == 0))))
    )
    return Grouped(
        items=items,
        item=np.tile(item, repeated),
        person=np.tile(np.repeat(np.arange(count), rows), repeated),
        told=[one for one in told for _item in items] * repeated,
        ability=np.tile(ability, repeated),
        ability_without=lambda _rows: np.tile(ability, repeated),
        right=np.tile(right, repeated),
    )


def people(**counts):
    """So many people of each group of one attribute: `age_band={"15-29": 150}`."""
    return [
        {name: group} for name, groups in counts.items() for group, count in groups.items() for _one in range(count)
    ]


def compared(told, language="fr", **options):
    return [(one.attribute, one.group) for one in comparisons(language, grouped(told, **options))]


class TestWhoIsLeftAlone:
    def test_nobody_is_compared_who_told_nothing(self):
        assert compared([{}] * 400) == []

    @pytest.mark.parametrize("attribute", ATTRIBUTES, ids=lambda one: one.id)
    def test_no_group_that_is_too_small_is_compared(self, attribute):
        assert compared(people(**{attribute.id: {attribute.groups[0]: ENOUGH, attribute.groups[1]: TOO_FEW}})) == []

    def test_a_person_who_sat_twice_is_one_person(self):
        told = people(sex={"female": 60, "male": 60})

        assert compared(told, repeated=4) == []

    def test_a_small_band_takes_no_part_in_the_others_comparison(self):
        told = people(age_band={"15-29": ENOUGH, "30-44": ENOUGH, "75+": TOO_FEW})

        found = list(comparisons("fr", grouped(told)))

        assert [(one.group, one.difference.focal, one.difference.reference) for one in found] == [
            ("15-29", ENOUGH, ENOUGH),
            ("30-44", ENOUGH, ENOUGH),
        ]

    def test_a_large_band_alone_is_compared_with_nobody(self):
        assert compared(people(age_band={"15-29": ENOUGH})) == []

    def test_groups_without_their_reference_are_not_compared(self):
        assert compared(people(sex={"female": ENOUGH})) == []

    def test_everybody_right_says_nothing(self):
        told = people(sex={"female": ENOUGH, "male": ENOUGH})
        answers = grouped(told)

        assert list(comparisons("fr", replace(answers, right=np.ones_like(answers.right)))) == []

    def test_how_many_are_in_a_small_group_is_not_told(self):
        told = dict(enumerate(people(sex={"female": ENOUGH, "male": TOO_FEW})))

        found = [one for one in sizes("fr", told) if one.attribute == "sex"]

        assert found == [
            GroupSize(attribute="sex", group="female", people=ENOUGH),
            GroupSize(attribute="sex", group="male", people=None),
        ]


class TestWhoIsCompared:
    def test_each_with_its_reference_or_with_all_the_others(self):
        told = [
            *people(language={"fr": ENOUGH, "en": ENOUGH}),
            *people(sex={"female": ENOUGH, "male": ENOUGH}),
            *people(first_language={"fr": ENOUGH, "other": ENOUGH}),
        ]

        assert compared(told) == [("language", "en"), ("sex", "female"), ("first_language", "other")]
        assert compared(told, language="en")[0] == ("language", "fr")

    @pytest.mark.parametrize(
        ("attribute", "group"), [("sex", "female"), ("first_language", "other"), ("age_band", "75+")]
    )
    def test_the_item_that_is_harder_for_one_group_is_found_and_the_others_are_not(self, attribute, group):
        groups = next(one.groups for one in ATTRIBUTES if one.id == attribute)[-2:]
        told = people(**{attribute: dict.fromkeys({*groups, group}, 500)})

        found = list(comparisons("fr", grouped(told, items=("odd", "b", "c", "d"), hard_for=(attribute, group))))

        flagged = {(one.difference.item_id, one.difference.ets) for one in found if one.difference.is_flagged}
        assert flagged == {("odd", "C")}
        assert next(one.difference.delta for one in found if one.group == group) < -1.5

    def test_items_of_class_c_are_left_out_of_the_ability_that_the_others_are_compared_by(self):
        told = people(sex={"female": 500, "male": 500})
        honest = grouped(told, items=("odd", "b", "c"), hard_for=("sex", "female"))
        female = np.array([one["sex"] == "female" for one in honest.told])
        asked = []

        def without(rows):
            asked.append(list(rows))
            return honest.ability

        muddied = replace(honest, ability=honest.ability - 0.45 * female, ability_without=without)
        found = [(one.difference.item_id, one.difference.ets) for one in comparisons("fr", muddied)]

        assert asked == [[0]]
        assert found == [("odd", "C"), ("b", "A"), ("c", "A")]


class TestChance:
    @staticmethod
    def difference(error):
        return Difference(
            item_id="x", reference=200, focal=200, delta=0.0, error=error, chi_square=0.0, chance=1.0, ets="A"
        )

    def test_nothing_compared_raises_no_flag(self):
        assert expected_by_chance([]) == 0

    def test_a_coarse_comparison_is_flagged_one_time_in_twenty_and_a_fine_one_hardly_ever(self):
        assert expected_by_chance([self.difference(2.0)] * 20) == pytest.approx(1.0, abs=0.01)
        assert expected_by_chance([self.difference(0.25)]) == pytest.approx(6e-5, abs=1e-5)

    def test_as_many_as_a_simulation_flags(self):
        flags, expected = 0, 0.0
        for seed in range(60):
            told = people(sex={"female": ENOUGH, "male": ENOUGH})
            found = [one.difference for one in comparisons("fr", grouped(told, seed=seed, items=tuple("abcdefgh")))]
            flags += sum(one.is_flagged for one in found)
            expected += expected_by_chance(found)

        assert flags == pytest.approx(expected, rel=0.35)
