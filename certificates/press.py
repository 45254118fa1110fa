"""The press: from a statement to the sealed file, everything that can be prepared prepared once.

A certificate is written on a compiled page where that draws exactly what the ordinary page would, and laid out otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from certificates import claim_slip, compact, document, exam_paper, label_page, receipt_page, seal
from certificates.cms import Container
from certificates.compiled import Compiler
from certificates.compiled_prefix import lean_fonts
from certificates.errors import NoActiveKeyError, UnacceptableNameError
from certificates.keys import KeyFamily

if TYPE_CHECKING:
    import pydyf

    from certificates.checkpoint import TreeHead
    from certificates.claim_slip import ClaimSlip
    from certificates.credential import Credential
    from certificates.exam_paper import ExamPaper
    from certificates.keys import KeyRing
    from certificates.receipt import Receipt


class Press:
    """Prints and seals for one key ring.

    The same statement gives the same bytes: the date of the seal is that of issue, the signatures are deterministic.

    Args:
        ring: Its active key of the PDF family seals; its active key of tokens signs what the QR code carries, whichever key
            signed the token: printing an old statement again needs no key that was retired.

    Raises:
        NoActiveKeyError: No key of the ring seals.
    """

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring
        self._container = Container(ring.active("pdf"))
        self._issuer = ring.organisation
        self._compiler = Compiler(self._container, issuer=self._issuer)

    def print_receipt(self, receipt: Receipt, token: str, *, origin: str) -> bytes:
        """Return the sealed PDF of a receipt, its signed token attached."""

        def finish(pdf: pydyf.PDF) -> None:
            seal.add_field(pdf, self._container, at=receipt.at)

        page = receipt_page.render_pdf(receipt, token, issuer=self._issuer, origin=origin, finish=finish)
        return seal.close(page, self._container)

    def print_exam_paper(self, paper: ExamPaper) -> bytes:
        """Return the sealed PDF of a paper of an examination, its facts attached."""

        def finish(pdf: pydyf.PDF) -> None:
            seal.add_field(pdf, self._container, at=paper.made_at)

        return seal.close(exam_paper.render_pdf(paper, issuer=self._issuer, finish=finish), self._container)

    def print_claim_slip(self, slip: ClaimSlip) -> bytes:
        """Return the PDF of a claim slip; not sealed, since it proves nothing."""
        return claim_slip.render_pdf(slip, issuer=self._issuer)

    def print(self, credential: Credential, token: str, *, check_url: str, head: TreeHead | None = None) -> bytes:
        """Return the sealed PDF of a statement, its signed token attached, its compact form in the QR code.

        Args:
            check_url: The address that is printed.
            head: Of the log, when this certificate was its last line.
        """
        scanned = self._scanned(credential, check_url)
        compiled = self._compiler.print(credential, token, check_url=check_url, scanned=scanned, head=head)
        if compiled is not None:
            return compiled
        return self._laid_out(credential, token, check_url=check_url, scanned=scanned, head=head)

    def _scanned(self, credential: Credential, check_url: str) -> str:
        return scanned_text(credential, check_url, ring=self._ring)

    def check_drawable(self, name: str) -> None:
        """Check, before anything is signed, that every sign of a name can be printed here.

        Raises:
            UnacceptableNameError: For the reason "font": a font must be installed, or another spelling chosen.
        """
        if document.undrawable(name):
            raise UnacceptableNameError("font")

    def lay_out(self, credential: Credential, token: str, *, check_url: str, head: TreeHead | None = None) -> bytes:
        """Return the sealed PDF as the ordinary page: any name, a hundred times slower."""
        scanned = self._scanned(credential, check_url)
        return self._laid_out(credential, token, check_url=check_url, scanned=scanned, head=head)

    def _laid_out(
        self, credential: Credential, token: str, *, check_url: str, scanned: str, head: TreeHead | None
    ) -> bytes:
        def finish(pdf: pydyf.PDF) -> None:
            if credential.label is None:  # a name in three faces, and a hundred letters, still weighs forty kilobytes
                lean_fonts(pdf)
            seal.add_field(pdf, self._container, at=credential.issued_at)

        form = document if credential.label is None else label_page
        page = form.render_pdf(
            credential, token, check_url=check_url, issuer=self._issuer, scanned=scanned, head=head, finish=finish
        )
        return seal.close(page, self._container)


def scanned_text(credential: Credential, check_url: str, *, ring: KeyRing) -> str:
    """Return what the QR code of a statement holds; the address alone, where the register answers, if nothing can be carried.

    That is while no key signs, and for a framework whose areas have no numbers.
    """
    if not compact.can_carry(credential):
        return check_url
    try:
        key = ring.active(KeyFamily.TOKEN)
    except NoActiveKeyError:
        return check_url
    return compact.fragment_url(credential, compact.compact(credential, key), check_url=check_url)
