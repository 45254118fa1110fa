"""The candidate's pages: enter, wait, begin, answer, raise a hand. Complete without JavaScript."""

from __future__ import annotations

import hashlib
import math
import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from flask import jsonify, redirect, render_template, request, url_for

from app.access import Permission, current_identity, public, requires
from app.accounts.services import people
from app.accounts.views import keep_guest
from app.accounts.views.browser import is_refusal
from app.accounts.views.pages import form_page, tell
from app.assessments.forms import AnswerForm
from app.assessments.services import presentations
from app.database import current_session, only_reads
from app.errors import ExamPausedError, MovedOnError, TimeOverError, WrongExamCodeError
from app.examination.forms import ButtonForm, HandForm, JoinForm
from app.examination.models import Accommodation
from app.examination.services import answering, arranged, arrivals, clock
from app.examination.services.answering import Stage
from app.examination.views.room import blueprint
from app.navigation import back_to
from app.resources import current_resources
from app.web import current_language, limiter, read_comfort
from certificates.reference import new_code

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from app.assessments.services.sittings import OpenSitting
    from app.examination.services.answering import Place


@blueprint.get("/")
@public
def door() -> ResponseReturnValue:
    """The address that is told at the door: short."""
    return redirect(url_for(".join"), code=303)


@blueprint.route("/entrer", methods=["GET", "POST"])
@public
@limiter.limit("20 per minute; 100 per hour", methods=["POST"], deduct_when=is_refusal)
def join() -> ResponseReturnValue:
    """Lead a browser to its candidate: an account of theirs stays, anybody else's cookie gives way to a new guest."""
    form = JoinForm()
    if not form.validate_on_submit():
        return form_page("examination/join.html", form)
    db, identity, now = current_session(), current_identity(), datetime.now(UTC)
    secret = current_resources().settings.reference_secret
    try:
        candidate = arrivals.find_candidate(db, code=form.code.data, number=form.number.data, secret=secret)
    except WrongExamCodeError as refusal:
        db.commit()  # the miss is counted
        tell(form.code, refusal)
        return form_page("examination/join.html", form)
    person_id, web_session_id = identity.person_id, identity.web_session_id
    last = arrivals.newest_of_browser(db, web_session_id=web_session_id)
    is_same = last is not None and last.candidate_id == candidate.id
    is_own = identity.is_account and arrivals.is_theirs(db, candidate=candidate, person_id=person_id)
    if person_id is None or web_session_id is None or not (is_same or is_own):
        person_id = people.create_guest(db, now=now).id
        keep_guest(db, person_id=person_id, shared_computer=False, now=now)
        web_session_id = arrivals.newest_web_session(db, person_id=person_id)
    arrivals.arrive(
        db,
        candidate=candidate,
        web_session_id=web_session_id,
        person_id=person_id,
        screen_number=10 + secrets.randbelow(90),
        language=current_language(),
        now=now,
    )
    db.commit()
    return redirect(url_for(".sit"), code=303)


@blueprint.get("/passage")
@requires(Permission.SITTING_TAKE)
def sit() -> ResponseReturnValue:
    """Show what this candidate's browser shows now; a time that is over ends the sitting here."""
    place, now = _place(), datetime.now(UTC)
    if answering.is_over(place, now=now):
        place = _close(now)
    if place.stage is Stage.ANSWERING:
        return _question_page(place)
    return render_template(
        "examination/sit.html",
        place=place,
        form=ButtonForm(formdata=None),
        seen=_seen(place),
        break_until=clock.break_end(place.candidate, session=place.session),
        break_minutes=clock.break_allowance(place.candidate, session=place.session) // timedelta(minutes=1),
        now=now,
        needs_slip=current_identity().is_guest,
        **_comfort(place),
    )


def _close(now: datetime) -> Place:
    """Close a sitting whose time is over: a page that is read writes this once, and takes the write lock for it only then."""
    db = current_session()
    db.rollback()
    only_reads.set(False)
    answering.close_if_over(db, place=_place(lock=True), bank=current_resources().bank, now=now)
    db.commit()
    return _place()


@blueprint.post("/passage/commencer")
@requires(Permission.SITTING_TAKE)
@back_to("examination.sit")
def begin() -> ResponseReturnValue:
    answering.begin(
        current_session(),
        place=_place(lock=True),
        bank=current_resources().bank,
        facts=current_resources().facts,
        seed=secrets.randbits(31),
        reference=new_code(secrets.token_bytes(10)),
        now=datetime.now(UTC),
    )
    current_session().commit()
    return redirect(url_for(".sit"), code=303)


@blueprint.post("/passage/reprendre")
@requires(Permission.SITTING_TAKE)
@back_to("examination.sit")
def end_break() -> ResponseReturnValue:
    """Come back from a break that was arranged."""
    arranged.end_own_break(current_session(), place=_place(lock=True), now=datetime.now(UTC))
    current_session().commit()
    return redirect(url_for(".sit"), code=303)


