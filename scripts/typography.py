"""French typography of the pages: a no-break space before : ; ? ! % » and after «, so that no line begins or ends with them.

`.venv/bin/python scripts/typography.py` writes it into templates, French texts of the code, letters, the register of personal data, the content
(where numbers, hours and amounts are kept on one line too) and the catalogue's sources; `--check` only names what is left, and is what a guard runs.
"""

from __future__ import annotations

import io
import re
import sys
import tokenize
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "app/translations/en/LC_MESSAGES/messages.po"

_NO_BREAK = "\N{NO-BREAK SPACE}"
#: A percent sign that opens a placeholder, or closes a tag of a template, is none.
_BEFORE = re.compile(r"(?<=\S) (?=[:;?!»](?![\w/=\[-])|%(?![}(\w-]))")
_LEADING = re.compile(r"^ (?=[:;?!»](?:\s|$)|%(?![}(\w-]))")
_AFTER = re.compile(r"(?<=«) ")
_CODE = re.compile(r"(\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\})", re.DOTALL)
_MARKED = re.compile(r'(?<=_\(")[^"]*(?=")')
#: Values of a YAML file that are French.
_FRENCH = re.compile(r"(?<=\bfr: ).*")
#: Within a number; before h and €; after h.
_NUMBERS = (
    re.compile(r"(?<=\d) (?=\d)"),
    re.compile(r"(?<=\d) (?=[h€](?!\w))"),
    re.compile(rf"(?<=\d[ {_NO_BREAK}]h) (?=\d)"),
)
#: What the content files hold in French: quoted on one line, or a block below its name; never lists of accepted answers.
_QUOTED = re.compile(r'(?<=\bfr: ")(?:[^"\\]|\\.)*(?=")')
_BLOCK = re.compile(r"^(?P<indent> *)fr: [|>][-+]?\n(?:(?P=indent) +.*\n|\s*\n)+", re.MULTILINE)
_MSGID = re.compile(r'^msgid(?:_plural)? .*(?:\n".*")*', re.MULTILINE)


def mend(text: str) -> str:
    """Return a French text with its no-break spaces."""
    for rule in (_BEFORE, _LEADING, _AFTER):
        text = rule.sub(_NO_BREAK, text)
    return text


def mend_template(source: str) -> str:
    """Mend the text of a template, and the texts marked for translation within its code."""
    parts = _CODE.split(source)
    return "".join(
        _MARKED.sub(lambda found: mend(found[0]), part) if place % 2 else mend(part) for place, part in enumerate(parts)
    )


def mend_code(source: str) -> str:
    """Mend the string literals of a Python file; English has no space before these signs."""
    lines = source.splitlines(keepends=True)
    for token in reversed(list(tokenize.generate_tokens(io.StringIO(source).readline))):
        if (
            token.type == tokenize.STRING
            and token.start[0] == token.end[0]
            and not token.string.startswith(("r", '"""'))
        ):
            row, (start, end) = token.start[0] - 1, (token.start[1], token.end[1])
            lines[row] = lines[row][:start] + mend(token.string) + lines[row][end:]
    return "".join(lines)


def mend_register(source: str) -> str:
    """Mend the French values of a YAML file."""
    return _FRENCH.sub(lambda found: mend(found[0]), source)


def mend_lesson(source: str) -> str:
    """Mend a French text of the content: numbers too."""
    for rule in _NUMBERS:
        source = rule.sub(_NO_BREAK, source)
    return mend(source)


def mend_content(source: str) -> str:
    """Mend the French texts of a content file."""
    for rule in (_QUOTED, _BLOCK):
        source = rule.sub(lambda found: mend_lesson(found[0]), source)
    return source


def mend_catalogue(source: str) -> str:
    """Mend the French side of the catalogue, so that translations are found again."""
    return _MSGID.sub(lambda found: mend(found[0]), source)


def files() -> Iterator[tuple[Path, Callable[[str], str]]]:
    """Yield each file with what mends it."""
    for path in sorted((ROOT / "app/templates").rglob("*.html")):
        yield path, mend_template
    for path in sorted((ROOT / "app").rglob("*.py")):
        if "commands" not in path.parts:  # a terminal breaks lines anywhere
            yield path, mend_code
    yield ROOT / "privacy.yaml", mend_register
    for path in sorted((ROOT / "quizzes/content").rglob("*.yaml")):
        yield path, mend_content
    for path in sorted((ROOT / "quizzes/content/modules").glob("*.md")):
        if not path.name.endswith(".en.md"):
            yield path, mend_lesson
    yield CATALOGUE, mend_catalogue


def main() -> int:
    """Mend, or with `--check` name what would be mended."""
    left = []
    for path, mended in files():
        before = path.read_text(encoding="utf-8")
        after = mended(before)
        changed = [
            f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
            for number, (line, other) in enumerate(zip(before.splitlines(), after.splitlines(), strict=True), 1)
            if line != other
        ]
        left += changed
        if changed and "--check" not in sys.argv:
            path.write_text(after, encoding="utf-8")
    sys.stdout.write("".join(f"{line}\n" for line in left))
    return 1 if left and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
