from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.routing import BaseConverter, ValidationError

from app.access import Permission, current_identity, public, requires
from app.accounts.services import cases, people
from app.accounts.services.web_sessions import GUEST_LIFETIME, SHARED_IDLE
from app.accounts.views import keep_guest
from app.assessments.forms import AnswerForm, ContestForm, ReportForm, StartForm
from app.assessments.services import presentations, results, retakes, settling, sittings
from app.database import current_session
from app.errors import AnswerStandsError, NotFoundError, SignInRequiredError, StaleQuestionError
from app.navigation import back_to
from app.reader import current_reader
from app.resources import current_resources
from app.web import current_language, limiter, reads
from app.writer import writing
from certificates.reference import new_code
from quizzes.policy import policies

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from app.assessments.services.settling import Doubt
    from app.assessments.services.sittings import OpenSitting
    from quizzes.bank import Bank
    from quizzes.framework import Framework

#: French addresses of the policies.
SLUGS = {"positionnement": "positioning", "entrainement": "practice", "certification": "certification"}

blueprint = Blueprint("assessments", __name__, url_prefix="/evaluations")


class PolicyConverter(BaseConverter):
    """Policies have English identifiers and French addresses."""

    def to_python(self, value: str) -> str:
        if value not in SLUGS:
            raise ValidationError
        return SLUGS[value]

    def to_url(self, value: str) -> str:
        return next(slug for slug, policy in SLUGS.items() if policy == value)


blueprint.record(lambda state: state.app.url_map.converters.update(policy=PolicyConverter))


@blueprint.get("/")
@requires(Permission.SITTING_TAKE)
def index() -> ResponseReturnValue:
    identity, bank = current_identity(), current_resources().bank
    rows = sittings.list_own(current_session(), person_id=identity.person_id or 0)
    return render_template(
        "assessments/index.html",
        sittings=rows,
        policies=policies(),
        days=GUEST_LIFETIME.days,
        titles={code: framework.title.get(current_language()) for code, framework in bank.frameworks.items()},
    )


@blueprint.get("/<string:framework>/<policy:policy>")
@public
def start(framework: str, policy: str) -> ResponseReturnValue:
    return _start_page(framework, policy, StartForm())


@blueprint.post("/<string:framework>/<policy:policy>")
@public
@limiter.limit("30 per minute")
def begin(framework: str, policy: str) -> ResponseReturnValue:
    form, rules = StartForm(), policies()[policy]
    _framework(framework)
    about = _doubt(framework, policy)
    if not form.validate():
        return _start_page(framework, policy, form), 422
    db, identity, now = current_session(), current_identity(), datetime.now(UTC)
    if rules.pool == "reserved" and not identity.is_account:
        raise SignInRequiredError
    person_id = identity.person_id
    if person_id is None:
        is_shared = bool(form.shared_computer.data) or identity.shared_computer
        person_id = people.create_guest(db, now=now).id
        keep_guest(db, person_id=person_id, shared_computer=is_shared, now=now)
    begun = partial(
        settling.start if about else sittings.start,
        db,
        person_id=person_id,
        language=current_language(),
        bank=current_resources().bank,
        seed=secrets.randbits(31),
        reference=new_code(secrets.token_bytes(10)),
        now=now,
    )
    row = begun(about=about) if about else begun(framework_code=framework, policy=rules)
    db.commit()
    return redirect(url_for(".question", reference=row.reference), code=303)


@blueprint.get("/<string:reference>")
@requires(Permission.SITTING_TAKE)
def question(reference: str) -> ResponseReturnValue:
    bank, person_id = current_resources().bank, current_identity().person_id
    opened = sittings.see_own(current_reader(), reference=reference, person_id=person_id, bank=bank) or _get(reference)
    if opened.state.finished is not None:
        return redirect(url_for(".result", reference=reference), code=303)
    return _question_page(opened)


@blueprint.post("/<string:reference>/reponses")
@requires(Permission.SITTING_TAKE)
@back_to("assessments.question")
@reads  # its session; the answer is written beside it
def answer(reference: str) -> ResponseReturnValue:
    form = AnswerForm()
    with writing() as db:
        opened = sittings.hold_own(
            db, reference=reference, person_id=current_identity().person_id, bank=current_resources().bank
        )
        item_id = opened.state.current_item_id
        if item_id is None or item_id != form.item_id:
            return _late_answer(opened, form)
        shown = presentations.shown(opened.bank, item_id, current_language(), opened.state.seed)
        response = form.response(shown, request.form) if form.validate() else None
        if response is None:
            return _question_page(opened, form), 422
        after = sittings.submit_answer(
            db, opened, item_id=item_id, response=shown.canonical(response), now=datetime.now(UTC)
        )
        db.commit()
    sittings.settle(after)
    if after.state.policy.explained:
        return redirect(url_for(".explanation", reference=reference, position=len(after.state.answers)), code=303)
    return redirect(url_for(".question", reference=reference), code=303)


