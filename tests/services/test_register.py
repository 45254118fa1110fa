"""What the public register says: a word and dates, by an exact number, of whoever it still shows; and when that changed."""

from datetime import date, timedelta

import pytest
from sqlalchemy import create_engine, select

from app.database import db as handle
from app.errors import NotFoundError
from app.outbox import run_due
from app.publication.models import ApiClient, Channel, PublishedHolder, RegisterRead
from app.publication.services import clients, fhir, publishing, reads, register, upkeep
from app.publication.services.register import Word
from app.reader import current_reader
from certificates.dates import day_in_paris
from certificates.fhir.practitioner import practitioner
from certificates.fhir.search import Place, Search
from certificates.label_rules.dossier import State
from tests.services.publication_builders import GIVEN, NOW, RPPS, holder, labelled, move, number, published
from tests.services.register_builders import registered

TODAY = day_in_paris(NOW)


def found(db, rank=1, *, on=TODAY):
    return register.find_by_number(db, number=number(rank), on=on)


#: What happens to a label, and what the register then says.
WORDS = {
    "in force": (State.AWARDED, {}, 0, Word.ACTIVE),
    "reinstated": (State.REINSTATED, {}, 0, Word.ACTIVE),
    "renewed": (State.RENEWED, {}, 0, Word.ACTIVE),
    "its renewal is open": (State.RENEWAL_DUE, {}, 0, Word.ACTIVE),
    "past its last day": (State.RENEWAL_DUE, {}, 366 * 3, Word.RENEWING),
    "paused": (State.DORMANT, {}, 0, Word.DORMANT),
    "suspended": (State.SUSPENDED, {}, 0, Word.SUSPENDED),
    "revoked, and it may still be appealed": (State.REVOKED, {"ground": "fraud-proven"}, 0, Word.SUSPENDED),
    "revoked for the safety of patients": (State.REVOKED, {"ground": "struck-off"}, 0, Word.REVOKED),
    "revoked, and nobody appealed": (State.REVOKED, {"ground": "fraud-proven"}, 100, Word.REVOKED),
    "its revocation is appealed": (State.APPEAL, {"appealed": "revoked", "ground": "fraud-proven"}, 0, Word.SUSPENDED),
    "its revocation was upheld": (State.UPHELD, {"appealed": "revoked", "ground": "fraud-proven"}, 0, Word.REVOKED),
    "expired": (State.EXPIRED, {}, 0, Word.EXPIRED),
    "handed back": (State.VOLUNTARILY_WITHDRAWN, {}, 0, Word.WITHDRAWN),
    "handed back during an appeal against its revocation": (
        State.VOLUNTARILY_WITHDRAWN,
        {"appealed": "revoked", "ground": "fraud-proven"},
        0,
        Word.REVOKED,
    ),
}
SHOWS_NOTHING = {
    "of somebody who died": (State.ENDED, {}, 0),
    "that was never given": (State.UNDER_REVIEW, {"number": None, "awarded_on": None, "ends_on": None}, 0),
    "that was refused": (State.REFUSED, {"number": None, "awarded_on": None, "ends_on": None}, 0),
    "that ended more than a year ago": (State.EXPIRED, {}, 400),
    "that was revoked more than a year ago": (State.REVOKED, {"ground": "struck-off"}, 400),
    "of somebody erased": (State.VOLUNTARILY_WITHDRAWN, {"person_id": None}, 0),
}


