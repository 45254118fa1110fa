"""Lines of a log on their way: whole, in order, and there when the process ends."""

import os
import subprocess
import sys
from threading import Thread

import pytest

from app.lines import Lines


@pytest.fixture
def pipe():
    reads, writes = os.pipe()
    yield reads, writes
    os.close(reads)
    os.close(writes)


def test_nobody_waits_for_them_to_be_written(pipe):
    reads, writes = pipe
    lines = Lines(writes)
    os.set_blocking(reads, False)

    lines.add(b"one\n")
    with pytest.raises(BlockingIOError):
        os.read(reads, 100)

    os.set_blocking(reads, True)
    assert os.read(reads, 100) == b"one\n"


def test_each_is_whole_and_those_of_one_thread_stay_in_order(pipe):
    reads, writes = pipe
    lines = Lines(writes)

    def add(name):
        for number in range(200):
            lines.add(f"{name} {number}\n".encode())

    threads = [Thread(target=add, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    found = b""
    while found.count(b"\n") < 600:
        found += os.read(reads, 65536)
    for thread in threads:
        thread.join()

    read = found.decode().splitlines()
    for name in "abc":
        assert [one for one in read if one.startswith(name)] == [f"{name} {number}" for number in range(200)]


@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        ("", "one\n"),
        ("sys.exit(3)", "one\n"),
        ("raise ValueError", "one\n"),
        # A child has neither its parent's lines nor its thread: each line is written once, and its own are written.
        ("child = os.fork()\nif child: os.waitpid(child, 0)\nelse: lines.add(b'two\\n')", "two\none\n"),
    ],
    ids=["at its end", "where it leaves", "where it fails", "where it was forked"],
)
def test_what_is_left_is_written_as_the_process_ends(ending, expected):
    program = f"import os, sys\nfrom app import lines\nlines.GATHERS = 60\nlines = lines.Lines(1)\nlines.add(b'one\\n')\n{ending}"

    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)

    assert done.stdout == expected
