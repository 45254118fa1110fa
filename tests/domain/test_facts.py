"""The register of facts: each named once, each with its source."""

import pytest
import yaml

from quizzes.errors import ContentError
from quizzes.facts import load_facts
from tests.corpora import fact_data


def write(root, data):
    (root / "facts").mkdir(exist_ok=True)
    (root / "facts/a.yaml").write_text(data if isinstance(data, str) else yaml.safe_dump(data, allow_unicode=True))
    return root


BROKEN = {
    "no YAML": ("- id: [", "YAML"),
    "an empty file": ("", "fichier"),
    "one that is no list": ({"id": "x"}, "statement"),
    "a name with capitals": ([fact_data(id="Le Fait")], "id"),
    "a fact of memory": ([fact_data(confidence="M")], "confidence"),
    "no source": ([{key: value for key, value in fact_data().items() if key != "source_url"}], "source_url"),
    "the same twice": ([fact_data(), fact_data()], "déjà défini"),
}


@pytest.mark.parametrize(("data", "message"), BROKEN.values(), ids=BROKEN)
def test_refused(tmp_path, data, message):
    with pytest.raises(ContentError, match=message):
        load_facts((write(tmp_path, data),))


def test_the_line_is_the_fact_s_own(tmp_path):
    with pytest.raises(ContentError) as caught:
        load_facts((write(tmp_path, [fact_data(), fact_data(id="autre", confidence="M")]),))

    [fault] = caught.value.faults
    assert "confidence: M" in (tmp_path / "facts/a.yaml").read_text().splitlines()[fault.line - 1]


def test_loaded(tmp_path):
    [fact] = load_facts((write(tmp_path, [fact_data()]),))

    assert (fact.id, fact.changed_on) == ("le-fait", None)
