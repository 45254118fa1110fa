"""A verified name that has changed: two people of the desk, signed in, each type what they read; nobody does it alone."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from app.access import Role
from app.accounts.models import Person, PersonRole
from app.administration.services import renaming
from app.audit import Action, AuditEntry
from app.certification.models import Certificate
from app.database import current_session
from app.errors import NotIndependentError
from app.outbox import OutboxEntry
from certificates.reference import new_code
from certificates.verification import read_registered
from tests.builders import NOW
from tests.rows import rows
from tests.services.examination_builders import room
from tests.services.organisations_builders import confirmed
from tests.services.register_builders import registered
from tests.services.test_verified_person import sat_before

SUPERVISED = {"kind": "certificate", "assurance": "A2", "name_verified": True, "provisional": False}
CODE = new_code((1).to_bytes(10))
PAGE = f"/administration/registre/{CODE}/nom"
FORMER, NEW = "Odile Payet", "Camille Hoarau"
HOLDER, FIRST, SECOND = "odile@example.org", "cheffe@example.org", "chef@example.org"


def number_of(app, email):
    with app.app_context():
        return current_session().scalar(select(Person.id).where(Person.email == email))


@pytest.fixture
def held(app):
    """Put a supervised certificate of somebody in the register."""

    def put(email=HOLDER, **fields):
        loaded = app.extensions["numericite.resources"]
        with app.app_context():
            db = current_session()
            person = db.scalar(select(Person).where(Person.email == email)) or confirmed(db, email)
            columns = {"person_id": person.id, **fields.pop("row", {})}
            registered(db, loaded, holder_name=FORMER, row=columns, **{**SUPERVISED, **fields})
            db.commit()

    return put


def read(visitor, *, name=NEW, evidence="civil-status-record", expect=200):
    visitor.get(PAGE)
    return visitor.submit(PAGE, printed_name=name, evidence=evidence, expect=expect)


def statuses(app):
    return [row.status for row in rows(app, Certificate)]


def trail(app, action=Action.CERTIFICATE_NAME_READ):
    return [one for one in rows(app, AuditEntry) if one.action == action]


class TestRefusals:
    @pytest.mark.parametrize("role", [None, Role.AUTHOR, Role.OFFICER])
    def test_only_administrators_read(self, app, held, enter, role):
        held()
        visitor = enter("agent@example.org", *([role] if role else []))

        assert visitor.raw("GET", PAGE).status_code == 403
        page = visitor.get("/compte")
        token = next(form.fields["csrf_token"] for form in page.forms if "csrf_token" in form.fields)
        answer = visitor.raw(
            "POST", PAGE, data={"csrf_token": token, "printed_name": NEW, "evidence": "court-decision"}
        )
        assert answer.status_code == 403
        assert trail(app) == []

    def test_nobody_who_is_not_signed_in(self, held, visitor):
        held()

        assert visitor.raw("GET", PAGE).status_code in (302, 303, 401)

    def test_not_alone_however_often(self, app, held, enter):
        held()
        first = enter(FIRST, Role.ADMINISTRATOR)

        read(first)
        page = read(first)

        assert statuses(app) == ["active"]
        assert "il manque la seconde" in page.text
        assert "Vous avez lu ce nom" in first.get(PAGE).text

    def test_not_the_holder_first_or_second(self, app, held, enter):
        one, other = enter(FIRST, Role.ADMINISTRATOR), enter(SECOND, Role.ADMINISTRATOR)
        held(email=FIRST)

        assert one.raw("GET", PAGE).status_code == 409
        read(other)
        assert one.raw("GET", PAGE).status_code == 409
        assert statuses(app) == ["active"]

    def test_not_the_holder_under_another_account(self, db, loaded):
        here, own, desk = room(db, loaded), confirmed(db, HOLDER), confirmed(db, FIRST, Role.ADMINISTRATOR)
        for number, person in ((50, own), (51, desk)):  # the same identity was checked under both
            sat_before(db, here, person=person, number=number)
        row = registered(db, loaded, row={"person_id": own.id}, **SUPERVISED)

        with pytest.raises(NotIndependentError):
            renaming.check_may_read(db, row=row, actor_id=desk.id, now=NOW)

    def test_not_another_name_than_the_first_read(self, app, held, enter):
        held()
        read(enter(FIRST, Role.ADMINISTRATOR))
        second = enter(SECOND, Role.ADMINISTRATOR)

        page = read(second, name="Camille Hoareau")

        assert "Deux personnes l’ont lu, et pas le même" in page.text
        assert "ce n’est pas le même" in second.get(PAGE).text
        assert NEW not in second.page.html
        assert statuses(app) == ["active"]
        assert len({one.detail["mark"] for one in trail(app)}) == 2

    def test_a_third_person_who_reads_what_one_of_two_read_ends_it(self, app, held, enter):
        held()
        read(enter(FIRST, Role.ADMINISTRATOR), name="Camille Hoareau")
        read(enter(SECOND, Role.ADMINISTRATOR))

        page = read(enter("tierce@example.org", Role.ADMINISTRATOR))

        assert NEW in page.text
        assert statuses(app) == ["superseded", "active"]

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            ({"name": ""}, "Écrivez le nom que vous lisez"),
            ({"name": "Dr Camille"}, "sans titre"),
            ({"name": FORMER}, "porte déjà ce nom"),
            ({"name": "\U00030000"}, "caractère"),
            ({"evidence": ""}, "Choisissez la pièce"),
        ],
        ids=["nothing", "a title", "the same", "no font", "no document"],
    )
    def test_not_any_name(self, app, held, enter, words, told):
        held()

        page = read(enter(FIRST, Role.ADMINISTRATOR), **words, expect=422)

        assert told in page.text or words.get("name") == "\U00030000"
        assert trail(app) == []

    @pytest.mark.parametrize(
        ("fields", "status"),
        [
            ({"kind": "statement", "assurance": "A1", "name_verified": False, "provisional": True}, 404),
            ({"row": {"status": "suspended"}}, 409),
            ({"row": {"status": "revoked"}}, 409),
            ({"row": {"status": "superseded"}}, 409),
        ],
        ids=["a declared name", "a suspended one", "a revoked one", "a replaced one"],
    )
    def test_not_of_any_certificate(self, held, enter, fields, status):
        held(**fields)

        assert enter(FIRST, Role.ADMINISTRATOR).raw("GET", PAGE).status_code == status

    def test_a_reading_waits_thirty_days_and_no_more(self, db, loaded):
        own, one, two = confirmed(db, HOLDER), *(confirmed(db, who, Role.ADMINISTRATOR) for who in (FIRST, SECOND))
        row = registered(db, loaded, row={"person_id": own.id}, **SUPERVISED)
        words = {"row": row, "printed_name": NEW, "evidence": "court-decision", "loaded": loaded, "chances": None}
        renaming.read_name(db, actor_id=one.id, now=NOW, **words)

        late = renaming.read_name(db, actor_id=two.id, now=NOW + timedelta(days=31), **words)

        assert (late, row.status) == (None, "active")
        assert [one.actor_id for one in renaming.readings(db, row=row, now=NOW + timedelta(days=31))] == [two.id]

    def test_a_reading_of_somebody_who_left_the_desk_counts_no_more(self, app, held, enter):
        held()
        read(enter(FIRST, Role.ADMINISTRATOR))
        with app.app_context():
            current_session().execute(delete(PersonRole).where(PersonRole.person_id == number_of(app, FIRST)))
            current_session().commit()

        read(enter(SECOND, Role.ADMINISTRATOR))

        assert statuses(app) == ["active"]


def test_two_people_read_the_same_and_the_certificate_is_replaced_at_once(app, held, enter, make_visitor):
    held()
    first, second = enter(FIRST, Role.ADMINISTRATOR), enter(SECOND, Role.ADMINISTRATOR)
    assert "Lire un nouveau nom" in first.get(f"/administration/registre/{CODE}").links
    read(first, name="Camille Hoareau")
    read(first)  # a slip of the first is put right by reading again
    desk = second.get("/administration/")
    assert "Nouveaux noms à lire une seconde fois" in desk.links
    listed = second.get("/administration/registre")
    assert PAGE in listed.links.values()
    assert "Une autre personne a lu" in second.get(PAGE).text

    page = read(second, name=f"  {NEW} ", evidence="identity-document")

    old, new = rows(app, Certificate)
    assert (old.status, old.status_reason, new.status) == ("superseded", "name-changed", "active")
    assert page.path != f"/administration/registre/{CODE}"
    assert NEW in page.text
    stated = read_registered(new.token, app.extensions["numericite.resources"].ring)
    assert (stated.holder_name, stated.name_verified, stated.assurance) == (NEW, True, "A2")
    by_code = make_visitor().get(f"/c/{CODE}")
    assert by_code.headings == ["Remplacé"]
    assert [name for name in (FORMER, NEW) if name in by_code.html] == []
    assert len(rows(app, OutboxEntry)) == 1
    readers = [number_of(app, FIRST), number_of(app, FIRST)]
    assert [one.actor_id for one in trail(app)] == readers
    [seen] = trail(app, Action.CERTIFICATE_NAME_SEEN)
    assert (seen.actor_id, seen.detail["with"]) == (number_of(app, FIRST), number_of(app, SECOND))
    assert not any(name in str(one.detail) for one in rows(app, AuditEntry) for name in ("Hoar", "Payet"))
    assert "Nouveau nom lu sur une pièce, par une personne" in second.get("/administration/journal").text
    assert "à lire une seconde fois" not in second.get("/administration/registre").text


def test_the_same_name_has_another_digest_on_another_certificate(db, loaded):
    own, desk = confirmed(db, HOLDER), confirmed(db, FIRST, Role.ADMINISTRATOR)
    words = {"printed_name": NEW, "evidence": "court-decision", "loaded": loaded, "chances": None, "now": NOW}
    for number in (1, 2):
        row = registered(db, loaded, number=number, row={"person_id": own.id}, **SUPERVISED)
        renaming.read_name(db, row=row, actor_id=desk.id, **words)
    db.flush()

    marks = [
        one.detail["mark"] for one in db.scalars(select(AuditEntry).where(AuditEntry.action == "certificate:name-read"))
    ]

    assert len(set(marks)) == 2
