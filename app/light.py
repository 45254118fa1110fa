"""The light path: public views that answer software, without session, cross-site token, language or account.

What a whole request does for a page (open and save the cookie's session, look for a cross-site token, find out who asks,
count against limits by a general library) costs more than the check itself. A view marked `light` keeps what matters for
it: it is public and only reads, it is timed and logged, it bears the headers of every answer, and it counts by its own
`Allowance`. Everything else takes the usual path.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from copy import deepcopy
from functools import cached_property, lru_cache
from math import ceil
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import structlog
from flask import Flask, current_app, g, has_request_context, request
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadSignature
from limits import RateLimitItemPerSecond
from limits.errors import StorageError

from app import telemetry, web
from app.access import NOBODY, declared_permission
from app.database import only_reads
from app.errors import ForbiddenError, TooManyRequestsError
from app.incoming import Incoming
from app.templating import Environment

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from flask import Response
    from flask.sessions import SecureCookieSession, SessionMixin
    from flask.typing import ResponseReturnValue
    from flask.wrappers import Request
    from itsdangerous import URLSafeTimedSerializer

log = structlog.get_logger(__name__)

View = TypeVar("View", bound=Callable[..., object])

_LIGHT = "__light__"
_TAKEN = "numericite.light"
#: Of every answer of a light view: open to any site, kept by nobody unless it says so, found by no search engine.
_HEADERS = [
    ("Access-Control-Allow-Origin", "*"),
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", web.content_policy()),
    ("Referrer-Policy", "no-referrer"),
    ("X-Robots-Tag", "noindex, noarchive"),
]
_LASTING_HEADERS = [header for header in _HEADERS if header[0] != "Cache-Control"]


def light(view: View) -> View:
    """Declare that a public GET view takes the light path: no session, no identity, no general limit."""
    setattr(view, _LIGHT, _HEADERS)
    return view


def lasting(view: View) -> View:
    """Declare a light view whose answers say themselves for how long they may be kept."""
    setattr(view, _LIGHT, _LASTING_HEADERS)
    return view


class _Sessions(SecureCookieSessionInterface):
    """The usual signed cookie, its key prepared once, and the signature of the same cookie checked once.

    Whether a signature holds depends on nothing but the cookie and the key; how old the cookie is, is asked each time.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return what the cookie holds; an empty session where there is none, or one that is forged, broken or too old."""
        if "HTTP_COOKIE" not in request.environ:  # as of most software
            return self.session_class()
        cookie = request.cookies.get(self.get_cookie_name(app))
        if not cookie:
            return self.session_class()
        try:
            kept, signed_at = self._read(app, cookie)
        except BadSignature:
            return self.session_class()
        if not 0 <= int(time.time()) - signed_at <= int(app.permanent_session_lifetime.total_seconds()):
            return self.session_class()
        return self.session_class(deepcopy(kept) if any(map(_can_change, kept.values())) else kept)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the cookie where something in it changed; that answers vary by it is said of all of them (`web.constant_headers`)."""
        if session.modified or app.config["SESSION_REFRESH_EACH_REQUEST"]:
            super().save_session(app, session, response)

    @lru_cache(maxsize=8)  # noqa: B019 (one object a process, which lives as long as it)
    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return what signs and reads the cookie, made once for an application: its keys do not change while it runs."""
        return super().get_signing_serializer(app)

    @lru_cache(maxsize=4096)  # noqa: B019 (as above)
    def _read(self, app: Flask, cookie: str) -> tuple[dict[str, Any], int]:
        """Return what a cookie holds and when it was signed, in seconds since the epoch.

        Raises:
            itsdangerous.BadSignature: It was not signed here; nothing is kept of it.
        """
        serializer = self.get_signing_serializer(app)
        if serializer is None:
            raise BadSignature("the application has no key")
        kept, signed_at = serializer.loads(cookie, return_timestamp=True)
        return kept, int(signed_at.timestamp())


def _can_change(value: object) -> bool:
    return not isinstance(value, str | int | None)


class Application(Flask):
    """Flask, with a second way through its hooks, and constant headers put on at the door."""

    request_class = Incoming
    session_interface = _Sessions()
    jinja_environment = Environment

    def ensure_sync(self, func: View) -> View:
        """Return a view or a hook as it is: none here is a coroutine, and Flask would ask at every call."""
        return func

    def redirect(self, location: str, code: int = 302) -> Response:
        """Return what leads elsewhere, without a page about it: browsers show none, and it goes in one piece."""
        return self.response_class(status=code, headers={"Location": location})

    def url_for(self, /, endpoint: str, **values: Any) -> str:  # noqa: ANN401 (whatever its converter takes)
        """Return the address of a page; a path that depends on texts only is built once."""
        for name, value in values.items():
            if name[0] == "_" or not (value is None or isinstance(value, str)):
                return super().url_for(endpoint, **values)
        if not has_request_context():
            return super().url_for(endpoint, **values)
        if endpoint.startswith("."):
            endpoint = f"{request.blueprint}{endpoint}"
        return self._path(request.root_path, endpoint, *values.items())

    @lru_cache(maxsize=4096)  # noqa: B019 (one object a process, which lives as long as it)
    def _path(self, _root: str, endpoint: str, *values: tuple[str, Any]) -> str:
        return super().url_for(endpoint, **dict(values))  # leaves out what is None

    @cached_property
    def _constant(self) -> list[tuple[str, str]]:
        return web.constant_headers(is_https=bool(self.config["SESSION_COOKIE_SECURE"]))

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""

        def start(
            status: str,
            headers: list[tuple[str, str]],
            exc_info: Any = None,  # noqa: ANN401 (as WSGI has it)
        ) -> Callable[[bytes], object]:
            return start_response(status, [*headers, *self._constant, *environ.get(_TAKEN, ())], exc_info)

        return super().wsgi_app(environ, start)

    def preprocess_request(self) -> ResponseReturnValue | None:
        """Run the hooks that come before a view.

        Raises:
            ForbiddenError: A light view that is not public.
        """
        view = self.view_functions.get(request.endpoint or "")
        # A preflight is answered by Flask itself, on the usual path.
        headers = getattr(view, _LIGHT, None)
        if headers is None or request.method not in ("GET", "HEAD"):
            return super().preprocess_request()
        request.environ[_TAKEN] = headers
        g.identity = NOBODY
        telemetry.begin()
        only_reads.set(True)
        if view is None or declared_permission(view) is not None:
            raise ForbiddenError
        return None

    def process_response(self, response: Response) -> Response:
        """Run the hooks that come after a view."""
        if _TAKEN not in request.environ:
            return super().process_response(response)
        return telemetry.end(response)

    def do_teardown_request(self, exc: BaseException | None = None) -> None:
        """Run the hooks that end a request: those of extensions which a light request never woke are left asleep."""
        if _TAKEN not in request.environ:
            super().do_teardown_request(exc)


class Left(NamedTuple):
    """What an address may still ask in the narrowest window."""

    amount: int
    remaining: int
    resets_at: float


class Allowance:
    """How often one address may ask: counted per process in memory, or in Redis where the general limits are.

    In memory each window is two counters: those of this window, and those of the last one as far as it still overlaps
    the moving window. An address that asks steadily is refused at the limit; the error of the estimate is that of
    supposing the last window's requests evenly spread.

    Args:
        rates: Requests allowed and window in seconds, narrowest first.
    """

    def __init__(self, name: str, *rates: tuple[int, int]) -> None:
        self._name, self._rates = name, rates
        self._shared = [RateLimitItemPerSecond(amount, seconds) for amount, seconds in rates]
        self._counts: list[dict[str, list[int]]] = [{} for _ in rates]
        self._swept = [0 for _ in rates]
        self._lock = Lock()

    def reset(self) -> None:
        """Forget every count."""
        for counts in self._counts:
            counts.clear()

    def take(self, address: str, *, cost: int = 1, now: float | None = None) -> Left:
        """Count one request of an address.

        Args:
            cost: For how many it counts.
            now: Seconds since the epoch; the clock's by default.

        Raises:
            TooManyRequestsError: It has asked too often; this request is not counted.
        """
        if current_app.config["RATELIMIT_STORAGE_URI"] != "memory://":
            try:
                return self._take_shared(address, cost)
            except StorageError as error:  # Redis is away: better a count of one's own than no answer
                log.warning("limits", storage="away", kind=type(error.storage_error).__name__)
        moment = time.time() if now is None else now
        with self._lock:
            lefts = [self._left(place, address, cost, moment) for place in range(len(self._rates))]
            if any(left.remaining < 0 for left in lefts):
                g.retry_after = max(ceil(left.resets_at - moment) for left in lefts if left.remaining < 0)
                raise TooManyRequestsError
            for place in range(len(self._rates)):
                self._counts[place][address][1] += cost
        return lefts[0]

    def _left(self, place: int, address: str, cost: int, now: float) -> Left:
        amount, seconds = self._rates[place]
        counts, window = self._counts[place], int(now // seconds)
        if self._swept[place] != window:
            self._swept[place] = window
            self._counts[place] = counts = {key: entry for key, entry in counts.items() if entry[0] >= window - 1}
        entry = counts.setdefault(address, [window, 0, 0])  # which window, its count, the count of the one before
        if entry[0] != window:
            entry[:] = [window, 0, entry[1] if entry[0] == window - 1 else 0]
        share = 1 - (now % seconds) / seconds
        used = entry[1] + int(entry[2] * share)
        return Left(amount, amount - used - cost, (window + 1) * seconds)

    def _take_shared(self, address: str, cost: int) -> Left:
        strategy = web.limiter.limiter
        for item in self._shared:
            if not strategy.hit(item, self._name, address, cost=cost):
                raise _refused(strategy.get_window_stats(item, self._name, address).reset_time - time.time())
        stats = strategy.get_window_stats(self._shared[0], self._name, address)
        return Left(self._shared[0].amount, stats.remaining, stats.reset_time)


def _refused(seconds: float) -> TooManyRequestsError:
    g.retry_after = max(1, ceil(seconds))
    return TooManyRequestsError()


def allowance_headers(left: Left) -> list[tuple[str, str]]:
    """Say what may still be asked."""
    return [
        ("X-RateLimit-Limit", str(left.amount)),
        ("X-RateLimit-Remaining", str(left.remaining)),
        ("X-RateLimit-Reset", str(int(left.resets_at))),
    ]
