"""A list dropped by somebody without an account: it comes back with verdicts, and nothing of it stays."""

import csv
import io
import zipfile

import pytest
from sqlalchemy import func, select

from app.certification.models import SharingLook
from app.database import current_session
from app.models import METADATA
from app.sheets import reader as sheet_reader
from app.sheets import writer as sheet_writer
from app.verification.services.sheets import NameMatch, compare
from app.verification.services.verdicts import Outcome, Verdict
from certificates.reference import format_code, new_code
from tests.builders import NOW, credential
from tests.services.register_builders import registered

CODE = new_code((1).to_bytes(10))


@pytest.fixture
def register(app):
    """Put one certificate in the register."""
    loaded = app.extensions["numericite.resources"]

    def put(**fields):
        with app.app_context():
            registered(current_session(), loaded, **fields)
            current_session().commit()

    return put


def send(visitor, data, *, name="liste.csv", path="/verifier/liste", field="sheet"):
    return visitor.raw("POST", path, data={field: (io.BytesIO(data), name)}, content_type="multipart/form-data")


def table(answer):
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline=""), delimiter=";"))


def workbook(*rows):
    return sheet_writer.write_xlsx(rows)


def zipped(**parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {**MINIMAL, **{name.replace("__", "/"): text for name, text in parts.items()}}.items():
            archive.writestr(name, text)
    return file.getvalue()


MINIMAL = {
    "xl/workbook.xml": '<workbook xmlns:r="x"><sheets><sheet name="a" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="r1" Target="worksheets/one.xml"/></Relationships>',
    "xl/worksheets/one.xml": "<worksheet><sheetData/></worksheet>",
}
BOMB = '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><worksheet>&c;</worksheet>'
FAR = '<worksheet><row r="1"><c r="A1" t="s"><v>9</v></c></row></worksheet>'

UNREADABLE = {
    "nothing": (b"", "empty-sheet"),
    "only blanks": (b"\n ; \n", "empty-sheet"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0", "not-a-sheet"),
    "a ZIP cut short": (b"PK\x03\x04nothing", "not-a-sheet"),
    "a ZIP that is no workbook": (zipped()[:80], "not-a-sheet"),
    "a workbook without its sheet": (zipped(**{"xl__workbook.xml": "<workbook/>"}), "not-a-sheet"),
    "entities that unfold": (zipped(**{"xl__worksheets__one.xml": BOMB}), "not-a-sheet"),
    "a part that unfolds too far": (zipped(**{"xl__worksheets__one.xml": " " * (25 * 1024 * 1024)}), "not-a-sheet"),
    "a shared string that is not there": (zipped(**{"xl__worksheets__one.xml": FAR}), "not-a-sheet"),
    "an empty workbook": (zipped(), "empty-sheet"),
    "too many lines": (b"code\n" + b"x\n" * 600, "too-many-lines"),
    "far too many lines": (b"code\n" + b"x\n" * 9000, "too-many-lines"),
    "far too many lines of a workbook": (
        zipped(**{"xl__worksheets__one.xml": "<a>" + "<row/>" * 9000 + "</a>"}),
        "too-many-lines",
    ),
}


class TestReading:
    @pytest.mark.parametrize(("data", "code"), UNREADABLE.values(), ids=UNREADABLE)
    def test_what_is_no_list_is_refused(self, data, code):
        with pytest.raises(sheet_reader.UnreadableSheetError) as caught:
            sheet_reader.read(data)

        assert caught.value.code == code

    @pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
    @pytest.mark.parametrize("delimiter", [";", ",", "\t"])
    def test_a_csv_as_programs_write_it(self, codec, delimiter):
        data = f"code{delimiter}nom\r\nABC{delimiter}Zoé\r\n".encode(codec)

        assert sheet_reader.read(data) == ("csv", [["code", "nom"], ["ABC", "Zoé"]])

    def test_a_workbook_as_we_write_it(self):
        assert sheet_reader.read(workbook(["code", "nom"], ["ABC", "Zoé <&>"])) == (
            "xlsx",
            [["code", "nom"], ["ABC", "Zoé <&>"]],
        )

    def test_a_workbook_as_programs_write_it(self):
        shared = "<sst><si><t>code</t></si><si><r><t>AB</t></r><r><t>C</t></r><rPh><t>x</t></rPh></si></sst>"
        sheet = (
            '<x:worksheet xmlns:x="y"><x:row r="1"><x:c r="B1" t="s"><x:v>0</x:v></x:c></x:row>'
            '<x:row r="2"><x:c r="A2"><x:v>7</x:v></x:c><x:c r="B2" t="s"><x:v>1</x:v></x:c><x:c r="ZZ2"><x:v>9</x:v></x:c></x:row></x:worksheet>'
        )
        data = zipped(**{"xl__sharedStrings.xml": shared, "xl__worksheets__one.xml": sheet})

        assert sheet_reader.read(data) == ("xlsx", [["", "code"], ["7", "ABC"]])


class TestWriting:
    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝"])
    def test_no_cell_can_be_a_formula(self, start):
        cell = f"{start}1+1"

        assert sheet_writer.safe(cell) == f"'{cell}"
        assert f"'{start}" in sheet_writer.write_csv([[cell]]).decode("utf-8-sig")
        assert b"<f>" not in workbook([cell])

    def test_signs_that_xml_has_no_place_for_are_left_out(self):
        assert sheet_reader.read(workbook(["a\x00b\x0bc"]))[1] == [["abc"]]


MATCHES = {
    "the same": ("Maëlys Tama’ehu", NameMatch.YES),
    "another apostrophe and more blanks": ("Maëlys  Tama'ehu ", NameMatch.YES),
    "no accent": ("Maelys Tama’ehu", NameMatch.CLOSE),
    "capitals": ("MAËLYS TAMA’EHU", NameMatch.CLOSE),
    "the other order": ("Tama’ehu Maëlys", NameMatch.CLOSE),
    "a hyphen": ("Maëlys Tama-ehu", NameMatch.CLOSE),
    "half of it": ("Maëlys", NameMatch.NO),
    "somebody else": ("Odile Payet", NameMatch.NO),
    "nothing": ("  ", NameMatch.NOT_ASKED),
}


class TestNames:
    @pytest.mark.parametrize(("written", "match"), MATCHES.values(), ids=MATCHES)
    def test_a_name_is_compared_with_the_one_on_the_document(self, written, match):
        verdict = Verdict(outcome=Outcome.VALID, credential=credential(), checked_at=NOW)

        assert compare(written, verdict) is match

    def test_nothing_is_said_of_a_name_that_is_not_shown(self):
        unknown = Verdict(outcome=Outcome.UNKNOWN, credential=None, checked_at=NOW)

        assert compare("Odile Payet", unknown) is NameMatch.NOT_SHOWN


class TestAList:
    def test_comes_back_with_a_verdict_a_line(self, visitor, register):
        register()
        lines = f"code;nom\n{format_code(CODE)};MAELYS TAMA’EHU\n0000-0000-0000-0000;Odile Payet\nbonjour;=1+1\n"

        answer = send(visitor, lines.encode())

        assert answer.mimetype == "text/csv"
        assert "attachment" in answer.headers["Content-Disposition"]
        head, valid, unknown, none = table(answer)
        assert head[:3] == ["code", "nom", "verdict"]
        assert valid[2:] == ["valable", "", "A1", "", "proche", "document authentique, identité non vérifiée"]
        assert unknown[2:7] == ["inconnu", "", "", "", "non montré"]
        assert none[1] == "'=1+1"
        assert "ce n’est pas un code" in none[-1]

    def test_a_workbook_comes_back_as_a_workbook(self, visitor, register):
        register()

        answer = send(visitor, workbook(["Nom", "Prénom", "Code"], ["Tama’ehu", "Maëlys", CODE]), name="liste.xlsx")

        kind, rows = sheet_reader.read(answer.get_data())
        assert (kind, rows[1][1:3], rows[1][6]) == ("xlsx", ["Maëlys Tama’ehu", "valable"], "oui")

    def test_a_list_without_headings_is_understood(self, visitor, register):
        register()

        assert table(send(visitor, f"Maëlys Tama’ehu;{CODE}\n".encode()))[1][2] == "valable"

    @pytest.mark.parametrize(
        "data", [b"a;b\nc;d\n", b"code\n", b"\0\0", b""], ids=["no code", "no line", "binary", "empty"]
    )
    def test_a_file_that_is_no_list_is_told_on_the_page(self, visitor, data):
        answer = send(visitor, data)

        assert answer.status_code == 422
        assert "error-summary" in answer.get_data(as_text=True)

    def test_without_a_file_the_page_says_so(self, visitor):
        visitor.get("/verifier/liste")

        page = visitor.submit("/verifier/liste", expect=422)

        assert "Choisissez le fichier de la liste" in page.text

    def test_nothing_of_it_is_kept_but_that_a_link_was_looked_at(self, app, visitor, register, instance):
        register()
        before, files = count(app), set(instance.rglob("*"))

        send(visitor, f"code;nom\n{CODE};Zorglub Introuvable\n".encode())

        after = count(app)
        assert {
            name: number
            for name, number in after.items()
            if number != before[name] and name != SharingLook.__tablename__
        } == {}
        assert {path for path in instance.rglob("*") if "sqlite" not in path.name} <= files
        assert all(b"Zorglub" not in path.read_bytes() for path in instance.rglob("*.sqlite*"))

    def test_the_template_holds_the_headings(self, visitor):
        assert table(visitor.raw("GET", "/verifier/liste/modele.csv")) == [["code", "nom"]]
        assert sheet_reader.read(visitor.raw("GET", "/verifier/liste/modele.xlsx").get_data())[1] == [["code", "nom"]]


class TestManyFiles:
    def test_a_line_a_file_with_what_is_wrong_with_it(self, visitor):
        files = [(io.BytesIO(b"hello"), "a.pdf"), (io.BytesIO(b"%PDF-1.7 nothing"), "=b.pdf")]

        answer = visitor.raw("POST", "/verifier/liste/pdf", data={"pdfs": files}, content_type="multipart/form-data")

        _head, first, second = table(answer)
        assert (first[0], first[-1]) == ("a.pdf", "ce n’est pas un PDF")
        assert (second[0], second[-1]) == ("'=b.pdf", "illisible")

    def test_without_a_file_the_page_says_so(self, visitor):
        visitor.get("/verifier/liste")

        page = visitor.submit("/verifier/liste/pdf", expect=422)

        assert "Choisissez au moins un PDF" in page.text


def count(app):
    with app.app_context():
        return {
            name: current_session().scalar(select(func.count()).select_from(held))
            for name, held in METADATA.tables.items()
        }
