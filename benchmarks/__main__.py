"""Run every benchmark of this package, each in a process of its own so that none warms another up."""

from __future__ import annotations

import argparse
import json
import pkgutil
import subprocess
import sys

import benchmarks


def _names() -> list[str]:
    found = (module.name for module in pkgutil.iter_modules(benchmarks.__path__))
    return sorted(name for name in found if not name.startswith("_"))


def main() -> int:
    """Return 0 when every benchmark ran, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--json", action="store_true", help="end with one line: an object with one member a benchmark")
    wants_json = parser.parse_args().json
    figures: dict[str, object] = {}
    failed: list[str] = []
    for name in _names():
        print(f"== {name}", file=sys.stderr if wants_json else sys.stdout, flush=True)
        command = [sys.executable, "-m", f"benchmarks.{name}", *(["--json"] if wants_json else [])]
        ended = subprocess.run(command, check=False, text=True, stdout=subprocess.PIPE if wants_json else None)
        if ended.returncode != 0:
            failed.append(name)
        elif wants_json:
            figures[name] = json.loads(ended.stdout.strip().splitlines()[-1])
    if wants_json:
        print(json.dumps(figures))
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
