"""What somebody who checks is told: where the document stands first, and what it established only while that holds."""

import io
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from app.certification.models import Certificate, Status
from app.certification.services import open_formats
from app.database import current_session
from certificates import data_integrity
from certificates.reference import new_code
from certificates.verification import verify
from tests.builders import NOW
from tests.services.register_builders import registered
from tests.web.test_journey import certify, open_account

CODE = new_code((1).to_bytes(10))
WITHDRAWN_ON = datetime(2026, 11, 2, 23, 30, tzinfo=UTC)  # the third of November in Paris
ENDED_ON = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SUPERVISED = {"kind": "certificate", "assurance": "A2", "name_verified": True, "provisional": False}

#: Words that vouch for something; none may stand on the page of a document that we no longer stand behind.
VOUCHING = (
    "sûr à",
    "a atteint ces niveaux",
    "Autonomie",
    "Ce que le test",
    "Niveau",
    "Passé le",
)

FIRST_LINE = "Document authentique, identité non vérifiée."

WITHDRAWN = {
    Status.REVOKED: ("Retiré", "Retiré le 3 novembre 2026", "n’est pas forcément une faute"),
    Status.SUSPENDED: ("Suspendu", "Suspendu le 3 novembre 2026", "n’est pas un reproche"),
    Status.SUPERSEDED: ("Remplacé", "Remplacé le 3 novembre 2026", "son document le plus récent"),
}


@pytest.fixture
def register(app):
    """Put one certificate in the register."""
    loaded = app.extensions["numericite.resources"]

    def put(*, row=None, **stated):
        with app.app_context():
            registered(current_session(), loaded, row=row, **stated)
            current_session().commit()

    return put


class TestWithdrawn:
    @pytest.mark.parametrize(("status", "told"), WITHDRAWN.items(), ids=WITHDRAWN)
    def test_the_status_and_its_date_are_told_and_nothing_is_vouched_for(self, register, visitor, status, told):
        register(row={"status": status.value, "status_changed_at": WITHDRAWN_ON})

        page = visitor.get(f"/c/{CODE}")

        heading, date, what = told
        assert page.headings == [heading]
        assert date in page.text
        assert what in page.text
        assert "Que faire" in page.text
        assert [words for words in VOUCHING if words in page.text] == []

    @pytest.mark.parametrize(("status", "told"), WITHDRAWN.items(), ids=WITHDRAWN)
    def test_an_unsupervised_one_has_its_first_line_between_two_that_say_it_is_withdrawn(
        self, register, visitor, status, told
    ):
        register(row={"status": status.value, "status_changed_at": WITHDRAWN_ON})

        page = visitor.get(f"/c/{CODE}")

        heading, text = told[0], page.text
        assert f"{heading} {FIRST_LINE} Ce document vient bien de nous. " in text
        said = text.partition(FIRST_LINE)[2][:120]
        assert {"Retiré": "Mais il a été retiré", "Suspendu": "Il est suspendu", "Remplacé": "le remplace"}[
            heading
        ] in said
        assert "tone-good" not in page.html
        sentence = visitor.raw("GET", f"/api/v1/certificates/{CODE}").json["sentence"]
        assert sentence == {"fr": FIRST_LINE, "en": "Authentic document, identity not verified."}

    @pytest.mark.parametrize("status", WITHDRAWN)
    def test_nothing_is_said_of_an_identity_once_a_supervised_one_is_withdrawn(self, register, visitor, status):
        register(row={"status": status.value, "status_changed_at": WITHDRAWN_ON}, **SUPERVISED)

        assert "Document authentique" not in visitor.get(f"/c/{CODE}").text
        assert visitor.raw("GET", f"/api/v1/certificates/{CODE}").json["sentence"] is None

    @pytest.mark.parametrize("status", WITHDRAWN)
    def test_the_json_says_since_when_and_leaves_the_measures_out(self, register, visitor, status):
        register(row={"status": status.value, "status_changed_at": WITHDRAWN_ON})

        answer = visitor.raw("GET", f"/api/v1/certificates/{CODE}").json

        assert answer["verdict"] == status.value
        assert answer["since"] == WITHDRAWN_ON.isoformat()
        assert {"level", "level_probability", "areas"} & set(answer["certificate"]) == set()

    def test_the_reason_stays_between_us_and_the_holder(self, register, visitor):
        register(row={"status": "revoked", "status_reason": "fraud", "status_changed_at": WITHDRAWN_ON})

        assert "fraud" not in visitor.get(f"/c/{CODE}").html.lower()

    def test_a_withdrawal_counts_more_than_an_end_of_validity(self, register, visitor):
        register(
            row={"status": "revoked", "status_changed_at": WITHDRAWN_ON},
            valid_from=NOW - timedelta(days=90),
            valid_until=ENDED_ON,
            **SUPERVISED,
        )

        assert visitor.get(f"/c/{CODE}").headings == ["Retiré"]


