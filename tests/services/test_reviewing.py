"""After publication: an appeal is decided by two who had no part in it, and takes nothing away from anybody."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.access import Role
from app.accounts.services import cases
from app.accounts.services.personal_data import CertificateFate
from app.administration.services import across
from app.assessments.models import RecordedAnswer
from app.audit import Action, AuditEntry
from app.certification.models import Certificate
from app.errors import MovedOnError, NotFoundError, NotIndependentError, ReservedItemsSeenError, SamePersonError
from app.examination.models import DecisionKind, ReviewKind
from app.examination.services import acts, personal_data, results, reviewing
from app.labels.models import Label
from app.labels.services.parts import parts_of
from app.organisations.models import TieKind
from app.organisations.services import independence
from app.outbox import OutboxEntry
from app.publication.services import yearly
from certificates.label_rules.independence import Part
from certificates.label_rules.parameters import parameters
from tests.services.accounts_builders import NOW
from tests.services.examination_builders import DAY, room
from tests.services.organisations_builders import confirmed

LATER = DAY + timedelta(days=5)


class Appeal:
    """A published session of three: one passed, one gave up, one was annulled; and two officers apart from it."""

    def __init__(self, db, loaded):
        self.db, self.here = db, room(db, loaded)
        here = self.here
        self.right, arrival = here.seated(email=confirmed(db, "lea@example.org").email)
        here.answer_all(self.right, arrival)
        self.near, self.missed = self.nearly(seed=11)
        self.void, arrival = here.seated(
            family_name="Petit", given_names="Ana", email=confirmed(db, "ana@example.org").email, seed=13
        )
        here.answer_all(self.void, arrival)
        here.close()
        self.jurors = here.juror("jury1@example.org"), here.juror("jury2@example.org")
        here.decide(*self.jurors, DecisionKind.ANNUL, candidate=self.void)
        here.decide(*self.jurors, DecisionKind.CONCLUDE)
        here.publish(self.jurors[0])
        self.means = here.means(start=100)  # the places that publishing took are taken
        self.officers = [confirmed(db, f"recours{one}@example.org", Role.OFFICER) for one in (1, 2)]

    def nearly(self, *, seed):
        """Somebody who misses the first questions and leaves the rest after five more, and what they missed."""
        paul = confirmed(self.db, "paul@example.org")
        candidate, arrival = self.here.seated(family_name="Martin", given_names="Paul", email=paul.email, seed=seed)
        missed = []
        for place in range(8):
            right = place >= 3
            before = acts.on_screen(self.db, candidate=candidate)
            self.here.answer(arrival, right=right)
            if not right:
                missed.append(before)
        return candidate, missed

    def contest(self, candidate):
        return cases.open_case(
            self.db,
            kind=cases.CaseKind.CONTEST,
            person_id=candidate.person_id,
            email=None,
            subject_kind="sitting",
            subject_reference=acts.sitting_reference(self.db, candidate=candidate),
            text="Cette question a deux réponses.",
            language="fr",
            now=LATER,
        ).number

    def propose(self, number, kind, *, by=None, **given):
        given = {"reason": "Deux réponses étaient justes.", "now": LATER, **given}
        actor = by or self.officers[0]
        return reviewing.propose(self.db, number=number, kind=kind, actor_id=actor.id, **given)

    def take(self, number, row, *, by=None):
        actor = by or self.officers[1]
        return reviewing.take(self.db, number=number, review_id=row.id, means=self.means, actor_id=actor.id, now=LATER)

    def decide(self, number, kind, **given):
        return self.take(number, self.propose(number, kind, **given))

    def letters(self):
        mails = self.db.scalars(select(OutboxEntry).where(OutboxEntry.kind == "mail").order_by(OutboxEntry.id))
        return [one.payload for one in mails if "revu" in one.payload["subject"]]


@pytest.fixture
def appeal(db, loaded):
    return Appeal(db, loaded)


#: What an appeal changes depends on no database; that two never decide at once does, and is tried on both.
on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@on_sqlite
def test_nobody_with_a_part_in_it_decides_nor_one_alone_nor_against_whoever_appeals(db, appeal):
    number, passed, failed = (appeal.contest(one) for one in (appeal.void, appeal.right, appeal.near))
    author, boss = (confirmed(db, f"{name}@example.org", Role.OFFICER) for name in ("auteur", "chef"))
    independence.note_reserved_view(db, person_id=author.id, framework_code="PRO", now=NOW)
    independence.declare(
        db,
        actor_id=boss.id,
        subject_id=appeal.void.person_id,
        kind=TieKind.MANAGER,
        begins_on=date(2026, 1, 1),
        ends_on=None,
        declared_by=boss.id,
        now=NOW,
    )
    refused = [
        (appeal.here.invigilator, NotIndependentError),
        (appeal.jurors[0], NotIndependentError),
        (author, ReservedItemsSeenError),
        (boss, NotIndependentError),
    ]
    for actor, error in refused:
        with pytest.raises(error):
            appeal.propose(number, ReviewKind.RESTORE, by=actor)
    proposed = appeal.propose(number, ReviewKind.RESTORE)
    for actor, error in [*refused, (appeal.officers[0], SamePersonError)]:
        with pytest.raises(error):
            appeal.take(number, proposed, by=actor)
    assert appeal.void.verdict == "annulled"

    with pytest.raises(MovedOnError):  # a pass is not taken away
        appeal.propose(passed, ReviewKind.CALL_OFF)
    with pytest.raises(MovedOnError):  # what counts needs no restoring
        appeal.propose(failed, ReviewKind.RESTORE)
    for item_id in (None, "PRO-9.9-001"):
        with pytest.raises(NotFoundError):
            appeal.propose(failed, ReviewKind.NEUTRALISE_ONE, item_id=item_id)
    complaint = cases.open_case(
        db,
        kind=cases.CaseKind.COMPLAINT,
        person_id=appeal.void.person_id,
        email=None,
        subject_kind="other",
        subject_reference=None,
        text="Tout est lent.",
        language="fr",
        now=LATER,
    ).number
    personal_data.erase_person(db, person_id=appeal.void.person_id, fate=CertificateFate.WITHDRAW, now=LATER)
    for none in (complaint, number, "R-2000-0001"):
        with pytest.raises(NotFoundError):
            appeal.propose(none, ReviewKind.RESTORE)


def test_restored_it_counts_again_and_is_certified_once(db, appeal):
    number = appeal.contest(appeal.void)
    first = appeal.propose(number, ReviewKind.RESTORE)
    with pytest.raises(MovedOnError):
        appeal.propose(number, ReviewKind.CALL_OFF)
    act = {"number": number, "review_id": first.id, "now": LATER}
    with pytest.raises(NotFoundError):
        reviewing.withdraw(db, actor_id=appeal.officers[1].id, **act)
    reviewing.withdraw(db, actor_id=appeal.officers[0].id, **act)
    with pytest.raises(MovedOnError):
        appeal.take(number, first)

    second = appeal.propose(number, ReviewKind.RESTORE)
    appeal.take(number, second)

    with pytest.raises(MovedOnError):
        appeal.take(number, second)
    with pytest.raises(MovedOnError):
        appeal.propose(number, ReviewKind.RESTORE)
    assert appeal.void.verdict == "passed"
    assert db.get(Certificate, appeal.void.certificate_id).assurance == "A2"
    assert db.query(Certificate).count() == 2
    own = {"reference": appeal.here.session.reference, "person_id": appeal.void.person_id, "now": LATER}
    assert [one.verdict for one in results.get_own(db, **own).former] == ["annulled"]
    assert [one["to"] for one in appeal.letters()] == ["ana@example.org"]
    assert not [word for word in ("réussi", "annul", "Petit") if word in str(appeal.letters())]
    assert results.examined(db, actor_id=appeal.officers[0].id, subject_id=appeal.void.person_id)
    told = {one.action for one in db.scalars(select(AuditEntry))}
    assert {Action.REVIEW_PROPOSED, Action.REVIEW_DECIDED, Action.RESULT_REVISED, Action.SITTING_RESTORED} <= told


@on_sqlite
def test_a_question_set_aside_makes_nobodys_result_worse(db, appeal):
    everybody, number = (appeal.right, appeal.near, appeal.void), appeal.contest(appeal.near)
    before = [(one.verdict, one.outcome, one.certificate_id) for one in everybody]
    answered = select(RecordedAnswer.item_id).where(RecordedAnswer.sitting_id == appeal.near.sitting_id)
    right = db.scalar(answered.where(RecordedAnswer.score == 1))

    appeal.decide(number, ReviewKind.NEUTRALISE_ALL, item_id=right)

    # It had been answered right: without it they would have less, so that everybody keeps what they had, now and later.
    assert [(one.verdict, one.outcome, one.certificate_id) for one in everybody] == before
    assert appeal.letters() == []

    appeal.decide(number, ReviewKind.NEUTRALISE_ONE, item_id=appeal.missed[0])

    assert appeal.near.outcome["scaled"] > before[1][1]["scaled"]
    assert [(one.verdict, one.outcome) for one in (appeal.right, appeal.void)] == [before[0][:2], before[2][:2]]
    with pytest.raises(MovedOnError):
        appeal.propose(number, ReviewKind.NEUTRALISE_ONE, item_id=appeal.missed[0])
    own = {"reference": appeal.here.session.reference, "person_id": appeal.near.person_id, "now": LATER}
    assert results.get_own(db, **own).retake_at is not None

    appeal.decide(number, ReviewKind.CALL_OFF, reason="Une alarme a sonné.")

    assert results.get_own(db, **own).retake_at is None
    assert (appeal.near.verdict, appeal.near.outcome["reason"]) == ("annulled", "Une alarme a sonné.")
    held = personal_data.export_person(db, person_id=appeal.near.person_id)["examinations"][0]
    assert [one["verdict"] for one in held["former_outcomes"]] == ["failed", "failed"]
    personal_data.erase_person(db, person_id=appeal.near.person_id, fate=CertificateFate.WITHDRAW, now=LATER)
    assert [one.outcome for one in reviewing.list_former(db, candidate=appeal.near)] == [None, None]


@on_sqlite
def test_whoever_decided_of_an_appeal_has_judged_the_examination_of_everybody_it_changed(db, appeal):
    number = appeal.contest(appeal.near)
    one, two = appeal.officers
    row = appeal.propose(number, ReviewKind.NEUTRALISE_ONE, item_id=appeal.missed[0])

    def parts(actor, candidate):
        label = Label(person_id=candidate.person_id, reference="x" * 16, criteria_version=parameters().version)
        return parts_of(db, label=label, person_id=actor.id, now=LATER)

    assert parts(one, appeal.near) == set(), "a proposal changes nothing"
    appeal.take(number, row)
    assert [parts(actor, appeal.near) for actor in (one, two)] == [{Part.JUROR}, {Part.JUROR}]
    assert parts(two, appeal.right) == set()

    appeal.decide(number, ReviewKind.NEUTRALISE_ALL, item_id=appeal.missed[1])
    assert parts(two, appeal.right) == {Part.JUROR}

    content = yearly.compute(db, year=LATER.year)
    assert (content["exam_appeals"], content["exam_appeals_changed"]) == (1, 1)
    assert yearly.compute(db, year=LATER.year + 1)["exam_appeals"] == 0


@on_sqlite
def test_nobody_answers_a_complaint_of_somebody_whom_they_examined(db, appeal):
    manager = confirmed(db, "cheffe@example.org", Role.ADMINISTRATOR)
    independence.declare(
        db,
        actor_id=manager.id,
        subject_id=appeal.void.person_id,
        kind=TieKind.MANAGER,
        begins_on=date(2026, 1, 1),
        ends_on=None,
        declared_by=manager.id,
        now=NOW,
    )

    def complaint(*, kind=cases.CaseKind.COMPLAINT, person_id=appeal.void.person_id, email=None):
        return cases.open_case(
            db,
            kind=kind,
            person_id=person_id,
            email=email,
            subject_kind="service",
            subject_reference=None,
            text="On m’a fait attendre.",
            language="fr",
            now=LATER,
        )

    own = complaint()
    by_address = complaint(person_id=None, email="Ana@example.org ")
    for case in (own, by_address):
        for actor_id in (appeal.here.invigilator.id, appeal.jurors[0].id, manager.id, appeal.void.person_id):
            with pytest.raises(NotIndependentError):
                across.answer(db, case=case, text="Tout va bien.", actor_id=actor_id, now=LATER)

    report = complaint(kind=cases.CaseKind.ITEM_REPORT)
    for case, actor in ((report, manager), (own, appeal.officers[0]), (by_address, appeal.officers[0])):
        across.answer(db, case=case, text="Nous avons vérifié.", actor_id=actor.id, now=LATER)
        assert case.answered_by == actor.id
