"""The pages of what is arranged and owed: slips on paper, breaks, readers, second sets; without JavaScript, and as somebody else."""

import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from app.access import Role
from app.accounts.models import Person
from app.database import current_session
from app.examination.models import Candidate, ClaimSlip, Incident
from app.organisations.services import independence
from tests.web.test_examination import BASE, REFERENCE, Hall, publish

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def hall(app, loaded, make_visitor):
    return Hall(app, loaded, make_visitor)


def printed(hall, who=None):
    """Print the slip of the first candidate, and return its code: it is on the paper, and nowhere else."""
    who = who or hall.manager
    who.get(BASE)
    form = who.page.form("/candidats/1/coupon")
    answer = who.raw("POST", form.action, data=form.fields)
    assert answer.mimetype == "application/pdf"
    assert PdfFileReader(io.BytesIO(answer.data)).root["/MarkInfo"]["/Marked"]
    return answer


def code_of(hall, monkeypatch):
    """Print a slip whose code the test knows."""
    monkeypatch.setattr("app.examination.views.slips.new_code", lambda _bytes: "0123456789ABCDEF")
    printed(hall)
    return "0123-4567-89AB-CDEF"


def test_from_the_slip_to_the_result(hall, monkeypatch):
    visitor = hall.seated()
    hall.answer(visitor)
    assert "coupon" not in hall.manager.get(BASE).text.casefold()  # nothing to give before the end
    hall.watcher.get(f"{BASE}/direct")
    hall.watcher.submit("/fermer")
    assert "demandez votre coupon" in visitor.get("/examens/passage").text
    assert "Imprimer le coupon" in hall.watcher.get(f"{BASE}/candidats/1").text
    code = code_of(hall, monkeypatch)
    assert "Imprimer un autre coupon" in hall.manager.get(BASE).text
    publish(hall)

    lea = hall.make_visitor()
    page = lea.get(f"/examens/coupon?coupon={code}")
    assert (page.links["Créer un compte"], "Trouver mon résultat" in page.text) == (
        f"/inscription?suite=/examens/coupon?coupon%3D{code}",
        False,
    )
    lea = hall.account("lea@example.org")
    lea.get(f"/examens/coupon?coupon={code}")
    refused = lea.submit("/coupon", expect=422, born_on="1980-05-18").text
    assert refused == lea.submit("/coupon", expect=422, code="0000-0000-0000-0000", born_on="1980-05-17").text
    assert "ne vont pas ensemble" in refused
    page = lea.submit("/coupon", code=code, born_on="1980-05-17")
    assert "L’examen n’est pas réussi cette fois" in page.text
    lea.get("/examens/coupon")
    assert "ne vont pas ensemble" in lea.submit("/coupon", expect=422, code=code, born_on="1980-05-17").text
    assert "oupon de résultat" not in hall.manager.get(BASE).text  # an account holds the result: no slip any more


def test_used_early_it_waits_in_the_account_and_an_unconfirmed_address_waits_first(hall, monkeypatch):
    visitor = hall.seated()
    hall.answer(visitor)
    hall.watcher.get(f"{BASE}/direct")
    hall.watcher.submit("/fermer")
    code = code_of(hall, monkeypatch)
    lea = hall.make_visitor()
    lea.get(f"/inscription?suite=/examens/coupon?coupon%3D{code}")
    page = lea.submit("/inscription", email="lea@example.org", password="une tortue sous la pluie", is_fifteen="y")
    assert "Confirmez d’abord votre adresse" in page.text

    other = hall.account("zoe@example.org")
    other.get(f"/examens/coupon?coupon={code}")
    assert "est maintenant dans votre compte" in other.submit("/coupon", born_on="1980-05-17").text


def test_guessing_is_stopped(hall):
    lea = hall.account("lea@example.org")
    for _try in range(20):
        lea.get("/examens/coupon")
        lea.submit("/coupon", expect=422, code="0000-0000-0000-0000", born_on="1980-05-17")
    lea.get("/examens/coupon")
    lea.submit("/coupon", expect=429, code="0000-0000-0000-0000", born_on="1980-05-17")


def test_only_the_structure_prints(hall):
    visitor = hall.seated()
    hall.answer(visitor)
    hall.watcher.get(f"{BASE}/direct")
    hall.watcher.submit("/fermer")
    other = hall.account("autre@example.org")
    token = other.get("/compte").form("/deconnexion").fields["csrf_token"][0]
    assert other.raw("POST", f"{BASE}/candidats/1/coupon", data={"csrf_token": token}).status_code == 404
    assert hall.read(ClaimSlip) is None
    printed(hall, hall.watcher)
    assert hall.read(ClaimSlip).failed_attempts == 0


