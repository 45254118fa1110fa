"""The register for people: an exact number in, one label out; and the badge of a label."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from flask_limiter.util import get_remote_address

from app.access import current_identity, public
from app.database import current_session
from app.light import lasting
from app.publication.forms import SearchForm
from app.publication.models import Channel
from app.publication.services import register, words
from app.publication.services.allowances import BADGES
from app.publication.services.register import Word
from app.publication.views.room import TRIES, blueprint
from app.reader import current_reader
from app.resources import current_resources
from app.web import csrf, limiter
from certificates.dates import day_in_paris
from certificates.fhir.terms import BASE
from certificates.label_rules.number import read_number
from certificates.professions import PROFESSIONS
from certificates.status import TTL

if TYPE_CHECKING:
    from datetime import date

    from flask.typing import ResponseReturnValue

#: How each word is shown: tone, icon.
LOOKS = {
    Word.ACTIVE: ("good", "shield-check"),
    Word.RENEWING: ("warn", "clock"),
    Word.DORMANT: ("soft", "pause"),
    Word.SUSPENDED: ("warn", "pause"),
    Word.REVOKED: ("bad", "x"),
    Word.EXPIRED: ("soft", "clock"),
    Word.WITHDRAWN: ("soft", "info"),
}


@blueprint.get("/")
@public
def index() -> ResponseReturnValue:
    return render_template("publication/index.html", form=SearchForm(formdata=None), is_nothing=False)


@blueprint.post("/")
@public
@csrf.exempt
@limiter.limit(TRIES)
def find() -> ResponseReturnValue:
    form = SearchForm()
    if not form.validate():
        return render_template("publication/index.html", form=form, is_nothing=False), 422
    number, rpps = form.wished
    # What is no number at all is looked for like the others: the answer and the time say nothing.
    people = register.find_people(
        current_session(), number=number or ("" if rpps is None else None), rpps=rpps, on=_today()
    )
    if not people:
        return render_template("publication/index.html", form=form, is_nothing=True)
    return redirect(url_for(".label", number=number or people[0].entries[0].number), code=303)


@blueprint.get("/<string:number>")
@public
@limiter.limit(TRIES)
def label(number: str) -> ResponseReturnValue:
    now = datetime.now(UTC)
    entry = register.find_by_number(current_session(), number=read_number(number) or "", on=day_in_paris(now))
    if entry is not None and entry.holder_id is not None and entry.person_id != current_identity().person_id:
        current_app.extensions["numericite.reads"].note((entry.holder_id,), channel=Channel.PAGE, now=now)
    loaded = current_resources()
    page = render_template(
        "publication/label.html",
        entry=entry,
        looked_at=now,
        looks=LOOKS,
        words=words.WORDS,
        professions=PROFESSIONS,
        issuer=loaded.issuer,
        is_demonstration=loaded.settings.demonstration,
        fhir=f"{loaded.settings.public_url}{BASE}",
    )
    response = make_response(page)
    response.headers["X-Robots-Tag"] = "noindex, noarchive"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/<string:number>/badge-<any(fr, en):language>.svg")
@public
@lasting
def badge(number: str, language: str) -> ResponseReturnValue:
    """Draw the badge as the label stands today; any page may show it, and it sets no cookie."""
    BADGES.take(get_remote_address())
    today = _today()
    entry = register.find_by_number(current_reader(), number=read_number(number) or "", on=today)
    is_demonstration = current_resources().settings.demonstration
    drawing = words.badge(entry, on=today, language=language, is_demonstration=is_demonstration)
    response = Response(drawing, status=200 if entry else 404, mimetype="image/svg+xml")
    response.headers["Cache-Control"] = f"public, max-age={int(TTL.total_seconds())}"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.add_etag()
    return response.make_conditional(request.environ)


def _today() -> date:
    return day_in_paris(datetime.now(UTC))
