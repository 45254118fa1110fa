"""The JSON API of verification. What is disclosed is `services/presenting.py`."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any

from flask import Response, abort, current_app, request
from flask_limiter.util import get_remote_address
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from app.access import public
from app.certification.models import Disclosure
from app.database import current_session
from app.errors import MalformedRequestError, NotOneFileError
from app.light import allowance_headers, light
from app.reader import current_reader
from app.resources import current_resources
from app.verification.services import batch, credentials, files, many, receipts, verdicts
from app.verification.services.allowances import BATCHES, CHECKS, FILES, take_unknown
from app.verification.services.presenting import present, present_line, written
from app.web import limiter, reads
from certificates.differences import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

blueprint = Blueprint(
    "verification-api",
    __name__,
    url_prefix="/api/v1",
    description="Check a certificate by its code or by its PDF. No account, no cookie, no trace.",
)


#: What was measured is no longer vouched for once a document is withdrawn: the fields are then left out.
_MEASURED = "Present with the verdicts `valid` and `expired` only, and the disclosures `all` and `levels`"
_NAME = "Present with the disclosure `all` only, and absent with the verdict `superseded`: it may be a former name"


class AreaSchema(Schema):
    area = fields.String(metadata={"description": "Identifier of the area in its framework"})
    title = fields.Dict(keys=fields.String(), values=fields.String())
    level = fields.String(allow_none=True, metadata={"description": "Highest level reached with P >= .9, or null"})
    probability = fields.Float()


class CertificateSchema(Schema):
    code = fields.String(metadata={"description": "The code that was asked about"})
    kind = fields.String(validate=validate.OneOf(["statement", "certificate", "label"]))
    assurance = fields.String(validate=validate.OneOf(["A1", "A2"]))
    holder_name = fields.String(metadata={"description": _NAME})
    name_verified = fields.Boolean(metadata={"description": _NAME})
    framework = fields.String()
    framework_version = fields.String()
    title = fields.Dict(keys=fields.String(), values=fields.String())
    level = fields.String(allow_none=True, metadata={"description": _MEASURED})
    level_probability = fields.Float(metadata={"description": _MEASURED})
    areas = fields.List(fields.Nested(AreaSchema), metadata={"description": _MEASURED})
    items_answered = fields.Integer(metadata={"description": _MEASURED})
    provisional_scale = fields.Boolean(metadata={"description": _MEASURED})
    label = fields.Dict(metadata={"description": "Of a label, with the disclosure `all`: `number` and `profession`"})
    demonstration = fields.Boolean()
    sat_on = fields.Date(metadata={"description": "Present with the disclosures `all` and `levels`"})
    issued_at = fields.DateTime(format="iso")
    valid_from = fields.DateTime(format="iso")
    valid_until = fields.DateTime(format="iso", allow_none=True)


class VerdictSchema(Schema):
    verdict = fields.String(required=True, validate=validate.OneOf([outcome.value for outcome in verdicts.Outcome]))
    reason = fields.String(
        allow_none=True,
        metadata={
            "description": "Says more than the verdict, where there is more to say. Of a label: `paused` (with `suspended`) and"
            " `handed-back` (with `revoked`) are no fault of its holder's; `renewing` (with `expired`) is the grace of a renewal"
        },
    )
    sentence = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        allow_none=True,
        metadata={"description": "What to say first: authentic, and whether the identity was verified; or null"},
    )
    demonstration = fields.Boolean(
        required=True, metadata={"description": "A demonstration is worth nothing, whatever the verdict"}
    )
    since = fields.DateTime(
        allow_none=True,
        format="iso",
        metadata={"description": "From when `revoked`, `suspended`, `superseded`, `expired` or `not_yet_valid` hold"},
    )
    checked_at = fields.DateTime(required=True, format="iso")
    disclosure = fields.String(
        allow_none=True,
        validate=validate.OneOf([one.value for one in Disclosure]),
        metadata={"description": "How much the holder lets this code tell"},
    )
    certificate = fields.Nested(CertificateSchema, allow_none=True)


class DifferenceSchema(Schema):
    what = fields.String(required=True, validate=validate.OneOf([kind.value for kind in Kind]))
    issued = fields.String(required=True, allow_none=True, metadata={"description": "As we issued it"})
    found = fields.String(
        required=True, allow_none=True, metadata={"description": "As the file has it: whoever changed it wrote that"}
    )


class FileVerdictSchema(VerdictSchema):
    """The verdict on a file. One that was changed tells nothing of itself, hence `certificate` is then null."""

    original = fields.Nested(
        VerdictSchema,
        metadata={"description": "With `altered`: what the register says of the document that the file was made from"},
    )
    differences = fields.List(
        fields.Nested(DifferenceSchema),
        allow_none=True,
        metadata={
            "description": "Beside `original`; null where the page could not be compared, or is vouched for no more"
        },
    )


class ReceiptSchema(Schema):
    receipt = fields.String(required=True, metadata={"description": "JWS of type `receipt+jwt`, by the published keys"})
    check = fields.Nested(FileVerdictSchema, required=True)


class StepSchema(Schema):
    step = fields.String(required=True)
    passed = fields.Boolean(required=True)


class ResultSchema(FileVerdictSchema):
    """A verdict with the line that it answers; a line that could not be read has `error` instead."""

    id = fields.String(
        required=True, metadata={"description": "As sent, the name of the file, or the place of the line from 1"}
    )
    error = fields.String(
        metadata={
            "description": "What is wrong with this line: `not-a-credential`; of a PDF `not-pdf`, `encrypted-pdf`, `broken-pdf`,"
            " `too-large-pdf` (over 5 MiB); or `not-examined`"
        }
    )
    format = fields.String(metadata={"description": "The form that was recognised"})
    steps = fields.List(fields.Nested(StepSchema), metadata={"description": "Taken in order; a failing one is last"})
    verdict = fields.String(validate=validate.OneOf([outcome.value for outcome in verdicts.Outcome]))
    demonstration = fields.Boolean()
    checked_at = fields.DateTime(format="iso")


class BatchSchema(Schema):
    checked_at = fields.DateTime(required=True, format="iso")
    as_of = fields.DateTime(
        allow_none=True, format="iso", metadata={"description": "The moment asked about: the end of that day in Paris"}
    )
    results = fields.List(fields.Nested(ResultSchema), required=True)


class ProblemSchema(Schema):
    """RFC 9457."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    detail = fields.String()
    code = fields.String()


