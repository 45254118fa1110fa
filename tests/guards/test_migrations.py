"""Models equal migrations; one numbered line; up, down, up; on both databases."""

import re
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError

from app.database import current_session
from app.database import db as handle
from app.models import METADATA
from tests.conftest import _make, cannot, make_settings
from tests.services.measuring_builders import people_who_answered

pytestmark = pytest.mark.untraced  # what runs here is not measured, but for people who answer, as others do

MIGRATIONS = Path(__file__).resolve().parent.parent.parent / "migrations"


def _config() -> Config:
    config = Config(MIGRATIONS / "alembic.ini")
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_app(request, instance, loaded, tmp_path, _postgresql_url):
    """An application whose database holds no table."""
    url = f"sqlite:///{tmp_path}/empty.sqlite"
    if request.param == "postgresql":
        if _postgresql_url is None:
            cannot("no PostgreSQL server answers")
        url = _postgresql_url
    app = _make(make_settings(instance, DATABASE_URL=url), loaded)
    with app.app_context():
        METADATA.drop_all(handle.engine)
        yield app
        command.downgrade(_config(), "base")
        with handle.engine.begin() as connection:
            connection.execute(text("DROP TABLE alembic_version"))
        METADATA.create_all(handle.engine)
        handle.engine.dispose()


def test_up_down_up_and_no_difference_with_the_models(empty_app):
    config = _config()

    command.upgrade(config, "head")
    command.downgrade(config, "base")
    left = set(inspect(handle.engine).get_table_names()) - {"alembic_version"}
    command.upgrade(config, "head")

    assert left == set()
    command.check(config)


def test_a_table_that_is_copied_takes_no_row_along_that_refers_to_it(empty_app):
    config, loaded = _config(), empty_app.extensions["numericite.resources"]
    command.upgrade(config, "head")
    people_who_answered(current_session(), loaded.bank, people=2)
    current_session().commit()
    kept = _counts()
    assert min(kept.values()) >= 2

    command.downgrade(config, "0019")
    between = _counts()
    command.upgrade(config, "head")

    assert between == kept == _counts()


@pytest.mark.parametrize("empty_app", ["sqlite"], indirect=True)
def test_a_revision_that_leaves_rows_referring_to_nothing_is_undone(empty_app):
    command.upgrade(_config(), "0019")
    driver = handle.engine.raw_connection()
    driver.execute("PRAGMA foreign_keys=OFF")
    driver.execute("INSERT INTO person_roles (person_id, role, granted_at) VALUES (99, 'author', '2026-11-24')")
    driver.close()

    with pytest.raises(RuntimeError, match="person_roles"):
        command.upgrade(_config(), "head")

    with handle.engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "0019"
        connection.execute(text("DELETE FROM person_roles"))
        connection.commit()
        # Looked at again, for whoever uses this connection next.
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def _counts() -> dict[str, int]:
    with handle.engine.connect() as connection:
        tables = ("people", "sittings", "recorded_answers")
        return {one: connection.execute(text(f"SELECT count(*) FROM {one}")).scalar_one() for one in tables}  # noqa: S608 -- our own names


def test_the_audit_trail_cannot_be_rewritten(empty_app):
    command.upgrade(_config(), "head")
    insert = text("INSERT INTO audit_entries (at, action, detail) VALUES ('2026-11-24', 'retention:run', '{}')")
    with handle.engine.begin() as connection:
        connection.execute(insert)

    for attempt in ("UPDATE audit_entries SET action = 'nothing'", "DELETE FROM audit_entries"):
        with pytest.raises(DatabaseError, match="append-only"), handle.engine.begin() as connection:
            connection.execute(text(attempt))


def test_the_transparency_log_cannot_be_rewritten(empty_app):
    command.upgrade(_config(), "head")
    insert = text(
        "INSERT INTO log_leaves (seq, event, commitment, kid, at, nodes) VALUES (0, 'issue', 'c', 'k', '2026-11-24', 'n')"
    )
    with handle.engine.begin() as connection:
        connection.execute(insert)

    for attempt in ("UPDATE log_leaves SET at = '2026-11-23'", "DELETE FROM log_leaves"):
        with pytest.raises(DatabaseError, match="append-only"), handle.engine.begin() as connection:
            connection.execute(text(attempt))


def test_revisions_are_numbered_in_one_line():
    script = ScriptDirectory.from_config(_config())
    revisions = [revision.revision for revision in reversed(list(script.walk_revisions()))]

    assert revisions == [f"{number:04d}" for number in range(1, len(revisions) + 1)]
    for path in (MIGRATIONS / "versions").glob("*.py"):
        assert re.fullmatch(r"\d{4}_[a-z0-9_]+\.py", path.name)
        assert "from app" not in path.read_text()
