"""How easy a French text is to read: Kandel and Moles's adaptation of Flesch's measure.

L. Kandel and A. Moles, « Application de l'indice de Flesch à la langue française », Cahiers d'études de radio-télévision, 19, 1958,
pp. 253-274: 207 - 1.015 x (words per sentence) - 0.736 x (syllables per 100 words). From 0, hardest, to 100, easiest.

Syllables are counted by rules, not by a dictionary: runs of vowels, without the mute e at the end of a word. It is right for nine words
in ten, and a measure of length says nothing of how rare a word is: the limit is an alarm for the author, not a proof for the reader.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_SENTENCE_END = re.compile(r"[.!?…]+(?=\s|$)|\n+")
_WORD = re.compile(r"[a-zà-öø-ÿœæ]+|\d+(?:[.,]\d+)*", re.IGNORECASE)
_VOWELS = re.compile(r"[aeiouy]+")
#: Marked vowels that begin a syllable of their own after another vowel: "réel", "naïf", "coïncidence".
_BREAKS = re.compile(r"(?<=[aeiouyéè])([ïëüéè])")
_AFTER_ACUTE = re.compile(r"(é)(?!es?$)(?=[aeiouyàâîôèê])")
_MARKDOWN = re.compile(r"^[ \t]*(#+|[-*>]|\d+\.)[ \t]+|[*_`]|\]\([^)]*\)|\[", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was counted in a text."""

    sentences: int
    words: int
    syllables: int

    @property
    def words_per_sentence(self) -> float:
        return self.words / self.sentences

    @property
    def score(self) -> float:
        """Kandel and Moles's measure."""
        return 207 - 1.015 * self.words_per_sentence - 0.736 * 100 * self.syllables / self.words


def read(text: str) -> Reading | None:
    """Count sentences, words and syllables; None for a text without a word."""
    sentences = [found for part in _SENTENCE_END.split(text) if (found := _WORD.findall(part))]
    words = [word for sentence in sentences for word in sentence]
    if not words:
        return None
    return Reading(sentences=len(sentences), words=len(words), syllables=sum(map(count_syllables, words)))


def plain_text(markdown: str) -> str:
    """Return a lesson's words without the marks of Markdown; each title and list item is a sentence."""
    return _MARKDOWN.sub("", markdown)


def count_syllables(word: str) -> int:
    """Return how many syllables are heard; a number counts as one word of two."""
    if word[0].isdigit():
        return 2
    word = word.lower().replace("œ", "e").replace("æ", "e")
    word = _BREAKS.sub(r"-\1", word)
    word = _AFTER_ACUTE.sub(r"\1-", word)
    # "qu" and "gu" before a vowel are one sound.
    word = re.sub(r"([qg])u(?=[aeiouyéèêï])", r"\1", word)
    has_mute_end = re.search(r"[^aeiouyéèêëàâîïôûùü-](e|es)$", word) is not None
    plain = "".join(sign for sign in unicodedata.normalize("NFD", word) if not unicodedata.combining(sign))
    heard = len(_VOWELS.findall(plain)) - has_mute_end
    return max(1, heard)
