"""Whether items treat groups alike, through the database: what people agreed to tell, their sittings, the monitors."""

from functools import partial

import numpy as np
import pytest
from sqlalchemy import delete

from app.accounts.models import Background
from app.accounts.services import backgrounds
from app.assessments.services import recorded
from quizzes.differential import COMPARED_FROM
from tests.builders import NOW
from tests.services.measuring_builders import people_who_answered


class TestFairness:
    """One item is harder for people whose first language is another one; one band of age is a person short of enough."""

    ITEMS, PEOPLE = 12, 1000

    @pytest.fixture
    def odd(self, db, loaded):
        rows = people_who_answered(db, loaded.bank, people=self.PEOPLE, asked=self.ITEMS, among=self.ITEMS, seed=11)
        odd, chance = loaded.bank.items_of("CIT", "open")[4].id, np.random.default_rng(3)
        for number, row in enumerate(rows):
            db.add(
                Background(
                    person_id=row.person_id,
                    first_language=("fr", "other")[number % 2],
                    sex=("female", "male", None)[number % 3],
                    age_band="75+" if number < COMPARED_FROM - 1 else "45-59",
                    consent=backgrounds.CONSENT,
                    consented_at=NOW,
                )
            )
            answer = next(one for one in row.answers if one.item_id == odd)
            if number % 2 and chance.random() < 0.6:
                answer.score = 0.0
        db.flush()
        return odd

    def test_the_biased_item_is_found_for_its_group_no_other_is_flagged_and_withdrawing_ends_it(self, db, loaded, odd):
        watch = partial(
            recorded.watch, db, framework_code="CIT", language="fr", bank=loaded.bank, sittings=5000, fitted=0
        )

        found = watch()
        db.execute(delete(Background))
        after = watch()

        flagged = [(one.attribute, one.group, one.difference) for one in found.differences if one.difference.is_flagged]
        assert [(attribute, group, one.item_id, one.ets) for attribute, group, one in flagged] == [
            ("first_language", "other", odd, "C")
        ]
        assert (flagged[0][2].reference, flagged[0][2].focal) == (500, 500)
        compared = {(one.attribute, one.group) for one in found.differences}
        assert compared == {("first_language", "other"), ("sex", "female")}
        people = {(one.attribute, one.group): one.people for one in found.groups}
        assert (people["age_band", "75+"], people["age_band", "45-59"]) == (None, 901)
        assert after.differences == []
        assert {one.people for one in after.groups if one.attribute != "language"} == {None}
