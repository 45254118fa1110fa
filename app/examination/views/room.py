"""The room's blueprint."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("examination", __name__, url_prefix="/examens")
