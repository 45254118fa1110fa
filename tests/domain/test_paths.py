"""Modules and paths: checked like the bank, rendered without anything that acts."""

import pytest

from app.resources import SHIPPED_CONTENT
from quizzes.errors import ContentError
from quizzes.paths import load_modules, load_paths

HEAD = """---
id: TST-1.1
language: {language}
competency: TST-1.1
title: Titre
summary: Une phrase.
minutes: 5
sources:
  - {{title: S, url: "https://example.com"}}
checked_on: 2026-11-24
review_on: 2027-11-24
---
"""
PATH = """id: essai
framework: TST
title: {fr: Essai, en: Trial}
summary: {fr: Essai, en: Trial}
modules: [TST-1.1]
assessment: practice
"""


@pytest.fixture
def content(tmp_path):
    (tmp_path / "modules").mkdir()
    (tmp_path / "paths").mkdir()
    for language in ("fr", "en"):
        (tmp_path / f"modules/TST-1.1.{language}.md").write_text(
            HEAD.format(language=language) + "## Un\n\n<script>x</script> [a](javascript:b)\n"
        )
    (tmp_path / "paths/essai.yaml").write_text(PATH)
    return tmp_path


BROKEN_MODULES = {
    "no head": ("Just text", "en-tête"),
    "something before the head": ("x" + HEAD.format(language="fr"), "en-tête"),
    "a head that is no YAML": ("---\nid: [\n---\nx", "YAML"),
    "a head without a title": (HEAD.format(language="fr").replace("title: Titre\n", "") + "x", "title"),
    "a third language": (HEAD.format(language="de") + "x", "language"),
    "an hour and more": (HEAD.format(language="fr").replace("minutes: 5", "minutes: 500") + "x", "minutes"),
}


@pytest.mark.parametrize(("text", "message"), BROKEN_MODULES.values(), ids=BROKEN_MODULES)
def test_a_broken_module_is_refused(content, text, message):
    (content / "modules/TST-1.1.fr.md").write_text(text)

    with pytest.raises(ContentError, match=message):
        load_modules((content,))


def test_a_missing_language_is_told(content):
    (content / "modules/TST-1.1.en.md").unlink()

    with pytest.raises(ContentError, match="manque"):
        load_modules((content,))


def test_a_lesson_written_twice_is_told(content):
    (content / "modules/again.fr.md").write_text(HEAD.format(language="fr") + "x")

    with pytest.raises(ContentError, match="déjà écrite"):
        load_modules((content,))


def test_a_plain_lesson_stands_beside_an_ordinary_one(content):
    plain = HEAD.format(language="fr").replace("language: fr", "language: fr\nvariant: plain") + "Un mot."
    (content / "modules/TST-1.1.plain.md").write_text(plain)
    assert [one.variant for one in load_modules((content,))] == ["standard", "standard", "plain"]
    (content / "modules/TST-1.1.fr.md").unlink()

    with pytest.raises(ContentError, match="ordinaire manque"):
        load_modules((content,))


def test_a_path_defined_twice_is_told(content):
    (content / "paths/encore.yaml").write_text(PATH)

    with pytest.raises(ContentError, match="déjà défini"):
        load_paths((content,), load_modules((content,)))


BROKEN_PATHS = {
    "an unknown profile": (PATH + "profiles: [tourist]\n", "profiles"),
    "no YAML": ("id: [", "YAML"),
    "an unknown test": (PATH.replace("practice", "duel"), "assessment"),
    "an unknown lesson": (PATH.replace("[TST-1.1]", "[TST-9.9]"), "Leçon inconnue"),
}


@pytest.mark.parametrize(("text", "message"), BROKEN_PATHS.values(), ids=BROKEN_PATHS)
def test_a_broken_path_is_refused(content, text, message):
    (content / "paths/essai.yaml").write_text(text)

    with pytest.raises(ContentError, match=message):
        load_paths((content,), load_modules((content,)))


def test_what_acts_is_taken_out(content):
    [english, french] = load_modules((content,))

    assert (english.language, french.language) == ("en", "fr")
    assert "<h2>Un</h2>" in french.html
    assert "<script" not in french.html
    assert "javascript:" not in french.html.replace("(javascript:b)", "")


def test_a_path_leads_to_its_test(content):
    [path] = load_paths((content,), load_modules((content,)))

    assert path.modules == ("TST-1.1",)
    assert path.title.get("en") == "Trial"


def test_the_shipped_lessons_are_real():
    modules = load_modules((SHIPPED_CONTENT,))

    assert len({module.id for module in modules}) >= 3
    assert all(len(module.html) > (3000 if module.variant == "standard" else 1500) for module in modules)
    assert load_paths((SHIPPED_CONTENT,), load_modules((SHIPPED_CONTENT,)))
