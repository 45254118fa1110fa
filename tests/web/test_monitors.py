"""The page of signs: who sees it, what it says, what it does not."""

import re
from datetime import timedelta

from app.accounts.models import Background
from app.accounts.services import backgrounds
from app.administration.views import content as views
from app.assessments.models import ItemUse, PoolUse
from app.certification.services import cut_records
from app.database import current_session
from tests.builders import NOW, ORIGIN
from tests.services.measuring_builders import people_who_answered
from tests.services.test_measuring import edited
from tests.web.test_journey import open_account


def desk(app, make_visitor):
    return open_account(app, make_visitor(), email="desk@example.com", is_administrator=True)


class TestWho:
    def test_nobody_else_sees_it(self, visitor):
        assert visitor.get("/administration/surveillance/CIT").path == "/connexion"

    def test_an_account_is_not_enough(self, app, visitor):
        open_account(app, visitor).get("/administration/surveillance/CIT", status=403)


class TestPage:
    def test_an_unknown_framework_is_not_found(self, app, make_visitor):
        desk(app, make_visitor).get("/administration/surveillance/ZZZ", status=404)

    def test_is_reached_from_the_desk_and_says_when_there_is_nothing(self, app, make_visitor):
        somebody = desk(app, make_visitor)

        page = somebody.get(somebody.get("/administration/").links["Surveillance CIT"])

        assert page.text.count("Rien à regarder.") == 5
        assert "provisoire, aucun jury ne l’a signé" in page.text

    def test_is_whole_in_english(self, app, make_visitor):
        page = desk(app, make_visitor).get("/administration/surveillance/PRO?lang=en")

        assert page.text.count("Nothing to look at.") == 5

    def test_leads_to_the_tests_of_the_other_language(self, app, make_visitor):
        somebody = desk(app, make_visitor)
        somebody.get("/administration/surveillance/CIT")

        page = somebody.get(somebody.page.links["tests en anglais"])

        assert 'aria-current="page">tests en anglais' in page.html
        assert "echelle=en" in page.links["PRO"]

    def test_names_the_files_that_only_look_like_signed_cuts(self, app, make_visitor, tmp_path, monkeypatch):
        monkeypatch.setattr(views, "SHIPPED_CONTENT", tmp_path)
        (tmp_path / "cutscores").mkdir()
        (tmp_path / "cutscores/forged.json").write_text('{"token": "e30.e30.AA"}', encoding="utf-8")

        page = desk(app, make_visitor).get("/administration/surveillance/CIT")

        assert "Ces fichiers de seuil ne prouvent rien" in page.text
        assert "forged.json" in page.text

    def test_says_that_a_signed_cut_is_not_the_one_in_use(self, app, make_visitor, loaded, tmp_path, monkeypatch):
        monkeypatch.setattr(views, "SHIPPED_CONTENT", tmp_path)
        (tmp_path / "cutscores").mkdir()
        record = {"framework": "CIT", "boundary": "L2", "held_on": "2026-11-20", "cut": {"ability": -0.5}}
        cut_records.write(record, tmp_path / "cutscores/a.json", origin=ORIGIN, ring=loaded.ring, now=NOW)

        page = desk(app, make_visitor).get("/administration/surveillance/CIT")

        assert "établi par le jury du 2026-11-20, à -0.50 ; les tests se servent encore de -0.80" in page.text

    def test_points_at_what_deserves_a_look(self, app, make_visitor, loaded, tmp_path, monkeypatch):
        monkeypatch.setattr(views, "SHIPPED_CONTENT", tmp_path)
        (tmp_path / "cutscores").mkdir()
        cut_records.write(
            {"framework": "CIT", "boundary": "L2", "held_on": "2026-11-20", "cut": {"ability": -0.8}},
            tmp_path / "cutscores/a.json",
            origin=ORIGIN,
            ring=loaded.ring,
            now=NOW,
        )
        with app.app_context():
            db = current_session()
            people_who_answered(db, loaded.bank, people=110, asked=25, among=45)
            rows = people_who_answered(db, loaded.bank, people=110, asked=25, among=45, seed=2, language="en")
            odd = loaded.bank.items_of("CIT", "open")[3].id
            for row in rows:
                for answer in row.answers:
                    answer.score = 0.0 if answer.item_id == odd else answer.score
            for row in people_who_answered(
                db, loaded.bank, people=60, asked=25, among=45, seed=3, started_at=NOW + timedelta(days=1)
            ):
                for answer in row.answers:
                    answer.answered_at += timedelta(days=1)
                    answer.score = 1.0 if answer.item_id == odd else answer.score
            broken = people_who_answered(
                db, loaded.bank, people=1, asked=25, among=45, seed=4, policy_id="certification", seconds=1
            )[0]
            for answer in broken.answers:
                answer.score, answer.response = float(answer.position < 12), {"choice": "a"}
            reference = broken.reference
            db.add(PoolUse(framework_code="CIT", policy_id="positioning", sittings=300))
            db.add(ItemUse(policy_id="positioning", item_id=odd, asked=290, rested=0))
            db.commit()

        page = desk(app, make_visitor).get("/administration/surveillance/CIT")

        assert "établi par le jury du 2026-11-20" in page.text
        assert "les tests se servent encore" not in page.text
        assert f"{odd} positioning 97 %" in page.text
        assert f"Test {reference} : 25 réponses rapides sur 25" in page.text
        assert f"Test {reference}, 25 réponses" in page.text
        assert "n’accuse une personne" in page.text

    def test_tells_the_groups_of_enough_people_and_the_item_that_is_harder_for_one(self, app, make_visitor, loaded):
        odd = loaded.bank.items_of("CIT", "open")[0].id
        with app.app_context():
            db = current_session()
            for number, row in enumerate(people_who_answered(db, loaded.bank, people=240, asked=6, among=6)):
                told = {"first_language": ("fr", "other")[number % 2], "sex": "female" if number < 99 else None}
                db.add(Background(person_id=row.person_id, **told, consent=backgrounds.CONSENT, consented_at=NOW))
                for answer in row.answers:
                    answer.score = 0.0 if answer.item_id == odd and number % 8 in (1, 3, 5) else answer.score
            people_who_answered(db, edited(loaded.bank, odd), people=2, asked=6, among=6, seed=2)
            db.commit()

        page = desk(app, make_visitor).get("/administration/surveillance/CIT")

        assert "première langue autre 120" in page.text
        assert "sexe femmes moins de 100" in page.text
        assert re.search(rf"{odd} première langue : autre -\d\.\d\d C 120 120", page.text)
        assert re.search(r"Sur 6 comparaisons, le hasard seul en signalerait \d\.\d\.", page.text)
        assert f"laissées de côté : {odd} (2)." in page.text
