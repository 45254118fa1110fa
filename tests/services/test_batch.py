"""A batch: what is refused line by line, what is issued once, and a process killed in the middle."""

import hashlib
import os
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from app.accounts.models import Person
from app.assessments.models import RecordedAnswer, Sitting
from app.assessments.services import sittings
from app.audit import Action, AuditEntry
from app.certification.models import Certificate, HandedOutFile
from app.certification.services import batch, issuing, withdrawing
from app.commands import batch as command
from app.database import current_session
from app.database import db as handle
from app.models import METADATA
from certificates import seal, verification
from certificates.reference import new_code
from quizzes.items import Response, right_response
from quizzes.policy import policies
from tests.conftest import PASSPHRASE, _make, make_settings
from tests.services.accounts_builders import NOW, account
from tests.tracing import unmeasured

ROOT = Path(__file__).resolve().parent.parent.parent


def reference(number):
    return new_code(number.to_bytes(10))


def sit(db, loaded, *, policy="certification", number=0):
    """Somebody with a confirmed address who sat a test, right up to the third level."""
    person = account(db, email=f"person{number}@example.com")
    person.email_confirmed_at, person.printed_name = NOW, "Odile Payet"
    row = sittings.start(
        db,
        person_id=person.id,
        framework_code="CIT",
        policy=policies()[policy],
        language="fr",
        bank=loaded.bank,
        seed=2026,
        reference=reference(number),
        now=NOW,
    )
    while row.current_item_id is not None:
        item = loaded.bank.item(row.current_item_id)
        response = right_response(item) if item.level != "L4" else Response.skip()
        held = sittings.hold_own(db, reference=row.reference, person_id=person.id, bank=loaded.bank)
        sittings.submit_answer(db, held, item_id=item.id, response=response.to_json(), now=NOW)
    return row


def copied(db, row, number):
    """The same test sat by somebody else."""
    person = Person(kind="account", email=f"person{number}@example.com", created_at=NOW, email_confirmed_at=NOW)
    db.add(person)
    db.flush()
    skipped = ("id", "reference", "person_id")
    values = {one.name: getattr(row, one.name) for one in Sitting.__table__.columns if one.name not in skipped}
    twin = Sitting(**values, reference=reference(number), person_id=person.id)
    kept = [one.name for one in RecordedAnswer.__table__.columns if one.name not in ("id", "sitting_id")]
    twin.answers = [RecordedAnswer(**{name: getattr(one, name) for name in kept}) for one in row.answers]
    db.add(twin)
    db.flush()
    return twin


def written(path, *lines):
    path.write_text("\n".join(["reference,name", *lines]) + "\n", encoding="utf-8")
    return str(path)


@pytest.fixture
def passed(app, loaded):
    """Take the test for as many people as asked; return their references."""

    def take(people=1, **options):
        with app.app_context():
            db = current_session()
            row = sit(db, loaded, **options)
            twins = [copied(db, row, number) for number in range(1, people)]
            db.commit()
            return [row.reference, *(one.reference for one in twins)]

    return take


@pytest.fixture
def run(app, tmp_path):
    """Type the command."""

    def type_it(*words):
        return app.test_cli_runner().invoke(args=["certificates", "issue-batch", *words])

    return type_it


def register_of(app):
    with app.app_context():
        db = current_session()
        return list(db.scalars(select(Certificate))), list(db.scalars(select(HandedOutFile.sha256)))


class TestReadList:
    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("", "must name the columns"),
            ("nom,prénom\na,b\n", "must name the columns"),
            ('reference,name\n"a,b\n', "is not CSV"),
        ],
        ids=["nothing", "other columns", "a quote left open"],
    )
    def test_what_is_no_list_is_refused(self, text, reason):
        with pytest.raises(batch.MalformedListError, match=reason):
            batch.read_list(text)

    def test_references_are_read_as_people_type_them_and_lines_keep_their_number(self):
        text = "reference;name\n\n 7kq2-m4xr-9tbd-h5vn ;Odile Payet\nnone;\n7KQ2M4XR9TBDH5VN\n"

        assert batch.read_list(text) == [
            batch.Line(3, "7KQ2M4XR9TBDH5VN", "Odile Payet"),
            batch.Line(4, "none", ""),
            batch.Line(5, "7KQ2M4XR9TBDH5VN", ""),
        ]


