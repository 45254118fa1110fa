"""The JSON API of verification. What is disclosed is `present`: one function that a lawyer can read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask import request
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from app.access import public
from app.database import current_session
from app.errors import NotOneFileError
from app.resources import current_resources
from app.verification.services import files, verdicts
from app.web import limiter

if TYPE_CHECKING:
    from flask import Response

    from app.verification.services.verdicts import Verdict
    from certificates.credential import Credential

blueprint = Blueprint(
    "verification-api",
    __name__,
    url_prefix="/api/v1",
    description="Check a certificate by its code or by its PDF. No account, no cookie, no trace.",
)


#: What was measured is no longer vouched for once a document is withdrawn: the fields are then left out.
_MEASURED = "Present with the verdicts `valid` and `expired` only"


class AreaSchema(Schema):
    area = fields.String(metadata={"description": "Identifier of the area in its framework"})
    title = fields.Dict(keys=fields.String(), values=fields.String())
    level = fields.String(allow_none=True, metadata={"description": "Highest level reached with P >= .9, or null"})
    probability = fields.Float()


class CertificateSchema(Schema):
    code = fields.String()
    kind = fields.String(validate=validate.OneOf(["statement", "certificate"]))
    assurance = fields.String(validate=validate.OneOf(["A1", "A2"]))
    holder_name = fields.String()
    name_verified = fields.Boolean()
    framework = fields.String()
    framework_version = fields.String()
    title = fields.Dict(keys=fields.String(), values=fields.String())
    level = fields.String(allow_none=True, metadata={"description": _MEASURED})
    level_probability = fields.Float(metadata={"description": _MEASURED})
    areas = fields.List(fields.Nested(AreaSchema), metadata={"description": _MEASURED})
    items_answered = fields.Integer(metadata={"description": _MEASURED})
    provisional_scale = fields.Boolean(metadata={"description": _MEASURED})
    demonstration = fields.Boolean()
    sat_on = fields.Date()
    issued_at = fields.DateTime(format="iso")
    valid_from = fields.DateTime(format="iso")
    valid_until = fields.DateTime(format="iso", allow_none=True)


class VerdictSchema(Schema):
    verdict = fields.String(required=True, validate=validate.OneOf([outcome.value for outcome in verdicts.Outcome]))
    reason = fields.String(allow_none=True)
    demonstration = fields.Boolean(
        required=True, metadata={"description": "A demonstration is worth nothing, whatever the verdict"}
    )
    since = fields.DateTime(
        allow_none=True,
        format="iso",
        metadata={"description": "From when `revoked`, `suspended`, `superseded`, `expired` or `not_yet_valid` hold"},
    )
    checked_at = fields.DateTime(required=True, format="iso")
    certificate = fields.Nested(CertificateSchema, allow_none=True)


class ProblemSchema(Schema):
    """RFC 9457."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    detail = fields.String()
    code = fields.String()


_PDF = {"type": "string", "format": "binary"}
_UPLOADS = {
    "application/pdf": {"schema": _PDF},
    "multipart/form-data": {
        "schema": {"type": "object", "properties": {"pdf": _PDF}, "required": ["pdf"], "additionalProperties": False}
    },
}
#: How long a browser may remember the answer to a preflight: it does not change.
_PREFLIGHT_SECONDS = 86_400
_PROBLEM = {"schema": ProblemSchema, "content_type": "application/problem+json"}


@blueprint.get("/certificates/<string:code>")
@public
@limiter.limit("60 per minute; 1000 per hour", methods=["GET", "HEAD"])
@blueprint.response(200, VerdictSchema)
@blueprint.alt_response(429, **_PROBLEM)
def certificate(code: str) -> dict[str, Any]:
    """Say where the certificate with this code stands.

    A code that does not exist and one whose holder closed the verification get the same answer: `unknown`.
    """
    loaded = current_resources()
    verdict = verdicts.check_code(
        current_session(),
        text=code,
        ring=loaded.ring,
        secret=loaded.settings.reference_secret,
        now=datetime.now(UTC),
    )
    return present(verdict)


@blueprint.post("/documents")
@public
@limiter.limit("20 per minute; 200 per hour", methods=["POST"])
@blueprint.doc(requestBody={"required": True, "content": _UPLOADS})
@blueprint.response(200, VerdictSchema)
@blueprint.alt_response(413, **_PROBLEM)
@blueprint.alt_response(415, **_PROBLEM)
@blueprint.alt_response(422, **_PROBLEM)
@blueprint.alt_response(429, **_PROBLEM)
def document() -> dict[str, Any]:
    """Say what a PDF is: ours and intact (and where it stands), ours and changed, or not ours. It is not kept.

    The file is the body of the request, or the one file of a form (`curl -F pdf=@file.pdf`).
    """
    loaded = current_resources()
    verdict = files.check_file(
        current_session(),
        data=_sent_file(),
        ring=loaded.ring,
        roots_file=loaded.roots_file,
        now=datetime.now(UTC),
    )
    return present(verdict)


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


def present(verdict: Verdict) -> dict[str, Any]:
    """List everything that a check discloses, field by field."""
    return {
        "verdict": verdict.outcome.value,
        "reason": verdict.reason,
        "demonstration": verdict.is_demonstration,
        "since": verdict.since,
        "checked_at": verdict.checked_at,
        "certificate": _present_certificate(verdict),
    }


def _present_certificate(verdict: Verdict) -> dict[str, Any] | None:
    stated = verdict.credential
    if stated is None:
        return None
    told: dict[str, Any] = {
        "code": stated.code,
        "kind": stated.kind,
        "assurance": stated.assurance,
        "holder_name": stated.holder_name,
        "name_verified": stated.name_verified,
        "framework": stated.framework_code,
        "framework_version": stated.framework_version,
        "title": {"fr": stated.framework_title[0], "en": stated.framework_title[1]},
        "demonstration": stated.demonstration,
        "sat_on": stated.sat_on,
        "issued_at": stated.issued_at,
        "valid_from": stated.valid_from,
        "valid_until": stated.valid_until,
    }
    return told | _present_measures(stated) if verdict.tells_levels else told


def _present_measures(stated: Credential) -> dict[str, Any]:
    return {
        "level": stated.level,
        "level_probability": stated.level_probability,
        "items_answered": stated.items_answered,
        "provisional_scale": stated.provisional,
        "areas": [
            {
                "area": area.area_id,
                "title": {"fr": area.title[0], "en": area.title[1]},
                "level": area.level,
                "probability": area.probability,
            }
            for area in stated.areas
        ],
    }
