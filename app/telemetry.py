"""Logs and metrics without personal data: endpoints, statuses, durations, references to quote."""

from __future__ import annotations

import logging
import sys
import time
from typing import TYPE_CHECKING
from uuid import uuid4

import structlog
from flask import g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

if TYPE_CHECKING:
    from flask import Flask, Response

log = structlog.get_logger(__name__)

REGISTRY = CollectorRegistry()
_REQUESTS = Counter("numericite_requests", "Requests served", ["endpoint", "method", "status"], registry=REGISTRY)
_SECONDS = Histogram("numericite_request_seconds", "Time to answer, in seconds", ["endpoint"], registry=REGISTRY)


def configure_logs() -> None:
    """Write one JSON object a line to standard error."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def install(app: Flask) -> None:
    """Number, time, count and log each request; the address and the query are never logged."""

    @app.before_request
    def _begin() -> None:
        g.request_reference = uuid4().hex[:12]
        g.began = time.perf_counter()

    @app.after_request
    def _end(response: Response) -> Response:
        endpoint = request.endpoint or "none"
        seconds = time.perf_counter() - g.get("began", time.perf_counter())
        _REQUESTS.labels(endpoint, request.method, response.status_code).inc()
        _SECONDS.labels(endpoint).observe(seconds)
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


def metrics_page() -> bytes:
    """Return every metric in Prometheus's text format."""
    return generate_latest(REGISTRY)
