"""The press: from a statement to the sealed file, everything that can be prepared prepared once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certificates import document, seal
from certificates.cms import Container

if TYPE_CHECKING:
    from certificates.credential import Credential
    from certificates.keys import KeyRing


class Press:
    """Prints and seals for one key ring.

    The same statement gives the same bytes: the date of the seal is that of issue, the signature is deterministic.

    Args:
        ring: Its active key of the PDF family seals.

    Raises:
        NoActiveKeyError: The ring has none.
    """

    def __init__(self, ring: KeyRing) -> None:
        self._container = Container(ring.active("pdf"))
        self._issuer = ring.organisation

    def print(self, credential: Credential, token: str, *, check_url: str) -> bytes:
        """Return the sealed PDF of a statement, its signed token attached."""
        page = document.render_pdf(
            credential,
            token,
            check_url=check_url,
            issuer=self._issuer,
            finish=lambda pdf: seal.add_field(pdf, self._container, at=credential.issued_at),
        )
        return seal.close(page, self._container)
