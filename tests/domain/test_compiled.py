"""The compiled page: what it leaves to the ordinary one, and that nobody could tell the two apart."""

import re
import string
import subprocess
import unicodedata
import zlib
from datetime import UTC, date, datetime

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from certificates import (
    compact,
    compiled,
    compiled_prefix,
    deflated,
    document,
    filling,
    open_badge,
    qr,
    seal,
    verification,
)
from certificates import compiled_page as compiled_page_module
from certificates.checkpoint import TreeHead
from certificates.cms import Container
from certificates.compiled import Compiler, families_for
from certificates.errors import UnacceptableNameError
from certificates.keys import KeyState
from certificates.press import Press
from certificates.shaping import CannotCompileError, SpacedLine, Typeface, set_line
from tests.builders import AREAS, NOW, ORGANISATION, area, credential, issuer, key_ring, pdf_key, supervised, token_key

RING = key_ring()
PRESS = Press(RING)
#: Of 255 shades of grey, at 100 dots an inch, outside the QR code: what two renderings of the same outlines may differ by.
TOLERANCE = 8

GIVEN = ("Zoé", "Jean-Marc", "Marie-Thérèse", "Ó", "Łukasz", "Ana Conceição", "Ștefan", "Gülşah", "Ingeborg", "Sofia")
FAMILY = (
    "Affleck",
    "Müller-Lüdenscheidt",
    "de La Vallée-Poussin",
    "O’Connor",
    "D'Artagnan",
    "Țepeș",
    "Dvořák",
    "Æbeltoft Ø.",
    "WAVRIN AVATAR",
    "Tô Yaya-Tofifi",
)
NAMES = [f"{given} {family}" for given in GIVEN for family in FAMILY]


def token_of(stated):
    return open_badge.issue(stated, issuer=issuer(), ring=RING)


def lay_out(stated):
    return PRESS.lay_out(stated, "a.b.c", check_url=stated.check_url)


HEAD = TreeHead(size=1042, root=bytes.fromhex("00ff1f0fa7b3c9e5" * 4))


def compiled_page(stated, token="a.b.c", head=None, compiler=PRESS._compiler, **options):  # noqa: S107 (of no value)
    options = {"check_url": stated.check_url, "scanned": PRESS._scanned(stated, stated.check_url), **options}
    return compiler.print(stated, token, head=head, **options)


def pictures(pages, directory, dots=100):
    """Every page as shades of grey, all drawn by one process: MuPDF's, in a third of the time of poppler's."""
    for place, data in enumerate(pages):
        (directory / f"{place:04d}.pdf").write_bytes(data)
    files = [file.name for file in sorted(directory.glob("*.pdf"))]
    subprocess.run(["qpdf", "--empty", "--pages", *files, "--", "all.pdf"], cwd=directory, check=True)
    drawing = ["mutool", "draw", "-q", "-r", str(dots), "-c", "gray", "-o", "page%04d.pgm", "all.pdf"]
    subprocess.run(drawing, cwd=directory, check=True)
    drawn = []
    for file in sorted(directory.glob("page*.pgm")):
        with Image.open(file) as image:
            drawn.append(np.asarray(image).astype(np.int16))
        file.unlink()
    return drawn


def difference(statements, directory, heads=None):
    """The greatest difference, outside the code, between compiled pages and the ordinary ones."""
    both = list(zip(statements, heads or [None] * len(statements), strict=True))
    printed = [compiled_page(one, head=head) for one, head in both]
    assert None not in printed
    ordinary = [PRESS.lay_out(one, "a.b.c", check_url=one.check_url, head=head) for one, head in both]
    drawn = pictures([*printed, *ordinary], directory)
    left, top, side = (round(millimetres / 25.4 * 100) for millimetres in (157, 240, 35))
    differences = abs(np.array(drawn[: len(printed)]) - np.array(drawn[len(printed) :]))
    differences[:, top - 2 : top + side + 3, left - 2 : left + side + 3] = 0
    return differences.max()


