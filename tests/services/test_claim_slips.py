"""Without an address: a slip printed by the structure opens the result once, to whoever knows the date of birth that was checked."""

from datetime import timedelta

import pytest
from flask import current_app

from app.accounts.models import Person
from app.accounts.services import people, retention
from app.accounts.services.personal_data import CertificateFate
from app.audit import Action, AuditEntry
from app.errors import AddressNotConfirmedError, MovedOnError
from app.examination.models import Candidate, ClaimSlip, DecisionKind
from app.examination.services import claim_slips, personal_data, results
from app.supervised_errors import WrongClaimSlipError
from certificates.reference import format_code
from tests.services.accounts_builders import SECRET
from tests.services.examination_builders import BORN, DAY, room
from tests.services.organisations_builders import confirmed

CODE, OTHER = "0123456789ABCDEF", "0123456789ABCDEG"
LATER = DAY + timedelta(days=2)


class Desk:
    """A closed session: somebody who passed and somebody who gave up, neither with an address."""

    def __init__(self, db, loaded):
        self.db, self.here = db, room(db, loaded)
        self.lea, arrival = self.here.seated()
        self.here.answer_all(self.lea, arrival)
        self.paul, arrival = self.here.seated(family_name="Martin", given_names="Paul", seed=11)
        self.here.answer(arrival, right=False)
        self.rooms = current_app.extensions["numericite.person_rooms"]

    def print(self, candidate=None, code=CODE, *, now=DAY):
        return claim_slips.print_slip(
            self.db,
            session=self.here.session,
            candidate=candidate or self.lea,
            code=code,
            secret=SECRET,
            actor_id=self.here.manager.id,
            now=now,
        )

    def use(self, account, code=CODE, *, born_on=BORN, now=LATER):
        given = {"code": code, "born_on": born_on, "account_id": account.id, "rooms": self.rooms}
        return claim_slips.use(self.db, **given, secret=SECRET, now=now)

    def publish(self):
        jurors = self.here.juror("jury1@example.org"), self.here.juror("jury2@example.org")
        self.here.decide(*jurors, DecisionKind.CONCLUDE)
        self.here.publish(jurors[0])


@pytest.fixture
def desk(db, loaded):
    return Desk(db, loaded)


on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@on_sqlite
def test_none_is_printed_for_who_answers_still_is_absent_or_has_an_account(db, desk):
    absent = desk.here.enrol(family_name="Absent", given_names="Anne")
    known, arrival = desk.here.seated(
        family_name="Petit", given_names="Ana", email=confirmed(db, "ana@example.org").email, seed=3
    )
    desk.here.answer(arrival)
    for nobody in (desk.paul, absent):
        with pytest.raises(MovedOnError):
            desk.print(nobody)
    desk.here.close()
    with pytest.raises(MovedOnError):
        desk.print(known)
    assert set(claim_slips.may_have(db, session=desk.here.session)) == {desk.lea.id, desk.paul.id}


@on_sqlite
def test_whatever_is_wrong_is_told_alike_and_changes_nothing(db, desk):
    desk.here.close()
    desk.print()
    account, owner = confirmed(db, "lea@example.org"), desk.lea.person_id
    wrong = {
        "unknown code": {"code": OTHER},
        "no code at all": {"code": "?"},
        "another birth date": {"born_on": BORN + timedelta(days=1)},
        "too late": {"now": DAY + timedelta(days=366)},
    }
    for given in wrong.values():
        with pytest.raises(WrongClaimSlipError):
            desk.use(account, **given)
    with pytest.raises(WrongClaimSlipError):
        desk.use(desk.here.manager)  # who printed it does not keep it
    assert desk.lea.person_id == owner
    assert db.query(ClaimSlip).one().used_at is None


