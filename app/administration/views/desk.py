"""The first page of the desk, its structures, its people."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import redirect, render_template, url_for
from flask_babel import gettext

from app.access import Permission, Role, current_identity, permits, requires
from app.accounts.services import people as accounts
from app.administration.forms import ROLE_WORDS, ButtonForm, FindForm, FindPersonForm
from app.administration.services import across, roles, waiting
from app.administration.views.room import blueprint
from app.database import current_session
from app.errors import UnknownAccountError
from app.navigation import back_to
from app.organisations.forms import KIND_WORDS, STATE_WORDS
from app.organisations.services import members, structures
from app.resources import current_resources
from certificates.dates import day_in_paris
from certificates.label_rules.parameters import parameters

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from app.accounts.models import Person


@blueprint.get("/")
@requires(Permission.DESK_READ)
def index() -> ResponseReturnValue:
    db, identity, loaded, now = current_session(), current_identity(), current_resources(), datetime.now(UTC)
    found = waiting.waiting(db, identity=identity, loaded=loaded, now=now)
    return render_template(
        "administration/index.html",
        form=FindForm(formdata=None),
        filled=[queue for queue in found if queue.count],
        empty=[queue for queue in found if not queue.count],
        today=day_in_paris(now),
        late_after=parameters().acknowledged_days,
        counts=across.counts(db),
        keys=waiting.keys_at_a_glance(loaded.ring),
        bank_hash=loaded.bank.content_hash,
        frameworks=waiting.content_at_a_glance(loaded.bank),
        grants={permission.name: permits(identity, permission) for permission in Permission},
    )


@blueprint.get("/structures")
@requires(Permission.STRUCTURE_READ)
def structure_list() -> ResponseReturnValue:
    today = day_in_paris(datetime.now(UTC))
    rows = sorted(structures.list_all(current_session()), key=lambda row: (row.accredited_until, row.name))
    return render_template(
        "administration/structures.html",
        rows=[(row, structures.is_accredited(row, on=today)) for row in rows],
        kinds=KIND_WORDS,
        states=STATE_WORDS,
        today=today,
        notice_days=waiting.ACCREDITATION_NOTICE_DAYS,
        opens=permits(current_identity(), Permission.STRUCTURE_ACCREDIT),
    )


@blueprint.get("/personnes")
@requires(Permission.DESK_READ)
def people() -> ResponseReturnValue:
    return _people_page(FindPersonForm(formdata=None))


@blueprint.post("/personnes")
@requires(Permission.ROLE_GRANT)
def find_person() -> ResponseReturnValue:
    """Find an account by its exact address, sent in the body so that no log keeps it."""
    form = FindPersonForm()
    if not form.validate():
        return _people_page(form), 422
    try:
        found = members.find_account(current_session(), email=form.email.data)
    except UnknownAccountError:
        form.email.errors = [gettext("Personne n’a de compte confirmé à cette adresse.")]
        return _people_page(form), 422
    return _people_page(form, found=found)


@blueprint.post("/personnes/<int:person_id>/<any(officer,author):role>/<any(donner,reprendre):act>")
@requires(Permission.ROLE_GRANT)
@back_to("administration.people")
def change_role(person_id: int, role: str, act: str) -> ResponseReturnValue:
    roles.change(
        current_session(),
        person_id=person_id,
        role=Role(role),
        gives=act == "donner",
        actor_id=current_identity().person_id or 0,
        public_url=current_resources().settings.public_url,
        now=datetime.now(UTC),
    )
    current_session().commit()
    return redirect(url_for(".people"), code=303)


def _people_page(form: FindPersonForm, *, found: Person | None = None) -> str:
    rows = accounts.list_with_roles(current_session())
    return render_template(
        "administration/people.html",
        rows=rows,
        form=form,
        found=found,
        held=next((held for person, held in rows if found is not None and person.id == found.id), []),
        button=ButtonForm(formdata=None),
        given_here=roles.GIVEN_HERE,
        words=ROLE_WORDS,
        grants=permits(current_identity(), Permission.ROLE_GRANT),
    )
