"""A framework: what it refuses, and how its parts are found."""

import pytest
from pydantic import ValidationError

from quizzes.errors import UnknownFrameworkError
from quizzes.framework import Bilingual
from tests.banks import both, framework, framework_data


def levels(*changes):
    data = framework_data()["levels"]
    for place, change in changes:
        data[place] = {**data[place], **change}
    return data


REFUSED = {
    "an area twice": ({"areas": [framework_data()["areas"][0]] * 2}, "sert deux fois"),
    "cuts that do not rise": ({"levels": levels((1, {"cut": -3.0}))}, "doivent monter"),
    "levels out of order": ({"levels": levels((0, {"id": "L2"}), (1, {"id": "L1"}))}, "se nomment L1"),
    "no level": ({"levels": []}, "at least 1"),
    "no area": ({"areas": []}, "at least 1"),
    "a code in small letters": ({"code": "tst"}, "pattern"),
    "an empty title": ({"title": {"fr": " ", "en": "x"}}, "pattern"),
    "one language only": ({"title": {"fr": "x"}}, "required"),
    "an unknown field": ({"colour": "blue"}, "not permitted"),
}


@pytest.mark.parametrize(("change", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(change, message):
    with pytest.raises(ValidationError, match=message):
        framework(**change)


@pytest.mark.parametrize(
    "look",
    [
        lambda one: one.area("TST-9"),
        lambda one: one.competency("TST-9.9"),
        lambda one: one.area_of("TST-9.9"),
        lambda one: one.level("L9"),
    ],
    ids=["area", "competency", "area of a competency", "level"],
)
def test_unknown_parts_are_refused(look):
    with pytest.raises(UnknownFrameworkError):
        look(framework())


def test_parts_are_found():
    one = framework()

    assert one.area("TST-2").slug == "domaine-2"
    assert one.competency("TST-2.1").id == "TST-2.1"
    assert one.area_of("TST-2.1").id == "TST-2"
    assert one.level("L3").cut == 0.0
    assert one.has_competency("TST-1.2")
    assert not one.has_competency("TST-1.9")


def test_any_other_language_is_french():
    words = Bilingual.model_validate(both("mot"))

    assert (words.get("en"), words.get("fr"), words.get("de")) == ("mot (en)", "mot (fr)", "mot (fr)")
