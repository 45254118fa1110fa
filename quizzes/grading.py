"""Answer -> right or not, per item type; and both told in words.

Multiple choices, orders and pairs that are nearly right score one half where luck seldom gets there; everything else is right or not.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quizzes import partial
from quizzes.items import Item, Matching, MultipleChoice, Ordering, ShortText, Simulation, SingleChoice, right_response
from quizzes.screens import Entry, Menu, Switch, is_right

if TYPE_CHECKING:
    from quizzes.framework import Bilingual
    from quizzes.items import Response
    from quizzes.screens import Accepted, Normalise, Screen


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """What an answer is worth.

    Args:
        score: 0, ½ or 1.
        feedback: What a wrong option says of itself, if the answer chose one.
    """

    score: float
    feedback: Bilingual | None = None

    @property
    def is_correct(self) -> bool:
        return self.score == 1

    @property
    def is_nearly(self) -> bool:
        return 0 < self.score < 1


def grade(item: Item, response: Response) -> Grade:
    """Grade a response that was checked against its item; a skip scores 0."""
    if response.skipped:
        return Grade(score=0)
    if isinstance(item, ShortText):
        right = _is_accepted(item.accepted, item.normalise, response.data["text"])
    elif isinstance(item, Simulation):
        right = not _left_wrong(item, response)
    else:
        right = response.data == right_response(item).data
    if right:
        return Grade(score=1)
    return Grade(score=0.5 if _is_nearly(item, response) else 0, feedback=_feedback(item, response))


def _is_nearly(item: Item, response: Response) -> bool:
    if item.half_guessing is None:
        return False
    right = right_response(item).data
    match item:
        case MultipleChoice():
            return partial.nearly_chosen(response.data["choices"], right["choices"])
        case Ordering():
            return partial.nearly_ordered(response.data["order"], right["order"])
        case _:
            return partial.nearly_paired(response.data["pairs"])


def _feedback(item: Item, response: Response) -> Bilingual | None:
    if isinstance(item, SingleChoice | MultipleChoice):
        chosen = _chosen(response)
        return next((option.feedback for option in item.options if option.id in chosen and not option.correct), None)
    if isinstance(item, Simulation):
        return _left_wrong(item, response)[0].feedback
    return None


def _chosen(response: Response) -> list[str]:
    return response.data.get("choices") or [response.data["choice"]]


def _left_wrong(item: Simulation, response: Response) -> list[Switch | Menu | Entry]:
    """Return the graded controls that are not as they should be, in the order of the screen."""
    state = response.data["state"]
    return [one for one in item.screen.controls if not is_right(one, state[one.id], typed_right=_is_typed_right)]


def _is_typed_right(entry: Entry, text: str) -> bool:
    return entry.accepted is not None and _is_accepted(entry.accepted, entry.normalise, text)


def _is_accepted(accepted: Accepted, rules: Normalise, text: str) -> bool:
    """Compare with the accepted answers of both languages: a person may know the word in the other one."""
    given = _plain(text, rules)
    wanted = {_plain(one, rules) for one in (*accepted.fr, *accepted.en)}
    return any(_distance(given, one, rules.slips) <= rules.slips for one in wanted)


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
        case SingleChoice() | MultipleChoice():
            chosen = _chosen(response)
            return [option.text.get(language) for option in item.options if option.id in chosen]
        case ShortText():
            return [response.data["text"]]
        case Ordering():
            texts = {step.id: step.text.get(language) for step in item.steps}
            return [f"{rank}. {texts[step]}" for rank, step in enumerate(response.data["order"], 1)]
        case Matching():
            lefts = {pair.id: pair.left.get(language) for pair in item.pairs}
            rights = {pair.id: pair.right.get(language) for pair in item.pairs}
            rights |= {decoy.id: decoy.right.get(language) for decoy in item.decoys}
            return [f"{lefts[left]} : {rights[right]}" for left, right in response.data["pairs"].items()]
        case _:
            state = response.data["state"]
            return [
                f"{name} : {_told(control, state[control.id], language)}"
                for control, name in _named_controls(item.screen, language)
                if control.is_graded
            ]


def _named_controls(screen: Screen, language: str) -> list[tuple[Switch | Menu | Entry, str]]:
    """Return each control with its label; a label that serves several times gets its section's title before it."""
    labels = [control.label.get(language) for control in screen.controls]
    named: list[tuple[Switch | Menu | Entry, str]] = []
    for section in screen.sections:
        for control in section.controls:
            name = control.label.get(language)
            if labels.count(name) > 1 and section.title is not None:
                name = f"{section.title.get(language)}, {name}"
            named.append((control, name))
    return named


def _told(control: Switch | Menu | Entry, value: bool | str, language: str) -> str:  # noqa: FBT001 (a state is a boolean or a text)
    """Say the state of a control in words."""
    english = language == "en"
    match control:
        case Switch():
            return ("on" if english else "oui") if value else ("off" if english else "non")
        case Menu() if value:
            return next(option.text.get(language) for option in control.options if option.id == value)
        case _:
            return str(value) or ("nothing" if english else "rien")
