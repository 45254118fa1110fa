"""A second set that the closing of a session cut off is not lost silently: the jury knows, and may let it be sat at another session."""

from datetime import timedelta

import pytest
from flask import current_app
from sqlalchemy import select

from app.accounts.models import Person
from app.accounts.services import cases, people, retention
from app.assessments.models import Sitting
from app.certification.models import Certificate
from app.errors import MovedOnError, NotFoundError, StillUnjudgedError
from app.examination.models import DecisionKind, Incident, ReviewKind, SessionState
from app.examination.services import (
    answering,
    clock,
    invigilating,
    jury,
    papers,
    personal_data,
    results,
    reviewing,
    sessions,
    watch,
)
from app.supervised_errors import MayNotSitError
from quizzes.policy import policies
from tests.services.accounts_builders import SECRET
from tests.services.examination_builders import DAY, room
from tests.services.organisations_builders import confirmed

SECOND_DAY = DAY + timedelta(days=14)
LATER = SECOND_DAY + timedelta(days=3)


class Hall:
    """A session closed while somebody, whose browser had gone, still had a second set to sit."""

    def __init__(self, db, loaded, *, closed_after=120, answers=39, right_until=39):
        self.db, self.here = db, room(db, loaded)
        here = self.here
        self.lea, arrival = here.seated(email=confirmed(db, "lea@example.org").email)
        self.missed = None
        for place in range(answers):
            item_id = here.state_of(self.lea).current_item_id
            is_first_critical = self.missed is None and here.bank.item(item_id).critical
            self.missed = item_id if is_first_critical else self.missed
            here.answer(arrival, right=not is_first_critical and place < right_until)
        here.now = DAY + timedelta(minutes=closed_after)
        here.close()
        self.jurors = here.juror("jury1@example.org"), here.juror("jury2@example.org")
        for one in (1, 2):
            confirmed(db, f"recours{one}@example.org")

    @property
    def incident(self):
        return self.db.scalars(select(Incident).order_by(Incident.id.desc())).first()

    def conclude(self, kind=None, **given):
        """Judge the incident so, then conclude and publish."""
        if kind is not None:
            self.here.decide(*self.jurors, kind, incident_id=self.incident.id, **given)
        self.here.decide(*self.jurors, DecisionKind.CONCLUDE)
        self.here.publish(self.jurors[0])

    def defer(self):
        self.conclude(DecisionKind.DEFER, candidate=self.lea)

    def appeal(self, kind, **given):
        """Two officers decide so of an appeal against the result."""
        number = cases.open_case(
            self.db,
            kind=cases.CaseKind.CONTEST,
            person_id=self.lea.person_id,
            email=None,
            subject_kind="sitting",
            subject_reference=self.db.get(Sitting, self.lea.sitting_id).reference,
            text="La coupure ne venait pas de moi.",
            language="fr",
            now=LATER,
        ).number
        one, other = (people.find_by_address(self.db, email=f"recours{one}@example.org") for one in (1, 2))
        act = {"number": number, "now": LATER}
        row = reviewing.propose(self.db, **act, kind=kind, reason="Panne avérée.", actor_id=one.id, **given)
        reviewing.take(self.db, **act, review_id=row.id, means=self.here.means(start=50), actor_id=other.id)

    def at_another_session(self, *, policy="examination", reference="SESS10N000000002", now=SECOND_DAY):
        """The same people, two weeks later."""
        here = self.here
        here.session = sessions.plan(
            self.db,
            structure=here.structure,
            framework_code="PRO",
            policy=policies()[policy],
            place="Salle 3",
            starts_at=now,
            seats=5,
            reference=reference,
            secret=SECRET,
            actor_id=here.manager.id,
            now=now - timedelta(days=7),
        )
        here.now = now
        watch.join(
            self.db,
            session=here.session,
            person_id=here.invigilator.id,
            duty="invigilator",
            now=now - timedelta(days=7),
        )
        return here

    def owed_themes(self):
        own = results.list_own(self.db, person_id=self.lea.person_id)
        return own[0].candidate.outcome["owed"]


@pytest.fixture
def hall(db, loaded):
    return Hall(db, loaded)


