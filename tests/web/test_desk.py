"""The desk of the certifying authority: what waits, who works there, what is taken away; and each of them as somebody else."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select

from app.access import Role
from app.accounts.models import Case, Person, PersonRole
from app.accounts.services import cases
from app.accounts.services.cases import CaseKind
from app.administration.services.exports import MOST_LINES
from app.audit import Action, AuditEntry
from app.certification.models import Certificate
from app.database import current_session
from app.examination.models import ExamSession, SessionState
from app.examination.services import sessions
from app.organisations.models import Part, Structure
from app.organisations.services import structures
from app.outbox import OutboxEntry
from tests.rows import rows
from tests.services.label_builders import numbered, submitted
from tests.services.organisations_builders import named, structure
from tests.services.register_builders import registered

ONE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # who may do what is the same on both
PAGES = ("/administration/", "/administration/structures", "/administration/personnes", "/administration/exports")
CHIEF, AGENT, CITIZEN = "cheffe@example.org", "agente@example.org", "odile.payet@example.org"


@pytest.fixture
def chief(enter):
    return enter(CHIEF, Role.ADMINISTRATOR)


@pytest.fixture
def agent(enter):
    return enter(AGENT, Role.OFFICER)


def number_of(app, email):
    with app.app_context():
        return current_session().scalars(select(Person.id).where(Person.email == email)).one()


def held(app, email):
    with app.app_context():
        rows = select(PersonRole.role).join(Person, Person.id == PersonRole.person_id).where(Person.email == email)
        return set(current_session().scalars(rows))


def acts(app, action):
    with app.app_context():
        return (
            current_session()
            .scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id))
            .all()
        )


def lodge(app, *, count=1, days=7, text="Rien ne s’affiche."):
    with app.app_context():
        for _ in range(count):
            cases.open_case(
                current_session(),
                kind=CaseKind.COMPLAINT,
                person_id=None,
                email=None,
                subject_kind="service",
                subject_reference='=HYPERLINK("http://example.org")',
                text=text,
                language="fr",
                now=datetime.now(UTC) - timedelta(days=days),
            )
        current_session().commit()


def place(app, *, name="Espace France services de Trévoux", days=30, reference="STRVCTVRE0000001"):
    with app.app_context():
        db, today = current_session(), datetime.now(UTC).date()
        actor = db.scalars(select(Person).order_by(Person.id)).first()
        structure(db, actor=actor, name=name, accredited_until=today + timedelta(days=days), reference=reference)
        db.commit()


def change(visitor, number, role, act, **status):
    token = visitor.get("/administration/personnes").form("/personnes").fields["csrf_token"]
    path = f"/administration/personnes/{number}/{role}/{act}"
    return visitor.raw("POST", path, data={"csrf_token": token, **status})


@ONE
class TestRefusals:
    @pytest.mark.parametrize("path", [*PAGES, "/administration/registre", "/administration/exports/structures.csv"])
    def test_a_citizen_and_an_author_have_no_desk(self, enter, path):
        enter(CITIZEN).get(path, status=403)
        enter("autrice@example.org", Role.AUTHOR).get(path, status=403)

    def test_a_stranger_is_asked_to_sign_in(self, visitor):
        for path in (*PAGES, "/administration/exports/registre.csv"):
            assert "/connexion" in visitor.raw("GET", path).location

    def test_an_officer_takes_nothing_that_is_an_administrator_s(self, agent):
        for path in ("demandes.csv", "journal.csv?mois=2026-11"):
            agent.get(f"/administration/exports/{path}", status=403)
        for path in ("registre", "journal", "demandes"):
            agent.get(f"/administration/{path}", status=403)

    def test_an_administrator_takes_nothing_that_is_an_officer_s(self, chief):
        for path in ("labels.csv", "jurys.csv"):
            chief.get(f"/administration/exports/{path}", status=403)

    def test_a_list_that_is_none(self, chief):
        chief.get("/administration/exports/mots-de-passe.csv", status=404)

    @pytest.mark.parametrize("month", ["", "2026-13", "novembre", "2026-11-01", "2026-11\n"])
    def test_a_month_that_is_none(self, app, chief, month):
        page = chief.raw("GET", "/administration/exports/journal.csv", query_string={"mois": month})

        assert page.status_code == (200 if month == "2026-11\n" else 422)  # white space around is nobody's fault
        assert len(acts(app, Action.LIST_EXPORTED)) == (page.status_code == 200)

    def test_an_officer_gives_no_role(self, app, agent, enter):
        enter(CITIZEN)
        page = agent.get("/administration/personnes")
        assert not [form for form in page.forms if "/personnes" in form.action]
        assert CITIZEN not in page.text
        assert AGENT not in page.text
        token = agent.get("/structures/accrediter").form("").fields["csrf_token"]

        for path in (f"/{number_of(app, CITIZEN)}/officer/donner", f"/{number_of(app, AGENT)}/author/donner", ""):
            answer = agent.raw("POST", f"/administration/personnes{path}", data={"csrf_token": token, "email": CITIZEN})
            assert answer.status_code == 403

        assert held(app, CITIZEN) == set()

    def test_nobody_changes_their_own_roles(self, app, chief):
        for act in ("donner", "reprendre"):
            assert change(chief, number_of(app, CHIEF), "officer", act).status_code == 422

        assert held(app, CHIEF) == {"administrator"}

    def test_an_administrator_is_neither_made_nor_unmade_here(self, app, chief, enter):
        enter("autre@example.org", Role.ADMINISTRATOR)

        for act in ("donner", "reprendre"):
            assert change(chief, number_of(app, "autre@example.org"), "administrator", act).status_code == 404

        assert held(app, "autre@example.org") == {"administrator"}

    def test_an_address_that_nobody_confirmed_gets_no_role(self, app, chief, enter):
        enter(CITIZEN)
        with app.app_context():
            db = current_session()
            db.scalars(select(Person).where(Person.email == CITIZEN)).one().email_confirmed_at = None
            db.commit()

        assert change(chief, number_of(app, CITIZEN), "officer", "donner").status_code == 404
        assert change(chief, 999_999, "officer", "donner").status_code == 404
        chief.get("/administration/personnes")
        for address in (CITIZEN, "odile", "", "personne@example.org"):
            chief.submit("/personnes", email=address, expect=422)

        assert held(app, CITIZEN) == set()


class TestWhatWaits:
    def test_nothing_waits(self, agent):
        page = agent.get("/administration/")

        assert "Rien n’attend" in page.text
        assert "Demandes sans réponse" not in page.text  # not theirs to answer
        assert "Code du certificat" not in page.text

    def test_each_role_sees_its_queues_with_their_age_and_their_day(self, app, agent, chief, loaded):
        lodge(app, days=7)
        place(app)
        with app.app_context():
            submitted(current_session(), loaded, now=datetime.now(UTC))
            current_session().commit()

        ours, theirs = agent.get("/administration/"), chief.get("/administration/")

        assert "Demandes à étudier" in ours.links
        assert "Demandes à étudier" not in theirs.links
        assert theirs.links["Demandes sans réponse"] == "/administration/demandes"
        assert "7 jours" in theirs.text
        assert "date passée" in theirs.text  # five days are over
        for page in (ours, theirs):
            assert page.links["Agréments qui finissent bientôt"] == "/administration/structures"
        assert "Espace France services de Trévoux" in chief.get("/administration/structures").text
        assert "Espace France services de Trévoux" in agent.get("/administration/structures").links

    def test_keys_and_content_at_a_glance(self, app, agent):
        page, loaded = agent.get("/administration/"), app.extensions["numericite.resources"]

        assert all(key.kid[:16] in page.text for key in loaded.ring.keys)
        assert loaded.bank.content_hash[:16] in page.text
        assert "provisoire" in page.text
        assert "PRIVATE" not in page.html

    def test_in_english(self, chief):
        assert (
            "Nothing is waiting" in chief.get("/administration/?lang=en").text or "What is waiting" in chief.page.text
        )


@ONE
class TestRoles:
    def test_a_seat_on_panels_is_granted_to_an_officer_and_taken_back(self, app, agent, chief):
        agent.get("/administration/sieges", status=403)
        chief.get("/administration/personnes")
        assert "Aucun siège" in chief.get("/administration/sieges").text
        number = str(number_of(app, AGENT))
        chief.submit("/administration/sieges", person=number, seat="independent", expect=422)

        chief.get("/administration/sieges")
        page = chief.submit("/administration/sieges", person=number, seat="peer:sage-femme")
        assert "Sage-femme" in page.text.partition("Donner un siège")[0]

        assert "Aucun siège" in chief.submit("/peer/reprendre").text

    def test_a_role_is_given_and_taken_back_and_both_are_written_down(self, app, chief, enter):
        somebody = enter(CITIZEN)
        chief.get("/administration/personnes")
        found = chief.submit("/personnes", email=f" {CITIZEN.upper()} ")
        assert "Donner : organisme certificateur" in found.text
        chief.submit(f"/{number_of(app, CITIZEN)}/officer/donner")
        assert "Odile Payet" in chief.page.text
        assert somebody.get("/labels/").status == 200

        chief.submit(f"/{number_of(app, CITIZEN)}/officer/reprendre")

        somebody.get("/labels/", status=403)  # at once, in the browser that is open
        entry = acts(app, Action.ACCOUNT_ROLE_TAKEN_BACK)[0]
        assert (entry.actor_id, entry.subject_id) == (number_of(app, CHIEF), number_of(app, CITIZEN))
        assert entry.detail == {"role": "officer"}
        assert change(chief, number_of(app, CITIZEN), "officer", "reprendre").status_code == 303
        assert len(acts(app, Action.ACCOUNT_ROLE_TAKEN_BACK)) == 1  # a second time changes nothing
        given, taken = [entry.payload for entry in rows(app, OutboxEntry) if entry.payload["to"] == CITIZEN]
        assert "un rôle de plus\N{NO-BREAK SPACE}: organisme certificateur" in given["body"]
        assert "/administration/\n" in given["body"]
        assert "n’a plus ce rôle\N{NO-BREAK SPACE}: organisme certificateur" in taken["body"]
        assert "stop_url" not in given | taken, "these are owed"
        assert "Rôle repris" in chief.get("/administration/journal").text


class TestExports:
    def test_a_formula_stays_a_text_and_nobody_s_words_leave(self, app, chief):
        lodge(app, text="Mon numéro est le 06 00 00 00 00")

        answer = chief.raw("GET", "/administration/exports/demandes.csv")

        assert answer.data.startswith(b"\xef\xbb\xbf")
        assert "'=HYPERLINK" in answer.text
        assert "06 00" not in answer.text
        assert acts(app, Action.LIST_EXPORTED)[0].detail == {"list": "demandes", "count": 1}

    def test_the_register_of_a_month_names_holders_to_an_administrator_only(self, app, chief, agent, loaded):
        with app.app_context():
            registered(current_session(), loaded, holder_name="Maëlys Hoarau")
            current_session().commit()
        with app.app_context():
            month = f"{current_session().scalars(select(Certificate.issued_at)).one():%Y-%m}"

        named_one, nameless = (
            one.raw("GET", f"/administration/exports/registre.csv?mois={month}").text for one in (chief, agent)
        )

        assert "Maëlys Hoarau" in named_one
        assert "Maëlys" not in nameless
        assert len(named_one.splitlines()) == len(nameless.splitlines()) == 2
        assert len(chief.raw("GET", "/administration/exports/registre.csv?mois=2025-01").text.splitlines()) == 1
        assert [entry.detail["names"] for entry in acts(app, Action.LIST_EXPORTED)] == [True, False, True]

    def test_the_trail_of_a_month_goes_on_after_a_line(self, chief, monkeypatch):
        monkeypatch.setattr("app.administration.services.exports.MOST_LINES", 1)
        month = f"{datetime.now(UTC):%Y-%m}"

        first = chief.raw("GET", f"/administration/exports/journal.csv?mois={month}").text.splitlines()
        mark, number = first[-1].split(";")
        after = chief.raw("GET", f"/administration/exports/journal.csv?mois={month}&suite={number}").text.splitlines()

        assert (len(first), mark) == (3, "suite")
        assert int(after[1].split(";")[0]) > int(number)

    def test_a_long_list_leaves_whole(self, app, chief):
        with app.app_context():
            now = datetime.now(UTC)
            usual = {"kind": "complaint", "subject_kind": "service", "text": "…", "language": "fr", "opened_at": now}
            current_session().execute(
                insert(Case), [{"number": f"R-2026-{one:06}", **usual} for one in range(MOST_LINES + 1)]
            )
            current_session().commit()

        lines = chief.raw("GET", "/administration/exports/demandes.csv").text.splitlines()

        assert len(lines) == 1 + MOST_LINES + 1
        assert lines[-1].startswith("R-2026-000000;")
        assert acts(app, Action.LIST_EXPORTED)[0].detail["count"] == MOST_LINES + 1

    def test_every_jury_leaves_and_the_page_says_that_it_is_cut(self, app, agent, monkeypatch):
        monkeypatch.setattr(sessions, "SHOWN", 3)
        place(app)
        states = [SessionState.CLOSED, SessionState.JUDGED, *[SessionState.PUBLISHED] * 3]
        with app.app_context():
            db, now = current_session(), datetime.now(UTC)
            usual = {"framework_code": "PRO", "policy_id": "examination", "place": "Salle 1", "minutes": 75, "seats": 9}
            usual |= {"structure_id": db.scalars(select(Structure.id)).one(), "created_at": now, "code_serial": 1}
            usual |= {"code_misses": 0, "changes": 0}
            db.execute(
                insert(ExamSession),
                [
                    {
                        "reference": f"{one:016}",
                        "code_hmac": str(one),
                        "state": state.value,
                        "starts_at": now - timedelta(days=9 - one),
                        **usual,
                    }
                    for one, state in enumerate(states)
                ],
            )
            db.commit()

        lines = agent.raw("GET", "/administration/exports/jurys.csv").text.splitlines()
        page = agent.get("/examens/jury")

        assert [line.split(";")[3] for line in lines[1:]] == [state.value for state in states]
        assert "Seules 3 sessions sont montrées" in page.text
        assert f"{0:016}" in page.html, "the oldest waits: it comes first"
        assert f"{2:016}" not in page.html

    def test_people_without_their_addresses_and_every_other_list(self, app, chief, agent):
        place(app, name="@Médiathèque")
        everyone, ours = (one.raw("GET", "/administration/exports/personnes.csv").text for one in (chief, agent))

        assert AGENT in everyone
        assert "Agente" in ours
        assert "example.org" not in ours
        assert "'@Médiathèque" in agent.raw("GET", "/administration/exports/structures.csv").text
        for name in ("labels", "numeros", "jurys", "certificats", "sessions"):
            assert agent.raw("GET", f"/administration/exports/{name}.csv").status_code == 200
        assert len([link for link in agent.get("/administration/exports").links.values() if ".csv" in link]) == 7


@ONE
class TestMenu:
    def test_leads_each_to_their_desk_and_nobody_else(self, app, enter, agent, chief):
        citizen, manager, trainer = enter(CITIZEN), enter("gerante@example.org"), enter("formateur@example.org")
        professional = enter("claire.dubreuil@example.org")
        place(app)
        with app.app_context():
            db = current_session()
            of = {person.email: person for person in db.scalars(select(Person))}
            where = structures.get(db, reference="STRVCTVRE0000001")
            named(db, where, of["gerante@example.org"], Part.MANAGER, actor=of[AGENT])
            named(db, where, of["formateur@example.org"], Part.TRAINER, actor=of[AGENT])
            numbered(db, of["claire.dubreuil@example.org"], now=datetime.now(UTC))
            db.commit()
        own = {"Bureau", "Ma structure", "Mon label"}

        def shown(visitor):
            return own & set(visitor.get("/verifier").links)

        assert shown(citizen) == shown(trainer) == set()
        assert shown(agent) == shown(chief) == {"Bureau"}
        assert shown(manager) == {"Ma structure"}
        assert shown(professional) == {"Mon label"}
        assert "Ma structure" not in manager.get("/nulle-part", status=404).links  # a refusal asks nothing more
