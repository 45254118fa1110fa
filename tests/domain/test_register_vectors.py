"""What the register signed for others is read for ever, and the same answer gives the same bytes."""

import json

from certificates.open_badge import payload_of
from certificates.records import RecordType, read_record
from certificates.status_event import read_event
from tests.builders import ORIGIN, key_ring
from tests.domain.fhir_builders import NUMBER
from tests.vectors.make_register import AUDIENCE, FOLDER, tokens

FROZEN = {path.stem: path.read_text(encoding="ascii") for path in sorted(FOLDER.glob("*.jwt"))}


def test_the_same_answer_gives_the_same_bytes():
    assert {name: FROZEN.get(name) for name in tokens()} == tokens()


def test_a_frozen_status_is_still_read():
    record = read_record(FROZEN["label-status-1"], key_ring(), record_type=RecordType.LABEL_STATUS)

    assert [(one["number"], one["status"]) for one in record["labels"]] == [(NUMBER, "active")]


def test_a_frozen_event_is_still_read_and_has_the_members_that_rfc_8417_asks_for():
    token = FROZEN["status-event-1"]
    claims = json.loads(payload_of(token))

    assert read_event(token, key_ring(), origin=ORIGIN, audience=AUDIENCE)["status"] == "suspended"
    assert set(claims) == {"iss", "iat", "jti", "aud", "sub_id", "events"}
    assert claims["sub_id"]["format"] == "uri"