class TestInTime:
    def test_an_expired_one_tells_what_was_true_and_until_when(self, register, visitor):
        register(valid_from=NOW - timedelta(days=90), valid_until=ENDED_ON, **SUPERVISED)

        page = visitor.get(f"/c/{CODE}")

        assert page.headings == ["Expiré"]
        assert "Sa validité a pris fin le 20 novembre 2026" in page.text
        assert "Ce que le test avait montré" in page.text
        assert "avait atteint ces niveaux" in page.text
        assert "Ce document ne dit rien d’aujourd’hui" in page.text
        assert "a atteint ces niveaux" not in page.text.replace("avait atteint", "")
        answer = visitor.raw("GET", f"/api/v1/certificates/{CODE}").json
        assert (answer["verdict"], answer["since"]) == ("expired", ENDED_ON.isoformat())
        assert answer["certificate"]["level"] == "L2"

    def test_one_whose_time_has_not_come_promises_nothing(self, register, visitor):
        begins = datetime.now(UTC).replace(microsecond=0) + timedelta(days=9)
        register(valid_from=begins)

        page = visitor.get(f"/c/{CODE}")

        assert page.headings == ["Pas encore valable"]
        assert f"Pas encore valable {FIRST_LINE}" in page.text
        assert [words for words in VOUCHING if words in page.text] == []
        assert visitor.raw("GET", f"/api/v1/certificates/{CODE}").json["since"] == begins.isoformat()

    def test_a_valid_one_tells_what_it_established(self, register, visitor):
        register()

        page = visitor.get(f"/c/{CODE}")

        assert page.headings == ["Valable"]
        assert [words for words in VOUCHING if words not in page.text] == []
        assert visitor.raw("GET", f"/api/v1/certificates/{CODE}").json["since"] is None


class TestDemonstration:
    def test_the_head_says_so_and_is_not_green_and_nothing_is_concluded(self, register, visitor):
        register(demonstration=True)

        page = visitor.get(f"/c/{CODE}")

        assert page.headings == ["Valable, mais c’est une démonstration"]
        assert "tone-good" not in page.html
        assert "n’en concluez rien" in page.text
        assert "a atteint ces niveaux" not in page.text
        answer = visitor.raw("GET", f"/api/v1/certificates/{CODE}").json
        assert (answer["verdict"], answer["demonstration"]) == ("valid", True)

    def test_a_real_one_says_it_is_none(self, register, visitor):
        register()

        assert visitor.raw("GET", f"/api/v1/certificates/{CODE}").json["demonstration"] is False


class TestAddressOfTheStatement:
    """`/credentials/<uuid>`, the identity that a token bears."""

    PATH = f"/credentials/{UUID(int=1, version=4)}"
    NOWHERE = f"/credentials/{UUID(int=2, version=4)}"

    def ask(self, visitor, path, kind):
        return visitor.client.get(path, headers={"Accept": kind})

    @pytest.mark.parametrize(
        ("wish", "kind"),
        [
            ("*/*", "text/plain"),
            ("text/plain", "text/plain"),
            ("application/vc+jwt", "application/vc+jwt"),
            ("application/jwt", "application/jwt"),
        ],
    )
    def test_software_gets_the_token(self, app, register, visitor, wish, kind):
        register()

        answer = self.ask(visitor, self.PATH, wish)

        assert answer.mimetype == kind
        assert verify(answer.text, app.extensions["numericite.resources"].ring, at=datetime.now(UTC))
        assert (answer.headers["Cache-Control"], answer.headers["Access-Control-Allow-Origin"]) == ("no-store", "*")
        assert "Accept" in answer.headers["Vary"]

    @pytest.mark.parametrize(
        "wish", ["application/vc+ld+json", "application/ld+json", "application/vc", "application/json"]
    )
    def test_software_that_reads_no_tokens_gets_the_twin(self, app, register, visitor, wish):
        register()
        ring = app.extensions["numericite.resources"].ring

        answer = self.ask(visitor, self.PATH, wish)

        assert answer.mimetype == wish
        stated = data_integrity.verify(answer.text, ring, at=datetime.now(UTC))
        assert stated == verify(self.ask(visitor, self.PATH, "*/*").text, ring, at=datetime.now(UTC))

    def test_the_same_twin_every_time(self, register, visitor):
        register()
        first = self.ask(visitor, self.PATH, "application/vc").text
        open_formats.twin.cache_clear()

        assert self.ask(visitor, self.PATH, "application/vc").text == first

    def test_people_get_the_page_of_the_code(self, register, visitor):
        register()

        answer = self.ask(visitor, self.PATH, "text/html")

        assert answer.status_code == 303
        assert answer.location.replace("-", "").endswith(f"/c/{CODE}")

    @pytest.mark.parametrize("kind", ["*/*", "application/json", "application/vc+jwt", "application/vc"])
    def test_closed_and_unknown_are_the_same_to_software(self, register, visitor, kind):
        register(row={"is_shared": False})

        closed, unknown = self.ask(visitor, self.PATH, kind), self.ask(visitor, self.NOWHERE, kind)

        assert closed.status_code == unknown.status_code == 404

    def test_closed_and_unknown_are_the_same_to_people(self, register, visitor):
        register(row={"is_shared": False})

        closed, unknown = self.ask(visitor, self.PATH, "text/html"), self.ask(visitor, self.NOWHERE, "text/html")

        assert closed.status_code == unknown.status_code == 200
        assert "<h1>Inconnu</h1>" in closed.text
        assert "<h1>Inconnu</h1>" in unknown.text

    def test_a_withdrawn_statement_is_handed_out_no_more(self, register, visitor):
        register(row={"status": "revoked", "status_changed_at": WITHDRAWN_ON})

        assert self.ask(visitor, self.PATH, "*/*").status_code == 404
        assert self.ask(visitor, self.PATH, "text/html").status_code == 303


