"""The page of a label: what it says, what it never says, and that it is sealed and conforms as the others do."""

import re

import pytest

from certificates import label_page, seal, verification
from certificates.checkpoint import TreeHead
from certificates.open_badge import issue
from certificates.press import Press
from tests.builders import ORGANISATION, credential, issuer, key_ring, label_credential
from tests.domain.test_document import DEMANDED, _streams


def page(**overrides):
    label = label_credential(**overrides)
    return label_page.render_html(label, check_url=label.check_url, issuer=ORGANISATION)


def test_nothing_but_a_label_is_printed_on_it():
    with pytest.raises(ValueError, match="not a label"):
        label_page.render_html(credential(), check_url=credential().check_url, issuer=ORGANISATION)


def test_says_who_which_number_and_for_how_long():
    html = page()

    for words in (
        "Claire Dubreuil",
        "Sage-femme",
        "2026-00417-U",
        "du 23 novembre 2026",
        "au 22 novembre 2029",
        "version 1.0-proposal",
        "Ni diplôme, ni label de l’État",
        "7KQ2",
    ):
        assert words in html
    assert "Démonstration" not in html
    assert "niveau" not in html.lower()


def test_a_demonstration_says_so_twice():
    html = page(demonstration=True)

    assert "Démonstration, sans valeur" in html
    assert "Demonstration, of no value" in html


def test_a_long_name_is_set_smaller():
    assert 'class="name s"' not in page()
    assert 'class="name s"' in page(
        holder_name="Marie-Antoinette Jeanne Philippine de La Rochefoucauld-Montmorency d’Estissac"
    )


@pytest.fixture(scope="module")
def pdf():
    ring, label = key_ring(), label_credential()
    head = TreeHead(size=48_213, root=b"r" * 32)
    return Press(ring).print(label, issue(label, issuer=issuer(), ring=ring), check_url=label.check_url, head=head)


class TestSealed:
    def test_is_one_page_in_landscape(self, pdf):
        (box,) = re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", _streams(pdf) + pdf)

        assert float(box[0]) > float(box[1])

    @pytest.mark.parametrize("pattern", DEMANDED.values(), ids=DEMANDED)
    def test_conforms_to_the_archive_and_to_accessibility(self, pdf, pattern):
        assert re.search(pattern, pdf) or re.search(pattern, _streams(pdf))

    def test_its_seal_holds_and_its_statement_is_in_it(self, pdf):
        statement = seal.examine(pdf, roots=key_ring().roots).token

        assert verification.verify_signature(statement, key_ring()) == label_credential()