def _late_answer(opened: OpenSitting, form: AnswerForm) -> ResponseReturnValue:
    """A double click goes on; a stale tab, or a second mind, is told so, over the question that is really on screen."""
    last = opened.state.answers[-1] if opened.state.answers else None
    stands = _other_answer_stands(opened, form)
    if last is not None and last.item_id == form.item_id and not stands:
        return redirect(url_for(".question", reference=opened.row.reference), code=303)
    if opened.state.finished is not None:
        raise AnswerStandsError if stands else StaleQuestionError
    return _question_page(opened, late="stands" if stands else "stale"), 409


def _other_answer_stands(opened: OpenSitting, form: AnswerForm) -> bool:
    """Tell whether the question was answered before, and otherwise than now."""
    first = next((one for one in opened.state.answers if one.item_id == form.item_id), None)
    if first is None:
        return False
    item = opened.bank.item(first.item_id)
    shown = presentations.shown(opened.bank, first.item_id, current_language(), opened.state.seed)
    given = form.given(item, shown, request.form)
    return given is None or given.to_json() != first.response.to_json()


@blueprint.get("/<string:reference>/reponses/<int:position>")
@requires(Permission.SITTING_TAKE)
def explanation(reference: str, position: int) -> ResponseReturnValue:
    opened = _get(reference)
    if not opened.state.policy.explained and opened.state.finished is None:
        raise NotFoundError
    return render_template(
        "assessments/explanation.html",
        answer=results.explain(opened, position=position - 1, language=current_language()),
        opened=opened,
        position=position,
    )


@blueprint.post("/<string:reference>/terminer")
@requires(Permission.SITTING_TAKE)
@back_to("assessments.pause")
def stop(reference: str) -> ResponseReturnValue:
    sittings.stop(
        current_session(),
        reference=reference,
        person_id=current_identity().person_id,
        bank=current_resources().bank,
        now=datetime.now(UTC),
    )
    current_session().commit()
    return redirect(url_for(".result", reference=reference), code=303)


@blueprint.post("/<string:reference>/preciser")
@requires(Permission.SITTING_TAKE)
@back_to("assessments.result")
def extend(reference: str) -> ResponseReturnValue:
    sittings.extend(
        current_session(),
        reference=reference,
        person_id=current_identity().person_id,
        area_id=request.form.get("area", ""),
        bank=current_resources().bank,
        now=datetime.now(UTC),
    )
    current_session().commit()
    return redirect(url_for(".question", reference=reference), code=303)


@blueprint.get("/<string:reference>/pause")
@requires(Permission.SITTING_TAKE)
def pause(reference: str) -> ResponseReturnValue:
    minutes = SHARED_IDLE // timedelta(minutes=1)
    return render_template("assessments/pause.html", opened=_get(reference), idle_minutes=minutes)


@blueprint.get("/<string:reference>/resultat")
@requires(Permission.SITTING_TAKE)
def result(reference: str) -> ResponseReturnValue:
    opened = _get(reference)
    if opened.state.finished is None:
        return redirect(url_for(".question", reference=reference), code=303)
    db, language = current_session(), current_language()
    return render_template(
        "assessments/result.html",
        opened=opened,
        framework=opened.bank.framework(opened.state.framework_code),
        result=results.result_of(opened, modules=current_resources().modules, language=language),
        is_certified_here=policies()["certification"].is_for(opened.state.framework_code),
        retake_at=retakes.next_allowed(
            db,
            person_ids=(opened.row.person_id,),
            framework_code=opened.state.framework_code,
            policy=opened.state.policy,
            now=datetime.now(UTC),
        ),
    )


@blueprint.route("/<string:reference>/contestation", methods=["GET", "POST"])
@requires(Permission.SITTING_TAKE)
@limiter.limit("10 per hour", methods=["POST"])
def contest(reference: str) -> ResponseReturnValue:
    opened, form = _get(reference), ContestForm()
    if current_identity().is_account:
        del form.email  # the account has one
    if "numero" in request.args and not form.is_submitted():
        return _received(opened)
    if not form.validate_on_submit():
        page = render_template("assessments/contest.html", opened=opened, form=form)
        return page, 422 if form.is_submitted() else 200
    case = cases.open_case(
        current_session(),
        kind=cases.CaseKind.CONTEST,
        person_id=opened.row.person_id,
        email=form.email.data or None if form.email else None,
        subject_kind="sitting",
        subject_reference=opened.row.reference,
        text=form.text.data,
        language=current_language(),
        now=datetime.now(UTC),
    )
    current_session().commit()
    return redirect(url_for(".contest", reference=reference, numero=case.number), code=303)


