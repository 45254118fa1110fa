"""One holder as a FHIR `Practitioner`: what the public register tells, and nothing more.

A suspended label keeps its row, and no reason. Whoever left the register (handed the label back, or died) leaves an identifier of
ours and `active: false`, as the Annuaire Santé does, so that software that keeps a copy knows to drop it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from certificates.fhir.terms import (
    LABEL_CODE,
    LABEL_DISPLAY,
    NOTICE,
    NOTICE_CODE,
    RPPS_SYSTEM,
    RPPS_TYPE_SYSTEM,
    TEST_DATA,
    URI_SYSTEM,
    LabelStatus,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certificates.fhir.terms import Terms

#: A resource of FHIR, as JSON holds it.
Resource = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What the register tells of one label.

    Args:
        number: As printed.
        since: First day of the status, where the register tells one.
        version: Of the rules under which it was given.
        profession: In words, as checked at award; None where none was.
        credential_url: Address of the signed statement; None where its holder has switched the link off.
    """

    number: str
    status: LabelStatus
    since: date | None
    awarded_on: date
    ends_on: date
    version: str
    profession: str | None = None
    credential_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """One person of the register.

    Args:
        reference: Opaque, ours; the `id` of the resource.
        changed_at: When what is told of them last changed.
        labels: Newest first; none: the person left the register.
        rpps: Eleven digits; None for the professions without one.

    Raises:
        ValueError: A moment without a zone, or labels of nobody.
    """

    reference: str
    changed_at: datetime
    labels: tuple[Label, ...] = ()
    name: str | None = None
    rpps: str | None = None

    def __post_init__(self) -> None:
        if self.changed_at.tzinfo is None or (self.labels and not self.name):
            msg = f"{self.reference}: a naive moment, or labels of nobody"
            raise ValueError(msg)


def practitioner(holder: Holder, terms: Terms) -> Resource:
    """Return the resource of a holder; of one who left, an identifier and `active: false`."""
    meta: Resource = {
        "lastUpdated": instant(holder.changed_at),
        "tag": [{"system": terms.notice_system, "code": NOTICE_CODE, "display": NOTICE}],
    }
    if terms.is_demonstration:
        meta["security"] = [dict(zip(("system", "code", "display"), TEST_DATA, strict=True))]
    head = {"resourceType": "Practitioner", "id": holder.reference, "meta": meta}
    if not holder.labels:
        return {**head, "active": False}
    return {
        **head,
        "identifier": _identifiers(holder, terms),
        "active": True,
        "name": [{"use": "official", "text": holder.name}],
        "qualification": [_qualification(label, terms) for label in holder.labels],
    }


def etag(holder: Holder, terms: Terms) -> str:
    """Return what changes whenever the resource does, for `ETag`: a hash of it, since its status also changes with the day."""
    return hashlib.sha256(text_of(practitioner(holder, terms)).encode()).hexdigest()[:32]


def digest(holder: Holder) -> str:
    """Return a SHA-256 of what is told of a holder, dates of publication apart: by it a change is seen."""
    told: Mapping[str, Any] = {
        "name": holder.name,
        "rpps": holder.rpps,
        "labels": [
            [
                label.number,
                label.status.value,
                str(label.since),
                str(label.awarded_on),
                str(label.ends_on),
                label.version,
                label.profession,
                label.credential_url,
            ]
            for label in holder.labels
        ],
    }
    return hashlib.sha256(text_of(told).encode()).hexdigest()


def text_of(resource: Mapping[str, Any]) -> str:
    """Return a resource as the text that is sent."""
    return json.dumps(resource, ensure_ascii=False, separators=(",", ":"))


def instant(moment: datetime) -> str:
    """Return a moment as FHIR's `instant`: to the millisecond, in UTC."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def organisation(terms: Terms) -> Resource:
    """Return the reference to whoever answers for the register."""
    return {
        "type": "Organization",
        "identifier": {"system": URI_SYSTEM, "value": terms.origin},
        "display": terms.organisation,
    }


def _identifiers(holder: Holder, terms: Terms) -> list[Resource]:
    numbers = [
        {"use": "secondary", "system": terms.number_system, "value": label.number, "assigner": organisation(terms)}
        for label in holder.labels
    ]
    if holder.rpps is None:
        return numbers
    kind = {"coding": [{"system": RPPS_TYPE_SYSTEM, "code": "RPPS"}]}
    return [{"use": "official", "type": kind, "system": RPPS_SYSTEM, "value": holder.rpps}, *numbers]


def _qualification(label: Label, terms: Terms) -> Resource:
    return {
        "extension": _extensions(label, terms),
        "identifier": [{"system": terms.number_system, "value": label.number}],
        "code": {"coding": [{"system": terms.label_system, "code": LABEL_CODE, "display": LABEL_DISPLAY}]},
        "period": {"start": label.awarded_on.isoformat(), "end": label.ends_on.isoformat()},
        "issuer": organisation(terms),
    }


def _extensions(label: Label, terms: Terms) -> list[Resource]:
    told: list[tuple[str, str, str | None]] = [
        ("label-status", "valueCode", label.status.value),
        ("label-status-since", "valueDate", label.since.isoformat() if label.since else None),
        ("label-rules-version", "valueString", label.version),
        ("label-profession", "valueString", label.profession),
        ("label-verification", "valueUrl", terms.page(label.number)),
        ("label-credential", "valueUrl", label.credential_url),
    ]
    return [{"url": terms.extension(name), kind: value} for name, kind, value in told if value is not None]
