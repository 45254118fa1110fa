"""What a process loads once: which items the source itself holds."""

import json

from app import resources
from tests.banks import item
from tests.conftest import make_settings


def test_a_private_question_is_not_one_that_the_source_tells(instance, tmp_path, loaded):
    own = item(99, competency="CIT-1.1", pool="reserved")
    (tmp_path / "items").mkdir()
    text = json.dumps([own.model_dump(mode="json", exclude_none=True)])
    (tmp_path / "items" / "own.yaml").write_text(text, encoding="utf-8")

    found = resources.load(make_settings(instance, CONTENT_DIRS=str(tmp_path), DEMONSTRATION="0"))

    assert set(found.bank.items) - set(found.shipped_items) == {own.id}
    assert set(found.shipped_items) == set(loaded.bank.items)
    assert not found.is_demonstration([own.id])
    assert found.is_demonstration([own.id, next(iter(found.shipped_items))])
