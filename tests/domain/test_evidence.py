"""A proof is what its bytes say, comes back without metadata, and is refused where it holds a patient's number."""

import base64
import io
import json
import subprocess
import sys

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, NumberObject, StreamObject, TextStringObject
from weasyprint import HTML

from certificates import evidence
from certificates.evidence import UnfitProofError, clean, without_segments
from certificates.patient_signs import holds_nir, signs

#: An invented number whose key is right: 97 - 1850578006084 mod 97 is 91.
NIR = "1 85 05 78 006 084 91"


def picture(kind="JPEG", size=(60, 40), **more):
    buffer = io.BytesIO()
    Image.new("RGB", size, "teal").save(buffer, kind, **more)
    return buffer.getvalue()


def photograph():
    """A photograph that says where and when it was taken, lying on its side."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x9003] = 6, "SecretCamera", "2026:11:23 10:42:00"
    return picture(exif=exif)


def paper(words="Affiche de la salle d’attente", pages=1, **more):
    html = "".join(f"<h1>{words}</h1><p style='page-break-after: always'>page {page}</p>" for page in range(pages))
    return HTML(
        string=f"<html><title>Secret title</title><meta name=author content=SecretAuthor><body>{html}"
    ).write_pdf(**more)


def through_writer(change):
    writer = PdfWriter(clone_from=io.BytesIO(paper()))
    change(writer)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def drawn(size):
    """A paper with words, and a picture of so many pixels."""
    data = base64.b64encode(picture("PNG", size)).decode()
    return HTML(string=f"<p>Affiche</p><img src='data:image/png;base64,{data}'>").write_pdf()


def nest_a_picture(writer):
    """Draw a scan from within two forms that draw each other."""
    image = StreamObject()
    image.update({NameObject("/Subtype"): NameObject("/Image"), NameObject("/Width"): NumberObject(800)})
    image[NameObject("/Height")] = NumberObject(600)
    form = StreamObject()
    form[NameObject("/Subtype")] = NameObject("/Form")
    drawing = writer._add_object(form)
    inside = DictionaryObject({NameObject("/A"): drawing, NameObject("/B"): writer._add_object(image)})
    form[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): inside})
    outside = DictionaryObject({NameObject("/A"): drawing})
    writer.pages[0]["/Resources"][NameObject("/XObject")] = outside


REFUSED = {
    "nothing": (b"", "not-a-proof"),
    "a program that calls itself a picture": (b"MZ\x90\x00", "not-a-proof"),
    "a page of the web": (b"<html><body>%PDF-</body></html>", "not-a-proof"),
    "a moving picture": (picture("GIF"), "not-a-proof"),
    "more than five million bytes": (b"%PDF-" + bytes(evidence.LIMIT_BYTES), "too-large-proof"),
    "a JPEG cut short": (photograph()[:200], "broken-proof"),
    "a PNG that is only a beginning": (b"\x89PNG\r\n\x1a\n", "broken-proof"),
    "a PDF that is only a beginning": (b"%PDF-1.7\n%%EOF", "broken-proof"),
    "an encrypted PDF": (through_writer(lambda writer: writer.encrypt("secret")), "broken-proof"),
    "a PDF of twenty-one pages": (paper(pages=21), "too-large-proof"),
    "a number of social security": (paper(f"Carte de Mme X, {NIR}"), "patient-data"),
    "the same, written in one piece": (paper(NIR.replace(" ", "")), "patient-data"),
    "the same, a digit in each box": (paper(" ".join(NIR.replace(" ", ""))), "patient-data"),
}


@pytest.mark.parametrize(("data", "code"), REFUSED.values(), ids=REFUSED)
def test_refused(data, code):
    with pytest.raises(UnfitProofError) as caught:
        clean(data)

    assert caught.value.code == code


def test_a_picture_larger_than_a_telephone_takes_is_refused(monkeypatch):
    monkeypatch.setattr(evidence, "PIXELS", 1000)

    with pytest.raises(UnfitProofError) as caught:
        clean(picture("PNG"))

    assert caught.value.code == "too-large-proof"


def test_a_pdf_that_grows_when_written_again_is_refused(monkeypatch):
    data = paper()
    monkeypatch.setattr(evidence, "LIMIT_BYTES", len(data))
    monkeypatch.setattr(evidence, "_rewritten", lambda _reader: bytes(len(data) + 1))

    with pytest.raises(UnfitProofError) as caught:
        clean(data)

    assert caught.value.code == "too-large-proof"


class TestPictures:
    def test_a_photograph_stands_upright_and_says_nothing_of_where_it_was_taken(self):
        found = clean(photograph())

        with Image.open(io.BytesIO(found.data)) as image:
            assert (image.format, image.size, dict(image.getexif())) == ("JPEG", (40, 60), {})
        assert b"SecretCamera" not in found.data
        assert found.flags == ("unread",)

    def test_a_drawing_stays_a_drawing(self):
        found = clean(picture("PNG"))

        assert found.media_type == "image/png"
        with Image.open(io.BytesIO(found.data)) as image:
            assert image.getpixel((5, 5)) == (0, 128, 128)

    def test_a_large_one_is_made_smaller(self):
        found = clean(picture("PNG", size=(6000, 1000)))

        with Image.open(io.BytesIO(found.data)) as image:
            assert image.width == evidence.SIDE


class TestPapers:
    def test_keeps_what_is_read_and_not_who_wrote_it(self):
        found = clean(paper())

        assert "Affiche de la salle" in PdfReader(io.BytesIO(found.data)).pages[0].extract_text()
        for secret in (b"SecretAuthor", b"Secret title", b"WeasyPrint"):
            assert secret not in found.data

    def test_keeps_nothing_that_acts_and_nothing_attached(self):
        def arm(writer):
            script = DictionaryObject(
                {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
            )
            writer.root_object[NameObject("/OpenAction")] = script
            writer.add_attachment("list.txt", b"names of patients")

        found = clean(through_writer(arm))

        assert b"app.alert" not in found.data
        assert b"list.txt" not in found.data

    def test_a_photograph_inside_says_nothing_of_where_it_was_taken(self):
        buffer = io.BytesIO()
        with Image.open(io.BytesIO(photograph())) as image:
            image.save(buffer, "PDF")
        inside = buffer.getvalue()
        with_exif = inside.replace(b"\xff\xd8\xff\xe0", b"\xff\xd8\xff\xe1\x00\x0eSecretCamera\xff\xe0", 1)

        found = clean(with_exif)

        assert b"SecretCamera" in with_exif
        assert b"SecretCamera" not in found.data

    def test_points_at_words_that_stand_beside_a_patients_data(self):
        assert clean(paper("Ordonnance, née le 12/03/1950")).flags == ("birth-date", "clinical-word")

    def test_says_what_it_could_not_read(self):
        assert clean(paper()).flags == ()
        assert clean(paper("", pages=0)).flags == ("unread",)
        assert clean(drawn((60, 40))).flags == ()
        assert clean(drawn((400, 300))).flags == ("unread",)
        assert clean(through_writer(nest_a_picture)).flags == ("unread",)


NUMBERS = {
    "a number of Corsica": ("2 69 05 2A 588 157 17", True),
    "the other half of the island": ("2 69 05 2B 588 157 44", True),
    "dots between its parts": (NIR.replace(" ", "."), True),
    "spaces that do not break": (NIR.replace(" ", "\N{NARROW NO-BREAK SPACE}"), True),
    "digits of full width": ("".join(chr(ord(one) + 0xFEE0) if one.isdigit() else one for one in NIR), True),
    "each digit apart": (" ".join(NIR.replace(" ", "")), True),
    "more digits apart than it has": (" ".join("9" + NIR.replace(" ", "")), False),
    "a wrong key": (NIR[:-1] + "2", False),
    "an RPPS number": ("10101234567", False),
    "a longer number": ("9" + NIR.replace(" ", ""), False),
    "a telephone": ("01 23 45 67 89", False),
}


@pytest.mark.parametrize(("text", "is_one"), NUMBERS.values(), ids=NUMBERS)
def test_numbers_of_social_security(text, is_one):
    assert holds_nir(f"N° {text}.") is is_one


FLAGGED = {
    "an innocent poster": ("Ici, on vous aide à ouvrir Mon espace santé", ()),
    "a patient's file": ("Dossier du patient", ("patient-word",)),
    "somebody's name": ("Mme Jeanne MARTIN", ("patient-word",)),
    "a permanent number": ("IPP : 80012", ("record-number",)),
    "a number without its key": ("N° 1 85 05 78 006 084", ("record-number",)),
    "an object identifier of the INS": ("1.2.250.1.213.1.4.10", ("record-number",)),
    "a message between machines": ("PID|1||80012", ("record-number",)),
    "a birth date in words": ("Né(e) le 1er mars 1950", ("birth-date",)),
    "a birth date of a machine": ("DDN : 1950-03-12", ("birth-date",)),
    "an age": ("une patiente de 83 ans", ("patient-word",)),
    "a date of nothing": ("Formation du 12/03/2026", ()),
    "a number of this register": ("RPPS 10101234567", ()),
}


@pytest.mark.parametrize(("text", "flags"), FLAGGED.values(), ids=FLAGGED)
def test_flags(text, flags):
    assert signs(text) == flags


def test_what_is_no_jpeg_is_left_as_it_is():
    assert without_segments(b"something else") == b"something else"


ANSWERS = {
    "a proof": (picture("PNG"), {"media_type": "image/png", "flags": ["unread"]}),
    "none": (b"MZ", {"error": "not-a-proof"}),
}


@pytest.mark.parametrize(("data", "answer"), ANSWERS.values(), ids=ANSWERS)
def test_answers_from_a_process_of_its_own(data, answer):
    done = subprocess.run([sys.executable, "-m", "certificates.evidence"], input=data, capture_output=True, check=True)

    assert json.loads(done.stdout.partition(b"\n")[0]) == answer
