"""Keys of software that reads the register: made once, listed without themselves, taken back."""

import re

import pytest

from app.database import current_session
from app.publication.services import clients
from tests.services.publication_builders import NOW


@pytest.fixture
def run(app):
    """Run a command as the operator does; return what it said."""
    runner = app.test_cli_runner()
    return lambda *arguments: runner.invoke(args=["register-keys", *arguments])


@pytest.mark.parametrize("name", ["", "x", "n" * 81])
def test_a_name_that_nobody_could_read(run, name):
    done = run("add", name)

    assert done.exit_code == 1
    assert "2 to 80 characters" in done.output


def test_taking_back_a_key_that_there_is_not(run):
    done = run("revoke", "12")

    assert done.exit_code == 1
    assert "No good key has this number" in done.output


def test_a_key_is_shown_once_and_opens_the_register_until_it_is_taken_back(app, run):
    made = run("add", " CHU de Beauval ")
    key = re.search(r"numericite_\S{43}", made.output)[0]
    with app.app_context():
        assert clients.find(current_session(), key=key).name == "CHU de Beauval"

    listed = run("list")
    assert "CHU de Beauval" in listed.output
    assert "good" in listed.output
    assert key not in listed.output

    assert "is taken back" in run("revoke", "1").output
    assert "taken back 20" in run("list").output
    with app.app_context():
        assert clients.find(current_session(), key=key) is None
        assert clients.list_all(current_session())[0].created_at > NOW.replace(year=2020)
