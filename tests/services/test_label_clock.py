"""The clock of the labels: it asks the database a few times however many labels there are, and misses none that is due."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import event, insert, select

from app.accounts.models import Person
from app.identity.models import Activity as Said
from app.identity.models import ProfessionalNumber
from app.labels.models import Label
from app.labels.services import clock, crediting, dossiers
from certificates.label_rules.delays import Term, months_after
from certificates.label_rules.dossier import HELD, State
from certificates.label_rules.parameters import parameters
from tests.services.label_builders import NOW, answered, at, awarded, suspended

RULES, TODAY = parameters(), NOW.date()


def crowd(db, count, label_of):
    """Write down so many people, each with a number and a label; `label_of(rank)` returns columns and the activity."""
    people = [{"kind": "account", "email": f"p{count}-{rank}@example.org", "created_at": NOW} for rank in range(count)]
    new_people = insert(Person).returning(Person.id, sort_by_parameter_order=True)
    numbers, labels = [], []
    for rank, person_id in enumerate(db.scalars(new_people, people).all()):
        columns, activity = label_of(rank)
        numbers.append(
            {
                "person_id": person_id,
                "rpps": f"{20_000_000_000 + person_id}",
                "source": "declared",
                "added_at": NOW,
                "activity": activity,
                "national": False,
            }
        )
        labels.append(
            {
                "person_id": person_id,
                "reference": f"CROWD{person_id:011d}",
                "number": f"C{person_id}",
                "since": NOW - timedelta(days=300),
                "opened_at": NOW - timedelta(days=400),
                "criteria_version": RULES.version,
                **columns,
            }
        )
    for table, rows in ((ProfessionalNumber, numbers), (Label, labels)):
        db.execute(insert(table), rows)
    db.flush()


def termed(begins, **columns):
    term = Term(awarded_on=begins)
    return {"awarded_on": begins, "term_from": begins, "ends_on": term.ends_on(RULES), **columns}


def in_force(_rank):
    return termed(TODAY - timedelta(days=300), state=State.AWARDED.value), Said.ACTIVE.value


@pytest.fixture
def statements(db):
    """What is asked of the database."""
    asked = []

    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    engine = db.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def test_two_hundred_labels_cost_what_one_does(db, loaded, statements):
    counts = []
    for count in (1, 200):
        crowd(db, count, in_force)
        statements.clear()
        assert clock.turn(db, ring=loaded.ring, secret="", origin="", now=NOW) is None
        counts.append(len(statements))

    assert counts == [5, 5]


def some_label(chance):
    """A label whose dates lie about the days on which something is due."""
    state = chance.choice(sorted(HELD))
    near = timedelta(days=chance.randint(-3, 3))
    ends = chance.choice((months_after(TODAY, 6), months_after(TODAY, -3), TODAY + timedelta(days=500))) + near
    since = chance.choice((months_after(TODAY, -6), TODAY - timedelta(days=20))) + near
    announced = chance.choice((None, TODAY - timedelta(days=90) + near))
    begins = months_after(ends, -36) + timedelta(days=1)
    columns = termed(
        begins,
        state=state.value,
        since=at(since.year, since.month, since.day),
        pause_announced_on=announced,
        is_paused_by_holder=chance.random() < 0.3,
        renewal_asked_at=NOW if chance.random() < 0.2 else None,
        renewal_returned_on=TODAY - timedelta(days=chance.choice((10, 100))) if chance.random() < 0.2 else None,
        appealed=State.RENEWAL_DUE.value if chance.random() < 0.2 else None,
    )
    return columns, chance.choice(sorted(Said)).value


def test_the_database_never_passes_over_one_that_the_machine_would_move(db):
    chance = random.Random(16)  # noqa: S311 (a test that fails fails again)
    crowd(db, 600, lambda _rank: some_label(chance))
    said = dict(db.execute(select(ProfessionalNumber.person_id, ProfessionalNumber.activity)).all())

    found = {label.id for label, _activity in clock.due(db, rules=[RULES], on=TODAY)}
    rows = db.scalars(select(Label).order_by(Label.id)).all()
    moved = {row.id: clock.next_step(row, dossiers.Activity(said[row.person_id]), on=TODAY) for row in rows}

    due = {row_id for row_id, name in moved.items() if name is not None}
    assert due <= found
    assert set(moved.values()) - {None} == set(clock._STEPS)
    assert len(found) < len(rows)


def test_what_is_due_is_done_so_many_at_a_time(db, loaded):
    begins = months_after(TODAY, -31)
    crowd(db, 3, lambda _rank: (termed(begins, state=State.AWARDED.value), Said.ACTIVE.value))
    ids = db.scalars(select(Label.id).order_by(Label.id)).all()
    common = {"ring": loaded.ring, "secret": "", "origin": "", "now": NOW, "count": 2}

    assert clock.turn(db, **common) == ids[1]
    assert clock.turn(db, after=ids[1], **common) is None

    assert db.scalars(select(Label.state).distinct().order_by(Label.state)).all() == ["renewal_due"]


def test_a_document_that_came_anew_is_set_aside_again(db, loaded):
    _person, label, _two = suspended(db, loaded)
    crediting.current(db, label=label).status = "active"  # as one that was signed again is
    db.flush()

    clock.turn(db, ring=loaded.ring, secret="", origin="", now=NOW)

    assert crediting.current(db, label=label).status == "suspended"


def test_a_label_that_was_paused_before_pauses_were_told_is_told(db, loaded):
    _person, label, _two = awarded(db, loaded)
    answered(db, activity=Said.INACTIVE)
    label.state, label.paused_from = "dormant", "awarded"
    db.flush()

    clock.turn(db, ring=loaded.ring, secret="", origin="", now=NOW)

    assert crediting.current(db, label=label).status_reason == "paused"
