"""Read a stranger's file in a process of its own, bounded in time, processor and memory."""

from __future__ import annotations

import resource
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class ReadingFailedError(Exception):
    """The process died, or had to be stopped. Its caller says what that means of the file."""


def read_apart(module: str, *arguments: str, data: bytes, seconds: int, memory_bytes: int) -> bytes:
    """Return what a module of ours writes about `data`, which it reads from its standard input.

    Args:
        module: Run as `python -m`; a constant of the program, like the arguments.
        seconds: Of processor, and of waiting.

    Raises:
        ReadingFailedError: It needed more, or failed.
    """
    try:
        done = subprocess.run(  # noqa: S603 (our own module, no shell, no argument from outside)
            [sys.executable, "-m", module, *arguments],
            input=data,
            capture_output=True,
            timeout=seconds,
            check=True,
            preexec_fn=_limited(seconds=seconds, memory_bytes=memory_bytes),
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise ReadingFailedError from error
    return done.stdout


def _limited(*, seconds: int, memory_bytes: int) -> Callable[[], None]:
    """Return what the process sets for itself before it reads."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))

    return limit
