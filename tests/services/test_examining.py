"""The supervised examination in the database: one person, one sitting, one answer a question, and nothing lost."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.assessments.models import ItemUse, RecordedAnswer, Sitting
from app.assessments.services import appeals, examining, replays, retakes, sittings
from app.assessments.services.examining import Closing
from app.audit import Action, AuditEntry
from app.database import db as handle
from app.errors import (
    NotFoundError,
    RetakeTooSoonError,
    SittingNotFinishedError,
    SittingOpenError,
    StaleQuestionError,
    TimeOverError,
)
from quizzes.bank import make_bank
from quizzes.errors import EmptyPoolError, MalformedResponseError, NoReplacementError, NotOfferedError
from quizzes.items import Response, right_response
from quizzes.outcome import Verdict
from quizzes.policy import policies
from quizzes.standard import PanelCut
from tests.exams import BANK, EXAMINATION, exam_bank
from tests.services.accounts_builders import NOW, guest

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def begin(db, person, *, others=(), bank=BANK, now=NOW, number=1, seed=1, **options):
    return examining.start(
        db,
        **{
            "person_id": person.id,
            "person_ids": [one.id for one in others],
            "framework_code": "PRO",
            "policy": EXAMINATION,
            "language": "fr",
            "bank": bank,
            "seed": seed,
            "reference": f"{number:016d}",
            "now": now,
            **options,
        },
    )


def hold(db, row, bank=BANK):
    return examining.hold(db, sitting_id=row.id, bank=bank)


def send(db, row, *, right=True, item_id=None, response=None, deadline=None, now=NOW, bank=BANK):
    item = bank.item(item_id or row.current_item_id)
    given = response or (right_response(item) if right else Response.skip()).to_json()
    return examining.submit_answer(db, hold(db, row, bank), item_id=item.id, response=given, deadline=deadline, now=now)


def finish(db, row, right=lambda _item_id: True, *, count=99, bank=BANK):
    while row.current_item_id is not None and count:
        send(db, row, right=right(row.current_item_id), bank=bank)
        count -= 1


def replace(db, row, *, item_id=None, bank=BANK):
    return examining.replace_current(
        db, hold(db, row, bank), item_id=item_id or row.current_item_id, actor_id=None, now=NOW
    )


def close(db, row, reason=Closing.TIME, *, actor_id=None, now=NOW):
    return examining.close(db, hold(db, row), reason=reason, actor_id=actor_id, now=now)


def passed(db, row, **options):
    return examining.outcome(
        examining.read(db, sitting_id=row.id, bank=BANK), **{"neutralised": frozenset(), **options}
    )


def add_alone(db, row):
    with db.begin_nested():
        db.add(row)
        db.flush()


def ordinary(item_id):
    return not BANK.item(item_id).critical


class TestStart:
    @pytest.mark.parametrize("policy_id", ["positioning", "practice", "certification"])
    def test_refuses_what_is_not_supervised(self, db, policy_id):
        with pytest.raises(NotOfferedError):
            begin(db, guest(db), policy=policies()[policy_id])

    def test_refuses_a_framework_that_has_no_such_test(self, db):
        with pytest.raises(NotOfferedError):
            begin(db, guest(db), policy=policies()["supervised"])

    def test_refuses_a_second_one_while_one_is_open_whichever_the_test(self, db):
        person = guest(db)
        begin(db, person)

        with pytest.raises(SittingOpenError):
            begin(db, person, number=2)
        with pytest.raises(SittingOpenError):
            begin(db, person, number=2, policy=policies()["update"])

    def test_refuses_it_under_another_row_of_the_same_person(self, db):
        first, other = guest(db), guest(db)
        begin(db, first)

        with pytest.raises(SittingOpenError):
            begin(db, other, others=[first, other], number=2)
        begin(db, guest(db), number=3)

    def test_the_database_refuses_what_the_look_did_not_see(self, db):
        row = begin(db, guest(db))
        twin = {one.name: getattr(row, one.name) for one in Sitting.__table__.columns if one.name != "id"}

        with pytest.raises(IntegrityError, match=r"one_open_sitting_per_test|sittings\.person_id"):
            add_alone(db, Sitting(**{**twin, "reference": "9" * 16}))

    def test_of_several_desks_that_begin_at_once_for_one_person_one_begins(self, app):
        barrier, outcomes = threading.Barrier(4), []

        def desk(engine, own, everybody, number):
            with Session(engine) as db:
                barrier.wait(timeout=10)
                try:
                    row = begin(db, db.get_one(Person, own), person_ids=everybody, number=number)
                    db.commit()
                    outcomes.append(row.id is not None)
                except SittingOpenError:
                    outcomes.append(False)

        with app.app_context():
            with Session(handle.engine) as db:
                everybody = [guest(db).id for _row in range(4)]
                db.commit()
            threads = [
                threading.Thread(target=desk, args=(handle.engine, own, everybody, number))
                for number, own in enumerate(everybody)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(timeout=20)

        assert sorted(outcomes) == [False, False, False, True]

    def test_refuses_before_thirty_days_counted_over_the_person(self, db):
        first, other = guest(db), guest(db)
        finish(db, begin(db, first))

        with pytest.raises(RetakeTooSoonError):
            begin(db, other, others=[first], number=2, now=NOW + 29 * DAY)
        begin(db, other, others=[first], number=2, now=NOW + 30 * DAY)

    def test_refuses_a_fourth_in_twelve_months(self, db):
        bank, person = exam_bank(24), guest(db)
        for number in range(3):
            row = begin(db, person, bank=bank, number=number, now=NOW + number * 30 * DAY)
            finish(db, row, bank=bank)

        with pytest.raises(RetakeTooSoonError):
            begin(db, person, bank=bank, number=3, now=NOW + 364 * DAY)
        assert (
            retakes.next_allowed(
                db, person_ids=[person.id], framework_code="PRO", policy=EXAMINATION, now=NOW + 100 * DAY
            )
            == NOW + 365 * DAY
        )
        begin(db, person, bank=bank, number=3, now=NOW + 365 * DAY)

    def test_refuses_when_too_little_unseen_is_left_in_an_area(self, db):
        bank, person = exam_bank(8), guest(db)
        finish(db, begin(db, person, bank=bank), bank=bank)

        with pytest.raises(EmptyPoolError):
            begin(db, person, bank=bank, number=2, now=NOW + 40 * DAY)

    def test_asks_no_reserved_item_twice_over_the_person(self, db):
        first, other = guest(db), guest(db)
        row = begin(db, first)
        finish(db, row)
        asked = {one.item_id for one in row.answers}

        again = begin(db, other, others=[first], number=2, now=NOW + 30 * DAY)

        assert set(again.excluded) == asked
        assert not set(hold(db, again).state.form) & asked
        assert begin(db, guest(db), number=3).excluded == []

    def test_nor_one_that_was_replaced_or_left_on_screen(self, db):
        person = guest(db)
        row = begin(db, person)
        finish(db, row, count=5)
        replaced = row.current_item_id
        replace(db, row)
        left = row.current_item_id
        close(db, row, Closing.ENDED)

        again = begin(db, person, number=2, now=NOW + 30 * DAY)

        assert {replaced, left} <= set(again.excluded)
        assert len(again.excluded) == 7

    def test_what_was_called_off_is_no_try_but_its_questions_stay_seen(self, db):
        person = guest(db)
        row = begin(db, person)
        finish(db, row, count=3)
        close(db, row, Closing.CALLED_OFF)

        again = begin(db, person, number=2, now=NOW + DAY)

        assert len(again.excluded) == 4

    def test_what_was_annulled_is_a_try(self, db):
        person = guest(db)
        close(db, begin(db, person), Closing.ANNULLED)

        with pytest.raises(RetakeTooSoonError):
            begin(db, person, number=2, now=NOW + DAY)

    def test_an_update_test_asks_first_what_is_preferred(self, db):
        wanted = frozenset(one for one in BANK.items if one.endswith(("-05", "-06")))
        row = begin(db, guest(db), policy=policies()["update"], preferred=wanted)

        assert len(set(hold(db, row).state.form) & wanted) >= 14
        assert db.scalars(select(ItemUse.rested)).all() == [0] * len(BANK.items)


class TestNobodyAlone:
    """What is supervised is out of reach of the pages on which people take tests alone."""

    def test_begins_it(self, db):
        for policy_id in ("examination", "update"):
            with pytest.raises(NotOfferedError):
                sittings.start(
                    db, person_id=guest(db).id, framework_code="PRO", policy=policies()[policy_id], language="fr",
                    bank=BANK, seed=1, reference="0" * 16, now=NOW,
                )  # fmt: skip

    def test_reads_holds_or_stops_it(self, db):
        row = begin(db, guest(db))
        own = {"reference": row.reference, "person_id": row.person_id, "bank": BANK}

        for reach in (sittings.get_own, sittings.hold_own):
            with pytest.raises(NotFoundError):
                reach(db, **own)
        with pytest.raises(NotFoundError):
            sittings.stop(db, **own, now=NOW)

    def test_finds_it_among_their_tests(self, db):
        row = begin(db, guest(db))

        assert sittings.list_own(db, person_id=row.person_id) == []
        assert sittings.list_open(db, person_id=row.person_id) == []


class TestHold:
    def test_refuses_what_is_not_supervised_or_not_there(self, db):
        person = guest(db)
        row = sittings.start(
            db, person_id=person.id, framework_code="PRO",
            policy=policies()["practice"].model_copy(update={"pool": "reserved"}), language="fr",
            bank=BANK, seed=1, reference="0" * 16, now=NOW,
        )  # fmt: skip

        for reach in (examining.hold, examining.read):
            for number in (row.id, 999_999):
                with pytest.raises(NotFoundError):
                    reach(db, sitting_id=number, bank=BANK)

    def test_finds_it_again_after_the_process_has_died(self, db):
        row = begin(db, guest(db))
        finish(db, row, ordinary, count=20)
        replace(db, row)
        before = hold(db, row).state
        replays._kept.clear()

        again = hold(db, row).state

        assert again == before
        assert again.current_item_id == row.current_item_id


class TestSubmitAnswer:
    def test_refuses_an_answer_after_the_deadline_and_loses_nothing(self, db):
        row = begin(db, guest(db))
        send(db, row, deadline=NOW, now=NOW)

        with pytest.raises(TimeOverError):
            send(db, row, deadline=NOW, now=NOW + timedelta(seconds=1))

        assert len(hold(db, row).state.answers) == 1
        send(db, row, deadline=NOW + MINUTE, now=NOW + timedelta(seconds=1))
        assert len(hold(db, row).state.answers) == 2

    def test_the_same_answer_sent_again_after_the_deadline_is_no_error(self, db):
        row = begin(db, guest(db))
        item_id = row.current_item_id
        send(db, row, deadline=NOW)

        send(db, row, item_id=item_id, deadline=NOW, now=NOW + MINUTE)
        with pytest.raises(TimeOverError):
            send(db, row, item_id=item_id, right=False, deadline=NOW, now=NOW + MINUTE)

        assert len(row.answers) == 1

    def test_refuses_what_does_not_fit_and_what_left_the_screen(self, db):
        row = begin(db, guest(db))
        first = row.current_item_id
        send(db, row)

        with pytest.raises(MalformedResponseError):
            send(db, row, response={"choice": 3})
        with pytest.raises(StaleQuestionError):
            send(db, row, item_id=first, right=False)

        assert len(row.answers) == 1

    def test_a_second_answer_at_the_same_place_or_to_the_same_question_is_refused_by_the_database(self, db):
        row = begin(db, guest(db))
        finish(db, row, count=2)
        one, other = row.answers
        for position, item_id in ((one.position, "PRO-5.2-12"), (7, other.item_id)):
            answer = RecordedAnswer(
                sitting_id=row.id, position=position, item_id=item_id, response={}, score=1.0, trace={}, answered_at=NOW
            )
            with pytest.raises(IntegrityError):
                add_alone(db, answer)

    def test_the_second_set_is_written_down_as_it_opens(self, db):
        row = begin(db, guest(db))
        finish(db, row, ordinary, count=40)

        opened = hold(db, row)

        assert (row.finished_at, examining.minutes_of(opened)) == (None, 66)
        assert [set(one) for one in row.extensions] == [{"after", "sets"}]
        finish(db, row)
        assert (row.finish_reason, len(row.answers)) == ("complete", 44)
        assert passed(db, row).verdict is Verdict.PASSED


class TestReplaceCurrent:
    def test_refuses_a_question_that_left_the_screen_so_that_two_who_act_at_once_replace_it_once(self, db):
        row = begin(db, guest(db))
        first = row.current_item_id
        replace(db, row)

        with pytest.raises(StaleQuestionError):
            replace(db, row, item_id=first)

        assert len(row.extensions) == 1

    def test_refuses_once_it_is_over(self, db):
        row = begin(db, guest(db))
        last = row.current_item_id
        close(db, row, Closing.ENDED)

        with pytest.raises(StaleQuestionError):
            replace(db, row, item_id=last)

    def test_refuses_where_nothing_else_is_left_and_the_question_stays(self, db):
        items = [
            one
            for area, count in EXAMINATION.blueprint["PRO"].items()
            for one in [item for item in BANK.items.values() if item.id.startswith(area)][:count]
        ]
        bank = make_bank(list(BANK.frameworks.values()), items)
        row = begin(db, guest(db), bank=bank)
        first = row.current_item_id

        with pytest.raises(NoReplacementError):
            replace(db, row, bank=bank)

        assert (row.extensions, row.current_item_id) == ([], first)

    def test_refuses_the_answer_to_the_question_that_left(self, db):
        row = begin(db, guest(db))
        first = row.current_item_id
        replace(db, row)

        with pytest.raises(StaleQuestionError):
            send(db, row, item_id=first)

    def test_is_recorded_with_who_decided_it_and_replayed(self, db):
        person, invigilator = guest(db), guest(db)
        row = begin(db, person)
        first = row.current_item_id
        after = examining.replace_current(db, hold(db, row), item_id=first, actor_id=invigilator.id, now=NOW)

        assert row.current_item_id == after.state.current_item_id != first
        assert row.extensions == [{"after": 0, "replaced": first, "by": row.current_item_id}]
        entry = db.scalar(select(AuditEntry).where(AuditEntry.action == Action.SITTING_ITEM_REPLACED.value))
        assert (entry.actor_id, entry.subject_id) == (invigilator.id, row.id)
        assert entry.detail == {"replaced": first, "by": row.current_item_id, "answers": 0}
        came = row.current_item_id
        finish(db, row)
        assert came in {one.item_id for one in row.answers}
        assert row.answers[0].trace["reason"] == "replacement"
        assert passed(db, row).points == 40
        uses = dict(db.execute(select(ItemUse.item_id, ItemUse.asked)).all())
        assert (uses[first], uses[came]) == (1, 1)


class TestClose:
    def test_what_is_closed_stays_closed_and_what_was_answered_is_kept(self, db):
        row = begin(db, guest(db))
        finish(db, row, count=12)

        close(db, row, now=NOW + 60 * MINUTE)
        close(db, row, Closing.ENDED, now=NOW + 90 * MINUTE)

        assert (row.finish_reason, row.finished_at, row.current_item_id) == ("time", NOW + 60 * MINUTE, None)
        assert len(row.answers) == 12
        assert len(db.scalars(select(AuditEntry).where(AuditEntry.action == Action.SITTING_CLOSED.value)).all()) == 1
        found = passed(db, row)
        assert (found.points, found.available, found.unanswered) == (12.0, 40, 28)

    def test_no_answer_is_taken_after_it(self, db):
        row = begin(db, guest(db))
        last = row.current_item_id
        close(db, row)

        with pytest.raises(StaleQuestionError):
            send(db, row, item_id=last)

    def test_time_over_opens_the_second_set_that_is_due_then_ends_it(self, db):
        row = begin(db, guest(db))
        finish(db, row, ordinary, count=39)

        opened = close(db, row)

        assert (opened.state.finished, row.finished_at, examining.minutes_of(opened)) == (None, None, 66)
        send(db, row)
        close(db, row, now=NOW + 66 * MINUTE)
        assert (row.finish_reason, row.finished_at) == ("time", NOW + 66 * MINUTE)
        found = passed(db, row)
        assert [(one.asked, one.lost) for one in found.themes] == [(4, 3.0)]
        assert found.verdict is Verdict.FAILED

    def test_a_jury_annuls_what_was_finished_and_the_day_it_ended_stays(self, db):
        judge, row = guest(db), begin(db, guest(db))
        finish(db, row)
        assert passed(db, row).verdict is Verdict.PASSED

        close(db, row, Closing.ANNULLED, actor_id=judge.id, now=NOW + DAY)

        assert (row.finish_reason, row.finished_at) == ("annulled", NOW)
        assert passed(db, row).verdict is Verdict.ANNULLED
        entry = db.scalar(select(AuditEntry).where(AuditEntry.action == Action.SITTING_CLOSED.value))
        assert (entry.actor_id, entry.detail) == (judge.id, {"reason": "annulled", "answers": 40})


class TestOutcome:
    def test_refuses_while_a_question_is_on_screen(self, db):
        row = begin(db, guest(db))

        with pytest.raises(SittingNotFinishedError):
            passed(db, row)

    def test_a_neutralised_question_is_judged_again_from_the_same_answers(self, db):
        row = begin(db, guest(db))
        finish(db, row, lambda item_id: not item_id.startswith("PRO-3"))
        own = [one.item_id for one in row.answers if one.item_id.startswith("PRO-3")]

        assert passed(db, row).verdict is Verdict.FAILED
        assert passed(db, row, neutralised=frozenset(own)).verdict is Verdict.PASSED

    def test_a_panel_s_cut_takes_the_place_of_the_nominal_one(self, db):
        row = begin(db, guest(db))
        finish(db, row, lambda item_id: item_id.endswith(("1", "2", "3", "4", "5", "6", "7", "8")))
        severe = PanelCut(items=("PRO-9.9-99",), score=1.0, ability=5.0)

        assert passed(db, row).cut == pytest.approx(75)
        found = passed(db, row, panel=severe)
        assert found.cut > 95
        assert (found.verdict, found.is_cut_nominal) == (Verdict.FAILED, False)

    def test_minutes_are_the_policy_s_until_a_second_set_opens(self, db):
        row = begin(db, guest(db), policy=policies()["update"])

        assert examining.minutes_of(hold(db, row)) == 25


def test_an_appeal_finds_everything_that_happened(db):
    row = begin(db, guest(db))
    finish(db, row, ordinary, count=5)
    replace(db, row)
    finish(db, row, ordinary, count=33)
    close(db, row)
    finish(db, row, count=1)
    close(db, row, Closing.ENDED)

    found = appeals.replay(db, reference=row.reference, bank=BANK)

    assert found.disagreements == []
    assert found.state.finished == row.finish_reason == "ended"
    assert [len(one.before) for one in found.steps if one.before] == [1, 2]
    assert len(found.last) == 1


def test_an_appeal_sees_a_replacement_that_was_tampered_with(db):
    row = begin(db, guest(db))
    replace(db, row)
    finish(db, row, count=3)
    row.extensions = []
    db.flush()

    assert appeals.replay(db, reference=row.reference, bank=BANK).disagreements


def test_citizens_are_told_levels(db, loaded):
    row = examining.start(
        db, person_id=guest(db).id, person_ids=(), framework_code="CIT", policy=policies()["supervised"], language="fr",
        bank=loaded.bank, seed=4, reference="7" * 16, now=NOW,
    )  # fmt: skip
    finish(db, row, bank=loaded.bank)

    found = examining.outcome(hold(db, row, loaded.bank), neutralised=frozenset())

    assert (found.verdict, found.level, found.cut, found.themes) == (Verdict.ESTABLISHED, "L4", None, ())
