"""The folder that `flask sample` writes, checked with nothing but itself, by a program that is not ours."""

import base64
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import cannot

SCRIPT = Path(__file__).parent / "check_note.mjs"


@pytest.fixture(scope="module")
def samples(_apps, tmp_path_factory):
    """Two samples, each with keys and a log of its own, written once: that takes seconds."""
    directory = tmp_path_factory.mktemp("samples")
    for name in ("mine", "other"):
        words = ["sample", str(directory / name), "--origin", "https://example.org"]
        done = _apps["sqlite"].test_cli_runner().invoke(args=words)  # it reads no database
        assert done.exit_code == 0, done.output
    return directory


@pytest.fixture
def folder(samples, tmp_path):
    """A function that gives one of them as a folder of its own."""
    return lambda name: shutil.copytree(samples / name, tmp_path / name)


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
