"""How often each page asks the database: a page that begins to ask more must say why here.

All ways to the database are counted: the session's, by the engine's events, and those that no event sees: the reader's driver
connections, and the prepared statements that run in the session's transaction.
"""

import io
from datetime import UTC, datetime

import pytest
from sqlalchemy import event, select

from app import statements
from app.access import Role
from app.accounts.models import Person
from app.accounts.services import people
from app.database import current_session
from app.database import db as handle
from app.examination.services import sessions
from app.reader import Reader
from tests.builders import NOW
from tests.services.examination_builders import Room
from tests.services.label_builders import kept, submitted
from tests.services.organisations_builders import structure
from tests.services.publication_builders import RPPS, labelled, number, published
from tests.web.answering import answer, answer_all, fields_for
from tests.web.test_examination import BASE, REFERENCE, Hall
from tests.web.test_journey import certify, open_account, start


@pytest.fixture
def count(app, monkeypatch):
    """Return a function that counts the queries of one request."""
    by_reader, execute = [], Reader.execute
    prepared, run = [], statements.run

    def executed(self, statement, parameters):
        by_reader.append(statement)
        return execute(self, statement, parameters)

    def ran(db, statement, parameters):
        prepared.append(str(statement))
        return run(db, statement, parameters)

    monkeypatch.setattr(statements, "run", ran)
    monkeypatch.setattr(Reader, "execute", executed)

    def counted(visitor, path, method="GET", words=("SELECT",), **sent):
        asked = []
        by_reader.clear()
        prepared.clear()

        def note(_connection, _cursor, statement, *_rest):
            asked.append(statement)

        with app.app_context():
            event.listen(handle.engine, "before_cursor_execute", note)
            try:
                visitor.raw(method, path, **sent) if sent else visitor.get(path)
            finally:
                event.remove(handle.engine, "before_cursor_execute", note)
        return len(by_reader) + len([one for one in asked + prepared if one.lstrip().upper().startswith(words)])

    return counted


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/", 0),
        ("/verifier", 0),
        ("/c/0000000000000000", 1),
        ("/apprendre/", 0),
        ("/evaluations/CIT/positionnement", 0),
        ("/registre/", 0),
        ("/registre/2026-00001-S", 1),
        ("/registre/suivre", 0),
        ("/registre/bilan", 1),
    ],
)
def test_a_stranger_s_pages(visitor, count, path, most):
    assert count(visitor, path) <= most


def test_a_question_does_not_ask_more_with_every_answer(app, visitor, count):
    path = start(visitor).path
    first = count(visitor, path)
    for _ in range(5):
        visitor.get(path)
        answer(app, visitor)

    # Who asks, the row and its answers; what was answered here and committed is at hand.
    assert (first, count(visitor, path)) == (3, 2)


def test_a_result_and_a_check(app, visitor, make_visitor, count):
    open_account(app, visitor)
    code = certify(app, visitor)
    start(visitor)
    result = answer_all(app, visitor).path

    # One of these is the menu's: whether an account has a structure or a label of its own to be led to.
    assert count(visitor, result) <= 5
    assert count(visitor, "/certificats/") <= 3
    assert count(make_visitor(), f"/c/{code}") == 1
    assert count(make_visitor(), f"/api/v1/certificates/{code}") == 1
    assert count(make_visitor(), "/api/v1/certificates/0000000000000000") == 1


def test_a_list_asks_once_a_code_and_for_nothing_twice(app, visitor, count):
    """The codes by the reader; then the log's size and root, once for every receipt."""
    open_account(app, visitor)
    code = certify(app, visitor)

    def asked(lines):
        sheet = ("code\n" + f"{code}\n" * lines).encode()
        return count(
            visitor,
            "/verifier/liste",
            method="POST",
            data={"sheet": (io.BytesIO(sheet), "a.csv")},
            content_type="multipart/form-data",
        )

    few = asked(2)

    assert asked(20) == few + 18
    assert few <= 2 + 4


def test_the_public_register(app, visitor, make_visitor, count):
    open_account(app, visitor)
    with app.app_context():
        db = current_session()
        labelled(db, db.scalars(select(Person)).one())
        published(db)
        db.commit()

    assert count(make_visitor(), f"/registre/{number()}") == 1
    assert count(visitor, "/registre/le-mien") <= 5
    assert count(make_visitor(), f"/registre/{number()}/badge-fr.svg") == 1
    assert count(make_visitor(), f"/fhir/r4/Practitioner?identifier=https://rpps.esante.gouv.fr|{RPPS}") == 1


