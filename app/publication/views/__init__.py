"""Pages of the public face of labels, one file per subject; importing this registers them all on `blueprint`."""

from __future__ import annotations

from app.publication.views import following, own, public, yearly
from app.publication.views.room import blueprint

__all__ = ["blueprint", "following", "own", "public", "yearly"]
