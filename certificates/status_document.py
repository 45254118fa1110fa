"""The status list as a document with a Data Integrity proof; the same bits as the token's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certificates import data_integrity, did, status
from certificates.keys import KeyFamily

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from certificates.credential import Issuer
    from certificates.keys import KeyRing


def issue_status_document(
    positions: Iterable[int], *, list_url: str, purpose: str, issuer: Issuer, ring: KeyRing, now: datetime
) -> dict[str, Any]:
    """Return the signed status list; the arguments are those of `status.status_list_claims`.

    Raises:
        NoActiveKeyError: No key makes such proofs.
        ValueError: The purpose is not ours, or the list is of another site.
        MalformedStatusListError: A position lies outside the list.
    """
    key = ring.active(KeyFamily.DATA_INTEGRITY)
    claims = status.status_list_claims(
        positions, list_url=list_url, purpose=purpose, issuer=issuer, now=now, issuer_id=did.did_of(issuer.url)
    )
    return data_integrity.secured(claims, key=key, origin=issuer.url, created=now)
