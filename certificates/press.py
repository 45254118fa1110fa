"""The press: from a statement to the sealed file, everything that can be prepared prepared once.

A certificate is written on a compiled page where that draws exactly what the ordinary page would, and laid out otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from certificates import document, receipt_page, seal
from certificates.cms import Container
from certificates.compiled import Compiler
from certificates.errors import UnacceptableNameError

if TYPE_CHECKING:
    import pydyf

    from certificates.credential import Credential
    from certificates.keys import KeyRing
    from certificates.receipt import Receipt


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
        self._compiler = Compiler(self._container, issuer=self._issuer)

    def print_receipt(self, receipt: Receipt, token: str, *, origin: str) -> bytes:
        """Return the sealed PDF of a receipt, its signed token attached."""

        def finish(pdf: pydyf.PDF) -> None:
            seal.add_field(pdf, self._container, at=receipt.at)

        page = receipt_page.render_pdf(receipt, token, issuer=self._issuer, origin=origin, finish=finish)
        return seal.close(page, self._container)

    def print(self, credential: Credential, token: str, *, check_url: str) -> bytes:
        """Return the sealed PDF of a statement, its signed token attached."""
        compiled = self._compiler.print(credential, token, check_url=check_url)
        return self.lay_out(credential, token, check_url=check_url) if compiled is None else compiled

    def check_drawable(self, name: str) -> None:
        """Check, before anything is signed, that every sign of a name can be printed here.

        Raises:
            UnacceptableNameError: For the reason "font": a font must be installed, or another spelling chosen.
        """
        if document.undrawable(name):
            raise UnacceptableNameError("font")

    def lay_out(self, credential: Credential, token: str, *, check_url: str) -> bytes:
        """Return the sealed PDF as the ordinary page: any name, a hundred times slower."""

        def finish(pdf: pydyf.PDF) -> None:
            seal.add_field(pdf, self._container, at=credential.issued_at)

        page = document.render_pdf(credential, token, check_url=check_url, issuer=self._issuer, finish=finish)
        return seal.close(page, self._container)
