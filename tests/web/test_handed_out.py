"""The hash of a file: told what the file itself would be told where we handed it out, and nothing otherwise."""

import hashlib

import pytest

from app.certification.models import HandedOutFile
from app.database import current_session
from tests.builders import NOW
from tests.services.register_builders import registered

FILE = b"%PDF-1.7 of ours"
SHA256 = hashlib.sha256(FILE).hexdigest()

NOT_KNOWN = {
    "another file": "0" * 64,
    "one figure less": SHA256[:-1],
    "one figure more": f"{SHA256}0",
    "no hash": "attestation.pdf",
    "another hash of the file": hashlib.sha512(FILE).hexdigest(),
}
ROWS = {
    "in force": {},
    "revoked": {"status": "revoked", "status_changed_at": NOW},
    "closed": {"is_shared": False},
    "closed and revoked": {"is_shared": False, "status": "revoked", "status_changed_at": NOW},
}


@pytest.fixture
def hand_out(app):
    """Hand a file out of a certificate whose row is changed so."""
    loaded = app.extensions["numericite.resources"]

    def handed(row):
        with app.app_context():
            db = current_session()
            made = registered(db, loaded, row=row)
            db.add(HandedOutFile(certificate_id=made.id, sha256=SHA256, made_at=NOW))
            db.commit()

    return handed


def ask(visitor, digest):
    return visitor.raw("GET", f"/api/v1/documents/{digest}")


@pytest.mark.parametrize("digest", NOT_KNOWN.values(), ids=NOT_KNOWN)
def test_what_we_did_not_hand_out_is_unknown(visitor, hand_out, digest):
    hand_out({})

    answer = ask(visitor, digest).json

    assert (answer["verdict"], answer["reason"], answer["certificate"]) == ("unknown", "not-handed-out", None)


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_the_hash_is_told_what_the_file_is_told(visitor, hand_out, row):
    hand_out(row)

    by_hash = ask(visitor, SHA256).json
    by_file = visitor.raw("POST", "/api/v1/documents", data=FILE, content_type="application/pdf").json

    moment = "checked_at"
    assert {**by_hash, moment: None} == {**by_file, moment: None}


def test_a_closed_link_is_not_opened_by_a_hash(visitor, hand_out):
    hand_out({"is_shared": False})

    answer = ask(visitor, SHA256).json

    assert (answer["verdict"], answer["reason"], answer["certificate"]) == ("unconfirmed", "not-shared", None)


def test_case_does_not_matter_and_no_copy_is_kept(visitor, hand_out):
    hand_out({})

    answer = ask(visitor, SHA256.upper())

    assert answer.json["verdict"] == "valid"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer.headers


def test_tries_are_limited(visitor):
    answers = [ask(visitor, "0" * 64).status_code for _ in range(61)]

    assert answers == [200] * 60 + [429]


class TestWorker:
    def test_stands_at_the_root_and_may_only_ask_this_site(self, visitor):
        answer = visitor.raw("GET", "/service-worker.js")

        assert answer.mimetype == "text/javascript"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; connect-src 'self'"
        assert answer.headers["Cache-Control"] == "no-cache"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"

    def test_pages_let_no_other_worker_in(self, visitor):
        assert "worker-src 'self'" in visitor.raw("GET", "/verifier").headers["Content-Security-Policy"]

    def test_what_it_keeps_exists_and_names_nobody(self, visitor):
        text = visitor.raw("GET", "/service-worker.js").text
        page = visitor.get("/verifier/hors-ligne")

        version = text.partition('const VERSION = "')[2].partition('"')[0]
        assert version in page.html  # a shell is only kept by the worker that has its files
        assert page.headings == ["Sans réseau"]
