"""Seats on panels of appeal: who has which, given and taken back by an administrator."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import redirect, render_template, url_for

from app.access import Permission, current_identity, requires
from app.administration.forms import ButtonForm, SeatForm
from app.administration.views.room import blueprint
from app.database import current_session
from app.labels.services import seats
from app.navigation import back_to
from app.web import current_language
from certificates.label_rules.machine import Seat
from certificates.label_rules.words import word
from certificates.professions import PROFESSIONS

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.get("/sieges")
@requires(Permission.ROLE_GRANT)
def seat_list() -> ResponseReturnValue:
    return _page(_filled(SeatForm(formdata=None)))


@blueprint.post("/sieges")
@requires(Permission.ROLE_GRANT)
def grant_seat() -> ResponseReturnValue:
    form = _filled(SeatForm())
    if not form.validate():
        return _page(form), 422
    seat, _colon, profession = form.seat.data.partition(":")
    seats.grant(
        current_session(),
        person_id=int(form.person.data),
        seat=Seat(seat),
        profession=profession or None,
        actor_id=current_identity().person_id,
        now=datetime.now(UTC),
    )
    current_session().commit()
    return redirect(url_for(".seat_list"), code=303)


@blueprint.post("/sieges/<int:person_id>/<any(user,peer):seat>/reprendre")
@requires(Permission.ROLE_GRANT)
@back_to("administration.seat_list")
def take_seat_back(person_id: int, seat: str) -> ResponseReturnValue:
    seats.take_back(
        current_session(),
        person_id=person_id,
        seat=Seat(seat),
        actor_id=current_identity().person_id,
        now=datetime.now(UTC),
    )
    current_session().commit()
    return redirect(url_for(".seat_list"), code=303)


def _filled(form: SeatForm) -> SeatForm:
    language = current_language()
    index = 1 if language == "en" else 0
    user, peer = word("seats", Seat.USER.value, language), word("seats", Seat.PEER.value, language)
    form.person.choices = [
        (str(person.id), f"{person.printed_name or person.email} ({person.id})")
        for person in seats.officers(current_session())
        if person.id != current_identity().person_id
    ]
    form.seat.choices = [
        (Seat.USER.value, user),
        *((f"{Seat.PEER}:{code}", f"{peer} · {words[index]}") for code, words in PROFESSIONS.items()),
    ]
    return form


def _page(form: SeatForm) -> str:
    db = current_session()
    names = {person.id: person.printed_name or person.email for person in seats.officers(db)}
    return render_template(
        "administration/seats.html",
        form=form,
        rows=[row for row in seats.list_held(db) if row.person_id in names],
        names=names,
        button=ButtonForm(formdata=None),
    )
