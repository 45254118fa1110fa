"""The public register with five thousand labels (or fifty thousand), against five hundred: pages, FHIR and what keeps it up to date.

What people and software ask must not grow with the register: its time is compared, asked in turn, with that of the small one. What
looks at everybody (every hour, in parts) or at whoever is followed (every minute) grows with it by nature: its time is told.

Each runs in this process, without a server. Labels are fillers of invented people, spread over three years.
"""

from __future__ import annotations

import argparse
import json
import logging
import statistics
import sys
import time
import uuid
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import structlog
from sqlalchemy import bindparam, event, insert, select, text, update
from sqlalchemy.engine import Engine

from app.accounts.models import Person
from app.database import current_session
from app.database import db as handle
from app.factory import create_app
from app.labels.models import Label, LabelEvent
from app.publication.models import PublishedHolder, Watch, WatchList
from app.publication.services import clients, publishing, watching
from app.publication.services.allowances import BADGES, KEYS, READS
from app.resources import current_resources
from app.settings import Settings
from app.web import limiter
from benchmarks import _instance, _postgresql
from certificates.dates import day_in_paris
from certificates.label_rules.number import label_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from flask.testing import FlaskClient

PORT = 8479
SMALL, LARGE, FULL = 500, 5_000, 50_000
TURNS = 30
#: Labels whose entry changed since a copy of the register was last brought up to date.
LATELY = 100
_FHIR = "/fhir/r4/Practitioner"


class _Register:
    """One installation and what is asked of it."""

    def __init__(self, app: Flask, size: int, *, now: datetime) -> None:
        self.app, self.size, self._now = app, size, now
        self._client: FlaskClient = app.test_client()
        self._number_system = f"http://127.0.0.1:{PORT}/fhir/r4/NamingSystem/label-number"
        with app.app_context():
            _fill(size, now=now)
            _row, self._key = clients.add(current_session(), name="Benchmark", token=uuid.uuid4().hex, now=now)
            current_session().commit()

    def publish(self) -> float:
        """Look at everybody, as is done every hour; return how many seconds that took."""
        began = time.perf_counter()
        with self.app.app_context():
            place: int | None = 0
            while place is not None:
                _changed, place = publishing.publish_after(
                    current_session(), after=place, new_reference=lambda: str(uuid.uuid4()), now=self._now
                )
                current_session().commit()
        return time.perf_counter() - began

    def spread(self) -> None:
        """Let the entries have changed one a minute, so that a delta finds a hundred of them."""
        with self.app.app_context():
            db = current_session()
            rows = db.execute(select(PublishedHolder.id).order_by(PublishedHolder.id)).scalars().all()
            db.execute(
                update(PublishedHolder.__table__)  # type: ignore[arg-type]
                .where(PublishedHolder.__table__.c.id == bindparam("row"))
                .values(changed_at=bindparam("at")),
                [
                    {"row": row, "at": self._now - timedelta(minutes=len(rows) - place)}
                    for place, row in enumerate(rows)
                ],
            )
            db.commit()

    def asked(self) -> dict[str, Callable[[], Any]]:
        """Return what is asked, each a call that answers."""
        rank = self.size // 2
        number, rpps = _number(rank), _rpps(rank)
        key = {"Authorization": f"Bearer {self._key}"}
        since = (self._now - timedelta(minutes=LATELY)).strftime("%Y-%m-%dT%H:%M:%SZ")
        return {
            "page": lambda: self._get(f"/registre/{number}"),
            "page_of_nobody": lambda: self._get(f"/registre/{label_number(2031, 1)}"),
            "badge": lambda: self._get(f"/registre/{number}/badge-fr.svg"),
            "search_by_rpps": lambda: self._post("/registre/", {"number": rpps}),
            "fhir_by_number": lambda: self._get(f"{_FHIR}?identifier={self._number_system}|{number}"),
            "fhir_by_rpps": lambda: self._get(f"{_FHIR}?identifier=https://rpps.esante.gouv.fr|{rpps}"),
            "fhir_first_page": lambda: self._get(f"{_FHIR}?_count=50", key),
            "fhir_delta": lambda: self._get(f"{_FHIR}?_lastUpdated=ge{since}&_count=50", key),
        }

    def _get(self, path: str, headers: dict[str, str] | None = None) -> None:
        self._free()
        response = self._client.get(path, headers=headers)
        if response.status_code not in (200, 404):
            msg = f"{path}: {response.status_code}"
            raise RuntimeError(msg)

    def _post(self, path: str, data: dict[str, str]) -> None:
        self._free()
        response = self._client.post(path, data=data)
        if response.status_code != 303:
            msg = f"{path}: {response.status_code}"
            raise RuntimeError(msg)

    def look_lately(self) -> None:
        """Look at what changed lately, and at whom to tell, as is done every minute."""
        with self.app.app_context():
            db, loaded = current_session(), current_resources()
            publishing.publish_lately(db, new_reference=lambda: str(uuid.uuid4()), now=self._now)
            watching.tell(
                db, ring=loaded.ring, secret=loaded.settings.reference_secret, origin="http://127.0.0.1", now=self._now
            )
            db.rollback()

    def _free(self) -> None:
        with self.app.app_context():
            limiter.reset()
        for allowance in (READS, KEYS, BADGES):
            allowance.reset()


