"""Templates compiled once for each language: what is the same on every page is worked out then, not at each page.

A text in a given language, the address of a page that takes no argument, a file's hashed name, an icon: a template asks for dozens of
them, and the answer never changes while the process runs. Each language has an environment of its own, which puts the answer into the
compiled template where the arguments are written in the template. Templates are written as for any Jinja; whatever depends on the
page is asked as the page is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from flask import templating
from flask_babel import get_locale, get_translations
from jinja2 import Template, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup
from werkzeug.routing import BuildError

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

    from flask.sansio.app import App
    from jinja2.environment import TemplateModule
    from jinja2.runtime import Context

_ICONS = "components/icon.html"


class _Template(Template):
    """A template whose macros, imported elsewhere, are made once.

    Jinja compares at each import the globals that both sides know, lest an importer have some of its own; here nobody has.
    """

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:  # noqa: ARG002 (as Jinja has it)
        return super()._get_default_module()


class Environment(templating.Environment):
    """Finds templates as Flask does, in the environment of the language that is spoken."""

    template_class = _Template
    #: Of which pages are compiled here; None: of the environment that hands out the others.
    language: str | None = None

    def __init__(self, app: App, **options: Any) -> None:  # noqa: ANN401 (Jinja's)
        super().__init__(app, **options)
        self._of_languages: dict[str, Environment] = {}

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 (as Jinja has it)
    ) -> Template:
        """Return a template by its name, compiled for the language that is spoken."""
        if self.language is not None:
            return super().get_template(name, parent, globals)
        spoken = get_locale()
        return self._of(spoken.language if spoken else "fr").get_template(name, parent, globals)

    def _of(self, language: str) -> Environment:
        if language not in self._of_languages:
            made = self.overlay()
            made.language = language
            self._of_languages[language] = made
        return self._of_languages[language]

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if self.language is not None and name is not None and name.endswith(".html"):
            _Constants(self, has_icons=_imports_icons(tree)).visit(tree)
        return tree


def _imports_icons(tree: nodes.Template) -> bool:
    return any(
        isinstance(one.template, nodes.Const) and one.template.value == _ICONS and "icon" in one.names
        for one in tree.find_all(nodes.FromImport)
    )


class _Constants(NodeTransformer):
    """Puts answers where a template calls one of a few functions with nothing but constants."""

    def __init__(self, environment: Environment, *, has_icons: bool) -> None:
        self._environment = environment
        self._functions: dict[str, Callable[..., str]] = {
            "_": self._text,
            "gettext": self._text,
            "url_for": self._address,
            "asset_url": cast("Callable[..., str]", environment.globals["asset_url"]),
        }
        if has_icons:
            self._functions["icon"] = environment.get_template(_ICONS).module.icon  # type: ignore[attr-defined]  # its macro

    def visit_Call(self, node: nodes.Call) -> nodes.Expr:  # noqa: N802 (as Jinja has it)
        """Return the answer to one call, or the call."""
        self.generic_visit(node)
        function = self._functions.get(node.node.name) if isinstance(node.node, nodes.Name) else None
        if function is None or node.dyn_args or node.dyn_kwargs:
            return node
        try:
            given = [_constant(one) for one in node.args]
            if function == self._text and node.kwargs:
                return _filled_in(_translated(*given), node)
            named = {one.key: _constant(one.value) for one in node.kwargs}
            return nodes.Const(function(*given, **named), lineno=node.lineno)
        except _NotConstantError:
            return node

    def generic_visit(self, node: nodes.Node, *args: object, **kwargs: object) -> nodes.Node:
        """Visit what is inside; what is written one after the other is then written at once."""
        super().generic_visit(node, *args, **kwargs)
        for _name, inside in node.iter_fields():
            if isinstance(inside, list):
                inside[:] = _joined(inside)
        return node

    def _text(self, text: str) -> str:
        return _translated(text) % {}

    def _address(self, endpoint: str, **arguments: object) -> str:
        """Return the path of a page; what depends on the request (a relative endpoint, `_external`) is left to it."""
        if endpoint.startswith(".") or any(name.startswith("_") for name in arguments):
            raise _NotConstantError
        try:
            return self._environment.app.url_map.bind("localhost").build(endpoint, arguments)
        except BuildError as error:  # the template may never come there
            raise _NotConstantError from error


def _joined(inside: list[object]) -> list[object]:
    found: list[object] = []
    for one in inside:
        last = found[-1] if found else None
        if isinstance(one, nodes.Output) and isinstance(last, nodes.Output):
            found[-1] = nodes.Output([*last.nodes, *one.nodes], lineno=last.lineno)
        else:
            found.append(one)
    return found


def _translated(text: object) -> Markup:
    return Markup(get_translations().ugettext(text))  # noqa: S704 (what translators wrote)


def _filled_in(text: str, call: nodes.Call) -> nodes.Expr:
    """Return what puts values into a text as the page is made; each is escaped, unless it is markup."""
    values = [nodes.Pair(nodes.Const(one.key), one.value) for one in call.kwargs]
    return nodes.Mod(nodes.Const(text), nodes.Dict(values), lineno=call.lineno)


def _constant(node: nodes.Expr) -> object:
    if not isinstance(node, nodes.Const):
        raise _NotConstantError
    return node.value


class _NotConstantError(Exception):
    """It depends on the request after all."""
