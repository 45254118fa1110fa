"""Claim slips: printed by the structure, used by whoever sat without an account."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import Response, redirect, request, url_for

from app.access import Permission, current_identity, public, requires
from app.accounts.services import people
from app.accounts.views import person_rooms, remember_way
from app.accounts.views.browser import is_refusal
from app.accounts.views.pages import form_page, tell
from app.database import current_session
from app.examination.forms import SlipForm
from app.examination.services import acts, claim_slips, sessions
from app.examination.views.room import blueprint
from app.examination.views.staff import STAFF
from app.navigation import back_to
from app.resources import current_resources
from app.supervised_errors import ClaimBarredError, WrongClaimSlipError
from app.web import limiter
from certificates.claim_slip import ClaimSlip
from certificates.dates import day_in_paris
from certificates.reference import new_code

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.post("/sessions/<string:reference>/candidats/<int:number>/coupon")
@requires(Permission.EXAM_SUPERVISE)
@back_to("examination.session")
def print_slip(reference: str, number: int) -> ResponseReturnValue:
    """Print a slip: its code is on this page only, and the former one serves no more."""
    db, loaded, identity, now = current_session(), current_resources(), current_identity(), datetime.now(UTC)
    row = sessions.get_of_structure(db, reference=reference, person_id=identity.person_id, parts=STAFF)
    someone, code = acts.get(db, session=row, number=number), new_code(secrets.token_bytes(10))
    slip = claim_slips.print_slip(
        db,
        session=row,
        candidate=someone,
        code=code,
        secret=loaded.settings.reference_secret,
        actor_id=identity.person_id or 0,
        now=now,
    )
    title, address = loaded.bank.framework(row.framework_code).title, f"{loaded.issuer.url}{url_for('.claim')}"
    made = loaded.press.print_claim_slip(
        ClaimSlip(
            name=someone.checked_name or f"{someone.given_names} {someone.family_name}",
            number=someone.number,
            test=(title.fr, title.en),
            place=row.place,
            sat_on=day_in_paris(row.starts_at),
            code=code,
            address=address,
            scanned=f"{address}?coupon={code}",
            expires_at=slip.expires_at,
            made_at=now,
        )
    )
    db.commit()
    response = Response(made, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="coupon-{reference}-{number}.pdf"'
    return response


@blueprint.route("/coupon", methods=["GET", "POST"])
@public
@limiter.limit("20 per hour", methods=["POST"], deduct_when=is_refusal)
def claim() -> ResponseReturnValue:
    """Lead to an account first, then take the code and the date of birth; whatever is wrong is told alike."""
    db, identity, form = current_session(), current_identity(), SlipForm(code=request.args.get("coupon", ""))
    way = url_for(".claim", coupon=request.args.get("coupon") or None)
    stage = "account"
    if identity.is_account:
        is_confirmed = people.get_account(db, person_id=identity.person_id or 0).email_confirmed_at is not None
        stage = "code" if is_confirmed else "address"
    if stage == "address":
        remember_way(way)
    if stage != "code" or not form.validate_on_submit():
        return form_page("examination/claim.html", form, stage=stage, way=way)
    try:
        row = claim_slips.use(
            db,
            code=form.code.data,
            born_on=form.born_on.data,
            account_id=identity.person_id or 0,
            rooms=person_rooms(),
            secret=current_resources().settings.reference_secret,
            now=datetime.now(UTC),
        )
    except (ClaimBarredError, WrongClaimSlipError) as refusal:
        db.commit()  # a failed try counts; one that is barred is written down
        tell(form.code, refusal)
        return form_page("examination/claim.html", form, stage=stage, way=way)
    db.commit()
    if row.published_at is None:
        return redirect(url_for(".own_results", coupon="utilise"), code=303)
    return redirect(url_for(".own_result", reference=row.reference), code=303)
