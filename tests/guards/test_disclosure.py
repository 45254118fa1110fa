"""What holders are told that others see is what others see."""

import pytest

from app.certification.models import Disclosure
from app.certification.services import disclosure
from app.verification.api import CertificateSchema
from app.verification.services.presenting import present
from app.verification.services.verdicts import Outcome, Verdict
from tests.builders import NOW, credential, label_credential

TOLD = [field for one in disclosure.BY_CHECK for field in one.fields]


def shown(outcome, link=Disclosure.ALL):
    verdict = Verdict(outcome=outcome, credential=credential(), checked_at=NOW, disclosure=link)
    return set(present(verdict)["certificate"])


def test_each_thing_that_the_api_may_tell_is_told_to_the_holder_once():
    assert sorted(TOLD) == sorted(CertificateSchema().fields)


def test_a_valid_document_shows_exactly_the_list():
    assert shown(Outcome.VALID) == set(TOLD) - {"label"}


def test_a_withdrawn_one_shows_what_does_not_depend_on_its_being_in_force():
    lasting = {field for one in disclosure.BY_CHECK if not one.while_in_force for field in one.fields}

    assert shown(Outcome.REVOKED) == lasting - {"label"}


@pytest.mark.parametrize("link", Disclosure)
def test_each_link_shows_exactly_what_is_said_of_it(link):
    told = {field for one in disclosure.told_by(link) for field in one.fields}
    kept = {field for one in disclosure.kept_by(link) for field in one.fields}

    assert shown(Outcome.VALID, link) == told - {"label"}
    assert told | kept == set(TOLD)
    assert not told & kept


def test_a_link_that_shows_less_shows_nothing_more():
    existence, levels, everything = (
        set(disclosure.told_by(one)) for one in (Disclosure.EXISTENCE, Disclosure.LEVELS, Disclosure.ALL)
    )

    assert existence < levels < everything == set(disclosure.BY_CHECK)


def test_a_label_shows_its_number_and_nothing_measured():
    verdict = Verdict(outcome=Outcome.VALID, credential=label_credential(), checked_at=NOW)

    measured = {field for one in disclosure.BY_CHECK if one.while_in_force for field in one.fields}
    assert set(present(verdict)["certificate"]) == set(TOLD) - measured - {"sat_on"}
