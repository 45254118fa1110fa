"""The rules of content: a sound corpus passes them all; each is broken once, and says where and what to do."""

from datetime import date

import pytest

from app.resources import SHIPPED_CONTENT
from quizzes.rules import demands
from quizzes.rules.corpus import read_corpus
from quizzes.rules.report import RULES, report
from tests.banks import _TYPES, both, item_data
from tests.corpora import AMOUNTS, TODAY, fact_data, scale_data, scale_line, sound


@pytest.fixture(autouse=True)
def _small_amounts(monkeypatch):
    monkeypatch.setattr(demands, "AMOUNTS", AMOUNTS)


def choices(right=0, *, longest=False):
    """Four options, the right one in a place, perhaps the longest."""
    options = [dict(one) for one in _TYPES["single_choice"]["options"]]
    if longest:
        options[0]["text"] = both("juste et bien dite")
    options.insert(right, options.pop(0))
    return options


def single_choices(files, **how):
    """Make ten single choices of the corpus."""
    for number, one in enumerate(files.items[:10]):
        for name in ("screen", "accepted", "normalise", "hint"):
            one.pop(name, None)
        one |= {"type": "single_choice", "options": choices(**{"right": number % 4, **how})}


class Broken:
    """One way to break the corpus for each rule."""

    def facts_exist_in_an_item(self, files):
        files.items[0]["facts"] = ["nulle-part"]

    def facts_exist_in_a_module(self, files):
        files.heads["TST-1.1.fr"]["facts"] = ["nulle-part"]

    def practice_items_that_do_not_exist(self, files):
        files.heads["TST-1.1.fr"]["practice"][0] = "TST-1.1-99"

    def practice_items_that_are_reserved(self, files):
        files.heads["TST-1.1.fr"]["practice"][0] = "TST-1.1-04"

    def practice_items_of_another_competency(self, files):
        files.heads["TST-1.1.fr"]["practice"][0] = "TST-1.2-01"

    def module_competencies_unknown(self, files):
        files.heads["TST-1.1.fr"]["competency"] = "TST-9.9"

    def module_competencies_of_no_framework(self, files):
        files.heads["TST-1.1.fr"]["competency"] = "ZZZ-1.1"

    def path_frameworks_unknown(self, files):
        files.path["framework"] = "ZZZ"

    def illustrations_not_told_in_words(self, files):
        del files.heads["TST-1.1.fr"]["illustration_alt"]

    def illustrations_not_found(self, files):
        files.drawings = {}

    def illustrations_that_act(self, files):
        files.drawings["dessin.svg"] = files.drawings["dessin.svg"].replace("<rect", "<script>x</script><rect")

    def nothing_of_the_above_in_french(self, files):
        files.items[0]["options"][1]["text"]["fr"] = "Toutes les réponses"

    def nothing_of_the_above_in_english(self, files):
        files.items[0]["options"][1]["text"]["en"] = "None of the above"

    def falc_is_earned_by_readers(self, files):
        files.heads["TST-1.1.plain"]["summary"] = "Cette leçon est en FALC."

    def fact_items_name_a_fact_of_the_register(self, files):
        files.items[0] |= {"ground": "fact", "confidence": "F"}

    def easy_to_read_words(self, files):
        files.items[0]["stem"] = both("Interopérabilité informationnelle réglementairement homologuée ?")

    def easy_to_read_sentences(self, files):
        files.items[0]["stem"] = both(" ".join(["le chat est là"] * 5))

    def longest_is_not_right_by_habit(self, files):
        single_choices(files, longest=True)

    def no_favourite_place_in_the_file(self, files):
        single_choices(files, right=1)

    def no_twins_between_pools(self, files):
        files.item("TST-1.1-04")["stem"] = both("Qui range la grande lampe dans le petit salon ?")
        files.item("TST-1.2-01")["stem"] = both("Qui range une grande lampe dans mon petit salon ?")

    def whole_modules_have_their_words(self, files):
        files.bodies["TST-1.1.fr"] = files.bodies["TST-1.1.fr"][:1000]

    def whole_modules_in_plain_french_are_short(self, files):
        files.bodies["TST-1.1.plain"] = files.bodies["TST-1.1.fr"]

    def whole_modules_have_an_act(self, files):
        del files.heads["TST-1.1.fr"]["act"]

    def whole_modules_have_three_items(self, files):
        files.heads["TST-1.1.fr"]["practice"].pop()

    def whole_modules_have_two_sources(self, files):
        files.heads["TST-1.1.fr"]["sources"].pop()

    def whole_modules_have_a_drawing(self, files):
        del files.heads["TST-1.1.fr"]["illustration"]

    def whole_modules_tell_a_way_without_the_internet(self, files):
        files.bodies["TST-1.1.en"] = files.bodies["TST-1.1.en"].replace("online", "there")

    def plain_is_simple_in_its_sentences(self, files):
        files.bodies["TST-1.1.plain"] = files.bodies["TST-1.1.plain"].replace("courte.", "courte et puis")

    def reviewed_in_time_items(self, files):
        files.items[0] |= {"checked_on": date(2025, 11, 24), "review_on": date(2026, 11, 24)}

    def reviewed_in_time_within_a_year(self, files):
        files.facts[0]["review_on"] = date(2028, 11, 24)

    def facts_unchanged_since_the_check(self, files):
        files.facts[0]["changed_on"] = date(2026, 11, 30)

    def frameworks_with_all_competencies(self, files):
        files.framework["areas"][0]["competencies"].append({"id": "TST-1.3", "slug": "x", "title": both("Une de plus")})

    def enough_items_in_each_pool(self, files):
        files.items.remove(files.item("TST-2.2-04"))

    def every_level_has_an_item(self, files):
        files.item("TST-2.2-02")["level"] = files.item("TST-2.2-04")["level"] = "L1"

    def every_level_is_one_of_the_framework_s(self, files):
        files.item("TST-2.2-01")["level"] = "L3"

    def varied_types_and_few_single_choices(self, files):
        single_choices(files)

    def varied_types_and_enough_to_do(self, files):
        for one in files.items:
            if one["type"] == "simulation" and one["id"].endswith("02"):
                del one["screen"]
                one |= {"type": "ordering", **_TYPES["ordering"]}

    def varied_types_and_enough_of_life(self, files):
        for one in files.items:
            one["situation"] = False

    def every_lesson_is_written(self, files):
        for name in ("fr", "en", "plain"):
            del files.heads[f"TST-1.2.{name}"]

    def every_lesson_is_written_in_plain_french(self, files):
        del files.heads["TST-1.2.plain"]

    def scale_frameworks_that_do_not_exist(self, files):
        files.scales["ZZZ-fr-2026-11-25"] = scale_data(files, framework="ZZZ", items={})

    def scale_frameworks_of_another_s_items(self, files):
        files.scales["TST-fr-2026-11-25"] = scale_data(files, items={"ZZZ-1.1-01": scale_line(files)})

    def unknown_scale_items_or_retired_ones(self, files):
        files.scales["TST-fr-2026-11-25"] = scale_data(files, items={"TST-1.1-99": scale_line(files)})

    def edited_scale_items_have_another_stem(self, files):
        files.scales["TST-fr-2026-11-25"] = scale_data(files)
        files.item("TST-1.1-02")["stem"]["fr"] = "Où est la petite lampe ?"

    def edited_scale_items_without_a_fingerprint(self, files):
        files.scales["TST-fr-2026-11-25"] = scale_data(
            files, items={"TST-1.1-02": {"answers": 9, "difficulty": 0.1, "difficulty_error": 0.3}}
        )


