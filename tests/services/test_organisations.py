"""Structures, parts, ties and what keeps people apart."""

from datetime import date, timedelta

import pytest

from app.administration.services import across as desk
from app.errors import (
    AlreadyNamedError,
    MalformedIdentifierError,
    NotAccreditedError,
    NotFoundError,
    ReservedItemsSeenError,
    ReversedPeriodError,
    SamePersonError,
    UnknownAccountError,
)
from app.organisations.models import ExposureKind, Member, Part, StructureState, TieKind
from app.organisations.services import independence, members, personal_data, structures
from app.supervised_errors import OwnTieShortenedError
from tests.services.accounts_builders import NOW, account
from tests.services.organisations_builders import confirmed, named, officer, structure

BAD_NUMBERS = {
    "a FINESS that is too short": {"finess": "01000123"},
    "a FINESS with a letter in the wrong place": {"finess": "0100012C3"},
    "a SIRET with a wrong key": {"siret": "73282932000075"},
    "a SIRET of thirteen figures": {"siret": "7328293200007"},
}


@pytest.mark.parametrize("numbers", BAD_NUMBERS.values(), ids=BAD_NUMBERS)
def test_a_number_that_cannot_be_one_is_refused(db, numbers):
    with pytest.raises(MalformedIdentifierError):
        structure(db, actor=officer(db), **numbers)


def test_numbers_are_kept_without_their_spaces(db):
    row = structure(db, actor=officer(db), finess="2A 000 0123", siret="732 829 320 00074")

    assert (row.finess, row.siret) == ("2A0000123", "73282932000074")


def test_the_post_office_has_a_key_of_its_own(db):
    assert structure(db, actor=officer(db), siret="35600000012346").siret == "35600000012346"


def test_an_accreditation_does_not_end_before_it_begins(db):
    actor = officer(db)
    with pytest.raises(ReversedPeriodError):
        structure(db, actor=actor, accredited_until=date(2025, 1, 1))
    row = structure(db, actor=actor)
    with pytest.raises(ReversedPeriodError):
        structures.change_accreditation(
            db,
            row=row,
            state=StructureState.ACCREDITED,
            accredited_until=date(2025, 1, 1),
            actor_id=actor.id,
            now=NOW,
        )


NOT_RUNNING = {
    "suspended": (StructureState.SUSPENDED, date(2029, 12, 31)),
    "ended": (StructureState.ENDED, date(2029, 12, 31)),
    "over": (StructureState.ACCREDITED, date(2026, 11, 23)),
}


@pytest.mark.parametrize(("state", "until"), NOT_RUNNING.values(), ids=NOT_RUNNING)
def test_an_accreditation_that_does_not_run_allows_nothing(db, state, until):
    actor = officer(db)
    row = structure(db, actor=actor)

    structures.change_accreditation(db, row=row, state=state, accredited_until=until, actor_id=actor.id, now=NOW)

    with pytest.raises(NotAccreditedError):
        structures.check_accredited(row, at=NOW)


class TestMembers:
    def test_only_a_confirmed_account_is_named(self, db):
        actor = officer(db)
        row = structure(db, actor=actor)
        account(db, email="pas.confirmee@example.org")

        for email in ("pas.confirmee@example.org", "personne@example.org"):
            with pytest.raises(UnknownAccountError):
                members.name(
                    db, structure=row, email=email, part=Part.MANAGER, framework_code=None, actor_id=actor.id, now=NOW
                )

    def test_nobody_has_the_same_part_twice(self, db):
        actor, one = officer(db), confirmed(db, "une@example.org")
        row = structure(db, actor=actor)
        named(db, row, one, Part.INVIGILATOR, actor=actor)

        with pytest.raises(AlreadyNamedError):
            named(db, row, one, Part.INVIGILATOR, actor=actor)

    def test_whoever_saw_reserved_items_does_not_train_for_them(self, db):
        actor, one = officer(db), confirmed(db, "une@example.org")
        row = structure(db, actor=actor)
        independence.note_reserved_view(db, person_id=one.id, framework_code="PRO", now=NOW)

        with pytest.raises(ReservedItemsSeenError):
            named(db, row, one, Part.TRAINER, actor=actor, framework_code="PRO")
        assert named(db, row, one, Part.TRAINER, actor=actor, framework_code="CIT").part == "trainer"

    def test_a_part_that_is_over_gives_no_way_in(self, db):
        actor, one = officer(db), confirmed(db, "une@example.org")
        row = structure(db, actor=actor)
        part = named(db, row, one, Part.MANAGER, actor=actor)
        assert structures.get_own(db, reference=row.reference, person_id=one.id, parts=(Part.MANAGER,)) is row

        members.end(db, structure=row, member_id=part.id, parts=tuple(Part), actor_id=actor.id, now=NOW)

        with pytest.raises(NotFoundError):
            structures.get_own(db, reference=row.reference, person_id=one.id, parts=(Part.MANAGER,))
        with pytest.raises(NotFoundError):
            members.end(db, structure=row, member_id=part.id, parts=tuple(Part), actor_id=actor.id, now=NOW)

    def test_a_manager_ends_no_manager(self, db):
        actor, one = officer(db), confirmed(db, "une@example.org")
        row = structure(db, actor=actor)
        part = named(db, row, one, Part.MANAGER, actor=actor)

        with pytest.raises(NotFoundError):
            members.end(db, structure=row, member_id=part.id, parts=(Part.INVIGILATOR,), actor_id=one.id, now=NOW)


