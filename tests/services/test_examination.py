"""A supervised session, from the plan to the last answer: each refusal by its name."""

from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

import pytest

from app.errors import (
    AlreadyEnrolledError,
    EnrolmentClosedError,
    ExamPausedError,
    IdentityNotCheckedError,
    MovedOnError,
    NoSeatLeftError,
    NotAccreditedError,
    NotFoundError,
    NotIndependentError,
    PastMomentError,
    SittingOpenError,
    StaleQuestionError,
    TimeOverError,
    UnknownAccommodationError,
    WrongExamCodeError,
)
from app.examination.models import (
    Accommodation,
    Candidate,
    FocusLoss,
    Hand,
    HandAnswer,
    IncidentKind,
    SessionState,
)
from app.examination.services import (
    answering,
    arrivals,
    clock,
    enrolment,
    identities,
    invigilating,
    sessions,
    watch,
)
from app.examination.services.answering import Stage
from app.organisations.models import Part, StructureState, TieKind
from app.organisations.services import independence, structures
from app.supervised_errors import MayNotSitError
from certificates.errors import UnacceptableNameError
from quizzes.errors import NotOfferedError
from quizzes.policy import policies
from tests.services.accounts_builders import NOW, SECRET, account
from tests.services.examination_builders import BORN, DAY, room
from tests.services.label_builders import sat_examination
from tests.services.organisations_builders import confirmed, named
from tests.services.register_builders import registered


def tie(db, one, other, kind=TieKind.TRAINER):
    independence.declare(
        db,
        actor_id=one.id,
        subject_id=other.id,
        kind=kind,
        begins_on=NOW.date(),
        ends_on=None,
        declared_by=one.id,
        now=NOW,
    )


class TestPlan:
    def plan(self, here, **overrides):
        given = {
            "structure": here.structure,
            "framework_code": "PRO",
            "policy": policies()["examination"],
            "place": "Salle 1",
            "starts_at": DAY,
            "seats": 5,
            "reference": "SESS10N000000002",
            "secret": SECRET,
            "actor_id": here.manager.id,
            "now": NOW,
        }
        return sessions.plan(here.db, **{**given, **overrides})

    def test_not_in_the_past(self, db, loaded):
        with pytest.raises(PastMomentError):
            self.plan(room(db, loaded), starts_at=NOW)

    def test_not_after_the_accreditation(self, db, loaded):
        with pytest.raises(NotAccreditedError):
            self.plan(room(db, loaded), starts_at=DAY + timedelta(days=2000))

    def test_not_a_test_that_is_sat_alone(self, db, loaded):
        with pytest.raises(NotOfferedError):
            self.plan(room(db, loaded), policy=policies()["certification"])

    def test_not_a_test_that_the_framework_has_not(self, db, loaded):
        with pytest.raises(NotOfferedError):
            self.plan(room(db, loaded), framework_code="CIT")

    def test_doors_stay_shut_when_the_accreditation_is_suspended_meanwhile(self, db, loaded):
        here = room(db, loaded)
        structures.change_accreditation(
            db,
            row=here.structure,
            state=StructureState.SUSPENDED,
            accredited_until=here.structure.accredited_until,
            actor_id=here.officer.id,
            now=NOW,
        )

        with pytest.raises(NotAccreditedError):
            here.open_doors()

    def test_doors_open_once(self, db, loaded):
        here = room(db, loaded)
        here.open_doors()

        with pytest.raises(MovedOnError):
            here.open_doors()

    def test_a_session_is_its_structures_own(self, db, loaded):
        here, other = room(db, loaded), confirmed(db, "autre@example.org")

        for parts in ((Part.MANAGER,), (Part.INVIGILATOR,)):
            with pytest.raises(NotFoundError):
                sessions.get_of_structure(db, reference=here.session.reference, person_id=other.id, parts=parts)
        with pytest.raises(NotFoundError):
            sessions.get_on_duty(db, reference=here.session.reference, person_id=here.manager.id, duty="invigilator")


