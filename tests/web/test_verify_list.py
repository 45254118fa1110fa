"""A list dropped by somebody without an account: it comes back with verdicts, and nothing of it stays."""

import csv
import hashlib
import io
import re
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from app.certification.models import HandedOutFile, SharingLook
from app.database import current_session
from app.database import db as handle
from app.models import METADATA
from app.sheets import reader as sheet_reader
from app.sheets import writer as sheet_writer
from app.verification.services.sheets import NameMatch, compare
from app.verification.services.verdicts import Outcome, Verdict
from certificates.errors import VerificationError
from certificates.receipt import read_receipt
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


@pytest.fixture
def ring(app):
    return app.extensions["numericite.resources"].ring


def send(visitor, data, *, name="liste.csv", path="/verifier/liste", field="sheet"):
    return visitor.raw("POST", path, data={field: (io.BytesIO(data), name)}, content_type="multipart/form-data")


def table(answer):
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline=""), delimiter=";"))


def cells(answer):
    """Every row of a workbook of ours, with its cells whole."""
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    return [re.findall(r"<t [^>]*>([^<]*)</t>", row) for row in re.findall("<row>(.*?)</row>", sheet)]


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
        zipped(**{"xl__worksheets__one.xml": f"<a>{'<row><c><v>7</v></c></row>' * 9000}</a>"}),
        "too-many-lines",
    ),
    "one line too many of a workbook": (
        zipped(**{"xl__worksheets__one.xml": f"<a>{'<row><c><v>7</v></c></row>' * 502}</a>"}),
        "too-many-lines",
    ),
    "nothing but drawn lines": (
        zipped(**{"xl__worksheets__one.xml": f"<a>{'<row><c/></row>' * 9000}</a>"}),
        "empty-sheet",
    ),
    "nothing below the separator": (b"sep=;\n;;\n", "empty-sheet"),
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

    @pytest.mark.parametrize(
        ("told", "delimiter"), [("sep=;", ";"), ("SEP=,", ","), ("sep=;;;", ";"), ("sep=\t", "\t")]
    )
    def test_a_csv_that_says_what_stands_between_its_cells(self, told, delimiter):
        data = f"{told}\r\ncode{delimiter}nom\r\nABC{delimiter}a;b,c\r\n".encode()

        assert sheet_reader.read(data)[1][:1] == [["code", "nom"]]

    def test_lines_that_are_drawn_and_empty_count_for_nothing(self):
        row = '<row><c t="inlineStr"><is><t>code</t></is></c></row>'
        sheet = f"<a>{'<row/>' * 3000}{row}{'<row><c/></row>' * 5000}{row}</a>"

        assert sheet_reader.read(zipped(**{"xl__worksheets__one.xml": sheet}))[1] == [["code"], ["code"]]
        assert sheet_reader.read(b"code;nom\n" + b";;;\n" * 5000 + b"ABC;Zoe\n")[1] == [["code", "nom"], ["ABC", "Zoe"]]

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
    "a comma after the surname": ("Tama’ehu, Maëlys", NameMatch.CLOSE),
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
        assert head[-1] == "reçu signé"
        assert valid[2:-1] == ["valable", "", "A1", "", "proche", "document authentique, identité non vérifiée"]
        assert unknown[2:7] == ["inconnu", "", "", "", "non montré"]
        assert none[1] == "'=1+1"
        assert "ce n’est pas un code" in none[-2]

    @pytest.mark.parametrize(
        ("row", "stated", "remark"),
        [
            (
                {"status": "revoked", "status_changed_at": NOW},
                {},
                "document authentique, identité non vérifiée · ne vaut pas (retiré)",
            ),
            (
                {"status": "revoked", "status_changed_at": NOW},
                {"kind": "certificate", "assurance": "A2", "name_verified": True},
                "",
            ),
            ({}, {"assurance": "A2", "name_verified": True}, ""),
            ({}, {"valid_until": NOW + timedelta(days=1)}, "document authentique, identité non vérifiée"),
            (
                {},
                {"demonstration": True},
                "document authentique, identité non vérifiée · démonstration, sans valeur",
            ),
        ],
        ids=["withdrawn", "verified and withdrawn", "verified", "expired", "demonstration"],
    )
    def test_a_line_says_that_nobody_checked_the_identity_whatever_else_it_says(
        self, visitor, register, row, stated, remark
    ):
        register(row=row, **stated)

        assert table(send(visitor, f"code\n{CODE}\n".encode()))[1][-2] == remark

    def test_a_workbook_comes_back_as_a_workbook(self, visitor, register):
        register()

        answer = send(visitor, workbook(["Nom", "Prénom", "Code"], ["Tama’ehu", "Maëlys", CODE]), name="liste.xlsx")

        kind, rows = sheet_reader.read(answer.get_data())
        assert (kind, rows[1][1:3], rows[1][6]) == ("xlsx", ["Maëlys Tama’ehu", "valable"], "oui")

    @pytest.mark.parametrize("kind", ["headings", "none"])
    def test_one_line_too_many_is_told_with_headings_or_without(self, visitor, kind):
        lines = f"code;nom\n{f'{CODE};a' + chr(10)}" if kind == "headings" else f"{CODE};a\n"

        answer = send(visitor, (lines + f"{CODE};a\n" * 500).encode())

        assert answer.status_code == 422
        assert "plus de 500 lignes" in answer.get_data(as_text=True)

    @pytest.mark.parametrize(
        "link", ["http://elsewhere.example/c/{}", "http://localhost:5000.elsewhere.example/c/{}", "{}/c/{}", "/c/{}"]
    )
    def test_a_link_to_anywhere_else_is_no_code(self, visitor, register, link):
        register()

        line = table(send(visitor, f"code\n{link.format(CODE, CODE)}\n".encode()))[1]

        assert (line[2], line[-1]) == ("", "")
        assert "ce n’est pas un code" in line[-2]

    def test_a_link_that_a_person_gave_stands_for_its_code(self, app, visitor, register, ring):
        register()
        origin = app.extensions["numericite.resources"].settings.public_url
        bare = origin.partition("://")[2]
        links = [f"{origin}/c/{format_code(CODE)}", f"{bare}/c/{CODE.lower()}", f"{origin}/c/{CODE}?lang=en#0oRQ"]

        lines = table(send(visitor, ("lien\n" + "".join(f"{link}\n" for link in links)).encode()))[1:]

        assert [(line[0], line[2]) for line in lines] == [(link, "valable") for link in links]
        alone = visitor.client.post("/api/v1/receipts", json={"code": CODE}).json["receipt"]
        assert {read_receipt(line[-1], ring).subject_sha256 for line in lines} == {
            read_receipt(alone, ring).subject_sha256
        }

    @pytest.mark.parametrize(
        "head", ["Recrutement de mars\n\nNom, prénom;Code\n", "NOM / PRÉNOM;code\n", "Titulaire;Code de vérification\n"]
    )
    def test_headings_are_found_below_a_title_and_however_they_are_written(self, visitor, register, head):
        register()

        line = table(send(visitor, f"{head}Maëlys Tama’ehu;{CODE}\n".encode()))[1]

        assert (line[2], line[6]) == ("valable", "oui")

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

    def test_an_office_with_several_full_lists_is_served(self, visitor, register):
        register()
        small, full = f"code\n{CODE}\n".encode(), ("code\n" + f"{CODE}\n" * 500).encode()

        assert [send(visitor, data).status_code for data in (small, full, full, full, full, small)] == [200] * 6

    def test_a_list_of_codes_that_nobody_has_is_served_and_a_third_told_when_to_come_back(self, visitor):
        unknown = ("code\n" + "".join(f"{new_code(place.to_bytes(10))}\n" for place in range(50, 550))).encode()

        answers = [send(visitor, unknown) for _ in range(3)]

        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert 0 < int(answers[-1].headers["Retry-After"]) <= 600
        assert "la colonne des codes" in answers[-1].text
        assert re.search(r"Revenez dans (une|\d+) minutes?", answers[-1].text.replace("\xa0", " "))

    def test_who_asks_too_often_is_told_for_how_long(self, visitor, register):
        register()

        answers = [send(visitor, f"code\n{CODE}\n".encode()) for _ in range(21)]

        assert answers[-1].status_code == 429
        assert len(answers[-1].headers.getlist("Retry-After")) == 1
        assert "Revenez dans une minute." in answers[-1].text

    def test_the_template_holds_the_headings(self, visitor):
        assert table(visitor.raw("GET", "/verifier/liste/modele.csv")) == [["code", "nom"]]
        assert sheet_reader.read(visitor.raw("GET", "/verifier/liste/modele.xlsx").get_data())[1] == [["code", "nom"]]


