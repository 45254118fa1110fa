"""The register for software: what is refused and how, what is told, how long it may be kept, and that every read is counted."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.database import current_session
from app.labels.models import Label
from app.publication.models import PublishedHolder, RegisterRead
from app.publication.services import clients
from certificates.label_rules.dossier import State
from certificates.label_rules.number import label_number
from certificates.status import TTL
from tests.services.publication_builders import NOW, RPPS, labelled, move, published

BASE = "/fhir/r4"
RPPS_SYSTEM = "https://rpps.esante.gouv.fr"
NUMBERS = "http://127.0.0.1:8000/fhir/r4/NamingSystem/label-number"
NUMBER = label_number(2026, 1)
KEY = "numericite_" + "k" * 43


@pytest.fixture
def register(app):
    """Put labels into the register, and publish them; return their identifiers for software."""

    def put(count=1, **columns):
        with app.app_context():
            db = current_session()
            for rank in range(1, count + 1):
                labelled(db, rank=rank, **columns)
            references = [row.reference for row in published(db, now=NOW - timedelta(hours=1))]
            clients.add(db, name="CHU de Beauval", token="k" * 43, now=NOW)
            db.commit()
        return references

    return put


def ask(visitor, path, *, key=None, **headers):
    given = {"Authorization": f"Bearer {key}"} if key else {}
    return visitor.client.get(f"{BASE}{path}", headers={**given, **headers})


def issue(response):
    assert response.content_type == "application/fhir+json; charset=utf-8", response.text
    body = response.get_json(force=True)
    assert body["resourceType"] == "OperationOutcome"
    [one] = body["issue"]
    return one["code"]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # refused before any database
class TestRefusals:
    @pytest.mark.parametrize(
        ("path", "status", "code"),
        [
            ("/Practitioner?family=Perrin", 400, "invalid"),
            (f"/Practitioner?identifier={RPPS}", 400, "invalid"),
            (f"/Practitioner?identifier={RPPS_SYSTEM}|123", 400, "value"),
            (f"/Practitioner?identifier={NUMBERS}|2026-00001-Z", 400, "value"),
            (f"/Practitioner?identifier={RPPS_SYSTEM}|{RPPS}&_format=xml", 406, "not-supported"),
            ("/Practitioner?_lastUpdated=yesterday", 400, "invalid"),
            ("/Practitioner?" + "a" * 3000, 400, "too-long"),
            ("/Practitioner", 401, "login"),
            ("/Practitioner?_lastUpdated=ge2026-01-01T00:00:00Z", 401, "login"),
            ("/Practitioner/holder-99", 404, "not-found"),
            ("/Practitioner/holder-1?_summary=true", 400, "invalid"),
            ("/Practitioner/holder-1/_history/1", 404, "not-found"),
            ("/VerificationResult/holder-99", 404, "not-found"),
            ("/Patient", 404, "not-found"),
            ("/Patient/1", 404, "not-found"),
            ("/CodeSystem/other", 404, "not-found"),
            ("/", 404, "not-found"),
        ],
    )
    def test_each_has_its_status_and_says_why(self, visitor, register, path, status, code):
        register()

        response = ask(visitor, path)

        assert (response.status_code, issue(response)) == (status, code)
        assert response.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in response.headers

    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
    @pytest.mark.parametrize("path", ["/Practitioner", "/Practitioner/holder-1", "/Practitioner/_search", "/"])
    def test_nothing_is_written(self, visitor, method, path):
        response = visitor.client.open(f"{BASE}{path}", method=method, json={"resourceType": "Practitioner"})

        assert (response.status_code, issue(response)) == (405, "not-supported")
        assert response.headers["Allow"] == "GET, HEAD"

    def test_whoever_reads_xml_only(self, visitor, register):
        [reference] = register()

        response = ask(visitor, f"/Practitioner/{reference}", Accept="application/fhir+xml")

        assert (response.status_code, issue(response)) == (406, "not-supported")

    @pytest.mark.parametrize("given", [f"Bearer {KEY}x", "Bearer", "Basic cmg6cmg=", f"Bearer other{KEY}"])
    def test_a_wrong_key_is_not_taken_for_none(self, visitor, register, given):
        [reference] = register()

        response = ask(visitor, f"/Practitioner/{reference}", Authorization=given)

        assert (response.status_code, issue(response)) == (401, "login")
        assert response.headers["WWW-Authenticate"].startswith("Bearer")

    def test_a_key_that_was_taken_back(self, app, visitor, register):
        register()
        with app.app_context():
            clients.revoke(current_session(), client_id=1, now=NOW)
            current_session().commit()

        assert ask(visitor, "/Practitioner", key=KEY).status_code == 401

    def test_too_often(self, visitor, register):
        register()
        path = f"/Practitioner?identifier={RPPS_SYSTEM}|{RPPS}"
        statuses = [ask(visitor, path).status_code for _ in range(60)]

        refused = ask(visitor, path)

        assert set(statuses) == {200}
        assert (refused.status_code, issue(refused)) == (429, "throttled")
        assert int(refused.headers["Retry-After"]) > 0
        assert ask(visitor, path, key=KEY).status_code == 200, "a key is counted apart"

    def test_a_key_too_has_its_limit(self, visitor, register):
        register()
        path = f"/Practitioner?identifier={RPPS_SYSTEM}|{RPPS}"

        statuses = [ask(visitor, path, key=KEY).status_code for _ in range(121)]

        assert statuses == [200] * 120 + [429]

    def test_an_error_of_ours_says_which_and_nothing_more(self, app, visitor, register):
        [reference] = register()
        with app.app_context():
            current_session().scalars(select(Label)).one().profession = "no-such-profession"
            current_session().commit()
        app.config["PROPAGATE_EXCEPTIONS"] = False
        try:
            response = ask(visitor, f"/Practitioner/{reference}")
        finally:
            app.config["PROPAGATE_EXCEPTIONS"] = True

        assert (response.status_code, issue(response)) == (500, "exception")
        assert "no-such-profession" not in response.text


class TestExactSearch:
    def test_nobody_is_an_empty_bundle(self, visitor, register):
        register()

        bundles = [
            ask(visitor, f"/Practitioner?identifier={RPPS_SYSTEM}|99999999999").get_json(force=True),
            ask(visitor, f"/Practitioner?identifier={NUMBERS}|{label_number(2026, 99)}").get_json(force=True),
            ask(visitor, f"/Practitioner?identifier={RPPS_SYSTEM}|{RPPS}&qualification-code=other").get_json(
                force=True
            ),
        ]

        assert [(one["total"], "entry" in one) for one in bundles] == [(0, False)] * 3

    @pytest.mark.parametrize("identifier", [f"{RPPS_SYSTEM}|{RPPS}", f"{NUMBERS}|{NUMBER}"])
    def test_one_person_by_an_exact_number(self, visitor, register, identifier):
        [reference] = register()

        response = ask(visitor, f"/Practitioner?identifier={identifier}&qualification-code=numericite")

        assert response.status_code == 200
        assert response.headers["Cache-Control"] == f"public, max-age={int(TTL.total_seconds())}"
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "Set-Cookie" not in response.headers
        found = response.get_json(force=True)
        assert (found["type"], found["total"], len(found["link"])) == ("searchset", 1, 1)
        [entry] = found["entry"]
        assert entry["fullUrl"] == f"http://127.0.0.1:8000{BASE}/Practitioner/{reference}"
        assert entry["resource"]["name"] == [{"use": "official", "text": "Nadia Perrin"}]

    def test_a_suspended_one_keeps_its_row_without_a_reason(self, visitor, register):
        register(ground="fraud-inquiry", state=State.SUSPENDED.value)

        text = ask(visitor, f"/Practitioner?identifier={NUMBERS}|{NUMBER}").text

        assert '"valueCode":"suspended"' in text
        assert "fraud" not in text

    def test_what_is_handed_back_is_found_without_its_holder(self, visitor, register):
        register(state=State.VOLUNTARILY_WITHDRAWN.value)

        body = ask(visitor, f"/Practitioner?identifier={NUMBERS}|{NUMBER}").get_json(force=True)

        assert [one["resource"].keys() & {"name", "identifier", "qualification"} for one in body.get("entry", [])] in (
            [],
            [set()],
        )


class TestRead:
    def test_what_was_read_is_not_sent_again_until_it_changes(self, app, visitor, register):
        [reference] = register()
        first = ask(visitor, f"/Practitioner/{reference}")
        tag = first.headers["ETag"]

        same = ask(visitor, f"/Practitioner/{reference}", **{"If-None-Match": tag})
        with app.app_context():
            db = current_session()
            move(db, db.scalars(select(Label)).one(), "suspend", State.SUSPENDED)
            db.commit()
        other = ask(visitor, f"/Practitioner/{reference}", **{"If-None-Match": tag})

        assert re.fullmatch(r'W/"[0-9a-f]{32}"', tag)
        assert (same.status_code, same.text) == (304, "")
        assert (other.status_code, other.headers["ETag"] == tag) == (200, False)

    def test_a_status_that_changes_with_the_day_alone_is_told_that_day(self, visitor, register):
        ends_on = (NOW + timedelta(days=1)).date()
        [reference] = register(ends_on=ends_on, term_from=ends_on.replace(year=ends_on.year - 3) + timedelta(days=1))
        today = ask(visitor, f"/Practitioner/{reference}")

        with time_machine.travel(
            datetime.combine(ends_on + timedelta(days=1), datetime.min.time(), UTC) + timedelta(hours=9)
        ):
            after = ask(visitor, f"/Practitioner/{reference}", **{"If-None-Match": today.headers["ETag"]})

        assert '"valueCode":"active"' in today.text
        assert '"valueCode":"renewing"' in after.text

    def test_whoever_left_is_an_id_that_says_so(self, app, visitor, register):
        [reference] = register()
        with app.app_context():
            current_session().scalars(select(PublishedHolder)).one().person_id = None
            current_session().commit()

        told = ask(visitor, f"/Practitioner/{reference}").get_json(force=True)

        assert told["active"] is False
        assert set(told) == {"resourceType", "id", "meta", "active"}
        assert ask(visitor, f"/VerificationResult/{reference}").status_code == 404

    def test_under_a_key_a_copy_is_the_client_s_own(self, visitor, register):
        [reference] = register()

        response = ask(visitor, f"/Practitioner/{reference}", key=KEY)

        assert response.headers["Cache-Control"].startswith("private, ")

    def test_the_signed_status_is_kept_by_nobody(self, visitor, register):
        [reference] = register()

        response = ask(visitor, f"/VerificationResult/{reference}")

        assert response.headers["Cache-Control"] == "no-store"
        assert response.get_json(force=True)["validator"][0]["attestationSignature"]["sigFormat"] == "application/jose"

    def test_every_address_that_a_resource_names_of_ours_answers(self, visitor, register):
        [reference] = register()
        told = ask(visitor, f"/Practitioner/{reference}").text
        ours = set(re.findall(rf'"http://127\.0\.0\.1:8000({BASE}/[A-Za-z]+/[a-z-]+)"', told))

        assert len(ours) >= 7
        assert [path for path in ours if visitor.client.get(path).status_code != 200] == []

    def test_the_statement_of_what_is_offered(self, visitor):
        offered = ask(visitor, "/metadata").get_json(force=True)

        assert (offered["resourceType"], offered["fhirVersion"]) == ("CapabilityStatement", "4.0.1")


class TestReadingMany:
    def follow(self, visitor, path):
        """Follow the links `next`; return the references, page by page."""
        pages = []
        while path:
            bundle = ask(visitor, path, key=KEY).get_json(force=True)
            pages.append([entry["resource"]["id"] for entry in bundle.get("entry", [])])
            links = {link["relation"]: link["url"] for link in bundle["link"]}
            path = links.get("next", "").removeprefix(f"http://127.0.0.1:8000{BASE}")
        return pages

    def test_a_key_reads_everything_page_by_page(self, visitor, register):
        references = register(5)

        assert self.follow(visitor, "/Practitioner?_count=2") == [references[:2], references[2:4], references[4:]]

    def test_and_then_what_changed(self, app, visitor, register):
        references = register(3)
        moment = NOW.isoformat().replace("+00:00", "Z")
        assert self.follow(visitor, f"/Practitioner?_lastUpdated=ge{moment}") == [[]]
        with app.app_context():
            db = current_session()
            move(db, db.scalars(select(Label).order_by(Label.id)).all()[1], "withdraw", State.VOLUNTARILY_WITHDRAWN)
            published(db)
            db.commit()

        response = ask(visitor, f"/Practitioner?_lastUpdated=ge{moment}&_count=10", key=KEY)

        [entry] = response.get_json(force=True)["entry"]
        assert (entry["resource"]["id"], entry["resource"]["active"]) == (references[1], False)
        assert response.headers["Cache-Control"] == "no-store"

    def test_every_read_is_counted_for_the_holder_and_names_the_key_s_owner_only(self, app, visitor, register):
        [reference, _other] = register(2)
        ask(visitor, f"/Practitioner/{reference}")
        ask(visitor, f"/Practitioner?identifier={RPPS_SYSTEM}|{RPPS}")
        self.follow(visitor, "/Practitioner?_count=1")

        with app.app_context():
            reads = current_session().scalars(select(RegisterRead)).all()
        times = Counter()
        for row in reads:
            times[row.holder_id, row.client_id] += row.times
        assert times == {(1, None): 2, (1, 1): 1, (2, 1): 1}
        assert {(row.channel, row.at.second) for row in reads} == {("software", 0)}


def test_nothing_served_is_more_than_the_register_tells(visitor, register):
    [reference] = register()

    told = ask(visitor, f"/Practitioner/{reference}").get_json(force=True)

    [qualification] = told["qualification"]
    assert set(told) == {"resourceType", "id", "meta", "identifier", "active", "name", "qualification"}
    assert set(qualification) == {"extension", "identifier", "code", "period", "issuer"}
    assert {one["url"].rpartition("/")[2] for one in qualification["extension"]} == {
        "label-status",
        "label-rules-version",
        "label-profession",
        "label-verification",
    }
    assert [one["value"] for one in told["identifier"]] == [RPPS, NUMBER]
