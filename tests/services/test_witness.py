"""`scripts/witness.py`: what somebody outside keeps of the log, and the ways in which a log may contradict it."""

import importlib.util
import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.serving import make_server

from app.database import current_session
from app.transparency import services as log
from certificates.checkpoint import TreeHead, sign_checkpoint, verifier_keys
from certificates.transparency import Event
from tests.builders import NOW, key_ring, log_key, pdf_key, token_key

SCRIPT = Path(__file__).resolve().parent.parent.parent / "scripts" / "witness.py"
SPEC = importlib.util.spec_from_file_location("witness", SCRIPT)
witness = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(witness)

SITE = "https://numericite.example"
RING = key_ring()
OTHER_RING = key_ring(token_key(), pdf_key(), log_key(9))


@pytest.fixture
def append(app):
    """Append leaves to the log of the application."""

    def put(count, *, first=0):
        with app.app_context():
            db = current_session()
            for number in range(first, first + count):
                log.append(db, event=Event.ISSUE, commitment=f"{number:064x}", kid=token_key().kid, now=NOW)
            db.commit()

    return put


@pytest.fixture
def site(app, monkeypatch):
    """The log as the application answers it, under the address of the site."""
    client = app.test_client()
    ring, public_url = app.extensions["numericite.resources"].ring, "http://127.0.0.1:8000"
    lies = {}

    def get(url):
        path = url.removeprefix(public_url)
        if path in lies:
            return lies[path]
        answer = client.get(path)
        if answer.status_code != 200:
            raise witness.LearntNothingError(path)
        return answer.get_data(as_text=True)

    monkeypatch.setattr(witness, "_get", get)
    return public_url, ring, lies


def kept(folder):
    return {path.name: path.read_text() for path in folder.iterdir() if not path.name.startswith("conflict")}


def head_of(app):
    with app.app_context():
        return log.head(current_session())


class TestContradictions:
    @pytest.fixture
    def contradicted(self, append, site, tmp_path):
        """Watch once, then again with a lie; what was kept must stay."""
        public_url, ring, lies = site
        append(5)
        witness.watch(public_url, tmp_path)
        before = kept(tmp_path)

        def lie(text, *, proof=None):
            lies["/log/checkpoint"] = text
            if proof is not None:
                lies["/log/proof/consistency?from=5&to=7"] = proof
            with pytest.raises((witness.ContradictionError, witness.LearntNothingError)) as caught:
                witness.watch(public_url, tmp_path)
            assert kept(tmp_path) == before
            return caught

        return lie, ring, public_url, tmp_path

    @pytest.mark.parametrize(
        ("head", "told"),
        [
            (TreeHead(size=4, root=bytes(32)), "leaves are gone"),
            (TreeHead(size=5, root=bytes(32)), "two things to two people"),
            (TreeHead(size=0, root=bytes(32)), "leaves are gone"),
        ],
        ids=["a shorter log", "another root over as many leaves", "an empty log"],
    )
    def test_another_past_is_a_contradiction_and_its_proof_is_kept(self, contradicted, head, told):
        lie, ring, public_url, folder = contradicted
        text = sign_checkpoint(head, site=public_url, ring=ring)

        caught = lie(text)

        assert caught.type is witness.ContradictionError
        assert told in str(caught.value)
        [conflict] = folder.glob("conflict-*.txt")
        assert conflict.read_text() == text

    @pytest.mark.parametrize("proof", [[], ["00" * 32], ["00" * 32] * 3, ["00" * 32] * 9])
    def test_a_log_that_does_not_begin_with_what_was_kept(self, contradicted, proof):
        lie, ring, public_url, _folder = contradicted
        forged = sign_checkpoint(TreeHead(size=7, root=bytes(32)), site=public_url, ring=ring)

        caught = lie(forged, proof=json.dumps({"proof": proof}))

        assert caught.type is witness.ContradictionError
        assert "does not begin with" in str(caught.value)

    def test_a_key_that_was_not_trusted_first(self, contradicted):
        lie, _ring, public_url, _folder = contradicted

        caught = lie(sign_checkpoint(TreeHead(size=7, root=bytes(32)), site=public_url, ring=OTHER_RING))

        assert caught.type is witness.ContradictionError
        assert "no key that was trusted first" in str(caught.value)

    @pytest.mark.parametrize("text", ["", "hello", "a\nb\nc\n\n— a b\n", "127.0.0.1:8000/log\n07\nAA==\n\n— x AA==\n"])
    def test_a_broken_answer_teaches_nothing(self, contradicted, text):
        assert contradicted[0](text).type is witness.LearntNothingError

    @pytest.mark.parametrize("proof", ["", "[]", "{}", '{"proof": 7}', '{"proof": ["zz"]}'])
    def test_a_broken_proof_teaches_nothing(self, contradicted, proof):
        lie, ring, public_url, _folder = contradicted
        forged = sign_checkpoint(TreeHead(size=7, root=bytes(32)), site=public_url, ring=ring)

        assert lie(forged, proof=proof).type is witness.LearntNothingError

    def test_a_checkpoint_that_somebody_else_kept_of_another_log(self, append, site, tmp_path):
        public_url, ring, _lies = site
        append(5)
        (tmp_path / "theirs.txt").write_text(
            sign_checkpoint(TreeHead(size=3, root=bytes(32)), site=public_url, ring=ring)
        )

        with pytest.raises(witness.ContradictionError, match="does not begin with the 3"):
            witness.watch(public_url, tmp_path / "mine", tmp_path / "theirs.txt")

        assert not (tmp_path / "mine" / "checkpoint.txt").exists()

    def test_no_key_no_trust(self):
        for text in ("", "x", "numericite.example/log+00000000+AQ==", "other/log+00000000+AQ=="):
            with pytest.raises(witness.LearntNothingError):
                witness.read_keys(text, origin="numericite.example/log")


