"""The national directory of health professionals (Annuaire Santé), in FHIR R4; or a file that stands in for it.

Asked by the exact number only. Whatever goes wrong answers "unknown", which never means "inactive": a directory that is
away, slow or unreadable must not cost anybody a label. Source of the addresses and of the header:
https://ansforge.github.io/annuaire-sante-fhir-documentation
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import orjson
import requests
import structlog

from app.identity.models import Activity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

log = structlog.get_logger(__name__)

#: Invented people, for demonstrations: no number in it belongs to anybody.
SHIPPED_FILE = Path(__file__).resolve().parent.parent / "directory.json"

SYSTEM = "https://rpps.esante.gouv.fr"
#: The code system of professions; a code that comes without its words is left aside.
_PROFESSIONS = "TRE_G15-ProfessionSante"

_ATTEMPTS = 3
_CONNECT_SECONDS, _READ_SECONDS, _WHOLE_SECONDS = 2.0, 4.0, 8.0
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.3, 3.0
_MAXIMUM_BYTES = 1_000_000
_TRY_AGAIN = frozenset({429, 500, 502, 503, 504})


class Unknown(StrEnum):
    """Why the directory said nothing of a number."""

    ABSENT = "absent"
    AWAY = "away"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the directory says of one number.

    Args:
        reason: Set exactly when the activity is unknown.
    """

    activity: Activity
    family: str = ""
    given: str = ""
    profession: str = ""
    reason: Unknown | None = None

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}".strip()


class Directory(Protocol):
    """Who may be asked. `is_national` is false for the file that stands in."""

    is_national: bool

    def look_up(self, rpps: str) -> Found: ...


class Breaker:
    """Lets calls through until `threshold` failures in a row; then none for `rest_seconds`, then one to try."""

    def __init__(self, *, clock: Callable[[], float], threshold: int = 5, rest_seconds: float = 60.0) -> None:
        self._clock, self._threshold, self._rest = clock, threshold, rest_seconds
        self._failures, self._closed_until = 0, float("-inf")
        self._lock = threading.Lock()

    def lets_through(self) -> bool:
        """Tell whether a call may be made; where one is let through to try, the next ones wait for its outcome."""
        with self._lock:
            if self._failures < self._threshold:
                return True
            if self._clock() < self._closed_until:
                return False
            self._closed_until = self._clock() + self._rest
            return True

    def succeeded(self) -> None:
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            if self._failures >= self._threshold:
                self._closed_until = self._clock() + self._rest


class FileDirectory:
    """A FHIR bundle in a file of this machine stands in for the national directory: for demonstrations and tests."""

    is_national = False

    def __init__(self, path: Path) -> None:
        self._path = path

    def look_up(self, rpps: str) -> Found:
        try:
            return read_bundle(self._path.read_bytes(), rpps=rpps)
        except OSError:
            return _unknown(Unknown.AWAY)


