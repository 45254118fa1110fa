from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, url_for

from app.access import Permission, current_identity, public, requires
from app.database import current_session
from app.learning import services
from app.resources import current_resources
from app.web import current_language

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("learning", __name__, url_prefix="/apprendre")


@blueprint.get("/")
@public
def index() -> ResponseReturnValue:
    loaded = current_resources()
    cards = services.list_paths(
        current_session(),
        paths=loaded.paths,
        modules=loaded.modules,
        person_id=current_identity().person_id,
        language=current_language(),
    )
    return render_template("learning/index.html", cards=cards)


@blueprint.get("/modules/<string:module_id>")
@public
def module(module_id: str) -> ResponseReturnValue:
    found = services.find_module(current_resources().modules, module_id=module_id, language=current_language())
    framework = next(
        framework
        for framework in current_resources().bank.frameworks.values()
        if found.competency.startswith(framework.code + "-")
    )
    finished = services.is_finished(current_session(), person_id=current_identity().person_id, module_id=module_id)
    return render_template(
        "learning/module.html",
        module=found,
        framework=framework,
        competency=framework.competency(found.competency),
        is_finished=finished,
    )


@blueprint.post("/modules/<string:module_id>/termine")
@requires(Permission.SITTING_TAKE)
def finish(module_id: str) -> ResponseReturnValue:
    services.finish(
        current_session(),
        person_id=current_identity().person_id or 0,
        module_id=module_id,
        modules=current_resources().modules,
        now=datetime.now(UTC),
    )
    current_session().commit()
    return redirect(url_for(".index"), code=303)
