"""What a holder carries away beside the page: the signed statement, a calendar's note, the words for a profile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from app.errors import N_
from certificates.dates import day_in_paris
from certificates.reference import format_code

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from certificates.credential import Credential, Issuer

#: The address at which a profile takes a certification; opened by the holder, never by a script of ours.
_PROFILE_FORM = "https://www.linkedin.com/profile/add"
_LINE_OCTETS = 75


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One file that a holder may carry away.

    Args:
        title: French, for the page.
        advice: French, what it is good for.
        write: From the statement, its token and a language to the file; None where there is nothing to write.
    """

    title: str
    advice: str
    media_type: str
    write: Callable[[Credential, str, str], bytes | None]


class ProfileFields(NamedTuple):
    """What a professional network asks for, to be copied, and the address that fills most of it in."""

    name: str
    organisation: str
    issued: str
    expires: str
    number: str
    check_url: str
    form_url: str


def calendar(credential: Credential, language: str, *, days_before: Sequence[int] = (30,)) -> bytes | None:
    """Return the end of validity as an iCalendar file (RFC 5545), with reminders so many days before; None without an end.

    A label ends at midnight: its day is the last that counts.
    """
    if credential.valid_until is None:
        return None
    last = timedelta(seconds=1) if credential.kind == "label" else timedelta(0)
    day = day_in_paris(credential.valid_until - last)
    title = credential.framework_title[0 if language == "fr" else 1]
    summary = {
        "fr": f"Fin de validité de mon attestation : {title}",
        "en": f"My statement ends: {title}",
    }["fr" if language == "fr" else "en"]
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Numericite//Certificate//FR",
        "BEGIN:VEVENT",
        f"UID:{credential.credential_id.rpartition('/')[2]}",
        f"DTSTAMP:{credential.issued_at:%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{escaped(summary)}",
        f"URL:{credential.origin}/certificats/",
        "TRANSP:TRANSPARENT",
        *(
            line
            for days in days_before
            for line in (
                "BEGIN:VALARM",
                "ACTION:DISPLAY",
                f"TRIGGER:-P{days}D",
                f"DESCRIPTION:{escaped(summary)}",
                "END:VALARM",
            )
        ),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return write_calendar(lines)


def write_calendar(lines: Sequence[str]) -> bytes:
    """Return the lines of a calendar as a file, folded."""
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line)).encode()


def profile_fields(credential: Credential, *, issuer: Issuer, language: str) -> ProfileFields:
    """Return what to copy into a professional profile."""
    title = credential.framework_title[0 if language == "fr" else 1]
    issued = day_in_paris(credential.issued_at)
    ends = day_in_paris(credential.valid_until) if credential.valid_until else None
    query: dict[str, str | int] = {
        "startTask": "CERTIFICATION_NAME",
        "name": title,
        "organizationName": issuer.name,
        "issueYear": issued.year,
        "issueMonth": issued.month,
        "certId": format_code(credential.code),
        "certUrl": credential.check_url,
    }
    if ends is not None:
        query |= {"expirationYear": ends.year, "expirationMonth": ends.month}
    return ProfileFields(
        name=title,
        organisation=issuer.name,
        issued=f"{issued:%m/%Y}",
        expires=f"{ends:%m/%Y}" if ends else "",
        number=format_code(credential.code),
        check_url=credential.check_url,
        form_url=f"{_PROFILE_FORM}?{urlencode(query)}",
    )


def escaped(text: str) -> str:
    """Return a text as a calendar writes it (RFC 5545, 3.3.11)."""
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> list[str]:
    """Fold a line at seventy-five octets, never inside a character (RFC 5545, 3.1)."""
    parts, part = [], ""
    for sign in line:
        if len((part + sign).encode()) > _LINE_OCTETS:
            parts.append(part)
            part = " "
        part += sign
    return [*parts, part]


#: Suffix of the file -> what it is. One more format is one more line, here and in the address of the view.
FORMATS: Mapping[str, Format] = {
    "jwt": Format(
        title=N_("Le badge signé (VC-JWT)"),
        advice=N_("Pour un portefeuille de badges ou un logiciel : Open Badges 3.0, vérifiable sans nous."),
        media_type="text/plain",
        write=lambda _credential, token, _language: token.encode(),
    ),
    "ics": Format(
        title=N_("La date de fin, pour votre agenda"),
        advice=N_("Un rendez-vous le jour de la fin, avec un rappel un mois avant."),
        media_type="text/calendar",
        write=lambda credential, _token, language: calendar(credential, language),
    ),
}
