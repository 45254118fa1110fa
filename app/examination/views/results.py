"""Results, for whoever sat, and nobody else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask import redirect, render_template, request, url_for

from app.access import Permission, current_identity, requires
from app.accounts.services import cases
from app.accounts.views import person_rooms
from app.accounts.views.pages import form_page
from app.answers import ANSWERS
from app.certification.services.issuing import VALID_YEARS
from app.database import current_session
from app.errors import NotFoundError
from app.examination.forms import VERDICT_WORDS, ContestForm
from app.examination.services import results
from app.examination.views.room import blueprint
from app.resources import current_resources
from app.supervised_errors import ClaimBarredError
from app.web import current_language, limiter, writes
from certificates import verification
from quizzes.outcome import Standing, Verdict
from quizzes.settling import PASSING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from app.examination.services.results import OwnResult


@blueprint.get("/resultats")
@requires(Permission.EXAM_RESULT)
@writes
def own_results() -> ResponseReturnValue:
    """List one's results; what was sat without an account under one's confirmed address becomes one's own here."""
    db, person_id = current_session(), current_identity().person_id or 0
    claimed = results.claim(db, person_id=person_id, rooms=person_rooms(), now=datetime.now(UTC))
    if claimed.taken:
        db.commit()
    return render_template(
        "examination/results.html",
        results=results.list_own(db, person_id=person_id),
        titles=_titles(),
        barred=ANSWERS[ClaimBarredError.code] if claimed.barred else None,
    )


@blueprint.get("/resultats/<string:reference>")
@requires(Permission.EXAM_RESULT)
def own_result(reference: str) -> ResponseReturnValue:
    found, language = _get(reference), current_language()
    framework = current_resources().bank.framework(found.session.framework_code)
    return render_template(
        "examination/result.html",
        found=found,
        told=found.candidate.outcome,
        title=framework.title.get(language),
        areas={area.id: area.title.get(language) for area in framework.areas},
        themes={one.id: one.title.get(language) for area in framework.areas for one in area.competencies},
        levels={level.id: level.title.get(language) for level in framework.levels},
        code=_code_of(found),
        verdicts=VERDICT_WORDS,
        passing=PASSING,
        doubtful=_doubtful(found),
        certifies=found.session.policy_id in VALID_YEARS,
    )


@blueprint.route("/resultats/<string:reference>/contestation", methods=["GET", "POST"])
@requires(Permission.EXAM_RESULT)
@limiter.limit("10 per hour", methods=["POST"])
def contest(reference: str) -> ResponseReturnValue:
    """Appeal: a case, read and answered by somebody who had no part in the session."""
    found, form, db = _get(reference), ContestForm(), current_session()
    person_id = current_identity().person_id
    if found.sitting_reference is None:
        raise NotFoundError
    if "numero" in request.args and not form.is_submitted():
        case = cases.find_own(db, number=request.args["numero"], person_id=person_id)
        if case is None:
            raise NotFoundError
        return form_page("examination/contest.html", form, found=found, case=case)
    if not form.validate_on_submit():
        return form_page("examination/contest.html", form, found=found, case=None)
    opened = cases.open_case(
        db,
        kind=cases.CaseKind.CONTEST,
        person_id=person_id,
        email=None,
        subject_kind="sitting",
        subject_reference=found.sitting_reference,
        text=form.text.data,
        language=current_language(),
        now=datetime.now(UTC),
    )
    db.commit()
    return redirect(url_for(".contest", reference=reference, numero=opened.number), code=303)


def _get(reference: str) -> OwnResult:
    return results.get_own(
        current_session(), reference=reference, person_id=current_identity().person_id, now=datetime.now(UTC)
    )


def _doubtful(found: OwnResult) -> list[Mapping[str, Any]]:
    """Return the areas of which the answers could not tell: the minimum, after a failure; else the level. Older results do not say."""
    areas: list[Mapping[str, Any]] = (found.candidate.outcome or {}).get("areas", [])
    if found.candidate.verdict == Verdict.FAILED.value:
        return [one for one in areas if one.get("standing") == Standing.BETWEEN.value]
    return [one for one in areas if one.get("between")]


def _titles() -> dict[str, str]:
    bank = current_resources().bank
    return {code: framework.title.get(current_language()) for code, framework in bank.frameworks.items()}


def _code_of(found: OwnResult) -> str | None:
    """Return the code of the certificate, for the link to it; none where it was withdrawn and emptied."""
    row = found.certificate
    if row is None or not row.token or row.person_id != current_identity().person_id:
        return None
    return verification.read_registered(row.token, current_resources().ring).code