class TestRefusals:
    def test_a_file_that_is_no_list_issues_nothing(self, run, tmp_path):
        (tmp_path / "list.csv").write_bytes(b"\xff\xfe\x00")

        done = run(str(tmp_path / "list.csv"), str(tmp_path / "out"))

        assert done.exit_code == 1
        assert "Nothing issued" in done.output

    def test_each_line_is_refused_with_its_number_and_what_to_do_and_the_others_go_through(
        self, app, run, passed, tmp_path
    ):
        good, unconfirmed, nameless, titled, cjk = passed(5)
        with app.app_context():
            people = {
                row.reference: current_session().get(Person, row.person_id)
                for row in current_session().scalars(select(Sitting))
            }
            people[unconfirmed].email_confirmed_at = None
            current_session().commit()
        lines = [f"{good},Odile Payet", "ZZZZ-ZZZZ-ZZZZ-ZZZZ,Odile Payet", f"{unconfirmed},Odile Payet", f"{nameless},"]
        lines += [f"{titled},Dr Odile Payet", f"{cjk},\U00030000"]

        done = run(written(tmp_path / "list.csv", *lines), str(tmp_path / "out"))

        assert done.exit_code == 1
        assert "1 issued, 0 printed again, 0 already there, 5 refused" in done.output
        for line, advice in [
            (3, "no test has this reference"),
            (4, "must confirm their e-mail address"),
            (5, "no name to print"),
            (6, "without title"),
            (7, "no font here draws this name"),
        ]:
            [told] = [one for one in done.output.splitlines() if one.startswith(f"Line {line},")]
            assert advice in told
        assert "Payet" not in done.output
        assert [file.name for file in (tmp_path / "out").iterdir()] == [f"{good}.pdf"]
        assert len(register_of(app)[0]) == 1

    def test_practice_proves_nothing(self, run, passed, tmp_path):
        [one] = passed(policy="positioning")

        done = run(written(tmp_path / "list.csv", f"{one},Odile Payet"), str(tmp_path / "out"))

        assert "not a finished certification test" in done.output

    def test_a_second_name_for_the_same_test_is_refused(self, run, passed, tmp_path):
        [one] = passed()
        run(written(tmp_path / "list.csv", f"{one},Odile Payet"), str(tmp_path / "out"))

        done = run(written(tmp_path / "list.csv", f"{one},Odile Hoarau"), str(tmp_path / "out"))

        assert "exists in another name" in done.output

    @pytest.mark.parametrize("is_there", [False, True], ids=["its file is gone", "its file is there"])
    def test_nothing_is_printed_for_what_was_withdrawn(self, app, loaded, run, passed, tmp_path, is_there):  # noqa: PLR0917
        [one] = passed()
        words = (written(tmp_path / "list.csv", one), str(tmp_path / "out"))
        run(*words)
        if not is_there:
            (tmp_path / "out" / f"{one}.pdf").unlink()
        with app.app_context():
            db = current_session()
            row = db.scalars(select(Certificate)).one()
            withdrawing.revoke(
                db, row=row, reason="error", actor_id=None, ring=loaded.ring, origin="http://127.0.0.1:8000", now=NOW
            )
            db.commit()

        done = run(*words)

        assert "set aside or withdrawn" in done.output
        assert "0 already there, 1 refused" in done.output
        assert len(list((tmp_path / "out").iterdir())) == is_there

    def test_a_dry_run_changes_nothing(self, app, run, passed, tmp_path):
        [one] = passed()

        done = run(written(tmp_path / "list.csv", f"{one},Odile Payet"), str(tmp_path / "out"), "--dry-run")

        assert done.exit_code == 0, done.output
        assert "nothing was changed. It would be: 1 issued" in done.output
        assert register_of(app) == ([], [])
        assert not (tmp_path / "out").exists()


