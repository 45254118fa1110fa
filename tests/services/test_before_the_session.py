"""Before anybody answers: a session that cannot take place, an enrolment that is taken back, and what a closed sheet keeps."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.errors import MovedOnError
from app.examination.models import Candidate, SessionState
from app.examination.services import answering, arranged, scheduling, sessions
from app.organisations.models import Part
from app.outbox import OutboxEntry
from app.supervised_errors import TrainsForItError
from tests.services.examination_builders import ORIGIN, room
from tests.services.organisations_builders import confirmed, named, structure


@pytest.fixture
def hall(db, loaded):
    return room(db, loaded)


def letters(db):
    return [one.payload for one in db.scalars(select(OutboxEntry).where(OutboxEntry.kind == "mail"))]


def unenrol(hall, candidate):
    scheduling.unenrol(
        hall.db, session=hall.session, candidate=candidate, origin=ORIGIN, actor_id=hall.manager.id, now=hall.now
    )


def cancel(hall):
    scheduling.cancel(hall.db, session=hall.session, origin=ORIGIN, actor_id=hall.manager.id, now=hall.now)


class TestCancelled:
    def test_not_once_somebody_was_let_in_to_answer(self, hall):
        hall.seated()

        with pytest.raises(MovedOnError):
            cancel(hall)

        assert hall.session.state == SessionState.RUNNING

    def test_nor_twice(self, hall):
        cancel(hall)

        with pytest.raises(MovedOnError):
            cancel(hall)

    def test_with_its_doors_open_whoever_is_enrolled_is_told(self, hall, db):
        hall.enrol(email="lea@example.org")
        hall.open_doors()

        cancel(hall)

        assert hall.session.state == SessionState.CANCELLED
        assert [one["subject"] for one in letters(db)] == ["Votre examen est annulé"]

    def test_a_browser_that_waited_sees_that_it_is_over(self, hall):
        candidate = hall.enrol()
        hall.open_doors()
        arrival = hall.arrive(candidate)

        cancel(hall)

        assert hall.place(arrival).stage is answering.Stage.FINISHED


class TestTakenBack:
    def test_not_once_the_session_is_closed_its_sheet_keeps_who_did_not_come(self, hall, db):
        candidate = hall.enrol(email="lea@example.org")
        hall.open_doors()
        hall.close()

        with pytest.raises(MovedOnError):
            unenrol(hall, candidate)
        with pytest.raises(MovedOnError):
            hall.identify(candidate)

        assert db.scalar(select(Candidate.identity_checked_at)) is None
        assert letters(db) == []

    def test_nor_once_the_identity_is_checked(self, hall, db):
        candidate = hall.enrol(email="lea@example.org")
        hall.open_doors()
        hall.identify(candidate)

        with pytest.raises(MovedOnError):
            unenrol(hall, candidate)

        assert letters(db) == []

    def test_whoever_gave_an_address_is_told_not_to_come(self, hall, db):
        unenrol(hall, hall.enrol(email="lea@example.org"))

        letter = letters(db)[0]
        assert (letter["to"], letter["subject"]) == ("lea@example.org", "Votre inscription à l’examen est retirée")
        assert "Ne vous déplacez pas" in letter["body"]
        assert "METHOD:CANCEL" in letter["calendar"]
        assert db.scalar(select(Candidate)) is None

    def test_without_an_address_nobody_is_written_to(self, hall, db):
        unenrol(hall, hall.enrol())

        assert letters(db) == []

    def test_an_identity_that_is_looked_at_again_is_authorised_again(self, hall):
        candidate = hall.enrol()
        hall.open_doors()
        hall.identify(candidate)
        arrival = hall.arrive(candidate)
        hall.authorise(candidate, arrival)

        hall.identify(candidate, given_names="Lia")

        assert hall.place(arrival).stage is answering.Stage.WAITING
        with pytest.raises(MovedOnError):
            hall.begin(candidate, arrival)


def test_whoever_trains_for_the_framework_elsewhere_does_not_read_its_questions_aloud(hall, db):
    other = structure(db, actor=hall.officer, reference="STRVCT0000009999")
    named(db, other, hall.invigilator, Part.TRAINER, actor=hall.officer, framework_code="PRO")
    candidate, _arrival = hall.seated(accommodations=["reader"])

    with pytest.raises(TrainsForItError):
        arranged.note_reading(
            db,
            session=hall.session,
            candidate=candidate,
            version=candidate.version,
            actor_id=hall.invigilator.id,
            now=hall.now,
        )

    assert candidate.reader_id is None


class TestForgotten:
    def test_a_session_of_which_the_day_has_gone_by_is_seen_until_it_is_closed(self, hall, db):
        later = hall.session.starts_at + timedelta(days=2)
        assert sessions.count_forgotten(db, now=hall.session.starts_at) == (0, None)

        assert sessions.count_forgotten(db, now=later) == (1, hall.session.starts_at)
        assert [one.session.id for one in sessions.list_forgotten(db, now=later)] == [hall.session.id]

        hall.open_doors()
        assert sessions.count_forgotten(db, now=later)[0] == 1
        hall.close()
        assert sessions.count_forgotten(db, now=later) == (0, None)

    def test_one_that_was_cancelled_waits_for_nobody(self, hall, db):
        cancel(hall)

        assert sessions.list_forgotten(db, now=hall.session.starts_at + timedelta(days=2)) == []


def test_whoever_has_an_account_is_written_to_in_its_language(hall, db):
    person = confirmed(db, "lea@example.org")
    person.language = "en"

    candidate = hall.enrol(email="lea@example.org")
    scheduling.invite(db, session=hall.session, enrolled_at=hall.now, origin=ORIGIN, now=hall.now)

    assert (candidate.language, letters(db)[-1]["subject"]) == ("en", "Your examination: where and when")
