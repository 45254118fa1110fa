"""Limits that processes share through Redis: two real processes, one real Redis of the test's own."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from app.models import METADATA
from tests.conftest import PASSPHRASE, cannot

ROOT = Path(__file__).resolve().parent.parent.parent
CODE = "/api/v1/certificates/0000000000000000"
REFUSED = 429


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


class Process:
    """One process of the application, asked from any address."""

    def __init__(self, port):
        self.port = port

    def ask(self, address, path=CODE, *, body=None):
        """Return status, headers and JSON of an answer."""
        headers = {"X-Forwarded-For": address} | ({"Content-Type": "application/json"} if body else {})
        # Its port listens before it has read the content, which takes long where others work beside it.
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=90)) as connection:
            connection.request("POST" if body else "GET", path, json.dumps(body) if body else None, headers)
            answer = connection.getresponse()
            text = answer.read()
        return answer.status, answer.headers, json.loads(text) if "json" in answer.headers["Content-Type"] else None


def wait_for(port, process):
    for _ in range(300):
        assert process.poll() is None, "a process ended before it answered"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"nothing listens on {port}")


@pytest.fixture(scope="module")
def redis():
    """A Redis of this module's own: nobody else's counts are touched, and it can be stopped."""
    program = shutil.which("redis-server")
    if program is None:
        cannot("redis-server is not installed")
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(port, process)
    process.url = f"redis://127.0.0.1:{port}/0"
    yield process
    process.kill()
    process.wait()


@pytest.fixture(scope="module")
def two(redis, instance, tmp_path_factory):
    """Two processes of the application that share a database and a Redis."""
    directory = tmp_path_factory.mktemp("shared")
    engine = create_engine(f"sqlite:///{directory}/shared.sqlite")
    METADATA.create_all(engine)
    engine.dispose()
    started, processes = [], []
    for name in ("one", "other"):
        port = free_port()
        environment = {
            **os.environ,
            "SECRET_KEY": "s" * 40,
            "REFERENCE_SECRET": "r" * 40,
            "KEY_PASSPHRASE": PASSPHRASE,
            "KEY_DIRECTORY": str(instance / "keys"),
            "PUBLIC_URL": "http://127.0.0.1:8000",
            "INSTANCE_DIRECTORY": str(directory / name),
            "DATABASE_URL": f"sqlite:///{directory}/shared.sqlite",
            "EMBEDDED_WORKER": "0",
            "TRUSTED_PROXIES": "1",
            "REDIS_URL": redis.url,
        }
        command = [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{port}", "--no-control-socket"]
        command += ["--worker-class", "gthread", "--threads", "2", "--log-level", "error"]
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        started.append((port, process))
    for port, process in started:
        wait_for(port, process)
        processes.append(Process(port))
    yield processes
    for _port, process in started:
        process.terminate()
    for _port, process in started:
        process.wait(timeout=20)


def test_what_one_process_refuses_the_other_refuses_on_the_light_path(two):
    answers = [two[place % 2].ask("203.0.113.1") for place in range(60)]
    refused = [process.ask("203.0.113.1") for process in two]

    assert {status for status, _headers, _body in answers} == {200}
    assert [int(headers["X-RateLimit-Remaining"]) for _status, headers, _body in answers] == [*range(59, -1, -1)]
    for status, headers, body in refused:
        assert (status, body["code"]) == (REFUSED, "too-many-requests")
        assert 1 <= int(headers["Retry-After"]) <= 60


def test_another_address_is_not_refused_for_it(two):
    assert two[0].ask("203.0.113.2")[0] == 200


def test_what_one_process_refuses_the_other_refuses_under_the_general_limits(two):
    sent = {"body": {"code": "0000000000000000"}, "path": "/api/v1/receipts"}

    statuses = [two[place % 2].ask("203.0.113.3", **sent)[0] for place in range(12)]

    assert statuses == [200] * 12
    assert [process.ask("203.0.113.3", **sent)[0] for process in two] == [REFUSED] * 2
    assert two[0].ask("203.0.113.4", **sent)[0] == 200


def test_a_request_counts_for_as_many_credentials_as_it_holds_and_a_refused_one_for_none(two):
    def verify(process, count):
        body = {"credentials": ["0000000000000000"] * count}
        return process.ask("203.0.113.5", "/api/v1/verify", body=body)[0]

    assert verify(two[0], 500) == 200
    assert verify(two[0], 300) == 200
    assert verify(two[1], 201) == REFUSED  # of unknown codes a thousand, in ten minutes
    assert verify(two[1], 200) == 200
    assert verify(two[0], 1) == REFUSED


def test_where_redis_is_gone_pages_and_checks_go_on_and_each_process_counts_alone(two, redis):
    """Runs last in this file: it stops the Redis."""
    redis.kill()
    redis.wait()

    statuses = [two[0].ask("203.0.113.6")[0] for _ in range(62)]

    assert statuses == [200] * 60 + [REFUSED] * 2
    assert two[1].ask("203.0.113.6")[0] == 200
    sent = {"body": {"code": "0000000000000000"}, "path": "/api/v1/receipts"}
    assert [two[0].ask("203.0.113.6", **sent)[0] for _ in range(13)] == [200] * 12 + [REFUSED]
    assert two[0].ask("203.0.113.6", "/verifier")[0] == 200