class TestWatch:
    def join(self, here, person, duty="invigilator"):
        watch.join(here.db, session=here.session, person_id=person.id, duty=duty, now=NOW)

    def test_a_declared_trainer_or_manager_of_a_candidate_does_not_invigilate(self, db, loaded):
        here = room(db, loaded)
        pupil = confirmed(db, "eleve@example.org")
        here.enrol(email="eleve@example.org")
        for place, kind in enumerate(TieKind):
            helper = confirmed(db, f"aide{place}@example.org")
            tie(db, helper, pupil, kind)

            with pytest.raises(NotIndependentError):
                self.join(here, helper)

    def test_who_trains_for_this_framework_here_does_not_invigilate_it_here(self, db, loaded):
        here, helper = room(db, loaded), confirmed(db, "aide@example.org")
        named(db, here.structure, helper, Part.TRAINER, actor=here.manager, framework_code="PRO")

        with pytest.raises(NotIndependentError):
            self.join(here, helper)

    def test_a_candidate_does_not_invigilate(self, db, loaded):
        here, both = room(db, loaded), confirmed(db, "deux@example.org")
        here.enrol(email="deux@example.org")

        with pytest.raises(NotIndependentError):
            self.join(here, both)

    def test_nobody_invigilates_what_is_over_nor_judges_what_is_not(self, db, loaded):
        here, helper = room(db, loaded), confirmed(db, "aide@example.org")
        with pytest.raises(MovedOnError):
            self.join(here, helper, "juror")
        here.open_doors()
        here.close()

        with pytest.raises(MovedOnError):
            self.join(here, helper)
        with pytest.raises(NotIndependentError):  # who invigilated does not judge
            self.join(here, here.invigilator, "juror")


class TestEnrol:
    def test_not_beyond_the_seats(self, db, loaded):
        here = room(db, loaded, seats=1)
        here.enrol()

        with pytest.raises(NoSeatLeftError):
            here.enrol(family_name="Martin")

    def test_not_twice(self, db, loaded):
        here = room(db, loaded)
        here.enrol(email="lea@example.org")
        twice = {
            "the same names": {},
            "the same names, written otherwise": {"family_name": "DURAND", "given_names": "Lea"},
            "the same address": {"family_name": "Autre", "email": "LEA@example.org"},
        }

        for same in twice.values():
            with pytest.raises(AlreadyEnrolledError):
                here.enrol(**same)

    def test_two_people_of_one_name_are_two_when_their_birth_dates_differ(self, db, loaded):
        here = room(db, loaded)
        here.enrol(born_on=BORN)

        here.enrol(born_on=BORN.replace(year=1990))

        with pytest.raises(AlreadyEnrolledError):
            here.enrol(born_on=BORN)

    def test_who_saw_reserved_items_does_not_sit(self, db, loaded):
        here, author = room(db, loaded), confirmed(db, "auteur@example.org")
        independence.note_reserved_view(db, person_id=author.id, framework_code="PRO", now=NOW)

        with pytest.raises(MayNotSitError):  # why is theirs to know, not the structure's
            here.enrol(email="auteur@example.org")

    def test_not_whom_an_invigilator_on_duty_trains_nor_the_invigilator(self, db, loaded):
        here, pupil = room(db, loaded), confirmed(db, "eleve@example.org")
        tie(db, here.invigilator, pupil)

        for email in ("eleve@example.org", "surveillante@example.org"):
            with pytest.raises(NotIndependentError):
                here.enrol(email=email)

    def test_not_after_the_end(self, db, loaded):
        here = room(db, loaded)
        here.open_doors()
        here.close()

        with pytest.raises(EnrolmentClosedError):
            here.enrol()

    def test_not_with_an_accommodation_that_does_not_exist(self, db, loaded):
        with pytest.raises(UnknownAccommodationError):
            room(db, loaded).enrol(accommodations=["dyslexie"])

    def test_an_address_that_nobody_confirmed_binds_nobody(self, db, loaded):
        here = room(db, loaded)
        account(db, email="pas.confirmee@example.org")

        assert here.enrol(email="pas.confirmee@example.org").person_id is None

    def test_who_is_identified_is_not_taken_back(self, db, loaded):
        here = room(db, loaded)
        candidate = here.enrol()
        here.open_doors()
        here.identify(candidate)

        with pytest.raises(MovedOnError):
            enrolment.remove(db, session=here.session, candidate=candidate, actor_id=here.manager.id, now=NOW)


