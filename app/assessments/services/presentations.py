"""What is shown of a question: worked out once for each question and language, then put in the order of a sitting."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from quizzes import presentation

if TYPE_CHECKING:
    from quizzes.bank import Bank
    from quizzes.presentation import Presentation, Unshuffled


@lru_cache(maxsize=2048)
def unshuffled(bank: Bank, item_id: str, language: str) -> Unshuffled:
    """Return what may be shown of a question, whatever the sitting."""
    return presentation.unshuffled(bank.item(item_id), language=language)


@lru_cache(maxsize=512)
def shown(bank: Bank, item_id: str, language: str, seed: int) -> Presentation:
    """Return what the sitting of this seed shows of a question: asked for by its page, then by its answer."""
    return unshuffled(bank, item_id, language).for_seed(seed)
