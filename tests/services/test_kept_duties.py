"""Somebody who invigilated and leaves takes nothing away that a rule reads: that they did, and what tied them to a candidate."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.accounts.services.personal_data import CertificateFate, erase_all
from app.audit import Action, AuditEntry
from app.examination.models import Candidate, DecisionKind, ExamStaff
from app.examination.services import kept_duties, papers, personal_data
from app.labels.services import gathering
from app.organisations.models import Part, Structure, TieKind
from app.organisations.services import independence
from tests.services.accounts_builders import NOW
from tests.services.examination_builders import DAY, room
from tests.services.label_builders import awarded, certificates_of, sat_examination
from tests.services.organisations_builders import named

LATER = NOW + timedelta(days=30)


@pytest.fixture
def sat(db, loaded):
    """The holder of a label, and whoever invigilated the examination behind it."""
    person, label, _two = awarded(db, loaded)
    _place, invigilator = sat_examination(db, person, certificates_of(db, label)[0])
    db.execute(update(Candidate).values(identity_checked_at=NOW))
    db.expire_all()
    return person, label, invigilator


def declared(db, actor, subject, kind=TieKind.MANAGER, *, days=400):
    at = NOW - timedelta(days=days)
    independence.declare(
        db,
        actor_id=actor.id,
        subject_id=subject.id,
        kind=kind,
        begins_on=at.date(),
        ends_on=None,
        declared_by=subject.id,
        now=at,
    )


def n4(db, loaded, label):
    found = gathering.gather(db, label=label, ring=loaded.ring, now=NOW).findings
    return next(one for one in found if one.criterion == "N4")


def leaves(app, db, person):
    """Erase an account as its page does, in every room."""
    erase_all(
        db, rooms=app.extensions["numericite.person_rooms"], person_id=person.id, fate=CertificateFate.KEEP, now=LATER
    )
    db.flush()
    db.expire_all()


@pytest.mark.parametrize("kind", [TieKind.MANAGER, TieKind.TRAINER])
def test_a_declared_tie_is_held_against_the_examination_after_the_invigilator_left(app, db, loaded, sat, kind):
    person, label, invigilator = sat
    declared(db, invigilator, person, kind)
    before = n4(db, loaded, label)
    assert before.reason == "invigilator-tied"

    leaves(app, db, invigilator)

    assert db.scalars(select(ExamStaff)).all() == []
    assert n4(db, loaded, label) == before


def test_so_is_one_that_the_data_showed(app, db, loaded, sat):
    person, label, invigilator = sat
    place = db.scalars(select(Structure)).one()
    for one, part in ((invigilator, Part.MANAGER), (person, Part.INVIGILATOR)):
        named(db, place, one, part, actor=invigilator)
    assert n4(db, loaded, label).reason == "invigilator-tied"

    leaves(app, db, invigilator)

    assert n4(db, loaded, label).reason == "invigilator-tied"


def test_nobody_s_number_is_kept_with_it(app, db, sat):
    person, _label, invigilator = sat
    declared(db, invigilator, person)

    leaves(app, db, invigilator)

    kept = db.scalars(
        select(AuditEntry).where(AuditEntry.action.in_([Action.EXAM_DUTY_KEPT, Action.CANDIDATE_TIE_KEPT]))
    ).all()
    assert {(one.action, one.actor_id, *one.detail.items()) for one in kept} == {
        ("exam:duty-kept", None, ("part", "invigilator")),
        ("candidate:tie-kept", None, ("kind", "manager")),
    }


def test_a_tie_that_began_after_the_day_is_not_kept(app, db, loaded, sat):
    person, label, invigilator = sat
    declared(db, invigilator, person, days=-1)

    leaves(app, db, invigilator)

    assert n4(db, loaded, label).reason == "supervised"


def test_somebody_free_who_left_leaves_the_examination_supervised(app, db, loaded, sat):
    _person, label, invigilator = sat

    leaves(app, db, invigilator)

    assert n4(db, loaded, label).reason == "supervised"
    candidate = db.scalars(select(Candidate)).one()
    assert kept_duties.ties_of(db, candidate_id=candidate.id) == frozenset()


class TestReport:
    @pytest.fixture
    def judged(self, db, loaded):
        """A session that two jurors have concluded."""
        hall = room(db, loaded)
        candidate, arrival = hall.seated()
        hall.answer_all(candidate, arrival)
        hall.close()
        hall.jurors = hall.juror("jury1@example.org"), hall.juror("jury2@example.org")
        hall.jurors[0].printed_name = "Nadia Petit"
        hall.decide(*hall.jurors, DecisionKind.CONCLUDE)
        return hall

    def told(self, hall, db):
        made = papers.report(db, session=hall.session, bank=hall.bank, now=DAY)
        facts = {name: text for name, _english, text in made.facts}
        [decisions] = [one for one in made.sections if one.title[1] == "Decisions of the jury"]
        return facts, decisions.rows

    def test_the_report_names_whoever_decided_by_what_they_print_and_nothing_else(self, judged, db):
        facts, rows = self.told(judged, db)
        first, second = judged.jurors

        assert facts["Jury"] == "Nadia Petit, Jury2"
        assert [row[-2:] for row in rows] == [("Nadia Petit", "Jury2")]
        made = papers.report(db, session=judged.session, bank=judged.bank, now=DAY).to_json()
        assert first.email not in made
        assert second.email not in made

    def test_the_attendance_sheet_names_no_jury(self, judged, db):
        made = papers.attendance(db, session=judged.session, bank=judged.bank, now=DAY)

        assert "Jury" not in {name for name, _english, _text in made.facts}

    def test_of_who_has_left_the_report_says_that_somebody_was_there(self, judged, db):
        for person in (judged.invigilator, judged.jurors[0]):
            personal_data.erase_person(db, person_id=person.id, fate=CertificateFate.KEEP, now=LATER)

        facts, rows = self.told(judged, db)

        assert facts["Surveillance"] == "compte effacé depuis"
        assert facts["Jury"] == "Jury2, compte effacé depuis"
        assert [row[-2:] for row in rows] == [("compte effacé depuis", "Jury2")]
