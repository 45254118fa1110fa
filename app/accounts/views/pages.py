"""What the pages of this room share: a form that was refused, where to go next."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import render_template, request, url_for
from flask_babel import gettext

from app.answers import ANSWERS
from app.navigation import is_local

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from wtforms import Field

    from app.errors import AppError
    from app.web import BaseForm


def form_page(template: str, form: BaseForm, **context: object) -> ResponseReturnValue:
    """Show a form: as it is, or refused with what was typed."""
    page = render_template(template, form=form, next_path=next_path(default=""), **context)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if form.is_submitted() else HTTPStatus.OK


def tell(field: Field, refusal: AppError) -> None:
    """Put a refusal beside the field that it is about."""
    answer = ANSWERS[refusal.code]
    field.errors = [*field.errors, f"{gettext(answer.title)} {gettext(answer.advice)}"]


def next_path(*, default: str | None = None) -> str:
    """Return where the person was going, if that is a path of this site."""
    target = request.args.get("suite", "")
    if is_local(target):
        return target
    return url_for("accounts.account") if default is None else default
