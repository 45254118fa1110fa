"""The short way to one row: what becomes of the connections that are kept, and a register of any size."""

import pytest
from sqlalchemy import Integer, bindparam, column, create_engine, select, table
from sqlalchemy.orm import Session

from app.certification.services.register import look_up
from app.models import METADATA
from app.reader import Reader
from benchmarks.register_size import grow
from certificates.reference import new_code
from tests.builders import NOW
from tests.services.register_builders import registered

NUMBER = select(bindparam("number", type_=Integer).label("number"))
CODE = new_code((1).to_bytes(10))
NOWHERE = select(column("id", Integer)).select_from(table("nowhere", column("id", Integer)))


@pytest.fixture
def reader(app, db):
    found = Reader(db.get_bind().url.render_as_string(hide_password=False))
    yield found
    found.dispose()


def read(reader, number=7):
    return reader.execute(NUMBER, {"number": number}).first()


class TestConnections:
    def test_a_statement_that_fails_says_so_whether_its_connection_is_new_or_kept(self, reader):
        for _new_then_kept in range(2):
            with pytest.raises(Exception, match="nowhere"):
                reader.execute(NOWHERE, {})
            assert read(reader) == (7,)

    def test_one_that_was_closed_from_the_other_side_is_replaced(self, reader):
        read(reader)
        for connection in reader._free:
            connection.dbapi_connection.close()
        assert read(reader) == (7,)

    def test_one_is_kept_for_whoever_reads_next(self, reader):
        read(reader)
        [kept] = reader._free
        read(reader, 8)
        assert list(reader._free) == [kept]

    def test_none_is_kept_once_it_is_disposed_of(self, reader):
        read(reader)
        reader.dispose()
        assert not reader._free


def test_a_register_that_grew_still_finds_the_one_certificate(tmp_path, loaded):
    """As `benchmarks.register_size` makes it grow."""
    database = tmp_path / "register.sqlite"
    engine = create_engine(f"sqlite:///{database}")
    METADATA.create_all(engine)
    secret = loaded.settings.reference_secret
    with Session(engine) as db, db.begin():
        row = registered(db, loaded)
        token = row.token
    engine.dispose()

    for size in (500, 2000, 2000):
        grow(database, to=size)
        reader = Reader(f"sqlite:///{database}")
        found = look_up(reader, code=CODE, secret=secret, now=NOW)
        reader.dispose()
        assert found is not None
        assert found.token == token
        with Session(engine) as db:
            assert db.connection().exec_driver_sql("SELECT count(*) FROM certificates").scalar() == size
    engine.dispose()
