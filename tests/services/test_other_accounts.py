"""Who is kept apart from a person is kept apart from the human: the same identity, checked under another account, is them too."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.access import Role
from app.errors import NotIndependentError
from app.examination.models import Candidate, ExamSession
from app.examination.services import results, watch
from app.labels.services import gathering, parts
from app.organisations.models import Part, TieKind
from app.organisations.services import independence
from certificates.errors import NotIndependentError as TooCloseError
from certificates.label_rules.independence import Part as Role_
from tests.services.accounts_builders import NOW
from tests.services.examination_builders import room
from tests.services.label_builders import (
    awarded,
    certificates_of,
    certified,
    officers,
    sat_examination,
    taken_up,
    voted,
)
from tests.services.organisations_builders import confirmed, named

IDENTITY = "2" * 64


@pytest.fixture
def hall(db, loaded):
    return room(db, loaded)


def manages(db, actor, subject, *, now=NOW, kind=TieKind.MANAGER):
    independence.declare(
        db,
        actor_id=actor.id,
        subject_id=subject.id,
        kind=kind,
        begins_on=(now - timedelta(days=400)).date(),
        ends_on=None,
        declared_by=subject.id,
        now=now - timedelta(days=400),
    )


def checked_before(db, hall, candidate, person):
    """The same identity was checked before, in another session, under an account."""
    row = ExamSession(
        reference="EXAMEN0000000077",
        structure_id=hall.structure.id,
        framework_code="CIT",
        policy_id="supervised",
        place="Salle 3",
        starts_at=hall.now - timedelta(days=900),
        minutes=45,
        seats=3,
        code_hmac="7" * 64,
        state="published",
        created_at=hall.now - timedelta(days=900),
    )
    db.add(row)
    db.flush()
    db.add(
        Candidate(
            session_id=row.id,
            number=1,
            person_id=person.id,
            family_name="Durand",
            given_names="Léa",
            accommodations=[],
            enrolled_at=row.starts_at,
            identity_hmac=candidate.identity_hmac,
            identity_checked_at=row.starts_at,
        )
    )
    db.flush()


def also_examined_as(db, loaded, email="autre@example.org"):
    """The holder's other account, under which the same identity was checked."""
    other = confirmed(db, email)
    sat_examination(db, other, certified(db, loaded, other), identity=IDENTITY)
    db.execute(update(Candidate).values(identity_checked_at=NOW))
    db.expire_all()
    return other


class TestExamination:
    def test_whoever_manages_another_account_of_a_candidate_does_not_judge(self, hall, db):
        known, boss = confirmed(db, "lea@example.org"), confirmed(db, "agente1@example.org", Role.OFFICER)
        manages(db, boss, known, now=hall.now)
        candidate, _arrival = hall.seated()
        checked_before(db, hall, candidate, known)
        hall.close()

        with pytest.raises(NotIndependentError):
            watch.join(db, session=hall.session, person_id=boss.id, duty="juror", now=hall.now)

    def test_nor_takes_the_watch_once_the_identity_was_checked(self, hall, db):
        known, late = confirmed(db, "lea@example.org"), confirmed(db, "releve@example.org")
        named(db, hall.structure, late, Part.INVIGILATOR, actor=hall.manager)
        manages(db, late, known, now=hall.now, kind=TieKind.TRAINER)
        candidate, _arrival = hall.seated()
        checked_before(db, hall, candidate, known)

        with pytest.raises(NotIndependentError):
            watch.join(db, session=hall.session, person_id=late.id, duty="invigilator", now=hall.now)

    def test_nor_does_another_account_of_the_candidate(self, hall, db):
        known = confirmed(db, "lea@example.org", Role.OFFICER)
        candidate, _arrival = hall.seated()
        checked_before(db, hall, candidate, known)
        hall.close()

        with pytest.raises(NotIndependentError):
            watch.join(db, session=hall.session, person_id=known.id, duty="juror", now=hall.now)

    def test_what_a_list_says_of_somebody_ties_nobody(self, hall, db):
        known, boss = confirmed(db, "lea@example.org"), confirmed(db, "agente1@example.org", Role.OFFICER)
        manages(db, boss, known, now=hall.now)
        candidate, _arrival = hall.seated()
        checked_before(db, hall, candidate, known)
        db.execute(update(Candidate).where(Candidate.id == candidate.id).values(identity_checked_at=None))
        hall.close()

        watch.join(db, session=hall.session, person_id=boss.id, duty="juror", now=hall.now)


class TestLabel:
    def test_whoever_manages_another_account_of_the_holder_does_not_decide(self, db, loaded):
        _person, label, two = taken_up(db, loaded, identity=IDENTITY)
        manages(db, two[1], also_examined_as(db, loaded))

        with pytest.raises(TooCloseError):
            voted(db, loaded, label, [two[1]], "award", "criteria-met", seats=(None,))

    def test_nor_does_that_account(self, db, loaded):
        _person, label, _two = awarded(db, loaded, identity=IDENTITY)
        other = also_examined_as(db, loaded)

        assert parts.parts_of(db, label=label, person_id=other.id, now=NOW) == {Role_.HOLDER}

    def test_nor_whoever_examined_it(self, db, loaded):
        _person, label, _two = awarded(db, loaded, identity=IDENTITY)
        other = confirmed(db, "autre@example.org")
        _place, invigilator = sat_examination(db, other, certified(db, loaded, other), identity=IDENTITY)
        db.execute(update(Candidate).values(identity_checked_at=NOW))

        assert Role_.INVIGILATOR in parts.parts_of(db, label=label, person_id=invigilator.id, now=NOW)
        assert results.examined(db, actor_id=invigilator.id, subject_id=label.person_id)

    def test_a_tie_of_the_day_of_the_examination_counts_under_every_account(self, db, loaded):
        person, label, _two = awarded(db, loaded)
        _place, invigilator = sat_examination(db, person, certificates_of(db, label)[0], identity=IDENTITY)
        manages(db, invigilator, also_examined_as(db, loaded))

        found = {
            one.criterion: one.reason for one in gathering.gather(db, label=label, ring=loaded.ring, now=NOW).findings
        }

        assert found["N4"] == "invigilator-tied"

    def test_a_stranger_stays_one(self, db, loaded):
        _person, label, _two = awarded(db, loaded, identity=IDENTITY)
        also_examined_as(db, loaded)
        stranger = officers(db, 1, start=7)[0]

        assert parts.parts_of(db, label=label, person_id=stranger.id, now=NOW) == frozenset()
        assert db.scalar(select(Candidate.id).limit(1)) is not None
