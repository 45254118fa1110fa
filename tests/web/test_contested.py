"""Judging a contested result: the desk sees what was asked, answered, scored and proved; nobody else does."""

import re

import pytest
from sqlalchemy import select, update

from app.accounts.models import Case
from app.assessments.models import RecordedAnswer, Sitting
from app.audit import Action, AuditEntry
from app.database import current_session
from tests.rows import rows
from tests.web.answering import answer, answer_all
from tests.web.test_journey import certify, open_account, start


@pytest.fixture
def desk(app, make_visitor):
    return open_account(app, make_visitor(), email="desk@example.com", is_administrator=True)


def contest(visitor, reference):
    """Contest the result of a sitting and return the case's number."""
    visitor.get(f"/evaluations/{reference}/contestation")
    page = visitor.submit("/contestation", text="La question sur le partage a deux réponses.")
    return re.search(r"R-\d{4}-\d{4}", page.text)[0]


def reads(app):
    return [row for row in rows(app, AuditEntry) if row.action == Action.CASE_SITTING_READ]


class TestRefusals:
    def test_a_citizen_reads_no_contested_sitting_not_even_their_own(self, app, visitor):
        open_account(app, visitor)
        start(visitor)
        number = contest(visitor, answer_all(app, visitor, up_to="L1").path.split("/")[2])

        visitor.get(f"/administration/demandes/{number}/passation", status=403)

        assert reads(app) == []

    def test_a_complaint_opens_no_sitting(self, app, visitor, desk):
        visitor.get("/reclamations")
        visitor.submit("/reclamations", text="Tout est lent.")
        number = rows(app, Case)[0].number

        assert "Relire la passation" not in desk.get(f"/administration/demandes/{number}").text
        desk.get(f"/administration/demandes/{number}/passation", status=404)
        desk.get("/administration/demandes/R-2000-0001/passation", status=404)
        assert reads(app) == []

    def test_who_has_left_takes_the_sitting_along(self, app, visitor, desk):
        start(visitor)
        number = contest(visitor, answer_all(app, visitor, up_to="L1").path.split("/")[2])
        visitor.get("/compte/effacer")
        visitor.submit("/compte/effacer", word="effacer")

        assert "Relire la passation" not in desk.get(f"/administration/demandes/{number}").text
        desk.get(f"/administration/demandes/{number}/passation", status=404)


class TestJudging:
    def test_a_certification_is_read_whole_reserved_questions_too_and_each_reading_is_in_the_trail(
        self, app, loaded, visitor, desk
    ):
        open_account(app, visitor)
        certify(app, visitor)
        with app.app_context():
            sitting = current_session().scalars(select(Sitting)).one()
            reference, sitting_id, count = sitting.reference, sitting.id, len(sitting.answers)
            stems = [loaded.bank.item(one.item_id).stem.fr for one in sitting.answers]
        number = contest(visitor, reference)

        case = desk.get(f"/administration/demandes/{number}")
        page = desk.get(next(link for text, link in case.links.items() if text.startswith("Relire")))
        desk.get(page.path)

        places = [page.text.index(" ".join(f"{place}. {stem}".split())) for place, stem in enumerate(stems, 1)]
        assert places == sorted(places)
        assert page.text.count("Pourquoi cette question") == count
        assert page.text.count("question réservée ·") == count
        assert "choisie pour : sa place dans la forme" in page.text
        assert "Sur l’ensemble" in page.text
        assert [(row.subject_id, row.detail) for row in reads(app)] == [
            (sitting_id, {"case": number, "reserved": True})
        ] * 2
        assert len({row.actor_id for row in reads(app)} | {None}) == 2

    def test_a_positioning_is_read_with_skips_and_in_english(self, app, visitor, desk):
        start(visitor)
        visitor.submit("/reponses", passe="1")
        answer(app, visitor, right=False)
        visitor.get(visitor.page.path + "/pause")
        number = contest(visitor, visitor.submit("/terminer").path.split("/")[2])

        page = desk.get(f"/administration/demandes/{number}/passation?lang=en")

        assert "skipped" in page.text
        assert "open question" in page.text
        assert "The right answer" in page.text

    def test_a_score_that_today_s_grading_would_not_give_is_pointed_at(self, app, visitor, desk):
        start(visitor)
        answer(app, visitor, right=False)
        visitor.get(visitor.page.path + "/pause")
        number = contest(visitor, visitor.submit("/terminer").path.split("/")[2])
        assert "en donnerait une autre" not in desk.get(f"/administration/demandes/{number}/passation").text
        with app.app_context():
            current_session().execute(update(RecordedAnswer).values(score=1.0))
            current_session().commit()

        assert "en donnerait une autre" in desk.get(f"/administration/demandes/{number}/passation").text

    def test_what_another_engine_measured_is_still_told_from_what_was_stored(self, app, visitor, desk):
        start(visitor)
        answer(app, visitor)
        visitor.get(visitor.page.path + "/pause")
        number = contest(visitor, visitor.submit("/terminer").path.split("/")[2])
        with app.app_context():
            current_session().execute(update(Sitting).values(engine_version="0"))
            current_session().commit()

        page = desk.get(f"/administration/demandes/{number}/passation")

        assert "Une autre version du moteur" in page.text
        assert "Pourquoi cette question" in page.text

    def test_a_sitting_that_still_runs_is_read_as_far_as_it_is(self, visitor, desk):
        number = contest(visitor, start(visitor).path.split("/")[2])

        page = desk.get(f"/administration/demandes/{number}/passation")

        assert "Le test n’est pas terminé." in page.text
        assert "Aucune réponse n’a été donnée." in page.text


def test_a_reported_question_is_one_link_away(app, visitor, desk):
    visitor.get(start(visitor).links["Signaler cette question"])
    visitor.submit("/signaler", text="Un mot difficile.")
    case = rows(app, Case)[0]

    page = desk.get(f"/administration/demandes/{case.number}")

    link = next(link for text, link in page.links.items() if text.startswith("Voir la question"))
    assert link.endswith(case.subject_reference)
    assert "Fiche" in desk.get(link).text