WAYS = {name: way for name, way in vars(Broken).items() if not name.startswith("__")}
NAMES = sorted((rule.name for rule in RULES), key=len, reverse=True)


def rule_of(way):
    return next(name for name in NAMES if way.startswith(name.replace("-", "_")))


def test_a_sound_corpus_has_no_fault(tmp_path):
    assert [str(one.fault) for one in report(sound().read(tmp_path))] == []


@pytest.mark.parametrize("way", WAYS)
def test_each_rule_broken_says_where_and_what_to_do(tmp_path, way):
    files = sound()
    WAYS[way](Broken(), files)

    found = report(files.read(tmp_path))

    assert rule_of(way) in {one.rule for one in found}, [str(one.fault) for one in found]
    own = [one for one in found if one.rule == rule_of(way)]
    assert all(one.fault.line >= 1 and one.fault.remedy and one.fault.message for one in own)
    assert all((tmp_path / one.fault.file).exists() for one in own)


def test_every_rule_is_broken_here():
    assert {rule_of(way) for way in WAYS} == {rule.name for rule in RULES}


class TestScales:
    def test_a_line_is_named_with_its_place_and_what_to_do(self, tmp_path):
        files = sound()
        files.scales["TST-fr-2026-11-25"] = scale_data(files)
        files.item("TST-1.1-02")["stem"]["fr"] = "Où est la petite lampe ?"

        [found] = report(files.read(tmp_path))

        lines = (tmp_path / "scales/TST-fr-2026-11-25.yaml").read_text().splitlines()
        assert (found.rule, found.kind) == ("edited-scale-items", "notice")
        assert lines[found.fault.line - 1].strip() == "TST-1.1-02:"
        assert "n’est plus étalonnée" in found.fault.message
        assert "prochain calibrage" in found.fault.remedy

    def test_what_is_neither_asked_nor_graded_may_change(self, tmp_path):
        files = sound()
        files.scales["TST-fr-2026-11-25"] = scale_data(files)
        files.item("TST-1.1-02")["explanation"] = both("Parce que, dit autrement.")

        assert report(files.read(tmp_path)) == []

    def test_only_the_scale_in_use_is_looked_at_for_what_has_changed(self, tmp_path):
        files = sound()
        files.scales["TST-fr-2026-11-25"] = scale_data(files, items={"TST-1.1-99": scale_line(files)})
        files.scales["TST-fr-2026-11-26"] = scale_data(files, made_on=date(2026, 11, 26))

        assert report(files.read(tmp_path)) == []

    def test_a_scale_that_is_none_is_a_fault(self, tmp_path):
        files = sound()
        files.scales["TST-fr-2026-11-25"] = {"framework": "TST"}

        assert {one.rule for one in report(files.read(tmp_path))} == {"form"}


