"""Open Badges 3.0 claims: a credential as the JSON that gets signed, and back.

Only terms of the three published contexts are used, so that any JSON-LD processor accepts them. What Open Badges has
no term for (schema, assurance, bank, engine) is one line of `name=value` pairs in the description of the evidence; so
are the probability, the ability and its error, as the value of one result per area.

Reading builds the credential, writes it again and compares: what is not written exactly as we write it is refused.
The wording of sentences (`PROSE`) is left out of the comparison, so that it may be improved. Anything else that changes here asks
for a new `SCHEMA`, with the former writer kept: `tests/vectors/credentials` shows it at once.

Source: Open Badges 3.0 (errata 1.3), https://www.imsglobal.org/spec/ob/v3p0
"""

from __future__ import annotations

import json
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson

from certificates import achievement, wording
from certificates.credential import (
    CONTEXTS,
    LANGUAGES,
    LEVELS,
    STATUS_LIST_LENGTH,
    AreaResult,
    Credential,
    Issuer,
    LabelFacts,
)
from certificates.errors import MalformedCredentialError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SCHEMA = 1
#: A label has no results; its number and its holder's profession are what Open Badges calls a licence number and a role.
LABEL_SCHEMA = 2
CREDENTIAL_SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
PROSE = frozenset(("name", "description", "narrative"))

_RESULT_TYPES = {
    "level": "PerformanceLevel",
    "estimate": "ext:Estimate",
}
_NO_LEVEL = "none"
_OVERALL = "overall"


def to_claims(credential: Credential, issuer: Issuer) -> dict[str, Any]:
    """Return the Open Badge as plain JSON data.

    Raises:
        ValueError: The credential belongs to another address than the issuer's.
    """
    return _claims(credential, issuer, _achievement(credential), _results(credential))


def claims_to_write(credential: Credential, issuer: Issuer) -> dict[str, Any]:
    """Return the same for orjson, which copies into the text what is alike for a whole campaign.

    That is the achievement, half of it, and all of the results but their values.

    Raises:
        ValueError: The credential belongs to another address than the issuer's.
    """
    identifiers = tuple([area.area_id for area in credential.areas])
    results = _results_text(achievement.identifier(credential), identifiers) % tuple(_values(credential))
    return _claims(credential, issuer, orjson.Fragment(achievement_text(credential)), orjson.Fragment(results))


def achievement_text(credential: Credential) -> bytes:
    """Return the achievement of a credential exactly as the JSON of its token has it."""
    return _achievement_text(achievement.Alike.of(credential))


@lru_cache(maxsize=64)
def _achievement_text(alike: achievement.Alike) -> bytes:
    return orjson.dumps(_achievement(alike))


@lru_cache(maxsize=64)
def _results_text(achievement_id: str, area_ids: tuple[str, ...]) -> str:
    """Return the results of an achievement as JSON, "%s" where each value goes: none of those has a sign to escape."""
    written = [_result(achievement_id, name, "") for name in _names(area_ids)]
    return orjson.dumps(written).decode().replace("%", "%%").replace('"value":""', '"value":"%s"')


