"""Appeals against published results: two officers who had no part in the session decide what changes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import redirect, render_template, url_for
from flask_babel import gettext

from app.access import Permission, current_identity, requires
from app.accounts.views.pages import tell
from app.answers import ANSWERS
from app.database import current_session
from app.errors import (
    AppError,
    MovedOnError,
    NotFoundError,
    NotIndependentError,
    ReservedItemsSeenError,
    SamePersonError,
)
from app.examination.forms import REVIEW_WORDS, VERDICT_WORDS, ButtonForm, ReviewForm
from app.examination.models import ReviewKind
from app.examination.services import reviewing, sessions
from app.examination.views.jury import means_for
from app.examination.views.room import blueprint
from app.navigation import back_to
from app.resources import current_resources
from app.web import current_language

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_REFUSED = (MovedOnError, NotIndependentError, ReservedItemsSeenError, SamePersonError)


@blueprint.get("/recours")
@requires(Permission.EXAM_JUDGE)
def review_list() -> ResponseReturnValue:
    bank, language = current_resources().bank, current_language()
    found = reviewing.list_contested(current_session(), limit=sessions.SHOWN + 1)
    return render_template(
        "examination/reviews.html",
        contested=found[: sessions.SHOWN],
        is_cut=len(found) > sessions.SHOWN,
        titles={code: framework.title.get(language) for code, framework in bank.frameworks.items()},
    )


@blueprint.get("/recours/<string:number>")
@requires(Permission.EXAM_JUDGE)
def review(number: str) -> ResponseReturnValue:
    return _page(number)


@blueprint.post("/recours/<string:number>/propositions")
@requires(Permission.EXAM_JUDGE)
@back_to("examination.review")
def propose_review(number: str) -> ResponseReturnValue:
    db, form = current_session(), ReviewForm()
    reviewing.find(db, number=number)
    if not form.validate():
        return _page(number, form=form), 422
    try:
        reviewing.propose(
            db,
            number=number,
            kind=ReviewKind(form.kind.data),
            reason=form.reason.data,
            item_id=form.item_id.data or None,
            actor_id=current_identity().person_id or 0,
            now=datetime.now(UTC),
        )
    except NotFoundError:
        form.item_id.errors = [gettext("Cette question n’a pas été posée à cette personne.")]
        return _page(number, form=form), 422
    except _REFUSED as refusal:
        tell(form.kind, refusal)
        return _page(number, form=form), ANSWERS[refusal.code].status
    db.commit()
    return redirect(url_for(".review", number=number), code=303)


@blueprint.post("/recours/<string:number>/decisions/<int:review_id>/<any(prendre, retirer):act>")
@requires(Permission.EXAM_JUDGE)
@back_to("examination.review")
def decide_review(number: str, review_id: int, act: str) -> ResponseReturnValue:
    """Take what another officer proposed, or withdraw one's own proposal."""
    db, actor_id, now = current_session(), current_identity().person_id or 0, datetime.now(UTC)
    session = reviewing.find(db, number=number)[2]
    given = {"number": number, "review_id": review_id, "actor_id": actor_id, "now": now}
    try:
        if act == "prendre":
            reviewing.take(db, means=means_for(session), **given)  # type: ignore[arg-type]  # values of several types
        else:
            reviewing.withdraw(db, **given)  # type: ignore[arg-type]  # values of several types
    except _REFUSED as refusal:
        db.rollback()
        return _page(number, refusal=refusal), ANSWERS[refusal.code].status
    db.commit()
    return redirect(url_for(".review", number=number), code=303)


def _page(number: str, *, form: ReviewForm | None = None, refusal: AppError | None = None) -> str:
    db = current_session()
    case, candidate, session = reviewing.find(db, number=number)
    answer = ANSWERS[refusal.code] if refusal else None
    return render_template(
        "examination/review.html",
        case=case,
        row=candidate,
        session=session,
        title=current_resources().bank.framework(session.framework_code).title.get(current_language()),
        reviews=reviewing.list_reviews(db, case=case),
        former=reviewing.list_former(db, candidate=candidate),
        form=form or ReviewForm(formdata=None),
        button=ButtonForm(formdata=None),
        said=f"{gettext(answer.title)} {gettext(answer.advice)}" if answer else "",
        refused=form,
        words=REVIEW_WORDS,
        verdicts=VERDICT_WORDS,
    )
