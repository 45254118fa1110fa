"""Three hundred candidates at once, from an answer to the next question, against the least that Flask can do under the same load.

Ten rooms of thirty sit the professional examination on PostgreSQL: sessions opened, identities checked and browsers authorised by the
services; everything else by the pages, cookies and cross-site tokens included. Each candidate thinks two to six seconds, answers (a
POST), is redirected, and waits for the next question (a GET): both count together. Pages left open ask every five seconds how much
time is left, and each room's invigilator looks every four seconds, as the scripts of the pages do.

Before and after, the same crowd sits in front of a bare Flask application on the same gunicorn. The crowd is a process of its own,
whose share of a processor and whose own delays are told: where they are not small, the figures are the crowd's and not the server's.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from app.assessments.models import RecordedAnswer
from app.database import current_session
from app.factory import create_app
from app.settings import Settings
from benchmarks import _hall, _instance, _postgresql

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

PORT, BARE_PORT = 8477, 8478
ROOMS, SEATS = 10, 30
SECONDS = 40.0
#: Of the bare application, before and again after.
BARE_SECONDS = 10.0
#: What gunicorn runs with, both applications: what docs/operations.md says for the day of an examination on two cores.
WORKERS, THREADS = 2, 4


@contextmanager
def _crowd(port: int) -> Iterator[Callable[..., Any]]:
    """Start a crowd; yield what gives it an order and returns what it answers."""
    command = [sys.executable, "-m", "benchmarks._crowd", str(port)]
    process = subprocess.Popen(command, cwd=_instance.ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def order(word: str, **given: object) -> Any:  # noqa: ANN401 (whatever JSON holds)
        print(json.dumps([word, given]), file=process.stdin, flush=True)
        line = process.stdout.readline() if process.stdout else ""
        if not line:
            raise RuntimeError("the crowd has gone")
        return json.loads(line)

    try:
        yield order
    finally:
        if process.stdin:
            process.stdin.close()
        process.wait(timeout=30)


def _processor_seconds(master: int) -> float:
    """Return what the workers of a gunicorn have used."""
    ticks = 0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            after = status.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        if int(after[1]) == master:
            ticks += int(after[11]) + int(after[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _measure(order: Callable[..., Any], master: int, seconds: float) -> dict[str, Any]:
    worked, began = _processor_seconds(master), time.perf_counter()
    told: dict[str, Any] = order("measure", seconds=seconds)
    took = time.perf_counter() - began
    told["server_share"] = (_processor_seconds(master) - worked) / took
    told["took"], told["given"] = took, len(told["answers"])
    return told


def _sit_bare() -> dict[str, Any]:
    with (
        _instance.served(
            "benchmarks._bare:app", dict(os.environ), BARE_PORT, workers=WORKERS, threads=THREADS
        ) as master,
        _crowd(BARE_PORT) as order,
    ):
        order("arrive", candidates=ROOMS * SEATS, watchers=ROOMS)
        time.sleep(2)  # the first answers come after two seconds of thought
        return _measure(order, master, BARE_SECONDS)


def _sit_exam(seconds: float) -> dict[str, Any]:
    with _postgresql.database() as url, _instance.environment(PORT, database_url=url) as prepared:
        app = create_app(Settings.from_env(prepared))
        rooms = _hall.open_rooms(app, secret=prepared["REFERENCE_SECRET"], rooms=ROOMS, seats=SEATS)
        with (
            _instance.served("wsgi:app", prepared, PORT, workers=WORKERS, threads=THREADS) as master,
            _crowd(PORT) as order,
        ):
            order("enter", rooms=[room.plain() for room in rooms], password=_hall.PASSWORD)
            authorised = _hall.authorise_all(app, rooms)
            if authorised != ROOMS * SEATS:
                raise RuntimeError(f"{authorised} browsers waited to be authorised")
            order("begin")
            told = _measure(order, master, seconds)
        told["recorded"] = _recorded(app)
        return told


def _recorded(app: Flask) -> int:
    with app.app_context():
        count = current_session().scalar(select(func.count(RecordedAnswer.id))) or 0
        current_session().get_bind().dispose()  # type: ignore[union-attr]  # the database is about to be dropped
        return count


def _p95_ms(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1] * 1000


def measure(seconds: float = SECONDS) -> dict[str, float]:
    """Return the figures; `errors` counts every page that should not have come, and answers acknowledged but not recorded."""
    before, exam, after = _sit_bare(), _sit_exam(seconds), _sit_bare()
    bare = before["answers"] + after["answers"]
    errors = [*before["errors"], *exam["errors"], *after["errors"]]
    for error in errors[:10]:
        print(error, file=sys.stderr)
    p95, bare_p95 = _p95_ms(exam["answers"]), _p95_ms(bare)
    return {
        "candidates": ROOMS * SEATS,
        "errors": len(errors) + abs(exam["acknowledged"] - exam["recorded"]),
        "p95_ms": round(p95, 1),
        "ratio_to_bare_route": round(p95 / bare_p95, 2),
        "median_ms": round(statistics.median(exam["answers"]) * 1000, 1),
        "worst_ms": round(max(exam["answers"]) * 1000, 1),
        "bare_p95_ms": round(bare_p95, 2),
        "bare_median_ms": round(statistics.median(bare) * 1000, 2),
        "ratio_of_medians": round(statistics.median(exam["answers"]) / statistics.median(bare), 2),
        "answers": len(exam["answers"]),
        "answers_per_second": round(len(exam["answers"]) / seconds, 1),
        "passed_questions": exam["skipped"],
        "looks": exam["looks"],
        "begin_p95_ms": round(_p95_ms(exam["beginnings"]), 1),
        "invigilator_p95_ms": round(_p95_ms(exam["watches"]), 1),
        # Processor time of the server, looks and screens included: what stays the same where others use the machine too.
        "processor_ms_per_answer": round(exam["server_share"] * exam["took"] / exam["given"] * 1000, 1),
        "server_share_of_one_processor": round(exam["server_share"], 2),
        "crowd_share_of_one_processor": round(exam["cpu_share"], 2),
        "crowd_p95_delay_ms": round(_p95_ms(exam["lags"]), 2),
        "workers": WORKERS,
        "threads": THREADS,
    }


def main() -> int:
    """Print how long three hundred candidates wait for their next question; fail where anything went wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.exam", description=__doc__)
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long the clock runs")
    options = parser.parse_args()
    figures = measure(options.seconds)
    if options.json:
        print(json.dumps(figures))
    else:
        print(
            f"{figures['candidates']} candidates, {figures['errors']} errors: 95 % of next questions within {figures['p95_ms']} ms, "
            f"{figures['ratio_to_bare_route']} times the {figures['bare_p95_ms']} ms of bare Flask under the same load"
        )
        for name, value in figures.items():
            print(f"  {name:32} {value}")
    return 1 if figures["errors"] else 0


if __name__ == "__main__":
    sys.exit(main())