class TestLists:
    def read(self, here, *lines, headings=("Nom", "Prénom", "Date de naissance", "Courriel", "Aménagements")):
        return enrolment.read_list(
            here.db,
            session=here.session,
            rows=[list(headings), *(list(line) for line in lines)],
            secret=SECRET,
            language="fr",
            actor_id=here.manager.id,
            now=NOW,
        )

    def test_good_lines_wait_and_each_bad_line_says_why(self, db, loaded):
        here = room(db, loaded, seats=3)
        author = confirmed(db, "auteur@example.org")
        independence.note_reserved_view(db, person_id=author.id, framework_code="PRO", now=NOW)

        dry = self.read(
            here,
            ("Durand", "Léa", "17/05/1980", "lea@example.org", "tiers temps, grands caractères"),
            ("", "Paul", "", "", ""),
            ("=HYPERLINK(1)", "Paul", "", "", ""),
            ("Dr House", "Paul", "", "", ""),
            ("Morel", "Zoé", "17/05/2080", "", ""),
            ("Morel", "Zoé", "hier", "", ""),
            ("Morel", "Zoé", "", "zoe.example", ""),
            ("Morel", "Zoé", "", "", "migraine"),
            ("DURAND", "Lea", "", "", ""),
            ("Auteur", "Anne", "", "auteur@example.org", ""),
            ("Petit", "Ana", "1975-02-03", "", ""),
            ("Roux", "Ivo", "", "", "lecteur"),
            ("Blanc", "Uma", "", "", ""),
        )

        assert [(one.line, one.reason) for one in dry.bad] == [
            (3, "name-missing"),
            (4, "formula"),
            (5, "name-unacceptable"),
            (6, "birth-date"),
            (7, "birth-date"),
            (8, "address"),
            (9, "unknown-accommodation"),
            (10, "already-enrolled"),
            (11, "may-not-sit"),
            (14, "no-seat-left"),
        ]
        assert [one.family_name for one in dry.good] == ["Durand", "Petit", "Roux"]
        assert dry.good[0].accommodations == ("large_type", "third_time")
        assert db.query(Candidate).count() == 0
        assert "1980" not in str(here.session.draft)

        assert enrolment.confirm(db, session=here.session, language="fr", actor_id=here.manager.id, now=NOW) == 3
        assert [row.number for row in db.query(Candidate).order_by(Candidate.id)] == [1, 2, 3]
        with pytest.raises(MovedOnError):
            enrolment.confirm(db, session=here.session, language="fr", actor_id=here.manager.id, now=NOW)

    def test_when_the_world_has_moved_on_nobody_of_the_list_is_enrolled(self, db, loaded):
        here = room(db, loaded, seats=2)
        self.read(here, ("Durand", "Léa", "", "", ""), ("Petit", "Ana", "", "", ""))
        here.enrol(family_name="Entre", given_names="Temps")
        db.commit()

        with pytest.raises(NoSeatLeftError):
            enrolment.confirm(db, session=here.session, language="fr", actor_id=here.manager.id, now=NOW)
        db.rollback()

        assert db.query(Candidate).count() == 1

    def test_a_list_without_names_is_none(self, db, loaded):
        with pytest.raises(enrolment.UnreadableSheetError):
            self.read(room(db, loaded), ("a", "b"), headings=("Ville", "Prénom"))


class TestArrive:
    def find(self, here, code=None, number=1):
        code = sessions.code_of(here.session, secret=SECRET) if code is None else code
        return arrivals.find_candidate(here.db, code=code, number=number, secret=SECRET)

    def test_the_code_is_kept_nowhere(self, db, loaded):
        here = room(db, loaded)
        code = sessions.code_of(here.session, secret=SECRET)

        assert code not in str(
            {column.name: getattr(here.session, column.name) for column in here.session.__table__.columns}
        )

    def test_nobody_comes_in_before_the_doors_open_or_after_they_shut(self, db, loaded):
        here = room(db, loaded)
        here.enrol()
        with pytest.raises(WrongExamCodeError):
            self.find(here)
        here.open_doors()
        assert self.find(here).number == 1
        here.close()

        with pytest.raises(WrongExamCodeError):
            self.find(here)

    def test_a_code_is_read_kindly(self, db, loaded):
        here = room(db, loaded)
        here.enrol()
        here.open_doors()
        code = sessions.code_of(here.session, secret=SECRET)

        assert (
            self.find(here, f" {code[:4].lower()}-{code[4:].lower()} ".replace("0", "o").replace("1", "l")).number == 1
        )

    def test_a_wrong_number_and_a_wrong_code_are_told_alike_and_numbers_are_not_guessed_for_ever(self, db, loaded):
        here = room(db, loaded)
        here.enrol()
        here.open_doors()
        with pytest.raises(WrongExamCodeError):
            self.find(here, "AAAAAAAA")
        for number in range(2, sessions.MOST_MISSES + 2):
            with pytest.raises(WrongExamCodeError):
                self.find(here, number=number)
        db.refresh(here.session)

        with pytest.raises(WrongExamCodeError):  # the right number, too late
            self.find(here)
        sessions.renew_code(db, row=here.session, secret=SECRET, actor_id=here.manager.id, now=NOW)
        assert self.find(here).number == 1

    def test_a_former_code_lets_nobody_in(self, db, loaded):
        here = room(db, loaded)
        here.enrol()
        here.open_doors()
        former = sessions.code_of(here.session, secret=SECRET)

        sessions.renew_code(db, row=here.session, secret=SECRET, actor_id=here.manager.id, now=NOW)

        with pytest.raises(WrongExamCodeError):
            self.find(here, former)


