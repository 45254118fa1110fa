"""What compressing an answer costs and gains, level by level, against making the page: bytes, and CPU as a share of the page's own."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
import zlib
from datetime import UTC, datetime
from pathlib import Path

import structlog

from app.compression import LEVEL
from app.factory import create_app
from app.settings import Settings
from certificates.key_store import create_key_ring

PATHS = {
    "home": "/",
    "verify": "/verifier",
    "module": "/apprendre/modules/CIT-4.3",
    "privacy": "/vos-donnees",
    "openapi": "/api/v1/openapi.json",
}
LEVELS = (1, 4, 6, 9)
ROUNDS = 40
#: Most that the level in use may add to the CPU of a page, on average over the pages.
SHARE = 0.1


def measure() -> dict[str, float]:
    """Return bytes and microseconds of each page, plain and at each level."""
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as directory:
        client = _client(Path(directory))
        for name, path in PATHS.items():
            body = client.get(path).get_data()
            figures[f"{name}_bytes"] = len(body)
            figures[f"{name}_microseconds"] = _cpu(lambda path=path: client.get(path).get_data())
            for level in LEVELS:
                figures[f"{name}_bytes_{level}"] = len(_pack(body, level))
                figures[f"{name}_microseconds_{level}"] = _cpu(lambda body=body, level=level: _pack(body, level))
    for level in LEVELS:
        shares = [figures[f"{name}_microseconds_{level}"] / figures[f"{name}_microseconds"] for name in PATHS]
        kept = [figures[f"{name}_bytes_{level}"] / figures[f"{name}_bytes"] for name in PATHS]
        figures[f"cpu_share_{level}"] = round(sum(shares) / len(shares), 3)
        figures[f"kept_share_{level}"] = round(sum(kept) / len(kept), 3)
    return figures


def _client(directory: Path):  # type: ignore[no-untyped-def]  # noqa: ANN202 (Werkzeug's)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    passphrase = "a passphrase of a benchmark"  # noqa: S105
    create_key_ring(directory / "keys", passphrase, now=datetime.now(UTC), organisation="Benchmark")
    environment = {
        "SECRET_KEY": "s" * 40,
        "REFERENCE_SECRET": "r" * 40,
        "KEY_PASSPHRASE": passphrase,
        "PUBLIC_URL": "http://127.0.0.1:8000",
        "INSTANCE_DIRECTORY": str(directory),
        "EMBEDDED_WORKER": "0",
    }
    return create_app(Settings.from_env(environment)).test_client()


def _pack(body: bytes, level: int) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


def _cpu(work) -> float:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """Return the least CPU of one call in several rounds, in microseconds."""
    work()
    best = float("inf")
    for _ in range(5):
        began = time.process_time()
        for _ in range(ROUNDS):
            work()
        best = min(best, (time.process_time() - began) / ROUNDS)
    return round(best * 1e6, 1)


def main() -> int:
    """Print the figures; fail where the level in use costs more than its share."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compression", description=__doc__)
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    wants_json = parser.parse_args().json
    figures = measure()
    if wants_json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:28} {value}")
    share = figures[f"cpu_share_{LEVEL}"]
    if share > SHARE:
        print(f"level {LEVEL} adds {share:.1%} of CPU, more than {SHARE:.0%}", file=sys.stderr)
    return 1 if share > SHARE else 0


if __name__ == "__main__":
    sys.exit(main())
