"""Cut scores: which panels are refused, what a panel sets, what is told and recorded."""

import copy
from datetime import date

import numpy as np
import pytest
import yaml

from quizzes import cutscore_report, panel, response
from quizzes.bank import make_bank
from quizzes.cutscore import agreement, cut_of
from quizzes.errors import PanelError
from quizzes.scale import Scale, parameters_of
from tests.banks import bank, framework
from tests.panels import JUDGES, panel_data, panel_text

BANK = bank()
ITEMS = sorted(BANK.items)[:20]
GOOD = panel_data(ITEMS)


def wrong(change):
    data = copy.deepcopy(GOOD)
    change(data)
    return yaml.safe_dump(data, sort_keys=False)


def drop(*path):
    def change(data):
        for step in path[:-1]:
            data = data[step]
        del data[path[-1]]

    return change


def put(value, *path):
    def change(data):
        for step in path[:-1]:
            data = data[step]
        data[path[-1]] = value

    return change


REFUSED = {
    "no YAML": ("a: [", "YAML"),
    "no judge's interests": (wrong(drop("judges", 0, "interests")), "interests"),
    "an unknown field": (wrong(put(1, "extra")), "extra"),
    "seven judges": (panel_text(ITEMS, judges=JUDGES[:7]), "7 juges ; il en faut 8"),
    "a judge twice": (wrong(put({"id": "AB", "role": "x", "interests": "x"}, "judges", 1)), "AB figure deux fois"),
    "a judge twice in small letters": (
        wrong(put({"id": "ab ", "role": "x", "interests": "x"}, "judges", 1)),
        "AB figure deux fois",
    ),
    "one round, that nobody discussed": (panel_text(ITEMS, rounds=1), "1 tour ; il en faut 2"),
    "rounds out of order": (
        wrong(lambda data: data["rounds"].reverse()),
        "Le tour numéro 2 vient à la place du tour 1",
    ),
    "a round without its number": (wrong(drop("rounds", 0, "number")), "number"),
    "a rating that is a yes": (wrong(put(True, "rounds", 0, "ratings", "GH", ITEMS[0])), "ratings"),
    "a rating that is no number": (wrong(put(float("nan"), "rounds", 1, "ratings", "GH", ITEMS[0])), "donne nan"),
    "an item twice": (wrong(put(ITEMS[0], "items", 1)), f"{ITEMS[0]} figure deux fois"),
    "an unknown framework": (wrong(put("ZZZ", "framework")), "Référentiel inconnu : ZZZ"),
    "an unknown level": (wrong(put("L9", "boundary")), "Niveau inconnu : L9"),
    "an unknown item": (wrong(put("TST-9.9-99", "items", 0)), "Question inconnue : TST-9.9-99"),
    "a stranger who rates": (wrong(put({}, "rounds", 0, "ratings", "ZZ")), "ZZ note sans être juge"),
    "a judge who rates nothing": (wrong(drop("rounds", 1, "ratings", "CD")), "Tour 2 : aucune note du juge CD"),
    "a rating missing": (wrong(drop("rounds", 0, "ratings", "EF", ITEMS[3])), f"manquantes : EF sur {ITEMS[3]}."),
    "a round of nothing": (wrong(put({name: {} for name in JUDGES}, "rounds", 0, "ratings")), "et 140 autres"),
    "a rating above one": (wrong(put(60, "rounds", 0, "ratings", "GH", ITEMS[0])), f"GH donne 60.0 à {ITEMS[0]}"),
    "a rating of nothing": (
        wrong(put(0.5, "rounds", 0, "ratings", "GH", "TST-1.1-99")),
        "TST-1.1-99, qui n’est pas au jury",
    ),
}


@pytest.mark.parametrize(("text", "told"), REFUSED.values(), ids=REFUSED)
def test_refuses(text, told):
    with pytest.raises(PanelError) as caught:
        panel.read(text, name="p.yaml", bank=BANK)

    assert told in str(caught.value)
    assert all(fault.file == "p.yaml" for fault in caught.value.faults)


def test_says_everything_that_is_wrong_at_once():
    text = wrong(lambda data: (drop("rounds", 0, "ratings", "AB")(data), put("ZZZ", "framework")(data)))

    with pytest.raises(PanelError) as caught:
        panel.read(text, name="p.yaml", bank=BANK)

    assert len(caught.value.faults) == 2


def judged(**options):
    return panel.read(panel_text(ITEMS, **options), name="p.yaml", bank=BANK)


def cut(own, scale=None):
    return cut_of(own, framework(), scale)


