"""Badges: one drawing of our own, and exactly one token in each image."""

import io
import struct
import zlib

import pytest
from PIL import Image

from certificates import badge, baking
from certificates.badge import design_of, designs, draw, png
from certificates.baking import bake_png, bake_svg, token_in_image, token_in_png, token_in_svg
from certificates.errors import MalformedCredentialError
from certificates.open_badge import issue
from tests.builders import credential, issuer, key_ring, label_credential, supervised

TOKEN = issue(credential(), issuer=issuer(), ring=key_ring())
DESIGN = design_of(credential())
PNG, SVG = bake_png(png(DESIGN), TOKEN), bake_svg(draw(DESIGN), TOKEN)
ELEMENT = f'<openbadges:credential verify="{TOKEN}"/>'


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def with_text(data: bytes, kind: bytes = b"iTXt") -> bytes:
    """Our drawing with this chunk after its head."""
    image = png(DESIGN)
    return image[:33] + chunk(kind, data) + image[33:]


def text_chunk(token: str = TOKEN, *, keyword: bytes = baking.KEYWORD, flags: bytes = b"\0\0", packed=None) -> bytes:
    return keyword + b"\0" + flags + b"\0\0" + (token.encode() if packed is None else packed)


REFUSED_PNG = {
    "nothing": b"",
    "another image": b"GIF89a",
    "the head only": PNG[:8],
    "not baked": png(DESIGN),
    "cut short": PNG[:-3],
    "its end missing": PNG[:-12],
    "followed by something": PNG + b"\0",
    "followed by a second image": PNG + PNG,
    "a chunk that lies about its length": PNG[:8] + b"\x7f" + PNG[9:],
    "a changed letter": PNG.replace(TOKEN.encode()[:20], b"A" * 20),
    "no head": PNG[:8] + PNG[33:],
    "two tokens": with_text(text_chunk())[:33] + chunk(b"iTXt", text_chunk()) + with_text(text_chunk())[33:],
    "compressed": with_text(text_chunk(flags=b"\1\0", packed=zlib.compress(TOKEN.encode()))),
    "a compressed bomb": with_text(text_chunk(flags=b"\1\0", packed=zlib.compress(bytes(5_000_000)))),
    "under another keyword": with_text(text_chunk(keyword=b"openbadges")),
    "as plain text": with_text(baking.KEYWORD + b"\0" + TOKEN.encode(), b"tEXt"),
    "in a language": with_text(baking.KEYWORD + b"\0\0\0fr\0\0" + TOKEN.encode()),
    "an empty token": with_text(text_chunk("")),
    "JSON": with_text(text_chunk('{"id": 1}')),
    "an address": with_text(text_chunk("https://example.com/a")),
    "too large": PNG[:33] + chunk(b"tEXt", bytes(1_100_000)) + PNG[33:],
}


@pytest.mark.parametrize("data", REFUSED_PNG.values(), ids=REFUSED_PNG)
def test_finds_no_token_in_the_png(data):
    with pytest.raises(MalformedCredentialError):
        token_in_png(data)


REFUSED_SVG = {
    "nothing": "",
    "not XML": "<svg",
    "not baked": draw(DESIGN),
    "a page": f"<html xmlns:openbadges='{baking.NAMESPACE}'>{ELEMENT}</html>",
    "two tokens": SVG.replace(ELEMENT, ELEMENT * 2),
    "not the first child": SVG.replace(ELEMENT, "").replace("</svg>", ELEMENT + "</svg>"),
    "deeper": SVG.replace(ELEMENT, f"<g>{ELEMENT}</g>"),
    "another namespace": SVG.replace(baking.NAMESPACE, "https://example.com"),
    "no token in it": SVG.replace(f'verify="{TOKEN}"', ""),
    "JSON": SVG.replace(TOKEN, "{}"),
    "a document type": "<!DOCTYPE svg>" + SVG,
    "entities that grow": f'<!DOCTYPE svg [<!ENTITY a "x"><!ENTITY b "&a;&a;">]>{SVG}',
    "an entity from outside": f'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>{SVG}',
    "followed by something": SVG + "<svg/>",
    "too large": SVG.replace("</svg>", "<g/>" * 300_000 + "</svg>"),
}


@pytest.mark.parametrize("text", REFUSED_SVG.values(), ids=REFUSED_SVG)
def test_finds_no_token_in_the_svg(text):
    with pytest.raises(MalformedCredentialError):
        token_in_svg(text.encode())


@pytest.mark.parametrize("token", ["", "a b", '"/><script>', "a\0b"])
def test_bakes_nothing_but_a_token(token):
    with pytest.raises(MalformedCredentialError):
        bake_png(png(DESIGN), token)
    with pytest.raises(MalformedCredentialError):
        bake_svg(draw(DESIGN), token)


def test_bakes_nothing_into_what_is_no_image():
    with pytest.raises(MalformedCredentialError):
        bake_png(b"GIF89a", TOKEN)
    with pytest.raises(MalformedCredentialError):
        bake_svg("<p/>", TOKEN)
    with pytest.raises(MalformedCredentialError):
        bake_svg(SVG, TOKEN)


def test_each_image_bears_its_token():
    assert token_in_image(PNG) == token_in_image(SVG.encode()) == TOKEN
    assert SVG.partition(">")[2].startswith(ELEMENT)


def test_another_library_reads_the_chunk_and_the_picture():
    image = Image.open(io.BytesIO(PNG))
    image.load()

    assert image.size == (badge.SIDE, badge.SIDE)
    assert str(image.text["openbadgecredential"]) == TOKEN


def test_baking_again_replaces_the_token():
    other = issue(supervised(), issuer=issuer(), ring=key_ring())

    assert token_in_png(bake_png(PNG, other)) == other


@pytest.mark.parametrize("design", list(designs()), ids=lambda design: design.name)
def test_the_png_was_made_from_the_drawing(design):
    # If this fails: the drawing changed, and `.venv/bin/python scripts/draw_badges.py` makes the PNG again.
    assert baking.text_in(png(design), badge.SOURCE) == badge.digest(design)


def test_no_png_is_left_over():
    assert {path.stem for path in badge.FOLDER.glob("*.png")} == {design.name for design in designs()}


def test_a_text_is_added_before_the_picture():
    noted = baking.add_text(png(DESIGN), "Author", "personne")

    assert baking.text_in(noted, "Author") == "personne"
    assert Image.open(io.BytesIO(noted)).text["Author"] == "personne"


def test_says_nothing_where_nothing_is_said():
    assert baking.text_in(png(DESIGN), "Author") is None


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        (credential(), "Démonstration, sans valeur. Attestation de résultat, test non surveillé, niveau L2"),
        (
            credential(level=None, demonstration=False),
            "Attestation de résultat, test non surveillé, aucun niveau établi",
        ),
        (supervised(level="L4"), "Certificat, test surveillé, niveau L4"),
        (label_credential(), "Label"),
        (label_credential(demonstration=True), "Démonstration, sans valeur. Label"),
    ],
    ids=["demonstration", "no level", "certificate", "label", "label of the demonstration"],
)
def test_the_drawing_says_in_words_what_it_shows(stated, words):
    assert f"<title>{words}</title>" in draw(design_of(stated))


def test_the_drawing_holds_no_script_no_style_and_nothing_from_elsewhere():
    drawn = "".join(draw(design) for design in designs())

    assert [word for word in ("<script", "style=", "href", "url(", "<image", "<text") if word in drawn] == []
