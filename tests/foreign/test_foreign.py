"""Libraries that we did not write read what our pages serve: jose, @digitalbazaar/vc, and the DCC's verifier-core.

They are installed once from the lock in this folder into the virtual environment's directory. They fetch nothing: the
contexts are those that we ship, everything else is what the application answers at that address.
"""

import json
import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from app.certification.models import Certificate
from app.database import current_session
from certificates.linked_data import FILES
from certificates.linked_data import FOLDER as CONTEXTS
from tests.foreign.npm import installed
from tests.services.register_builders import registered

#: What is served does not depend on the database.
pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
HERE = Path(__file__).parent
ROOT = HERE.parent.parent
SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
ORIGIN = "http://127.0.0.1:8000"
DID = "did:web:127.0.0.1%3A8000"
PATH = f"/credentials/{UUID(int=1, version=4)}"


@pytest.fixture(scope="session")
def modules() -> Path:
    """The folder whose node_modules hold the verifiers; installed where they are not yet."""
    return installed(HERE, what="the foreign verifiers")


@pytest.fixture
def issued(app):
    """Put a certificate of the register where its holder's link is open; `row` and `stated` change it."""

    def put(**changes):
        with app.app_context():
            registered(current_session(), app.extensions["numericite.resources"], **changes)
            current_session().commit()

    return put


@pytest.fixture
def verify(app, modules):
    """Give what the application serves now to the verifiers, and return what each says."""

    def run(*, badge=None, token=None, **pages):
        client = app.test_client()
        get = client.get
        did = get("/.well-known/did.json").json
        served = {
            **{url: json.loads((CONTEXTS / name).read_bytes()) for url, name in FILES.items()},
            SCHEMA: json.loads((ROOT / "tests/vectors/schemas" / SCHEMA.rpartition("/")[2]).read_bytes()),
            "jwks": get("/.well-known/jwks.json").json,
            DID: did,
            # The DID method asks for https; the test's server has none.
            "https://127.0.0.1:8000/.well-known/did.json": did,
            **{method["id"]: method for method in did["verificationMethod"]},
            f"{ORIGIN}/status/1": get("/status/1").get_json(force=True),
            f"{ORIGIN}/status/1.jwt": get("/status/1.jwt").text,
        }
        for key in served["jwks"]["keys"]:
            served[f"{ORIGIN}/keys/{key['kid']}"] = get(f"/keys/{key['kid']}").json
        given = {
            "now": (datetime.now(UTC) + timedelta(seconds=1)).isoformat(),
            "pages": {**served, **pages},
            "badge": badge or get(PATH, headers={"Accept": "application/vc+ld+json"}).get_json(force=True),
            "token": token or get(PATH, headers={"Accept": "text/plain"}).text,
        }
        done = subprocess.run(
            ["node", str(HERE / "verify.mjs")],
            input=json.dumps(given),
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "FOREIGN_MODULES": str(modules)},
        )
        return json.loads(done.stdout)

    return run


def twin(app) -> dict:
    return app.test_client().get(PATH, headers={"Accept": "application/vc+ld+json"}).get_json(force=True)


def test_a_changed_name_convinces_nobody(app, issued, verify):
    issued()
    badge = twin(app)
    badge["credentialSubject"]["identifier"][0]["identityHash"] = "Quelqu’un d’autre"

    said = verify(badge=badge)

    assert not said["digitalbazaar"]["verified"]
    assert not said["dcc"].get("valid_signature")


def test_a_proof_for_another_purpose_convinces_nobody(app, issued, verify):
    issued()
    badge = twin(app)
    badge["proof"][0]["proofPurpose"] = "authentication"

    said = verify(badge=badge)

    assert not said["digitalbazaar"]["verified"]
    assert not said["dcc"].get("valid_signature")


def test_a_key_that_we_do_not_publish_convinces_nobody(issued, verify):
    issued()
    nobody = {"@context": "https://www.w3.org/ns/did/v1", "id": DID, "verificationMethod": [], "assertionMethod": []}

    said = verify(**{DID: nobody, "https://127.0.0.1:8000/.well-known/did.json": nobody})

    assert not said["digitalbazaar"]["verified"]
    assert not said["dcc"].get("valid_signature")


def test_a_changed_token_convinces_nobody(app, issued, verify):
    issued()
    token = app.test_client().get(PATH).text

    said = verify(token=token[:-8] + "AAAAAAAA")

    assert not said["jose"]["verified"]


def test_a_revoked_one_is_seen_to_be(app, issued, verify):
    issued()
    client = app.test_client()
    badge, token = twin(app), client.get(PATH).text
    with app.app_context():
        row = current_session().scalars(select(Certificate)).one()
        row.status, row.status_changed_at = "revoked", datetime.now(UTC)
        current_session().commit()

    said = verify(badge=badge, token=token)

    assert said["digitalbazaar"]["status"] is True
    assert said["dcc"]["revocation_status"] is False
    assert said["refused"] == []


def test_all_of_them_read_what_we_publish(issued, verify):
    issued()

    said = verify()

    assert said["refused"] == []
    assert said["jose"]["verified"]
    assert said["jose"]["claims"]["id"] == ORIGIN + PATH
    assert said["jwks"]["verified"]
    assert (said["list"]["verified"], said["list"]["ttl"]) == (True, 300_000)
    assert said["digitalbazaar"] == {"verified": True, "status": False, "errors": [], "statusErrors": []}
    # No registry of issuers knows us: that is true, and the verifier says so.
    assert said["dcc"] == {
        "valid_signature": True,
        "revocation_status": True,
        "expiration": True,
        "registered_issuer": False,
        "schema": [True],
        "errors": [],
    }
