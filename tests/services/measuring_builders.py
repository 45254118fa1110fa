"""Rows of people who have answered, made without going through the pages."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from app.accounts.models import Person, PersonKind
from app.assessments.models import RecordedAnswer, Sitting
from app.assessments.services import banks
from quizzes.engine_versions import ENGINE_VERSION
from quizzes.items import Response, right_response
from tests.builders import NOW


def people_who_answered(
    db,
    bank,
    *,
    people=110,
    asked=12,
    language="fr",
    policy_id="positioning",
    seed=1,
    seconds=20,
    among=None,
    **overrides,
):
    """Add people with one finished sitting each, answering right by their ability, `among` the first items of the pool."""
    chance = np.random.default_rng(seed)
    banks.store(db, bank=bank, now=NOW)
    items = bank.items_of("CIT", "open")[:among]
    rows = []
    for number in range(people):
        person = Person(kind=PersonKind.GUEST.value, created_at=NOW)
        db.add(person)
        db.flush()
        ability = chance.normal(0, 1.2)
        row = Sitting(
            **{
                "reference": f"{seed:03d}{language.upper()}{number:011d}",
                "person_id": person.id,
                "framework_code": "CIT",
                "policy_id": policy_id,
                "language": language,
                "seed": number,
                "excluded": [],
                "resting": [],
                "bank_hash": bank.content_hash,
                "engine_version": ENGINE_VERSION,
                "started_at": NOW,
                "finished_at": NOW + timedelta(minutes=9),
                "finish_reason": "maximum",
                **overrides,
            }
        )
        for position, place in enumerate(chance.permutation(len(items))[:asked]):
            item = items[place]
            difficulty = {"L1": -1.2, "L2": -0.4, "L3": 0.4, "L4": 1.2}[item.level]
            is_right = chance.random() < item.guessing + (1 - item.guessing) / (1 + np.exp(difficulty - ability))
            row.answers.append(
                RecordedAnswer(
                    position=position,
                    item_id=item.id,
                    response=(right_response(item) if is_right else Response.skip()).to_json(),
                    score=float(is_right),
                    trace={},
                    answered_at=NOW + timedelta(seconds=seconds * (position + 1)),
                )
            )
        db.add(row)
        rows.append(row)
    db.flush()
    return rows
