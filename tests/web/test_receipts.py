"""A proof of one check, for whoever made it: what it holds, whom it names, and that nothing of it is kept."""

import base64
import hashlib
import io
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from weasyprint import HTML

from app.certification.models import Certificate, Disclosure
from app.certification.services import sharing
from app.database import current_session
from app.models import METADATA
from app.transparency import services as log
from certificates.examine import examine
from certificates.receipt import read_receipt
from certificates.reference import new_code
from certificates.transparency import Event, Leaf, check_inclusion, commitment
from certificates.verification import read_registered
from tests.builders import NOW
from tests.services.register_builders import registered

CODE = new_code((1).to_bytes(10))
NAME = "Maëlys Tama’ehu"


@pytest.fixture
def put(app):
    loaded = app.extensions["numericite.resources"]

    def put(**options):
        with app.app_context():
            row = registered(current_session(), loaded, **options)
            current_session().commit()
            return row.credential_id

    return put


@pytest.fixture
def ring(app):
    return app.extensions["numericite.resources"].ring


def ask(visitor, **options):
    return visitor.client.post("/api/v1/receipts", **options)


REFUSED = {
    "nothing": ({"data": b""}, 422, "not-pdf"),
    "no code": ({"json": {}}, 400, "bad-request"),
    "something beside the code": ({"json": {"code": CODE, "name": NAME}}, 400, "bad-request"),
    "a code that is a number": ({"json": {"code": 7}}, 400, "bad-request"),
    "a code longer than any": ({"json": {"code": "7" * 65}}, 400, "bad-request"),
    "a list": ({"json": [CODE]}, 400, "bad-request"),
    "broken JSON": ({"data": b"{", "content_type": "application/json"}, 400, "bad-request"),
    "a text": ({"data": b"a text", "content_type": "application/pdf"}, 422, "not-pdf"),
    "a form without a file": ({"data": {"code": CODE}, "content_type": "multipart/form-data"}, 415, "not-one-file"),
}


@pytest.mark.parametrize(("sent", "status", "code"), REFUSED.values(), ids=REFUSED)
def test_refused(visitor, sent, status, code):
    answer = ask(visitor, **sent)

    assert (answer.status_code, answer.mimetype, answer.json["code"]) == (status, "application/problem+json", code)


def test_a_valid_one_is_said_signed_and_found_in_the_log_by_whoever_holds_the_receipt(app, put, ring, visitor):
    credential_id = put()

    answer = ask(visitor, json={"code": f" {CODE.lower()} "}).json
    made = read_receipt(answer["receipt"], ring)

    assert (made.verdict, answer["check"]["verdict"]) == ("valid", "valid")
    assert made.credential_id == credential_id
    assert made.holder_name == answer["check"]["certificate"]["holder_name"] == NAME
    assert made.subject_sha256 == hashlib.sha256(CODE.encode()).hexdigest()
    assert answer["check"]["sentence"]["fr"] == made.first_line[0] == "Document authentique, identité non vérifiée."
    token = visitor.client.get(
        f"/credentials/{credential_id.rpartition('/')[2]}", headers={"Accept": "application/jwt"}
    ).text
    payload = hashlib.sha256(open_payload(token)).digest()
    [entry] = visitor.client.get(f"/log/entries?start={made.leaf.index}&end={made.leaf.index + 1}").json["entries"]
    assert entry["commitment"] == commitment(salt=made.leaf.salt, credential_id=credential_id, payload_sha256=payload)
    leaf = Leaf(**{**entry, "event": Event(entry["event"]), "at": NOW})
    proof = visitor.client.get(f"/log/proof/inclusion?index={made.leaf.index}&size={made.head.size}").json["proof"]
    check_inclusion(
        leaf.hash(),
        index=made.leaf.index,
        size=made.head.size,
        proof=[bytes.fromhex(one) for one in proof],
        root=made.head.root,
    )


def open_payload(token):
    part = token.split(".")[1]
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"is_shared": False}, ("unknown", None)),
        (
            {"status": "superseded", "status_changed_at": NOW},
            (
                "superseded",
                ("Document authentique, identité non vérifiée.", "Authentic document, identity not verified."),
            ),
        ),
    ],
)
def test_what_the_answer_does_not_tell_the_receipt_does_not_either(put, ring, visitor, row, told):
    put(row=row)
    verdict, said = told

    answer = ask(visitor, json={"code": CODE})
    made = read_receipt(answer.json["receipt"], ring)

    assert (made.verdict, made.holder_name, made.first_line) == (verdict, None, said)
    assert NAME not in answer.text
    assert (made.leaf is None) == (verdict == "unknown")


@pytest.mark.parametrize("disclosure", list(Disclosure))
def test_through_any_link_the_receipt_says_what_the_page_says_of_the_identity(app, put, ring, visitor, disclosure):
    put(kind="certificate", assurance="A2", name_verified=True)
    with app.app_context():
        db = current_session()
        link = sharing.make(
            db,
            row=db.scalars(select(Certificate)).one(),
            purpose="x",
            disclosure=disclosure,
            days=30,
            seed="0" * 32,
            secret="r" * 40,
            actor_id=1,
            now=datetime.now(UTC),
        )
        code = sharing.code_of(link.seed, secret="r" * 40)
        db.commit()

    made = read_receipt(ask(visitor, json={"code": code}).json["receipt"], ring)

    assert made.first_line[0] == "Document authentique, identité vérifiée."
    assert made.first_line[0] in visitor.get(f"/c/{code}").text
    assert (made.credential_id is None, made.holder_name is None) == (disclosure is not Disclosure.ALL,) * 2


