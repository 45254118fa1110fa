"""The life of keys, as an operator types it."""

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from app.audit import AuditEntry
from app.certification.models import Certificate
from app.certification.services import leaves
from app.commands import keys
from app.database import current_session
from app.outbox import OutboxEntry
from app.transparency.models import LogLeaf
from app.verification.services.credentials import Asked, check
from app.verification.services.files import check_file
from app.verification.services.verdicts import Outcome, verdict_of
from certificates.checkpoint import verifier_keys
from certificates.key_store import create_key_ring, load_key_ring
from certificates.keys import KeyState, declare_compromised
from certificates.reference import new_code
from tests.builders import KEYS_MADE, NOW
from tests.conftest import PASSPHRASE, _make, make_settings, with_keys_of
from tests.rows import rows
from tests.services.accounts_builders import account
from tests.services.register_builders import registered


@pytest.fixture
def own_app(tmp_path, loaded):
    """An application with keys of its own: these tests change them."""
    create_key_ring(tmp_path / "keys", PASSPHRASE, now=KEYS_MADE, organisation="Organisme de test")
    settings = make_settings(tmp_path)
    return _make(settings, with_keys_of(settings, loaded))


@pytest.fixture
def run(own_app):
    return lambda *words: own_app.test_cli_runner().invoke(args=["keys", *words]).output


@pytest.fixture
def ring(tmp_path):
    return lambda: load_key_ring(tmp_path / "keys", PASSPHRASE)


@pytest.fixture
def issued(own_app):
    """Two certificates of one holder: one signed before the theft, one after."""
    with own_app.app_context():
        db, loaded = current_session(), own_app.extensions["numericite.resources"]
        person = account(db)
        before = datetime(2026, 10, 1, tzinfo=UTC)
        registered(db, loaded, number=1, issued_at=before, valid_from=before, sat_on=before.date())
        registered(db, loaded, number=2, row={"person_id": person.id})
        db.commit()


class TestRefusals:
    def test_a_theft_is_not_dated_in_time_to_come(self, run, ring):
        kid = ring().active("token").kid

        assert "is yet to come" in run("compromise", kid, "--since", "2999-01-01", "--apply")

        assert ring().find(kid).state is KeyState.ACTIVE

    def test_nothing_rotates_without_a_key_that_waits(self, run):
        assert "flask keys next token` first" in run("rotate", "token")

    @pytest.mark.parametrize("family", ["token", "pdf", "data-integrity", "log"])
    def test_saying_what_a_rotation_touches_changes_nothing(self, run, ring, family):
        run("next", family)
        before = {key.kid: key.state for key in ring().keys}
        signing = ring().active(family).kid

        said = run("rotate", family, "--dry-run")

        assert {key.kid: key.state for key in ring().keys} == before
        assert f"{signing} ({family}) signs no more" in said
        assert "nothing was changed" in said

    @pytest.mark.usefixtures("issued")
    def test_a_rotation_says_what_rests_on_the_key_that_signs_no_more(self, run):
        run("next", "token")

        assert "2 credentials that it signed stay as they are" in run("rotate", "token", "--dry-run")

    def test_saying_what_giving_a_key_up_touches_changes_nothing(self, run, ring):
        run("next", "token")
        [waiting] = [key.kid for key in ring().keys if key.state is KeyState.NEXT]

        said = run("retire", waiting, "--dry-run")

        assert "0 credentials" in said
        assert ring().find(waiting).state is KeyState.NEXT

    def test_a_dry_run_refuses_what_the_act_would_refuse(self, run, ring):
        assert "No key waits" in run("rotate", "token", "--dry-run")
        assert "the one that signs" in run("retire", ring().active("token").kid, "--dry-run")

    def test_an_unknown_key_is_told(self, run):
        assert "No key has this name" in run("retire", "nonsense")
        assert "No key has this name" in run("compromise", "nonsense", "--since", "2026-11-01")

    def test_the_key_that_signs_is_not_merely_retired(self, run, ring):
        assert "flask keys rotate pdf" in run("retire", ring().active("pdf").kid)

    def test_a_stolen_key_is_not_retired_afterwards(self, run, ring):
        kid = ring().active("token").kid
        run("compromise", kid, "--since", "2026-11-01", "--apply")

        assert "stays compromised" in run("retire", kid)

    @pytest.mark.usefixtures("issued")
    def test_saying_what_a_theft_touches_changes_nothing(self, own_app, run, ring):
        kid = ring().active("token").kid

        told = run("compromise", kid, "--since", "2026-11-01T08:00")

        assert "1 credentials stay valid: the log shows" in told
        assert "1 credentials that it signed since will be withdrawn" in told
        assert "0 of these are in no leaf" in told
        assert "Nothing was changed" in told
        assert ring().active("token").kid == kid
        assert {row.status for row in rows(own_app, Certificate)} == {"active"}


