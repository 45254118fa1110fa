"""The room's blueprint, and what its pages share."""

from __future__ import annotations

import secrets
from functools import partial
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response
from wtforms.fields.choices import SelectChoice

from app.access import current_identity
from app.certification.services import register
from app.database import current_session
from app.labels.services import applying, dossiers
from app.labels.services.crediting import Registrar
from app.resources import current_resources
from app.web import current_language
from certificates.label_rules.words import seen, word
from certificates.professions import PROFESSIONS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.labels.models import Label, LabelProof

blueprint = Blueprint("labels", __name__)

_EXTENSIONS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


@blueprint.app_template_global()
def label_word(kind: str, code: str) -> str:
    """Return what a code of the label is called, in the language of the page."""
    return word(kind, code, current_language())


@blueprint.app_template_global()
def seen_word(code: str) -> str:
    """Return what was found of a criterion, told to whoever decides, in the language of the page."""
    return seen(code, current_language())


@blueprint.app_template_global()
def profession_word(code: str) -> str:
    """Return what a profession is called, in the language of the page."""
    french, english = PROFESSIONS[code]
    return english if current_language() == "en" else french


def choices(kind: str, codes: Iterable[str]) -> list[SelectChoice]:
    """Return the choices of a field."""
    return [SelectChoice(code, label_word(kind, code)) for code in codes]


def person_id() -> int | None:
    return current_identity().person_id


def own_open() -> Label:
    """Return the visitor's own label, while they may change what it rests on."""
    return applying.hold_open(current_session(), person_id=person_id())


def own() -> Label | None:
    return dossiers.find_own(current_session(), person_id=person_id())


def registrar() -> Registrar:
    """Return what it takes to write into the register."""
    loaded, db = current_resources(), current_session()
    return Registrar(
        ring=loaded.ring,
        issuer=loaded.issuer,
        reference_secret=loaded.settings.reference_secret,
        draw=partial(register.draw_chances, db, random_bytes=secrets.token_bytes, random_below=secrets.randbelow),
        demonstration=loaded.settings.demonstration,
    )


def proof_file(proof: LabelProof) -> Response:
    """Return a proof as a file that no browser opens by itself: it comes from somebody else."""
    name = f"piece-{proof.id}.{_EXTENSIONS[proof.media_type]}"
    headers: dict[str, Any] = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(proof.data, mimetype=proof.media_type, headers=headers)


@blueprint.after_request
def _keep_apart(response: Response) -> Response:
    """Keep files about people out of caches and search engines."""
    response.headers["X-Robots-Tag"] = "noindex, noarchive"
    response.headers.setdefault("Cache-Control", "no-store")
    return response
