"""A process killed, a disk that is full, two tabs at once: no acknowledged answer is lost and nothing is half-written."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import create_engine, text

from app.assessments.models import ItemUse, PoolUse, RecordedAnswer, Sitting
from app.assessments.services import exposures
from app.certification.models import Certificate
from app.database import current_session
from quizzes.policy import policies
from tests.conftest import PASSPHRASE
from tests.web.answering import answer_all, fields_for, on_screen
from tests.web.test_journey import open_account, rows, start

ROOT = Path(__file__).resolve().parent.parent.parent


class Server:
    """The real thing: gunicorn on a database of its own, to be killed."""

    def __init__(self, directory: Path, keys: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        (directory / "keys").symlink_to(keys)
        self.environment = {
            **os.environ,
            "SECRET_KEY": "s" * 40,
            "REFERENCE_SECRET": "r" * 40,
            "KEY_PASSPHRASE": PASSPHRASE,
            "INSTANCE_DIRECTORY": str(directory),
            "KEY_DIRECTORY": str(directory / "keys"),
            "DATABASE_URL": "",
            "PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "EMBEDDED_WORKER": "0",
            "FLASK_APP": "app.cli",
            "FLASK_SKIP_DOTENV": "1",
        }
        subprocess.run(
            [sys.executable, "-m", "flask", "db", "upgrade"],
            cwd=ROOT,
            env=self.environment,
            check=True,
            capture_output=True,
        )

    def start(self) -> None:
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "--no-control-socket",
            "wsgi:app",
            "--bind",
            f"127.0.0.1:{self.port}",
            "--no-control-socket",
        ]
        self.process = subprocess.Popen(
            [*command, "--worker-class", "gthread", "--threads", "4", "--log-level", "critical"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        for _ in range(100):
            try:
                if self.ask("GET", "/healthz")[0] == 200:
                    return
            except OSError:
                time.sleep(0.1)
        pytest.fail("the server did not start")

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def ask(self, method, path, *, cookie="", data=None):
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        headers = {"Cookie": cookie}
        if data is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body=urlencode(data) if data else None, headers=headers)
        response = connection.getresponse()
        body = response.read().decode()
        connection.close()
        found = re.search(r"numericite=[^;]+", response.headers.get("Set-Cookie", ""))
        return response.status, response.headers.get("Location", ""), body, found[0] if found else cookie


def hidden(html, name):
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', html)[1]


def test_kill_nine_loses_no_acknowledged_answer(tmp_path, instance):
    server = Server(tmp_path, instance / "keys")
    server.start()
    _, _, html, cookie = server.ask("GET", "/evaluations/CIT/positionnement")
    _, location, _, cookie = server.ask(
        "POST", "/evaluations/CIT/positionnement", cookie=cookie, data={"csrf_token": hidden(html, "csrf_token")}
    )
    acknowledged = 0
    for _ in range(4):
        _, _, html, cookie = server.ask("GET", location, cookie=cookie)
        sent = {"csrf_token": hidden(html, "csrf_token"), "item_id": hidden(html, "item_id"), "passe": "1"}
        status, _, _, cookie = server.ask("POST", f"{location}/reponses", cookie=cookie, data=sent)
        acknowledged += status == 303
        server.kill()
        server.start()
    try:
        _, _, html, _ = server.ask("GET", location, cookie=cookie)
    finally:
        server.kill()

    assert acknowledged == 4
    assert f"Question {acknowledged + 1}" in html
    engine = create_engine(f"sqlite:///{tmp_path}/numericite.sqlite")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM recorded_answers")).scalar() == acknowledged
    engine.dispose()


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # the one that can be told how many pages it may have
def test_a_full_disk_while_issuing_is_told_and_leaves_nothing(app, visitor):
    open_account(app, visitor)
    start(visitor, policy="certification")
    answer_all(app, visitor)
    visitor.get(visitor.page.links["Préparer mon attestation"])
    with app.app_context():
        from app.database import db as handle  # noqa: PLC0415 (this test alone looks at the engine)

        raw = handle.engine.raw_connection()
        raw.execute("VACUUM")  # no page left free by earlier tests
        pages = raw.execute("PRAGMA page_count").fetchone()[0]
        raw.close()
        handle.engine.dispose()

        from sqlalchemy import event  # noqa: PLC0415 (idem)

        def shrink(connection, _record):
            connection.execute(f"PRAGMA max_page_count={pages}")

        event.listen(handle.engine, "connect", shrink)
        try:
            page = visitor.submit("/certificats/preparer", printed_name="Odile Payet", expect=503)
        finally:
            event.remove(handle.engine, "connect", shrink)
            handle.engine.dispose()

    assert "Rien n’a été écrit à moitié" in page.text
    assert rows(app, Certificate) == []


def test_two_tabs_at_once_record_one_answer(app, visitor):
    page = start(visitor)
    item, seed = on_screen(app, page)
    form = page.form("/reponses")
    data = {**form.fields, **fields_for(item, seed=seed)}
    cookie = visitor.client.get_cookie("numericite").value
    statuses = []

    def send():
        client = app.test_client()
        client.set_cookie("numericite", cookie)
        statuses.append(client.post(form.action, data=data).status_code)

    tabs = [threading.Thread(target=send) for _ in range(4)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()

    assert set(statuses) <= {303, 409}
    assert len(rows(app, RecordedAnswer)) == 1


def test_the_same_test_begun_twice_at_once_is_one_sitting(app, visitor):
    open_account(app, visitor)
    form = visitor.get("/evaluations/CIT/positionnement").form("positionnement")
    cookie = visitor.client.get_cookie("numericite").value
    statuses = []

    def send():
        client = app.test_client()
        client.set_cookie("numericite", cookie)
        statuses.append(client.post(form.action, data=form.fields).status_code)

    clicks = [threading.Thread(target=send) for _ in range(4)]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()

    assert 303 in statuses
    assert set(statuses) <= {303, 409}
    assert len(rows(app, Sitting)) == 1


def test_sittings_that_begin_at_once_never_wait_for_each_other(app, loaded):
    """The first makes the counters of every item, the second was about to, the third lets an item rest."""
    policy = policies()["positioning"]
    resting = {loaded.bank.items_of("CIT", policy.pool)[0].id}
    second_has_drawn, second_may_count, at_once = threading.Event(), threading.Event(), threading.Event()
    at_once.set()

    def begin(has_drawn, may_count):
        with app.app_context():
            db = current_session()
            exposures.draw_resting(db, bank=loaded.bank, framework_code="CIT", policy=policy, seed=1)
            has_drawn.set()
            may_count.wait(10)
            exposures.count_sitting(db, framework_code="CIT", policy_id=policy.id, resting=resting)
            db.commit()

    with app.app_context(), ThreadPoolExecutor(2) as others:
        db = current_session()
        exposures.draw_resting(db, bank=loaded.bank, framework_code="CIT", policy=policy, seed=1)
        second = others.submit(begin, second_has_drawn, second_may_count)
        time.sleep(0.2)
        exposures.count_sitting(db, framework_code="CIT", policy_id=policy.id, resting=resting)
        db.commit()
        assert second_has_drawn.wait(10)
        third = others.submit(begin, threading.Event(), at_once)
        time.sleep(0.2)
        second_may_count.set()
        second.result(20)
        third.result(20)

    assert [one.sittings for one in rows(app, PoolUse)] == [3]
    assert {one.missed for one in rows(app, ItemUse)} == {0}
    assert sum(one.rested for one in rows(app, ItemUse)) == 3
