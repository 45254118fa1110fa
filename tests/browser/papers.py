"""Papers in somebody's hand: a certificate of the register, and the fragment that its QR code carries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.database import current_session
from certificates import verification
from certificates.algorithms import base64url
from certificates.compact import compact
from certificates.reference import format_code, new_code
from tests.services.register_builders import registered

if TYPE_CHECKING:
    from certificates.credential import Credential
    from tests.browser.conftest import Site


def paper(site: Site, number: int, *, row: dict[str, Any] | None = None, **stated: Any) -> tuple[str, str]:
    """Register a certificate; return its path and its fragment."""
    loaded = site.app.extensions["numericite.resources"]
    with site.app.app_context():
        made = registered(current_session(), loaded, number=number, row=row, **stated)
        credential = verification.read_registered(made.token, loaded.ring)
        current_session().commit()
    return path_of(number), fragment(site, credential)


def path_of(number: int) -> str:
    return f"/c/{format_code(new_code(number.to_bytes(10)))}"


def fragment(site: Site, credential: Credential) -> str:
    ring = site.app.extensions["numericite.resources"].ring
    return base64url(compact(credential, ring.active("token")))
