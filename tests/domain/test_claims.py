"""The statement as Open Badges claims, and back."""

import json
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates.claims import from_claims, to_claims
from certificates.credential import AreaResult, Credential
from certificates.errors import MalformedCredentialError
from tests.builders import ORIGIN, credential, issuer, label_credential, supervised

OTHER_ID = f"{ORIGIN}/credentials/0b5c7d1e-92f4-4a36-8d20-5e6f7a8b9c0d"


def changed(path, value, stated=None):
    """Claims of a credential with one value replaced, or removed when it is `...`."""
    claims = json.loads(json.dumps(to_claims(stated or credential(), issuer())))
    *parents, last = path
    target = claims
    for step in parents:
        target = target[step]
    if value is ...:
        del target[last]
    else:
        target[last] = value
    return claims


SUBJECT, ACHIEVEMENT = ("credentialSubject",), ("credentialSubject", "achievement")
EVIDENCE = ("evidence", 0)
FACTS = to_claims(credential(), issuer())["evidence"][0]["description"]

FORGED = {
    "nothing": {},
    "another context": changed(("@context", 2), "https://example.com/context"),
    "a context more": changed(("@context",), [*changed(("id",), "x")["@context"], "https://example.com/more"]),
    "contexts in another order": changed(("@context",), changed(("id",), "x")["@context"][::-1]),
    "another type": changed(("type",), ["VerifiableCredential"]),
    "a proof inside": changed(("proof",), []),
    "a term that we never write": changed(("termsOfUse",), [{"type": "x"}]),
    "no issuer": changed(("issuer",), ...),
    "issuer as an address": changed(("issuer",), ORIGIN),
    "issuer of another site": changed(("issuer", "url"), "https://example.com"),
    "issuer with two identities": changed(("issuer", "id"), "https://example.com"),
    "no identifier": changed(("id",), ...),
    "identifier as a number": changed(("id",), 7),
    "no date": changed(("validFrom",), ...),
    "date in another form": changed(("validFrom",), "2026-11-23T10:42:00+00:00"),
    "date of another zone": changed(("validFrom",), "2026-11-23T11:42:00+01:00"),
    "naive date": changed(("awardedDate",), "2026-11-23T10:42:00"),
    "not a date": changed(("awardedDate",), "yesterday"),
    "date as a number": changed(("awardedDate",), 1),
    "end before the beginning": changed(("validUntil",), "2020-01-01T00:00:00Z"),
    "hour of the sitting": changed((*SUBJECT, "activityEndDate"), "2026-11-22T09:00:00Z"),
    "subject as a list": changed(SUBJECT, []),
    "subject of another credential": changed((*SUBJECT, "id"), f"{OTHER_ID}#holder"),
    "hashed name": changed((*SUBJECT, "identifier", 0, "hashed"), True),
    "hashed as a number": changed((*SUBJECT, "identifier", 0, "hashed"), 0),
    "name of another type": changed((*SUBJECT, "identifier", 0, "identityType"), "emailAddress"),
    "two names": changed((*SUBJECT, "identifier"), changed(("id",), "x")["credentialSubject"]["identifier"] * 2),
    "no name": changed((*SUBJECT, "identifier"), []),
    "name as a number": changed((*SUBJECT, "identifier", 0, "identityHash"), 3),
    "kind unknown": changed((*ACHIEVEMENT, "id"), f"{ORIGIN}/achievements/CIT/diploma"),
    "certificate without supervision": changed((*ACHIEVEMENT, "id"), f"{ORIGIN}/achievements/CIT/certificate"),
    "achievement of another site": changed((*ACHIEVEMENT, "id"), "https://example.com/achievements/CIT/statement"),
    "achievement of another type": changed((*ACHIEVEMENT, "achievementType"), "Certification"),
    "language unknown": changed((*ACHIEVEMENT, "inLanguage"), "de"),
    "no alignment": changed((*ACHIEVEMENT, "alignment"), []),
    "alignment of another framework": changed((*ACHIEVEMENT, "alignment", 1, "targetFramework"), "PRO"),
    "area renamed": changed((*ACHIEVEMENT, "alignment", 1, "targetCode"), "CIT-9"),
    "result missing": changed((*SUBJECT, "result", 2), ...),
    "result of a level unknown": changed((*SUBJECT, "result", 0, "value"), "L7"),
    "result raised": changed((*SUBJECT, "result", 1, "value"), "probability=1.2"),
    "result not written as we write it": changed((*SUBJECT, "result", 1, "value"), "probability=0.94210"),
    "result with more in it": changed((*SUBJECT, "result", 1, "value"), "probability=0.9421; note=x"),
    "result as a number": changed((*SUBJECT, "result", 1, "value"), 0.9421),
    "results twice": changed((*SUBJECT, "result"), changed(("id",), "x")["credentialSubject"]["result"] * 2),
    "evidence elsewhere": changed((*EVIDENCE, "id"), "https://example.com/c/7KQ2M4XR9TBDH5VN"),
    "no evidence": changed(("evidence",), []),
    "no facts": changed((*EVIDENCE, "description"), ""),
    "schema of the future": changed((*EVIDENCE, "description"), FACTS.replace("schema=1", "schema=99")),
    "schema missing": changed((*EVIDENCE, "description"), FACTS.replace("schema=1; ", "")),
    "assurance unknown": changed((*EVIDENCE, "description"), FACTS.replace("A1", "A9")),
    "facts in another order": changed((*EVIDENCE, "description"), "; ".join(FACTS.split("; ")[::-1])),
    "facts with more in them": changed((*EVIDENCE, "description"), FACTS + "; note=x"),
    "a fact of another value": changed((*EVIDENCE, "description"), FACTS.replace("provisional", "perfect")),
    "number of items in letters": changed((*EVIDENCE, "description"), FACTS.replace("27", "many")),
    "number of items in other digits": changed((*EVIDENCE, "description"), FACTS.replace("27", "٢٧")),
    "number of items without end": changed((*EVIDENCE, "description"), FACTS.replace("27", "9" * 5000)),
    "status of another list": changed(("credentialStatus", "statusListCredential"), "https://example.com/status/1.jwt"),
    "status list without number": changed(("credentialStatus", "statusListCredential"), f"{ORIGIN}/status/a.jwt"),
    "status index as a number": changed(("credentialStatus", "statusListIndex"), 94_567),
    "status index out of the list": changed(("credentialStatus", "statusListIndex"), "131072"),
    "status for another purpose": changed(("credentialStatus", "statusPurpose"), "suspension"),
    "two statuses": changed(("credentialStatus",), [{}, {}]),
    "no status": changed(("credentialStatus",), ...),
    "another schema": changed(("credentialSchema", 0, "type"), "JsonSchema"),
    "no schema": changed(("credentialSchema",), ...),
}


