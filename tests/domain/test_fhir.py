"""The register in FHIR: what may be asked, what is refused, what is told; and what is not."""

import base64
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import pytest

from certificates import open_badge
from certificates.errors import RefusedByFhirError
from certificates.fhir import attestation, bundle, capability, definitions, outcome, search
from certificates.fhir.practitioner import digest, etag, practitioner, text_of
from certificates.fhir.search import Place, Search, read_search
from certificates.fhir.terms import LabelStatus, Terms
from certificates.records import RecordType, read_record
from certificates.status import TTL
from tests.builders import NOW, ORGANISATION, ORIGIN, key_ring
from tests.domain.fhir_builders import NUMBER, REFERENCE, RPPS, TERMS, gone, holder, label

BASE = f"{ORIGIN}/fhir/r4"
OURS = f"{BASE}/NamingSystem/label-number"
RPPS_SYSTEM = "https://rpps.esante.gouv.fr"


def refusal(*parameters):
    with pytest.raises(RefusedByFhirError) as caught:
        read_search(parameters, TERMS)
    return caught.value


REFUSED = {
    "a search by name": ([("family", "Tama’ehu")], 400, "invalid"),
    "a parameter of FHIR that we do not know": ([("_include", "Practitioner:x")], 400, "invalid"),
    "a modifier, which is another parameter": ([("identifier:of-type", "x")], 400, "invalid"),
    "an identifier without its system": ([("identifier", RPPS)], 400, "invalid"),
    "an identifier of no system": ([("identifier", f"|{RPPS}")], 400, "invalid"),
    "a system without a value": ([("identifier", f"{RPPS_SYSTEM}|")], 400, "invalid"),
    "ten digits for an RPPS": ([("identifier", f"{RPPS_SYSTEM}|1000123456")], 400, "value"),
    "digits of another script": ([("identifier", f"{RPPS_SYSTEM}|１０００１２３４５６７")], 400, "value"),
    "two numbers at once": ([("identifier", f"{RPPS_SYSTEM}|{RPPS},{RPPS_SYSTEM}|{RPPS}")], 400, "value"),
    "the same parameter twice": ([("identifier", f"{RPPS_SYSTEM}|{RPPS}")] * 2, 400, "invalid"),
    "a label number with a slip": ([("identifier", f"{OURS}|2026-00043-M")], 400, "value"),
    "a number of another register": ([("identifier", f"urn:oid:1.2.250.1.71.4.2.1|8{RPPS}")], 400, "not-supported"),
    "XML": ([("identifier", f"{RPPS_SYSTEM}|{RPPS}"), ("_format", "xml")], 406, "not-supported"),
    "a day instead of a moment": ([("_lastUpdated", "ge2026-11-30")], 400, "invalid"),
    "a moment without its zone": ([("_lastUpdated", "ge2026-11-30T00:00:00")], 400, "invalid"),
    "a moment that no calendar has": ([("_lastUpdated", "ge2026-11-31T00:00:00Z")], 400, "invalid"),
    "a moment before the first year": ([("_lastUpdated", "ge0001-01-01T00:00:00+14:00")], 400, "invalid"),
    "a moment after the last year": ([("_lastUpdated", "gt9999-12-31T23:59:59.999999Z")], 400, "invalid"),
    "what changed before a moment": ([("_lastUpdated", "lt2026-11-30T00:00:00Z")], 400, "invalid"),
    "pages of nothing": ([("_count", "0")], 400, "invalid"),
    "pages of minus one": ([("_count", "-1")], 400, "invalid"),
    "a place that we did not give": ([("_after", "nowhere")], 400, "invalid"),
    "a place beyond every calendar": (
        [("_after", base64.urlsafe_b64encode(b"9999999999999999999.1").decode().rstrip("="))],
        400,
        "invalid",
    ),
    "one person, since a moment": (
        [("identifier", f"{RPPS_SYSTEM}|{RPPS}"), ("_lastUpdated", "ge2026-11-30T00:00:00Z")],
        400,
        "invalid",
    ),
}


@pytest.mark.parametrize(("parameters", "status", "code"), REFUSED.values(), ids=REFUSED)
def test_refused(parameters, status, code):
    error = refusal(*parameters)

    assert (error.status, error.issue_code) == (status, code)
    assert outcome.outcome_of(error)["issue"][0]["code"] == code


def test_a_refusal_never_repeats_what_was_sent():
    error = refusal(("family", "Tama’ehu"))

    assert "Tama" not in error.diagnostics
    assert "family" not in error.diagnostics


