"""What a check discloses, whoever asks and in whatever form: `present`, one function that a lawyer can read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import orjson

from app.certification.models import Disclosure

if TYPE_CHECKING:
    from app.verification.services.many import Answered
    from app.verification.services.verdicts import Verdict
    from certificates.credential import Credential


def present(verdict: Verdict) -> dict[str, Any]:
    """List everything that a check discloses, field by field."""
    told = _present_verdict(verdict) | {"certificate": _present_certificate(verdict)}
    return told if verdict.original is None else told | _present_change(verdict, verdict.original)


def present_line(answered: Answered) -> dict[str, Any]:
    """List what a check among many discloses: the same, under the line's name; or what is wrong with it."""
    if answered.result is None:
        return {"id": answered.id, "error": answered.error}
    steps = [{"step": step.name, "passed": step.is_passed} for step in answered.result.steps]
    return {"id": answered.id, "format": answered.result.format, "steps": steps, **present(answered.result.verdict)}


def _present_change(verdict: Verdict, original: Verdict) -> dict[str, Any]:
    """List what is said of a file that was changed: what the register says of its document, and what differs."""
    found = verdict.differences
    return {
        "original": present(original),
        "differences": None
        if found is None
        else [{"what": one.kind.value, "issued": one.was, "found": one.now} for one in found],
    }


def _present_verdict(verdict: Verdict) -> dict[str, Any]:
    sentence = verdict.first_line
    return {
        "verdict": verdict.outcome.value,
        "reason": verdict.reason,
        "sentence": None if sentence is None else dict(zip(("fr", "en"), sentence, strict=True)),
        "demonstration": verdict.is_demonstration,
        "since": verdict.since,
        "checked_at": verdict.checked_at,
        "disclosure": verdict.disclosure.value if verdict.credential else None,
    }


def _present_certificate(verdict: Verdict) -> dict[str, Any] | None:
    stated = verdict.credential
    if stated is None:
        return None
    told: dict[str, Any] = {
        "code": verdict.told_code,
        "kind": stated.kind,
        "assurance": stated.assurance,
        "framework": stated.framework_code,
        "framework_version": stated.framework_version,
        "title": {"fr": stated.framework_title[0], "en": stated.framework_title[1]},
        "demonstration": stated.demonstration,
        "issued_at": stated.issued_at,
        "valid_from": stated.valid_from,
        "valid_until": stated.valid_until,
    }
    if verdict.tells_name:
        told |= {"holder_name": stated.holder_name, "name_verified": stated.name_verified}
    if stated.label is not None:
        own = {"number": stated.label.number, "profession": stated.label.profession}
        return told | {"label": own} if verdict.tells_name else told
    if verdict.disclosure is not Disclosure.EXISTENCE:
        told |= {"sat_on": stated.sat_on}
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


def written(verdict: Verdict) -> str:
    """Return `present` as JSON text; what only depends on the statement is written once and kept beside it."""
    head = orjson.dumps(_present_verdict(verdict)).decode()
    return f'{head[:-1]},"certificate":{_written_certificate(verdict)}}}\n'


def _written_certificate(verdict: Verdict) -> str:
    key = (verdict.disclosure, verdict.tells_levels, verdict.told_code)
    texts = verdict.checked.texts if verdict.checked else {}
    text = texts.get(key)
    if text is None:
        text = _WRITE(_present_certificate(verdict))
        if verdict.code is None:  # by the printed code: two texts at most
            texts[key] = text
    return text


_WRITE = json.JSONEncoder(default=lambda moment: moment.isoformat(), ensure_ascii=False, separators=(",", ":")).encode
