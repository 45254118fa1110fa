"""The page of a label: landscape, a stair that says what it is, for how long, and that its status has to be checked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from certificates import document, fitting
from certificates.dates import day_in_paris, told
from certificates.professions import PROFESSIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    import pydyf

    from certificates.checkpoint import TreeHead
    from certificates.credential import Credential

#: Width of the line that holds the name, and the size of its letters, in points.
_NAME_WIDTH = 127 / 25.4 * 72
_NAME_SIZE = 22


def render_html(credential: Credential, *, check_url: str, issuer: str, head: TreeHead | None = None) -> str:
    """Return the page as HTML, in French with English below each line; the arguments are those of `document.render_html`.

    Raises:
        ValueError: It is no label.
    """
    label, until = credential.label, credential.valid_until
    if label is None or until is None:
        msg = f"{credential.kind}: not a label"
        raise ValueError(msg)
    since, last = credential.sat_on, day_in_paris(until - timedelta(seconds=1))  # the last day that still counts
    return document.fill(
        "label.html",
        number=label.number,
        profession=PROFESSIONS[label.profession],
        from_fr=told(since, "fr"),
        until_fr=told(last, "fr"),
        from_until_en=f"From {told(since, 'en')} to {told(last, 'en')}",
        is_long=fitting.lines_taken(credential.holder_name, width=_NAME_WIDTH, size=_NAME_SIZE) > 2,
        **document.common_parts(credential, check_url=check_url, issuer=issuer, head=head),
    )


def render_pdf(
    credential: Credential,
    token: str,
    *,
    check_url: str,
    issuer: str,
    scanned: str | None = None,
    head: TreeHead | None = None,
    finish: Callable[[pydyf.PDF], None] | None = None,
) -> bytes:
    """Return the page as an unsealed PDF/A-3a, PDF/UA-1; the arguments are those of `document.render_pdf`."""
    return document.to_pdf(
        render_html(credential, check_url=check_url, issuer=issuer, head=head),
        stylesheet="label.css",
        pictures={"code": document.qr_svg(scanned or check_url)},
        attached=document.attached_statement(token, at=credential.issued_at),
        finish=finish,
    )
