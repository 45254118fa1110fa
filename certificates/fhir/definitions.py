"""Our extensions and codes, as resources that software can fetch: nobody has to guess what they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certificates.fhir.terms import (
    FHIR_VERSION,
    LABEL_CODE,
    LABEL_DISPLAY,
    NOTICE,
    NOTICE_CODE,
    STATUS_MEANINGS,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certificates.fhir.practitioner import Resource
    from certificates.fhir.terms import Terms

#: Each extension of a qualification: its name, its type, what it says.
EXTENSIONS: Mapping[str, tuple[str, str, str]] = {
    "label-status": ("code", "LabelStatus", "Where the label stands today; R4 has no status for a qualification"),
    "label-status-since": ("date", "LabelStatusSince", "First day of this status"),
    "label-rules-version": ("string", "LabelRulesVersion", "Version of the rules under which the label was given"),
    "label-profession": ("string", "LabelProfession", "Profession as it was checked at award, in French"),
    "label-verification": ("url", "LabelVerification", "Page where anybody reads the status of today"),
    "label-credential": ("url", "LabelCredential", "Address of the signed statement, where its holder shares it"),
}


def definitions(terms: Terms) -> dict[tuple[str, str], Resource]:
    """Return every definition by its type and `id`."""
    found = [*(_extension(name, terms) for name in EXTENSIONS), *_code_systems(terms), _numbers(terms)]
    return {(one["resourceType"], one["id"]): one for one in found}


def _head(resource_type: str, name: str, title: str, description: str, terms: Terms) -> Resource:
    return {
        "resourceType": resource_type,
        "id": name,
        "url": f"{terms.base}/{resource_type}/{name}",
        "version": "1.0.0",
        "name": title,
        "status": "draft",
        "experimental": True,
        "publisher": terms.organisation,
        "description": f"{description}. {NOTICE}.",
    }


def _extension(name: str, terms: Terms) -> Resource:
    kind, title, meaning = EXTENSIONS[name]
    elements: list[Resource] = [
        {"id": "Extension", "path": "Extension", "min": 0, "max": "1", "short": meaning},
        {"id": "Extension.extension", "path": "Extension.extension", "max": "0"},
        {"id": "Extension.url", "path": "Extension.url", "fixedUri": terms.extension(name)},
        {"id": "Extension.value[x]", "path": "Extension.value[x]", "min": 1, "type": [{"code": kind}]},
    ]
    return {
        **_head("StructureDefinition", name, title, meaning, terms),
        "fhirVersion": FHIR_VERSION,
        "kind": "complex-type",
        "abstract": False,
        "context": [{"type": "element", "expression": "Practitioner.qualification"}],
        "type": "Extension",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Extension",
        "derivation": "constraint",
        "differential": {"element": elements},
    }


def _code_systems(terms: Terms) -> list[Resource]:
    contents: dict[str, tuple[str, str, dict[str, str]]] = {
        "label": ("Label", "The label among qualifications", {LABEL_CODE: LABEL_DISPLAY}),
        "label-status": (
            "LabelStatus",
            "Where a label stands",
            {status.value: meaning for status, meaning in STATUS_MEANINGS.items()},
        ),
        "notice": ("Notice", "What is said of every resource", {NOTICE_CODE: NOTICE}),
    }
    return [
        {
            **_head("CodeSystem", name, title, description, terms),
            "caseSensitive": True,
            "content": "complete",
            "count": len(codes),
            "concept": [{"code": code, "display": display} for code, display in codes.items()],
        }
        for name, (title, description, codes) in contents.items()
    ]


def _numbers(terms: Terms) -> Resource:
    return {
        "resourceType": "NamingSystem",
        "id": "label-number",
        "name": "LabelNumber",
        "status": "draft",
        "kind": "identifier",
        "date": "2026-11-30",
        "publisher": terms.organisation,
        "description": f"Numbers of the label, as 2026-00042-K: public, and opening nothing. {NOTICE}.",
        "uniqueId": [{"type": "uri", "value": terms.number_system, "preferred": True}],
    }
