"""What the pages of this room share: the page of a verdict, and what keeps it out of caches and search engines."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from flask import Response, current_app, make_response, render_template

from app.access import current_identity
from app.resources import current_resources
from app.verification.forms import BirthDateForm
from app.web import asset_url, current_language
from certificates import label_achievement, wording
from certificates.credential import LANGUAGES
from certificates.label_rules.parameters import parameters
from certificates.professions import PROFESSIONS
from certificates.status import TTL

if TYPE_CHECKING:
    from app.certification.services import birth_dates
    from app.verification.services import verdicts


def verdict_page(
    verdict: verdicts.Verdict,
    *,
    from_file: bool = False,
    birth_form: BirthDateForm | None = None,
    birth_answer: birth_dates.BirthAnswer | None = None,
) -> Response:
    loaded = current_resources()
    stated = (verdict.original or verdict).credential
    framework = loaded.bank.frameworks.get(stated.framework_code) if stated else None
    response = make_response(
        render_template(
            "verification/verdict.html",
            verdict=verdict,
            from_file=from_file,
            framework=framework,
            birth_form=birth_form or BirthDateForm(formdata=None),
            birth_answer=birth_answer,
            PROFESSIONS=PROFESSIONS,
            **checking(),
        )
    )
    # An unknown code answers 200 too: the page is found, the verdict is what it says.
    return private(response)


def checking() -> dict[str, Any]:
    """Return what the script needs to put words on what a QR code carries."""
    language = current_language()
    names: dict[str, dict[str, Any]] = {
        one.code: {
            "title": one.title.get(language),
            "areas": {area.id.rpartition("-")[2]: area.title.get(language) for area in one.areas},
            "levels": [level.title.get(language) for level in one.levels],
        }
        for one in current_resources().bank.frameworks.values()
    }
    index = LANGUAGES.index(language)
    names[label_achievement.CODE] = {
        "title": parameters().title[index],
        "areas": {},
        "levels": [],
        "professions": {code: words[index] for code, words in PROFESSIONS.items()},
    }
    authentic = [wording.authenticity(name_verified=verified)[index] for verified in (False, True)]
    return {
        "names": names,
        "authentic": authentic,
        "ttl_seconds": int(TTL.total_seconds()),
        "version": offline_version(),
    }


def note_look(verdict: verdicts.Verdict) -> None:
    """Count a look, for the holder, whatever was sent to be checked; one's own looks are not news."""
    found = verdict.standing
    if found is None or found.person_id != current_identity().person_id:
        current_app.extensions["numericite.looks"].note(found, now=verdict.checked_at)


def private(response: Response) -> Response:
    """Keep what names somebody out of search engines, caches and the addresses that other sites are told."""
    response.headers["X-Robots-Tag"] = "noindex, noarchive"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def offline_files() -> list[str]:
    """Return the addresses of the files that the page without a network is made of."""
    names = current_app.extensions["numericite.assets"]
    return sorted(asset_url(name) for name in names if name != "js/check_file.js")


def offline_version() -> str:
    return hashlib.sha256("\n".join(offline_files()).encode()).hexdigest()[:12]
