"""Two accounts, one RPPS number: the second is refused, two officers look, and a proof wins without a word being lost."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.access import Role
from app.administration.services import disputed
from app.audit import Action, AuditEntry
from app.errors import MovedOnError, NotFoundError, NotIndependentError, NumberTakenError, SamePersonError
from app.identity.models import NumberDispute, Provider
from app.identity.services import disputes, linking, personal_data, professional
from app.identity.services.disputes import Outcome
from app.labels.services import clock
from app.organisations.models import TieKind
from app.organisations.services import independence
from app.outbox import OutboxEntry
from tests.services.label_builders import NOW, RPPS, awarded, officers
from tests.services.organisations_builders import confirmed

pytestmark = pytest.mark.parametrize("app", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def claire(db):
    person = confirmed(db, "claire@example.org")
    professional.declare(db, person_id=person.id, typed=RPPS, now=NOW)
    return person


@pytest.fixture
def namesake(db):
    return confirmed(db, "claire.autre@example.org")


def claimed(db, person):
    """Declare the number as the page does."""
    with pytest.raises(NumberTakenError):
        professional.declare(db, person_id=person.id, typed=RPPS, now=NOW)
    return disputes.claim(db, person_id=person.id, typed=RPPS, now=NOW)


def proved(db, person, *, now=NOW):
    known = linking.Known(
        provider=Provider.PRO_SANTE_CONNECT, subject="b" * 64, name="Claire Dubreuil", rpps=RPPS, is_active=True
    )
    linking.link(db, person_id=person.id, known=known, now=now)


def only(db):
    return db.scalars(select(NumberDispute)).one()


def decide(db, outcome, *, two=None):
    first, second = two or officers(db)
    disputed.propose(db, dispute_id=only(db).id, outcome=outcome, actor_id=first.id, now=NOW)
    disputed.settle(db, dispute_id=only(db).id, actor_id=second.id, now=NOW)


def written_to(db):
    return [one.payload["to"] for one in db.scalars(select(OutboxEntry).order_by(OutboxEntry.id))]


def test_the_second_is_refused_once_queued_and_the_first_is_told(db, claire, namesake):
    for _twice in range(2):
        assert claimed(db, namesake)

    row = only(db)
    assert (row.kind, row.holder_id, row.claimant_id) == ("claimed", claire.id, namesake.id)
    assert disputes.count_open(db) == (1, NOW)
    assert written_to(db) == [claire.email]
    assert professional.of(db, person_id=claire.id).rpps == RPPS


def test_a_number_that_nobody_else_has_or_that_is_proved_is_disputed_by_nobody(db, claire, namesake):
    assert not disputes.claim(db, person_id=claire.id, typed=RPPS, now=NOW)
    assert not disputes.claim(db, person_id=namesake.id, typed="12", now=NOW)
    proved(db, claire)
    assert not claimed(db, namesake)


def test_no_officer_decides_alone_or_of_themselves_or_of_whom_they_train(db, claire, namesake):
    claimed(db, namesake)
    one, other = officers(db)
    independence.declare(
        db,
        actor_id=other.id,
        subject_id=namesake.id,
        kind=TieKind.TRAINER,
        begins_on=NOW.date(),
        ends_on=None,
        declared_by=one.id,
        now=NOW,
    )

    for tied in (claire, namesake, other):
        with pytest.raises(NotIndependentError):
            disputed.propose(db, dispute_id=only(db).id, outcome=Outcome.KEPT, actor_id=tied.id, now=NOW)
    with pytest.raises(MovedOnError):
        disputed.settle(db, dispute_id=only(db).id, actor_id=one.id, now=NOW)
    disputed.propose(db, dispute_id=only(db).id, outcome=Outcome.FREED, actor_id=one.id, now=NOW)
    with pytest.raises(SamePersonError):
        disputed.settle(db, dispute_id=only(db).id, actor_id=one.id, now=NOW)
    third = confirmed(db, "tierce@example.org", Role.OFFICER)
    with pytest.raises(MovedOnError):
        disputed.propose(db, dispute_id=only(db).id, outcome=Outcome.KEPT, actor_id=third.id, now=NOW)
    with pytest.raises(NotFoundError):
        disputed.propose(db, dispute_id=only(db).id, outcome=Outcome.SEEN, actor_id=one.id, now=NOW)
    assert professional.of(db, person_id=claire.id).rpps == RPPS


def test_two_leave_it_where_it_is(db, claire, namesake):
    claimed(db, namesake)
    decide(db, Outcome.KEPT)

    assert professional.of(db, person_id=claire.id).rpps == RPPS
    assert disputes.list_open(db) == []
    assert set(written_to(db)) == {claire.email, namesake.email}
    with pytest.raises(NotFoundError):
        disputes.get(db, dispute_id=only(db).id)


def test_two_free_it_and_the_second_may_declare_it(db, claire, namesake):
    claimed(db, namesake)
    decide(db, Outcome.FREED)

    assert professional.of(db, person_id=claire.id) is None
    assert professional.declare(db, person_id=namesake.id, typed=RPPS, now=NOW).rpps == RPPS
    actions = [one.action for one in db.scalars(select(AuditEntry).order_by(AuditEntry.id))]
    for action in (Action.NUMBER_DISPUTED, Action.NUMBER_DISPUTE_PROPOSED, Action.NUMBER_DISPUTE_SETTLED):
        assert actions.count(action.value) == 1


def test_a_proof_of_the_first_settles_it(db, claire, namesake):
    claimed(db, namesake)
    one, _other = officers(db)
    disputed.propose(db, dispute_id=only(db).id, outcome=Outcome.FREED, actor_id=one.id, now=NOW)

    proved(db, claire)

    assert (only(db).settled_as, disputes.count_open(db)) == ("proved", (0, None))
    assert professional.of(db, person_id=claire.id).rpps == RPPS


def test_a_proof_of_the_second_takes_it_and_the_former_holders_label_is_looked_at(db, loaded, namesake):
    person, label, two = awarded(db, loaded)
    assert label.rpps == RPPS

    proved(db, namesake)

    row = only(db)
    assert (row.kind, row.holder_id) == ("proved", person.id)
    assert written_to(db)[-1] == person.email
    assert professional.of(db, person_id=person.id) is None
    (waiting,) = disputed.list_waiting(db, actor_id=two[0].id)
    assert waiting.holder.label.id == label.id
    assert waiting.outcomes == (Outcome.SEEN,)
    assert label.state == "awarded", "nobody loses a label without being heard"
    clock.turn(db, ring=loaded.ring, secret="", origin="", now=NOW + timedelta(days=1))
    assert label.pause_announced_on is not None
    decide(db, Outcome.SEEN, two=two)
    assert disputes.list_open(db) == []


def test_it_is_handed_over_and_goes_with_either_of_the_two(db, claire, namesake):
    claimed(db, namesake)
    one, _other = officers(db)
    disputed.propose(db, dispute_id=only(db).id, outcome=Outcome.KEPT, actor_id=one.id, now=NOW)
    told = personal_data.export_person(db, person_id=claire.id)["number_disputes"]
    assert [(each["kind"], each["declared_first"]) for each in told] == [("claimed", True)]

    disputes.forget(db, person_id=one.id)
    db.expire_all()
    assert (only(db).proposed_by, only(db).proposed_as) == (None, None)

    disputes.forget(db, person_id=namesake.id)
    assert db.scalars(select(NumberDispute)).all() == []
