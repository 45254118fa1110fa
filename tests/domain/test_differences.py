"""What differs between a page as it was sealed and what became of it."""

import hashlib
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfWriter

from certificates import remains
from certificates.differences import LONGEST, Difference, Kind, Seen, between, cleaned
from tests.domain import test_seal as attacks

NAME = "Maëlys Tama’ehu"
WAS = Seen(
    title=f"Attestation : {NAME}",
    lines=("Attestation", f"{NAME} nom déclaré", "au moins L2", "Émise le 23 novembre"),
    overlays=1,
    drawing="a" * 64,
    attached="b" * 64,
    token="x.y.z",
)


def changed(**values):
    return between(WAS, WAS._replace(drawing="c" * 64, **values), name=NAME)


def lines(*, at, now):
    return (*WAS.lines[:at], *now, *WAS.lines[at + 1 :])


CASES = {
    "nothing that is read": ({}, (Difference(Kind.DRAWING),)),
    "the name": (
        {"lines": lines(at=1, now=["Jean Forgeron nom déclaré"])},
        (Difference(Kind.NAME, NAME, "Jean Forgeron nom déclaré"),),
    ),
    "the name, and no line in its place": ({"lines": lines(at=1, now=[])}, (Difference(Kind.NAME, NAME, None),)),
    "the name broken over lines is the name": (
        {"lines": lines(at=1, now=["Maëlys", "Tama'-", "ehu nom déclaré"])},
        (Difference(Kind.TEXT, f"{NAME} nom déclaré", "Maëlys Tama'- ehu nom déclaré"),),
    ),
    "a level": ({"lines": lines(at=2, now=["au moins L4"])}, (Difference(Kind.TEXT, "au moins L2", "au moins L4"),)),
    "a line more": ({"lines": (*WAS.lines, "Mention")}, (Difference(Kind.TEXT, None, "Mention"),)),
    "a line less": ({"lines": WAS.lines[:3]}, (Difference(Kind.TEXT, "Émise le 23 novembre", None),)),
    "what is attached, the title and a stamp": (
        {"attached": "", "title": "Forged", "overlays": 2},
        (
            Difference(Kind.DRAWING),
            Difference(Kind.OVERLAY),
            Difference(Kind.ATTACHMENT),
            Difference(Kind.TITLE, WAS.title, "Forged"),
        ),
    ),
}


@pytest.mark.parametrize(("values", "differences"), CASES.values(), ids=CASES)
def test_is_told(values, differences):
    assert changed(**values) == differences


def test_the_same_differs_in_nothing():
    assert between(WAS, WAS, name=NAME) == ()


def test_a_name_that_was_not_read_on_our_own_page_is_not_missed_on_the_other():
    """Of a script that is drawn in another order than it is written, say."""
    was = WAS._replace(lines=("Attestation",))

    assert between(was, was._replace(lines=()), name=NAME) == (Difference(Kind.TEXT, "Attestation", None),)


def test_a_page_of_new_lines_is_told_by_its_first_ones():
    told = changed(lines=tuple(f"{number}" for number in range(4)))

    assert [one.kind for one in told] == [Kind.NAME, *[Kind.TEXT] * 3]
    was = WAS._replace(lines=tuple("abcdefgh"))
    assert len(between(was, was._replace(lines=tuple("ABCDEFGH")), name=NAME)) == 5


def test_words_of_a_file_steer_no_screen():
    assert cleaned("a\x00b\u202ec\n\td  <b>") == "a b c d <b>"
    assert len(cleaned("x" * 999)) == LONGEST


class TestRemains:
    def test_ours_is_read_whole(self):
        seen = remains.see(attacks.SEALED)

        assert attacks.STATED.holder_name in seen.title
        assert any(attacks.STATED.holder_name in line for line in seen.lines)
        assert (seen.token, seen.overlays) == (attacks.TOKEN, 1)
        assert seen.attached == hashlib.sha256(attacks.TOKEN.encode()).hexdigest()

    @pytest.mark.parametrize("data", [b"", b"%PDF-1.7 and noise", attacks.SEALED[:9000]], ids=["none", "noise", "cut"])
    def test_what_cannot_be_read_is_nothing(self, data):
        assert remains.see(data) is None

    def test_a_bare_page_has_nothing_of_it(self):
        writer = PdfWriter()
        writer.add_blank_page(width=9, height=9)
        out = io.BytesIO()
        writer.write(out)

        seen = remains.see(out.getvalue())

        assert (seen.lines, seen.overlays, seen.attached, seen.token) == ((), 0, "", "")

    def test_an_attachment_that_is_no_text_is_no_token(self):
        writer = PdfWriter(clone_from=io.BytesIO(attacks.with_attached("notes.txt")))
        del writer.root_object["/Names"]
        writer.metadata = None
        writer.add_attachment("x", b"\xff")
        out = io.BytesIO()
        writer.write(out)

        seen = remains.see(out.getvalue())

        assert (seen.title, seen.token, seen.attached) == ("", "", hashlib.sha256(b"\xff").hexdigest())

    def test_runs_in_a_process_of_its_own_on_two_files(self):
        done = subprocess.run(
            [sys.executable, "-m", "certificates.remains", str(len(attacks.SEALED))],
            input=attacks.SEALED + b"%PDF-1.7 and noise",
            capture_output=True,
            check=True,
            cwd=Path(__file__).resolve().parent.parent.parent,
        )

        first, second = json.loads(done.stdout)
        assert (first[-1], second) == (attacks.TOKEN, None)

    def test_one_file_alone_has_none_before_it(self):
        assert remains.read(attacks.SEALED, size=0)[0] is None