@blueprint.post("/passage/reponses")
@requires(Permission.SITTING_TAKE)
@back_to("examination.sit")
def answer() -> ResponseReturnValue:
    db, form, place, now = current_session(), AnswerForm(), _place(lock=True), datetime.now(UTC)
    held = answering.hold(db, place=place, bank=current_resources().bank)
    item_id = held.state.current_item_id
    if item_id is None or item_id != form.item_id or place.stage is not Stage.ANSWERING:
        return _late(place, held, form)
    shown = presentations.shown(held.bank, item_id, place.candidate.language, held.state.seed)
    response = form.response(shown, request.form) if form.validate() else None
    if response is None:
        return _question_page(place, form, status=422)
    try:
        answering.submit(db, place=place, held=held, item_id=item_id, response=shown.canonical(response), now=now)
    except TimeOverError:
        answering.close_if_over(db, place=place, bank=current_resources().bank, now=now)
        db.commit()
        return redirect(url_for(".sit", tard="oui"), code=303)
    db.commit()
    return redirect(url_for(".sit"), code=303)


def _late(place: Place, held: OpenSitting, form: AnswerForm) -> ResponseReturnValue:
    """A double click goes on; an answer while on hold, after the end, or to a question that left the screen is told so."""
    last = held.state.answers[-1] if held.state.answers else None
    if last is not None and last.item_id == form.item_id:
        return redirect(url_for(".sit"), code=303)
    if place.stage is Stage.FINISHED:
        raise TimeOverError
    if place.stage is not Stage.ANSWERING:
        raise ExamPausedError
    return _question_page(place, is_late=True, status=409)


@blueprint.post("/passage/main")
@requires(Permission.SITTING_TAKE)
@back_to("examination.sit")
def raise_hand() -> ResponseReturnValue:
    form, place = HandForm(), _place(lock=True)
    if not form.validate():
        return _question_page(place, hand=form, status=422)
    try:
        answering.raise_hand(
            current_session(), place=place, item_id=form.item_id.data, note=form.note.data, now=datetime.now(UTC)
        )
    except MovedOnError:
        return _question_page(place, is_late=True, status=409)
    current_session().commit()
    return redirect(url_for(".sit"), code=303)


@blueprint.post("/passage/absences")
@requires(Permission.SITTING_TAKE)
@back_to("examination.sit")
@limiter.limit("60 per minute")
def note_absence() -> ResponseReturnValue:
    """The page was left: noted, punished by nothing."""
    answering.note_absence(current_session(), place=_place(), now=datetime.now(UTC))
    current_session().commit()
    return "", 204


@blueprint.get("/passage/etat")
@requires(Permission.SITTING_TAKE)
def state() -> ResponseReturnValue:
    """Tell a page whether it is still the one to show, and how much time is left: the server's time."""
    place = _place()
    item_id = answering.on_screen(current_session(), place=place)
    return jsonify(seen=_seen(place, item_id), minutes=_minutes_left(place, now=datetime.now(UTC)))


def _place(*, lock: bool = False) -> Place:
    return answering.place_of(current_session(), web_session_id=current_identity().web_session_id, lock=lock)


def _seen(place: Place, item_id: str = "") -> str:
    """Return what changes when another page is to be shown.

    Args:
        item_id: The question on it.
    """
    until = clock.break_end(place.candidate, session=place.session)
    told = f"{place.stage}:{item_id}:{until and until > datetime.now(UTC)}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _minutes_left(place: Place, *, now: datetime) -> int | None:
    if place.deadline is None:
        return None
    return max(0, math.ceil((place.deadline - now) / timedelta(minutes=1)))


def _comfort(place: Place) -> dict[str, object]:
    """Large type is arranged for the person, whatever the machine was set to; pages are in the language of the test."""
    if Accommodation.LARGE_TYPE in place.candidate.accommodations:
        return {"comfort": {**read_comfort(), "text": "larger"}}
    return {}


def _question_page(
    place: Place,
    form: AnswerForm | None = None,
    *,
    is_late: bool = False,
    hand: HandForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    db = current_session()
    opened = answering.opened(db, place=place, bank=current_resources().bank)
    item_id = opened.state.current_item_id
    if item_id is None:
        return redirect(url_for(".sit"), code=303)
    page = render_template(
        "examination/question.html",
        opened=opened,
        place=place,
        form=form,
        item_id=item_id,
        hand=hand or HandForm(formdata=None, item_id=item_id),
        is_hand_up=answering.is_hand_up(db, candidate_id=place.candidate.id),
        submitted=request.form if form else {},
        shown=presentations.shown(opened.bank, item_id, place.candidate.language, opened.state.seed),
        position=len(opened.state.answers) + 1,
        maximum=opened.state.maximum_items,
        is_fixed=bool(opened.state.form),
        minutes=_minutes_left(place, now=datetime.now(UTC)),
        seen=_seen(place, item_id),
        is_more=any(item_id in items for items in opened.state.second_sets.values()),
        is_late=is_late,
        **_comfort(place),
    )
    return page, status
