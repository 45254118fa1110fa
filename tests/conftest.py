"""Fixtures: one application per backend and worker, emptied between tests; no network beyond this machine."""

from __future__ import annotations

import gc
import os
import shutil
import socket
import subprocess
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import psycopg
import pytest
from argon2 import PasswordHasher

from app import resources
from app.accounts.services import tokens
from app.database import current_session
from app.database import db as handle
from app.factory import create_app
from app.models import METADATA
from app.publication.services.allowances import BADGES, KEYS, READS
from app.settings import Settings
from app.verification.services.allowances import BATCHES, CHECKS, FILES, UNKNOWN
from app.web import limiter
from benchmarks import _chromium
from certificates.key_store import create_key_ring, load_key_ring
from certificates.press import Press
from quizzes import source
from tests import libraries
from tests.builders import NOW
from tests.tracing import says_nothing_new, unmeasured, unseen, untraced
from tests.web.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

REQUIRE_ALL = os.environ.get("NUMERICITE_REQUIRE_ALL") == "1"
POSTGRESQL = os.environ.get("TEST_POSTGRESQL_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
PASSPHRASE = "a passphrase for tests only"
_QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def cannot(reason: str) -> None:
    """Skip aloud; where everything is required, fail."""
    if REQUIRE_ALL:
        pytest.fail(f"required here: {reason}")
    pytest.skip(reason)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Measure what is ours, and not what we only use; read each content file once, which takes a second and a half for all."""
    libraries.go_untraced()
    source.parse = lru_cache(maxsize=256)(source.parse)  # what it returns is never changed


def pytest_collection_finish(session: pytest.Session) -> None:
    """Tell the garbage collector that ten thousand tests stay, and to look at what is old ten times less often than usual."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(700, 10, 100)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Iterator[None]:
    """Run at full speed the tests from which coverage learns nothing."""
    if says_nothing_new(pyfuncitem):
        return (yield from unseen())
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef, request: pytest.FixtureRequest) -> Iterator[None]:
    """So is what is made for such a test alone; what others will share is made once, and traced."""
    if fixturedef.scope == "function" and says_nothing_new(request.node):
        return (yield from unseen())
    return (yield)


