"""Sealed files as they were handed out: whole for ever, whatever the page looks like since, and made again to the byte."""

import json
import zlib
from pathlib import Path

import pytest

from certificates import qr, remains
from certificates.cms import Container
from certificates.examine import examine
from certificates.filling import Filler
from certificates.receipt import read_receipt
from certificates.verification import verify
from tests.builders import NOW, key_ring
from tests.conftest import cannot
from tests.vectors import layouts
from tests.vectors.make_credentials import CREDENTIALS
from tests.vectors.make_pdf import FILLED, FOLDER, HEAD, LABEL, RECEIPT, SHOWN, artefacts, laid_out

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

    assert stated == FILLED.get(Path(name).stem, CREDENTIALS[SHOWN])
    assert any(stated.holder_name in line for line in remains.see(FILES[name]).lines)


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("receipt-")])
def test_every_receipt_is_whole_and_says_what_it_said(name):
    assert read_receipt(found_in(name), RING) == RECEIPT


@pytest.mark.parametrize("name", FILES)
def test_none_stays_whole_with_a_byte_more(name):
    assert examine(FILES[name] + b"\n", ROOTS)["error"] == "altered-pdf"


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("label-")])
def test_every_label_is_whole_and_says_what_it_said(name):
    stated = verify(found_in(name), RING, at=NOW)

    assert stated == CREDENTIALS[LABEL]
    assert any(stated.label.number in line for line in remains.see(FILES[name]).lines)


@pytest.fixture(scope="module")
def made():
    """What is made again, on a machine where it can be."""
    if "ng" in zlib.ZLIB_RUNTIME_VERSION:  # another deflater: the same page, in other bytes
        cannot("zlib-ng deflates otherwise than zlib")
    return artefacts()


class TestMadeAgain:
    @pytest.mark.parametrize("name", [*FILES, "roots.pem"])
    def test_to_the_byte_from_what_is_kept_beside_it(self, made, name):
        assert made[name] == (FOLDER / name).read_bytes()

    def test_nothing_that_is_kept_is_made_by_no_script(self, made):
        assert {path.name for path in FOLDER.iterdir()} == made.keys() | {f"{name}.json" for name in FILLED}

    def test_without_laying_anything_out(self, monkeypatch):
        def lays_out(*_words, **_options):
            pytest.fail("the text libraries of this machine were asked")

        monkeypatch.setattr("certificates.document.render_sheets", lays_out)
        monkeypatch.setattr("weasyprint.HTML", lays_out)

        assert artefacts()

    @pytest.mark.parametrize("name", FILLED)
    def test_what_is_kept_is_small_and_reads_back_as_it_was_written(self, name):
        text = (FOLDER / f"{name}.json").read_text()
        layout, varying, scanned = layouts.read(text)

        assert len(text) < 400_000
        assert layouts.written(layout, varying, scanned=scanned) == text
        assert varying.told.token.decode() == found_in(f"{name}.pdf")

    def test_another_line_gives_another_file_and_one_that_does_not_fit_none(self):
        layout, varying, scanned = layouts.read((FOLDER / "certificate-2.json").read_text())
        filler, code = Filler(layout, Container(RING.active("pdf"))), qr.draw(scanned)

        other = filler.fill(varying._replace(lines={**varying.lines, "name": "Odile Payet "}), code=code)

        assert any("Odile Payet" in line for line in remains.see(other).lines)
        assert filler.fill(varying._replace(lines={**varying.lines, "name": "W" * 90}), code=code) is None

    @pytest.mark.parametrize("name", FILLED)
    def test_the_layout_is_one_that_this_source_makes_but_for_the_machine(self, name):
        """What a certificate says, and how its layout is kept, has not moved away from what is frozen."""
        kept, today = json.loads((FOLDER / f"{name}.json").read_text()), json.loads(laid_out()[f"{name}.json"])

        assert today["varying"] == kept["varying"]
        assert today["layout"]["lines"].keys() == kept["layout"]["lines"].keys()
        assert today["layout"]["page"].keys() == kept["layout"]["page"].keys()
        assert f"ligne {HEAD.size - 1}" in kept["varying"]["lines"]["log_fr"]
