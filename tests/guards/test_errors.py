"""Every error that a package raises on purpose has a stable code, and the table says how it is told."""

import pytest

import certificates.errors
import quizzes.errors
from app.answers import ANSWERS, CONSTRAINTS
from app.errors import AppError
from app.models import METADATA

#: Raised while loading keys or content, before anything is served; a request never meets them.
NEVER_SERVED = {
    "bad-signature",
    "broken-key-ring",
    "compromised-key",
    "content",
    "expired",
    "key-directory",
    "malformed-credential",
    "malformed-status-list",
    "other-status-list",
    "stale-status-list",
    "not-yet-valid",
    "wrong-passphrase",
    # Readers of checkpoints and proofs meet these; we make them, and refuse none.
    "bad-proof",
    "malformed-checkpoint",
    "untrusted-checkpoint",
    # These are told by commands.
    "panel",
    "scale-exists",
    "too-few-people",
    # This one becomes an OperationOutcome.
    "refused-by-fhir",
    # These become verdicts, not refusals.
    "altered-pdf",
    "foreign-seal",
    "unsealed-pdf",
}


def leaves(family):
    children = family.__subclasses__()
    return [leaf for child in children for leaf in leaves(child)] if children else [family]


FAMILIES = [*leaves(AppError), *leaves(quizzes.errors.QuizError), *leaves(certificates.errors.CertificateError)]


@pytest.mark.parametrize("error", FAMILIES, ids=lambda error: error.__name__)
def test_each_leaf_has_a_code_that_the_table_tells(error):
    assert error.code in ANSWERS or error.code in NEVER_SERVED


def test_codes_are_unique():
    codes = [error.code for error in FAMILIES]

    assert sorted(codes) == sorted(set(codes))


def test_each_business_rule_of_the_database_is_told():
    names = {str(rule.name) for table in METADATA.tables.values() for rule in (*table.constraints, *table.indexes)}

    assert set(CONSTRAINTS) <= names
    assert set(CONSTRAINTS.values()) <= set(ANSWERS)