#: A code is sixteen characters; people add spaces and dashes.
CODE_LENGTH = 64
#: How long a browser may remember the answer to a preflight: it does not change.
_PREFLIGHT_SECONDS = 86_400
_CODE = {
    "schema": {
        "type": "object",
        "properties": {"code": {"type": "string", "maxLength": CODE_LENGTH}},
        "required": ["code"],
        "additionalProperties": False,
    }
}
_PROBLEM = {"schema": ProblemSchema, "content_type": "application/problem+json"}


@blueprint.get("/certificates/<string:code>")
@public
@light
@blueprint.response(200, VerdictSchema)
@blueprint.alt_response(429, **_PROBLEM)
def certificate(code: str) -> Response:
    """Say where the certificate with this code stands.

    A code that does not exist and one whose link is closed or over get the same answer: `unknown`.
    """
    left, loaded = CHECKS.take(get_remote_address()), current_resources()
    verdict = verdicts.check_code(
        current_reader(),
        text=code,
        ring=loaded.ring,
        secret=loaded.settings.reference_secret,
        now=datetime.now(UTC),
    )
    _note(verdict)
    return Response(written(verdict), mimetype="application/json", headers=allowance_headers(left))


@blueprint.post("/documents")
@public
@reads
@limiter.limit("20 per minute; 200 per hour", methods=["POST"])
@blueprint.doc(requestBody={"required": True, "content": batch.ONE_FILE})
@blueprint.response(200, FileVerdictSchema)
@blueprint.alt_response(413, **_PROBLEM)
@blueprint.alt_response(415, **_PROBLEM)
@blueprint.alt_response(422, **_PROBLEM)
@blueprint.alt_response(429, **_PROBLEM)
def document() -> dict[str, Any]:
    """Say what a PDF is: ours and intact (and where it stands), ours and changed (and how), or not ours.

    It is not kept. The file is the body of the request, or the one file of a form (`curl -F pdf=@file.pdf`).
    """
    verdict = _file_check(datetime.now(UTC))(current_session(), data=_sent_file())
    _note(verdict)
    return present(verdict)


