"""The numbers of the label, read once from the file of their version."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Under which a label is given today.
CURRENT = "1.0-proposal"
FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """One of the nine practices.

    Args:
        prescribers_only: Whether somebody who does not prescribe has no way to show it.
    """

    id: str
    compulsory: bool
    prescribers_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """The rules of use, as numbers. Delays are in calendar months, or in days where the name says so.

    Args:
        rules_hash: SHA-256 of the file, in hexadecimal.
        area_min: Nominal minimum of each area of the examination, in per cent; the examination applies it.
        area_failure_probability: From which probability of being below its minimum an area fails.
        check_days: How old the last look-up of an RPPS number may be.
        audit_rate: Share of the applications that are audited, drawn at random.
        extension_months: The longest that illness, a birth or a leave moves an end, counted over all extensions of a term.
        public: What the register shows, and nothing else.
    """

    id: str
    version: str
    title: tuple[str, str]
    rules_hash: str
    framework: str
    assurance: str
    global_min: int
    area_min: Mapping[str, int]
    area_failure_probability: float
    check_days: int
    diploma_officers: int
    initial_training_hours: int
    charter: str
    validity_months: int
    window_months: int
    grace_months: int
    extension_months: int
    renewal_hours: int
    hours_by_theme: Mapping[str, int]
    update_items: int
    full_exam_every: int
    practices_required: int
    practice_months: int
    audit_rate: float
    practices: tuple[Practice, ...]
    committee: int
    suspension_notice_days: int
    suspension_months: int
    dormancy_notice_days: int
    reapply_months: int
    appeal_months: int
    appeal_decision_months: int
    panel: int
    acknowledged_days: int
    free_retests: int
    public: tuple[str, ...]
    kept_months: int
    reminders_days: tuple[int, ...]

    @property
    def compulsory(self) -> tuple[str, ...]:
        """The practices that nobody may leave out."""
        return tuple(practice.id for practice in self.practices if practice.compulsory)


def parameters(version: str = CURRENT) -> Parameters:
    """Return the parameters of a version.

    Raises:
        KeyError: No such version.
    """
    return _all()[version]


@lru_cache(maxsize=1)
def _all() -> Mapping[str, Parameters]:
    found = [_read(path) for path in sorted(FOLDER.glob("numericite-*.yaml"))]
    return {one.version: one for one in found}


def _read(path: Path) -> Parameters:
    data = path.read_bytes()
    one: dict[str, Any] = yaml.safe_load(data)
    requires, renewal, evidence, appeal = one["requires"], one["renewal"], one["evidence"], one["appeal"]
    areas = [f"{requires['framework']}-{number}" for number in range(1, 6)]
    return Parameters(
        id=one["id"],
        version=one["version"],
        title=tuple(one["title"]),
        rules_hash=hashlib.sha256(data).hexdigest(),
        framework=requires["framework"],
        assurance=requires["assurance"],
        global_min=requires["global_min"],
        area_min={area: requires["area_overrides"].get(area, requires["area_min"]) for area in areas},
        area_failure_probability=requires["area_failure_probability"],
        check_days=one["identity"]["check_days"],
        diploma_officers=one["identity"]["diploma_officers"],
        initial_training_hours=one["initial_training_hours"],
        charter=one["charter"],
        validity_months=one["validity_months"],
        window_months=renewal["window_months"],
        grace_months=renewal["grace_months"],
        extension_months=renewal["extension_months"],
        renewal_hours=renewal["hours"],
        hours_by_theme=renewal["hours_by_theme"],
        update_items=renewal["update_items"],
        full_exam_every=renewal["full_exam_every"],
        practices_required=evidence["required"],
        practice_months=evidence["months"],
        audit_rate=evidence["audit_rate"],
        practices=tuple(Practice(**practice) for practice in evidence["practices"]),
        committee=one["committee"]["deciders"],
        suspension_notice_days=one["suspension"]["notice_days"],
        suspension_months=one["suspension"]["months"],
        dormancy_notice_days=one["dormancy"]["notice_days"],
        reapply_months=one["revocation"]["reapply_months"],
        appeal_months=appeal["months"],
        appeal_decision_months=appeal["decision_months"],
        panel=appeal["panel"],
        acknowledged_days=one["complaint"]["acknowledged_days"],
        free_retests=one["fairness"]["free_retests"],
        public=tuple(one["register"]["public"]),
        kept_months=one["register"]["kept_months"],
        reminders_days=tuple(one["reminders_days"]),
    )
