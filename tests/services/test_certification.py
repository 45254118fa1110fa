"""The register: what becomes of certificates when their holder leaves, and when their time is over."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.services import retention
from app.accounts.services.personal_data import CertificateFate, PersonRoom
from app.audit import Action, AuditEntry
from app.certification.models import Certificate, HandedOutFile
from app.certification.services import issuing, personal_data, register
from app.errors import NothingToCertifyError
from app.verification.services import verdicts
from app.verification.services.files import as_shared
from app.verification.services.verdicts import Outcome
from tests.services.accounts_builders import NOW, account
from tests.services.register_builders import registered

TEN_YEARS = timedelta(days=3653)


def held(db, loaded, person, *, number=1, **row):
    made = registered(db, loaded, number=number, row={"person_id": person.id, **row})
    db.add(HandedOutFile(certificate_id=made.id, sha256=f"{number:064d}", made_at=NOW))
    db.flush()
    return made


def erase(db, person, fate):
    personal_data.erase_person(db, person_id=person.id, fate=fate, now=NOW)
    db.expire_all()


def by_file(db, row, loaded):
    return as_shared(db, row, ring=loaded.ring, now=NOW)


class TestErasePerson:
    def test_kept_ones_can_still_be_checked_and_belong_to_nobody(self, db, loaded):
        person = account(db)
        row = held(db, loaded, person)

        erase(db, person, CertificateFate.KEEP)

        assert row.person_id is None
        assert verdicts.verdict_of(db, row, ring=loaded.ring, now=NOW).outcome is Outcome.VALID

    def test_one_whose_link_is_closed_is_not_kept_for_a_check_that_nobody_can_make(self, db, loaded):
        person = account(db)
        opened, closed = held(db, loaded, person), held(db, loaded, person, number=2, is_shared=False)

        erase(db, person, CertificateFate.KEEP)

        assert (opened.token != "", closed.token) == (True, "")
        fates = [row.detail for row in db.scalars(select(AuditEntry).order_by(AuditEntry.id))]
        assert {"fate": "withdraw"} in fates
        assert {"fate": "keep"} in fates

    def test_a_withdrawn_one_says_so_by_its_file_without_asking_anybody_to_open_anything(self, db, loaded):
        person = account(db)
        row = held(db, loaded, person)

        erase(db, person, CertificateFate.WITHDRAW)

        verdict = by_file(db, row, loaded)
        assert (verdict.outcome, verdict.credential, verdict.since) == (Outcome.REVOKED, None, NOW)
        assert db.scalars(select(HandedOutFile)).all() == []
        assert row.status_index in register.withdrawn_status_indices(db, purpose="revocation")

    def test_leaving_neither_hides_nor_redates_an_earlier_withdrawal(self, db, loaded):
        person, before = account(db), NOW - timedelta(days=30)
        row = held(db, loaded, person, status="revoked", status_reason="fraud", status_changed_at=before)

        erase(db, person, CertificateFate.WITHDRAW)

        assert (row.status_reason, row.status_changed_at) == ("fraud", before)
        assert by_file(db, row, loaded).since == before


class TestExpire:
    def run(self, db, *, now):
        room = PersonRoom(
            "certification",
            personal_data.export_person,
            personal_data.erase_person,
            personal_data.adopt_person,
            lambda db, *, now: personal_data.expire(db, years=10, now=now),
        )
        counts = retention.run(db, rooms=[room], now=now)
        db.flush()
        return counts.certificates

    def test_nothing_goes_before_its_time(self, db, loaded):
        row = held(db, loaded, account(db), issued_at=NOW)

        assert self.run(db, now=NOW + timedelta(days=3650)) == 0
        assert row.token != ""

    def test_after_ten_years_the_name_is_gone_and_the_withdrawal_stays(self, db, loaded):
        row = held(db, loaded, account(db), issued_at=NOW)

        assert self.run(db, now=NOW + TEN_YEARS) == 1
        assert self.run(db, now=NOW + TEN_YEARS) == 0

        assert (row.token, row.person_id, row.status_reason) == ("", None, "period-over")
        assert by_file(db, row, loaded).outcome is Outcome.REVOKED
        assert db.scalars(select(AuditEntry.action)).all().count(Action.CERTIFICATE_ANONYMISED) == 1

    def test_an_old_result_is_not_issued_anew(self, db, loaded):
        row = held(db, loaded, account(db), issued_at=NOW)
        self.run(db, now=NOW + TEN_YEARS)

        with pytest.raises(NothingToCertifyError):
            issuing.check_still_stated(row)

    def test_the_period_is_the_one_that_people_are_told(self, app):
        years = app.extensions["numericite.privacy_register"].certificate_years

        assert years == 10
        told = app.extensions["numericite.privacy_register"].tell("fr")
        assert any(row.table == "certificates" and row.retention.startswith("10 ans") for row in told)


def test_all_rows_of_the_register_are_counted(db, loaded):
    held(db, loaded, account(db))

    assert register.count(db) == len(db.scalars(select(Certificate)).all()) == 1


#: (kind, state) -> whether its bit is set in the lists of revocations and of suspensions.
BITS = {
    ("statement", "active"): (False, False),
    ("statement", "suspended"): (False, True),
    ("certificate", "suspended"): (False, True),
    ("certificate", "revoked"): (True, False),
    ("certificate", "superseded"): (True, False),
    ("label", "active"): (False, False),
    ("label", "suspended"): (False, True),
    ("label", "revoked"): (False, True),
}


@pytest.mark.parametrize(("of", "bits"), BITS.items(), ids=str)
def test_a_bit_of_revocation_once_set_is_never_cleared_since_a_suspension_sets_none(db, loaded, of, bits):
    """Bitstring Status List: "revocation" is not reversible, "suspension" is."""
    row = registered(db, loaded, row={"kind": of[0], "status": of[1]})

    lists = [register.withdrawn_status_indices(db, purpose=one) for one in ("revocation", "suspension")]

    assert tuple(row.status_index in one for one in lists) == bits
