"""The authors' desk: content to read again, and each item as a person sees it."""

from dataclasses import replace
from datetime import date

import pytest

from app.access import Role
from app.accounts.services import people
from app.audit import Action, AuditEntry
from app.database import current_session
from app.organisations.services import independence
from quizzes.bank import make_bank
from quizzes.facts import Fact
from tests.banks import SCREENS, both, framework, item
from tests.corpora import fact_data
from tests.rows import rows
from tests.services.accounts_builders import NOW, PASSWORD
from tests.web.test_journey import open_account

AUTHOR = "auteur@example.com"


@pytest.fixture
def own_content(app, loaded):
    """A bank of one open question, one reserved one, one simulation; and a fact that has changed."""
    items = [
        item(1, stem=both("Question ouverte ?"), review_on=date(2026, 11, 26), checked_on=date(2026, 1, 1)),
        item(2, kind="single_choice", pool="reserved", stem=both("Question réservée ?")),
        item(3, kind="simulation", screen=SCREENS["booking"], stem=both("Réservez en vidéo.")),
        item(4, ground="fact", confidence="F", facts=["le-fait"], stem=both("Question de fait ?")),
    ]
    fact = Fact.model_validate(fact_data(changed_on=date(2026, 11, 30)))
    app.extensions["numericite.resources"] = replace(loaded, bank=make_bank([framework()], items), facts=(fact,))
    yield
    app.extensions["numericite.resources"] = loaded


@pytest.fixture
def author(app, own_content, visitor):
    """Somebody with the role of author, signed in."""
    with app.app_context():
        db = current_session()
        person = people.create_account(
            db, email=AUTHOR, password=PASSWORD, is_fifteen=True, language="fr", guest_id=None, now=NOW
        )
        person.email_confirmed_at = NOW
        people.grant_role(db, person_id=person.id, role=Role.AUTHOR, actor_id=None, now=NOW)
        db.commit()
    visitor.get("/connexion")
    visitor.submit("/connexion", email=AUTHOR, password=PASSWORD)
    return visitor


PATHS = ["/administration/contenu", "/administration/contenu/questions/TST-1.1-02"]


class TestRefusals:
    @pytest.mark.parametrize("path", PATHS)
    @pytest.mark.usefixtures("own_content")
    def test_a_stranger_is_asked_to_sign_in(self, visitor, path):
        assert visitor.get(path).path == "/connexion"

    @pytest.mark.parametrize("path", PATHS)
    @pytest.mark.usefixtures("own_content")
    def test_any_account_is_refused(self, app, visitor, path):
        open_account(app, visitor)

        visitor.get(path, status=403)

        assert [row for row in rows(app, AuditEntry) if row.action == Action.RESERVED_ITEM_VIEWED] == []

    @pytest.mark.parametrize("path", ["/administration/", "/administration/journal", "/administration/demandes"])
    def test_an_author_sees_nothing_else_of_the_desk(self, author, path):
        author.get(path, status=403)

    def test_an_item_that_does_not_exist_is_not_found(self, author):
        author.get("/administration/contenu/questions/TST-9.9-99", status=404)

    @pytest.mark.parametrize("typed", ["", "TST-9.9-99"])
    def test_an_unknown_identifier_is_told(self, author, typed):
        author.get("/administration/contenu")

        page = author.submit("/administration/contenu", expect=422, item_id=typed)

        assert "identifiant" in page.text

    def test_an_empty_answer_is_told_in_a_preview_too(self, author):
        author.get("/administration/contenu/questions/TST-1.1-02")

        assert "Choisissez une réponse" in author.submit("/questions/", expect=422).text


class TestContent:
    def test_what_changed_comes_first_then_what_is_due(self, author):
        page = author.get("/administration/contenu")

        assert page.text.index("TST-1.1-04") < page.text.index("TST-1.1-01")
        assert "le fait le-fait a changé le 30 novembre 2026" in page.text
        assert page.links["TST-1.1-01"].endswith("/questions/TST-1.1-01")

    def test_an_author_finds_the_desk_in_the_menu_and_an_item_by_its_identifier(self, author):
        author.get(author.get("/").links["Contenu"])

        page = author.submit("/administration/contenu", item_id=" tst-1.1-03 ")

        assert page.headings == ["Réservez en vidéo. (fr)"]

    @pytest.mark.usefixtures("own_content")
    def test_an_administrator_sees_how_much_is_due(self, app, make_visitor):
        desk = open_account(app, make_visitor(), email="desk@example.com", is_administrator=True)

        page = desk.get("/administration/")

        assert "Contenus à relire" in page.text
        assert "À relire" in desk.get("/administration/contenu").text

    def test_in_english(self, author):
        assert "To review" in author.get("/administration/contenu?lang=en").text

    def test_nothing_due_is_told(self, app, author):
        own = app.extensions["numericite.resources"]
        far = make_bank([framework()], [item(review_on=date(2099, 1, 1))])
        app.extensions["numericite.resources"] = replace(own, bank=far, facts=(), modules=())

        assert "Rien n’est à relire" in author.get("/administration/contenu").text


class TestPreview:
    def test_shows_the_screen_and_tells_what_a_person_would_read(self, author):
        author.get("/administration/contenu/questions/TST-1.1-03")

        page = author.submit("/questions/", **{"etat-1": "1", "etat-2": "mal au dos"})

        assert "Outil inventé pour l’exercice" in page.text
        assert "Le rendez-vous est encore au cabinet." in page.text
        assert "Comment ? : En vidéo" in page.text
        assert page.form("/questions/").fields["etat-2"] == ["mal au dos"]

    def test_shows_a_skip_too(self, author):
        author.get("/administration/contenu/questions/TST-1.1-01")

        assert "Passée" in author.submit("/questions/", passe="1").text

    def test_whoever_trains_for_a_framework_is_shown_none_of_its_reserved_items(self, app, author, monkeypatch):
        monkeypatch.setattr(
            independence, "trains_for", lambda _db, *, person_id, framework_code: framework_code == "TST" and person_id
        )
        author.get("/administration/contenu/questions/TST-1.1-01")

        page = author.get("/administration/contenu/questions/TST-1.1-02", status=409)

        assert "Vous formez à ce référentiel" in page.text
        assert Action.RESERVED_ITEM_VIEWED not in [row.action for row in rows(app, AuditEntry)]

    def test_each_look_at_a_reserved_item_is_in_the_trail(self, app, author):
        author.get("/administration/contenu/questions/TST-1.1-01")
        page = author.get("/administration/contenu/questions/TST-1.1-02")
        author.submit("/questions/", choice="1")

        looks = [row for row in rows(app, AuditEntry) if row.action == Action.RESERVED_ITEM_VIEWED]
        assert [row.detail for row in looks] == [{"item": "TST-1.1-02"}] * 2
        assert looks[0].actor_id is not None
        assert "cette vue est écrite au journal" in page.text
