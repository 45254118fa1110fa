"""A batch: the certificates of many finished tests, asked for in one list by whoever runs the service.

A list has a line for each test: its reference, and the name to print. Issuing is that of one certificate, with the same
conditions; the constraint of the register allows one a test, so that a list may be given again, whole, after any accident.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Person
from app.assessments.services import sittings
from app.certification.services import issuing, printing, register
from app.errors import AppError, NotFoundError
from certificates import verification
from certificates.errors import UnacceptableNameError
from certificates.names import check_printable_name
from certificates.reference import normalise_code
from quizzes.errors import QuizError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.certification.models import Certificate
    from app.certification.services.issuing import Chances
    from app.resources import Resources

REFERENCE, NAME = "reference", "name"


class MalformedListError(ValueError):
    """The list is no list of references: its message says why."""


@dataclass(frozen=True, slots=True)
class Line:
    """One test of a list.

    Args:
        number: In the file, for whoever corrects it.
        reference: Of the sitting, as the register writes it; as typed where it is none.
        name: To print; empty for the one that the holder gave.
    """

    number: int
    reference: str
    name: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one line.

    Args:
        refusal: Code of what prevents it, or None.
        is_new: Whether the certificate was issued now.
        data: The sealed file, unless it was there already.
    """

    line: Line
    refusal: str | None = None
    is_new: bool = False
    data: bytes | None = None


def read_list(text: str) -> list[Line]:
    """Return the lines of a list, as CSV with a heading; empty lines are left out.

    Raises:
        MalformedListError: No column of references, or the file is no CSV.
    """
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        if REFERENCE not in (reader.fieldnames or ()):
            msg = f"The first line must name the columns: {REFERENCE}{delimiter}{NAME}"
            raise MalformedListError(msg)
        lines = []
        for row in reader:
            typed = (row[REFERENCE] or "").strip()
            name = (row.get(NAME) or "").strip()
            if typed or name:
                lines.append(Line(reader.line_num, normalise_code(typed) or typed, name))
    except csv.Error as error:
        msg = f"Line {reader.line_num} is not CSV: {error}"
        raise MalformedListError(msg) from error
    return lines


def issue_lines(
    db: Session,
    lines: list[Line],
    *,
    loaded: Resources,
    draw: Callable[[], Chances],
    there: Mapping[str, str],
    now: datetime,
) -> list[Outcome]:
    """Issue and print what these lines ask for; each that is refused leaves nothing behind.

    Args:
        draw: Chance for one certificate.
        there: SHA-256 of the files that exist, by reference: those that we handed out are not made again.
    """
    return [_one(db, line, loaded=loaded, draw=draw, there=there.get(line.reference), now=now) for line in lines]


def _one(
    db: Session, line: Line, *, loaded: Resources, draw: Callable[[], Chances], there: str | None, now: datetime
) -> Outcome:
    try:
        with db.begin_nested():
            return _issued(db, line, loaded=loaded, draw=draw, there=there, now=now)
    except IntegrityError:
        # Somebody asked on the site at the same moment: the constraint kept one, which is now found.
        with db.begin_nested():
            return _issued(db, line, loaded=loaded, draw=draw, there=there, now=now)
    except (AppError, QuizError) as error:
        return Outcome(line, refusal=error.code)
    except UnacceptableNameError as error:
        return Outcome(line, refusal=f"name-{error.reason}")


def _issued(
    db: Session, line: Line, *, loaded: Resources, draw: Callable[[], Chances], there: str | None, now: datetime
) -> Outcome:
    opened = sittings.get_any(db, reference=line.reference, bank=loaded.bank)
    row = issuing.find_for_sitting(db, sitting_id=opened.row.id)
    is_new = row is None
    if row is None:
        row = issuing.issue(
            db,
            opened=opened,
            printed_name=line.name or _own_name(db, opened.row.person_id),
            ring=loaded.ring,
            press=loaded.press,
            issuer=loaded.issuer,
            demonstration=loaded.is_demonstration(one.item_id for one in opened.state.answers),
            reference_secret=loaded.settings.reference_secret,
            chances=draw(),
            actor_id=None,
            now=now,
        )
    elif line.name and not _bears(row, line.name, loaded):
        return Outcome(line, refusal="other-name")
    if there is not None and not is_new:
        register.check_in_force(row)  # its file is there, and must not be taken for one that holds
        if printing.was_handed_out(db, row=row, sha256=there):  # else another file has its name
            return Outcome(line)
    data = printing.hand_out(
        db,
        row=row,
        ring=loaded.ring,
        press=loaded.press,
        origin=loaded.settings.public_url,
        actor_id=None,
        now=now,
    )
    return Outcome(line, is_new=is_new, data=data)


def _own_name(db: Session, person_id: int | None) -> str:
    holder = db.scalar(select(Person).where(Person.id == person_id))
    if holder is None:
        raise NotFoundError
    return holder.printed_name or ""


def _bears(row: Certificate, name: str, loaded: Resources) -> bool:
    """Tell whether a certificate that exists is in this name."""
    stated = verification.read_registered(issuing.check_still_stated(row).token, loaded.ring)
    return stated.holder_name == check_printable_name(name)
