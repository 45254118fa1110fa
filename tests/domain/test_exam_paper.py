"""The papers of a supervised session: laid out over as many pages as it takes, the facts attached."""

import io
import json
from dataclasses import replace
from datetime import datetime

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from certificates.exam_paper import ATTACHMENT, ExamPaper, Section, render_html, render_pdf
from certificates.press import Press
from tests.builders import NOW, key_ring

PEOPLE = Section(
    title=("Candidats", "Candidates"),
    headings=(("N°", "No."), ("Nom", "Name")),
    rows=(("1", "Léa <Durand>"), ("2", "Zoé Martin")),
    empty=("Personne n’est inscrit.", "Nobody is enrolled."),
)


def paper(**overrides):
    given = {
        "title": ("Feuille d’émargement", "Attendance sheet"),
        "facts": (("Lieu", "Place", "Salle 2"),),
        "sections": (PEOPLE,),
        "notes": (("Ni numéro ni copie.", "Neither number nor copy."),),
        "made_at": NOW,
    }
    return ExamPaper(**{**given, **overrides})


def test_a_row_has_as_many_cells_as_there_are_headings():
    with pytest.raises(ValueError, match="as many cells"):
        replace(PEOPLE, rows=(("1",),))


def test_a_paper_is_made_at_an_aware_moment():
    with pytest.raises(ValueError, match="aware"):
        paper(made_at=datetime(2026, 11, 23, 10, 42))  # noqa: DTZ001 (the naive moment is the case)


def test_names_are_escaped_and_an_empty_table_says_so():
    html = render_html(paper(sections=(PEOPLE, replace(PEOPLE, rows=()))), issuer="Organisme")

    assert "Léa &lt;Durand&gt;" in html
    assert html.count("<thead>") == 1
    assert "Nobody is enrolled." in html
    assert "11:42, heure de Paris" in html


def test_the_same_facts_are_attached_for_a_machine():
    told = json.loads(paper().to_json())

    assert told["sections"][0]["rows"] == [["1", "Léa <Durand>"], ["2", "Zoé Martin"]]
    pdf = PdfFileReader(io.BytesIO(render_pdf(paper(), issuer="Organisme")))
    attached = pdf.root["/Names"]["/EmbeddedFiles"]["/Names"][1]
    assert attached["/UF"] == ATTACHMENT
    assert attached["/EF"]["/F"].data.decode() == paper().to_json()


def test_a_long_list_goes_over_the_page_and_is_sealed_the_same_every_time():
    long = paper(sections=(replace(PEOPLE, rows=tuple((str(one), "Nom") for one in range(150))),))
    press = Press(key_ring())

    sealed = press.print_exam_paper(long)

    assert len(PdfFileReader(io.BytesIO(sealed)).root["/Pages"]["/Kids"]) > 1
    assert sealed == press.print_exam_paper(long)
