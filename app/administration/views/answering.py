"""Cases and the trail: what people ask, what was contested, what was done."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for

from app.access import Permission, current_identity, requires
from app.accounts.services import cases
from app.administration.forms import AnswerCaseForm, detail_word
from app.administration.services import across
from app.administration.views.room import blueprint
from app.database import current_session
from app.resources import current_resources
from app.web import current_language, writes
from quizzes.policy import policies

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.get("/demandes")
@requires(Permission.CASE_DECIDE)
def case_list() -> ResponseReturnValue:
    return render_template("administration/cases.html", cases=cases.list_open(current_session()))


@blueprint.route("/demandes/<string:number>", methods=["GET", "POST"])
@requires(Permission.CASE_DECIDE)
def case(number: str) -> ResponseReturnValue:
    form, found = AnswerCaseForm(), cases.get(current_session(), number=number)
    if not form.validate_on_submit():
        is_examination = across.is_examination(current_session(), case=found)
        page = render_template("administration/case.html", case=found, form=form, is_examination=is_examination)
        return page, 422 if form.is_submitted() else 200
    across.answer(
        current_session(),
        case=found,
        text=form.answer.data,
        actor_id=current_identity().person_id or 0,
        now=datetime.now(UTC),
    )
    current_session().commit()
    return redirect(url_for(".case", number=number), code=303)


@blueprint.get("/demandes/<string:number>/passation")
@requires(Permission.CASE_DECIDE)
@writes
def contested(number: str) -> ResponseReturnValue:
    """Show a contested sitting to whoever judges it; every look is in the trail."""
    found = cases.get(current_session(), number=number)
    judged = across.read_contested(
        current_session(),
        case=found,
        loaded=current_resources(),
        language=current_language(),
        actor_id=current_identity().person_id,
        now=datetime.now(UTC),
    )
    current_session().commit()
    return render_template("administration/contested.html", case=found, judged=judged, policies=policies())


@blueprint.get("/journal")
@requires(Permission.AUDIT_READ)
def audit_trail() -> ResponseReturnValue:
    page = across.audit_page(current_session(), page=request.args.get("page", 1, type=int))
    return render_template("administration/audit.html", page=page, word_of=detail_word, language=current_language())
