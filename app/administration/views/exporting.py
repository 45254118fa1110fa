"""Lists to take away, for a spreadsheet; each one taken is in the trail."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from flask import Response, render_template, request

from app.access import Permission, current_identity, permits, requires
from app.administration.forms import EXPORT_WORDS, TakeForm
from app.administration.services import exports
from app.administration.services.exports import EXPORTS, Asked
from app.administration.views.room import blueprint
from app.database import current_session, only_reads
from app.errors import ForbiddenError, NotFoundError
from app.resources import current_resources
from app.sheets.writer import CSV_TYPE, write_csv
from certificates.dates import day_in_paris

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.get("/exports")
@requires(Permission.DESK_READ)
def export_list() -> ResponseReturnValue:
    return _page(TakeForm(formdata=None, mois=f"{day_in_paris(datetime.now(UTC)):%Y-%m}"))


@blueprint.get("/exports/<string:name>.csv")
@requires(Permission.DESK_READ)
def export(name: str) -> ResponseReturnValue:
    if name not in EXPORTS:
        raise NotFoundError
    identity, now = current_identity(), datetime.now(UTC)
    if not permits(identity, EXPORTS[name].permission):
        raise ForbiddenError
    month, after = day_in_paris(now).replace(day=1), 0
    if EXPORTS[name].is_by_month:
        form = TakeForm(formdata=request.args, meta={"csrf": False})
        if not form.validate():
            return _page(form), 422
        month, after = date.fromisoformat(f"{form.mois.data}-01"), form.suite.data or 0
    loaded = current_resources()
    asked = Asked(
        month=month,
        after=after,
        tells_names=identity.is_administrator,
        ring=loaded.ring,
        press=loaded.press,
        now=now,
    )
    db = current_session()
    lines = exports.read(db, name=name, asked=asked)
    db.rollback()  # read; what follows writes, for a moment only
    only_reads.set(False)
    exports.note(db, name=name, count=len(lines), asked=asked, actor_id=identity.person_id)
    db.commit()
    stem = f"{name}-{month:%Y-%m}" if EXPORTS[name].is_by_month else f"{name}-{day_in_paris(now).isoformat()}"
    headers = {"Content-Disposition": f'attachment; filename="{stem}.csv"', "Cache-Control": "no-store"}
    return Response(write_csv([EXPORTS[name].heading, *lines]), mimetype=CSV_TYPE, headers=headers)


def _page(form: TakeForm) -> str:
    identity = current_identity()
    return render_template(
        "administration/exports.html",
        form=form,
        exports=[(name, one) for name, one in EXPORTS.items() if permits(identity, one.permission)],
        words=EXPORT_WORDS,
        most=exports.MOST_LINES,
    )
