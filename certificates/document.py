"""The page: a view of the statement, as HTML and as a tagged PDF/A-3a that is also PDF/UA-1. The only importer of WeasyPrint.

The page reads nothing from outside: its fetcher knows our fonts, our drawings and this certificate's QR code by name, and
refuses every other address.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import jinja2
from fontTools.ttLib import TTFont
from weasyprint import CSS, HTML, VERSION, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from certificates import conformance, drawing, fitting, qr, wording
from certificates.credential import LEVELS, Credential
from certificates.dates import day_in_paris, told

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    import pydyf
    from weasyprint.document import Document

    from certificates.checkpoint import TreeHead

PRODUCER = f"WeasyPrint {VERSION}"

_HERE = files("certificates")
_LEVEL_NAMES = {
    "PRO": (("Initié", "Initiate"), ("Confirmé", "Confirmed"), ("Avancé", "Advanced"), ("Expert", "Expert")),
}
_CITIZEN_NAMES = (
    ("Découverte", "Discovery"),
    ("Autonomie", "Autonomy"),
    ("Maîtrise", "Mastery"),
    ("Transmission", "Passing on"),
)
#: Width of the line that holds the name, in points; beyond two lines at 19 points the name is set smaller.
_NAME_WIDTH = 174 / 25.4 * 72
NAME_PIXELS = 174 / 25.4 * 96
_NAME_SIZE = 19
_FONT_FACE = re.compile(r"font-family: (\w+); font-weight: (\d+); src: url\(numericite:([\w.-]+)\)")

_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.PackageLoader("certificates"), autoescape=True, undefined=jinja2.StrictUndefined
)


def render_html(credential: Credential, *, check_url: str, issuer: str, head: TreeHead | None = None) -> str:
    """Return the page as HTML, in French with English below each line.

    Args:
        check_url: Its host and path are printed, and it stands for the QR code where that is told in words.
        issuer: Name of who signs.
        head: Of the log, when this certificate was its last line; None where it is in no log.
    """
    names = _LEVEL_NAMES.get(credential.framework_code, _CITIZEN_NAMES)
    return fill(
        "page.html",
        reached=_rank(credential.level),
        levels=[(level, *both) for level, both in zip(LEVELS, names, strict=True)],
        areas=[(area, _rank(area.level)) for area in credential.areas],
        is_long=is_long(credential.holder_name),
        **common_parts(credential, check_url=check_url, issuer=issuer, head=head),
    )


def common_parts(credential: Credential, *, check_url: str, issuer: str, head: TreeHead | None) -> dict[str, object]:
    """Return what the page of every kind says; the arguments are those of `render_html`."""
    address = urlsplit(check_url)
    return {
        "stated": credential,
        "title": title_of(credential),
        "issuer": issuer,
        "lines": varying_lines(credential, head),
        "code_alternative": code_alternative(check_url),
        "short_address": address.netloc + address.path.rpartition("/")[0],
    }


def varying_lines(credential: Credential, head: TreeHead | None) -> dict[str, str]:
    """Return the lines, but for levels, whose text changes from one certificate to another of its kind."""
    issued, supervised = day_in_paris(credential.issued_at), credential.assurance != "A1"
    items, sat = credential.items_answered, credential.sat_on
    lines = {
        "name": f"{credential.holder_name} ",
        "claim": "identité vérifiée" if credential.name_verified else "nom déclaré, non vérifié",
        "issued_fr": told(issued, "fr"),
        "issued_en": f"Issued {told(issued, 'en')}",
        "code": "\u00a0 ".join(credential.code[start : start + 4] for start in range(0, 16, 4)),
        "how_fr": f"Mesure : {items} questions choisies pour cette personne, le {told(sat, 'fr')}, "
        f"{'sous' if supervised else 'sans'} surveillance.",
        "how_en": f"Measured by {items} questions chosen for this person, on {told(sat, 'en')}, "
        f"{'supervised' if supervised else 'unsupervised'}.",
    }
    if (
        head is not None
    ):  # the leaf of the issue, counted from 0 as everywhere in the log, and the root above all up to it
        leaf, root = head.size - 1, head.short_root
        lines["log_fr"] = f"Journal de transparence\u00a0: ligne {leaf}, racine {root}"
        lines["log_en"] = f"Transparency log: leaf {leaf}, root {root}"
    return lines


def title_of(credential: Credential) -> str:
    """Return the title of the document; it is in French, as the page is, whatever the language of the token."""
    return f"{wording.title(credential, language='fr')} : {credential.holder_name}"


def code_alternative(check_url: str) -> str:
    """Return what stands for the QR code for who does not see it."""
    return f"QR code vers {check_url}"


def is_long(name: str) -> bool:
    """Tell whether a name is set in small letters: with the claim that follows it, it would take more than two lines."""
    return fitting.lines_taken(name + " identité vérifiée nom", width=_NAME_WIDTH, size=_NAME_SIZE) > 2


def render_pdf(
    credential: Credential,
    token: str,
    *,
    check_url: str,
    issuer: str,
    scanned: str | None = None,
    head: TreeHead | None = None,
    finish: Callable[[pydyf.PDF], None] | None = None,
) -> bytes:
    """Return the page as an unsealed PDF/A-3a, PDF/UA-1, with the token attached as `credential.jwt`.

    Args:
        check_url, issuer, head: As for `render_html`.
        scanned: What the QR code holds, `check_url` and the signed fragment; `check_url` alone unless given.
        finish: Called with the document before it is written: the seal adds its field there.
    """
    return to_pdf(
        render_html(credential, check_url=check_url, issuer=issuer, head=head),
        stylesheet="page.css",
        pictures={"code": qr.png(scanned or check_url)},
        attached=attached_statement(token, at=credential.issued_at),
        finish=finish,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """The one file that a page carries: what it is a view of.

    Args:
        made_at: Its date; written into the page too.
    """

    name: str
    text: str
    description: str
    made_at: datetime


def fill(template: str, **values: object) -> str:
    """Return a template of this package filled in, everything escaped."""
    return _ENVIRONMENT.get_template(template).render(**values)


def to_pdf(
    html: str,
    *,
    stylesheet: str,
    pictures: dict[str, bytes],
    attached: Attached | None,
    finish: Callable[[pydyf.PDF], None] | None = None,
) -> bytes:
    """Return a page of ours as an unsealed PDF/A-3a, PDF/UA-1.

    Args:
        stylesheet: One of this package's.
        pictures: SVG or PNG by name, beside those that we ship.
        attached: None where the page is all there is.
        finish: Called with the document before it is written: the seal adds its field there.
    """

    def finisher(_document: Document, pdf: pydyf.PDF) -> None:
        conformance.complete(pdf)
        conformance.tell_languages(pdf, html)
        if finish is not None:
            finish(pdf)

    return _write(_laid_out(html, _style(stylesheet), pictures=pictures), attached, finisher=finisher)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnFace:
    """A face that a document draws with: what to compile it from.

    Args:
        resource: Its name among the fonts of the pages.
        key: Family and weight.
        widths: Of each glyph drawn, in thousandths of the size.
        texts: What each glyph stands for.
    """

    resource: str
    key: tuple[str, int]
    widths: Mapping[int, int]
    texts: Mapping[int, str]


def render_sheets(
    credentials: Sequence[Credential],
    *,
    alphabets: Mapping[str, Sequence[str]],
    issuer: str,
    head: TreeHead | None,
    finish: Callable[[pydyf.PDF, Sequence[DrawnFace]], None],
) -> None:
    """Lay out several statements, a page each, and let the caller take the objects apart.

    All are drawn with the same fonts, and a last page adds the characters that later pages may need. Nothing is kept: the
    file of many pages is not what anybody wants.

    Args:
        credentials: The first gives the metadata; only its headings are listed in the outline.
        alphabets: By weight, "400" or "700": every character, or ligature, that must be in the fonts.
        head: Printed on each of them.
        finish: Called with the objects, and the faces that draw them.
    """
    pages = [render_html(one, check_url=one.check_url, issuer=issuer, head=head) for one in credentials]
    pages.append(fill("alphabets.html", alphabets=alphabets))
    addresses = [*(one.check_url for one in credentials), ""]
    page = _style("page.css")
    styles: list[tuple[CSS, ...]] = [(page,), *[(page, _unlisted())] * len(credentials)]
    sheets = [
        _laid_out(html, *own, pictures={"code": qr_svg(url)})
        for html, url, own in zip(pages, addresses, styles, strict=True)
    ]

    def finisher(document: Document, pdf: pydyf.PDF) -> None:
        conformance.complete(pdf)
        conformance.tell_languages(pdf, "".join(pages))
        finish(pdf, _drawn_faces(document))

    whole = sheets[0].copy([page for sheet in sheets for page in sheet.pages])
    _write(whole, attached_statement(".", at=credentials[0].issued_at), finisher=finisher)


def _laid_out(html: str, *styles: CSS, pictures: Mapping[str, bytes]) -> Document:
    own = {name: (one, "image/png" if one.startswith(qr.PNG) else "image/svg+xml") for name, one in pictures.items()}
    return HTML(string=html, url_fetcher=_Fetcher(own)).render(font_config=_fonts(), stylesheets=[*styles], cache={})


def attached_statement(token: str, *, at: datetime) -> Attached:
    """Return a signed token as the file that a page carries."""
    return Attached(name="credential.jwt", text=token, description="Open Badge 3.0, VC-JWT", made_at=at)


def _write(document: Document, attached: Attached | None, *, finisher: Callable[[Document, pydyf.PDF], None]) -> bytes:
    attachments = [_attachment(attached)] if attached is not None else []
    written: bytes = document.write_pdf(
        pdf_variant="pdf/a-3a", pdf_tags=True, finisher=finisher, attachments=attachments
    )
    return written


def _attachment(attached: Attached) -> Attachment:
    return Attachment(
        string=attached.text,
        name=attached.name,
        description=attached.description,
        relationship="Source",
        created=attached.made_at,
        modified=attached.made_at,
    )


def _rank(level: str | None) -> int:
    return LEVELS.index(level) + 1 if level else 0


def qr_svg(text: str) -> bytes:
    """Return the QR code as one SVG path: sharp at any size, and no image to embed."""
    buffer = io.BytesIO()
    qr.make(text).save(buffer, kind="svg", border=0, xmldecl=False, svgns=True, omitsize=True)
    return buffer.getvalue()


class _Fetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Knows our own files by name; refuses every address of the outside."""

    def __init__(self, own: dict[str, tuple[bytes, str]]) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)
        self._own = own

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:  # noqa: ARG002 (WeasyPrint's signature)
        scheme, _colon, name = url.partition(":")
        known = self._own.get(name) or _shipped().get(name)
        if scheme != "numericite" or known is None:
            msg = f"the page may not read {scheme}:"
            raise ValueError(msg)
        data, kind = known
        return URLFetcherResponse(url, data, {"Content-Type": kind})


