"""Libraries go without coverage's tracer: half of the time of a test was spent following SQLAlchemy and WeasyPrint line by line.

What of ours a library calls back is traced all the same.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import segno
import weasyprint
from _pytest.assertion import rewrite
from jinja2 import Environment
from sqlalchemy import event
from sqlalchemy.orm import Session
from weasyprint.document import Document

from app import audit
from app.database import UTCDateTime
from app.transparency import models as log
from certificates.document import _Fetcher
from certificates.seal import _Written
from tests.tracing import awake, untraced

if TYPE_CHECKING:
    from collections.abc import Callable

#: Where one enters them.
_DOORS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (rewrite, ("_rewrite_test",)),
    (Session, ("commit", "delete", "execute", "flush", "get", "refresh", "rollback", "scalar", "scalars")),
    (Environment, ("_generate", "_parse")),
    (segno, ("make",)),
    (weasyprint.CSS, ("__init__",)),
    (weasyprint.HTML, ("__init__", "render")),
)
#: Where they come back to us.
_CALLED_BACK: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (UTCDateTime, ("process_bind_param", "process_result_value")),
    (_Fetcher, ("__init__", "fetch")),
)


def go_untraced() -> None:
    """Put each of these doors under a function that sets the tracer aside."""
    for changed, places in ((untraced, _DOORS), (awake, _CALLED_BACK)):
        for owner, names in places:
            for name in names:
                setattr(owner, name, changed(getattr(owner, name)))
    Document.write_pdf = _writing(Document.write_pdf)
    _Written.compressible = property(awake(_Written.compressible.fget))
    for model, refuse in ((audit.AuditEntry, audit._refuse), (log.LogLeaf, log._refuse)):
        for name in ("before_update", "before_delete"):
            event.remove(model, name, refuse)
            event.listen(model, name, awake(refuse))
    event.listens_for = _listening  # of engines, which are made later


def _listening(target: Any, name: str) -> Callable[[Any], Any]:
    """Do as SQLAlchemy's function of this name: what listens is ours."""

    def decorated(function: Any) -> Any:
        event.listen(target, name, awake(function))
        return function

    return decorated


def _writing(write_pdf: Callable[..., bytes]) -> Callable[..., bytes]:
    """What completes a document before it is written is ours."""
    untraced_write = untraced(write_pdf)

    @functools.wraps(write_pdf)
    def run(
        page: Document,
        target: Any = None,
        zoom: float = 1,
        finisher: Callable[..., None] | None = None,
        **options: Any,
    ) -> bytes:
        return untraced_write(page, target, zoom, finisher and awake(finisher), **options)

    return run