class TestWhatIsShown:
    @pytest.mark.parametrize("app", ["sqlite"], indirect=True)
    @pytest.mark.parametrize(("state", "columns", "days"), SHOWS_NOTHING.values(), ids=SHOWS_NOTHING)
    def test_nothing_of_a_label(self, db, state, columns, days):
        row = labelled(db)
        move(db, row, "any", state, **columns)

        assert found(db, on=TODAY + timedelta(days=days)) is None
        assert register.find_people(db, number=number(), rpps=None, on=TODAY + timedelta(days=days)) == []
        assert register.find_people(db, number=None, rpps=RPPS, on=TODAY + timedelta(days=days)) == []

    @pytest.mark.parametrize("app", ["sqlite"], indirect=True)
    @pytest.mark.parametrize(("state", "columns", "days", "word"), WORDS.values(), ids=WORDS)
    def test_the_word_of_a_label(self, db, state, columns, days, word):
        row = labelled(db)
        move(db, row, "any", state, **columns)

        assert found(db, on=TODAY + timedelta(days=days)).word is word

    def test_a_number_that_nobody_has_is_nothing(self, db):
        labelled(db)

        assert found(db, 2) is None
        assert register.find_by_number(db, number="", on=TODAY) is None
        assert register.find_people(db, number=None, rpps="99999999999", on=TODAY) == []

    def test_nothing_but_what_a_register_tells(self, db):
        labelled(db)

        entry = found(db)

        assert (entry.name, entry.profession, entry.rpps) == ("Nadia Perrin", "infirmier", RPPS)
        assert (entry.awarded_on, entry.version, entry.since) == (day_in_paris(GIVEN), "1.0-proposal", None)
        assert entry.ends_on > TODAY

    def test_a_suspension_is_dated_by_its_decision_even_when_more_was_decided_since(self, db):
        row = labelled(db)
        suspended_at = NOW - timedelta(days=20)
        move(db, row, "suspend", State.SUSPENDED, at=suspended_at)
        move(db, row, "revoke", State.REVOKED, ground="fraud-proven")

        entry = found(db)

        assert (entry.word, entry.since) == (Word.SUSPENDED, day_in_paris(suspended_at))

    def test_a_renewal_is_awaited_since_the_day_after_the_last(self, db):
        row = labelled(db, ends_on=TODAY - timedelta(days=3), term_from=date(TODAY.year - 3, 1, 1))
        move(db, row, "open_renewal", State.RENEWAL_DUE)

        entry = found(db)

        assert (entry.word, entry.since) == (Word.RENEWING, TODAY - timedelta(days=2))

    def test_the_signed_statement_is_named_while_its_holder_shares_it(self, app, db):
        certificate = registered(db, app.extensions["numericite.resources"])
        labelled(db, certificate_id=certificate.id)
        shared = found(db).credential_url

        certificate.is_shared = False
        db.flush()

        assert shared == certificate.credential_id
        assert found(db).credential_url is None

    def test_the_reader_says_the_same_as_the_session(self, db):
        person = holder(db)
        labelled(db, person, rank=1, state=State.EXPIRED.value)
        labelled(db, person, rank=2, rpps=RPPS)
        labelled(db, rank=3)
        published(db)
        db.commit()

        for look in (
            lambda source: register.find_by_number(source, number=number(), on=TODAY),
            lambda source: register.find_people(source, number=None, rpps=RPPS, on=TODAY),
            lambda source: register.find_by_reference(source, reference="holder-1", on=TODAY),
            lambda source: register.list_changed(source, at=GIVEN, after_id=-1, count=5, on=TODAY),
        ):
            assert look(current_reader()) == look(db)

    def test_one_person_with_a_label_that_ended_and_one_that_holds_is_one_person(self, db):
        person = holder(db)
        labelled(db, person, rank=1, state=State.EXPIRED.value)
        labelled(db, person, rank=2, rpps=RPPS)

        [one] = register.find_people(db, number=None, rpps=RPPS, on=TODAY)

        assert [(entry.number, entry.word) for entry in one.entries] == [
            (number(2), Word.ACTIVE),
            (number(1), Word.EXPIRED),
        ]