class TestLife:
    @pytest.mark.parametrize("family", ["token", "pdf", "data-integrity", "log"])
    def test_a_next_key_takes_over_and_the_former_is_kept(self, own_app, run, ring, family):
        former = ring().active(family).kid

        assert "waits for its turn" in run("next", family)
        assert "signs from now on" in run("rotate", family)

        assert ring().active(family).kid != former
        assert ring().find(former).state is KeyState.RETIRED
        assert f"{former}  {family:14}  retired" in run("list")
        assert [row.action for row in rows(own_app, AuditEntry)] == ["key:added", "key:rotated"]

    def test_a_ring_of_an_earlier_version_is_completed_once(self, own_app, run, ring, tmp_path):
        index = tmp_path / "keys/keyring.json"
        former = json.loads(index.read_text())
        index.write_text(json.dumps(former | {"keys": former["keys"][:2]}))

        told = run("complete")

        assert "for the family data-integrity from now on" in told
        assert "for the family log from now on" in told
        assert {key.family.value for key in ring().keys} == {"token", "pdf", "data-integrity", "log"}
        assert [row.action for row in rows(own_app, AuditEntry)] == ["key:added", "key:added"]
        assert "nothing to do" in run("complete")

    def test_a_waiting_key_can_be_given_up(self, run, ring):
        run("next", "token")
        [waiting] = [key.kid for key in ring().keys if key.state is KeyState.NEXT]

        assert "is retired" in run("retire", waiting)


@pytest.mark.usefixtures("issued")
class TestCompromise:
    def test_what_was_signed_since_is_withdrawn_written_and_what_was_before_stands(self, own_app, run, ring):
        kid = ring().active("token").kid

        assert "Done" in run("compromise", kid, "--since", "2026-11-01", "--apply")

        after = ring()
        assert after.find(kid).state is KeyState.COMPROMISED
        assert after.active("token").kid != kid
        assert [(row.status, row.status_reason) for row in rows(own_app, Certificate)] == [
            ("active", None),
            ("revoked", "key-compromise"),
        ]
        [letter] = rows(own_app, OutboxEntry)
        assert "n’est plus sûre" in letter.payload["body"]
        trace = rows(own_app, AuditEntry)[-1]
        assert (trace.action, trace.detail) == ("key:compromised", {"kid": kid, "withdrawn": 1})

        # The service starts again on what is left, and the page of either certificate is one, not a crash.
        with own_app.app_context():
            db = current_session()
            found = [verdict_of(db, row, ring=ring(), now=NOW).outcome for row in rows(own_app, Certificate)]
        assert found == [Outcome.VALID, Outcome.REVOKED]

    def test_one_that_the_command_did_not_reach_is_not_believed_either(self, own_app, run, ring):
        run("compromise", ring().active("token").kid, "--since", "2026-11-01", "--apply")
        row = rows(own_app, Certificate)[1]
        row.status, row.status_changed_at = "active", None

        with own_app.app_context():
            verdict = verdict_of(current_session(), row, ring=ring(), now=NOW)

        assert (verdict.outcome, verdict.since) == (Outcome.REVOKED, datetime(2026, 11, 1, tzinfo=UTC))
        assert verdict.credential is not None

    @pytest.mark.parametrize("family", ["data-integrity", "log"])
    def test_a_stolen_key_of_twins_or_of_the_log_touches_no_credential(self, own_app, run, ring, family):
        kid = ring().active(family).kid

        told = run("compromise", kid, "--since", "2026-11-01", "--apply")

        assert "no credential is touched" in told
        assert ring().active(family).kid != kid
        assert {row.status for row in rows(own_app, Certificate)} == {"active"}

    def test_a_stolen_key_of_pages_touches_no_credential(self, own_app, run, ring):
        run("next", "pdf")
        kid = ring().active("pdf").kid

        assert "no credential is touched" in run("compromise", kid, "--since", "2026-11-01", "--apply")

        assert {row.status for row in rows(own_app, Certificate)} == {"active"}
        assert ring().active("pdf").kid != kid

    def test_a_key_that_signs_no_more_leaves_the_one_that_does(self, run, ring):
        former = ring().active("token").kid
        run("next", "token")
        run("rotate", "token")
        signing = ring().active("token").kid

        assert "it signs nothing today" in run("compromise", former, "--since", "2026-11-01", "--apply")
        assert ring().active("token").kid == signing


