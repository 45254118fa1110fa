"""What authors read when a file cannot be used: French, the line, what to do."""

import re
from datetime import date
from typing import Annotated, Literal

import pytest
from pydantic import AnyUrl, BaseModel, Field, HttpUrl, ValidationError

from quizzes import source
from quizzes.errors import Fault

ENGLISH = re.compile(r"\b(the|should|must|found|expected|valid|input|not|at|least)\b", re.IGNORECASE)

BROKEN = {
    "a colon in a sentence": ("a: b: c", 1, "deux-points inattendu"),
    "a bracket left open": ("a: 1\nb: [1, 2", 2, "crochet"),
    "a brace left open": ("{a: 1", 1, "accolade"),
    "a quotation mark left open": ("a: 'x", 1, "guillemet"),
    "a tabulation": ("\ta: 1", 1, "tabulation"),
    "an unknown alias": ("a: *x", 1, "étoile"),
    "a thirtieth of February": ("a: 1\nb:\n  - c: 2\n  - 2026-02-30", 4, "date ou un nombre"),
    "a number that is none": ("a: {b: 1}\nc: !!int x", 2, "date ou un nombre"),
    "what libyaml alone understands": ("%x", 1, "illisible"),
}


@pytest.mark.parametrize(("text", "line", "words"), BROKEN.values(), ids=BROKEN)
def test_a_file_that_is_no_yaml_is_told_in_french(text, line, words):
    fault = source.parse(text, name="x.yaml")

    assert isinstance(fault, Fault)
    assert fault.line == line
    assert words in fault.message
    assert not ENGLISH.search(str(fault))


class Everything(BaseModel):
    """One field of each kind that content has."""

    text: Annotated[str, Field(min_length=2, max_length=4, pattern="^[a-z]+$")] = "abc"
    whole: Annotated[int, Field(ge=1, le=9)] = 1
    number: Annotated[float, Field(gt=0, lt=1)] = 0.5
    switch: bool = True
    day: date = date(2026, 11, 24)
    choice: Literal["a", "b"] = "a"
    items: Annotated[tuple[int, ...], Field(min_length=1, max_length=2)] = (1,)
    names: list[str] = []
    pairs: dict[str, str] = {}
    address: HttpUrl = HttpUrl("https://example.org")
    any_address: AnyUrl = AnyUrl("https://example.org")


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": 1},
        {"text": "a"},
        {"text": "abcde"},
        {"text": "ABC"},
        {"whole": "x"},
        {"whole": None},
        {"whole": 1.5},
        {"whole": 0},
        {"whole": 10},
        {"number": "x"},
        {"number": None},
        {"number": 0},
        {"number": 1},
        {"switch": "perhaps"},
        {"switch": []},
        {"day": "hier"},
        {"day": []},
        {"choice": "c"},
        {"items": 3},
        {"items": []},
        {"items": [1, 2, 3]},
        {"names": 3},
        {"pairs": 3},
        {"address": "ftp://example.org"},
        {"address": "nulle part"},
        {"address": 3},
    ],
    ids=str,
)
def test_what_a_model_refuses_is_told_in_french(wrong):
    with pytest.raises(ValidationError) as caught:
        Everything.model_validate(wrong)

    for detail in caught.value.errors():
        words = source.told(detail)
        assert words != "valeur refusée", detail["type"]
        assert not ENGLISH.search(words), words


def test_our_own_validators_speak_for_themselves():
    assert source.told({"type": "value_error", "msg": "Value error, un arrêt dit level"}) == "un arrêt dit level"


def test_what_nobody_foresaw_is_french_too():
    assert source.told({"type": "unheard_of", "msg": "Input should be blue"}) == "valeur refusée"
