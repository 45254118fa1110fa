from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, jsonify, render_template, request

from app.access import public
from app.database import current_session
from app.resources import current_resources
from app.transparency import services
from app.web import limiter
from certificates import checkpoint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("transparency", __name__)

READS = "120 per minute; 3000 per hour"
#: What is asked of a tree of a given size is answered alike for ever.
_FOR_EVER = 31_536_000
_NUMBER = re.compile(r"[0-9]{1,15}")


@blueprint.get("/journal-de-transparence")
@public
def about() -> ResponseReturnValue:
    loaded = current_resources()
    return render_template(
        "transparency/about.html",
        head=services.head(current_session()),
        origin=checkpoint.log_origin(loaded.settings.public_url),
    )


@blueprint.get("/log/checkpoint")
@public
@limiter.limit(READS)
def signed_head() -> ResponseReturnValue:
    loaded = current_resources()
    head = services.head(current_session())
    text = checkpoint.sign_checkpoint(head, site=loaded.settings.public_url, ring=loaded.ring)
    return _published(Response(text, mimetype="text/plain"), seconds=10)


@blueprint.get("/log/keys")
@public
def keys() -> ResponseReturnValue:
    loaded = current_resources()
    lines = checkpoint.verifier_keys(loaded.settings.public_url, loaded.ring)
    return _published(Response("".join(f"{line}\n" for line in lines), mimetype="text/plain"), seconds=3600)


@blueprint.get("/log/proof/inclusion")
@public
@limiter.limit(READS)
def inclusion() -> ResponseReturnValue:
    index, size = _number("index"), _number("size")
    proof = services.prove_inclusion(current_session(), index=index, of_size=size)
    return _published(jsonify({"index": index, "size": size, **_told(proof)}), seconds=_FOR_EVER)


@blueprint.get("/log/proof/consistency")
@public
@limiter.limit(READS)
def consistency() -> ResponseReturnValue:
    first, second = _number("from"), _number("to")
    proof = services.prove_consistency(current_session(), first=first, second=second)
    return _published(jsonify({"from": first, "to": second, **_told(proof)}), seconds=_FOR_EVER)


@blueprint.get("/log/entries")
@public
@limiter.limit(READS)
def entries() -> ResponseReturnValue:
    found = services.entries(current_session(), start=_number("start"), end=_number("end"))
    return _published(jsonify({"entries": [leaf.to_json() for leaf in found]}), seconds=10)


@blueprint.after_request
def _open_to_all_origins(response: Response) -> Response:
    if request.path.startswith("/log/"):
        response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _number(name: str) -> int:
    text = request.args.get(name, "")
    if not _NUMBER.fullmatch(text):
        abort(400)
    return int(text)


def _told(proof: services.Proof) -> dict[str, object]:
    return {"proof": [one.hex() for one in proof.hashes], "root": proof.root.hex()}


def _published(response: Response, *, seconds: int) -> Response:
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    return response