def _claims(credential: Credential, issuer: Issuer, awarded: object, results: object) -> dict[str, Any]:
    if credential.origin != issuer.url:
        msg = f"{credential.credential_id} is not an address of {issuer.url}"
        raise ValueError(msg)
    claims: dict[str, Any] = {
        "@context": list(CONTEXTS),
        "id": credential.credential_id,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": wording.achievement_name(credential),
        "description": wording.description(credential),
        "issuer": {
            "id": issuer.url,
            "type": ["Profile"],
            "name": issuer.name,
            "url": issuer.url,
            "email": issuer.email,
        },
        "validFrom": _moment(credential.valid_from),
        "awardedDate": _moment(credential.issued_at),
        "credentialSubject": _subject(credential, awarded, results),
        "evidence": [
            {
                "id": credential.check_url,
                "type": ["Evidence"],
                "name": wording.evidence(credential),
                "description": _facts(credential),
                "narrative": wording.measure(credential),
            }
        ],
        "credentialStatus": {
            "id": f"{credential.status_list_url}#{credential.status_position}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": credential.status_purpose,
            "statusListIndex": str(credential.status_position),
            "statusListCredential": credential.status_list_url,
        },
        "credentialSchema": [{"id": CREDENTIAL_SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
    }
    if credential.valid_until is not None:
        claims["validUntil"] = _moment(credential.valid_until)
    return claims


def from_claims(claims: Mapping[str, Any]) -> Credential:
    """Return the credential that these claims state.

    Raises:
        MalformedCredentialError: They are not exactly what we would write.
    """
    try:
        credential, issuer = _read(claims)
        expected, found = _without_prose(to_claims(credential, issuer)), _without_prose(claims)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError) as error:
        raise MalformedCredentialError(f"claims: {type(error).__name__}: {error}"[:200]) from error
    if found != expected:
        raise MalformedCredentialError("claims: not what this statement is written as")
    return credential


def stated_issuer(claims: Mapping[str, Any]) -> Issuer:
    """Return the issuer that verified claims name, as it was called when they were signed."""
    profile = claims["issuer"]
    return Issuer(name=profile["name"], url=profile["url"], email=profile["email"])


def _subject(credential: Credential, awarded: object, results: object) -> dict[str, Any]:
    subject: dict[str, Any] = {
        "id": f"{credential.credential_id}#holder",
        "type": ["AchievementSubject"],
        "identifier": [
            {
                "type": "IdentityObject",
                "hashed": False,
                "identityHash": credential.holder_name,
                "identityType": "name",
            }
        ],
        "activityEndDate": f"{credential.sat_on.isoformat()}T00:00:00Z",
        "narrative": wording.holder(credential),
        "achievement": awarded,
    }
    if credential.label is not None:
        return {**subject, "licenseNumber": credential.label.number, "role": credential.label.profession}
    subject["result"] = results
    return subject


def _achievement(awarded: achievement.Awarded) -> dict[str, Any]:
    """Return the achievement with what each of its results is called; a label has none."""
    if awarded.kind == "label":
        return achievement.stated(awarded)
    achievement_id, here = achievement.identifier(awarded), LANGUAGES.index(awarded.language)
    owners = [(_OVERALL, wording.overall(awarded)), *((area.area_id, area.title[here]) for area in awarded.areas)]
    return {
        **achievement.stated(awarded),
        "resultDescription": [
            {
                "id": f"{achievement_id}#{owner}.{quantity}",
                "type": ["ResultDescription"],
                "name": f"{title}, {wording.quantity(awarded, quantity)}",
                "resultType": result_type,
                **({"allowedValue": [_NO_LEVEL, *LEVELS]} if quantity == "level" else {}),
            }
            for owner, title in owners
            for quantity, result_type in _RESULT_TYPES.items()
        ],
    }


def _results(credential: Credential) -> list[dict[str, Any]]:
    """Return each result of a credential, in the order of their descriptions; a label has none."""
    if credential.label is not None:
        return []
    names = _names([area.area_id for area in credential.areas])
    achievement_id = achievement.identifier(credential)
    return [_result(achievement_id, *one) for one in zip(names, _values(credential), strict=True)]


def _result(achievement_id: str, name: str, value: str) -> dict[str, Any]:
    return {"type": ["Result"], "resultDescription": f"{achievement_id}#{name}", "value": value}


def _names(area_ids: Iterable[str]) -> list[str]:
    """Return what each result is the value of."""
    return [f"{owner}.{quantity}" for owner in (_OVERALL, *area_ids) for quantity in _RESULT_TYPES]


def _values(credential: Credential) -> list[str]:
    values = [credential.level or _NO_LEVEL, f"probability={credential.level_probability}"]
    for area in credential.areas:
        values.append(area.level or _NO_LEVEL)
        values.append(f"probability={area.probability}; ability={area.mean}; error={area.error}")
    return values


def _facts(credential: Credential) -> str:
    facts = _label_facts(credential) if credential.kind == "label" else _measured_facts(credential)
    facts["use"] = "demonstration" if credential.demonstration else "real"
    if credential.supersedes is not None:
        facts["supersedes"] = credential.supersedes
    return _pairs(facts)


def _measured_facts(credential: Credential) -> dict[str, str]:
    return {
        "schema": str(SCHEMA),
        "assurance": credential.assurance,
        "name": "verified" if credential.name_verified else "declared",
        "items": str(credential.items_answered),
        "scale": "provisional" if credential.provisional else "calibrated",
        "engine": credential.engine_version,
        "bank": credential.bank_hash,
    }


def _label_facts(credential: Credential) -> dict[str, str]:
    return {
        "schema": str(LABEL_SCHEMA),
        "assurance": credential.assurance,
        "name": "verified",
        "engine": credential.engine_version,
        "rules": credential.bank_hash,
    }


def _pairs(values: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in values.items())


def _unpaired(text: str) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in text.split("; "))


