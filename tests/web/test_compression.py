"""What is made smaller on the wire, what never is, and that nothing but its size changes."""

import gzip
import re

import pytest
from flask import Flask, Response, make_response

from app.compression import LEAST_BYTES, compress
from tests.web.test_accounts_own import begin_as_guest
from tests.web.test_journey import certify, open_account

GZIP = {"Accept-Encoding": "gzip, deflate, br"}
OURS = {**GZIP, "Sec-Fetch-Site": "same-origin"}
PAGE = "/verifier"
#: What says nothing of us needs no application of ours, nor its databases.
BARE = Flask("bare")


def ask(visitor, path, headers=GZIP, method="GET"):
    return visitor.client.open(path, method=method, headers=headers)


def encoding(answer):
    return answer.headers.get("Content-Encoding")


def varies(answer):
    return {word.strip() for line in answer.headers.getlist("Vary") for word in line.split(",")}


def without_chance(html):
    """A page without what is drawn anew for each answer."""
    return re.sub(r'nonce="[^"]+"|value="[^"]{40,}"', "", html)


class TestLeftAsItIs:
    @pytest.mark.parametrize("accepted", ["", "br", "identity", "gzip;q=0", "deflate"])
    def test_for_software_that_does_not_ask_for_it(self, visitor, accepted):
        answer = ask(visitor, PAGE, {"Accept-Encoding": accepted})

        assert encoding(answer) is None
        assert "Accept-Encoding" in varies(answer)
        assert "<h1" in answer.text

    def test_what_fits_in_one_packet(self, visitor):
        answer = ask(visitor, "/.well-known/jwks.json")

        assert len(answer.data) < LEAST_BYTES
        assert encoding(answer) is None

    @pytest.mark.parametrize("site", [None, "cross-site", "same-site", "SAME-ORIGIN", ""])
    def test_a_person_s_page_that_another_site_may_have_asked_for(self, visitor, site):
        begin_as_guest(visitor)
        headers = GZIP if site is None else {**GZIP, "Sec-Fetch-Site": site}

        assert encoding(ask(visitor, "/evaluations/", headers)) is None

    def test_a_person_s_page_with_words_from_elsewhere_in_it(self, app, visitor):
        """The very attack: a guess in the address, reflected beside what is secret."""
        open_account(app, visitor)
        code = certify(app, visitor)
        dashed = "-".join(re.findall("....", code))

        sizes = {
            len(ask(visitor, f"/certificats/?guess={guess}", {**GZIP, "Sec-Fetch-Site": "cross-site"}).data)
            for guess in (dashed, dashed[::-1])
        }

        assert len(sizes) == 1

    def test_the_light_path(self, app, visitor, make_visitor):
        open_account(app, visitor)
        code = certify(app, visitor)

        answer = ask(make_visitor(), f"/api/v1/certificates/{code}")

        assert len(answer.data) > LEAST_BYTES
        assert encoding(answer) is None

    @pytest.mark.parametrize(
        "change",
        [
            {"status": 206},
            {"status": 304},
            {"mimetype": "application/pdf"},
            {"mimetype": "image/png"},
            {"headers": {"Content-Encoding": "br"}},
            {"headers": {"Cache-Control": "no-transform"}},
            {"direct_passthrough": True},
        ],
        ids=str,
    )
    def test_what_is_packed_already_partial_or_not_to_be_touched(self, change):
        with BARE.test_request_context(headers=GZIP):
            answer = compress(Response("a" * 5000, **{"mimetype": "text/html", **change}))

        assert encoding(answer) in (None, "br")
        assert answer.get_data() == b"a" * 5000 if not change.get("direct_passthrough") else answer.direct_passthrough

    def test_what_is_written_as_it_goes(self):
        with BARE.test_request_context(headers=GZIP):
            answer = compress(Response((part for part in ("a" * 4000, "b" * 4000)), mimetype="text/csv"))

        assert encoding(answer) is None
        assert answer.is_streamed


class TestMadeSmaller:
    def test_a_public_page_is_the_same_page_once_unpacked(self, visitor):
        plain, packed = ask(visitor, PAGE, {}), ask(visitor, PAGE)

        assert encoding(packed) == "gzip"
        assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 2
        assert without_chance(gzip.decompress(packed.data).decode()) == without_chance(plain.text)
        assert {"Accept-Encoding", "Cookie", "Accept-Language"} <= varies(packed)

    @pytest.mark.parametrize("site", ["same-origin", "none"])
    def test_a_person_s_page_that_they_asked_for_from_ours(self, visitor, site):
        begin_as_guest(visitor)

        answer = ask(visitor, "/evaluations/", {**GZIP, "Sec-Fetch-Site": site})

        assert encoding(answer) == "gzip"
        assert answer.headers["Cache-Control"] == "no-store"

    def test_a_refusal_too(self, visitor):
        answer = ask(visitor, "/nulle-part")

        assert (answer.status_code, encoding(answer)) == (404, "gzip")

    def test_the_description_of_the_api(self, visitor):
        answer = ask(visitor, "/api/v1/openapi.json")

        assert encoding(answer) == "gzip"
        assert gzip.decompress(answer.data).startswith(b"{")

    def test_a_head_tells_the_length_of_the_get(self, visitor):
        got, head = ask(visitor, "/mentions-legales"), ask(visitor, "/mentions-legales", method="HEAD")

        assert encoding(head) == encoding(got) == "gzip"
        assert head.data == b""
        assert abs(int(head.headers["Content-Length"]) - len(got.data)) < 40  # the nonce is another

    def test_the_same_content_gives_the_same_bytes(self):
        with BARE.test_request_context(headers=GZIP):
            first, second = (compress(Response("é" * 5000, mimetype="text/html")).get_data() for _ in range(2))

        assert first == second

    def test_a_strong_etag_becomes_weak_and_still_answers_304(self):
        with BARE.test_request_context(headers={**GZIP, "If-None-Match": 'W/"v1"'}):
            answer = Response("a" * 5000, mimetype="application/json")
            answer.set_etag("v1")
            packed = compress(answer)
            assert packed.headers["ETag"] == 'W/"v1"'
            again = make_response("a" * 5000)
            again.set_etag("v1")
            again.make_conditional({"REQUEST_METHOD": "GET", "HTTP_IF_NONE_MATCH": 'W/"v1"'})

        assert again.status_code == 304

    def test_a_weak_etag_stays_as_it_is(self):
        with BARE.test_request_context(headers=GZIP):
            answer = Response("a" * 5000, mimetype="application/json")
            answer.set_etag("v1", weak=True)

            assert compress(answer).headers["ETag"] == 'W/"v1"'


def test_of_a_cross_site_token_only_what_forges_nothing_is_the_same_a_second_later(visitor, monkeypatch):
    """The part that stays needs our signature to be of use, and the signature is another each second."""
    from itsdangerous import timed  # noqa: PLC0415 (its clock is moved)

    first = visitor.get("/connexion").form("/connexion").fields["csrf_token"][0]
    later = timed.time.time() + 7
    monkeypatch.setattr(timed.time, "time", lambda: later)
    second = visitor.get("/connexion").form("/connexion").fields["csrf_token"][0]

    (raw, at, signature), (same, after, other) = first.split("."), second.split(".")
    assert raw == same
    assert at != after
    assert sum(one == two for one, two in zip(signature, other, strict=True)) < len(signature) / 2
