"""Practice on what a test could not tell: refusals, which questions, one at a time."""

import pytest

from app.assessments.services import settling, sittings
from app.errors import NotFoundError
from quizzes.items import right_response
from quizzes.policy import policies
from tests.services.accounts_builders import NOW, guest

PRACTICE = policies()["practice"]


def doubt(loaded, *, framework="CIT", area="CIT-2", at="L3"):
    return settling.doubt(loaded.bank, framework, area_id=area, at=at, language="fr")


def start(db, loaded, person_id, about, reference="SETT000000000001"):
    return settling.start(
        db,
        person_id=person_id,
        about=about,
        bank=loaded.bank,
        language="fr",
        seed=4,
        reference=reference,
        now=NOW,
    )


def finish(db, loaded, row):
    held = sittings.get_own(db, reference=row.reference, person_id=row.person_id, bank=loaded.bank)
    while held.state.finished is None:
        held = sittings.hold_own(db, reference=row.reference, person_id=row.person_id, bank=loaded.bank)
        item = loaded.bank.item(held.state.current_item_id)
        held = sittings.submit_answer(db, held, item_id=item.id, response=right_response(item).to_json(), now=NOW)
    return held


@pytest.mark.parametrize(
    "wrong",
    [
        {"framework": "ZZZ"},
        {"area": "PRO-1"},
        {"area": "x"},
        {"at": "L9"},
        {"at": ""},
        {"at": "examen"},
        {"at": "examen", "framework": "DEC", "area": None},
    ],
    ids=lambda wrong: "-".join(f"{value}" for value in wrong.values()),
)
def test_no_doubt_is_invented(loaded, wrong):
    with pytest.raises(NotFoundError):
        doubt(loaded, **wrong)


@pytest.mark.parametrize("area", ["CIT-1", "CIT-2", "CIT-3", "CIT-4", "CIT-5"])
@pytest.mark.parametrize("at", ["L1", "L2", "L3", "L4"])
def test_every_doubt_of_the_shipped_content_has_its_questions(loaded, area, at):
    about = doubt(loaded, area=area, at=at)

    assert len(about.asked) == PRACTICE.maximum_items
    assert {loaded.bank.item(one).pool for one in about.asked} == {"open"}
    assert about.upper.id == at
    assert (about.lower is None) == (at == "L1")


@pytest.mark.parametrize("area", [f"PRO-{number}" for number in range(1, 6)])
def test_and_so_has_the_examination(loaded, area):
    about = doubt(loaded, framework="PRO", area=area, at="examen")

    assert len(about.asked) == PRACTICE.maximum_items
    assert about.upper is about.lower is None


def test_only_these_questions_are_asked_each_explained(db, loaded):
    about = doubt(loaded)

    held = finish(db, loaded, start(db, loaded, guest(db).id, about))

    assert {one.item_id for one in held.state.answers} <= about.asked
    assert len(held.state.answers) == PRACTICE.maximum_items
    assert held.state.policy.explained


def test_it_is_replayed_from_what_is_recorded(db, loaded):
    row = start(db, loaded, guest(db).id, doubt(loaded))
    held = finish(db, loaded, row)

    db.expire_all()
    again = sittings.get_any(db, reference=row.reference, bank=loaded.bank)

    assert again.state == held.state


def test_begun_twice_it_is_one(db, loaded):
    person = guest(db)
    first = start(db, loaded, person.id, doubt(loaded))

    assert start(db, loaded, person.id, doubt(loaded), "SETT000000000002").id == first.id


def test_another_practice_that_is_open_ends_and_keeps_its_answers(db, loaded):
    person = guest(db)
    first = start(db, loaded, person.id, doubt(loaded))
    held = sittings.hold_own(db, reference=first.reference, person_id=person.id, bank=loaded.bank)
    item = loaded.bank.item(held.state.current_item_id)
    sittings.submit_answer(db, held, item_id=item.id, response=right_response(item).to_json(), now=NOW)

    second = start(db, loaded, person.id, doubt(loaded, area="CIT-4"), "SETT000000000002")

    db.expire_all()
    assert (first.finish_reason, len(first.answers)) == ("stopped", 1)
    assert second.finished_at is None
    assert settling.is_on(second, doubt(loaded, area="CIT-4"), bank=loaded.bank)
    assert not settling.is_on(second, doubt(loaded), bank=loaded.bank)
