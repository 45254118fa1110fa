"""One file that proves several things is told to its holder and to those who decide; it is never refused for that."""

import hashlib
import io
from datetime import timedelta

import pytest
from pypdf import PdfWriter
from sqlalchemy import select, update

from app.labels.models import Label, LabelPractice, LabelProof
from app.labels.services import proofs, reuse
from tests.services.label_builders import (
    NOW,
    PICTURE,
    awarded,
    complete,
    kept,
    papers,
    renewal_asked,
    submitted,
)


def distinct(db, label):
    """Let every proof of a label be another file."""
    for row in db.scalars(select(LabelProof).where(LabelProof.label_id == label.id)):
        row.sha256 = hashlib.sha256(str(row.id).encode()).hexdigest()
    db.flush()


def proof_of(db, label, practice, *, cycle=0):
    own = LabelPractice.label_id == label.id, LabelPractice.practice == practice, LabelPractice.cycle == cycle
    return db.scalars(
        select(LabelProof).join(LabelPractice, LabelPractice.id == LabelProof.practice_id).where(*own)
    ).one()


def same_file(db, *rows):
    for row in rows:
        row.sha256 = "f" * 64
    db.flush()


def told(uses):
    return {(use.practice or use.title or use.subject, use.is_earlier, use.is_refused) for use in uses}


def test_files_that_differ_are_told_of_nowhere(db, loaded):
    _person, label = submitted(db, loaded)
    distinct(db, label)

    assert reuse.own(db, label=label) == {}
    assert reuse.for_desk(db, label=label) == {}


def test_the_same_file_of_somebody_else_is_not_told_of(db, loaded):
    _person, label = submitted(db, loaded)
    distinct(db, label)
    _other, theirs = complete(db, loaded, email="autre@example.org", rpps=None)
    distinct(db, theirs)
    same_file(db, proof_of(db, label, "dmp"), proof_of(db, theirs, "dmp"))

    assert reuse.for_desk(db, label=label) == {}
    assert reuse.own(db, label=label) == {}


def test_what_waits_to_be_looked_at_again_is_the_holders_alone(db, loaded):
    _person, label = submitted(db, loaded)
    distinct(db, label)
    one, other = proof_of(db, label, "dmp"), proof_of(db, label, "mssante")
    same_file(db, one, other)
    other.is_waiting = True
    db.flush()

    assert one.id not in reuse.for_desk(db, label=label)
    assert told(reuse.own(db, label=label)[one.id]) == {("mssante", False, False)}


def test_a_draft_shows_the_desk_its_papers_only(db, loaded):
    _person, label = complete(db, loaded)
    papers(db, label)
    diploma, employer = db.scalars(
        select(LabelProof).where(LabelProof.label_id == label.id, LabelProof.subject.in_(proofs.PAPERS))
    )

    uses = reuse.for_desk(db, label=label)

    assert told(uses[diploma.id]) == {("employer", False, False)}
    assert len(reuse.own(db, label=label)[employer.id]) == 6, "a diploma, and five practices of the same file"


def test_two_practices_of_one_file_are_told_beside_each(db, loaded):
    _person, label = submitted(db, loaded)
    distinct(db, label)
    one, other = proof_of(db, label, "dmp"), proof_of(db, label, "mssante")
    same_file(db, one, other)

    for uses in (reuse.own(db, label=label), reuse.for_desk(db, label=label)):
        assert {key: told(found) for key, found in uses.items()} == {
            one.id: {("mssante", False, False)},
            other.id: {("dmp", False, False)},
        }


def test_a_file_of_an_earlier_application_is_told_with_what_the_audit_said(db, loaded):
    _person, label, _two = awarded(db, loaded)
    distinct(db, label)
    old = proof_of(db, label, "dmp")
    old.judgement = "refused"
    db.execute(update(Label).where(Label.id == label.id).values(state="voluntarily_withdrawn"))
    later = Label(
        person_id=label.person_id,
        reference="SECONDE000000001",
        state="submitted",
        since=NOW,
        opened_at=NOW,
        criteria_version=label.criteria_version,
    )
    db.add(later)
    db.flush()
    row = kept(later, subject="diploma")
    db.add(row)
    db.flush()
    same_file(db, old, row)

    assert told(reuse.for_desk(db, label=later)[row.id]) == {("dmp", True, True)}


def test_a_file_of_the_term_before_is_an_earlier_one(db, loaded):
    _person, label, _two = renewal_asked(db, loaded)
    distinct(db, label)
    old, new = proof_of(db, label, "dmp"), proof_of(db, label, "dmp", cycle=1)
    same_file(db, old, new)

    assert told(reuse.for_desk(db, label=label)[new.id]) == {("dmp", True, False)}


def test_a_file_that_was_deleted_in_time_is_told_of_no_more(db, loaded):
    _person, label, _two = awarded(db, loaded)
    proofs.purge(db, now=NOW + proofs.KEPT_AFTER_DECISION + timedelta(days=2))

    assert reuse.for_desk(db, label=label) == {}


@pytest.mark.parametrize("kind", ["pdf", "png"])
def test_the_same_file_given_twice_is_the_same_once_cleaned(kind):
    buffer = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(buffer)
    data = buffer.getvalue() if kind == "pdf" else PICTURE

    assert proofs.cleaned(data)[1] == proofs.cleaned(data)[1]
