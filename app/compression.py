"""Answers made smaller on the wire, in one place.

What is read on a bus weighs a quarter. Two things are left as they are: answers too small to gain, and answers to somebody known when
the browser does not say that they were asked for from our own site. Compression lets whoever can both make a browser ask for pages and
see how long the answers are guess what is on them, sign by sign (BREACH): the pages of a person are therefore compressed only where
nobody else can have made the browser ask. Of nobody in particular there is nothing to guess. See docs/adr/0024.

The light path does not come here: it answers software, in a few hundred bytes.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from flask import g, request

from app.access import NOBODY

if TYPE_CHECKING:
    from flask import Flask, Response

#: Below it an answer fits in one packet anyway.
LEAST_BYTES = 1000
#: Measured by `benchmarks/compression.py`: 1 leaves a tenth more on the wire, 6 and 9 gain one or two in a hundred and take longer.
LEVEL = 4
TYPES = frozenset(
    {
        "application/json",
        "application/ld+json",
        "application/problem+json",
        "image/svg+xml",
        "text/csv",
        "text/html",
        "text/plain",
    }
)
_GZIP = 16 + zlib.MAX_WBITS
#: What a browser says of a request that no other site had a hand in: asked for from a page of ours, or typed by the person.
_OURS = ("same-origin", "none")


def install(app: Flask) -> None:
    """Compress what is worth it; call before whatever else touches answers is installed, so that it comes after."""
    app.after_request(compress)


def compress(response: Response) -> Response:
    """Compress an answer where that is worth it, safe and accepted, and say what it depends on."""
    if not _is_worth_it(response):
        return response
    response.headers.add("Vary", "Accept-Encoding")
    if not _is_safe() or not request.accept_encodings.quality("gzip"):
        return response
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, _GZIP)
    response.set_data(packer.compress(response.get_data()) + packer.flush())
    response.headers["Content-Encoding"] = "gzip"
    name, is_weak = response.get_etag()
    if name is not None and not is_weak:
        response.set_etag(name, weak=True)  # the same content, no longer the same bytes (RFC 9110, 8.8.1)
    return response


def _is_worth_it(response: Response) -> bool:
    return (
        not response.is_streamed
        and not response.direct_passthrough
        and (response.calculate_content_length() or 0) >= LEAST_BYTES
        and response.mimetype in TYPES
        and response.status_code not in (206, 304)
        and "Content-Encoding" not in response.headers
        and "no-transform" not in response.headers.get("Cache-Control", "")
    )


def _is_safe() -> bool:
    return g.get("identity", NOBODY).person_id is None or request.headers.get("Sec-Fetch-Site") in _OURS
