"""Checkpoints: what passes for one, and what does not."""

import base64
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from certificates.checkpoint import TreeHead, _identifier, log_origin, read_checkpoint, sign_checkpoint, verifier_keys
from certificates.errors import (
    MalformedCheckpointError,
    NoActiveKeyError,
    TransparencyError,
    UntrustedCheckpointError,
)
from certificates.keys import KeyFamily, KeyState, declare_compromised, rotate
from tests.builders import NOW, ORIGIN, key_ring, log_key, pdf_key, token_key

RING = key_ring()
HEAD = TreeHead(size=1042, root=bytes(range(32)))
GOOD = sign_checkpoint(HEAD, site=ORIGIN, ring=RING)
BODY, SIGNED = GOOD.split("\n\n")
ORIGIN_LINE, SIZE, ROOT = BODY.split("\n")
STRANGER = key_ring(token_key(), pdf_key(), log_key(9))
WITNESS = f"— witness.example {base64.b64encode(bytes(68)).decode()}\n"


def note(*, origin=ORIGIN_LINE, size=SIZE, root=ROOT, rest="", signed=SIGNED):
    return f"{origin}\n{size}\n{root}\n{rest}\n{signed}"


def flipped(text):
    data = bytearray(base64.b64decode(text.split(" ")[2]))
    data[-1] ^= 1
    return " ".join([*text.split(" ")[:2], base64.b64encode(data).decode() + "\n"])


REFUSED = {
    "nothing": ("", MalformedCheckpointError),
    "no signature": (f"{BODY}\n", MalformedCheckpointError),
    "no blank line": (GOOD.replace("\n\n", "\n"), MalformedCheckpointError),
    "no end of line": (GOOD.removesuffix("\n"), MalformedCheckpointError),
    "two lines": (f"{ORIGIN_LINE}\n{SIZE}\n\n{SIGNED}", MalformedCheckpointError),
    "an empty line inside": (note(rest="\nmore\n"), MalformedCheckpointError),
    "a control character": (note(rest="bell\a\n"), MalformedCheckpointError),
    "a carriage return": (GOOD.replace("\n", "\r\n"), MalformedCheckpointError),
    "a size with a zero before it": (note(size="01042"), MalformedCheckpointError),
    "a negative size": (note(size="-1"), MalformedCheckpointError),
    "a size beyond all": (note(size="9" * 19), MalformedCheckpointError),
    "a root that is not base64": (note(root="(" + ROOT[1:]), MalformedCheckpointError),
    "a root written otherwise": (note(root=ROOT[:-2] + "9="), MalformedCheckpointError),
    "a root of another length": (note(root="AAAA"), MalformedCheckpointError),
    "another dash": (GOOD.replace("—", "-"), MalformedCheckpointError),
    "a signature that is not base64": (note(signed=f"— {ORIGIN_LINE} A\n"), MalformedCheckpointError),
    "larger than any": (note(rest="x" * 100_000 + "\n"), MalformedCheckpointError),
    "another size": (note(size="1043"), UntrustedCheckpointError),
    "another root": (note(root=base64.b64encode(bytes(32)).decode()), UntrustedCheckpointError),
    "a line more": (note(rest="more\n"), UntrustedCheckpointError),
    "another log": (note(origin="other.example/log"), UntrustedCheckpointError),
    "another signature": (note(signed=flipped(SIGNED)), UntrustedCheckpointError),
    "a good signature beside a bad one": (note(signed=SIGNED + flipped(SIGNED)), UntrustedCheckpointError),
    "a witness alone": (note(signed=WITNESS), UntrustedCheckpointError),
    "a stranger": (sign_checkpoint(HEAD, site=ORIGIN, ring=STRANGER), UntrustedCheckpointError),
    "a key under another name": (note(signed=SIGNED.replace(ORIGIN_LINE, "other.example")), UntrustedCheckpointError),
}


@pytest.mark.parametrize(("text", "error"), REFUSED.values(), ids=REFUSED)
def test_refused(text, error):
    with pytest.raises(TransparencyError) as caught:
        read_checkpoint(text, site=ORIGIN, ring=RING)

    assert caught.type is error


def test_is_read_again():
    assert read_checkpoint(GOOD, site=ORIGIN, ring=RING) == HEAD


def test_a_witness_beside_us_changes_nothing():
    assert read_checkpoint(GOOD + WITNESS, site=ORIGIN, ring=RING) == HEAD


def test_lines_of_the_future_are_signed_with_the_others():
    key = RING.active(KeyFamily.LOG)
    text = f"{BODY}\nmore\n"
    signature = base64.b64decode(SIGNED.split(" ")[2])[:4] + key.private_key.sign(text.encode())

    written = f"{text}\n— {ORIGIN_LINE} {base64.b64encode(signature).decode()}\n"

    assert read_checkpoint(written, site=ORIGIN, ring=RING) == HEAD


def test_needs_a_key():
    with pytest.raises(NoActiveKeyError):
        sign_checkpoint(HEAD, site=ORIGIN, ring=key_ring(token_key(), pdf_key()))


def test_the_form_is_that_of_the_standard():
    assert log_origin("https://numericite.example") == "numericite.example/log"
    assert BODY.split("\n") == ["numericite.example/log", "1042", base64.b64encode(HEAD.root).decode()]
    assert SIGNED.startswith("— numericite.example/log ")
    [key] = verifier_keys(ORIGIN, RING)
    name, identifier, public = key.split("+", 2)
    assert name == ORIGIN_LINE
    assert base64.b64decode(SIGNED.split(" ")[2])[:4].hex() == identifier
    assert base64.b64decode(public)[0] == 1


class TestLifeOfTheKey:
    GROWN = replace(RING, keys=(*RING.keys, log_key(5, KeyState.NEXT)))

    def test_a_retired_key_is_still_believed(self):
        rotated = rotate(self.GROWN, KeyFamily.LOG, now=NOW)

        assert read_checkpoint(GOOD, site=ORIGIN, ring=rotated) == HEAD
        assert len(verifier_keys(ORIGIN, rotated)) == 2

    def test_a_compromised_one_is_not(self):
        declared = declare_compromised(self.GROWN, RING.active(KeyFamily.LOG).kid, since=NOW)

        with pytest.raises(UntrustedCheckpointError):
            read_checkpoint(GOOD, site=ORIGIN, ring=declared)
        assert len(verifier_keys(ORIGIN, declared)) == 1


def test_the_short_root_is_read_by_eye():
    assert HEAD.short_root == "0001 0203 0405 0607"


def test_the_note_that_the_go_implementation_documents_is_signed_as_ours_are():
    """golang.org/x/mod/sumdb/note, the example of its documentation."""
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    line = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    key = base64.b64decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    public = Ed25519PublicKey.from_public_bytes(key[1:])

    signature = base64.b64decode(line)

    assert _identifier("PeterNeumann", public) == signature[:4] == bytes.fromhex("c74f20a3")
    public.verify(signature[4:], text.encode())
