"""The eighteen recommendations: each once, each answered, and nothing answered that is not established."""

import copy

import pytest
import yaml

from app.resources import SHIPPED_CONTENT
from quizzes.errors import ContentError
from quizzes.recommendations import COUNT, load_report

SHIPPED = yaml.safe_load((SHIPPED_CONTENT / "recommendations.yaml").read_text(encoding="utf-8"))


def written(root, change):
    data = copy.deepcopy(SHIPPED)
    change(data["recommendations"])
    (root / "recommendations.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return root


REFUSED = {
    "one is missing": (lambda all_of: all_of.pop(), "vont de 1 à 18"),
    "one comes twice": (lambda all_of: all_of[1].update(number=1), "vont de 1 à 18"),
    "one is not answered": (lambda all_of: all_of[0].pop("beyond"), "dites ce que nous en faisons"),
    "one is both answered and beyond": (
        lambda all_of: all_of[16].update(beyond=all_of[0]["beyond"]),
        "dites ce que nous en faisons",
    ),
    "one is answered whose subject is unknown": (lambda all_of: all_of[16].pop("subject"), "n’est pas établi"),
    "a feature lies elsewhere": (
        lambda all_of: all_of[16]["features"][0].update(path="https://elsewhere.example"),
        "path",
    ),
    "a fifth chapter": (lambda all_of: all_of[0].update(chapter=5), "chapter"),
}


@pytest.mark.parametrize(("change", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(tmp_path, change, message):
    with pytest.raises(ContentError, match=message):
        load_report((written(tmp_path, change),))


def test_no_file_is_no_report(tmp_path):
    assert load_report((tmp_path,)) is None


def test_what_is_established_is_exactly_what_could_be_read():
    report = load_report((SHIPPED_CONTENT,))

    assert len(report.recommendations) == COUNT
    assert [one.number for one in report.recommendations if one.subject] == [11, 14, 15, 16, 17, 18]
    assert [one.number for one in report.recommendations if one.chapter is None] == list(range(2, 11))
    assert report.chapter(4).title.fr.startswith("Acculturer")
    assert report.chapter(None) is None
