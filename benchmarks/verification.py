"""The JSON check of a certificate, against a constant served by bare Flask on the same gunicorn.

Each address may check sixty times a minute, so the requests come from many loopback addresses, as from many employers.
"""

from __future__ import annotations

import argparse
import json
import re
import socket
import sys
import threading
import time

from benchmarks import _instance

PORT = 8471
CLIENTS = 4
ROUNDS = 3
REQUESTS = 200  # of each client in each round
PER_ADDRESS = 50


def _ask(path: str, *, client: int, round_number: int, failures: list[bytes]) -> None:
    """Send this client's requests, fifty from each address of its own."""
    message = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\n\r\n".encode()
    for batch in range(REQUESTS // PER_ADDRESS):
        source = f"127.{1 + round_number}.{client}.{1 + batch}"
        with socket.create_connection(("127.0.0.1", PORT), timeout=10, source_address=(source, 0)) as connection:
            for _ in range(PER_ADDRESS):
                connection.sendall(message)
                status = _read(connection)
                if b" 200 " not in status:
                    failures.append(status)


def _read(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(re.search(rb"content-length: (\d+)", head, re.IGNORECASE)[1])  # type: ignore[index]
    while len(body) < length:
        body += connection.recv(65536)
    return head.splitlines()[0]


def _per_second(path: str, *, offset: int) -> float:
    best = 0.0
    for number in range(ROUNDS):
        failures: list[bytes] = []
        threads = [
            threading.Thread(
                target=_ask,
                args=(path,),
                kwargs={"client": client, "round_number": offset + number, "failures": failures},
            )
            for client in range(CLIENTS)
        ]
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise RuntimeError(f"{path}: {len(failures)} answers were not 200, the first {failures[0]!r}")
        best = max(best, CLIENTS * REQUESTS / (time.perf_counter() - began))
    return best


def measure() -> dict[str, float]:
    """Return requests a second of both, best of three rounds, and their ratio."""
    with _instance.environment(PORT) as prepared:
        _instance.flask(prepared, "demo", "people")
        code = re.search(r"/c/([0-9A-Z-]+)", _instance.flask(prepared, "demo", "journey"))
        if code is None:
            raise RuntimeError("the demonstration issued nothing")
        with _instance.served("wsgi:app", prepared, PORT):
            api = _per_second(f"/api/v1/certificates/{code[1]}", offset=0)
        with _instance.served("benchmarks._bare:app", prepared, PORT):
            bare = _per_second("/bare", offset=ROUNDS)
    return {"api_per_second": round(api), "bare_route_per_second": round(bare), "ratio": round(api / bare, 3)}


def main() -> int:
    """Print how many checks a second one process answers."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.verification", description=__doc__)
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    wants_json = parser.parse_args().json
    figures = measure()
    if wants_json:
        print(json.dumps(figures))
    else:
        print(
            f"{figures['api_per_second']} checks a second, {figures['bare_route_per_second']} constants by bare Flask: "
            f"ratio {figures['ratio']}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
