"""The register for software: FHIR R4 under /fhir/r4. Reads only, no cookie; every refusal is an `OperationOutcome`."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl

import structlog
from flask import Blueprint, Response, current_app, g, request
from flask_limiter.util import get_remote_address
from werkzeug.exceptions import HTTPException

from app.access import public
from app.errors import AppError, ForbiddenError, NotFoundError, TooManyRequestsError
from app.light import Left, allowance_headers, lasting
from app.publication.models import Channel
from app.publication.services import clients, fhir
from app.publication.services.allowances import KEYS, READS
from app.reader import current_reader
from app.resources import current_resources
from app.web import csrf
from certificates.errors import RefusedByFhirError
from certificates.fhir import attestation, bundle, outcome
from certificates.fhir.capability import capability_statement
from certificates.fhir.definitions import definitions
from certificates.fhir.practitioner import etag, practitioner, text_of
from certificates.fhir.search import check_read, query_of, read_search
from certificates.fhir.terms import BASE, MIME_TYPE
from certificates.status import TTL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.publication.services.clients import Client
    from app.publication.services.reads import Reads
    from certificates.fhir.practitioner import Resource
    from certificates.fhir.terms import Terms

log = structlog.get_logger(__name__)

blueprint = Blueprint("fhir", __name__, url_prefix=BASE)
csrf.exempt(blueprint)

#: A copy of a status may be kept for as long as a status list may be.
_KEPT = f"max-age={int(TTL.total_seconds())}"
_ANYBODY, _ONE, _NOBODY = f"public, {_KEPT}", f"private, {_KEPT}", "no-store"
_DEFINITIONS_KEPT = "public, max-age=86400"
_LONGEST_QUERY = 2000
#: What software may say that it reads.
_SPOKEN = (MIME_TYPE, "application/json", "text/json")


class _Caller(NamedTuple):
    """Who asks, as far as a key says it, and what may still be asked."""

    client: Client | None
    left: Left

    @property
    def client_id(self) -> int | None:
        return self.client.id if self.client else None

    @property
    def kept(self) -> str:
        return _ONE if self.client else _ANYBODY


@blueprint.get("/<string:resource_type>")
@public
@lasting
def search(resource_type: str) -> Response:
    """Answer /metadata, and searches of `Practitioner`."""
    terms = _terms()
    if resource_type == "metadata":
        return _answer(capability_statement(terms), kept=_ANYBODY)
    if resource_type != "Practitioner":
        raise NotFoundError
    caller, now = _caller(), datetime.now(UTC)
    asked = read_search(_parameters(), terms)
    if not asked.is_exact and caller.client is None:
        raise RefusedByFhirError(401, "login", "Reading many needs a key: Authorization: Bearer <key>.")
    found = fhir.search(current_reader(), asked, now=now)
    _note(found.holder_ids, caller, now=now)
    following = None if found.after is None else query_of(replace(asked, after=found.after), terms)
    page = bundle.searchset(
        found.holders, terms, self_query=query_of(asked, terms), next_query=following, total=found.total, at=now
    )
    return _answer(page, kept=caller.kept if asked.is_exact else _NOBODY, headers=allowance_headers(caller.left))


@blueprint.get("/<string:resource_type>/<string:reference>")
@public
@lasting
def read(resource_type: str, reference: str) -> Response:
    """Answer one resource: somebody, their status under our signature, or one of our definitions."""
    terms = _terms()
    check_read(_parameters())
    if resource_type not in ("Practitioner", "VerificationResult"):
        definition = definitions(terms).get((resource_type, reference))
        if definition is None:
            raise NotFoundError
        return _answer(definition, kept=_DEFINITIONS_KEPT)
    caller, now, loaded = _caller(), datetime.now(UTC), current_resources()
    found = fhir.read(current_reader(), reference=reference, now=now)
    if found is None:
        raise NotFoundError
    holder, holder_id = found
    _note((holder_id,), caller, now=now)
    headers = allowance_headers(caller.left)
    if resource_type == "VerificationResult":
        if not holder.labels:
            raise NotFoundError
        made = attestation.verification_result(holder, terms, ring=loaded.ring, now=now)
        return _answer(made, kept=_NOBODY, headers=headers)
    response = _answer(practitioner(holder, terms), kept=caller.kept, headers=headers)
    response.set_etag(etag(holder, terms), weak=True)
    response.make_conditional(request.environ)
    return response


_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


@blueprint.route("/", methods=_METHODS, defaults={"rest": ""})
@blueprint.route("/<path:rest>", methods=_METHODS)
@public
def refuse(rest: str) -> Response:  # noqa: ARG001 (whatever was asked)
    """Answer what this server does not do: any other method, any other address."""
    if request.method in ("GET", "HEAD"):
        raise NotFoundError
    response = _refused(405, "Reads only: GET. POST _search is not offered, since every search is short.")
    response.headers["Allow"] = "GET, HEAD"
    return response


def _terms() -> Terms:
    """Return the addresses of this server, once it is known that whoever asks reads what it speaks."""
    accepted = request.accept_mimetypes
    if accepted and not any(accepted[kind] for kind in _SPOKEN):
        raise RefusedByFhirError(406, "not-supported", f"Only JSON here, as {MIME_TYPE}.")
    return fhir.terms_of(current_resources())


def _parameters() -> list[tuple[str, str]]:
    query = request.query_string
    if len(query) > _LONGEST_QUERY:
        raise RefusedByFhirError(400, "too-long", f"A query has {_LONGEST_QUERY} characters at most.")
    return parse_qsl(query.decode("ascii", "replace"), keep_blank_values=True)


def _caller() -> _Caller:
    """Count this request, for the key that it bears or for the address that it comes from.

    Raises:
        RefusedByFhirError: A key that is unknown, or was taken back.
        TooManyRequestsError: Too many requests.
    """
    given = request.headers.get("Authorization")
    if given is None:
        return _Caller(None, READS.take(get_remote_address()))
    scheme, _space, key = given.partition(" ")
    client = clients.find(current_reader(), key=key.strip()) if scheme.lower() == "bearer" else None
    if client is None:
        READS.take(get_remote_address())  # whoever guesses keys is slowed down
        raise RefusedByFhirError(401, "login", "This key is not known, or was taken back.")
    return _Caller(client, KEYS.take(str(client.id)))


def _note(holder_ids: tuple[int, ...], caller: _Caller, *, now: datetime) -> None:
    reads: Reads = current_app.extensions["numericite.reads"]
    reads.note(holder_ids, channel=Channel.SOFTWARE, client_id=caller.client_id, now=now)


def _answer(resource: Resource, *, kept: str, status: int = 200, headers: Iterable[tuple[str, str]] = ()) -> Response:
    response = Response(text_of(resource), status=status, content_type=f"{MIME_TYPE}; charset=utf-8")
    response.headers.extend(headers)
    response.headers["Cache-Control"] = kept
    response.vary.update(("Accept", "Authorization"))
    return response


def _refused(status: int, diagnostics: str) -> Response:
    return _answer(outcome.outcome_of_status(status, diagnostics=diagnostics), kept=_NOBODY, status=status)


# Refusals ---------------------------------------------------------------------------------------------------------------


@blueprint.errorhandler(RefusedByFhirError)
def _on_refused_search(error: RefusedByFhirError) -> Response:
    response = _answer(outcome.outcome_of(error), kept=_NOBODY, status=error.status)
    if error.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="register"'
    return response


@blueprint.errorhandler(AppError)
def _on_refusal(error: AppError) -> Response:
    if isinstance(error, TooManyRequestsError):
        response = _refused(429, "Too many requests: wait as Retry-After says.")
        response.headers["Retry-After"] = str(g.get("retry_after", 60))
        return response
    if isinstance(error, ForbiddenError):
        return _refused(403, "Not allowed.")
    return _refused(404, f"Nothing at this address. What is offered: {BASE}/metadata.")


@blueprint.errorhandler(Exception)
def _on_crash(error: Exception) -> Response:
    if isinstance(error, HTTPException):
        return _refused(error.code or 500, "The request cannot be answered.")
    if current_app.testing and current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    reference = g.get("request_reference", "")
    log.error("crash", reference=reference, endpoint=request.endpoint, exc_info=error)
    return _refused(500, f"An error of ours. Quote {reference} when you write to us.")