on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@on_sqlite
class TestTheJury:
    def test_knows_and_does_not_conclude_before_it_has_judged(self, hall):
        theme = hall.missed.rpartition("-")[0]
        assert (hall.lea.owed_themes, hall.lea.finish_reason) == ([theme], "ended")
        assert hall.incident.candidate_id == hall.lea.id
        assert "Temps écoulé" in hall.incident.note
        with pytest.raises(StillUnjudgedError):
            hall.here.decide(*hall.jurors, DecisionKind.CONCLUDE)

    def test_is_told_as_well_where_the_session_was_closed_with_time_left(self, db, loaded):
        hall = Hall(db, loaded, closed_after=20)

        assert hall.lea.owed_themes
        assert "pendant la passation" in hall.incident.note

    def test_nobody_is_owed_who_was_ended_alone_or_missed_nothing_critical(self, db, loaded):
        here = room(db, loaded)
        ended, arrival = here.seated()
        for _place in range(39):
            critical = here.bank.item(here.state_of(ended).current_item_id).critical
            here.answer(arrival, right=not critical)
        invigilating.end(
            db, candidate=ended, version=ended.version, bank=here.bank, actor_id=here.invigilator.id, now=DAY
        )
        slow, arrival = here.seated(family_name="Martin", given_names="Paul", seed=3)
        here.answer(arrival)
        here.now = DAY + timedelta(hours=2)
        here.close()

        assert (ended.owed_themes, slow.owed_themes, slow.finish_reason) == (None, None, "time")
        assert db.query(Incident).count() == 0

    def test_defers_nothing_for_whom_nothing_is_owed(self, db, loaded):
        hall = Hall(db, loaded, answers=3)
        assert hall.missed is None  # no critical question is among the first three
        with pytest.raises(NotFoundError):
            hall.here.decide(*hall.jurors, DecisionKind.DEFER, candidate=hall.lea)
        with pytest.raises(NotFoundError):
            hall.here.decide(*hall.jurors, DecisionKind.DEFER)

    def test_who_judges_that_the_person_left_lets_the_theme_be_lost_and_the_result_says_so(self, hall):
        hall.conclude(DecisionKind.DISMISS, reason="La personne a quitté la salle.")

        assert (hall.lea.verdict, hall.owed_themes()) == ("failed", hall.lea.owed_themes)

    def test_who_fails_by_the_points_anyhow_is_owed_nothing(self, db, loaded):
        hall = Hall(db, loaded, right_until=15)
        assert hall.lea.owed_themes
        hall.defer()

        assert hall.lea.verdict == "failed"

    def test_a_question_neutralised_owes_nothing_any_more(self, hall):
        hall.here.decide(*hall.jurors, DecisionKind.NEUTRALISE, item_id=hall.missed)
        hall.defer()

        assert hall.lea.verdict == "passed"

    def test_the_report_and_the_export_say_it(self, db, hall):
        hall.defer()
        told = papers.report(db, session=hall.here.session, bank=hall.here.bank, now=LATER).to_json()
        held = personal_data.export_person(db, person_id=hall.lea.person_id)["examinations"][0]

        assert "seconde série à passer à une autre session" in told
        assert held["second_sets_cut_off"] == hall.lea.owed_themes