class TestDrill:
    """A token key is stolen at T: what the log shows before T stands, whatever anybody writes since does not."""

    STOLEN_AT = datetime(2026, 11, 1, tzinfo=UTC)
    BEFORE = datetime(2026, 10, 1, tzinfo=UTC)

    def dated(self, moment):
        return {"issued_at": moment, "valid_from": moment, "sat_on": moment.date()}

    @pytest.fixture
    def story(self, own_app):
        """Two honest ones and four forgeries that say they are old: in no leaf, in the leaf of an honest one, in one of today, and
        in one that somebody who can insert rows has dated back.
        """
        with own_app.app_context():
            db, loaded = current_session(), own_app.extensions["numericite.resources"]
            honest = registered(db, loaded, number=1, **self.dated(self.BEFORE))
            registered(db, loaded, number=2, **self.dated(NOW))
            registered(db, loaded, number=3, is_logged=False, **self.dated(self.BEFORE))
            borrowed = {"log_seq": honest.log_seq, "log_salt": honest.log_salt}
            registered(db, loaded, number=4, is_logged=False, row=borrowed, **self.dated(self.BEFORE))
            late = registered(db, loaded, number=5, is_logged=False, **self.dated(self.BEFORE))
            leaves.write_issue(db, late, salt=bytes(32), now=NOW)
            backdated = registered(db, loaded, number=6, is_logged=False, **self.dated(self.BEFORE))
            leaves.write_issue(db, backdated, salt=bytes(32), now=self.BEFORE)
            db.commit()

    def verdicts(self, own_app, ring):
        with own_app.app_context():
            db = current_session()
            found = db.scalars(select(Certificate).order_by(Certificate.id)).all()
            return [(one.outcome, one.reason) for one in (verdict_of(db, row, ring=ring, now=NOW) for row in found)]

    @pytest.mark.usefixtures("story")
    def test_before_the_theft_is_known_all_are_believed(self, own_app, ring):
        assert {outcome for outcome, _reason in self.verdicts(own_app, ring())} == {Outcome.VALID}

    @pytest.mark.usefixtures("story")
    def test_once_it_is_the_log_alone_decides(self, own_app, ring):
        """Even before anything is withdrawn: the declaration is enough."""
        declared = declare_compromised(ring(), ring().active("token").kid, since=self.STOLEN_AT)

        assert self.verdicts(own_app, declared) == [
            (Outcome.VALID, None),
            (Outcome.REVOKED, None),
            (Outcome.REVOKED, "not-in-log"),
            (Outcome.REVOKED, "not-in-log"),
            (Outcome.REVOKED, "not-in-log"),
            (Outcome.REVOKED, "not-in-log"),
        ]

    @pytest.mark.usefixtures("story")
    def test_the_command_says_it_first_then_does_it_and_the_log_keeps_it(self, own_app, run, ring):
        kid = ring().active("token").kid
        told = run("compromise", kid, "--since", "2026-11-01")
        assert "1 credentials stay valid" in told
        assert "5 credentials that it signed since will be withdrawn" in told
        assert "1 of these are in no leaf" in told

        run("compromise", kid, "--since", "2026-11-01", "--apply")

        assert [row.status for row in rows(own_app, Certificate)] == ["active", *["revoked"] * 5]
        events = [row.event for row in rows(own_app, LogLeaf)]
        assert events.count("issue") == 4
        assert events.count("revoke") == 4  # the one that nobody logged has no leaf to tell it by
        assert self.verdicts(own_app, ring())[0] == (Outcome.VALID, None)

    @pytest.mark.usefixtures("story")
    def test_what_it_signed_is_good_for_no_day_withdrawn_or_signed_again(self, own_app, run, ring):
        run("compromise", ring().active("token").kid, "--since", "2026-11-01", "--apply")
        with own_app.app_context():
            db = current_session()
            db.execute(update(Certificate).where(Certificate.id == 3).values(status="superseded"))
            db.commit()
            asked = Asked(
                ring=ring(),
                secret="r" * 40,
                now=NOW,
                moment=datetime(2026, 10, 15, tzinfo=UTC),
                origin="https://x",
                check_file=check_file,
            )
            found = db.scalars(select(Certificate).order_by(Certificate.id)).all()
            told = [check(db, row.token, asked=asked).verdict for row in found]
            by_code = check(db, new_code((3).to_bytes(10)), asked=asked).verdict

        assert [one.outcome for one in told] == [Outcome.VALID, *[Outcome.REVOKED] * 5]
        assert (by_code.outcome, by_code.since) == (Outcome.REVOKED, self.STOLEN_AT)

    def test_a_stolen_key_of_the_log_takes_its_checkpoints_with_it_and_nothing_else(self, run, ring):
        kid = ring().active("log").kid

        assert "believed no more; no leaf" in run("compromise", kid, "--since", "2026-11-01", "--apply")

        assert ring().active("log").kid != kid
        assert len(verifier_keys("https://numericite.example", ring())) == 1


def test_every_command_of_keys_is_offered():
    assert set(keys.keys_group.commands) == {"list", "next", "complete", "rotate", "retire", "compromise"}
