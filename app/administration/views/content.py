"""Content as its authors read it, and what the monitors say of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for
from flask_babel import gettext

from app.access import Permission, current_identity, requires
from app.administration.forms import FindItemForm
from app.administration.services import across
from app.administration.views.room import blueprint
from app.assessments.forms import AnswerForm
from app.assessments.services import results
from app.certification.services import cut_records
from app.database import current_session
from app.errors import NotFoundError
from app.resources import SHIPPED_CONTENT, current_resources
from app.web import current_language, writes
from quizzes.differential import COMPARED_FROM
from quizzes.presentation import present
from quizzes.statistics import coverage, summary

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from quizzes.items import Item

#: Options are shown in one order, always the same: two authors speak of the same page.
PREVIEW_SEED = 0


@blueprint.get("/contenu")
@requires(Permission.CONTENT_READ)
def content() -> ResponseReturnValue:
    return _content_page(FindItemForm(formdata=None))


@blueprint.post("/contenu")
@requires(Permission.CONTENT_READ)
def find_item() -> ResponseReturnValue:
    form = FindItemForm()
    if not form.validate() or form.item_id.data not in current_resources().bank.items:
        form.item_id.errors = [*form.item_id.errors, gettext("Aucune question n’a cet identifiant.")][:1]
        return _content_page(form), 422
    return redirect(url_for(".preview", item_id=form.item_id.data), code=303)


@blueprint.route("/contenu/questions/<string:item_id>", methods=["GET", "POST"])
@requires(Permission.CONTENT_READ)
@writes
def preview(item_id: str) -> ResponseReturnValue:
    """Show an item as a person sees it; what is answered is told and not kept."""
    item, form, language = _item(item_id), AnswerForm(), current_language()
    shown = present(item, language=language, seed=PREVIEW_SEED)
    given = form.given(item, shown, request.form) if form.is_submitted() else None
    across.note_view(current_session(), item=item, actor_id=current_identity().person_id, now=datetime.now(UTC))
    current_session().commit()
    form.item_id = item.id
    page = render_template(
        "administration/preview.html",
        item=item,
        form=form,
        shown=shown,
        submitted=request.form if form.is_submitted() else {},
        answer=results.tell(item, given, position=0, language=language) if given else None,
    )
    return page, 422 if form.is_submitted() and given is None else 200


def _item(item_id: str) -> Item:
    items = current_resources().bank.items
    if item_id not in items:
        raise NotFoundError
    return items[item_id]


def _content_page(form: FindItemForm) -> str:
    now = datetime.now(UTC)
    return render_template(
        "administration/content.html",
        form=form,
        due=across.content_due(current_resources(), now=now),
        today=now.date(),
        counts=summary(coverage(current_resources().bank, current_resources().modules))["frameworks"],
    )


@blueprint.get("/surveillance/<string:code>")
@requires(Permission.MONITOR_READ)
def monitors(code: str) -> ResponseReturnValue:
    loaded = current_resources()
    found = across.monitors(
        current_session(),
        framework_code=code,
        language="en" if request.args.get("echelle") == "en" else "fr",
        bank=loaded.bank,
        directories=(SHIPPED_CONTENT, *loaded.settings.content_directories),
        ring=loaded.ring,
    )
    watch = found.watch
    return render_template(
        "administration/monitors.html",
        watch=watch,
        codes=sorted(loaded.bank.frameworks),
        in_force={
            level.id
            for level in loaded.bank.framework(code).levels
            if level.id in found.records and cut_records.is_in_force(found.records[level.id], level.cut)
        },
        levels=loaded.bank.framework(code).levels,
        records=found.records,
        unproved=found.unproved,
        drifts=[(one, datetime.fromtimestamp(one.since, UTC)) for one in watch.drifts if one.is_flagged],
        differences=[one for one in watch.differences if one.difference.is_flagged],
        least=COMPARED_FROM,
        uses=[one for one in watch.uses if one.is_flagged],
        misfits=[(found.names[one.sitting], one) for one in watch.misfits if one.is_flagged],
        hastes=[(found.names[one.sitting], one) for one in watch.hastes if one.is_flagged],
    )
