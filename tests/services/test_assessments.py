"""Sittings in the database: owners, old banks, retakes, a guest who becomes an account."""

from collections import OrderedDict
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from app.access import NOBODY, Identity, Permission, permits
from app.accounts.services import people
from app.accounts.services.personal_data import CertificateFate
from app.assessments.models import RecordedAnswer, Sitting, StoredBank, StoredPolicy
from app.assessments.services import appeals, personal_data, replays, results, retakes, rows, rules, sittings
from app.errors import NotFoundError, RetakeTooSoonError, SittingNotFinishedError, StaleQuestionError
from app.learning.models import FinishedModule
from app.learning.services import personal_data as learning
from app.writer import writing
from quizzes.bank import make_bank
from quizzes.errors import MalformedResponseError, NotOfferedError
from quizzes.items import right_response
from quizzes.policy import policies
from tests.banks import bank
from tests.services.accounts_builders import NOW, guest

BANK = bank()
POLICIES = {
    **policies(),
    # Of the small framework, which has no blueprint: chosen one by one.
    "certification": policies()["certification"].model_copy(update={"choice": "adaptive"}),
}


def begin(db, person, *, policy="positioning", own=BANK, now=NOW, reference="0000000000000001"):
    return sittings.start(
        db,
        person_id=person.id,
        framework_code="TST",
        policy=POLICIES[policy],
        language="fr",
        bank=own,
        seed=7,
        reference=reference,
        now=now,
    )


def send(db, row, *, person_id=None, item_id=None, response=None, own=BANK):
    item = own.item(row.current_item_id)
    own_id = row.person_id if person_id is None else person_id
    held = sittings.hold_own(db, reference=row.reference, person_id=own_id, bank=own)
    given = response or right_response(item).to_json()
    return sittings.submit_answer(db, held, item_id=item_id or item.id, response=given, now=NOW)


def finish(db, row):
    while row.finished_at is None:
        send(db, row)


class TestSubmitAnswer:
    def test_refuses_a_stranger(self, db):
        row = begin(db, guest(db))

        with pytest.raises(NotFoundError):
            send(db, row, person_id=guest(db).id)

    def test_records_nothing_when_the_engine_refuses(self, db):
        row = begin(db, guest(db))

        with pytest.raises(MalformedResponseError):
            send(db, row, response={"choice": 3})
        with pytest.raises(StaleQuestionError):
            send(db, row, item_id="TST-1.1-99")

        assert db.scalars(select(RecordedAnswer)).all() == []

    def test_the_same_answer_twice_is_one(self, db):
        row = begin(db, guest(db))
        item_id, response = row.current_item_id, right_response(BANK.item(row.current_item_id)).to_json()
        send(db, row)

        send(db, row, item_id=item_id, response=response)

        assert len(row.answers) == 1

    def test_another_answer_to_a_question_that_left_is_stale(self, db):
        row = begin(db, guest(db))
        item_id = row.current_item_id
        send(db, row)

        with pytest.raises(StaleQuestionError):
            send(db, row, item_id=item_id, response={"skipped": True})

    def test_after_the_end_everything_is_stale(self, db):
        row = begin(db, guest(db))
        item_id = row.current_item_id
        finish(db, row)

        held = sittings.hold_own(db, reference=row.reference, person_id=row.person_id, bank=BANK)
        with pytest.raises(StaleQuestionError):
            sittings.submit_answer(db, held, item_id=item_id, response={"skipped": True}, now=NOW)

    def test_each_answer_keeps_why_it_was_asked(self, db):
        row = begin(db, guest(db))

        send(db, row)

        assert row.answers[0].trace["reason"] == "gentle-start"
        assert row.ability is not None


class TestOldBank:
    def test_a_sitting_goes_on_with_the_bank_it_began_with(self, db):
        row = begin(db, guest(db))
        send(db, row)
        asked = row.current_item_id
        newer = make_bank(list(BANK.frameworks.values()), list(BANK.items.values())[:40])

        opened = sittings.get_own(db, reference=row.reference, person_id=row.person_id, bank=newer)

        assert opened.state.current_item_id == asked
        assert opened.bank.content_hash == BANK.content_hash != newer.content_hash
        assert sittings.open_row(db, row, bank=newer).state == opened.state

    def test_it_is_stored_once(self, db):
        begin(db, guest(db))
        begin(db, guest(db), reference="0000000000000002")

        assert len(db.scalars(select(StoredBank)).all()) == 1


