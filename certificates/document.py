"""The page: a view of the statement, as HTML and as a tagged PDF/A-3a that is also PDF/UA-1. The only importer of WeasyPrint.

The page reads nothing from outside: its fetcher knows our fonts, our drawings and this certificate's QR code by name, and
refuses every other address.
"""

from __future__ import annotations

import io
import re
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import jinja2
import pydyf
import segno
from fontTools.ttLib import TTFont
from weasyprint import CSS, HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from certificates import drawing, wording
from certificates.credential import LEVELS, Credential
from certificates.dates import day_in_paris, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
_NAME_SIZE = 19

#: PDF/UA-1 beside PDF/A-3a: the identifier, and the extension schema that PDF/A demands to allow it.
_UA = (
    b'<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>'
    b'<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" '
    b'xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">'
    b'<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
    b"<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>"
    b"<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    b"<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>"
    b'<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>'
    b"<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>"
    b"<pdfaProperty:description>PDF/UA part</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property>"
    b"</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"
)

_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.PackageLoader("certificates"), autoescape=True, undefined=jinja2.StrictUndefined
)


def render_html(credential: Credential, *, check_url: str, issuer: str) -> str:
    """Return the page as HTML, in French with English below each line.

    Args:
        check_url: What the QR code holds; its host and path are printed.
        issuer: Name of who signs.
    """
    names = _LEVEL_NAMES.get(credential.framework_code, _CITIZEN_NAMES)
    address = urlsplit(check_url)
    return _ENVIRONMENT.get_template(
        "page.html"
    ).render(
        stated=credential,
        title=wording.title(replace(credential, language="fr")),  # the page's own, whatever the token's sentences
        issuer=issuer,
        issued_fr=told(day_in_paris(credential.issued_at), "fr"),
        issued_en=told(day_in_paris(credential.issued_at), "en"),
        sat_fr=told(credential.sat_on, "fr"),
        sat_en=told(credential.sat_on, "en"),
        reached=_rank(credential.level),
        levels=[(level, *both) for level, both in zip(LEVELS, names, strict=True)],
        areas=[(area, _rank(area.level)) for area in credential.areas],
        is_long=_lines(credential.holder_name + " identité vérifiée nom") > 2,
        check_url=check_url,
        short_address=address.netloc + address.path.rpartition("/")[0],
        groups=[credential.code[start : start + 4] for start in range(0, 16, 4)],
    )


def render_pdf(
    credential: Credential,
    token: str,
    *,
    check_url: str,
    issuer: str,
    finish: Callable[[pydyf.PDF], None] | None = None,
) -> bytes:
    """Return the page as an unsealed PDF/A-3a, PDF/UA-1, with the token attached as `credential.jwt`.

    Args:
        finish: Called with the document before it is written: the seal adds its field there.
    """
    fetcher = _Fetcher({"qr.svg": (_qr(check_url), "image/svg+xml")})
    html = render_html(credential, check_url=check_url, issuer=issuer)
    page = HTML(string=html, url_fetcher=fetcher)
    attachment = Attachment(
        string=token,
        name="credential.jwt",
        description="Open Badge 3.0, VC-JWT",
        relationship="Source",
        created=credential.issued_at,
        modified=credential.issued_at,
    )

    def finisher(_document: object, pdf: pydyf.PDF) -> None:
        _finish(pdf)
        _tell_languages(pdf, html)
        if finish is not None:
            finish(pdf)

    written: bytes = page.render(font_config=_fonts(), stylesheets=[_style()], cache={}).write_pdf(
        pdf_variant="pdf/a-3a", pdf_tags=True, finisher=finisher, attachments=[attachment]
    )
    return written


def _rank(level: str | None) -> int:
    return LEVELS.index(level) + 1 if level else 0


def _qr(text: str) -> bytes:
    """Return the QR code as one SVG path: sharp at any size, and no image to embed."""
    buffer = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        buffer, kind="svg", border=0, xmldecl=False, svgns=True, omitsize=True
    )
    return buffer.getvalue()


@lru_cache(maxsize=1)
def _advances() -> tuple[dict[int, int], int]:
    """Return the advance of each character of the bold face, and units per em."""
    with _HERE.joinpath("fonts", "ahn-latin-700.ttf").open("rb") as file:
        font = TTFont(file)
        widths = font["hmtx"].metrics
        return {code: widths[name][0] for code, name in font.getBestCmap().items()}, font["head"].unitsPerEm


def _lines(text: str) -> int:
    """Return on how many lines a name falls at its full size; a character of another face counts as a wide one."""
    advances, units = _advances()
    width = sum(advances.get(ord(sign), units) for sign in text) / units * _NAME_SIZE
    return int(width / (_NAME_WIDTH * 0.96)) + 1


class _Fetcher(URLFetcher):  # type: ignore[misc]
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
        "a1.svg": drawing.square(filled=False),
        "a2.svg": drawing.square(filled=True),
    }
    for level in range(5):
        drawings[f"hero{level}.svg"] = drawing.steps(174, 30, level, gap=2.2)
        drawings[f"row{level}.svg"] = drawing.steps(43.5, 9, level, gap=1.3, line=0.2)
    svgs = {name: (svg.encode(), "image/svg+xml") for name, svg in drawings.items()}
    return {**fonts, **svgs, "page.css": (b"", "text/css")}


@lru_cache(maxsize=1)
def _fonts() -> FontConfiguration:
    return FontConfiguration()


@lru_cache(maxsize=1)
def _style() -> CSS:
    """Read the style sheet and its fonts once: half of the time of a naive rendering."""
    css = _HERE.joinpath("templates", "page.css").read_text(encoding="utf-8")
    return CSS(string=css, font_config=_fonts(), url_fetcher=_Fetcher({}))


def _finish(pdf: pydyf.PDF) -> None:
    """Declare PDF/UA-1 beside PDF/A-3a, and list the attachment once."""
    metadata = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    xmp = metadata.stream[0]
    end = xmp.index(b"</rdf:RDF>")
    metadata.stream = [xmp[:end] + _UA + xmp[end:]]
    once = list(dict.fromkeys(pdf.catalog.get("AF", ())))
    pdf.catalog["AF"] = pydyf.Array(once)


_PARAGRAPH = re.compile(r"<p\b([^>]*)>")


def _tell_languages(pdf: pydyf.PDF, html: str) -> None:
    """Write the language of the English lines and what each heading of a row heads.

    WeasyPrint writes neither. The structure tree holds the paragraphs of the page in its order, one element each.
    """
    elements = list(_structure(pdf, pdf.objects[int(pdf.catalog["StructTreeRoot"].split()[0])]))
    paragraphs = [one for one in elements if one["S"] == "/P"]
    for element, attributes in zip(paragraphs, _PARAGRAPH.findall(html), strict=True):
        if 'lang="en"' in attributes:
            element["Lang"] = pydyf.String("en")
    for element in elements:
        if element["S"] == "/TH":
            element["A"] = pydyf.Dictionary({"O": "/Table", "Scope": "/Row"})


def _structure(pdf: pydyf.PDF, parent: pydyf.Dictionary) -> Iterator[pydyf.Dictionary]:
    """Yield the structure elements below one, in the order of reading."""
    for child in parent["K"]:
        if isinstance(child, bytes | str):
            element = pdf.objects[int(child.split()[0])]
            yield element
            yield from _structure(pdf, element)
