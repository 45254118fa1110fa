from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext

from app.access import Permission, current_identity, requires
from app.accounts.services import cases
from app.administration import services
from app.administration.forms import (
    REASON_WORDS,
    AnswerCaseForm,
    FindForm,
    FindItemForm,
    ReinstateForm,
    RevokeForm,
    SuspendForm,
)
from app.assessments.forms import AnswerForm
from app.assessments.services import results
from app.certification.models import Status
from app.certification.services import letters, register, withdrawing
from app.database import current_session
from app.errors import NotFoundError
from app.navigation import back_to
from app.resources import SHIPPED_CONTENT, current_resources
from app.verification.services.verdicts import verdict_of
from app.web import current_language, writes
from certificates.reference import format_code, normalise_code
from quizzes.differential import COMPARED_FROM
from quizzes.policy import policies
from quizzes.presentation import present
from quizzes.statistics import coverage, summary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from app.certification.models import Certificate
    from app.web import BaseForm
    from quizzes.items import Item

#: Options are shown in one order, always the same: two authors speak of the same page.
PREVIEW_SEED = 0

blueprint = Blueprint("administration", __name__, url_prefix="/administration")

#: What the desk may do to a certificate: its form, and the state that follows.
CHANGES: Mapping[str, tuple[type[RevokeForm | SuspendForm | ReinstateForm], Status]] = {
    "suspendre": (SuspendForm, Status.SUSPENDED),
    "retablir": (ReinstateForm, Status.ACTIVE),
    "retirer": (RevokeForm, Status.REVOKED),
}


@blueprint.get("/")
@requires(Permission.REGISTER_READ)
def index() -> ResponseReturnValue:
    return _desk(FindForm(formdata=None))


@blueprint.post("/registre")
@requires(Permission.REGISTER_READ)
@back_to("administration.index")
def find() -> ResponseReturnValue:
    form = FindForm()
    code = normalise_code(form.code.data or "") if form.validate() else None
    if code is None or register.find(current_session(), code=code, secret=_secret()) is None:
        form.code.errors = [*form.code.errors, gettext("Aucun certificat n’a ce code.")]
        return _desk(form), 422
    return redirect(url_for(".certificate", code=format_code(code)), code=303)


@blueprint.get("/registre/<string:code>")
@requires(Permission.REGISTER_READ)
def certificate(code: str) -> ResponseReturnValue:
    row = _row(code)
    verdict = verdict_of(current_session(), row, ring=current_resources().ring, now=datetime.now(UTC))
    return render_template("administration/certificate.html", row=row, verdict=verdict, reasons=REASON_WORDS)


@blueprint.get("/registre/<string:code>/<any(suspendre, retablir, retirer):act>")
@requires(Permission.CERTIFICATE_REVOKE)
def prepare_change(code: str, act: str) -> ResponseReturnValue:
    """Ask for the reason, then show what will follow, the letter included; nothing is changed by looking."""
    row, (form_class, status) = _row(code), CHANGES[act]
    withdrawing.check_may_become(row, status)
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
    row, (form_class, _status), loaded = _row(code), CHANGES[act], current_resources()
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


@blueprint.get("/demandes")
@requires(Permission.CASE_DECIDE)
def case_list() -> ResponseReturnValue:
    return render_template("administration/cases.html", cases=cases.list_open(current_session()))


@blueprint.route("/demandes/<string:number>", methods=["GET", "POST"])
@requires(Permission.CASE_DECIDE)
def case(number: str) -> ResponseReturnValue:
    form, found = AnswerCaseForm(), cases.get(current_session(), number=number)
    if not form.validate_on_submit():
        page = render_template("administration/case.html", case=found, form=form)
        return page, 422 if form.is_submitted() else 200
    actor_id, now = current_identity().person_id or 0, datetime.now(UTC)
    services.check_impartial(current_session(), case=found, actor_id=actor_id, now=now)
    cases.answer_case(
        current_session(),
        number=number,
        answer=form.answer.data,
        answered_by=actor_id,
        now=now,
    )
    current_session().commit()
    return redirect(url_for(".case", number=number), code=303)


@blueprint.get("/demandes/<string:number>/passation")
@requires(Permission.CASE_DECIDE)
@writes
def contested(number: str) -> ResponseReturnValue:
    """Show a contested sitting to whoever judges it; every look is in the trail."""
    found = cases.get(current_session(), number=number)
    judged = services.read_contested(
        current_session(),
        case=found,
        loaded=current_resources(),
        language=current_language(),
        actor_id=current_identity().person_id,
        now=datetime.now(UTC),
    )
    current_session().commit()
    return render_template("administration/contested.html", case=found, judged=judged, policies=policies())


