"""Logs and metrics without personal data: endpoints, statuses, durations, references to quote."""

from __future__ import annotations

import logging
import secrets
import sys
import time
from functools import lru_cache
from typing import TYPE_CHECKING

import orjson
import structlog
from flask import g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask, Response

log = structlog.get_logger(__name__)

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
    endpoint = request.endpoint or "none"
    seconds = time.perf_counter() - g.get("began", time.perf_counter())
    count, observe = _meters(endpoint, request.method, response.status_code)
    count()
    observe(seconds)
    if endpoint not in ("public.healthz", "public.readyz"):
        log.info(
            "request",
            reference=g.get("request_reference"),
            endpoint=endpoint,
            method=request.method,
            status=response.status_code,
            milliseconds=round(seconds * 1000, 1),
        )
    return response


@lru_cache(maxsize=1024)
def _meters(endpoint: str, method: str, status: int) -> tuple[Callable[[], None], Callable[[float], None]]:
    """Return what counts and what times such an answer: finding a metric by its labels costs more than moving it."""
    return _REQUESTS.labels(endpoint, method, status).inc, _SECONDS.labels(endpoint).observe


def metrics_page() -> bytes:
    """Return every metric in Prometheus's text format."""
    return generate_latest(REGISTRY)
