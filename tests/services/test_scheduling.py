"""Before a session begins: invitations, another place or time, cancelled."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.audit import Action, AuditEntry
from app.errors import EnrolmentClosedError, MovedOnError, NoSeatLeftError, NotAccreditedError, PastMomentError
from app.examination.models import SessionState
from app.examination.services import scheduling, sessions
from app.outbox import OutboxEntry
from app.supervised_errors import SeatsTakenError
from tests.services.accounts_builders import SECRET
from tests.services.examination_builders import DAY, ORIGIN, room

BEFORE = DAY - timedelta(days=3)


@pytest.fixture
def here(db, loaded):
    found = room(db, loaded)
    found.now = BEFORE
    found.lea = found.enrol(email="lea@example.org", accommodations=["third_time"])
    found.enrol(family_name="Sans", given_names="Adresse")
    return found


def letters(db):
    return [
        one.payload
        for one in db.scalars(select(OutboxEntry).where(OutboxEntry.kind == "mail").order_by(OutboxEntry.id))
    ]


def act(here, **given):
    return {"session": here.session, "origin": ORIGIN, "actor_id": here.manager.id, "now": BEFORE, **given}


def test_not_into_the_past_nor_beyond_the_accreditation_nor_once_the_doors_are_open(db, here):
    for starts_at, error in ((BEFORE, PastMomentError), (DAY + timedelta(days=2000), NotAccreditedError)):
        with pytest.raises(error):
            scheduling.reschedule(db, **act(here, place="Salle 3", starts_at=starts_at))
    here.open_doors()
    with pytest.raises(MovedOnError):
        scheduling.reschedule(db, **act(here, place="Salle 3", starts_at=DAY + timedelta(days=1)))
    assert (here.session.place, here.session.starts_at, letters(db)) == ("Salle 2", DAY, [])


def test_invited_then_moved_then_cancelled_each_time_told_with_the_same_entry_of_the_calendar(db, here):
    scheduling.invite(db, session=here.session, enrolled_at=BEFORE, origin=ORIGIN, now=BEFORE)
    scheduling.reschedule(db, **act(here, place="Salle 3", starts_at=DAY + timedelta(days=1)))
    scheduling.cancel(db, **act(here))

    invited, moved, cancelled = letters(db)
    assert {one["to"] for one in (invited, moved, cancelled)} == {"lea@example.org"}
    assert "Salle 2" in invited["body"]
    assert "tiers temps" in invited["body"]
    assert f"{ORIGIN}/examens/" in invited["body"]
    assert sessions.code_of(here.session, secret=SECRET) not in str(letters(db))
    assert "Salle 3" in moved["body"]
    assert "ne compte pas comme un essai" in cancelled["body"]
    entries = [one["calendar"].replace("\r\n ", "") for one in (invited, moved, cancelled)]
    assert len({entry.partition("UID:")[2].partition("\r")[0] for entry in entries}) == 1
    assert "DTSTART:20261201T090000Z\r\nDTEND:20261201T102000Z" in entries[0]  # an hour and a third
    assert ["SEQUENCE:1" in entries[1], "SEQUENCE:2" in entries[2]] == [True, True]
    assert "STATUS:CANCELLED" in entries[2]
    assert here.session.state == SessionState.CANCELLED
    with pytest.raises(EnrolmentClosedError):
        here.enrol(family_name="Tard", given_names="Zoé")
    with pytest.raises(MovedOnError):
        here.open_doors()
    with pytest.raises(MovedOnError):
        scheduling.cancel(db, **act(here))


def seats(here, count):
    scheduling.set_seats(here.db, session=here.session, seats=count, actor_id=here.manager.id, now=BEFORE)


def test_seats_never_fall_below_those_enrolled_and_the_refusal_says_how_many(db, here):
    before = here.session.seats

    with pytest.raises(SeatsTakenError) as refused:
        seats(here, 1)

    assert refused.value.enrolled == 2
    assert here.session.seats == before


@pytest.mark.parametrize("state", [one for one in SessionState if one is not SessionState.PLANNED])
def test_seats_do_not_change_once_the_doors_are_open_or_the_session_is_cancelled(db, here, state):
    here.session.state = state.value
    db.flush()

    with pytest.raises(MovedOnError):
        seats(here, 30)


def test_seats_are_lowered_to_those_enrolled_and_raised_again(db, here):
    before = here.session.seats
    seats(here, 2)
    with pytest.raises(NoSeatLeftError):
        here.enrol(family_name="Trop")

    seats(here, 3)
    here.enrol(family_name="Trop")

    noted = db.scalars(select(AuditEntry).where(AuditEntry.action == Action.EXAM_SEATS_CHANGED).order_by(AuditEntry.id))
    assert [(one.actor_id, one.detail) for one in noted] == [
        (here.manager.id, {"before": before, "after": 2}),
        (here.manager.id, {"before": 2, "after": 3}),
    ]
