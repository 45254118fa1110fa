"""A supervised examination through its pages, without JavaScript; and each page as somebody else."""

from __future__ import annotations

import io
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar

import pytest
from sqlalchemy import select

from app.access import Role
from app.accounts.models import Case, Person
from app.accounts.services import people
from app.assessments.models import Sitting
from app.database import current_session
from app.examination.models import Arrival, Candidate, ExamSession, FocusLoss, Hand, Incident
from app.examination.services import sessions
from app.examination.views import jury as jury_views
from app.organisations.models import Part, Structure, StructureState, TieKind
from app.organisations.services import independence
from app.outbox import OutboxEntry
from tests.services.accounts_builders import PASSWORD, SECRET
from tests.services.examination_builders import room
from tests.services.organisations_builders import confirmed, named
from tests.web.answering import fields_for

REFERENCE = "SESS10N000000001"
BASE = f"/examens/sessions/{REFERENCE}"


class Hall:
    """The people of an examination with a browser each, and what only the test can see."""

    def __init__(self, app, loaded, make_visitor, **options):
        self.app, self.bank, self.make_visitor = app, loaded.bank, make_visitor
        now = datetime.now(UTC)
        with app.app_context():
            room(current_session(), loaded, day=now + timedelta(hours=2), now=now, **options)
            current_session().commit()
        self.manager = self.signed_in("responsable@example.org")
        self.watcher = self.signed_in("surveillante@example.org")

    def signed_in(self, email):
        visitor = self.make_visitor()
        visitor.get("/connexion")
        visitor.submit("/connexion", email=email, password=PASSWORD)
        return visitor

    def account(self, email, *roles):
        with self.app.app_context():
            confirmed(current_session(), email, *roles)
            current_session().commit()
        return self.signed_in(email)

    def read(self, model, **where):
        with self.app.app_context():
            return current_session().query(model).filter_by(**where).order_by(model.id.desc()).first()

    @property
    def code(self):
        with self.app.app_context():
            return sessions.code_of(sessions.get(current_session(), reference=REFERENCE), secret=SECRET)

    def enrol(self, **fields):
        self.manager.get(BASE)
        given = {"family_name": "Durand", "given_names": "Léa", "email": "", "born_on": "", **fields}
        return self.manager.submit("/inscriptions", **given)

    def open_doors(self):
        self.manager.get(BASE)
        self.manager.submit("/ouvrir")

    def identify(self, number=1, **fields):
        self.watcher.get(f"{BASE}/candidats/{number}")
        return self.watcher.submit("/identite", **{"document": "passport", "born_on": "1980-05-17", **fields})

    def enter(self, visitor=None, number=1, code=None, expect=200):
        visitor = visitor or self.make_visitor()
        visitor.get("/examens/")
        visitor.submit("/examens/entrer", expect=expect, code=code or self.code, number=str(number))
        return visitor

    def act(self, number, act, *, expect=200, **fields):
        self.watcher.get(f"{BASE}/direct")
        return self.watcher.submit(f"/candidats/{number}/{act}", expect=expect, **fields)

    def seated(self, **fields):
        """Somebody who answers."""
        number = (self.read(Candidate).number if self.read(Candidate) else 0) + 1
        self.enrol(**fields)
        if self.read(ExamSession).state == "planned":
            self.open_doors()
        self.identify(number)
        visitor = self.enter(number=number)
        self.act(number, "autoriser")
        visitor.get("/examens/passage")
        visitor.submit("/commencer")
        return visitor

    def on_screen(self):
        row = self.read(Sitting)
        return self.bank.item(row.current_item_id), row.seed

    def answer(self, visitor, *, right=True, expect=200):
        item, seed = self.on_screen()
        return visitor.submit("/passage/reponses", expect=expect, **fields_for(item, seed=seed, right=right))


@pytest.fixture
def hall(app, loaded, make_visitor):
    return Hall(app, loaded, make_visitor)