@pytest.mark.parametrize("status", ["revoked", "suspended", "superseded", "expired", "later"])
def test_each_is_whole_in_english(register, visitor, status):
    if status == "expired":
        register(valid_from=NOW - timedelta(days=90), valid_until=ENDED_ON, **SUPERVISED)
    elif status == "later":
        register(valid_from=datetime.now(UTC) + timedelta(days=9))
    else:
        register(row={"status": status, "status_changed_at": WITHDRAWN_ON})

    page = visitor.get(f"/c/{CODE}?lang=en")

    assert [word for word in ("vous", "une", "avec", "cette") if f" {word} " in page.text] == []


class TestHoldersSwitch:
    """A holder decides who may look; that is not a way to take a withdrawal back."""

    @pytest.fixture
    def given_out(self, app, visitor):
        """A certificate and its file, then whatever happens to it."""
        open_account(app, visitor)
        code = certify(app, visitor)
        pdf = visitor.raw("GET", f"/certificats/{code}.pdf").get_data()

        def then(**columns):
            with app.app_context():
                row = current_session().scalars(select(Certificate)).one()
                for name, value in columns.items():
                    setattr(row, name, value)
                current_session().commit()
            return code, pdf

        return then

    @pytest.mark.parametrize(("status", "told"), WITHDRAWN.items(), ids=WITHDRAWN)
    def test_a_dropped_file_says_so_with_the_link_closed_and_shows_nothing_else(
        self, given_out, make_visitor, status, told
    ):
        code, pdf = given_out(is_shared=False, status=status.value, status_changed_at=WITHDRAWN_ON)
        employer = make_visitor()
        employer.get("/verifier")

        page = employer.submit("/verifier/pdf", pdf=(io.BytesIO(pdf), "a.pdf"))

        assert page.headings == [told[0]]
        assert "Ce fichier est intact" in page.text
        assert "3 novembre 2026" in page.text
        assert "a fermé la vérification" not in page.text
        assert "Odile" not in page.text
        assert employer.get(f"/c/{code}").headings == ["Inconnu"]

    @pytest.mark.parametrize("is_shared", [True, False])
    def test_a_withdrawn_one_can_neither_be_downloaded_nor_switched(self, given_out, visitor, is_shared):
        code, _pdf = given_out()
        token = visitor.get(f"/certificats/{code}").form("/partage").fields["csrf_token"]
        given_out(is_shared=is_shared, status="revoked", status_reason="error", status_changed_at=WITHDRAWN_ON)

        page = visitor.get(f"/certificats/{code}")

        assert "Télécharger le PDF scellé" not in page.text
        assert [form.action for form in page.forms if "partage" in form.action] == []
        assert "Contester cette décision" in page.links
        assert visitor.raw("GET", f"/certificats/{code}.pdf").status_code == 409
        answered = visitor.raw("POST", f"/certificats/{code}/partage", data={"csrf_token": token})
        assert answered.status_code == 409

    def test_the_list_of_the_holder_shows_the_state(self, given_out, visitor):
        given_out(is_shared=False)
        assert "Lien fermé" in visitor.get("/certificats/").text

        given_out(status="suspended", status_changed_at=WITHDRAWN_ON)
        assert "Suspendue le 3 novembre 2026" in visitor.get("/certificats/").text
