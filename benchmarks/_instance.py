"""An instance of its own for one benchmark: temporary directory, keys, SQLite database, one certificate."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def environment(port: int, *, database_url: str = "") -> Iterator[dict[str, str]]:
    """Prepare an instance as `make run` does, and return the environment that serves it.

    Args:
        database_url: An empty database; SQLite in the instance's directory where none is given.
    """
    with tempfile.TemporaryDirectory() as directory:
        prepared = {
            **os.environ,
            "SECRET_KEY": secrets.token_urlsafe(36),
            "REFERENCE_SECRET": secrets.token_urlsafe(36),
            "KEY_PASSPHRASE": secrets.token_urlsafe(24),
            "INSTANCE_DIRECTORY": directory,
            "KEY_DIRECTORY": f"{directory}/keys",
            "DATABASE_URL": database_url,
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "EMBEDDED_WORKER": "0",
            "REDIS_URL": "",
            "FLASK_SKIP_DOTENV": "1",
            "FLASK_APP": "app.cli",
        }
        from certificates.key_store import create_key_ring  # noqa: PLC0415 (a benchmark may not need the keys)

        create_key_ring(
            Path(directory) / "keys", prepared["KEY_PASSPHRASE"], now=datetime.now(UTC), organisation="Benchmark"
        )
        flask(prepared, "db", "upgrade")
        yield prepared


def flask(prepared: dict[str, str], *words: str) -> str:
    """Run one of the application's commands in the instance."""
    command = [sys.executable, "-m", "flask", *words]
    done = subprocess.run(command, cwd=ROOT, env=prepared, check=True, capture_output=True, text=True)
    return done.stdout


def issued_code(prepared: dict[str, str]) -> str:
    """Issue one certificate in the instance, and return its code.

    Raises:
        RuntimeError: The demonstration issued none.
    """
    flask(prepared, "demo", "people")
    code = re.search(r"/c/([0-9A-Z-]+)", flask(prepared, "demo", "journey"))
    if code is None:
        raise RuntimeError("the demonstration issued nothing")
    return code[1]


@contextmanager
def served(
    application: str, prepared: dict[str, str], port: int, *, workers: int = 1, threads: int = 8
) -> Iterator[int]:
    """Serve a WSGI application by gunicorn: one process, eight threads, as in production. Return the number of its process."""
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}", "--no-control-socket"]
    command += ["--worker-class", "gthread", "--workers", str(workers), "--threads", str(threads)]
    command += ["--log-level", "error"]
    process = subprocess.Popen(command, cwd=ROOT, env=prepared, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=1)
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            connection.close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not answer within twenty seconds")
