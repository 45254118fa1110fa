"""Chinese, Japanese and Korean names: real certificates, drawn by a font package of the machine (`fonts-noto-cjk`, `fonts-wqy-zenhei`)."""

import re
import subprocess

import pytest

from certificates import compact, document, open_badge, seal, verification
from certificates.press import Press
from tests.builders import credential, issuer, key_ring, supervised
from tests.conftest import cannot
from tests.domain.test_document import DEMANDED, _streams

RING = key_ring()
PRESS = Press(RING)

NAMES = {
    "Chinese, simplified": "王小明",
    "Chinese, traditional": "歐陽麗華",
    "Japanese": "田中 さくら",
    "Japanese with a middle dot": "タナカ・太郎",
    "Korean": "김민수",
}


@pytest.fixture(params=NAMES.values(), ids=NAMES)
def stated(request):
    if document.undrawable(request.param):
        cannot("no font of this machine draws ideographs: apt-get install fonts-noto-cjk, or fonts-wqy-zenhei")
    return credential(holder_name=request.param)


def read(command, data, directory, *options):
    (directory / "page.pdf").write_bytes(data)
    done = subprocess.run([command, *options], cwd=directory, check=True, capture_output=True)
    return done.stdout.decode()


def test_the_certificate_is_sealed_and_proves_the_name(stated):
    PRESS.check_drawable(stated.holder_name)
    token = open_badge.issue(stated, issuer=issuer(), ring=RING)

    data = PRESS.print(stated, token, check_url=stated.check_url)

    assert seal.examine(data, roots=RING.roots).token == token
    assert verification.verify_signature(token, RING).holder_name == stated.holder_name
    carried = compact.compact(stated, RING.active("token"))
    assert compact.read_compact(carried, RING).holder_name == stated.holder_name


def test_the_page_shows_it_in_a_font_that_travels_with_it_and_gives_its_text_back(stated, tmp_path, requires_tool):
    data = PRESS.lay_out(stated, "a.b.c", check_url=stated.check_url)

    fonts = read(requires_tool("pdffonts"), data, tmp_path, "page.pdf").splitlines()[2:]
    text = read(requires_tool("pdftotext"), data, tmp_path, "page.pdf", "-")
    read(requires_tool("qpdf"), data, tmp_path, "--check", "page.pdf")
    read(requires_tool("qpdf"), data, tmp_path, "--qdf", "--object-streams=disable", "page.pdf", "plain.pdf")

    assert all(" yes yes yes " in line for line in fonts)  # embedded, of these glyphs alone, with their text
    assert any("+AH" not in line for line in fonts)
    assert stated.holder_name in text
    assert text.count("\f") == 1
    assert b"/WP-Encod-0" not in (tmp_path / "plain.pdf").read_bytes()  # what WeasyPrint writes for an empty box


def test_the_page_is_what_the_standards_demand(stated):
    data = PRESS.lay_out(stated, "a.b.c", check_url=stated.check_url)
    objects = _streams(data)

    assert [name for name, pattern in DEMANDED.items() if not re.search(pattern, data + objects)] == []


@pytest.mark.parametrize("stated", [NAMES["Korean"]], indirect=True)
def test_a_supervised_certificate_too(stated):
    certified = supervised(holder_name=stated.holder_name)
    token = open_badge.issue(certified, issuer=issuer(), ring=RING)

    assert seal.examine(PRESS.print(certified, token, check_url=certified.check_url), roots=RING.roots).token == token
