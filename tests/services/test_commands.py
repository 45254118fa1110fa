"""Commands: what an operator types, and what is refused."""

import json
import re

import pytest

from app import cli, commands
from app.access import Role
from app.accounts.models import Person, PersonRole
from app.accounts.services import people
from app.certification.models import Certificate
from app.commands import standalone
from app.database import current_session
from certificates.key_store import load_key_ring
from tests.conftest import _make, make_settings
from tests.services.accounts_builders import NOW, account
from tests.web.test_journey import rows


@pytest.fixture
def run(app):
    """Type a command."""
    return lambda *words: app.test_cli_runner().invoke(args=list(words))


class TestSample:
    def test_writes_everything_from_a_clean_clone(self, run, tmp_path):
        done = run("sample", str(tmp_path / "out"), "--origin", "https://example.org")

        assert done.exit_code == 0, done.output
        assert "the credential verifies" in done.output
        assert (tmp_path / "out/certificate.pdf").read_bytes().startswith(b"%PDF-1.7")
        stated = json.loads((tmp_path / "out/credential.json").read_text())
        assert stated["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
        assert stated["issuer"]["url"] == "https://example.org"


class TestContent:
    def test_says_what_there_is(self, run):
        done = run("content", "check")

        assert re.search(r"\d+ items, \d+ modules, \d+ paths", done.output)

    def test_lists_every_fault(self, run, tmp_path):
        (tmp_path / "items").mkdir()
        (tmp_path / "items/x.yaml").write_text("- id: 1\n- id: 2\n")

        done = run("content", "check", str(tmp_path))

        assert done.exit_code == 1
        assert "items/x.yaml:1:" in done.output
        assert "items/x.yaml:2:" in done.output

    def test_gives_editors_a_schema(self, run):
        assert json.loads(run("content", "schema").output)["title"] == "Questions"


class TestSetup:
    def test_makes_secrets_and_keys_once(self, run, tmp_path, monkeypatch):
        (tmp_path / ".env.example").write_text((standalone.ROOT / ".env.example").read_text())
        monkeypatch.setattr(standalone, "ROOT", tmp_path)

        first, second = run("setup"), run("setup")

        assert "Secrets written" in first.output
        assert "Keys found" in second.output
        written = dict(
            line.split("=", 1)
            for line in (tmp_path / ".env").read_text().splitlines()
            if "=" in line and line[0] != "#"
        )
        assert "change-me" not in written["SECRET_KEY"]
        assert load_key_ring(tmp_path / "instance/keys", written["KEY_PASSPHRASE"])


class TestOperation:
    def test_an_administrator_needs_an_account_first(self, run):
        assert "No account has this address" in run("admin", "grant", "nobody@example.com").output

    def test_an_administrator_is_made(self, app, run, db):
        person = account(db)
        number, address = person.id, person.email
        db.commit()  # and nothing of it is read again: that would hold the lock that the command needs

        assert f"Account {number} is an administrator" in run("admin", "grant", address).output
        assert [row.role for row in rows(app, PersonRole)] == [Role.ADMINISTRATOR]

    def test_revoking_what_does_not_exist_is_refused(self, run):
        assert "Not revoked: not-found" in run("certificates", "revoke", "0000", "--reason", "error").output

    def test_retention_says_what_it_did(self, run):
        assert "guests: 0" in run("retention", "run").output

    def test_letters_are_delivered_by_hand(self, run):
        assert "Delivered" in run("outbox", "deliver").output


class TestDemonstration:
    def test_needs_its_people_first(self, run):
        assert "demo people" in run("demo", "journey").output

    def test_runs_from_end_to_end_twice_and_loses_nothing(self, app, run):
        assert "made" in run("demo", "people").output
        assert "there already" in run("demo", "people").output

        first, second = run("demo", "journey"), run("demo", "journey")

        assert "Verdict: valid" in first.output, first.output
        assert first.output == second.output
        assert len(rows(app, Certificate)) == 1
        assert len(rows(app, Person)) == 3
        code = re.search(r"/c/(\S+)", first.output)[1]
        assert "Revoked" in run("certificates", "revoke", code, "--reason", "error").output
        assert "Verdict: revoked" in run("demo", "journey").output

    def test_is_refused_on_a_public_address(self, instance, loaded):
        settings = make_settings(
            instance, PUBLIC_URL="https://numericite.example", DATABASE_URL=f"sqlite:///{instance}/public.sqlite"
        )
        elsewhere = _make(
            settings,
            type(loaded)(
                **{
                    **{name: getattr(loaded, name) for name in ("bank", "modules", "paths", "ring", "issuer", "press")},
                    "settings": settings,
                }
            ),
        )

        for words in (["demo", "people"], ["demo", "journey"]):
            assert "not a loopback one" in elsewhere.test_cli_runner().invoke(args=words).output


class TestCli:
    def test_without_settings_only_the_standalone_commands_are_there(self, monkeypatch, capsys):
        monkeypatch.setattr("os.environ", {})
        monkeypatch.setattr("sys.argv", ["flask", "demo"])

        bare = cli.create_app()

        assert set(commands.STANDALONE) <= set(bare.cli.commands)
        assert "demo" not in bare.cli.commands
        told = capsys.readouterr().err
        assert "SECRET_KEY is missing" in told
        assert "flask setup" in told

    def test_with_settings_everything_is(self, monkeypatch, instance):
        settings = make_settings(instance)
        values = {
            "SECRET_KEY": settings.secret_key,
            "REFERENCE_SECRET": settings.reference_secret,
            "KEY_PASSPHRASE": settings.key_passphrase,
            "INSTANCE_DIRECTORY": str(instance),
        }
        monkeypatch.setattr("os.environ", values)

        assert "demo" in cli.create_app().cli.commands


def test_a_guest_gets_no_role(db):
    from app.errors import NotFoundError  # noqa: PLC0415 (one test's need)

    guest = people.create_guest(current_session(), now=NOW)

    with pytest.raises(NotFoundError):
        people.grant_role(db, person_id=guest.id, role=Role.ADMINISTRATOR, actor_id=None, now=NOW)
