"""What software fetches: lists of withdrawn credentials, keys, achievements, the issuer; and the holder's own files."""

import io
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import select

from app.accounts.models import Person
from app.certification.models import Certificate
from app.certification.services import register as rows
from app.certification.services import status_list
from app.certification.services.status_list import Form, publish
from app.database import current_session
from app.errors import NotFoundError
from certificates import baking, compact, data_integrity, status_check
from certificates.credential import STATUS_LIST_LENGTH
from certificates.reference import new_code
from certificates.status import LIFE, TTL
from certificates.verification import verify
from tests.builders import NOW
from tests.services.register_builders import registered
from tests.web.test_journey import open_account

ORIGIN = "http://127.0.0.1:8000"
DID = "did:web:127.0.0.1%3A8000"


@pytest.fixture
def register(app, loaded):
    def put(**changes):
        with app.app_context():
            registered(current_session(), loaded, **changes)
            current_session().commit()

    return put


@pytest.fixture
def holder(app, register, visitor):
    """Somebody signed in who holds a statement; returns its code."""
    open_account(app, visitor)
    with app.app_context():
        person_id = current_session().scalars(select(Person.id)).one()
    register(row={"person_id": person_id})
    return new_code((1).to_bytes(10))


class TestStatusLists:
    def entry(self, position, url=f"{ORIGIN}/status/1.jwt"):
        return {"statusListCredential": url, "statusPurpose": "revocation", "statusListIndex": str(position)}

    @pytest.mark.parametrize("path", ["/status/0", "/status/0.jwt", "/status/2", "/status/2.jwt", "/status/-1"])
    def test_a_list_that_does_not_exist(self, visitor, path):
        assert visitor.raw("GET", path).status_code == 404

    def test_both_say_what_the_register_says(self, register, visitor, loaded):
        register(number=1)
        register(number=2, row={"status": "revoked", "status_changed_at": NOW})
        register(number=3, row={"status": "suspended", "status_changed_at": NOW})

        token = status_check.read_token(visitor.raw("GET", "/status/1.jwt").text, loaded.ring)
        document = status_check.read_document(visitor.raw("GET", "/status/1").text, loaded.ring, origin=ORIGIN)
        now = datetime.now(UTC)  # not before: a list is valid from the second in which it is made

        told = [
            (
                status_check.is_set_in(token, self.entry(n), issuer=ORIGIN, at=now),
                status_check.is_set_in(document, self.entry(n, f"{ORIGIN}/status/1"), issuer=DID, at=now),
            )
            for n in (1, 2, 3)
        ]
        assert told == [(False, False), (True, True), (False, False)]  # a suspension has lists of its own

    @pytest.mark.parametrize(
        ("path", "kind"), [("/status/1", "application/vc"), ("/status/1.jwt", "application/vc+jwt")]
    )
    def test_a_cache_keeps_a_copy_no_longer_than_the_list_says(self, visitor, path, kind):
        answer = visitor.raw("GET", path)

        assert answer.mimetype == kind
        assert answer.headers["Cache-Control"] == f"public, max-age={int(TTL.total_seconds())}"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"

    def test_a_second_list_opens_with_its_first_certificate(self, register, visitor, loaded):
        register(status_index=STATUS_LIST_LENGTH + 7, row={"status": "revoked", "status_changed_at": NOW})

        found = status_check.read_token(visitor.raw("GET", "/status/2.jwt").text, loaded.ring)

        entry = self.entry(7, f"{ORIGIN}/status/2.jwt")
        assert status_check.is_set_in(found, entry, issuer=ORIGIN, at=datetime.now(UTC))
        assert visitor.raw("GET", "/status/1.jwt").status_code == 200

    @pytest.mark.parametrize("form", Form)
    def test_is_signed_again_before_it_ends_and_when_a_status_changes(self, app, register, loaded, form):
        register()
        status_list._LAST.clear()

        def published(at):
            with app.app_context():
                return publish(current_session(), number=1, form=form, issuer=loaded.issuer, ring=loaded.ring, now=at)

        first = published(NOW)
        assert published(NOW + TTL) == first
        assert published(NOW + LIFE - TTL) == first
        assert published(NOW + LIFE - TTL + timedelta(seconds=1)) != first
        second = published(NOW + LIFE)
        with app.app_context():
            row = current_session().scalars(select(Certificate)).one()
            row.status, row.status_changed_at = "revoked", NOW
            current_session().commit()
        assert published(NOW + LIFE) != second

    def test_there_is_no_list_after_the_last(self, app, loaded):
        with app.app_context(), pytest.raises(NotFoundError):
            publish(current_session(), number=2, form=Form.TOKEN, issuer=loaded.issuer, ring=loaded.ring, now=NOW)

    def test_new_places_are_drawn_where_many_are_free(self, app, register, monkeypatch):
        register(status_index=5)
        with app.app_context():
            db = current_session()
            assert rows.status_capacity(db) == STATUS_LIST_LENGTH
            monkeypatch.setattr(rows, "count", lambda _db: STATUS_LIST_LENGTH // 2)
            assert rows.status_capacity(db) == 2 * STATUS_LIST_LENGTH


class TestAddressesInACredential:
    @pytest.fixture
    def twin(self, register, visitor):
        register()
        path = f"/credentials/{UUID(int=1, version=4)}"
        return visitor.client.get(path, headers={"Accept": "application/vc"}).get_json(force=True)

    def fetch(self, visitor, address, kind="application/ld+json"):
        assert address.startswith(ORIGIN)
        return visitor.client.get(
            address.removeprefix(ORIGIN).partition("#")[0] or "/", headers={"Accept": kind}, follow_redirects=True
        )

    def test_software_finds_the_achievement(self, visitor, twin):
        stated = twin["credentialSubject"]["achievement"]

        for address in (stated["id"], stated["criteria"]["id"]):
            answer = self.fetch(visitor, address)
            assert answer.mimetype == "application/ld+json"
            assert (answer.json["id"], answer.json["type"]) == (stated["id"], stated["type"])
            assert answer.json["criteria"]["id"] == stated["criteria"]["id"]
            assert "Accept" in answer.headers["Vary"]

    def test_software_finds_the_issuer(self, visitor, twin):
        answer = self.fetch(visitor, twin["issuer"]["url"])

        assert answer.json["type"] == ["Profile"]
        assert answer.json["name"] == twin["issuer"]["name"]

    def test_people_find_pages_with_a_place_for_each_area(self, visitor, twin):
        achievement = twin["credentialSubject"]["achievement"]
        page = self.fetch(visitor, achievement["id"], "text/html")

        anchors = [one["targetUrl"].partition("#")[2] for one in achievement["alignment"][:-1]]
        assert [anchor for anchor in anchors if f'id="{anchor}"' not in page.text] == []
        assert self.fetch(visitor, twin["issuer"]["url"], "text/html").mimetype == "text/html"
        assert self.fetch(visitor, twin["evidence"][0]["id"], "text/html").status_code == 200

    def test_the_key_of_the_proof_is_in_the_issuers_own_document(self, visitor, twin):
        did = visitor.raw("GET", "/.well-known/did.json").json

        assert did["id"] == twin["issuer"]["id"]
        assert twin["proof"][0]["verificationMethod"] in did["assertionMethod"]

    def test_each_published_family_has_its_keys_by_name(self, visitor, loaded):
        for family in ("token", "data-integrity", "log"):
            kid = loaded.ring.active(family).kid
            assert visitor.raw("GET", f"/keys/{kid}").json["kid"] == kid


class TestHoldersFiles:
    FILES = ("badge.png", "badge.svg", "openbadge.json", "qr.png")

    @pytest.mark.parametrize("name", FILES)
    def test_is_nobody_elses(self, holder, make_visitor, app, name):
        other = make_visitor()
        open_account(app, other, email="autre@example.com")

        other.get(f"/certificats/{holder}/{name}", status=404)

    def test_a_withdrawn_one_is_taken_along_no_more(self, app, holder, visitor):
        with app.app_context():
            row = current_session().scalars(select(Certificate)).one()
            row.status, row.status_changed_at = "suspended", NOW
            current_session().commit()

        assert visitor.raw("GET", f"/certificats/{holder}/badge.png").status_code == 409

    def test_a_file_that_we_do_not_make(self, holder, visitor):
        assert visitor.raw("GET", f"/certificats/{holder}/badge.gif").status_code == 404

    def test_all_state_the_same(self, holder, visitor, loaded):
        now = datetime.now(UTC)
        page = visitor.get(f"/certificats/{holder}/emporter")
        files = {name: visitor.raw("GET", f"/certificats/{holder}/{name}").get_data() for name in self.FILES}

        token = visitor.raw("GET", f"/certificats/{holder}.jwt").text
        stated = verify(token, loaded.ring, at=now)

        assert [name for name in self.FILES if f"/{name}" not in page.html] == []
        assert baking.token_in_image(files["badge.png"]) == baking.token_in_image(files["badge.svg"]) == token
        assert data_integrity.verify(files["openbadge.json"].decode(), loaded.ring, at=now) == stated
        assert Image.open(io.BytesIO(files["badge.png"])).size == (400, 400)
        assert json.loads(files["openbadge.json"])["id"] == stated.credential_id
        [scanned] = zxingcpp.read_barcodes(Image.open(io.BytesIO(files["qr.png"])))
        address, _, fragment = scanned.text.partition("#")
        assert address.endswith(f"/c/{stated.code}")
        assert compact.read_compact(compact.from_fragment(fragment), loaded.ring) == compact.stated(stated)
