"""Checking many documents at once, for an office: a spreadsheet or files go in, the spreadsheet comes back."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import Response, render_template, request
from flask_babel import gettext
from flask_limiter.util import get_remote_address

from app.access import public
from app.database import current_session
from app.errors import TooManyLinesError, UnreadableSheetError
from app.navigation import back_to
from app.reader import current_reader
from app.resources import current_resources
from app.sheets import writer as sheet_writer
from app.verification.forms import FilesForm, SheetForm
from app.verification.services import files, list_words, lists, receipts, sheets
from app.verification.services.allowances import BATCHES, take_unknown
from app.verification.services.sheets import MOST_LINES
from app.verification.views.pages import note_look, private
from app.verification.views.room import blueprint
from app.web import limiter, reads
from certificates.errors import SealError

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.get("/verifier/liste")
@public
def sheet() -> ResponseReturnValue:
    return _sheet_page(SheetForm(formdata=None), FilesForm(formdata=None))


@blueprint.get("/verifier/liste/modele.<any(csv, xlsx):kind>")
@public
def sheet_template(kind: str) -> ResponseReturnValue:
    return _given_back([list_words.template(gettext)], kind=kind, name="modele")


@blueprint.post("/verifier/liste")
@public
@reads
@limiter.limit("20 per minute; 100 per hour")
def check_sheet() -> ResponseReturnValue:
    """Check a list line by line and give it back; nothing of it is kept."""
    form, loaded, now = SheetForm(), current_resources(), datetime.now(UTC)
    if not form.validate():
        return _sheet_page(form, FilesForm(formdata=None)), 422
    try:
        found = sheets.read_apart(form.sheet.data.read())
    except UnreadableSheetError as error:
        form.sheet.errors = [list_words.refusal(gettext, error.reason)]
        return _sheet_page(form, FilesForm(formdata=None)), 422
    BATCHES.take(get_remote_address(), cost=len(found.lines))
    rows = [list_words.heading(gettext)]
    answered = lists.check_lines(
        current_session(),
        found.lines,
        reader=current_reader(),
        ring=loaded.ring,
        secret=loaded.settings.reference_secret,
        origin=loaded.settings.public_url,
        now=now,
    )
    take_unknown(get_remote_address(), sum(1 for one in answered if one.verdict and one.verdict.is_unknown))
    for one in answered:
        if one.verdict is None:
            rows.append(list_words.no_code(gettext, one.line))
            continue
        note_look(one.verdict)
        match = sheets.compare(one.line.name, one.verdict)
        rows.append(list_words.checked(gettext, one.line, one.verdict, match=match, receipt=one.receipt))
    return _given_back(rows, kind=found.kind, name="verification")


@blueprint.post("/verifier/liste/pdf")
@public
@reads
@back_to("verification.sheet")
@limiter.limit("20 per minute; 100 per hour")
def check_files() -> ResponseReturnValue:
    """Check many PDFs and give a list back. Known files cost a look-up; the others an examination, for a while."""
    request.max_content_length = files.MANY_BYTES
    form, loaded, now = FilesForm(), current_resources(), datetime.now(UTC)
    if not form.validate():
        return _sheet_page(SheetForm(formdata=None), form), 422
    if len(form.pdfs.data) > MOST_LINES:
        raise TooManyLinesError
    BATCHES.take(get_remote_address(), cost=len(form.pdfs.data))
    rows, began = [list_words.heading(gettext, of_files=True)], time.monotonic()
    for file in form.pdfs.data:
        name = file.filename or ""
        if time.monotonic() - began > files.MANY_SECONDS:
            rows.append(list_words.no_file(gettext, name, None))
            continue
        try:
            data = file.read()
            verdict = files.check_file(
                current_session(),
                data=data,
                ring=loaded.ring,
                roots_file=loaded.roots_file,
                press=loaded.press,
                origin=loaded.settings.public_url,
                now=now,
            )
            note_look(verdict)
            _made, token = receipts.make(
                current_session(),
                verdict=verdict,
                subject=receipts.of_file(data),
                ring=loaded.ring,
                origin=loaded.settings.public_url,
            )
            rows.append(list_words.checked_file(gettext, name, verdict, receipt=token))
        except SealError as error:
            rows.append(list_words.no_file(gettext, name, error.code))
    return _given_back(rows, kind="csv", name="verification")


def _sheet_page(sheet_form: SheetForm, files_form: FilesForm) -> str:
    return render_template("verification/sheet.html", sheet_form=sheet_form, files_form=files_form)


def _given_back(rows: list[list[str]], *, kind: str, name: str) -> Response:
    data = sheet_writer.write_xlsx(rows) if kind == "xlsx" else sheet_writer.write_csv(rows)
    response = Response(data, mimetype=sheet_writer.XLSX_TYPE if kind == "xlsx" else sheet_writer.CSV_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="numericite-{name}.{kind}"'
    return private(response)
