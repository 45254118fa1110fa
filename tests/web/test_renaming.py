"""A holder whose name has changed: the page, the new certificate, and what an employer reads of the former."""

import io

import pytest
from sqlalchemy import select

from app.accounts.models import Person
from app.database import current_session
from certificates.reference import new_code
from tests.services.register_builders import registered
from tests.web.test_journey import open_account

FORMER, NEW = "Odile Payet", "Camille Payet"


@pytest.fixture
def issued(app, visitor):
    open_account(app, visitor)
    with app.app_context():
        db = current_session()
        person = db.scalars(select(Person)).one()
        loaded = app.extensions["numericite.resources"]
        registered(db, loaded, holder_name=FORMER, row={"person_id": person.id})
        db.commit()
    code = new_code((1).to_bytes(10))
    pdf = visitor.raw("GET", f"/certificats/{code}.pdf").get_data()
    visitor.get(f"/certificats/{code}")
    return code, pdf


def rename(visitor, code, **fields):
    visitor.get(f"/certificats/{code}/nom")
    return visitor.submit("/nom", **{"printed_name": NEW, "confirmed": "y", **fields})


class TestRefusals:
    def test_not_without_having_read_what_follows(self, issued, visitor):
        code, _pdf = issued
        visitor.get(f"/certificats/{code}/nom")

        page = visitor.submit("/nom", expect=422, printed_name=NEW)

        assert "Cochez la case" in page.text

    @pytest.mark.parametrize(("name", "told"), [("Dr Camille", "titre"), (FORMER, "porte déjà ce nom")])
    def test_not_under_any_name(self, issued, visitor, name, told):
        page = rename(visitor, issued[0], printed_name=name, expect=422)

        assert told in page.text

    def test_not_that_of_somebody_else(self, app, issued, make_visitor):
        other = make_visitor()
        open_account(app, other, email="autre@example.com")

        assert other.raw("GET", f"/certificats/{issued[0]}/nom").status_code == 404

    def test_not_a_withdrawn_one(self, issued, visitor):
        code, _pdf = issued
        rename(visitor, code)

        assert visitor.raw("GET", f"/certificats/{code}/nom").status_code == 409


def test_the_former_says_replaced_by_code_json_and_file_and_shows_no_name(issued, visitor, make_visitor):
    code, pdf = issued

    page = rename(visitor, code)

    assert page.headings[0] == "Votre attestation est prête"
    assert NEW in page.text
    old = visitor.get(f"/certificats/{code}")
    assert "Ouvrir la nouvelle" in old.links
    assert "Vous avez changé le nom" in old.text
    employer = make_visitor()
    by_code = employer.get(f"/c/{code}")
    by_json = employer.raw("GET", f"/api/v1/certificates/{code}").json
    employer.get("/verifier")
    by_file = employer.submit("/verifier/pdf", pdf=(io.BytesIO(pdf), "a.pdf"))
    api_file = employer.client.post("/api/v1/documents", data=pdf, content_type="application/pdf").json
    for shown in (by_code, by_file):
        assert shown.headings == ["Remplacé"]
        assert [name for name in (FORMER, NEW, "Payet") if name in shown.html] == []
    for answer in (by_json, api_file):
        assert answer["verdict"] == "superseded"
        assert "holder_name" not in answer["certificate"]
        assert "Payet" not in str(answer)
