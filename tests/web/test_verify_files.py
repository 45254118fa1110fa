"""`POST /api/v1/verify` with sealed PDFs: what is refused, and that a file gets the verdict of its page and of its statement.

What was changed in a file is in `test_changed_files.py`, where each attack is sent here too.
"""

import base64
import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from app.certification.models import Certificate, HandedOutFile
from app.certification.services import printing, withdrawing
from app.database import current_session
from app.verification.services import batch, files, many
from app.verification.services.credentials import MOST
from certificates.receipt import read_receipt
from certificates.verification import read_registered
from tests.builders import NOW
from tests.domain.test_seal import SEALED, encrypted, look_alike, unsealed
from tests.services.register_builders import registered

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
ISSUED = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
ALL_STEPS = ["form", "key", "signature", "register", "statement", "status", "period"]
VERIFY = "/api/v1/verify"


@pytest.fixture
def hand_out(app):
    """Put a certificate in the register and hand its file out."""
    loaded = app.extensions["numericite.resources"]

    def put(**fields):
        with app.app_context():
            db = current_session()
            row = registered(db, loaded, **fields)
            stated = read_registered(row.token, loaded.ring)
            data = printing.printed(
                db, row=row, credential=stated, press=loaded.press, origin=loaded.settings.public_url
            )
            db.add(HandedOutFile(certificate_id=row.id, sha256=printing.digest_of(data), made_at=NOW))
            db.commit()
        return data

    return put


@pytest.fixture
def issued(hand_out):
    return hand_out()


@pytest.fixture
def change(app):
    """Do something to certificate number one."""
    loaded = app.extensions["numericite.resources"]

    def do(verb, now, **words):
        with app.app_context():
            row = current_session().get(Certificate, 1)
            verb(current_session(), row=row, actor_id=None, ring=loaded.ring, origin="https://x", now=now, **words)
            current_session().commit()

    return do


def text(data):
    return base64.b64encode(data).decode()


def by_json(visitor, data, **more):
    return visitor.raw("POST", VERIFY, json={"credential": text(data), **more}).json["results"][0]


def send(visitor, *sent, query="", **fields):
    parts = {"pdf": [(io.BytesIO(data), name) for name, data in sent], **fields}
    return visitor.raw("POST", VERIFY + query, data=parts, content_type="multipart/form-data")


#: What is sent as a PDF and cannot be read -> the error of its line.
UNREADABLE = {
    "a broken one": (SEALED[:5000], "broken-pdf"),
    "an encrypted one": (encrypted(), "encrypted-pdf"),
    "one too large": (b"%PDF-1" + bytes(files.LIMIT_BYTES), "too-large-pdf"),
    "a header and noise": (b"%PDF-1.7\n" + b"\x00\xff" * 400, "broken-pdf"),
}
#: Texts that look like a PDF, or nearly.
TEXTS = {
    "base64 cut short": ("JVBERi0xL", "not-pdf"),
    "base64 with a stranger in it": ("JVBERi0xLjc!", "not-pdf"),
    "base64 with line breaks": (text(SEALED)[:76] + "\n" + text(SEALED)[76:], "not-pdf"),
    "a data: address of nothing": ("data:application/pdf;base64,", "not-a-credential"),
    "a PDF that says that it is a picture": ("data:image/png;base64," + text(SEALED)[:200], None),
    "a PDF that is not in base64": ("%PDF-1.7 …", "not-a-credential"),
}


