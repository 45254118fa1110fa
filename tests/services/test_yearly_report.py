"""The report of a year: from what happened in it, once it is over, and never anything that tells of one person."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Case
from app.examination.models import Candidate, ExamSession
from app.labels.models import Label
from app.organisations.models import Structure
from app.publication.models import YearlyReport
from app.publication.services import yearly
from certificates.label_rules.dossier import State
from tests.services.publication_builders import event, labelled

YEAR = 2027
MARCH = datetime(YEAR, 3, 1, 10, 0, tzinfo=UTC)
#: The last instant of the year in Paris, and the first of the next.
LAST, FIRST = datetime(YEAR, 12, 31, 22, 59, tzinfo=UTC), datetime(YEAR, 12, 31, 23, 0, tzinfo=UTC)
NEXT_YEAR = datetime(YEAR + 1, 1, 2, tzinfo=UTC)


@pytest.fixture
def session(db):
    """A session of the examination whose results were published in March."""
    structure = Structure(
        reference="structure-1",
        name="Maison de santé",
        kind="health_house",
        address="1 rue du Port",
        accredited_from=MARCH.date(),
        accredited_until=MARCH.date(),
        state="accredited",
        created_at=MARCH,
    )
    db.add(structure)
    db.flush()
    row = ExamSession(
        reference="session-1",
        structure_id=structure.id,
        framework_code="PRO",
        policy_id="PRO-examination",
        place="Salle 1",
        starts_at=MARCH,
        minutes=60,
        seats=200,
        code_hmac="c" * 64,
        created_at=MARCH,
        state="published",
        published_at=MARCH,
    )
    db.add(row)
    db.flush()
    return row


def sit(db, session, verdict, *, profession=None, person=None, identity=None):
    """One person sits; with a profession, they have a label's application."""
    number = db.query(Candidate).count() + 1
    if profession:
        label = labelled(db, rank=number, profession=profession)
        person = label.person_id
    row = Candidate(
        session_id=session.id,
        number=number,
        person_id=person,
        family_name="Perrin",
        given_names="Nadia",
        accommodations=[],
        identity_hmac=identity,
        enrolled_at=MARCH,
        verdict=verdict,
    )
    db.add(row)
    db.flush()
    return row


def several(db, session, count, passed, **who):
    for place in range(count):
        sit(db, session, "passed" if place < passed else "failed", **who)


class TestPassRates:
    def test_nothing_is_told_of_a_few(self, db, session):
        several(db, session, 9, 5)

        content = yearly.compute(db, year=YEAR)

        assert (content["sat"], content["passed_percent"], content["groups"]) == (9, None, [])

    def test_by_profession_the_small_ones_together(self, db, session):
        several(db, session, 12, 8, profession="infirmier")
        several(db, session, 6, 3, profession="sage-femme")
        several(db, session, 5, 2)

        content = yearly.compute(db, year=YEAR)

        assert content["groups"] == [
            {"profession": "infirmier", "sat": 12, "passed_percent": 66},
            {"profession": None, "sat": 11, "passed_percent": 45},
        ]
        assert content["passed_percent"] == 56

    def test_who_failed_and_then_passed_is_one_person_who_passed(self, db, session):
        several(db, session, 11, 5)
        sit(db, session, "failed", identity="i" * 64)
        sit(db, session, "passed", identity="i" * 64)

        content = yearly.compute(db, year=YEAR)

        assert (content["sat"], content["passed_percent"]) == (12, 50)

    def test_what_proves_nothing_does_not_count(self, db, session):
        several(db, session, 10, 5)
        for verdict in ("annulled", "undecided", "absent", None):
            sit(db, session, verdict)

        assert yearly.compute(db, year=YEAR)["sat"] == 10

    def test_other_frameworks_and_other_years_do_not_count(self, db, session):
        several(db, session, 10, 5)

        session.framework_code = "CIT"
        db.flush()
        assert yearly.compute(db, year=YEAR)["sat"] == 0
        session.framework_code, session.published_at = "PRO", FIRST
        db.flush()
        assert yearly.compute(db, year=YEAR)["sat"] == 0
        assert yearly.compute(db, year=YEAR + 1)["sat"] == 10


class TestLabels:
    def test_each_transition_is_counted_in_its_line_and_its_year(self, db):
        row = labelled(db)
        for transition in ("submit", "award_on_appeal", "suspend", "lift", "reinstate", "appeal", "overturn"):
            event(db, row, transition, at=LAST, to_state=State.AWARDED)
        event(db, row, "revoke", at=FIRST, to_state=State.REVOKED)

        told = yearly.compute(db, year=YEAR)["labels"]

        assert {line: count for line, count in told.items() if count} == {
            "submitted": 1,
            "awarded": 1,
            "suspended": 1,
            "reinstated": 2,
            "appeals": 1,
            "appeals_overturned": 1,
        }

    def test_an_application_taken_back_is_no_label_handed_back(self, db):
        event(db, labelled(db, number=None), "withdraw", at=MARCH, to_state=State.VOLUNTARILY_WITHDRAWN)
        assert yearly.compute(db, year=YEAR)["labels"]["handed_back"] == 0
        event(db, labelled(db, rank=2), "withdraw", at=MARCH, to_state=State.VOLUNTARILY_WITHDRAWN)
        assert yearly.compute(db, year=YEAR)["labels"]["handed_back"] == 1

    def test_the_time_to_decide_counts_from_the_last_time_it_was_asked(self, db):
        for rank in range(1, 11):
            row = labelled(db, rank=rank)
            event(db, row, "submit", at=MARCH - timedelta(days=100), to_state=State.SUBMITTED)
            event(db, row, "submit", at=MARCH, to_state=State.SUBMITTED)
            event(db, row, "award" if rank % 2 else "refuse", at=MARCH + timedelta(days=20), to_state=State.AWARDED)

        content = yearly.compute(db, year=YEAR)

        assert (content["days_to_decide"], content["days_to_appeal"]) == (20, None)

    def test_complaints_are_counted(self, db):
        for place, at in enumerate((MARCH, LAST, FIRST)):
            db.add(
                Case(
                    number=f"R-2027-000{place}",
                    kind="complaint",
                    email="x@example.com",
                    language="fr",
                    subject_kind="site",
                    text="…",
                    opened_at=at,
                )
            )
        db.flush()

        assert yearly.compute(db, year=YEAR)["complaints"] == 2


class TestPublishing:
    def test_a_year_that_still_runs_is_not_told(self, db):
        event(db, labelled(db), "submit", at=MARCH, to_state=State.SUBMITTED)
        db.execute(Label.__table__.update().values(number=None))

        assert yearly.publish_due(db, now=datetime(YEAR, 12, 31, tzinfo=UTC)) in ([], [2026])
        assert yearly.find(db, year=YEAR) is None

    def test_once_it_is_over_it_is_told_once_and_stays_as_it_was(self, db):
        row = labelled(db)
        event(db, row, "submit", at=MARCH, to_state=State.SUBMITTED)

        assert yearly.publish_due(db, now=NEXT_YEAR)[-1] == YEAR
        event(db, row, "submit", at=MARCH, to_state=State.SUBMITTED)
        assert yearly.publish_due(db, now=NEXT_YEAR + timedelta(days=1)) == []

        assert yearly.find(db, year=YEAR).content["labels"]["submitted"] == 1
        assert yearly.list_years(db)[0] == YEAR

    def test_nothing_happened_yet(self, db):
        assert yearly.publish_due(db, now=NEXT_YEAR) == []
        assert db.scalars(select(YearlyReport)).all() == []