@blueprint.route("/<string:reference>/questions/<string:item_id>/signaler", methods=["GET", "POST"])
@requires(Permission.SITTING_TAKE)
@limiter.limit("20 per hour", methods=["POST"])
def report(reference: str, item_id: str) -> ResponseReturnValue:
    opened, form = _get(reference), ReportForm()
    if item_id != opened.state.current_item_id and item_id not in {one.item_id for one in opened.state.answers}:
        raise NotFoundError
    if "numero" in request.args and not form.is_submitted():
        return _received(opened)
    if not form.validate_on_submit():
        page = render_template("assessments/report.html", opened=opened, form=form, item_id=item_id)
        return page, 422 if form.is_submitted() else 200
    case = cases.open_case(
        current_session(),
        kind=cases.CaseKind.ITEM_REPORT,
        person_id=opened.row.person_id,
        email=None,
        subject_kind="item",
        subject_reference=item_id,
        text=form.text.data,
        language=current_language(),
        now=datetime.now(UTC),
    )
    current_session().commit()
    return redirect(url_for(".report", reference=reference, item_id=item_id, numero=case.number), code=303)


def _received(opened: OpenSitting) -> str:
    """Say that a message has arrived, its number, and where its answer will be read."""
    case = cases.find_own(current_session(), number=request.args["numero"], person_id=opened.row.person_id)
    if case is None:
        raise NotFoundError
    return render_template("assessments/case_opened.html", case=case, opened=opened)


def _get(reference: str) -> OpenSitting:
    return sittings.get_own(
        current_session(),
        reference=reference,
        person_id=current_identity().person_id,
        bank=current_resources().bank,
    )


def _framework(code: str) -> Framework:
    frameworks = current_resources().bank.frameworks
    if code not in frameworks:
        raise NotFoundError
    return frameworks[code]


def _start_page(framework_code: str, policy_id: str, form: StartForm) -> str:
    framework, policy = _framework(framework_code), policies()[policy_id]
    identity, db = current_identity(), current_session()
    about = _doubt(framework_code, policy_id)
    open_row, retake_at, other = None, None, None
    person_id = identity.person_id
    if person_id is not None:
        open_row = sittings.find_open(db, person_id=person_id, framework_code=framework.code, policy_id=policy.id)
    if about and open_row and not settling.is_on(open_row, about, bank=current_resources().bank):
        open_row, other = None, open_row
    if person_id is not None and open_row is None:
        retake_at = retakes.next_allowed(
            db, person_ids=(person_id,), framework_code=framework.code, policy=policy, now=datetime.now(UTC)
        )
    maximum = sittings.longest(
        db,
        person_id=person_id,
        framework_code=framework.code,
        policy=policy,
        bank=current_resources().bank,
        language=current_language(),
    )
    return render_template(
        "assessments/start.html",
        is_offered=policy.is_for(framework.code),
        is_available=open_row is not None or maximum is not None,
        maximum=min(len(about.asked), policy.maximum_items) if about else maximum or policy.maximum_items,
        framework=framework,
        policy=policy,
        form=form,
        open_sitting=open_row,
        other=other,
        about=about,
        retake_at=retake_at,
        needs_account=policy.pool == "reserved" and not identity.is_account,
    )


def _doubt(framework_code: str, policy_id: str) -> Doubt | None:
    """Return what practice is to be about, where its address says it: between which levels, and on which subject."""
    at = request.args.get("seuil", "")
    if policy_id != "practice" or not at:
        return None
    bank, area_id = current_resources().bank, request.args.get("sujet")
    return settling.doubt(bank, framework_code, area_id=area_id, at=at, language=current_language())


@lru_cache(maxsize=1024)
def _alike(bank: Bank, item_id: str, language: str) -> str:
    """Return what everybody is shown of a question before they send anything, as it stands on their pages; "" where orders differ.

    A training tool is half of a page, and the same for all.
    """
    whole = presentations.unshuffled(bank, item_id, language)
    if whole.groups:
        return ""
    body = render_template("assessments/_question_body.html", shown=whole.plain, submitted={}, form=None)
    return Markup(body)  # noqa: S704 (what the template wrote)


def _question_page(opened: OpenSitting, form: AnswerForm | None = None, *, late: str = "") -> str:
    item_id = opened.state.current_item_id
    if item_id is None:
        raise StaleQuestionError
    language = current_language()
    return render_template(
        "assessments/question.html",
        opened=opened,
        form=form,
        item_id=item_id,
        submitted=request.form if form else {},
        shown=presentations.shown(opened.bank, item_id, language, opened.state.seed),
        alike="" if form else _alike(opened.bank, item_id, language),
        position=len(opened.state.answers) + 1,
        maximum=opened.state.maximum_items,
        late=late,
    )
