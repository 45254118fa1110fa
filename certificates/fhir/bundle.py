"""The answer to a search: a `Bundle` of type `searchset`, with the link to what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certificates.fhir.practitioner import instant, practitioner

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from certificates.fhir.practitioner import Holder, Resource
    from certificates.fhir.terms import Terms


def searchset(
    holders: Sequence[Holder], terms: Terms, *, self_query: str, next_query: str | None, total: int | None, at: datetime
) -> Resource:
    """Return the bundle.

    Args:
        self_query: What was asked, as understood, without its question mark.
        next_query: What to ask next; None at the end.
        total: How many match in all pages; None where it was not counted.
        at: The moment of the answer.
    """
    links = [{"relation": "self", "url": _address(terms, self_query)}]
    if next_query is not None:
        links.append({"relation": "next", "url": _address(terms, next_query)})
    found: Resource = {
        "resourceType": "Bundle",
        "meta": {"lastUpdated": instant(at)},
        "type": "searchset",
    }
    if total is not None:
        found["total"] = total
    found["link"] = links
    if holders:  # an empty list is not valid FHIR
        found["entry"] = [
            {
                "fullUrl": terms.address("Practitioner", holder.reference),
                "resource": practitioner(holder, terms),
                "search": {"mode": "match"},
            }
            for holder in holders
        ]
    return found


def _address(terms: Terms, query: str) -> str:
    return f"{terms.base}/Practitioner?{query}"