class TestIdentity:
    def test_what_a_list_says_of_somebody_makes_no_account_theirs(self, db, loaded):
        here = room(db, loaded)
        stranger = confirmed(db, "autre@example.org")
        here.enrol(email=stranger.email, born_on=BORN)
        digest = identities.identity_digest(family_name="Durand", given_names="Léa", born_on=BORN, secret=SECRET)

        assert identities.person_ids(db, identity_hmac=digest, person_id=None) == frozenset()

    def test_nobody_is_authorised_unseen(self, db, loaded):
        here = room(db, loaded)
        candidate = here.enrol()
        here.open_doors()
        arrival = here.arrive(candidate)

        with pytest.raises(IdentityNotCheckedError):
            here.authorise(candidate, arrival)

    def test_the_date_of_birth_is_kept_nowhere(self, db, loaded):
        here = room(db, loaded)
        candidate = here.enrol()
        here.identify(candidate)

        held = {column.name: str(getattr(candidate, column.name)) for column in candidate.__table__.columns}
        assert not [name for name, value in held.items() if "1980" in value]
        assert candidate.checked_name == "Léa Durand"

    def test_whom_one_trains_one_does_not_identify(self, db, loaded):
        here, pupil = room(db, loaded), confirmed(db, "eleve@example.org")
        candidate = here.enrol(email="eleve@example.org")
        tie(db, here.invigilator, pupil)

        with pytest.raises(NotIndependentError):
            here.identify(candidate)

    def test_a_name_that_cannot_be_printed_is_told_at_the_desk(self, db, loaded):
        here = room(db, loaded)
        candidate = here.enrol()

        with pytest.raises(UnacceptableNameError):
            here.identify(candidate, family_name="Durand 2")

    def test_of_two_invigilators_at_once_the_second_is_told(self, db, loaded):
        here = room(db, loaded)
        candidate = here.enrol()
        seen = candidate.version
        here.identify(candidate)

        with pytest.raises(MovedOnError):
            here.identify(candidate, version=seen, given_names="Léo")
        assert candidate.checked_name == "Léa Durand"

    SAME: ClassVar = {
        "case and accents": ("DURAND", "Lea"),
        "hyphens and spaces": ("Du-Rand", "Léa"),
        "more given names": ("Durand", "Léa Marie"),
    }

    @pytest.mark.parametrize(("family_name", "given_names"), SAME.values(), ids=SAME)
    def test_one_person_is_one_however_written(self, family_name, given_names):
        def digest(family, given, born=BORN):
            return identities.identity_digest(family_name=family, given_names=given, born_on=born, secret=SECRET)

        assert digest(family_name, given_names) == digest("Durand", "Léa")
        assert digest("Durand", "Léa", BORN.replace(day=18)) != digest("Durand", "Léa")
        assert digest("Durant", "Léa") != digest("Durand", "Léa")


