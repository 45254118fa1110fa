"""The register: find a certificate, look at it, set it aside, give it back, withdraw it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext

from app.access import Permission, current_identity, requires
from app.administration.forms import REASON_WORDS, FindForm, ReinstateForm, RevokeForm, SuspendForm
from app.administration.services import renaming
from app.administration.views.room import blueprint
from app.certification.models import Status
from app.certification.services import letters, register, withdrawing
from app.database import current_session
from app.navigation import back_to
from app.resources import current_resources
from app.verification.services.verdicts import verdict_of
from certificates.reference import format_code, normalise_code

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from app.certification.models import Certificate
    from app.web import BaseForm

#: What the desk may do to a certificate: its form, and the state that follows.
CHANGES: Mapping[str, tuple[type[RevokeForm | SuspendForm | ReinstateForm], Status]] = {
    "suspendre": (SuspendForm, Status.SUSPENDED),
    "retablir": (ReinstateForm, Status.ACTIVE),
    "retirer": (RevokeForm, Status.REVOKED),
}


@blueprint.get("/registre")
@requires(Permission.REGISTER_READ)
def register_page() -> ResponseReturnValue:
    return _register_page(FindForm(formdata=None))


@blueprint.post("/registre")
@requires(Permission.REGISTER_READ)
@back_to("administration.register_page")
def find() -> ResponseReturnValue:
    form = FindForm()
    code = normalise_code(form.code.data or "") if form.validate() else None
    if code is None or register.find(current_session(), code=code, secret=_secret()) is None:
        form.code.errors = [*form.code.errors, gettext("Aucun certificat n’a ce code.")]
        return _register_page(form), 422
    return redirect(url_for(".certificate", code=format_code(code)), code=303)


@blueprint.get("/registre/<string:code>")
@requires(Permission.REGISTER_READ)
def certificate(code: str) -> ResponseReturnValue:
    row = row_of(code)
    verdict = verdict_of(current_session(), row, ring=current_resources().ring, now=datetime.now(UTC))
    readings = renaming.readings(current_session(), row=row, now=datetime.now(UTC))
    return render_template(
        "administration/certificate.html", row=row, verdict=verdict, reasons=REASON_WORDS, readings=readings
    )


@blueprint.get("/registre/<string:code>/<any(suspendre, retablir, retirer):act>")
@requires(Permission.CERTIFICATE_REVOKE)
def prepare_change(code: str, act: str) -> ResponseReturnValue:
    """Ask for the reason, then show what will follow, the letter included; nothing is changed by looking."""
    row, (form_class, status) = row_of(code), CHANGES[act]
    withdrawing.check_may_become(row, status)
    asked = row.status_reason if form_class is ReinstateForm else request.args.get("reason", "key-compromise")
    withdrawing.check_for_the_desk(row, reason=asked)
    if form_class is not ReinstateForm and "reason" not in request.args:
        return _change_page(row, act, form_class(formdata=None))
    form = form_class(formdata=request.args, meta={"csrf": False})
    if not form.validate():
        return _change_page(row, act, form), 422
    loaded, reason = current_resources(), form.data.get("reason")
    owed = letters.letter_to_holder(
        current_session(),
        row,
        status=status.value,
        reason=reason,
        ring=loaded.ring,
        origin=loaded.settings.public_url,
    )
    return _change_page(row, act, form, reason=reason, letter=owed and owed[1], is_ready=True)


@blueprint.post("/registre/<string:code>/<any(suspendre, retablir, retirer):act>")
@requires(Permission.CERTIFICATE_REVOKE)
def change(code: str, act: str) -> ResponseReturnValue:
    row, (form_class, _status), loaded = row_of(code), CHANGES[act], current_resources()
    form = form_class()
    if not form.validate():
        return _change_page(row, act, form), 422
    common: dict[str, Any] = {
        "row": row,
        "actor_id": current_identity().person_id,
        "ring": loaded.ring,
        "origin": loaded.settings.public_url,
        "now": datetime.now(UTC),
    }
    if act == "retablir":
        withdrawing.reinstate(current_session(), **common)
    else:
        {"retirer": withdrawing.revoke, "suspendre": withdrawing.suspend}[act](
            current_session(), reason=form.data["reason"], **common
        )
    current_session().commit()
    return redirect(url_for(".certificate", code=code), code=303)


def _secret() -> str:
    return current_resources().settings.reference_secret


def row_of(code: str) -> Certificate:
    """Return the certificate with this code.

    Raises:
        NotFoundError: There is none.
    """
    return register.get(current_session(), code=normalise_code(code) or "", secret=_secret())


def _register_page(form: FindForm) -> str:
    db = current_session()
    return render_template(
        "administration/register.html",
        form=form,
        count=register.count(db),
        latest=[(row, code_of(row)) for row in register.latest(db)],
        names=[(code_of(row), since) for row, since in renaming.waiting(db, now=datetime.now(UTC))],
    )


def code_of(row: Certificate) -> str:
    """Return the code of a certificate; "" where its statement is gone."""
    verdict = verdict_of(current_session(), row, ring=current_resources().ring, now=datetime.now(UTC))
    return verdict.credential.code if verdict.credential else ""


def _change_page(
    row: Certificate,
    act: str,
    form: BaseForm,
    *,
    reason: str | None = None,
    letter: letters.Letter | None = None,
    is_ready: bool = False,
) -> str:
    return render_template(
        "administration/change.html",
        code=code_of(row),
        act=act,
        form=form,
        reason=reason,
        letter=letter,
        is_ready=is_ready,
        reasons=REASON_WORDS,
    )
