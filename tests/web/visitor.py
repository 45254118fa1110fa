"""A browser with opinions: it follows forms as a person would, and refuses pages that are not well made."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.tracing import untraced

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

#: Pages that show something once, and then never again.
ONCE = ("/carte", "/compte/securite/second-facteur", "/compte/securite/codes")
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Form:
    """One form of a page: where it goes, and what its fields hold."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Page:
    """What a person sees, and what their form would send."""

    status: int
    path: str
    html: str
    title: str = ""
    language: str = ""
    headings: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)
    text: str = ""

    def form(self, part_of_action: str) -> Form:
        """Return the form whose action holds a text."""
        for form in self.forms:
            if part_of_action in form.action:
                return form
        msg = f"no form for {part_of_action!r} on {self.path}: {[form.action for form in self.forms]}"
        raise AssertionError(msg)


class Visitor:
    """A person with a browser of their own.

    Args:
        language: Preferred language.
        address: Where they seem to come from, for limits.
    """

    def __init__(self, app: Flask, *, language: str = "fr", address: str = "127.0.0.1") -> None:
        self.client = app.test_client()
        self._headers = {"Accept-Language": language, "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}
        self._environ = {"REMOTE_ADDR": address}
        self.page: Page | None = None

    def get(self, path: str, *, status: int = 200) -> Page:
        """Open an address, following redirects."""
        return self._read(self.client.get(path, headers=self._headers, environ_overrides=self._environ), status)

    def submit(self, part_of_action: str, *, expect: int = 200, **fields: str | list[str] | tuple[object, ...]) -> Page:
        """Fill the form whose action holds a text and send it, hidden fields included; follow redirects."""
        assert self.page is not None, "open a page first"
        form = self.page.form(part_of_action)
        data = {**form.fields, **fields}
        action = form.action or self.page.path
        if form.method == "get":
            return self.get(f"{action}?{urlencode(data, doseq=True)}", status=expect)
        response = self.client.open(
            action,
            method=form.method.upper(),
            data=data,
            headers=self._headers,
            environ_overrides=self._environ,
            content_type="multipart/form-data",
        )
        return self._read(_let_go(response), expect)

    def raw(self, method: str, path: str, **options: object) -> TestResponse:
        """Send anything and get the bare answer."""
        return _let_go(
            self.client.open(
                path,
                method=method,
                headers=self._headers,
                environ_overrides=self._environ,
                **options,  # type: ignore[arg-type]
            )
        )

    def _read(self, response: TestResponse, status: int) -> Page:
        for _hop in range(6):
            if response.status_code not in (301, 302, 303, 307, 308):
                break
            response = self.client.get(response.location, headers=self._headers, environ_overrides=self._environ)
        html = response.get_data(as_text=True)
        assert response.status_code == status, f"{response.request.path}: {response.status_code}\n{_plain(html)[:1500]}"
        page = _Reader.read(html, status=response.status_code, path=response.request.path)
        if "text/html" in response.content_type:
            _check(page, response)
            self._check_tools(page)
        self.page = page
        return page

    def _check_tools(self, page: Page) -> None:
        """Refuse a page from which the other language, or the comforts, would lead nowhere."""
        addresses = self.client.application.url_map.bind("127.0.0.1")
        other = page.links.get("English") or page.links.get("Français")
        comfort = page.links.get("Confort") or page.links.get("Comfort")
        if page.path in ONCE and other is comfort is None:
            return  # the codes on it are shown once: nothing there leads to another page by surprise
        assert other, f"{page.path}: no link to the other language"
        assert comfort, f"{page.path}: no link to the comforts"
        for address in (other, parse_qs(urlsplit(comfort).query)["suite"][0]):
            if page.status != HTTPStatus.NOT_FOUND:
                addresses.match(urlsplit(address).path, method="GET")


def _let_go(response: TestResponse) -> TestResponse:
    """Close what was sent: werkzeug's client writes a large upload to a temporary file, and leaves it to the garbage collector."""
    response.request.environ["wsgi.input"].close()
    return response


def _plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@untraced
def _check(page: Page, response: TestResponse) -> None:
    """Refuse what no page may be."""
    where = page.path
    assert page.language in ("fr", "en"), f"{where}: no language"
    assert len(page.headings) == 1, f"{where}: {len(page.headings)} h1: {page.headings}"
    assert page.title.startswith(page.headings[0].rstrip(".")), (
        f"{where}: {page.title!r} starts with no {page.headings[0]!r}"
    )
    ids = Counter(re.findall(r'\sid="([^"]+)"', page.html))
    assert not [name for name, count in ids.items() if count > 1], f"{where}: duplicate ids {ids.most_common(2)}"
    targets = set(re.findall(r'<label[^>]*\sfor="([^"]+)"', page.html))
    for tag in re.findall(r"<(?:input|select|textarea)\b[^>]*>", page.html):
        kind = re.search(r'type="([^"]+)"', tag)
        if kind and kind[1] in ("hidden", "submit", "button", "radio", "checkbox"):
            continue
        name = re.search(r'\sid="([^"]+)"', tag)
        assert (name and name[1] in targets) or "aria-label" in tag, f"{where}: no label for {tag}"
    assert " style=" not in page.html, f"{where}: an inline style"
    assert not re.search(r"<script(?![^>]*\ssrc=)", page.html), f"{where}: an inline script"
    assert not re.search(r"\son[a-z]+=\"", page.html), f"{where}: an inline handler"
    for form in page.forms:
        assert form.method in ("get", "post"), f"{where}: a form without method"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"


class _Reader(HTMLParser):
    """Reads what the checks and the forms need."""

    def __init__(self, page: Page) -> None:
        super().__init__(convert_charrefs=True)
        self.page = page
        self._open: list[str] = []
        self._form: Form | None = None
        self._select: str | None = None
        self._textarea: str | None = None
        self._link: str | None = None
        self._words: list[str] = []

    @classmethod
    @untraced
    def read(cls, html: str, *, status: int, path: str) -> Page:
        page = Page(status=status, path=path, html=html)
        reader = cls(page)
        reader.feed(html)
        page.text = " ".join(" ".join(reader._words).split())
        page.title = " ".join(page.title.split())
        page.headings = [" ".join(heading.split()) for heading in page.headings]
        return page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag not in _VOID:
            self._open.append(tag)
        if "template" in self._open:  # inert: nobody sees it unless a script takes it out
            return
        if tag == "html":
            self.page.language = values.get("lang", "")
        elif tag == "h1":
            self.page.headings.append("")
        elif tag == "form":
            self._form = Form(action=values.get("action", ""), method=values.get("method", "").lower())
            self.page.forms.append(self._form)
        elif tag == "a":
            self._link = values.get("href")
        elif self._form is not None:
            self._field(tag, values)

    def _field(self, tag: str, values: dict[str, str]) -> None:
        form, name = self._form, values.get("name")
        assert form is not None
        if tag == "input" and name:
            kind = values.get("type", "text")
            chosen = kind not in ("radio", "checkbox", "submit", "file") or "checked" in values
            if chosen:
                form.fields.setdefault(name, []).append(values.get("value", ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in values:
            form.fields.setdefault(self._select, []).append(values.get("value", ""))
        elif tag == "textarea" and name:
            self._textarea = name
            form.fields[name] = [""]

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open and self._open.pop() != tag:
                pass
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._textarea = None
        elif tag == "a":
            self._link = None

    def handle_data(self, data: str) -> None:
        if "template" in self._open:
            return
        if "title" in self._open and "svg" not in self._open:
            self.page.title += data
        elif "h1" in self._open:
            self.page.headings[-1] += data
        if self._textarea and self._form is not None:
            self._form.fields[self._textarea][0] += data
        if self._link is not None and data.strip():
            self.page.links[" ".join(data.split())] = self._link
        if not {"script", "style", "title"} & set(self._open):
            self._words.append(data)
