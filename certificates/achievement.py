"""What a credential is about: the achievement, the same for everybody who is awarded it.

It is written into each credential, and published at its own address, with the contexts, for software.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from certificates import wording
from certificates.credential import CONTEXTS, LANGUAGES, Issuer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DIGCOMP = "https://joint-research-centre.ec.europa.eu/digcomp/digcomp-framework_en"

_TYPES = {"statement": "Assessment", "certificate": "Certification", "label": "Certification"}


class Area(Protocol):
    """An area of the framework, with its title in French and in English."""

    @property
    def area_id(self) -> str: ...
    @property
    def title(self) -> tuple[str, str]: ...


class Awarded(wording.Titled, Protocol):
    """What knows its achievement: a credential does."""

    @property
    def origin(self) -> str: ...
    @property
    def framework_code(self) -> str: ...
    @property
    def framework_version(self) -> str: ...
    @property
    def areas(self) -> Sequence[Area]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedArea:
    """An area as its framework has it."""

    area_id: str
    title: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """An achievement by itself, nobody's yet.

    Args:
        origin: Public address of the site.
        kind: "statement", "certificate" or "label".
    """

    origin: str
    kind: str
    language: str
    framework_code: str
    framework_version: str
    framework_title: tuple[str, str]
    areas: tuple[PublishedArea, ...]
    demonstration: bool

    @property
    def assurance(self) -> str:
        """Return "A1" for a statement, which is usually of an unsupervised test; "A2" for the rest."""
        return "A1" if self.kind == "statement" else "A2"


def identifier(awarded: Awarded) -> str:
    """Return the address of the achievement; its criteria are at `/criteria` below it."""
    return f"{awarded.origin}/achievements/{awarded.framework_code}/{awarded.kind}"


def stated(awarded: Awarded) -> dict[str, Any]:
    """Return the achievement as plain JSON data, without its results."""
    address = identifier(awarded)
    return {
        "id": address,
        "type": ["Achievement"],
        "achievementType": _TYPES[awarded.kind],
        "name": wording.achievement_name(awarded),
        "description": wording.disclaimer(awarded),
        "criteria": {"id": f"{address}/criteria", "narrative": wording.criteria(awarded)},
        "inLanguage": awarded.language,
        "version": awarded.framework_version,
        "alignment": list(_alignments(awarded)),
    }


def document(published: Published) -> dict[str, Any]:
    """Return the achievement as JSON-LD, for its own address."""
    return {"@context": list(CONTEXTS), **stated(published)}


def profile(issuer: Issuer) -> dict[str, Any]:
    """Return the issuer as JSON-LD, for its own address."""
    return {
        "@context": list(CONTEXTS),
        "id": issuer.url,
        "type": ["Profile"],
        "name": issuer.name,
        "url": issuer.url,
        "email": issuer.email,
    }


def _alignments(awarded: Awarded) -> Iterator[dict[str, Any]]:
    """Align with our own framework, its areas, and DigComp; the other language is in the description."""
    criteria = f"{identifier(awarded)}/criteria"
    here = LANGUAGES.index(awarded.language)
    targets = [(awarded.framework_code, awarded.framework_title)]
    targets += [(area.area_id, area.title) for area in awarded.areas]
    for code, titles in targets:
        yield {
            "type": ["Alignment"],
            "targetName": titles[here],
            "targetDescription": titles[1 - here],
            "targetCode": code,
            "targetFramework": awarded.framework_code,
            "targetUrl": f"{criteria}#{code}",
        }
    yield {
        "type": ["Alignment"],
        "targetName": "DigComp 3.0",
        "targetFramework": "DigComp 3.0",
        "targetUrl": DIGCOMP,
    }
