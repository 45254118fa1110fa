"""The log as software and people read it: what is published, what is refused, and how a whole history is followed."""

import pytest
from sqlalchemy import select

from app.certification.models import Certificate
from app.certification.services import leaves
from app.database import current_session
from app.transparency import services as log
from certificates.checkpoint import read_checkpoint
from certificates.transparency import EMPTY_ROOT, Event, Leaf, check_consistency, check_inclusion
from tests.builders import NOW, token_key
from tests.web.test_journey import certify, open_account


@pytest.fixture
def fill(app):
    def put(count):
        with app.app_context():
            db = current_session()
            for number in range(count):
                log.append(db, event=Event.ISSUE, commitment=f"{number:064x}", kid=token_key().kid, now=NOW)
            db.commit()

    return put


REFUSED = {
    "no index": ("/log/proof/inclusion?size=3", 400, "bad-request"),
    "no size": ("/log/proof/inclusion?index=1", 400, "bad-request"),
    "an index that is no number": ("/log/proof/inclusion?index=one&size=3", 400, "bad-request"),
    "a negative index": ("/log/proof/inclusion?index=-1&size=3", 400, "bad-request"),
    "a signed index": ("/log/proof/inclusion?index=%2B1&size=3", 400, "bad-request"),
    "a number beyond all": ("/log/proof/inclusion?index=1&size=9999999999999999", 400, "bad-request"),
    "digits of another script": ("/log/proof/inclusion?index=١&size=3", 400, "bad-request"),
    "a leaf that the tree had not": ("/log/proof/inclusion?index=3&size=3", 422, "no-such-proof"),
    "a tree that is not there yet": ("/log/proof/inclusion?index=0&size=4", 422, "outside-log"),
    "no former size": ("/log/proof/consistency?to=3", 400, "bad-request"),
    "consistency with nothing": ("/log/proof/consistency?from=0&to=3", 422, "no-such-proof"),
    "consistency backwards": ("/log/proof/consistency?from=3&to=2", 422, "no-such-proof"),
    "consistency with what will be": ("/log/proof/consistency?from=1&to=4", 422, "outside-log"),
    "entries from nowhere": ("/log/entries?end=3", 400, "bad-request"),
    "no entries": ("/log/entries?start=1&end=1", 422, "outside-log"),
    "entries past the end": ("/log/entries?start=3&end=9", 422, "outside-log"),
    "a path that is none": ("/log/nothing", 404, "not-found"),
    "a form sent to it": ("/log/checkpoint", 405, "method-not-allowed"),
}


@pytest.mark.parametrize(("path", "status", "code"), REFUSED.values(), ids=REFUSED)
def test_refused(fill, visitor, path, status, code):
    fill(3)

    answer = visitor.client.open(path, method="POST" if status == 405 else "GET")

    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json["code"] == code
    if status in (400, 422):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_stranger_follows_the_log_with_what_is_published_and_nothing_else(app, fill, visitor):
    """Keep a checkpoint, come back later, and check that what was there still is, unchanged."""
    loaded = app.extensions["numericite.resources"]

    def checkpoint():
        text = visitor.client.get("/log/checkpoint").text
        return read_checkpoint(text, site=loaded.settings.public_url, ring=loaded.ring)

    assert (checkpoint().size, checkpoint().root) == (0, EMPTY_ROOT)
    fill(5)
    before = checkpoint()
    fill(4)
    after = checkpoint()

    shown = visitor.client.get(f"/log/proof/consistency?from={before.size}&to={after.size}")
    check_consistency(
        first=before.size,
        first_root=before.root,
        second=after.size,
        second_root=bytes.fromhex(shown.json["root"]),
        proof=[bytes.fromhex(one) for one in shown.json["proof"]],
    )
    assert bytes.fromhex(shown.json["root"]) == after.root
    for number, entry in enumerate(visitor.client.get("/log/entries?start=0&end=9").json["entries"]):
        leaf = Leaf(**{**entry, "event": Event(entry["event"]), "at": NOW})
        assert entry == leaf.to_json()
        proof = visitor.client.get(f"/log/proof/inclusion?index={number}&size=9").json["proof"]
        check_inclusion(leaf.hash(), index=number, size=9, proof=[bytes.fromhex(one) for one in proof], root=after.root)


def test_what_cannot_change_may_be_kept_and_everybody_may_read_it(fill, visitor):
    fill(3)

    proof = visitor.client.get("/log/proof/inclusion?index=1&size=3")
    head = visitor.client.get("/log/checkpoint")

    assert proof.headers["Cache-Control"] == "public, max-age=31536000"
    assert head.headers["Cache-Control"] == "public, max-age=10"
    assert head.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert head.headers["Access-Control-Allow-Origin"] == "*"


def test_its_keys_are_published(visitor):
    [line] = visitor.client.get("/log/keys").text.splitlines()

    assert line.startswith("127.0.0.1:8000/log+")


class TestPage:
    def test_tells_people_where_it_is(self, fill, visitor):
        assert "Le journal de transparence" in visitor.get("/journal-de-transparence").headings
        fill(3)

        page = visitor.get("/journal-de-transparence")

        assert "Lignes 3" in " ".join(page.text.split())
        for address in (one for one in page.links.values() if "/log/" in one):
            assert visitor.client.get(address).status_code == 200

    def test_is_whole_in_english(self, visitor):
        page = visitor.get("/journal-de-transparence?lang=en")

        assert [word for word in ("vous", "une", "avec", "cette") if f" {word} " in page.text] == []


def test_issuing_writes_a_leaf_that_proves_the_statement(app, visitor):
    open_account(app, visitor)
    certify(app, visitor)
    with app.app_context():
        row = current_session().scalars(select(Certificate)).one()
        expected = leaves.commitment_of(row, salt=row.log_salt)

    [entry] = visitor.client.get("/log/entries?start=0&end=1").json["entries"]

    assert (entry["event"], entry["commitment"], entry["seq"]) == ("issue", expected, 0)
