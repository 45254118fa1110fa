"""A vote is about what its author could read: whatever changes that begins another round, in which everybody votes again."""

from datetime import timedelta

from app.labels.services import applying, clock, deciding, queues, watching
from app.organisations.models import TieKind
from app.organisations.services import independence
from certificates.label_rules.machine import Seat
from tests.services.label_builders import (
    NOW,
    announced,
    awarded,
    office,
    officers,
    renewal_asked,
    renewal_returned,
    submitted,
    suspended,
    taken_up,
    voted,
)

LATER = NOW + timedelta(days=200)


def vote(db, loaded, label, person, *decision, now=NOW, seat=None):
    """One vote; returns whether it decided."""
    return voted(db, loaded, label, [person], *decision, now=now, seats=(seat,))


def ask_again(db, loaded, label, person):
    deciding.ask_again(
        db,
        label=label,
        reason="proof-insufficient",
        note="",
        actor_id=person.id,
        ring=loaded.ring,
        origin="",
        now=NOW,
    )


def send(db, loaded, person, *, chance=0.9):
    return applying.submit(db, person_id=person.id, ring=loaded.ring, origin="", chance=chance, now=NOW)


def drop(db, loaded, label, person, *, now=NOW):
    watching.drop(db, label=label, reason="answer-accepted", actor_id=person.id, ring=loaded.ring, origin="", now=now)


def tie(db, person, officer):
    independence.declare(
        db,
        actor_id=officer.id,
        subject_id=person.id,
        kind=TieKind.TRAINER,
        begins_on=NOW.date(),
        ends_on=None,
        declared_by=officer.id,
        now=NOW,
    )


def test_an_award_voted_before_the_file_went_back_is_not_one_of_the_file_that_came_again(db, loaded):
    person, label, (one, two) = taken_up(db, loaded)
    vote(db, loaded, label, one, "award", "criteria-met")
    ask_again(db, loaded, label, two)
    applying.declare_practice(
        db,
        label=label,
        practice="dmp",
        declaration="Tout autre chose.",
        is_equivalent=False,
        done_on=NOW.date(),
        now=NOW,
    )
    send(db, loaded, person)
    deciding.take_up(db, label=label, actor_id=two.id, ring=loaded.ring, now=NOW)

    assert not vote(db, loaded, label, two, "award", "criteria-met")
    assert label.state == "under_review"
    assert vote(db, loaded, label, one, "award", "criteria-met")


def test_a_vote_on_a_notice_that_was_dropped_suspends_nobody_at_the_next(db, loaded):
    _person, label, (one, two) = awarded(db, loaded)
    announced(db, loaded, label, one, is_urgent=True)
    vote(db, loaded, label, one, "suspend", "fraud-inquiry")
    drop(db, loaded, label, two)
    announced(db, loaded, label, two, is_urgent=True, now=LATER)

    assert not vote(db, loaded, label, two, "suspend", "fraud-inquiry", now=LATER)
    assert label.state == "awarded"


def test_a_vote_on_a_notice_of_another_ground_keeps_nobody_from_deciding(db, loaded):
    _person, label, (one, two) = awarded(db, loaded)
    announced(db, loaded, label, one, is_urgent=True)
    vote(db, loaded, label, one, "suspend", "fraud-inquiry")
    drop(db, loaded, label, two)
    announced(db, loaded, label, two, is_urgent=True, ground="temporary-ban", now=LATER)

    assert voted(db, loaded, label, (one, two), "suspend", "temporary-ban", now=LATER)
    assert label.state == "suspended"


def test_a_suspension_voted_before_the_answer_is_voted_again_by_whoever_has_read_it(db, loaded):
    person, label, (one, two) = awarded(db, loaded)
    announced(db, loaded, label, one, is_urgent=True)
    vote(db, loaded, label, one, "suspend", "fraud-inquiry")
    watching.answer(db, person_id=person.id, text="C’est une erreur.", ring=loaded.ring, now=NOW)

    assert not vote(db, loaded, label, two, "suspend", "fraud-inquiry")


