"""Sealed files as they were handed out: whole for ever, whatever the page looks like since."""

import pytest

from certificates import remains
from certificates.examine import examine
from certificates.receipt import read_receipt
from certificates.verification import verify
from tests.builders import NOW, key_ring
from tests.vectors.make_credentials import CREDENTIALS
from tests.vectors.make_pdf import FOLDER, RECEIPT, SHOWN

RING = key_ring()
ROOTS = (FOLDER / "roots.pem").read_bytes()
FILES = {path.name: path.read_bytes() for path in sorted(FOLDER.glob("*.pdf"))}


def found_in(name):
    found = examine(FILES[name], ROOTS)
    assert found["signer"] == RING.active("pdf").kid
    return found["token"]


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("certificate-")])
def test_every_certificate_is_whole_and_says_what_it_said(name):
    stated = verify(found_in(name), RING, at=NOW)

    assert stated == CREDENTIALS[SHOWN]
    assert any(stated.holder_name in line for line in remains.see(FILES[name]).lines)


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("receipt-")])
def test_every_receipt_is_whole_and_says_what_it_said(name):
    assert read_receipt(found_in(name), RING) == RECEIPT


@pytest.mark.parametrize("name", FILES)
def test_none_stays_whole_with_a_byte_more(name):
    assert examine(FILES[name] + b"\n", ROOTS)["error"] == "altered-pdf"
