"""Cross-site protection: what was found good once says nothing of another token, another browser, or another site."""

import pytest

from app import cross_site

START = "/evaluations/CIT/positionnement"
#: A form that writes nothing and asks for a token.
COMFORT = "/confort"


def token_of(visitor):
    return visitor.get(COMFORT).form("confort").fields["csrf_token"][0]


def send(visitor, token, **more):
    fields = {"text": "large"} | ({} if token is None else {"csrf_token": token})
    return visitor.client.post(COMFORT, data=fields, **more).status_code


@pytest.fixture
def other(make_visitor):
    return make_visitor()


def test_a_form_without_a_token_is_refused_each_time(visitor):
    assert send(visitor, token_of(visitor)) == 303

    assert [send(visitor, None), send(visitor, "")] == [403, 403]


def test_one_that_was_never_signed_here_is_refused_each_time(visitor):
    token = token_of(visitor)
    head, _, signature = token.rpartition(".")
    assert send(visitor, token) == 303

    assert [send(visitor, f"{head}.{'A' * len(signature)}") for _ in range(2)] == [403, 403]


def test_another_browser_s_is_refused_even_where_it_was_good_for_that_one(visitor, other):
    token, theirs = token_of(visitor), token_of(other)
    assert [send(visitor, token), send(other, theirs)] == [303, 303]

    assert [send(visitor, theirs), send(other, token)] == [403, 403]


def test_one_of_another_key_is_refused(app, visitor, monkeypatch):
    token = token_of(visitor)
    assert send(visitor, token) == 303
    monkeypatch.setattr(app, "secret_key", "another key, as long as it takes to be taken for one")

    assert send(visitor, token) == 403  # the cookie is not read either


@pytest.mark.parametrize("referrer", [None, "https://elsewhere.example/", "http://localhost/confort"])
def test_on_https_a_good_one_that_another_page_sent_is_refused(visitor, referrer):
    token = token_of(visitor)
    secure = {"base_url": "https://localhost"}
    ours = {"Referer": "https://localhost/confort"}
    assert send(visitor, token, headers=ours, **secure) == 303

    assert send(visitor, token, headers={"Referer": referrer} if referrer else {}, **secure) == 403


def test_a_good_one_serves_again_and_is_the_same_on_each_page(visitor):
    token = token_of(visitor)

    assert [send(visitor, token), send(visitor, token)] == [303, 303]
    assert token_of(visitor) == token


def test_what_is_exempt_is_not_read_before_its_view_says_how_much_it_takes(app, visitor, monkeypatch):
    token_of(visitor)
    monkeypatch.setattr(cross_site.CrossSite, "_holds", lambda _self: pytest.fail("it was read"))

    assert visitor.client.post("/verifier", data={"code": "0000"}).status_code == 422
