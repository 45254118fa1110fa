"""The open formats of one statement of the register, each made when it is asked for: twin, badges, token."""

from __future__ import annotations

import io
import json
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import segno

from certificates import badge, baking, data_integrity, verification
from certificates.claims import stated_issuer
from certificates.press import scanned_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from certificates.keys import KeyRing


@lru_cache(maxsize=512)
def twin(token: str, ring: KeyRing) -> str:
    """Return the Data Integrity twin of a statement of the register, as JSON.

    Raises:
        VerificationError: The token does not verify.
        NoActiveKeyError: No key makes such proofs.
    """
    credential = verification.read_registered(token, ring)
    issuer = stated_issuer(verification.read_claims(token))
    return json.dumps(data_integrity.twin(credential, issuer=issuer, ring=ring), ensure_ascii=False)


def badge_png(token: str, ring: KeyRing) -> bytes:
    """Return the badge of a statement, its token baked in, as PNG.

    Raises:
        VerificationError: The token does not verify.
    """
    return baking.bake_png(badge.png(_design(token, ring)), token)


def badge_svg(token: str, ring: KeyRing) -> bytes:
    """Return the badge of a statement, its token baked in, as SVG.

    Raises:
        VerificationError: The token does not verify.
    """
    return baking.bake_svg(badge.draw(_design(token, ring)), token).encode()


def qr_png(token: str, ring: KeyRing) -> bytes:
    """Return the QR code that the page of a statement bears, as PNG, its quiet zone included.

    Raises:
        VerificationError: The token does not verify.
    """
    credential = verification.read_registered(token, ring)
    code = segno.make(scanned_text(credential, credential.check_url, ring=ring), error="m", micro=False)
    file = io.BytesIO()
    code.save(file, kind="png", scale=8, border=4)
    return file.getvalue()


def _design(token: str, ring: KeyRing) -> badge.Design:
    return badge.design_of(verification.read_registered(token, ring))


def _twin_file(token: str, ring: KeyRing) -> bytes:
    return twin(token, ring).encode()


#: Every file that a holder may take along beside the sealed page, by name.
MAKERS: Mapping[str, Callable[[str, KeyRing], bytes]] = MappingProxyType(
    {
        "badge.png": badge_png,
        "badge.svg": badge_svg,
        "openbadge.json": _twin_file,
        "qr.png": qr_png,
    }
)
TYPES: Mapping[str, str] = MappingProxyType(
    {
        "badge.png": "image/png",
        "badge.svg": "image/svg+xml",
        "openbadge.json": "application/vc+ld+json",
        "qr.png": "image/png",
    }
)
