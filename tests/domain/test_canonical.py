"""The canonical text of content: what leaves it alone, what changes it, and that the first one still opens."""

import hashlib
import json
from pathlib import Path

import pytest

from quizzes import canonical
from quizzes.bank import Bank, make_bank
from quizzes.canonical import FIRST_FORM
from quizzes.framework import Area, Frozen
from quizzes.items import ITEM, Option, SingleChoice
from tests import exams
from tests.banks import TYPES, bank, both, framework, framework_data, item, item_data
from tests.vectors.make_sittings import IN_PART
from tests.vectors.make_sittings import WHOLE as CALIBRATED

WHOLE = bank(kinds=TYPES)


class LaterOption(Option):
    """An option as a later version might have it."""

    drawing: str | None = None
    weight: float = 1.0


class LaterChoice(SingleChoice):
    """An item as a later version might have it, in itself and in its parts."""

    options: tuple[LaterOption, ...]
    read_aloud: bool = False
    themes: tuple[str, ...] = ()


class LaterArea(Area):
    """An area as a later version might have it."""

    colour: str | None = None


def choice(kind=SingleChoice, **overrides):
    return kind.model_validate(item_data(kind="single_choice", **overrides))


class TestNewFields:
    def test_at_their_defaults_they_leave_the_name_alone(self):
        before = make_bank([framework()], [choice()])
        after = make_bank([framework()], [choice(LaterChoice)])

        assert after.content_hash == before.content_hash
        assert after.to_json() == before.to_json()

    @pytest.mark.parametrize("own", [{"read_aloud": True}, {"themes": ["a"]}], ids=["a truth", "a list"])
    def test_with_another_value_they_change_it(self, own):
        assert make_bank([framework()], [choice(LaterChoice, **own)]).content_hash != (
            make_bank([framework()], [choice()]).content_hash
        )

    def test_in_a_part_of_an_item_too(self):
        options = [dict(one) for one in item_data(kind="single_choice")["options"]]
        plain = canonical.plain(choice(LaterChoice))
        options[1] |= {"weight": 0.5}

        assert canonical.plain(choice(LaterChoice, options=options)) != plain
        assert "weight" not in plain["options"][0]

    def test_in_a_framework_too(self):
        data = framework_data()["areas"][0]

        assert canonical.plain(LaterArea.model_validate(data)) == canonical.plain(Area.model_validate(data))


class TestFirstForm:
    def test_is_what_was_written_before_defaults_were_left_out(self):
        """The rule of the first banks: everything of frameworks, everything but None of items and scales."""
        former = {
            "frameworks": [one.model_dump(mode="json") for one in WHOLE.frameworks.values()],
            "items": [one.model_dump(mode="json", exclude_none=True) for one in WHOLE.items.values()],
        }

        assert WHOLE.to_json() == json.dumps(former, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def test_names_models_and_fields_that_exist(self):
        known = {one.__name__: one for one in _models(Frozen)}
        for name, fields in FIRST_FORM.items():
            own = [known[name], *_models(known[name])]
            assert fields <= {field for one in own for field in one.model_fields}, name

    def test_the_frozen_sittings_name_the_bank_that_is_made_today(self):
        frozen = Path(__file__).parent.parent / "vectors/sittings"

        names = {json.loads(path.read_text())["bank_hash"] for path in frozen.glob("*/*.json")}

        assert names == {one.content_hash for one in (bank(), exams.BANK, CALIBRATED, IN_PART)}


def _models(root):
    return [two for one in root.__subclasses__() for two in (one, *_models(one))]


class TestStoredBanks:
    def test_one_written_otherwise_keeps_the_name_that_it_was_stored_under(self):
        data = json.loads(bank(2).to_json())
        for one in data["items"]:
            one["context"] = None  # as a former version might have written it
        stored = json.dumps(data, ensure_ascii=False)

        opened = Bank.from_json(stored)

        assert opened.content_hash == hashlib.sha256(stored.encode()).hexdigest() != bank(2).content_hash
        assert opened.to_json() == stored
        assert opened.items == bank(2).items

    def test_what_was_left_out_is_read_at_its_default(self):
        text = make_bank(
            [framework()], [item(context={"kind": "screen", "title": both("t"), "body": both("b")})]
        ).to_json()

        [found] = json.loads(text)["items"]

        assert ITEM.validate_python(found).critical is False
        assert "context" in found


def test_texts_in_one_language_have_their_white_space_evened_out():
    found = canonical.plain(item(stem={"fr": "Une  question\u202f?", "en": "A question?"}), language="fr")

    assert found["stem"] == "Une question ?"
