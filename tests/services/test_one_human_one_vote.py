"""One human with two accounts, under which one identity was checked, votes once: on a committee, a panel, a jury, at the desk."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.access import Role
from app.administration.services import disputed, renaming
from app.errors import NotIndependentError, NumberTakenError, SamePersonError
from app.examination.models import Candidate, DecisionKind, ExamSession, ReviewKind
from app.examination.services import jury, reviewing, watch
from app.identity.models import NumberDispute
from app.identity.services import disputes, professional
from app.identity.services.disputes import Outcome
from app.label_errors import AlreadyVotedError
from app.labels.models import LabelProof
from app.labels.services import deciding, ending, gathering, seats
from app.organisations.models import Part
from certificates.errors import NotIndependentError as TooCloseError
from certificates.label_rules.machine import Seat
from tests.services.accounts_builders import NOW
from tests.services.examination_builders import room
from tests.services.label_builders import (
    RPPS,
    appealed,
    awarded,
    checked,
    complete,
    officers,
    papers,
    submitted,
    taken_up,
    voted,
)
from tests.services.organisations_builders import confirmed, named, officer, structure
from tests.services.register_builders import registered
from tests.services.test_reviewing import LATER, Appeal

IDENTITY = "7" * 64


def examined(db, *people, identity=IDENTITY, number=1):
    """The same identity was checked, long ago and elsewhere, under each of these accounts."""
    boss = officer(db, "ailleurs@example.org")
    place = structure(db, actor=boss, reference="STRVCTAILLEVRS01")
    row = ExamSession(
        reference="EXAMENAILLEVRS01",
        structure_id=place.id,
        framework_code="CIT",
        policy_id="supervised",
        place="Salle 9",
        starts_at=NOW - timedelta(days=900),
        minutes=45,
        seats=9,
        code_hmac="9" * 64,
        state="published",
        created_at=NOW - timedelta(days=900),
    )
    db.add(row)
    db.flush()
    for place_number, person in enumerate(people, start=number):
        db.add(
            Candidate(
                session_id=row.id,
                number=place_number,
                person_id=person.id,
                family_name="Roux",
                given_names="Ève",
                accommodations=[],
                enrolled_at=row.starts_at,
                identity_hmac=identity,
                identity_checked_at=row.starts_at,
            )
        )
    db.flush()


class TestCommittee:
    def test_the_second_account_does_not_vote(self, db, loaded):
        _person, label, two = taken_up(db, loaded)
        examined(db, *two)
        voted(db, loaded, label, two[:1], "award", "criteria-met")

        with pytest.raises(AlreadyVotedError):
            voted(db, loaded, label, two[1:], "award", "criteria-met")

        assert label.state == "under_review"

    def test_two_votes_of_one_human_count_once_when_that_is_found_afterwards(self, db, loaded):
        _person, label, two = taken_up(db, loaded)
        third = officers(db, 1, start=3)
        voted(db, loaded, label, two[:1], "award", "criteria-met")
        first = deciding.votes_of(db, label=label)[0]
        twin = confirmed(db, "jumelle@example.org", Role.OFFICER)
        db.add(
            type(first)(
                **{key: getattr(first, key) for key in ("label_id", "round", "transition", "reason", "at")},
                person_id=twin.id,
            )
        )
        db.flush()
        examined(db, two[0], twin)

        assert [one.person_id for one in deciding.standing_votes(db, label=label, now=NOW)] == [two[0].id]
        assert voted(db, loaded, label, third, "award", "criteria-met")

    def test_what_a_list_says_of_two_accounts_makes_them_nobody_s(self, db, loaded):
        _person, label, two = taken_up(db, loaded)
        examined(db, *two)
        db.execute(update(Candidate).where(Candidate.identity_hmac == IDENTITY).values(identity_checked_at=None))

        assert voted(db, loaded, label, two, "award", "criteria-met")

    def test_a_diploma_is_not_seen_twice_by_one_human(self, db, loaded):
        _person, label = complete(db, loaded, rpps=None)
        papers(db, label)
        two = officers(db)
        checked(db, label, two[0], "diploma")
        examined(db, *two)

        with pytest.raises(AlreadyVotedError):
            checked(db, label, two[1], "diploma")

    def test_two_who_saw_it_and_were_found_to_be_one_count_for_one(self, db, loaded):
        _person, label = complete(db, loaded, rpps=None)
        papers(db, label)
        two = officers(db)
        for one in two:
            checked(db, label, one, "diploma")
        examined(db, *two)

        found = {one.criterion: one for one in gathering.gather(db, label=label, ring=loaded.ring, now=NOW).findings}

        assert found["N1"].reason == "officer-missing"

    def test_the_same_documents_are_not_audited_by_ones_other_account(self, db, loaded):
        _person, label = submitted(db, loaded, chance=0.01)
        two = officers(db)
        deciding.take_up(db, label=label, actor_id=two[0].id, ring=loaded.ring, now=NOW)
        db.execute(update(LabelProof).where(LabelProof.label_id == label.id).values(judged_by=two[0].id))
        examined(db, *two)

        with pytest.raises(TooCloseError):
            deciding.audit_proofs(
                db, label=label, refused=frozenset(), note="", actor_id=two[1].id, ring=loaded.ring, now=NOW
            )

    def test_nobody_confirms_a_death_that_they_proposed(self, db, loaded):
        _person, label, two = awarded(db, loaded)
        ending.propose(db, label=label, transition="end", actor_id=two[0].id, now=NOW)
        examined(db, *two)

        with pytest.raises(SamePersonError):
            ending.carry_out(db, label=label, transition="end", actor_id=two[1].id, ring=loaded.ring, now=NOW)


class TestPanel:
    def test_whoever_decided_under_another_account_does_not_judge_the_appeal(self, db, loaded):
        _person, label, two = appealed(db, loaded)
        twin = confirmed(db, "jumelle@example.org", Role.OFFICER)
        examined(db, two[0], twin)

        with pytest.raises(TooCloseError):
            voted(db, loaded, label, [twin], "overturn", "facts", seats=(Seat.INDEPENDENT,))

    def test_two_seats_are_not_taken_by_one_human(self, db, loaded):
        _person, label, _two = appealed(db, loaded)
        others = officers(db, 3, start=5)
        examined(db, *others[:2])
        voted(db, loaded, label, others[:1], "overturn", "facts", seats=(Seat.USER,))

        with pytest.raises(AlreadyVotedError):
            voted(db, loaded, label, others[1:2], "overturn", "facts", seats=(Seat.PEER,))

    def test_nobody_grants_their_other_account_a_seat(self, db):
        two = officers(db)
        examined(db, *two)

        with pytest.raises(SamePersonError):
            seats.grant(db, person_id=two[1].id, seat=Seat.USER, profession=None, actor_id=two[0].id, now=NOW)


class TestJury:
    @pytest.fixture
    def hall(self, db, loaded):
        found = room(db, loaded)
        candidate, arrival = found.seated()
        found.answer_all(candidate, arrival)
        found.close()
        return found

    def test_nobody_sits_on_a_jury_under_two_accounts(self, hall, db):
        first = hall.juror("jury1@example.org")
        twin = confirmed(db, "jumelle@example.org", Role.OFFICER)
        examined(db, first, twin)

        with pytest.raises(NotIndependentError):
            watch.join(db, session=hall.session, person_id=twin.id, duty="juror", now=hall.now)

    def test_nobody_judges_what_they_invigilated_under_another_account(self, hall, db):
        twin = confirmed(db, "jumelle@example.org", Role.OFFICER)
        examined(db, hall.invigilator, twin)

        with pytest.raises(NotIndependentError):
            watch.join(db, session=hall.session, person_id=twin.id, duty="juror", now=hall.now)

    def test_nor_where_their_other_account_has_a_part_in_the_structure(self, hall, db):
        twin, known = confirmed(db, "jumelle@example.org", Role.OFFICER), confirmed(db, "membre@example.org")
        named(db, hall.structure, known, Part.TRAINER, actor=hall.manager, framework_code="PRO")
        examined(db, known, twin)

        with pytest.raises(NotIndependentError):
            watch.join(db, session=hall.session, person_id=twin.id, duty="juror", now=hall.now)

    def test_a_proposal_is_not_taken_by_ones_other_account_found_afterwards(self, hall, db):
        two = hall.juror("jury1@example.org"), hall.juror("jury2@example.org")
        row = jury.propose(
            db, session=hall.session, kind=DecisionKind.CONCLUDE, reason="Vu.", actor_id=two[0].id, now=hall.now
        )
        examined(db, *two)

        with pytest.raises(SamePersonError):
            jury.take(db, session=hall.session, decision_id=row.id, bank=hall.bank, actor_id=two[1].id, now=hall.now)

    def test_an_appeal_is_not_decided_twice_by_one_human(self, db, loaded):
        appeal = Appeal(db, loaded)
        number = appeal.contest(appeal.near)
        row = appeal.propose(number, ReviewKind.NEUTRALISE_ONE, item_id=appeal.missed[0])
        examined(db, *appeal.officers)

        with pytest.raises(SamePersonError):
            appeal.take(number, row)

    def test_nor_by_the_other_account_of_a_juror(self, db, loaded):
        appeal = Appeal(db, loaded)
        twin = confirmed(db, "jumelle@example.org", Role.OFFICER)
        examined(db, appeal.jurors[0], twin)

        with pytest.raises(NotIndependentError):
            reviewing.check_may_review(db, session=appeal.here.session, actor_id=twin.id, now=LATER)


class TestDesk:
    def test_a_number_is_not_settled_twice_by_one_human(self, db):
        claire, other = confirmed(db, "claire@example.org"), confirmed(db, "autre@example.org")
        professional.declare(db, person_id=claire.id, typed=RPPS, now=NOW)
        with pytest.raises(NumberTakenError):
            professional.declare(db, person_id=other.id, typed=RPPS, now=NOW)
        disputes.claim(db, person_id=other.id, typed=RPPS, now=NOW)
        row, two = db.scalars(select(NumberDispute)).one(), officers(db)
        disputed.propose(db, dispute_id=row.id, outcome=Outcome.KEPT, actor_id=two[0].id, now=NOW)
        examined(db, *two)

        with pytest.raises(SamePersonError):
            disputed.settle(db, dispute_id=row.id, actor_id=two[1].id, now=NOW)

    def test_nor_by_the_other_account_of_one_of_the_two(self, db):
        claire, other = confirmed(db, "claire@example.org"), confirmed(db, "autre@example.org")
        professional.declare(db, person_id=claire.id, typed=RPPS, now=NOW)
        disputes.claim(db, person_id=other.id, typed=RPPS, now=NOW)
        row, [desk] = db.scalars(select(NumberDispute)).one(), officers(db, 1)
        examined(db, other, desk)

        with pytest.raises(NotIndependentError):
            disputed.propose(db, dispute_id=row.id, outcome=Outcome.KEPT, actor_id=desk.id, now=NOW)

    def test_a_new_name_is_not_read_twice_by_one_human(self, db, loaded):
        holder = confirmed(db, "odile@example.org")
        two = [confirmed(db, f"cheffe{one}@example.org", Role.ADMINISTRATOR) for one in (1, 2)]
        stated = {"kind": "certificate", "assurance": "A2", "name_verified": True, "provisional": False}
        row = registered(db, loaded, row={"person_id": holder.id}, **stated)
        words = {"row": row, "printed_name": "Camille Hoarau", "evidence": "court-decision", "loaded": loaded}
        renaming.read_name(db, actor_id=two[0].id, chances=None, now=NOW, **words)
        examined(db, *two)

        assert renaming.read_name(db, actor_id=two[1].id, chances=None, now=NOW, **words) is None
        assert row.status == "active"
