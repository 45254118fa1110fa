"""The badge of a page: it says the word of the register, and is grey unless the label is in force."""

from datetime import date
from xml.etree import ElementTree as ET

import pytest

from certificates.live_badge import Tone, draw

TODAY = date(2026, 11, 30)
TEAL, GREY = "#0B6E6E", "#5F6675"


def drawn(**overrides):
    given = {
        "word": "En vigueur",
        "tone": Tone.GOOD,
        "number": "2026-00042-M",
        "on": TODAY,
        "language": "fr",
        "is_demonstration": False,
    }
    return draw(**{**given, **overrides})


def test_nothing_in_it_can_run_or_be_fetched():
    text = drawn(word="<script>alert(1)</script>")

    assert "<script" not in text
    assert not [one for one in ("href", "url(", "@import", "foreignObject", " on") if one in text.replace(" on 30", "")]


@pytest.mark.parametrize("tone", Tone)
def test_it_is_a_well_formed_drawing(tone):
    root = ET.fromstring(drawn(tone=tone))  # noqa: S314 (our own text)

    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("aria-label") == "Label numéricité 2026-00042-M : En vigueur, le 30 novembre 2026"


def test_it_turns_grey():
    assert TEAL in drawn()
    assert TEAL in drawn(tone=Tone.WARN)
    assert TEAL not in drawn(tone=Tone.GREY, word="Suspendu")
    assert GREY in drawn(tone=Tone.GREY, word="Suspendu")


def test_it_bears_its_day_in_both_languages():
    assert "2026-00042-M · 30 novembre 2026" in drawn()
    assert "2026-00042-M · 30 November 2026" in drawn(language="en", word="In force")


def test_without_a_label_it_has_no_number():
    text = drawn(number="", tone=Tone.GREY, word="Aucun label à ce numéro")

    assert ">30 novembre 2026<" in text


def test_a_demonstration_says_so_instead_of_the_label_s_name():
    assert ">Démonstration, sans valeur<" in drawn(is_demonstration=True)
    assert "Label numéricité" not in drawn(is_demonstration=True)


def test_a_long_word_is_written_smaller_so_that_it_stays_inside():
    assert 'font-size="17" font-weight="700"' in drawn()
    assert 'font-size="13" font-weight="700"' in drawn(word="Renouvellement en cours")