ORDINARY = {
    "Arabic": "محمد الأمين بن علي",
    "Hebrew": "אברהם כהן",
    "Hebrew with vowels": "דָּוִד כהן",
    "Devanagari": "प्रिया शर्मा",
    "a mark over a letter that has none of its own": "Te̱st",
    "a Greek name with a sign of another face": "Γεωργίου-Δ",
    "Greek and Latin": "Ελένη Smith",
    "a hundred and twenty characters": "A" * 59 + " " + "b" * 60,
    "a word wider than its line": "W" * 30,
    "no face at all": "王小明",
}


#: By where such names are at home. What is in no face of ours is in `ORDINARY`.
LATIN = {
    "France": "Marie-Christine Lefebvre-Durand",
    "France, a diaeresis that Latin-1 lacks": "Aÿmeric de L’Haÿ-Ÿves",
    "France, ligatures": "Œdipe Lætitia Cœur",
    "Germany": "Jürgen Groß-Müller",
    "Spain": "José Ignacio Núñez Ibáñez",
    "Portugal": "João Gonçalves de Assunção",
    "Italy": "Niccolò D’Aprì",
    "Iceland": "Þórunn Ðóra Guðmundsdóttir",
    "Denmark": "Søren Æbeltoft Ørsted",
    "Poland": "Małgorzata Szczepańska-Wiśniewska",
    "Poland, all of its letters": "Zażółć Gęślą Jaźń",
    "Czechia": "Příšerně Žluťoučký Kůň",
    "Slovakia": "Ľubomír Ďurčanský",
    "Hungary": "Őrs Szűcs-Erdős",
    "Romania": "Ștefăniță Țepeș",
    "Romania, with cedillas": "Ştefan Ţepeş",
    "Turkey": "Gülşah Yıldırım İğneoğlu",
    "Croatia": "Đorđe Čović-Šarić Žižić",
    "Slovenia": "Žiga Črnič",
    "Lithuania": "Žygimantas Šimkūnas-Ąžuolas Ųsėnas",
    "Latvia": "Ģirts Ķēniņš-Ļaudums",
    "Estonia": "Õie Šõber",
    "Malta": "Ġorġ Ħaż-Żabbar",
    "Wales": "Siân Ŵyn-Ŷ",
    "Catalonia": "Gal·la Muñoz i Puig",
    "Vietnam": "Nguyễn Thị Ánh",
    "Vietnam, three faces": "Trần Đức Thảo",
    "Vietnam, longer": "Đặng Nguyễn Ngọc Bích Phượng",
    "all of them": "Żółć Đặng Nguyễn Țepeș Ģirts Őrs",
    "one letter": "Ș",
    "eighty letters": "Małgorzata Maria Szczepańska-Wiśniewska-Brzęczyszczykiewiczowa ze Święciechowa-Ś",
    "a hundred and twenty letters, nearly all there are": "Żółć Gęślą Jaźń Őrült Čáp Đặng Nguyễn Thị Trần Ştefan Ģirts"
    " Ķēniņš Ærø Ñandú Žižka Ļubova Ůva Ŵyn Ÿves Ţară Ẅ Ẁ Ỳ",
}
LONG = ("eighty letters", "a hundred and twenty letters, nearly all there are")