class TestRefusals:
    @pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # nothing to look up
    @pytest.mark.parametrize(("data", "error"), UNREADABLE.values(), ids=UNREADABLE)
    def test_one_that_cannot_be_read_has_an_error_and_no_verdict(self, visitor, data, error):
        assert by_json(visitor, data) == {"id": "1", "error": error}
        assert send(visitor, ("a.pdf", data)).json["results"] == [{"id": "a.pdf", "error": error}]

    @pytest.mark.parametrize(("sent", "error"), TEXTS.values(), ids=TEXTS)
    def test_a_text_that_is_no_pdf_is_told(self, visitor, sent, error):
        line = visitor.raw("POST", VERIFY, json={"credential": sent}).json["results"][0]

        assert line.get("error") == error
        assert line.get("verdict") == (None if error else "unknown")

    def test_bytes_that_are_no_pdf_are_told(self, visitor):
        for data in (b"", b"PK\x03\x04 a spreadsheet"):
            assert send(visitor, ("a.pdf", data)).json["results"] == [{"id": "a.pdf", "error": "not-pdf"}]
        answer = visitor.raw("POST", VERIFY, data=b"hello", content_type="application/pdf")
        assert answer.json["results"] == [{"id": "1", "error": "not-pdf"}]

    def test_strangers_are_unknown(self, visitor):
        for data in (unsealed(), look_alike()):
            assert by_json(visitor, data)["verdict"] == "unknown"

    @pytest.mark.parametrize(
        ("words", "query", "status"),
        [
            ({"as_of": "2026-03-01"}, "", 422),
            ({"url": "https://elsewhere.example"}, "", 422),
            ({}, "?as_of=2099-01-01", 422),
            ({}, "?as_of=yesterday", 422),
        ],
        ids=["a day in the form", "an unknown word", "a day to come", "no day"],
    )
    def test_a_form_with_more_than_files_or_another_day_is_refused_whole(self, visitor, words, query, status):
        answer = send(visitor, ("a.pdf", SEALED), query=query, **words)

        assert (answer.status_code, answer.json["code"]) == (status, "malformed-request")

    def test_json_has_its_own_day(self, visitor):
        answer = visitor.raw("POST", VERIFY + "?as_of=2026-03-01", json={"credential": "x"})

        assert (answer.status_code, answer.json["code"]) == (422, "malformed-request")

    def test_a_form_without_a_file_is_refused_whole(self, visitor):
        assert send(visitor).status_code == 422

    def test_more_files_than_are_looked_at_are_refused_whole_and_told_how_many(self, visitor):
        answer = send(visitor, *[("a.pdf", b"x")] * (MOST + 1))

        assert (answer.status_code, answer.json["code"]) == (413, "too-many-lines")
        assert "Cinq cents" in answer.json["detail"]

    def test_more_bytes_than_json_may_weigh_are_refused_whole(self, visitor, monkeypatch):
        monkeypatch.setattr(batch, "LIMIT_BYTES", 200_000)
        lines = [text(b"%PDF-1" + bytes(100_000))] * 2

        answer = visitor.raw("POST", VERIFY, json={"credentials": lines})

        assert (answer.status_code, answer.json["code"]) == (413, "too-large-request")
        assert answer.content_type == "application/problem+json"

    def test_more_bytes_than_a_form_may_weigh_are_refused_whole(self, visitor, monkeypatch):
        monkeypatch.setattr(files, "MANY_BYTES", 200_000)

        answer = send(visitor, ("a.pdf", SEALED), ("b.pdf", bytes(200_000)))

        assert (answer.status_code, answer.json["code"]) == (413, "too-large-request")

    def test_after_its_minute_the_rest_are_left_and_said_so(self, visitor, issued, monkeypatch):
        monkeypatch.setattr(files, "MANY_SECONDS", -1)

        results = visitor.raw("POST", VERIFY, json={"credentials": [text(issued), "bonjour"]}).json["results"]

        assert results == [{"id": "1", "error": many.NOT_EXAMINED}, {"id": "2", "error": "not-a-credential"}]

    @pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # counted beside the database
    def test_too_many_requests_with_files_are_told_to_wait_and_codes_still_answered(self, visitor):
        statuses = []
        while 429 not in statuses and len(statuses) < 45:
            statuses.append(send(visitor, ("a.pdf", b"x")).status_code)

        assert statuses[0] == 200
        assert statuses[-1] == 429
        assert visitor.raw("POST", VERIFY, json={"credential": "0000000000000000"}).status_code == 200


