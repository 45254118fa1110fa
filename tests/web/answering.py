"""Answering as a person would: find what is on screen, choose, send."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from app.assessments.models import Sitting
from app.database import current_session
from quizzes.items import Matching, MultipleChoice, Ordering, ShortText, Simulation, SingleChoice, right_state
from quizzes.presentation import present
from quizzes.screens import initial_of

if TYPE_CHECKING:
    from flask import Flask

    from quizzes.items import Item
    from tests.web.visitor import Page, Visitor


def fields_for(item: Item, *, seed: int, right: bool = True) -> dict[str, object]:
    """Return what the form of an item would send for a right, or a wrong, answer."""
    shown = present(item, language="fr", seed=seed)._names

    def public(own: str, group: str = "") -> str:
        return next(name for name, one in shown.items() if one == own and name.startswith(group)).removeprefix(group)

    match item:
        case Simulation():
            return state_fields(item, right_state(item.screen) if right else wrong_state(item))
        case SingleChoice():
            return {"choice": public(next(option.id for option in item.options if option.correct == right))}
        case MultipleChoice():
            wanted = sorted(item.options, key=lambda option: option.correct != right)
            return {"choices": [public(option.id) for option in wanted[: item.choose]]}
        case ShortText():
            return {"text": item.accepted.fr[0] if right else "je ne sais pas du tout"}
        case Ordering():
            order = [step.id for step in item.steps][:: 1 if right else -1]
            return {f"rang-{public(own)}": str(rank) for rank, own in enumerate(order, 1)}
        case Matching():
            lefts = [pair.id for pair in item.pairs]
            rights = lefts if right else [*lefts[1:], lefts[0]]
            pairs = zip(lefts, rights, strict=True)
            return {f"paire-{public(left, 'l')}": public(other, "r") for left, other in pairs}


def wrong_state(item: Simulation) -> dict[str, bool | str]:
    """Return the state of a screen that nobody has touched: a screen is never right as it is found."""
    return {control.id: initial_of(control) for control in item.screen.controls}


def state_fields(item: Simulation, state: dict[str, bool | str]) -> dict[str, object]:
    """Return what the form of a screen would send when it is left in this state."""
    names = present(item, language="fr", seed=0).screen._names
    fields: dict[str, object] = {}
    for number, own in names.items():
        if "." in number:
            continue
        offered = {one: key.partition(".")[2] for key, one in names.items() if key.startswith(f"{number}.")}
        value = state[own]
        fields[f"etat-{number}"] = (["1"] if value else []) if isinstance(value, bool) else offered.get(value, value)
    return fields


def on_screen(app: Flask, page: Page) -> tuple[Item, int]:
    """Return the item that a question page shows, and the sitting's seed."""
    reference = page.path.split("/")[2]
    with app.app_context():
        row = current_session().scalar(select(Sitting).where(Sitting.reference == reference))
        assert row is not None
        item_id, seed = row.current_item_id, row.seed
    assert item_id is not None
    return app.extensions["numericite.resources"].bank.item(item_id), seed


def skip_simulations(app: Flask, visitor: Visitor) -> Page:
    """Go on to a question that can be left without an answer: a screen is one as it stands."""
    assert visitor.page is not None
    while isinstance(on_screen(app, visitor.page)[0], Simulation):
        visitor.submit("/reponses", passe="1")
    return visitor.page


def answer(app: Flask, visitor: Visitor, *, right: bool = True) -> Page:
    """Answer the question on screen."""
    assert visitor.page is not None
    item, seed = on_screen(app, visitor.page)
    return visitor.submit("/reponses", **fields_for(item, seed=seed, right=right))


def answer_all(app: Flask, visitor: Visitor, *, up_to: str = "L4") -> Page:
    """Answer to the end: right up to a level, wrong above it."""
    assert visitor.page is not None
    page = visitor.page
    while "/resultat" not in page.path:
        item, _seed = on_screen(app, page)
        page = answer(app, visitor, right=item.level <= up_to)
    return page
