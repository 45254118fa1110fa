"""Commands: what an operator types, and what is refused."""

import json
import re
import subprocess
from dataclasses import replace

import click
import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import select

from app import cli, commands
from app.access import Role
from app.accounts.models import Person, PersonRole
from app.accounts.services import people
from app.certification.models import Certificate
from app.commands import demonstration, standalone
from app.database import current_session
from app.examination.models import Candidate, ExamSession
from app.identity.models import SecondFactor
from app.organisations.models import Structure
from app.outbox import OutboxEntry
from certificates.algorithms import base64url
from certificates.key_store import load_key_ring
from certificates.open_badge import issue
from certificates.reference import new_code
from tests.builders import NOW as ISSUED_AT
from tests.builders import issuer, key_ring, supervised
from tests.conftest import _make, make_settings
from tests.rows import rows
from tests.services.accounts_builders import NOW, account
from tests.services.register_builders import registered
from tests.vectors.make_formats import FOLDER


@pytest.fixture
def run(app):
    """Type a command."""
    return lambda *words: app.test_cli_runner().invoke(args=list(words))


class TestSample:
    @pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # it has a database of its own
    def test_writes_everything_from_a_clean_clone(self, run, tmp_path, requires_tool):
        done = run("sample", str(tmp_path / "out"), "--origin", "https://example.org")

        assert done.exit_code == 0, done.output
        assert "the credential verifies" in done.output
        assert (tmp_path / "out/certificate.pdf").read_bytes().startswith(b"%PDF-1.7")
        stated = json.loads((tmp_path / "out/credential.json").read_text())
        assert stated["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
        assert stated["issuer"]["url"] == "https://example.org"
        written = {path.name for path in (tmp_path / "out").iterdir()}
        assert written >= {
            "credential.jwt",
            "credential.di.json",
            "badge.png",
            "badge.svg",
            "qr.png",
            "qr.txt",
            "status.jwt",
            "status.di.json",
            "did.json",
            "jwks.json",
            "checkpoint.txt",
            "log-keys.txt",
            "receipt.jwt",
            "receipt.pdf",
        }
        scanned = zxingcpp.read_barcode(Image.open(tmp_path / "out/qr.png")).text
        assert scanned == (tmp_path / "out/qr.txt").read_text().strip()
        assert scanned.startswith("https://example.org/c/")
        words = [requires_tool("pdftoppm"), "-r", "150", "-png", "-singlefile", "out/certificate.pdf", "page"]
        subprocess.run(words, cwd=tmp_path, check=True)
        assert zxingcpp.read_barcode(Image.open(tmp_path / "page.png")).text == scanned

    def test_forms_that_disagree_are_told(self):
        ring = key_ring()
        other = issue(supervised(), issuer=issuer(), ring=ring)
        frozen = {path.name: path.read_bytes() for path in FOLDER.iterdir()}
        files = {
            "credential.jwt": other.encode(),
            "credential.di.json": frozen["schema-1-statement-fr.json"],
            "qr.txt": b"https://numericite.example/c/X#" + base64url(frozen["schema-1-statement-fr.cose"]).encode(),
            "badge.png": frozen["badge.png"],
            "badge.svg": frozen["badge.svg"],
            "status.jwt": frozen["status.jwt"],
        }

        with pytest.raises(click.ClickException, match="disagree"):
            standalone._check_sample(files, ring, at=ISSUED_AT)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # it reads no database
class TestContentCheck:
    def test_says_what_there_is_and_what_is_not_met_yet(self, run):
        done = run("content", "check")

        assert done.exit_code == 0, done.output
        assert re.search(r"\d+ items, \d+ modules, \d+ paths: no fault", done.output)

    def test_lists_every_fault_with_its_rule(self, run, tmp_path):
        (tmp_path / "items").mkdir()
        (tmp_path / "items/x.yaml").write_text("- id: 1\n- id: 2\n")

        done = run("content", "check", str(tmp_path))

        assert done.exit_code == 1
        assert "items/x.yaml:1:" in done.output
        assert "items/x.yaml:2:" in done.output
        assert "[form]" in done.output

    def test_demands_of_quality_are_held_when_asked_for(self, run):
        done = run("content", "check", "--amounts", "--on", "2099-01-01")

        assert done.exit_code == 1
        assert "à relire depuis le" in done.output
        assert "[reviewed-in-time]" in done.output

    def test_what_the_service_would_load_is_checked_too(self, run, monkeypatch, tmp_path):
        (tmp_path / "items").mkdir()
        (tmp_path / "items/x.yaml").write_text("- id: 1\n")
        monkeypatch.setenv("CONTENT_DIRS", f"{tmp_path}:")

        done = run("content", "check")

        assert done.exit_code == 1
        assert "items/x.yaml:1:" in done.output

    def test_a_directory_that_does_not_exist_is_no_clean_content(self, run, monkeypatch):
        monkeypatch.setenv("CONTENT_DIRS", "/nowhere/at/all")

        done = run("content", "check")

        assert done.exit_code != 0
        assert "does not exist" in done.output
        assert "no fault" not in done.output


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # it reads no database
class TestContentStatistics:
    def test_one_line_for_programs(self, run):
        counts = json.loads(run("content", "stats", "--json").output)["frameworks"]["CIT"]

        assert {"items", "open", "reserved", "single_choice", "simulation", "modules", "plain"} <= set(counts)
        assert counts["items"] == counts["open"] + counts["reserved"]

    def test_a_table_for_authors(self, run):
        table = run("content", "stats").output

        assert re.search(r"CIT-4\.1( +\d+)+", table)
        assert "simul." in table

    def test_a_page(self, run, tmp_path):
        run("content", "stats", "--html", str(tmp_path / "counts.html"))

        page = (tmp_path / "counts.html").read_text()
        assert "<h1>Le contenu en chiffres</h1>" in page
        assert "CIT-4.1" in page

    def test_faulty_content_is_not_counted(self, run, tmp_path):
        (tmp_path / "items").mkdir()
        (tmp_path / "items/x.yaml").write_text("- id: 1\n")

        assert "flask content check lists them" in run("content", "stats", str(tmp_path)).output


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # it reads no database
class TestContentPreview:
    def test_an_item_that_does_not_exist_is_refused(self, run):
        assert "No item of this identifier" in run("content", "preview", "CIT-9.9-99").output

    def test_gives_the_address(self, run, monkeypatch):
        opened = []
        monkeypatch.setattr("click.launch", opened.append)

        done = run("content", "preview", "CIT-4.1-01", "--origin", "https://numericite.example/", "--open")

        assert done.output.strip() == "https://numericite.example/administration/contenu/questions/CIT-4.1-01"
        assert opened == [done.output.strip()]
        assert "/administration/contenu/" in run("content", "preview", "CIT-4.1-01").output


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # it reads no database
class TestContentSchema:
    def test_one_kind(self, run):
        assert json.loads(run("content", "schema").output)["title"] == "Questions"
        assert json.loads(run("content", "schema", "path").output)["title"] == "Parcours"

    def test_all_of_them_into_a_directory(self, run, tmp_path):
        run("content", "schema", "--to", str(tmp_path / "schemas"))

        assert {path.name for path in (tmp_path / "schemas").iterdir()} == {
            f"{kind}.schema.json" for kind in ("items", "facts", "module", "path", "recommendations", "policies")
        }


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

    def test_what_the_environment_says_goes_before_the_file(self, run, tmp_path, monkeypatch):
        (tmp_path / ".env.example").write_text((standalone.ROOT / ".env.example").read_text())
        monkeypatch.setattr(standalone, "ROOT", tmp_path)
        monkeypatch.setenv("INSTANCE_DIRECTORY", str(tmp_path / "elsewhere"))
        monkeypatch.setenv("KEY_PASSPHRASE", "a passphrase of the environment")

        run("setup")

        assert load_key_ring(tmp_path / "elsewhere/keys", "a passphrase of the environment")
        assert not (tmp_path / "instance").exists()


class TestOperation:
    def test_an_administrator_needs_an_account_first(self, run):
        assert "No account has this address" in run("admin", "grant", "nobody@example.com").output

    def test_an_administrator_is_made(self, app, run, db):
        person = account(db)
        number, address = person.id, person.email
        db.commit()  # and nothing of it is read again: that would hold the lock that the command needs

        assert f"Account {number} is an administrator" in run("admin", "grant", address).output
        assert [row.role for row in rows(app, PersonRole)] == [Role.ADMINISTRATOR]
        assert "un rôle de plus\N{NO-BREAK SPACE}: administration" in rows(app, OutboxEntry)[-1].payload["body"]
        letters = len(rows(app, OutboxEntry))
        run("admin", "grant", address)
        assert len(rows(app, OutboxEntry)) == letters, "given twice, it is told once"

    def test_an_author_is_made(self, app, run, db):
        address = account(db).email
        db.commit()

        assert "is an author" in run("admin", "grant", address, "--role", "author").output
        assert [row.role for row in rows(app, PersonRole)] == [Role.AUTHOR]

    def test_whoever_lost_passkey_and_codes_is_let_in_and_told(self, app, run, db):
        person = account(db)
        number, address = person.id, person.email
        db.add(SecondFactor(person_id=person.id, enabled_at=NOW))
        db.commit()

        assert f"Account {number} asks for one proof only" in run("admin", "let-in", address).output
        assert rows(app, SecondFactor) == []
        assert "n’est plus demandée en plus" in rows(app, OutboxEntry)[-1].payload["body"]
        for nothing in (address, "nobody@example.com"):
            assert "asks for a second proof" in run("admin", "let-in", nothing).output

    def test_revoking_what_does_not_exist_is_refused(self, run):
        assert "Not changed: not-found" in run("certificates", "revoke", "0000", "--reason", "error").output

    def test_suspending_then_reinstating_and_what_is_refused(self, app, run):
        with app.app_context():
            registered(current_session(), app.extensions["numericite.resources"])
            current_session().commit()
        code = new_code((1).to_bytes(10))

        assert "Not changed: unchanged-status" in run("certificates", "reinstate", code).output
        assert "Suspended" in run("certificates", "suspend", code, "--reason", "under-review").output
        assert (
            "Not changed: unchanged-status" in run("certificates", "suspend", code, "--reason", "under-review").output
        )
        assert "Reinstated" in run("certificates", "reinstate", code).output
        assert "Revoked" in run("certificates", "revoke", code, "--reason", "error").output
        assert "Not changed: already-revoked" in run("certificates", "reinstate", code).output
        assert "is not one of" in run("certificates", "suspend", code, "--reason", "fraud").output

    def test_retention_says_what_it_did(self, run):
        assert "guests: 0" in run("retention", "run").output

    def test_letters_are_delivered_by_hand(self, run):
        assert "Delivered" in run("outbox", "deliver").output


class TestDemonstration:
    @pytest.mark.parametrize(
        "missing", [demonstration.CITIZEN, demonstration.PROFESSIONAL, demonstration.ADMINISTRATOR]
    )
    @pytest.mark.parametrize("how", ["erased", "moved"])
    def test_whoever_has_left_or_moved_is_made_again_and_nobody_else(self, app, run, missing, how):
        run("demo", "people")
        run("demo", "journey")
        with app.app_context():
            db = current_session()
            person = people.find_by_address(db, email=missing)
            before = {row.id: row.password_hash for row in db.scalars(select(Person)) if row is not person}
            person.email = None if how == "erased" else "ailleurs@example.com"
            person.erased_at = NOW if how == "erased" else None
            db.commit()

        again, journey = run("demo", "people"), run("demo", "journey")

        assert again.output.count("@") == 1, again.output
        assert missing in again.output
        assert "Verdict: valid" in journey.output, journey.output
        after = {row.id: row.password_hash for row in rows(app, Person)}
        assert len(after) == 4
        assert before.items() <= after.items()

    def test_the_password_written_down_opens_each_of_them(self, app, run, instance):
        (instance / "demo.txt").unlink(missing_ok=True)
        run("demo", "people")
        with app.app_context():
            people.find_by_address(current_session(), email=demonstration.CITIZEN).email = None
            current_session().commit()

        run("demo", "journey")

        *names, password = (instance / "demo.txt").read_text().splitlines()
        assert names == list(demonstration.NAMES)
        with app.app_context():
            for name in names:
                written = password.removeprefix("password: ")
                assert people.authenticate(current_session(), email=name, password=written, now=NOW)

    def test_opens_an_examination_with_everybody_it_needs_as_often_as_wanted(self, app, run):
        run("demo", "people")
        for framework in ("PRO", "CIT"):
            done = run("demo", "examination", "--framework", framework)
            assert done.exit_code == 0, done.output
            assert "numbers 1 to 3" in done.output
        assert [row.state for row in rows(app, ExamSession)] == ["open", "open"]
        assert len(rows(app, Structure)) == 1
        assert [row.person_id is None for row in rows(app, Candidate)] == [False, False, True] * 2

    def test_makes_its_people_where_nobody_has(self, run):
        assert "Verdict: valid" in run("demo", "journey").output

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
        elsewhere = _make(settings, replace(loaded, settings=settings))

        for words in (["demo", "people"], ["demo", "journey"]):
            assert "not a loopback one" in elsewhere.test_cli_runner().invoke(args=words).output


class TestCli:
    @pytest.fixture
    def environment(self, instance):
        settings = make_settings(instance)
        return {
            "SECRET_KEY": settings.secret_key,
            "REFERENCE_SECRET": settings.reference_secret,
            "KEY_PASSPHRASE": settings.key_passphrase,
            "INSTANCE_DIRECTORY": str(instance),
        }

    def test_without_settings_only_the_standalone_commands_are_there(self, monkeypatch, capsys):
        monkeypatch.setattr("os.environ", {})
        monkeypatch.setattr("sys.argv", ["flask", "demo"])

        bare = cli.create_app()

        assert set(commands.STANDALONE) <= set(bare.cli.commands)
        assert "demo" not in bare.cli.commands
        told = capsys.readouterr().err
        assert "SECRET_KEY is missing" in told
        assert "flask setup" in told

    def test_with_faulty_content_it_can_still_be_checked_and_nothing_is_a_traceback(
        self, monkeypatch, capsys, environment, tmp_path
    ):
        (tmp_path / "items").mkdir()
        (tmp_path / "items/x.yaml").write_text("- id: 1\n")
        monkeypatch.setattr("os.environ", {**environment, "CONTENT_DIRS": str(tmp_path)})
        monkeypatch.setattr("sys.argv", ["flask", "demo"])

        bare = cli.create_app()

        assert set(commands.STANDALONE) <= set(bare.cli.commands)
        told = capsys.readouterr().err
        assert "items/x.yaml:1:" in told
        assert "Run `flask content check` first" in told

    def test_with_settings_everything_is(self, monkeypatch, environment):
        monkeypatch.setattr("os.environ", environment)

        assert "demo" in cli.create_app().cli.commands


def test_a_guest_gets_no_role(db):
    from app.errors import NotFoundError  # noqa: PLC0415 (one test's need)

    guest = people.create_guest(current_session(), now=NOW)

    with pytest.raises(NotFoundError):
        people.grant_role(db, person_id=guest.id, role=Role.ADMINISTRATOR, actor_id=None, now=NOW)
