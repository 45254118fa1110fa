from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext

from app.access import public
from app.certification.services.status_list import publish
from app.database import current_session
from app.errors import NotFoundError
from app.navigation import back_to
from app.resources import current_resources
from app.verification.forms import CodeForm, FileForm
from app.verification.services import files, verdicts
from app.web import csrf, limiter
from certificates import verification
from certificates.reference import format_code, normalise_code

if TYPE_CHECKING:
    from uuid import UUID

    from flask.typing import ResponseReturnValue

blueprint = Blueprint("verification", __name__)
csrf.exempt(blueprint)

TRIES = "30 per minute; 300 per hour"
#: What `/credentials/<uuid>` may be asked for; the first is what software gets that asks for nothing in particular.
STATEMENT_TYPES = ("application/vc+jwt", "application/jwt", "text/html", "application/ld+json", "application/json")


@blueprint.get("/verifier")
@public
def index() -> ResponseReturnValue:
    return render_template("verification/index.html", code_form=CodeForm(), file_form=FileForm())


@blueprint.post("/verifier")
@public
@limiter.limit(TRIES)
def find() -> ResponseReturnValue:
    form = CodeForm()
    if not form.validate():
        return render_template("verification/index.html", code_form=form, file_form=FileForm(formdata=None)), 422
    code = normalise_code(form.code.data)
    if code is None:
        form.code.errors = [
            gettext("Un code a seize signes, sans compter espaces et tirets. Relisez-le sur le document.")
        ]
        return render_template("verification/index.html", code_form=form, file_form=FileForm(formdata=None)), 422
    return redirect(url_for(".check", code=format_code(code)), code=303)


@blueprint.get("/c/<string:code>")
@public
@limiter.limit(TRIES)
def check(code: str) -> ResponseReturnValue:
    loaded = current_resources()
    verdict = verdicts.check_code(
        current_session(),
        text=code,
        ring=loaded.ring,
        secret=loaded.settings.reference_secret,
        now=datetime.now(UTC),
    )
    return _verdict_page(verdict)


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
    wish = request.accept_mimetypes.best_match(STATEMENT_TYPES)
    if wish in (None, "text/html"):
        if verdict.credential is None:
            return _verdict_page(verdict)
        return redirect(url_for(".check", code=format_code(verdict.credential.code)), code=303)
    if token is None:
        raise NotFoundError
    response = Response(token, mimetype=wish)
    if wish not in STATEMENT_TYPES[:2]:
        response = jsonify(verification.read_claims(token))
        response.mimetype = wish
    response.headers["Access-Control-Allow-Origin"] = "*"
    return _private(response)


@blueprint.get("/c/")
@public
def short_address() -> ResponseReturnValue:
    return redirect(url_for(".index"), code=302)


@blueprint.post("/verifier/pdf")
@public
@back_to("verification.index")
@limiter.limit("20 per minute; 100 per hour")
def check_file() -> ResponseReturnValue:
    form, loaded = FileForm(), current_resources()
    if not form.validate():
        return render_template("verification/index.html", code_form=CodeForm(formdata=None), file_form=form), 422
    verdict = files.check_file(
        current_session(),
        data=form.pdf.data.read(),
        ring=loaded.ring,
        roots_file=loaded.roots_file,
        now=datetime.now(UTC),
    )
    return _verdict_page(verdict, from_file=True)


@blueprint.get("/.well-known/jwks.json")
@public
def jwks() -> ResponseReturnValue:
    return _published(jsonify(current_resources().ring.jwks()))


@blueprint.get("/.well-known/did.json")
@public
def did() -> ResponseReturnValue:
    loaded = current_resources()
    return _published(jsonify(loaded.ring.did_document(loaded.settings.public_url)))


@blueprint.get("/keys/<string:kid>")
@public
def key(kid: str) -> ResponseReturnValue:
    ring = current_resources().ring
    if ring.find(kid) is None:
        raise NotFoundError
    return _published(jsonify(ring.public_jwk(kid)))


@blueprint.get("/status/1.jwt")
@public
def status_list() -> ResponseReturnValue:
    loaded = current_resources()
    token = publish(current_session(), issuer=loaded.issuer, ring=loaded.ring, now=datetime.now(UTC))
    return _published(Response(token, mimetype="application/vc+jwt"), seconds=300)


@blueprint.get("/emetteur")
@public
def issuer() -> ResponseReturnValue:
    return render_template("verification/issuer.html", issuer=current_resources().issuer)


@blueprint.get("/achievements/<string:framework>/<string:kind>")
@blueprint.get("/achievements/<string:framework>/<string:kind>/criteria")
@public
def criteria(framework: str, kind: str) -> ResponseReturnValue:
    frameworks = current_resources().bank.frameworks
    if framework not in frameworks or kind not in ("statement", "certificate"):
        raise NotFoundError
    return render_template("verification/criteria.html", framework=frameworks[framework], kind=kind)


def _published(response: Response, *, seconds: int = 3600) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    return response


def _verdict_page(verdict: verdicts.Verdict, *, from_file: bool = False) -> Response:
    loaded = current_resources()
    framework = loaded.bank.frameworks.get(verdict.credential.framework_code) if verdict.credential else None
    response = make_response(
        render_template("verification/verdict.html", verdict=verdict, from_file=from_file, framework=framework)
    )
    # An unknown code answers 200 too: the page is found, the verdict is what it says.
    return _private(response)


def _private(response: Response) -> Response:
    """Keep what names somebody out of search engines, caches and the addresses that other sites are told."""
    response.headers["X-Robots-Tag"] = "noindex, noarchive"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