def test_from_the_plan_to_the_certificate(app, loaded, make_visitor):
    """A citizen's whole way, with no account on the day: enrolled, seen, examined, judged by two, told, certified."""
    hall = Hall(app, loaded, make_visitor, framework_code="CIT", policy="supervised")
    assert "Léa Durand" in hall.enrol(email="lea@example.org", accommodations=["large_type", "third_time"]).text
    hall.open_doors()
    waiting = hall.enter()
    screen = hall.read(Arrival).screen_number
    assert str(screen) in waiting.page.text
    assert 'data-text="larger"' in waiting.page.html
    hall.identify()
    assert f"Autoriser l’écran {screen}" in hall.watcher.get(f"{BASE}/direct").text
    hall.act(1, "autoriser")
    assert "Vous pouvez commencer" in waiting.get("/examens/passage").text

    page = waiting.submit("/commencer")
    assert "60 min restantes" in page.text  # 45 and a third
    while "Votre examen est terminé" not in page.text:
        page = hall.answer(waiting)
    reference = hall.read(Sitting).reference
    waiting.get(f"/evaluations/{reference}/resultat", status=404)
    waiting.get("/examens/passage")
    waiting.submit("/terminer")
    assert waiting.raw("GET", "/examens/passage").status_code != 200

    hall.watcher.get(f"{BASE}/direct")
    hall.watcher.submit("/fermer")
    for paper in ("emargement", "proces-verbal"):
        answer = hall.watcher.raw("GET", f"{BASE}/{paper}.pdf")
        assert answer.data.startswith(b"%PDF-")
    publish(hall)

    letter = hall.read(OutboxEntry, kind="mail").payload
    assert (letter["to"], "/examens/resultats" in letter["body"]) == ("lea@example.org", True)
    lea = hall.account("lea@example.org")
    assert "Mes examens" in lea.get("/examens/resultats").text
    page = lea.get(f"/examens/resultats/{REFERENCE}")
    assert "Votre niveau est établi" in page.text
    address = page.links["Voir mon certificat"]
    assert "Léa Durand" in lea.get(address).text
    assert lea.raw("GET", f"{address}.pdf").data.startswith(b"%PDF-")
    employer = hall.make_visitor().get(f"/c/{address.rpartition('/')[2]}")
    assert "Léa Durand" in employer.text
    assert "Est-ce bien cette personne" in employer.text


def publish(hall):
    """Two jurors dismiss what was noted, conclude and publish."""
    first, second = conclude(hall)
    second.submit("/publier")
    return first, second


def conclude(hall):
    """Two jurors dismiss what was noted, and conclude."""
    first, second = (hall.account(f"jury{one}@example.org", Role.OFFICER) for one in (1, 2))
    address = f"/examens/jury/{REFERENCE}"
    for juror in (first, second):
        assert REFERENCE in juror.get("/examens/jury").html
        juror.get(address)
        juror.submit("/sieger", is_free="y")
    with hall.app.app_context():
        waiting = list(current_session().scalars(select(Incident.id).order_by(Incident.id)))
    for incident in waiting:
        first.get(address)
        first.submit("/propositions", kind="dismiss", incident=str(incident), reason="Sans effet.", candidate="")
        second.get(address)
        second.submit("/prendre")
    first.get(address)
    first.submit("/propositions", kind="conclude", incident="", reason="Rien d’autre à juger.", candidate="")
    second.get(address)
    second.submit("/prendre")
    return first, second


def test_nothing_is_published_while_a_cut_proves_nothing(hall, tmp_path, monkeypatch):
    visitor = hall.seated()
    hall.answer(visitor, right=True)
    hall.watcher.get(f"{BASE}/direct")
    hall.watcher.submit("/fermer")
    _first, second = conclude(hall)
    forged = tmp_path / "cutscores" / "PRO-pass.json"
    forged.parent.mkdir()
    forged.write_text('{"record": {"cut": {"ability": -3}}, "token": "e30.e30.AA"}', encoding="utf-8")
    monkeypatch.setattr(jury_views, "SHIPPED_CONTENT", tmp_path)

    page = second.submit("/publier", expect=409)

    assert "un fichier de seuil ne prouve rien" in page.text
    forged.unlink()
    assert "Publier" not in second.submit("/publier").text


def test_a_failure_is_told_with_what_to_do_and_nobody_else_is_told(hall):
    visitor = hall.seated(email="lea@example.org")
    hall.answer(visitor, right=False)
    hall.watcher.get(f"{BASE}/direct")
    hall.watcher.submit("/incidents", kind="technical", number="1", note="Écran noir.")
    hall.watcher.get(f"{BASE}/direct")
    hall.watcher.submit("/fermer")
    assert "Votre examen est terminé" in visitor.get("/examens/passage").text
    juror, _second = publish(hall)

    lea = hall.account("lea@example.org")
    lea.get("/examens/resultats")
    page = lea.get(f"/examens/resultats/{REFERENCE}")
    for words in ("n’est pas réussi", "Ce qu’il reste à travailler", "repasser l’examen à partir du", "Contester"):
        assert words in page.text
    assert "39 questions n’ont pas eu de réponse" in page.text
    assert "fourchette" not in page.text
    lea.get(f"/examens/resultats/{REFERENCE}/contestation")
    assert "Dites en quelques mots" in lea.submit("/contestation", expect=422, text=" ").text
    assert "porte le numéro" in lea.submit("/contestation", text="La question 1 était illisible.").text
    _only_somebody_else_judges_the_appeal(hall, juror)
    for other in (hall.manager, hall.watcher, hall.account("autre@example.org")):
        other.get(f"/examens/resultats/{REFERENCE}", status=404)
        other.get(f"/examens/resultats/{REFERENCE}/contestation", status=404)


