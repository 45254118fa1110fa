"""The letters about a label: what happened, why, what it changes, what to do; nobody else is told why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app import mail
from app.accounts.models import Person
from app.accounts.services import stopping
from app.labels.services.letter_texts import TEXTS
from certificates.dates import day_in_paris, told
from certificates.label_rules.parameters import parameters
from certificates.label_rules.words import word

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.labels.models import Label

_FR = "fr"
#: Decisions that may be contested before others.
_CONTESTABLE = frozenset(("refuse", "return_renewal", "revoke", "suspend"))
_FRAMES = {
    "fr": (
        """Bonjour,

{middle}

{reason}{note}{contest}Votre page : {page}

Une question ? Écrivez-nous : {contact}

Ce label est une proposition de travail. Ce n’est pas un label de l’État.

Numéricité
""",
        "La raison : {reason}.\n\n",
        "Vous pouvez faire appel pendant {appeal} mois, devant trois autres personnes : {page}/appel\n\n",
    ),
    "en": (
        """Hello,

{middle}

{reason}{note}{contest}Your page: {page}

A question? Write to us: {contact}

This label is a working proposal. It is not a label of the State.

Numéricité
""",
        "The reason: {reason}.\n\n",
        "You may appeal for {appeal} months, before three other people: {page}/appel\n\n",
    ),
}
#: Letters whose reason says nothing that the letter does not say.
_SELF_EVIDENT = frozenset(
    {
        "announce_pause",
        "announce_pause_not_shown",
        "appeal",
        "award",
        "award_on_appeal",
        "expire",
        "forget_pause",
        "lift",
        "open_renewal",
        "pause",
        "pause_not_shown",
        "reinstate_on_appeal",
        "reminder",
        "renew",
        "renew_on_appeal",
        "resume",
        "review_again",
        "review_renewal_again",
        "submitted",
    }
)


def send(
    db: Session,
    *,
    label: Label,
    letter: str,
    origin: str,
    now: datetime,
    reason: str = "",
    note: str = "",
    about: str = "",
    stop_url: str | None = None,
    calendar: Callable[[str], str | None] | None = None,
) -> None:
    """Write to the holder, if there still is one with an address.

    Args:
        reason: A code of the rules.
        note: What an officer wrote for the holder.
        about: What the letter is about, where it is one thing of many: a document.
        stop_url: Of a reminder, which the holder may stop.
        calendar: Of a reminder: the end as an entry for their calendar, in their language.
    """
    holder = db.get(Person, label.person_id) if label.person_id is not None else None
    if holder is None or holder.email is None:
        return
    language = holder.language if holder.language in _FRAMES else _FR
    subject, body = compose(
        label, letter=letter, reason=reason, note=note, about=about, language=language, origin=origin, now=now
    )
    if stop_url is not None:
        body += stopping.line(language, url=stop_url)
    mail.send(
        db,
        to=holder.email,
        subject=subject,
        body=body,
        person_id=holder.id,
        stop_url=stop_url,
        calendar=calendar(language) if calendar is not None else None,
        now=now,
    )


def compose(
    label: Label, *, letter: str, reason: str, note: str, language: str, origin: str, now: datetime, about: str = ""
) -> tuple[str, str]:
    """Return the subject and the body of a letter in one language."""
    subject, middle = TEXTS[letter][language]
    frame, reason_line, contest = _FRAMES[language]
    rules, page = parameters(label.criteria_version), f"{origin}/mon-label"
    values = {
        "number": label.number or "",
        "ends": told(label.ends_on or day_in_paris(now), language),
        "notice": rules.suspension_notice_days,
        "months": rules.suspension_months,
        "decision": rules.appeal_decision_months,
        "grace": rules.grace_months,
        "pause": rules.dormancy_notice_days,
        "about": about,
    }
    is_told = reason and letter not in _SELF_EVIDENT
    body = frame.format(
        middle=middle.format(**values),
        reason=reason_line.format(reason=word("reasons", reason, language)) if is_told else "",
        note=f"{note}\n\n" if note else "",
        contest=contest.format(appeal=rules.appeal_months, page=page) if letter in _CONTESTABLE else "",
        page=page,
        contact=f"{origin}/reclamations",
    )
    return subject.format(**values), body