class TestAuthorise:
    def test_only_a_browser_that_waits_for_this_candidate(self, db, loaded):
        here = room(db, loaded)
        one, other = here.enrol(), here.enrol(family_name="Martin")
        here.open_doors()
        here.identify(one)

        with pytest.raises(NotFoundError):
            here.authorise(one, here.arrive(other))

    def test_of_two_invigilators_at_once_the_second_is_told(self, db, loaded):
        here = room(db, loaded)
        candidate = here.enrol()
        here.open_doors()
        here.identify(candidate)
        arrival, seen = here.arrive(candidate), candidate.version
        here.authorise(candidate, arrival)

        with pytest.raises(MovedOnError):
            here.authorise(candidate, arrival, version=seen)

    def test_not_an_account_that_turns_out_to_be_tied_or_to_have_seen_the_pool(self, db, loaded):
        here = room(db, loaded)
        pupil, author = confirmed(db, "eleve@example.org"), confirmed(db, "auteur@example.org")
        here.open_doors()
        tie(db, here.invigilator, pupil)
        independence.note_reserved_view(db, person_id=author.id, framework_code="PRO", now=NOW)
        for person, name, error in ((pupil, "Eleve", NotIndependentError), (author, "Auteur", MayNotSitError)):
            candidate = here.enrol(family_name=name)  # enrolled without an address
            here.identify(candidate)

            with pytest.raises(error):
                here.authorise(candidate, here.arrive(candidate, here.browser(person)))

    def test_not_once_the_session_is_closed(self, db, loaded):
        here = room(db, loaded)
        candidate = here.enrol()
        here.open_doors()
        here.identify(candidate)
        arrival = here.arrive(candidate)
        here.close()

        with pytest.raises(MovedOnError):
            here.authorise(candidate, arrival)

    def test_the_first_one_sets_the_session_going(self, db, loaded):
        here = room(db, loaded)

        here.seated()

        assert here.session.state == SessionState.RUNNING

    def test_a_verified_person_does_not_sit_again_too_soon_even_without_an_account(self, db, loaded):
        here = room(db, loaded)
        candidate, _arrival = here.seated()
        invigilating.end(
            db, candidate=candidate, version=candidate.version, bank=here.bank, actor_id=here.invigilator.id, now=DAY
        )
        again = here.enrol(family_name="Durand", given_names="Lea Marie")

        with pytest.raises(MayNotSitError):
            here.identify(again)
        here.session = TestPlan().plan(here, starts_at=DAY + timedelta(days=7))
        with pytest.raises(MayNotSitError):
            here.enrol(family_name="DURAND", given_names="Lea", born_on=BORN)
        here.session = TestPlan().plan(here, starts_at=DAY + timedelta(days=31), reference="SESS10N000000003")
        assert here.enrol(family_name="DURAND", given_names="Lea", born_on=BORN).number == 1


