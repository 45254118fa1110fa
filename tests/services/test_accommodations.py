"""What is arranged is done: breaks stop the clock for a bounded time, a reader reads, and the report says so; never why."""

from datetime import timedelta

import pytest

from app.errors import ExamPausedError, MovedOnError, NotIndependentError, ReservedItemsSeenError
from app.examination.models import Accommodation
from app.examination.services import answering, arranged, clock, invigilating, papers, personal_data, watch
from app.organisations.services import independence
from app.supervised_errors import NotArrangedError
from tests.services.examination_builders import DAY, room

BREAKS, READER = Accommodation.BREAKS.value, Accommodation.READER.value
#: A third of sixty minutes.
ALLOWED = 20


def at(minutes, seconds=0):
    return DAY + timedelta(minutes=minutes, seconds=seconds)


class Table:
    """Somebody with arranged breaks who answers, and the invigilator."""

    def __init__(self, db, loaded, *kinds):
        self.db, self.here = db, room(db, loaded)
        self.one, self.arrival = self.here.seated(accommodations=list(kinds))

    @property
    def acting(self):
        return {"candidate": self.one, "version": self.one.version, "actor_id": self.here.invigilator.id}

    def begin_break(self, now):
        arranged.begin_break(self.db, session=self.here.session, **self.acting, now=now)

    def resume(self, now):
        invigilating.resume(self.db, **self.acting, now=now)

    def come_back(self, now):
        place = answering.place_of(self.db, web_session_id=self.arrival.web_session_id, lock=True)
        arranged.end_own_break(self.db, place=place, now=now)

    @property
    def deadline(self):
        return clock.deadline_of(self.one, session=self.here.session)

    def left(self, now):
        return clock.break_left(self.one, session=self.here.session, now=now) / timedelta(minutes=1)

    def seen(self, now):
        (one,) = watch.see(self.db, session=self.here.session, now=now)
        return one

    def report(self):
        section = next(
            one
            for one in papers.report(self.db, session=self.here.session, bank=self.here.bank, now=DAY).sections
            if one.title[0] == "Aménagements"
        )
        return [row[1:] for row in section.rows]


@pytest.fixture
def table(db, loaded):
    return Table(db, loaded, BREAKS)


