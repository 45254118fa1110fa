"""What holders are told that others see is what others see."""

import pytest

from app.certification.models import Disclosure
from app.certification.services import disclosure
from app.verification.api import CertificateSchema, present
from app.verification.services.verdicts import Outcome, Verdict
from tests.builders import NOW, credential

TOLD = [field for one in disclosure.BY_CHECK for field in one.fields]


def shown(outcome, link=Disclosure.ALL):
    verdict = Verdict(outcome=outcome, credential=credential(), checked_at=NOW, disclosure=link)
    return set(present(verdict)["certificate"])


def test_each_thing_that_the_api_may_tell_is_told_to_the_holder_once():
    assert sorted(TOLD) == sorted(CertificateSchema().fields)


def test_a_valid_document_shows_exactly_the_list():
    assert shown(Outcome.VALID) == set(TOLD)


def test_a_withdrawn_one_shows_what_does_not_depend_on_its_being_in_force():
    lasting = {field for one in disclosure.BY_CHECK if not one.while_in_force for field in one.fields}

    assert shown(Outcome.REVOKED) == lasting


@pytest.mark.parametrize("link", Disclosure)
def test_each_link_shows_exactly_what_is_said_of_it(link):
    told = {field for one in disclosure.told_by(link) for field in one.fields}
    kept = {field for one in disclosure.kept_by(link) for field in one.fields}

    assert shown(Outcome.VALID, link) == told
    assert told | kept == set(TOLD)
    assert not told & kept


def test_a_link_that_shows_less_shows_nothing_more():
    existence, levels, everything = (
        set(disclosure.told_by(one)) for one in (Disclosure.EXISTENCE, Disclosure.LEVELS, Disclosure.ALL)
    )

    assert existence < levels < everything == set(disclosure.BY_CHECK)
