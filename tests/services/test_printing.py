"""The sealed file of one certificate: what its code carries, what it says of the log, and that it may be made again."""

import hashlib
import subprocess

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import select

from app.certification.models import HandedOutFile
from app.certification.services import printing
from app.transparency import services as log
from certificates import compact, verification
from tests.services.accounts_builders import NOW
from tests.services.register_builders import registered


def hand_out(db, loaded, row):
    return printing.hand_out(
        db,
        row=row,
        ring=loaded.ring,
        press=loaded.press,
        origin=loaded.settings.public_url,
        actor_id=None,
        now=NOW,
    )


@pytest.fixture
def words_of(tmp_path, requires_tool):
    """The words of a page."""

    def read(data):
        done = subprocess.run([requires_tool("pdftotext"), "-", "-"], input=data, capture_output=True, check=True)
        return done.stdout.decode().replace("\u00a0", " ")

    return read


class TestLog:
    def test_a_certificate_of_no_log_says_nothing_of_it(self, db, loaded, words_of):
        row = registered(db, loaded, is_logged=False)

        assert "Journal" not in words_of(hand_out(db, loaded, row))

    def test_the_page_bears_the_root_above_its_own_leaf_whatever_came_after(self, db, loaded, words_of):
        registered(db, loaded, number=1)
        row = registered(db, loaded, number=2)
        root = log.head(db).short_root
        before = hand_out(db, loaded, row)
        for number in (3, 4, 5):
            registered(db, loaded, number=number)

        again = hand_out(db, loaded, row)

        assert log.head(db).short_root != root
        assert f"Journal de transparence : ligne 1, racine {root}" in words_of(again)
        assert f"Transparency log: leaf 1, root {root}" in words_of(again)
        assert again == before
        assert db.scalars(select(HandedOutFile.sha256)).all() == [hashlib.sha256(again).hexdigest()]


@pytest.mark.parametrize("name", ["Odile Payet", "محمد الأمين بن علي"], ids=["compiled", "laid out"])
def test_the_code_on_paper_proves_the_statement_without_the_register(db, loaded, tmp_path, requires_tool, name):
    row = registered(db, loaded, holder_name=name)
    stated = verification.read_registered(row.token, loaded.ring)
    (tmp_path / "page.pdf").write_bytes(hand_out(db, loaded, row))

    subprocess.run(
        [requires_tool("pdftoppm"), "-r", "150", "-png", "-singlefile", "page.pdf", "page"], cwd=tmp_path, check=True
    )

    with Image.open(tmp_path / "page.png") as image:
        [found] = zxingcpp.read_barcodes(image)
    address, _sign, fragment = found.text.partition("#")
    assert address == stated.check_url
    assert compact.read_compact(compact.from_fragment(fragment), loaded.ring) == compact.stated(stated)
