"""Just enough of a browser, whichever way its bytes travel: what it sends, what it reads, what it answers to a question."""

from __future__ import annotations

import html
import re
import zlib
from dataclasses import dataclass, field
from urllib.parse import urlencode

Fields = list[tuple[str, str]]

_LENGTH = re.compile(r"content-length: (\d+)", re.IGNORECASE)
_COOKIE = re.compile(r"set-cookie: ([^=]+)=([^;\r]*)", re.IGNORECASE)
_LEADS = re.compile(r"location: (\S+)", re.IGNORECASE)
_ZIPPED = re.compile(r"content-encoding: gzip", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """What came back; `leads` is where a redirection goes."""

    status: int
    leads: str
    text: str


@dataclass(slots=True)
class Talk:
    """The words of one browser with one server."""

    host: str
    cookies: dict[str, str] = field(default_factory=dict)

    def message(self, request: str, fields: Fields | None = None) -> bytes:
        """Return what is sent for `GET /path` or `POST /path`."""
        body = urlencode(fields or [])
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        lines = [f"{request} HTTP/1.1", f"Host: {self.host}", f"Cookie: {cookies}", "Accept-Language: fr"]
        lines += ["Accept-Encoding: gzip", "Content-Type: application/x-www-form-urlencoded"]
        return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", body]).encode()

    def page(self, head: str, body: bytes) -> Page:
        """Read an answer, and keep its cookies."""
        self.cookies.update(_COOKIE.findall(head))
        leads = _LEADS.search(head)
        if _ZIPPED.search(head):
            body = zlib.decompress(body, wbits=31)
        return Page(int(head.split(" ", 2)[1]), leads[1] if leads else "", body.decode())


def length_of(head: str) -> int:
    """Return how many bytes follow a head."""
    found = _LENGTH.search(head)
    return int(found[1]) if found else 0


def hidden(text: str, name: str) -> str:
    """Return the value of a hidden field; nothing where there is none."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', text)
    return html.unescape(found[1]) if found else ""


def answer_to(text: str, *, number: int) -> Fields:
    """Return what a person would send to the question of a page: an answer of the right shape, or "Je passe" to a simulation.

    Args:
        number: Which of the possible answers.
    """
    sent = [("csrf_token", hidden(text, "csrf_token")), ("item_id", hidden(text, "item_id"))]
    return sent + (_given(text, number) or [("passe", "1")])


def _given(text: str, number: int) -> Fields:
    if 'name="etat-' in text:
        return []
    radios = re.findall(r'type="radio" name="choice" value="([^"]*)"', text)
    if radios:
        return [("choice", radios[number % len(radios)])]
    boxes = re.findall(r'type="checkbox" name="choices" value="([^"]*)"', text)
    count = re.search(r"Cochez (\d+)", text)
    if boxes and count:
        return [("choices", box) for box in boxes[: int(count[1])]]
    selects = re.findall(r'<select[^>]* name="((?:rang|paire)-[^"]*)".*?</select>', text, re.DOTALL)
    if selects:
        options = re.findall(r'<option value="([^"]+)"', text)[: len(selects)]
        turned = options[number % len(options) :] + options[: number % len(options)]
        return list(zip(selects, turned, strict=True))
    return [("text", str(number))] if ' name="text"' in text else []
