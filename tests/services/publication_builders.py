"""Labels as the room of labels leaves them, for the register that the public reads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from app.accounts.services import people
from app.labels.models import Label, LabelEvent
from app.publication.models import PublishedHolder
from app.publication.services import publishing
from certificates.dates import day_in_paris
from certificates.label_rules.dossier import State
from certificates.label_rules.number import label_number
from tests.services.accounts_builders import PASSWORD

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.accounts.models import Person

#: Labels of these tests were given a month ago: the days of a real calendar go by under them.
NOW = datetime.now(UTC).replace(microsecond=0)
GIVEN = NOW - timedelta(days=30)
RPPS = "10001234567"


def number(rank: int = 1) -> str:
    return label_number(2026, rank)


def holder(db: Session, *, email: str = "nadia.perrin@example.com") -> Person:
    """Somebody with an account whose address is proven."""
    person = people.create_account(
        db, email=email, password=PASSWORD, is_fifteen=True, language="fr", guest_id=None, now=GIVEN
    )
    person.email_confirmed_at = GIVEN
    return person


def labelled(db: Session, person: Person | None = None, *, rank: int = 1, **columns: Any) -> Label:
    """A label in force, of this person or of somebody new; `columns` change it."""
    owner = person or holder(db, email=f"holder{rank}@example.com")
    awarded_on = day_in_paris(GIVEN)
    row = Label(
        **{
            "person_id": owner.id,
            "reference": f"reference-{rank}",
            "number": number(rank),
            "state": State.AWARDED.value,
            "since": GIVEN,
            "criteria_version": "1.0-proposal",
            "opened_at": GIVEN - timedelta(days=40),
            "profession": "infirmier",
            "printed_name": "Nadia Perrin",
            "rpps": RPPS if rank == 1 else f"1000123{rank:04d}",
            "awarded_on": awarded_on,
            "term_from": awarded_on,
            "ends_on": awarded_on.replace(year=awarded_on.year + 3) - timedelta(days=1),
            **columns,
        }
    )
    db.add(row)
    db.flush()
    event(db, row, "award", at=GIVEN, to_state=State.AWARDED)
    return row


def event(db: Session, row: Label, transition: str, *, at: datetime, to_state: State) -> None:
    """One transition, as the room of labels writes it down."""
    db.add(
        LabelEvent(
            label_id=row.id,
            at=at,
            transition=transition,
            from_state=row.state,
            to_state=to_state.value,
            actor="committee",
            reason="criteria-met",
        )
    )
    db.flush()


def move(db: Session, row: Label, transition: str, to_state: State, *, at: datetime = NOW, **columns: Any) -> None:
    """Let a label go to another state."""
    event(db, row, transition, at=at, to_state=to_state)
    row.state, row.since = to_state.value, at
    for name, value in columns.items():
        setattr(row, name, value)
    db.flush()


def published(db: Session, *, now: datetime = NOW) -> list[PublishedHolder]:
    """Publish everybody, under references that count up."""
    known = db.query(PublishedHolder).count()
    references = (f"holder-{known + place}" for place in range(1, 10_000))
    publishing.publish_after(db, after=0, new_reference=lambda: next(references), now=now)
    return db.query(PublishedHolder).order_by(PublishedHolder.id).all()