@pytest.fixture(autouse=True)
def _unmeasured_children(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """A process that such a test begins is not followed either."""
    if says_nothing_new(request.node):
        for name in os.environ.keys() - unmeasured().keys():
            monkeypatch.delenv(name)


@pytest.fixture
def requires_tool():
    """Return a function that demands a program on the PATH."""

    def demand(name: str) -> str:
        found = shutil.which(name)
        if found is None:
            cannot(f"{name} is not installed")
        return str(found)

    return demand


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing leave this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            pytest.fail(f"a test tried to reach {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Hash passwords by the same function with its least cost, but where the cost itself is looked at."""
    if request.node.get_closest_marker("real_hashes") is None:
        monkeypatch.setattr(tokens, "_HASHER", _QUICK_HASHER)


def make_settings(instance: Path, **overrides: str) -> Settings:
    """Settings of a test instance."""
    environment = {
        "SECRET_KEY": "s" * 40,
        "REFERENCE_SECRET": "r" * 40,
        "KEY_PASSPHRASE": PASSPHRASE,
        "PUBLIC_URL": "http://127.0.0.1:8000",
        "INSTANCE_DIRECTORY": str(instance),
        "EMBEDDED_WORKER": "0",
    }
    return Settings.from_env({**environment, **overrides})


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance directory with keys, made once per worker."""
    directory = tmp_path_factory.mktemp("instance")
    create_key_ring(directory / "keys", PASSPHRASE, now=NOW, organisation="Organisme de test")
    return directory


@pytest.fixture(scope="session")
def settings(instance: Path) -> Settings:
    return make_settings(instance)


@pytest.fixture(scope="session")
def loaded(settings: Settings) -> resources.Resources:
    """The shipped content and the test keys, loaded once per worker."""
    return resources.load(settings)


def with_keys_of(settings: Settings, loaded: resources.Resources) -> resources.Resources:
    """Return the content that is loaded already under the keys of another instance: reading it all again takes seconds."""
    ring = load_key_ring(settings.key_directory, settings.key_passphrase)
    return replace(loaded, settings=settings, ring=ring, press=Press(ring))


@pytest.fixture(scope="session")
def _postgresql_url() -> Iterator[str | None]:
    """A database of this worker's own, on the server that answers; None where none does."""
    name = f"numericite_test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    try:
        server = psycopg.connect(POSTGRESQL, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        yield None
        return
    with server:
        server.execute(f'CREATE DATABASE "{name}"')
        # Nothing here has to outlive a crash of the server.
        server.execute(f'ALTER DATABASE "{name}" SET synchronous_commit TO off')
        yield POSTGRESQL.rpartition("/")[0] + f"/{name}"
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def _apps(instance: Path, loaded: resources.Resources, _postgresql_url: str | None) -> Iterator[dict[str, Flask]]:
    apps = {"sqlite": _make(make_settings(instance), loaded)}
    if _postgresql_url is not None:
        apps["postgresql"] = _make(make_settings(instance, DATABASE_URL=_postgresql_url), loaded)
    yield apps
    for app in apps.values():
        with app.app_context():
            handle.engine.dispose()
        app.extensions["numericite.reader"].dispose()


def _make(settings: Settings, loaded: resources.Resources) -> Flask:
    app = create_app(settings, loaded=loaded)
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=True)
    app.extensions["numericite.looks"].delay_seconds = 0  # no thread writes between two tests
    app.extensions["numericite.reads"].delay_seconds = 0
    with app.app_context():
        METADATA.create_all(handle.engine)
    return app


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def app(request: pytest.FixtureRequest, _apps: dict[str, Flask]) -> Iterator[Flask]:
    """The application on SQLite, and again on PostgreSQL where a server answers; empty at the start of each test."""
    if request.param not in _apps:
        cannot("no PostgreSQL server answers")
    app = _apps[request.param]
    with app.app_context():
        limiter.reset()
        for allowance in (CHECKS, BATCHES, FILES, UNKNOWN, READS, KEYS, BADGES):
            allowance.reset()
    yield app
    with app.app_context(), handle.engine.begin() as connection:
        _empty(connection)


@untraced
def _empty(connection: Connection) -> None:
    """Delete every row, and count from one again; on PostgreSQL, truncating all tables takes twenty times as long."""
    asked = " UNION ALL ".join(
        f"SELECT '{table.name}' WHERE EXISTS (SELECT 1 FROM \"{table.name}\")"  # noqa: S608 (names of our own)
        for table in METADATA.sorted_tables
    )
    filled = set(connection.exec_driver_sql(asked).scalars())
    for table in reversed(METADATA.sorted_tables):
        if table.name in filled:
            connection.execute(table.delete())
    if connection.dialect.name == "postgresql":
        counters = ", ".join(
            f"setval(pg_get_serial_sequence('\"{table.name}\"', '{table.autoincrement_column.name}'), 1, false)"
            for table in METADATA.sorted_tables
            if table.autoincrement_column is not None
        )
        connection.exec_driver_sql(f"SELECT {counters}")


@pytest.fixture
def db(app: Flask) -> Iterator[Session]:
    """A real session, rolled back at the end."""
    with app.app_context():
        session = current_session()
        yield session
        session.rollback()


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """Somebody with a browser that checks every page it is shown."""
    return Visitor(app)


@pytest.fixture
def make_visitor(app: Flask):
    """Make several people with a browser each."""
    return lambda **options: Visitor(app, **options)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Debian's Chromium."""
    found = _chromium.find()
    if found is None:
        cannot("chromium is not installed")
    subprocess.run([found, "--version"], check=True, capture_output=True)
    return found
