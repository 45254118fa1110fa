"""Answering as a person would: find what is on screen, choose, send."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from app.assessments.models import Sitting
from app.database import current_session
from quizzes.items import Matching, MultipleChoice, Ordering, ShortText, SingleChoice
from quizzes.presentation import present

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


def on_screen(app: Flask, page: Page) -> tuple[Item, int]:
    """Return the item that a question page shows, and the sitting's seed."""
    reference = page.path.split("/")[2]
    with app.app_context():
        row = current_session().scalar(select(Sitting).where(Sitting.reference == reference))
        assert row is not None
        item_id, seed = row.current_item_id, row.seed
    assert item_id is not None
    return app.extensions["numericite.resources"].bank.item(item_id), seed


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
