"""Tests from which coverage learns nothing run without its tracer; all others run with it."""

import sys
from pathlib import Path

import pytest
import segno
from sqlalchemy.orm import Session
from weasyprint import HTML
from weasyprint.urls import URLFetcherResponse

from app.database import UTCDateTime
from tests.tracing import awake, is_coverage, unmeasured, untraced

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


def test_what_it_calls_back_is_traced_and_only_that(traced):
    seen = untraced(lambda: (sys.gettrace(), awake(sys.gettrace)(), sys.gettrace()))()

    assert [*seen, sys.gettrace()] == [None, traced, None, traced]


def test_what_is_called_back_and_fails_leaves_the_rest_untraced(traced):
    def library():
        with pytest.raises(ZeroDivisionError):
            awake(lambda: 1 / 0)()
        return sys.gettrace()

    assert [untraced(library)(), sys.gettrace()] == [None, traced]


def test_called_back_by_nobody_it_is_as_it_was():
    assert awake(sys.gettrace)() is sys.gettrace()


def test_a_library_is_not_followed_and_what_completes_its_document_is():
    seen = []

    def fetch(address):
        seen.append(is_coverage(sys.gettrace()))
        return URLFetcherResponse(address, b"", {"Content-Type": "text/css"})

    page = HTML(string='<link rel="stylesheet" href="https://example.org/x">', url_fetcher=fetch).render()
    page.write_pdf(finisher=lambda *_written: seen.append(is_coverage(sys.gettrace())))

    assert seen == [False, MEASURED]


@pytest.mark.parametrize(
    "door", [Session.execute, Session.scalars, Session.flush, segno.make, UTCDateTime.process_bind_param]
)
def test_each_door_is_watched(door):
    assert door.__wrapped__


def test_a_process_that_is_killed_is_not_followed(monkeypatch):
    monkeypatch.setenv("COVERAGE_PROCESS_CONFIG", "x")
    monkeypatch.setenv("INSTANCE", "y")

    assert "COVERAGE_PROCESS_CONFIG" not in unmeasured()
    assert unmeasured()["INSTANCE"] == "y"


def test_no_test_asks_for_a_group_of_xdist():
    """Pytest and xdist do not agree on how a group is told, and nothing fails: a worker takes a whole file instead."""
    mark = "xdist" + "_group"

    assert [file for file in Path(__file__).parent.parent.rglob("*.py") if mark in file.read_text()] == []
