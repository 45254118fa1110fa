"""The label of somebody who died, or of somebody who was taken for dead: proposed by one officer, carried out by another."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import redirect, url_for

from app.access import Permission, requires
from app.database import current_session
from app.labels.forms import ButtonForm
from app.labels.services import dossiers, ending
from app.labels.views.desk import file_page
from app.labels.views.room import blueprint, person_id
from app.navigation import back_to
from app.resources import current_resources

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_ACTS = {"deces": "end", "retour": "undo_end"}


@blueprint.post("/labels/<string:reference>/<any(deces,retour):act>")
@requires(Permission.LABEL_JUDGE)
@back_to("labels.file")
def propose_ending(reference: str, act: str) -> ResponseReturnValue:
    form, label = ButtonForm(), dossiers.hold(current_session(), reference=reference)
    if not form.validate():
        return file_page(label, refused=form), 422
    ending.propose(
        current_session(), label=label, transition=_ACTS[act], actor_id=person_id() or 0, now=datetime.now(UTC)
    )
    current_session().commit()
    return redirect(url_for(".file", reference=reference), code=303)


@blueprint.post("/labels/<string:reference>/<any(deces,retour):act>/confirmer")
@requires(Permission.LABEL_JUDGE)
@back_to("labels.file")
def carry_out_ending(reference: str, act: str) -> ResponseReturnValue:
    form, label = ButtonForm(), dossiers.hold(current_session(), reference=reference)
    if not form.validate():
        return file_page(label, refused=form), 422
    ending.carry_out(
        current_session(),
        label=label,
        transition=_ACTS[act],
        actor_id=person_id() or 0,
        ring=current_resources().ring,
        now=datetime.now(UTC),
    )
    current_session().commit()
    return redirect(url_for(".desk"), code=303)


@blueprint.post("/labels/<string:reference>/<any(deces,retour):act>/abandonner")
@requires(Permission.LABEL_JUDGE)
@back_to("labels.file")
def drop_ending(reference: str, act: str) -> ResponseReturnValue:  # noqa: ARG001 (says on the page what is let go of)
    form, label = ButtonForm(), dossiers.hold(current_session(), reference=reference)
    if not form.validate():
        return file_page(label, refused=form), 422
    ending.drop(current_session(), label=label, actor_id=person_id() or 0, now=datetime.now(UTC))
    current_session().commit()
    return redirect(url_for(".file", reference=reference), code=303)
