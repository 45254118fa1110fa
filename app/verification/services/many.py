"""Many credentials asked about in one request: each has its own answer, and none keeps the others from theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from app.errors import NotACredentialError
from app.verification.services import credentials, files
from certificates.errors import SealError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sqlalchemy.orm import Session

    from app.verification.services.batch import Line
    from app.verification.services.credentials import Asked, Result

#: As `credentials.FORMATS` calls it.
CODE_FORMAT = "code"
#: A PDF that was not looked at: those before it took all the time of the request. Sent again, it is.
NOT_EXAMINED = "not-examined"


class Answered(NamedTuple):
    """One line and what became of it: a result, or the code of what is wrong with it."""

    id: str
    result: Result | None
    error: str | None


def holds_files(lines: Sequence[Line]) -> bool:
    """Tell whether a request has PDFs in it."""
    return any(not isinstance(one.sent, str) or credentials.BASE64_PDF.match(one.sent) for one in lines)


def unknown_codes(answered: Iterable[Answered]) -> int:
    """Return how many codes among these the register does not know: what it does not know of another form, nobody could guess."""
    results = [one.result for one in answered if one.result is not None]
    return sum(1 for one in results if one.format == CODE_FORMAT and one.verdict.is_unknown)


def check_lines(
    db: Session, lines: Sequence[Line], *, asked: Asked, seconds: Callable[[], float]
) -> Iterator[Answered]:
    """Yield the answer of each line, in order.

    Args:
        seconds: A clock that only goes forward: PDFs are examined for `files.MANY_SECONDS`.

    Raises:
        CorruptRegisterError: Our own register holds a statement that does not verify.
    """
    began = seconds()
    for line in lines:
        if holds_files([line]) and seconds() - began > files.MANY_SECONDS:
            yield Answered(line.id, None, NOT_EXAMINED)
            continue
        sent = line.sent if isinstance(line.sent, str) else line.sent.read()
        try:
            yield Answered(line.id, credentials.check(db, sent, asked=asked), None)
        except (NotACredentialError, SealError) as error:
            yield Answered(line.id, None, error.code)
