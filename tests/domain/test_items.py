"""Items and responses: every refusal by name."""

import json

import pytest
from pydantic import ValidationError

from quizzes.errors import MalformedResponseError
from quizzes.items import Response, parse_response, right_response
from tests.banks import _TYPES, TYPES, both, item


def options(kind="single_choice", **changes):
    return [{**one, **changes.get(one["id"], {})} for one in _TYPES[kind]["options"]]


REFUSED = {
    "practice in the reserved pool": ({"ground": "practice", "pool": "reserved"}, "vivier ouvert"),
    "reviewed before it was checked": ({"review_on": "2026-01-01"}, "doit suivre"),
    "an id of another competency": ({"id": "TST-1.2-01"}, "commence par"),
    "given, and yet a fact": ({"confidence": "F"}, "confidence doit valoir given"),
    "a doubtful fact": ({"confidence": "M"}, "Input should be"),
    "no address": ({"source_url": "a book"}, "URL"),
    "two right options": (
        {"kind": "single_choice", "options": options(b={"correct": True, "feedback": None})},
        "une seule option",
    ),
    "a wrong option without a reason": (
        {"kind": "single_choice", "options": options(b={"feedback": None})},
        "explique pourquoi",
    ),
    "options of unequal length": (
        {"kind": "single_choice", "options": options(a={"text": both("x" * 80)})},
        "inégales",
    ),
    "an option twice": ({"kind": "single_choice", "options": [*options()[:3], options()[0]]}, "sert deux fois"),
    "another number than chosen": ({"kind": "multiple_choice", "choose": 3}, "choose vaut 3 et 2"),
    "nothing wrong to choose": (
        {
            "kind": "multiple_choice",
            "choose": 4,
            "options": options("multiple_choice", b={"correct": True}, d={"correct": True}),
        },
        "au moins une option doit être fausse",
    ),
    "a reserved item for some professions": (
        {"professions": ["infirmier"], "pool": "reserved"},
        "toutes les professions",
    ),
    "a critical item of another area": ({"critical": True}, "PRO-1 ou à PRO-2"),
    "a step twice": ({"kind": "ordering", "steps": [{"id": "a", "text": both("x")}] * 3}, "sert deux fois"),
    "a decoy named as a pair": ({"kind": "matching", "decoys": [{"id": "a", "right": both("x")}]}, "sert deux fois"),
    "no accepted answer": ({"accepted": {"fr": [], "en": ["x"]}}, "at least 1"),
    "three slips": ({"normalise": {"slips": 3}}, "less than or equal to 2"),
}


@pytest.mark.parametrize(("change", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(change, message):
    with pytest.raises(ValidationError, match=message):
        item(**change)


GUESSING = {"single_choice": 1 / 4, "multiple_choice": 1 / 6, "short_text": 0, "ordering": 1 / 6, "matching": 1 / 24}


@pytest.mark.parametrize(("kind", "chance"), GUESSING.items())
def test_the_chance_of_guessing(kind, chance):
    assert item(kind=kind).guessing == pytest.approx(chance)


MALFORMED = {
    "nothing": ("single_choice", {}),
    "an unknown choice": ("single_choice", {"choice": "z"}),
    "one choice of two": ("multiple_choice", {"choices": ["a"]}),
    "the same choice twice": ("multiple_choice", {"choices": ["a", "a"]}),
    "an unknown one of two": ("multiple_choice", {"choices": ["a", "z"]}),
    "letters instead of a list": ("multiple_choice", {"choices": "ac"}),
    "numbers instead of letters": ("multiple_choice", {"choices": [1, 2]}),
    "no list": ("multiple_choice", {"choices": None}),
    "blank": ("short_text", {"text": "   "}),
    "no text": ("short_text", {"text": 15}),
    "too long": ("short_text", {"text": "x" * 201}),
    "a step missing": ("ordering", {"order": ["a", "b"]}),
    "no order": ("ordering", {"order": None}),
    "letters instead of an order": ("ordering", {"order": "abc"}),
    "a list instead of a choice": ("single_choice", {"choice": ["a"]}),
    "a list instead of a right": ("matching", {"pairs": {"a": ["a"], "b": "b", "c": "c"}}),
    "a pair missing": ("matching", {"pairs": {"a": "a", "b": "b"}}),
    "an unknown right": ("matching", {"pairs": {"a": "a", "b": "b", "c": "z"}}),
    "a right twice": ("matching", {"pairs": {"a": "a", "b": "a", "c": "c"}}),
    "no pairs": ("matching", {"pairs": ["a"]}),
    "skipped, or nearly": ("single_choice", {"skipped": "yes"}),
}


@pytest.mark.parametrize(("kind", "data"), MALFORMED.values(), ids=MALFORMED)
def test_malformed_responses(kind, data):
    with pytest.raises(MalformedResponseError):
        parse_response(item(kind=kind), data)


@pytest.mark.parametrize("kind", TYPES)
def test_the_right_response_is_well_formed_and_survives_json(kind):
    one = item(kind=kind)
    right = right_response(one)

    assert parse_response(one, json.loads(json.dumps(right.to_json()))) == right


def test_a_skip_fits_every_item():
    assert parse_response(item(), {"skipped": True}) == Response.skip()
    assert Response.skip().skipped


def test_choices_are_put_in_order():
    assert parse_response(item(kind="multiple_choice"), {"choices": ["c", "a"]}).to_json() == {"choices": ["a", "c"]}
