"""Whoever saw reserved questions, or examined the session, takes over no guest's examination, by whichever way; nothing is lost."""

from datetime import timedelta

import pytest

from app.accounts.models import Person
from app.accounts.services.personal_data import adopt_all
from app.audit import Action, AuditEntry
from app.examination.models import ClaimSlip
from app.examination.services import claim_slips, results, taking_over
from app.organisations.services import independence
from app.supervised_errors import ClaimBarredError, WrongClaimSlipError
from tests.services.examination_builders import DAY
from tests.services.organisations_builders import confirmed
from tests.services.test_claim_slips import LATER, Desk

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def desk(db, loaded):
    return Desk(db, loaded)


@pytest.fixture
def lea(db):
    return confirmed(db, "lea@example.org")


def saw(db, person, *, framework_code="PRO", at=DAY - timedelta(days=700)):
    independence.note_reserved_view(db, person_id=person.id, framework_code=framework_code, now=at)


def check(desk, account):
    taking_over.check(desk.db, from_id=desk.lea.person_id, to_id=account.id, now=LATER)


def test_a_slip_is_refused_to_who_saw_them_and_opens_the_result_to_its_person_still(db, desk, lea):
    desk.here.close()
    desk.print()
    author = confirmed(db, "autrice@example.org")
    saw(db, author)

    for _each in range(claim_slips.MOST_TRIES + 1):
        with pytest.raises(ClaimBarredError):
            desk.use(author)

    slip = db.query(ClaimSlip).one()
    assert (slip.failed_attempts, slip.used_at) == (0, None)
    barred = db.query(AuditEntry).filter_by(action=Action.CLAIM_BARRED.value).first()
    assert (barred.actor_id, barred.subject_id) == (author.id, desk.lea.id)
    desk.use(lea)
    assert desk.lea.person_id == lea.id


def test_who_guesses_learns_nothing_from_being_barred(db, desk):
    desk.here.close()
    desk.print()
    author = confirmed(db, "autrice@example.org")
    saw(db, author)

    with pytest.raises(WrongClaimSlipError):
        desk.use(author, born_on=DAY.date())

    assert db.query(ClaimSlip).one().failed_attempts == 1


def test_the_address_gives_it_to_nobody_who_saw_them(db, desk, lea):
    desk.lea.email = lea.email
    desk.here.close()
    desk.publish()
    guest_id = desk.lea.person_id
    saw(db, lea)

    assert results.claim(db, person_id=lea.id, rooms=desk.rooms, now=LATER) == (0, 1)

    assert desk.lea.person_id == guest_id
    assert db.get(Person, guest_id).erased_at is None
    assert results.list_own(db, person_id=lea.id) == []


def test_neither_a_card_nor_a_sign_in_goes_round_it(db, desk, lea):
    saw(db, lea)

    with pytest.raises(ClaimBarredError):
        adopt_all(db, from_id=desk.lea.person_id, to_id=lea.id, rooms=desk.rooms, now=LATER)

    assert desk.lea.person_id != lea.id


def test_whoever_invigilated_or_judged_the_session_is_barred_too(desk):
    desk.here.close()

    for actor in (desk.here.invigilator, desk.here.juror("jury1@example.org")):
        with pytest.raises(ClaimBarredError):
            check(desk, actor)


def test_what_was_seen_after_the_sitting_counts_as_a_later_view_hides_an_earlier_one(db, desk, lea):
    saw(db, lea, at=LATER - timedelta(hours=1))

    with pytest.raises(ClaimBarredError):
        check(desk, lea)


def test_another_framework_or_more_than_two_years_before_bars_nobody(db, desk, lea):
    saw(db, lea, framework_code="CIT")
    saw(db, lea, at=DAY - timedelta(days=731))

    check(desk, lea)
