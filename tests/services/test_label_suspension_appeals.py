"""The appeal of a suspension: it stays while three others judge, who uphold it or reinstate the label."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.audit import Action, AuditEntry
from app.labels.models import LabelEvent
from app.labels.services import clock, crediting, dossiers, queues, watching
from app.outbox import OutboxEntry
from certificates.errors import (
    ConditionNotMetError,
    NoSuchTransitionError,
    NotIndependentError,
)
from certificates.label_rules.machine import Seat
from tests.services.label_builders import (
    NOW,
    announced,
    at,
    awarded,
    officers,
    renewal_returned,
    suspended,
    voted,
)

SEATS = (Seat.USER, Seat.PEER, Seat.INDEPENDENT)
pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def contest(db, loaded, person, *, now=NOW):
    return watching.appeal(db, person_id=person.id, text="Le motif est faux.", ring=loaded.ring, origin="", now=now)


def contested(db, loaded):
    person, label, two = suspended(db, loaded)
    return person, label, two, contest(db, loaded, person)


def judge(db, loaded, label, person, *decision, seat=None):
    return voted(db, loaded, label, [person], *decision, seats=(seat,))


def trail(db, label):
    rows = select(AuditEntry.detail).where(
        AuditEntry.action == Action.LABEL_MOVED.value, AuditEntry.subject_id == label.id
    )
    return [detail["transition"] for detail in db.scalars(rows.order_by(AuditEntry.id))]


class TestRefusals:
    def test_a_label_that_is_not_suspended_has_nothing_to_contest(self, db, loaded):
        person, _label, _two = awarded(db, loaded)

        with pytest.raises(NoSuchTransitionError):
            contest(db, loaded, person)

    def test_two_months_later_it_is_too_late(self, db, loaded):
        person, label, _two = suspended(db, loaded)

        with pytest.raises(ConditionNotMetError) as caught:
            contest(db, loaded, person, now=NOW + timedelta(days=62))

        assert caught.value.condition == "within-appeal-time"
        assert watching.list_appeals(db, label=label) == []

    def test_once_is_all_even_when_it_was_upheld(self, db, loaded):
        person, label, _two, _row = contested(db, loaded)
        for _before_and_after in range(2):
            with pytest.raises(ConditionNotMetError) as caught:
                contest(db, loaded, person)
            assert caught.value.condition == "no-suspension-contested"
            if dossiers.has_suspension_appeal(db, label=label, is_running=True):
                voted(db, loaded, label, officers(db, 3, start=10), "uphold_suspension", "decision-right", seats=SEATS)

    def test_whoever_announced_or_decided_it_does_not_judge(self, db, loaded):
        _person, label, two, _row = contested(db, loaded)

        for one in two:
            with pytest.raises(NotIndependentError) as caught:
                judge(db, loaded, label, one, "overturn_suspension", "facts", seat=Seat.PEER)
            assert caught.value.part == "committee"

    def test_two_do_not_judge_nor_three_without_each_seat(self, db, loaded):
        _person, label, _two, row = contested(db, loaded)
        four = officers(db, 4, start=10)

        assert not voted(db, loaded, label, four[:2], "overturn_suspension", "facts", seats=SEATS[:2])
        assert not judge(db, loaded, label, four[2], "overturn_suspension", "facts", seat=Seat.PEER)

        assert (label.state, row.decided_at) == ("suspended", None)
        assert judge(db, loaded, label, four[3], "overturn_suspension", "facts", seat=Seat.INDEPENDENT)

    def test_nobody_judges_what_nobody_contests(self, db, loaded):
        _person, label, _two = suspended(db, loaded)

        with pytest.raises(ConditionNotMetError) as caught:
            judge(db, loaded, label, officers(db, 1, start=10)[0], "overturn_suspension", "facts", seat=Seat.USER)

        assert caught.value.condition == "suspension-appealed"


def test_it_waits_at_the_desk_and_the_suspension_stays(db, loaded):
    _person, label, _two, row = contested(db, loaded)
    found = queues.queues(db)

    assert (label.state, row.against) == ("suspended", "suspended")
    assert ([one.id for one in found.appeals], [one.id for one in found.suspended]) == ([label.id], [label.id])
    assert queues.first_due(db, found)["appeals"] == row.due_on
    assert crediting.current(db, label=label).status == "suspended"


def test_one_that_convinces_reinstates_the_label(db, loaded):
    _person, label, _two, row = contested(db, loaded)

    assert voted(db, loaded, label, officers(db, 3, start=10), "overturn_suspension", "facts", seats=SEATS)

    db.refresh(row)
    assert (label.state, label.ground, row.outcome) == ("reinstated", None, "overturned")
    assert crediting.current(db, label=label).status == "active"
    assert queues.queues(db).appeals == []
    assert (
        db.scalars(select(OutboxEntry).order_by(OutboxEntry.id)).all()[-1].payload["subject"].startswith("Votre appel")
    )


def test_one_that_fails_upholds_it_until_its_end(db, loaded):
    _person, label, _two, row = contested(db, loaded)

    voted(db, loaded, label, officers(db, 3, start=10), "uphold_suspension", "decision-right", seats=SEATS)

    db.refresh(row)
    assert (label.state, label.since, row.outcome) == ("suspended", NOW, "upheld")
    assert queues.queues(db).appeals == []
    clock.turn(db, ring=loaded.ring, secret="", origin="", now=NOW + timedelta(days=185))
    assert label.state == "reinstated"


def test_each_step_is_in_the_trail_and_in_the_log(db, loaded):
    _person, label, _two, _row = contested(db, loaded)
    voted(db, loaded, label, officers(db, 3, start=10), "overturn_suspension", "procedure", seats=SEATS)

    steps = ["appeal_suspension", "overturn_suspension"]
    assert trail(db, label)[-2:] == steps
    rows = db.scalars(select(LabelEvent).where(LabelEvent.label_id == label.id).order_by(LabelEvent.id)).all()
    assert [one.transition for one in rows[-2:]] == steps
    assert all(one.log_seq is not None for one in rows)


@pytest.mark.parametrize("how", ["reinstated by the committee", "over by itself", "revoked"])
def test_what_ends_the_suspension_first_leaves_nothing_to_judge(db, loaded, how):
    person, label, two, row = contested(db, loaded)
    if how == "reinstated by the committee":
        voted(db, loaded, label, two, "reinstate", "ground-gone")
    elif how == "over by itself":
        clock.turn(db, ring=loaded.ring, secret="", origin="", now=NOW + timedelta(days=185))
    else:
        announced(db, loaded, label, two[0], ground="fraud-proven")
        watching.answer(db, person_id=person.id, text="Non.", ring=loaded.ring, now=NOW)
        voted(db, loaded, label, two, "revoke", "fraud-proven")

    db.refresh(row)
    assert (row.outcome, row.decided_at is not None) == ("moot", True)
    assert queues.queues(db).appeals == []


def test_a_later_suspension_may_be_contested_anew(db, loaded):
    person, label, two, _row = contested(db, loaded)
    voted(db, loaded, label, officers(db, 3, start=10), "overturn_suspension", "facts", seats=SEATS)
    later = NOW + timedelta(days=10)
    announced(db, loaded, label, two[0], is_urgent=True, now=later)
    voted(db, loaded, label, two, "suspend", "fraud-inquiry", now=later)

    assert contest(db, loaded, person, now=later).against == "suspended"


def test_beside_the_appeal_of_a_renewal_the_suspension_is_judged_first(db, loaded):
    person, label, two = renewal_returned(db, loaded)
    of_renewal = contest(db, loaded, person)
    announced(db, loaded, label, two[0], is_urgent=True)
    voted(db, loaded, label, two, "suspend", "fraud-inquiry")
    of_suspension = contest(db, loaded, person)
    three = officers(db, 3, start=10)
    assert (of_renewal.against, of_suspension.against) == ("renewal_due", "suspended")

    with pytest.raises(ConditionNotMetError) as caught:
        judge(db, loaded, label, three[0], "uphold_return", "decision-right", seat=Seat.USER)
    assert caught.value.condition == "no-suspension-appealed"

    voted(db, loaded, label, three, "overturn_suspension", "facts", seats=SEATS)
    db.refresh(of_renewal)
    assert (label.state, label.appealed, of_renewal.decided_at) == ("reinstated", "renewal_due", None)
    clock.turn(db, ring=loaded.ring, secret="", origin="", now=at(2027, 1, 2))
    voted(db, loaded, label, three, "uphold_return", "decision-right", seats=SEATS, now=at(2027, 1, 3))
    db.refresh(of_renewal)
    assert of_renewal.outcome == "upheld"
