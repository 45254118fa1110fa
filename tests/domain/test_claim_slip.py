"""The claim slip: one page that opens a result, and tells none."""

import io
from datetime import date, datetime, timedelta

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from certificates.claim_slip import ClaimSlip, render_html
from certificates.press import Press
from tests.builders import NOW, key_ring

CODE = "0123456789ABCDEF"


def slip(**overrides):
    given = {
        "name": "Léa <Durand>",
        "number": 3,
        "test": ("Compétences professionnelles", "Professional skills"),
        "place": "Salle 2",
        "sat_on": date(2026, 12, 1),
        "code": CODE,
        "address": "https://numericite.example/examens/coupon",
        "scanned": f"https://numericite.example/examens/coupon?coupon={CODE}",
        "expires_at": NOW + timedelta(days=365),
        "made_at": NOW,
    }
    return ClaimSlip(**{**given, **overrides})


@pytest.mark.parametrize("moment", ["made_at", "expires_at"])
def test_its_moments_are_aware(moment):
    with pytest.raises(ValueError, match="aware"):
        slip(**{moment: datetime(2026, 11, 23, 10, 42)})  # noqa: DTZ001 (the naive moment is the case)


def test_it_says_what_to_do_until_when_and_escapes_names():
    html = render_html(slip(), issuer="Organisme")

    assert "Léa &lt;Durand&gt;" in html
    assert "0123-4567-89AB-CDEF" in html
    assert "jusqu’au 23 novembre 2027" in html


def test_a_long_name_and_place_leave_it_one_page_tagged_with_nothing_attached():
    long = slip(name="Anne-Marie-Élisabeth " * 3 + "de la Tour", place="Espace France services de Trévoux, salle " * 3)
    pdf = PdfFileReader(io.BytesIO(Press(key_ring()).print_claim_slip(long))).root

    assert len(pdf["/Pages"]["/Kids"]) == 1
    assert pdf["/MarkInfo"]["/Marked"]
    assert "/AF" not in pdf
    assert "/EmbeddedFiles" not in pdf.get("/Names", {})