@blueprint.post("/receipts")
@public
@reads
@limiter.limit("12 per minute; 120 per hour", methods=["POST"])
@blueprint.doc(requestBody={"required": True, "content": {"application/json": _CODE, **batch.ONE_FILE}})
@blueprint.response(200, ReceiptSchema)
@blueprint.alt_response(400, **_PROBLEM)
@blueprint.alt_response(413, **_PROBLEM)
@blueprint.alt_response(415, **_PROBLEM)
@blueprint.alt_response(422, **_PROBLEM)
@blueprint.alt_response(429, **_PROBLEM)
def receipt() -> dict[str, Any]:
    """Check a code or a PDF and return a signed, dated proof of the answer. Nothing is kept: it is yours to keep.

    The list that `/verifier/liste` gives back holds one such token a line, in its last column.
    """
    loaded, db, now = current_resources(), current_session(), datetime.now(UTC)
    if request.mimetype == "application/json":
        code = _sent_code()
        verdict = verdicts.check_code(db, text=code, ring=loaded.ring, secret=loaded.settings.reference_secret, now=now)
        subject = receipts.of_code(code)
    else:
        data = _sent_file()
        verdict = _file_check(now)(db, data=data)
        subject = receipts.of_file(data)
    _note(verdict)
    _made, token = receipts.make(
        db, verdict=verdict, subject=subject, ring=loaded.ring, origin=loaded.settings.public_url
    )
    return {"receipt": token, "check": present(verdict)}


def _sent_code() -> str:
    sent = request.get_json(silent=True)
    code = sent.get("code") if isinstance(sent, dict) and sent.keys() == {"code"} else None
    if not isinstance(code, str) or len(code) > CODE_LENGTH:
        abort(400)
    return code


@blueprint.get("/documents/<string:sha256>")
@public
@limiter.limit("60 per minute; 1000 per hour", methods=["GET", "HEAD"])
@blueprint.response(200, VerdictSchema)
@blueprint.alt_response(429, **_PROBLEM)
def handed_out(sha256: str) -> dict[str, Any]:
    """Say what a PDF is from its SHA-256 alone, so that the file need not leave the machine it is on.

    The answer is that of the file sent to `POST /documents` where we handed out exactly this file. Otherwise it is
    `unknown`, with the reason `not-handed-out`: the file may still be one of ours that was changed.
    """
    verdict = files.check_digest(current_session(), sha256=sha256, ring=current_resources().ring, now=datetime.now(UTC))
    _note(verdict)
    return present(verdict)


def _note(verdict: verdicts.Verdict) -> None:
    """Count a look, for the holder: whatever form it took, and nothing about who."""
    current_app.extensions["numericite.looks"].note(verdict.standing, now=verdict.checked_at)


def _file_check(now: datetime) -> Callable[..., verdicts.Verdict]:
    """Return `files.check_file`, given all but the session and the file."""
    loaded = current_resources()
    return partial(
        files.check_file,
        ring=loaded.ring,
        roots_file=loaded.roots_file,
        press=loaded.press,
        origin=loaded.settings.public_url,
        now=now,
    )


def _sent_file() -> bytes:
    """Return the file sent.

    Raises:
        NotOneFileError: A form with no file, or several: nothing says which one is meant.
    """
    if request.mimetype != "multipart/form-data":
        return request.get_data(cache=False)
    sent = [file for _name, file in request.files.items(multi=True)]
    if len(sent) != 1:
        raise NotOneFileError
    data: bytes = sent[0].read()
    return data


