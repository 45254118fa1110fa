"""Right or not, and both told in words."""

import pytest

from quizzes.grading import describe_correct, describe_response, grade
from quizzes.items import Response, parse_response, right_response
from tests.banks import TYPES, item

WRONG = {
    "single_choice": {"choice": "b"},
    "multiple_choice": {"choices": ["a", "b"]},
    "short_text": {"text": "autre chose"},
    "ordering": {"order": ["b", "a", "c"]},
    "matching": {"pairs": {"a": "a", "b": "x", "c": "c"}},
}


@pytest.mark.parametrize(("kind", "data"), WRONG.items())
def test_wrong(kind, data):
    one = item(kind=kind)

    assert not grade(one, parse_response(one, data)).is_correct


@pytest.mark.parametrize("kind", TYPES)
def test_right(kind):
    one = item(kind=kind)

    assert grade(one, right_response(one)).is_correct


def test_a_skip_scores_nought():
    assert grade(item(), Response.skip()).score == 0


@pytest.mark.parametrize(
    ("kind", "data", "told"),
    [("single_choice", {"choice": "c"}, "pas c (fr)"), ("multiple_choice", {"choices": ["b", "c"]}, "pas b (fr)")],
)
def test_a_wrong_option_says_why(kind, data, told):
    one = item(kind=kind)

    assert grade(one, parse_response(one, data)).feedback.get("fr") == told


def test_other_types_have_no_feedback_of_an_option():
    assert grade(item(), Response(data={"text": "zzz"})).feedback is None


FORGIVEN = ["réponse", "REPONSE", "  Réponse. ", "re-ponse", "réponses", "answer", "Answer!"]
NOT_FORGIVEN = ["rponses", "repos", "répondre à tout"]


@pytest.mark.parametrize("text", FORGIVEN)
def test_case_accents_spaces_and_small_slips_are_forgiven(text):
    assert grade(item(), Response(data={"text": text})).is_correct


@pytest.mark.parametrize("text", NOT_FORGIVEN)
def test_more_is_not(text):
    assert not grade(item(), Response(data={"text": text})).is_correct


def test_nothing_is_forgiven_where_the_item_says_so():
    strict = item(accepted={"fr": ["Été 5"], "en": ["x"]}, normalise={"case": False, "accents": False, "spaces": False})

    assert grade(strict, Response(data={"text": "Été 5"})).is_correct
    for text in ("été 5", "Ete 5", "Été5"):
        assert not grade(strict, Response(data={"text": text})).is_correct


WORDS = {
    "single_choice": ["juste (fr)"],
    "multiple_choice": ["juste a (fr)", "juste c (fr)"],
    "short_text": ["réponse"],
    "ordering": ["1. étape a (fr)", "2. étape b (fr)", "3. étape c (fr)"],
    "matching": [f"gauche {one} (fr) : droite {one} (fr)" for one in "abc"],
}


@pytest.mark.parametrize(("kind", "words"), WORDS.items())
def test_what_had_to_be_found_is_told(kind, words):
    assert describe_correct(item(kind=kind), "fr") == words


def test_in_english_too():
    assert describe_correct(item(), "en") == ["answer"]
    assert describe_response(item(), Response(data={"text": "so"}), "en") == ["so"]
    assert describe_response(item(), Response.skip(), "en") == []
