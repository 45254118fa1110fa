"""Pages of the examinations, one file per desk; importing this registers them all on `blueprint`."""

from __future__ import annotations

from app.examination.views import candidate, certifying, jury, live, moving, results, reviews, slips, staff
from app.examination.views.room import blueprint

__all__ = ["blueprint", "candidate", "certifying", "jury", "live", "moving", "results", "reviews", "slips", "staff"]
