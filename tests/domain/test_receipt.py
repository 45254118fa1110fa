"""Receipts: what passes for one, and what does not; and the page that shows it."""

import io
from datetime import datetime, timedelta

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from certificates import open_badge, seal
from certificates.checkpoint import TreeHead
from certificates.errors import (
    AlteredPdfError,
    BadSignatureError,
    CompromisedKeyError,
    MalformedCredentialError,
    UnknownKeyError,
    VerificationError,
)
from certificates.keys import declare_compromised
from certificates.press import Press
from certificates.receipt import VERDICTS, LeafPlace, Receipt, read_receipt, sign_receipt
from certificates.receipt_page import render_html, render_pdf
from certificates.records import RecordType, canonical, sign_record
from certificates.verification import verify
from tests.builders import NOW, ORGANISATION, ORIGIN, credential, issuer, key_ring, log_key, pdf_key, token_key

RING = key_ring()
HEAD = TreeHead(size=1042, root=bytes(range(32)))


def receipt(**overrides):
    """The receipt of a valid statement of an unsupervised test."""
    fields = {
        "verdict": "valid",
        "reason": None,
        "since": None,
        "subject": "code",
        "subject_sha256": "a" * 64,
        "at": NOW,
        "head": HEAD,
        "credential_id": credential().credential_id,
        "assurance": "A1",
        "holder_name": "Maëlys Tama’ehu",
        "leaf": LeafPlace(index=7, salt=b"s" * 32),
    }
    return Receipt(**{**fields, **overrides})


NOTHING = {"credential_id": None, "assurance": None, "holder_name": None, "leaf": None, "verdict": "unknown"}
TOKEN = sign_receipt(receipt(), origin=ORIGIN, ring=RING)
RECORD = open_badge.read(TOKEN, token_type=RecordType.RECEIPT).claims


def changed(**members):
    """A receipt that our key signed, and that we would not have written."""
    record = {**{name: value for name, value in RECORD.items() if name != "iat"}, **members}
    return sign_record(record, record_type=RecordType.RECEIPT, origin=ORIGIN, ring=RING, now=NOW)


def altered(token):
    head, body, signature = token.split(".")
    return f"{head}.{body}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"


def other_type():
    return sign_record({"record": "x"}, record_type=RecordType.CUT_SCORE, origin=ORIGIN, ring=RING, now=NOW)


UNTRUSTED = {
    "not a token": ("a.b.c", MalformedCredentialError),
    "a credential": (open_badge.issue(credential(), issuer=issuer(), ring=RING), MalformedCredentialError),
    "another record": (other_type(), MalformedCredentialError),
    "an unknown key": (
        sign_receipt(receipt(), origin=ORIGIN, ring=key_ring(token_key(9), pdf_key(), log_key())),
        UnknownKeyError,
    ),
    "another signature": (altered(TOKEN), BadSignatureError),
    "a format of the future": (changed(record="receipt/2"), MalformedCredentialError),
    "a member more": (changed(more=1), MalformedCredentialError),
    "a verdict of its own": (changed(verdict="excellent"), MalformedCredentialError),
    "another date inside": (changed(at="2026-11-23T10:42:01Z"), MalformedCredentialError),
    "a date without zone": (changed(at="2026-11-23T10:42:00"), MalformedCredentialError),
    "no date": (changed(at=None), MalformedCredentialError),
    "no log": (changed(log=None), MalformedCredentialError),
    "a root that is none": (changed(log={**RECORD["log"], "root": "00"}), MalformedCredentialError),
    "a leaf beyond the log": (changed(log={**RECORD["log"], "size": 7}), MalformedCredentialError),
    "a sentence that says more": (
        changed(sentence={"fr": "Document authentique, identité vérifiée.", "en": "x"}),
        MalformedCredentialError,
    ),
    "no sentence": (changed(sentence=None), MalformedCredentialError),
    "a reason in words": (changed(reason="It is fine"), MalformedCredentialError),
    "an assurance of its own": (
        changed(credential={**RECORD["credential"], "assurance": "A3"}),
        MalformedCredentialError,
    ),
    "a credential that is a list": (changed(credential=[1]), MalformedCredentialError),
}


@pytest.mark.parametrize(("token", "error"), UNTRUSTED.values(), ids=UNTRUSTED)
def test_untrusted(token, error):
    with pytest.raises(VerificationError) as caught:
        read_receipt(token, RING)

    assert caught.type is error


def test_what_a_stolen_key_signed_since_is_not_believed():
    stolen = declare_compromised(RING, token_key().kid, since=NOW)

    with pytest.raises(CompromisedKeyError):
        read_receipt(TOKEN, stolen)
    before = sign_receipt(receipt(at=NOW - timedelta(seconds=1)), origin=ORIGIN, ring=RING)
    assert read_receipt(before, stolen).verdict == "valid"


def test_a_receipt_passes_for_no_credential():
    with pytest.raises(MalformedCredentialError):
        verify(TOKEN, RING, at=NOW)


