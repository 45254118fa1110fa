"""The claim slip of an examination: one page, a code that opens a result to whoever sat without an account. It tells no result.

Not sealed, and nothing is attached: it proves nothing, and its code is written nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certificates import document
from certificates.dates import PARIS, told
from certificates.reference import format_code

if TYPE_CHECKING:
    from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimSlip:
    """What is printed.

    Args:
        name: As it stood on the identity document.
        test: Title in French, in English.
        sat_on: The day of the examination.
        code: Sixteen signs.
        address: Where it is typed.
        scanned: What the QR code holds: the address with the code.

    Raises:
        ValueError: A moment is naive.
    """

    name: str
    number: int
    test: tuple[str, str]
    place: str
    sat_on: date
    code: str
    address: str
    scanned: str
    expires_at: datetime
    made_at: datetime

    def __post_init__(self) -> None:
        if self.made_at.tzinfo is None or self.expires_at.tzinfo is None:
            msg = "a slip is made, and ends, at aware moments"
            raise ValueError(msg)


def render_html(slip: ClaimSlip, *, issuer: str) -> str:
    """Return the slip as HTML, in French with English below each line."""
    ends = slip.expires_at.astimezone(PARIS).date()
    made = slip.made_at.astimezone(PARIS).date()
    return document.fill(
        "claim_slip.html",
        slip=slip,
        issuer=issuer,
        code=format_code(slip.code),
        sat=(told(slip.sat_on, "fr"), told(slip.sat_on, "en")),
        ends=(told(ends, "fr"), told(ends, "en")),
        made=(told(made, "fr"), told(made, "en")),
    )


def render_pdf(slip: ClaimSlip, *, issuer: str) -> bytes:
    """Return the slip as an unsealed PDF/A-3a, PDF/UA-1."""
    return document.to_pdf(
        render_html(slip, issuer=issuer),
        stylesheet="claim_slip.css",
        pictures={"code": document.qr_svg(slip.scanned)},
        attached=None,
    )
