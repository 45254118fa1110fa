"""The bank: every fault at once with its place, and one name for one content."""

from pathlib import Path

import pytest
import yaml

from app.resources import SHIPPED_CONTENT
from quizzes import source
from quizzes.bank import Bank, load_bank
from quizzes.errors import ContentError, Fault, UnknownFrameworkError, UnknownItemError
from tests.banks import bank, both, framework_data, item_data

SMALL = bank(2)


def write(root: Path, name: str, data: object) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(data if isinstance(data, str) else yaml.safe_dump(data, allow_unicode=True, sort_keys=False))


@pytest.fixture
def content(tmp_path):
    """A content directory with the framework and one item."""
    write(tmp_path, "frameworks/TST.yaml", framework_data())
    write(tmp_path, "items/TST/a.yaml", [item_data()])
    return tmp_path


def faults(*roots):
    with pytest.raises(ContentError) as caught:
        load_bank(roots)
    return caught.value.faults


BROKEN = {
    "no YAML": ("items/TST/b.yaml", "- id: [", "YAML"),
    "no list": ("items/TST/b.yaml", {"id": "x"}, "liste de questions"),
    "an empty file": ("items/TST/b.yaml", "", "liste de questions"),
    "not even an item": ("items/TST/b.yaml", ["hello"], "question 1"),
    "an unknown type": ("items/TST/b.yaml", [item_data(2, type="essay")], "type de question inconnu"),
    "no type": (
        "items/TST/b.yaml",
        [{key: value for key, value in item_data(2).items() if key != "type"}],
        "type de question absent",
    ),
    "a missing field": (
        "items/TST/b.yaml",
        [{key: value for key, value in item_data(2).items() if key != "stem"}],
        "obligatoire absent",
    ),
    "an unknown field": ("items/TST/b.yaml", [item_data(2, colour="blue")], "champ inconnu"),
    "an unknown competency": ("items/TST/b.yaml", [item_data(2, competency="TST-7.1")], "compétence inconnue"),
    "an unknown framework": ("items/TST/b.yaml", [item_data(2, competency="ZZZ-1.1")], "compétence inconnue"),
    "an unknown level": ("items/TST/b.yaml", [item_data(2, level="L9")], "niveau inconnu"),
    "an id taken": ("items/TST/b.yaml", [item_data(1)], "déjà pris"),
    "an unknown enemy": ("items/TST/b.yaml", [item_data(2, enemies=["TST-1.1-99"])], "ennemie inconnue"),
    "a framework twice": ("frameworks/TWO.yaml", framework_data(), "déjà défini"),
    "a broken framework": ("frameworks/BAD.yaml", framework_data(code="bad"), "code"),
}


@pytest.mark.parametrize(("name", "data", "message"), BROKEN.values(), ids=BROKEN)
def test_refused_with_its_place(content, name, data, message):
    write(content, name, data)

    [fault, *_] = faults(content)

    assert message in fault.message
    assert fault.file == name
    assert fault.line >= 1
    assert fault.remedy
    assert str(fault).startswith(f"{name}:{fault.line}: ")


def test_another_encoding_is_a_fault(content):
    (content / "items/TST/b.yaml").write_bytes("- é".encode("latin-1"))

    assert "UTF-8" in faults(content)[0].message


def test_every_fault_is_told_at_once_with_the_line_it_stands_on(content):
    (content / "items/TST/b.yaml").write_text(
        "- id: TST-1.1-02\n  type: short_text\n- id: TST-1.1-03\n  type: short_text\n  level: 4\n"
    )

    told = faults(content)

    assert len(told) > 10
    assert {fault.line for fault in told} >= {1, 3, 5}


def test_a_private_directory_is_added(content, tmp_path_factory):
    private = tmp_path_factory.mktemp("private")
    write(private, "items/TST/b.yaml", [item_data(2, pool="reserved")])

    loaded = load_bank((content, private))

    assert set(loaded.items) == {"TST-1.1-01", "TST-1.1-02"}
    assert [one.id for one in loaded.items_of("TST", "reserved")] == ["TST-1.1-02"]


def test_unknown_parts_are_refused():
    with pytest.raises(UnknownFrameworkError):
        SMALL.framework("ZZZ")
    with pytest.raises(UnknownItemError):
        SMALL.item("ZZZ-1.1-01")
    assert SMALL.items_of("ZZZ", "open") == ()


def test_the_same_content_has_the_same_name_and_survives_json():
    again = Bank.from_json(SMALL.to_json())

    assert again.content_hash == SMALL.content_hash
    assert again.items == SMALL.items
    assert again.content_hash != bank(1).content_hash


def test_the_shipped_content_has_no_fault():
    loaded = load_bank((SHIPPED_CONTENT,))

    for framework in loaded.frameworks.values():
        wanted = 4 if framework.code == "CIT" else 2
        for area in framework.areas:
            for competency in area.competencies:
                items = [one for one in loaded.items.values() if one.competency == competency.id]
                pools = [one.pool for one in items]
                assert len(items) >= wanted, competency.id
                assert pools.count("open") >= wanted // 2
                assert pools.count("reserved") >= wanted // 2


def test_the_shipped_content_is_not_mostly_single_choice():
    items = load_bank((SHIPPED_CONTENT,)).items.values()

    for code in ("CIT", "PRO"):
        own = [one for one in items if one.id.startswith(code)]
        assert sum(one.type == "single_choice" for one in own) <= 0.5 * len(own)


class TestSource:
    def test_a_place_that_the_file_does_not_have_is_told_at_the_nearest(self):
        read = source.parse("a:\n  b: 1\n", name="x.yaml")

        assert read.fault(("a", "c", 3), "m", "r").line == 1
        assert read.fault(("z",), "m", "r").line == 1
        assert read.fault(("a", "b"), "m", "r").line == 2

    def test_a_text_in_the_middle_of_a_file_counts_from_its_line(self):
        assert source.parse("a: 1\nb: [", name="x.md", first_line=5).line >= 6

    def test_an_unreadable_sign_is_a_fault(self):
        assert isinstance(source.parse("a: \x00", name="x.yaml"), Fault)

    def test_a_fault_of_a_whole_file_says_so(self):
        data = framework_data(levels=[])
        with pytest.raises(ContentError) as caught:
            raise ContentError((Fault(file="x", line=1, message="m", remedy=str(data["levels"])),))

        assert "x:1: m []" in str(caught.value)
        assert both("x")["fr"]