def test_a_read_has_no_parameters_but_the_format():
    with pytest.raises(RefusedByFhirError):
        search.check_read([("_summary", "true")])

    search.check_read([("_format", "application/fhir+json")])


@pytest.mark.parametrize(
    ("status", "code", "severity"),
    [
        (404, "not-found", "error"),
        (429, "throttled", "error"),
        (409, "processing", "error"),
        (500, "exception", "fatal"),
    ],
)
def test_a_status_of_http_has_its_code(status, code, severity):
    [issue] = outcome.outcome_of_status(status, diagnostics="What to do.")["issue"]

    assert (issue["code"], issue["severity"], issue["diagnostics"]) == (code, severity, "What to do.")


def test_an_exact_number_is_understood_however_it_is_typed():
    by_label = read_search([("identifier", f"{OURS}|2026 00042 m")], TERMS)
    by_rpps = read_search([("identifier", f"{RPPS_SYSTEM}|{RPPS}"), ("_format", "json")], TERMS)

    assert (by_label.number, by_label.rpps, by_label.is_exact) == (NUMBER, None, True)
    assert (by_rpps.number, by_rpps.rpps, by_rpps.is_exact) == (None, RPPS, True)


@pytest.mark.parametrize(
    ("code", "matches"),
    [
        (f"{BASE}/CodeSystem/label|numericite", True),
        ("numericite", True),
        (f"{BASE}/CodeSystem/label|", True),
        (f"{BASE}/CodeSystem/label|other", False),
        ("https://mos.esante.gouv.fr/NOS/TRE_R48|CNS-3", False),
    ],
)
def test_only_the_label_is_a_qualification_here(code, matches):
    assert read_search([("qualification-code", code)], TERMS).is_of_label is matches


def test_what_changed_is_asked_page_by_page():
    found = read_search([("_lastUpdated", "gt2026-11-30T01:00:00+01:00"), ("_count", "5000")], TERMS)

    assert found.changed_from == datetime(2026, 11, 30, 0, 0, 0, 1, tzinfo=UTC)
    assert (found.count, found.is_exact, found.after) == (200, False, None)


def test_a_search_and_its_query_are_the_same():
    place = Place(changed_at=NOW + timedelta(microseconds=7), row_id=12)
    asked = [
        Search(rpps=RPPS),
        Search(number=NUMBER),
        Search(changed_from=NOW, after=place, count=20),
        Search(count=1),
    ]
    for one in asked:
        assert read_search(parse_qsl(search.query_of(one, TERMS)), TERMS) == one


def test_a_holder_is_told_as_the_register_tells_them():
    told = practitioner(holder(), TERMS)

    assert told["active"] is True
    assert told["name"] == [{"use": "official", "text": "Maëlys Tama’ehu"}]
    assert [(one["system"], one["value"]) for one in told["identifier"]] == [(RPPS_SYSTEM, RPPS), (OURS, NUMBER)]
    [qualification] = told["qualification"]
    assert qualification["period"] == {"start": "2026-11-23", "end": "2029-11-22"}
    assert qualification["code"]["coding"][0]["code"] == "numericite"
    assert qualification["issuer"]["display"] == ORGANISATION
    said = {one["url"].rpartition("/")[2]: one for one in qualification["extension"]}
    assert said["label-status"]["valueCode"] == "active"
    assert said["label-verification"]["valueUrl"] == f"{ORIGIN}/registre/{NUMBER}"
    assert said["label-credential"]["valueUrl"] == f"{ORIGIN}/credentials/{REFERENCE}"
    assert set(said) == set(definitions.EXTENSIONS)
    assert told["meta"]["tag"][0]["display"].startswith("Working proposal")
    assert "profile" not in told["meta"]


def test_a_suspended_label_keeps_its_row_and_no_reason():
    told = practitioner(holder(label(status=LabelStatus.SUSPENDED, credential_url=None)), TERMS)

    [qualification] = told["qualification"]
    said = [one for one in qualification["extension"] if one["url"].endswith("/label-status")]
    assert said == [{"url": f"{BASE}/StructureDefinition/label-status", "valueCode": "suspended"}]
    assert "reason" not in text_of(told)
    assert not [one for one in qualification["extension"] if one["url"].endswith("/label-credential")]


