"""Resume cards: five tries, ninety days, guests only."""

import re
from datetime import timedelta
from typing import ClassVar

import pytest
from sqlalchemy import select

from app.accounts.models import ResumeCard
from app.accounts.services import cards
from app.errors import NotFoundError, WrongCardError
from tests.services.accounts_builders import NOW, SECRET, account, guest

CODE = "7KQ2M4XR9TBDH5VN"
PIN = "042117"


def create(db, person, **overrides):
    given = {"code": CODE, "pin": PIN, "secret": SECRET, "now": NOW, **overrides}
    return cards.create_card(db, person_id=person.id, **given)


def resume(db, **overrides):
    return cards.resume(db, **{"code": CODE, "pin": PIN, "secret": SECRET, "now": NOW, **overrides})


class TestCreateCard:
    def test_refuses_an_account(self, db):
        with pytest.raises(NotFoundError):
            create(db, account(db))

    def test_refuses_somebody_erased(self, db):
        person = guest(db)
        person.erased_at = NOW

        with pytest.raises(NotFoundError):
            create(db, person)

    def test_keeps_neither_code_nor_pin(self, db):
        card = create(db, guest(db))

        assert CODE not in card.code_hash
        assert PIN not in card.pin_hash

    def test_a_new_card_takes_the_place_of_the_old_one(self, db):
        person = guest(db)
        create(db, person)
        create(db, person, code="0" * 16)

        with pytest.raises(WrongCardError):
            resume(db)

        assert resume(db, code="0" * 16) == person.id
        assert len(db.scalars(select(ResumeCard)).all()) == 1


class TestResume:
    REFUSED: ClassVar = {
        "another PIN": {"pin": "042118"},
        "an empty PIN": {"pin": ""},
        "another code": {"code": "7KQ2M4XR9TBDH5VM"},
        "not a code": {"code": "bonjour"},
        "an empty code": {"code": ""},
        "ninety days later": {"now": NOW + cards.LIFETIME},
        "under another key": {"secret": "x" * 40},
    }

    @pytest.mark.parametrize("overrides", REFUSED.values(), ids=REFUSED)
    def test_refuses(self, db, overrides):
        create(db, guest(db))

        with pytest.raises(WrongCardError):
            resume(db, **overrides)

    def test_a_card_is_dead_after_five_wrong_tries_even_with_the_right_pin(self, db):
        create(db, guest(db))
        for _try in range(5):
            with pytest.raises(WrongCardError):
                resume(db, pin="000000")

        with pytest.raises(WrongCardError):
            resume(db)

        assert db.scalars(select(ResumeCard.failed_attempts)).one() == 5

    def test_a_right_try_forgets_the_wrong_ones(self, db):
        person = guest(db)
        create(db, person)
        for _try in range(4):
            with pytest.raises(WrongCardError):
                resume(db, pin="000000")

        assert resume(db) == person.id
        assert db.scalars(select(ResumeCard.failed_attempts)).one() == 0

    @pytest.mark.parametrize("typed", ["7kq2-m4xr-9tbd-h5vn", "7KQ2 M4XR 9TBD H5VN", " 7kq2m4xr9tbdh5vn "])
    def test_reads_the_code_as_people_type_it(self, db, typed):
        person = guest(db)
        create(db, person)

        assert resume(db, code=typed) == person.id


def test_expired_cards_are_purged(db):
    create(db, guest(db), now=NOW - timedelta(days=91))
    kept = create(db, guest(db), code="0" * 16)

    assert cards.purge(db, now=NOW) == 1
    assert db.scalars(select(ResumeCard)).all() == [kept]


def test_the_drawing_is_plain_svg_without_style():
    drawing = cards.qr_code("https://numericite.example.com/reprendre?carte=7KQ2M4XR9TBDH5VN", title="À scanner")

    assert drawing.startswith("<svg")
    assert "<title>À scanner</title>" in drawing
    assert not re.search(r"\sstyle=|<script", drawing)