def _only_somebody_else_judges_the_appeal(hall, juror):
    """Even a juror who is an administrator too neither reads nor answers it."""
    with hall.app.app_context():
        db = current_session()
        person = db.scalars(select(Person).where(Person.email == "jury1@example.org")).one()
        people.grant_role(db, person_id=person.id, role=Role.ADMINISTRATOR, actor_id=None, now=datetime.now(UTC))
        db.commit()
    address = f"/administration/demandes/{hall.read(Case).number}"
    juror.get(f"{address}/passation", status=409)
    juror.get(address)
    assert "déjà examinés" in juror.submit("/demandes", expect=409, answer="Rien à redire.").text
    free = hall.account("desk@example.org", Role.ADMINISTRATOR)
    page = free.get(address)
    assert "Relire la passation" in page.text
    assert "se décide à deux" in page.text  # whoever is no officer is told where
    free.get(f"{address}/passation")
    free.get(address)
    free.submit("/demandes", answer="Relue : le résultat est juste.")


class TestEntering:
    def test_a_wrong_code_and_a_wrong_number_are_told_alike(self, hall):
        hall.enrol()
        hall.open_doors()
        said = {
            re.sub(
                r"\s+", " ", hall.enter(number=number, code=code, expect=422).page.text.split("Entrer dans la salle")[0]
            )
            for number, code in ((1, "AAAA AAAA"), (2, None), (1, "<script>"))
        }

        assert len(said) == 1
        assert "ne vont pas ensemble" in said.pop()

    def test_guessing_is_stopped(self, hall):
        hall.open_doors()
        visitor = hall.make_visitor(address="10.9.9.9")
        visitor.get("/examens/entrer")
        for _try in range(20):
            visitor.submit("/examens/entrer", expect=422, code="AAAAAAAA", number="1")
        visitor.submit("/examens/entrer", expect=429, code=hall.code, number="1")

    def test_the_next_candidate_at_the_same_machine_is_not_the_former_one(self, hall):
        visitor = hall.seated()
        hall.answer(visitor)
        hall.enrol(family_name="Martin", given_names="Paul")
        hall.identify(2)
        hall.enter(visitor, number=2)

        hall.act(2, "autoriser")
        first, second = hall.read(Candidate, number=1), hall.read(Candidate, number=2)
        assert None not in (first.person_id, second.person_id)
        assert first.person_id != second.person_id

    def test_a_signed_in_account_of_somebody_else_is_not_taken_for_the_candidate(self, hall):
        hall.enrol(email="lea@example.org")
        hall.open_doors()
        other, lea = hall.account("autre@example.org"), hall.account("lea@example.org")
        hall.enter(other)
        assert hall.read(Arrival).person_id != hall.read(Person, email="autre@example.org").id
        hall.enter(lea)
        assert hall.read(Arrival).person_id == hall.read(Person, email="lea@example.org").id

    def test_without_an_arrival_there_is_nothing_to_see(self, hall):
        for page in ("/examens/passage", "/examens/passage/etat"):
            assert hall.make_visitor().raw("GET", page).status_code in (303, 401, 404)
            hall.manager.get(page, status=404)
        token = hall.manager.get("/compte").form("/deconnexion").fields["csrf_token"][0]
        for page in ("commencer", "reponses", "main", "absences"):
            answer = hall.manager.raw(
                "POST", f"/examens/passage/{page}", data={"csrf_token": token, "item_id": "x", "note": "x"}
            )
            assert answer.status_code == 404, page