on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@on_sqlite
class TestBreaks:
    def test_none_is_begun_for_whom_none_is_arranged_nor_by_two_at_once_nor_when_none_is_left(self, db, table):
        other, _arrival = table.here.seated(family_name="Martin", given_names="Paul", seed=3)
        given = {"session": table.here.session, "actor_id": table.here.invigilator.id, "now": at(5)}
        with pytest.raises(NotArrangedError):
            arranged.begin_break(db, candidate=other, version=other.version, **given)
        stale = table.one.version
        table.begin_break(at(5))
        for version in (stale, table.one.version):
            with pytest.raises(MovedOnError):
                arranged.begin_break(db, candidate=table.one, version=version, **given)
        table.resume(at(5 + ALLOWED))

        with pytest.raises(NotArrangedError):
            table.begin_break(at(40))

    def test_time_does_not_run_the_question_is_hidden_and_no_answer_is_taken(self, table):
        table.begin_break(at(10))

        place = table.here.place(table.arrival)
        assert place.stage is answering.Stage.PAUSED
        assert answering.on_screen(table.db, place=place) == ""
        with pytest.raises(ExamPausedError):
            table.here.answer(table.arrival, now=at(12))
        table.resume(at(18))
        assert (table.deadline, table.left(at(18))) == (at(68), 12)

    def test_they_add_up_to_a_third_of_the_test_and_then_the_clock_runs(self, table):
        table.begin_break(at(10))
        table.come_back(at(22))
        table.begin_break(at(30))
        assert table.seen(at(31)).break_until == at(38)
        assert (table.seen(at(31)).minutes_left, table.seen(at(50)).minutes_left) == (None, 30)
        assert table.deadline == at(80)

        table.come_back(at(55))  # seventeen minutes too many

        assert (table.deadline, table.one.break_seconds, table.one.break_count) == (at(80), 20 * 60, 2)
        assert table.report() == [("pauses", "20 min en 2 fois, 20 min au plus")]

    def test_coming_back_twice_or_in_another_browser_ends_nothing(self, table):
        table.begin_break(at(10))
        elsewhere = table.here.arrive(table.one)
        place = answering.place_of(table.db, web_session_id=elsewhere.web_session_id)
        arranged.end_own_break(table.db, place=place, now=at(11))
        assert table.one.break_began_at == at(10)
        table.come_back(at(12))
        table.come_back(at(19))

        assert table.one.break_seconds == 120
        with pytest.raises(MovedOnError):
            table.resume(at(20))

    def test_a_fire_alarm_stops_the_break_too_and_its_end_lets_nobody_out_of_a_break_lose_time(self, db, table):
        acting = {"session": table.here.session, "actor_id": table.here.invigilator.id}
        table.begin_break(at(10))

        assert invigilating.pause_all(db, **acting, now=at(13)) == 1
        assert (table.one.break_seconds, table.one.break_began_at) == (180, None)
        assert invigilating.resume_all(db, **acting, now=at(33)) == 1
        assert table.deadline == at(60 + 3 + 20)
        table.begin_break(at(40))
        assert invigilating.resume_all(db, **acting, now=at(41)) == 0
        assert table.one.break_began_at == at(40)

    def test_who_never_comes_back_is_closed_by_the_clock_with_the_break_counted(self, table):
        table.begin_break(at(10))
        place = answering.place_of(table.db, web_session_id=table.arrival.web_session_id, lock=True)
        assert not answering.is_over(place, now=at(80))

        assert answering.close_if_over(table.db, place=place, bank=table.here.bank, now=at(80, 6))

        assert (table.one.finish_reason, table.one.break_seconds) == ("time", 20 * 60)
        assert (table.one.paused_at, table.one.break_began_at) == (None, None)

    def test_ended_during_a_break_what_was_taken_stands_in_the_report(self, table):
        table.begin_break(at(10))
        invigilating.end(table.db, **table.acting, bank=table.here.bank, now=at(14))

        assert table.report() == [("pauses", "4 min en 1 fois, 20 min au plus")]
        held = personal_data.export_person(table.db, person_id=table.one.person_id)["examinations"][0]
        assert held["breaks"] == {"count": 1, "seconds": 240}


@on_sqlite
class TestReading:
    def test_nobody_reads_to_whom_no_reader_is_arranged(self, db, table):
        with pytest.raises(NotArrangedError):
            arranged.note_reading(db, session=table.here.session, **table.acting, now=at(5))

    def test_who_reads_has_seen_reserved_questions_and_is_kept_apart(self, db, loaded):
        table = Table(db, loaded, READER, Accommodation.LARGE_TYPE.value, Accommodation.THIRD_TIME.value)
        assert table.report()[1] == ("lecteur", "lecture offerte")

        arranged.note_reading(db, session=table.here.session, **table.acting, now=at(5))

        reader = table.here.invigilator.id
        assert independence.saw_reserved(db, person_id=reader, framework_code="PRO", now=at(9))
        assert table.report() == [
            ("grands caractères", "oui"),
            ("lecteur", "questions lues par la surveillance"),
            ("tiers temps", "80 min"),
        ]
        table.here.close()
        with pytest.raises((ReservedItemsSeenError, NotIndependentError)):
            watch.join(db, session=table.here.session, person_id=reader, duty="juror", now=at(90))

    def test_of_somebody_absent_the_report_says_only_what_was_arranged(self, table):
        table.here.enrol(family_name="Absent", given_names="Anne", accommodations=[BREAKS])

        assert table.report() == [("pauses", "aucune prise, 20 min au plus"), ("pauses", "–")]
