"""The page that asks for three optional answers, so that questions can be checked: consent, refusal, withdrawal."""

import json

import pytest

from app.accounts.models import Background
from tests.rows import rows
from tests.web.test_accounts_entering import make_account, sign_in
from tests.web.test_accounts_own import begin_as_guest

PAGE = "/compte/questions-justes"
TOLD = {"age_band": "60-74", "sex": "female", "first_language": "other", "agreed": "y"}


def agree(visitor, **fields):
    visitor.get(PAGE)
    return visitor.submit(PAGE, **{**TOLD, **fields})


class TestRefusals:
    def test_a_stranger_is_asked_to_come_in_first(self, visitor):
        assert visitor.get(PAGE).path == "/connexion"

    def test_nothing_is_kept_without_the_box_which_is_never_ticked_for_them(self, app, visitor):
        begin_as_guest(visitor)
        page = visitor.get(PAGE)
        assert "agreed" not in page.form(PAGE).fields

        page = visitor.submit(PAGE, age_band="60-74", expect=422)

        assert "Cochez la case si vous acceptez." in page.text
        assert rows(app, Background) == []

    def test_agreeing_to_tell_nothing_is_refused(self, app, visitor):
        begin_as_guest(visitor)
        visitor.get(PAGE)

        page = visitor.submit(PAGE, age_band="", sex="", agreed="y", expect=422)

        assert "Répondez à une question au moins" in page.text
        assert rows(app, Background) == []

    @pytest.mark.parametrize("made_up", [{"age_band": "0-14"}, {"sex": "x" * 99}, {"first_language": "en"}])
    def test_an_answer_that_was_not_offered_is_refused(self, app, visitor, made_up):
        begin_as_guest(visitor)
        visitor.get(PAGE)

        visitor.submit(PAGE, expect=422, **{**TOLD, **made_up})

        assert rows(app, Background) == []

    def test_nothing_to_withdraw_is_not_found(self, visitor):
        begin_as_guest(visitor)
        token = visitor.get(PAGE).form(PAGE).fields["csrf_token"][0]

        assert visitor.raw("POST", f"{PAGE}/retirer", data={"csrf_token": token}).status_code == 404

    def test_withdrawing_leaves_somebody_else_s_answers_alone(self, app, visitor, make_visitor):
        somebody = make_visitor()
        begin_as_guest(somebody)
        agree(somebody)
        begin_as_guest(visitor)
        agree(visitor, sex="male")

        visitor.submit(f"{PAGE}/retirer")

        assert [row.sex for row in rows(app, Background)] == ["female"]


class TestAgreeing:
    def test_a_guest_tells_what_they_like_and_withdraws_with_one_button(self, app, visitor):
        begin_as_guest(visitor)

        page = agree(visitor, sex="")

        assert "Merci. Vos réponses sont enregistrées." in page.text
        assert [(row.age_band, row.sex, row.first_language) for row in rows(app, Background)] == [
            ("60-74", None, "other")
        ]
        page = visitor.submit(f"{PAGE}/retirer")
        assert "C’est retiré" in page.text
        assert rows(app, Background) == []

    def test_an_account_finds_the_page_and_its_answers_but_has_to_agree_again(self, app, visitor):
        make_account(app)
        sign_in(visitor)
        path = visitor.get("/compte").links["Aider à vérifier que les questions sont justes pour tout le monde"]
        assert path == PAGE
        agree(visitor)

        form = visitor.get(PAGE).form(PAGE)

        assert form.fields["age_band"] == ["60-74"]
        assert "agreed" not in form.fields

    def test_an_answer_taken_back_while_the_others_stay(self, app, visitor):
        begin_as_guest(visitor)
        agree(visitor)

        agree(visitor, age_band="")

        assert [row.age_band for row in rows(app, Background)] == [None]

    def test_is_in_the_file_that_people_take_along(self, visitor):
        begin_as_guest(visitor)
        agree(visitor)
        token = visitor.get("/compte/mes-donnees").form("/compte/mes-donnees").fields["csrf_token"][0]

        held = json.loads(visitor.raw("POST", "/compte/mes-donnees", data={"csrf_token": token}).get_data(as_text=True))

        assert held["account"]["background"]["sex"] == "female"

    def test_is_whole_in_english_and_says_who_is_compared(self, visitor):
        begin_as_guest(visitor)

        page = visitor.get(f"{PAGE}?lang=en")

        assert "groups of 100 people or more" in page.text
        assert "I am 15 or over" in page.text