class TestLeftToTheOrdinaryPage:
    @pytest.mark.parametrize("name", ORDINARY.values(), ids=ORDINARY)
    def test_names(self, name):
        assert compiled_page(credential(holder_name=name)) is None

    def test_another_address_than_the_printed_one(self):
        stated = credential()

        assert compiled_page(stated, check_url="https://other.example/c/7KQ2M4XR9TBDH5VN") is None

    def test_a_page_whose_lines_fall_otherwise_at_another_level(self):
        """The English line of this framework needs a second line at some levels alone."""
        long = (
            "Digital-health skills of citizens and of all those who care for them in their daily lives at home and away"
        )
        shapes = [credential(framework_title=("Titre", long + " x" * more)) for more in range(2)]
        printed = [PRESS.print(one, token_of(one), check_url=one.check_url) for one in shapes]

        assert [seal.examine(data, roots=RING.roots).token for data in printed] == [token_of(one) for one in shapes]

    def test_a_kind_that_cannot_be_compiled_is_not_tried_again(self, monkeypatch):
        tried = []

        def refuse(*_arguments, **_options):
            tried.append(1)
            raise CannotCompileError("drawn otherwise")

        monkeypatch.setattr(compiled, "take_apart", refuse)
        compiler = Compiler(Container(RING.active("pdf")), issuer=ORGANISATION)

        for _time in range(2):
            assert compiled_page(credential(), compiler=compiler) is None
        assert len(tried) == 2  # once for each way in which a name falls

    def test_a_long_greek_name_is_set_small(self):
        assert compiled_page(credential(holder_name="Α" * 45)) is None

    @pytest.mark.parametrize("which", ["set_line", "_MATRIX"])
    def test_a_page_drawn_otherwise_than_expected(self, monkeypatch, which):
        if which == "set_line":
            monkeypatch.setattr(filling, "set_line", lambda *_arguments, **_options: None)
        else:
            monkeypatch.setattr(compiled_prefix, which, re.compile(b"never"))
        compiler = Compiler(Container(RING.active("pdf")), issuer=ORGANISATION)

        assert compiled_page(credential(), compiler=compiler) is None
        with pytest.raises(CannotCompileError):
            compiled_page_module._block(b"q")

    def test_a_drawing_that_needs_what_the_page_has_not(self, monkeypatch):
        monkeypatch.setattr(compiled_prefix, "_STATE", re.compile(b"(.)", re.DOTALL))  # whatever it draws with
        compiler = Compiler(Container(RING.active("pdf")), issuer=ORGANISATION)

        assert compiled_page(credential(holder_name="Łucja Żółć"), compiler=compiler) is None

    def test_a_line_that_the_page_lacks_a_glyph_for(self):
        compiler, stated = Compiler(Container(RING.active("pdf")), issuer=ORGANISATION), credential()
        assert compiled_page(stated, compiler=compiler)
        [printer] = compiler._printers.values()
        bare = Typeface(resource="F", data=document.font_data("ahn-latin-400.ttf"), widths={})
        printer._filler._types["how_fr"] = (bare, 10.0)

        assert compiled_page(credential(items_answered=3), compiler=compiler) is None

    def test_what_it_is_left_is_printed_all_the_same(self):
        stated = credential(holder_name=ORDINARY["Arabic"])

        assert seal.examine(PRESS.print(stated, token_of(stated), check_url=stated.check_url), roots=RING.roots)


class TestDrawable:
    def test_a_name_without_a_font_is_refused_before_anything_is_signed(self):
        name = "\U00030000"  # an ideograph that no common font has

        assert document.undrawable(name) == name
        with pytest.raises(UnacceptableNameError) as caught:
            PRESS.check_drawable(name)
        assert caught.value.reason == "font"

    @pytest.mark.parametrize("name", [*ORDINARY.values()][:8], ids=[*ORDINARY][:8])
    def test_the_others_are_drawn_without_an_empty_box(self, name, tmp_path, requires_tool):
        stated = credential(holder_name=name)
        PRESS.check_drawable(name)
        (tmp_path / "page.pdf").write_bytes(PRESS.lay_out(stated, "a.b.c", check_url=stated.check_url))

        subprocess.run(
            [requires_tool("qpdf"), "--qdf", "--object-streams=disable", "page.pdf", "plain.pdf"],
            cwd=tmp_path,
            check=True,
        )

        shown = (tmp_path / "plain.pdf").read_bytes()
        glyphs = [found for line in re.findall(rb"\[(.*)\] TJ", shown) for found in re.findall(rb"<([0-9a-f]+)>", line)]
        assert glyphs
        assert all(run[place : place + 4] != b"0000" for run in glyphs for place in range(0, len(run), 4))
        assert b"/WP-Encod-0" not in shown  # what WeasyPrint writes for a font with missing glyphs


