"""Pages of the room of labels, one file per public; importing this registers them all on `blueprint`."""

from __future__ import annotations

from app.labels.views import desk, ending, giving, holder, judging
from app.labels.views.room import blueprint

__all__ = ["blueprint", "desk", "ending", "giving", "holder", "judging"]
