"""Which two parts one human may not have about the same person: every pair, written down."""

from itertools import combinations

import pytest

from certificates.errors import NotIndependentError
from certificates.label_rules import independence
from certificates.label_rules.dossier import State
from certificates.label_rules.independence import Part
from certificates.label_rules.machine import Actor, Decider, Seat, follow
from tests.domain.label_builders import PANEL, RULES, act, dossier

#: For each part, the parts that whoever has it may also have; a lawyer reads this table, so it repeats nothing of the code.
TOGETHER = {
    Part.HOLDER: set(),
    Part.TRAINER: {Part.MANAGER},
    Part.MANAGER: {Part.TRAINER, Part.AUTHOR},
    Part.INVIGILATOR: {Part.AUTHOR, Part.DIPLOMA_OFFICER},
    Part.JUROR: {Part.AUTHOR, Part.DIPLOMA_OFFICER},
    Part.AUTHOR: {Part.MANAGER, Part.INVIGILATOR, Part.JUROR, Part.DIPLOMA_OFFICER, Part.AUDITOR},
    Part.DIPLOMA_OFFICER: {Part.INVIGILATOR, Part.JUROR, Part.AUTHOR, Part.AUDITOR, Part.COMMITTEE},
    Part.AUDITOR: {Part.AUTHOR, Part.DIPLOMA_OFFICER},
    Part.COMMITTEE: {Part.DIPLOMA_OFFICER},
    Part.PANEL: set(),
    Part.COMPLAINT_HANDLER: set(),
}
PAIRS = [pytest.param(one, other, id=f"{one} and {other}") for one, other in combinations(Part, 2)]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_every_pair(one, other):
    assert (other in TOGETHER[one]) is (one in TOGETHER[other]), "the table contradicts itself"
    may_meet = other in TOGETHER[one]

    assert (independence.conflict(one, {other}) is None) is may_meet
    assert (independence.conflict(other, {one}) is None) is may_meet


@pytest.mark.parametrize("part", Part)
def test_having_a_part_already_forbids_nothing_by_itself(part):
    independence.check(part, {part})


def test_the_refusal_names_what_stands_in_the_way():
    with pytest.raises(NotIndependentError) as caught:
        independence.check(Part.COMMITTEE, {Part.DIPLOMA_OFFICER, Part.JUROR})

    assert caught.value.part == "juror"


@pytest.mark.parametrize("part", sorted(set(Part) - TOGETHER[Part.COMMITTEE] - {Part.COMMITTEE}))
def test_no_committee_decides_with_somebody_too_close(part):
    deciders = (Decider(person_id=1), Decider(person_id=2, parts=frozenset({part})))

    with pytest.raises(NotIndependentError):
        follow(dossier(), act("award", deciders=deciders), RULES)


@pytest.mark.parametrize("part", sorted(set(Part) - {Part.PANEL}))
def test_no_panel_decides_with_somebody_who_had_any_part(part):
    deciders = (*PANEL[:2], Decider(person_id=12, seat=Seat.INDEPENDENT, parts=frozenset({part})))

    with pytest.raises(NotIndependentError):
        follow(dossier(State.APPEAL), act("uphold", Actor.PANEL, "decision-right", deciders=deciders), RULES)