class TestBegunFrom:
    """A process killed in the middle leaves an output that says which list it was begun from."""

    @pytest.fixture
    def killed(self, run, passed, tmp_path, monkeypatch):
        """Two of a list of three were made when the process died; return their references, and how to ask."""
        references = passed(3)
        monkeypatch.setattr(command, "CHUNK", 1)
        issue_lines, calls = batch.issue_lines, []

        def dies(*words, **options):
            calls.append(1)
            if len(calls) > 2:
                raise KeyboardInterrupt
            return issue_lines(*words, **options)

        monkeypatch.setattr(batch, "issue_lines", dies)

        def ask(*names, name="list.csv", output="out", words=()):
            lines = [f"{one},Odile Payet" for one in names]
            return run(written(tmp_path / name, *lines), str(tmp_path / output), *words)

        for output in ("out", "out.zip"):
            calls.clear()
            assert ask(*references, output=output).exit_code == 1
        monkeypatch.setattr(batch, "issue_lines", issue_lines)
        return references, ask

    @pytest.mark.parametrize("output", ["out", "out.zip"])
    @pytest.mark.parametrize("words", [(), ("--dry-run",)], ids=["for real", "dry"])
    def test_another_content_under_the_same_name_is_refused_and_said_clearly(
        self, app, killed, tmp_path, output, words
    ):
        references, ask = killed
        before = sorted(tmp_path.rglob("*"))

        done = ask(references[2], output=output, words=words)

        assert done.exit_code == 1
        assert "was begun from another list and is not finished: list.csv with SHA-256" in " ".join(done.output.split())
        assert sorted(tmp_path.rglob("*")) == before
        assert len(register_of(app)[0]) == 2

    def test_the_same_content_under_another_name_goes_on(self, app, killed, tmp_path):
        references, ask = killed

        done = ask(*references, name="renamed.csv")

        assert "Going on with the same list, which was called list.csv then" in done.output
        assert "1 issued, 0 printed again, 2 already there, 0 refused" in done.output
        assert sorted(file.name for file in (tmp_path / "out").iterdir()) == sorted(f"{one}.pdf" for one in references)
        assert len(register_of(app)[0]) == 3

    def test_an_archive_goes_on_too_and_holds_its_list_and_no_more(self, killed, tmp_path):
        references, ask = killed
        (tmp_path / "out.partial" / "somebody.pdf").write_bytes(b"from before")

        ask(*references, name="renamed.csv", output="out.zip")

        with zipfile.ZipFile(tmp_path / "out.zip") as archive:
            assert sorted(archive.namelist()) == sorted(f"{one}.pdf" for one in references)
        assert not (tmp_path / "out.partial").exists()

    def test_once_it_is_finished_a_corrected_list_may_follow(self, killed):
        references, ask = killed
        ask(*references)

        assert "3 already there" in ask(*reversed(references)).output

    def test_another_file_under_the_name_of_one_is_made_again(self, loaded, killed, tmp_path):
        references, ask = killed
        first, second = (tmp_path / "out" / f"{one}.pdf" for one in references[:2])
        first.write_bytes(second.read_bytes())  # somebody else's, handed out as well

        done = ask(*references)

        assert "1 issued, 1 printed again, 1 already there" in done.output
        assert len({seal.examine(one.read_bytes(), roots=loaded.ring.roots).token for one in (first, second)}) == 2


class TestIssued:
    def test_a_sealed_file_each_recorded_and_the_list_may_be_given_again(self, app, loaded, run, passed, tmp_path):
        references = passed(3)
        words = (written(tmp_path / "list.csv", *[f"{one},Odile Payet" for one in references]), str(tmp_path / "out"))

        done = run(*words)
        again = run(*words)
        (tmp_path / "out" / f"{references[0]}.pdf").unlink()
        third = run(*words)

        assert "3 issued, 0 printed again, 0 already there, 0 refused" in done.output
        assert "0 issued, 0 printed again, 3 already there, 0 refused" in again.output
        assert "0 issued, 1 printed again, 2 already there, 0 refused" in third.output
        rows, hashes = register_of(app)
        files = [file.read_bytes() for file in (tmp_path / "out").iterdir()]
        assert len(rows) == 3
        assert sorted(hashes) == sorted(hashlib.sha256(data).hexdigest() for data in files)
        tokens = [seal.examine(data, roots=loaded.ring.roots).token for data in files]
        assert {verification.verify_signature(token, loaded.ring).holder_name for token in tokens} == {"Odile Payet"}

    def test_whoever_ran_it_is_the_actor_not_the_holder(self, app, run, passed, tmp_path):
        [one] = passed()

        run(written(tmp_path / "list.csv", one), str(tmp_path / "out"))

        with app.app_context():
            made = current_session().scalars(select(AuditEntry).where(AuditEntry.action == Action.CERTIFICATE_ISSUED))
            assert [entry.actor_id for entry in made] == [None]

    def test_one_archive(self, run, passed, tmp_path):
        references = passed(2)
        words = (
            written(tmp_path / "list.csv", *[f"{one},Odile Payet" for one in references]),
            str(tmp_path / "out.zip"),
        )

        done = run(*words)

        assert done.exit_code == 0, done.output
        with zipfile.ZipFile(tmp_path / "out.zip") as archive:
            assert sorted(archive.namelist()) == sorted(f"{one}.pdf" for one in references)
        assert sorted(file.name for file in tmp_path.iterdir()) == ["list.csv", "out.zip"]
        assert "exists: move it away" in run(*words).output

    def test_a_line_that_clashes_with_another_way_of_issuing_is_tried_again(self, app, loaded, passed):
        """Somebody took the same place in the status list between the look and the write."""
        [one] = passed()
        with app.app_context():
            db = current_session()
            taken = {"code_hmac": "x", "credential_id": "x", "kind": "statement", "assurance": "A1", "status_index": 5}
            db.add(Certificate(**taken, framework_code="CIT", token="x", issued_at=NOW))
            db.flush()
            uuid = "6f1c2a9e-3b7d-4c58-9a10-2f4e8d5b7c61"
            indices = iter([5, 6])

            [outcome] = batch.issue_lines(
                db,
                [batch.Line(2, one, "Odile Payet")],
                loaded=loaded,
                draw=lambda: issuing.Chances(
                    code=reference(77), credential_uuid=uuid, status_index=next(indices), log_salt=bytes(32)
                ),
                there={},
                now=NOW,
            )

            assert outcome.data is not None
            assert sorted(db.scalars(select(Certificate.status_index))) == [5, 6]

    @pytest.mark.parametrize("is_shipped", [True, False], ids=["questions of the source", "private questions"])
    def test_a_batch_from_questions_that_anybody_can_read_is_a_demonstration(self, app, loaded, passed, is_shipped):
        [one] = passed()
        own = replace(loaded, settings=replace(loaded.settings, demonstration=False))
        own = own if is_shipped else replace(own, shipped_items=frozenset())
        with app.app_context():
            db = current_session()
            chances = issuing.Chances(
                code=reference(77),
                credential_uuid="6f1c2a9e-3b7d-4c58-9a10-2f4e8d5b7c61",
                status_index=5,
                log_salt=bytes(32),
            )

            batch.issue_lines(
                db, [batch.Line(2, one, "Odile Payet")], loaded=own, draw=lambda: chances, there={}, now=NOW
            )

            row = db.scalars(select(Certificate)).one()
            assert verification.read_registered(row.token, loaded.ring).demonstration is is_shipped


