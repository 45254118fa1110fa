"""Lessons on the page: plain French, drawing, real act, practice, what has changed."""

from dataclasses import replace
from datetime import date

import pytest

from app.learning.models import FinishedModule
from tests.lessons import BARE, WHOLE, with_lessons
from tests.rows import rows
from tests.web.test_journey import open_account

LESSON = f"/apprendre/modules/{WHOLE}"


@pytest.fixture
def use_lessons(app, loaded, tmp_path):
    """Serve the lessons of the tests; the fact that they teach changes on a day, or never."""

    def used(**options):
        app.extensions["numericite.resources"] = with_lessons(loaded, tmp_path, **options)

    yield used
    app.extensions["numericite.resources"] = loaded


@pytest.fixture
def reader(use_lessons, visitor):
    use_lessons()
    return visitor


@pytest.fixture
def member(app, reader):
    return open_account(app, reader)


class TestRefusals:
    @pytest.mark.parametrize("path", [f"{LESSON}/exercices/0", f"{LESSON}/exercices/4", f"{LESSON}/exercices/x"])
    def test_an_exercise_that_does_not_exist_is_not_found(self, reader, path):
        reader.get(path, status=404)

    def test_a_lesson_without_exercises_has_none(self, reader):
        reader.get(f"/apprendre/modules/{BARE}/exercices/1", status=404)

    def test_a_stranger_is_asked_to_sign_in_before_telling_of_an_act(self, reader):
        assert reader.get(f"{LESSON}/acte").path == "/connexion"

    def test_an_act_is_asked_about_only_after_its_lesson(self, member):
        member.get(f"{LESSON}/acte", status=404)

    def test_a_lesson_without_an_act_asks_nothing(self, member):
        member.get(f"/apprendre/modules/{BARE}")
        member.submit("/termine")

        member.get(f"/apprendre/modules/{BARE}/acte", status=404)

    def test_neither_yes_nor_not_yet_is_told(self, member):
        member.get(LESSON)
        member.submit("/termine")
        member.get(f"{LESSON}/acte")

        page = member.submit("/acte", expect=422, done="peut-etre")

        assert "Choisissez" in page.text

    def test_an_unknown_profile_shows_everything(self, reader):
        assert "patients (fr)" in reader.get("/apprendre/?profil=touriste").text

    def test_an_exercise_left_empty_is_told(self, reader):
        reader.get(f"{LESSON}/exercices/1")

        assert "Choisissez une réponse" in reader.submit("/exercices/1", expect=422).text


class TestPlain:
    def test_a_switch_leads_there_and_back(self, reader):
        page = reader.get(LESSON)
        assert "Ouvrez le journal." in page.text

        plain = reader.get(page.links["Français simple"])

        assert "Lisez." in plain.text
        assert 'aria-current="true" hreflang="fr">Français simple' in plain.html
        assert "lesson-plain" in plain.html
        assert "lesson-plain" not in reader.get(plain.links["Version complète"]).html

    def test_the_wish_is_kept_from_page_to_page_and_across_languages(self, reader):
        plain = reader.get(f"{LESSON}?version=simple")

        assert plain.links["Toutes les leçons"].endswith("?version=simple")
        assert "version=simple" in plain.links["English"]
        assert "version=simple" in reader.get(plain.links["Toutes les leçons"]).links["Titre"]
        english = reader.get(plain.links["English"])
        assert english.language == "en"
        assert "lang=fr" in english.links["Plain French"]
        assert "version=simple" in english.links["Français"]

    def test_a_lesson_without_it_offers_no_switch(self, reader):
        assert "Français simple" not in reader.get(f"/apprendre/modules/{BARE}?version=simple").text


class TestDrawing:
    def test_it_lies_in_the_page_with_its_words(self, reader):
        page = reader.get(LESSON)

        assert '<div class="drawing" role="img" aria-label="Un rectangle."><svg' in page.html
        assert "drawing" not in reader.get(f"/apprendre/modules/{BARE}").html

    def test_the_day_of_its_check_is_told(self, reader):
        assert "À jour au 24 novembre 2026." in reader.get(LESSON).text


class TestPractice:
    def test_each_answer_is_explained_at_once_and_nothing_is_kept(self, app, reader):
        page = reader.get(reader.get(LESSON).links["M’exercer : 3 questions"])
        assert "exercice 1 sur 3" in page.text

        told = reader.submit("/exercices/1", choice="1")
        assert told.headings[0] in ("C’est juste.", "Pas tout à fait. Voici pourquoi.")
        assert "Parce que. (fr)" in told.text

        reader.get(told.links["Exercice suivant"])
        told = reader.submit("/exercices/2", **{"etat-1": "2", "etat-2": "renouvellement"})
        assert told.headings == ["C’est juste."]

        reader.get(told.links["Exercice suivant"])
        told = reader.submit("/exercices/3", passe="1")
        assert told.headings == ["Question passée : voici la réponse."]
        assert told.links["Revenir à la leçon"] == LESSON
        assert rows(app, FinishedModule) == []


class TestAct:
    def test_yes_or_not_yet_and_the_last_word_counts(self, app, member):
        member.get(LESSON)
        member.submit("/termine")
        member.get(member.get(LESSON).links["Dire si c’est fait"])

        assert "Rien ne presse" in member.submit("/acte", done="pas-encore").text
        assert "C’est noté" in member.submit("/acte", done="oui").text
        assert [row.act_answer for row in rows(app, FinishedModule)] == ["done"]
        assert "Vous l’avez fait" in member.get(LESSON).text

    def test_nobody_tells_of_another_person_s(self, app, member, make_visitor):
        member.get(LESSON)
        member.submit("/termine")
        other = open_account(app, make_visitor(), email="autre@example.com")

        other.get(f"{LESSON}/acte", status=404)


class TestNews:
    def test_what_changed_is_shown_until_it_is_read(self, app, use_lessons, visitor):
        use_lessons()
        open_account(app, visitor)
        visitor.get(LESSON)
        visitor.submit("/termine")
        assert "Du nouveau" not in visitor.get("/apprendre/").text

        own = app.extensions["numericite.resources"]
        changed = tuple(fact.model_copy(update={"changed_on": date(2099, 1, 1)}) for fact in own.facts)
        app.extensions["numericite.resources"] = replace(own, facts=changed)

        page = visitor.get("/apprendre/")
        assert "Du nouveau dans ce que vous avez appris" in page.text
        assert "terminée, avec du nouveau" in page.text
        page = visitor.get(LESSON)
        assert "Un fait. (fr)" in page.text
        visitor.submit("/nouveautes")
        assert [row.update_read_at is not None for row in rows(app, FinishedModule)] == [True]

    def test_who_has_not_finished_has_nothing_to_mark(self, member):
        token = member.get(f"{LESSON}/exercices/1").form("/exercices/1").fields["csrf_token"][0]

        answer = member.raw("POST", f"{LESSON}/nouveautes", data={"csrf_token": token})

        assert answer.status_code == 404


class TestPaths:
    def test_profiles_choose_among_paths(self, reader):
        page = reader.get("/apprendre/")
        assert "Rien de plus. (fr)" in page.text

        page = reader.get(page.links["Patiente, patient"])

        assert "patients (fr)" in page.text
        assert 'profil=patient" aria-current="true"' in page.html
