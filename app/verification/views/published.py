"""What software fetches: keys, status lists, statements, and the pages that the addresses in a statement open."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Response, jsonify, make_response, redirect, render_template, request, url_for

from app.access import public
from app.certification.services import open_formats
from app.certification.services.status_list import Form, publish
from app.database import current_session
from app.errors import NotFoundError
from app.resources import current_resources
from app.verification.services import verdicts
from app.verification.views.pages import note_look, private, verdict_page
from app.verification.views.room import TRIES, blueprint
from app.web import current_language, limiter
from certificates import achievement, label_achievement
from certificates.did import document as did_document
from certificates.label_rules.parameters import parameters
from certificates.reference import format_code
from certificates.status import TTL

if TYPE_CHECKING:
    from uuid import UUID

    from flask.typing import ResponseReturnValue
    from werkzeug.wrappers import Response as ResponseBase

    from quizzes.framework import Framework


Answer = TypeVar("Answer", bound="ResponseBase")
#: What `/credentials/<uuid>` may be asked for: the token (plain text is what Open Badges validators take, and what software
#: gets that asks for nothing in particular), its Data Integrity twin, the page.
TOKEN_TYPES = ("text/plain", "application/vc+jwt", "application/jwt")
TWIN_TYPES = ("application/vc+ld+json", "application/ld+json", "application/vc", "application/json")
#: What the pages of the issuer and of achievements may be asked for beside HTML.
LINKED_DATA_TYPES = ("application/ld+json", "application/json")


@blueprint.get("/credentials/<uuid:identifier>")
@public
@limiter.limit(TRIES)
def statement(identifier: UUID) -> ResponseReturnValue:
    """Answer at the address that a token bears: the statement to software, the usual page to people."""
    loaded = current_resources()
    verdict, token = verdicts.statement_at(
        current_session(),
        credential_id=f"{loaded.settings.public_url}/credentials/{identifier}",
        ring=loaded.ring,
        now=datetime.now(UTC),
    )
    wish = request.accept_mimetypes.best_match((*TOKEN_TYPES, "text/html", *TWIN_TYPES))
    if wish in (None, "text/html"):
        if verdict.credential is None:
            return _negotiated(verdict_page(verdict))
        return _negotiated(redirect(url_for(".check", code=format_code(verdict.credential.code)), code=303))
    note_look(verdict)  # the page counts its own
    if token is None:
        raise NotFoundError
    body = token if wish in TOKEN_TYPES else open_formats.twin(token, loaded.ring)
    response = Response(body, mimetype=wish)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return _negotiated(private(response))


@blueprint.get("/.well-known/jwks.json")
@public
def jwks() -> ResponseReturnValue:
    return _published(jsonify(current_resources().ring.jwks()))


@blueprint.get("/.well-known/did.json")
@public
def did() -> ResponseReturnValue:
    loaded = current_resources()
    return _published(jsonify(did_document(loaded.ring, loaded.settings.public_url)))


@blueprint.get("/keys/<string:kid>")
@public
def key(kid: str) -> ResponseReturnValue:
    ring = current_resources().ring
    if ring.find(kid) is None:
        raise NotFoundError
    return _published(jsonify(ring.public_jwk(kid)))


@blueprint.get("/status/<int:number>.jwt")
@public
def status_list(number: int) -> ResponseReturnValue:
    return _status_list(number, Form.TOKEN, mimetype="application/vc+jwt")


@blueprint.get("/status/<int:number>")
@public
def status_document(number: int) -> ResponseReturnValue:
    return _status_list(number, Form.DOCUMENT, mimetype="application/vc")


@blueprint.get("/status/suspension/<int:number>.jwt")
@public
def suspension_list(number: int) -> ResponseReturnValue:
    return _status_list(number, Form.TOKEN, mimetype="application/vc+jwt", purpose="suspension")


@blueprint.get("/status/suspension/<int:number>")
@public
def suspension_document(number: int) -> ResponseReturnValue:
    return _status_list(number, Form.DOCUMENT, mimetype="application/vc", purpose="suspension")


@blueprint.get("/emetteur")
@public
def issuer() -> ResponseReturnValue:
    issuer = current_resources().issuer
    if wants_linked_data():
        return _linked_data(achievement.profile(issuer))
    return _negotiated(make_response(render_template("verification/issuer.html", issuer=issuer)))


@blueprint.get("/achievements/<string:framework>/<string:kind>")
@blueprint.get("/achievements/<string:framework>/<string:kind>/criteria")
@public
def criteria(framework: str, kind: str) -> ResponseReturnValue:
    if (framework, kind) == (label_achievement.CODE, "label"):
        return _label_criteria()
    loaded = current_resources()
    frameworks = loaded.bank.frameworks
    if framework not in frameworks or kind not in ("statement", "certificate"):
        raise NotFoundError
    one = frameworks[framework]
    if wants_linked_data():
        return _linked_data(achievement.document(_achievement(one, kind)))
    return _negotiated(make_response(render_template("verification/criteria.html", framework=one, kind=kind)))


def _label_criteria() -> Response:
    loaded, rules = current_resources(), parameters()
    if wants_linked_data():
        published = label_achievement.published(
            rules,
            origin=loaded.settings.public_url,
            language=current_language(),
            demonstration=loaded.settings.demonstration,
        )
        return _linked_data(achievement.document(published))
    return _negotiated(make_response(render_template("verification/label_criteria.html", rules=rules)))


def wants_linked_data() -> bool:
    """Return whether whoever asks prefers JSON-LD to a page; a browser, or anything that says nothing, does not."""
    return request.accept_mimetypes.best_match(("text/html", *LINKED_DATA_TYPES)) in LINKED_DATA_TYPES


def _achievement(framework: Framework, kind: str) -> achievement.Published:
    loaded = current_resources()
    return achievement.Published(
        origin=loaded.settings.public_url,
        kind=kind,
        language=current_language(),
        framework_code=framework.code,
        framework_version=framework.version,
        framework_title=(framework.title.fr, framework.title.en),
        areas=tuple(
            achievement.PublishedArea(area_id=area.id, title=(area.title.fr, area.title.en)) for area in framework.areas
        ),
        demonstration=loaded.settings.demonstration,
    )


def _status_list(number: int, form: Form, *, mimetype: str, purpose: str = "revocation") -> Response:
    loaded, now = current_resources(), datetime.now(UTC)
    text = publish(
        current_session(),
        number=number,
        form=form,
        issuer=loaded.issuer,
        ring=loaded.ring,
        now=now,
        purpose=purpose,
    )
    return _published(Response(text, mimetype=mimetype), seconds=int(TTL.total_seconds()))


def _linked_data(document: dict[str, Any]) -> Response:
    response = jsonify(document)
    response.mimetype = LINKED_DATA_TYPES[0]
    return _negotiated(_published(response))


def _negotiated(response: Answer) -> Answer:
    """Tell caches that the same address answers otherwise to whoever asks for another form."""
    response.vary.add("Accept")
    return response


def _published(response: Response, *, seconds: int = 3600) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    return response
