"""The least that Flask can serve: the baseline of the JSON check."""

from __future__ import annotations

from flask import Flask, Response, jsonify

app = Flask(__name__)


@app.get("/bare")
def bare() -> Response:
    """Answer a constant."""
    return jsonify({"verdict": "valid"})


@app.get("/healthz")
def healthz() -> str:
    """Say that the process answers."""
    return "ok"
