"""The desk over the register: nothing changes by looking, each change is confirmed, recorded and written to the holder."""

import pytest

from app.audit import Action, AuditEntry
from app.certification.models import Certificate
from app.database import current_session
from app.outbox import OutboxEntry
from certificates.reference import new_code
from tests.builders import NOW
from tests.rows import rows
from tests.services.register_builders import registered
from tests.web.test_journey import certify, open_account

ACTS = {
    "retirer": ("revoked", "error", "Votre attestation a été retirée", "Vous n’y êtes pour rien"),
    "suspendre": ("suspended", "under-review", "Votre attestation est suspendue", "rien n’est décidé"),
}


@pytest.fixture
def desk(app, make_visitor):
    return open_account(app, make_visitor(), email="desk@example.com", is_administrator=True)


@pytest.fixture
def code(app, visitor):
    open_account(app, visitor)
    return certify(app, visitor)


def status(app):
    return [row.status for row in rows(app, Certificate)]


def letters(app):
    return [row.payload for row in rows(app, OutboxEntry)]


@pytest.mark.parametrize(
    ("reason", "told"),
    [("name-changed", "Nom changé par le titulaire"), ("key-replaced", "Signée de nouveau, par une autre clé")],
)
def test_the_desk_says_why_one_was_replaced(app, desk, reason, told):
    with app.app_context():
        columns = {"status": "superseded", "status_reason": reason, "status_changed_at": NOW}
        registered(current_session(), app.extensions["numericite.resources"], row=columns)
        current_session().commit()

    page = desk.get(f"/administration/registre/{new_code((1).to_bytes(10))}")

    assert told in page.text


class TestRefusals:
    def test_a_citizen_changes_nothing(self, app, visitor, code):
        visitor.get(f"/administration/registre/{code}/retirer", status=403)
        token = visitor.get(f"/certificats/{code}").form("/partage").fields["csrf_token"]

        answered = visitor.raw(
            "POST", f"/administration/registre/{code}/retirer", data={"csrf_token": token, "reason": "fraud"}
        )

        assert answered.status_code == 403
        assert status(app) == ["active"]

    @pytest.mark.parametrize("act", ACTS)
    def test_no_reason_or_another_s_is_refused(self, app, desk, code, act):
        desk.get(f"/administration/registre/{code}/{act}")
        assert "Choisissez la raison" in desk.submit(f"/{act}", reason="", expect=422).text
        desk.get(f"/administration/registre/{code}/{act}?reason=mood", status=422)

        assert status(app) == ["active"]

    def test_a_post_without_a_reason_is_asked_for_one(self, app, desk, code):
        desk.get(f"/administration/registre/{code}/retirer?reason=error")

        assert "Choisissez la raison" in desk.submit("/retirer", reason="", expect=422).text
        assert status(app) == ["active"]

    def test_looking_at_the_confirmation_changes_nothing(self, app, desk, code):
        desk.get(f"/administration/registre/{code}/retirer?reason=fraud")

        assert status(app) == ["active"]
        assert letters(app) == []

    def test_what_is_not_suspended_is_not_reinstated(self, desk, code):
        desk.get(f"/administration/registre/{code}/retablir", status=409)
        desk.get("/administration/registre/0000000000000000/retirer", status=404)
        desk.get(f"/administration/registre/{code}/effacer", status=404)


class TestChanges:
    @pytest.mark.parametrize(("act", "expected"), ACTS.items(), ids=ACTS)
    def test_is_confirmed_then_done_recorded_and_written(self, app, desk, code, act, expected):
        state, reason, subject, why = expected
        desk.get(f"/administration/registre/{code}/{act}")
        confirmation = desk.submit(f"/{act}", reason=reason)
        assert subject in confirmation.text
        assert why in confirmation.text

        desk.submit(f"/{act}")

        assert status(app) == [state]
        entry = rows(app, AuditEntry)[-1]
        assert (entry.action, entry.detail) == (f"certificate:{state}", {"reason": reason})
        [letter] = letters(app)
        assert (letter["to"], letter["subject"]) == ("odile.payet@example.com", subject)
        assert why in letter["body"]
        assert "http://127.0.0.1:8000/reclamations" in letter["body"]

    def test_a_suspension_ends_well(self, app, desk, code, visitor, make_visitor):
        desk.get(f"/administration/registre/{code}/suspendre?reason=under-review")
        page = desk.submit("/suspendre")
        assert "Vérification en cours" in page.text
        assert make_visitor().get(f"/c/{code}").headings == ["Suspendu"]
        assert "rien n’est décidé" in visitor.get(f"/certificats/{code}").text

        desk.get(page.links["Rétablir"])
        desk.submit("/retablir")

        assert status(app) == ["active"]
        assert letters(app)[-1]["subject"] == "Votre attestation est rétablie"
        assert rows(app, AuditEntry)[-1].action == Action.CERTIFICATE_REINSTATED

    def test_the_letter_is_in_the_language_of_the_account(self, app, desk, visitor, code):
        visitor.get("/compte/langue")
        visitor.submit("/compte/langue", language="en")
        desk.get(f"/administration/registre/{code}/retirer?reason=error")

        desk.submit("/retirer")

        assert letters(app)[-1]["subject"] == "Your statement has been withdrawn"
        assert "a mistake of ours" in letters(app)[-1]["body"]

    def test_nobody_is_written_to_when_nobody_holds_it_any_more(self, app, desk):
        with app.app_context():
            registered(current_session(), app.extensions["numericite.resources"])
            current_session().commit()
        orphan = new_code((1).to_bytes(10))

        confirmation = desk.get(f"/administration/registre/{orphan}/retirer?reason=error")
        assert "plus personne n’a ce certificat" in confirmation.text
        desk.submit("/retirer")

        assert status(app) == ["revoked"]
        assert letters(app) == []
