"""How much there is, by competency, level, type and pool; and the schemas that editors use."""

import pytest

from quizzes.bank import make_bank
from quizzes.schemas import KINDS, content_schema
from quizzes.statistics import coverage, summary
from tests.corpora import sound


@pytest.fixture
def found(tmp_path):
    corpus = sound().read(tmp_path)
    bank = make_bank(list(corpus.frameworks.values()), [one.item for one in corpus.items.values()])
    return coverage(bank, [one.module for one in corpus.modules])


def test_a_competency(found):
    row = found["TST"].competencies["TST-1.1"]

    assert (row.items, row.situations, row.modules, row.plain) == (4, 2, 1, 1)
    assert dict(row.by_pool) == {"open": 3, "reserved": 1}
    assert dict(row.by_level) == {"L1": 2, "L2": 2}
    assert dict(row.by_type) == {"single_choice": 1, "simulation": 2, "short_text": 1}


def test_the_whole_in_plain_data(found):
    assert summary(found) == {
        "frameworks": {
            "TST": {
                "items": 16,
                "open": 12,
                "reserved": 4,
                "single_choice": 4,
                "multiple_choice": 0,
                "short_text": 4,
                "ordering": 0,
                "matching": 0,
                "simulation": 8,
                "situations": 8,
                "modules": 4,
                "plain": 4,
            }
        }
    }


@pytest.mark.parametrize("kind", KINDS)
def test_editors_get_a_schema_of_each_kind_of_file(kind):
    schema = content_schema(kind)

    assert schema["$schema"].endswith("2020-12/schema")
    assert schema["type"] == ("array" if kind in ("items", "facts", "policies") else "object")


def test_the_schema_of_items_knows_the_screens_of_simulations():
    assert "mailbox" in str(content_schema("items"))