class TestAnswer:
    def test_nothing_is_answered_before_the_authorisation(self, db, loaded):
        here = room(db, loaded)
        candidate = here.enrol()
        here.open_doors()
        arrival = here.arrive(candidate)

        assert here.place(arrival).stage is Stage.WAITING
        with pytest.raises(MovedOnError):
            here.begin(candidate, arrival)
        with pytest.raises(NotFoundError):
            here.answer(arrival)

    def test_a_browser_in_which_nobody_arrived_sees_nothing(self, db, loaded):
        here = room(db, loaded)

        for number in (None, here.browser().id):
            with pytest.raises(NotFoundError):
                answering.place_of(db, web_session_id=number)

    def test_one_person_answers_in_one_room_at_a_time(self, db, loaded):
        here = room(db, loaded)
        lea = confirmed(db, "lea@example.org")
        here.seated(email=lea.email)
        here.session = TestPlan().plan(here, framework_code="CIT", policy=policies()["supervised"])
        watch.join(db, session=here.session, person_id=here.invigilator.id, duty="invigilator", now=NOW)

        with pytest.raises(SittingOpenError):
            here.seated(email=lea.email)

    def test_a_double_click_begins_once(self, db, loaded):
        here = room(db, loaded)
        candidate, arrival = here.seated()
        sitting = candidate.sitting_id

        here.begin(candidate, arrival)

        assert candidate.sitting_id == sitting

    @pytest.mark.parametrize("has_passed_since", [True, False], ids=["known since", "never asked"])
    def test_an_update_test_asks_first_about_what_changed_since_the_person_last_passed(
        self, db, loaded, has_passed_since
    ):
        pool = loaded.bank.items_of("PRO", policies()["update"].pool)
        changed_on = min(item.checked_on for item in pool)
        resting = {item.id for item in pool if item.facts}
        at = room(db, loaded, policy="update")
        at.loaded = replace(
            loaded, facts=tuple(one.model_copy(update={"changed_on": changed_on}) for one in loaded.facts)
        )
        lea = confirmed(db, "lea@example.org")
        if has_passed_since:
            certificate = registered(db, loaded, row={"person_id": lea.id})
            sat_examination(db, lea, certificate, day=NOW + timedelta(days=2))

        candidate, _arrival = at.seated(email="lea@example.org")

        asked = resting & set(at.state_of(candidate).form)
        assert (len(asked) >= 12) is not has_passed_since

    def test_a_changed_machine_resumes_after_a_new_authorisation_and_the_former_one_is_out(self, db, loaded):
        here = room(db, loaded)
        candidate, former = here.seated()
        here.answer(former)
        current = here.state_of(candidate).current_item_id

        new = here.arrive(candidate)
        assert here.place(new).stage is Stage.WAITING
        assert here.place(former).stage is Stage.ANSWERING  # until somebody decides otherwise
        with pytest.raises(ExamPausedError):
            here.answer(new)
        here.authorise(candidate, new)

        assert here.place(former).stage is Stage.ELSEWHERE
        with pytest.raises(ExamPausedError):
            here.answer(former)
        assert here.state_of(candidate).current_item_id == current
        assert len(here.answer(new).state.answers) == 2

    def test_the_same_browser_after_a_lost_connection_needs_nobody(self, db, loaded):
        here = room(db, loaded)
        candidate, arrival = here.seated()
        browser = arrival.web_session_id

        again = arrivals.arrive(
            db,
            candidate=candidate,
            web_session_id=browser,
            person_id=arrival.person_id,
            screen_number=12,
            language="fr",
            now=DAY,
        )

        assert again is arrival
        assert here.place(again).stage is Stage.ANSWERING

    def test_a_pause_takes_the_question_away_and_costs_no_time(self, db, loaded):
        here = room(db, loaded)
        candidate, arrival = here.seated()
        before = clock.deadline_of(candidate, session=here.session)
        act = {"candidate": candidate, "actor_id": here.invigilator.id}
        invigilating.pause(db, version=candidate.version, now=DAY + timedelta(minutes=5), **act)

        assert here.place(arrival).stage is Stage.PAUSED
        assert clock.deadline_of(candidate, session=here.session) is None
        with pytest.raises(ExamPausedError):
            here.answer(arrival)
        with pytest.raises(MovedOnError):
            invigilating.pause(db, version=candidate.version, now=DAY, **act)
        invigilating.resume(db, version=candidate.version, now=DAY + timedelta(minutes=25), **act)
        assert clock.deadline_of(candidate, session=here.session) == before + timedelta(minutes=20)
        with pytest.raises(MovedOnError):
            invigilating.resume(db, version=candidate.version, now=DAY, **act)

    TIMES: ClassVar = {
        "nothing arranged": ([], 60),
        "a third more": (["third_time"], 80),
        "large type": (["large_type"], 60),
    }

    @pytest.mark.parametrize(("arranged", "minutes"), TIMES.values(), ids=TIMES)
    def test_the_servers_clock_alone_counts(self, db, loaded, arranged, minutes):
        here = room(db, loaded)
        candidate, arrival = here.seated(accommodations=arranged)

        here.answer(arrival, now=DAY + timedelta(minutes=minutes, seconds=4))  # the network's part
        with pytest.raises(TimeOverError):
            here.answer(arrival, now=DAY + timedelta(minutes=minutes, seconds=6))
        assert len(here.state_of(candidate).answers) == 1

    def test_minutes_added_count_and_are_bounded(self, db, loaded):
        here = room(db, loaded)
        candidate, arrival = here.seated()
        act = {"candidate": candidate, "actor_id": here.invigilator.id, "now": DAY}
        for minutes in (0, 61):
            with pytest.raises(ValueError, match="from 1 to 60"):
                invigilating.extend(db, version=candidate.version, minutes=minutes, **act)

        seen = candidate.version
        invigilating.extend(db, version=seen, minutes=10, **act)
        with pytest.raises(MovedOnError):
            invigilating.extend(db, version=seen, minutes=10, **act)

        here.answer(arrival, now=DAY + timedelta(minutes=69))
        assert clock.minutes_of(candidate, session=here.session) == 70

    def test_when_the_time_is_over_the_sitting_closes_with_what_was_answered(self, db, loaded):
        here = room(db, loaded)
        candidate, arrival = here.seated()
        here.answer(arrival)

        late = DAY + timedelta(minutes=61)
        assert not answering.close_if_over(db, place=here.place(arrival), bank=here.bank, now=DAY)
        assert answering.close_if_over(db, place=here.place(arrival), bank=here.bank, now=late)

        assert (candidate.finish_reason, here.place(arrival).stage) == ("time", Stage.FINISHED)
        assert len(here.state_of(candidate).answers) == 1
        assert not answering.close_if_over(db, place=here.place(arrival), bank=here.bank, now=late)

    def answer_but_critical(self, here, arrival):
        """Answer the question on screen, wrongly where it is critical."""
        current = here.bank.item(here.state_of(here.place(arrival).candidate).current_item_id)
        return here.answer(arrival, right=not current.critical)

    def test_a_missed_critical_question_opens_a_second_set_with_minutes_of_its_own(self, db, loaded):
        here = room(db, loaded)
        candidate, arrival = here.seated(accommodations=["third_time"])
        for _question in range(40):
            after = self.answer_but_critical(here, arrival)

        assert after.state.second_sets
        assert candidate.finished_at is None
        assert candidate.set_minutes == 6 * len(after.state.second_sets)
        assert clock.minutes_of(candidate, session=here.session) == -(-(60 + candidate.set_minutes) * 4 // 3)
        here.answer_all(candidate, arrival)
        assert candidate.finish_reason == "complete"

    def test_a_second_set_that_opens_when_the_time_is_over_has_its_minutes_from_then_on(self, db, loaded):
        here = room(db, loaded)
        candidate, arrival = here.seated()
        while not any(here.bank.item(one.item_id).critical for one in here.state_of(candidate).answers):
            self.answer_but_critical(here, arrival)

        late = DAY + timedelta(minutes=75)
        place = answering.place_of(db, web_session_id=arrival.web_session_id, lock=True)
        assert answering.close_if_over(db, place=place, bank=here.bank, now=late)

        assert candidate.finished_at is None
        assert here.place(arrival).deadline == late + timedelta(minutes=candidate.set_minutes)
        assert here.place(arrival).stage is Stage.ANSWERING

    def test_forty_answers_finish_it(self, db, loaded):
        here = room(db, loaded)
        candidate, arrival = here.seated()

        here.answer_all(candidate, arrival)

        assert (len(here.state_of(candidate).answers), candidate.finish_reason) == (40, "complete")

    def test_leaving_the_page_is_noted_and_does_nothing(self, db, loaded):
        here = room(db, loaded)
        _candidate, arrival = here.seated()
        for seconds in (0, 1, 10):
            answering.note_absence(db, place=here.place(arrival), now=DAY + timedelta(seconds=seconds))

        assert db.query(FocusLoss).count() == 2  # a page that flickers left once
        assert [one.absences for one in watch.see(db, session=here.session, now=DAY)] == [2]
        assert here.place(arrival).stage is Stage.ANSWERING


class TestHands:
    def raised(self, here, candidate, arrival, note="Deux réponses justes"):
        item_id = here.state_of(candidate).current_item_id
        answering.raise_hand(here.db, place=here.place(arrival), item_id=item_id, note=note, now=DAY)
        return here.db.query(Hand).filter_by(answered_at=None).one()

    def answer_hand(self, here, candidate, hand, answer=HandAnswer.REPLACED):
        invigilating.answer_hand(
            here.db,
            candidate=candidate,
            hand_id=hand.id,
            answer=answer,
            bank=here.bank,
            actor_id=here.invigilator.id,
            now=DAY,
        )

    def test_a_question_gives_way_to_another_of_its_area(self, db, loaded):
        here = room(db, loaded)
        candidate, arrival = here.seated()
        hand = self.raised(here, candidate, arrival)

        self.answer_hand(here, candidate, hand)

        current = here.state_of(candidate).current_item_id
        assert current != hand.item_id
        assert current.rpartition(".")[0] == hand.item_id.rpartition(".")[0]
        with pytest.raises(MovedOnError):
            self.answer_hand(here, candidate, hand)
        assert len(here.state_of(candidate).answers) == 0

    def test_a_question_answered_meanwhile_is_not_replaced(self, db, loaded):
        here = room(db, loaded)
        candidate, arrival = here.seated()
        hand = self.raised(here, candidate, arrival)
        here.answer(arrival)
        db.commit()

        with pytest.raises(StaleQuestionError):
            self.answer_hand(here, candidate, hand)
        db.rollback()
        self.answer_hand(here, candidate, hand, HandAnswer.KEPT)
        assert not answering.is_hand_up(db, candidate_id=candidate.id)

    def test_a_hand_is_up_once_and_only_while_answering(self, db, loaded):
        here = room(db, loaded)
        candidate, arrival = here.seated()
        self.raised(here, candidate, arrival)
        hand = self.raised(here, candidate, arrival, "Un mot incompréhensible")
        assert (hand.note, db.query(Hand).count()) == ("Un mot incompréhensible", 1)
        invigilating.pause(db, candidate=candidate, version=candidate.version, actor_id=here.invigilator.id, now=DAY)

        with pytest.raises(ExamPausedError):
            answering.raise_hand(db, place=here.place(arrival), item_id="PRO-1.1-01", note="x", now=DAY)

    def test_a_hand_of_somebody_else_is_not_there(self, db, loaded):
        here = room(db, loaded)
        one, arrival = here.seated()
        other = here.enrol(family_name="Martin")

        with pytest.raises(NotFoundError):
            self.answer_hand(here, other, self.raised(here, one, arrival))


class TestRoom:
    def test_everybody_is_paused_and_resumed_at_once(self, db, loaded):
        here = room(db, loaded)
        people = [here.seated(family_name=name, given_names=name)[0] for name in ("Anne", "Boris")]
        act = {"session": here.session, "actor_id": here.invigilator.id}

        assert invigilating.pause_all(db, now=DAY, **act) == 2
        assert invigilating.pause_all(db, now=DAY, **act) == 0
        assert invigilating.resume_all(db, now=DAY + timedelta(minutes=3), **act) == 2
        assert [one.paused_seconds for one in people] == [180, 180]

    def test_whoever_ends_first_ends_it(self, db, loaded):
        here = room(db, loaded)
        candidate, _arrival = here.seated()
        seen = candidate.version
        end = {"candidate": candidate, "bank": here.bank, "actor_id": here.invigilator.id, "now": DAY}
        invigilating.end(db, version=seen, **end)

        for version in (seen, candidate.version):
            with pytest.raises(MovedOnError):
                invigilating.end(db, version=version, **end)
        with pytest.raises(MovedOnError):
            invigilating.end(db, version=0, **{**end, "candidate": here.enrol(family_name="Martin")})

    def test_closing_ends_whoever_still_answers_and_leaves_the_absent_alone(self, db, loaded):
        here = room(db, loaded)
        candidate, arrival = here.seated()
        absent = here.enrol(family_name="Martin")
        here.answer(arrival)

        here.close()

        assert (candidate.finish_reason, absent.finished_at) == ("ended", None)
        assert here.place(arrival).stage is Stage.FINISHED
        with pytest.raises(MovedOnError):
            here.close()

    def test_the_screen_says_where_everybody_is(self, db, loaded):
        here = room(db, loaded)
        here.open_doors()
        here.enrol(family_name="Absent")
        here.identify(here.enrol(family_name="Vue"))
        waiting = here.enrol(family_name="Attend")
        here.identify(waiting)
        here.arrive(waiting)
        ready = here.enrol(family_name="Prete")
        here.identify(ready)
        here.authorise(ready, here.arrive(ready))
        _answers, arrival = here.seated(family_name="Repond")
        here.answer(arrival)
        done, _arrival = here.seated(family_name="Finie")
        invigilating.end(
            db, candidate=done, version=done.version, bank=here.bank, actor_id=here.invigilator.id, now=DAY
        )

        seen = watch.see(db, session=here.session, now=DAY + timedelta(minutes=10))

        assert [(one.stage, one.question, one.minutes_left) for one in seen] == [
            ("enrolled", None, None),
            ("identified", None, None),
            ("waiting", None, None),
            ("ready", None, None),
            ("answering", 2, 50),
            ("finished", None, None),
        ]

    def test_incidents_are_noted_until_the_jury_concludes(self, db, loaded):
        here = room(db, loaded)
        row = invigilating.note_incident(
            db,
            session=here.session,
            candidate=None,
            kind=IncidentKind.TECHNICAL,
            note="Coupure de courant de dix minutes.",
            item_id=None,
            actor_id=here.invigilator.id,
            now=DAY,
        )
        assert row.judged_at is None
        here.session.state = SessionState.JUDGED.value

        with pytest.raises(MovedOnError):
            invigilating.note_incident(
                db,
                session=here.session,
                candidate=None,
                kind=IncidentKind.OTHER,
                note="Trop tard.",
                item_id=None,
                actor_id=here.invigilator.id,
                now=DAY,
            )

    def test_every_accommodation_is_one_of_four(self):
        assert {one.value for one in Accommodation} == {"third_time", "breaks", "reader", "large_type"}
