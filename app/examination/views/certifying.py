"""Results without a certificate: why each waits, what to do, and the button that tries again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for
from flask_babel import gettext

from app.access import Permission, current_identity, requires
from app.answers import ANSWERS
from app.database import current_session
from app.errors import AppError, NotIndependentError
from app.examination.forms import ButtonForm
from app.examination.services import certifying, sessions
from app.examination.views.jury import means_for
from app.examination.views.room import blueprint
from app.navigation import back_to
from app.resources import current_resources
from app.supervised_errors import StillUncertifiedError
from app.web import current_language

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.get("/certificats-en-attente")
@requires(Permission.EXAM_JUDGE)
def uncertified() -> ResponseReturnValue:
    return _page()


@blueprint.post("/certificats-en-attente/<string:reference>/<int:number>")
@requires(Permission.EXAM_JUDGE)
@back_to("examination.uncertified")
def certify_again(reference: str, number: int) -> ResponseReturnValue:
    db, actor_id, now = current_session(), current_identity().person_id or 0, datetime.now(UTC)
    means = means_for(sessions.get(db, reference=reference))
    try:
        certifying.try_again(db, reference=reference, number=number, means=means, actor_id=actor_id, now=now)
    except (NotIndependentError, StillUncertifiedError) as refusal:
        db.rollback()
        return _page(refusal=refusal), ANSWERS[refusal.code].status
    db.commit()
    return redirect(url_for(".uncertified", fait="oui"), code=303)


def _page(*, refusal: AppError | None = None) -> str:
    loaded, language = current_resources(), current_language()
    found = certifying.list_waiting(current_session(), press=loaded.press, limit=sessions.SHOWN + 1)
    answer = ANSWERS[refusal.code] if refusal else None
    return render_template(
        "examination/uncertified.html",
        waiting=found[: sessions.SHOWN],
        is_cut=len(found) > sessions.SHOWN,
        titles={code: framework.title.get(language) for code, framework in loaded.bank.frameworks.items()},
        button=ButtonForm(formdata=None),
        said=f"{gettext(answer.title)} {gettext(answer.advice)}" if answer else "",
        is_done="fait" in request.args,
    )
