"""What is sat under supervision is out of reach of the pages on which people take tests alone."""

import pytest

from app.accounts.models import Person
from app.assessments.models import RecordedAnswer, Sitting
from app.assessments.services import examining
from app.database import current_session
from quizzes.items import Response
from quizzes.policy import policies
from tests.rows import rows
from tests.services.accounts_builders import NOW
from tests.web.test_journey import open_account, start

REFERENCE = "0123456789ABCDEF"
ADDRESSES = ["examination", "examen", "supervised", "surveillee", "update", "actualisation"]


@pytest.fixture
def supervised(app, loaded, visitor):
    """Somebody signed in, whose supervised sitting runs; with `finished`, is over."""
    open_account(app, visitor)

    def begin(*, finished=False):
        with app.app_context():
            db = current_session()
            row = examining.start(
                db,
                person_id=rows(app, Person)[0].id,
                person_ids=(),
                framework_code="PRO",
                policy=policies()["examination"],
                language="fr",
                bank=loaded.bank,
                seed=3,
                reference=REFERENCE,
                now=NOW,
            )
            if finished:
                held = examining.hold(db, sitting_id=row.id, bank=loaded.bank)
                examining.submit_answer(
                    db, held, item_id=row.current_item_id, response=Response.skip().to_json(), deadline=None, now=NOW
                )
                held = examining.hold(db, sitting_id=row.id, bank=loaded.bank)
                examining.close(db, held, reason=examining.Closing.ENDED, actor_id=None, now=NOW)
            db.commit()

    return begin


@pytest.mark.parametrize("framework", ["PRO", "CIT"])
def test_beginning_has_no_address(app, visitor, framework):
    open_account(app, visitor)
    token = visitor.get("/evaluations/CIT/positionnement").form("positionnement").fields["csrf_token"]

    for address in ADDRESSES:
        visitor.get(f"/evaluations/{framework}/{address}", status=404)
        refused = visitor.raw("POST", f"/evaluations/{framework}/{address}", data={"csrf_token": token})
        assert refused.status_code in (404, 405)

    assert rows(app, Sitting) == []


class TestOneOfOneSOwn:
    @pytest.mark.parametrize("path", ["", "/resultat", "/pause", "/contestation", "/reponses/1"])
    def test_shows_no_page(self, supervised, visitor, path):
        supervised(finished=True)

        visitor.get(f"/evaluations/{REFERENCE}{path}", status=404)

    @pytest.mark.parametrize("path", ["/reponses", "/terminer", "/preciser"])
    def test_takes_no_answer_and_is_not_ended(self, app, supervised, visitor, path):
        supervised()
        start(visitor)
        fields = visitor.page.form("/reponses").fields

        refused = visitor.raw("POST", f"/evaluations/{REFERENCE}{path}", data={**fields, "passe": "1"})

        assert refused.status_code == 404
        assert rows(app, RecordedAnswer) == []
        assert [row.finished_at for row in rows(app, Sitting)] == [None, None]

    def test_is_not_among_the_tests_to_go_on_with(self, supervised, visitor):
        supervised()

        assert REFERENCE not in visitor.get("/").html
        assert REFERENCE not in visitor.get("/evaluations/").html

    def test_is_put_on_paper_by_nobody_alone(self, supervised, visitor):
        supervised(finished=True)

        visitor.get(f"/certificats/preparer/{REFERENCE}", status=404)

    def test_goes_along_with_one_s_data(self, supervised, visitor):
        supervised(finished=True)
        fields = visitor.get("/compte/mes-donnees").form("/compte/mes-donnees").fields

        taken = visitor.raw("POST", "/compte/mes-donnees", data=fields).get_json()

        (own,) = taken["assessments"]["sittings"]
        assert (own["reference"], own["test"]) == (REFERENCE, "examination")
        assert "score" not in own["answers"][0]

    def test_the_desk_reads_its_words(self, app, supervised, make_visitor):
        supervised(finished=True)
        desk = open_account(app, make_visitor(), email="desk@example.com", is_administrator=True)

        page = desk.get("/administration/journal")

        assert "fermé avant la fin" in page.text