def test_a_break_hides_the_question_and_ends_when_the_candidate_is_back(hall):
    visitor = hall.seated(accommodations=["breaks", "reader"])
    assert "peut vous lire" in visitor.get("/examens/passage").text
    assert "mot pour mot" in hall.watcher.get(f"{BASE}/direct").text
    page = hall.act(1, "pause-prevue")
    assert "Pause prévue, jusqu’à" in page.text
    paused = visitor.get("/examens/passage")
    assert "Votre pause" in paused.text
    assert 'name="item_id"' not in paused.html

    assert 'name="item_id"' in visitor.submit("/reprendre").html

    hall.watcher.get(f"{BASE}/candidats/1")
    assert "24 mois" in hall.watcher.page.text
    hall.watcher.submit("/lire")
    assert "figure au procès-verbal" in hall.watcher.get(f"{BASE}/candidats/1").text
    with hall.app.app_context():
        row = current_session().query(Candidate).one()
        row.break_began_at = row.paused_at = datetime.now(UTC) - timedelta(minutes=30)
        current_session().commit()
    assert "le temps de l’examen avance" in visitor.get("/examens/passage").text
    assert "la question reste cachée" in hall.watcher.get(f"{BASE}/direct").text
    token = visitor.page.form("/reprendre").fields["csrf_token"][0]
    hall.act(1, "reprise")
    assert "Pause prévue, reste" not in hall.watcher.get(f"{BASE}/direct").text
    assert visitor.raw("POST", "/examens/passage/reprendre", data={"csrf_token": token}).status_code == 303


def test_a_second_set_cut_off_is_told_to_the_jury_then_to_the_person(hall, monkeypatch):
    monkeypatch.setattr("secrets.randbits", lambda _bits: 7)  # always the same form
    visitor = hall.seated(email="lea@example.org")
    missed = 0
    for _place in range(39):
        is_missed = hall.on_screen()[0].critical and not missed
        hall.answer(visitor, right=not is_missed)
        missed += is_missed
    hall.watcher.get(f"{BASE}/direct")
    hall.watcher.submit("/fermer")
    first, second = (hall.account(f"jury{one}@example.org", Role.OFFICER) for one in (1, 2))
    address = f"/examens/jury/{REFERENCE}"
    for juror in (first, second):
        juror.get(address)
        juror.submit("/sieger", is_free="y")
    assert "seconde série coupée (PRO-" in first.get(address).text
    incident = hall.read(Incident)
    refused = first.submit(
        "/propositions", expect=404, kind="defer", incident=str(incident.id), reason="x", candidate="7"
    )
    assert refused.status == 404
    for kind, given in (("defer", {"incident": str(incident.id), "candidate": "1"}), ("conclude", {"candidate": ""})):
        first.get(address)
        first.submit("/propositions", kind=kind, reason="Panne de réseau avérée.", **{"incident": "", **given})
        second.get(address)
        second.submit("/prendre")
    second.submit("/publier")

    lea = hall.account("lea@example.org")
    lea.get("/examens/resultats")
    page = lea.get(f"/examens/resultats/{REFERENCE}")
    assert "Il vous reste une courte série à passer" in page.text
    assert "Inscrivez-vous à une autre session" in page.text
    assert "repasser l’examen" not in page.text


def test_an_account_that_saw_reserved_questions_is_told_so_and_the_slip_serves_on(hall, monkeypatch):
    visitor = hall.seated(email="camille@example.org")
    hall.answer(visitor)
    hall.watcher.get(f"{BASE}/direct")
    hall.watcher.submit("/fermer")
    code = code_of(hall, monkeypatch)
    publish(hall)
    author = hall.account("camille@example.org")
    with hall.app.app_context():
        db = current_session()
        person_id = db.query(Person).filter_by(email="camille@example.org").one().id
        independence.note_reserved_view(db, person_id=person_id, framework_code="PRO", now=datetime.now(UTC))
        db.commit()

    author.get(f"/examens/coupon?coupon={code}")
    told = author.submit("/coupon", expect=422, born_on="1980-05-17").text
    assert "Ce compte ne peut pas reprendre cet examen" in told
    assert "Ce compte ne peut pas reprendre cet examen" in author.get("/examens/resultats").text
    assert hall.read(ClaimSlip).failed_attempts == 0

    lea = hall.account("lea@example.org")
    lea.get(f"/examens/coupon?coupon={code}")
    assert "L’examen n’est pas réussi cette fois" in lea.submit("/coupon", born_on="1980-05-17").text


def test_the_card_gives_an_examination_to_nobody_who_saw_reserved_questions(hall):
    visitor = hall.seated()
    hall.answer(visitor)
    visitor.get("/carte")
    card = visitor.submit("/carte").html
    code, pin = (re.search(shape, card).group() for shape in (r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}", r"\b\d{6}\b"))
    author = hall.account("camille@example.org")
    with hall.app.app_context():
        db = current_session()
        person_id = db.query(Person).filter_by(email="camille@example.org").one().id
        independence.note_reserved_view(db, person_id=person_id, framework_code="PRO", now=datetime.now(UTC))
        db.commit()

    author.get("/reprendre")
    for _twice in range(2):
        told = author.submit("/reprendre", expect=422, code=code, pin=pin).text
        assert "Ce compte ne peut pas reprendre cet examen" in told
    assert hall.read(Candidate).person_id != person_id
