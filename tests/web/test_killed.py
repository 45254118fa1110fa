"""The server killed while people answer: no acknowledged answer is lost, and everybody goes on."""

import json
import math
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest
from sqlalchemy import create_engine, text

from app.accounts.services import people as accounts
from app.assessments.models import RecordedAnswer
from app.database import current_session
from app.database import db as handle
from app.examination.models import Candidate
from app.examination.services import acts, invigilating, sessions
from app.factory import create_app
from app.models import METADATA
from app.settings import Settings
from benchmarks._browser import answer_to
from benchmarks._hall import authorise_all, open_rooms
from tests.conftest import PASSPHRASE, cannot
from tests.rows import rows
from tests.tracing import unmeasured

ROOT = Path(__file__).resolve().parent.parent.parent
SIT = "/examens/passage"


class Server:
    """The real thing: gunicorn on a database of its own, to be killed."""

    process: subprocess.Popen[bytes] | None = None

    def __init__(self, directory: Path, keys: Path, database: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        (directory / "keys").symlink_to(keys)
        self.environment = {
            **unmeasured(),
            "SECRET_KEY": "s" * 40,
            "REFERENCE_SECRET": "r" * 40,
            "KEY_PASSPHRASE": PASSPHRASE,
            "INSTANCE_DIRECTORY": str(directory),
            "KEY_DIRECTORY": str(directory / "keys"),
            "DATABASE_URL": database,
            "PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "EMBEDDED_WORKER": "0",
            "FLASK_SKIP_DOTENV": "1",
        }
        engine = create_engine(Settings.from_env(self.environment).database_url)
        METADATA.create_all(engine)
        engine.dispose()

    def start(self) -> None:
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "--no-control-socket",
            "--preload",  # so that the master puts another worker in place of one that was killed, at once
            "wsgi:app",
            "--bind",
            f"127.0.0.1:{self.port}",
        ]
        self.process = subprocess.Popen(
            [*command, "--worker-class", "gthread", "--threads", "4", "--log-level", "critical"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.wait()

    def wait(self) -> None:
        for _ in range(300):
            try:
                if self.ask("GET", "/healthz")[0] == 200:
                    return
            except (OSError, HTTPException):
                time.sleep(0.1)
        pytest.fail("the server did not start")

    def kill_worker(self) -> None:
        """Kill the process that answers, and wait for the one that takes its place."""
        workers = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True, check=True)
        [worker] = workers.stdout.split()
        os.kill(int(worker), signal.SIGKILL)
        self.wait()

    def kill(self) -> None:
        """Kill the whole server."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def ask(self, method, path, *, cookie="", data=None):
        headers = {"Cookie": cookie}
        if data is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            connection.request(method, path, body=urlencode(data) if data else None, headers=headers)
            response = connection.getresponse()
            body = response.read().decode()
        found = re.search(r"numericite=[^;]+", response.headers.get("Set-Cookie", ""))
        return response.status, response.headers.get("Location", ""), body, found[0] if found else cookie


@pytest.fixture
def database(request, _postgresql_url):
    """Where the server keeps its answers: a file of its own, or a PostgreSQL database of its own, dropped at the end."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield ""
        return
    if _postgresql_url is None:
        cannot("no PostgreSQL server answers")
    url = f"{_postgresql_url}_killed"
    name = url.rpartition("/")[2]
    with psycopg.connect(_postgresql_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield url
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def server(tmp_path, instance, database):
    """A server that does not outlive its test, whatever becomes of it."""
    one = Server(tmp_path, instance / "keys", database)
    yield one
    if one.process is not None and one.process.poll() is None:
        one.kill()


def hidden(html, name):
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', html)[1]


def test_kill_nine_loses_no_acknowledged_answer(tmp_path, server):
    server.start()
    _, _, html, cookie = server.ask("GET", "/evaluations/CIT/positionnement")
    _, location, _, cookie = server.ask(
        "POST", "/evaluations/CIT/positionnement", cookie=cookie, data={"csrf_token": hidden(html, "csrf_token")}
    )
    acknowledged = 0
    for place in range(4):
        _, _, html, cookie = server.ask("GET", location, cookie=cookie)
        sent = {"csrf_token": hidden(html, "csrf_token"), "item_id": hidden(html, "item_id"), "passe": "1"}
        status, _, _, cookie = server.ask("POST", f"{location}/reponses", cookie=cookie, data=sent)
        acknowledged += status == 303
        if place < 3:
            server.kill_worker()
        else:
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


class Sitter(threading.Thread):
    """A candidate who answers until told to stop, and looks again when the server has gone."""

    def __init__(self, server, number):
        super().__init__()
        self.server, self.number, self.cookie, self.html = server, number, "", ""
        self.acknowledged, self.unheard, self.statuses, self.times_lost = [], [], set(), 0
        self.stops = threading.Event()

    def ask(self, method, path, data=None):
        status, leads, html, self.cookie = self.server.ask(method, path, cookie=self.cookie, data=data)
        return status, leads, html

    def enter(self, code):
        token = hidden(self.ask("GET", "/examens/entrer")[2], "csrf_token")
        assert self.ask("POST", "/examens/entrer", {"csrf_token": token, "code": code, "number": self.number})[0] == 303
        self.look()

    def begin(self):
        self.look()
        assert self.ask("POST", f"{SIT}/commencer", {"csrf_token": hidden(self.html, "csrf_token")})[0] == 303
        self.look()

    def look(self):
        status, _, self.html = self.ask("GET", SIT)
        assert status == 200

    def minutes(self):
        return json.loads(self.ask("GET", f"{SIT}/etat")[2])["minutes"]

    def run(self):
        while not self.stops.wait(0.15):
            try:
                if 'name="item_id"' in self.html:
                    self.answer()
                self.look()
            except (OSError, HTTPException):
                self.wait_for_page()

    def answer(self):
        item_id = hidden(self.html, "item_id")
        self.unheard.append(item_id)
        status, _, _ = self.ask("POST", f"{SIT}/reponses", answer_to(self.html, number=self.number))
        self.unheard.pop()
        if status == 303:
            self.acknowledged.append(item_id)
        self.statuses.add(status)

    def wait_for_page(self):
        self.times_lost += 1
        for _ in range(100):
            time.sleep(0.1)
            try:
                return self.look()
            except (OSError, HTTPException):
                continue
        return None


def wait_until(is_so):
    """Wait for it, fifteen seconds at most."""
    until = time.monotonic() + 15
    while not is_so() and time.monotonic() < until:
        time.sleep(0.05)


def on_watch(desk, room, number, act, **given):
    """Act on a candidate as their invigilator."""
    with desk.app_context():
        db = current_session()
        row = sessions.get(db, reference=room.reference)
        someone = acts.get(db, session=row, number=number)
        actor_id = accounts.find_by_address(db, email=room.invigilator).id
        act(db, candidate=someone, version=someone.version, actor_id=actor_id, now=datetime.now(UTC), **given)
        db.commit()


def left_in(candidate, minutes):
    """What a candidate's page must say is left of so many minutes."""
    end = candidate.started_at + timedelta(minutes=minutes, seconds=candidate.paused_seconds)
    return math.ceil((end - datetime.now(UTC)) / timedelta(minutes=1))


@pytest.mark.parametrize(
    ("database", "seats"),
    [("sqlite", 12), pytest.param("postgresql", 30, marks=pytest.mark.postgresql)],  # rooms of thirty are on PostgreSQL
    indirect=["database"],
)
def test_kill_nine_during_an_examination_loses_no_answer_and_everybody_goes_on(server, loaded, seats):
    desk = create_app(Settings.from_env(server.environment), loaded=loaded)
    with desk.app_context():
        METADATA.create_all(handle.engine)
    (room,) = open_rooms(desk, secret=server.environment["REFERENCE_SECRET"], rooms=1, seats=seats)
    server.start()
    sitters = [Sitter(server, number) for number in room.numbers]
    with ThreadPoolExecutor(4) as doors:
        list(doors.map(lambda one: one.enter(room.code), sitters))
        assert authorise_all(desk, [room]) == seats
        list(doors.map(Sitter.begin, sitters))
    before = {one.number: one for one in rows(desk, Candidate)}
    on_watch(desk, room, 3, invigilating.extend, minutes=7)
    for one in sitters:
        one.start()
    wait_until(lambda: all(one.acknowledged for one in sitters))
    on_watch(desk, room, 1, invigilating.pause)  # on hold while the server is away
    server.kill()
    server.start()
    on_watch(desk, room, 1, invigilating.resume)
    again = {one.number: len(one.acknowledged) for one in sitters}
    wait_until(lambda: all(len(one.acknowledged) > again[one.number] for one in sitters))
    for one in sitters:
        one.stops.set()
    for one in sitters:
        one.join(15)
    elsewhere = Sitter(server, 2)  # another machine, and it alone, waits for the invigilator
    elsewhere.enter(room.code)
    told = [elsewhere.html]
    authorised = authorise_all(desk, [room])
    elsewhere.look()
    sitters[1].look()
    told += [sitters[1].html, elsewhere.html]
    left = {one.number: one.minutes() for one in [sitters[0], elsewhere, *sitters[2:]]}
    server.kill()

    after = {one.number: one for one in rows(desk, Candidate)}
    answers = {number: [] for number in room.numbers}
    for one in rows(desk, RecordedAnswer):
        answers[next(number for number, row in after.items() if row.sitting_id == one.sitting_id)].append(one)
    for sitter in sitters:
        asked = [one.item_id for one in sorted(answers[sitter.number], key=lambda one: one.position)]
        # None is there twice, none is missing between two others, and all that were acknowledged are, in their order.
        assert sorted(one.position for one in answers[sitter.number]) == list(range(len(set(asked))))
        assert [one for one in asked if one in sitter.acknowledged] == sitter.acknowledged
        assert set(asked) - set(sitter.acknowledged) <= set(sitter.unheard)
        assert len(sitter.acknowledged) > again[sitter.number]
        assert sitter.statuses <= {303, 409} if sitter.number == 1 else sitter.statuses == {303}
        assert after[sitter.number].started_at == before[sitter.number].started_at
        assert after[sitter.number].authorised_at == before[sitter.number].authorised_at or sitter.number == 2
        # Read a moment ago: it may have been a minute more.
        assert 0 <= left[sitter.number] - left_in(after[sitter.number], 67 if sitter.number == 3 else 60) <= 1
    assert sum(one.times_lost > 0 for one in sitters) > 3  # who came later found a server that was starting, and waited
    assert after[1].paused_seconds >= 1
    assert authorised == 1
    assert ["Attendez un instant" in told[0], "sur un autre poste" in told[1]] == [True, True]
    assert re.search(rf"Question {len(answers[2]) + 1}\b", told[2])
    with desk.app_context():
        handle.engine.dispose()
