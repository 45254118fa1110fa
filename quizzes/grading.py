"""Answer -> right or not, per item type; and both told in words.

An item is right or wrong as a whole: partial credit belongs to a response model that can use it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quizzes.items import Item, MultipleChoice, Normalise, Ordering, ShortText, SingleChoice, right_response

if TYPE_CHECKING:
    from quizzes.framework import Bilingual
    from quizzes.items import Response


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """What an answer is worth.

    Args:
        score: 0 or 1.
        feedback: What a wrong option says of itself, if the answer chose one.
    """

    score: float
    feedback: Bilingual | None = None

    @property
    def is_correct(self) -> bool:
        return self.score == 1


def grade(item: Item, response: Response) -> Grade:
    """Grade a response that was checked against its item; a skip scores 0."""
    if response.skipped:
        return Grade(score=0)
    if isinstance(item, ShortText):
        right = _is_accepted(item, response.data["text"])
    else:
        right = response.data == right_response(item).data
    return Grade(score=1) if right else Grade(score=0, feedback=_feedback(item, response))


def _feedback(item: Item, response: Response) -> Bilingual | None:
    if isinstance(item, SingleChoice | MultipleChoice):
        chosen = response.data.get("choices") or [response.data.get("choice")]
        return next((option.feedback for option in item.options if option.id in chosen and not option.correct), None)
    return None


def _is_accepted(item: ShortText, text: str) -> bool:
    """Compare with the accepted answers of both languages: a person may know the word in the other one."""
    given = _plain(text, item.normalise)
    accepted = {_plain(one, item.normalise) for one in (*item.accepted.fr, *item.accepted.en)}
    return any(_distance(given, one, item.normalise.slips) <= item.normalise.slips for one in accepted)


def _plain(text: str, rules: Normalise) -> str:
    text = unicodedata.normalize("NFKC", text).replace("’", "'").strip(' \t\n.,;:!?«»"')
    if rules.case:
        text = text.casefold()
    if rules.accents:
        text = "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))
    return re.sub(r"[\s\-]+", "", text) if rules.spaces else text


def _distance(left: str, right: str, limit: int) -> int:
    """Return the edit distance (Levenshtein 1966), or anything above `limit` once it is passed."""
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    row = list(range(len(right) + 1))
    for number, sign in enumerate(left, 1):
        previous, row = row, [number]
        for place, other in enumerate(right, 1):
            row.append(min(previous[place] + 1, row[-1] + 1, previous[place - 1] + (sign != other)))
    return row[-1]


def describe_correct(item: Item, language: str) -> list[str]:
    """Return what had to be found, in words, one line each."""
    if isinstance(item, ShortText):
        accepted = item.accepted.en if language == "en" else item.accepted.fr
        return [accepted[0]]
    return describe_response(item, right_response(item), language)


def describe_response(item: Item, response: Response, language: str) -> list[str]:
    """Return what was given, in words, one line each; nothing for a skip."""
    if response.skipped:
        return []
    match item:
        case SingleChoice():
            return [option.text.get(language) for option in item.options if option.id == response.data["choice"]]
        case MultipleChoice():
            return [option.text.get(language) for option in item.options if option.id in response.data["choices"]]
        case ShortText():
            return [response.data["text"]]
        case Ordering():
            texts = {step.id: step.text.get(language) for step in item.steps}
            return [f"{rank}. {texts[step]}" for rank, step in enumerate(response.data["order"], 1)]
        case _:
            lefts = {pair.id: pair.left.get(language) for pair in item.pairs}
            rights = {pair.id: pair.right.get(language) for pair in item.pairs}
            rights |= {decoy.id: decoy.right.get(language) for decoy in item.decoys}
            return [f"{lefts[left]} : {rights[right]}" for left, right in response.data["pairs"].items()]
