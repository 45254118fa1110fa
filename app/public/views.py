from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from sqlalchemy import text

from app import telemetry
from app.access import current_identity, public
from app.assessments.services import sittings
from app.database import current_session
from app.navigation import is_local
from app.resources import current_resources
from app.verification.views import wants_linked_data
from app.web import A_YEAR_SECONDS, COMFORT, COMFORT_COOKIE, current_language, limiter
from quizzes.policy import policies

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from quizzes.framework import Competency

blueprint = Blueprint("public", __name__)

#: How long what is said there may be believed; RFC 9116 asks for less than a year.
_SECURITY_DAYS = 180


@blueprint.get("/")
@public
def home() -> ResponseReturnValue:
    if wants_linked_data():
        # The address of the site is the identity of the issuer in what it signs.
        return redirect(url_for("verification.issuer"), code=303)
    person_id, bank = current_identity().person_id, current_resources().bank
    return render_template(
        "public/home.html",
        open_sittings=[] if person_id is None else sittings.list_open(current_session(), person_id=person_id),
        policies=policies(),
        titles={code: framework.title.get(current_language()) for code, framework in bank.frameworks.items()},
    )


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
    return target if is_local(target) else "/"


@blueprint.get("/comment-votre-niveau-est-mesure")
@public
def measurement() -> ResponseReturnValue:
    return render_template("public/measurement.html", policies=policies())


@blueprint.get("/mentions-legales")
@public
def legal() -> ResponseReturnValue:
    loaded = current_resources()
    return render_template("public/legal.html", issuer=loaded.issuer, settings=loaded.settings)


@blueprint.get("/vos-donnees")
@public
def privacy() -> ResponseReturnValue:
    register = current_app.extensions["numericite.privacy_register"]
    return render_template("public/privacy.html", rows=register.tell(current_language()))


@blueprint.get("/recommandations")
@public
def recommendations() -> ResponseReturnValue:
    loaded = current_resources()
    if loaded.report is None:
        abort(404)
    lessons = {one.id for one in loaded.modules}
    answering: dict[int, list[Competency]] = {}
    for framework in loaded.bank.frameworks.values():
        for competency in (one for area in framework.areas for one in area.competencies):
            for number in competency.recommendations:
                answering.setdefault(number, []).append(competency)
    return render_template("public/recommendations.html", report=loaded.report, answering=answering, lessons=lessons)


@blueprint.get("/.well-known/security.txt")
@public
def security() -> ResponseReturnValue:
    """Say where a fault of safety, or a page that passes for ours, is told (RFC 9116)."""
    loaded = current_resources()
    origin, ends = loaded.settings.public_url, datetime.now(UTC) + timedelta(days=_SECURITY_DAYS)
    lines = (
        f"Contact: mailto:{loaded.settings.organisation_email}",
        f"Contact: {origin}/reclamations",
        f"Expires: {ends.strftime('%Y-%m-%dT00:00:00Z')}",
        "Preferred-Languages: fr, en",
        f"Canonical: {origin}/.well-known/security.txt",
    )
    response = Response("".join(f"{line}\n" for line in lines), mimetype="text/plain")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


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
