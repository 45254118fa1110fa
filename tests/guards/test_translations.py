"""English is whole: no text without a translation, none in doubt, and the compiled catalogue is the written one."""

import io
import re
import subprocess
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent.parent
CATALOGUE = ROOT / "app/translations/en/LC_MESSAGES/messages.po"


def _entries():
    with CATALOGUE.open("rb") as file:
        return [message for message in read_po(file, locale="en") if message.id]


def _texts(message):
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_every_text_of_templates_and_code_is_in_the_catalogue(tmp_path):
    gathered = tmp_path / "messages.pot"
    command = ["extract", "-F", "babel.cfg", "-k", "N_", "-k", "_l", "-k", "lazy_gettext", "-o", str(gathered), "app"]
    subprocess.run([sys.executable, "-m", "babel.messages.frontend", "-q", *command], cwd=ROOT, check=True)
    with gathered.open("rb") as file:
        wanted = {message.id for message in read_po(file) if message.id}

    assert {message.id for message in _entries()} == wanted, "run make translations"


def test_nothing_is_untranslated_or_doubtful():
    assert [message.id for message in _entries() if message.fuzzy or not all(_texts(message))] == []


def test_every_placeholder_survives():
    names = re.compile(r"%\(\w+\)s")
    lost = [
        message.id
        for message in _entries()
        for text in _texts(message)[-1:]
        if set(names.findall(text)) != set(names.findall(message.id if isinstance(message.id, str) else message.id[-1]))
    ]

    assert lost == []


def test_the_compiled_catalogue_is_the_written_one():
    with CATALOGUE.open("rb") as file:
        compiled = io.BytesIO()
        write_mo(compiled, read_po(file, locale="en"))

    assert CATALOGUE.with_suffix(".mo").read_bytes() == compiled.getvalue(), "run make translations"
