"""Simulations on the page: an invented tool on which one does something, in plain HTML."""

from dataclasses import replace

import pytest

from quizzes.bank import make_bank
from tests.banks import SCREENS, framework, item
from tests.web.answering import answer, fields_for, on_screen

KINDS = tuple(SCREENS)


def simulations():
    """A bank of simulations of three kinds, over the competencies and levels."""
    items = []
    for area in (1, 2):
        for one in (1, 2):
            items += [
                item(
                    place + 1,
                    kind="simulation",
                    competency=f"TST-{area}.{one}",
                    level=f"L{place % 4 + 1}",
                    screen=SCREENS[KINDS[(place + area + one) % 3]],
                )
                for place in range(6)
            ]
    return make_bank([framework()], items)


@pytest.fixture
def with_simulations(app, loaded):
    """The application with a bank of simulations."""
    app.extensions["numericite.resources"] = replace(loaded, bank=simulations())
    yield app
    app.extensions["numericite.resources"] = loaded


@pytest.fixture
def reach(with_simulations, visitor):
    """Begin a practice test and answer until a screen of one kind is shown."""

    def reached(kind, *, policy="entrainement", language="fr"):
        visitor.get(f"/evaluations/TST/{policy}?lang={language}")
        page = visitor.submit(f"/evaluations/TST/{policy}")
        while on_screen(with_simulations, page)[0].screen.kind != kind:
            page = answer(with_simulations, visitor)
            if "/reponses/" in page.path:
                page = visitor.get(page.path.split("/reponses")[0])
        return page

    return reached


class TestRefusals:
    def test_a_text_of_a_page_is_told_and_everything_that_was_set_is_kept(self, visitor, reach):
        reach("booking")

        page = visitor.submit("/reponses", expect=422, **{"etat-1": "2", "etat-2": "x" * 201, "etat-3": "1"})

        assert "« Motif, en un mot » : 200 signes au plus." in page.text
        kept = page.form("/reponses").fields
        assert (kept["etat-1"], kept["etat-2"], kept["etat-3"]) == (["2"], ["x" * 201], ["1"])
        assert 'href="#etat-2"' in page.html
        assert 'aria-invalid="true"' in page.html

    def test_beginning_anew_is_then_a_link_to_the_screen_as_it_was_found(self, visitor, reach):
        reach("booking")
        page = visitor.submit("/reponses", expect=422, **{"etat-1": "2", "etat-2": "x" * 201})

        again = visitor.get(page.links["Tout remettre comme au début"])

        assert again.form("/reponses").fields["etat-1"] == ["1"]
        assert again.form("/reponses").fields["etat-2"] == [""]

    def test_a_choice_that_the_menu_does_not_offer_records_nothing(self, visitor, reach):
        page = reach("mailbox")

        visitor.submit("/reponses", expect=422, **{"etat-1": "9", "etat-2": "keep"})

        assert visitor.get(page.path).headings == page.headings


class TestScreen:
    @pytest.mark.parametrize("kind", KINDS)
    def test_nothing_on_the_page_says_how_it_has_to_be_left(self, with_simulations, reach, kind):
        page = reach(kind)

        one, _seed = on_screen(with_simulations, page)
        for control in one.screen.controls:
            assert f'name="{control.id}"' not in page.html
            if control.feedback:
                assert control.feedback.fr not in page.html
        assert one.explanation.fr not in page.html
        assert "renouvellement" not in page.html

    def test_our_page_is_around_a_tool_that_says_it_is_invented(self, reach):
        page = reach("settings")

        assert "Votre tâche" in page.text
        assert "Outil inventé pour l’exercice" in page.text
        assert "carnet-lilas.exemple" in page.text
        assert "mise en situation" in page.text
        assert "Rien de ce que vous faites ici ne touche vos vrais documents." in page.text
        assert '<button class="button button-quiet" type="reset">' in page.html

    def test_each_control_has_its_label_and_its_note(self, reach):
        page = reach("settings")

        assert '<label for="etat-2">Claire Brunel</label>' in page.html
        assert '<p id="etat-2-note">' in page.html
        assert 'role="switch" id="etat-2" name="etat-2" value="1" aria-describedby="etat-2-note" checked' in page.html

    def test_choices_lie_in_a_fieldset_with_its_legend(self, reach):
        page = reach("booking")

        assert "<legend>Comment ?</legend>" in page.html
        assert '<legend class="part-title">Votre rendez-vous</legend>' in page.html

    def test_in_english(self, reach):
        page = reach("mailbox", language="en")

        assert "Tool invented for the exercise" in page.text
        assert "What do you do with it?" in page.text


class TestAnswering:
    @pytest.mark.parametrize("kind", KINDS)
    def test_the_right_state_is_right(self, with_simulations, visitor, reach, kind):
        reach(kind)

        assert answer(with_simulations, visitor).headings == ["C’est juste."]

    def test_an_untouched_screen_is_answered_as_it_is_and_told(self, visitor, reach):
        reach("settings")

        page = visitor.submit("/reponses")

        assert page.headings == ["Pas tout à fait. Voici pourquoi."]
        assert "Regardez encore Claire Brunel." in page.text
        assert "Claire Brunel : oui" in page.text
        assert "Claire Brunel : non" in page.text

    def test_a_skipped_one_is_skipped(self, visitor, reach):
        reach("mailbox")

        assert "Question passée" in visitor.submit("/reponses", passe="1").headings[0]

    def test_a_whole_test_leads_to_a_result_that_tells_each_state(self, with_simulations, visitor, reach):
        page = reach("settings", policy="positionnement")
        while "/resultat" not in page.path:
            one, seed = on_screen(with_simulations, page)
            page = visitor.submit("/reponses", **fields_for(one, seed=seed, right=False))

        assert "Laboratoire Vauban : non" in page.text
        assert "Votre rendez-vous de mardi, Que faites-vous de ce message ?" in page.text
