"""The seal of a page: written in the file's only revision, certifying (DocMDP P=1: no change allowed), invisible.

And its check, by pyHanko (this is its only importer), stricter than pyHanko's own verdict:

1. the file is a PDF of reasonable size, not encrypted, that can be read     NotPdf, TooLarge, Encrypted, BrokenPdfError
   (and what holds the signature was not tampered with)                     BrokenPdfError, for that reason
2. it carries a seal                                                        UnsealedPdfError
3. the seal leads to one of our pinned roots                                ForeignSealError
4. there is one seal, and it covers every byte but its own: nothing added   AlteredPdfError
5. digest and signature agree with these bytes                              AlteredPdfError
6. it forbids every change                                                  AlteredPdfError
7. one file is attached                                                     AlteredPdfError

Whose key of ours sealed it, and what became of that key, is not here: `examine` names the key, the register judges.
pyHanko alone accepts bytes after the end and a replaced title, and poppler an appended page: hence step 4.
"""

from __future__ import annotations

import hashlib
import io
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import pydyf
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_der_x509_certificate
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext

from certificates.algorithms import thumbprint
from certificates.errors import (
    AlteredPdfError,
    BrokenPdfError,
    EncryptedPdfError,
    ForeignSealError,
    NotPdfError,
    TooLargePdfError,
    UnsealedPdfError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509 import Certificate

    from certificates.cms import Container

MAXIMUM_BYTES = 5 * 1024 * 1024
#: What we seal: a page carries the statement, or the receipt, that it is a view of.
ATTACHMENTS = ("credential.jwt", "receipt.jwt")

_RANGE_PLACE = b"@" * 32
_BYTE_RANGE = re.compile(rb"/ByteRange ?\[ ?0 (\d+) (\d+) (\d+) *\]")


class Sealed(NamedTuple):
    """What a whole file of ours holds.

    Args:
        token: Attached; nobody has looked at it yet. "" for a paper that is no view of a token.
        signer: RFC 7638 thumbprint of the key that sealed it: its name in the ring.
    """

    token: str
    signer: str


class _Written(pydyf.Object):  # type: ignore[misc]  # pydyf has no types
    """An object written to the letter: the seal must know where its own bytes lie."""

    def __init__(self, written: bytes) -> None:
        super().__init__()
        self._written = written

    @property
    def data(self) -> bytes:
        return self._written

    @property
    def compressible(self) -> bool:
        return False


def add_field(pdf: pydyf.PDF, container: Container, *, at: datetime) -> int:
    """Add an invisible certifying signature field with room for the container; return the number of the signature."""
    page = next(one for one in pdf.objects if isinstance(one, pydyf.Dictionary) and one.get("Type") == "/Page")
    signature = _Written(b"".join(signature_parts(container, at=at, byte_range=_RANGE_PLACE)))
    pdf.add_object(signature)
    widget = pydyf.Dictionary(
        {
            "Type": "/Annot",
            "Subtype": "/Widget",
            "FT": "/Sig",
            "T": pydyf.String("Sceau"),
            "TU": pydyf.String("Sceau de l’émetteur"),
            "F": 132,  # print, locked
            "Rect": pydyf.Array([0, 0, 0, 0]),
            "P": page.reference,
            "V": signature.reference,
        }
    )
    pdf.add_object(widget)
    page.setdefault("Annots", pydyf.Array()).append(widget.reference)
    pdf.catalog["AcroForm"] = pydyf.Dictionary({"Fields": pydyf.Array([widget.reference]), "SigFlags": 3})
    pdf.catalog["Perms"] = pydyf.Dictionary({"DocMDP": signature.reference})
    return int(signature.number)


def signature_parts(container: Container, *, at: datetime, byte_range: bytes) -> tuple[bytes, bytes, bytes]:
    """Return the signature dictionary in three parts: what goes before the container, its room, what follows.

    Args:
        at: When it is sealed, to the second.
        byte_range: Start of the room, its end, bytes after it: 32 characters.
    """
    opening, room = _signature_opening(at), b"<%s>" % (b"0" * (2 * container.reserved_bytes))
    return b"%s%s]/Contents" % (opening, byte_range), room, b">>"


@lru_cache(maxsize=256)
def _signature_opening(at: datetime) -> bytes:
    return (
        b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(%s)"
        b"/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/P 1/V/1.2>>>>]"
        b"/ByteRange[0 " % at.strftime("D:%Y%m%d%H%M%SZ").encode()
    )


def close(data: bytes, container: Container) -> bytes:
    """Write the byte range and the signature into the room that `add_field` kept."""
    place = data.index(_RANGE_PLACE)
    start = data.index(b"/Contents<", place) + len(b"/Contents")
    end = start + 2 + 2 * container.reserved_bytes
    sealed = bytearray(data)
    sealed[place : place + len(_RANGE_PLACE)] = b"%010d %010d %010d" % (start, end, len(data) - end)
    digest = hashlib.sha256(memoryview(sealed)[:start])
    digest.update(memoryview(sealed)[end:])
    signature = container.sign(digest.digest()).hex().encode()
    sealed[start + 1 : end - 1] = signature.ljust(2 * container.reserved_bytes, b"0")
    return bytes(sealed)


def examine(data: bytes, *, roots: Sequence[Certificate]) -> Sealed:
    """Return what a file holds that we sealed, whole and unchanged.

    Raises:
        SealError: The leaf that the first failing step names.
    """
    if len(data) > MAXIMUM_BYTES:
        raise TooLargePdfError
    if not data.startswith(b"%PDF-"):
        raise NotPdfError
    try:
        return _examined(data, [asn1_x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in roots])
    except (
        PdfError,
        SignatureValidationError,
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        AttributeError,
        RecursionError,
    ) as error:
        # pyHanko trusts structures that a hostile file does not have; whatever it trips over, the file is unreadable.
        raise BrokenPdfError(_what_broke(data)) from error


def sealed_size(data: bytes) -> int | None:
    """Return how many bytes a file had when it was sealed first, by what it says; None where it says nothing of it."""
    found = _BYTE_RANGE.search(data)
    if found is None:
        return None
    _start, end, rest = (int(one) for one in found.groups())
    return end + rest


def _what_broke(data: bytes) -> str:
    """Say what was done to the room of the signature, where that is why a file cannot be read."""
    ranges = _BYTE_RANGE.findall(data)
    if len(ranges) != 1:
        return BrokenPdfError.code
    start, end, _rest = (int(one) for one in ranges[0])
    room = data[start + 1 : end - 1]
    if room and not room.strip(b"0"):
        return "seal-erased"
    return BrokenPdfError.code if _is_hexadecimal(room) else "gap"


def _examined(data: bytes, roots: list[asn1_x509.Certificate]) -> Sealed:
    reader = PdfFileReader(io.BytesIO(data), strict=False)
    if reader.encrypted:
        raise EncryptedPdfError
    seals = reader.embedded_signatures
    if not seals:
        raise UnsealedPdfError
    seal = seals[0]
    context = ValidationContext(
        trust_roots=roots, allow_fetching=False, moment=seal.self_reported_timestamp, revocation_mode="soft-fail"
    )
    if not _leads_to(seal, roots):
        raise ForeignSealError
    _check_cover(data)
    status = validate_pdf_signature(seal, context)
    if not status.intact or not status.valid:
        raise AlteredPdfError("digest")
    if not status.trusted:
        raise ForeignSealError
    if seal.docmdp_level is not MDPPerm.NO_CHANGES:
        raise AlteredPdfError("permissions")
    return Sealed(token=_attached(reader), signer=_signer(seal))


def _signer(seal: EmbeddedPdfSignature) -> str:
    # P-256: our authority certifies no other, and a key that cannot be one of ours is no file of ours that can be read.
    return thumbprint(
        cast("ec.EllipticCurvePublicKey", load_der_x509_certificate(seal.signer_cert.dump()).public_key())
    )


def _leads_to(seal: EmbeddedPdfSignature, roots: list[asn1_x509.Certificate]) -> bool:
    """Tell whether the certificate in the seal names one of our roots as its issuer; whether truly so is step 3's end."""
    carried = [seal.signer_cert, *seal.other_embedded_certs]
    own = {root.dump() for root in roots}
    return any(one.dump() in own for one in carried) and any(seal.signer_cert.issuer == root.subject for root in roots)


def _check_cover(data: bytes) -> None:
    """Check that one range covers the file from its first to its last byte, but for the signature."""
    ranges = _BYTE_RANGE.findall(data)
    if len(ranges) != 1:
        raise AlteredPdfError("ranges")
    start, end, rest = (int(one) for one in ranges[0])
    if not 0 < start < end or end + rest != len(data):
        raise AlteredPdfError("added-after")
    if data[start : start + 1] != b"<" or data[end - 1 : end] != b">" or not _is_hexadecimal(data[start + 1 : end - 1]):
        raise AlteredPdfError("ranges")


def _is_hexadecimal(data: bytes) -> bool:
    return re.fullmatch(rb"[0-9a-fA-F]+", data) is not None


def _attached(reader: PdfFileReader) -> str:
    names: Any = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    if len(names) != 2:
        raise AlteredPdfError("attachment")
    if str(names[0]) not in ATTACHMENTS:
        return ""
    token: bytes = names[1]["/EF"]["/F"].data
    return token.decode("ascii")
