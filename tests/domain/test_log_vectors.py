"""The frozen log: what was published once can be checked for ever, and is written again byte for byte."""

import hashlib
import json

import pytest

from certificates import open_badge
from certificates.checkpoint import read_checkpoint
from certificates.receipt import read_receipt
from certificates.transparency import Event, Leaf, check_consistency, check_inclusion, commitment, leaf_hash, node_hash
from tests.builders import NOW, ORIGIN, credential, key_ring
from tests.vectors import make_credentials
from tests.vectors.make_log import FOLDER, files

LINES = (FOLDER / "leaves.jsonl").read_bytes().splitlines()
HEAD = read_checkpoint((FOLDER / "checkpoint.txt").read_text(encoding="utf-8"), site=ORIGIN, ring=key_ring())
RECEIPT = read_receipt((FOLDER / "receipt.jwt").read_text(), key_ring())


def hashes(name):
    return [bytes.fromhex(one) for one in json.loads((FOLDER / name).read_text())]


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.iterdir()))
def test_is_written_again_byte_for_byte(name):
    assert files()[name].encode() == (FOLDER / name).read_bytes()


def test_the_leaf_of_the_frozen_credential_is_in_the_frozen_log():
    token = (make_credentials.FOLDER / "schema-1-statement-fr.jwt").read_text()
    stated = open_badge.read(token).claims["id"]
    payload = hashlib.sha256(open_badge.payload_of(token).encode()).digest()
    said = json.loads(LINES[RECEIPT.leaf.index])

    assert said["commitment"] == commitment(salt=RECEIPT.leaf.salt, credential_id=stated, payload_sha256=payload)
    assert Leaf(**{**said, "event": Event(said["event"]), "at": NOW}).canonical() == LINES[2]
    check_inclusion(leaf_hash(LINES[2]), index=2, size=5, proof=hashes("inclusion-2-5.json"), root=HEAD.root)


def test_the_receipt_bears_the_head_that_the_checkpoint_proves():
    assert RECEIPT.head == HEAD
    assert RECEIPT.credential_id == credential().credential_id


def test_its_history_is_one():
    first = [leaf_hash(line) for line in LINES[:3]]

    check_consistency(
        first=3,
        first_root=node_hash(node_hash(first[0], first[1]), first[2]),
        second=5,
        second_root=HEAD.root,
        proof=hashes("consistency-3-5.json"),
    )
