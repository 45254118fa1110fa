"""Records of cut scores: signed files beside the content. A cut without one is provisional."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from certificates.errors import VerificationError
from certificates.records import RecordType, read_record, sign_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from certificates.keys import KeyRing


def write(record: Mapping[str, Any], path: Path, *, origin: str, ring: KeyRing, now: datetime) -> None:
    """Sign a record and write it: what it says, for people, and the token that proves it.

    Raises:
        NoActiveKeyError: No key signs tokens.
        FileExistsError: The file exists: a record is never overwritten.
    """
    token = sign_record(record, record_type=RecordType.CUT_SCORE, origin=origin, ring=ring, now=now)
    told = {"record": read_record(token, ring, record_type=RecordType.CUT_SCORE), "token": token}
    with path.open("x", encoding="utf-8") as file:
        file.write(json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True) + "\n")


def read(path: Path, *, ring: KeyRing) -> dict[str, Any] | None:
    """Return what a file's token proves, whatever else the file says; None where it proves nothing."""
    try:
        return read_record(
            json.loads(path.read_text(encoding="utf-8"))["token"], ring, record_type=RecordType.CUT_SCORE
        )
    except (VerificationError, ValueError, KeyError, TypeError):
        return None


#: Two cuts as near as this are one: a framework writes hundredths of a logit.
SAME_CUT = 0.01


def is_in_force(record: Mapping[str, Any], level_cut: float) -> bool:
    """Tell whether tests use the cut of a level that a panel signed.

    They use the one in the framework, which belongs to the content that a sitting replays on: signing a record changes nothing yet.
    """
    return abs(float(record["cut"]["ability"]) - level_cut) < SAME_CUT


def established(directories: Iterable[Path], *, ring: KeyRing, framework_code: str) -> dict[str, dict[str, Any]]:
    """Return the newest record of each boundary of a framework, from the folders `cutscores/` of content directories."""
    found: dict[str, dict[str, Any]] = {}
    for path in _files(directories):
        record = read(path, ring=ring)
        if record is None or record.get("framework") != framework_code:
            continue
        known = found.get(record["boundary"])
        if known is None or known["iat"] <= record["iat"]:
            found[record["boundary"]] = record
    return found


def refused(directories: Iterable[Path], *, ring: KeyRing) -> list[Path]:
    """Return the files that lie where records do, and prove nothing: forged, changed, or signed by a key that is not ours."""
    return [path for path in _files(directories) if read(path, ring=ring) is None]


def _files(directories: Iterable[Path]) -> Iterator[Path]:
    for directory in directories:
        yield from sorted(directory.glob("cutscores/*.json"))
