"""From a statement to its sealed page, one and many, against the same page by plain WeasyPrint and pyHanko.

In bulk, memory to memory: the statement is made, signed as a token and for its code, drawn, the token attached, sealed. With
the database, the same, and its row and the digest of its file, committed by fifties as `flask certificates issue-batch`
does. The baseline reads and lays everything out anew, and seals in a second revision; its key is loaded once.
"""

from __future__ import annotations

import argparse
import gc
import io
import json
import secrets
import statistics
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from weasyprint import CSS, HTML, Attachment
from weasyprint.text.fonts import FontConfiguration

from app.certification.models import Certificate, HandedOutFile
from app.certification.services.issuing import code_hmac
from app.certification.services.printing import digest_of
from app.database import prepare_engine
from app.models import METADATA
from certificates import compact, document, open_badge
from certificates.checkpoint import TreeHead
from certificates.credential import AreaResult, Credential, Issuer
from certificates.key_store import create_key_ring
from certificates.press import Press
from certificates.reference import new_code

if TYPE_CHECKING:
    from collections.abc import Callable

    from certificates.keys import KeyRing

ORIGIN = "https://numericite.example"
ISSUER = Issuer(name="Organisme de démonstration", url=ORIGIN, email="contact@example.com")
SINGLE, BULK, NAIVE, STORED, ORDINARY = 60, 2000, 4, 1000, 4
CHUNK = 50
LEVELS = ("L1", "L2", "L3", "L4", None)
GIVEN = ("Maëlys", "Jean-Baptiste", "Zoé", "Marie-Thérèse", "Hervé", "Anaïs", "Loïc")
FAMILY = ("Hoarau", "Lefebvre-Durand", "Payet", "O’Connor", "de La Vallée", "Garçon", "Benali", "Nguyen", "Muñoz")


def _statement(number: int) -> Credential:
    now = datetime(2026, 11, 23, 10, 42, tzinfo=UTC)
    levels = [LEVELS[number * step % 7 % 5] for step in (1, 2, 3, 5, 6)]
    return Credential(
        credential_id=f"{ORIGIN}/credentials/{uuid4()}",
        code=new_code(secrets.token_bytes(10)),
        kind="statement",
        assurance="A1",
        holder_name=f"{GIVEN[number % len(GIVEN)]} {FAMILY[number % len(FAMILY)]}",
        name_verified=False,
        framework_code="CIT",
        framework_version="1.0",
        framework_title=("Compétences numériques en santé", "Digital-health skills"),
        level=LEVELS[number % 4],
        level_probability=0.94,
        areas=tuple(
            AreaResult(
                area_id=f"CIT-{place}",
                title=(f"Domaine {place}", f"Area {place}"),
                level=level,
                probability=0.93,
                mean=0.1,
                error=0.5,
            )
            for place, level in enumerate(levels, 1)
        ),
        items_answered=27,
        provisional=True,
        sat_on=date(2026, 11, 22),
        issued_at=now,
        valid_from=now,
        valid_until=None,
        engine_version="1",
        bank_hash="0" * 64,
        status_index=number,
        supersedes=None,
        demonstration=True,
    )


def _made(press: Press, ring: KeyRing, number: int) -> tuple[Credential, str, bytes]:
    stated = _statement(number)
    token = open_badge.issue(stated, issuer=ISSUER, ring=ring)
    return stated, token, press.print(stated, token, check_url=stated.check_url, head=_head(number))


def _ordinary(press: Press, ring: KeyRing, number: int) -> bytes:
    """The page of a name that the compiled one cannot draw."""
    stated = _statement(number)
    token = open_badge.issue(stated, issuer=ISSUER, ring=ring)
    return press.lay_out(stated, token, check_url=stated.check_url, head=_head(number))


def _head(number: int) -> TreeHead:
    """The head of a log that nobody keeps: each certificate has its own."""
    return TreeHead(size=number + 1, root=secrets.token_bytes(32))


def _naive_signer(ring: KeyRing) -> signers.SimpleSigner:
    key = ring.active("pdf")
    if key.certificate is None:
        raise RuntimeError("the key of pages has no certificate")
    chain = SimpleCertificateStore()
    chain.register_multiple(asn1_x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in key.chain)
    return signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(key.certificate.public_bytes(Encoding.DER)),
        signing_key=asn1_keys.PrivateKeyInfo.load(
            key.private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        ),
        cert_registry=chain,
    )


