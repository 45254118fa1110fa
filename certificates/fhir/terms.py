"""Addresses, systems and codes that the resources bear."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

FHIR_VERSION = "4.0.1"
MIME_TYPE = "application/fhir+json"
BASE = "/fhir/r4"

#: The national number of a professional, as the Annuaire Santé writes it.
RPPS_SYSTEM = "https://rpps.esante.gouv.fr"
RPPS_TYPE_SYSTEM = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203"
#: An issuer without a FINESS number is named by its address.
URI_SYSTEM = "urn:ietf:rfc:3986"
#: Of data that stand for nobody: what a demonstration serves.
TEST_DATA = ("http://terminology.hl7.org/CodeSystem/v3-ActReason", "HTEST", "test health data")

LABEL_CODE = "numericite"
LABEL_DISPLAY = "Label numéricité"
#: Said of every resource, so that no copy of one passes for an act of the State.
NOTICE_CODE = "working-proposal"
NOTICE = "Working proposal; not a label of the State, says nothing about clinical quality"


class LabelStatus(StrEnum):
    """What is said of a label. A holder who hands it back has no status: the resource is emptied."""

    ACTIVE = "active"
    RENEWING = "renewing"
    DORMANT = "dormant"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    EXPIRED = "expired"


#: What each status means, for whoever reads the code system.
STATUS_MEANINGS: dict[LabelStatus, str] = {
    LabelStatus.ACTIVE: "In force",
    LabelStatus.RENEWING: "Past its last day, in the months in which its renewal is still awaited",
    LabelStatus.DORMANT: "Paused, for no fault: leave, retirement, a number that is not active",
    LabelStatus.SUSPENDED: "Set aside by a decision; the reason is not public",
    LabelStatus.REVOKED: "Withdrawn by a final decision; the reason is not public",
    LabelStatus.EXPIRED: "Over, and not renewed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The addresses of one server.

    Args:
        origin: Scheme and host, without a slash at the end.
        organisation: Who answers for the register.
        is_demonstration: Whether everything served is of no value, and says so.
    """

    origin: str
    organisation: str
    is_demonstration: bool

    @property
    def base(self) -> str:
        return f"{self.origin}{BASE}"

    @property
    def number_system(self) -> str:
        """The system of the numbers of labels."""
        return f"{self.base}/NamingSystem/label-number"

    @property
    def label_system(self) -> str:
        """The system of the code of the label among qualifications."""
        return f"{self.base}/CodeSystem/label"

    @property
    def status_system(self) -> str:
        return f"{self.base}/CodeSystem/label-status"

    @property
    def notice_system(self) -> str:
        return f"{self.base}/CodeSystem/notice"

    def extension(self, name: str) -> str:
        """Return the address of one of our extensions."""
        return f"{self.base}/StructureDefinition/{name}"

    def address(self, resource_type: str, reference: str) -> str:
        """Return the address of one resource."""
        return f"{self.base}/{resource_type}/{reference}"

    def page(self, number: str) -> str:
        """Return the page of a label, for people."""
        return f"{self.origin}/registre/{number}"
