"""Logs and metrics without personal data: endpoints, statuses, durations, references to quote."""

from __future__ import annotations

import logging
import secrets
import sys
import time
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

import orjson
import structlog
from flask import g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from app.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask, Response

log = structlog.get_logger(__name__)

#: Where the line of each request goes without passing through structlog, which costs more than the line; empty until logs are configured.
_requests: list[Lines] = []

REGISTRY = CollectorRegistry()
_REQUESTS = Counter("numericite_requests", "Requests served", ["endpoint", "method", "status"], registry=REGISTRY)
_SECONDS = Histogram("numericite_request_seconds", "Time to answer, in seconds", ["endpoint"], registry=REGISTRY)


def configure_logs() -> None:
    """Write one JSON object a line to standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=orjson.dumps),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.BytesLoggerFactory(sys.stderr.buffer),
        cache_logger_on_first_use=True,
    )
    _requests.append(Lines(sys.stderr.fileno()))


def install(app: Flask) -> None:
    """Number, time, count and log each request; the address and the query are never logged."""
    app.before_request(begin)
    app.after_request(end)


def begin() -> None:
    """Number a request and start its clock."""
    g.request_reference = secrets.token_hex(6)
    g.began = time.perf_counter()


def end(response: Response) -> Response:
    """Count and log an answer."""
    endpoint, method, status = request.endpoint or "none", request.method, response.status_code
    now = time.perf_counter()
    seconds = now - g.get("began", now)
    count, observe = _meters(endpoint, method, status)
    count()
    observe(seconds)
    if endpoint not in ("public.healthz", "public.readyz"):
        _note(
            reference=g.get("request_reference"),
            endpoint=endpoint,
            method=method,
            status=status,
            milliseconds=round(seconds * 1000, 1),
        )
    return response


def _note(**fields: str | float | None) -> None:
    """Write the line of a request, as structlog would."""
    if not _requests:
        log.info("request", **fields)
        return
    fields |= {"event": "request", "level": "info"}
    line = orjson.dumps({**fields, "timestamp": datetime.now(UTC)}, option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE)
    _requests[-1].add(line)


@lru_cache(maxsize=1024)
def _meters(endpoint: str, method: str, status: int) -> tuple[Callable[[], None], Callable[[float], None]]:
    """Return what counts and what times such an answer: finding a metric by its labels costs more than moving it."""
    return _REQUESTS.labels(endpoint, method, status).inc, _SECONDS.labels(endpoint).observe


def metrics_page() -> bytes:
    """Return every metric in Prometheus's text format."""
    return generate_latest(REGISTRY)
