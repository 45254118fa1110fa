"""The room's blueprint. Its POSTs carry no session, and need no cross-site token."""

from __future__ import annotations

from flask import Blueprint

from app.web import csrf

blueprint = Blueprint("verification", __name__)
csrf.exempt(blueprint)

#: Of whoever guesses codes.
TRIES = "30 per minute; 300 per hour"
