"""The least that Flask can serve: the baseline of the JSON check, and of an examination."""

from __future__ import annotations

import os
from itertools import count

from flask import Flask, Response, jsonify, redirect

app = Flask(__name__)
_NUMBERS = count(os.getpid() << 32)  # of this process: no two processes give the same


@app.get("/bare")
def bare() -> Response:
    """Answer a constant."""
    return jsonify({"verdict": "valid"})


@app.get("/examens/passage")
def question() -> str:
    """Show a constant question, but for its number."""
    return (
        '<div data-seen="x"><form method="post"><input type="hidden" name="csrf_token" value="x">'
        f'<input type="hidden" name="item_id" value="{next(_NUMBERS)}">'
        '<input type="radio" name="choice" value="a"><input type="radio" name="choice" value="b"></form></div>'
    )


@app.post("/examens/passage/reponses")
def answer() -> object:
    """Take an answer, and do nothing with it."""
    return redirect("/examens/passage", code=303)


@app.get("/examens/passage/etat")
def state() -> Response:
    """Say that nothing has changed."""
    return jsonify({"seen": "x", "minutes": 60})


@app.get("/healthz")
def healthz() -> str:
    """Say that the process answers."""
    return "ok"
