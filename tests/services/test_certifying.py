"""A result that proves something and could not be certified: it waits at the desk until its certificate is written, once."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.services.personal_data import CertificateFate
from app.audit import Action, AuditEntry
from app.certification.models import Certificate
from app.errors import NotFoundError, NotIndependentError
from app.examination.models import DecisionKind
from app.examination.services import certifying, personal_data
from app.organisations.models import TieKind
from app.organisations.services import independence
from app.outbox import OutboxEntry
from app.supervised_errors import StillUncertifiedError
from tests.services.examination_builders import DAY, room
from tests.services.organisations_builders import confirmed

LATER = DAY + timedelta(days=3)
#: Private use: no font draws it.
UNDRAWABLE = "Léa Durand\ue000"
pytestmark = pytest.mark.parametrize("app", ["sqlite", "postgresql"], indirect=True)


class Told:
    """A published session: Léa passed under a name that cannot be printed, Paul gave up."""

    def __init__(self, db, loaded):
        self.db, self.here = db, room(db, loaded)
        self.account = confirmed(db, "lea@example.org")
        self.lea, arrival = self.here.seated(email="lea@example.org")
        self.here.answer_all(self.lea, arrival)
        self.paul, arrival = self.here.seated(family_name="Martin", given_names="Paul", seed=11)
        self.here.answer(arrival, right=False)
        self.here.close()
        self.good_name, self.lea.checked_name = self.lea.checked_name, UNDRAWABLE
        self.jurors = self.here.juror("jury1@example.org"), self.here.juror("jury2@example.org")
        self.here.decide(*self.jurors, DecisionKind.CONCLUDE)
        self.here.publish(self.jurors[0])
        self.officer = self.jurors[0]

    def again(self, actor=None, *, number=None):
        return certifying.try_again(
            self.db,
            reference=self.here.session.reference,
            number=number or self.lea.number,
            means=self.here.means(start=500),
            actor_id=(actor or self.officer).id,
            now=LATER,
        )

    def waiting(self):
        return certifying.list_waiting(self.db, press=self.here.loaded.press, limit=None)

    def certificates(self):
        return self.db.scalar(select(func.count(Certificate.id)))


@pytest.fixture
def told(db, loaded):
    return Told(db, loaded)


def test_the_result_is_told_and_waits_with_its_cause(told):
    (one,) = told.waiting()

    assert (one.candidate, one.session) == (told.lea, told.here.session)
    assert one.cause is certifying.Cause.NAME
    assert certifying.count(told.db) == (1, told.here.session.published_at)
    assert told.lea.verdict == "passed"


def test_while_the_cause_is_there_nothing_changes(told):
    with pytest.raises(StillUncertifiedError):
        told.again()

    assert told.certificates() == 0
    assert told.lea.verdict == "passed"
    assert len(told.waiting()) == 1


def test_once_it_is_gone_the_certificate_is_written_once_and_the_person_told(told):
    told.lea.checked_name = told.good_name
    letters = told.db.scalar(select(func.count(OutboxEntry.id)))
    assert told.waiting()[0].cause is certifying.Cause.GONE

    made = told.again()

    assert told.lea.certificate_id == made.id
    assert made.person_id == told.lea.person_id
    assert told.waiting() == []
    assert told.db.scalar(select(func.count(OutboxEntry.id))) == letters + 1
    trail = select(AuditEntry).where(AuditEntry.action == Action.RESULT_CERTIFIED.value)
    assert told.db.scalars(trail).one().actor_id == told.officer.id
    with pytest.raises(NotFoundError):
        told.again(told.jurors[1])
    assert told.certificates() == 1


def test_nobody_tries_for_themselves_or_for_whom_they_train(told):
    told.lea.checked_name = told.good_name
    independence.declare(
        told.db,
        actor_id=told.officer.id,
        subject_id=told.account.id,
        kind=TieKind.TRAINER,
        begins_on=DAY.date(),
        ends_on=None,
        declared_by=told.here.officer.id,
        now=LATER,
    )

    for actor in (told.account, told.officer):
        with pytest.raises(NotIndependentError):
            told.again(actor)

    assert told.certificates() == 0
    assert told.again(told.jurors[1])


def test_a_failure_an_unknown_candidate_and_somebody_who_left_do_not_wait(told):
    for number in (told.paul.number, 99):
        with pytest.raises(NotFoundError):
            told.again(number=number)

    personal_data.erase_person(told.db, person_id=told.account.id, fate=CertificateFate.KEEP, now=LATER)

    assert certifying.count(told.db) == (0, None)
    with pytest.raises(NotFoundError):
        told.again()


def test_what_was_kept_long_enough_and_emptied_waits_no_more(told):
    personal_data.expire(told.db, years=5, now=DAY + timedelta(days=5 * 366))

    assert certifying.count(told.db) == (0, None)


def test_a_level_that_is_not_certain_is_told_apart_from_a_name(told):
    told.lea.checked_name = told.good_name
    told.lea.outcome = {**told.lea.outcome, "level": None}

    assert told.waiting()[0].cause is certifying.Cause.LEVEL