class NationalDirectory:
    """The directory's own interface.

    Args:
        address: The base of the FHIR interface, without a slash at the end.
        key: Sent as `ESANTE-API-KEY`.
        clock: Seconds that only go forward.
        sleep: Waits so many seconds.
    """

    is_national = True

    def __init__(
        self,
        address: str,
        key: str,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._address, self._key = address, key
        self._clock, self._sleep = clock, sleep
        self._breaker = Breaker(clock=clock)

    def look_up(self, rpps: str) -> Found:
        """Ask for one number: up to three times within eight seconds, and not at all while the directory is known to be away."""
        if not self._breaker.lets_through():
            return _unknown(Unknown.AWAY)
        answer = self._ask(rpps)
        if answer is None:
            self._breaker.failed()
            return _unknown(Unknown.AWAY)
        self._breaker.succeeded()
        return read_bundle(answer, rpps=rpps)

    def _ask(self, rpps: str) -> bytes | None:
        end, pause = self._clock() + _WHOLE_SECONDS, _FIRST_PAUSE_SECONDS
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                answer, wish = self._ask_once(rpps, end=end)
            except (requests.RequestException, TimeoutError) as failure:
                log.warning("annuaire.failed", attempt=attempt, kind=type(failure).__name__)
                answer, wish = None, None
            if answer is not None:
                return answer
            pause = min(_LONGEST_PAUSE_SECONDS, max(pause, wish or 0.0))
            if wish == _NEVER or attempt == _ATTEMPTS or self._clock() + pause >= end:
                return None
            self._sleep(pause)
            pause *= 2
        return None

    def _ask_once(self, rpps: str, *, end: float) -> tuple[bytes | None, float | None]:
        """Return the body, or None and how long the directory wishes us to wait (for ever: asking again is no use)."""
        with requests.get(
            f"{self._address}/Practitioner",
            params={"identifier": f"{SYSTEM}|{rpps}"},
            headers={"ESANTE-API-KEY": self._key, "Accept": "application/fhir+json"},
            timeout=(_CONNECT_SECONDS, _READ_SECONDS),
            allow_redirects=False,  # the key goes to nobody else
            stream=True,
        ) as response:
            if response.status_code in _TRY_AGAIN:
                log.warning("annuaire.refused", status=response.status_code)
                wish = response.headers.get("Retry-After", "")
                return None, float(wish) if wish.isascii() and wish.isdigit() else None
            if response.status_code != requests.codes.ok:
                log.error("annuaire.refused", status=response.status_code)
                return None, _NEVER
            return self._read(response, end=end), None

    def _read(self, response: requests.Response, *, end: float) -> bytes:
        """Return the whole body; a directory that sends a drop at a time, or without end, is given up."""
        body = bytearray()
        for part in response.iter_content(65_536):
            body += part
            if len(body) > _MAXIMUM_BYTES or self._clock() > end:
                raise TimeoutError
        return bytes(body)


_NEVER = float("inf")


def read_bundle(body: bytes, *, rpps: str) -> Found:
    """Read the answer to a search; only a resource that bears exactly this number counts.

    Several resources of one number are one person: active if one of them is.
    """
    try:
        bundle = orjson.loads(body)  # what is nested too deep is refused, and no stack is filled by it
        people = [one for one in _resources(bundle) if _bears(one, rpps)]
        if not people:
            return _unknown(Unknown.ABSENT)
        told = [one["active"] for one in people if isinstance(one.get("active"), bool)]
        if not told:
            return _unknown(Unknown.UNREADABLE)
        person = next((one for one in people if one.get("active") is True), people[0])
        family, given = _name(person)
        activity = Activity.ACTIVE if any(told) else Activity.INACTIVE
        return Found(activity=activity, family=family, given=given, profession=_profession(person))
    except (ValueError, TypeError, KeyError, AttributeError):
        log.warning("annuaire.unreadable")
        return _unknown(Unknown.UNREADABLE)


def _unknown(reason: Unknown) -> Found:
    return Found(activity=Activity.UNKNOWN, reason=reason)


def _resources(bundle: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 (JSON from outside)
    if bundle["resourceType"] != "Bundle":
        msg = "not a bundle"
        raise ValueError(msg)
    for entry in bundle.get("entry") or ():
        if entry["resource"]["resourceType"] == "Practitioner":
            yield entry["resource"]


def _bears(person: Mapping[str, Any], rpps: str) -> bool:
    return any(one.get("system") == SYSTEM and one.get("value") == rpps for one in person.get("identifier") or ())


def _name(person: Mapping[str, Any]) -> tuple[str, str]:
    names = person.get("name") or [{}]
    name = next((one for one in names if one.get("use") in ("usual", "official")), names[0])
    return str(name.get("family") or "")[:80], " ".join(map(str, name.get("given") or ()))[:79]


def _profession(person: Mapping[str, Any]) -> str:
    for qualification in person.get("qualification") or ():
        for coding in (qualification.get("code") or {}).get("coding") or ():
            if _PROFESSIONS in str(coding.get("system")) and coding.get("display"):
                return str(coding["display"])[:120]
    return ""
