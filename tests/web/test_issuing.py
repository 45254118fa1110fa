"""What is written into a statement when it is issued."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.accounts.models import Person
from app.assessments.models import Sitting
from app.certification.models import Certificate
from app.certification.services import disclosure
from app.database import current_session
from certificates import verification
from tests.web.answering import answer_all
from tests.web.test_journey import open_account, start


@pytest.fixture
def sat(app, visitor):
    """Somebody who has passed the test, and a way to change a row before the statement is issued."""
    open_account(app, visitor)
    start(visitor, policy="certification")
    answer_all(app, visitor)
    visitor.get(visitor.page.links["Préparer mon attestation"])

    def change(model, **values):
        with app.app_context():
            row = current_session().scalars(select(model)).one()
            for name, value in values.items():
                setattr(row, name, value)
            current_session().commit()

    return change


def issued(app, visitor):
    page = visitor.submit("/certificats/preparer", printed_name="Odile Payet")
    with app.app_context():
        token = current_session().scalars(select(Certificate)).one().token
    return page, verification.verify_signature(token, app.extensions["numericite.resources"].ring), token


def test_a_test_ended_half_an_hour_after_midnight_in_paris_bears_that_day(app, visitor, sat):
    sat(Sitting, finished_at=datetime(2026, 11, 22, 23, 30, tzinfo=UTC))

    page, stated, _token = issued(app, visitor)

    assert stated.sat_on.isoformat() == "2026-11-23"
    code = re.search(r'<data class="code" value="(\w{16})"', page.html)[1]
    assert "23 novembre 2026" in visitor.get(f"/c/{code}").text


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "The name is declared and was not verified."), ("fr", "Le nom est déclaré"), (None, "Le nom est déclaré")],
)
def test_the_sentences_of_the_token_are_in_the_language_of_the_account(app, visitor, sat, language, sentence):
    sat(Person, language=language)

    _page, stated, token = issued(app, visitor)

    assert stated.language == (language or "fr")
    assert sentence in verification.read_claims(token)["credentialSubject"]["narrative"]


def test_what_others_see_is_told_before_and_after(app, visitor, sat):
    told = [one.words for one in disclosure.BY_CHECK if not one.is_of_label] + list(
        disclosure.BY_FILE + disclosure.NEVER
    )
    before = visitor.page.text

    page, _stated, _token = issued(app, visitor)

    assert [words for words in told if words.replace("\u00a0", " ") not in before.replace("\u00a0", " ")] == []
    assert [words for words in told if words.replace("\u00a0", " ") not in page.text.replace("\u00a0", " ")] == []
    assert "rien d’autre" not in page.text


def test_one_rounding_for_the_page_and_the_token(app, visitor, sat):
    page, stated, token = issued(app, visitor)

    code = re.search(r'<data class="code" value="(\w{16})"', page.html)[1]
    told = re.search(r"sûr à (\d+)", visitor.get(f"/c/{code}").text)[1]
    assert f"probabilité {told} %" in verification.read_claims(token)["description"]
    assert int(told) <= stated.level_probability * 100


WORTH = {
    "an installation that is a demonstration": ({"demonstration": True}, True, True),
    "the same, with a private pool": ({"demonstration": True}, False, True),
    "keys vouched for, questions that anybody can read in the source": ({"demonstration": False}, True, True),
    "both vouched for": ({"demonstration": False, "shipped_pool_vouched": True}, True, False),
    "keys vouched for, a private pool": ({"demonstration": False}, False, False),
}


@pytest.mark.parametrize("case", WORTH.values(), ids=WORTH)
def test_the_word_demonstration_leaves_only_when_somebody_vouches(app, visitor, sat, loaded, case):
    vouched, is_shipped, expected = case
    others = {} if is_shipped else {"shipped_items": frozenset()}
    own = replace(loaded, settings=replace(loaded.settings, **vouched), **others)
    app.extensions["numericite.resources"] = own
    try:
        _page, stated, _token = issued(app, visitor)
    finally:
        app.extensions["numericite.resources"] = loaded

    assert stated.demonstration is expected
