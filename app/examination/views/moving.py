"""Move a session, change its seats or cancel it, before its doors open: for the manager of its structure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import redirect, url_for
from flask_babel import ngettext

from app.access import Permission, current_identity, requires
from app.accounts.views.pages import form_page, tell
from app.answers import ANSWERS
from app.database import current_session
from app.errors import NotAccreditedError, PastMomentError
from app.examination.forms import ButtonForm, MoveForm, SeatsForm
from app.examination.services import scheduling, sessions
from app.examination.views.room import blueprint
from app.examination.views.staff import session_page
from app.navigation import back_to
from app.organisations.models import Part
from app.resources import current_resources
from app.supervised_errors import SeatsTakenError
from certificates.dates import PARIS

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from app.examination.models import ExamSession


@blueprint.route("/sessions/<string:reference>/deplacer", methods=["GET", "POST"])
@requires(Permission.EXAM_SUPERVISE)
def move_session(reference: str) -> ResponseReturnValue:
    db, row = current_session(), _managed(reference)
    form = MoveForm(data={"place": row.place, "starts_at": row.starts_at.astimezone(PARIS)})
    given = {"row": row, "button": ButtonForm(formdata=None)}
    if not form.validate_on_submit():
        return form_page("examination/move.html", form, **given)
    try:
        scheduling.reschedule(
            db,
            session=row,
            place=form.place.data,
            starts_at=form.starts_at.data.replace(tzinfo=PARIS),
            origin=current_resources().issuer.url,
            actor_id=current_identity().person_id or 0,
            now=datetime.now(UTC),
        )
    except (PastMomentError, NotAccreditedError) as refusal:
        tell(form.starts_at, refusal)
        return form_page("examination/move.html", form, **given)
    db.commit()
    return redirect(url_for(".session", reference=reference), code=303)


@blueprint.post("/sessions/<string:reference>/places")
@requires(Permission.EXAM_SUPERVISE)
@back_to("examination.session")
def set_seats(reference: str) -> ResponseReturnValue:
    db, row, form = current_session(), _managed(reference), SeatsForm()
    if not form.validate():
        return session_page(row, seats=form), 422
    try:
        scheduling.set_seats(
            db,
            session=row,
            seats=form.seats.data,
            actor_id=current_identity().person_id or 0,
            now=datetime.now(UTC),
        )
    except SeatsTakenError as refusal:
        form.seats.errors = [
            ngettext(
                "Une personne est inscrite : gardez au moins une place.",
                "%(num)d personnes sont inscrites : gardez au moins autant de places.",
                refusal.enrolled,
            )
        ]
        return session_page(row, seats=form), ANSWERS[refusal.code].status
    db.commit()
    return redirect(url_for(".session", reference=reference), code=303)


@blueprint.post("/sessions/<string:reference>/annuler")
@requires(Permission.EXAM_SUPERVISE)
@back_to("examination.session")
def cancel_session(reference: str) -> ResponseReturnValue:
    db = current_session()
    scheduling.cancel(
        db,
        session=_managed(reference),
        origin=current_resources().issuer.url,
        actor_id=current_identity().person_id or 0,
        now=datetime.now(UTC),
    )
    db.commit()
    return redirect(url_for(".session", reference=reference), code=303)


def _managed(reference: str) -> ExamSession:
    person_id = current_identity().person_id
    return sessions.get_of_structure(
        current_session(), reference=reference, person_id=person_id, parts=(Part.MANAGER,), lock=True
    )
