"""Replacing a certificate: who may, what becomes of the former, and what nobody is told any more."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.audit import AuditEntry
from app.certification.models import Certificate, Disclosure
from app.certification.services import birth_dates, register, sharing, superseding
from app.certification.services.issuing import Chances
from app.errors import (
    AddressNotConfirmedError,
    CertificateWithdrawnError,
    NameWasVerifiedError,
    SameNameError,
    SamePersonError,
)
from app.outbox import OutboxEntry
from app.transparency import services as log
from app.verification.services.verdicts import Outcome, verdict_of
from certificates import verification
from certificates.errors import UnacceptableNameError
from certificates.reference import new_code
from tests.services.accounts_builders import NOW, account
from tests.services.register_builders import registered

SUPERVISED = {"kind": "certificate", "assurance": "A2", "name_verified": True, "provisional": False}


def chances(number=99):
    return Chances(
        code=new_code(number.to_bytes(10)),
        credential_uuid="0b5c7d1e-92f4-4a36-8d20-5e6f7a8b9c0d",
        status_index=number,
        log_salt=bytes(32),
    )


def rename(db, loaded, row, name="Camille Hoarau", **options):
    common = {
        "ring": loaded.ring,
        "press": loaded.press,
        "issuer": loaded.issuer,
        "reference_secret": loaded.settings.reference_secret,
        "chances": chances(),
        "now": NOW,
    }
    return superseding.rename(db, row=row, printed_name=name, **{**common, **options})


@pytest.fixture
def person(db):
    made = account(db)
    made.email_confirmed_at = NOW
    return made


def held(db, loaded, person, **options):
    columns = options.pop("row", {})
    return registered(db, loaded, row={"person_id": person.id, **columns}, **options)


REFUSED = {
    "a suspended one": ({"row": {"status": "suspended"}}, CertificateWithdrawnError),
    "a revoked one": ({"row": {"status": "revoked"}}, CertificateWithdrawnError),
    "one revoked with its key": (
        {"row": {"status": "revoked", "status_reason": "key-compromise"}},
        CertificateWithdrawnError,
    ),
    "one replaced already": ({"row": {"status": "superseded"}}, CertificateWithdrawnError),
    "one whose time is over": (
        {"valid_until": NOW - timedelta(days=1), "valid_from": NOW - timedelta(days=9)},
        CertificateWithdrawnError,
    ),
    "one whose name was verified": (SUPERVISED, NameWasVerifiedError),
}


@pytest.mark.parametrize(("made", "error"), REFUSED.values(), ids=REFUSED)
def test_not_renamed(db, loaded, person, made, error):
    row = held(db, loaded, person, **made)

    with pytest.raises(error):
        rename(db, loaded, row)

    assert len(db.scalars(select(Certificate)).all()) == 1
    assert log.size(db) == 1


@pytest.mark.parametrize(
    ("name", "error"),
    [("Maëlys Tama’ehu", SameNameError), ("Dr Camille Hoarau", UnacceptableNameError), ("", UnacceptableNameError)],
)
def test_the_rules_of_names_are_those_of_issue(db, loaded, person, name, error):
    row = held(db, loaded, person)

    with pytest.raises(error):
        rename(db, loaded, row, name)

    assert row.status == "active"


def test_not_renamed_before_the_address_is_confirmed(db, loaded, person):
    person.email_confirmed_at = None

    with pytest.raises(AddressNotConfirmedError):
        rename(db, loaded, held(db, loaded, person))


def test_whoever_is_second_is_told_so(db, loaded, person):
    row = held(db, loaded, person)
    db.execute(Certificate.__table__.update().values(status="superseded"))

    with pytest.raises(CertificateWithdrawnError):
        rename(db, loaded, row)


class TestRename:
    @pytest.fixture
    def both(self, db, loaded, person):
        row = held(db, loaded, person, row={"is_shared": False})
        return row, rename(db, loaded, row, "  Camille   Hoarau ")

    def test_the_new_one_states_the_same_under_another_name_and_says_what_it_replaces(self, loaded, both):
        old, new = (verification.read_registered(one.token, loaded.ring) for one in both)

        assert (new.holder_name, new.name_verified) == ("Camille Hoarau", False)
        assert new.supersedes == old.credential_id
        assert (new.areas, new.level, new.sat_on, new.items_answered) == (
            old.areas,
            old.level,
            old.sat_on,
            old.items_answered,
        )
        assert (new.code, new.status_index) == (chances().code, 99)
        assert new.issued_at == NOW.replace(microsecond=0)

    def test_the_old_one_is_set_aside_and_the_switch_is_kept(self, db, loaded, both):
        old, new = both

        assert (old.status, old.status_reason, old.status_changed_at) == ("superseded", "name-changed", NOW)
        assert (new.status, new.supersedes_id, new.person_id, new.is_shared) == ("active", old.id, old.person_id, False)
        verdicts = [verdict_of(db, one, ring=loaded.ring, now=NOW) for one in both]
        assert [one.outcome for one in verdicts] == [Outcome.SUPERSEDED, Outcome.VALID]
        assert [one.tells_name for one in verdicts] == [False, True]
        assert superseding.find_successor(db, row=old) is new

    def test_log_trail_and_letter_say_it_without_a_name(self, db, both):
        old, new = both

        assert [leaf.event for leaf in log.entries(db, start=0, end=9)] == ["issue", "supersede", "issue"]
        trail = {row.action: row for row in db.scalars(select(AuditEntry))}
        assert trail["certificate:superseded"].subject_id == old.id
        assert trail["certificate:superseded"].detail == {"reason": "name-changed", "by": new.id}
        assert trail["certificate:issued"].subject_id == new.id
        [letter] = db.scalars(select(OutboxEntry))
        assert chances().code in letter.payload["body"]
        assert "Maëlys" not in letter.payload["body"]
        assert "Camille" not in letter.payload["body"]

    def test_it_can_be_changed_again(self, db, loaded, both):
        again = rename(
            db,
            loaded,
            both[1],
            "Charlie Hoarau",
            chances=Chances(
                code=new_code((7).to_bytes(10)),
                credential_uuid="1b5c7d1e-92f4-4a36-8d20-5e6f7a8b9c0d",
                status_index=7,
                log_salt=b"7" * 32,
            ),
        )

        assert again.supersedes_id == both[1].id
        assert db.scalars(select(Certificate.status).order_by(Certificate.id)).all() == [
            "superseded",
            "superseded",
            "active",
        ]


class TestCarriedOver:
    """What does not depend on the name or the key stays what it was."""

    BORN = date(1987, 4, 5)

    @pytest.fixture
    def former(self, db, loaded, person):
        row = held(db, loaded, person, **SUPERVISED)
        birth_dates.keep(row, self.BORN, secret="r" * 40)
        sharing.make(
            db,
            row=row,
            purpose="Entretien",
            disclosure=Disclosure.LEVELS,
            days=30,
            seed="0" * 32,
            secret="r" * 40,
            actor_id=person.id,
            now=NOW,
        )
        return row

    def again(self, db, loaded, row, number):
        own = replace(chances(number), credential_uuid=f"0b5c7d1e-92f4-4a36-8d20-5e6f7a8b9c{number}")
        issuer = {"ring": loaded.ring, "issuer": loaded.issuer, "reference_secret": loaded.settings.reference_secret}
        return superseding.sign_again(db, row=row, chances=own, now=NOW, **issuer)

    def test_the_date_of_birth_is_compared_however_often_it_was_signed_again(self, db, loaded, former):
        former.birth_date_tries = 2
        new = self.again(db, loaded, self.again(db, loaded, former, 97), 98)

        def compare(typed):
            return birth_dates.compare(db, certificate_id=new.id, typed=typed, secret="r" * 40, now=NOW)

        assert new.birth_date_tries == 2
        assert compare(date(1987, 4, 6)) == "no"
        assert compare(self.BORN) == "yes"

    def test_a_link_leads_to_what_was_signed_again_and_not_to_another_name(self, db, loaded, person, former):
        new = self.again(db, loaded, former, 97)
        found = register.look_up(db, code=sharing.code_of("0" * 32, secret="r" * 40), secret="r" * 40, now=NOW)
        assert (found.id, found.disclosure) == (new.id, "levels")

        own = held(db, loaded, person, number=5)
        link = sharing.make(
            db,
            row=own,
            purpose="Stage",
            disclosure=Disclosure.ALL,
            days=30,
            seed="1" * 32,
            secret="r" * 40,
            actor_id=person.id,
            now=NOW,
        )
        rename(db, loaded, own)
        assert link.certificate_id == own.id


def rename_verified(db, loaded, row, **options):
    common = {
        "printed_name": "Camille Hoarau",
        "evidence": "civil-status-record",
        "seen_by": (row.person_id, row.person_id + 1000),
        "ring": loaded.ring,
        "press": loaded.press,
        "issuer": loaded.issuer,
        "reference_secret": loaded.settings.reference_secret,
        "chances": chances(),
        "now": NOW,
    }
    return superseding.rename_verified(db, row=row, **{**common, **options})


OVER = {"valid_until": NOW - timedelta(days=1), "valid_from": NOW - timedelta(days=9)}
NOT_REPLACED = {
    "one pair of eyes": (SUPERVISED, {"seen_by": (7, 7)}, SamePersonError),
    "a name that nobody verified": ({}, {}, ValueError),
    "something else was seen": (SUPERVISED, {"evidence": "a friend"}, ValueError),
    "a withdrawn one": ({**SUPERVISED, "row": {"status": "revoked"}}, {}, CertificateWithdrawnError),
    "one whose time is over": ({**SUPERVISED, **OVER}, {}, CertificateWithdrawnError),
    "the same name": (SUPERVISED, {"printed_name": " Maëlys  Tama’ehu"}, SameNameError),
    "a title in the name": (SUPERVISED, {"printed_name": "Dr Camille Hoarau"}, UnacceptableNameError),
}


@pytest.mark.parametrize("case", NOT_REPLACED)
def test_a_verified_name_is_not_replaced(db, loaded, person, case):
    made, options, error = NOT_REPLACED[case]
    row = held(db, loaded, person, **made)

    with pytest.raises(error):
        rename_verified(db, loaded, row, **options)

    assert len(db.scalars(select(Certificate.id).order_by(Certificate.id)).all()) == 1


def test_a_verified_name_is_replaced_on_what_two_people_have_read(db, loaded, person):
    row, second = held(db, loaded, person, **SUPERVISED), account(db, email="second@example.com")

    new = rename_verified(db, loaded, row, seen_by=(person.id, second.id))

    stated = verification.read_registered(new.token, loaded.ring)
    assert (stated.holder_name, stated.name_verified, stated.supersedes) == ("Camille Hoarau", True, row.credential_id)
    former = verdict_of(db, row, ring=loaded.ring, now=NOW)
    assert (former.outcome, former.tells_name) == (Outcome.SUPERSEDED, False)
    entries = db.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    seen = [(one.actor_id, one.detail) for one in entries if one.action == "certificate:name-seen"]
    assert seen == [(person.id, {"evidence": "civil-status-record", "with": second.id})]
    assert not any("Camille" in str(one.detail) or "Maëlys" in str(one.detail) for one in entries)
    assert len(db.scalars(select(OutboxEntry).order_by(OutboxEntry.id)).all()) == 1