class TestPublishing:
    def test_what_did_not_change_is_not_dated_anew(self, db):
        labelled(db)
        [row] = published(db)
        before = row.changed_at

        assert publishing.publish_after(db, after=0, new_reference=str, now=NOW + timedelta(hours=1)) == (0, None)
        assert row.changed_at == before

    def test_nobody_is_published_for_a_label_that_was_over_before(self, db):
        labelled(db, state=State.ENDED.value)

        assert published(db) == []

    def test_a_decision_is_seen_by_the_frequent_look(self, db):
        row = labelled(db)
        [entry] = published(db, now=GIVEN)
        at = NOW - timedelta(minutes=2)
        move(db, row, "suspend", State.SUSPENDED, at=at)

        assert publishing.publish_lately(db, new_reference=str, now=NOW) == 1
        assert publishing.publish_lately(db, new_reference=str, now=NOW) == 0
        assert entry.changed_at == NOW

    def test_a_day_that_passed_is_seen_by_the_thorough_look(self, db):
        row = labelled(db)
        [entry] = published(db)
        move(db, row, "open_renewal", State.RENEWAL_DUE, at=GIVEN)
        later = NOW + timedelta(days=3 * 366)

        assert publishing.publish_lately(db, new_reference=str, now=later) == 0
        assert publishing.publish_after(db, after=0, new_reference=str, now=later) == (1, None)
        assert entry.changed_at == later

    def test_everybody_is_looked_at_in_parts(self, db):
        for rank in (1, 2, 3):
            labelled(db, rank=rank)
        place, looks, references = 0, [], iter("abc")

        while place is not None:
            changed, place = publishing.publish_after(
                db, after=place, new_reference=lambda: next(references), now=NOW, count=2
            )
            looks.append(changed)

        assert looks == [2, 1]

    def test_whoever_hands_a_label_back_stays_as_an_empty_entry(self, db):
        row = labelled(db)
        [entry] = published(db)
        move(db, row, "withdraw", State.VOLUNTARILY_WITHDRAWN)
        published(db, now=NOW + timedelta(hours=1))

        told, _id = fhir.read(db, reference=entry.reference, now=NOW)

        assert practitioner(told, fhir.terms_of(_Loaded))["active"] is False
        assert told.name is None


class TestPeriodicWork:
    def test_a_turn_publishes_tells_and_reports_and_the_next_has_nothing_to_do(self, app, db):
        labelled(db)
        db.commit()
        ring = app.extensions["numericite.resources"].ring
        works = upkeep.works(ring=ring, secret="r" * 40, origin="http://127.0.0.1:8000")

        ran = run_due(db, works=works, now=NOW)

        assert ran == ["register-changes", "register-everybody", "yearly-report"]
        [row] = db.scalars(select(PublishedHolder)).all()
        assert len(row.reference) == 36
        assert run_due(db, works=works, now=NOW) == []


class TestCountingReads:
    def test_what_cannot_be_written_now_is_written_later(self, db, monkeypatch):
        labelled(db)
        [entry] = published(db)
        entry_id = entry.id
        db.commit()
        counted = reads.Reads(handle.engine)
        counted.delay_seconds = 0
        with monkeypatch.context() as away:
            away.setattr(counted, "_engine", create_engine("sqlite:////nowhere/at/all.sqlite"))
            counted.note((entry_id,), channel=Channel.PAGE, now=NOW)

        counted.note((entry_id,), channel=Channel.PAGE, now=NOW)
        counted.write()

        assert [row.times for row in db.scalars(select(RegisterRead))] == [2]


class _Loaded:
    """Enough of the resources for addresses."""

    class settings:  # noqa: N801 (as the attribute is called)
        public_url, organisation_name, demonstration = "https://numericite.example", "Organisme", False


class TestSearch:
    def test_pages_follow_each_other_without_a_gap_or_a_repeat(self, db):
        for rank in range(1, 8):
            labelled(db, rank=rank)
        published(db)  # all at the same moment: only the row tells them apart
        seen, after = [], None
        for _ in range(4):
            answer = fhir.search(db, Search(count=3, after=after), now=NOW)
            seen += [one.reference for one in answer.holders]
            after = answer.after
            if after is None:
                break

        assert seen == [f"holder-{place}" for place in range(1, 8)]
        assert after is None

    def test_a_page_that_holds_everything_has_no_next(self, db):
        labelled(db)
        published(db)

        answer = fhir.search(db, Search(count=1), now=NOW)

        assert (len(answer.holders), answer.after, answer.total) == (1, None, None)

    def test_what_changed_since_a_moment_and_not_before(self, db):
        row = labelled(db)
        labelled(db, rank=2)
        published(db, now=GIVEN)
        move(db, row, "suspend", State.SUSPENDED)
        published(db, now=NOW)

        answer = fhir.search(db, Search(changed_from=NOW), now=NOW)

        assert [one.reference for one in answer.holders] == ["holder-1"]
        assert answer.holder_ids == tuple(
            db.scalars(select(PublishedHolder.id).where(PublishedHolder.changed_at == NOW))
        )
        assert fhir.search(db, Search(changed_from=NOW + timedelta(seconds=1)), now=NOW).holders == []

    def test_another_qualification_matches_nobody(self, db):
        labelled(db)
        published(db)

        assert fhir.search(db, Search(rpps=RPPS, is_of_label=False), now=NOW).total == 0
        assert fhir.search(db, Search(is_of_label=False), now=NOW).total == 0
        assert fhir.search(db, Search(rpps=RPPS), now=NOW).total == 1

    def test_a_label_given_a_moment_ago_has_no_identifier_yet(self, db):
        labelled(db)

        assert fhir.search(db, Search(number=number()), now=NOW).total == 0
        with pytest.raises(ValueError, match="no identifier"):
            fhir.holder_of(register.find_people(db, number=number(), rpps=None, on=TODAY)[0])

    def test_going_on_behind_the_last_row_gives_nothing(self, db):
        labelled(db)
        [row] = published(db)

        after = Place(changed_at=row.changed_at, row_id=row.id)

        assert fhir.search(db, Search(after=after), now=NOW).holders == []


