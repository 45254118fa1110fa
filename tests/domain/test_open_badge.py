"""The signed token: standard, stable, and free of what does not belong in it."""

import json
from pathlib import Path

import jsonschema
import jwt
import pytest

from certificates.claims import to_claims
from certificates.errors import NoActiveKeyError, UnacceptableNameError
from certificates.keys import KeyState
from certificates.open_badge import issue, read
from certificates.verification import verify_signature
from tests.builders import NOW, ORIGIN, credential, issuer, key_ring, pdf_key, supervised, token_key
from tests.vectors.make_credentials import CREDENTIALS, FOLDER, tokens

SCHEMAS = Path(__file__).parent.parent / "vectors" / "schemas"
FROZEN = sorted(FOLDER.glob("*.jwt"))

NOT_SIGNED = {
    "a name with a title": (credential(holder_name="Dr Martin"), UnacceptableNameError),
    "a name with an address": (credential(holder_name="contact@exemple.fr"), UnacceptableNameError),
    "a credential of another site": (
        credential(credential_id="https://example.com/credentials/6f1c2a9e-3b7d-4c58-9a10-2f4e8d5b7c61"),
        ValueError,
    ),
}


@pytest.fixture(scope="module")
def schema():
    document = json.loads((SCHEMAS / "ob_v3p0_achievementcredential_schema.json").read_text())
    return jsonschema.Draft201909Validator(document, format_checker=jsonschema.Draft201909Validator.FORMAT_CHECKER)


@pytest.fixture(scope="module")
def terms():
    """Every term that the three published contexts define, at any depth."""
    found = set()

    def gather(context):
        for part in context if isinstance(context, list) else [context]:
            if isinstance(part, dict):
                found.update(part)
                for definition in part.values():
                    gather(definition.get("@context") if isinstance(definition, dict) else None)

    for name in ("credentials-v2.jsonld", "ob-v3p0-context-3.0.3.json", "ob-v3p0-extensions.json"):
        gather(json.loads((SCHEMAS / name).read_text())["@context"])
    return found


def names(value):
    """Every member name and type used, at any depth."""
    if isinstance(value, list):
        return {name for inner in value for name in names(inner)}
    if not isinstance(value, dict):
        return set()
    types = value.get("type", [])
    return (
        {name for inner in value.values() for name in names(inner)}
        | set(value)
        | {*([types] if isinstance(types, str) else types)}
    )


@pytest.mark.parametrize(("stated", "error"), NOT_SIGNED.values(), ids=NOT_SIGNED)
def test_does_not_sign(stated, error):
    with pytest.raises(error):
        issue(stated, issuer=issuer(), ring=key_ring())


@pytest.mark.parametrize("state", [KeyState.NEXT, KeyState.RETIRED, KeyState.COMPROMISED])
def test_signs_with_an_active_key_only(state):
    ring = key_ring(token_key(state=state), pdf_key())

    with pytest.raises(NoActiveKeyError):
        issue(credential(), issuer=issuer(), ring=ring)


@pytest.mark.parametrize("stated", CREDENTIALS.values(), ids=CREDENTIALS)
def test_fits_the_published_schema(stated, schema):
    assert [error.message for error in schema.iter_errors(to_claims(stated, issuer()))] == []


def test_the_published_schema_is_not_blind(schema):
    claims = to_claims(credential(), issuer())
    claims["credentialStatus"] = [claims["credentialStatus"]]
    del claims["credentialSubject"]["achievement"]["criteria"]

    assert len(list(schema.iter_errors(claims))) == 2


@pytest.mark.parametrize("stated", CREDENTIALS.values(), ids=CREDENTIALS)
def test_uses_only_terms_that_the_contexts_define(stated, terms):
    assert names(to_claims(stated, issuer())) - {"@context"} <= terms


def test_any_library_reads_it_with_the_published_key():
    key = jwt.PyJWK(key_ring().jwks()["keys"][0])
    token = issue(supervised(), issuer=issuer(), ring=key_ring())

    claims = jwt.decode(
        token, key=key, algorithms=["ES256"], issuer=ORIGIN, options={"verify_exp": False, "verify_nbf": False}
    )

    assert claims["credentialSubject"]["achievement"]["name"].startswith("Certificat : ")


def test_the_jwt_claims_repeat_the_credential():
    stated = supervised()

    claims = read(issue(stated, issuer=issuer(), ring=key_ring())).claims

    assert (claims["iss"], claims["jti"]) == (claims["issuer"]["id"], claims["id"])
    assert claims["sub"] == claims["credentialSubject"]["id"] == f"{stated.credential_id}#holder"
    assert (claims["nbf"], claims["exp"]) == (int(NOW.timestamp()), int(stated.valid_until.timestamp()))
    assert "vc" not in claims


def test_without_an_end_there_is_no_exp():
    claims = read(issue(credential(), issuer=issuer(), ring=key_ring())).claims

    assert not {"exp", "validUntil"} & claims.keys()


def test_the_header_is_closed():
    token = issue(credential(), issuer=issuer(), ring=key_ring())

    assert jwt.get_unverified_header(token) == {
        "alg": "ES256",
        "kid": f"{ORIGIN}/keys/{token_key().kid}",
        "typ": "JWT",
    }


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        (credential(), "Démonstration, sans valeur. Attestation de résultat, test non surveillé : "),
        (credential(assurance="A2", demonstration=False), "Attestation de résultat, test surveillé : "),
        (credential(language="en", demonstration=False), "Statement of result, unsupervised test: "),
        (supervised(), "Certificat : "),
        (supervised(language="en"), "Certificate: "),
    ],
    ids=["demonstration", "supervised statement", "statement in English", "certificate", "certificate in English"],
)
def test_is_called_what_it_is(stated, words):
    assert to_claims(stated, issuer())["name"].startswith(words)


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        (credential(), "Niveau établi : au moins L2 (probabilité 94 %)."),
        (credential(level=None), "Aucun niveau n’est établi."),
        (credential(level_probability=0.9999), "Niveau établi : au moins L2 (probabilité 99 %)."),
        (credential(language="en"), "Level established: at least L2 (probability 94%)."),
    ],
    ids=["a level", "no level", "never rounded up", "in English"],
)
def test_says_what_was_established(stated, words):
    assert to_claims(stated, issuer())["description"] == words


@pytest.mark.parametrize(
    ("stated", "words"),
    [(credential(), "Le nom est déclaré, il n’a pas été vérifié."), (supervised(), "Le nom a été vérifié.")],
    ids=["declared", "verified"],
)
def test_says_whether_the_name_was_verified(stated, words):
    assert to_claims(stated, issuer())["credentialSubject"]["narrative"] == words


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        (credential(), ("non surveillé", "27 questions", "provisoire")),
        (supervised(), ("surveillé dans un lieu agréé", "27 questions", "calibrée")),
        (supervised(language="en"), ("supervised", "27 items", "Calibrated")),
    ],
    ids=["unsupervised", "supervised", "in English"],
)
def test_says_how_it_was_measured(stated, words):
    narrative = to_claims(stated, issuer())["evidence"][0]["narrative"]

    assert [word for word in words if word not in narrative] == []


def test_the_same_statement_gives_the_same_bytes_for_ever():
    frozen = {path.stem: path.read_text(encoding="ascii") for path in FROZEN}

    assert {name: frozen.get(name) for name in tokens()} == tokens()


@pytest.mark.parametrize("path", FROZEN, ids=lambda path: path.stem)
def test_what_was_ever_signed_is_still_read(path):
    stated = verify_signature(path.read_text(encoding="ascii"), key_ring())

    assert stated == CREDENTIALS.get(path.stem, stated)