class TestKilled:
    PEOPLE = 120

    def test_a_process_killed_in_the_middle_leaves_neither_a_double_nor_a_hole(self, instance, loaded, tmp_path):
        database = f"sqlite:///{tmp_path}/killed.sqlite"
        app = _make(make_settings(instance, DATABASE_URL=database), loaded)
        with app.app_context():
            METADATA.create_all(handle.engine)
            db = current_session()
            row = sit(db, loaded)
            names = [row.reference, *(copied(db, row, number).reference for number in range(1, self.PEOPLE))]
            db.commit()
        words = (written(tmp_path / "list.csv", *[f"{one},Odile Payet" for one in names]), str(tmp_path / "out"))

        process = self.start(words, instance, database)
        deadline = time.monotonic() + 120
        while process.poll() is None and not list(tmp_path.glob("out/*.pdf")) and time.monotonic() < deadline:
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        survived = len(list(tmp_path.glob("out/*.pdf")))
        finished = self.start(words, instance, database)
        told, _errors = finished.communicate(timeout=240)

        assert 0 < survived < self.PEOPLE
        assert finished.returncode == 0, told
        assert "0 refused" in told
        with app.app_context():
            db = current_session()
            rows = db.scalars(select(Certificate)).all()
            handed_out = dict(map(tuple, db.execute(select(HandedOutFile.sha256, HandedOutFile.certificate_id))))
            assert len({row.sitting_id for row in rows}) == len(rows) == self.PEOPLE
            handle.engine.dispose()
        files = [tmp_path / "out" / f"{one}.pdf" for one in names]
        assert sorted(tmp_path.glob("out/*")) == sorted(files)
        of_rows = [handed_out[hashlib.sha256(file.read_bytes()).hexdigest()] for file in files]
        assert sorted(of_rows) == sorted(row.id for row in rows)
        # Those on both sides of the kill, and the ends, are opened: the others are told by their digest.
        tokens = {row.id: row.token for row in rows}
        for place in {0, survived - 2, survived - 1, survived, survived + 1, self.PEOPLE - 1} & {*range(self.PEOPLE)}:
            assert seal.examine(files[place].read_bytes(), roots=loaded.ring.roots).token == tokens[of_rows[place]]

    def start(self, words, instance, database):
        settings = {
            "SECRET_KEY": "s" * 40,
            "REFERENCE_SECRET": "r" * 40,
            "KEY_PASSPHRASE": PASSPHRASE,
            "PUBLIC_URL": "http://127.0.0.1:8000",
            "INSTANCE_DIRECTORY": str(instance),
            "DATABASE_URL": database,
            "EMBEDDED_WORKER": "0",
        }
        return subprocess.Popen(
            [sys.executable, "-m", "flask", "certificates", "issue-batch", *words],
            cwd=ROOT,
            env={**unmeasured(), **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
