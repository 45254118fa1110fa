"""Hold branch coverage to its floors: 100 % for the two plain packages, 90 % for the application."""

from __future__ import annotations

import json
import sys
from pathlib import Path

FLOORS = {"quizzes": 100.0, "certificates": 100.0, "app": 90.0}


def main(report: Path) -> int:
    files = json.loads(report.read_text(encoding="utf-8"))["files"]
    failed = False
    for package, floor in FLOORS.items():
        sums = [data["summary"] for name, data in files.items() if name.split("/")[0] == package]
        covered = sum(one["covered_lines"] + one["covered_branches"] for one in sums)
        total = sum(one["num_statements"] + one["num_branches"] for one in sums)
        percent = 100 * covered / total if total else 0.0
        if percent < floor:  # silent otherwise, so that the last lines are pytest's own summary
            failed = True
            print(f"{package}: {percent:.2f} % of lines and branches, under its floor of {floor:.0f} %")  # noqa: T201 (a command)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
