"""What PDF/A-3a and PDF/UA-1 together ask of a page, and WeasyPrint does not write."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING

import pydyf

if TYPE_CHECKING:
    from collections.abc import Iterator

_HERE = files("certificates")

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


def complete(pdf: pydyf.PDF) -> None:
    """Declare PDF/UA-1 beside PDF/A-3a, list the attachment once, and describe the colours in fewer bytes."""
    [intent] = pdf.catalog["OutputIntents"]
    pdf.objects[int(intent["DestOutputProfile"].split()[0])].stream = [
        _HERE.joinpath("colour", "srgb.icc").read_bytes()
    ]
    metadata = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    xmp = metadata.stream[0]
    end = xmp.index(b"</rdf:RDF>")
    metadata.stream = [xmp[:end] + _UA + xmp[end:]]
    if once := list(dict.fromkeys(pdf.catalog.get("AF", ()))):
        pdf.catalog["AF"] = pydyf.Array(once)


_PARAGRAPH = re.compile(r"<p\b([^>]*)>")
_HEAD = re.compile(r"<thead>.*?</thead>", re.DOTALL)


def tell_languages(pdf: pydyf.PDF, html: str) -> None:
    """Write the language of the English lines and what each heading of a table heads.

    WeasyPrint writes neither. The structure tree holds the paragraphs of the page in its order, one element each; the head of a table
    stands there again on each page, its lines in pairs, French and English.
    """
    root = pdf.objects[int(pdf.catalog["StructTreeRoot"].split()[0])]
    elements = list(_structure(pdf, root, in_head=False))
    paragraphs = [one for one, in_head in elements if one["S"] == "/P" and not in_head]
    for element, attributes in zip(paragraphs, _PARAGRAPH.findall(_HEAD.sub("", html)), strict=True):
        if 'lang="en"' in attributes:
            element["Lang"] = pydyf.String("en")
    for element in [one for one, in_head in elements if one["S"] == "/P" and in_head][1::2]:
        element["Lang"] = pydyf.String("en")
    for element, in_head in elements:
        if element["S"] == "/TH":
            element["A"] = pydyf.Dictionary({"O": "/Table", "Scope": "/Column" if in_head else "/Row"})


def _structure(pdf: pydyf.PDF, parent: pydyf.Dictionary, *, in_head: bool) -> Iterator[tuple[pydyf.Dictionary, bool]]:
    """Yield the structure elements below one, in the order of reading, and whether each stands in the head of a table."""
    for child in parent["K"]:
        if isinstance(child, bytes | str):
            element = pdf.objects[int(child.split()[0])]
            is_inside = in_head or element["S"] == "/THead"
            yield element, is_inside
            yield from _structure(pdf, element, in_head=is_inside)