def _read(claims: Mapping[str, Any]) -> tuple[Credential, Issuer]:
    subject, evidence = claims["credentialSubject"], claims["evidence"][0]
    awarded = subject["achievement"]
    facts = _unpaired(evidence["description"])
    framework, *areas = awarded["alignment"][:-1]
    framework_code, kind = awarded["id"].split("/")[-2:]
    if facts["schema"] != str(LABEL_SCHEMA if kind == "label" else SCHEMA):
        raise MalformedCredentialError(f"schema {facts['schema'][:20]} is not known")
    language = awarded["inLanguage"]
    own = _read_label(subject, facts) if kind == "label" else _read_measures(subject, facts, areas, language)
    credential = Credential(
        credential_id=claims["id"],
        code=evidence["id"].rpartition("/")[2],
        kind=kind,
        assurance=facts["assurance"],
        holder_name=subject["identifier"][0]["identityHash"],
        name_verified=facts["name"] == "verified",
        framework_code=framework_code,
        framework_version=awarded["version"],
        framework_title=_titles(framework, language),
        sat_on=date.fromisoformat(subject["activityEndDate"][:10]),
        issued_at=datetime.fromisoformat(claims["awardedDate"]),
        valid_from=datetime.fromisoformat(claims["validFrom"]),
        valid_until=datetime.fromisoformat(claims["validUntil"]) if "validUntil" in claims else None,
        engine_version=facts["engine"],
        status_index=_status_index(claims["credentialStatus"]),
        supersedes=facts.get("supersedes"),
        demonstration=facts["use"] == "demonstration",
        language=language,
        **own,
    )
    if evidence["description"] != _facts(credential):
        raise MalformedCredentialError("facts: not what this statement is written as")
    return credential, stated_issuer(claims)


def _read_measures(
    subject: Mapping[str, Any], facts: Mapping[str, str], areas: list[dict[str, str]], language: str
) -> dict[str, Any]:
    values = {result["resultDescription"].partition("#")[2]: result["value"] for result in subject["result"]}
    return {
        "level": _level(values["overall.level"]),
        "level_probability": float(_unpaired(values["overall.estimate"])["probability"]),
        "areas": tuple(_area(area, values, language) for area in areas),
        "items_answered": int(facts["items"]),
        "provisional": facts["scale"] == "provisional",
        "bank_hash": facts["bank"],
    }


def _read_label(subject: Mapping[str, Any], facts: Mapping[str, str]) -> dict[str, Any]:
    return {
        "level": None,
        "level_probability": 0,
        "areas": (),
        "items_answered": 0,
        "provisional": False,
        "bank_hash": facts["rules"],
        "label": LabelFacts(number=subject["licenseNumber"], profession=subject["role"]),
    }


def _area(alignment: Mapping[str, str], values: Mapping[str, str], language: str) -> AreaResult:
    area_id = alignment["targetCode"]
    estimate = _unpaired(values[f"{area_id}.estimate"])
    return AreaResult(
        area_id=area_id,
        title=_titles(alignment, language),
        level=_level(values[f"{area_id}.level"]),
        probability=float(estimate["probability"]),
        mean=float(estimate["ability"]),
        error=float(estimate["error"]),
    )


def _status_index(entry: Mapping[str, str]) -> int:
    number = int(entry["statusListCredential"].rpartition("/")[2].removesuffix(".jwt"))
    return (number - 1) * STATUS_LIST_LENGTH + int(entry["statusListIndex"])


def _titles(alignment: Mapping[str, str], language: str) -> tuple[str, str]:
    here, there = alignment["targetName"], alignment["targetDescription"]
    return (here, there) if language == LANGUAGES[0] else (there, here)


def _level(value: str) -> str | None:
    return None if value == _NO_LEVEL else value


def _moment(moment: datetime) -> str:
    return f"{moment.replace(tzinfo=None).isoformat()}Z"


def _without_prose(claims: Mapping[str, Any]) -> str:
    """Return canonical JSON whose sentences are blank; JSON tells 1 from 1.0 and from true, Python does not.

    A sentence is a text and stands where we write one: nothing else hides under such a name.
    """

    def strip(value: object) -> object:
        if isinstance(value, dict):
            return {
                key: "" if key in PROSE and isinstance(inner, str) else strip(inner) for key, inner in value.items()
            }
        return [strip(inner) for inner in value] if isinstance(value, list) else value

    return json.dumps(strip(dict(claims)), sort_keys=True)
