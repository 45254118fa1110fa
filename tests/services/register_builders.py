"""Rows of the register as issuing leaves them, signed by the keys of the test instance."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any
from uuid import UUID

from app.certification.models import Certificate
from app.certification.services import leaves
from app.certification.services.issuing import code_hmac
from certificates import open_badge
from certificates.reference import new_code
from tests.builders import credential

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.resources import Resources


def registered(
    db: Session,
    loaded: Resources,
    *,
    number: int = 1,
    row: dict[str, Any] | None = None,
    is_logged: bool = True,
    **stated: Any,
) -> Certificate:
    """A certificate of the register and its leaf; `stated` changes the statement, `row` the columns beside it."""
    origin = loaded.settings.public_url
    uuid = UUID(int=number, version=4)
    statement = credential(
        **{
            "credential_id": f"{origin}/credentials/{uuid}",
            "code": new_code(number.to_bytes(10)),
            "status_index": number,
            "demonstration": False,
            **stated,
        }
    )
    made = Certificate(
        **{
            "code_hmac": code_hmac(statement.code, secret=loaded.settings.reference_secret),
            "credential_id": statement.credential_id,
            "kind": statement.kind,
            "assurance": statement.assurance,
            "framework_code": statement.framework_code,
            "level": statement.level,
            "token": open_badge.issue(statement, issuer=loaded.issuer, ring=loaded.ring),
            "issued_at": statement.issued_at,
            "is_shared": True,
            "status_index": statement.status_index,
            **(row or {}),
        }
    )
    db.add(made)
    db.flush()
    if is_logged and made.token:
        leaves.write_issue(db, made, salt=hashlib.sha256(number.to_bytes(8)).digest(), now=made.issued_at)
        db.flush()
    return made
