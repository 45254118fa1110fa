"""The desk of a structure: plan sessions, enrol candidates, open the doors, print the papers."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import Response, redirect, render_template, url_for
from flask_babel import gettext
from wtforms.fields.choices import SelectChoice

from app.access import Permission, current_identity, requires
from app.accounts.views.pages import form_page, tell
from app.answers import ANSWERS
from app.database import current_session
from app.errors import (
    AlreadyEnrolledError,
    EnrolmentClosedError,
    MovedOnError,
    NoSeatLeftError,
    NotAccreditedError,
    NotIndependentError,
    PastMomentError,
    UnreadableSheetError,
)
from app.examination.forms import (
    ACCOMMODATION_WORDS,
    LINE_WORDS,
    SHEET_WORDS,
    STAGE_WORDS,
    STATE_WORDS,
    ButtonForm,
    EnrolForm,
    ListForm,
    PlanForm,
    SeatsForm,
    WatchForm,
)
from app.examination.models import Accommodation
from app.examination.services import acts, claim_slips, enrolment, papers, scheduling, sessions, watch
from app.examination.views.room import blueprint
from app.navigation import back_to
from app.organisations.models import Part
from app.organisations.services import structures
from app.resources import current_resources
from app.sheets import apart, writer
from app.supervised_errors import MayNotSitError
from app.web import current_language, limiter
from certificates.dates import PARIS
from certificates.reference import new_code
from quizzes.policy import policies

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from app.examination.models import ExamSession
    from app.examination.services.enrolment import DryRun

#: Who works at the desk of a session.
STAFF = (Part.MANAGER, Part.INVIGILATOR)
_REFUSED = (
    AlreadyEnrolledError,
    NoSeatLeftError,
    EnrolmentClosedError,
    MayNotSitError,
    NotIndependentError,
)


@blueprint.get("/sessions")
@requires(Permission.EXAM_SUPERVISE)
def session_list() -> ResponseReturnValue:
    db, identity = current_session(), current_identity()
    mine = structures.list_own(db, person_id=identity.person_id)
    found = sessions.list_own(db, person_id=identity.person_id, limit=sessions.SHOWN + 1)
    return render_template(
        "examination/sessions.html",
        sessions=found[: sessions.SHOWN],
        is_cut=len(found) > sessions.SHOWN,
        managed=[row for row, parts in mine if Part.MANAGER in parts],
        has_part=bool(mine),
        titles=_titles(),
        states=STATE_WORDS,
    )


@blueprint.route("/sessions/nouvelle/<string:structure>", methods=["GET", "POST"])
@requires(Permission.EXAM_SUPERVISE)
def plan(structure: str) -> ResponseReturnValue:
    db, identity = current_session(), current_identity()
    place = structures.get_own(db, reference=structure, person_id=identity.person_id, parts=(Part.MANAGER,))
    form = PlanForm()
    form.test.choices = _tests()
    if not form.validate_on_submit():
        return form_page("examination/plan.html", form, structure=place)
    policy_id, _sep, framework_code = form.test.data.partition(":")
    try:
        row = sessions.plan(
            db,
            structure=place,
            framework_code=framework_code,
            policy=policies()[policy_id],
            place=form.place.data,
            starts_at=form.starts_at.data.replace(tzinfo=PARIS),
            seats=form.seats.data,
            reference=new_code(secrets.token_bytes(10)),
            secret=_secret(),
            actor_id=identity.person_id or 0,
            now=datetime.now(UTC),
        )
    except (PastMomentError, NotAccreditedError) as refusal:
        tell(form.starts_at, refusal)
        return form_page("examination/plan.html", form, structure=place)
    db.commit()
    return redirect(url_for(".session", reference=row.reference), code=303)


@blueprint.get("/sessions/<string:reference>")
@requires(Permission.EXAM_SUPERVISE)
def session(reference: str) -> ResponseReturnValue:
    return session_page(_get(reference))


@blueprint.post("/sessions/<string:reference>/inscriptions")
@requires(Permission.EXAM_SUPERVISE)
@back_to("examination.session")
def enrol(reference: str) -> ResponseReturnValue:
    row, form, now = _get(reference, lock=True), EnrolForm(), datetime.now(UTC)
    if not form.validate():
        return session_page(row, enrol=form), 422
    try:
        enrolment.enrol(
            current_session(),
            session=row,
            enrolment=enrolment.make(
                family_name=form.family_name.data,
                given_names=form.given_names.data,
                email=form.email.data or "",
                born_on=form.born_on.data,
                accommodations=form.accommodations.data or [],
                secret=_secret(),
                now=now,
            ),
            language=current_language(),
            actor_id=current_identity().person_id or 0,
            now=now,
        )
    except enrolment.BadCellError as refusal:
        form.family_name.errors = [LINE_WORDS[str(refusal)]]
        return session_page(row, enrol=form), 422
    except _REFUSED as refusal:
        tell(form.family_name, refusal)
        return session_page(row, enrol=form), ANSWERS[refusal.code].status
    scheduling.invite(current_session(), session=row, enrolled_at=now, origin=current_resources().issuer.url, now=now)
    current_session().commit()
    return redirect(url_for(".session", reference=reference), code=303)


@blueprint.post("/sessions/<string:reference>/candidats/<int:number>/retirer")
@requires(Permission.EXAM_SUPERVISE)
@back_to("examination.session")
def unenrol(reference: str, number: int) -> ResponseReturnValue:
    db, row = current_session(), _get(reference, lock=True)
    scheduling.unenrol(
        db,
        session=row,
        candidate=acts.get(db, session=row, number=number, lock=True),
        origin=current_resources().issuer.url,
        actor_id=current_identity().person_id or 0,
        now=datetime.now(UTC),
    )
    db.commit()
    return redirect(url_for(".session", reference=reference), code=303)


@blueprint.post("/sessions/<string:reference>/liste")
@requires(Permission.EXAM_SUPERVISE)
@back_to("examination.session")
@limiter.limit("20 per minute")
def send_list(reference: str) -> ResponseReturnValue:
    """Read a list dry: nobody is enrolled, each bad line says why."""
    row, form = _get(reference, lock=True), ListForm()
    if not form.validate():
        return session_page(row, sheet=form), 422
    try:
        dry = enrolment.read_list(
            current_session(),
            session=row,
            rows=apart.read_rows(form.sheet.data.read()).rows,
            secret=_secret(),
            language=current_language(),
            actor_id=current_identity().person_id or 0,
            now=datetime.now(UTC),
        )
    except UnreadableSheetError as refusal:
        form.sheet.errors = [SHEET_WORDS[refusal.reason]]
        return session_page(row, sheet=form), 422
    current_session().commit()
    return _dry_page(row, dry)


@blueprint.post("/sessions/<string:reference>/liste/confirmer")
@requires(Permission.EXAM_SUPERVISE)
@back_to("examination.session")
def confirm_list(reference: str) -> ResponseReturnValue:
    db, row, now = current_session(), _get(reference, lock=True), datetime.now(UTC)
    enrolment.confirm(db, session=row, language=current_language(), actor_id=current_identity().person_id or 0, now=now)
    scheduling.invite(db, session=row, enrolled_at=now, origin=current_resources().issuer.url, now=now)
    db.commit()
    return redirect(url_for(".session", reference=reference), code=303)


@blueprint.post("/sessions/<string:reference>/<any(ouvrir, code):act>")
@requires(Permission.EXAM_SUPERVISE)
@back_to("examination.session")
def prepare(reference: str, act: str) -> ResponseReturnValue:
    """Open the doors, or make another code."""
    db, row, actor_id, now = (
        current_session(),
        _get(reference, lock=True),
        current_identity().person_id or 0,
        datetime.now(UTC),
    )
    if act == "ouvrir":
        sessions.open_doors(db, row=row, actor_id=actor_id, now=now)
    else:
        sessions.renew_code(db, row=row, secret=_secret(), actor_id=actor_id, now=now)
    db.commit()
    return redirect(url_for(".session", reference=reference), code=303)


@blueprint.post("/sessions/<string:reference>/surveiller")
@requires(Permission.EXAM_SUPERVISE)
@back_to("examination.session")
def join_watch(reference: str) -> ResponseReturnValue:
    """Take the watch: for the structure's invigilators, who declare to be free of the candidates."""
    db, identity = current_session(), current_identity()
    row = sessions.get_of_structure(db, reference=reference, person_id=identity.person_id, parts=(Part.INVIGILATOR,))
    form = WatchForm()
    if not form.validate():
        return session_page(row, watching=form), 422
    try:
        watch.join(db, session=row, person_id=identity.person_id or 0, duty="invigilator", now=datetime.now(UTC))
    except (NotIndependentError, MovedOnError) as refusal:
        tell(form.is_free, refusal)
        return session_page(row, watching=form), ANSWERS[refusal.code].status
    db.commit()
    return redirect(url_for(".live", reference=reference), code=303)


