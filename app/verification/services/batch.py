"""The body of a request for many verdicts: read strictly, refused whole when it is not what the document says."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from app.errors import MalformedRequestError, TooManyLinesError
from app.verification.services.credentials import MOST, end_of_day
from certificates.dates import day_in_paris

if TYPE_CHECKING:
    from datetime import datetime

#: Five hundred signed statements of about twelve thousand characters each, and some air.
LIMIT_BYTES = 8 * 1024 * 1024
_LONGEST_ID = 64
#: A twin of some twelve thousand characters, a badge of some thirty thousand bytes in base64.
LONGEST = 65_536

_TEXT = {"type": "string", "minLength": 1, "maxLength": LONGEST}
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
_AS_OF = {"type": "string", "format": "date", "description": "A past day or today: how it stood at its end, in Paris"}
#: JSON Schema of the body, for the document of the API.
REQUEST: dict[str, Any] = {
    "oneOf": [
        {
            "type": "object",
            "properties": {"credential": _TEXT, "as_of": _AS_OF},
            "required": ["credential"],
            "additionalProperties": False,
        },
        {
            "type": "object",
            "properties": {
                "credentials": {"type": "array", "items": _LINE, "minItems": 1, "maxItems": MOST},
                "as_of": _AS_OF,
            },
            "required": ["credentials"],
            "additionalProperties": False,
        },
    ]
}


class Line(NamedTuple):
    """One credential asked about, under the sender's own name for it."""

    id: str
    text: str


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
        TooManyLinesError: It holds more than `MOST` credentials.
    """
    try:
        sent = json.loads(body) if is_json else None
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


def _line(place: int, sent: object) -> Line:
    if isinstance(sent, str):
        return Line(str(place), _text(sent, longest=LONGEST))
    if not isinstance(sent, dict) or sent.keys() != {"id", "credential"}:
        raise MalformedRequestError
    return Line(_text(sent["id"], longest=_LONGEST_ID), _text(sent["credential"], longest=LONGEST))


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
