"""The first page of the desk: what waits, since when, until when; the keys and the content at a glance.

The number of queries depends on the roles of whoever looks, never on how much waits.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from app.access import Permission, permits
from app.accounts.services import cases
from app.administration.services import across, renaming
from app.examination.models import SessionState
from app.examination.services import certifying, sessions
from app.identity.services import disputes
from app.labels.services import queues
from app.organisations.services import structures
from certificates.dates import day_in_paris
from certificates.label_rules.parameters import parameters

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from app.access import Identity
    from app.resources import Resources
    from certificates.keys import KeyRing
    from quizzes.bank import Bank

#: How long before its last day an accreditation is shown.
ACCREDITATION_NOTICE_DAYS = 90
LABEL_QUEUES = (
    "applications",
    "papers",
    "audits",
    "appeals",
    "notices",
    "unfounded",
    "suspended",
    "renewals",
    "endings",
)
_LANGUAGES = ("fr", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """One thing that the desk decides.

    Args:
        since: Of the oldest; None where only the day to come counts.
        due: The nearest day by which something is owed, if a rule says one.
    """

    name: str
    count: int
    since: date | None = None
    due: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyLine:
    """What may be said of a key.

    Args:
        until: Last day of its X.509 certificate; a key without one has no end of its own.
    """

    family: str
    state: str
    kid: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameworkLine:
    """How much one framework holds.

    Args:
        pools: Items by pool.
        calibrated: By language, how many of them answers have placed; the scale is provisional while any is missing.
    """

    code: str
    total: int
    pools: Mapping[str, int]
    calibrated: Mapping[str, int]

    def is_provisional(self, language: str) -> bool:
        """Tell whether the scale still rests, even in part, on experts' levels."""
        return self.calibrated[language] < self.total or not self.total


def waiting(db: Session, *, identity: Identity, loaded: Resources, now: datetime) -> list[Queue]:
    """Return every queue that this person may decide, the empty ones too."""
    found: list[Queue] = []
    if permits(identity, Permission.LABEL_JUDGE):
        found += _labels(db)
        found.append(_since("numbers", *disputes.count_open(db)))
    if permits(identity, Permission.EXAM_JUDGE):
        found += _juries(db, now=now)
    if permits(identity, Permission.CASE_DECIDE):
        count, since = cases.count_open(db)
        day = day_in_paris(since) if since is not None else None
        found.append(Queue(name="cases", count=count, since=day, due=day and due_of_case(day)))
    if permits(identity, Permission.CERTIFICATE_RENAME):
        names = renaming.waiting(db, now=now)
        since = names[0].since if names else None
        found.append(Queue(name="names", count=len(names), since=day_in_paris(since) if since is not None else None))
    if permits(identity, Permission.CONTENT_READ):
        due = across.content_due(loaded, now=now)
        nearest = min((one.review_on for one in due), default=None)
        found.append(Queue(name="content", count=len(due), due=nearest))
    count, ends_on = structures.ending_soon(db, on=day_in_paris(now), days=ACCREDITATION_NOTICE_DAYS)
    return [*found, Queue(name="structures", count=count, due=ends_on)]


def due_of_case(opened_on: date) -> date:
    """Return the day after which a case that nobody has answered is shown as late."""
    return opened_on + timedelta(days=parameters().acknowledged_days)


def keys_at_a_glance(ring: KeyRing) -> list[KeyLine]:
    """Return every key, public facts only, by family, the newest first in each."""
    newest = sorted(ring.keys, key=lambda key: key.since, reverse=True)
    return [
        KeyLine(
            family=key.family.value,
            state=key.state.value,
            kid=key.kid,
            since=key.since,
            until=key.certificate.not_valid_after_utc if key.certificate is not None else None,
        )
        for key in sorted(newest, key=lambda key: key.family.value)
    ]


def content_at_a_glance(bank: Bank) -> list[FrameworkLine]:
    """Return how much each framework holds, and how much of it answers have placed on a scale."""
    by_framework: dict[str, list[tuple[str, str]]] = {code: [] for code in sorted(bank.frameworks)}
    for item in bank.items.values():
        by_framework[item.competency.partition("-")[0]].append((item.id, item.pool))
    return [
        FrameworkLine(
            code=code,
            total=len(items),
            pools=Counter(pool for _id, pool in items),
            calibrated={language: _calibrated(bank, code, language, items) for language in _LANGUAGES},
        )
        for code, items in by_framework.items()
    ]


def _calibrated(bank: Bank, code: str, language: str, items: list[tuple[str, str]]) -> int:
    scale = bank.scales.get((code, language))
    return sum(scale.is_calibrated(item_id) for item_id, _pool in items) if scale is not None else 0


def _labels(db: Session) -> Iterator[Queue]:
    found = queues.queues(db)
    days = queues.first_due(db, found)
    for name in LABEL_QUEUES:
        rows = getattr(found, name)
        since = day_in_paris(rows[0].since) if rows else None
        yield Queue(name=name, count=len(rows), since=since, due=days.get(name))


def _juries(db: Session, *, now: datetime) -> Iterator[Queue]:
    found = sessions.waiting_for_jury(db)
    for name, state in (("juries", SessionState.CLOSED), ("results", SessionState.JUDGED)):
        count, since = found.get(state, (0, None))
        yield _since(name, count, since)
    yield _since("certificates", *certifying.count(db))
    yield _since("forgotten", *sessions.count_forgotten(db, now=now))


def _since(name: str, count: int, since: datetime | None) -> Queue:
    return Queue(name=name, count=count, since=day_in_paris(since) if since is not None else None)
