"""Make the frozen records again: `python -m tests.vectors.make_records`; one token per type of record and shape.

They must not change. A difference means that old records would be read otherwise than they were signed: give the record's shape a new
number, keep the former one here, and write a line under "Formats" in the change log. Tokens of former shapes stay in the folder and
are verified for ever.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from certificates.records import RecordType, sign_record
from quizzes import panel
from quizzes.cutscore import cut_of
from quizzes.cutscore_report import record_of
from tests.banks import bank
from tests.builders import NOW, ORIGIN, key_ring
from tests.panels import JUDGES

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = Path(__file__).parent / "records"
BANK = bank()
ITEMS = [item.id for item in BANK.items_of("TST", "reserved")][:12]


def _panel(boundary: str) -> str:
    """A panel as its file would be; its ratings are counted, not drawn, so that no generator decides what is frozen."""
    rounds = [
        {
            "ratings": {
                judge: {
                    item: round(0.45 + 0.04 * ((3 * row + 5 * column) % 7) / number, 2)
                    for column, item in enumerate(ITEMS)
                }
                for row, judge in enumerate(JUDGES)
            }
        }
        for number in (1, 2)
    ]
    judges = [{"id": name, "role": "infirmière", "interests": "aucun"} for name in JUDGES]
    data = {
        "framework": "TST",
        "boundary": boundary,
        "held_on": "2026-11-20",
        "judges": judges,
        "items": ITEMS,
        "rounds": rounds,
    }
    return _written(data)


def _written(data: Mapping[str, Any]) -> str:
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False)


def _numbered(text: str) -> str:
    """The same file as panels write it since rounds bear their number; the frozen records name the text of before."""
    data = yaml.safe_load(text)
    return _written({**data, "rounds": [{"number": n, **one} for n, one in enumerate(data["rounds"], 1)]})


def _record(boundary: str) -> Mapping[str, Any]:
    text = _panel(boundary)
    judged = panel.read(_numbered(text), name="panel.yaml", bank=BANK)
    found = cut_of(judged, BANK.framework("TST"), None)
    return record_of(judged, found, bank=BANK, panel_sha256=hashlib.sha256(text.encode()).hexdigest())


RECORDS = {"cutscore-1-level": "L2", "cutscore-1-pass": "pass"}


def tokens() -> dict[str, str]:
    """Return the tokens, by name."""
    ring = key_ring()
    return {
        name: sign_record(_record(boundary), record_type=RecordType.CUT_SCORE, origin=ORIGIN, ring=ring, now=NOW)
        for name, boundary in RECORDS.items()
    }


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, token in tokens().items():
        (FOLDER / f"{name}.jwt").write_text(token, encoding="ascii")