class TestVerdicts:
    def test_one_is_what_its_page_its_code_and_its_receipt_say_it_is(self, app, visitor, issued):
        line = by_json(visitor, issued)

        assert (line["format"], line["verdict"]) == ("pdf", "valid")
        assert line["steps"] == [{"step": step, "passed": True} for step in ALL_STEPS]
        alone = visitor.raw("POST", "/api/v1/documents", data=issued, content_type="application/pdf").json
        assert line["certificate"] == alone["certificate"]
        answer = visitor.raw("POST", "/api/v1/receipts", data=issued, content_type="application/pdf").json
        receipt = read_receipt(answer["receipt"], app.extensions["numericite.resources"].ring)
        assert (receipt.verdict, receipt.subject_sha256) == ("valid", printing.digest_of(issued))
        assert {**answer["check"], "checked_at": None} == {**alone, "checked_at": None}

    def test_one_that_we_do_not_know_by_heart_is_examined(self, app, visitor, issued):
        with app.app_context():
            current_session().query(HandedOutFile).delete()
            current_session().commit()

        assert by_json(visitor, issued)["verdict"] == "valid"
        assert by_json(visitor, issued + b" ")["verdict"] == "altered"

    def test_every_form_of_the_request_gets_the_same_answer(self, visitor, issued):
        body = visitor.raw("POST", VERIFY, data=issued, content_type="application/pdf").json["results"][0]
        address = visitor.raw("POST", VERIFY, json={"credential": f"data:application/pdf;base64,{text(issued)}"})
        form = send(visitor, ("Odile.pdf", issued)).json["results"][0]

        assert (body.pop("id"), form.pop("id")) == ("1", "Odile.pdf")
        for one in (body, form):
            one.pop("checked_at")
            assert one.items() <= address.json["results"][0].items()

    def test_files_stand_among_codes_and_statements_each_under_its_name(self, app, visitor, issued):
        with app.app_context():
            token = current_session().get(Certificate, 1).token
        lines = [{"id": "a", "credential": text(issued)}, {"id": "b", "credential": token}, "bonjour"]

        results = visitor.raw("POST", VERIFY, json={"credentials": lines}).json["results"]

        assert [one["id"] for one in results] == ["a", "b", "3"]
        assert [one.get("verdict") for one in results] == ["valid", "valid", None]

    def test_five_hundred_that_we_handed_out_are_answered(self, visitor, issued):
        results = send(visitor, *[(f"{number}.pdf", issued) for number in range(MOST)]).json["results"]

        assert [one["id"] for one in results] == [f"{number}.pdf" for number in range(MOST)]
        assert {one["verdict"] for one in results} == {"valid"}

    def test_one_whose_holder_closed_the_link_is_unconfirmed(self, app, visitor, issued):
        with app.app_context():
            current_session().execute(update(Certificate).values(is_shared=False))
            current_session().commit()

        line = by_json(visitor, issued)

        assert (line["verdict"], line["reason"], line["certificate"]) == ("unconfirmed", "not-shared", None)


class TestOnAPastDay:
    @pytest.fixture
    def issued(self, hand_out):
        return hand_out(issued_at=ISSUED, valid_from=ISSUED, sat_on=ISSUED.date())

    def test_a_file_was_what_its_statement_was(self, app, visitor, issued, change):
        change(withdrawing.suspend, datetime(2026, 4, 1, 12, 0, tzinfo=UTC), reason="under-review")
        change(withdrawing.reinstate, datetime(2026, 4, 20, 12, 0, tzinfo=UTC))
        change(withdrawing.revoke, datetime(2026, 6, 1, 12, 0, tzinfo=UTC), reason="error")
        with app.app_context():
            token = current_session().get(Certificate, 1).token

        told = {}
        for day in ("2026-03-09", "2026-03-31", "2026-04-02", "2026-04-20", "2026-06-02"):
            line = by_json(visitor, issued, as_of=day)
            same = visitor.raw("POST", VERIFY, json={"credential": token, "as_of": day}).json["results"][0]
            assert (line["verdict"], line["since"], line["steps"]) == (same["verdict"], same["since"], same["steps"])
            told[day] = line["verdict"]

        assert list(told.values()) == ["not_yet_valid", "valid", "suspended", "valid", "revoked"]
        answer = send(visitor, ("a.pdf", issued), query="?as_of=2026-05-01").json
        assert (answer["as_of"], answer["results"][0]["verdict"]) == ("2026-05-01T21:59:59+00:00", "valid")

    def test_what_was_changed_is_altered_on_every_day_and_its_document_as_it_was(self, visitor, issued, change):
        change(withdrawing.revoke, NOW - timedelta(days=30), reason="error")

        line = by_json(visitor, issued + b" ", as_of="2026-05-01")

        assert (line["verdict"], line["original"]["verdict"]) == ("altered", "valid")
        assert by_json(visitor, issued + b" ")["original"]["verdict"] == "revoked"

    def test_a_stranger_is_unknown_on_every_day(self, visitor):
        assert by_json(visitor, look_alike(), as_of="2026-05-01")["verdict"] == "unknown"
