"""What may be asked of the register: a closed list of parameters, read strictly.

FHIR lets a server ignore a parameter that it does not know. We refuse it: whoever filters on something that we ignore would take
the wrong people for the right ones. There is no search by name.

1. every parameter is known, and given once                        400 invalid
2. `_format` is one that we speak                                  406 not-supported
3. an identifier is `system|value`, of a system of ours, exact     400 invalid, value
4. a qualification is the label's                                  (nothing matches otherwise)
5. `_lastUpdated` is `ge` or `gt` a moment with its zone           400 invalid
6. without an identifier: everything or what changed, by API key   401 login
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from certificates.errors import RefusedByFhirError
from certificates.fhir.terms import LABEL_CODE, MIME_TYPE, RPPS_SYSTEM
from certificates.label_rules.number import read_number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from certificates.fhir.terms import Terms

MOST_ENTRIES = 200
FORMATS = frozenset(("json", "application/json", MIME_TYPE))
SEARCH_PARAMETERS = ("identifier", "qualification-code", "_lastUpdated", "_count", "_after", "_format")
READ_PARAMETERS = ("_format",)

_RPPS = re.compile(r"[0-9]{11}")
_MOMENT = re.compile(r"(ge|gt)([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{5,15}(?:Z|[+-][0-9]{2}:[0-9]{2}))")
_PLACE = re.compile(r"([0-9]{1,19})\.([0-9]{1,18})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a page of a long answer ended: behind this change, and this row of it."""

    changed_at: datetime
    row_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A search that was understood.

    Args:
        rpps, number: The exact identifier asked for; at most one is set.
        is_of_label: False when a qualification is asked for that nobody has here.
        changed_from: The first moment of change that matches; None for everything.
        after: Where the page before ended.
        count: Most entries of one page.
    """

    rpps: str | None = None
    number: str | None = None
    is_of_label: bool = True
    changed_from: datetime | None = None
    after: Place | None = None
    count: int = MOST_ENTRIES

    @property
    def is_exact(self) -> bool:
        """Whether it is about one person: nobody needs a key for that."""
        return self.rpps is not None or self.number is not None


def read_search(parameters: Iterable[tuple[str, str]], terms: Terms) -> Search:
    """Return what is asked, taking steps 1 to 5; whether a key is needed is `Search.is_exact`.

    Raises:
        RefusedByFhirError: With the status and code that the first failing step names.
    """
    given = _once(parameters, known=SEARCH_PARAMETERS)
    rpps, number = _identifier(given, terms)
    search = Search(
        rpps=rpps,
        number=number,
        is_of_label=_is_of_label(given.get("qualification-code"), terms),
        changed_from=_changed_from(given.get("_lastUpdated")),
        after=_after(given.get("_after")),
        count=_count(given.get("_count")),
    )
    if search.is_exact and (search.changed_from or search.after):
        raise _refusal("An identifier is not combined with _lastUpdated or _after: read the one resource.")
    return search


def check_read(parameters: Iterable[tuple[str, str]]) -> None:
    """Check the parameters of a read.

    Raises:
        RefusedByFhirError: One that is not known, or a format that we do not speak.
    """
    _once(parameters, known=READ_PARAMETERS)


def query_of(search: Search, terms: Terms) -> str:
    """Return the one query that asks for this, as it was understood."""
    told: list[tuple[str, str]] = []
    if search.rpps is not None:
        told.append(("identifier", f"{RPPS_SYSTEM}|{search.rpps}"))
    if search.number is not None:
        told.append(("identifier", f"{terms.number_system}|{search.number}"))
    if search.changed_from is not None:
        told.append(("_lastUpdated", f"ge{search.changed_from.isoformat().replace('+00:00', 'Z')}"))
    if not search.is_exact:
        told.append(("_count", str(search.count)))
    if search.after is not None:
        told.append(("_after", place_text(search.after)))
    return "&".join(f"{name}={quote(value, safe='')}" for name, value in told)


def place_text(place: Place) -> str:
    """Return a place as an opaque word of an address."""
    micros = (place.changed_at - _EPOCH) // _MICROSECOND
    return base64.urlsafe_b64encode(f"{micros}.{place.row_id}".encode()).decode().rstrip("=")


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def _once(parameters: Iterable[tuple[str, str]], *, known: tuple[str, ...]) -> dict[str, str]:
    given: dict[str, str] = {}
    for name, value in parameters:
        if name not in known:
            raise _refusal(f"Unknown parameter. Known here: {', '.join(known)}. There is no search by name.")
        if name in given:
            raise _refusal(f"{name} is given twice: ask for one thing at a time.")
        given[name] = value
    if given.get("_format", "json") not in FORMATS:
        raise RefusedByFhirError(406, "not-supported", f"_format: only JSON, as {MIME_TYPE}.")
    return given


def _identifier(given: dict[str, str], terms: Terms) -> tuple[str | None, str | None]:
    if "identifier" not in given:
        return None, None
    system, separator, value = given["identifier"].partition("|")
    if not separator or not system or not value:
        raise _refusal(f"identifier: system|value, as {RPPS_SYSTEM}|<11 digits> or {terms.number_system}|<number>.")
    if system == RPPS_SYSTEM:
        if not _RPPS.fullmatch(value):
            raise RefusedByFhirError(400, "value", "identifier: an RPPS number is eleven digits.")
        return value, None
    if system == terms.number_system:
        number = read_number(value)
        if number is None:
            raise RefusedByFhirError(400, "value", "identifier: not the number of a label, or one with a slip in it.")
        return None, number
    raise RefusedByFhirError(
        400, "not-supported", f"identifier: only the systems {RPPS_SYSTEM} and {terms.number_system}."
    )


def _is_of_label(code: str | None, terms: Terms) -> bool:
    return code is None or code in (LABEL_CODE, f"{terms.label_system}|{LABEL_CODE}", f"{terms.label_system}|")


def _changed_from(text: str | None) -> datetime | None:
    if text is None:
        return None
    found = _MOMENT.fullmatch(text)
    try:
        if found is not None:
            moment = datetime.fromisoformat(found[2]).astimezone(UTC)
            return moment if found[1] == "ge" else moment + _MICROSECOND
    except (ValueError, OverflowError):
        pass
    raise _refusal("_lastUpdated: ge or gt, then a moment with its zone, as ge2026-11-30T00:00:00Z.")


def _after(text: str | None) -> Place | None:
    if text is None:
        return None
    try:
        found = _PLACE.fullmatch(base64.urlsafe_b64decode(text.encode() + b"==").decode())
        moment = _EPOCH + int(found[1]) * _MICROSECOND if found else None
    except (ValueError, OverflowError):
        found = moment = None
    if found is None or moment is None:
        raise _refusal("_after: follow the link `next` of the page before, as it is.")
    return Place(changed_at=moment, row_id=int(found[2]))


def _count(text: str | None) -> int:
    if text is None:
        return MOST_ENTRIES
    if not re.fullmatch(r"[0-9]{1,6}", text) or int(text) == 0:
        raise _refusal(f"_count: from 1 to {MOST_ENTRIES}.")
    return min(int(text), MOST_ENTRIES)  # as FHIR has it: a server may give fewer


def _refusal(diagnostics: str) -> RefusedByFhirError:
    return RefusedByFhirError(400, "invalid", diagnostics)
