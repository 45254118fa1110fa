"""The log and the register, as an operator types it."""

import pytest
from sqlalchemy import select

from app.certification.models import Certificate
from app.commands import standalone
from app.database import current_session
from app.transparency.models import LogLeaf
from app.verification.services.verdicts import Outcome, verdict_of
from certificates import verification
from certificates.checkpoint import read_checkpoint
from certificates.key_store import create_key_ring, load_key_ring, save_key_ring
from certificates.keys import KeyFamily, KeyRing
from tests.builders import KEYS_MADE, NOW
from tests.conftest import PASSPHRASE, _make, make_settings, with_keys_of
from tests.rows import rows
from tests.services.accounts_builders import account
from tests.services.register_builders import registered


@pytest.fixture
def own(tmp_path, loaded):
    """An application with keys of its own, started again on demand: these tests change them."""
    create_key_ring(tmp_path / "keys", PASSPHRASE, now=KEYS_MADE, organisation="Organisme de test")

    def start():
        settings = make_settings(tmp_path)
        return _make(settings, with_keys_of(settings, loaded))

    return start


def typed(app, *words):
    return app.test_cli_runner().invoke(args=list(words)).output


class TestLog:
    def test_what_was_issued_before_it_is_appended_once(self, own):
        app = own()
        with app.app_context():
            registered(current_session(), app.extensions["numericite.resources"], is_logged=False)
            current_session().commit()

        assert "1 certificates appended; the log has 1 leaves" in typed(app, "log", "complete")
        assert "0 certificates appended; the log has 1 leaves" in typed(app, "log", "complete")

    def test_its_checkpoint_is_printed(self, own):
        app = own()
        loaded = app.extensions["numericite.resources"]

        head = read_checkpoint(typed(app, "log", "checkpoint"), site=loaded.settings.public_url, ring=loaded.ring)

        assert head.size == 0


class TestReissue:
    @pytest.fixture
    def stolen(self, own, tmp_path):
        """Four certificates, then their key is declared stolen; the service has started again."""
        app = own()
        kid = load_key_ring(tmp_path / "keys", PASSPHRASE).active("token").kid
        with app.app_context():
            db, loaded = current_session(), app.extensions["numericite.resources"]
            held = {"person_id": account(db).id}
            before = {"issued_at": KEYS_MADE, "valid_from": KEYS_MADE, "sat_on": KEYS_MADE.date()}
            registered(db, loaded, number=1, row=held, **before)
            registered(db, loaded, number=3, row={**held, "status": "revoked", "status_reason": "fraud"}, **before)
            registered(db, loaded, number=4, **before)  # its holder has left
            registered(db, loaded, number=2, row=held)  # after the theft: withdrawn with the key; its leaf is the last
            db.commit()
        typed(app, "keys", "compromise", kid, "--since", "2026-11-01", "--apply")
        return own(), kid

    def test_the_key_that_signs_is_refused(self, own, tmp_path):
        kid = load_key_ring(tmp_path / "keys", PASSPHRASE).active("token").kid

        assert "signs today" in typed(own(), "certificates", "reissue", "--kid", kid)

    def test_saying_it_changes_nothing(self, stolen):
        app, kid = stolen

        told = typed(app, "certificates", "reissue", "--kid", kid)

        assert "2 certificates that" in told
        assert "Nothing was changed" in told
        assert len(rows(app, Certificate)) == 4

    def test_each_is_replaced_by_the_same_statement_under_the_key_of_today(self, stolen):
        app, kid = stolen

        assert "2 replaced" in typed(app, "certificates", "reissue", "--kid", kid, "--apply")
        assert "0 certificates that" in typed(app, "certificates", "reissue", "--kid", kid)

        ring = app.extensions["numericite.resources"].ring
        with app.app_context():
            db = current_session()
            found = db.scalars(select(Certificate).order_by(Certificate.id)).all()
            assert [row.status for row in found] == [
                "superseded",
                "revoked",
                "active",
                "superseded",
                "active",
                "active",
            ]
            replaced = [found[0], found[3]]
            assert {row.status_reason for row in replaced} == {"key-replaced"}
            for old, new in zip(replaced, found[4:], strict=True):
                before, after = (verification.read_registered(row.token, ring) for row in (old, new))
                assert (after.holder_name, after.areas, after.sat_on) == (
                    before.holder_name,
                    before.areas,
                    before.sat_on,
                )
                assert (after.supersedes, new.supersedes_id) == (before.credential_id, old.id)
                assert verdict_of(db, new, ring=ring, now=new.issued_at).outcome is Outcome.VALID
                assert verdict_of(db, old, ring=ring, now=NOW).outcome is Outcome.SUPERSEDED
        assert [row.event for row in rows(app, LogLeaf)][-4:] == ["supersede", "issue", "supersede", "issue"]

    def test_one_whose_time_is_over_is_left(self, own, tmp_path):
        app = own()
        ring = load_key_ring(tmp_path / "keys", PASSPHRASE)
        with app.app_context():
            db, loaded = current_session(), app.extensions["numericite.resources"]
            over = {"valid_from": KEYS_MADE, "issued_at": KEYS_MADE, "sat_on": KEYS_MADE.date(), "valid_until": NOW}
            registered(db, loaded, row={"person_id": account(db).id}, **over)
            db.commit()
        typed(app, "keys", "next", "token")
        typed(app, "keys", "rotate", "token")

        assert "0 replaced" in typed(own(), "certificates", "reissue", "--kid", ring.active("token").kid, "--apply")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # it has a database of its own
def test_a_sample_holds_a_checkpoint_and_a_receipt(app, tmp_path):
    assert "verifies" in typed(app, "sample", str(tmp_path / "out"), "--origin", "https://example.org")

    assert (tmp_path / "out/checkpoint.txt").read_text(encoding="utf-8").startswith("example.org/log\n1\n")
    assert (tmp_path / "out/receipt.jwt").read_text().count(".") == 2
    assert (tmp_path / "out/receipt.pdf").read_bytes().startswith(b"%PDF-1.7")


def test_setting_up_gives_older_keys_one_for_the_log(app, tmp_path, monkeypatch):
    (tmp_path / ".env.example").write_text((standalone.ROOT / ".env.example").read_text())
    monkeypatch.setattr(standalone, "ROOT", tmp_path)
    typed(app, "setup")
    passphrase = next(
        line.removeprefix("KEY_PASSPHRASE=")
        for line in (tmp_path / ".env").read_text().splitlines()
        if line.startswith("KEY_PASSPHRASE=")
    )
    ring = load_key_ring(tmp_path / "instance/keys", passphrase)
    older = KeyRing(
        organisation=ring.organisation,
        roots=ring.roots,
        keys=tuple(key for key in ring.keys if key.family is not KeyFamily.LOG),
    )
    save_key_ring(older, tmp_path / "instance/keys", passphrase)

    assert "Key added for the family log" in typed(app, "setup")
    assert "added" not in typed(app, "setup")

    assert load_key_ring(tmp_path / "instance/keys", passphrase).active("log").family is KeyFamily.LOG
