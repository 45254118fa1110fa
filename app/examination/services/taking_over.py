"""Which account may take over what a guest sat: whoever may not sit does not come to it afterwards either.

1. reserved   it wrote or saw reserved items of the framework in the 24 months before the sitting, or since: a later view hides an earlier one
2. duty       it invigilated or judged that very session: nobody examines themselves

Asked wherever a guest is adopted: by the address, a claim slip, the resume card, a sign-in in the same browser.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from app.examination.models import Candidate, ExamSession
from app.examination.services import watch
from app.organisations.services import independence
from app.supervised_errors import ClaimBarredError

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def check(db: Session, *, from_id: int, to_id: int, now: datetime) -> None:
    """Check that an account may take over every examination of a guest.

    Raises:
        ClaimBarredError: It may not take over one of them; nothing is given.
    """
    rows = db.execute(
        select(Candidate.started_at, ExamSession)
        .join(ExamSession, ExamSession.id == Candidate.session_id)
        .where(Candidate.person_id == from_id)
    )
    for started_at, session in rows.all():
        framework_code, at = session.framework_code, min(started_at or now, now)
        if independence.saw_reserved(db, person_id=to_id, framework_code=framework_code, now=at):
            raise ClaimBarredError
        if watch.duties_of_human(db, session=session, person_id=to_id):
            raise ClaimBarredError