class TestAnswering:
    def test_a_changed_machine_waits_for_the_invigilator_and_loses_nothing(self, hall):
        former = hall.seated()
        hall.answer(former)
        new = hall.enter()
        assert "Vos réponses déjà validées sont là" in new.page.text

        hall.act(1, "autoriser")
        assert "Question 2" in new.get("/examens/passage").text
        assert "sur un autre poste" in former.get("/examens/passage").text

    def test_an_answer_from_the_former_machine_is_refused_and_not_recorded(self, hall):
        former = hall.seated()
        page = former.page
        hall.enter()
        hall.act(1, "autoriser")
        former.page = page

        assert "en attente" in hall.answer(former, expect=409).text

    def test_while_paused_nothing_is_shown_nor_taken(self, hall):
        visitor = hall.seated()
        page = visitor.page
        hall.act(1, "pause")
        assert "en pause" in visitor.get("/examens/passage").text
        visitor.page = page
        assert "en attente" in hall.answer(visitor, expect=409).text
        hall.act(1, "reprise")
        assert "Question 1" in visitor.get("/examens/passage").text

    def test_a_double_click_is_one_answer_and_a_stale_page_is_told(self, hall):
        visitor = hall.seated()
        page, (item, seed) = visitor.page, hall.on_screen()
        hall.answer(visitor)
        visitor.page = page
        assert "Question 2" in visitor.submit("/passage/reponses", **fields_for(item, seed=seed)).text
        hall.answer(visitor)
        visitor.page = page
        assert (
            "n’est plus à l’écran"
            in visitor.submit("/passage/reponses", expect=409, **fields_for(item, seed=seed)).text
        )

    def test_an_empty_answer_shows_the_question_again(self, hall):
        visitor = hall.seated()
        while hall.on_screen()[0].type == "simulation":
            visitor.submit("/passage/reponses", passe="1")
        assert "Il manque quelque chose" in visitor.submit("/passage/reponses", expect=422).text

    def test_a_raised_hand_gets_another_question(self, hall):
        visitor = hall.seated()
        first = hall.on_screen()[0].id
        assert "Dites en quelques mots" in visitor.submit("/passage/main", expect=422, note=" ").text
        assert "Votre main est levée" in visitor.submit("/passage/main", note="Deux réponses justes").text
        state = visitor.raw("GET", "/examens/passage/etat").json
        assert "Deux réponses justes" in hall.watcher.get(f"{BASE}/direct").text
        hall.watcher.submit("/candidats/1/remplacer")

        assert hall.on_screen()[0].id != first
        assert visitor.raw("GET", "/examens/passage/etat").json["seen"] != state["seen"]
        assert "Question 1" in visitor.get("/examens/passage").text

    def test_the_time_is_the_servers(self, hall):
        visitor = hall.seated()
        assert visitor.raw("GET", "/examens/passage/etat").json["minutes"] == 60
        page = visitor.page
        hall.watcher.get(f"{BASE}/candidats/1")
        assert "Indiquez de 1 à 60" in hall.watcher.submit("/prolonger", expect=422, minutes="900").text
        hall.watcher.get(f"{BASE}/candidats/1")
        hall.watcher.submit("/prolonger", minutes="10")
        assert visitor.raw("GET", "/examens/passage/etat").json["minutes"] == 70
        with hall.app.app_context():
            db = current_session()
            row = db.scalars(select(Candidate)).one()
            row.started_at -= timedelta(minutes=71)
            db.commit()
        visitor.page = page
        assert "Votre examen est terminé" in hall.answer(visitor).text
        assert hall.read(Candidate).finish_reason == "time"

    def test_looking_at_the_page_when_the_time_is_over_ends_the_sitting(self, hall):
        visitor = hall.seated()
        with hall.app.app_context():
            row = current_session().scalars(select(Candidate)).one()
            row.started_at -= timedelta(minutes=61)
            current_session().commit()

        assert "Votre examen est terminé" in visitor.get("/examens/passage").text
        assert hall.read(Sitting).finished_at is not None

    def test_leaving_the_page_is_noted(self, hall):
        visitor = hall.seated()
        token = visitor.page.form("/passage/reponses").fields["csrf_token"][0]
        assert visitor.raw("POST", "/examens/passage/absences", data={"csrf_token": token}).status_code == 204
        assert hall.read(FocusLoss) is not None
        assert "page quittée 1 fois" in hall.watcher.get(f"{BASE}/direct").text