@blueprint.get("/journal")
@requires(Permission.AUDIT_READ)
def audit_trail() -> ResponseReturnValue:
    page = services.audit_page(current_session(), page=request.args.get("page", 1, type=int))
    return render_template("administration/audit.html", page=page)


@blueprint.get("/contenu")
@requires(Permission.CONTENT_READ)
def content() -> ResponseReturnValue:
    return _content_page(FindItemForm(formdata=None))


@blueprint.post("/contenu")
@requires(Permission.CONTENT_READ)
def find_item() -> ResponseReturnValue:
    form = FindItemForm()
    if not form.validate() or form.item_id.data not in current_resources().bank.items:
        form.item_id.errors = [*form.item_id.errors, gettext("Aucune question n’a cet identifiant.")][:1]
        return _content_page(form), 422
    return redirect(url_for(".preview", item_id=form.item_id.data), code=303)


@blueprint.route("/contenu/questions/<string:item_id>", methods=["GET", "POST"])
@requires(Permission.CONTENT_READ)
@writes
def preview(item_id: str) -> ResponseReturnValue:
    """Show an item as a person sees it; what is answered is told and not kept."""
    item, form, language = _item(item_id), AnswerForm(), current_language()
    shown = present(item, language=language, seed=PREVIEW_SEED)
    given = form.given(item, shown, request.form) if form.is_submitted() else None
    services.note_view(current_session(), item=item, actor_id=current_identity().person_id, now=datetime.now(UTC))
    current_session().commit()
    form.item_id.data = item.id
    page = render_template(
        "administration/preview.html",
        item=item,
        form=form,
        shown=shown,
        submitted=request.form if form.is_submitted() else {},
        answer=results.tell(item, given, position=0, language=language) if given else None,
    )
    return page, 422 if form.is_submitted() and given is None else 200


def _item(item_id: str) -> Item:
    items = current_resources().bank.items
    if item_id not in items:
        raise NotFoundError
    return items[item_id]


def _content_page(form: FindItemForm) -> str:
    now = datetime.now(UTC)
    return render_template(
        "administration/content.html",
        form=form,
        due=services.content_due(current_resources(), now=now),
        today=now.date(),
        counts=summary(coverage(current_resources().bank, current_resources().modules))["frameworks"],
    )


@blueprint.get("/surveillance/<string:code>")
@requires(Permission.MONITOR_READ)
def monitors(code: str) -> ResponseReturnValue:
    loaded = current_resources()
    found = services.monitors(
        current_session(),
        framework_code=code,
        bank=loaded.bank,
        directories=(SHIPPED_CONTENT, *loaded.settings.content_directories),
        ring=loaded.ring,
    )
    watch = found.watch
    return render_template(
        "administration/monitors.html",
        watch=watch,
        codes=sorted(loaded.bank.frameworks),
        levels=loaded.bank.framework(code).levels,
        records=found.records,
        drifts=[(one, datetime.fromtimestamp(one.since, UTC)) for one in watch.drifts if one.is_flagged],
        differences=[one for one in watch.differences if one.difference.is_flagged],
        least=COMPARED_FROM,
        uses=[one for one in watch.uses if one.is_flagged],
        misfits=[(found.names[one.sitting], one) for one in watch.misfits if one.is_flagged],
        hastes=[(found.names[one.sitting], one) for one in watch.hastes if one.is_flagged],
    )


def _secret() -> str:
    return current_resources().settings.reference_secret


def _row(code: str) -> Certificate:
    return register.get(current_session(), code=normalise_code(code) or "", secret=_secret())


def _desk(form: FindForm) -> str:
    db = current_session()
    return render_template(
        "administration/index.html",
        form=form,
        counts=services.counts(db),
        due=len(services.content_due(current_resources(), now=datetime.now(UTC))),
        codes=sorted(current_resources().bank.frameworks),
        open_cases=len(cases.list_open(db)),
        latest=[(row, _code_of(row)) for row in register.latest(db)],
    )


def _code_of(row: Certificate) -> str:
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
        code=_code_of(row),
        act=act,
        form=form,
        reason=reason,
        letter=letter,
        is_ready=is_ready,
        reasons=REASON_WORDS,
    )