def _fill(size: int, *, now: datetime) -> None:
    """Write so many people, each with a label in force, given over the last three years."""
    given = [now - timedelta(days=1 + place * 1000 // size) for place in range(size)]
    labels = [
        {
            "id": place,
            "person_id": place,
            "reference": f"filler{place}",
            "number": _number(place),
            "state": "awarded",
            "since": at,
            "criteria_version": "1.0-proposal",
            "opened_at": at,
            "profession": "infirmier",
            "printed_name": f"Personne Inventée {place}",
            "rpps": _rpps(place),
            "awarded_on": day_in_paris(at),
            "term_from": day_in_paris(at),
            "ends_on": day_in_paris(at) + timedelta(days=1094),
        }
        for place, at in enumerate(given, start=1)
    ]
    people = [{"id": place, "kind": "account", "created_at": at} for place, at in enumerate(given, start=1)]
    moved = {"transition": "award", "from_state": "under_review", "to_state": "awarded", "actor": "committee"}
    events = [
        {"label_id": place, "at": at, "reason": "criteria-met", **moved} for place, at in enumerate(given, start=1)
    ]
    db = current_session()
    for table, rows in ((Person, people), (Label, labels), (LabelEvent, events)):
        db.execute(insert(table), rows)
    _follow(size, now=now)
    db.commit()
    if handle.engine.dialect.name == "postgresql":
        db.execute(text("ANALYZE"))  # what the server does by itself a minute after rows come in
        db.commit()


def _follow(size: int, *, now: datetime) -> None:
    """Let employers follow one label in ten; each was told once."""
    db, followed = current_session(), range(1, size + 1, 10)
    rows = {
        "organisation": "Employeur",
        "email": "rh@example.org",
        "language": "fr",
        "asked_at": now,
        "confirmed_at": now,
    }
    lists = [
        {"id": place, "seed": f"{place:032}", "token_hmac": f"{place:064}", **rows}
        for place in range(1, len(followed) // 50 + 2)
    ]
    told = {
        "state": "active",
        "asked_at": now,
        "answered_at": now,
        "told": "active",
        "told_at": now + timedelta(days=1),
    }
    watches = [
        {"list_id": place // 50 + 1, "number": _number(rank), "label_id": rank, "person_id": rank, **told}
        for place, rank in enumerate(followed)
    ]
    db.execute(insert(WatchList), lists)
    db.execute(insert(Watch), watches)


def _number(rank: int) -> str:
    return label_number(2030, rank)


def _rpps(rank: int) -> str:
    return f"9{rank:010}"


@contextmanager
def _counted() -> Iterator[list[str]]:
    """Collect the statements that are executed through SQLAlchemy; the reader's one statement is not among them."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def _milliseconds(call: Callable[[], Any]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000


def _compare(small: _Register, large: _Register) -> dict[str, Any]:
    """Return the milliseconds of each with the large register, medians, and the worst ratio small to large."""
    figures: dict[str, Any] = {"first_publishing_s": round(large.publish(), 2)}
    small.publish()
    figures["look_at_everybody_s"] = round(large.publish(), 2)
    large.look_lately()
    figures["look_lately_ms"] = round(statistics.median(_milliseconds(large.look_lately) for _ in range(TURNS)), 2)
    for one in (small, large):
        one.spread()
    asked = {name: (small.asked()[name], call) for name, call in large.asked().items()}
    ratios = {}
    for name, (of_small, of_large) in asked.items():
        with _counted() as seen:
            of_large()
        of_small()
        times = [(_milliseconds(of_small), _milliseconds(of_large)) for _turn in range(TURNS)]
        little, much = (statistics.median(column) for column in zip(*times, strict=True))
        figures[f"{name}_ms"] = round(much, 2)
        figures[f"{name}_statements"] = len(seen)
        ratios[name] = little / much
    worst = min(ratios, key=ratios.__getitem__)
    return {**figures, "ratio": round(ratios[worst], 3), "ratio_is_of": worst}


def measure(size: int) -> dict[str, Any]:
    """Return the figures on SQLite, and on PostgreSQL where a server answers."""
    found: dict[str, Any] = {}
    now = datetime.now(UTC).replace(microsecond=0)
    for name in ("sqlite", "postgresql"):
        with ExitStack() as stack:
            registers = []
            for rows in (SMALL, size):
                try:
                    url = stack.enter_context(_postgresql.database()) if name == "postgresql" else ""
                except psycopg.OperationalError:
                    break
                prepared = stack.enter_context(_instance.environment(PORT, database_url=url))
                app = create_app(Settings.from_env(prepared))
                structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
                app.extensions["numericite.reads"].delay_seconds = 0  # no thread writes once the directory is gone
                registers.append(_Register(app, rows, now=now))
            if len(registers) == 2:
                found[name] = _compare(*registers)
            for one in registers:
                with one.app.app_context():
                    handle.engine.dispose()
    return found


def main() -> int:
    """Print milliseconds, statements and ratios."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.public_register", description=__doc__)
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    parser.add_argument("--full", action="store_true", help="fifty thousand labels; takes some minutes")
    options = parser.parse_args()
    figures = measure(FULL if options.full else LARGE)
    if options.json:
        print(json.dumps(figures))
    else:
        for database, told in figures.items():
            for name, figure in told.items():
                print(f"{database} {name}: {figure}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