class TestSittingIt:
    def test_at_another_session_only_the_set_is_asked_in_its_own_minutes_and_the_whole_is_judged(self, db, hall):
        sitting, first = hall.lea.sitting_id, hall.lea
        hall.defer()
        assert (first.verdict, first.certificate_id) == ("owed", None)
        here = hall.at_another_session()

        again, arrival = here.seated(seed=99)  # enrolled by name only: the desk finds who it is

        assert (again.continues_id, again.sitting_id, again.person_id) == (first.id, sitting, first.person_id)
        assert (clock.minutes_of(again, session=here.session), first.sitting_id) == (6, None)
        assert here.state_of(again).current_item_id in here.state_of(again).second_sets[first.owed_themes[0]]
        count = 0
        while again.finished_at is None:
            here.answer(arrival)
            count += 1
        here.close()
        hall.jurors = here.juror("jury3@example.org"), here.juror("jury4@example.org")
        hall.conclude()
        assert (count, again.verdict, again.outcome["owed"]) == (4, "passed", [])
        assert db.get(Certificate, again.certificate_id).sitting_id == sitting
        assert db.query(Sitting).count() == 1  # one try
        told = [one.candidate.verdict for one in results.list_own(db, person_id=first.person_id)]
        assert told == ["passed", "owed"]

    @on_sqlite
    def test_what_a_jury_set_aside_at_the_first_session_stays_aside_at_the_second(self, db, hall):
        asked = next(one.item_id for one in hall.here.state_of(hall.lea).answers if one.item_id != hall.missed)
        hall.here.decide(*hall.jurors, DecisionKind.NEUTRALISE, item_id=asked)
        hall.defer()
        here = hall.at_another_session()
        again, _arrival = here.seated()

        assert jury.set_aside(db, candidate=again) == {asked}

    @on_sqlite
    def test_once_the_jury_has_let_it_be_lost_it_is_a_try_like_another(self, hall):
        hall.conclude(DecisionKind.DISMISS)
        here = hall.at_another_session()
        with pytest.raises(MayNotSitError):
            here.seated()

    @on_sqlite
    def test_what_was_called_off_meanwhile_or_is_sat_elsewhere_is_not_begun(self, db, hall):
        hall.defer()
        here = hall.at_another_session()
        one = here.enrol()
        here.open_doors()
        here.identify(one)
        arrival = here.arrive(one)
        here.authorise(one, arrival)
        sitting_id, hall.lea.sitting_id = hall.lea.sitting_id, None
        db.flush()
        with pytest.raises(MovedOnError):
            here.begin(one, arrival)
        hall.lea.sitting_id, hall.lea.verdict = sitting_id, "annulled"
        db.flush()
        with pytest.raises(MovedOnError):
            here.begin(one, arrival)
        assert here.place(arrival).stage is answering.Stage.READY

    @on_sqlite
    def test_cut_off_again_it_is_owed_again(self, hall):
        hall.defer()
        here = hall.at_another_session()
        again, arrival = here.seated()
        here.answer(arrival)
        here.now += timedelta(minutes=2)
        here.close()

        assert again.owed_themes == hall.lea.owed_themes

    @on_sqlite
    def test_shown_for_the_whole_of_its_minutes_it_is_owed_no_more(self, hall):
        hall.defer()
        here = hall.at_another_session()
        again, arrival = here.seated()
        here.answer(arrival)
        here.now += timedelta(hours=1)
        here.close()

        assert (again.owed_themes, again.finish_reason) == (None, "time")

    @on_sqlite
    def test_an_appeal_may_still_set_the_question_aside(self, db, hall):
        hall.defer()

        hall.appeal(ReviewKind.NEUTRALISE_ONE, item_id=hall.missed)

        assert hall.lea.verdict == "passed"
        assert [one.verdict for one in reviewing.list_former(db, candidate=hall.lea)] == ["owed"]

    @on_sqlite
    def test_an_appeal_may_defer_what_the_jury_let_be_lost(self, db, hall):
        hall.conclude(DecisionKind.DISMISS)

        hall.appeal(ReviewKind.DEFER)

        assert (hall.lea.verdict, hall.lea.outcome["verdict"]) == ("owed", "owed")
        assert [one.verdict for one in reviewing.list_former(db, candidate=hall.lea)] == ["failed"]
        again, _arrival = hall.at_another_session().seated()
        assert again.continues_id == hall.lea.id

    @on_sqlite
    def test_an_appeal_defers_nothing_where_something_else_fails_or_nothing_was_cut_off(self, db, loaded):
        hall = Hall(db, loaded, right_until=15)
        hall.conclude(DecisionKind.DISMISS)
        with pytest.raises(MovedOnError):
            hall.appeal(ReviewKind.DEFER)
        hall.lea.owed_themes = None
        with pytest.raises(MovedOnError):
            hall.appeal(ReviewKind.DEFER)
        assert hall.lea.verdict == "failed"

    @on_sqlite
    def test_a_guest_is_kept_a_year_for_it(self, db, loaded):
        hall = Hall(db, loaded)
        db.get(Person, hall.lea.person_id).kind = "guest"
        hall.defer()
        assert hall.here.session.state == SessionState.PUBLISHED
        rooms = current_app.extensions["numericite.person_rooms"]
        for days, left in ((360, 1), (370, 0)):
            retention.run(db, rooms=rooms, now=DAY + timedelta(days=days))
            assert db.query(Person).filter_by(kind="guest").count() == left
