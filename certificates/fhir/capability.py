"""What this server does, as a `CapabilityStatement`: read and search of one resource, and its definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certificates.fhir.search import MOST_ENTRIES
from certificates.fhir.terms import FHIR_VERSION, MIME_TYPE, NOTICE, RPPS_SYSTEM

if TYPE_CHECKING:
    from certificates.fhir.practitioner import Resource
    from certificates.fhir.terms import Terms

#: The day on which what the server does last changed.
CHANGED_ON = "2026-11-30"
_SECURITY = (
    "Reading one person by an exact identifier is open to all: the register is public. Reading many (_lastUpdated, or no "
    "identifier) needs a key in `Authorization: Bearer`, which the operator gives. Every read is counted, and its number is "
    "shown to the person concerned, with the name of the key's owner where there is a key."
)


def capability_statement(terms: Terms) -> Resource:
    """Return the statement of this server."""
    return {
        "resourceType": "CapabilityStatement",
        "id": "numericite",
        "url": f"{terms.base}/metadata",
        "version": "1.0.0",
        "name": "RegisterOfTheLabel",
        "status": "active",
        "experimental": terms.is_demonstration,
        "date": CHANGED_ON,
        "publisher": terms.organisation,
        "description": f"The public register of the label numéricité. {NOTICE}.",
        "kind": "instance",
        "software": {"name": "Numéricité"},
        "implementation": {"description": "The public register of the label numéricité", "url": terms.base},
        "fhirVersion": FHIR_VERSION,
        "format": ["json", MIME_TYPE],
        "rest": [
            {
                "mode": "server",
                "security": {"cors": True, "description": _SECURITY},
                "resource": [_practitioner(terms), _verification_result(), *_definitions()],
            }
        ],
    }


def _practitioner(terms: Terms) -> Resource:
    identifier = f"Exact, with its system: {RPPS_SYSTEM} or {terms.number_system}"
    return {
        "type": "Practitioner",
        "documentation": (
            "A holder of the label. One who left the register is `active: false` and an id: drop your copy. "
            "There is no search by name, and a parameter that is not listed is refused."
        ),
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "versioning": "no-version",
        "readHistory": False,
        "conditionalRead": "not-match",
        "searchParam": [
            {"name": "identifier", "type": "token", "documentation": identifier},
            {
                "name": "qualification-code",
                "type": "token",
                "documentation": "system|code; only the label matches",
            },
            {
                "name": "_lastUpdated",
                "type": "date",
                "documentation": f"ge or gt a moment with its zone; by key; {MOST_ENTRIES} entries a page at most (_count)",
            },
        ],
    }


def _verification_result() -> Resource:
    return {
        "type": "VerificationResult",
        "documentation": "The status of the moment under our signature (JWS, ES256); same id as the Practitioner",
        "interaction": [{"code": "read"}],
        "versioning": "no-version",
    }


def _definitions() -> list[Resource]:
    return [
        {"type": name, "interaction": [{"code": "read"}], "versioning": "no-version"}
        for name in ("StructureDefinition", "CodeSystem", "NamingSystem")
    ]
