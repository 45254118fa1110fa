"""French typography: no line of a page begins with : ; ? ! % or », nor ends with «."""

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.typography import mend, mend_code, mend_content, mend_lesson, mend_template

ROOT = Path(__file__).resolve().parent.parent.parent
NB = "\N{NO-BREAK SPACE}"

MENDED = {
    "a colon": ("Erreur : rien", f"Erreur{NB}: rien"),
    "a question": ("Rien ?", f"Rien{NB}?"),
    "quotation marks": ("« Pause », puis", f"«{NB}Pause{NB}», puis"),
    "a percentage": ("à 90 % de chances, 90 %% en gettext", f"à 90{NB}% de chances, 90{NB}%% en gettext"),
    "a placeholder is no percentage": ("sur %(total)s et %s", "sur %(total)s et %s"),
    "an hour": ("à 10:42", "à 10:42"),
    "English": ("Error: nothing? 90%", "Error: nothing? 90%"),
    "an address": ("?suite=/x", "?suite=/x"),
}


@pytest.mark.parametrize(("text", "expected"), MENDED.values(), ids=MENDED)
def test_mends(text, expected):
    assert mend(text) == expected
    assert mend(expected) == expected


def test_a_template_s_own_code_is_left_alone_but_for_its_texts():
    source = '{% if a %}{{ b }} : {{ _("Quoi ?") }} {{ x % 2 }}{% endif %}'

    assert (
        mend_template(source) == f'{{% if a %}}{{{{ b }}}}{NB}: {{{{ _("Quoi{NB}?") }}}} {{{{ x % 2 }}}}{{% endif %}}'
    )


def test_code_is_left_alone_but_for_its_texts():
    assert mend_code('x = y if z else "Quoi ?"  # why ?\n') == f'x = y if z else "Quoi{NB}?"  # why ?\n'


CONTENT = {
    "a stem": ('stem: {fr: "Quoi ?", en: "Really ?"}', f'stem: {{fr: "Quoi{NB}?", en: "Really ?"}}'),
    "an hour": ('  fr: "De 8 h à 20 h 30"', f'  fr: "De 8{NB}h à 20{NB}h{NB}30"'),
    "a telephone number": ('{fr: "Au 36 46"}', f'{{fr: "Au 36{NB}46"}}'),
    "an amount": ('{fr: "À 39 € par mois"}', f'{{fr: "À 39{NB}€ par mois"}}'),
    "accepted answers": ('accepted: {fr: ["36 46", "15 h"]}', 'accepted: {fr: ["36 46", "15 h"]}'),
    "a block": (
        "  body:\n    fr: |\n      Lundi : rien\n\n      Mardi ?\n    en: |\n      Why ?\n",
        f"  body:\n    fr: |\n      Lundi{NB}: rien\n\n      Mardi{NB}?\n    en: |\n      Why ?\n",
    ),
}


@pytest.mark.parametrize(("text", "expected"), CONTENT.values(), ids=CONTENT)
def test_mends_the_french_of_content(text, expected):
    assert mend_content(text) == expected
    assert mend_content(expected) == expected


def test_a_lesson_s_pictures_and_tables_are_left_alone():
    lesson = "Voir ![un dessin](x.svg)\n\n| --- | :-- |\n\n1. Un\n2. Deux\n"

    assert mend_lesson(lesson) == lesson


def test_nothing_is_left_to_mend():
    command = [sys.executable, "scripts/typography.py", "--check"]

    left = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert left.stdout == "", "run make translations"