@on_sqlite
def test_five_wrong_dates_kill_it_and_another_is_printed(db, desk):
    desk.here.close()
    desk.print()
    account = confirmed(db, "lea@example.org")
    for days in range(1, 6):
        with pytest.raises(WrongClaimSlipError):
            desk.use(account, born_on=BORN + timedelta(days=days))
    with pytest.raises(WrongClaimSlipError):
        desk.use(account)

    desk.print(code=OTHER)

    with pytest.raises(WrongClaimSlipError):  # the former one is worthless
        desk.use(account)
    assert desk.use(account, OTHER).id == desk.here.session.id
    assert CODE not in str([vars(one) for one in db.query(ClaimSlip)])


@on_sqlite
def test_an_address_that_nobody_confirmed_is_not_given_a_result(db, desk):
    desk.here.close()
    desk.print()
    typed = people.create_account(
        db, email="lea@exmaple.org", password=None, is_fifteen=True, language="fr", guest_id=None, now=LATER
    )

    with pytest.raises(AddressNotConfirmedError):
        desk.use(typed)
    assert db.query(ClaimSlip).one().failed_attempts == 0


def test_it_opens_result_and_certificate_once(db, desk):
    desk.here.close()
    desk.print()
    desk.publish()
    lea, other = confirmed(db, "lea@example.org"), confirmed(db, "autre@example.org")

    desk.use(lea, f" {format_code(CODE).lower()} ")

    own = results.get_own(db, reference=desk.here.session.reference, person_id=lea.id, now=LATER)
    assert (own.candidate.verdict, own.certificate.person_id) == ("passed", lea.id)
    for again in (lea, other):
        with pytest.raises(WrongClaimSlipError):
            desk.use(again)
    with pytest.raises(MovedOnError):
        desk.print()
    trail = [one.action for one in db.query(AuditEntry).order_by(AuditEntry.id)]
    assert [trail.count(one) for one in (Action.CLAIM_SLIP_PRINTED, Action.CLAIM_SLIP_USED)] == [1, 1]


@on_sqlite
def test_used_before_the_publication_it_leads_the_letter_to_the_account(db, desk):
    desk.here.close()
    desk.print()
    lea = confirmed(db, "lea@example.org")
    desk.use(lea)
    assert results.list_own(db, person_id=lea.id) == []

    desk.publish()

    assert [one.candidate.verdict for one in results.list_own(db, person_id=lea.id)] == ["passed"]


@on_sqlite
def test_a_guest_is_kept_for_the_jury_then_ninety_days_then_as_long_as_the_slip(db, desk):
    """Who never comes back is erased all the same: the examination owes them nothing any more."""
    desk.here.close()
    lea, paul = desk.lea.person_id, desk.paul.person_id

    def left(days):
        retention.run(db, rooms=desk.rooms, now=DAY + timedelta(days=days))
        db.flush()
        return [one.id for one in db.query(Person).filter(Person.id.in_([lea, paul])).order_by(Person.id)]

    assert left(300) == [lea, paul]  # the jury has not published
    desk.here.now = DAY + timedelta(days=300)
    desk.publish()
    desk.print(now=desk.here.now)
    assert left(390) == [lea, paul]
    assert left(392) == [lea]
    assert left(664) == [lea]
    assert left(666) == []
    assert {one.family_name for one in db.query(Candidate)} == {"(effacé)"}
    assert db.query(ClaimSlip).count() == 0


@on_sqlite
def test_it_is_handed_over_and_erased_with_the_person(db, desk):
    desk.here.close()
    desk.print()
    held = personal_data.export_person(db, person_id=desk.lea.person_id)["examinations"][0]
    assert held["claim_slips"] == [
        {"printed_at": DAY.isoformat(), "expires_at": (DAY + claim_slips.LIFETIME).isoformat(), "used_at": None}
    ]
    personal_data.erase_person(db, person_id=desk.here.manager.id, fate=CertificateFate.WITHDRAW, now=LATER)
    assert db.query(ClaimSlip).one().printed_by is None

    personal_data.erase_person(db, person_id=desk.lea.person_id, fate=CertificateFate.WITHDRAW, now=LATER)

    assert db.query(ClaimSlip).count() == 0