def test_closed_and_unknown_codes_get_the_same_receipt_but_for_the_code(put, ring, visitor):
    put(row={"is_shared": False})
    other = new_code((2).to_bytes(10))

    closed, unknown = (read_receipt(ask(visitor, json={"code": code}).json["receipt"], ring) for code in (CODE, other))

    assert (closed.verdict, closed.credential_id, closed.leaf) == (unknown.verdict, None, None)


def test_a_certificate_of_before_the_log_has_no_leaf_to_show(put, ring, visitor):
    put(is_logged=False)

    made = read_receipt(ask(visitor, json={"code": CODE}).json["receipt"], ring)

    assert (made.verdict, made.leaf, made.head.size) == ("valid", None, 0)


class TestOfAFile:
    @pytest.fixture
    def give(self, visitor):
        def run(data):
            visitor.get("/verifier")
            return visitor.raw(
                "POST",
                "/verifier/pdf/recu",
                data={"pdf": (io.BytesIO(data), "recu.pdf")} if data is not None else {},
                content_type="multipart/form-data",
            )

        return run

    @pytest.mark.parametrize(
        ("data", "sentence"),
        [
            (None, "Choisissez le fichier PDF"),
            (b"hello", "n’est pas un PDF"),
            (b"%PDF-1.7 nothing", "Ce PDF est abîmé"),
        ],
        ids=["no file", "no PDF", "broken"],
    )
    def test_no_receipt_for_what_was_not_checked(self, give, data, sentence):
        answer = give(data)

        assert answer.status_code in (415, 422)
        assert sentence in answer.get_data(as_text=True)

    def test_of_a_strangers_file_it_says_that_nothing_is_known(self, app, give, ring):
        data = HTML(string="<p>Un diplôme").write_pdf()

        made = self.receipt_in(app, give(data), ring)

        assert (made.verdict, made.subject, made.holder_name) == ("unknown", "file", None)
        assert made.subject_sha256 == hashlib.sha256(data).hexdigest()

    def test_of_a_changed_file_it_says_so_and_names_nobody(self, app, give, put, ring):
        loaded = app.extensions["numericite.resources"]
        put()
        with app.app_context():
            row = current_session().scalars(select(Certificate)).one()
            stated = read_registered(row.token, ring)
            file = loaded.press.print(stated, row.token, check_url=stated.check_url)

        made = self.receipt_in(app, give(file + b"% more"), ring)

        assert (made.verdict, made.reason, made.holder_name) == ("altered", "added-after", None)

    def test_of_an_intact_file_it_is_sealed_and_about_that_very_file(self, app, give, put, ring):
        loaded = app.extensions["numericite.resources"]
        put()
        with app.app_context():
            row = current_session().scalars(select(Certificate)).one()
            stated = read_registered(row.token, ring)
            file = loaded.press.print(stated, row.token, check_url=stated.check_url)

        answer = give(file)

        made = self.receipt_in(app, answer, ring)
        assert answer.headers["Cache-Control"] == "no-store"
        assert (made.verdict, made.subject_sha256) == ("valid", hashlib.sha256(file).hexdigest())
        assert made.first_line[0] == "Document authentique, identité non vérifiée."

    @staticmethod
    def receipt_in(app, answer, ring):
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
        roots = app.extensions["numericite.resources"].roots_file.read_bytes()
        return read_receipt(examine(answer.data, roots)["token"], ring)


class TestPage:
    def test_its_button_gives_a_sealed_receipt_that_a_check_knows_for_what_it_is(self, app, put, visitor):
        put()
        page = visitor.get(f"/c/{CODE}")
        assert "set-cookie" not in visitor.client.get(f"/c/{CODE}").headers

        answer = visitor.client.post(page.form("/recu").action)

        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="recu-')
        roots = app.extensions["numericite.resources"].roots_file.read_bytes()
        ring = app.extensions["numericite.resources"].ring
        assert read_receipt(examine(answer.data, roots)["token"], ring).verdict == "valid"
        visitor.get("/verifier")
        dropped = visitor.submit("/verifier/pdf", pdf=(io.BytesIO(answer.data), "recu.pdf"))
        assert "Ce fichier est un reçu de contrôle, intact" in dropped.text

    def test_says_first_that_nobody_verified_who_it_is(self, put, visitor):
        put()

        page = visitor.get(f"/c/{CODE}")

        head = page.text.index("Valable Document authentique, identité non vérifiée.")
        assert head < page.text.index("Ce document vient bien de nous")
        english = visitor.get(f"/c/{CODE}?lang=en")
        assert "Authentic document, identity not verified." in english.text

    def test_too_many_are_refused(self, put, visitor):
        put()

        statuses = [visitor.client.post(f"/c/{CODE}/recu").status_code for _ in range(7)]

        assert statuses == [200] * 6 + [429]


def test_nothing_of_it_is_kept(app, put, visitor):
    put()

    def counts():
        with app.app_context():
            db = current_session()
            return {name: db.scalar(select(func.count()).select_from(table)) for name, table in METADATA.tables.items()}

    before = counts()
    ask(visitor, json={"code": CODE})
    visitor.client.post(f"/c/{CODE}/recu")

    assert counts() == before
    with app.app_context():
        assert log.size(current_session()) == 1
