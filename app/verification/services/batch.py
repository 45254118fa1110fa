"""The body of a request for many verdicts: read strictly, refused whole when it is not what the document says.

A PDF comes in base64 like any other text, or with others as a form of files: five hundred make more than JSON may weigh.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from app.checking_errors import RepeatedKeyError
from app.errors import MalformedRequestError, TooManyLinesError
from app.verification.services.credentials import BASE64_PDF, MOST, end_of_day
from certificates.dates import day_in_paris

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from typing import IO

_LONGEST_ID = 64
#: A twin of some twelve thousand characters, a badge of some thirty thousand bytes in base64.
LONGEST = 65_536
#: Five hundred of the longest, with their names.
LIMIT_BYTES = 32 * 1024 * 1024
#: Reading one takes several times its weight, for a moment: one at a time does, in each process.
_READING = Lock()

_TEXT = {
    "anyOf": [
        {"type": "string", "minLength": 1, "maxLength": LONGEST},
        {
            "type": "string",
            "pattern": BASE64_PDF.pattern,
            "contentEncoding": "base64",
            "contentMediaType": "application/pdf",
            "description": "A PDF in base64, without line breaks, as it is or as a data: address",
        },
    ]
}
_LINE = {
    "oneOf": [
        _TEXT,
        {
            "type": "object",
            "properties": {"id": {"type": "string", "minLength": 1, "maxLength": _LONGEST_ID}, "credential": _TEXT},
            "required": ["id", "credential"],
            "additionalProperties": False,
        },
    ]
}
AS_OF = {"type": "string", "format": "date", "description": "A past day or today: how it stood at its end, in Paris"}
_PDF = {"type": "string", "format": "binary"}
#: JSON Schema of the body, for the document of the API.
REQUEST: dict[str, Any] = {
    "oneOf": [
        {
            "type": "object",
            "properties": {"credential": _TEXT, "as_of": AS_OF},
            "required": ["credential"],
            "additionalProperties": False,
        },
        {
            "type": "object",
            "properties": {
                "credentials": {"type": "array", "items": _LINE, "minItems": 1, "maxItems": MOST},
                "as_of": AS_OF,
            },
            "required": ["credentials"],
            "additionalProperties": False,
        },
    ]
}
#: The body, where it is one file, or the one of a form.
ONE_FILE: dict[str, Any] = {
    "application/pdf": {"schema": _PDF},
    "multipart/form-data": {
        "schema": {"type": "object", "properties": {"pdf": _PDF}, "required": ["pdf"], "additionalProperties": False}
    },
}
_PDFS = {"type": "array", "items": _PDF, "minItems": 1, "maxItems": MOST}
#: And where a form may hold many.
MANY_FILES: dict[str, Any] = {
    "application/pdf": {"schema": _PDF},
    "multipart/form-data": {
        "schema": {"type": "object", "properties": {"pdf": _PDFS}, "required": ["pdf"], "additionalProperties": False}
    },
}


class Line(NamedTuple):
    """One credential asked about, under the sender's own name for it: a text, or a file still to be read."""

    id: str
    sent: str | IO[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wished:
    """What a request asks.

    Args:
        moment: A past moment; None for now.
    """

    lines: tuple[Line, ...]
    moment: datetime | None


def read(body: bytes, *, is_json: bool, today: datetime) -> Wished:
    """Read the body of a request.

    Raises:
        MalformedRequestError: It is not what `REQUEST` describes, or asks about a day to come.
        RepeatedKeyError: A key stands twice in one of its objects.
        TooManyLinesError: It holds more than `MOST` credentials.
    """
    try:
        with _READING:
            sent = json.loads(body, object_pairs_hook=_object) if is_json else None
    except (ValueError, RecursionError):
        raise MalformedRequestError from None
    if not isinstance(sent, dict) or not sent.keys() <= {"credential", "credentials", "as_of"}:
        raise MalformedRequestError
    if ("credential" in sent) == ("credentials" in sent):
        raise MalformedRequestError
    lines = [sent["credential"]] if "credential" in sent else sent["credentials"]
    if not isinstance(lines, list) or not lines:
        raise MalformedRequestError
    if len(lines) > MOST:
        raise TooManyLinesError
    moment = _moment(sent["as_of"], today=today) if "as_of" in sent else None
    return Wished(lines=tuple(_line(place, one) for place, one in enumerate(lines, 1)), moment=moment)


def read_files(sent: Iterable[tuple[str, IO[bytes]]], *, as_of: str | None, today: datetime) -> Wished:
    """Read a request that is made of files.

    Args:
        sent: Each with the name that it came under: its `id`, unless it has none or one too long.

    Raises:
        MalformedRequestError: There is no file, or it asks about a day to come.
        TooManyLinesError: There are more than `MOST`.
    """
    lines = tuple(
        Line(name if 0 < len(name) <= _LONGEST_ID else str(place), file) for place, (name, file) in enumerate(sent, 1)
    )
    if not lines:
        raise MalformedRequestError
    if len(lines) > MOST:
        raise TooManyLinesError
    return Wished(lines=lines, moment=None if as_of is None else _moment(as_of, today=today))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON; which of two values counts is nothing that a reader may choose."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise RepeatedKeyError
    return found


def _line(place: int, sent: object) -> Line:
    if isinstance(sent, str):
        return Line(str(place), _credential(sent))
    if not isinstance(sent, dict) or sent.keys() != {"id", "credential"}:
        raise MalformedRequestError
    return Line(_text(sent["id"], longest=_LONGEST_ID), _credential(sent["credential"]))


def _credential(sent: object) -> str:
    if isinstance(sent, str) and BASE64_PDF.match(sent):
        return sent  # one too large is a fault of this line, and told as such
    return _text(sent, longest=LONGEST)


def _text(sent: object, *, longest: int) -> str:
    if not isinstance(sent, str) or not 0 < len(sent) <= longest:
        raise MalformedRequestError
    return sent


def _moment(sent: object, *, today: datetime) -> datetime | None:
    """Return the end of the day asked about; None for today, which is now."""
    try:
        day = date.fromisoformat(sent) if isinstance(sent, str) and len(sent) == len("2026-03-01") else None
        moment = end_of_day(day) if day else None
    except (ValueError, OverflowError):
        moment = None
    if moment is None:
        raise MalformedRequestError
    if moment < today:
        return moment
    if day == day_in_paris(today):
        return None
    raise MalformedRequestError