class TestWatching:
    def test_every_size_continues_every_former_one(self, app, append, site, tmp_path):
        public_url = site[0]
        for size in range(1, 18):
            append(1, first=size)
            assert witness.watch(public_url, tmp_path).endswith(head_of(app).root.hex())
        for size in (1, 2, 3, 7, 8, 16):
            with app.app_context():
                theirs = sign_checkpoint(log.head_at(current_session(), size=size), site=public_url, ring=site[1])
            (tmp_path / "theirs.txt").write_text(theirs)
            witness.watch(public_url, tmp_path, tmp_path / "theirs.txt")

        assert len((tmp_path / "heads.txt").read_text().splitlines()) == 17 + 6

    def test_one_that_begins_empty_goes_on(self, append, site, tmp_path):
        assert " 0 " in witness.watch(site[0], tmp_path)
        append(3)

        assert " 3 " in witness.watch(site[0], tmp_path)

    def test_as_a_stranger_runs_it_against_a_server(self, app, append, tmp_path):
        """The file alone, without our packages; keys are named by the public address, so the server stands in its place."""
        append(6)
        try:
            server = make_server("127.0.0.1", 8000, app, threaded=True)
        except (OSError, SystemExit):
            pytest.skip("something else answers at the public address of the tests")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        words = [sys.executable, "-I", "-S", str(SCRIPT), "http://127.0.0.1:8000", str(tmp_path)]
        try:
            first = subprocess.run(words, capture_output=True, text=True, check=False)
            append(5, first=6)
            second = subprocess.run(words, capture_output=True, text=True, check=False)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
        away = subprocess.run(words, capture_output=True, text=True, check=False)
        wrong = subprocess.run([*words[:4], "ftp://x", str(tmp_path)], capture_output=True, text=True, check=False)

        assert [one.returncode for one in (first, second, away, wrong)] == [0, 0, 1, 1], second.stderr
        assert " 6 " in first.stdout
        assert " 11 " in second.stdout
        assert "Nothing learnt" in away.stderr


class TestSignatures:
    @given(st.binary(min_size=32, max_size=32), st.binary(max_size=80), st.integers(0, 511))
    def test_what_we_sign_is_believed_and_one_bit_more_is_not(self, seed, message, bit):
        private = Ed25519PrivateKey.from_private_bytes(seed)
        key = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        signature = private.sign(message)
        flipped = bytearray(signature)
        flipped[bit // 8] ^= 1 << bit % 8

        assert witness.verifies(key, signature, message)
        assert not witness.verifies(key, bytes(flipped), message)
        assert not witness.verifies(key, signature, message + b"x")
        assert not witness.verifies(key, signature[:-1], message)

    def test_a_scalar_beyond_the_order_is_refused(self):
        private = Ed25519PrivateKey.from_private_bytes(bytes(32))
        key = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        signature = private.sign(b"x")
        more = int.from_bytes(signature[32:], "little") + witness._ORDER

        assert not witness.verifies(key, signature[:32] + more.to_bytes(32, "little"), b"x")

    def test_our_own_keys_and_checkpoints_are_read(self):
        keys = witness.read_keys("\n".join(verifier_keys(SITE, RING)), origin="numericite.example/log")
        head = TreeHead(size=7, root=bytes(range(32)))

        text = sign_checkpoint(head, site=SITE, ring=RING)

        assert witness.read(text, origin="numericite.example/log", keys=keys) == (head.size, head.root)
