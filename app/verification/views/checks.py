"""Checking one document: by its code, by its file, in the browser; and what whoever checked may take along."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import Response, make_response, redirect, render_template, url_for
from flask_babel import gettext

from app.access import public
from app.answers import ANSWERS
from app.certification.services import birth_dates
from app.database import current_session
from app.navigation import back_to
from app.resources import current_resources
from app.verification.forms import BirthDateForm, CodeForm, FileForm
from app.verification.services import files, receipts, verdicts
from app.verification.views.pages import checking, note_look, offline_files, offline_version, private, verdict_page
from app.verification.views.room import TRIES, blueprint
from app.web import current_language, limiter, reads
from certificates.reference import code_in, format_code

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.get("/verifier")
@public
def index() -> ResponseReturnValue:
    return _index_page(CodeForm(), FileForm())


@blueprint.post("/verifier")
@public
@limiter.limit(TRIES)
def find() -> ResponseReturnValue:
    form = CodeForm()
    if not form.validate():
        return _index_page(form, FileForm(formdata=None)), 422
    code = code_in(form.code.data, origin=current_resources().settings.public_url)
    if code is None:
        form.code.errors = [
            gettext("Un code a seize signes, sans compter espaces et tirets. Relisez-le sur le document.")
        ]
        return _index_page(form, FileForm(formdata=None)), 422
    return redirect(url_for(".check", code=format_code(code)), code=303)


@blueprint.get("/c/<string:code>")
@public
@limiter.limit(TRIES)
def check(code: str) -> ResponseReturnValue:
    loaded = current_resources()
    verdict = verdicts.check_code(
        current_session(),
        text=code,
        ring=loaded.ring,
        secret=loaded.settings.reference_secret,
        now=datetime.now(UTC),
    )
    note_look(verdict)
    return verdict_page(verdict)


@blueprint.post("/c/<string:code>/recu")
@public
@reads
@back_to("verification.check")
@limiter.limit("6 per minute; 60 per hour")
def receipt(code: str) -> ResponseReturnValue:
    """Check once more, and hand the sealed proof of the answer out; nothing of it is kept."""
    loaded, db = current_resources(), current_session()
    verdict = verdicts.check_code(
        db, text=code, ring=loaded.ring, secret=loaded.settings.reference_secret, now=datetime.now(UTC)
    )
    note_look(verdict)
    return _receipt(verdict, receipts.of_code(code))


@blueprint.post("/c/<string:code>/naissance")
@public
@back_to("verification.check")
@limiter.limit("10 per minute; 30 per hour")
def compare_birth_date(code: str) -> ResponseReturnValue:
    loaded, db, form, now = current_resources(), current_session(), BirthDateForm(), datetime.now(UTC)
    verdict = verdicts.check_code(db, text=code, ring=loaded.ring, secret=loaded.settings.reference_secret, now=now)
    standing, answer = verdict.standing if verdict.asks_birth_date else None, None
    is_refused = standing is not None and not form.validate()
    if standing is not None and not is_refused:
        answer = birth_dates.compare(
            db,
            certificate_id=standing.id,
            typed=form.born_on.data,
            secret=loaded.settings.reference_secret,
            now=now,
        )
    db.commit()
    note_look(verdict)  # written by a connection of its own, which waits for whoever writes
    if is_refused:
        return verdict_page(verdict, birth_form=form), 422
    return verdict_page(verdict, birth_answer=answer)


@blueprint.get("/c/")
@public
def short_address() -> ResponseReturnValue:
    return redirect(url_for(".index"), code=302)


@blueprint.post("/verifier/pdf")
@public
@reads
@back_to("verification.index")
@limiter.limit("20 per minute; 100 per hour")
def check_file() -> ResponseReturnValue:
    form = FileForm()
    if not form.validate():
        return _index_page(CodeForm(formdata=None), form), 422
    return verdict_page(_checked(form.pdf.data.read()), from_file=True)


@blueprint.post("/verifier/pdf/recu")
@public
@reads
@back_to("verification.index")
@limiter.limit("6 per minute; 60 per hour")
def file_receipt() -> ResponseReturnValue:
    """Check a file, whatever comes of it, and hand the sealed proof of the answer out; nothing of either is kept."""
    form = FileForm()
    if not form.validate():
        return _index_page(CodeForm(formdata=None), form), 422
    data = form.pdf.data.read()
    return _receipt(_checked(data), receipts.of_file(data))


def _checked(data: bytes) -> verdicts.Verdict:
    """Check a file, and let the holder of what it holds see that somebody looked."""
    loaded = current_resources()
    verdict = files.check_file(
        current_session(),
        data=data,
        ring=loaded.ring,
        roots_file=loaded.roots_file,
        press=loaded.press,
        origin=loaded.settings.public_url,
        now=datetime.now(UTC),
    )
    note_look(verdict)
    return verdict


def _receipt(verdict: verdicts.Verdict, subject: receipts.Subject) -> Response:
    loaded, origin = current_resources(), current_resources().settings.public_url
    made, token = receipts.make(current_session(), verdict=verdict, subject=subject, ring=loaded.ring, origin=origin)
    response = Response(loaded.press.print_receipt(made, token, origin=origin), mimetype="application/pdf")
    name = f"recu-{made.at.strftime('%Y%m%d-%H%M%S')}.pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return private(response)


@blueprint.get("/verifier/hors-ligne")
@public
def offline() -> ResponseReturnValue:
    """Answer the page that stands for `/c/CODE` where there is no network; see `service-worker.js`."""
    return _page_of_language(render_template("verification/offline.html", **checking()))


@blueprint.get("/service-worker.js")
@public
def service_worker() -> ResponseReturnValue:
    text = render_template("verification/service-worker.js", files=offline_files(), version=offline_version())
    response = Response(text, mimetype="text/javascript")
    response.headers["Content-Security-Policy"] = "default-src 'none'; connect-src 'self'"
    return response


def _index_page(code_form: CodeForm, file_form: FileForm) -> str:
    refusals = {code: ANSWERS[code] for code in ("not-pdf", "too-large-pdf", "too-many-requests")}
    return render_template("verification/index.html", code_form=code_form, file_form=file_form, refusals=refusals)


def _page_of_language(page: str) -> Response:
    response = make_response(page)
    response.headers["Content-Language"] = current_language()
    return response
