"""The log in the database: places without a double or a hole, proofs that hold, and what erasing a person leaves."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.services.personal_data import CertificateFate
from app.certification.models import Certificate
from app.certification.services import leaves, personal_data, withdrawing
from app.database import current_session
from app.errors import OutsideLogError
from app.transparency import services as log
from app.transparency.models import LogIsAppendOnlyError, LogLeaf
from certificates.errors import NoSuchProofError
from certificates.transparency import EMPTY_ROOT, Event, check_consistency, check_inclusion
from tests.builders import token_key
from tests.services.accounts_builders import NOW, account
from tests.services.register_builders import registered

KID = token_key().kid


def fill(db, count):
    return [log.append(db, event=Event.ISSUE, commitment=f"{number:064x}", kid=KID, now=NOW) for number in range(count)]


class TestRefusals:
    @pytest.mark.parametrize(("index", "size"), [(0, 6), (0, 10**14)])
    def test_no_proof_of_a_tree_that_is_not_there_yet(self, db, index, size):
        fill(db, 5)

        with pytest.raises(OutsideLogError):
            log.prove_inclusion(db, index=index, of_size=size)
        with pytest.raises(OutsideLogError):
            log.prove_consistency(db, first=1, second=size)

    def test_no_proof_of_a_leaf_that_the_tree_had_not(self, db):
        fill(db, 5)

        with pytest.raises(NoSuchProofError):
            log.prove_inclusion(db, index=3, of_size=3)
        with pytest.raises(NoSuchProofError):
            log.prove_consistency(db, first=4, second=3)

    @pytest.mark.parametrize(("start", "end"), [(5, 6), (3, 3), (4, 2), (-1, 2)])
    def test_no_entries_where_there_are_none(self, db, start, end):
        fill(db, 5)

        with pytest.raises(OutsideLogError):
            log.entries(db, start=start, end=end)

    @pytest.mark.parametrize("spoil", [lambda db, leaf: db.delete(leaf), lambda _db, leaf: setattr(leaf, "kid", "k")])
    def test_a_leaf_is_neither_changed_nor_deleted(self, db, spoil):
        fill(db, 1)
        spoil(db, db.get_one(LogLeaf, 0))

        with pytest.raises(LogIsAppendOnlyError):
            db.flush()


class TestTree:
    def test_is_empty_at_first(self, db):
        assert (log.head(db).size, log.head(db).root) == (0, EMPTY_ROOT)

    def test_every_leaf_is_proved_in_every_size_and_every_size_begins_the_next(self, db):
        fill(db, 21)
        found = {leaf.seq: leaf.hash() for leaf in log.entries(db, start=0, end=99)}
        heads = {size: log.head_at(db, size=size) for size in range(1, 22)}

        for size, head in heads.items():
            for index in range(size):
                proof = log.prove_inclusion(db, index=index, of_size=size)
                assert proof.root == head.root
                check_inclusion(found[index], index=index, size=size, proof=proof.hashes, root=head.root)
            proof = log.prove_consistency(db, first=size, second=21)
            check_consistency(
                first=size, first_root=head.root, second=21, second_root=heads[21].root, proof=proof.hashes
            )

    def test_entries_come_in_bounded_helpings(self, db):
        fill(db, log.MAXIMUM_ENTRIES + 2)

        assert [leaf.seq for leaf in log.entries(db, start=0, end=10**9)] == list(range(log.MAXIMUM_ENTRIES))
        assert [leaf.seq for leaf in log.entries(db, start=log.MAXIMUM_ENTRIES, end=10**9)] == [256, 257]

    def test_what_is_rolled_back_leaves_no_hole(self, db):
        fill(db, 2)
        db.commit()
        fill(db, 1)
        db.rollback()

        assert fill(db, 1) == [2]


def test_writers_at_once_give_no_double_and_no_hole(app):
    """Each commits or rolls back on its own; the places follow each other all the same, and the tree is that of its leaves."""

    def write(number):
        with app.app_context():
            session = current_session()
            for turn in range(6):
                log.append(session, event=Event.ISSUE, commitment=f"{number * 10 + turn:064x}", kid=KID, now=NOW)
                session.rollback() if turn == number else session.commit()

    with ThreadPoolExecutor(6) as people:
        list(people.map(write, range(6)))

    with app.app_context():
        db = current_session()
        rows = db.scalars(select(LogLeaf).order_by(LogLeaf.seq)).all()
        assert [row.seq for row in rows] == list(range(30))
        assert len({row.commitment for row in rows}) == 30
        head = log.head(db)
        for row in rows:
            proof = log.prove_inclusion(db, index=row.seq, of_size=30)
            check_inclusion(log.leaf_of(row).hash(), index=row.seq, size=30, proof=proof.hashes, root=head.root)


class TestRegister:
    """What happens to a certificate is in the log."""

    def change(self, db, loaded, verb, **options):
        row = db.scalars(select(Certificate)).one()
        common = {"actor_id": None, "ring": loaded.ring, "origin": "https://x", "now": NOW}
        verb(db, row=row, **common, **options)

    def test_each_change_is_a_leaf_about_the_same_certificate_in_the_same_transaction(self, db, loaded):
        row = registered(db, loaded, row={"person_id": account(db).id})
        self.change(db, loaded, withdrawing.suspend, reason="under-review")
        self.change(db, loaded, withdrawing.reinstate)
        self.change(db, loaded, withdrawing.revoke, reason="error")

        found = log.entries(db, start=0, end=9)

        assert [leaf.event for leaf in found] == ["issue", "suspend", "reinstate", "revoke"]
        assert {leaf.commitment for leaf in found} == {leaves.commitment_of(row, salt=row.log_salt)}
        assert {leaf.kid for leaf in found} == {loaded.ring.active("token").kid}
        db.rollback()
        assert log.size(db) == 0

    @pytest.mark.parametrize("fate", [CertificateFate.WITHDRAW, CertificateFate.KEEP])
    def test_erasing_a_person_breaks_no_proof_and_unlinks_what_is_not_kept(self, db, loaded, fate):
        person = account(db)
        row = registered(db, loaded, row={"person_id": person.id})
        registered(db, loaded, number=2)
        known = leaves.commitment_of(row, salt=row.log_salt)
        before = log.head(db)

        personal_data.erase_person(db, person_id=person.id, fate=fate, now=NOW)
        db.expire_all()

        after = log.head(db)
        leaf = log.entries(db, start=0, end=1)[0]
        assert leaf.commitment == known
        shown = log.prove_inclusion(db, index=0, of_size=after.size)
        check_inclusion(leaf.hash(), index=0, size=after.size, proof=shown.hashes, root=after.root)
        history = log.prove_consistency(db, first=before.size, second=after.size)
        check_consistency(
            first=before.size,
            first_root=before.root,
            second=after.size,
            second_root=after.root,
            proof=history.hashes,
        )
        if fate is CertificateFate.WITHDRAW:
            assert (row.log_salt, row.log_seq) == (None, None)
            assert log.entries(db, start=2, end=3)[0].event is Event.REVOKE
        else:
            assert row.log_seq == 0
            assert after.size == 2

    def test_one_withdrawn_before_is_forgotten_without_a_second_leaf(self, db, loaded):
        person = account(db)
        row = registered(db, loaded, row={"person_id": person.id, "status": "revoked", "status_changed_at": NOW})

        personal_data.erase_person(db, person_id=person.id, fate=CertificateFate.WITHDRAW, now=NOW)

        assert (log.size(db), row.log_salt) == (1, None)


class TestUpgrade:
    """A register older than its log."""

    def old(self, db, loaded, **row):
        return registered(db, loaded, is_logged=False, row=row, number=row.get("status_index", 1))

    def test_what_was_there_is_appended_once_with_the_date_of_today(self, db, loaded):
        self.old(db, loaded)
        self.old(db, loaded, status_index=2, status="revoked", status_changed_at=NOW)
        self.old(db, loaded, status_index=3, token="", status="revoked")
        today = NOW + timedelta(days=40)

        assert leaves.missing(db) == 2
        assert leaves.complete(db, draw_salt=lambda: bytes(32), now=today) == 2
        assert leaves.complete(db, draw_salt=lambda: bytes(32), now=today) == 0

        found = log.entries(db, start=0, end=9)
        assert [leaf.event for leaf in found] == ["issue", "issue", "revoke"]
        assert {leaf.at for leaf in found} == {today.replace(microsecond=0)}
        assert leaves.missing(db) == 0

    def test_until_then_a_change_is_made_all_the_same(self, db, loaded):
        row = self.old(db, loaded)

        withdrawing.suspend(
            db, row=row, reason="under-review", actor_id=None, ring=loaded.ring, origin="https://x", now=NOW
        )

        assert log.size(db) == 0


class TestWhatTheLogSays:
    def test_of_a_certificate_that_it_holds(self, db, loaded):
        row = registered(db, loaded)

        assert leaves.shows_issue_before(db, row, moment=NOW + timedelta(days=30))
        assert not leaves.shows_issue_before(db, row, moment=row.issued_at)

    def test_nothing_of_one_that_it_does_not_hold(self, db, loaded):
        assert not leaves.shows_issue_before(db, registered(db, loaded, is_logged=False), moment=NOW)

    @pytest.mark.parametrize("borrowed", [{"log_seq": 1}, {"log_seq": 7}, {"log_salt": b"1" * 32}], ids=str)
    def test_nothing_of_one_that_points_to_the_leaf_of_another(self, db, loaded, borrowed):
        row = registered(db, loaded)
        registered(db, loaded, number=2)
        for name, value in borrowed.items():
            setattr(row, name, value)

        assert not leaves.shows_issue_before(db, row, moment=NOW + timedelta(days=30))