@pytest.mark.parametrize("claims", FORGED.values(), ids=FORGED)
def test_claims_refused(claims):
    with pytest.raises(MalformedCredentialError):
        from_claims(claims)


def test_a_credential_is_not_written_by_another_site():
    with pytest.raises(ValueError, match="not an address of"):
        to_claims(credential(), issuer(url="https://example.com"))


def test_sentences_may_be_improved_without_a_new_schema():
    reworded = changed(("name",), "Autre titre")

    assert from_claims(reworded) == credential()


def test_reading_leaves_the_claims_as_they_were():
    claims = to_claims(credential(), issuer())
    before = json.dumps(claims)

    from_claims(claims)

    assert json.dumps(claims) == before


def test_no_address_of_the_holder_is_written():
    written = json.dumps(to_claims(credential(), issuer()))

    assert written.count("@") == len(['"@context"', "the issuer's address"])


PROBABILITIES = st.floats(0, 1)
LEVELS = st.sampled_from(["L1", "L2", "L3", "L4"])
TITLES = st.tuples(*[st.text(st.characters(exclude_categories=["C"]), min_size=1).filter(str.strip)] * 2)
MOMENTS = st.datetimes(datetime(2027, 1, 1), datetime(2090, 1, 1), timezones=st.timezones())  # noqa: DTZ001
RESULTS = st.builds(
    AreaResult,
    area_id=st.from_regex(r"[A-Z][A-Z0-9]{1,8}-[0-9]{1,2}", fullmatch=True),
    title=TITLES,
    level=st.none() | LEVELS,
    probability=PROBABILITIES,
    mean=st.floats(-1e6, 1e6),
    error=st.floats(0, 1e6),
)
VERSIONS = st.from_regex(r"[0-9A-Za-z][0-9A-Za-z.+-]{0,10}", fullmatch=True)
IDS = st.uuids(version=4).map(lambda value: f"{ORIGIN}/credentials/{value}")


