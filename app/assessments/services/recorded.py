"""What was answered, read across people for calibration and watching: numbers of rows, never a name or an address."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.accounts.services import backgrounds
from app.assessments.models import RecordedAnswer, Sitting
from app.assessments.services import banks, exposures
from quizzes import watch as watching
from quizzes.additions import VOID
from quizzes.engine_versions import ENGINES
from quizzes.fingerprint import fingerprint
from quizzes.monitors import Seen
from quizzes.policy import policies
from quizzes.recalibration import Line

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

    from quizzes.bank import Bank
    from quizzes.watch import Watch


def counted_policies() -> list[str]:
    """Return the policies whose answers count: those of some assurance, and those that ask open items."""
    return [one.id for one in policies().values() if one.assurance in ("A1", "A2") or one.pool == "open"]


def lines(db: Session, *, framework_code: str, language: str, bank: Bank) -> list[Line]:
    """Return the answers of finished sittings of one framework and language, as this engine scored them.

    Each tells which text of its item was answered: the one of the bank that its sitting was taken with. A sitting in which everything
    was skipped says nothing and is left out, and so is one that was annulled or called off.

    Args:
        bank: The process's own, so that only older ones are read from the table.
    """
    rows = db.execute(
        select(
            Sitting.person_id,
            Sitting.id,
            Sitting.bank_hash,
            RecordedAnswer.item_id,
            RecordedAnswer.score,
            RecordedAnswer.response,
        )
        .join(Sitting, Sitting.id == RecordedAnswer.sitting_id)
        .where(
            Sitting.framework_code == framework_code,
            Sitting.language == language,
            Sitting.policy_id.in_(counted_policies()),
            Sitting.engine_version.in_(ENGINES),
            Sitting.finished_at.is_not(None),
            Sitting.finish_reason.not_in(VOID),
        )
        .order_by(Sitting.id, RecordedAnswer.position)
    ).all()
    tried = {sitting for _person, sitting, _bank, _item, _score, response in rows if "skipped" not in response}
    asked = _fingerprints(db, {(bank_hash, language, item_id) for _p, _s, bank_hash, item_id, *_ in rows}, bank)
    return [
        Line(
            person=person,
            sitting=sitting,
            item_id=item_id,
            score=score,
            fingerprint=asked[bank_hash, language, item_id],
        )
        for person, sitting, bank_hash, item_id, score, _response in rows
        if sitting in tried
    ]


def _fingerprints(db: Session, wanted: Collection[tuple[str, str, str]], bank: Bank) -> dict[tuple[str, str, str], str]:
    """Return the fingerprint of each (bank, language, item); banks come one after the other, so that each is read once."""
    found: dict[tuple[str, str, str], str] = {}
    for bank_hash, keys in groupby(sorted(wanted), key=itemgetter(0)):
        own = banks.bank_of(db, bank_hash=bank_hash, current=bank)
        for key in keys:
            _bank, language, item_id = key
            found[key] = fingerprint(own.item(item_id), language)
    return found


def seen(db: Session, *, framework_code: str, sittings: int, bank: Bank) -> list[Seen]:
    """Return the answers of the newest finished sittings of one framework, in every language, with the time each took.

    Each tells which text of its item was answered, and what whoever answered agreed to tell about themselves.

    Args:
        bank: The process's own, so that only older ones are read from the table.
        sittings: The most that are read.
    """
    newest = (
        select(Sitting.id)
        .where(
            Sitting.framework_code == framework_code,
            Sitting.policy_id.in_(counted_policies()),
            Sitting.engine_version.in_(ENGINES),
            Sitting.finished_at.is_not(None),
        )
        .order_by(Sitting.id.desc())
        .limit(sittings)
    )
    rows = db.execute(
        select(
            Sitting.id,
            Sitting.person_id,
            Sitting.bank_hash,
            Sitting.policy_id,
            Sitting.language,
            Sitting.started_at,
            RecordedAnswer.item_id,
            RecordedAnswer.score,
            RecordedAnswer.response,
            RecordedAnswer.answered_at,
        )
        .join(Sitting, Sitting.id == RecordedAnswer.sitting_id)
        .where(Sitting.id.in_(newest))
        .order_by(Sitting.id, RecordedAnswer.position)
    ).all()
    assured = {one.id for one in policies().values() if one.assurance in ("A1", "A2")}
    asked = _fingerprints(
        db, {(bank_hash, language, item_id) for _s, _p, bank_hash, _, language, _, item_id, *_ in rows}, bank
    )
    told = backgrounds.groups_of(db, person_ids={person for _sitting, person, *_ in rows})
    found: list[Seen] = []
    last: dict[int, datetime] = {}
    for sitting, person, bank_hash, policy_id, language, started_at, item_id, score, response, answered_at in rows:
        found.append(
            Seen(
                sitting=sitting,
                person=person,
                item_id=item_id,
                fingerprint=asked[bank_hash, language, item_id],
                score=score,
                is_skip="skipped" in response,
                seconds=(answered_at - last.get(sitting, started_at)).total_seconds(),
                at=answered_at.timestamp(),
                language=language,
                is_assured=policy_id in assured,
                told=told.get(person, {}),
            )
        )
        last[sitting] = answered_at
    return found


def references(db: Session, *, ids: Collection[int]) -> dict[int, str]:
    """Return the references of sittings."""
    rows = db.execute(select(Sitting.id, Sitting.reference).where(Sitting.id.in_(ids)))
    return {number: reference for number, reference in rows}  # noqa: C416 (a row is no pair for dict)


def watch(db: Session, *, framework_code: str, language: str, bank: Bank, sittings: int, fitted: int) -> Watch:
    """Run every monitor over the newest sittings.

    Args:
        sittings: The most that are read.
        fitted: Of them, those whose person fit is looked at; each costs some thirty milliseconds.

    Raises:
        UnknownFrameworkError: The bank has no such framework.
    """
    return watching.watch(
        bank,
        framework_code=framework_code,
        language=language,
        answers=seen(db, framework_code=framework_code, sittings=sittings, bank=bank),
        uses=exposures.uses(db, bank=bank, framework_code=framework_code),
        fitted=fitted,
    )
