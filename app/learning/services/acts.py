"""Real acts: asked about once, thirty days after the lesson, and never again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app import mail, outbox
from app.accounts.services import people, stopping
from app.errors import NotFoundError
from app.learning.models import ActAnswer, FinishedModule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from quizzes.paths import Module

KIND = "act-reminder"
AFTER = timedelta(days=30)

_SUBJECTS = {
    "fr": "Il y a un mois, une leçon. L’avez-vous fait pour de vrai ?",
    "en": "A month ago, a lesson. Have you done it for real?",
}
_BODIES = {
    "fr": (
        "Bonjour,\n\nIl y a un mois, vous avez fini la leçon « {title} ». Elle proposait un geste :\n\n"
        "    {act}\n\nL’avez-vous fait ? « Oui » ou « pas encore », les deux sont utiles à savoir, pour vous :\n\n{url}\n\n"
        "Personne d’autre que vous ne voit votre réponse, et nous ne vous écrirons plus à ce sujet.\n\nNuméricité\n"
    ),
    "en": (
        "Hello,\n\nA month ago you finished the lesson “{title}”. It suggested one thing to do:\n\n"
        "    {act}\n\nHave you done it? “Yes” or “not yet”, both are useful to know, for you:\n\n{url}\n\n"
        "Nobody but you sees your answer, and we will not write to you about it again.\n\nNuméricité\n"
    ),
}


def promise(db: Session, *, person_id: int, module_id: str, finished_at: datetime) -> None:
    """Owe the question, in the caller's transaction."""
    payload = {"person": person_id, "module": module_id}
    outbox.owe(db, kind=KIND, payload=payload, person_id=person_id, now=finished_at + AFTER)


class Reminder:
    """Asks once: the outbox's handler of kind "act-reminder"."""

    def __init__(self, *, modules: Sequence[Module], secret: str, origin: str) -> None:
        self._modules, self._secret, self._origin = modules, secret, origin

    def __call__(self, db: Session, payload: Mapping[str, Any], now: datetime) -> None:
        """Write the letter, unless there is nothing to ask, nobody to ask, or an answer already."""
        person = people.get(db, person_id=payload["person"])
        row = db.scalar(
            select(FinishedModule).where(
                FinishedModule.person_id == person.id, FinishedModule.module_id == payload["module"]
            )
        )
        language = "en" if person.language == "en" else "fr"
        lesson = _with_act(self._modules, module_id=payload["module"], language=language)
        if row is None or row.act_answer is not None or lesson is None:
            return
        if person.email is None or person.email_confirmed_at is None or person.reminders_stopped_at is not None:
            return
        stop_url = stopping.stop_url(person_id=person.id, secret=self._secret, origin=self._origin)
        url = f"{self._origin}/apprendre/modules/{lesson.id}/acte"
        mail.send(
            db,
            to=person.email,
            subject=_SUBJECTS[language],
            body=_BODIES[language].format(title=lesson.title, act=lesson.act, url=url)
            + stopping.line(language, url=stop_url),
            person_id=person.id,
            stop_url=stop_url,
            now=now,
        )


def answer(db: Session, *, row: FinishedModule, is_done: bool, now: datetime) -> None:
    """Write down whether the act was done; the last answer counts."""
    row.act_answer = (ActAnswer.DONE if is_done else ActAnswer.NOT_YET).value
    row.act_answered_at = now
    db.flush()


def act_of(module: Module) -> str:
    """Return the act of a lesson.

    Raises:
        NotFoundError: It has none.
    """
    if module.act is None:
        raise NotFoundError
    return module.act


def _with_act(modules: Sequence[Module], *, module_id: str, language: str) -> Module | None:
    own = [one for one in modules if one.id == module_id and one.act is not None]
    return next((one for one in own if (one.language, one.variant) == (language, "standard")), None)
