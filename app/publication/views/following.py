"""Employers: asking to be told of changes, and the page behind the link of every letter."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext

from app.access import public
from app.answers import ANSWERS
from app.database import current_session
from app.errors import LinkSpentError
from app.label_errors import TooManyWatchesError, WebhookRefusedError
from app.navigation import back_to
from app.publication.forms import AskForm, DropForm, ListForm, MoreForm
from app.publication.services import lists, webhooks
from app.publication.views.room import blueprint
from app.resources import current_resources
from app.web import csrf, current_language, is_one_click, limiter

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue
    from wtforms import Field

    from app.errors import AppError
    from app.publication.models import WatchList


@blueprint.route("/suivre", methods=["GET", "POST"])
@public
@csrf.exempt
@limiter.limit("10 per hour", methods=["POST"])
def follow() -> ResponseReturnValue:
    form, settings = AskForm(), current_resources().settings
    if not form.validate_on_submit():
        return _ask_page(form)
    try:
        if form.webhook_url.data:
            webhooks.read_url(form.webhook_url.data, allows_loopback=settings.is_loopback)
        lists.ask(
            current_session(),
            organisation=form.organisation.data,
            email=form.email.data,
            language=current_language(),
            webhook_url=form.webhook_url.data or None,
            numbers=form.numbers.numbers,
            seed=secrets.token_hex(16),
            secret=settings.reference_secret,
            origin=settings.public_url,
            now=datetime.now(UTC),
        )
    except (TooManyWatchesError, WebhookRefusedError) as refusal:
        _tell(form.webhook_url if isinstance(refusal, WebhookRefusedError) else form.numbers, refusal)
        return _ask_page(form)
    current_session().commit()
    return redirect(url_for(".follow", envoye="oui"), code=303)


@blueprint.get("/suivi/<string:token>")
@public
@limiter.limit("60 per minute")
def followed(token: str) -> ResponseReturnValue:
    return _list_page(_find(token), MoreForm(formdata=None), token=token)


@blueprint.post("/suivi/<string:token>/confirmer")
@public
@csrf.exempt
@back_to("publication.followed")
@limiter.limit("30 per hour")
def confirm(token: str) -> ResponseReturnValue:
    row = _find(token)
    if ListForm().validate():
        lists.confirm(current_session(), row=row, origin=_origin(), now=datetime.now(UTC))
        current_session().commit()
    return redirect(url_for(".followed", token=token), code=303)


@blueprint.post("/suivi/<string:token>/ajouter")
@public
@csrf.exempt
@back_to("publication.followed")
@limiter.limit("20 per hour")
def add(token: str) -> ResponseReturnValue:
    row, form = _find(token), MoreForm()
    if not form.validate():
        return _list_page(row, form, token=token), 422
    try:
        lists.extend(current_session(), row=row, numbers=form.numbers.numbers, origin=_origin(), now=datetime.now(UTC))
    except TooManyWatchesError as refusal:
        _tell(form.numbers, refusal)
        return _list_page(row, form, token=token), 422
    current_session().commit()
    return redirect(url_for(".followed", token=token), code=303)


@blueprint.post("/suivi/<string:token>/retirer")
@public
@csrf.exempt
@back_to("publication.followed")
@limiter.limit("120 per hour")
def drop(token: str) -> ResponseReturnValue:
    row, form = _find(token), DropForm()
    if form.validate():
        lists.drop(current_session(), row=row, number=form.number.data, now=datetime.now(UTC))
        current_session().commit()
    return redirect(url_for(".followed", token=token), code=303)


@blueprint.post("/suivi/<string:token>/arreter")
@public
@csrf.exempt
@back_to("publication.followed")
@limiter.limit("600 per hour")  # the button of mail software posts from a few addresses for many people
def stop(token: str) -> ResponseReturnValue:
    try:
        lists.end(current_session(), row=_find(token), now=datetime.now(UTC))
    except LinkSpentError:
        if not is_one_click():  # pressed again, the button must not say that stopping failed
            raise
    current_session().commit()
    if is_one_click():
        return render_template("publication/follow.html", form=AskForm(formdata=None), is_sent=False, is_over=True)
    return redirect(url_for(".follow", fini="oui"), code=303)


def _find(token: str) -> WatchList:
    secret = current_resources().settings.reference_secret
    return lists.find(current_session(), token=token, secret=secret, now=datetime.now(UTC))


def _origin() -> str:
    return current_resources().settings.public_url


def _tell(field: Field, refusal: AppError) -> None:
    answer = ANSWERS[refusal.code]
    field.errors = [*field.errors, f"{gettext(answer.title)} {gettext(answer.advice)}"]


def _ask_page(form: AskForm) -> ResponseReturnValue:
    page = render_template(
        "publication/follow.html", form=form, is_sent="envoye" in request.args, is_over="fini" in request.args
    )
    return page, 422 if form.is_submitted() else 200


def _list_page(row: WatchList, form: MoreForm, *, token: str) -> Response:
    watches = lists.list_watches(current_session(), row=row)
    response = make_response(
        render_template("publication/list.html", list=row, watches=watches, form=form, token=token)
    )
    response.headers["X-Robots-Tag"] = "noindex, noarchive"
    response.headers["Referrer-Policy"] = "no-referrer"  # the address is what lets one in
    response.headers["Cache-Control"] = "no-store"
    return response
