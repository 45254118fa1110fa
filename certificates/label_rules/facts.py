"""The plain facts that the criteria look at; who gathers them knows tables and other rooms, the criteria do not."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


class Activity(StrEnum):
    """What the directory says of an RPPS number; what it does not say is never held against anybody."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    UNKNOWN = "unknown"


class Proof(StrEnum):
    """Where a proof stands: only an audit makes somebody look at it."""

    ABSENT = "absent"
    GIVEN = "given"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Audit(StrEnum):
    """Where the audit of an application stands."""

    NOT_DRAWN = "not-drawn"
    DRAWN = "drawn"
    CLEAR = "clear"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """An RPPS number.

    Args:
        checked_on: Day of the last look-up that answered; None before the first.
    """

    rpps: str
    activity: Activity
    checked_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who the person is, by their number, or by a diploma and an employer.

    Args:
        diploma_officers: Who has seen the diploma and found it good.
        is_employer_attested: Whether the employer's attestation was found good.
    """

    number: Number | None = None
    diploma_officers: frozenset[int] = frozenset()
    is_employer_attested: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervision:
    """How the examination was held.

    Args:
        invigilator_ties: Between the invigilator and the candidate: of "trainer", "manager".
        is_remote: Whether it was taken from elsewhere, which no study allows yet.
    """

    is_accredited: bool
    is_identity_checked: bool
    invigilator_ties: frozenset[str] = frozenset()
    is_remote: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Certification:
    """A professional certification, as the examination decided it.

    Args:
        is_passed: By the cut and the minima of the examination.
        percent: Of the points available, on the scale of the cut; None where it is not told.
        below_minimum: Of each area, the probability of being below its minimum.
        open_themes: Of missed critical items, those whose second set was not passed.
        valid_until: Last day; None without end.
        supervision: None where nothing is known of it.
    """

    framework: str
    assurance: str
    is_passed: bool
    obtained_on: date
    valid_until: date | None
    percent: float | None = None
    below_minimum: Mapping[str, float] = field(default_factory=dict)
    open_themes: frozenset[str] = frozenset()
    supervision: Supervision | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """Hours that a body attests, whichever it is.

    Args:
        theme: One of the parameters' themes, or "other".
        is_initial: Whether it is initial training, counted for a first award only.
        proof: A refused one counts for nothing.
    """

    hours: float
    theme: str
    done_on: date
    is_initial: bool
    proof: Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One practice, declared and proved.

    Args:
        done_on: Day that the proof is of.
    """

    practice: str
    done_on: date
    is_declared: bool
    proof: Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class Charter:
    """What the person signed.

    Args:
        version: None before signing.
        interests: What they declared, "none" in their own words included; None where nothing was said.
    """

    version: str | None = None
    interests: str | None = None
    is_public_accepted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateTest:
    """The short test on what changed.

    Args:
        items: How many were answered.
    """

    items: int
    is_passed: bool
    taken_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that the criteria look at, of one person, on one day.

    Args:
        term_from: First day of the term that is ending; None for a first award.
        renewal: Which renewal this is, counted from 1; 0 for a first award.
        is_tested_out: Whether the person lets the examination stand for the initial training.
        accommodations: Codes granted at the examination.
        charged_retests: How many retests were charged.
        retests: How many were taken.
    """

    identity: Identity = field(default_factory=Identity)
    certification: Certification | None = None
    trainings: tuple[Training, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    charter: Charter = field(default_factory=Charter)
    update_test: UpdateTest | None = None
    is_prescriber: bool = True
    is_tested_out: bool = False
    term_from: date | None = None
    renewal: int = 0
    accommodations: frozenset[str] = frozenset()
    retests: int = 0
    charged_retests: int = 0
