"""Every line of a list checked, each with the proof of its check. Nothing of it is kept, so the proof goes back with the line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.transparency import services as log
from app.verification.services import receipts, verdicts
from certificates.reference import code_in

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.reader import Reader
    from app.verification.services.sheets import SheetLine
    from app.verification.services.verdicts import Verdict
    from certificates.keys import KeyRing


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedLine:
    """One line and what became of it.

    Args:
        verdict: None where no code was written.
        receipt: The signed token of the check; "" where there was none.
    """

    line: SheetLine
    verdict: Verdict | None
    receipt: str = ""


def check_lines(
    db: Session,
    lines: Sequence[SheetLine],
    *,
    reader: Reader,
    ring: KeyRing,
    secret: str,
    origin: str,
    now: datetime,
) -> list[CheckedLine]:
    """Check the code of each line, and sign a receipt for each check.

    Raises:
        CorruptRegisterError: Our own register holds a statement that does not verify.
        NoActiveKeyError: No key signs tokens.
    """
    codes = [code_in(line.code, origin=origin) for line in lines]
    found = [
        verdicts.check_code(reader, text=code, ring=ring, secret=secret, now=now) if code else None for code in codes
    ]
    head = log.head(db)  # after the checks: every leaf that they tell of is in it
    return [
        CheckedLine(
            line=line,
            verdict=verdict,
            receipt=receipts.make(
                db, verdict=verdict, subject=receipts.of_code(code), ring=ring, origin=origin, head=head
            )[1]
            if code and verdict
            else "",
        )
        for line, code, verdict in zip(lines, codes, found, strict=True)
    ]
