"""The page: what it says, what it refuses to read, and what a standard demands of it."""

import re
import subprocess
import unicodedata
import zlib
from datetime import UTC, datetime

import pytest
import zxingcpp
from PIL import Image
from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError

from certificates import document, drawing, open_badge
from certificates.cms import Container
from certificates.compiled import Compiler
from certificates.document import _Fetcher, render_html, render_pdf
from tests.builders import ORGANISATION, area, credential, issuer, key_ring, pdf_key, supervised

RING = key_ring()


def page(stated=None, **options):
    stated = stated or credential()
    return render_html(stated, check_url=stated.check_url, issuer=ORGANISATION, **options)


@pytest.fixture(scope="module")
def pdf():
    stated = credential()
    token = open_badge.issue(stated, issuer=issuer(), ring=RING)
    return render_pdf(stated, token, check_url=stated.check_url, issuer=ORGANISATION)


@pytest.fixture(scope="module", params=["laid out", "compiled"])
def either(request, pdf):
    """The page as it is laid out, and as a compiled one writes it."""
    if request.param == "laid out":
        return pdf
    stated = credential()
    token = open_badge.issue(stated, issuer=issuer(), ring=RING)
    return Compiler(Container(pdf_key()), issuer=ORGANISATION).print(
        stated, token, check_url=stated.check_url, scanned=stated.check_url
    )


FORBIDDEN = [
    "file:///etc/hostname",
    "http://127.0.0.1/",
    "https://example.com/",
    "data:text/plain,hello",
    "numericite:../errors.py",
]


class TestFetcher:
    @pytest.mark.parametrize("address", FORBIDDEN)
    def test_refuses_everything_of_the_outside(self, address):
        with pytest.raises(ValueError, match="may not read"):
            _Fetcher({}).fetch(address)

    def test_a_page_that_asks_for_a_file_of_the_machine_is_not_printed(self):
        page = HTML(string='<img src="file:///etc/hostname">', url_fetcher=_Fetcher({}))

        with pytest.raises(FatalURLFetchingError):
            page.write_pdf()


class TestWords:
    def test_an_unsupervised_result_is_no_certificate_and_the_name_is_said_to_be_declared_in_the_same_size(self):
        html = page()

        assert 'Attestation de résultat,<br><span class="r">test non surveillé</span>' in html
        assert "Statement of result, unsupervised test" in html
        assert "—" not in html
        assert "Scan, or open" in html
        assert "Certificat" not in html
        assert re.search(r'<p class="name">Maëlys Tama’ehu <span class="r">nom déclaré, non vérifié</span></p>', html)

    def test_a_supervised_one_is(self):
        html = page(supervised())

        assert "Certificat" in html
        assert "identité vérifiée" in html
        assert "A2, surveillé" in html
        assert "provisoire" not in html
        assert "Démonstration" not in html

    def test_a_supervised_statement_says_so(self):
        assert "test surveillé" in page(supervised(kind="statement"))

    def test_no_level_is_said_plainly(self):
        html = page(credential(level=None, level_probability=0.2))

        assert "non établi" in html
        assert "no level established" in html

    def test_professionals_have_their_own_names_for_levels(self):
        areas = tuple(area(f"PRO-{number}") for number in range(1, 6))

        assert "Confirmé" in page(credential(framework_code="PRO", areas=areas))

    def test_the_first_of_a_month_is_told_as_in_french(self):
        assert "1er décembre 2026" in page(
            credential(issued_at=datetime(2026, 12, 1, 9, tzinfo=UTC), valid_from=datetime(2026, 12, 1, 9, tzinfo=UTC))
        )

    def test_the_day_printed_is_that_of_paris(self):
        late = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)

        html = page(credential(issued_at=late, valid_from=late))

        assert "1er décembre 2026" in html
        assert "Issued 1 December 2026" in html

    def test_the_page_is_in_french_whatever_the_language_of_the_token(self):
        assert "<title>Démonstration, sans valeur. Attestation" in page(credential(language="en"))

    def test_a_name_is_escaped(self):
        assert "<b>" not in page(credential(holder_name="A<b>B")).split('class="name')[1].split("</p>")[0]

    @pytest.mark.parametrize(
        ("name", "is_small"),
        [
            ("Ó", False),
            ("Jean-Baptiste " * 3 + "Martin", False),
            # As wide as two lines, and on three: a line ends where a word or a hyphen does.
            ("Jean-Baptiste " * 5 + "Jean-Max", True),
            ("MARIE-ANTOINETTE DE LA ROCHEFOUCAULD-MONTBÉLIARD DE SAINT-EXUPÉRY D’ORLÉANS", True),
            ("a" * 120, True),
        ],
    )
    def test_a_long_name_is_set_smaller(self, name, is_small):
        assert ('class="name s"' in page(credential(holder_name=name))) is is_small


LONGEST = {
    "with hyphens": ("Jean-Baptiste " * 9)[:120],
    "eighty with hyphens": ("Jean-Baptiste " * 6)[:80],
    "one word": "Wolfeschlegelsteinhausenbergerdorff" * 4,
    "wide": "W" * 120,
    "capitals": "WILHELMINA MAGDALENA " * 6,
    "Devanagari": "देवनागरी शर्मा " * 8,
    "Arabic": "محمد بن عبد الله " * 7,
    "Greek": "Ελένη Παπαδοπούλου " * 6,
}


