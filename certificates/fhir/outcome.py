"""A refusal in the form that FHIR software reads. English: it is read by those who write the software, not by those who use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from certificates.errors import RefusedByFhirError
    from certificates.fhir.practitioner import Resource

#: HTTP status -> code of FHIR's value set `issue-type`, for what is refused outside of a search.
ISSUE_CODES = {
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    410: "deleted",
    415: "not-supported",
    429: "throttled",
}


def operation_outcome(*, issue_code: str, diagnostics: str, severity: str = "error") -> Resource:
    """Return the resource of one refusal.

    Args:
        issue_code: Of the value set `issue-type`.
        diagnostics: What was wrong and what to do; never what was sent.
    """
    return {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": severity, "code": issue_code, "diagnostics": diagnostics}],
    }


def outcome_of(error: RefusedByFhirError) -> Resource:
    """Return the resource of something that `search` refuses."""
    return operation_outcome(issue_code=error.issue_code, diagnostics=error.diagnostics)


def outcome_of_status(status: int, *, diagnostics: str) -> Resource:
    """Return the resource of an HTTP status; one that is in no table is our fault."""
    is_ours = status not in ISSUE_CODES and status >= 500
    return operation_outcome(
        issue_code=ISSUE_CODES.get(status, "exception" if is_ours else "processing"),
        diagnostics=diagnostics,
        severity="fatal" if is_ours else "error",
    )
