"""Three lists of the desk, as those who decide and as everybody else: certificates that wait, disputed numbers, appeals of suspensions."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.access import Role
from app.certification.models import Certificate
from app.database import current_session
from app.examination.models import Candidate
from app.identity.models import NumberDispute
from app.identity.services import professional
from app.labels.models import LabelAppeal
from tests.rows import rows
from tests.services.label_builders import RPPS, suspended
from tests.services.organisations_builders import confirmed
from tests.web.test_examination import REFERENCE, Hall, publish

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def hall(app, loaded, make_visitor):
    return Hall(app, loaded, make_visitor)


def test_a_certificate_that_waits_is_shown_by_reference_and_written_on_demand(hall, app):
    visitor = hall.seated()
    while "data-question" in visitor.page.html or not hall.read(Candidate).finished_at:
        hall.answer(visitor)
    hall.watcher.get("/examens/sessions/" + REFERENCE + "/direct")
    hall.watcher.submit("/fermer")
    with app.app_context():
        db = current_session()
        row = db.scalars(select(Candidate)).one()
        good, row.checked_name = row.checked_name, "Léa Durand\ue000"
        db.commit()
    publish(hall)
    officer = hall.account("agente9@example.org", Role.OFFICER)

    assert "Certificats à écrire de nouveau" in officer.get("/administration/").text
    page = officer.get("/examens/certificats-en-attente")
    assert REFERENCE in page.text
    assert "Durand" not in page.text
    assert "ne peut pas être imprimé" in page.text
    refused = officer.submit("/certificats-en-attente/", expect=409)
    assert "ne peut toujours pas être écrit" in refused.text
    with app.app_context():
        db = current_session()
        db.scalars(select(Candidate)).one().checked_name = good
        db.commit()
    assert "Plus rien ne s’y oppose" in officer.get("/examens/certificats-en-attente").text
    assert "Le certificat est écrit" in officer.submit("/certificats-en-attente/").text
    assert len(rows(app, Certificate)) == 1


def test_an_empty_list_says_so_and_who_does_not_judge_reads_none(hall):
    officer, citizen = hall.account("agente9@example.org", Role.OFFICER), hall.account("odile@example.org")

    for path, told in (
        ("/examens/certificats-en-attente", "Aucun certificat n’attend"),
        ("/administration/numeros", "Aucun numéro n’est disputé"),
    ):
        assert told in officer.get(path).text
        assert citizen.raw("GET", path).status_code == 403


def test_a_disputed_number_goes_to_two_officers(hall, app):
    with app.app_context():
        db = current_session()
        first = confirmed(db, "claire@example.org")
        professional.declare(db, person_id=first.id, typed=RPPS, now=datetime.now(UTC))
        db.commit()
    second = hall.account("homonyme@example.org")
    second.get("/compte/securite/numero")
    told = second.submit("/compte/securite/numero", expect=422, number=RPPS)
    assert "Deux personnes de l’organisme certificateur regardent" in told.text
    one, other = hall.account("agente8@example.org", Role.OFFICER), hall.account("agente9@example.org", Role.OFFICER)

    assert "Numéros RPPS disputés" in one.get("/administration/").text
    page = one.get("/administration/numeros")
    assert RPPS in page.text
    assert "example.org" not in page.text
    assert "par vous" in one.submit("/proposer", outcome="freed").text
    assert one.raw("POST", f"/administration/numeros/{rows(app, NumberDispute)[0].id}/decider").status_code == 403
    other.get("/administration/numeros")
    assert "Aucun numéro n’est disputé" in other.submit("/decider").text
    second.get("/compte/securite/numero")
    second.submit("/compte/securite/numero", number=RPPS)
    assert rows(app, NumberDispute)[0].settled_as == "freed"


def test_a_suspension_is_contested_from_the_holders_page_and_waits_at_the_desk(hall, app, loaded):
    with app.app_context():
        suspended(current_session(), loaded)
        current_session().commit()
    claire = hall.signed_in("claire.dubreuil@example.org")
    officer = hall.account("agente9@example.org", Role.OFFICER)

    assert "Vous n’êtes pas d’accord avec la suspension" in claire.get("/mon-label/").text
    assert "Votre appel porte sur la suspension" in claire.get("/mon-label/appel").text
    page = claire.submit("/mon-label/appel", text="Le motif est faux : voici pourquoi.")
    assert "Trois autres personnes jugent votre appel" in page.text
    assert "Faire appel, jusqu" not in page.text
    assert rows(app, LabelAppeal)[0].against == "suspended"
    claire.get("/mon-label/appel")
    assert "déjà fait appel" in claire.submit("/mon-label/appel", text="Encore une fois.", expect=409).text
    desk = officer.get("/labels/")
    assert "Appels à juger" in desk.text
    file = officer.get(next(link for link in desk.links.values() if re.fullmatch(r"/labels/[0-9A-Z]{16}", link)))
    assert "Contre la suspension" in file.text
    assert "Annuler la suspension" in file.text
    assert "Votre numéro" not in file.text
