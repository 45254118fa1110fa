"""Numbers that two accounts give: what is known of each, and what two officers decide."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for
from flask_babel import gettext

from app.access import Permission, current_identity, requires
from app.administration.forms import ButtonForm
from app.administration.services import disputed
from app.administration.views.room import blueprint
from app.answers import ANSWERS
from app.database import current_session
from app.errors import AppError, MovedOnError, NotFoundError, NotIndependentError, SamePersonError
from app.identity.services.disputes import Outcome
from app.navigation import back_to

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_REFUSED = (MovedOnError, NotIndependentError, SamePersonError)


@blueprint.get("/numeros")
@requires(Permission.LABEL_JUDGE)
def number_list() -> ResponseReturnValue:
    return _page()


@blueprint.post("/numeros/<int:dispute_id>/<any(proposer,decider):act>")
@requires(Permission.LABEL_JUDGE)
@back_to("administration.number_list")
def decide_number(dispute_id: int, act: str) -> ResponseReturnValue:
    """Propose how a dispute ends, or end it as another officer proposed."""
    db, actor_id, now = current_session(), current_identity().person_id or 0, datetime.now(UTC)
    try:
        if act == "proposer":
            outcome = request.form.get("outcome", "")
            if outcome not in set(Outcome):
                raise NotFoundError
            disputed.propose(db, dispute_id=dispute_id, outcome=Outcome(outcome), actor_id=actor_id, now=now)
        else:
            disputed.settle(db, dispute_id=dispute_id, actor_id=actor_id, now=now)
    except _REFUSED as refusal:
        db.rollback()
        return _page(refusal=refusal), ANSWERS[refusal.code].status
    db.commit()
    return redirect(url_for(".number_list"), code=303)


def _page(*, refusal: AppError | None = None) -> str:
    answer = ANSWERS[refusal.code] if refusal else None
    return render_template(
        "administration/numbers.html",
        waiting=disputed.list_waiting(current_session(), actor_id=current_identity().person_id),
        button=ButtonForm(formdata=None),
        said=f"{gettext(answer.title)} {gettext(answer.advice)}" if answer else "",
    )
