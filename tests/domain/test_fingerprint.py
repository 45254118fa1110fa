"""Fingerprints of items: what moves them, and what does not."""

import pytest

from quizzes.fingerprint import ASIDE, fingerprint
from quizzes.items import ITEM
from tests.banks import SCREENS, TYPES, both, item, item_data

CHOICES = item_data(kind="single_choice")["options"]
SCREEN = SCREENS["booking"]


def screen(**changes):
    """The booking screen with its first control changed."""
    section = SCREEN["sections"][0]
    first, *others = section["controls"]
    return {**SCREEN, "sections": [{**section, "controls": [{**first, **changes}, *others]}]}


EDITED = {
    "its words": ({}, {"stem": {"fr": "Autre question ?", "en": "Question ? (en)"}}),
    "its context": ({}, {"context": {"kind": "message", "title": both("a"), "body": both("b")}}),
    "its accepted words": ({}, {"accepted": {"fr": ["réponse", "retour"], "en": ["answer"]}}),
    "the words accepted in the other language": ({}, {"accepted": {"fr": ["réponse"], "en": ["reply"]}}),
    "what is forgiven": ({}, {"normalise": {"slips": 0}}),
    "its hint": ({}, {"hint": both("Deux mots")}),
    "its type": ({}, {"kind": "ordering"}),
    "an option": (
        {"kind": "single_choice"},
        {"kind": "single_choice", "options": [*CHOICES[:-1], {**CHOICES[-1], "text": both("autre")}]},
    ),
    "its key": (
        {"kind": "single_choice"},
        {
            "kind": "single_choice",
            "options": [
                {"id": "a", "text": both("juste"), "feedback": both("non")},
                {**CHOICES[1], "correct": True},
                *CHOICES[2:],
            ],
        },
    ),
    "the order of its steps": (
        {"kind": "ordering"},
        {"kind": "ordering", "steps": list(reversed(item_data(kind="ordering")["steps"]))},
    ),
    "what a control is graded for": (
        {"kind": "simulation", "screen": screen()},
        {"kind": "simulation", "screen": screen(initial="video", expected=["there"])},
    ),
}


@pytest.mark.parametrize(("before", "after"), EDITED.values(), ids=EDITED)
def test_another_item_to_whoever_answers(before, after):
    assert fingerprint(item(**before), "fr") != fingerprint(item(**after), "fr")


SAME = {
    "its explanation": {"explanation": both("Dit autrement.")},
    "its source": {"source_url": "https://example.com/autre"},
    "its days": {"checked_on": "2026-12-01", "review_on": "2027-12-01"},
    "its level": {"level": "L4"},
    "its pool": {"pool": "reserved"},
    "its enemies": {"enemies": ["TST-1.1-02"]},
    "the other language": {"stem": {"fr": "Question ? (fr)", "en": "Quite another?"}},
    "a no-break space": {"stem": {"fr": "Question\u00a0? (fr)", "en": "Question ? (en)"}},
}


@pytest.mark.parametrize("after", SAME.values(), ids=SAME)
def test_the_same_item_to_whoever_answers(after):
    assert fingerprint(item(), "fr") == fingerprint(item(**after), "fr")


def test_what_is_said_after_the_answer_may_change():
    after = item(kind="simulation", screen=screen(feedback=both("Regardez mieux.")))

    assert fingerprint(item(kind="simulation", screen=screen()), "fr") == fingerprint(after, "fr")


@pytest.mark.parametrize("kind", TYPES)
def test_each_language_has_its_own(kind):
    assert len({fingerprint(item(kind=kind), language) for language in ("fr", "en")}) == 2


def test_a_new_field_at_its_default_moves_nothing():
    class Later(type(item())):
        spoken: bool = False

    later = Later.model_validate(item_data())

    assert fingerprint(later, "fr") == fingerprint(item(), "fr")
    assert fingerprint(later.model_copy(update={"spoken": True}), "fr") != fingerprint(item(), "fr")


def test_what_is_set_aside_exists():
    """A field that is renamed would silently count as asked."""
    for kind in TYPES:
        assert set(type(ITEM.validate_python(item_data(kind=kind))).model_fields) >= ASIDE