class TestInvigilating:
    def test_why_somebody_may_not_sit_is_not_told_on_the_screen_either(self, hall):
        with hall.app.app_context():
            author = confirmed(current_session(), "auteur@example.org")
            independence.note_reserved_view(
                current_session(), person_id=author.id, framework_code="PRO", now=datetime.now(UTC)
            )
            current_session().commit()
        hall.enrol()  # without an address
        hall.open_doors()
        hall.identify()
        hall.enter(hall.signed_in("auteur@example.org"))
        with hall.app.app_context():  # the browser is let in as the account that it has
            db = current_session()
            arrival = db.query(Arrival).order_by(Arrival.id.desc()).first()
            arrival.person_id = db.query(Person).filter_by(email="auteur@example.org").one().id
            db.commit()

        page = hall.act(1, "autoriser", expect=409)

        assert "Elle seule peut en savoir la raison" in page.text
        assert "réservées" not in page.text

    def test_whoever_answers_can_be_paused_though_another_browser_waits_in_their_name(self, hall):
        hall.seated()
        hall.enter()  # somebody types the number of a neighbour

        assert "attend votre accord" in hall.watcher.get(f"{BASE}/direct").text
        hall.act(1, "pause")

        assert hall.read(Candidate).paused_at is not None

    def test_a_hand_about_a_question_that_is_not_on_screen_is_not_up(self, hall):
        visitor = hall.seated()
        visitor.get("/examens/passage")

        for item_id in ("PRO-9.9-99", "X" * 400):
            visitor.get("/examens/passage")
            visitor.submit("/passage/main", expect=409, item_id=item_id, note="Je ne comprends pas.")

        assert hall.read(Hand) is None

    def test_of_two_at_once_the_second_is_told_and_nothing_is_lost(self, hall):
        hall.seated()
        second = hall.signed_in("surveillante@example.org")
        second.get(f"{BASE}/direct")
        hall.act(1, "pause")

        page = second.submit("/candidats/1/pause", expect=409)
        assert "Quelqu’un a agi avant vous" in page.text
        assert "Reprendre" in page.text

    def test_at_the_very_same_moment_one_act_is_done_and_the_other_told(self, hall):
        hall.seated()
        watchers = [hall.watcher, hall.signed_in("surveillante@example.org")]
        for watcher in watchers:
            watcher.get(f"{BASE}/direct")
        together = threading.Barrier(2)

        def pause(watcher):
            form = watcher.page.form("/candidats/1/pause")
            together.wait()
            return watcher.raw(
                "POST", form.action, data={name: one[0] for name, one in form.fields.items()}
            ).status_code

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(pause, watchers)) == [303, 409]

    def test_an_answer_and_the_end_of_the_sitting_do_not_wait_for_each_other_for_ever(self, hall):
        """Whichever comes first: the answer is recorded or told to be late, the end is an end."""
        visitor = hall.seated()
        hall.watcher.get(f"{BASE}/candidats/1")
        item, seed = hall.on_screen()
        answer, end = visitor.page.form("/passage/reponses"), hall.watcher.page.form("/terminer")
        sent = [
            (visitor, answer.action, {**{k: v[0] for k, v in answer.fields.items()}, **fields_for(item, seed=seed)}),
            (hall.watcher, end.action, {k: v[0] for k, v in end.fields.items()}),
        ]
        together = threading.Barrier(2)

        def send(one):
            who, address, data = one
            together.wait()
            return who.raw("POST", address, data=data).status_code

        with ThreadPoolExecutor(2) as pool:
            answered, ended = pool.map(send, sent)
        assert (answered in (303, 409), ended) == (True, 303)
        assert hall.read(Candidate).finish_reason == "ended"

    def test_nobody_is_authorised_unseen(self, hall):
        hall.enrol()
        hall.open_doors()
        hall.enter()
        token = hall.watcher.get(f"{BASE}/candidats/1").forms[0].fields["csrf_token"][0]
        arrival = hall.read(Arrival).id
        answer = hall.watcher.raw(
            "POST", f"{BASE}/candidats/1/autoriser", data={"csrf_token": token, "version": "0", "arrival": str(arrival)}
        )

        assert answer.status_code == 409
        assert "n’est pas encore contrôlée" in answer.get_data(as_text=True)

    def test_the_screen_can_be_fetched_in_part(self, hall):
        hall.seated()
        part = hall.watcher.raw("GET", f"{BASE}/direct?morceau=oui").get_data(as_text=True)

        assert "Léa Durand" in part
        assert "<html" not in part

    def test_everybody_is_paused_and_resumed(self, hall):
        visitor = hall.seated()
        hall.watcher.get(f"{BASE}/direct")
        hall.watcher.submit("/tous/pause")
        assert "en pause" in visitor.get("/examens/passage").text
        hall.watcher.submit("/tous/reprise")
        assert "Question 1" in visitor.get("/examens/passage").text

    def test_what_is_wrong_is_told_beside_it(self, hall):
        hall.enrol()
        hall.open_doors()
        assert "Tapez la date" in self.refused(hall, born_on="")
        for born_on in ("2080-05-17", "0080-05-17"):
            assert "n’est pas possible" in self.refused(hall, born_on=born_on)
        assert "Saisissez" in self.refused(hall, family_name=" ")
        assert "chiffre" in self.refused(hall, family_name="Durand 2")
        hall.watcher.get(f"{BASE}/direct")
        assert (
            "Dites en quelques mots"
            in hall.watcher.submit("/incidents", expect=422, note=" ", kind="other", number="").text
        )
        hall.watcher.get(f"{BASE}/direct")
        page = hall.watcher.submit("/incidents", expect=422, note="Un long récit.", kind="other", number="44")
        assert "Personne ici n’a ce numéro" in page.text
        assert "Un long récit." in page.html  # nothing typed is lost

    def refused(self, hall, **fields):
        hall.watcher.get(f"{BASE}/candidats/1")
        return hall.watcher.submit(
            "/identite", expect=422, **{"document": "passport", "born_on": "1980-05-17", **fields}
        ).text


