"""From an answer to the next question on screen, against a constant served by bare Flask on the same gunicorn.

One person at a time answers positioning tests on the real bank and SQLite: a POST, its redirection, the next page. Both
servers stand side by side and are asked in turn, so that what else the machine does falls on both; each test has a ratio of
its own, since a machine may be twice as fast in the next second, and the median of these is told. Both servers are started anew
several times: where a process happens to lie in memory makes it faster or slower by a tenth for as long as it lives.
"""

from __future__ import annotations

import argparse
import html
import json
import re
import socket
import statistics
import sys
import time
from contextlib import closing
from urllib.parse import urlencode

from benchmarks import _instance
from benchmarks._figures import Figure

PORT, BARE_PORT = 8475, 8476
#: How often both servers are started, and the tests that each start takes.
STARTS, SITTINGS = 12, 6
#: How often the time of a bare request an answer may take until the next question.
TARGET = 6.0
#: The first sittings load what a process loads once.
WARM_UP = 2


class _Browser:
    """Just enough of one: one connection kept alive, cookies, forms."""

    def __init__(self, port: int, source: str) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=10, source_address=(source, 0))
        self._host = f"127.0.0.1:{port}"
        self._cookies: dict[str, str] = {}

    def close(self) -> None:
        self._socket.close()

    def get(self, path: str) -> tuple[int, str, str]:
        return self._send(f"GET {path}", "")

    def post(self, path: str, fields: list[tuple[str, str]]) -> tuple[int, str, str]:
        return self._send(f"POST {path}", urlencode(fields))

    def _send(self, request: str, body: str) -> tuple[int, str, str]:
        """Return the status, where it leads, and the page."""
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        lines = [f"{request} HTTP/1.1", f"Host: {self._host}", f"Cookie: {cookies}", "Accept-Language: fr"]
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}", "", body]
        self._socket.sendall("\r\n".join(lines).encode())
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._receive()
        head, _, page = data.partition(b"\r\n\r\n")
        told = head.decode("latin-1")
        length = int(re.search(r"content-length: (\d+)", told, re.IGNORECASE)[1])  # type: ignore[index]
        while len(page) < length:
            page += self._receive()
        self._cookies.update(re.findall(r"set-cookie: ([^=]+)=([^;\r]*)", told, re.IGNORECASE))
        leads = re.search(r"location: (\S+)", told, re.IGNORECASE)
        return int(told.split(" ", 2)[1]), leads[1] if leads else "", page.decode()

    def _receive(self) -> bytes:
        received = self._socket.recv(65536)
        if not received:
            raise RuntimeError("the server closed the connection")
        return received


def _fields(page: str, *, number: int) -> list[tuple[str, str]]:
    """Return what a person would send: one of the options where options are shown, otherwise "Je passe"."""
    hidden = {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page) for name in ("csrf_token", "item_id")}
    fields = [(name, html.unescape(found[1])) for name, found in hidden.items() if found]
    options = re.findall(r'<input[^>]*type="radio"[^>]*name="choice"[^>]*value="([^"]*)"', page)
    return [*fields, ("choice", options[number % len(options)]) if options else ("passe", "1")]


def _sit(number: int, seconds: list[float], bare_seconds: list[float]) -> None:
    """Take one whole positioning test and note how long each answer took to become the next question."""
    source = f"127.9.{1 + number // 200}.{1 + number % 200}"
    with closing(_Browser(PORT, source)) as browser, closing(_Browser(BARE_PORT, source)) as bare:
        first = browser.get("/evaluations/CIT/positionnement")[2]
        _status, path, _page = browser.post("/evaluations/CIT/positionnement", _fields(first, number=0)[:1])
        status, leads, page = browser.get(path)
        position = 0
        while status == 200 and "/reponses" in page:
            position += 1
            fields = _fields(page, number=number + position)
            began = time.perf_counter()
            status, leads, page = browser.post(f"{path}/reponses", fields)
            if status != 303:
                raise RuntimeError(f"an answer was met by {status}")
            status, leads, page = browser.get(leads)
            if status == 200:
                seconds.append(time.perf_counter() - began)
            for _ in range(2):
                began = time.perf_counter()
                bare.get("/bare")
                bare_seconds.append(time.perf_counter() - began)
        if not leads.endswith("/resultat"):
            raise RuntimeError(f"the sitting ended with {status} at {leads}")


def measure() -> dict[str, float]:
    """Return milliseconds of one answer with the page that follows, of one bare request (medians), and the ratio of a test (median)."""
    seconds: list[float] = []
    bare_seconds: list[float] = []
    ratios: list[float] = []
    starts: list[float] = []
    with _instance.environment(PORT) as prepared:
        for start in range(STARTS):
            with (
                _instance.served("wsgi:app", prepared, PORT),
                _instance.served("benchmarks._bare:app", prepared, BARE_PORT),
            ):
                first = start * (WARM_UP + SITTINGS)
                for number in range(first, first + WARM_UP):
                    _sit(number, [], [])
                for number in range(first + WARM_UP, first + WARM_UP + SITTINGS):
                    own: list[float] = []
                    own_bare: list[float] = []
                    _sit(number, own, own_bare)
                    ratios.append(statistics.median(own) / statistics.median(own_bare))
                    seconds += own
                    bare_seconds += own_bare
            starts.append(statistics.median(ratios[-SITTINGS:]))
    ratio = statistics.median(ratios)
    return {
        "answers": len(seconds),
        "answer_to_next_ms": round(statistics.median(seconds) * 1000, 2),
        "answer_to_next_ms_p95": round(statistics.quantiles(seconds, n=20)[-1] * 1000, 2),
        "bare_route_ms": round(statistics.median(bare_seconds) * 1000, 2),
        "ratio_to_bare_route": round(ratio, 2),
        "ratio_per_request": round(ratio / 2, 2),
        # Of a median, where what is drawn is near normal: starts differ more than the tests of one.
        "ratio_error": round(1.25 * statistics.stdev(starts) / len(starts) ** 0.5, 3),
    }


def main() -> int:
    """Print how long an answer takes to become the next question."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.answering", description=__doc__)
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    wants_json = parser.parse_args().json
    figures = measure()
    if wants_json:
        print(json.dumps(figures))
    else:
        print(
            f"{figures['answer_to_next_ms']} ms from an answer to the next question (two requests; 95 % within "
            f"{figures['answer_to_next_ms_p95']} ms), {figures['bare_route_ms']} ms for one constant by bare Flask: "
            f"{figures['ratio_per_request']} times that a request"
        )
        figure = Figure(
            name="answer_to_next",
            words=f"answer to next question, over a bare request ({STARTS} × {SITTINGS} tests)",
            value=figures["ratio_to_bare_route"],
            error=figures["ratio_error"],
            at_most=TARGET,
            is_time=True,
        )
        print(figure.line())
    return 0


if __name__ == "__main__":
    sys.exit(main())
