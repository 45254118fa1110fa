"""The folder that `flask sample` writes, checked with nothing but itself, by a program that is not ours."""

import base64
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import cannot

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # it reads no database
SCRIPT = Path(__file__).parent / "check_note.mjs"


@pytest.fixture
def folder(app, tmp_path):
    """A function that writes a sample into a folder of its own."""

    def write(name):
        done = app.test_cli_runner().invoke(args=["sample", str(tmp_path / name), "--origin", "https://example.org"])
        assert done.exit_code == 0, done.output
        return tmp_path / name

    return write


def checked(folder):
    node = shutil.which("node")
    if node is None:
        cannot("node is not installed")
    done = subprocess.run([node, SCRIPT, folder], capture_output=True, text=True, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else {"signed": False, "error": done.stderr}


def replace_in(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


SPOILT = {
    "another size": lambda folder, _other: replace_in(folder / "checkpoint.txt", "\n1\n", "\n2\n"),
    "another log": lambda folder, _other: replace_in(folder / "checkpoint.txt", "example.org/log", "example.com/log"),
    "another's key": lambda folder, other: shutil.copy(other / "log-keys.txt", folder),
    "another's checkpoint": lambda folder, other: shutil.copy(other / "checkpoint.txt", folder),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_a_checkpoint_that_was_changed_or_is_another_s_is_not_believed(folder, spoil):
    mine, other = folder("mine"), folder("other")
    assert checked(mine)["signed"]

    spoil(mine, other)

    assert not checked(mine)["signed"]


def test_a_checkpoint_is_checked_from_the_folder_alone_and_is_the_head_that_the_receipt_names(folder):
    mine = folder("mine")

    found = checked(mine)

    assert (found["signed"], found["origin"]) == (True, "example.org/log")
    part = (mine / "receipt.jwt").read_text().split(".")[1]
    log = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))["log"]
    assert (found["size"], found["root"]) == (log["size"], log["root"])
