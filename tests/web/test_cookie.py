"""The cookie, whose signature is checked once: what was kept of one request tells nothing to another."""

import pytest
from flask.sessions import SecureCookieSessionInterface

from app import light

LIFETIME_SECONDS = 90 * 24 * 3600


@pytest.fixture
def cookie(app):
    """A cookie signed here."""
    return (
        SecureCookieSessionInterface().get_signing_serializer(app).dumps({"ref": "token", "identite": {"way": ["/"]}})
    )


def opened(app, cookie):
    name = app.config["SESSION_COOKIE_NAME"]
    with app.test_request_context("/", headers={"Cookie": f"{name}={cookie}"}) as context:
        return app.session_interface.open_session(app, context.request)


def test_one_that_was_forged_is_empty_each_time(app, cookie):
    head, _, signature = cookie.rpartition(".")
    forged = f"{head}.{'A' * len(signature)}"

    assert [opened(app, one) for one in (cookie, forged, forged)][1:] == [{}, {}]


def test_one_of_another_key_is_empty(app, cookie, monkeypatch):
    other = SecureCookieSessionInterface().get_signing_serializer(app)
    other.secret_keys = [b"another key"]

    assert opened(app, other.dumps({"ref": "token"})) == {}


@pytest.mark.parametrize(
    ("later", "is_known"), [(0, True), (LIFETIME_SECONDS, True), (LIFETIME_SECONDS + 2, False), (-60, False)]
)
def test_its_age_is_asked_each_time(app, cookie, monkeypatch, later, is_known):
    now = light.time.time()
    assert opened(app, cookie)["ref"] == "token"
    monkeypatch.setattr(light.time, "time", lambda: now + later)

    assert bool(opened(app, cookie)) is is_known


def test_what_one_request_changes_no_other_sees(app, cookie):
    first = opened(app, cookie)
    first["ref"] = "another"
    first["identite"]["way"].append("/elsewhere")

    assert opened(app, cookie) == {"ref": "token", "identite": {"way": ["/"]}}