@pytest.fixture
def both_tools(requires_tool):
    return requires_tool("qpdf"), requires_tool("mutool")


@pytest.mark.usefixtures("both_tools")
class TestLikeTheOrdinaryPage:
    # The first group runs all the lines that the others do.
    @pytest.mark.parametrize("group", [0, *(pytest.param(group, marks=pytest.mark.untraced) for group in range(1, 5))])
    def test_a_hundred_names_pixel_by_pixel(self, group, tmp_path):
        names = NAMES[20 * group : 20 * group + 20]

        assert difference([credential(holder_name=name) for name in names], tmp_path) <= TOLERANCE

    def test_names_of_three_faces_pixel_by_pixel(self, tmp_path):
        names = ("Đặng Thị Ngọc", "Nguyễn Văn Ưng", "Ẩ", "Mụ Ẹ", "Ủy Ș", "Phạm Ngọc Bích Phượng Trần Lê")

        assert difference([credential(holder_name=name) for name in names], tmp_path) <= TOLERANCE

    def test_whatever_it_states(self, tmp_path):
        late = datetime(2027, 12, 1, 9, tzinfo=UTC)
        statements = [
            credential(holder_name="Ελένη Παπαδοπούλου"),
            credential(holder_name="Щербаков Владимир"),
            credential(holder_name="Ș"),
            credential(level=None, level_probability=0.5),
            credential(level="L4", areas=tuple(area(one.area_id, level="L4") for one in AREAS)),
            credential(issued_at=late, valid_from=late, sat_on=date(2027, 8, 1), items_answered=118),
            credential(code="0123456789ABCDEF"),
            credential(code="GHJKMNPQRSTVWXYZ", provisional=False, demonstration=False),
            supervised(holder_name="Marie-Christine Lefebvre-Durand"),
        ]

        assert difference(statements, tmp_path) <= TOLERANCE

    def test_whatever_the_log_says(self, tmp_path):
        roots = (b"\xff" * 8, b"\x00\xff" * 4, bytes.fromhex("0123456789abcdef"), bytes.fromhex("f1f7a74fe0c70011"))
        heads = [
            TreeHead(size=size, root=root * 4) for size, root in zip((1, 12, 77_412, 11_111_111), roots, strict=True)
        ]

        assert difference([credential()] * 4, tmp_path, heads) <= TOLERANCE

    @pytest.mark.parametrize("head", [None, HEAD], ids=["in no log", "logged"])
    def test_the_same_words_in_the_same_tags(self, tmp_path, requires_tool, head):
        stated, told = credential(), []
        for name, data in (
            ("one", compiled_page(stated, head=head)),
            ("two", PRESS.lay_out(stated, "a.b.c", check_url=stated.check_url, head=head)),
        ):
            (tmp_path / f"{name}.pdf").write_bytes(data)
            told.append(
                subprocess.run(
                    [requires_tool("pdfinfo"), "-struct-text", f"{name}.pdf"],
                    cwd=tmp_path,
                    capture_output=True,
                    check=True,
                ).stdout
            )

        assert told[0].count(b"\n") > 100
        assert (b"ligne 1041, racine 00ff 1f0f a7b3 c9e5" in told[0]) is (head is not None)
        # The identifier of a heading comes from the number of its object.
        assert re.sub(rb"\d+(?=-\d-\d)", b"", told[0]) == re.sub(rb"\d+(?=-\d-\d)", b"", told[1])

    def test_the_same_metadata(self, tmp_path, requires_tool):
        stated, told = credential(holder_name="A (b) \\ & <c>"), []
        for name, data in (
            ("one", compiled_page(credential(holder_name="Ana Øre"))),
            ("two", PRESS.lay_out(credential(holder_name="Ana Øre"), "a.b.c", check_url=stated.check_url)),
        ):
            (tmp_path / f"{name}.pdf").write_bytes(data)
            for option in ("-meta", "-isodates"):
                done = subprocess.run(
                    [requires_tool("pdfinfo"), option, f"{name}.pdf"], cwd=tmp_path, capture_output=True, check=True
                )
                told.append(re.sub(rb"File size.*|Encrypted.*", b"", done.stdout))

        assert told[:2] == told[2:]


