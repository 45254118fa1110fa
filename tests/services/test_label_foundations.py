"""What a label rests on: a certification withdrawn afterwards is seen at the desk; practices are of the day on which the file was sent."""

from datetime import timedelta

import pytest

from app.certification.models import Status
from app.identity.models import Activity
from app.labels.services import applying, deciding, queues
from certificates.errors import ConditionNotMetError
from tests.services.label_builders import (
    NOW,
    announced,
    answered,
    at,
    awarded,
    certificates_of,
    certified,
    suspended,
    taken_up,
    voted,
)


def unfounded(db):
    return [row.id for row in queues.queues(db).unfounded]


def marked(db, label, status):
    for row in certificates_of(db, label):
        row.status = status.value
    db.flush()


def test_one_whose_certification_stands_waits_for_nobody(db, loaded):
    awarded(db, loaded)

    assert unfounded(db) == []


def test_nor_does_one_whose_certification_has_merely_ended(db, loaded):
    _person, label, _two = awarded(db, loaded, now=at(2023, 12, 20))

    assert certificates_of(db, label)[0].valid_until < NOW
    assert unfounded(db) == []


def test_one_whose_certification_was_withdrawn_or_suspended_is_seen_and_stays_what_it_is(db, loaded):
    _person, label, _two = awarded(db, loaded)

    for status in (Status.REVOKED, Status.SUSPENDED):
        marked(db, label, status)
        assert (unfounded(db), label.state) == ([label.id], "awarded")


def test_another_certification_of_the_same_person_is_enough(db, loaded):
    person, label, _two = awarded(db, loaded)
    marked(db, label, Status.REVOKED)
    certified(db, loaded, person)

    assert unfounded(db) == []


def test_one_of_another_framework_is_not(db, loaded):
    person, label, _two = awarded(db, loaded)
    marked(db, label, Status.REVOKED)
    certified(db, loaded, person, framework_code="CIT")

    assert unfounded(db) == [label.id]


def test_once_a_notice_runs_or_a_committee_has_suspended_it_waits_there(db, loaded):
    _person, label, two = awarded(db, loaded)
    marked(db, label, Status.REVOKED)
    announced(db, loaded, label, two[0])

    assert unfounded(db) == []


def test_a_suspended_label_is_in_its_own_queue(db, loaded):
    _person, label, _two = suspended(db, loaded)
    marked(db, label, Status.REVOKED)

    assert unfounded(db) == []


def test_how_long_the_committee_takes_ages_no_practice(db, loaded):
    _person, label, two = taken_up(db, loaded)
    later = NOW + timedelta(days=345)  # done thirty days before the file was sent
    answered(db, activity=Activity.ACTIVE, now=later)

    assert voted(db, loaded, label, two, "award", "criteria-met", now=later)


def test_a_file_that_went_back_is_looked_at_on_the_day(db, loaded):
    person, label, two = taken_up(db, loaded)
    deciding.ask_again(
        db,
        label=label,
        reason="proof-insufficient",
        note="",
        actor_id=two[0].id,
        ring=loaded.ring,
        origin="",
        now=NOW,
    )
    later = NOW + timedelta(days=345)
    answered(db, activity=Activity.ACTIVE, now=later)

    with pytest.raises(ConditionNotMetError):
        applying.submit(db, person_id=person.id, ring=loaded.ring, origin="", chance=0.9, now=later)
