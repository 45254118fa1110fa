"""Cookies and plain forms, read with less ado: the same is read as the library reads, whatever is sent."""

import io

import pytest
from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.test import EnvironBuilder

from app.incoming import Incoming

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

PLAIN = "application/x-www-form-urlencoded"

BODIES = {
    "nothing": (PLAIN, b""),
    "one field": (PLAIN, b"choice=2"),
    "the same twice": (PLAIN, b"choices=1&choices=3"),
    "without a value": (PLAIN, b"text=&passe"),
    "accents": (PLAIN, b"text=%C3%A9t%C3%A9+%26+hiver"),
    "accents unescaped": (PLAIN, "text=été".encode()),
    "a broken escape": (PLAIN, b"text=%E9t%E9&item_id=%zz"),
    "no text at all": (PLAIN, b"text=\xff\xfe&item_id=A"),
    "a charset": (f"{PLAIN}; charset=utf-8", b"text=a"),
    "capitals": (PLAIN.title(), b"text=a"),
    "JSON": ("application/json", b'{"text": "a"}'),
    "another kind": ("text/plain", b"text=a"),
    "files": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\na\r\n--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF\r\n--x--\r\n',
    ),
    "files without a boundary": ("multipart/form-data", b"text=a"),
}


def request(kind, content_type, body, **more):
    environ = EnvironBuilder(method="POST", input_stream=io.BytesIO(body), content_type=content_type).get_environ()
    return kind({**environ, "CONTENT_LENGTH": str(len(body)), **more})


def fields(one):
    with one:  # closes what was sent
        return list(one.form.items(multi=True)), {name: file.read() for name, file in one.files.items()}


def test_more_than_is_taken_is_refused(app):
    with app.app_context():
        too_long = app.config["MAX_CONTENT_LENGTH"] + 1

        with pytest.raises(RequestEntityTooLarge):
            _ = request(Incoming, PLAIN, b"text=a", CONTENT_LENGTH=str(too_long)).form


def test_of_what_says_no_length_nothing_is_read(app):
    with app.app_context():
        assert not request(Incoming, PLAIN, b"text=a", CONTENT_LENGTH="").form


@pytest.mark.parametrize(("content_type", "body"), BODIES.values(), ids=BODIES)
def test_a_form_is_read_as_the_library_reads_it(app, content_type, body):
    with app.app_context():
        assert fields(request(Incoming, content_type, body)) == fields(request(Request, content_type, body))


@pytest.mark.parametrize(("content_type", "body"), BODIES.values(), ids=BODIES)
def test_so_is_one_whose_bytes_were_looked_at_before(app, content_type, body):
    with app.app_context():
        ours, theirs = request(Incoming, content_type, body), request(Request, content_type, body)

        assert ours.get_data() == theirs.get_data() == body
        assert fields(ours) == fields(theirs)


def test_a_form_cannot_be_changed(app):
    with app.app_context(), pytest.raises(TypeError, match="immutable"):
        request(Incoming, PLAIN, b"text=a").form["text"] = "b"


@pytest.mark.parametrize(
    "header", ["", "a=1", "a=1; b=2; a=3", 'a="quoted \\073"; b', "a = 1 ;;b=é", "=empty; a=1; ;", "a=%22"]
)
def test_cookies_are_those_of_the_library(app, header):
    environ = EnvironBuilder(headers={"Cookie": header} if header else {}).get_environ()

    assert list(Incoming(environ).cookies.items(multi=True)) == list(Request(environ).cookies.items(multi=True))


def test_cookies_shared_by_two_requests_cannot_be_changed_by_one(app):
    environ = EnvironBuilder(headers={"Cookie": "a=1"}).get_environ()

    with pytest.raises(TypeError, match="immutable"):
        Incoming(environ).cookies["a"] = "2"