@lru_cache(maxsize=1)
def _shipped() -> dict[str, tuple[bytes, str]]:
    fonts = {
        file.name: (file.read_bytes(), "font/ttf")
        for file in _HERE.joinpath("fonts").iterdir()
        if file.name.endswith(".ttf")
    }
    drawings = {
        "mark.svg": drawing.steps(12, 8, 4, line=0.2),
        "stair.svg": drawing.stair(),
        "a1.svg": drawing.square(filled=False),
        "a2.svg": drawing.square(filled=True),
    }
    for level in range(5):
        drawings[f"hero{level}.svg"] = drawing.steps(174, 30, level, gap=2.2)
        drawings[f"row{level}.svg"] = drawing.steps(43.5, 9, level, gap=1.3, line=0.2)
    svgs = {name: (svg.encode(), "image/svg+xml") for name, svg in drawings.items()}
    return {**fonts, **svgs, "page.css": (b"", "text/css"), "label.css": (b"", "text/css")}


@lru_cache(maxsize=1)
def _fonts() -> FontConfiguration:
    return FontConfiguration()


@lru_cache(maxsize=3)
def _style(name: str) -> CSS:
    """Read a style sheet and its fonts once: half of the time of a naive rendering."""
    css = _HERE.joinpath("templates", name).read_text(encoding="utf-8")
    return CSS(string=css, font_config=_fonts(), url_fetcher=_Fetcher({}))


