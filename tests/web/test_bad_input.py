"""Whatever is sent: a clear answer, the right status, nothing lost, nothing half-written."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Person
from app.assessments.models import RecordedAnswer, Sitting
from app.assessments.services import banks
from app.certification.models import Certificate, HandedOutFile
from app.database import current_session
from app.verification.services import files
from quizzes.engine_versions import ENGINE_VERSION
from tests.domain.test_seal import SEALED, encrypted, look_alike, unsealed
from tests.services.accounts_builders import NOW
from tests.web.answering import answer_all, fields_for, on_screen
from tests.web.test_journey import certify, open_account, start

PDFS = {
    "not a PDF": (b"hello", 422, "n’est pas un PDF"),
    "a broken one": (SEALED[:5000], 422, "abîmé"),
    "an encrypted one": (encrypted(), 422, "mot de passe"),
    "one too large": (b"%PDF-" + bytes(files.LIMIT_BYTES), 413, "plus gros|trop gros"),
    "one never sealed": (unsealed(), 200, "ne porte pas notre sceau"),
    "a look-alike": (look_alike(), 200, "ne porte pas notre sceau"),
}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
class TestFiles:
    @pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # nothing to look up
    @pytest.mark.parametrize(("data", "status", "told"), PDFS.values(), ids=PDFS)
    def test_each_is_told_apart(self, visitor, data, status, told):
        visitor.get("/verifier")

        page = visitor.submit("/verifier/pdf", pdf=(io.BytesIO(data), "x.pdf"), expect=status)

        assert any(words in page.text for words in told.split("|"))
        assert "/verifier" in page.links.values()

    def test_no_file_is_told(self, visitor):
        visitor.get("/verifier")

        assert "Choisissez le fichier PDF" in visitor.submit("/verifier/pdf", expect=422).text

    def test_a_file_of_ours_that_the_register_never_handed_out(self, visitor):
        """Sealed by another installation's keys that share nothing with ours: a stranger's."""
        visitor.get("/verifier")

        assert visitor.submit("/verifier/pdf", pdf=(io.BytesIO(SEALED), "x.pdf")).headings == ["Inconnu"]

    def test_a_file_that_was_forgotten_but_verifies_is_found_by_its_credential(self, app, visitor, make_visitor):
        open_account(app, visitor)
        code = certify(app, visitor)
        pdf = visitor.raw("GET", f"/certificats/{code}.pdf").get_data()
        with app.app_context():
            current_session().query(HandedOutFile).delete()
            current_session().commit()
        employer = make_visitor()
        employer.get("/verifier")

        assert employer.submit("/verifier/pdf", pdf=(io.BytesIO(pdf), "x.pdf")).headings == [
            "Valable, mais c’est une démonstration"
        ]

        with app.app_context():
            current_session().query(Certificate).delete()
            current_session().commit()
        employer.get("/verifier")
        page = employer.submit("/verifier/pdf", pdf=(io.BytesIO(pdf), "x.pdf"))
        assert page.headings == ["Non confirmé"]
        assert "ne le connaît plus" in page.text

    def test_an_examination_that_ends_badly_is_told_as_a_file_that_cannot_be_read(self, tmp_path):
        assert files.examine_apart(SEALED, roots_file=tmp_path / "none.pem")["error"] == "broken-pdf"


class TestCodes:
    @pytest.mark.parametrize("code", ["", "abc", "7KQ2-M4XR", "7KQ2M4XR9TBDH5VNX", "é" * 16])
    def test_a_code_that_is_none_is_told_and_kept(self, visitor, code):
        visitor.get("/verifier")

        page = visitor.submit("/verifier", code=code, expect=422)

        assert page.forms[0].fields["code"] == [code]

    def test_a_thousand_wrong_codes_end_in_a_wait(self, visitor):
        statuses = [visitor.raw("GET", f"/c/{number:016d}").status_code for number in range(40)]

        assert statuses[0] == 200
        assert statuses[-1] == 429
        assert "Trop d’essais" in visitor.raw("GET", "/c/0000000000000000").get_data(as_text=True)

    def test_the_short_address_leads_to_the_form(self, visitor):
        assert visitor.get("/c/").path == "/verifier"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
class TestApi:
    def test_says_the_same_as_the_page(self, app, visitor):
        open_account(app, visitor)
        code = certify(app, visitor)
        pdf = visitor.raw("GET", f"/certificats/{code}.pdf").get_data()

        by_code = visitor.raw("GET", f"/api/v1/certificates/{code}")
        by_file = visitor.raw("POST", "/api/v1/documents", data=pdf, content_type="application/pdf")

        assert by_code.json["verdict"] == by_file.json["verdict"] == "valid"
        assert by_code.json["certificate"] == by_file.json["certificate"]
        assert by_code.json["certificate"]["name_verified"] is False
        assert by_code.headers["Access-Control-Allow-Origin"] == "*"
        assert "email" not in by_code.get_data(as_text=True)

    @pytest.mark.parametrize("code", ["0000000000000000", "nonsense", "%00"])
    def test_what_is_not_known_is_unknown(self, visitor, code):
        answer = visitor.raw("GET", f"/api/v1/certificates/{code}")

        assert (answer.status_code, answer.json["verdict"], answer.json["certificate"]) == (200, "unknown", None)

    def test_a_problem_is_a_problem_document(self, visitor):
        answer = visitor.raw("POST", "/api/v1/documents", data=b"hello")

        assert answer.status_code == 422
        assert answer.content_type == "application/problem+json"
        assert answer.json["code"] == "not-pdf"
        assert visitor.raw("GET", "/api/v1/nothing").json["code"] == "not-found"

    def test_another_method_is_told_which_ones_there_are(self, visitor):
        answer = visitor.raw("DELETE", "/api/v1/certificates/0000000000000000")

        assert answer.status_code == 405
        assert "GET" in answer.headers["Allow"]

    def test_another_site_may_send_a_pdf_after_asking(self, visitor):
        asked = visitor.client.options(
            "/api/v1/documents",
            headers={"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"},
        )

        assert asked.status_code == 200
        assert "POST" in asked.headers["Access-Control-Allow-Methods"]
        assert "Content-Type" in asked.headers["Access-Control-Allow-Headers"]
        assert asked.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in asked.headers
        assert (
            "GET" in visitor.raw("OPTIONS", f"/api/v1/certificates/{'0' * 16}").headers["Access-Control-Allow-Methods"]
        )

    def test_a_form_with_one_file_is_read_and_with_none_or_two_is_told(self, visitor):
        def send(**fields):
            return visitor.raw("POST", "/api/v1/documents", data=fields, content_type="multipart/form-data")

        def pdf():
            return (io.BytesIO(SEALED), "a.pdf")

        assert send(pdf=pdf()).json["verdict"] == "unknown"
        for answer in (send(note="no file"), send(pdf=pdf(), other=pdf())):
            assert (answer.status_code, answer.json["code"]) == (415, "not-one-file")
            assert "application/pdf" in answer.json["detail"]

    def test_too_many_are_told_to_wait(self, visitor):
        statuses = {visitor.raw("POST", "/api/v1/documents", data=b"x").status_code for _ in range(25)}

        assert 429 in statuses

    def test_the_document_of_the_api_is_published(self, visitor):
        paths = visitor.raw("GET", "/api/v1/openapi.json").json["paths"]

        assert set(paths) == {
            "/api/v1/certificates/{code}",
            "/api/v1/documents",
            "/api/v1/documents/{sha256}",
            "/api/v1/receipts",
            "/api/v1/verify",
        }


class TestKeys:
    def test_the_key_named_in_a_token_is_one_key(self, visitor):
        [key] = visitor.raw("GET", "/.well-known/jwks.json").json["keys"]

        assert visitor.raw("GET", f"/keys/{key['kid']}").json == key
        assert "d" not in key
        assert visitor.raw("GET", "/.well-known/did.json").json["verificationMethod"]

    def test_no_other_key_is_shown(self, app, visitor):
        seal = app.extensions["numericite.resources"].ring.active("pdf").kid

        assert visitor.raw("GET", f"/keys/{seal}").status_code == 404
        assert visitor.raw("GET", "/keys/..%2f..%2fauthority").status_code == 404

    def test_the_status_list_is_signed_and_long(self, visitor):
        assert visitor.raw("GET", "/status/1.jwt").get_data().count(b".") == 2

    def test_criteria_of_what_does_not_exist(self, visitor):
        visitor.get("/achievements/ZZZ/statement", status=404)
        visitor.get("/achievements/CIT/medal", status=404)


class TestAnswers:
    def test_ranks_must_differ_and_lines_be_filled(self, app, visitor):
        seen = set()
        start(visitor, policy="positionnement")
        while "/resultat" not in visitor.page.path:
            item, seed = on_screen(app, visitor.page)
            seen.add(item.type)
            if item.type == "ordering":
                ranks = {f"rang-{number}": "1" for number in range(1, len(item.steps) + 1)}
                assert "rang différent" in visitor.submit("/reponses", expect=422, **ranks).text
            elif item.type == "matching":
                assert "chaque ligne" in visitor.submit("/reponses", expect=422).text
                same = {f"paire-{number}": "1" for number in range(1, len(item.pairs) + 1)}
                assert "deux fois" in visitor.submit("/reponses", expect=422, **same).text
            elif item.type == "multiple_choice":
                assert "vous en avez coché 1" in visitor.submit("/reponses", choices=["1"], expect=422).text
            elif item.type == "short_text":
                assert "Écrivez votre réponse" in visitor.submit("/reponses", expect=422).text
                assert "trop longue" in visitor.submit("/reponses", text="x" * 201, expect=422).text
            elif item.type == "single_choice":
                visitor.submit("/reponses", choice="99", expect=422)
                visitor.get(f"/evaluations/{visitor.page.path.split('/')[2]}")
            visitor.submit("/reponses", **fields_for(item, seed=seed))
        assert len(seen) >= 4

    @pytest.mark.parametrize("token", [None, "", "another"], ids=["none", "an empty one", "another"])
    def test_an_answer_without_the_token_of_this_browser_is_refused_and_not_recorded(self, app, visitor, token):
        page = start(visitor)
        form = page.form("/reponses")
        fields = {"item_id": form.fields["item_id"], "passe": "1"}

        answer = visitor.raw("POST", form.action, data=fields if token is None else {**fields, "csrf_token": token})

        assert answer.status_code == 403
        with app.app_context():
            assert current_session().scalars(select(RecordedAnswer)).all() == []

    def test_a_form_without_an_item_is_stale(self, visitor):
        start(visitor)
        visitor.page.form("/reponses").fields["item_id"] = [""]

        assert visitor.submit("/reponses", choice="1", expect=409)

    def test_an_answer_after_the_end_is_told(self, app, visitor):
        first = start(visitor)
        answer_all(app, visitor)
        visitor.page = first
        first.form("/reponses").fields["item_id"] = ["CIT-9.9-99"]

        assert "n’est plus à l’écran" in visitor.submit("/reponses", choice="1", expect=409).text
        assert visitor.get(first.path).path.endswith("/resultat")
        assert visitor.get(first.path + "/reponses/1").headings

    @pytest.mark.parametrize("code", ["DEC", "ACC"])
    def test_a_framework_that_is_not_certified_says_so_and_offers_what_there_is(self, app, visitor, code):
        open_account(app, visitor)
        token = visitor.get(f"/evaluations/{code}/positionnement").form("/positionnement").fields["csrf_token"][0]

        page = visitor.get(f"/evaluations/{code}/certification")
        answer = visitor.raw("POST", f"/evaluations/{code}/certification", data={"csrf_token": token})

        assert "Pas de certification pour ce référentiel" in page.text
        assert page.forms == []
        assert {f"/evaluations/{code}/positionnement", f"/evaluations/{code}/entrainement"} <= set(page.links.values())
        assert answer.status_code == 409

    def test_a_test_with_everything_seen_is_not_offered_and_is_refused_kindly(self, app, visitor):
        open_account(app, visitor)
        token = visitor.get("/evaluations/CIT/certification").form("/certification").fields["csrf_token"][0]
        see_everything(app, "CIT")

        page = visitor.get("/evaluations/CIT/certification")
        answer = visitor.raw("POST", "/evaluations/CIT/certification", data={"csrf_token": token})

        assert "Pas de question neuve" in page.text
        assert page.forms == []
        assert answer.status_code == 409
        assert "plus de question neuve" in answer.get_data(as_text=True)

    def test_what_does_not_exist_cannot_be_taken(self, visitor):
        visitor.get("/evaluations/ZZZ/positionnement", status=404)
        visitor.get("/evaluations/CIT/duel", status=404)


def see_everything(app, framework):
    """Let the only account have taken a test, long ago, that asked the whole reserved pool."""
    with app.app_context():
        db, bank = current_session(), app.extensions["numericite.resources"].bank
        banks.store(db, bank=bank, now=NOW)
        row = Sitting(
            reference="0" * 16,
            person_id=db.scalar(select(Person.id)),
            framework_code=framework,
            policy_id="certification",
            language="fr",
            seed=1,
            excluded=[],
            bank_hash=bank.content_hash,
            engine_version=ENGINE_VERSION,
            started_at=NOW - timedelta(days=400),
            finished_at=NOW - timedelta(days=400),
        )
        row.answers = [
            RecordedAnswer(position=place, item_id=item.id, response={}, score=0, trace={}, answered_at=NOW)
            for place, item in enumerate(bank.items_of(framework, "reserved"))
        ]
        db.add(row)
        db.commit()