def _naive(ring: KeyRing, signer: signers.SimpleSigner, number: int) -> bytes:
    """The obvious way: everything read and laid out anew, then sealed in a second revision."""
    stated = _statement(number)
    token = open_badge.issue(stated, issuer=ISSUER, ring=ring)
    scanned = compact.fragment_url(stated, compact.compact(stated, ring.active("token")))
    fetcher = document._Fetcher({"code": (document.qr_svg(scanned), "image/svg+xml")})  # noqa: SLF001
    fonts = FontConfiguration()
    css = CSS(
        string=(Path(document.__file__).parent / "templates" / "page.css").read_text(encoding="utf-8"),
        font_config=fonts,
        url_fetcher=fetcher,
    )
    html = document.render_html(stated, check_url=stated.check_url, issuer=ISSUER.name, head=_head(number))
    page = HTML(string=html, url_fetcher=fetcher).write_pdf(
        font_config=fonts,
        stylesheets=[css],
        pdf_variant="pdf/a-3a",
        pdf_tags=True,
        attachments=[Attachment(string=token, name="credential.jwt", relationship="Source")],
    )
    meta = signers.PdfSignatureMetadata(
        field_name="Sceau",
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(page))
    sealer = signers.PdfSigner(meta, signer=signer, new_field_spec=SigFieldSpec("Sceau"))
    return bytes(sealer.sign_pdf(writer, bytes_reserved=16384).getvalue())


def _stored_per_second(press: Press, ring: KeyRing, directory: Path) -> float:
    """Certificates a second with their rows, on SQLite."""
    engine = create_engine(f"sqlite:///{directory}/register.sqlite")
    prepare_engine(engine)
    METADATA.create_all(engine)
    began = time.perf_counter()
    for start in range(0, STORED, CHUNK):
        with Session(engine) as db, db.begin():
            made = [_made(press, ring, number) for number in range(start, start + CHUNK)]
            rows = [_row(stated, token) for stated, token, _data in made]
            db.add_all(rows)
            db.flush()
            db.add_all(
                HandedOutFile(certificate_id=row.id, sha256=digest_of(data), made_at=row.issued_at)
                for row, (_stated, _token, data) in zip(rows, made, strict=True)
            )
    rate = STORED / (time.perf_counter() - began)
    engine.dispose()
    return rate


def _row(stated: Credential, token: str) -> Certificate:
    return Certificate(
        code_hmac=code_hmac(stated.code, secret="benchmark" * 4),
        credential_id=stated.credential_id,
        kind=stated.kind,
        assurance=stated.assurance,
        framework_code=stated.framework_code,
        level=stated.level,
        token=token,
        issued_at=stated.issued_at,
        status_index=stated.status_index,
    )


def _per_second(times: int, make: Callable[[int], object]) -> float:
    """Return how many a second of processor time."""
    began = time.process_time()
    for number in range(times):
        make(number)
    return times / (time.process_time() - began)


def measure() -> dict[str, float]:
    """Return every figure; processor time, except with the database, where the disk counts too."""
    with tempfile.TemporaryDirectory() as directory:
        ring = create_key_ring(
            Path(directory) / "keys",
            secrets.token_urlsafe(24),
            now=datetime(2026, 1, 5, tzinfo=UTC),
            organisation=ISSUER.name,
        )
        press, signer = Press(ring), _naive_signer(ring)
        began = time.process_time()
        sizes = [len(_made(press, ring, number)[2]) for number in range(len(GIVEN) * len(FAMILY))]
        first = (time.process_time() - began) * 1000
        gc.collect()
        gc.freeze()
        singles = []
        for number in range(SINGLE):
            began = time.process_time()
            _made(press, ring, number)
            singles.append((time.process_time() - began) * 1000)
        bulk = _per_second(BULK, lambda number: _made(press, ring, number))
        _naive(ring, signer, 0)
        naive = _per_second(NAIVE, lambda number: _naive(ring, signer, number))
        ordinary = _per_second(ORDINARY, lambda number: _ordinary(press, ring, number))
        stored = _stored_per_second(press, ring, Path(directory))
    return {
        "single_ms": round(statistics.median(singles), 2),
        "bulk_per_second_per_core": round(bulk, 1),
        "naive_per_second_per_core": round(naive, 2),
        "ratio": round(bulk / naive, 1),
        "bytes_per_certificate": max(sizes),
        "bulk_with_database_per_second": round(stored, 1),
        "ordinary_per_second_per_core": round(ordinary, 1),
        "compiling_ms": round(first, 0),
    }


def main() -> int:
    """Print what a certificate costs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.issuance", description=__doc__)
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    wants_json = parser.parse_args().json
    figures = measure()
    if wants_json:
        print(json.dumps(figures))
        return 0
    for name, value in figures.items():
        print(f"{name:32} {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
