"""JSON-LD to canonical RDF; the only importer of PyLD.

The three contexts of an Open Badge are shipped; any other is refused, and so is any member that the contexts do not
define: JSON-LD would drop it silently, and what is dropped is not signed.

Sources: JSON-LD 1.1; RDF Dataset Canonicalization (RDFC-1.0), which PyLD still calls URDNA2015.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyld import jsonld

from certificates.credential import CONTEXTS
from certificates.errors import MalformedCredentialError

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = Path(__file__).parent / "contexts"
FILES = dict(
    zip(CONTEXTS, ("credentials-v2.jsonld", "ob-v3p0-context-3.0.3.json", "ob-v3p0-extensions.json"), strict=True)
)


def canonical(document: Mapping[str, Any]) -> bytes:
    """Return the canonical N-Quads of a document.

    Raises:
        MalformedCredentialError: It names a context that is not shipped, holds a member that no context defines, or is
            not JSON-LD.
    """
    try:
        expanded = jsonld.expand(dict(document), {"documentLoader": _load}, on_property_dropped=_refuse)
        options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": _load}
        quads: str = jsonld.normalize(expanded, options)
        return quads.encode()
    except (jsonld.JsonLdError, ValueError, RecursionError) as error:
        raise MalformedCredentialError(f"linked data: {_first_cause(error)}"[:200]) from error


def _load(url: str, _options: object) -> dict[str, Any]:
    if url not in FILES:
        raise MalformedCredentialError(f"linked data: {url[:100]} is not a context of ours")
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": _shipped(url)}


@lru_cache(maxsize=len(FILES))
def _shipped(url: str) -> Any:  # noqa: ANN401 -- a context is any JSON.
    return json.loads((FOLDER / FILES[url]).read_bytes())


def _refuse(name: str | None) -> None:
    raise MalformedCredentialError(f"linked data: {str(name)[:100]} is defined by no context")


def _first_cause(error: BaseException) -> str:
    while error.__cause__ is not None:
        error = error.__cause__
    return f"{type(error).__name__}: {error}".partition("\n")[0]
