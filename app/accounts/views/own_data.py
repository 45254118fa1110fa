"""A person's rights: take everything along, leave for good, complain."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import Response, current_app, make_response, redirect, request, url_for

from app.access import Permission, current_identity, public, requires
from app.accounts.forms import BackgroundForm, ComplaintForm, ConfirmForm, EraseForm
from app.accounts.services import backgrounds, cases, people, personal_data
from app.accounts.services.personal_data import CertificateFate
from app.accounts.views.browser import forget, keep_guest, person_rooms, wipe
from app.accounts.views.pages import form_page
from app.accounts.views.room import blueprint
from app.database import current_session
from app.navigation import back_to
from app.web import current_language, limiter
from quizzes.differential import COMPARED_FROM

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_CASE_NUMBER = re.compile(r"R-\d{4}-\d{4,8}")


@blueprint.route("/compte/mes-donnees", methods=["GET", "POST"])
@requires(Permission.PERSON_DATA)
@limiter.limit("20 per hour", methods=["POST"])
def own_data() -> ResponseReturnValue:
    form = ConfirmForm()
    if not form.validate_on_submit():
        return form_page("accounts/own_data.html", form)
    held = personal_data.export_all(
        current_session(), person_id=current_identity().person_id or 0, rooms=person_rooms(), now=datetime.now(UTC)
    )
    current_session().commit()
    response = Response(json.dumps(held, ensure_ascii=False, indent=2), mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="numericite-mes-donnees.json"'
    return response


@blueprint.route("/compte/questions-justes", methods=["GET", "POST"])
@requires(Permission.PERSON_DATA)
@limiter.limit("20 per hour", methods=["POST"])
def background() -> ResponseReturnValue:
    person_id = current_identity().person_id or 0
    own = backgrounds.find_own(current_session(), person_id=person_id)
    form = BackgroundForm(obj=own if request.method == "GET" else None)
    if not form.validate_on_submit():
        return form_page(
            "accounts/background.html", form, own=own, least=COMPARED_FROM, done=request.args.get("fait", "")
        )
    backgrounds.give(current_session(), person_id=person_id, told=form.told(), now=datetime.now(UTC))
    current_session().commit()
    return redirect(url_for(".background", fait="merci"), code=303)


@blueprint.post("/compte/questions-justes/retirer")
@requires(Permission.PERSON_DATA)
@back_to("accounts.background")
def withdraw_background() -> ResponseReturnValue:
    backgrounds.withdraw(current_session(), person_id=current_identity().person_id or 0, now=datetime.now(UTC))
    current_session().commit()
    return redirect(url_for(".background", fait="retire"), code=303)


@blueprint.route("/compte/effacer", methods=["GET", "POST"])
@requires(Permission.PERSON_DATA)
def erase() -> ResponseReturnValue:
    form, identity = EraseForm(), current_identity()
    if not identity.is_account:
        del form.fate  # a guest holds no certificate
    else:
        form.tell_fates(years=current_app.extensions["numericite.privacy_register"].certificate_years)
    if not form.validate_on_submit():
        return form_page("accounts/erase.html", form)
    personal_data.erase_all(
        current_session(),
        person_id=identity.person_id or 0,
        rooms=person_rooms(),
        fate=CertificateFate(form.fate.data) if identity.is_account else CertificateFate.WITHDRAW,
        now=datetime.now(UTC),
    )
    forget(current_session())
    current_session().commit()
    return wipe(make_response(redirect(url_for(".finished", efface="oui"), code=303)))


@blueprint.route("/reclamations", methods=["GET", "POST"])
@public
@limiter.limit("10 per hour", methods=["POST"])
def complain() -> ResponseReturnValue:
    form, db, identity = ComplaintForm(), current_session(), current_identity()
    if not form.validate_on_submit():
        own = [] if identity.person_id is None else cases.list_own(db, person_id=identity.person_id)
        number = _CASE_NUMBER.fullmatch(request.args.get("numero", ""))
        return form_page("accounts/complain.html", form, cases=own, number=number and number[0])
    now = datetime.now(UTC)
    person_id = identity.person_id
    if person_id is None and not form.email.data:  # the answer will be read with this browser: it has to be known again
        person_id = people.create_guest(db, now=now).id
        keep_guest(db, person_id=person_id, shared_computer=False, now=now)
    case = cases.open_case(
        db,
        kind=cases.CaseKind.COMPLAINT,
        person_id=person_id,
        email=form.email.data or None,
        subject_kind="service",
        subject_reference=None,
        text=form.text.data,
        language=current_language(),
        now=now,
    )
    db.commit()
    return redirect(url_for(".complain", numero=case.number), code=303)
