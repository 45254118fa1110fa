"""Static files, built once: parts joined, every file named by its content, compressed beside itself."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import brotli

if TYPE_CHECKING:
    from collections.abc import Iterable

#: The parts of the one style sheet, in the order in which they are read.
STYLE_SHEET = (
    "tokens",
    "base",
    "layout",
    "marks",
    "home",
    "forms",
    "pieces",
    "question",
    "simulation",
    "simulation_kinds",
    "result",
    "tables",
    "verdict",
    "reading",
    "lesson",
    "exam",
    "comfort",
)
#: The scripts that check in the browser, and their parts in the order in which they are read.
CHECK_SCRIPTS = {
    "check": ("cbor", "statement", "standing", "pieces", "page"),
    "check_file": ("pieces", "file"),
}
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SCRIPT_COMMENT = re.compile(r"^[ ]*(//[^\n]*|/\*\*(?:[^*]|\*(?!/))*\*/)\n", re.MULTILINE)
_URL = re.compile(r'url\("([^"]+)"\)')


def build(source: Path, target: Path) -> dict[str, str]:
    """Write hashed and compressed files into `target`; return logical name -> file name.

    Several processes may start at once: each file is written aside and moved into place, and a name says its content.

    Raises:
        OSError: `source` lacks a part, or `target` cannot be written.
    """
    target.mkdir(parents=True, exist_ok=True)
    names = {
        path.relative_to(source).as_posix(): _place(target, path.read_bytes(), stem=path.stem, suffix=path.suffix)
        for folder in ("fonts", "js")
        for path in sorted((source / folder).iterdir())
        if path.suffix in (".woff2", ".js")
    }
    for name, parts in CHECK_SCRIPTS.items():
        script = join_script((source / "js" / "check" / f"{part}.js").read_text(encoding="utf-8") for part in parts)
        names[f"js/{name}.js"] = _place(target, script.encode(), stem=name, suffix=".js")
    joined = "\n".join((source / "css" / f"{part}.css").read_text(encoding="utf-8") for part in STYLE_SHEET)
    sheet = _URL.sub(lambda found: f'url("{names[found[1]]}")', squeeze(joined))
    names["numericite.css"] = _place(target, sheet.encode(), stem="numericite", suffix=".css")
    return names


def squeeze(css: str) -> str:
    """Drop comments and the white space of indentation."""
    lines = (line.strip() for line in _COMMENT.sub("", css).splitlines())
    return "\n".join(line for line in lines if line)


def join_script(parts: Iterable[str]) -> str:
    """Join parts into one script in a block of its own, without the comments that stand on lines of their own."""
    return '"use strict";\n{\n' + "\n".join(_SCRIPT_COMMENT.sub("", part) for part in parts) + "}\n"


def _place(target: Path, data: bytes, *, stem: str, suffix: str) -> str:
    name = f"{stem}-{hashlib.sha256(data).hexdigest()[:12]}{suffix}"
    if not (target / name).exists():
        if suffix != ".woff2":  # fonts are compressed already
            _write(target / f"{name}.gz", gzip.compress(data, 9, mtime=0))
            _write(target / f"{name}.br", brotli.compress(data))
        _write(target / name, data)
    return name


def _write(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent)
    aside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        aside.chmod(0o644)
        aside.replace(path)
    except OSError:
        aside.unlink(missing_ok=True)
        raise