@blueprint.post("/verify")
@public
@reads
@blueprint.doc(
    parameters=[{"in": "query", "name": "as_of", "schema": batch.AS_OF, "description": "With files; JSON has its own"}],
    requestBody={"required": True, "content": {"application/json": {"schema": batch.REQUEST}, **batch.MANY_FILES}},
)
@blueprint.response(200, BatchSchema)
@blueprint.alt_response(400, **_PROBLEM)
@blueprint.alt_response(413, **_PROBLEM)
@blueprint.alt_response(415, **_PROBLEM)
@blueprint.alt_response(422, **_PROBLEM)
@blueprint.alt_response(429, **_PROBLEM)
def verify() -> dict[str, Any]:
    """Say where one credential stands, or up to five hundred, today or on a past day.

    Each is a code or the signed statement itself, in any of our forms. A sealed PDF is one: in base64 among the others (32 MiB
    of JSON at most, a PDF 5 MiB, any other text 65,536 signs), alone as the body, or up to five hundred as the files of a form (60 MiB; `curl -F pdf=@a.pdf -F pdf=@b.pdf`,
    each under its own name). It gets the verdict of `POST /documents`. Only ours are checked, and no address in one is ever
    opened. The same request gets the same answer, and changes nothing. A line that is none of these, or a PDF that cannot be
    read, has an `error` and no verdict; the others are answered all the same. PDFs that we did not hand out as they are take an
    examination; after a minute of those, the rest are `not-examined`, to be sent again.
    """
    wished = _wished(today=datetime.now(UTC))
    address = get_remote_address()
    BATCHES.take(address, cost=len(wished.lines))
    if many.holds_files(wished.lines):
        FILES.take(address)
    loaded, now = current_resources(), datetime.now(UTC)
    asked = credentials.Asked(
        ring=loaded.ring,
        secret=loaded.settings.reference_secret,
        now=now,
        moment=wished.moment or now,
        origin=loaded.settings.public_url,
        check_file=_file_check(now),
    )
    answered = list(many.check_lines(current_session(), wished.lines, asked=asked, seconds=time.monotonic))
    take_unknown(address, many.unknown_codes(answered))
    for one in answered:
        if one.result is not None:
            _note(one.result.verdict)
    return {"checked_at": now, "as_of": wished.moment, "results": [present_line(one) for one in answered]}


def _wished(*, today: datetime) -> batch.Wished:
    """Return what a request for many verdicts asks, in whichever form it came.

    Raises:
        MalformedRequestError, RepeatedKeyError, TooManyLinesError: See `batch`; or a word beside the files, a day beside the JSON.
    """
    as_of, is_form = request.args.get("as_of"), request.mimetype == "multipart/form-data"
    request.max_content_length = files.MANY_BYTES if is_form else batch.LIMIT_BYTES
    if is_form:
        sent = [(file.filename or "", file.stream) for _name, file in request.files.items(multi=True)]
        if request.form:
            raise MalformedRequestError
        return batch.read_files(sent, as_of=as_of, today=today)
    if request.mimetype == "application/pdf":
        return batch.read_files([("", BytesIO(request.get_data(cache=False)))], as_of=as_of, today=today)
    if as_of is not None:
        raise MalformedRequestError
    return batch.read(request.get_data(cache=False), is_json=request.is_json, today=today)


@blueprint.after_request
def _open_to_all_origins(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    if request.method == "OPTIONS":
        # A PDF from another site is asked about first. Nothing here reads a cookie, so nothing here may be borrowed.
        response.headers["Access-Control-Allow-Methods"] = ", ".join(sorted(response.allow))
        response.headers["Access-Control-Allow-Headers"] = "Accept, Accept-Language, Content-Type"
        response.headers["Access-Control-Max-Age"] = str(_PREFLIGHT_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, noarchive"
    return response
