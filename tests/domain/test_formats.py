"""Every open format of one statement, frozen: the same bytes for ever, and all of them agree."""

import json

import pytest

from certificates import baking, compact, data_integrity, status_check, verification
from tests.builders import NOW, ORIGIN, key_ring
from tests.vectors.make_credentials import CREDENTIALS
from tests.vectors.make_credentials import FOLDER as TOKENS
from tests.vectors.make_formats import FOLDER, POSITIONS, artefacts

RING = key_ring()
FROZEN = {path.name: path.read_bytes() for path in sorted(FOLDER.iterdir())}


def test_the_same_statement_gives_the_same_bytes_for_ever():
    made = artefacts()

    assert [name for name, data in made.items() if FROZEN.get(name) != data] == []


@pytest.mark.parametrize("name", [name for name in FROZEN if name.startswith("schema-") and name.endswith(".json")])
def test_every_twin_ever_made_is_still_read(name):
    stem = name.removesuffix(".json")

    stated = data_integrity.verify_signature(FROZEN[name].decode(), RING)

    assert stated == verification.verify_signature((TOKENS / f"{stem}.jwt").read_text(), RING)
    assert stated == CREDENTIALS.get(stem, stated)


@pytest.mark.parametrize("name", [name for name in FROZEN if name.endswith(".cose")])
def test_every_compact_form_ever_made_is_still_read(name):
    found = compact.read_compact(FROZEN[name], RING)

    assert found == compact.stated(CREDENTIALS[name.removesuffix(".cose")])


@pytest.mark.parametrize("name", ["badge.png", "badge.svg"])
def test_every_badge_ever_baked_still_bears_its_token(name):
    token = baking.token_in_image(FROZEN[name])

    assert verification.verify_signature(token, RING) == CREDENTIALS["schema-1-statement-fr"]


def test_both_lists_hold_the_same_bits():
    token = status_check.read_token(FROZEN["status.jwt"].decode(), RING)
    document = status_check.read_document(FROZEN["status.json"].decode(), RING, origin=ORIGIN)

    assert token.encoded == document.encoded
    for position in (*POSITIONS, 1, 94_568):
        told = {
            status_check.standing(
                {
                    "statusListCredential": one.url,
                    "statusPurpose": "revocation",
                    "statusListIndex": str(position),
                },
                lambda one=one: one,
                issuer=one.issuer,
                at=NOW,
            )
            for one in (token, document)
        }
        assert told == {"set" if position in POSITIONS else "clear"}


def test_the_did_document_lists_the_key_of_every_twin():
    methods = json.loads(FROZEN["did.json"])["assertionMethod"]
    twins = [json.loads(data) for name, data in FROZEN.items() if name.startswith("schema-") and name.endswith("json")]

    assert {one["proof"][0]["verificationMethod"] for one in twins} <= set(methods)
