"""What serves once serves once, however many ask at the same moment; on both databases."""

import threading

import pytest
from sqlalchemy.orm import Session

from app.database import db as handle
from app.errors import StepSpentError, WrongRecoveryCodeError
from app.identity.models import Purpose
from app.identity.services import second_factor, steps
from certificates.reference import new_code
from tests.services.accounts_builders import NOW, SECRET, account

CODE = new_code(b"0123456789")


def spend(db, person_id):
    second_factor.spend_code(db, person_id=person_id, typed=CODE, secret=SECRET, now=NOW)


def burn(db, _person_id):
    steps.burn(db, purpose=Purpose.PROVIDER, token="token", now=NOW)


@pytest.mark.parametrize("act", [spend, burn])
def test_of_many_at_the_same_moment_one_is_accepted(app, act):
    outcomes, barrier = [], threading.Barrier(6)

    def together(engine, person_id):
        with Session(engine) as db:
            barrier.wait(timeout=10)
            try:
                act(db, person_id)
                db.commit()
                outcomes.append("accepted")
            except (StepSpentError, WrongRecoveryCodeError):
                outcomes.append("refused")

    with app.app_context():
        with Session(handle.engine) as db:
            person = account(db)
            second_factor._write_codes(db, person_id=person.id, codes=[CODE], secret=SECRET)
            steps.begin(db, purpose=Purpose.PROVIDER, token="token", person_id=None, payload={}, now=NOW)
            db.commit()
            person_id = person.id
        threads = [threading.Thread(target=together, args=(handle.engine, person_id)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=20)

    assert sorted(outcomes) == ["accepted"] + ["refused"] * 5