class TestReport:
    def test_what_loading_refuses_comes_first_and_the_rest_is_told_too(self, tmp_path):
        files = sound()
        files.items.append({"id": "nothing"})
        files.facts.append(fact_data())
        files.heads["TST-1.1.fr"]["minutes"] = 0
        del files.heads["TST-1.2.plain"]["act"]

        found = report(files.read(tmp_path))

        assert {"form", "whole-modules"} <= {one.rule for one in found}
        assert found[0].rule == "form"
        assert found[0].kind == "structure"
        assert {"facts/TST.yaml", "items/TST.yaml", "modules/TST-1.1.fr.md"} <= {one.fault.file for one in found}

    def test_the_place_is_the_line_of_the_field(self, tmp_path):
        files = sound()
        files.item("TST-1.1-02")["facts"] = ["nulle-part"]

        [found] = report(files.read(tmp_path))

        lines = (tmp_path / "items/TST.yaml").read_text().splitlines()
        assert lines[found.fault.line - 1].strip() == "facts:"
        assert "TST-1.1-02" in found.fault.message

    def test_a_framework_that_is_promised_and_absent_is_told(self, tmp_path, monkeypatch):
        monkeypatch.setattr(demands, "AMOUNTS", {**AMOUNTS, "ZZZ": AMOUNTS["TST"]})

        found = report(sound().read(tmp_path))

        assert [one.fault.message for one in found] == ["ZZZ : référentiel absent."]

    def test_a_review_that_is_due_is_due_from_its_day_on(self, tmp_path):
        files = sound()

        corpus = files.read(tmp_path, today=date(2027, 11, 25))

        assert {one.rule for one in report(corpus)} == {"reviewed-in-time"}

    def test_a_stem_without_a_word_has_no_reading_level(self, tmp_path):
        files = sound()
        files.items[0]["stem"] = {"fr": "…?", "en": "…?"}

        assert report(files.read(tmp_path)) == []

    def test_stems_that_share_no_word_that_counts_are_no_twins(self, tmp_path):
        files = sound()
        files.item("TST-1.1-01")["context"] = {
            "kind": "message",
            "title": both("SMS"),
            "body": both("Je suis au port."),
        }

        assert report(files.read(tmp_path)) == []

    def test_two_stems_without_any_word_that_counts_are_twins(self, tmp_path):
        files = sound()
        for name in ("TST-1.1-01", "TST-1.1-04"):
            files.item(name)["stem"] = {"fr": "Qui va là ?", "en": "Who?"}

        assert {one.rule for one in report(files.read(tmp_path))} == {"no-twins"}


def test_the_shipped_content_has_no_fault_of_structure(monkeypatch):
    monkeypatch.undo()
    corpus = read_corpus((SHIPPED_CONTENT,), today=TODAY)

    assert [str(one.fault) for one in report(corpus) if one.kind == "structure"] == []


def test_the_figures_of_the_four_frameworks(monkeypatch):
    monkeypatch.undo()

    assert {code: one.competencies for code, one in demands.AMOUNTS.items()} == {
        "CIT": 19,
        "PRO": 17,
        "DEC": 13,
        "ACC": 5,
    }
    assert sum(one.competencies * (one.open_items + one.reserved_items) for one in demands.AMOUNTS.values()) == 626
    assert item_data()["level"] in demands.AMOUNTS["CIT"].levels