@st.composite
def credentials(draw) -> Credential:
    assurance = draw(st.sampled_from(["A1", "A2"]))
    kind = draw(st.sampled_from(["statement", "certificate"])) if assurance == "A2" else "statement"
    level = draw(LEVELS if kind == "certificate" else st.none() | LEVELS)
    begins = draw(MOMENTS)
    identifier = draw(IDS)
    return Credential(
        credential_id=identifier,
        code=draw(st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=16, max_size=16)),
        kind=kind,
        assurance=assurance,
        holder_name=draw(st.text(st.characters(exclude_categories=["C"]), min_size=1).filter(str.strip)),
        name_verified=kind == "certificate" or (assurance == "A2" and draw(st.booleans())),
        framework_code=draw(st.from_regex(r"[A-Z][A-Z0-9]{1,15}", fullmatch=True)),
        framework_version=draw(VERSIONS),
        framework_title=draw(TITLES),
        level=level,
        level_probability=draw(PROBABILITIES),
        areas=tuple(draw(st.lists(RESULTS, min_size=1, max_size=6, unique_by=lambda result: result.area_id))),
        items_answered=draw(st.integers(1, 500)),
        provisional=draw(st.booleans()),
        sat_on=draw(st.dates(date(2026, 1, 1), date(2026, 12, 31))),
        issued_at=draw(MOMENTS),
        valid_from=begins,
        valid_until=draw(st.none() | st.integers(1, 4000).map(lambda days: begins + timedelta(days=days))),
        engine_version=draw(VERSIONS),
        bank_hash=draw(st.from_regex(r"[0-9a-f]{64}", fullmatch=True)),
        status_index=draw(st.integers(0, 131_072 * 5)),
        supersedes=draw(st.none() | IDS.filter(lambda other: other != identifier)),
        demonstration=draw(st.booleans()),
        language=draw(st.sampled_from(["fr", "en"])),
    )


@settings(max_examples=60, deadline=None)
@given(credentials())
def test_nothing_is_lost_between_a_credential_and_its_claims(stated):
    claims = json.loads(json.dumps(to_claims(stated, issuer())))

    assert from_claims(claims) == stated


def test_a_certificate_is_read_back_too():
    stated = supervised(supersedes=OTHER_ID)

    assert from_claims(to_claims(stated, issuer())) == stated


LABEL = label_credential()
FORGED_LABELS = {
    "of the schema of statements": changed(
        (*EVIDENCE, "description"),
        to_claims(LABEL, issuer())["evidence"][0]["description"].replace("schema=2", "schema=1"),
        LABEL,
    ),
    "with another number": changed((*SUBJECT, "licenseNumber"), "2026-00418-U", LABEL),
    "without a number": changed((*SUBJECT, "licenseNumber"), ..., LABEL),
    "with another profession": changed((*SUBJECT, "role"), "druide", LABEL),
    "with results": changed((*SUBJECT, "result"), [], LABEL),
    "of the list of certificates": changed(("credentialStatus", "statusPurpose"), "revocation", LABEL),
    "a statement with a number": changed((*SUBJECT, "licenseNumber"), "2026-00417-U"),
}


@pytest.mark.parametrize("claims", FORGED_LABELS.values(), ids=FORGED_LABELS)
def test_a_label_that_we_would_not_write(claims):
    with pytest.raises(MalformedCredentialError):
        from_claims(claims)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_label_comes_back_whole_and_says_no_score(language):
    label = label_credential(language=language, supersedes=OTHER_ID)
    claims = to_claims(label, issuer())

    assert from_claims(claims) == label
    assert "result" not in claims["credentialSubject"]
    assert "probability" not in json.dumps(claims)
    assert claims["credentialSubject"]["licenseNumber"] == "2026-00417-U"
    assert claims["description"] == (
        "Sage-femme. Numéro 2026-00417-U." if language == "fr" else "Midwife. Number 2026-00417-U."
    )
