"""Every refusal and every failure answered: a page or a problem document, from the one table of `answers`."""

from __future__ import annotations

import time
from http import HTTPStatus
from math import ceil
from typing import TYPE_CHECKING

import structlog
from flask import current_app, g, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from app.answers import ANSWERS, CONSTRAINTS
from app.database import current_session
from app.errors import AppError, SignInRequiredError
from certificates.errors import CertificateError
from quizzes.errors import QuizError

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

log = structlog.get_logger(__name__)

_HTTP_CODES = {
    400: "bad-request",
    404: "not-found",
    405: "method-not-allowed",
    413: "too-large",
    429: "too-many-requests",
}


def install(app: Flask) -> None:
    """Answer every refusal with our own page or problem; call last, since extensions register handlers of theirs."""
    for family in (AppError, QuizError, CertificateError):
        app.register_error_handler(family, _on_refusal)
    app.register_error_handler(IntegrityError, _on_integrity_error)
    app.register_error_handler(OperationalError, _on_operational_error)
    app.register_error_handler(CSRFError, lambda _error: refuse("cross-site"))
    app.register_error_handler(HTTPException, _on_http_error)
    app.register_error_handler(Exception, _on_crash)


def refuse(code: str) -> ResponseReturnValue:
    """Answer with the page or the problem document of one code of the table."""
    answer, headers = ANSWERS[code], {}
    advice = [gettext(answer.advice)]
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS and (seconds := _wait()):
        headers["Retry-After"] = str(seconds)
        minutes = ngettext("Revenez dans une minute.", "Revenez dans %(num)s minutes.", ceil(seconds / 60))
        advice = [minutes] if code == "too-many-requests" else [*advice, minutes]
    if _wants_json():
        body = {
            "type": "about:blank",
            "title": gettext(answer.title),
            "status": int(answer.status),
            "detail": " ".join(advice),
            "code": code,
        }
        return jsonify(body), answer.status, {"Content-Type": "application/problem+json", **headers}
    again = url_for("verification.index") if request.endpoint == "verification.check_file" else None
    page, status = _error_page(answer.status, title=gettext(answer.title), advice=advice, again=again, code=code)
    return page, status, headers


def _wait() -> int | None:
    """Return in how many seconds there is room again for one who asked too often; None where nobody knows."""
    if "retry_after" in g:
        return int(g.retry_after)
    breached = [one.current_limit for one in current_app.extensions.get("limiter", ())]
    return max((max(1, ceil(one.reset_at - time.time())) for one in breached if one and one.breached), default=None)


def _on_refusal(error: AppError | QuizError | CertificateError) -> ResponseReturnValue:
    current_session().rollback()
    if error.code not in ANSWERS:
        return _on_crash(error)
    if isinstance(error, SignInRequiredError) and request.method == "GET" and not _wants_json():
        return redirect(url_for("accounts.sign_in", suite=request.full_path.rstrip("?")), code=303)
    detailed = f"{error.code}:{error.args[0]}" if error.args else error.code
    return refuse(detailed if detailed in ANSWERS else error.code)


def _on_integrity_error(error: IntegrityError) -> ResponseReturnValue:
    current_session().rollback()
    code = next((code for name, code in CONSTRAINTS.items() if _concerns(error, name)), None)
    return refuse(code) if code else _on_crash(error)


def _concerns(error: IntegrityError, constraint: str) -> bool:
    """PostgreSQL names the constraint; SQLite names the columns, so the table's metadata say which one they are."""
    told = str(error.orig)
    if constraint in told:
        return True
    from_columns = current_app.extensions["numericite.constraint_columns"].get(constraint, "\0")
    return bool(from_columns in told)


def _on_operational_error(error: OperationalError) -> ResponseReturnValue:
    current_session().rollback()
    told = str(error.orig).lower()
    full = ("disk is full", "no space left", "disk i/o error", "readonly database", "database is locked")
    if any(sign in told for sign in full):
        log.error("storage", reference=g.get("request_reference"), kind=type(error.orig).__name__)
        return refuse("storage-full")
    return _on_crash(error)


def _on_http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is not None and error.code < 400:
        return error.get_response()
    code = _HTTP_CODES.get(error.code or 0)
    if code == "too-large" and request.max_content_length != current_app.config["MAX_CONTENT_LENGTH"]:
        code = "too-large-request"  # a view that takes many at once said how much
    if code is None:
        return _error_page(HTTPStatus(error.code or 500), title=gettext("La demande n’a pas pu aboutir."), advice=[])
    answered = make_response(refuse(code))
    if isinstance(error, MethodNotAllowed):
        answered.headers["Allow"] = ", ".join(error.valid_methods or ())  # RFC 9110, 15.5.6
    return answered


def _on_crash(error: Exception) -> ResponseReturnValue:
    """Say that it is our fault and give a reference; the log holds the rest, without the form's contents."""
    current_session().rollback()
    if current_app.testing and current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    reference = g.get("request_reference", "")
    log.error("crash", reference=reference, endpoint=request.endpoint, exc_info=error)
    if _wants_json():
        body = {
            "type": "about:blank",
            "title": "Internal error",
            "status": 500,
            "code": "internal",
            "reference": reference,
        }
        return jsonify(body), 500, {"Content-Type": "application/problem+json"}
    return _error_page(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        title=gettext("Une erreur est survenue de notre côté."),
        advice=[
            gettext("Réessayez dans un instant. Si cela continue, écrivez-nous en donnant la référence ci-dessous.")
        ],
        reference=reference,
    )


def _wants_json() -> bool:
    return request.path.startswith(("/api/", "/log/"))


def _error_page(
    status: HTTPStatus,
    *,
    title: str,
    advice: list[str],
    code: str = "",
    reference: str | None = None,
    again: str | None = None,
) -> tuple[str, HTTPStatus]:
    page = render_template("errors/error.html", title=title, advice=advice, code=code, reference=reference, again=again)
    return page, status
