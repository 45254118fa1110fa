"""Every detail that the code writes into the trail has a word for people."""

import ast
from dataclasses import fields
from pathlib import Path

import pytest
from flask import render_template_string

from app import audit
from app.accounts.services.retention import RetentionCounts
from app.administration.forms import DETAIL_WORDS
from app.examination.models import DecisionKind, DocumentKind, IncidentKind, ReviewKind, SessionState
from app.organisations.models import Part, StructureState, TieKind
from quizzes.outcome import Verdict

one_database = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # words do not depend on it
APP = Path(audit.__file__).parent
TOLD = '{% from "administration/_words.html" import told %}{{ told(name, "x") }}'
SUBJECT = '{% from "administration/_words.html" import subject %}{{ subject(action, 7) }}'
#: The only detail that is not written out where it is recorded.
WHOLE = {"asdict(counts)": {field.name for field in fields(RetentionCounts)}}
#: What nothing is done to in particular, or to a thing without a number of its own.
WITHOUT_SUBJECT = {"key", "reserved-item", "list", "retention"}


def written_details():
    """Return the names of the details in the source: of the dictionaries given to `record`, or named `detail` beside it."""
    found, unread = set(), []
    for path in sorted(APP.rglob("*.py")):
        tree = ast.parse(path.read_text())
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        for function in functions:
            given = [
                keyword.value
                for node in ast.walk(function)
                if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in ("record", "_record")
                for keyword in node.keywords
                if keyword.arg == "detail"
            ]
            if any(isinstance(value, ast.Name) for value in given):
                given += [
                    node.value
                    for node in ast.walk(function)
                    if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign)
                    and "detail" in [ast.unparse(one) for one in getattr(node, "targets", None) or [node.target]]
                ]
            for value in given:
                if isinstance(value, ast.Dict) and all(isinstance(key, ast.Constant) for key in value.keys):
                    found |= {key.value for key in value.keys}
                elif ast.unparse(value) in WHOLE:
                    found |= WHOLE[ast.unparse(value)]
                elif ast.unparse(value) != "detail":
                    unread.append(f"{path.name}:{value.lineno}")
    return found, unread


def test_the_details_are_written_where_they_can_be_read():
    found, unread = written_details()

    assert unread == []
    assert {"framework", "until", "month", "backgrounds"} <= found


@one_database
def test_each_detail_has_a_word(app):
    names, _unread = written_details()
    with app.test_request_context("/?lang=fr"):  # that the English catalogue has it too, another guard says
        words = {name: render_template_string(TOLD, name=name).partition(":")[0].strip() for name in sorted(names)}

    same = {"source", "minutes"}  # the French word is the code
    assert [name for name, word in words.items() if word == name and name not in same] == []


@one_database
@pytest.mark.parametrize("action", audit.Action)
def test_what_was_touched_has_a_word(app, action):
    with app.test_request_context("/"):
        word = render_template_string(SUBJECT, action=action.value).strip()

    assert word != "7" or action.partition(":")[0] in WITHOUT_SUBJECT


VALUES = [
    ("kind", DecisionKind),
    ("kind", ReviewKind),
    ("kind", IncidentKind),
    ("kind", TieKind),
    ("state", SessionState),
    ("state", StructureState),
    ("part", Part),
    ("document", DocumentKind),
    ("after", Verdict),
]


@pytest.mark.parametrize(("name", "values"), VALUES, ids=[f"{name} {values.__name__}" for name, values in VALUES])
def test_each_value_of_a_closed_list_has_a_word(name, values):
    assert {one.value for one in values} - set(DETAIL_WORDS[name]) == set()
