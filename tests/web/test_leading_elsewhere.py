"""An answer that leads elsewhere: where to, and nothing besides, whatever the address holds."""

import pytest
from flask import redirect

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def led(app, address, code=303):
    with app.test_request_context("/"):
        return redirect(address, code=code)


@pytest.mark.parametrize("address", ["/a\r\nSet-Cookie: b=c", "/a\nb", "/a\rb"])
def test_an_address_writes_no_header_of_its_own(app, address):
    with pytest.raises(ValueError, match="newline"):
        led(app, address)


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("/compte", "/compte"),
        ("/vérifier?q=é&b=%2F", "/v%C3%A9rifier?q=%C3%A9&b=%2F"),
        ("//a.example/", "//a.example/"),
    ],
)
def test_it_is_sent_as_an_address_is(app, address, sent):
    answer = led(app, address)

    assert answer.get_wsgi_headers({})["Location"] == sent
    assert (answer.status_code, answer.get_data()) == (303, b"")


def test_a_browser_is_led_there_with_every_header_of_ours(app, visitor):
    answer = visitor.raw("GET", "/evaluations/")  # of a person: they come in first

    assert answer.status_code in (302, 303)
    assert answer.headers["Content-Length"] == "0"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
