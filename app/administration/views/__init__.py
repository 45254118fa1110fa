"""Pages of the desk, one file per subject; importing this registers them all on `blueprint`."""

from __future__ import annotations

from app.administration.views import answering, content, desk, exporting, numbers, register, renaming, seating
from app.administration.views.room import blueprint

__all__ = ["answering", "blueprint", "content", "desk", "exporting", "numbers", "register", "renaming", "seating"]