#: Part of the actor, part of the subject, what ties the first to the second: every pair.
PAIRS = {
    (mine, theirs): {mine.value} if mine in (Part.TRAINER, Part.MANAGER) else set() for mine in Part for theirs in Part
}


@pytest.mark.parametrize(("parts", "expected"), PAIRS.items(), ids=[f"{one}-{other}" for one, other in PAIRS])
def test_parts_in_one_structure_tie_people(db, parts, expected):
    actor, one, other = officer(db), confirmed(db, "une@example.org"), confirmed(db, "autre@example.org")
    row = structure(db, actor=actor)
    named(db, row, one, parts[0], actor=actor)
    named(db, row, other, parts[1], actor=actor)

    assert independence.ties(db, actor_id=one.id, subject_id=other.id, now=NOW) == expected


class TestTies:
    def declare(self, db, one, other, **overrides):
        given = {
            "actor_id": one.id,
            "subject_id": other.id,
            "kind": TieKind.TRAINER,
            "begins_on": date(2026, 1, 1),
            "ends_on": None,
            "declared_by": one.id,
            "now": NOW,
        }
        return independence.declare(db, **{**given, **overrides})

    def test_people_of_two_structures_are_free_of_each_other(self, db):
        actor, one, other = officer(db), confirmed(db, "une@example.org"), confirmed(db, "autre@example.org")
        first, second = structure(db, actor=actor), structure(db, actor=actor, reference="STRVCTVRE0000002")
        named(db, first, one, Part.MANAGER, actor=actor)
        named(db, second, other, Part.INVIGILATOR, actor=actor)

        assert independence.ties(db, actor_id=one.id, subject_id=other.id, now=NOW) == frozenset()

    def test_a_declared_tie_goes_one_way(self, db):
        one, other = confirmed(db, "une@example.org"), confirmed(db, "autre@example.org")

        self.declare(db, one, other)

        assert independence.ties(db, actor_id=one.id, subject_id=other.id, now=NOW) == {"trainer"}
        assert independence.ties(db, actor_id=other.id, subject_id=one.id, now=NOW) == frozenset()

    def test_a_tie_counts_for_two_years_after_its_end_and_then_no_more(self, db):
        one, other = confirmed(db, "une@example.org"), confirmed(db, "autre@example.org")

        self.declare(db, one, other, ends_on=date(2026, 6, 30))

        assert independence.ties(db, actor_id=one.id, subject_id=other.id, now=NOW) == {"trainer"}
        later = NOW + timedelta(days=800)
        assert independence.ties(db, actor_id=one.id, subject_id=other.id, now=later) == frozenset()

    def test_a_tie_that_has_not_begun_does_not_count(self, db):
        one, other = confirmed(db, "une@example.org"), confirmed(db, "autre@example.org")

        self.declare(db, one, other, begins_on=date(2027, 1, 1))

        assert independence.ties(db, actor_id=one.id, subject_id=other.id, now=NOW) == frozenset()

    def test_a_part_given_back_ties_for_two_years_more(self, db):
        actor, one, other = officer(db), confirmed(db, "une@example.org"), confirmed(db, "autre@example.org")
        row = structure(db, actor=actor)
        part = named(db, row, one, Part.TRAINER, actor=actor)
        named(db, row, other, Part.INVIGILATOR, actor=actor)
        members.end(db, structure=row, member_id=part.id, parts=tuple(Part), actor_id=actor.id, now=NOW)

        soon, later = NOW + timedelta(days=30), NOW + timedelta(days=800)
        assert independence.ties(db, actor_id=one.id, subject_id=other.id, now=soon) == {"trainer"}
        assert independence.ties(db, actor_id=one.id, subject_id=other.id, now=later) == frozenset()

    def test_nobody_is_tied_to_themselves(self, db):
        one = confirmed(db, "une@example.org")

        with pytest.raises(SamePersonError):
            self.declare(db, one, one)

    def test_a_tie_said_again_moves_its_end(self, db):
        one, other = confirmed(db, "une@example.org"), confirmed(db, "autre@example.org")
        row = self.declare(db, one, other)

        assert self.declare(db, one, other, ends_on=NOW.date()) is row
        assert row.ends_on == NOW.date()
        self.declare(db, one, other, ends_on=None)
        assert row.ends_on is None

    @pytest.mark.parametrize("who", ["actor", "subject"])
    def test_neither_of_the_two_writes_that_it_ended_earlier(self, db, who):
        one, other = confirmed(db, "une@example.org"), confirmed(db, "autre@example.org")
        row = self.declare(db, one, other, begins_on=date(2020, 1, 1), declared_by=officer(db).id)
        by = (one if who == "actor" else other).id

        with pytest.raises(OwnTieShortenedError):
            self.declare(db, one, other, begins_on=date(2020, 1, 1), ends_on=date(2020, 2, 1), declared_by=by)

        assert row.ends_on is None
        assert independence.ties(db, actor_id=one.id, subject_id=other.id, now=NOW) == {"trainer"}

    def test_somebody_else_corrects_it(self, db):
        one, other = confirmed(db, "une@example.org"), confirmed(db, "autre@example.org")
        row = self.declare(db, one, other)

        self.declare(db, one, other, ends_on=date(2026, 10, 1), declared_by=officer(db).id)

        assert row.ends_on == date(2026, 10, 1)

    def test_one_that_is_over_is_declared_whole(self, db):
        one, other = confirmed(db, "une@example.org"), confirmed(db, "autre@example.org")

        assert self.declare(db, one, other, ends_on=date(2026, 2, 1)).ends_on == date(2026, 2, 1)