@lru_cache(maxsize=1)
def _unlisted() -> CSS:
    """Return the style of a page whose headings the outline leaves out."""
    return CSS(string="h1, h2 { bookmark-level: none }", font_config=_fonts(), url_fetcher=_Fetcher({}))


def undrawable(name: str) -> str:
    """Return the signs of a name that no font draws, ours or this machine's; each would be an empty box on the paper."""
    shipped = frozenset().union(*(characters(*face) for face in font_files()))
    if shipped.issuperset(map(ord, name)):
        return ""
    missing: list[str] = []

    def finisher(document: Document, _pdf: pydyf.PDF) -> None:
        missing.extend(chr(code) for font in document.fonts.values() for code in font.missing)

    specimen = fill("alphabets.html", alphabets={"700": [name]})
    _laid_out(specimen, _style("page.css"), pictures={"code": qr_svg("")}).write_pdf(finisher=finisher)
    return "".join(missing)


def font_data(file: str) -> bytes:
    """Return a shipped font file."""
    return _shipped()[file][0]


@lru_cache(maxsize=32)
def characters(family: str, weight: int) -> frozenset[int]:
    """Return the code points that a shipped face has."""
    return frozenset(TTFont(io.BytesIO(font_data(font_files()[family, weight])))["cmap"].getBestCmap())


@lru_cache(maxsize=1)
def font_files() -> dict[tuple[str, int], str]:
    """Return the file of each shipped face by family and weight, in the order in which the style sheet prefers them."""
    css = _HERE.joinpath("templates", "page.css").read_text(encoding="utf-8")
    return {(family, int(weight)): file for family, weight, file in _FONT_FACE.findall(css)}


def _drawn_faces(document: Document) -> list[DrawnFace]:
    """Return the faces that a document draws with; WeasyPrint knows one several times, by size."""
    faces: dict[str, DrawnFace] = {}
    for font in document.fonts.values():
        known = faces.get(font.hash)
        faces[font.hash] = DrawnFace(
            resource=font.hash,
            key=(font.family, font.weight),
            widths={**font.widths, **(known.widths if known else {})},
            texts={**font.to_unicode, **(known.texts if known else {})},
        )
    return list(faces.values())
