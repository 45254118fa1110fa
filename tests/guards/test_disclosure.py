"""What holders are told that others see is what others see."""

from app.certification.services import disclosure
from app.verification.api import CertificateSchema, present
from app.verification.services.verdicts import Outcome, Verdict
from tests.builders import NOW, credential, label_credential

TOLD = [field for one in disclosure.BY_CHECK for field in one.fields]


def shown(outcome):
    return set(present(Verdict(outcome=outcome, credential=credential(), checked_at=NOW))["certificate"])


def test_each_thing_that_the_api_may_tell_is_told_to_the_holder_once():
    assert sorted(TOLD) == sorted(CertificateSchema().fields)


def test_a_valid_document_shows_exactly_the_list():
    assert shown(Outcome.VALID) == set(TOLD) - {"label"}


def test_a_withdrawn_one_shows_what_does_not_depend_on_its_being_in_force():
    lasting = {field for one in disclosure.BY_CHECK if not one.while_in_force for field in one.fields}

    assert shown(Outcome.REVOKED) == lasting - {"label"}


def test_a_label_shows_its_number_and_nothing_measured():
    verdict = Verdict(outcome=Outcome.VALID, credential=label_credential(), checked_at=NOW)

    measured = {field for one in disclosure.BY_CHECK if one.while_in_force for field in one.fields}
    assert set(present(verdict)["certificate"]) == set(TOLD) - measured - {"sat_on"}