class TestReservedItems:
    def test_who_looked_is_kept_apart_from_that_framework_for_24_months(self, db):
        one = confirmed(db, "une@example.org")

        independence.note_reserved_view(db, person_id=one.id, framework_code="PRO", now=NOW)

        def saw(framework_code, days):
            return independence.saw_reserved(
                db, person_id=one.id, framework_code=framework_code, now=NOW + timedelta(days=days)
            )

        assert (saw("PRO", 0), saw("PRO", 729), saw("PRO", 731), saw("CIT", 0)) == (True, True, False, False)

    def test_a_later_look_counts_and_an_earlier_one_does_not_shorten_it(self, db):
        one = confirmed(db, "une@example.org")
        for days in (0, 100, 50):
            independence.note_reserved_view(
                db, person_id=one.id, framework_code="PRO", now=NOW + timedelta(days=days), kind=ExposureKind.WROTE
            )

        assert independence.saw_reserved(db, person_id=one.id, framework_code="PRO", now=NOW + timedelta(days=800))

    def test_the_authors_preview_notes_it_by_itself_for_reserved_items_only(self, db, loaded):
        one = confirmed(db, "une@example.org")
        of = {pool: loaded.bank.items_of("PRO", pool)[0] for pool in ("open", "reserved")}

        desk.note_view(db, item=of["open"], actor_id=one.id, now=NOW)
        assert not independence.saw_reserved(db, person_id=one.id, framework_code="PRO", now=NOW)

        desk.note_view(db, item=of["reserved"], actor_id=one.id, now=NOW)
        assert independence.saw_reserved(db, person_id=one.id, framework_code="PRO", now=NOW)


def test_what_the_room_holds_of_a_person_is_handed_over_and_erased(db):
    actor, one, other = officer(db), confirmed(db, "une@example.org"), confirmed(db, "autre@example.org")
    row = structure(db, actor=actor)
    named(db, row, one, Part.MANAGER, actor=actor)
    named(db, row, other, Part.INVIGILATOR, actor=one)
    TestTies().declare(db, one, other)
    independence.note_reserved_view(db, person_id=one.id, framework_code="PRO", now=NOW)

    held = personal_data.export_person(db, person_id=one.id)
    assert [part["structure"] for part in held["parts"]] == [row.name]
    assert [(tie["kind"], tie["you_are"]) for tie in held["ties"]] == [("trainer", "actor")]
    assert [one["framework"] for one in held["reserved_items"]] == ["PRO"]

    personal_data.erase_person(db, person_id=one.id, fate=None, now=NOW)
    assert personal_data.export_person(db, person_id=one.id) == {"parts": [], "ties": [], "reserved_items": []}
    assert [row.named_by for row in db.query(Member)] == [None]