class TestFile:
    def test_our_own_examination_finds_it_whole(self):
        stated = credential()
        token = token_of(stated)
        data = compiled_page(stated, token)

        assert seal.examine(data, roots=RING.roots).token == token
        assert verification.verify(token, RING, at=NOW) == stated

    @pytest.mark.usefixtures("both_tools")
    @pytest.mark.parametrize("name", ["Maëlys Tama’ehu", "Marie-Christine Lefebvre-Durand", "W" * 48, "É" * 30])
    @pytest.mark.parametrize("printing", [compiled_page, lay_out])
    def test_the_code_reads_back_from_paper_and_proves_what_is_stated(self, tmp_path, name, printing):
        stated = credential(holder_name=name)
        [picture] = pictures([printing(stated) or lay_out(stated)], tmp_path, dots=150)

        [found] = zxingcpp.read_barcodes(Image.fromarray(picture.astype("uint8")))

        address, _sign, fragment = found.text.partition("#")
        assert address == stated.check_url
        assert compact.read_compact(compact.from_fragment(fragment), RING) == compact.stated(stated)

    @pytest.mark.parametrize("stating", [credential, supervised])
    @pytest.mark.parametrize("name", LATIN.values(), ids=LATIN)
    def test_it_weighs_forty_kilobytes_at_most_for_a_latin_name(self, name, stating):
        stated = stating(holder_name=unicodedata.normalize("NFC", name))

        assert len(PRESS.print(stated, token_of(stated), check_url=stated.check_url, head=HEAD)) <= 40_000

    @pytest.mark.parametrize("name", [one for one in LATIN if one not in LONG])
    def test_and_takes_the_fast_way_unless_it_is_long(self, name):
        assert compiled_page(credential(holder_name=unicodedata.normalize("NFC", LATIN[name])))

    @pytest.mark.parametrize("name", ["Łukasz Wójcik", "Đặng Thị Hẹn Mụ Ngọc", "Ș"])
    def test_a_name_of_other_faces_is_read_back_letter_by_letter(self, tmp_path, requires_tool, name):
        (tmp_path / "page.pdf").write_bytes(compiled_page(credential(holder_name=name)))

        done = subprocess.run(
            [requires_tool("pdftotext"), "page.pdf", "-"], cwd=tmp_path, capture_output=True, check=True
        )

        assert name in unicodedata.normalize("NFC", done.stdout.decode())

    def test_the_same_statement_gives_the_same_bytes_wherever_it_is_printed(self):
        stated, before = credential(), credential(holder_name="Somebody Else", level="L1", items_answered=9)
        other = Compiler(Container(RING.active("pdf")), issuer=ORGANISATION)
        compiled_page(before, compiler=other)

        assert compiled_page(stated, compiler=other) == compiled_page(stated)

    def test_what_is_kept_of_earlier_ones_is_bounded(self, monkeypatch):
        monkeypatch.setattr(compiled, "_MAXIMUM_KINDS", 1)
        monkeypatch.setattr(filling, "_MAXIMUM_KNOWN", 2)
        other = Compiler(Container(RING.active("pdf")), issuer=ORGANISATION)
        for items, level in enumerate(("L1", "L2", "L3"), 20):
            stated = credential(level=level, holder_name="Zoé", items_answered=items)
            assert compiled_page(stated, compiler=other) == compiled_page(stated)
        compiled_page(supervised(holder_name="Zoé"), compiler=other)

        assert len(other._printers) == 1


