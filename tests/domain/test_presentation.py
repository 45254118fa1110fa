"""What may be shown before an answer: never a name that tells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.items import parse_response, right_response
from quizzes.presentation import present
from tests.banks import TYPES, both, item


def shown_names(shown):
    return [one.id for group in (shown.options, shown.steps, shown.lefts, shown.rights) for one in group]


def public(shown, data):
    """Say an own response in shown names."""
    names = dict(shown._names)

    def find(own, group):
        return next(name.removeprefix(group) for name, one in names.items() if one == own and name.startswith(group))

    if "choice" in data:
        return {"choice": find(data["choice"], "")}
    if "choices" in data:
        return {"choices": [find(one, "") for one in data["choices"]]}
    if "order" in data:
        return {"order": [find(one, "") for one in data["order"]]}
    if "pairs" in data:
        return {"pairs": {find(left, "l"): find(right, "r") for left, right in data["pairs"].items()}}
    if "state" in data:
        return {"state": public_state(shown.screen, data["state"])}
    return data


def public_state(screen, state):
    """Say the state of a screen in shown names."""
    numbers = {own: number for number, own in screen._names.items() if "." not in number}
    told = {}
    for name, value in state.items():
        offered = {
            own: key.partition(".")[2] for key, own in screen._names.items() if key.startswith(f"{numbers[name]}.")
        }
        told[numbers[name]] = offered.get(value, value) if offered else value
    return told


@given(seed=st.integers(0, 2**31), kind=st.sampled_from(TYPES))
def test_shown_names_are_numbers_and_translate_back(seed, kind):
    one = item(kind=kind)
    shown = present(one, language="fr", seed=seed)
    right = right_response(one)

    assert all(name.isdigit() for name in shown_names(shown))
    assert parse_response(one, shown.canonical(public(shown, right.to_json()))) == right


@pytest.mark.parametrize("kind", TYPES)
def test_the_order_depends_on_the_seed_only(kind):
    one = item(kind=kind)

    french, english = (present(one, language=language, seed=7) for language in ("fr", "en"))

    assert shown_names(french) == shown_names(english)
    assert french._names == english._names


def test_some_seed_shows_another_order():
    orders = {tuple(present(item(kind="ordering"), language="fr", seed=seed)._names.items()) for seed in range(20)}

    assert len(orders) > 1


def test_neither_the_explanation_nor_what_is_right_is_shown():
    shown = repr(
        present(
            item(kind="short_text", context={"kind": "message", "title": both("SMS"), "body": both("Bonjour")}),
            language="fr",
            seed=1,
        )
    )

    assert "Parce que" not in shown
    assert "réponse" not in shown
    assert "Bonjour (fr)" in shown


@pytest.mark.parametrize(
    "given_names",
    [{"choice": "99"}, {"choices": ["99"]}, {"order": ["99"]}, {"pairs": {"99": "98"}}, {"text": "x"}],
    ids=["choice", "choices", "order", "pairs", "text"],
)
def test_unknown_names_stay_unknown(given_names):
    shown = present(item(kind="matching"), language="fr", seed=1)

    translated = shown.canonical(given_names)

    assert "99" not in repr(translated)


def test_a_short_text_without_a_hint():
    assert present(item(hint=None), language="fr", seed=1).hint is None
