"""What a label is about, as its own address publishes it: the rules of use take the place of a framework."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certificates.achievement import Published

if TYPE_CHECKING:
    from certificates.label_rules.parameters import Parameters

#: Stands where a certificate names its framework.
CODE = "NUMERICITE"


def published(rules: Parameters, *, origin: str, language: str, demonstration: bool) -> Published:
    """Return the achievement of the label under one version of its rules."""
    return Published(
        origin=origin,
        kind="label",
        language=language,
        framework_code=CODE,
        framework_version=rules.version,
        framework_title=rules.title,
        areas=(),
        demonstration=demonstration,
    )