def test_somebody_without_rpps_has_the_number_of_the_label_only():
    told = practitioner(holder(label(profession=None, since=None), rpps=None), TERMS)

    assert [one["system"] for one in told["identifier"]] == [OURS]
    assert {one["url"].rpartition("/")[2] for one in told["qualification"][0]["extension"]} == {
        "label-status",
        "label-rules-version",
        "label-verification",
        "label-credential",
    }


def test_whoever_left_leaves_an_id_and_nothing_else():
    told = practitioner(gone(), TERMS)

    assert told == {
        "resourceType": "Practitioner",
        "id": REFERENCE,
        "meta": {
            "lastUpdated": "2026-11-23T10:42:00.000Z",
            "tag": told["meta"]["tag"],
        },
        "active": False,
    }


def test_a_demonstration_says_that_its_data_stand_for_nobody():
    shown = practitioner(holder(), Terms(origin=ORIGIN, organisation=ORGANISATION, is_demonstration=True))

    assert shown["meta"]["security"][0]["code"] == "HTEST"


@pytest.mark.parametrize(
    "wrong", [{"name": None}, {"changed_at": NOW.replace(tzinfo=None)}], ids=["labels of nobody", "a naive moment"]
)
def test_a_holder_that_cannot_be(wrong):
    with pytest.raises(ValueError, match="naive"):
        holder(**wrong)


def test_the_tag_changes_with_what_is_told_and_only_then():
    paused = holder(label(status=LabelStatus.DORMANT))

    assert etag(holder(), TERMS) == etag(holder(), TERMS) != etag(paused, TERMS)
    assert digest(holder()) == digest(holder(changed_at=NOW + timedelta(days=1))) != digest(paused)
    assert digest(holder()) != digest(gone())


def test_a_bundle_leads_to_the_next_page_and_says_how_many_where_it_knows():
    page = bundle.searchset([holder()], TERMS, self_query="a=1", next_query="a=1&_after=x", total=None, at=NOW)
    last = bundle.searchset([], TERMS, self_query="a=1", next_query=None, total=0, at=NOW)

    assert page["link"] == [
        {"relation": "self", "url": f"{BASE}/Practitioner?a=1"},
        {"relation": "next", "url": f"{BASE}/Practitioner?a=1&_after=x"},
    ]
    assert page["entry"][0]["fullUrl"] == f"{BASE}/Practitioner/{REFERENCE}"
    assert "total" not in page
    assert last["total"] == 0
    assert "entry" not in last


def test_the_capability_statement_names_exactly_what_is_understood():
    [rest] = capability.capability_statement(TERMS)["rest"]
    [one] = [resource for resource in rest["resource"] if resource["type"] == "Practitioner"]

    named = {parameter["name"] for parameter in one["searchParam"]}
    assert named | {"_count", "_after", "_format"} == set(search.SEARCH_PARAMETERS)
    assert {interaction["code"] for interaction in one["interaction"]} == {"read", "search-type"}


def test_every_extension_and_every_code_has_a_definition():
    found = definitions.definitions(TERMS)
    statuses = {one["code"] for one in found["CodeSystem", "label-status"]["concept"]}

    assert {name for kind, name in found if kind == "StructureDefinition"} == set(definitions.EXTENSIONS)
    assert statuses == {status.value for status in LabelStatus}
    assert found["NamingSystem", "label-number"]["uniqueId"][0]["value"] == OURS
    assert {TERMS.label_system, TERMS.status_system, TERMS.notice_system} == {
        one["url"] for (kind, _name), one in found.items() if kind == "CodeSystem"
    }


def test_the_status_of_the_moment_is_signed_and_says_no_more():
    ring = key_ring()

    made = attestation.verification_result(holder(), TERMS, ring=ring, now=NOW)

    signature = made["validator"][0]["attestationSignature"]
    token = base64.b64decode(signature["data"]).decode()
    record = read_record(token, ring, record_type=RecordType.LABEL_STATUS)
    assert signature["sigFormat"] == "application/jose"
    assert record["labels"] == [
        {"number": NUMBER, "status": "active", "awarded_on": "2026-11-23", "ends_on": "2029-11-22"}
    ]
    assert record["sub"] == f"{BASE}/Practitioner/{REFERENCE}"
    assert record["exp"] - record["iat"] == TTL.total_seconds()
    assert made["target"] == [{"reference": f"Practitioner/{REFERENCE}"}]
    assert open_badge.read(token, token_type="label-status+jwt").claims == record
    assert "Tama" not in json.dumps(record)
