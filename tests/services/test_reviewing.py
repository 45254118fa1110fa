"""After publication: an appeal is decided by two who had no part in it, and takes nothing away from anybody."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.access import Role
from app.accounts.services import cases
from app.accounts.services.personal_data import CertificateFate, erase_all
from app.administration.services import across
from app.assessments.models import RecordedAnswer, Sitting
from app.assessments.services import examining
from app.audit import Action, AuditEntry
from app.certification.models import Certificate
from app.certification.services import birth_dates
from app.certification.services.birth_dates import BirthAnswer
from app.errors import MovedOnError, NotFoundError, NotIndependentError, ReservedItemsSeenError, SamePersonError
from app.examination.models import DecisionKind, ReviewKind
from app.examination.services import acts, papers, personal_data, results, reviewing
from app.labels.models import Label
from app.labels.services.parts import parts_of
from app.organisations.models import TieKind
from app.organisations.services import independence
from app.outbox import OutboxEntry
from app.publication.services import yearly
from certificates import verification
from certificates.label_rules.independence import Part
from certificates.label_rules.parameters import parameters
from quizzes.judging import judge
from quizzes.outcome import Verdict
from tests.exams import sit
from tests.services.accounts_builders import NOW, SECRET
from tests.services.examination_builders import BORN, DAY, room
from tests.services.organisations_builders import confirmed

LATER = DAY + timedelta(days=5)


class Reviewed:
    """What is done about the results of a session."""

    def get_ready(self):
        """The session is closed: two will judge it, and two officers apart from it decide of appeals."""
        self.here.close()
        self.jurors = self.here.juror("jury1@example.org"), self.here.juror("jury2@example.org")
        self.means = self.here.means(start=100)  # the places that publishing takes are taken
        self.officers = [confirmed(self.db, f"recours{one}@example.org", Role.OFFICER) for one in (1, 2)]

    def publish(self):
        self.here.decide(*self.jurors, DecisionKind.CONCLUDE)
        self.here.publish(self.jurors[0])

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


class Appeal(Reviewed):
    """A published session of three: one passed, one gave up, one was annulled; and two officers apart from it.

    Args:
        just_short: A fourth failed by a single question, on the same form as the second.
    """

    def __init__(self, db, loaded, *, just_short=False):
        self.db, self.here = db, room(db, loaded)
        here = self.here
        self.right, arrival = here.seated(email=confirmed(db, "lea@example.org").email)
        here.answer_all(self.right, arrival)
        self.near, self.missed = self.nearly(seed=11)
        self.void, arrival = here.seated(
            family_name="Petit", given_names="Ana", email=confirmed(db, "ana@example.org").email, seed=13
        )
        here.answer_all(self.void, arrival)
        if just_short:
            self.short = self.just_short()
        self.get_ready()
        here.decide(*self.jurors, DecisionKind.ANNUL, candidate=self.void)
        self.publish()

    def nearly(self, *, seed):
        """Somebody who misses the first questions and leaves the rest after five more, and what they missed."""
        paul = confirmed(self.db, "paul@example.org")
        candidate, arrival = self.here.seated(family_name="Martin", given_names="Paul", email=paul.email, seed=seed)
        missed, self.answered = [], []
        for place in range(8):
            right = place >= 3
            before = acts.on_screen(self.db, candidate=candidate)
            self.here.answer(arrival, right=right)
            (self.answered if right else missed).append(before)
        return candidate, missed

    def just_short(self):
        """Somebody whom a single question fails, among those that were asked to the second; on the first form that allows it."""
        zoe, asked = confirmed(self.db, "zoe@example.org"), {*self.missed, *self.answered}
        for seed in range(50):
            trial = self.db.begin_nested()
            given = {"family_name": "Roux", "given_names": "Zoé", "email": zoe.email}
            candidate, arrival = self.here.seated(**given, seed=seed)
            missed = self._too_many(self.here.state_of(candidate), asked)
            if missed:
                break
            trial.rollback()
        while candidate.finished_at is None:
            self.here.answer(arrival, right=acts.on_screen(self.db, candidate=candidate) not in missed)
        self.shared = missed[0]
        return candidate

    def _too_many(self, state, asked):
        """Return questions of a form to miss: the first was asked to somebody else, and is the one too many; nothing where none is."""
        bank = self.here.bank
        free = [one for one in state.form if not bank.item(one).critical]
        order = [*(one for one in free if one in asked), *(one for one in free[::3] if one not in asked)]
        for count in range(8, len(order)):
            after = sit(state, lambda item_id, few=order[:count]: item_id not in few, bank=bank)
            if judge(after, bank=bank).verdict is Verdict.FAILED:
                without = judge(after, bank=bank, neutralised=frozenset(order[:1]))
                return order[:count] if order[0] in asked and without.verdict is Verdict.PASSED else []
        return []


class Citizen(Reviewed):
    """A published session of one citizen, who missed one question in five."""

    def __init__(self, db, loaded):
        self.db, self.here = db, room(db, loaded, framework_code="CIT", policy="supervised")
        self.one, arrival = self.here.seated(email=confirmed(db, "lea@example.org").email, seed=11)
        place = 0
        while self.one.finished_at is None:
            self.here.answer(arrival, right=place % 5 != 1)
            place += 1
        self.get_ready()
        self.publish()

    @property
    def certificate(self):
        return self.db.get(Certificate, self.one.certificate_id)

    def level_without(self, item_id):
        opened = examining.read(self.db, sitting_id=self.one.sitting_id, bank=self.here.bank)
        return examining.outcome(opened, neutralised=frozenset([item_id])).level

    def missed(self):
        answered = select(RecordedAnswer.item_id).where(RecordedAnswer.sitting_id == self.one.sitting_id)
        return self.db.scalars(answered.where(RecordedAnswer.score == 0).order_by(RecordedAnswer.position)).all()


@pytest.fixture
def appeal(db, loaded):
    return Appeal(db, loaded)


#: What an appeal changes depends on no database; that two never decide at once does, and is tried on both.
on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@on_sqlite
def test_the_appeals_that_wait_come_first_however_many_were_answered(db, appeal):
    answered, waiting = appeal.contest(appeal.near), appeal.contest(appeal.right)
    cases.answer_case(db, number=answered, answer="Relu.", answered_by=appeal.officers[0].id, now=LATER)

    assert [case.number for case, _session in reviewing.list_contested(db, limit=9)] == [waiting, answered]
    assert [case.number for case, _session in reviewing.list_contested(db, limit=1)] == [waiting]


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
def test_an_appeal_is_counted_once_though_its_author_has_left_and_says_nothing_of_them(db, appeal):
    from flask import current_app  # noqa: PLC0415 (the application of the test)

    number, gone = appeal.contest(appeal.near), appeal.near.person_id
    rooms = current_app.extensions["numericite.person_rooms"]

    erase_all(db, person_id=gone, fate=CertificateFate.WITHDRAW, rooms=rooms, now=LATER)

    assert db.query(Sitting).filter_by(person_id=gone).count() == 0
    assert yearly.compute(db, year=LATER.year)["exam_appeals"] == 1
    assert yearly.compute(db, year=LATER.year + 1)["exam_appeals"] == 0
    kept = db.query(AuditEntry).filter_by(action=Action.RESULT_APPEAL_KEPT.value).one()
    assert (kept.actor_id, kept.subject_id, kept.detail) == (None, appeal.here.session.id, {"case": number})


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


def told_of_reviews(db, appeal):
    report = papers.report(db, session=appeal.here.session, bank=appeal.here.bank, now=LATER)
    assert appeal.here.loaded.press.print_exam_paper(report).startswith(b"%PDF-")
    return [row[1:] for row in next(one for one in report.sections if one.title[1] == "Decisions on appeals").rows]


@on_sqlite
def test_a_question_set_aside_for_all_turns_the_failure_of_another_into_a_pass(db, loaded):
    appeal = Appeal(db, loaded, just_short=True)
    number, item_id = appeal.contest(appeal.near), appeal.shared
    before = (appeal.right.outcome, appeal.near.verdict)
    assert (appeal.short.verdict, appeal.short.certificate_id) == ("failed", None)
    assert told_of_reviews(db, appeal) == []

    appeal.decide(number, ReviewKind.NEUTRALISE_ALL, item_id=item_id)

    assert appeal.short.verdict == "passed"
    assert db.get(Certificate, appeal.short.certificate_id).person_id == appeal.short.person_id
    assert [one.verdict for one in reviewing.list_former(db, candidate=appeal.short)] == ["failed"]
    assert (appeal.right.outcome, appeal.near.verdict) == before
    assert "zoe@example.org" in [one["to"] for one in appeal.letters()]
    decided = f"question non comptée pour toute la session ({item_id})"
    told = (str(appeal.near.number), decided, "Deux réponses étaient justes.", "Recours1", "Recours2")
    assert told_of_reviews(db, appeal) == [told]


@on_sqlite
class TestACitizensLevel:
    def test_is_raised_and_the_certificate_issued_again_with_the_birth_date_that_was_checked(self, db, loaded):
        citizen = Citizen(db, loaded)
        former, number = citizen.certificate, citizen.contest(citizen.one)
        item_id = next(one for one in citizen.missed() if citizen.level_without(one) > former.level)

        citizen.decide(number, ReviewKind.NEUTRALISE_ONE, item_id=item_id)

        row = citizen.certificate
        assert (former.status, former.status_reason) == ("superseded", "level-raised")
        assert (former.level, row.level, row.supersedes_id) == ("L3", "L4", former.id)
        stated = verification.read_registered(row.token, loaded.ring)
        assert (stated.level, stated.name_verified, stated.valid_until) == ("L4", True, None)
        assert (citizen.one.outcome["level"], stated.supersedes) == ("L4", former.credential_id)
        for typed, answer in ((BORN, BirthAnswer.YES), (date(1980, 5, 18), BirthAnswer.NO)):
            asked = {"certificate_id": row.id, "typed": typed, "secret": SECRET, "now": LATER}
            assert birth_dates.compare(db, **asked) is answer
        assert [one.outcome["level"] for one in reviewing.list_former(db, candidate=citizen.one)] == ["L3"]

    def test_is_never_lowered_nor_a_certificate_that_is_suspended_replaced(self, db, loaded):
        citizen = Citizen(db, loaded)
        former, number = citizen.certificate, citizen.contest(citizen.one)
        answered = select(RecordedAnswer.item_id).where(RecordedAnswer.sitting_id == citizen.one.sitting_id)
        for item_id in db.scalars(answered.where(RecordedAnswer.score == 1).order_by(RecordedAnswer.position)).all()[
            :6
        ]:
            citizen.decide(number, ReviewKind.NEUTRALISE_ONE, item_id=item_id)
        assert (citizen.certificate, citizen.one.outcome["level"], citizen.letters()) == (former, "L3", [])

        former.status = "suspended"
        item_id = next((one for one in citizen.missed() if citizen.level_without(one) > former.level), None)
        citizen.decide(number, ReviewKind.NEUTRALISE_ONE, item_id=item_id)

        assert citizen.certificate == former

    def test_is_certified_where_no_certificate_could_be_issued_before(self, db, loaded):
        citizen = Citizen(db, loaded)
        db.delete(db.get(Certificate, citizen.one.certificate_id))
        citizen.one.certificate_id = None
        number = citizen.contest(citizen.one)
        item_id = next(one for one in citizen.missed() if citizen.level_without(one) > "L3")

        citizen.decide(number, ReviewKind.NEUTRALISE_ONE, item_id=item_id)

        assert citizen.certificate.level == "L4"


def levels(overall, *areas):
    return {"level": overall, "areas": [{"level": one} for one in areas]}


@pytest.mark.parametrize(
    ("before", "after", "are_higher"),
    [
        (levels("L2", "L2", None), levels("L3", "L2", None), True),
        (levels("L2", "L2", None), levels("L2", "L2", "L1"), True),
        (levels("L2", "L2", None), levels("L2", "L2", None), False),
        (levels("L2", "L2", None), levels("L3", "L1", None), False),
        (levels("L2", "L2", None), levels("L1", "L3", "L3"), False),
        (None, levels("L4", "L4", "L4"), False),
    ],
    ids=["overall", "one area", "the same", "an area falls", "overall falls", "kept long enough, and emptied"],
)
def test_levels_are_higher_only_where_none_is_lower(before, after, are_higher):
    assert reviewing.are_higher(before, after) is are_higher
