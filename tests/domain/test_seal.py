"""The seal: what it covers, and every attack refused with its own word."""

import io
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.crypt import StandardSecurityHandler
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from weasyprint import HTML, Attachment

from certificates import document, open_badge, seal
from certificates.cms import Container
from certificates.errors import (
    AlteredPdfError,
    BrokenPdfError,
    EncryptedPdfError,
    ForeignSealError,
    NotPdfError,
    TooLargePdfError,
    UnsealedPdfError,
)
from certificates.examine import examine
from certificates.press import Press
from tests.builders import ORGANISATION, credential, issuer, key_ring, pdf_key, token_key

RING = key_ring()
STATED = credential()
TOKEN = open_badge.issue(STATED, issuer=issuer(), ring=RING)
SEALED = Press(RING).print(STATED, TOKEN, check_url=STATED.check_url)
ROOTS_PEM = RING.roots[0].public_bytes(Encoding.PEM)
WHOLE = {"token": TOKEN, "signer": RING.active("pdf").kid}


def unsealed(token=TOKEN):
    return document.render_pdf(STATED, token, check_url=STATED.check_url, issuer=ORGANISATION)


def written(writer):
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def incremental(data=SEALED):
    return IncrementalPdfFileWriter(io.BytesIO(data), strict=False)


def with_text_changed(data=SEALED):
    writer = incremental(data)
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    content = page["/Contents"].raw_get(0)
    writer.objects[(content.generation, content.idnum)] = generic.StreamObject({}, stream_data=b"q Q")
    return written(writer)


def with_a_stamp_over_the_name(data=SEALED):
    writer = incremental(data)
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    stamp = writer.add_object(
        generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/Stamp"),
                pdf_name("/Rect"): generic.ArrayObject([generic.NumberObject(one) for one in (50, 600, 400, 640)]),
            }
        )
    )
    page["/Annots"].append(stamp)
    writer.update_container(page["/Annots"])
    return written(writer)


def with_another_attachment(data=SEALED):
    writer = incremental(data)
    file = writer.root["/Names"]["/EmbeddedFiles"]["/Names"][1]["/EF"].raw_get("/F")
    writer.objects[(file.generation, file.idnum)] = generic.StreamObject(
        {pdf_name("/Type"): pdf_name("/EmbeddedFile")}, stream_data=b"forged"
    )
    return written(writer)


def with_another_title(data=SEALED):
    writer = incremental(data)
    writer.set_info(generic.DictionaryObject({pdf_name("/Title"): pdf_string("Forged")}))
    return written(writer)


def flipped(at, data=SEALED):
    place = data.index(at) + len(at) + 40
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def zeroed(data=SEALED):
    start = data.index(b"/Contents<30") + len(b"/Contents<")
    end = data.index(b">", start)
    return data[:start] + b"0" * (end - start) + data[end:]


def wrapped(data=SEALED):
    """Bytes slipped into the gap of the byte range, the second part moved on."""
    found = re.search(rb"/ByteRange\[0 (\d+) (\d+) (\d+)\]", data)
    start, end, rest = (int(one) for one in found.groups())
    slipped = b"/Evil (payload)" + b" " * 49
    moved = b"/ByteRange[0 %010d %010d %010d]" % (start, end + len(slipped), rest)
    data = data.replace(found[0], moved)
    return data[:end] + slipped + data[end:]


def with_range(start_shift, end_shift, data=SEALED):
    found = re.search(rb"/ByteRange\[0 (\d+) (\d+) (\d+)\]", data)
    start, end, rest = (int(one) for one in found.groups())
    moved = b"/ByteRange[0 %010d %010d %010d]" % (start + start_shift, end + end_shift, rest - end_shift)
    return data.replace(found[0], moved)


def stripped(data=SEALED):
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(data)))
    del writer.root["/AcroForm"]
    return written(writer)


def permissive():
    return sealed_by(pdf_key(), lambda data: data.replace(b"/P 1/V/1.2", b"/P 3/V/1.2"))


def sealed_by(key, change=lambda data: data, token=TOKEN):
    container = Container(key)
    page = document.render_pdf(
        STATED,
        token,
        check_url=STATED.check_url,
        issuer=ORGANISATION,
        finish=lambda pdf: seal.add_field(pdf, container, at=STATED.issued_at),
    )
    return seal.close(change(page), container)


def with_attached(*names, key=None):
    """Sealed by us, around files of these names."""
    container, at = Container(key or pdf_key()), STATED.issued_at
    page = HTML(string="<html lang=fr><title>x</title><p>x").write_pdf(
        attachments=[Attachment(string="x", name=name, created=at, modified=at) for name in names],
        finisher=lambda _document, pdf: seal.add_field(pdf, container, at=at),
    )
    return seal.close(page, container)


def with_two_attachments():
    return with_attached("credential.jwt", "notes.txt")


def look_alike():
    """Our names, another authority's keys."""
    return sealed_by(pdf_key(8, root_number=9))


def borrowed_chain():
    """Another authority's key that carries our root beside its own certificate."""
    stranger = pdf_key(8, root_number=9)
    forged = Container(replace(stranger, chain=pdf_key().chain))
    page = document.render_pdf(
        STATED,
        TOKEN,
        check_url=STATED.check_url,
        issuer=ORGANISATION,
        finish=lambda pdf: seal.add_field(pdf, forged, at=STATED.issued_at),
    )
    return seal.close(page, forged)


def encrypted():
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(unsealed())))
    handler = StandardSecurityHandler.build_from_pw("owner", desired_user_pass="user")
    writer.security_handler = handler
    writer._encrypt = writer.add_object(handler.as_pdf_object())
    return written(writer)


