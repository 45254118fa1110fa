"""Pages of the verification room, one file per subject; importing this registers them all on `blueprint`."""

from __future__ import annotations

from app.verification.views import checks, lists, published
from app.verification.views.published import wants_linked_data
from app.verification.views.room import blueprint

__all__ = ["blueprint", "checks", "lists", "published", "wants_linked_data"]