IMPOSSIBLE = {
    "a verdict of its own": {"verdict": "excellent"},
    "of something else": {"subject": "person"},
    "a hash that is none": {"subject_sha256": "A" * 64},
    "a root that is none": {"head": TreeHead(size=9, root=b"")},
    "an assurance that is none": {**NOTHING, "assurance": "A3"},
    "a name of nothing": {**NOTHING, "holder_name": "Maëlys"},
    "an identity of nothing": {**NOTHING, "name_verified": True},
    "no assurance": {"assurance": None},
    "a leaf beyond the log": {"leaf": LeafPlace(index=1042, salt=bytes(32))},
    "a short salt": {"leaf": LeafPlace(index=1, salt=b"")},
    "a naive date": {"at": datetime(2026, 11, 23)},  # noqa: DTZ001 (the fault)
}


@pytest.mark.parametrize("fault", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_impossible(fault):
    with pytest.raises(ValueError, match=r"."):
        receipt(**fault)


#: By a link that tells neither the name nor which document it is.
DISCREET = {"credential_id": None, "assurance": "A2", "name_verified": True, "holder_name": None, "leaf": None}
EVERY = [receipt(), receipt(**NOTHING), receipt(**DISCREET), receipt(**DISCREET, demonstration=True)] + [
    receipt(verdict=one, since=NOW, holder_name=None, reason="not-in-log", subject="file") for one in VERDICTS
]


@pytest.mark.parametrize("verdict", ["revoked", "suspended", "superseded", "not_yet_valid"])
def test_one_from_before_withdrawn_documents_had_a_first_line_is_read_for_ever(verdict):
    before = changed(verdict=verdict, since="2026-11-23T10:42:00Z", sentence=None)

    read = read_receipt(before, RING)

    assert (read.verdict, read.first_line) == (verdict, None)
    assert sign_receipt(read, origin=ORIGIN, ring=RING) == before


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.verdict)
def test_is_read_again(one):
    token = sign_receipt(one, origin=ORIGIN, ring=RING)

    assert read_receipt(token, RING) == one
    assert sign_receipt(one, origin=ORIGIN, ring=RING) == token


def test_the_first_line_of_an_unsupervised_one_says_what_is_not_known():
    assert receipt().first_line == (
        "Document authentique, identité non vérifiée.",
        "Authentic document, identity not verified.",
    )
    assert receipt(assurance="A2", name_verified=True).first_line[0] == "Document authentique, identité vérifiée."
    assert receipt(**DISCREET).first_line[0] == "Document authentique, identité vérifiée."
    for withdrawn in ("revoked", "suspended", "superseded", "not_yet_valid"):
        assert receipt(verdict=withdrawn).first_line == receipt().first_line
        assert receipt(verdict=withdrawn, is_ours=False).first_line is None  # a stolen key may have made it
        assert receipt(verdict=withdrawn, assurance="A2", name_verified=True).first_line is None
    assert receipt(verdict="altered").first_line is None
    assert receipt(**NOTHING).first_line is None


def test_no_name_unless_it_was_shown():
    assert "Maëlys" in canonical(RECORD)
    assert "Maëlys" not in render_html(receipt(holder_name=None), issuer=ORGANISATION, origin=ORIGIN)


class TestPage:
    @pytest.mark.parametrize("one", EVERY, ids=lambda one: one.verdict)
    def test_says_the_verdict_first_when_and_what_the_log_was(self, one):
        html = render_html(one, issuer=ORGANISATION, origin=ORIGIN)

        assert "23 novembre 2026 à 11:42, heure de Paris" in html
        assert "1042 lignes, racine 0001 0203 0405 0607" in html
        assert ("Document authentique" in html) == (one.first_line is not None)
        assert f"{ORIGIN}/verifier" in html

    def test_says_that_a_demonstration_is_worth_nothing_and_what_was_verified(self):
        html = render_html(
            receipt(demonstration=True, assurance="A2", name_verified=True), issuer=ORGANISATION, origin=ORIGIN
        )

        assert "Valable, démonstration sans valeur" in html
        assert "A2, test surveillé" in html
        assert "identité vérifiée" in html

    def test_is_one_page_however_long_the_name(self):
        pages = render_pdf(receipt(holder_name="Maximilienne " * 6), TOKEN, issuer=ORGANISATION, origin=ORIGIN)

        assert PdfFileReader(io.BytesIO(pages)).root["/Pages"]["/Count"] == 1


class TestSeal:
    @pytest.fixture
    def sealed(self):
        return Press(RING).print_receipt(receipt(), TOKEN, origin=ORIGIN)

    def test_a_changed_one_is_told(self, sealed):
        with pytest.raises(AlteredPdfError):
            seal.examine(sealed + b"\n", roots=RING.roots)

    def test_carries_its_token_and_is_known_for_what_it_is(self, sealed):
        assert seal.examine(sealed, roots=RING.roots).token == TOKEN

    def test_the_same_check_gives_the_same_file(self, sealed):
        assert Press(RING).print_receipt(receipt(), TOKEN, origin=ORIGIN) == sealed