class TestOldRules:
    """Somebody began; then the policies change, or one is gone."""

    @pytest.fixture
    def change(self, monkeypatch):
        def to(listed):
            monkeypatch.setattr(rules, "policies", lambda: listed)
            rules._todays.cache_clear()

        yield to
        monkeypatch.undo()
        rules._todays.cache_clear()

    @pytest.mark.parametrize("is_gone", [False, True], ids=["another number", "gone"])
    def test_a_sitting_goes_on_under_the_rules_it_began_with(self, db, app, change, is_gone):
        row = begin(db, guest(db))
        send(db, row)
        db.commit()
        own = {"reference": row.reference, "person_id": row.person_id, "bank": BANK}
        before = sittings.get_own(db, **own).state
        shorter = policies()[row.policy_id].model_copy(update={"maximum_items": 11, "minimum_items": 3})

        change({} if is_gone else {row.policy_id: shorter})

        assert sittings.get_own(db, **own).state.policy == before.policy != shorter
        assert sittings.see_own(app.extensions["numericite.reader"], **own) is None
        assert appeals.replay(db, reference=row.reference, bank=BANK).disagreements == []
        send(db, row)
        assert sittings.get_own(db, **own).state.maximum_items == before.maximum_items

    def test_they_are_stored_once(self, db):
        begin(db, guest(db))
        begin(db, guest(db), reference="0000000000000002")

        assert [one.policy_id for one in db.scalars(select(Sitting).order_by(Sitting.id))] == ["positioning"] * 2
        assert len(db.scalars(select(StoredPolicy)).all()) == 1

    def test_one_of_before_they_were_kept_follows_todays(self, db, change):
        row = begin(db, guest(db))
        row.policy_hash = None
        db.flush()
        shorter = policies()["positioning"].model_copy(update={"maximum_items": 11})
        own = {"reference": row.reference, "person_id": row.person_id, "bank": BANK}

        change({"positioning": shorter})
        assert sittings.get_own(db, **own).state.maximum_items == 11
        change({})
        with pytest.raises(KeyError):
            sittings.get_own(db, **own)
        with pytest.raises(NotFoundError):
            appeals.replay(db, reference=row.reference, bank=BANK)


class TestStop:
    def test_ends_and_stays_ended(self, db):
        row = begin(db, guest(db))
        send(db, row)
        for _ in range(2):
            stopped = sittings.stop(db, reference=row.reference, person_id=row.person_id, bank=BANK, now=NOW)

        assert (stopped.state.finished, row.finish_reason) == ("stopped", "stopped")
        assert (
            sittings.get_own(db, reference=row.reference, person_id=row.person_id, bank=BANK).state.finished
            == "stopped"
        )


class TestNotOffered:
    def test_a_framework_without_a_blueprint_is_not_certified(self, db):
        person = guest(db)

        with pytest.raises(NotOfferedError):
            sittings.start(
                db,
                person_id=person.id,
                framework_code="TST",
                policy=policies()["certification"],
                language="fr",
                bank=BANK,
                seed=7,
                reference="0000000000000001",
                now=NOW,
            )
        assert sittings.list_own(db, person_id=person.id) == []

    def test_how_many_questions_there_would_be_is_said_only_of_what_may_begin(self, db, loaded):
        def most(code, policy):
            return sittings.longest(
                db, person_id=None, framework_code=code, policy=policies()[policy], bank=loaded.bank, language="fr"
            )

        assert [most(code, "certification") for code in ("CIT", "PRO", "DEC", "ACC")] == [32, 32, None, None]
        assert [most(code, "practice") for code in ("CIT", "PRO", "DEC", "ACC")] == [10, 10, 10, 10]


