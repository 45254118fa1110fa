"""What the codes of the label are called, in French and in English; pages and letters ask here."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

_FILE = Path(__file__).with_name("words.yaml")


def words(kind: str, code: str) -> tuple[str, str]:
    """Return what a code is called, in French, in English.

    Args:
        kind: A group of `words.yaml`: "criteria", "findings", "practices", "reasons", "states"...

    Raises:
        KeyError: No such code.
    """
    return all_words()[kind][code]


def word(kind: str, code: str, language: str) -> str:
    """Return what a code is called in one language."""
    return words(kind, code)[0 if language == "fr" else 1]


def seen(code: str, language: str) -> str:
    """Return what was found of a criterion in words for whoever decides about somebody: "findings" speaks to that person themselves."""
    told = all_words()
    return told["seen" if code in told["seen"] else "findings"][code][0 if language == "fr" else 1]


@lru_cache(maxsize=1)
def all_words() -> Mapping[str, Mapping[str, tuple[str, str]]]:
    """Return every group."""
    read = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {kind: {code: (pair[0], pair[1]) for code, pair in group.items()} for kind, group in read.items()}
