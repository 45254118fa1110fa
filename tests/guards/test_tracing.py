"""Tests from which coverage learns nothing run without its tracer; all others run with it."""

import sys

import pytest

from tests.tracing import is_coverage, untraced

#: Whether this run measures coverage, by a tracer.
MEASURED = is_coverage(sys.gettrace())


class Tracer:
    """Follows nothing, and seems to be coverage's."""

    __module__ = "coverage.tests"

    def __call__(self, *_what):
        return None


@pytest.fixture
def traced():
    """Trace this test as coverage would; give back whatever traced before."""
    before, tracer = sys.gettrace(), Tracer()
    sys.settrace(tracer)
    yield tracer
    sys.settrace(before)


@pytest.fixture(params=["sqlite", "postgresql"])
def app(request):
    """A backend's name where other tests find the application: coverage looks at the parameter alone."""
    return request.param, is_coverage(sys.gettrace())


def test_the_twin_on_postgresql_is_not_traced_and_the_first_is(app):
    backend, while_made = app
    followed = MEASURED and backend == "sqlite"

    assert [while_made, is_coverage(sys.gettrace())] == [followed, followed]


@pytest.mark.untraced
def test_a_test_marked_so_is_not_traced():
    assert not is_coverage(sys.gettrace())


def test_the_tracer_comes_back_after_a_function_that_goes_without(traced):
    seen = untraced(lambda: is_coverage(sys.gettrace()))()

    assert [seen, sys.gettrace()] == [False, traced]


def test_it_comes_back_after_a_failure(traced):
    with pytest.raises(ZeroDivisionError):
        untraced(lambda: 1 / 0)()

    assert sys.gettrace() is traced


def test_a_debugger_stays():
    before = sys.gettrace()
    sys.settrace(debugger := lambda *_what: None)
    try:
        assert untraced(sys.gettrace)() is debugger
    finally:
        sys.settrace(before)
