from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from app.access import Permission, current_identity, public, requires
from app.accounts.services import people
from app.accounts.services.web_sessions import GUEST_LIFETIME
from app.accounts.views import keep_guest
from app.assessments.forms import AnswerForm
from app.assessments.services import results
from app.database import current_session
from app.errors import NotFoundError
from app.learning.forms import ActForm
from app.learning.services import acts, lessons, progress, updates
from app.navigation import back_to
from app.resources import current_resources
from app.web import current_language, limiter
from quizzes.presentation import present

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from app.learning.services.lessons import Lesson
    from quizzes.framework import Framework
    from quizzes.items import Item
    from quizzes.paths import Module

#: `?version=simple` asks for plain words; it is kept from page to page, in the other language too.
PLAIN = "simple"
#: Options are shown in the same order at each visit.
PRACTICE_SEED = 1

blueprint = Blueprint("learning", __name__, url_prefix="/apprendre")


@blueprint.get("/")
@public
def index() -> ResponseReturnValue:
    loaded, profile = current_resources(), request.args.get("profil")
    profiles = lessons.profiles_of(loaded.paths)
    finished = progress.finished_by(current_session(), person_id=current_identity().person_id)
    cards = lessons.list_paths(
        loaded,
        finished=finished,
        language=current_language(),
        profile=profile if profile in profiles else None,
    )
    return render_template(
        "learning/index.html",
        cards=cards,
        news={card.module.id: card.module for path in cards for card in path.modules if card.has_news},
        profile=profile,
        profiles=profiles,
        version=_version(),
    )


@blueprint.get("/modules/<string:module_id>")
@public
def module(module_id: str) -> ResponseReturnValue:
    lesson, loaded = _lesson(module_id), current_resources()
    framework = _framework(lesson.module)
    row = progress.finished_by(current_session(), person_id=current_identity().person_id).get(module_id)
    return render_template(
        "learning/module.html",
        lesson=lesson,
        module=lesson.module,
        framework=framework,
        competency=framework.competency(lesson.module.competency),
        drawing=loaded.drawings.get(lesson.module.illustration or ""),
        row=row,
        news=updates.news(lesson.module, row, facts=loaded.facts),
        practice=_practice(lesson.module),
        days=GUEST_LIFETIME.days,
        version=_version(),
    )


@blueprint.post("/modules/<string:module_id>/termine")
@public
@back_to("learning.module")
@limiter.limit("60 per minute")
def finish(module_id: str) -> ResponseReturnValue:
    """Remember a finished lesson; a stranger becomes a guest, as on beginning a test."""
    db, identity, now = current_session(), current_identity(), datetime.now(UTC)
    person_id = identity.person_id
    if person_id is None and _lesson(module_id):
        person_id = people.create_guest(db, now=now).id
        keep_guest(db, person_id=person_id, shared_computer=identity.shared_computer, now=now)
    progress.finish(
        db,
        person_id=person_id or 0,
        module_id=module_id,
        modules=current_resources().modules,
        is_account=identity.is_account,
        now=now,
    )
    db.commit()
    return redirect(url_for(".index", version=_version()), code=303)


@blueprint.post("/modules/<string:module_id>/nouveautes")
@requires(Permission.SITTING_TAKE)
@back_to("learning.module")
def read_update(module_id: str) -> ResponseReturnValue:
    row = progress.get_finished(current_session(), person_id=current_identity().person_id, module_id=module_id)
    updates.mark_read(current_session(), row=row, now=datetime.now(UTC))
    current_session().commit()
    return redirect(url_for(".module", module_id=module_id, version=_version()), code=303)


@blueprint.route("/modules/<string:module_id>/acte", methods=["GET", "POST"])
@requires(Permission.SITTING_TAKE)
def act(module_id: str) -> ResponseReturnValue:
    """Say whether a real act was done: yes, or not yet; nothing depends on it."""
    lesson, form = _lesson(module_id), ActForm()
    row = progress.get_finished(current_session(), person_id=current_identity().person_id, module_id=module_id)
    wanted = acts.act_of(lesson.module)
    if not form.validate_on_submit():
        page = render_template("learning/act.html", module=lesson.module, act=wanted, row=row, form=form)
        return page, 422 if form.is_submitted() else 200
    acts.answer(current_session(), row=row, is_done=form.is_done, now=datetime.now(UTC))
    current_session().commit()
    return redirect(url_for(".act", module_id=module_id), code=303)


@blueprint.route("/modules/<string:module_id>/exercices/<int:position>", methods=["GET", "POST"])
@public
def practice(module_id: str, position: int) -> ResponseReturnValue:
    """Practise a lesson: each answer is explained at once, and none is kept."""
    lesson, form, language = _lesson(module_id), AnswerForm(), current_language()
    items = _practice(lesson.module)
    if not 1 <= position <= len(items):
        raise NotFoundError
    item = items[position - 1]
    shown = present(item, language=language, seed=PRACTICE_SEED)
    given = form.given(item, shown, request.form) if form.is_submitted() else None
    form.item_id = item.id
    page = render_template(
        "learning/practice.html",
        module=lesson.module,
        form=form,
        shown=shown,
        submitted=request.form if form.is_submitted() else {},
        answer=results.tell(item, given, position=position, language=language) if given else None,
        position=position,
        total=len(items),
        version=_version(),
    )
    return page, 422 if form.is_submitted() and given is None else 200


def _version() -> str | None:
    return PLAIN if request.args.get("version") == PLAIN else None


def _lesson(module_id: str) -> Lesson:
    return lessons.find_lesson(
        current_resources().modules,
        module_id=module_id,
        language=current_language(),
        plain=_version() is not None,
    )


def _framework(module: Module) -> Framework:
    frameworks = current_resources().bank.frameworks
    return next(one for one in frameworks.values() if one.has_competency(module.competency))


def _practice(module: Module) -> list[Item]:
    """Return the open items that a lesson practises with; the checker names any other."""
    items = current_resources().bank.items
    return [items[name] for name in module.practice if name in items and items[name].pool == "open"]