class TestReceipts:
    def test_no_receipt_for_what_was_not_checked(self, visitor):
        codes = table(send(visitor, b"code;nom\nbonjour;Odile Payet\n"))
        files = table(send(visitor, b"hello", name="a.pdf", path="/verifier/liste/pdf", field="pdfs"))

        assert (codes[1][-1], files[1][-1]) == ("", "")

    @pytest.mark.parametrize(
        ("row", "verdict"), [({"is_shared": False}, "unknown"), ({"status": "superseded"}, "superseded")]
    )
    def test_what_the_line_does_not_tell_the_receipt_does_not_either(self, visitor, register, ring, row, verdict):
        register(row={**row, "status_changed_at": NOW})

        made = read_receipt(table(send(visitor, f"code\n{CODE}\n".encode()))[1][-1], ring)

        assert (made.verdict, made.holder_name) == (verdict, None)

    def test_one_changed_sign_breaks_it(self, visitor, register, ring):
        register()
        token = table(send(visitor, f"code\n{CODE}\n".encode()))[1][-1]
        head, payload, seal = token.split(".")

        with pytest.raises(VerificationError):
            read_receipt(f"{head}.{payload[:-9]}{'A' if payload[-9] != 'A' else 'B'}{payload[-8:]}.{seal}", ring)

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_each_checked_line_brings_the_same_proof_as_a_single_check(self, visitor, register, ring, kind):
        register()
        sent = [["code", "nom"], [format_code(CODE), "Maëlys Tama’ehu"], ["0000-0000-0000-0000", ""]]

        data = workbook(*sent) if kind == "xlsx" else sheet_writer.write_csv(sent)
        answer = send(visitor, data, name=f"a.{kind}")
        _head, valid, unknown = table(answer) if kind == "csv" else cells(answer)

        made, nothing = read_receipt(valid[-1], ring), read_receipt(unknown[-1], ring)
        alone = read_receipt(visitor.client.post("/api/v1/receipts", json={"code": CODE}).json["receipt"], ring)
        assert replace(made, at=alone.at) == alone
        assert made.holder_name == "Maëlys Tama’ehu"
        assert made.leaf is not None
        assert (nothing.verdict, nothing.credential_id) == ("unknown", None)

    def test_a_file_brings_its_own_under_its_hash(self, app, visitor, ring):
        data = b"%PDF-1.7 of ours"
        with app.app_context():
            row = registered(current_session(), app.extensions["numericite.resources"])
            sha256 = hashlib.sha256(data).hexdigest()
            current_session().add(HandedOutFile(certificate_id=row.id, sha256=sha256, made_at=NOW))
            current_session().commit()

        line = table(send(visitor, data, name="a.pdf", path="/verifier/liste/pdf", field="pdfs"))[1]

        made = read_receipt(line[-1], ring)
        assert (made.subject, made.subject_sha256, made.verdict) == ("file", sha256, "valid")
        assert made.holder_name == line[1] == "Maëlys Tama’ehu"

    def test_a_list_that_came_back_can_be_dropped_again(self, visitor, register):
        register()
        first = send(visitor, f"code;nom\n{CODE};Maëlys Tama’ehu\n".encode())

        again = send(visitor, first.get_data())

        assert table(again)[1][:-1] == table(first)[1][:-1]

    def test_two_hundred_lines_read_the_log_once_and_no_row_twice(self, app, visitor, register):
        register()
        asked = []

        def note(_connection, _cursor, statement, *_rest):
            asked.append(statement)

        with app.app_context():
            event.listen(handle.engine, "before_cursor_execute", note)
            try:
                rows = table(send(visitor, ("code\n" + f"{CODE}\n" * 200).encode()))
            finally:
                event.remove(handle.engine, "before_cursor_execute", note)

        assert len({row[-1] for row in rows[1:]}) == 1
        assert len([one for one in asked if one.startswith("SELECT") and "log_leaves" in one]) <= 3
        assert not [one for one in asked if "FROM certificates" in one]


class TestManyFiles:
    def test_a_line_a_file_with_what_is_wrong_with_it(self, visitor):
        files = [(io.BytesIO(b"hello"), "a.pdf"), (io.BytesIO(b"%PDF-1.7 nothing"), "=b.pdf")]

        answer = visitor.raw("POST", "/verifier/liste/pdf", data={"pdfs": files}, content_type="multipart/form-data")

        _head, first, second = table(answer)
        assert (first[0], first[-2]) == ("a.pdf", "ce n’est pas un PDF")
        assert (second[0], second[-2]) == ("'=b.pdf", "illisible")

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