def chances_at(ability):
    items = [BANK.item(one) for one in ITEMS]
    curves = response.curves(parameters_of(items, framework(), None))
    return np.array([np.interp(ability, response.GRID, row) for row in curves.expected])


class TestCut:
    @pytest.mark.parametrize("ability", [-1.0, 0.0, 1.1])
    def test_judges_who_see_right_find_the_ability_again(self, ability):
        found = cut(judged(chances=chances_at(ability)))

        assert found.final.ability == pytest.approx(ability, abs=3 * found.final.ability_error)
        assert max(found.final.coherence) < 0.2
        assert found.final.mean_agreement > found.final.single_agreement > 0.3

    def test_its_error_is_that_of_judges(self):
        own = judged()

        final = cut(own).final

        scores = own.ratings[-1].sum(axis=1)
        assert final.score == pytest.approx(scores.mean())
        assert final.score_error == pytest.approx(np.std(scores, ddof=1) / np.sqrt(8))
        assert final.judge_means == pytest.approx(own.ratings[-1].mean(axis=1).tolist())

    def test_another_round_brings_judges_together(self):
        found = cut(judged())

        assert found.changes[0].spread < 0
        assert found.changes[0].changed > 0.5

    def test_a_cut_that_luck_reaches_has_no_ability(self):
        final = cut(judged(chances=np.zeros(20))).final

        assert final.ability is None
        assert final.ability_error is None
        assert None in final.judge_abilities
        assert None in final.coherence

    def test_a_scale_moves_it(self):
        line = {"answers": 250, "difficulty": 1.5, "difficulty_error": 0.1}
        scale = Scale.model_validate(
            {
                "framework": "TST",
                "language": "fr",
                "made_on": date(2026, 11, 1),
                "people": 400,
                "items": dict.fromkeys(ITEMS, line),
            }
        )

        assert cut(judged(), scale).final.ability > cut(judged()).final.ability + 0.5


class TestAgreement:
    def test_of_a_published_table(self):
        # Shrout and Fleiss 1979, table 2: six targets (rows there), four judges.
        ratings = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]).T

        assert agreement(ratings) == pytest.approx((0.29, 0.62), abs=0.005)

    def test_of_items_all_rated_alike(self):
        assert agreement(np.full((8, 5), 0.5)) == (0.0, 0.0)


class TestWhatIsTold:
    def test_by_round_and_with_what_to_try(self):
        own = judged()
        told = cutscore_report.text(own, cut(own), current_cut=-0.8)

        for words in (
            "8 juges",
            "Tour 1",
            "Effet du tour 2",
            "erreur type",
            "intraclasses",
            "seuil du référentiel : −0,80",
            "flask simulate --cut",
        ):
            assert words in told

    def test_a_pass_has_no_cut_of_the_framework_to_compare_with(self):
        own = judged(boundary="pass")

        assert cutscore_report.text(own, cut(own), current_cut=None).endswith("logit.")

    def test_a_cut_that_items_cannot_place(self):
        own = judged(chances=np.zeros(20))
        found = cut(own)

        assert "Rien n’est à signer" in cutscore_report.text(own, found, current_cut=-0.8)
        with pytest.raises(ValueError, match="not signed"):
            cutscore_report.record_of(own, found, bank=BANK, panel_sha256="0")

    def test_an_incoherent_judge_is_pointed_at(self):
        data = panel_data(ITEMS, chances=chances_at(0.0))
        easy_last = np.argsort(chances_at(0.0))
        for rank, place in enumerate(easy_last):
            data["rounds"][1]["ratings"]["AB"][ITEMS[place]] = 1.0 if rank < 12 else 0.0
        own = panel.read(yaml.safe_dump(data), name="p", bank=BANK)

        assert "à revoir" in cutscore_report.text(own, cut(own), current_cut=0.0)


class TestRecord:
    def test_says_who_what_and_how_surely_and_no_rating(self):
        own = judged()

        record = cutscore_report.record_of(own, cut(own), bank=BANK, panel_sha256="f" * 64)

        assert record["cut"]["of"] == 20
        assert record["scale"] is None
        assert record["bank"] == BANK.content_hash
        assert len(record["judges"]) == 8
        assert "ratings" not in str(record)

    def test_names_the_scale_in_use(self):
        scale = Scale.model_validate(
            {"framework": "TST", "language": "fr", "made_on": date(2026, 11, 1), "people": 400, "items": {}}
        )
        own = make_bank(list(BANK.frameworks.values()), list(BANK.items.values()), [scale])

        assert cutscore_report.record_of(judged(), cut(judged()), bank=own, panel_sha256="f")["scale"] == "2026-11-01"
