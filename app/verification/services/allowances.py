"""How often one address may check."""

from __future__ import annotations

from app.checking_errors import TooManyUnknownError
from app.errors import TooManyRequestsError
from app.light import Allowance

#: Checks by code: sixty a minute and a thousand an hour, by address.
CHECKS = Allowance("checks", (60, 60), (1000, 3600))
#: Credentials checked many at once, by address: six full lists in five minutes, twenty an hour, for an office that has several.
BATCHES = Allowance("batches", (3000, 300), (10_000, 3600))
#: Codes among them that nobody has, by address: two full lists of nothing else in ten minutes. Whoever tries codes finds hardly
#: any other; an office finds a few that were badly copied.
UNKNOWN = Allowance("unknown-codes", (1000, 600), (2000, 3600))
#: Requests to check PDFs among many, by address: one may take a minute of processes that read them.
FILES = Allowance("files", (20, 60), (200, 3600))


def take_unknown(address: str, count: int) -> None:
    """Count the unknown codes of a request, before any of it is answered.

    Raises:
        TooManyUnknownError: The address has asked about too many; these are not counted, and must not be answered.
    """
    try:
        UNKNOWN.take(address, cost=count)
    except TooManyRequestsError:
        raise TooManyUnknownError from None
