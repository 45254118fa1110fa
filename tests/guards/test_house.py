"""Rules about the files themselves."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = [
    path
    for folder in ("app", "quizzes", "certificates", "benchmarks", "tests", "scripts")
    for path in (ROOT / folder).rglob("*.py")
]

#: A view, an API or a command commits; the outbox's worker may. A transaction beside the session says what committing it is.
MAY_COMMIT = re.compile(r"^app/([a-z]+/(views|api)(\.py|/.*)|commands/.*|outbox\.py|statements\.py)$")


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_only_the_edge_commits():
    guilty = [
        _name(path)
        for path in SOURCES
        if _name(path).startswith("app/") and ".commit()" in path.read_text() and not MAY_COMMIT.match(_name(path))
    ]

    assert guilty == []


def test_no_file_passes_four_hundred_lines():
    files = [
        *(path for path in SOURCES if not _name(path).startswith("tests/")),  # a story may be long
        *(ROOT / "app").rglob("*.html"),
        *(ROOT / "app/static").rglob("*.css"),
        *(ROOT / "app/static").rglob("*.js"),
    ]
    long = {_name(path): count for path in files if (count := len(path.read_text().splitlines())) > 400}

    assert long == {}


def test_no_drawer_for_things_without_a_name():
    drawers = [_name(path) for path in SOURCES if path.stem in ("utils", "util", "helpers", "helper", "common", "misc")]

    assert drawers == []


def test_nothing_is_left_to_do():
    marks = re.compile(r"\b(TODO|FIXME|XXX)\b|NotImplementedError")
    found = [_name(path) for path in SOURCES if path != Path(__file__) and marks.search(path.read_text())]

    assert found == []


def test_no_secret_lies_in_the_repository():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    texts = [ROOT / name for name in tracked if (ROOT / name).is_file() and (ROOT / name).stat().st_size < 1_000_000]

    guilty = [
        path.name
        for path in texts
        if b"-----BEGIN PRIVATE KEY" in (data := path.read_bytes()) or b"-----BEGIN EC PRIVATE KEY" in data
    ]

    assert [name for name in guilty if name != Path(__file__).name] == []


def test_no_template_macro_is_unused():
    templates = {path: path.read_text() for path in (ROOT / "app/templates").rglob("*.html")}
    macros = {name for text in templates.values() for name in re.findall(r"{%-? macro (\w+)", text)}
    everything = "\n".join(templates.values())

    unused = {name for name in macros if len(re.findall(rf"\b{name}\(", everything)) < 2}

    assert unused == set()


def test_no_template_holds_an_inline_style():
    guilty = [_name(path) for path in (ROOT / "app/templates").rglob("*.html") if " style=" in path.read_text()]

    assert guilty == []
