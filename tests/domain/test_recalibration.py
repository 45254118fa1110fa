"""From answers to a scale file: what counts, what is refused, what is written, what the report says."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import yaml

from quizzes import calibration_report, recalibration
from quizzes.bank import make_bank
from quizzes.errors import ScaleExistsError, TooFewPeopleError, UnknownFrameworkError
from quizzes.fingerprint import fingerprint
from quizzes.recalibration import MINIMUM_PEOPLE, Line
from quizzes.scale import Scale, load_scales
from tests.answering_people import draw_scores
from tests.banks import bank, framework, item

BANK = bank()
ITEMS = sorted(BANK.items)
TODAY = date(2026, 11, 25)
SCORES = (0.0, 0.5, 1.0)
TEXTS = {name: fingerprint(one, "fr") for name, one in BANK.items.items()}


def lines(people=160, asked=16, seed=1, items=ITEMS):
    """People who answer items of the small bank as the model says, items half a logit harder than experts said."""
    chance = np.random.default_rng(seed)
    found = []
    for person in range(people):
        rows = [BANK.item(items[row]) for row in chance.permutation(len(items))[:asked]]
        scores = draw_scores(
            chance,
            slope=np.ones(asked),
            difficulty=np.array([framework().level(one.level).difficulty + 0.5 for one in rows]),
            guessing=np.array([one.guessing for one in rows]),
            half_guessing=np.array([np.nan if one.half_guessing is None else one.half_guessing for one in rows]),
            abilities=np.full(asked, chance.normal(0, 1.2)),
        )
        found += [
            Line(
                person=person,
                sitting=person + 1000,
                item_id=one.id,
                score=SCORES[score],
                fingerprint=TEXTS[one.id],
            )
            for one, score in zip(rows, scores, strict=True)
        ]
    return found


def gather(found=None, *, own=BANK, code="TST", **options):
    return recalibration.gather(own, code, lines() if found is None else found, **{"language": "fr", **options})


def answer(item_id, *, person=900, score=1.0, **options):
    return Line(
        **{
            "person": person,
            "sitting": person + 8100,
            "item_id": item_id,
            "score": score,
            "fingerprint": TEXTS.get(item_id, ""),
            **options,
        }
    )


@pytest.fixture(scope="module")
def gathered():
    return gather()


@pytest.fixture(scope="module")
def found(gathered):
    return recalibration.estimate(gathered)


class TestRefusals:
    def test_too_few_people(self):
        with pytest.raises(TooFewPeopleError) as caught:
            gather(lines(people=MINIMUM_PEOPLE - 1))

        assert (caught.value.found, caught.value.wanted) == (99, 100)

    def test_many_sittings_of_few_people(self):
        few = [replace(one, person=one.person % 7) for one in lines()]

        with pytest.raises(TooFewPeopleError):
            gather(few)

    def test_an_unknown_framework(self):
        with pytest.raises(UnknownFrameworkError):
            gather(code="ZZZ")

    def test_a_second_scale_of_the_same_day(self, gathered, found, tmp_path):
        scale = recalibration.scale_of(gathered, found, language="fr", made_on=TODAY)
        path = recalibration.write(scale, tmp_path)
        before = path.read_text()

        with pytest.raises(ScaleExistsError):
            recalibration.write(scale.model_copy(update={"mean": 3.0}), tmp_path)

        assert path.read_text() == before


class TestWhatCounts:
    def test_the_first_answer_of_a_person_to_an_item(self, gathered):
        again = [replace(one, sitting=one.sitting + 5000, score=1.0) for one in lines()]

        more = gather([*again, *lines()])

        assert len(more.table) == len(gathered.table)
        assert (more.table.score == gathered.table.score).all()

    def test_items_that_the_bank_no_longer_has_or_never_had_are_left_out(self, gathered):
        others = [
            answer("TST-9.9-01", person=1, sitting=1001),
            answer("AAA-1.1-01", person=1, sitting=1001),
        ]
        other = item(1, competency="AAA-1.1")
        wider = make_bank([framework()], [*BANK.items.values(), other])

        assert len(gather([*lines(), *others], own=wider).table) == len(gathered.table)

    def test_half_a_score_that_an_item_cannot_give_is_left_out(self):
        plain = next(one for one in BANK.items.values() if one.half_guessing is None)
        wrong = [answer(plain.id, score=0.5)]

        assert len(gather([*lines(), *wrong]).table) == len(lines())

    def test_a_sitting_of_one_answer_says_nothing(self):
        one = [answer(ITEMS[0])]

        assert gather([*lines(), *one]).people == 160

    def test_answers_to_a_text_that_was_edited_since_are_left_aside_and_named(self):
        first, second = ITEMS[:2]
        older = [
            replace(one, fingerprint=fingerprint(item(99, stem={"fr": "Autre ?", "en": "Other?"}), "fr"))
            if one.item_id == first and one.person < 40
            else one
            for one in lines()
        ]
        left_aside = sum(one.fingerprint != TEXTS[one.item_id] for one in older)

        found = gather(older)

        assert left_aside > 5
        assert found.edited == {first: left_aside}
        assert len(found.table) == len(lines()) - left_aside
        assert second in {one.id for one in found.items}
        assert f"{first} ({left_aside})" in calibration_report.told_edited(found)
        assert f"{first} ({left_aside})" in render(found, recalibration.estimate(found))

    def test_an_item_of_which_only_a_former_text_was_answered_has_no_line(self):
        older = [replace(one, fingerprint="0" * 64) if one.item_id == ITEMS[0] else one for one in lines()]

        assert ITEMS[0] not in {one.id for one in gather(older).items}

    def test_the_other_language_s_text_may_change(self, gathered):
        one = BANK.item(ITEMS[0])
        edited = one.model_copy(update={"stem": one.stem.model_copy(update={"en": "Quite another one?"})})
        own = make_bank([framework()], [*(other for other in BANK.items.values() if other.id != one.id), edited])

        assert gather(own=own).edited == {}
        assert len(gather(own=own).table) == len(gathered.table)


class TestScale:
    def test_is_read_again_and_used(self, gathered, found, tmp_path):
        scale = recalibration.scale_of(gathered, found, language="fr", made_on=TODAY)

        path = recalibration.write(scale, tmp_path)

        assert path.name == "TST-fr-2026-11-25.yaml"
        assert load_scales((tmp_path,), [], frameworks=BANK.frameworks, items=BANK.items) == (scale,)
        assert scale.people == 160
        assert set(scale.items) == {one.id for one in gathered.items}
        assert all(one.answers >= 1 for one in scale.items.values())
        assert {line.fingerprint for line in scale.items.values()} == {TEXTS[name] for name in scale.items}

    def test_the_correlation_is_never_above_its_estimate(self, gathered, found):
        bounded = replace(found, correlation=0.638, correlation_error=0.05)

        assert recalibration.scale_of(gathered, bounded, language="fr", made_on=TODAY).correlation == 0.63

    def test_one_at_the_end_of_what_is_tried_is_not_written(self, gathered, found):
        unbounded = replace(found, correlation=0.95, correlation_error=float("nan"))

        assert recalibration.scale_of(gathered, unbounded, language="fr", made_on=TODAY).correlation is None

    def test_one_area_has_no_correlation(self):
        own = [one for one in ITEMS if one.startswith("TST-1")]
        gathered = gather(lines(items=own))

        found = recalibration.estimate(gathered)

        assert recalibration.scale_of(gathered, found, language="fr", made_on=TODAY).correlation is None
        assert "Corrélation entre domaines, estimée</th><td>–" in render(gathered, found)

    def test_the_file_is_plain(self, gathered, found, tmp_path):
        path = recalibration.write(recalibration.scale_of(gathered, found, language="en", made_on=TODAY), tmp_path)

        data = yaml.safe_load(path.read_text())

        assert data["made_on"] == TODAY
        assert "guessing" not in next(iter(data["items"].values()))


class TestAnchors:
    def test_calibrated_items_are_held_and_keep_their_line(self):
        line = {"answers": 250, "difficulty": 0.9, "difficulty_error": 0.1, "slope": 1.3, "slope_error": 0.1}
        few = {"answers": 50, "difficulty": 0.9, "difficulty_error": 0.3}
        old = Scale.model_validate(
            {
                "framework": "TST", "language": "fr", "made_on": TODAY, "people": 300,
                "items": {ITEMS[0]: line, ITEMS[1]: few},
            }
        )  # fmt: skip

        gathered = gather(held=old)
        scale = recalibration.scale_of(
            gathered, recalibration.estimate(gathered), language="fr", made_on=TODAY, held=old
        )

        assert scale.items[ITEMS[0]] == old.items[ITEMS[0]]
        assert scale.items[ITEMS[1]] != old.items[ITEMS[1]]

    def test_one_that_nobody_answered_this_time_keeps_its_line_too(self):
        old = scale_at({ITEMS[0]: 0.9, ITEMS[1]: 0.4, ITEMS[2]: 0.1}, few={ITEMS[2]})

        gathered = gather(lines(items=ITEMS[3:]), held=old)
        scale = recalibration.scale_of(
            gathered, recalibration.estimate(gathered), language="fr", made_on=TODAY, held=old
        )

        assert scale.items[ITEMS[0]] == old.items[ITEMS[0]]
        assert ITEMS[2] not in scale.items  # too few answers to be an anchor: it stands where experts put it

    def test_an_anchor_keeps_the_chance_by_luck_of_its_line(self):
        old = scale_at({ITEMS[0]: 0.9})
        own = old.model_copy(update={"items": {ITEMS[0]: old.items[ITEMS[0]].model_copy(update={"guessing": 0.11})}})

        held, free = gather(held=own).design.guessing, gather().design.guessing

        assert held[0] == 0.11
        assert held[1:].tolist() == free[1:].tolist()


def scale_at(places, *, few=frozenset()):
    """A scale that puts items there, on 400 answers, or 50 for those in `few`."""
    lines_of = {
        name: {"answers": 50 if name in few else 400, "difficulty": place, "difficulty_error": 0.1}
        for name, place in places.items()
    }
    return Scale.model_validate(
        {"framework": "TST", "language": "fr", "made_on": TODAY, "people": 900, "items": lines_of}
    )


class TestShift:
    def test_nothing_in_common_is_nothing_to_say(self):
        before, after = scale_at({ITEMS[0]: 0.0}), scale_at({ITEMS[0]: 1.0}, few={ITEMS[0]})

        assert recalibration.shift(before, after) is None

    def test_how_far_what_both_calibrate_moved(self):
        before = scale_at({ITEMS[0]: 0.0, ITEMS[1]: 1.0, ITEMS[2]: 0.0}, few={ITEMS[2]})
        after = scale_at({ITEMS[0]: 0.2, ITEMS[1]: 1.4, ITEMS[2]: 9.0})

        moved = recalibration.shift(before, after)

        assert (moved.items, moved.mean, moved.spread) == (2, pytest.approx(0.3), pytest.approx(0.1))
        assert moved.is_large
        assert "Recommencez avec --hold-calibrated" in calibration_report.told_shift(moved)

    def test_items_that_move_around_one_zero_are_no_alarm(self):
        moved = recalibration.shift(scale_at({ITEMS[0]: 0.0, ITEMS[1]: 0.0}), scale_at({ITEMS[0]: 0.3, ITEMS[1]: -0.3}))

        assert not moved.is_large
        assert "zéro" not in calibration_report.told_shift(moved)


def render(gathered, found, **options):
    scale = recalibration.scale_of(gathered, found, language="fr", made_on=TODAY)
    pools = [("ouvert", BANK.items_of("TST", "open")), ("vide", ())]
    return calibration_report.render(gathered, found, scale, pools=pools, **options)


class TestReport:
    def test_says_fit_information_exposure_and_what_to_write(self, gathered, found):
        told = render(gathered, found)

        for words in ("Khi-deux", "Yen, 1981", "Information aux seuils", "À écrire d’abord", "Exposition", "oui"):
            assert words in told
        assert told.count("<svg") > 10

    def test_says_loudly_that_the_computation_did_not_settle(self, gathered):
        unsettled = recalibration.calibration.calibrate(
            gathered.table,
            gathered.design,
            recalibration.Assumptions(level_means=(-1.2, -0.4, 0.4, 1.2)),
            rounds=1,
        )

        assert "ne mettez pas cette échelle en service" in render(gathered, unsettled)

    def test_says_how_far_items_moved_from_the_scale_in_use(self, gathered, found):
        moved = recalibration.Shift(items=12, mean=-0.25, spread=0.1)

        assert "les 12 questions calibrées dans les deux bougent de −0,25 logit" in render(
            gathered, found, moved=moved
        ).replace("\N{NO-BREAK SPACE}", " ")

    def test_a_correlation_at_the_end_of_what_is_tried_has_no_error(self, gathered, found):
        told = render(gathered, replace(found, correlation=0.95, correlation_error=float("nan")))

        assert "0,95 au bout de ce qui est essayé" in told
        assert "nan" not in told

    def test_nothing_is_thin_where_all_is_even(self, gathered, found):
        scale = recalibration.scale_of(gathered, found, language="fr", made_on=TODAY)

        told = calibration_report.render(gathered, found, scale, pools=[("réservé", BANK.items_of("TST", "reserved"))])

        assert "Aucun endroit n’est maigre." in told
