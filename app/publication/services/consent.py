"""Whether a message about a followed label may still leave: looked at when it is sent, since a retry may come hours after it was owed.

| what happened since it was owed                | the message |
| the holder stopped the watch, or never let it  | dropped     |
| the employer took the label off, or stopped    | dropped     |
| the label left the register, and this tells it | sent        |
| the label left the register, another message   | dropped     |
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app import audit
from app.publication.models import Watch, WatchList, WatchState
from app.publication.services import words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session


def condition_of(watch: Watch, *, is_last: bool, channel: str) -> dict[str, Any]:
    """Return what a message is bound to, as it stands in the outbox.

    Args:
        is_last: It tells that the label left the register: nobody can stop it any more, and nothing follows it.
        channel: "mail" or "webhook".
    """
    return {"watch": watch.id, "last": is_last, "channel": channel}


def still_stands(db: Session, condition: Mapping[str, Any], now: datetime) -> bool:
    """Tell whether a message may leave; one that may not is written into the trail, and forgotten by whoever asked."""
    watch_id, is_last = int(condition["watch"]), bool(condition["last"])
    found = db.execute(
        select(Watch.state, Watch.told)
        .join(WatchList, WatchList.id == Watch.list_id)
        .where(Watch.id == watch_id, WatchList.ended_at.is_(None))
    ).one_or_none()
    if found is not None and found.state == WatchState.ACTIVE and not is_last:
        return True
    if found is not None and found.state == WatchState.STOPPED and found.told == words.LEFT and is_last:
        return True
    detail: dict[str, str | int | bool | None] = {"channel": str(condition["channel"])}
    audit.record(db, action=audit.Action.WATCH_DROPPED, actor_id=None, subject_id=watch_id, detail=detail, now=now)
    return False