class TestLists:
    def send(self, hall, data, *, expect=200, name="liste.csv"):
        hall.manager.get(BASE)
        form = hall.manager.page.form("/liste")
        fields = {"csrf_token": form.fields["csrf_token"][0], "sheet": (io.BytesIO(data), name)}
        answer = hall.manager.raw("POST", f"{BASE}/liste", data=fields, content_type="multipart/form-data")
        return hall.manager._read(answer, expect)

    LINES = "Nom;Prénom;Courriel;Aménagements\nDurand;Léa;lea@example.org;tiers temps\n=1+1;Paul;;\n;;;\nMartin;;;\n"

    @pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
    def test_good_lines_wait_and_bad_ones_say_why(self, hall, codec):
        page = self.send(hall, self.LINES.encode(codec))
        assert "Personne n’est encore inscrit" in page.text
        assert "signe de formule" in page.text
        assert "il manque le nom ou le prénom" in page.text
        assert hall.read(Candidate) is None

        assert "Léa Durand" in hall.manager.submit("/liste/confirmer").text
        hall.manager.get(BASE)
        assert "attend votre accord" not in hall.manager.page.text

    def test_commas_do_too(self, hall):
        assert "Une ligne est bonne" in self.send(hall, b"nom,prenom\nDurand,Lea\n").text

    BAD: ClassVar = {
        "a picture": (b"\x89PNG\r\n\x1a\n" + b"\x00" * 40, "n’est pas une liste"),
        "nothing": (b"", "ne contient aucune ligne"),
        "other columns": (b"ville;code postal\nBron;69500\n", "une colonne"),
        "too many lines": (b"nom;prenom\n" + b"Durand;Lea\n" * 600, "trop long"),
        "a broken workbook": (b"PK\x03\x04" + b"\x00" * 40, "n’est pas une liste"),
    }

    @pytest.mark.parametrize(("data", "said"), BAD.values(), ids=BAD)
    def test_what_is_no_list_is_told(self, hall, data, said):
        assert said in self.send(hall, data, expect=422).text

    def test_confirming_nothing_is_told(self, hall):
        token = hall.manager.get(BASE).form("/inscriptions").fields["csrf_token"][0]

        assert hall.manager.raw("POST", f"{BASE}/liste/confirmer", data={"csrf_token": token}).status_code == 409


class TestPlanning:
    def test_a_session_is_planned_by_a_manager_for_a_day_to_come(self, hall):
        page = hall.manager.get("/examens/sessions")
        address = next(link for link in page.links.values() if "/nouvelle/" in link)
        hall.manager.get(address)
        given = {"test": "examination:PRO", "place": "Salle 3", "seats": "4"}
        assert "déjà passée" in hall.manager.submit("/nouvelle", expect=422, starts_at="2020-01-01T09:00", **given).text
        assert "pas agréée" in hall.manager.submit("/nouvelle", expect=422, starts_at="2090-01-01T09:00", **given).text
        assert "Donnez la date" in hall.manager.submit("/nouvelle", expect=422, starts_at="demain", **given).text
        day = (datetime.now(UTC) + timedelta(days=3)).strftime("%Y-%m-%dT09:00")
        assert "Salle 3" in hall.manager.submit("/nouvelle", starts_at=day, **given).text
        hall.watcher.get(address, status=404)

    def test_enrolling_says_what_is_wrong(self, hall):
        hall.enrol()
        for fields, said in (
            ({"family_name": " "}, "Saisissez le nom"),
            ({"email": "lea@"}, "n’est pas complète"),
            ({"family_name": "Docteur Durand"}, "ne peut pas être imprimé"),
        ):
            hall.manager.get(BASE)
            given = {"family_name": "Martin", "given_names": "Paul", "email": "", "born_on": "", **fields}
            assert said in hall.manager.submit("/inscriptions", expect=422, **given).text
        hall.manager.get(BASE)
        again = {"family_name": "DURAND", "given_names": "Lea", "email": "", "born_on": ""}
        assert "déjà inscrite" in hall.manager.submit("/inscriptions", expect=409, **again).text
        hall.manager.get(BASE)
        assert "Léa Durand" not in hall.manager.submit("/candidats/1/retirer").text

    def test_doors_stay_shut_without_an_accreditation(self, hall):
        with hall.app.app_context():
            current_session().scalars(select(Structure)).one().state = StructureState.SUSPENDED.value
            current_session().commit()
        hall.manager.get(BASE)
        assert "pas agréée" in hall.manager.submit("/ouvrir", expect=409).text

    def test_a_new_code_makes_the_former_one_worthless(self, hall):
        hall.enrol()
        hall.open_doors()
        former = hall.code
        hall.manager.get(BASE)
        hall.manager.submit(f"{BASE}/code")
        assert hall.code != former
        hall.enter(code=former, expect=422)

    def test_the_enrolled_are_taken_along_as_texts(self, hall):
        hall.enrol(email="lea@example.org", accommodations=["reader"])
        with hall.app.app_context():
            row = current_session().scalars(select(Candidate)).one()
            row.family_name = "=cmd()"  # as if it had come in by another door
            current_session().commit()

        told = hall.manager.raw("GET", f"{BASE}/candidats.csv").get_data().decode("utf-8-sig")

        assert "1;'=cmd();Léa;lea@example.org;lecteur;pas encore là" in told
        hall.account("autre@example.org").get(f"{BASE}/candidats.csv", status=404)

    def test_another_invigilator_joins_once_free_and_a_tied_one_does_not(self, hall):
        hall.account("eleve@example.org")
        hall.enrol(email="eleve@example.org")
        free, tied = hall.account("libre@example.org"), hall.account("prof@example.org")
        with hall.app.app_context():
            db = current_session()
            found = {one.email: one for one in db.scalars(select(Person))}
            place, boss = db.scalars(select(Structure)).one(), found["responsable@example.org"]
            for email in ("libre@example.org", "prof@example.org"):
                named(db, place, found[email], Part.INVIGILATOR, actor=boss)
            independence.declare(
                db,
                actor_id=found["prof@example.org"].id,
                subject_id=found["eleve@example.org"].id,
                kind=TieKind.TRAINER,
                begins_on=date(2026, 1, 1),
                ends_on=None,
                declared_by=boss.id,
                now=datetime.now(UTC),
            )
            db.commit()
        free.get(BASE)
        assert "Cochez la case" in free.submit("/surveiller", expect=422).text
        assert "Surveillance" in free.submit("/surveiller", is_free="y").text
        tied.get(BASE)
        assert "impartialité" in tied.submit("/surveiller", expect=409, is_free="y").text

    def test_who_does_not_declare_to_be_free_does_not_watch(self, hall):
        other = hall.account("aide@example.org")
        other.get(BASE, status=404)
        hall.manager.get(BASE)
        hall.manager.submit("/surveiller", expect=404, is_free="y")  # a manager is no invigilator