class TestFamilies:
    @pytest.mark.parametrize(
        ("name", "families"),
        [
            ("Zoé D’Arc", ("AH",)),
            ("Ștefan", ("AH", "AHX")),
            ("Đặng", ("AH", "AHX", "NV")),
            ("Nguyễn", ("AH", "NV")),
            ("Ẹ", ("NV",)),
            ("Щ Щ", ("NC",)),
            ("Ωμέγα", ("NG",)),
            ("Ω-Ω", None),
            ("é", ("AH",)),
        ],
    )
    def test_exactly_those_that_draw(self, name, families):
        assert families_for(unicodedata.normalize("NFC", name)) == families


@pytest.fixture(scope="module")
def face():
    data = document.font_data("ahn-latin-700.ttf")
    return Typeface(resource="F", data=data, widths=dict.fromkeys(range(1, 240), 500))


class TestShaping:
    def test_a_glyph_that_the_page_lacks_is_not_drawn(self):
        bare = Typeface(resource="F", data=document.font_data("ahn-latin-700.ttf"), widths={})

        assert set_line("a", [bare], size=20) is None
        with pytest.raises(CannotCompileError):
            SpacedLine(bare, size=20, spacing=0).operators("ab")

    def test_a_character_without_a_face_is_not_drawn(self, face):
        assert set_line("aЩ", [face], size=20) is None

    def test_a_space_takes_the_face_of_its_neighbour_that_comes_first(self, face):
        other = Typeface(
            resource="G", data=document.font_data("ahn-latin-ext-700.ttf"), widths=dict.fromkeys(range(1, 240), 500)
        )

        drawn = set_line("Ș a", [face, other], size=20, spacing=1)

        assert [line.split()[0] for line in drawn.operators.split(b"\n")[::2]] == [b"/G", b"/F"]
        assert drawn.operators.count(b"<") == 3

    def test_pairs_say_what_shaping_the_whole_says(self, face):
        line = SpacedLine(face, size=25.3, spacing=1.14)

        for text in ("7KQ2\u00a0 M4XR\u00a0 9TBD\u00a0 H5VN", "AVAT\u00a0 0000\u00a0 LTYA\u00a0 XWVV"):
            assert line.operators(text) == set_line(text, [face], size=25.3, spacing=1.14).operators

    @pytest.mark.parametrize("name", [*NAMES[::9], *sorted(GIVEN), "Affligé Fjord-Fitti ", "W" * 30])
    def test_pairs_say_it_of_a_name_and_how_far_it_goes(self, face, name):
        size, spacing = 25.333008, -0.152

        try:
            drawn = SpacedLine(face, size=size, spacing=spacing).set(f"{name} ")
        except CannotCompileError:
            drawn = None

        assert drawn == set_line(f"{name} ", [face], size=size, spacing=spacing)

    @pytest.mark.parametrize("alike", [2, 12, 24])
    def test_a_line_is_the_same_wherever_what_it_shares_ends(self, face, alike):
        line, texts = (
            SpacedLine(face, size=8.7, spacing=0),
            [f"Transparency log: leaf {leaf}, root AVAT" for leaf in (0, 7712)],
        )

        assert [line.operators(text, alike=alike) for text in texts] == [
            set_line(text, [face], size=8.7).operators for text in texts
        ]

    @pytest.mark.parametrize("spacing", [0, 1.14])
    def test_also_where_a_pair_is_not_moved(self, face, spacing):
        line, text = SpacedLine(face, size=8.7, spacing=spacing), "racine ffff 1e71 a0ff 7777"

        assert line.operators(text) == set_line(text, [face], size=8.7, spacing=spacing).operators


