"""The blueprint of the desk: every file of views adds its pages to it."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("administration", __name__, url_prefix="/administration")