ATTACKS = {
    "text changed": (with_text_changed, AlteredPdfError, "ranges|added-after"),
    "a stamp over the name": (with_a_stamp_over_the_name, AlteredPdfError, "added-after"),
    "the attachment replaced": (with_another_attachment, AlteredPdfError, "added-after"),
    "the title replaced": (with_another_title, AlteredPdfError, "added-after"),
    "bytes after the end": (lambda: SEALED + b"\n% more\n", AlteredPdfError, "added-after"),
    "one bit of the token": (lambda: flipped(b"/EmbeddedFile"), AlteredPdfError, "digest"),
    "another date": (lambda: SEALED.replace(b"/M(D:20261123", b"/M(D:20251123"), AlteredPdfError, "digest"),
    "a gap that holds something": (wrapped, BrokenPdfError, "gap"),
    "a second range": (
        lambda: sealed_by(pdf_key(), lambda data: data + b"%/ByteRange[0 1 2 3]\n"),
        AlteredPdfError,
        "ranges",
    ),
    "nothing else than the token is attached": (with_two_attachments, AlteredPdfError, "attachment"),
    "a range that begins too soon": (lambda: with_range(-2, 0), AlteredPdfError, "ranges"),
    "a range that ends before it begins": (lambda: with_range(10**9, 0), AlteredPdfError, "added-after"),
    "a seal that allows changes": (permissive, AlteredPdfError, "permissions"),
    "the seal taken off": (stripped, UnsealedPdfError, ""),
    "never sealed": (unsealed, UnsealedPdfError, ""),
    "a look-alike": (look_alike, ForeignSealError, ""),
    "a stranger that carries our root": (borrowed_chain, ForeignSealError, ""),
    "a signature of noughts": (zeroed, BrokenPdfError, "seal-erased"),
    "no PDF": (lambda: b"PK\x03\x04 a spreadsheet", NotPdfError, ""),
    "nothing": (lambda: b"", NotPdfError, ""),
    "too large": (lambda: b"%PDF-" + bytes(seal.MAXIMUM_BYTES), TooLargePdfError, ""),
    "cut short": (lambda: SEALED[: len(SEALED) // 2], BrokenPdfError, ""),
    "a header and noise": (lambda: b"%PDF-1.7\n" + b"\x00\xff" * 400, BrokenPdfError, ""),
    "encrypted": (encrypted, EncryptedPdfError, ""),
}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(("attack", "error", "reason"), ATTACKS.values(), ids=ATTACKS)
def test_refused(attack, error, reason):
    with pytest.raises(error) as caught:
        seal.examine(attack(), roots=RING.roots)

    assert re.search(reason, getattr(caught.value, "reason", ""))


def test_an_intact_one_gives_its_token_and_the_name_of_the_key_that_sealed_it():
    assert seal.examine(SEALED, roots=RING.roots) == (TOKEN, RING.active("pdf").kid)


def test_a_paper_of_ours_that_is_no_view_of_a_token_gives_none():
    assert seal.examine(with_attached("session.json"), roots=RING.roots) == ("", pdf_key().kid)


def test_the_same_statement_gives_the_same_bytes():
    assert Press(RING).print(STATED, TOKEN, check_url=STATED.check_url) == SEALED


def test_a_token_key_seals_nothing():
    with pytest.raises(ValueError, match=r"X\.509"):
        Container(token_key())


class TestOtherPeoplesTools:
    def test_poppler_finds_the_seal_whole(self, tmp_path, requires_tool):
        (tmp_path / "sealed.pdf").write_bytes(SEALED)

        told = subprocess.run(
            [requires_tool("pdfsig"), str(tmp_path / "sealed.pdf")], capture_output=True, text=True, check=False
        ).stdout

        assert "Total document signed" in told
        assert "Signature is Valid" in told
        assert "Not total" not in told

    def test_qpdf_finds_no_fault(self, tmp_path, requires_tool):
        (tmp_path / "sealed.pdf").write_bytes(SEALED)

        subprocess.run(
            [requires_tool("qpdf"), "--check", str(tmp_path / "sealed.pdf")], check=True, capture_output=True
        )


class TestExamine:
    @pytest.mark.filterwarnings("ignore::DeprecationWarning")
    @pytest.mark.parametrize(
        ("data", "answer"),
        [
            (SEALED, WHOLE),
            (
                SEALED + b" ",
                {"error": "altered-pdf", "reason": "added-after", "original": {**WHOLE, "size": len(SEALED)}},
            ),
            (flipped(b"/EmbeddedFile"), {"error": "altered-pdf", "reason": "digest"}),
            (flipped(b"/EmbeddedFile") + b" ", {"error": "altered-pdf", "reason": "added-after"}),
            (zeroed(), {"error": "broken-pdf", "reason": "seal-erased"}),
            (b"%PDF-1.7\n and noise", {"error": "broken-pdf", "reason": "broken-pdf"}),
            (unsealed(), {"error": "unsealed-pdf", "reason": "unsealed-pdf"}),
            (b"hello", {"error": "not-pdf", "reason": "not-pdf"}),
        ],
        ids=["ours", "added to", "changed", "changed and added to", "erased", "noise", "unsealed", "no PDF"],
    )
    def test_answers_in_plain_data(self, data, answer):
        assert examine(data, ROOTS_PEM) == answer

    def test_runs_in_a_process_of_its_own_and_prints_one_object(self, tmp_path):
        (tmp_path / "roots.pem").write_bytes(ROOTS_PEM)

        done = subprocess.run(
            [sys.executable, "-m", "certificates.examine", str(tmp_path / "roots.pem")],
            input=SEALED,
            capture_output=True,
            check=True,
            cwd=Path(__file__).resolve().parent.parent.parent,
        )

        assert json.loads(done.stdout) == WHOLE