class TestRetakes:
    def start_at(self, db, person, *, days, number):
        row = begin(db, person, policy="certification", now=NOW + timedelta(days=days), reference=f"{number:016d}")
        row.finished_at, row.current_item_id = row.started_at, None
        db.flush()
        return row

    def allowed(self, db, person, *, days):
        return retakes.next_allowed(
            db,
            person_ids=[person.id],
            framework_code="TST",
            policy=POLICIES["certification"],
            now=NOW + timedelta(days=days),
        )

    def test_seven_days_then_three_a_year(self, db):
        person = guest(db)
        self.start_at(db, person, days=0, number=1)

        with pytest.raises(RetakeTooSoonError):
            begin(db, person, policy="certification", now=NOW + timedelta(days=6))
        assert self.allowed(db, person, days=6) == NOW + timedelta(days=7)
        self.start_at(db, person, days=7, number=2)
        self.start_at(db, person, days=14, number=3)
        assert self.allowed(db, person, days=30) == NOW + timedelta(days=365)
        assert self.allowed(db, person, days=366) is None

    def test_practice_is_free(self, db):
        person = guest(db)

        assert (
            retakes.next_allowed(db, person_ids=[person.id], framework_code="TST", policy=POLICIES["practice"], now=NOW)
            is None
        )

    def test_no_reserved_item_comes_twice_not_even_the_one_left_on_screen(self, db):
        person = guest(db)
        first = begin(db, person, policy="certification")
        send(db, first)
        left = first.current_item_id
        answered = first.answers[0].item_id
        seen = retakes.seen_items(db, person_ids=[person.id], framework_code="TST", policy=POLICIES["certification"])

        assert seen == {left, answered}
        assert (
            retakes.seen_items(db, person_ids=[person.id], framework_code="TST", policy=POLICIES["practice"])
            == frozenset()
        )


class TestKeptStates:
    def test_what_was_rolled_back_leaves_no_trace(self, db):
        row = begin(db, guest(db))
        first = row.current_item_id
        db.commit()
        send(db, row)
        assert sittings.get_own(db, reference=row.reference, person_id=row.person_id, bank=BANK).state.answers

        db.rollback()

        after = sittings.get_own(db, reference=row.reference, person_id=row.person_id, bank=BANK).state
        assert after.answers == ()
        assert after.current_item_id == first

    def test_another_answer_to_the_same_question_is_another_state(self, db):
        right, wrong = (begin(db, guest(db), reference=f"000000000000000{number}") for number in (1, 2))

        send(db, right)
        send(db, wrong, response={"skipped": True})

        first, second = (
            sittings.get_own(db, reference=row.reference, person_id=row.person_id, bank=BANK).state.measurement
            for row in (right, wrong)
        )
        assert first.overall.mean > second.overall.mean

    def test_a_kept_state_is_the_replayed_one(self, db, monkeypatch):
        row = begin(db, guest(db))
        send(db, row)
        kept = sittings.get_own(db, reference=row.reference, person_id=row.person_id, bank=BANK).state

        monkeypatch.setattr(replays, "_kept", OrderedDict())

        assert sittings.get_own(db, reference=row.reference, person_id=row.person_id, bank=BANK).state == kept

    def test_only_the_last_are_kept(self, db, monkeypatch):
        monkeypatch.setattr(replays, "_MOST", 1)
        monkeypatch.setattr(replays, "_kept", OrderedDict())
        row = begin(db, guest(db))
        send(db, row)
        send(db, row)

        assert len(replays._kept) == 1


class TestSettled:
    """What was committed is at hand for the next question; whatever happened since, it is never taken for what is."""

    @pytest.fixture
    def own(self, db):
        """Whose sitting it is, which is read now: asking the row later would hold the database."""
        row = begin(db, guest(db))
        own = {"reference": row.reference, "person_id": row.person_id, "bank": BANK}
        db.commit()
        return own

    @pytest.fixture
    def answer(self, own):
        def answer(*, is_committed=True):
            with writing() as transaction:
                held = sittings.hold_own(transaction, **own)
                item_id = held.state.current_item_id
                given = right_response(BANK.item(item_id)).to_json()
                after = sittings.submit_answer(transaction, held, item_id=item_id, response=given, now=NOW)
                if is_committed:
                    transaction.commit()
                    sittings.settle(after)
            return after

        return answer

    @pytest.fixture
    def seen(self, app, own):
        return lambda: sittings.see_own(app.extensions["numericite.reader"], **own)

    def test_what_was_undone_is_not_there(self, seen, answer):
        answer(is_committed=False)

        assert seen().state.answers == ()

    def test_an_answer_that_came_by_another_way_counts(self, db, seen, answer):
        answer()
        send(db, db.scalars(select(Sitting)).one())
        db.commit()

        assert len(seen().state.answers) == 2

    def test_answers_erased_since_are_gone(self, db, seen, answer):
        answer()
        db.execute(delete(RecordedAnswer))
        db.commit()

        assert seen().state.answers == ()

    def test_a_sitting_that_changed_hands_is_not_shown_to_whoever_had_it(self, db, seen, answer):
        answer()
        db.scalars(select(Sitting)).one().person_id = guest(db).id
        db.commit()

        assert seen() is None

    def test_it_is_the_state_that_its_answers_lead_to(self, seen, answer, monkeypatch):
        for _ in range(3):
            after = answer()
        at_hand = seen()

        monkeypatch.setattr(replays, "_settled", OrderedDict())
        monkeypatch.setattr(replays, "_kept", OrderedDict())

        assert at_hand.state is after.state
        assert seen() == at_hand

    def test_no_answer_is_read_again_for_the_next_question(self, seen, answer, monkeypatch):
        answer()
        monkeypatch.setattr(rows, "see_answers", None)
        monkeypatch.setattr(rows, "answers_of", None)

        assert len(seen().state.answers) == 1
        assert len(answer().state.answers) == 2

    def test_only_the_last_are_at_hand(self, seen, answer, monkeypatch):
        monkeypatch.setattr(replays, "_MOST", 0)
        answer()

        assert not replays._settled
        assert len(seen().state.answers) == 1