class TestPdf:
    @pytest.mark.parametrize("name", LONGEST.values(), ids=LONGEST)
    def test_the_longest_name_pushes_nothing_over_what_follows(self, name, tmp_path, requires_tool):
        stated = credential(holder_name=name[:120].strip())
        file = tmp_path / "page.pdf"
        file.write_bytes(render_pdf(stated, "a.b.c", check_url=stated.check_url, issuer=ORGANISATION))

        told = subprocess.run(
            [requires_tool("pdftotext"), "-bbox", str(file), "-"], capture_output=True, text=True, check=True
        ).stdout

        words = re.findall(r'yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">([^<]*)<', told)
        [end] = [float(bottom) for _top, bottom, word in words if word == "declared,"]
        [next_line] = [float(top) for top, _bottom, word in words if word == "provisoire"]
        assert end <= next_line
        assert told.count("<page ") == 1

    @pytest.mark.parametrize(
        "name",
        [
            "Ó",
            "Nguyễn Thị Ánh",
            "Ελένη Παπαδοπούλου",
            "Олена Шевченко",
            "محمد الأمين",
            "אברהם כהן",
            "प्रिया शर्मा",
            "JEAN-BAPTISTE DE LA VALLÉE " * 2 + "MARTIN",
        ],
    )
    def test_every_name_stays_on_one_page_with_fonts_embedded(self, name, tmp_path, requires_tool):
        stated = credential(holder_name=name)
        file = tmp_path / "page.pdf"
        file.write_bytes(render_pdf(stated, "a.b.c", check_url=stated.check_url, issuer=ORGANISATION))

        fonts = subprocess.run(
            [requires_tool("pdffonts"), str(file)], capture_output=True, text=True, check=True
        ).stdout
        text = subprocess.run(
            [requires_tool("pdftotext"), str(file), "-"], capture_output=True, text=True, check=True
        ).stdout

        assert all(" yes yes " in line for line in fonts.splitlines()[2:])
        assert unicodedata.normalize("NFC", name.split()[0]) in unicodedata.normalize("NFC", text)
        assert text.count("\f") == 1

    def test_the_qr_code_reads_back(self, pdf, tmp_path, requires_tool):
        (tmp_path / "page.pdf").write_bytes(pdf)
        subprocess.run(
            [
                requires_tool("pdftoppm"),
                "-r",
                "150",
                "-png",
                "-singlefile",
                str(tmp_path / "page.pdf"),
                str(tmp_path / "page"),
            ],
            check=True,
        )

        with Image.open(tmp_path / "page.png") as image:
            [found] = zxingcpp.read_barcodes(image)

        assert found.text == credential().check_url

    def test_the_token_is_attached_as_the_source(self, pdf, tmp_path, requires_tool):
        (tmp_path / "page.pdf").write_bytes(pdf)

        listed = subprocess.run(
            [requires_tool("pdfdetach"), "-list", str(tmp_path / "page.pdf")],
            capture_output=True,
            text=True,
            check=True,
        ).stdout

        assert "1 embedded files" in listed
        assert "credential.jwt" in listed
        assert re.search(rb"/AFRelationship ?/Source", pdf + _streams(pdf))

    def test_qpdf_finds_no_fault(self, pdf, tmp_path, requires_tool):
        (tmp_path / "page.pdf").write_bytes(pdf)

        subprocess.run([requires_tool("qpdf"), "--check", str(tmp_path / "page.pdf")], check=True, capture_output=True)


def _streams(pdf):
    """Every stream, inflated where it is deflated."""
    found = []
    for raw in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompress(raw))
        except zlib.error:
            found.append(raw)
    return b"\n".join(found)


DEMANDED = {
    "version 1.7": rb"^%PDF-1\.7",
    "an identifier": rb"/ID ?\[",
    "tagged": rb"/MarkInfo",
    "a structure tree": rb"/StructTreeRoot",
    "a language": rb"/Lang ?\(fr\)",
    "the title in the window": rb"/DisplayDocTitle true",
    "an output intent": rb"/OutputIntent",
    "associated files": rb"/AF ?\[",
    "a subtype for the attachment": rb"/EmbeddedFile",
    "an alternative for the QR code": rb"/Alt ?\(",
    "PDF/A-3": rb"pdfaid:part[>=\"' ]*3",
    "PDF/A level a": rb"pdfaid:conformance[>=\"' ]*A",
    "PDF/UA-1": rb"pdfuaid:part[>=\"' ]*1",
    "the extension schema for it": rb"pdfaExtension:schemas",
}


@pytest.mark.parametrize("pattern", DEMANDED.values(), ids=DEMANDED)
def test_conforms(either, pattern):
    assert re.search(pattern, either) or re.search(pattern, _streams(either))


def test_each_english_line_says_that_it_is_english_and_each_row_what_heads_it(either):
    objects = _streams(either) + either
    english = len(re.findall(r'<p\b[^>]*lang="en"', page()))

    assert len(re.findall(rb"/Lang ?\(en\)", objects)) == english
    assert len(re.findall(rb"/Scope ?/Row", objects)) == 5


FORBIDDEN_PARTS = [rb"/JavaScript", rb"/JS ", rb"/XFA", rb"/OCProperties", rb"/Launch", rb"/RichMedia", rb"/URI "]


@pytest.mark.parametrize("part", FORBIDDEN_PARTS)
def test_holds_nothing_that_acts_or_hides(either, part):
    assert part not in either
    assert part not in _streams(either)


class TestDrawing:
    @pytest.mark.parametrize("level", range(5))
    def test_fills_as_many_steps_as_were_reached(self, level):
        svg = drawing.steps(174, 30, level)

        assert svg.count(f'fill="{drawing.TEAL}"') == (1 if level else 0)
        assert ('fill="none"' in svg) is (level < 4)

    def test_marks_supervision_by_filling(self):
        assert 'fill="none"' not in drawing.square(filled=True)
        assert 'fill="none"' in drawing.square(filled=False)


def test_style_sheet_and_fonts_are_read_once():
    assert document._style("page.css") is document._style("page.css")
