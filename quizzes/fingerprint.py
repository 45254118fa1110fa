"""The fingerprint of an item: what is asked of people and how it is graded, in one language, as one hash.

Parameters were estimated from answers to one wording: they say nothing of another. What is not asked nor graded (explanations, sources,
days of review, the experts' level, the pool) may change without moving them; so may white space, no-break spaces included.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quizzes import canonical

if TYPE_CHECKING:
    from quizzes.items import Item

#: Fields of an item that no answer depends on.
ASIDE = frozenset(
    {
        "id",
        "competency",
        "level",
        "pool",
        "explanation",
        "ground",
        "confidence",
        "source_url",
        "checked_on",
        "review_on",
        "enemies",
        "situation",
        "facts",
        "professions",
        "critical",
    }
)


def fingerprint(item: Item, language: str) -> str:
    """Return the SHA-256, in hexadecimal, of what an item asks and of what it takes for right, in one language.

    Accepted words count in both languages: a person may type the word of the other one.
    """
    return canonical.name_of(canonical.text(_without_feedback(canonical.plain(item, language=language, without=ASIDE))))


def _without_feedback(data: Any) -> Any:  # noqa: ANN401 (plain data)
    """Leave out what is only said after the answer."""
    if isinstance(data, dict):
        return {name: _without_feedback(one) for name, one in data.items() if name != "feedback"}
    return [_without_feedback(one) for one in data] if isinstance(data, list) else data
