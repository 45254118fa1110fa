"""After the session: the jury of two, results published together, certificates, who is told what."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Person
from app.accounts.services import cases, people, privacy, retention
from app.accounts.services.personal_data import CertificateFate, adopt_all
from app.assessments.models import RecordedAnswer
from app.certification.models import Certificate
from app.certification.services import birth_dates
from app.errors import (
    MovedOnError,
    NotFoundError,
    NotIndependentError,
    ReservedItemsSeenError,
    SamePersonError,
    StillUnjudgedError,
)
from app.examination.models import Candidate, DecisionKind, IncidentKind, SessionState
from app.examination.services import answering, invigilating, jury, papers, personal_data, results, sessions, watch
from app.organisations.models import Part, TieKind
from app.organisations.services import independence
from app.outbox import OutboxEntry
from app.supervised_errors import MayNotSitError
from certificates import verification
from quizzes.policy import policies
from tests.services.accounts_builders import NOW, SECRET
from tests.services.examination_builders import BORN, DAY, room
from tests.services.organisations_builders import confirmed, named

LATER = DAY + timedelta(days=2)


@pytest.fixture
def closed(db, loaded):
    """A closed session: somebody who was right throughout, somebody who gave up after one answer, somebody absent, and two jurors."""
    here = room(db, loaded)
    lea = confirmed(db, "lea@example.org")
    here.right, arrival = here.seated(email=lea.email)
    here.answer_all(here.right, arrival)
    here.wrong, arrival = here.seated(family_name="Martin", given_names="Paul", email="paul@example.org", seed=11)
    here.answer(arrival, right=False)
    here.absent = here.enrol(family_name="Absent", given_names="Anne")
    here.close()
    here.jurors = here.juror("jury1@example.org"), here.juror("jury2@example.org")
    return here


def note(here, candidate=None, kind=IncidentKind.TECHNICAL, item_id=None):
    return invigilating.note_incident(
        here.db,
        session=here.session,
        candidate=candidate,
        kind=kind,
        note="Coupure de dix minutes.",
        item_id=item_id,
        actor_id=here.invigilator.id,
        now=DAY,
    )


def conclude(here):
    here.decide(*here.jurors, DecisionKind.CONCLUDE)
    return here.publish(here.jurors[0])


class TestWhoJudges:
    def test_not_whoever_saw_the_pool_works_in_the_structure_or_is_tied_to_a_candidate(self, db, closed):
        author, helper, boss = (confirmed(db, f"{name}@example.org") for name in ("auteur", "aide", "chef"))
        independence.note_reserved_view(db, person_id=author.id, framework_code="PRO", now=NOW)
        named(db, closed.structure, helper, Part.INVIGILATOR, actor=closed.manager)
        independence.declare(
            db,
            actor_id=boss.id,
            subject_id=closed.right.person_id,
            kind=TieKind.MANAGER,
            begins_on=date(2026, 1, 1),
            ends_on=None,
            declared_by=boss.id,
            now=NOW,
        )

        for person, error in (
            (author, ReservedItemsSeenError),
            (helper, NotIndependentError),
            (boss, NotIndependentError),
            (closed.invigilator, NotIndependentError),
        ):
            with pytest.raises(error):
                watch.join(db, session=closed.session, person_id=person.id, duty="juror", now=DAY)

    def test_who_has_not_joined_decides_nothing(self, db, closed):
        stranger = confirmed(db, "autre@example.org")

        with pytest.raises(NotFoundError):
            jury.propose(
                db, session=closed.session, kind=DecisionKind.CONCLUDE, reason="x", actor_id=stranger.id, now=DAY
            )
        with pytest.raises(NotFoundError):
            closed.publish(stranger)

    def test_a_juror_who_comes_to_see_the_pool_decides_no_more(self, db, closed):
        independence.note_reserved_view(db, person_id=closed.jurors[1].id, framework_code="PRO", now=DAY)

        with pytest.raises(ReservedItemsSeenError):
            closed.decide(*closed.jurors, DecisionKind.CONCLUDE)


class TestDecisions:
    def test_nothing_is_decided_by_one_alone(self, closed):
        with pytest.raises(SamePersonError):
            closed.decide(closed.jurors[0], closed.jurors[0], DecisionKind.CONCLUDE)
        assert closed.session.state == SessionState.CLOSED

    def test_nothing_is_published_before_the_jury_has_concluded(self, closed):
        with pytest.raises(MovedOnError):
            closed.publish(closed.jurors[0])

    def test_the_jury_does_not_conclude_while_an_incident_or_a_proposal_waits(self, db, closed):
        incident = note(closed, closed.right)
        with pytest.raises(StillUnjudgedError):
            closed.decide(*closed.jurors, DecisionKind.CONCLUDE)
        proposed = jury.propose(
            db,
            session=closed.session,
            kind=DecisionKind.DISMISS,
            reason="Rattrapé par la pause.",
            incident_id=incident.id,
            actor_id=closed.jurors[0].id,
            now=DAY,
        )
        with pytest.raises(StillUnjudgedError):
            closed.decide(*closed.jurors, DecisionKind.CONCLUDE)

        take = {"session": closed.session, "decision_id": proposed.id, "bank": closed.bank, "now": DAY}
        jury.take(db, actor_id=closed.jurors[1].id, **take)
        with pytest.raises(MovedOnError):
            jury.take(db, actor_id=closed.jurors[1].id, **take)
        closed.decide(*closed.jurors, DecisionKind.CONCLUDE)
        assert closed.session.state == SessionState.JUDGED

    def test_a_proposal_is_withdrawn_by_its_author_only_and_taken_no_more(self, db, closed):
        incident = note(closed)
        proposed = jury.propose(
            db,
            session=closed.session,
            kind=DecisionKind.DISMISS,
            reason="Sans effet.",
            incident_id=incident.id,
            actor_id=closed.jurors[0].id,
            now=DAY,
        )
        act = {"session": closed.session, "decision_id": proposed.id, "now": DAY}
        with pytest.raises(NotFoundError):
            jury.withdraw(db, actor_id=closed.jurors[1].id, **act)
        jury.withdraw(db, actor_id=closed.jurors[0].id, **act)

        with pytest.raises(MovedOnError):
            jury.take(db, actor_id=closed.jurors[1].id, bank=closed.bank, **act)
        with pytest.raises(MovedOnError):
            jury.withdraw(db, actor_id=closed.jurors[0].id, **act)

    def test_a_decision_is_about_something_that_is_there(self, db, closed):
        wrong = {
            "an incident of nowhere": {"kind": DecisionKind.DISMISS, "incident_id": 999},
            "no incident": {"kind": DecisionKind.DISMISS},
            "nobody's sitting": {"kind": DecisionKind.ANNUL},
            "the sitting of somebody absent": {"kind": DecisionKind.ANNUL, "candidate": closed.absent},
            "no question": {"kind": DecisionKind.NEUTRALISE},
            "a question that nobody was asked": {"kind": DecisionKind.NEUTRALISE, "item_id": "PRO-9.9-99"},
        }
        for given in wrong.values():
            with pytest.raises(NotFoundError):
                jury.propose(db, session=closed.session, reason="x", actor_id=closed.jurors[0].id, now=DAY, **given)
        with pytest.raises(NotFoundError):
            jury.take(
                db, session=closed.session, decision_id=999, bank=closed.bank, actor_id=closed.jurors[0].id, now=DAY
            )

    def test_an_incident_is_judged_once(self, closed):
        incident = note(closed)
        closed.decide(*closed.jurors, DecisionKind.DISMISS, incident_id=incident.id)

        with pytest.raises(MovedOnError):
            closed.decide(*closed.jurors, DecisionKind.DISMISS, incident_id=incident.id)


class TestPublish:
    def test_a_pass_gives_a_certificate_under_the_checked_name_for_three_years(self, db, closed):
        conclude(closed)

        row = db.get(Certificate, closed.right.certificate_id)
        stated = verification.verify_signature(row.token, closed.loaded.ring)
        assert closed.right.verdict == "passed"
        assert (stated.kind, stated.assurance, stated.holder_name) == ("certificate", "A2", "Léa Durand")
        assert stated.name_verified
        assert stated.valid_until == stated.valid_from.replace(year=stated.valid_from.year + 3)
        assert stated.level is not None
        compare = {"certificate_id": row.id, "secret": SECRET, "now": LATER}
        assert birth_dates.compare(db, typed=BORN, **compare).value == "yes"
        assert birth_dates.compare(db, typed=BORN.replace(day=1), **compare).value == "no"

    def test_a_failure_gives_none_and_says_what_to_work_on_and_when_to_come_back(self, db, closed):
        conclude(closed)

        assert (closed.wrong.verdict, closed.wrong.certificate_id) == ("failed", None)
        assert closed.wrong.outcome["to_work_on"]
        guest = closed.wrong.person_id
        found = results.get_own(db, reference=closed.session.reference, person_id=guest, now=LATER)
        assert found.retake_at == DAY + timedelta(days=30)
        assert found.sitting_reference is not None

    def test_everybody_is_told_that_it_is_there_and_nothing_more(self, db, closed):
        conclude(closed)

        letters = db.scalars(select(OutboxEntry).where(OutboxEntry.kind == "mail").order_by(OutboxEntry.id)).all()
        assert sorted(one.payload["to"] for one in letters) == ["lea@example.org", "paul@example.org"]
        for one in letters:
            said = one.payload["subject"] + one.payload["body"]
            assert "/examens/resultats" in said
            assert not [word for word in ("réussi", "échou", "%", "niveau", "Durand", "Martin") if word in said]

    def test_nobody_sees_a_result_before_it_is_published_nor_somebody_elses(self, db, closed):
        own = {"reference": closed.session.reference, "person_id": closed.right.person_id, "now": LATER}
        with pytest.raises(NotFoundError):
            results.get_own(db, **own)
        conclude(closed)

        assert results.get_own(db, **own).candidate is closed.right
        for other in (None, closed.manager.id, closed.invigilator.id):
            with pytest.raises(NotFoundError):
                results.get_own(db, **{**own, "person_id": other})

    def test_it_is_done_once(self, db, closed):
        assert conclude(closed) == 3

        with pytest.raises(MovedOnError):
            closed.publish(closed.jurors[1])
        assert closed.absent.verdict == "absent"
        assert db.query(Certificate).count() == 1

    def test_a_question_neutralised_for_all_counts_for_nobody(self, db, closed):
        asked = db.scalars(
            select(RecordedAnswer.item_id).where(RecordedAnswer.sitting_id == closed.right.sitting_id)
        ).first()
        closed.decide(*closed.jurors, DecisionKind.NEUTRALISE, item_id=asked)

        conclude(closed)

        assert closed.right.outcome["neutralised"] == 1
        assert closed.right.outcome["available"] == 39

    def test_an_annulled_sitting_proves_nothing_and_counts_as_a_try(self, db, closed):
        closed.decide(*closed.jurors, DecisionKind.ANNUL, candidate=closed.right, reason="Deux pièces différentes.")

        conclude(closed)

        assert closed.right.outcome["reason"] == "Deux pièces différentes."
        assert (closed.right.verdict, closed.right.certificate_id) == ("annulled", None)
        own = {"reference": closed.session.reference, "person_id": closed.right.person_id, "now": LATER}
        assert results.get_own(db, **own).retake_at is not None

    def test_a_sitting_called_off_proves_nothing_and_counts_as_no_try(self, db, closed):
        closed.decide(*closed.jurors, DecisionKind.CALL_OFF, candidate=closed.right)

        conclude(closed)

        assert closed.right.verdict == "annulled"
        own = {"reference": closed.session.reference, "person_id": closed.right.person_id, "now": LATER}
        assert results.get_own(db, **own).retake_at is None

    def test_where_too_few_questions_are_left_nothing_is_decided_and_it_is_no_try(self, db, closed):
        for one in closed.state_of(closed.right).answers[:11]:
            closed.decide(*closed.jurors, DecisionKind.NEUTRALISE, item_id=one.item_id)
        conclude(closed)
        own = {"reference": closed.session.reference, "person_id": closed.right.person_id, "now": LATER}
        assert (closed.right.verdict, results.get_own(db, **own).retake_at) == ("undecided", None)
        closed.now = DAY + timedelta(days=8)
        closed.session = another_session(closed, at=closed.now, reference="SESS10N000000008")

        again, _arrival = closed.seated(family_name="Durand", given_names="Léa")

        assert (again.started_at, again.continues_id) == (closed.now, None)


def another_session(here, *, at, reference):
    return sessions.plan(
        here.db,
        structure=here.structure,
        framework_code="PRO",
        policy=policies()["examination"],
        place="Salle 2",
        starts_at=at,
        seats=5,
        reference=reference,
        secret=SECRET,
        actor_id=here.manager.id,
        now=LATER,
    )


class TestWhatTheLabelAsks:
    def test_who_invigilated_or_judged_examined(self, db, closed):
        subject = closed.right.person_id

        for actor in (closed.invigilator, *closed.jurors):
            assert results.examined(db, actor_id=actor.id, subject_id=subject)
        for actor in (closed.manager, closed.officer):
            assert not results.examined(db, actor_id=actor.id, subject_id=subject)

    def test_a_certification_counts_while_it_is_valid_and_in_force(self, db, closed):
        subject = closed.right.person_id
        assert results.certification_of(db, person_id=subject, now=LATER) is None
        conclude(closed)

        found = results.certification_of(db, person_id=subject, now=LATER)
        assert (found.framework_code, found.passed_on) == ("PRO", DAY.date())
        assert found.certificate_id == closed.right.certificate_id
        assert results.certification_of(db, person_id=subject, now=LATER + timedelta(days=1100)) is None
        assert results.certification_of(db, person_id=closed.wrong.person_id, now=LATER) is None
        db.get(Certificate, found.certificate_id).status = "suspended"
        assert results.certification_of(db, person_id=subject, now=LATER) is None
        passed = {"person_id": subject, "framework_code": "PRO"}
        assert results.last_passed(db, policy_id="examination", **passed) is not None
        assert results.last_passed(db, policy_id="update", **passed) is None


class TestWithoutAnAccount:
    def test_the_account_of_the_address_given_takes_over_once_it_is_confirmed(self, db, closed):
        conclude(closed)
        paul = people.create_account(
            db,
            email="paul@example.org",
            password=None,
            is_fifteen=True,
            language="fr",
            guest_id=None,
            now=LATER,
        )
        rooms = _rooms(closed)
        assert results.claim(db, person_id=paul.id, rooms=rooms, now=LATER).taken == 0
        paul.email_confirmed_at = LATER

        assert results.claim(db, person_id=paul.id, rooms=rooms, now=LATER).taken == 1
        assert [one.candidate.verdict for one in results.list_own(db, person_id=paul.id)] == ["failed"]
        assert results.claim(db, person_id=paul.id, rooms=rooms, now=LATER).taken == 0

    def test_another_address_takes_nothing(self, db, closed):
        conclude(closed)
        other = confirmed(db, "pauline@example.org")

        assert results.claim(db, person_id=other.id, rooms=_rooms(closed), now=LATER).taken == 0
        assert results.list_own(db, person_id=other.id) == []


def _rooms(_here):
    from flask import current_app  # noqa: PLC0415 (the application of the test)

    return current_app.extensions["numericite.person_rooms"]


class TestPapers:
    def test_the_attendance_sheet_names_and_the_report_does_not(self, db, closed):
        note(closed, closed.right)
        sheet = papers.attendance(db, session=closed.session, bank=closed.bank, now=LATER)
        report = papers.report(db, session=closed.session, bank=closed.bank, now=LATER)

        assert "Léa Durand" in sheet.to_json()
        assert "carte d’identité" in sheet.to_json()
        told = report.to_json()
        assert "Durand" not in told
        assert "Coupure de dix minutes." in told
        assert "passed" not in told
        assert closed.loaded.press.print_exam_paper(report).startswith(b"%PDF-")

    def test_decisions_stand_in_the_report_with_their_reason(self, db, closed):
        closed.decide(*closed.jurors, DecisionKind.ANNUL, candidate=closed.wrong, reason="Deux pièces différentes.")

        told = papers.report(db, session=closed.session, bank=closed.bank, now=LATER).to_json()

        assert "Deux pièces différentes." in told
        assert "passation annulée" in told


class TestPersonalData:
    def test_a_result_is_handed_over_once_published_and_all_of_it_leaves_with_the_person(self, db, closed):
        subject = closed.right.person_id
        held = personal_data.export_person(db, person_id=subject)["examinations"][0]
        assert (held["checked_name"], held["outcome"]) == ("Léa Durand", None)
        conclude(closed)
        assert personal_data.export_person(db, person_id=subject)["examinations"][0]["verdict"] == "passed"
        kept = closed.right.identity_hmac

        personal_data.erase_person(db, person_id=subject, fate=CertificateFate.WITHDRAW, now=LATER)

        assert personal_data.export_person(db, person_id=subject)["examinations"] == []
        assert (closed.right.family_name, closed.right.checked_name, closed.right.email) == ("(effacé)", None, None)
        assert closed.right.identity_hmac == kept

    def test_leaving_gives_no_new_try_at_once(self, db, closed):
        conclude(closed)
        personal_data.erase_person(db, person_id=closed.right.person_id, fate=CertificateFate.WITHDRAW, now=LATER)
        for days, reference in ((8, "SESS10N000000008"), (31, "SESS10N000000031")):
            closed.session = another_session(closed, at=DAY + timedelta(days=days), reference=reference)
            if days < 30:
                with pytest.raises(MayNotSitError):
                    closed.enrol(born_on=BORN)
            else:
                assert closed.enrol(born_on=BORN).number == 1

    def test_guests_whom_nobody_claimed_are_purged_with_what_they_sat(self, db, closed):
        conclude(closed)
        guest = closed.wrong.person_id
        register = privacy.load_register()
        assert register.retentions["examination"].years == 5

        retention.run(db, rooms=_rooms(closed), now=DAY + timedelta(days=120))
        db.commit()

        db.refresh(closed.wrong)
        assert db.get(Person, guest) is None
        assert (closed.wrong.person_id, closed.wrong.sitting_id, closed.wrong.family_name) == (None, None, "(effacé)")

    def test_a_juror_who_leaves_is_named_nowhere(self, db, closed):
        conclude(closed)
        first = closed.jurors[0].id
        assert personal_data.export_person(db, person_id=first)["duties"][0]["duty"] == "juror"

        personal_data.erase_person(db, person_id=first, fate=CertificateFate.WITHDRAW, now=LATER)

        assert personal_data.export_person(db, person_id=first)["duties"] == []
        assert closed.session.published_by is None

    def test_what_is_old_enough_is_emptied_once(self, db, closed):
        conclude(closed)
        then = DAY + timedelta(days=5 * 366)

        assert personal_data.expire(db, years=5, now=LATER) == 0
        assert personal_data.expire(db, years=5, now=then) == 3
        assert personal_data.expire(db, years=5, now=then) == 0
        assert {row.identity_hmac for row in db.query(Candidate)} == {None}


class TestCitizens:
    def test_a_level_is_established_and_certified_without_an_end(self, db, loaded):
        here = room(db, loaded, framework_code="CIT", policy="supervised")
        candidate, arrival = here.seated(email=confirmed(db, "lea@example.org").email)
        here.answer_all(candidate, arrival)
        here.close()
        here.jurors = here.juror("jury1@example.org"), here.juror("jury2@example.org")

        conclude(here)

        row = db.get(Certificate, candidate.certificate_id)
        assert (candidate.verdict, row.assurance, row.valid_until) == ("established", "A2", None)
        assert results.certification_of(db, person_id=candidate.person_id, now=LATER) is None  # a professional one
        assert cases.list_own(db, person_id=candidate.person_id) == []


def test_a_guests_examination_is_adopted_whole(db, closed):
    conclude(closed)
    other = confirmed(db, "zoe@example.org")

    adopt_all(db, from_id=closed.wrong.person_id, to_id=other.id, rooms=_rooms(closed), now=LATER)

    assert closed.wrong.person_id == other.id
    assert answering.is_hand_up(db, candidate_id=closed.wrong.id) is False
