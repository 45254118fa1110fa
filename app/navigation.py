"""Where a page can be come back to: every page has an address that answers GET, in either language."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlencode

from flask import current_app, request, url_for
from werkzeug.exceptions import HTTPException

from app.access import current_identity

if TYPE_CHECKING:
    from flask import Flask

View = TypeVar("View", bound=Callable[..., object])

_BACK = "__back__"
_HOME = "public.home"


def back_to(endpoint: str) -> Callable[[View], View]:
    """Say which page to come back to from a view that only answers POST; it is built from the same parameters."""

    def declare(view: View) -> View:
        setattr(view, _BACK, endpoint)
        return view

    return declare


def declared_back(view: Callable[..., object]) -> str | None:
    """Return the endpoint that a view leads back to, if it says one."""
    endpoint: str | None = getattr(view, _BACK, None)
    return endpoint


def page_url(language: str | None = None) -> str:
    """Return an address that answers GET with the page on screen, or with the one that it came from."""
    environ = request.environ
    asked = request.args.items() if environ.get("QUERY_STRING") else ()
    arguments = {name: value for name, value in asked if name != "lang"}
    path = request.path
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
        back = declared_back(current_app.view_functions.get(request.endpoint or "", page_url))
        if back is not None:
            path, arguments = _address_of(back), {}
        elif not _answers_get():
            path, arguments = url_for(_HOME), {}
    if language is not None:
        arguments["lang"] = language
    return f"{path}?{urlencode(arguments)}" if arguments else path


def is_local(target: str) -> bool:
    """Tell whether a target is a path of this site: no open redirect."""
    return target.startswith("/") and not target.startswith("//") and "\\" not in target and target.isprintable()


def _address_of(endpoint: str) -> str:
    needed = next(current_app.url_map.iter_rules(endpoint)).arguments
    return url_for(endpoint, **{name: value for name, value in (request.view_args or {}).items() if name in needed})


def _answers_get() -> bool:
    try:
        current_app.url_map.bind_to_environ(request.environ).match(method="GET")
    except HTTPException:
        return False
    return True


def install(app: Flask, *, own_desks: Callable[[int], Collection[str]]) -> None:
    """Give every page's menu the desks of whoever reads it.

    Args:
        own_desks: Asked with a person's number, only for an account and only by a page that shows the menu.
    """

    def desks() -> Collection[str]:
        identity = current_identity()
        return own_desks(identity.person_id) if identity.is_account and identity.person_id is not None else ()

    app.context_processor(lambda: {"own_desks": desks})