def test_every_page_as_somebody_else(hall):
    """Absent and not yours are the same; officers alone judge; a browser without an account is asked to sign in."""
    hall.seated()
    other = hall.account("autre@example.org")
    nobody = hall.make_visitor(address="10.1.1.1")
    token = other.get("/compte").form("/deconnexion").fields["csrf_token"][0]
    jury = f"/examens/jury/{REFERENCE}"
    for page in (BASE, f"{BASE}/direct", f"{BASE}/candidats/1", f"{BASE}/emargement.pdf", f"{BASE}/proces-verbal.pdf"):
        other.get(page, status=404)
        assert nobody.raw("GET", page).status_code == 303, page
    for page in ("/examens/jury", jury):
        other.get(page, status=403)
        hall.watcher.get(page, status=403)
    posts = [
        *(
            f"{BASE}/{act}"
            for act in (
                "inscriptions",
                "liste",
                "liste/confirmer",
                "ouvrir",
                "code",
                "surveiller",
                "fermer",
                "incidents",
            )
        ),
        *(f"{BASE}/tous/{act}" for act in ("pause", "reprise")),
        *(
            f"{BASE}/candidats/1/{act}"
            for act in (
                "retirer",
                "identite",
                "autoriser",
                "pause",
                "reprise",
                "prolonger",
                "terminer",
                "remplacer",
                "garder",
                "pause-prevue",
                "lire",
                "coupon",
            )
        ),
    ]
    for page in posts:
        assert other.raw("POST", page, data={"csrf_token": token}).status_code == 404, page
    for page in ("sieger", "propositions", "decisions/1/prendre", "decisions/1/retirer", "publier"):
        assert other.raw("POST", f"{jury}/{page}", data={"csrf_token": token}).status_code == 403, page
    manager_token = hall.manager.get("/compte").form("/deconnexion").fields["csrf_token"][0]
    for page in ("fermer", "incidents", "tous/pause", "candidats/1/pause"):  # a manager is not on duty
        assert hall.manager.raw("POST", f"{BASE}/{page}", data={"csrf_token": manager_token}).status_code == 404, page


