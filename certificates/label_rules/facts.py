"""The plain facts that the criteria look at; who gathers them knows tables and other rooms, the criteria do not."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


class Activity(StrEnum):
    """What the directory says of an RPPS number; what it does not say is never held against anybody.

    NOT_SHOWN: the holder of a label shows the number that it bears no more: they took it back, or have another.
    """

    ACTIVE = "active"
    INACTIVE = "inactive"
    UNKNOWN = "unknown"
    NOT_SHOWN = "not-shown"


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
        name: In the directory; empty where it tells none.
        is_vouched: Whether a provider of identity says that the number is this person's; anybody may declare anybody's.
        profession: In the directory's words; shown to who decides, compared by nobody.
    """

    rpps: str
    activity: Activity
    checked_on: date | None
    name: str = ""
    is_vouched: bool = False
    profession: str = ""


def borne(rpps: str | None, *, shown: str | None, activity: Activity) -> Activity:
    """Return what is known of the number that a label bears, given the number that its holder shows today, and its activity.

    A label that bears none, given by a diploma, follows none.
    """
    if rpps is None:
        return Activity.UNKNOWN
    return activity if shown == rpps else Activity.NOT_SHOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who the person is, by their number, or by a diploma and an employer.

    Args:
        family_name, given_names: As an identity document gave them at the examination; the whole name is in the first where nothing
            tells them apart, and both are empty where nobody looked.
        diploma_officers: Who has seen the diploma and found it good.
        is_employer_attested: Whether the employer's attestation was found good.
        is_paper_refused: Whether somebody found the diploma, or the attestation, not good; another one has to be given.
    """

    number: Number | None = None
    family_name: str = ""
    given_names: str = ""
    diploma_officers: frozenset[int] = frozenset()
    is_employer_attested: bool = False
    is_paper_refused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervision:
    """How the examination was held. Only an accredited structure holds one, and no study allows any from elsewhere yet.

    Args:
        invigilator_ties: Between the invigilator and the candidate, on that day: of "trainer", "manager".
    """

    is_identity_checked: bool
    invigilator_ties: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Certification:
    """A professional certification. The examination decides it: by its cut, the minima of its areas, and its critical themes.

    Args:
        valid_until: Last day; None without end.
        is_demonstration: Whether it says that it is of no value, where labels are not demonstrations too.
        supervision: None where nothing is known of it.
    """

    framework: str
    assurance: str
    obtained_on: date
    valid_until: date | None
    is_demonstration: bool = False
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
    """The short test on what changed, as its verdict says: a question left unanswered is lost, no more."""

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
        asked_on: When the file was sent, while somebody else has it; None while its holder may still change it.
        earlier_sent_on: When the file was sent on which the term that is ending was given; None for a first award, or where it is not known.
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
    asked_on: date | None = None
    earlier_sent_on: date | None = None