class TestCode:
    @pytest.mark.parametrize("length", [1, 20, 44, 120, 265, 287, 288, 331, 332, 450])
    def test_it_is_the_one_that_the_library_draws(self, length):
        text = "".join(chr(33 + 89 * place % 94) for place in range(length))
        expected = qr.make(text).matrix

        side, rows = qr.draw(text)

        row = (side + 7) // 8
        drawn = [[rows[y * row + x // 8] >> 7 - x % 8 & 1 for x in range(side)] for y in range(side)]
        assert drawn == [list(one) for one in expected]

    @pytest.mark.parametrize("text", ["é" * 20, "a" * 451], ids=["not ASCII", "too long"])
    def test_others_are_left_to_the_library(self, text):
        assert qr.draw(text) is None
        assert qr.make(text)

    def test_a_page_whose_code_it_does_not_draw_is_the_ordinary_one(self):
        assert compiled_page(credential(), scanned="a" * 451) is None

    @pytest.mark.parametrize("stated", [credential(), credential(holder_name="Ó"), supervised(holder_name="M" * 48)])
    def test_its_modules_are_half_a_millimetre_on_paper(self, stated):
        """Thirty-five millimetres a side: the box of the style sheet."""
        assert 35 / qr.draw(PRESS._scanned(stated, stated.check_url)).modules >= 0.5


class TestCarried:
    def test_the_key_that_signs_today_whichever_signed_the_token(self):
        stated = credential()
        rotated = key_ring(token_key(1, KeyState.RETIRED), token_key(6), pdf_key())

        scanned = Press(rotated)._scanned(stated, stated.check_url)

        data = compact.from_fragment(scanned.partition("#")[2])
        assert compact.read_compact(data, rotated) == compact.stated(stated)
        assert data == compact.compact(stated, token_key(6))

    def test_the_address_alone_while_no_key_signs(self):
        stated = credential()
        press = Press(key_ring(token_key(1, KeyState.RETIRED), pdf_key()))

        assert press._scanned(stated, stated.check_url) == stated.check_url
        assert press.print(stated, "a.b.c", check_url=stated.check_url)

    @pytest.mark.parametrize("identifier", ["PRO-1", "CIT-01"])
    def test_the_address_alone_where_areas_have_no_numbers(self, identifier):
        stated = credential(areas=(area(identifier),))

        assert PRESS._scanned(stated, stated.check_url) == stated.check_url

    def test_the_address_of_today(self):
        stated = credential()

        assert PRESS._scanned(stated, "https://other.example/c/X").startswith("https://other.example/c/X#")

    @pytest.mark.parametrize("printing", [compiled_page, lay_out])
    def test_the_words_of_the_page_hold_the_short_address(self, tmp_path, requires_tool, printing):
        (tmp_path / "page.pdf").write_bytes(printing(credential()))
        subprocess.run([requires_tool("qpdf"), "--qdf", "page.pdf", "plain.pdf"], cwd=tmp_path, check=True)

        plain = (tmp_path / "plain.pdf").read_bytes()

        assert b"/Alt (QR code vers https://numericite.example/c/7KQ2M4XR9TBDH5VN)" in plain
        assert b"VN#" not in plain


class TestDeflated:
    def test_pieces_are_one_stream(self):
        first, plain = deflated.piece(b"abc" * 50), deflated.stored(b"xyz")
        after = deflated.piece(b"abcabcabd", after=first.raw)

        assert zlib.decompress(deflated.joined([first, after, plain])) == b"abc" * 50 + b"abcabcabd" + b"xyz"

    @pytest.mark.parametrize("length", [*range(10), 61, 62, 63, 64, 65, 66, 4001])
    def test_base64_takes_six_bits_a_sign(self, length):
        signs = string.digits + string.ascii_letters + "-_."
        text = "".join(signs[(31 * place + length) % 65] for place in range(length)).encode()
        coded, after = deflated.six_bits(text), deflated.piece(b"-_.-_.")

        assert zlib.decompress(deflated.joined([after, coded, coded, after])) == b"-_.-_." + 2 * text + b"-_.-_."
        assert len(coded.packed) <= (6 * length + text.count(b"-") + text.count(b"_") + text.count(b".")) / 8 + 30

    @pytest.mark.parametrize("text", [b"a+b", b"a/", b"==", b"a b", "é".encode()])
    def test_other_signs_have_no_code_of_six_bits(self, text):
        with pytest.raises(ValueError, match="six bits"):
            deflated.six_bits(text)

    def test_a_block_has_a_greatest_length(self):
        with pytest.raises(ValueError, match="65,535"):
            deflated.stored(bytes(65_536))