class TestJury:
    @pytest.fixture
    def address(self, hall):
        hall.seated()
        hall.watcher.get(f"{BASE}/direct")
        hall.watcher.submit("/incidents", kind="question", number="1", note="Deux réponses justes.")
        hall.watcher.get(f"{BASE}/direct")
        hall.watcher.submit("/fermer")
        return f"/examens/jury/{REFERENCE}"

    def test_one_alone_decides_nothing(self, hall, address):
        one = hall.account("jury1@example.org", Role.OFFICER)
        one.get(address)
        assert "Cochez la case" in one.submit("/sieger", expect=422).text
        one.submit("/sieger", is_free="y")
        given = {"kind": "dismiss", "incident": "1", "candidate": "", "item_id": ""}
        assert "Donnez le motif" in one.submit("/propositions", expect=422, **given, reason=" ").text
        wrong = {**given, "incident": "", "reason": "x"}
        assert "ne va pas avec" in one.submit("/propositions", expect=404, **wrong).text
        page = one.submit("/propositions", **given, reason="Vu.")
        assert "Retirer ma proposition" in page.text
        token = page.form("/propositions").fields["csrf_token"][0]
        answer = one.raw("POST", f"{address}/decisions/1/prendre", data={"csrf_token": token})
        assert answer.status_code == 422
        assert "deux personnes différentes" in answer.get_data(as_text=True)
        assert one.raw("POST", f"{address}/publier", data={"csrf_token": token}).status_code == 409
        conclude = {"kind": "conclude", "incident": "", "candidate": "", "item_id": "", "reason": "Fin."}
        one.get(address)
        assert "reste des incidents" in one.submit("/propositions", expect=409, **conclude).text
        one.get(address)
        assert "Décider ainsi" not in one.submit("/retirer").text

    def test_a_tied_officer_does_not_sit(self, hall, address):
        officer = hall.account("jury1@example.org", Role.OFFICER)
        with hall.app.app_context():
            db = current_session()
            person = db.scalars(select(Person).where(Person.email == "jury1@example.org")).one()
            independence.note_reserved_view(db, person_id=person.id, framework_code="PRO", now=datetime.now(UTC))
            db.commit()
        officer.get(address)
        assert "questions réservées" in officer.submit("/sieger", expect=409, is_free="y").text
        assert officer.raw("GET", f"{BASE}/proces-verbal.pdf").status_code == 200
        officer.get(f"{BASE}/emargement.pdf", status=404)  # it names whom the jury judges by number


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_session_is_moved_then_cancelled_by_its_manager_alone(hall):
    hall.enrol(email="lea@example.org")
    assert "Une place vous attend" in hall.read(OutboxEntry, kind="mail").payload["body"]
    hall.watcher.get(f"{BASE}/deplacer", status=404)
    page = hall.manager.get(f"{BASE}/deplacer")
    assert "Salle 2" in page.html
    past = hall.manager.submit("/deplacer", expect=422, starts_at="2020-01-01T10:00", place="Salle 3")
    assert "Cette date est déjà passée" in past.text
    day = (datetime.now(UTC) + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    assert "Salle 3" in hall.manager.submit("/deplacer", starts_at=day, place="Salle 3").text
    hall.manager.get(f"{BASE}/deplacer")
    assert "annulée avant de commencer" in hall.manager.submit("/annuler").text
    assert "n’aura pas lieu" in hall.read(OutboxEntry, kind="mail").payload["body"]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_seats_are_changed_by_the_manager_alone_and_until_the_doors_open(hall):
    hall.enrol(email="lea@example.org")
    hall.enrol(family_name="Petit")
    page = hall.watcher.get(BASE)
    assert "Changer le nombre de places" not in page.text
    hall.manager.get(BASE)
    for seats, status, words in (
        ("", 422, "Dites combien de places"),
        ("0", 422, "De 1 à 500 places"),
        ("1", 409, "2 personnes sont inscrites : gardez au moins autant de places."),
    ):
        assert words in hall.manager.submit("/places", expect=status, seats=seats).text.replace("\u00a0", " ")
    assert "2 sur 2 sont prises" in hall.manager.submit("/places", seats="2").text
    english = hall.manager.get(f"{BASE}?lang=en")
    assert "2 of 2 are taken" in english.text
    hall.manager.get(f"{BASE}?lang=fr")
    hall.manager.submit("/ouvrir")
    assert "Changer le nombre de places" not in hall.manager.get(BASE).text


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_an_appeal_is_decided_by_two_who_had_no_part_in_it(hall):
    visitor = hall.seated(email="lea@example.org")
    hall.answer(visitor)
    hall.watcher.get(f"{BASE}/direct")
    hall.watcher.submit("/fermer")
    publish(hall)
    lea = hall.account("lea@example.org")
    lea.get("/examens/resultats")
    page = lea.get(f"/examens/resultats/{REFERENCE}")
    assert "Points 1 sur" in page.text
    assert ".0 " not in page.text
    lea.get(f"/examens/resultats/{REFERENCE}/contestation")
    lea.submit("/contestation", text="Une alarme a sonné.")
    address = f"/examens/recours/{hall.read(Case).number}"
    lea.get(address, status=403)
    first, second = (hall.account(f"recours{one}@example.org", Role.OFFICER) for one in (1, 2))
    assert address.rpartition("/")[2] in first.get("/examens/recours").text
    first.get("/examens/recours/R-2000-0001", status=404)
    both = hall.account("desk@example.org", Role.ADMINISTRATOR, Role.OFFICER)
    leads = both.get(f"/administration/demandes/{address.rpartition('/')[2]}").links
    assert leads["Ouvrir le recours : deux personnes y décident de ce qui change"] == address

    first.get(address)
    refused = first.submit("/propositions", expect=422, kind="neutralise_one", item_id="PRO-9.9-001", reason="x")
    assert "n’a pas été posée" in refused.text
    first.get(address)
    assert (
        "Retirer ma proposition" in first.submit("/propositions", kind="call_off", reason="L’alarme est avérée.").text
    )
    second.get(address)
    assert "prise le" in second.submit("/prendre").text

    page = lea.get(f"/examens/resultats/{REFERENCE}")
    assert "L’alarme est avérée." in page.text
    assert "Ce résultat a été revu" in page.text
