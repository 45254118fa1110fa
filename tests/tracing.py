"""Where coverage looks away: its tracer makes Python two to four times slower, also in libraries, and learns nothing there."""

from __future__ import annotations

import functools
import os
import sys
import threading
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    import pytest

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


class _Resting(threading.local):
    """The tracer that each thread will take up again."""

    tracer: object = None


_RESTING = _Resting()


def says_nothing_new(item: pytest.Item) -> bool:
    """Tell whether every line that a test runs is run by another too: by its twin on SQLite, or as its mark says.

    What a process works out once and keeps is worked out in the first test that asks for it. That one is traced: a twin on SQLite comes
    first, and a worker keeps the order. Tests in a browser come before all others, so they are traced, though others run the same lines.
    """
    if any(item.iter_markers("untraced")):
        return True
    callspec = getattr(item, "callspec", None)
    return callspec is not None and callspec.params.get("app") == "postgresql"


def unseen() -> Generator[None, T, T]:
    """Let what a hook wraps run at full speed, and the threads that begin meanwhile; a debugger stays.

    To be delegated to by `yield from`, and no context manager: coverage counts the calls and the returns that it sees, and they must be even.
    """
    tracer, of_threads = sys.gettrace(), threading.gettrace()
    if not is_coverage(tracer):
        return (yield)
    sys.settrace(None)
    threading.settrace(None)  # type: ignore[arg-type]
    try:
        return (yield)
    finally:
        sys.settrace(tracer)
        threading.settrace(of_threads)  # type: ignore[arg-type]


def untraced(function: Callable[P, R]) -> Callable[P, R]:
    """Let a function, which runs none of what is measured but through `awake`, run at full speed."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        tracer = sys.gettrace()
        if not is_coverage(tracer):
            return function(*args, **kwargs)
        _RESTING.tracer = tracer
        sys.settrace(None)
        try:
            return function(*args, **kwargs)
        finally:
            sys.settrace(tracer)
            _RESTING.tracer = None

    return run


def awake(function: Callable[P, R]) -> Callable[P, R]:
    """Let what an untraced function calls back be traced as anywhere else."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        tracer = _RESTING.tracer
        if tracer is None or sys.gettrace() is not None:
            return function(*args, **kwargs)
        sys.settrace(tracer)  # type: ignore[arg-type]
        try:
            return function(*args, **kwargs)
        finally:
            sys.settrace(None)

    return run


def is_coverage(tracer: object) -> bool:
    """Tell whether a trace function is coverage's, and not a debugger's."""
    return type(tracer).__module__.partition(".")[0] == "coverage"


def unmeasured() -> dict[str, str]:
    """Return the environment for a process of ours that is killed before it could tell what it ran: following it is in vain."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_PROCESS_")}