@blueprint.get('/sessions/<string:reference>/<any("emargement", "proces-verbal"):paper>.pdf')
@requires(Permission.EXAM_SUPERVISE)
def paper(reference: str, paper: str) -> ResponseReturnValue:
    """Print the attendance sheet or the report, sealed."""
    db, loaded, now = current_session(), current_resources(), datetime.now(UTC)
    make = papers.attendance if paper == "emargement" else papers.report
    made = make(db, session=_for_papers(reference, paper=paper), bank=loaded.bank, now=now)
    response = Response(loaded.press.print_exam_paper(made), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{paper}-{reference}.pdf"'
    return response


@blueprint.get("/sessions/<string:reference>/candidats.csv")
@requires(Permission.EXAM_SUPERVISE)
def candidate_list(reference: str) -> ResponseReturnValue:
    """Export the enrolled; no cell of it is a formula."""
    rows = watch.see(current_session(), session=_get(reference), now=datetime.now(UTC))
    head = [
        gettext("N°"),
        gettext("Nom"),
        gettext("Prénom"),
        gettext("Adresse"),
        gettext("Aménagements"),
        gettext("État"),
    ]
    lines = [
        [
            str(one.row.number),
            one.row.family_name,
            one.row.given_names,
            one.row.email or "",
            ", ".join(str(ACCOMMODATION_WORDS[Accommodation(kind)]) for kind in one.row.accommodations),
            str(STAGE_WORDS[one.stage]),
        ]
        for one in rows
    ]
    response = Response(writer.write_csv([head, *lines]), mimetype=writer.CSV_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="candidats-{reference}.csv"'
    return response


def _for_papers(reference: str, *, paper: str) -> ExamSession:
    """The structure's people read its papers; officers, who judge candidates without their names, the report alone."""
    if current_identity().is_officer and paper == "proces-verbal":
        return sessions.get(current_session(), reference=reference)
    return _get(reference)


def _get(reference: str, *, lock: bool = False) -> ExamSession:
    person_id = current_identity().person_id
    return sessions.get_of_structure(
        current_session(), reference=reference, person_id=person_id, parts=STAFF, lock=lock
    )


def _secret() -> str:
    return current_resources().settings.reference_secret


def _tests() -> list[SelectChoice]:
    """Offer every supervised test of every framework that has it."""
    language, bank = current_language(), current_resources().bank
    return [
        SelectChoice(f"{policy.id}:{code}", f"{policy.title.get(language)}, {framework.title.get(language)}")
        for policy in policies().values()
        if policy.assurance == "A2"
        for code, framework in bank.frameworks.items()
        if policy.is_for(code)
    ]


def _titles() -> dict[str, str]:
    bank = current_resources().bank
    return {code: framework.title.get(current_language()) for code, framework in bank.frameworks.items()}


def session_page(
    row: ExamSession,
    *,
    enrol: EnrolForm | None = None,
    sheet: ListForm | None = None,
    watching: WatchForm | None = None,
    seats: SeatsForm | None = None,
) -> str:
    """Return the page of a session, with the form that was refused, if any."""
    db, identity, now = current_session(), current_identity(), datetime.now(UTC)
    duties = watch.duties_of(db, session=row, person_id=identity.person_id)
    return render_template(
        "examination/session.html",
        row=row,
        title=_titles()[row.framework_code],
        policy=policies()[row.policy_id],
        code=sessions.code_of(row, secret=_secret()),
        watched=watch.see(db, session=row, now=now),
        slips=claim_slips.may_have(db, session=row),
        now=now,
        waiting=enrolment.waiting(row),
        is_watching="invigilator" in duties,
        is_manager=sessions.is_managed_by(db, row=row, person_id=identity.person_id),
        enrol=enrol or EnrolForm(formdata=None),
        sheet=sheet or ListForm(formdata=None),
        watching=watching or WatchForm(formdata=None),
        button=ButtonForm(formdata=None),
        seats=seats or SeatsForm(formdata=None, data={"seats": row.seats}),
        refused=enrol or sheet or watching or seats,
        states=STATE_WORDS,
        arranged=ACCOMMODATION_WORDS,
        max_misses=sessions.MOST_MISSES,
    )


def _dry_page(row: ExamSession, dry: DryRun) -> str:
    return render_template(
        "examination/list.html",
        row=row,
        dry=dry,
        button=ButtonForm(formdata=None),
        words=LINE_WORDS,
        arranged=ACCOMMODATION_WORDS,
    )