class TestResults:
    def test_a_running_sitting_has_none(self, db):
        row = begin(db, guest(db))
        opened = sittings.get_own(db, reference=row.reference, person_id=row.person_id, bank=BANK)

        with pytest.raises(SittingNotFinishedError):
            results.result_of(opened, modules=(), language="fr")

    @pytest.mark.parametrize("position", [-1, 99])
    def test_an_answer_that_was_not_given_is_not_explained(self, db, position):
        row = begin(db, guest(db))
        opened = sittings.get_own(db, reference=row.reference, person_id=row.person_id, bank=BANK)

        with pytest.raises(NotFoundError):
            results.explain(opened, position=position, language="fr")

    def test_a_reserved_item_is_never_explained(self, db):
        row = begin(db, guest(db), policy="certification")
        opened = send(db, row)

        with pytest.raises(NotFoundError):
            results.explain(opened, position=0, language="fr")

    def test_the_export_of_an_open_sitting_has_words_and_scores(self, db):
        row = begin(db, guest(db))
        send(db, row)
        send(db, row, response={"skipped": True})

        [first, second] = results.export_person(db, person_id=row.person_id, bank=BANK)["sittings"][0]["answers"]

        assert first["score"] == 1
        assert first["response_in_words"]
        assert second["response_in_words"] == []


class TestAdoption:
    def test_a_guest_s_open_sitting_is_closed_as_it_stands_where_the_account_has_the_same_open(self, db):
        account, visitor = guest(db), guest(db)
        own = begin(db, account)
        other = begin(db, visitor, reference="0000000000000002")
        send(db, other)

        personal_data.adopt_person(db, from_id=visitor.id, to_id=account.id)

        db.expire_all()
        assert {row.person_id for row in db.scalars(select(Sitting))} == {account.id}
        assert (own.finished_at, other.finish_reason) == (None, "stopped")

    def test_lessons_follow_once(self, db):
        account, visitor = guest(db), guest(db)
        for person, module in ((account, "a"), (visitor, "a"), (visitor, "b")):
            db.add(FinishedModule(person_id=person.id, module_id=module, finished_at=NOW))
        db.flush()

        learning.adopt_person(db, from_id=visitor.id, to_id=account.id)
        db.flush()

        assert sorted(row.module_id for row in db.scalars(select(FinishedModule))) == ["a", "b"]
        assert len(learning.export_person(db, person_id=account.id)["finished_modules"]) == 2

    def test_erased_is_erased(self, db):
        row = begin(db, guest(db))
        send(db, row)

        personal_data.erase_person(db, person_id=row.person_id, fate=CertificateFate.KEEP, now=NOW)

        assert db.scalars(select(RecordedAnswer)).all() == []


class TestAccess:
    @pytest.mark.parametrize(
        "permission", [one for one in Permission if one not in (Permission.SITTING_TAKE, Permission.PERSON_DATA)]
    )
    def test_a_guest_may_only_take_tests_and_see_their_data(self, permission):
        assert not permits(Identity(person_id=1), permission)

    @pytest.mark.parametrize("permission", Permission)
    def test_nobody_may_do_nothing(self, permission):
        assert not permits(NOBODY, permission)

    def test_an_unknown_person_is_not_found(self, db):
        with pytest.raises(NotFoundError):
            people.get(db, person_id=10**6)
