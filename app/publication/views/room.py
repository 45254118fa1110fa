"""The room's blueprint. Pages of the public carry no session; those of a holder do."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("publication", __name__, url_prefix="/registre")

#: Of whoever guesses numbers.
TRIES = "30 per minute; 300 per hour"
