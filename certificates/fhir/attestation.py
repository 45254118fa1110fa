"""The status of the moment under our signature, as a FHIR `VerificationResult`: a copy of it can be shown to somebody else.

The signature is a record (`records.py`) of type `label-status+jwt`, by the key that signs tokens. It says nothing that the
`Practitioner` does not say, and it holds for as long as a status list may be kept.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from certificates.fhir.practitioner import instant, organisation
from certificates.fhir.terms import NOTICE, NOTICE_CODE
from certificates.records import RecordType, sign_record
from certificates.status import TTL

if TYPE_CHECKING:
    from datetime import datetime

    from certificates.fhir.practitioner import Holder, Resource
    from certificates.fhir.terms import Terms
    from certificates.keys import KeyRing

#: ASTM E1762: a signature that attests a verification.
_SIGNATURE_TYPE = {"system": "urn:iso-astm:E1762-95:2013", "code": "1.2.840.10065.1.12.1.5"}
JOSE = "application/jose"


def signed_status(holder: Holder, terms: Terms, *, ring: KeyRing, now: datetime) -> str:
    """Return the compact JWS of what holds now.

    Raises:
        NoActiveKeyError: No key signs tokens.
    """
    record = {
        "iss": terms.origin,
        "sub": terms.address("Practitioner", holder.reference),
        "exp": int((now + TTL).timestamp()),
        "labels": [
            {
                "number": label.number,
                "status": label.status.value,
                "awarded_on": label.awarded_on.isoformat(),
                "ends_on": label.ends_on.isoformat(),
            }
            for label in holder.labels
        ],
    }
    return sign_record(record, record_type=RecordType.LABEL_STATUS, origin=terms.origin, ring=ring, now=now)


def verification_result(holder: Holder, terms: Terms, *, ring: KeyRing, now: datetime) -> Resource:
    """Return the resource: that the register was looked at now, and what it said, signed.

    Raises:
        NoActiveKeyError: No key signs tokens.
    """
    token = signed_status(holder, terms, ring=ring, now=now)
    issuer = organisation(terms)
    return {
        "resourceType": "VerificationResult",
        "id": holder.reference,
        "meta": {
            "lastUpdated": instant(now),
            "tag": [{"system": terms.notice_system, "code": NOTICE_CODE, "display": NOTICE}],
        },
        "target": [{"reference": f"Practitioner/{holder.reference}"}],
        "status": "validated",
        "statusDate": instant(now),
        "validator": [
            {
                "organization": issuer,
                "attestationSignature": {
                    "type": [_SIGNATURE_TYPE],
                    "when": instant(now),
                    "who": issuer,
                    "targetFormat": "application/fhir+json",
                    "sigFormat": JOSE,
                    "data": base64.b64encode(token.encode()).decode(),
                },
            }
        ],
    }
