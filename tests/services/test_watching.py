"""Employers who follow a label: nothing without the holder, nothing told but what the register says, and an end at any time."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Person
from app.accounts.services.personal_data import CertificateFate
from app.audit import Action, AuditEntry
from app.errors import LinkSpentError, NotFoundError
from app.label_errors import TooManyWatchesError
from app.labels.models import Label
from app.outbox import OutboxEntry
from app.publication.models import PublishedHolder, Watch, WatchList, WatchState
from app.publication.services import lists, personal_data, publishing, watching, webhooks
from certificates.label_rules.dossier import State
from certificates.status_event import read_event
from tests.services.publication_builders import GIVEN, NOW, holder, labelled, move, number, published

SECRET, ORIGIN = "r" * 40, "http://127.0.0.1:8000"
EMPLOYER = "rh@chu-beauval.example.org"


def ask(db, *numbers, seed="a" * 32, now=NOW, **changes):
    """An employer asks for labels; return their list."""
    given = {
        "organisation": "CHU de Beauval",
        "email": EMPLOYER,
        "language": "fr",
        "webhook_url": None,
        "numbers": numbers or (number(),),
        **changes,
    }
    lists.ask(db, **given, seed=seed, secret=SECRET, origin=ORIGIN, now=now)
    return db.scalars(select(WatchList).order_by(WatchList.id.desc())).first()


def confirmed(db, *numbers, **changes):
    row = ask(db, *numbers, **changes)
    lists.confirm(db, row=row, origin=ORIGIN, now=changes.get("now", NOW))
    db.flush()
    return row


def followed(db, person, *numbers, **changes):
    """A list whose labels this person accepted, and of which the employer was told once."""
    row = confirmed(db, *numbers, **changes)
    for one in watching.list_own(db, person_id=person.id):
        if one.is_waiting:
            watching.accept(db, watch_id=one.watch_id, person_id=person.id, now=NOW)
    return row


def tell(app, db, *, now=NOW):
    ring = app.extensions["numericite.resources"].ring
    return watching.tell(db, ring=ring, secret=SECRET, origin=ORIGIN, now=now)


def letters(db, to=EMPLOYER):
    db.flush()
    rows = db.scalars(select(OutboxEntry).where(OutboxEntry.kind == "mail").order_by(OutboxEntry.id))
    return [row.payload for row in rows if row.payload["to"] == to]


def token_in(letter):
    return re.search(r"/registre/suivi/([0-9A-Z]+)", letter["body"])[1]


class TestAsking:
    def test_nobody_is_told_before_the_address_is_proven(self, db):
        row = labelled(db)
        ask(db)

        assert watching.list_own(db, person_id=row.person_id) == []
        assert letters(db, "holder1@example.com") == []

    def test_a_number_that_nobody_has_answers_alike(self, db):
        labelled(db)

        ask(db, number(1))
        ask(db, number(999), seed="b" * 32)

        first, second = letters(db)
        assert first["subject"] == second["subject"]
        assert first["body"].replace(token_in(first), "") == second["body"].replace(token_in(second), "")

    @pytest.mark.parametrize("state", [State.ENDED, State.EXPIRED, State.VOLUNTARILY_WITHDRAWN])
    def test_nobody_is_asked_about_a_label_that_is_over(self, db, state):
        labelled(db, state=state.value)

        confirmed(db)

        assert letters(db, "holder1@example.com") == []
        assert db.scalars(select(Watch)).one().person_id is None

    def test_more_than_fifty_are_too_many(self, db):
        with pytest.raises(TooManyWatchesError):
            ask(db, *(number(rank) for rank in range(1, 52)))

    def test_an_address_is_not_flooded(self, db):
        for place in range(6):
            ask(db, seed=f"{place}" * 32)

        assert len(letters(db)) == lists.MOST_UNCONFIRMED

    def test_the_table_alone_opens_no_page(self, db):
        row = ask(db)

        token = lists.token_of(row, secret=SECRET)

        assert token not in (row.seed, row.token_hmac)
        assert lists.find(db, token=token, secret=SECRET, now=NOW) is row
        for other in (row.seed, row.token_hmac, "", "0" * 16):
            with pytest.raises(LinkSpentError):
                lists.find(db, token=other, secret=SECRET, now=NOW)

    def test_a_link_that_was_not_confirmed_in_a_week_is_spent(self, db):
        token = lists.token_of(ask(db), secret=SECRET)

        with pytest.raises(LinkSpentError):
            lists.find(db, token=token, secret=SECRET, now=NOW + timedelta(days=7))
        assert lists.purge(db, now=NOW + timedelta(days=7)) == 1
        assert db.scalars(select(Watch)).all() == []

    def test_confirming_twice_writes_to_the_holder_once(self, db):
        labelled(db)
        row = confirmed(db)
        lists.confirm(db, row=row, origin=ORIGIN, now=NOW)

        [letter] = letters(db, "holder1@example.com")
        assert "CHU" not in letter["body"], "what somebody typed is not written into a letter"
        assert "/registre/le-mien" in letter["body"]

    def test_a_holder_is_written_to_once_a_day_however_many_ask(self, db):
        labelled(db)
        confirmed(db)
        confirmed(db, seed="b" * 32, email="second@example.org", now=NOW + timedelta(hours=2))
        confirmed(db, seed="c" * 32, email="third@example.org", now=NOW + timedelta(days=2))

        assert len(letters(db, "holder1@example.com")) == 2

    def test_more_numbers_are_asked_for_on_a_confirmed_list_only(self, db):
        labelled(db)
        labelled(db, rank=2)
        row = ask(db)
        with pytest.raises(NotFoundError):
            lists.extend(db, row=row, numbers=[number(2)], origin=ORIGIN, now=NOW)
        lists.confirm(db, row=row, origin=ORIGIN, now=NOW)

        lists.extend(db, row=row, numbers=[number(2), number(1), number(2)], origin=ORIGIN, now=NOW)

        assert [watch.number for watch in lists.list_watches(db, row=row)] == [number(1), number(2)]
        with pytest.raises(TooManyWatchesError):
            lists.extend(db, row=row, numbers=[number(rank) for rank in range(3, 60)], origin=ORIGIN, now=NOW)


class TestTheHolder:
    def test_somebody_else_cannot_answer(self, db):
        row = labelled(db)
        stranger = holder(db)
        confirmed(db)
        [one] = watching.list_own(db, person_id=row.person_id)

        for act in (watching.accept, watching.decline, watching.stop):
            with pytest.raises(NotFoundError):
                act(db, watch_id=one.watch_id, person_id=stranger.id, now=NOW)

    def test_what_was_answered_is_not_answered_again(self, db):
        row = labelled(db)
        confirmed(db)
        [one] = watching.list_own(db, person_id=row.person_id)
        with pytest.raises(NotFoundError):
            watching.stop(db, watch_id=one.watch_id, person_id=row.person_id, now=NOW)
        watching.decline(db, watch_id=one.watch_id, person_id=row.person_id, now=NOW)

        with pytest.raises(NotFoundError):
            watching.accept(db, watch_id=one.watch_id, person_id=row.person_id, now=NOW)

    def test_sees_who_asks_and_that_nobody_checked_the_name(self, db):
        row = labelled(db)
        confirmed(db, webhook_url="https://rh.example.org/labels")

        [one] = watching.list_own(db, person_id=row.person_id)

        assert (one.organisation, one.email, one.has_webhook, one.is_waiting) == (
            "CHU de Beauval",
            EMPLOYER,
            True,
            True,
        )

    def test_a_refusal_answers_the_same_address_for_a_year(self, db):
        row = labelled(db)
        confirmed(db)
        [one] = watching.list_own(db, person_id=row.person_id)
        watching.decline(db, watch_id=one.watch_id, person_id=row.person_id, now=NOW)

        confirmed(db, seed="b" * 32, now=NOW + timedelta(days=30))
        assert watching.list_own(db, person_id=row.person_id) == []
        confirmed(db, seed="c" * 32, now=NOW + timedelta(days=400))
        assert len(watching.list_own(db, person_id=row.person_id)) == 1

    def test_each_answer_is_in_the_trail(self, db):
        row = labelled(db)
        confirmed(db)
        [one] = watching.list_own(db, person_id=row.person_id)
        watching.accept(db, watch_id=one.watch_id, person_id=row.person_id, now=NOW)
        watching.stop(db, watch_id=one.watch_id, person_id=row.person_id, now=NOW)

        actions = db.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("watch:"))).all()
        assert actions == [Action.WATCH_ACCEPTED, Action.WATCH_STOPPED]


class TestTelling:
    def person(self, db):
        person = holder(db)
        labelled(db, person)
        return person

    def label(self, db):
        return db.scalars(select(Watch)).first()

    def test_nothing_is_told_without_consent(self, app, db):
        self.person(db)
        confirmed(db)

        assert tell(app, db) == 0
        assert len(letters(db)) == 1, "the one that confirms the address"

    def test_nothing_is_told_after_a_refusal(self, app, db):
        person = self.person(db)
        confirmed(db)
        [one] = watching.list_own(db, person_id=person.id)
        watching.decline(db, watch_id=one.watch_id, person_id=person.id, now=NOW)

        assert tell(app, db) == 0

    def test_nothing_is_told_after_the_holder_stopped(self, app, db):
        person = self.person(db)
        followed(db, person)
        tell(app, db)
        [one] = watching.list_own(db, person_id=person.id)
        watching.stop(db, watch_id=one.watch_id, person_id=person.id, now=NOW)
        move(db, db.get_one(Label, self.label(db).label_id), "suspend", State.SUSPENDED)

        assert tell(app, db) == 0

    def test_nothing_is_told_after_the_employer_stopped(self, app, db):
        person = self.person(db)
        row = followed(db, person, webhook_url="https://rh.example.org/labels")
        tell(app, db)
        lists.end(db, row=row, now=NOW)

        assert tell(app, db) == 0
        assert row.webhook_url is None
        with pytest.raises(LinkSpentError):
            lists.find(db, token=lists.token_of(row, secret=SECRET), secret=SECRET, now=NOW)

    def test_a_label_taken_off_the_list_is_not_told_of(self, app, db):
        row = followed(db, self.person(db))
        lists.drop(db, row=row, number=number(), now=NOW)
        lists.drop(db, row=row, number=number(7), now=NOW)  # which is not on it

        assert tell(app, db) == 0

    def test_a_decision_that_does_not_show_is_not_told(self, app, db):
        person = self.person(db)
        followed(db, person)
        tell(app, db)
        label = db.get_one(Label, self.label(db).label_id)
        move(db, label, "suspend", State.SUSPENDED)
        tell(app, db)

        move(db, label, "revoke", State.REVOKED, ground="fraud-proven")

        assert tell(app, db) == 0

    def test_today_s_status_first_then_each_change_once(self, app, db):
        person = self.person(db)
        followed(db, person)

        assert (tell(app, db), tell(app, db)) == (1, 0)
        move(db, db.get_one(Label, self.label(db).label_id), "suspend", State.SUSPENDED)
        assert (tell(app, db), tell(app, db)) == (1, 0)

        confirm, first, second = letters(db)
        assert first["subject"].endswith("En vigueur")
        assert second["subject"].endswith("Suspendu")
        assert "depuis le" in second["body"]
        assert "/registre/suivi/" in second["body"]
        assert second["stop_url"] == f"{ORIGIN}/registre/suivi/{token_in(second)}/arreter"
        assert "stop_url" not in confirm, "what one asked for a moment ago is not news"
        assert "Perrin" not in second["body"] + second["subject"], "the register names, letters do not"

    def test_of_who_is_published_only_a_change_that_was_noted_is_looked_at(self, app, db):
        person = self.person(db)
        published(db, now=GIVEN)
        followed(db, person)
        assert tell(app, db) == 1
        later = NOW + timedelta(minutes=5)
        move(db, db.get_one(Label, self.label(db).label_id), "suspend", State.SUSPENDED, at=later)

        assert tell(app, db, now=later) == 0
        publishing.publish_lately(db, new_reference=str, now=later)
        assert (tell(app, db, now=later), tell(app, db, now=later)) == (1, 0)

    def test_a_label_handed_back_is_told_of_again_when_it_leaves_the_register_though_software_reads_no_change(
        self, app, db
    ):
        person = self.person(db)
        published(db)
        followed(db, person)
        tell(app, db)
        move(db, db.get_one(Label, self.label(db).label_id), "withdraw", State.VOLUNTARILY_WITHDRAWN, at=NOW)
        publishing.publish_lately(db, new_reference=str, now=NOW)
        gone = NOW + timedelta(days=400)

        told = [
            tell(app, db),
            publishing.publish_after(db, after=0, new_reference=str, now=gone)[0],
            tell(app, db, now=gone),
        ]

        assert told == [1, 0, 1]
        assert self.label(db).state == WatchState.STOPPED

    def test_a_holder_who_leaves_is_told_of_once_and_then_no_more(self, app, db):
        person = self.person(db)
        followed(db, person)
        tell(app, db)
        move(db, db.get_one(Label, self.label(db).label_id), "end", State.ENDED)

        assert (tell(app, db), tell(app, db)) == (1, 0)
        assert letters(db)[-1]["subject"].endswith("N’est plus au registre")

    def test_software_is_sent_the_same_under_our_signature(self, app, db):
        person = self.person(db)
        url = "https://rh.example.org/labels"
        followed(db, person, webhook_url=url)
        tell(app, db)

        [owed] = db.scalars(select(OutboxEntry).where(OutboxEntry.kind == webhooks.KIND)).all()
        ring = app.extensions["numericite.resources"].ring
        told = read_event(owed.payload["token"], ring, origin=ORIGIN, audience=url)
        assert told == {"number": number(), "status": "active"}
        assert owed.person_id == person.id

    def test_english_to_whoever_asked_in_english(self, app, db):
        followed(db, self.person(db), language="en")
        tell(app, db)

        assert letters(db)[-1]["subject"].endswith("In force")


class TestLeaving:
    def leave(self, app, db, person):
        ring = app.extensions["numericite.resources"].ring
        personal_data.erase_person(
            db, person_id=person.id, fate=CertificateFate.WITHDRAW, now=NOW, ring=ring, secret=SECRET, origin=ORIGIN
        )

    def test_erasing_leaves_an_empty_entry_and_tells_who_followed(self, app, db):
        person = holder(db)
        labelled(db, person)
        published(db, now=NOW - timedelta(hours=1))
        followed(db, person)
        tell(app, db)

        self.leave(app, db, person)

        row = db.scalars(select(PublishedHolder)).one()
        assert (row.person_id, row.changed_at) == (None, NOW)
        watch = db.scalars(select(Watch)).one()
        assert (watch.person_id, watch.label_id, watch.state) == (None, None, WatchState.STOPPED)
        last = letters(db)[-1]
        assert last["subject"].endswith("N’est plus au registre")
        kept = db.scalars(select(OutboxEntry).where(OutboxEntry.person_id == person.id).order_by(OutboxEntry.id)).all()
        assert last not in [row.payload for row in kept], "it must survive the erasure of the letters about the person"

    def test_erasing_somebody_without_a_label_changes_nothing(self, app, db):
        self.leave(app, db, holder(db))

        assert db.scalars(select(PublishedHolder)).all() == []

    def test_everything_is_exported(self, db):
        person = holder(db)
        labelled(db, person)
        published(db)
        confirmed(db)

        data = personal_data.export_person(db, person_id=person.id)

        assert data["published_as"] == "holder-1"
        assert data["followed_by"][0]["organisation"] == "CHU de Beauval"
        assert personal_data.export_person(db, person_id=holder(db, email="b@example.com").id) == {
            "published_as": None,
            "followed_by": [],
            "reads": [],
        }

    def test_lists_that_ended_a_year_ago_go(self, db):
        labelled(db)
        row = confirmed(db)
        lists.end(db, row=row, now=NOW - timedelta(days=366))

        assert personal_data.expire(db, now=NOW) == 1


class TestTakingOff:
    """An employer who takes a number off and puts it back learns nothing of what its holder answered."""

    def person(self, db, rank=1):
        return db.get_one(Person, labelled(db, rank=rank).person_id)

    def test_a_number_taken_off_a_list_vanishes_alike_whatever_its_holder_answered(self, db):
        people = [self.person(db, rank=rank) for rank in (1, 2, 3)]
        row = confirmed(db, *(number(rank) for rank in (1, 2, 3, 4, 999)))
        for person, answer in zip(people, (watching.accept, watching.decline, watching.accept), strict=True):
            [one] = watching.list_own(db, person_id=person.id)
            answer(db, watch_id=one.watch_id, person_id=person.id, now=NOW)
        [one] = watching.list_own(db, person_id=people[2].id)
        watching.stop(db, watch_id=one.watch_id, person_id=people[2].id, now=NOW)
        asked = [watch.number for watch in lists.list_watches(db, row=row)]

        for one in asked:
            lists.drop(db, row=row, number=one, now=NOW)

        assert lists.list_watches(db, row=row) == []
        assert [watching.list_own(db, person_id=person.id) for person in people] == [[], [], []]
        lists.extend(db, row=row, numbers=asked, origin=ORIGIN, now=NOW)
        assert [watch.number for watch in lists.list_watches(db, row=row)] == asked

    def test_what_is_put_back_is_asked_anew_without_a_second_letter_in_a_day_and_a_no_still_holds(self, db):
        yes, no = self.person(db), self.person(db, rank=2)
        row = followed(db, yes, number(1), number(2))
        [one] = watching.list_own(db, person_id=no.id)
        watching.decline(db, watch_id=one.watch_id, person_id=no.id, now=NOW)
        before = [len(letters(db, f"holder{rank}@example.com")) for rank in (1, 2)]

        for now in (NOW + timedelta(hours=1), NOW + timedelta(days=2)):
            for one in (number(1), number(2)):
                lists.drop(db, row=row, number=one, now=now)
            lists.extend(db, row=row, numbers=[number(1), number(2)], origin=ORIGIN, now=now)
            assert [one.is_waiting for one in watching.list_own(db, person_id=yes.id)] == [True]
            assert watching.list_own(db, person_id=no.id) == []

        assert [len(letters(db, f"holder{rank}@example.com")) for rank in (1, 2)] == [before[0] + 1, before[1]]

    def test_what_need_not_be_remembered_any_more_goes(self, db):
        yes, no = self.person(db), self.person(db, rank=2)
        row = followed(db, yes, number(1), number(2))
        [one] = watching.list_own(db, person_id=no.id)
        watching.decline(db, watch_id=one.watch_id, person_id=no.id, now=NOW)
        for one in (number(1), number(2)):
            lists.drop(db, row=row, number=one, now=NOW)

        assert lists.purge(db, now=NOW + timedelta(days=1)) == 1
        assert lists.purge(db, now=NOW + timedelta(days=364)) == 0
        assert lists.purge(db, now=NOW + timedelta(days=365)) == 1
        lists.extend(db, row=row, numbers=[number(2)], origin=ORIGIN, now=NOW + timedelta(days=366))
        assert [one.is_waiting for one in watching.list_own(db, person_id=no.id)] == [True]

    def test_a_no_that_was_taken_off_a_year_ago_may_be_asked_again(self, db):
        no = self.person(db)
        row = confirmed(db)
        [one] = watching.list_own(db, person_id=no.id)
        watching.decline(db, watch_id=one.watch_id, person_id=no.id, now=NOW)
        lists.drop(db, row=row, number=number(), now=NOW + timedelta(days=1))

        lists.extend(db, row=row, numbers=[number()], origin=ORIGIN, now=NOW + timedelta(days=365))

        assert [one.is_waiting for one in watching.list_own(db, person_id=no.id)] == [True]
