"""Holders of the register as FHIR tells them."""

from datetime import date

from certificates.fhir.practitioner import Holder, Label
from certificates.fhir.terms import LabelStatus, Terms
from tests.builders import NOW, ORGANISATION, ORIGIN

TERMS = Terms(origin=ORIGIN, organisation=ORGANISATION, is_demonstration=False)
REFERENCE = "6f1c2a9e-3b7d-4c58-9a10-2f4e8d5b7c61"
NUMBER = "2026-00042-M"
RPPS = "10001234567"


def label(**overrides):
    """A label in force."""
    fields = {
        "number": NUMBER,
        "status": LabelStatus.ACTIVE,
        "since": date(2026, 11, 23),
        "awarded_on": date(2026, 11, 23),
        "ends_on": date(2029, 11, 22),
        "version": "1.0-proposal",
        "profession": "Infirmière ou infirmier",
        "credential_url": f"{ORIGIN}/credentials/{REFERENCE}",
    }
    return Label(**{**fields, **overrides})


def holder(*labels, **overrides):
    """Somebody with one label in force."""
    fields = {
        "reference": REFERENCE,
        "changed_at": NOW,
        "labels": labels or (label(),),
        "name": "Maëlys Tama’ehu",
        "rpps": RPPS,
    }
    return Holder(**{**fields, **overrides})


def gone():
    """Somebody who left the register."""
    return holder(labels=(), name=None, rpps=None)
