"""A holder's page: how others see the label, the badge to show it, who follows it, how often it was looked up."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import redirect, render_template, url_for

from app.access import Permission, current_identity, requires
from app.database import current_session
from app.errors import NotFoundError
from app.navigation import back_to
from app.publication.forms import AnswerForm
from app.publication.services import reads, register, watching, words
from app.publication.views.public import LOOKS
from app.publication.views.room import blueprint
from app.resources import current_resources
from app.web import limiter
from certificates.dates import day_in_paris
from certificates.live_badge import HEIGHT, WIDTH

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_ANSWERS = {"accept": watching.accept, "decline": watching.decline, "stop": watching.stop}


@blueprint.get("/le-mien")
@requires(Permission.CERTIFICATE_HOLD)
def own() -> ResponseReturnValue:
    db, now, person_id = current_session(), datetime.now(UTC), current_identity().person_id or 0
    found = register.find_own(db, person_id=person_id, on=day_in_paris(now))
    return render_template(
        "publication/own.html",
        entry=found.entries[0] if found else None,
        watchers=watching.list_own(db, person_id=person_id),
        reads=reads.list_own(db, person_id=person_id, now=now),
        shown_days=reads.SHOWN_DAYS,
        words=words.WORDS,
        looks=LOOKS,
        form=AnswerForm(formdata=None),
        origin=current_resources().settings.public_url,
        size=(WIDTH, HEIGHT),
    )


@blueprint.post("/le-mien/suivis/<int:watch_id>")
@requires(Permission.CERTIFICATE_HOLD)
@back_to("publication.own")
@limiter.limit("120 per hour")
def answer(watch_id: int) -> ResponseReturnValue:
    form = AnswerForm()
    if not form.validate():
        raise NotFoundError
    _ANSWERS[form.answer.data](
        current_session(), watch_id=watch_id, person_id=current_identity().person_id or 0, now=datetime.now(UTC)
    )
    current_session().commit()
    return redirect(url_for(".own", _anchor="suivis"), code=303)
