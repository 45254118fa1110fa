"""The lists of employers: asked for by anybody, confirmed by whoever reads the address, ended by the link in every letter.

Nothing that is answered here depends on whether a number exists or on what a holder decided.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update

from app import mail
from app.accounts.models import Person
from app.accounts.services.people import normalise_address
from app.accounts.services.tokens import keyed_digest
from app.database import affected
from app.errors import LinkSpentError, NotFoundError
from app.label_errors import TooManyWatchesError
from app.labels.models import Label
from app.publication.models import Watch, WatchList, WatchState
from app.publication.services import register
from app.publication.services.letters import LetterName, compose
from certificates.dates import day_in_paris
from certificates.reference import new_code

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.publication.services.register import Entry

CONFIRM_LIFETIME = timedelta(days=7)
#: Numbers of one list, and lists of one address that wait to be confirmed.
MOST_NUMBERS, MOST_UNCONFIRMED = 50, 3
#: A holder is written to once in so long, however many ask.
BETWEEN_LETTERS = timedelta(days=1)
#: For so long a refusal, or a stop, also answers the next request of the same address.
REMEMBERED = timedelta(days=365)
#: What a holder answered, where it was no.
_REFUSALS = (WatchState.DECLINED.value, WatchState.STOPPED.value)
#: A list that ended is kept for so long: until then a refusal is remembered.
KEPT = REMEMBERED


def token_of(row: WatchList, *, secret: str) -> str:
    """Return the word in the link of a list: derived from what chance gave it, so that the table alone opens no page."""
    return new_code(hmac.digest(secret.encode(), f"watch-list:{row.seed}".encode(), hashlib.sha256)[:10])


def manage_url(row: WatchList, *, secret: str, origin: str) -> str:
    """Return the link that every letter of a list bears."""
    return f"{origin}/registre/suivi/{token_of(row, secret=secret)}"


def ask(
    db: Session,
    *,
    organisation: str,
    email: str,
    language: str,
    webhook_url: str | None,
    numbers: Sequence[str],
    seed: str,
    secret: str,
    origin: str,
    now: datetime,
) -> None:
    """Write a request down and send a link to the address given; the caller cannot tell whether anything was.

    Args:
        numbers: As labels write them, whether or not anybody has them.
        seed: Thirty-two hexadecimal digits of chance.

    Raises:
        TooManyWatchesError: More numbers than one list holds.
    """
    address, wished = normalise_address(email), list(dict.fromkeys(numbers))
    if len(wished) > MOST_NUMBERS:
        raise TooManyWatchesError
    waiting = select(func.count(WatchList.id)).where(
        WatchList.email == address, WatchList.confirmed_at.is_(None), WatchList.asked_at > now - timedelta(days=1)
    )
    if (db.scalar(waiting) or 0) >= MOST_UNCONFIRMED:
        return  # somebody floods an address that may not be theirs
    row = WatchList(
        organisation=organisation,
        email=address,
        language=language,
        webhook_url=webhook_url,
        seed=seed,
        token_hmac="",
        asked_at=now,
    )
    row.token_hmac = keyed_digest(token_of(row, secret=secret), secret=secret)
    db.add(row)
    db.flush()
    _add(db, row, numbers=wished, now=now)
    letter = compose(
        LetterName.CONFIRM_LIST,
        language=language,
        manage=manage_url(row, secret=secret, origin=origin),
        days=CONFIRM_LIFETIME.days,
    )
    mail.send(db, to=address, subject=letter.subject, body=letter.body, person_id=None, now=now)


def find(db: Session, *, token: str, secret: str, now: datetime) -> WatchList:
    """Return the list behind a link.

    Raises:
        LinkSpentError: It was ended, was not confirmed in time, or never existed.
    """
    row = db.scalar(select(WatchList).where(WatchList.token_hmac == keyed_digest(token, secret=secret)))
    is_late = row is not None and row.confirmed_at is None and row.asked_at <= now - CONFIRM_LIFETIME
    if row is None or row.ended_at is not None or is_late:
        raise LinkSpentError
    return row


def confirm(db: Session, *, row: WatchList, origin: str, now: datetime) -> None:
    """Believe the address of a list: from now on the holders know that they are asked. Again, it changes nothing."""
    if row.confirmed_at is not None:
        return
    row.confirmed_at = now
    _present(db, row, origin=origin, now=now)


def extend(db: Session, *, row: WatchList, numbers: Sequence[str], origin: str, now: datetime) -> None:
    """Ask for more labels on a confirmed list.

    Raises:
        NotFoundError: It is not confirmed.
        TooManyWatchesError: More numbers than one list holds.
    """
    if row.confirmed_at is None:
        raise NotFoundError
    on_it = {watch.number for watch in list_watches(db, row=row)}
    wished = [number for number in dict.fromkeys(numbers) if number not in on_it]
    if len(on_it) + len(wished) > MOST_NUMBERS:
        raise TooManyWatchesError
    _add(db, row, numbers=wished, now=now)
    _present(db, row, origin=origin, now=now)


def list_watches(db: Session, *, row: WatchList) -> Sequence[Watch]:
    """Return what a list asks for, as its owner may know it: an unanswered, refused or unknown number looks the same."""
    shown = select(Watch).where(Watch.list_id == row.id, Watch.hidden_at.is_(None))
    return db.scalars(shown.order_by(Watch.number)).all()


def drop(db: Session, *, row: WatchList, number: str, now: datetime) -> None:
    """Take one label off a list, whatever its holder answered; taking off what is not on it changes nothing.

    The row stays unseen: what stayed visible would be a refusal, and what was forgotten could be asked again at once.
    """
    its = Watch.list_id == row.id, Watch.number == number, Watch.hidden_at.is_(None)
    db.execute(delete(Watch).where(*its, Watch.state == WatchState.ASKED.value))  # nobody was asked yet
    open_ones = Watch.state.in_((WatchState.WAITING.value, WatchState.ACTIVE.value))
    db.execute(update(Watch).where(*its, open_ones).values(state=WatchState.ASKED.value, told=None, told_at=None))
    db.execute(update(Watch).where(*its).values(hidden_at=now))


def end(db: Session, *, row: WatchList, now: datetime) -> None:
    """End a list: nothing is sent to its address any more."""
    row.ended_at, row.webhook_url = now, None
    open_ones = (WatchState.ASKED.value, WatchState.WAITING.value, WatchState.ACTIVE.value)
    db.execute(delete(Watch).where(Watch.list_id == row.id, Watch.state.in_(open_ones)))


def purge(db: Session, *, now: datetime) -> int:
    """Delete the lists that were never confirmed, those that ended a year ago, and what was taken off one and need not be remembered."""
    never = WatchList.confirmed_at.is_(None) & (WatchList.asked_at <= now - CONFIRM_LIFETIME)
    over = WatchList.ended_at <= now - KEPT
    told = Watch.hidden_at.is_not(None) & Watch.state.in_(_REFUSALS) & (Watch.answered_at <= now - REMEMBERED)
    untold = (Watch.hidden_at <= now - BETWEEN_LETTERS) & Watch.state.not_in(_REFUSALS)
    hidden = affected(db, delete(Watch).where(told | untold))
    return hidden + affected(db, delete(WatchList).where(never | over))


def _add(db: Session, row: WatchList, *, numbers: Sequence[str], now: datetime) -> None:
    """Put numbers on a list. Nobody is asked about a label that is over: its holder may have left, or died."""
    people = db.scalars(select(Label.person_id).where(Label.number.in_(numbers), Label.person_id.is_not(None))).all()
    shown = {
        entry.number: entry
        for found in register.list_people(db, person_ids=[one for one in people if one], on=day_in_paris(now))
        for entry in found.entries
        if entry.word not in register.OVER
    }
    hidden = {
        watch.number: watch
        for watch in db.scalars(select(Watch).where(Watch.list_id == row.id, Watch.number.in_(numbers)))
    }
    for number in numbers:
        entry = shown.get(number)
        if number in hidden:
            _show_again(hidden[number], entry, now=now)
            continue
        db.add(
            Watch(
                list_id=row.id,
                number=number,
                label_id=entry.label_id if entry else None,
                person_id=entry.person_id if entry else None,
                state=WatchState.ASKED.value,
                asked_at=now,
            )
        )
    db.flush()


def _show_again(watch: Watch, entry: Entry | None, *, now: datetime) -> None:
    """Put back what was taken off: an answer of the last year still holds, and nobody is written to twice in a day."""
    watch.hidden_at = None
    if watch.answered_at is not None and watch.answered_at > now - REMEMBERED and watch.state in _REFUSALS:
        return
    is_recent = watch.asked_at > now - BETWEEN_LETTERS
    watch.state = (WatchState.WAITING if is_recent else WatchState.ASKED).value
    watch.asked_at, watch.answered_at = watch.asked_at if is_recent else now, None
    watch.label_id, watch.person_id = (entry.label_id, entry.person_id) if entry else (None, None)


def _present(db: Session, row: WatchList, *, origin: str, now: datetime) -> None:
    """Put what is asked before the holders, but for those who answered this address lately."""
    refused = (
        select(Watch.label_id)
        .join(WatchList, WatchList.id == Watch.list_id)
        .where(
            WatchList.email == row.email,
            Watch.state.in_(_REFUSALS),
            Watch.answered_at > now - REMEMBERED,
            Watch.label_id.is_not(None),
        )
    )
    asked = (Watch.list_id == row.id, Watch.state == WatchState.ASKED.value, Watch.hidden_at.is_(None))
    db.execute(
        update(Watch)
        .where(*asked, Watch.label_id.in_(refused))
        .values(state=WatchState.DECLINED.value, answered_at=now)
    )
    people = set(db.scalars(select(Watch.person_id).where(*asked, Watch.person_id.is_not(None))).all())
    lately = set(
        db.scalars(
            select(Watch.person_id)
            .join(WatchList, WatchList.id == Watch.list_id)
            .where(
                Watch.person_id.in_(people),
                Watch.state != WatchState.ASKED.value,
                Watch.asked_at > now - BETWEEN_LETTERS,
            )
        ).all()
    )
    db.execute(update(Watch).where(*asked).values(state=WatchState.WAITING.value, asked_at=now))
    for person in db.scalars(select(Person).where(Person.id.in_(people - lately), Person.email.is_not(None))):
        letter = compose(LetterName.ASKED, language=person.language, page=f"{origin}/registre/le-mien")
        mail.send(db, to=person.email or "", subject=letter.subject, body=letter.body, person_id=person.id, now=now)
