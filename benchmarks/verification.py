"""The JSON check of a certificate, against a constant served by bare Flask on the same gunicorn.

Both are served at once and asked in turn, so that a busy machine slows both: the ratio is the median over the turns. Each
address may check sixty times a minute, so the requests come from many loopback addresses, as from many employers.
"""

from __future__ import annotations

import argparse
import json
import re
import socket
import statistics
import sys
import threading
import time

from benchmarks import _instance

PORT, BARE_PORT = 8471, 8472
CLIENTS = 4
TURNS = 9
REQUESTS = 200  # of each client in each turn
PER_ADDRESS = 50


def _ask(path: str, *, port: int, client: int, turn: int, failures: list[bytes]) -> None:
    """Send this client's requests, fifty from each address of its own."""
    message = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
    for batch in range(REQUESTS // PER_ADDRESS):
        source = f"127.{1 + turn}.{client}.{1 + batch}"
        with socket.create_connection(("127.0.0.1", port), timeout=10, source_address=(source, 0)) as connection:
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


def per_second(path: str, *, port: int, turn: int) -> float:
    """Return how many requests a second are answered in one turn.

    Args:
        turn: Each has addresses of its own.

    Raises:
        RuntimeError: An answer was not 200.
    """
    failures: list[bytes] = []
    threads = [
        threading.Thread(
            target=_ask, args=(path,), kwargs={"port": port, "client": client, "turn": turn, "failures": failures}
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
    return CLIENTS * REQUESTS / (time.perf_counter() - began)


def measure() -> dict[str, float]:
    """Return requests a second of both and their ratio, medians over the turns."""
    with _instance.environment(PORT) as prepared:
        path = f"/api/v1/certificates/{_instance.issued_code(prepared)}"
        with (
            _instance.served("wsgi:app", prepared, PORT),
            _instance.served("benchmarks._bare:app", prepared, BARE_PORT),
        ):
            pairs = [
                (per_second(path, port=PORT, turn=turn), per_second("/bare", port=BARE_PORT, turn=turn))
                for turn in range(TURNS)
            ]
    return {
        "api_per_second": round(statistics.median(api for api, _bare in pairs)),
        "bare_route_per_second": round(statistics.median(bare for _api, bare in pairs)),
        "ratio": round(statistics.median(api / bare for api, bare in pairs), 3),
    }


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
