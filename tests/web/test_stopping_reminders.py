"""Stopping reminders: by the link, by the button of mail software, in the account; never what is owed."""

import pytest

from app.accounts.models import Person
from app.accounts.services import stopping
from app.database import current_session
from tests.rows import rows
from tests.services.accounts_builders import NOW, SECRET, guest
from tests.web.test_journey import open_account

#: Pages do not depend on the database.
pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def path_of(person_id, secret=SECRET):
    return stopping.stop_url(person_id=person_id, secret=secret, origin="")


def is_stopped(app):
    [person] = rows(app, Person)
    return person.reminders_stopped_at is not None


@pytest.mark.parametrize(
    "path",
    [
        "/rappels/A",
        "/rappels/é",
        f"/rappels/{'A' * 27}",
        path_of(1)[:-1] + ("A" if path_of(1)[-1] != "A" else "B"),
        path_of(1, "another secret"),
        path_of(2),
        path_of(2**60),
    ],
)
def test_a_link_that_we_did_not_make_stops_nobody(app, visitor, path):
    open_account(app, visitor)

    visitor.get(path, status=409)
    assert visitor.raw("POST", path, data=ONE_CLICK).status_code == 409
    assert not is_stopped(app)


def test_nor_does_the_link_of_a_guest_or_of_who_has_left(app, visitor):
    with app.app_context():
        guest(current_session()).erased_at = NOW
        current_session().commit()

    visitor.get(path_of(1), status=409)


def test_opening_the_link_stops_nothing_the_button_does_without_an_account_open(app, visitor, make_visitor):
    open_account(app, visitor)
    stranger = make_visitor()

    assert stranger.raw("GET", path_of(1)).headers["Referrer-Policy"] == "no-referrer"
    stranger.get(path_of(1))
    assert not is_stopped(app)
    page = stranger.submit("/rappels/")

    assert "Les rappels sont arrêtés" in page.text
    assert is_stopped(app)
    assert "arrêtés" in visitor.get("/compte").text


def test_mail_software_needs_no_cookie_and_is_led_nowhere_and_may_press_again(app, visitor, make_visitor):
    open_account(app, visitor)
    software = make_visitor()

    answers = [software.raw("POST", path_of(1), data=ONE_CLICK) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert is_stopped(app)


def test_in_the_account_one_stops_and_takes_them_again(app, visitor):
    open_account(app, visitor)
    visitor.get("/compte")

    assert "Votre choix est enregistré." in visitor.submit("/compte/rappels").text
    assert is_stopped(app)
    visitor.submit("/compte/rappels")
    assert not is_stopped(app)


def test_a_choice_that_is_none_changes_nothing(app, visitor):
    open_account(app, visitor)
    visitor.get("/compte")

    visitor.submit("/compte/rappels", wants="peut-être")

    assert not is_stopped(app)
