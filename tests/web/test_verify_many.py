"""`POST /api/v1/verify`: one credential or many, today or on a past day, one verdict each."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.certification.models import Certificate, SharingLook
from app.certification.services import open_formats, withdrawing
from app.database import current_session
from app.verification.services import batch
from app.verification.services.credentials import MOST
from certificates import compact, verification
from certificates.dates import day_in_paris
from certificates.reference import new_code
from tests.builders import NOW
from tests.services.register_builders import registered

CODE = new_code((1).to_bytes(10))
SUPERVISED = {"kind": "certificate", "assurance": "A2", "name_verified": True, "provisional": False}
ALL_STEPS = ["form", "key", "signature", "register", "statement", "status", "period"]


@pytest.fixture
def register(app):
    """Put certificates in the register; return the token of the last."""
    loaded = app.extensions["numericite.resources"]

    def put(**fields):
        with app.app_context():
            token = registered(current_session(), loaded, **fields).token
            current_session().commit()
        return token

    return put


@pytest.fixture
def change(app):
    """Change the status of certificate number one at a moment."""
    loaded = app.extensions["numericite.resources"]

    def do(verb, now, **words):
        with app.app_context():
            row = current_session().get(Certificate, 1)
            verb(current_session(), row=row, actor_id=None, ring=loaded.ring, origin="https://x", now=now, **words)
            current_session().commit()

    return do


def verify(visitor, **body):
    return visitor.raw("POST", "/api/v1/verify", json=body)


def one(visitor, credential, **more):
    return verify(visitor, credential=credential, **more).json["results"][0]


def raw(text):
    return {"data": text.encode(), "content_type": "application/json"}


REFUSED = {
    "not JSON": ({"data": b"{", "content_type": "application/json"}, 422),
    "a form": ({"data": {"credential": CODE}}, 422),
    "a list": ({"json": [CODE]}, 422),
    "nothing": ({"json": {}}, 422),
    "both one and many": ({"json": {"credential": CODE, "credentials": [CODE]}}, 422),
    "an unknown word": ({"json": {"credential": CODE, "url": "https://elsewhere.example"}}, 422),
    "no line": ({"json": {"credentials": []}}, 422),
    "an empty line": ({"json": {"credentials": [""]}}, 422),
    "a number": ({"json": {"credentials": [7]}}, 422),
    "a line without its name": ({"json": {"credentials": [{"credential": CODE}]}}, 422),
    "a line longer than any statement": ({"json": {"credential": "x" * 70_000}}, 422),
    "a day that is none": ({"json": {"credential": CODE, "as_of": "2026-02-30"}}, 422),
    "a day written otherwise": ({"json": {"credential": CODE, "as_of": "1 March"}}, 422),
    "a day to come": ({"json": {"credential": CODE, "as_of": "2099-01-01"}}, 422),
    "the last day of all": ({"json": {"credential": CODE, "as_of": "9999-12-31"}}, 422),
    "more lines than are looked at": ({"json": {"credentials": [CODE] * (MOST + 1)}}, 413),
    "a key twice": (raw(f'{{"credential": "{CODE}", "credential": "{CODE}"}}'), 400),
    "a key twice, otherwise written": (raw(f'{{"credential": "{CODE}", "\\u0063redential": "x"}}'), 400),
    "a key twice in a line": (raw(f'{{"credentials": [{{"id": "1", "id": "2", "credential": "{CODE}"}}]}}'), 400),
    "two days": (raw(f'{{"credential": "{CODE}", "as_of": "2026-11-01", "as_of": "2026-11-02"}}'), 400),
}


class TestRefusals:
    @pytest.mark.parametrize(("sent", "status"), REFUSED.values(), ids=REFUSED)
    def test_the_whole_request_is_refused_with_a_problem(self, visitor, sent, status):
        answer = visitor.raw("POST", "/api/v1/verify", **sent)

        assert answer.status_code == status
        assert answer.content_type == "application/problem+json"

    def test_a_key_twice_is_named(self, visitor):
        answer = visitor.raw("POST", "/api/v1/verify", **REFUSED["a key twice"][0])

        assert answer.json["code"] == "repeated-key"

    def test_a_body_too_large_is_refused_and_told_how_large_it_may_be(self, visitor):
        answer = visitor.raw(
            "POST", "/api/v1/verify", data=b"[" * (batch.LIMIT_BYTES + 1), content_type="application/json"
        )

        assert (answer.status_code, answer.json["code"]) == (413, "too-large-request")
        assert f"{batch.LIMIT_BYTES // 1024 // 1024} Mio" in answer.json["detail"].replace("\u00a0", " ")

    def test_a_line_that_is_no_credential_has_an_error_and_the_others_an_answer(self, visitor, register):
        register()

        results = verify(visitor, credentials=["bonjour", CODE]).json["results"]

        assert results[0] == {"id": "1", "error": "not-a-credential"}
        assert results[1]["verdict"] == "valid"

    def test_too_many_in_five_minutes_are_refused_and_told_when_to_come_back(self, visitor, register):
        register()
        answers = [verify(visitor, credentials=[CODE] * MOST) for _ in range(7)]

        assert [answer.status_code for answer in answers] == [200] * 6 + [429]
        assert 0 < int(answers[-1].headers["Retry-After"]) <= 300

    def test_codes_that_nobody_has_are_refused_sooner(self, visitor):
        answers = [verify(visitor, credentials=[CODE] * 400) for _ in range(3)]

        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert answers[-1].json["code"] == "too-many-unknown"
        assert "results" not in answers[-1].json
        assert 0 < int(answers[-1].headers["Retry-After"]) <= 600

    def test_what_is_refused_for_unknown_codes_is_no_look_at_the_known_ones(self, app, visitor, register):
        register()
        unknown = new_code((9).to_bytes(10))
        for _ in range(2):
            verify(visitor, credentials=[unknown] * MOST)

        answer = verify(visitor, credentials=[CODE, unknown])

        assert answer.status_code == 429
        with app.app_context():
            assert current_session().scalar(select(func.count()).select_from(SharingLook)) == 0

    @pytest.mark.parametrize(
        "link", ["https://elsewhere.example/c/{code}", "http://localhost.evil.example/c/{code}", "//localhost/c/{code}"]
    )
    def test_a_link_to_anywhere_else_is_no_credential(self, visitor, register, link):
        register()

        assert one(visitor, link.format(code=CODE)) == {"id": "1", "error": "not-a-credential"}


class TestForms:
    def test_a_code(self, visitor, register):
        register()

        result = one(visitor, CODE.lower())

        assert (result["format"], result["verdict"]) == ("code", "valid")
        assert result["certificate"]["holder_name"]
        assert [step["step"] for step in result["steps"]] == ["form", "register", "statement", "status", "period"]

    @pytest.mark.parametrize("link", ["{origin}/c/{code}", "{origin}/c/{code}/", "{origin}/c/{code}?lang=en"])
    def test_a_link_of_ours_stands_for_its_code(self, app, visitor, register, link):
        register()
        origin = app.extensions["numericite.resources"].settings.public_url

        result = one(visitor, link.format(origin=origin, code=CODE))

        assert (result["format"], result["verdict"]) == ("code", "valid")

    @pytest.mark.parametrize("make", [open_formats.badge_png, open_formats.badge_svg], ids=["PNG", "SVG"])
    def test_five_hundred_badges_are_answered_at_once(self, app, visitor, register, make):
        ring = app.extensions["numericite.resources"].ring
        images = [make(register(number=number), ring) for number in range(1, 11)]
        texts = [one.decode() if one.startswith(b"<") else base64.b64encode(one).decode() for one in images]
        sent = {"credentials": [{"id": f"n{place}", "credential": texts[place % 10]} for place in range(MOST)]}

        answer = verify(visitor, **sent)

        assert len(json.dumps(sent)) > 8 * 1024 * 1024
        assert answer.status_code == 200
        assert [result["id"] for result in answer.json["results"]] == [f"n{place}" for place in range(MOST)]
        assert {(result["format"], result["verdict"]) for result in answer.json["results"]} == {("badge", "valid")}

    def test_an_unknown_code_fails_at_the_register(self, visitor):
        result = one(visitor, CODE)

        assert result["verdict"] == "unknown"
        assert result["steps"] == [{"step": "form", "passed": True}, {"step": "register", "passed": False}]

    def test_a_signed_statement(self, visitor, register):
        result = one(visitor, register())

        assert (result["format"], result["verdict"]) == ("vc+jwt", "valid")
        assert result["steps"] == [{"step": step, "passed": True} for step in ALL_STEPS]

    def test_one_whose_payload_was_changed_is_altered(self, visitor, register):
        token = register()
        head, payload, signature = token.split(".")
        other = register(number=2).split(".")[1]

        result = one(visitor, f"{head}.{other}.{signature}")

        assert result["verdict"] == "altered"
        assert result["steps"][-1] == {"step": "signature", "passed": False}
        assert payload != other

    def test_a_token_that_is_not_ours_is_unknown(self, visitor):
        result = one(visitor, "a.b.c")

        assert result["verdict"] == "unknown"
        assert result["steps"] == [{"step": "form", "passed": False}]

    def test_the_twin_of_a_statement(self, app, visitor, register):
        text = open_formats.twin(register(), app.extensions["numericite.resources"].ring)

        result = one(visitor, text)

        assert (result["format"], result["verdict"]) == ("eddsa-rdfc-2022", "valid")
        assert one(visitor, text.replace("Maëlys", "Maelys"))["verdict"] in ("altered", "unknown")

    @pytest.mark.parametrize("make", [open_formats.badge_png, open_formats.badge_svg], ids=["PNG", "SVG"])
    def test_a_badge_says_what_the_token_in_it_says(self, app, visitor, register, make):
        image = make(register(), app.extensions["numericite.resources"].ring)
        text = image.decode() if image.startswith(b"<") else base64.b64encode(image).decode()

        assert (one(visitor, text)["format"], one(visitor, text)["verdict"]) == ("badge", "valid")

    @pytest.mark.parametrize("text", ["<svg/>", "data:image/png;base64,!!!", "iVBORw0KGgo="])
    def test_an_image_without_a_token_fails_at_its_form(self, visitor, text):
        result = one(visitor, text)

        assert result["verdict"] == "unknown"
        assert result["steps"] == [{"step": "form", "passed": False}]

    def test_what_a_qr_code_carries(self, app, visitor, register):
        ring = app.extensions["numericite.resources"].ring
        stated = verification.read_registered(register(), ring)
        data = compact.compact(stated, ring.active("token"))

        result = one(visitor, compact.fragment_url(stated, data))

        assert (result["format"], result["verdict"]) == ("cose", "valid")
        flipped = data[:-1] + bytes([data[-1] ^ 1])
        assert one(visitor, compact.fragment_url(stated, flipped))["verdict"] == "altered"

    def test_a_qr_code_that_says_other_than_the_register_is_not_confirmed(self, app, visitor, register):
        ring = app.extensions["numericite.resources"].ring
        stated = replace(verification.read_registered(register(), ring), holder_name="Somebody Else")

        result = one(visitor, compact.fragment_url(stated, compact.compact(stated, ring.active("token"))))

        assert (result["verdict"], result["reason"]) == ("unconfirmed", "another-statement")

    def test_one_that_the_register_does_not_know_is_unconfirmed(self, app, visitor, register):
        token = register()
        with app.app_context():
            current_session().delete(current_session().get(Certificate, 1))
            current_session().commit()

        assert one(visitor, token)["verdict"] == "unconfirmed"

    def test_another_statement_under_a_number_of_ours_is_unconfirmed(self, app, visitor, register):
        token = register()
        with app.app_context():
            current_session().delete(current_session().get(Certificate, 1))
            current_session().commit()
        register(holder_name="Somebody Else")

        result = one(visitor, token)

        assert (result["verdict"], result["reason"]) == ("unconfirmed", "another-statement")

    def test_one_whose_holder_closed_the_link_is_unconfirmed(self, visitor, register):
        token = register(row={"is_shared": False})

        result = one(visitor, token)

        assert (result["verdict"], result["certificate"]) == ("unconfirmed", None)

    def test_a_closed_code_is_unknown(self, visitor, register):
        register(row={"is_shared": False})

        assert one(visitor, CODE)["verdict"] == "unknown"

    def test_lines_keep_their_names_and_the_same_request_gets_the_same_answer(self, visitor, register):
        register()
        lines = [{"id": "row 7", "credential": CODE}, "nothing"]

        first, second = (verify(visitor, credentials=lines).json["results"] for _ in range(2))

        assert [line["id"] for line in first] == ["row 7", "2"]
        for line in (*first, *second):
            line.pop("checked_at", None)
        assert first == second

    def test_it_may_be_called_from_another_site(self, visitor):
        asked = visitor.raw("OPTIONS", "/api/v1/verify")

        assert asked.headers["Access-Control-Allow-Origin"] == "*"
        assert "POST" in asked.headers["Access-Control-Allow-Methods"]


class TestOnAPastDay:
    ISSUED = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)

    @pytest.fixture(autouse=True)
    def _issued(self, register):
        register(issued_at=self.ISSUED, valid_from=self.ISSUED, sat_on=self.ISSUED.date())

    def test_before_it_was_issued_it_was_not_valid_yet(self, visitor):
        result = one(visitor, CODE, as_of="2026-03-09")

        assert (result["verdict"], result["reason"]) == ("not_yet_valid", "before-issue")

    def test_the_day_counts_to_its_end_in_paris(self, visitor):
        answer = verify(visitor, credential=CODE, as_of="2026-03-10").json

        assert answer["as_of"] == "2026-03-10T22:59:59+00:00"
        assert answer["results"][0]["verdict"] == "valid"

    def test_a_suspension_counts_while_it_lasted_and_not_after(self, visitor, change):
        change(withdrawing.suspend, datetime(2026, 4, 1, 12, 0, tzinfo=UTC), reason="under-review")
        change(withdrawing.reinstate, datetime(2026, 4, 20, 12, 0, tzinfo=UTC))

        days = {day: one(visitor, CODE, as_of=day)["verdict"] for day in ("2026-03-31", "2026-04-01", "2026-04-20")}

        assert days == {"2026-03-31": "valid", "2026-04-01": "suspended", "2026-04-20": "valid"}

    def test_what_is_revoked_today_was_valid_before(self, visitor, change):
        change(withdrawing.revoke, datetime(2026, 6, 1, 12, 0, tzinfo=UTC), reason="error")

        assert one(visitor, CODE)["verdict"] == "revoked"
        then = one(visitor, CODE, as_of="2026-05-01")
        assert (then["verdict"], then["since"]) == ("valid", None)

    def test_a_withdrawal_that_only_the_row_knows_counts(self, app, visitor):
        with app.app_context():
            row = current_session().get(Certificate, 1)
            row.status, row.status_changed_at = "superseded", datetime(2026, 6, 1, tzinfo=UTC)
            current_session().commit()

        assert one(visitor, CODE, as_of="2026-05-31")["verdict"] == "valid"
        assert one(visitor, CODE, as_of="2026-06-02")["verdict"] == "superseded"

    def test_today_is_now(self, visitor):
        today = day_in_paris(datetime.now(UTC)).isoformat()  # late in the evening it is not that of UTC

        assert verify(visitor, credential=CODE, as_of=today).json["as_of"] is None

    def test_a_signed_statement_too(self, app, visitor):
        with app.app_context():
            token = current_session().get(Certificate, 1).token

        assert one(visitor, token, as_of="2026-03-09")["verdict"] == "not_yet_valid"


def test_an_end_of_validity_counts_on_the_day_asked_about(visitor, register):
    ends = NOW + timedelta(days=30)
    register(
        valid_from=NOW - timedelta(days=90),
        issued_at=NOW - timedelta(days=90),
        valid_until=ends,
        sat_on=(NOW - timedelta(days=91)).date(),
        **SUPERVISED,
    )

    assert one(visitor, CODE, as_of=(NOW - timedelta(days=5)).date().isoformat())["verdict"] == "valid"