def test_what_is_added_to_an_answer_does_not_hold_the_decision_up(db, loaded):
    person, label, (one, two) = awarded(db, loaded)
    announced(db, loaded, label, one)
    watching.answer(db, person_id=person.id, text="C’est une erreur.", ring=loaded.ring, now=NOW)
    vote(db, loaded, label, one, "suspend", "fraud-inquiry")
    watching.answer(db, person_id=person.id, text="J’ajoute ceci.", ring=loaded.ring, now=NOW)

    assert vote(db, loaded, label, two, "suspend", "fraud-inquiry")


def test_a_reinstatement_voted_before_a_second_notice_is_not_counted_after_it(db, loaded):
    _person, label, (one, two) = suspended(db, loaded)
    vote(db, loaded, label, one, "reinstate", "ground-gone")
    announced(db, loaded, label, two, ground="fraud-proven")

    assert not vote(db, loaded, label, two, "reinstate", "ground-gone")


def test_a_vote_on_a_suspension_that_ended_by_itself_is_not_counted_at_the_next(db, loaded):
    _person, label, (one, two) = suspended(db, loaded)
    vote(db, loaded, label, one, "reinstate", "ground-gone")
    clock.turn(db, ring=loaded.ring, secret="", origin="", now=LATER)  # the suspension is over by itself
    announced(db, loaded, label, two, is_urgent=True, now=LATER)

    assert not vote(db, loaded, label, two, "suspend", "fraud-inquiry", now=LATER)


def test_a_vote_before_an_audit_is_not_counted_after_it(db, loaded):
    _person, label = submitted(db, loaded, chance=0.0)
    one, two, three = officers(db, 3)
    deciding.take_up(db, label=label, actor_id=one.id, ring=loaded.ring, now=NOW)
    vote(db, loaded, label, one, "refuse", "criteria-not-met")
    deciding.audit_proofs(db, label=label, refused=frozenset(), note="", actor_id=three.id, ring=loaded.ring, now=NOW)

    assert not vote(db, loaded, label, two, "refuse", "criteria-not-met")
    assert not queues.open_file(db, label=label, actor_id=one.id, ring=loaded.ring, now=NOW).has_voted


def test_a_renewal_that_comes_again_is_voted_on_again(db, loaded):
    person, label, (one, two) = renewal_returned(db, loaded)
    send(db, loaded, person)

    assert not vote(db, loaded, label, one, "renew", "criteria-met")
    assert vote(db, loaded, label, two, "renew", "criteria-met")


def test_an_end_that_is_moved_leaves_the_votes_as_they_are(db, loaded):
    _person, label, (one, two) = renewal_asked(db, loaded)
    vote(db, loaded, label, one, "renew", "criteria-met")
    deciding.extend(db, label=label, months=1, reason="birth", actor_id=two.id, now=NOW, **office(db, loaded))

    assert vote(db, loaded, label, two, "renew", "criteria-met")


def test_whoever_becomes_too_close_after_voting_decides_no_more_and_blocks_nobody(db, loaded):
    person, label, (one, two) = taken_up(db, loaded)
    vote(db, loaded, label, one, "award", "criteria-met")
    tie(db, person, one)

    assert not vote(db, loaded, label, two, "award", "criteria-met")
    assert len(queues.open_file(db, label=label, actor_id=two.id, ring=loaded.ring, now=NOW).votes) == 1
    assert vote(db, loaded, label, officers(db, 1, start=3)[0], "award", "criteria-met")


def test_a_seat_whose_holder_becomes_too_close_is_taken_by_another(db, loaded):
    person, label, two = taken_up(db, loaded)
    voted(db, loaded, label, two, "refuse", "criteria-not-met")
    watching.appeal(db, person_id=person.id, text="Je conteste.", ring=loaded.ring, origin="", now=NOW)
    panel = officers(db, 4, start=3)
    vote(db, loaded, label, panel[0], "uphold", "decision-right", seat=Seat.USER)
    tie(db, person, panel[0])
    rest = ((panel[1], Seat.PEER), (panel[2], Seat.INDEPENDENT), (panel[3], Seat.USER))

    done = [vote(db, loaded, label, one, "uphold", "decision-right", seat=seat) for one, seat in rest]

    assert done == [False, False, True]
