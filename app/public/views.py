from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request
from sqlalchemy import text

from app import telemetry
from app.access import current_identity, public
from app.database import current_session
from app.resources import current_resources
from app.web import A_YEAR_SECONDS, COMFORT, COMFORT_COOKIE, current_language, limiter

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("public", __name__)


@blueprint.get("/")
@public
def home() -> ResponseReturnValue:
    return render_template("public/home.html")


@blueprint.get("/confort")
@public
def comfort() -> ResponseReturnValue:
    return render_template("public/comfort.html", back=_local_path(request.args.get("suite", "/")))


@blueprint.post("/confort")
@public
def set_comfort() -> ResponseReturnValue:
    wishes = [request.form.get(name, values[0]) for name, values in COMFORT.items()]
    checked = [wish if wish in values else values[0] for wish, values in zip(wishes, COMFORT.values(), strict=True)]
    response = redirect(_local_path(request.form.get("suite", "/")), code=303)
    response.set_cookie(
        COMFORT_COOKIE,
        ".".join(checked),
        max_age=None if current_identity().shared_computer else A_YEAR_SECONDS,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


def _local_path(target: str) -> str:
    """Return `target` if it is a path of this site, else the home page: no open redirect."""
    safe = (
        target.startswith("/") and not target.startswith(("//", "/\\")) and "\\" not in target and target.isprintable()
    )
    return target if safe else "/"


@blueprint.get("/mentions-legales")
@public
def legal() -> ResponseReturnValue:
    loaded = current_resources()
    return render_template("public/legal.html", issuer=loaded.issuer, is_demonstration=loaded.settings.demonstration)


@blueprint.get("/vos-donnees")
@public
def privacy() -> ResponseReturnValue:
    register = current_app.extensions["numericite.privacy_register"]
    return render_template("public/privacy.html", rows=register.tell(current_language()))


@blueprint.get("/accessibilite")
@public
def accessibility() -> ResponseReturnValue:
    return render_template("public/accessibility.html")


@blueprint.get("/healthz")
@public
@limiter.exempt
def healthz() -> ResponseReturnValue:
    """Say that the process answers."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
@public
@limiter.exempt
def readyz() -> ResponseReturnValue:
    """Say that the database answers too."""
    current_session().execute(text("SELECT 1"))
    return Response("ready\n", mimetype="text/plain")


@blueprint.get("/metrics")
@public
@limiter.exempt
def metrics() -> ResponseReturnValue:
    """Give the metrics to this machine only; to anybody else the page does not exist."""
    if request.remote_addr not in ("127.0.0.1", "::1"):
        abort(404)
    return Response(telemetry.metrics_page(), mimetype="text/plain; version=0.0.4")
