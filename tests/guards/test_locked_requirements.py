"""The lock can be installed tomorrow: pip refuses hashes where a dependency asks for an extra that the lock does not name."""

import re
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LINE = re.compile(r"^([A-Za-z0-9._-]+)(?:\[([^\]]+)\])?==", re.MULTILINE)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_extra_that_a_dependency_asks_for_is_in_the_lock(name):
    # With `coverage==7.17.4` locked and `coverage[toml]>=7.10` asked for, pip takes the newest coverage for the extra, which
    # has no hash here: a fresh installation breaks on the day that a new release appears, with nothing changed on our side.
    locked = {
        canonicalize_name(package): set((named or "").split(","))
        for package, named in LINE.findall((ROOT / name).read_text())
    }
    missing = []
    for package, extras in locked.items():
        try:
            asked = [Requirement(one) for one in requires(package) or ()]
        except PackageNotFoundError:  # locked for another platform
            continue
        missing += [
            f"{package} asks for {one}"
            for one in asked
            if one.extras
            and (one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in extras))
            and not one.extras <= locked.get(canonicalize_name(one.name), set())
        ]

    assert len(locked) > 50
    assert missing == []