def seat(hall, numbers):
    """Seat more candidates in the room, by the services; a name for each number."""
    with hall.app.app_context():
        db = current_session()
        manager, invigilator = (
            people.find_by_address(db, email=f"{name}@example.org") for name in ("responsable", "surveillante")
        )
        session = sessions.get(db, reference=REFERENCE)
        filled = Room(
            db=db,
            loaded=hall.loaded,
            officer=None,
            structure=None,
            manager=manager,
            invigilator=invigilator,
            session=session,
            now=datetime.now(UTC),
        )
        session.seats = 30
        for number in numbers:
            filled.seated(seed=number, family_name="Martin" + "x" * number, given_names="Paul")
        db.commit()


class TestSupervisedExamination:
    @pytest.fixture
    def hall(self, app, loaded, make_visitor):
        hall = Hall(app, loaded, make_visitor)
        hall.loaded = loaded
        return hall

    def test_an_answer_writes_three_things_whatever_came_before(self, hall, count):
        """Who it is, where they sit, the sitting, its answers; then the answer, what was shown, the sitting's estimate."""
        visitor = hall.seated()

        def sent():
            item, seed = hall.on_screen()
            form = visitor.get("/examens/passage").form("/passage/reponses").fields
            fields = {"csrf_token": form["csrf_token"], **form, **fields_for(item, seed=seed)}
            return {"method": "POST", "data": fields, "words": ("SELECT", "INSERT", "UPDATE", "DELETE")}

        first = count(visitor, "/examens/passage/reponses", **sent())
        for _ in range(3):
            visitor.get("/examens/passage")
            hall.answer(visitor)

        assert count(visitor, "/examens/passage/reponses", **sent()) == first <= 7

    def test_a_question_and_a_look_at_the_time(self, hall, count):
        visitor = hall.seated()
        first = count(visitor, "/examens/passage")
        for _ in range(3):
            hall.answer(visitor)

        assert count(visitor, "/examens/passage") == first <= 5
        assert count(visitor, "/examens/passage/etat", data=None) <= 3

    def test_waiting_costs_little(self, hall, count):
        hall.enrol()
        hall.open_doors()
        visitor = hall.enter()

        assert count(visitor, "/examens/passage") <= 2
        assert count(visitor, "/examens/passage/etat", data=None) <= 2

    def test_the_live_screen_asks_as_much_for_thirty_as_for_two(self, hall, count):
        hall.seated()
        seat(hall, [1])
        few, part = count(hall.watcher, f"{BASE}/direct"), count(hall.watcher, f"{BASE}/direct?morceau=oui", data=None)
        seat(hall, range(2, 30))

        assert "Martinxxxx" in hall.watcher.get(f"{BASE}/direct").text
        # One of them for the menu, which leads to a structure whoever works there.
        assert count(hall.watcher, f"{BASE}/direct") == few <= 8
        assert count(hall.watcher, f"{BASE}/direct?morceau=oui", data=None) == part <= 7


def test_the_desk_asks_as_often_however_much_waits(app, make_visitor, loaded, count):
    chief = open_account(app, make_visitor(), email="cheffe@example.org", is_administrator=True)
    agent = open_account(app, make_visitor(), email="agente@example.org")
    with app.app_context():
        db = current_session()
        actor = db.scalars(select(Person).where(Person.email == "agente@example.org")).one()
        people.grant_role(db, person_id=actor.id, role=Role.OFFICER, actor_id=None, now=NOW)
        db.commit()
    pages = ("/administration/", "/administration/structures", "/administration/personnes")
    first = [count(one, page) for one in (agent, chief) for page in pages]
    with app.app_context():
        db = current_session()
        actor = db.scalars(select(Person).where(Person.email == "agente@example.org")).one()
        for rank, rpps in enumerate(("10100000008", "10100000016", "10100000024")):
            person, label = submitted(db, loaded, email=f"p{rank}@example.org", rpps=rpps, now=datetime.now(UTC))
            people.grant_role(db, person_id=person.id, role=Role.AUTHOR, actor_id=None, now=NOW)
            db.add(kept(label, subject="diploma"))
            structure(db, actor=actor, reference=f"STRVCTVRE000000{rank}")
        db.commit()

    assert [count(one, page) for one in (agent, chief) for page in pages] == first
    assert first[0] <= 23
    assert first[3] <= 7
    assert max(first[1:3] + first[4:]) <= 3
