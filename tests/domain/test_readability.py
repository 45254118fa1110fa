"""How easy a French text is to read."""

import pytest

from quizzes.rules.readability import count_syllables, plain_text, read

SYLLABLES = {
    "chat": 1,
    "table": 1,
    "tables": 1,
    "bonjour": 2,
    "santé": 2,
    "réel": 2,
    "naïf": 2,
    "idée": 2,
    "question": 2,
    "guide": 1,
    "oui": 1,
    "ordonnance": 3,
    "numérique": 3,
    "téléconsultation": 6,
    "œuvre": 1,
    "15": 2,
    "dr": 1,
}


@pytest.mark.parametrize(("word", "count"), SYLLABLES.items())
def test_syllables(word, count):
    assert count_syllables(word) == count


def test_the_measure_is_kandel_and_moles_s():
    found = read("Le chat dort. La table est là.")

    assert (found.sentences, found.words, found.syllables) == (2, 7, 7)
    assert found.words_per_sentence == pytest.approx(3.5)
    assert found.score == pytest.approx(207 - 1.015 * 3.5 - 73.6)


def test_long_words_in_long_sentences_are_harder():
    easy = read("Ouvrez votre espace. Lisez la ligne. Fermez la porte.")
    ordinary = read(
        "Votre médecin peut vous voir en vidéo si votre situation le permet. Demandez-lui avant de prendre rendez-vous."
    )
    hard = read(
        "L’interopérabilité des systèmes d’information hospitaliers conditionne la coordination interprofessionnelle."
    )

    assert easy.score > ordinary.score > 60 > hard.score


@pytest.mark.parametrize("text", ["", "…", "? !"])
def test_a_text_without_a_word_has_none(text):
    assert read(text) is None


def test_numbers_and_addresses_end_no_sentence():
    assert read("Vous payez 12.50 euros sur rembours.exemple avant 10 h").sentences == 1


def test_the_marks_of_markdown_are_not_read():
    assert (
        plain_text("## Titre\n\n1. **Ouvrez** la [porte](https://x.example)\n- Lisez\n")
        == "Titre\n\nOuvrez la porte\nLisez\n"
    )
