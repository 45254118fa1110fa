"""Packages of npm for tests: installed once from a lock, into the virtual environment's directory."""

import fcntl
import hashlib
import shutil
import subprocess
from pathlib import Path

from tests.conftest import cannot

ROOT = Path(__file__).parent.parent.parent


def installed(source: Path, *, what: str) -> Path:
    """Return a folder whose node_modules hold what the lock in `source` names; skip aloud where it cannot be had."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        cannot("node and npm are not installed")
    lock = source / "package-lock.json"
    folder = ROOT / ".venv" / f"foreign-{hashlib.sha256(lock.read_bytes()).hexdigest()[:12]}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # several workers, one installation
        if not (folder / ".installed").exists():
            for name in ("package.json", "package-lock.json"):
                shutil.copy(source / name, folder / name)
            done = subprocess.run(
                [str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
                cwd=folder,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                cannot(f"npm could not install {what}: {done.stderr.strip()[-200:]}")
            (folder / ".installed").touch()
    return folder