class TestClients:
    def test_a_key_is_not_kept(self, db):
        row, key = clients.add(db, name="CHU de Beauval", token="t" * 43, now=NOW)

        stored = db.scalars(select(ApiClient)).one()
        assert key not in (stored.key_hash, stored.name)
        assert clients.find(db, key=key) == (row.id, "CHU de Beauval")

    @pytest.mark.parametrize(
        "key", ["", "numericite_", "other_" + "t" * 43, "numericite_" + "T" * 43, "numericite_" + "t" * 200]
    )
    def test_another_key_opens_nothing(self, db, key):
        clients.add(db, name="CHU de Beauval", token="t" * 43, now=NOW)

        assert clients.find(db, key=key) is None

    def test_a_key_that_was_taken_back_opens_nothing_and_is_not_taken_back_twice(self, db):
        row, key = clients.add(db, name="CHU de Beauval", token="t" * 43, now=NOW)
        clients.revoke(db, client_id=row.id, now=NOW)

        assert clients.find(db, key=key) is None
        with pytest.raises(NotFoundError):
            clients.revoke(db, client_id=row.id, now=NOW)
        with pytest.raises(NotFoundError):
            clients.revoke(db, client_id=row.id + 1, now=NOW)


class TestReads:
    def note(self, app, db, *holder_ids, at=NOW, **how):
        db.commit()
        app.extensions["numericite.reads"].note(holder_ids, **{"channel": Channel.SOFTWARE, "now": at, **how})

    def test_reads_are_summed_up_by_day_and_way(self, app, db):
        person = holder(db)
        labelled(db, person)
        [entry] = published(db)
        client, _key = clients.add(db, name="CHU de Beauval", token="t" * 43, now=NOW)
        client_id, entry_id, person_id = client.id, entry.id, person.id
        for _ in range(3):
            self.note(app, db, entry_id)
        self.note(app, db, entry_id, client_id=client_id)
        self.note(app, db, entry_id, channel=Channel.PAGE, at=NOW - timedelta(days=1))
        self.note(app, db, entry_id, at=NOW - timedelta(days=60))

        told = reads.list_own(db, person_id=person_id, now=NOW)

        assert [(one.day, one.channel, one.reader, one.times) for one in told] == [
            (TODAY, "software", None, 3),
            (TODAY, "software", "CHU de Beauval", 1),
            (day_in_paris(NOW - timedelta(days=1)), "page", None, 1),
        ]
        assert len(reads.export(db, person_id=person_id)) == 6

    def test_somebody_else_s_reads_are_not_told(self, app, db):
        labelled(db)
        [entry] = published(db)
        stranger = holder(db, email="other@example.com").id
        self.note(app, db, entry.id)

        assert reads.list_own(db, person_id=stranger, now=NOW) == []

    def test_nobody_is_counted_who_left(self, app, db):
        labelled(db)
        [entry] = published(db)
        entry.person_id = None
        self.note(app, db, entry.id)

        assert db.scalars(select(RegisterRead)).all() == []

    def test_after_a_year_they_go(self, app, db):
        labelled(db)
        [entry] = published(db)
        self.note(app, db, entry.id, at=NOW - timedelta(days=366))

        assert reads.forget_old(db, now=NOW) == 1
