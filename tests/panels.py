"""A panel of eight who agree more and more."""

from __future__ import annotations

import numpy as np
import yaml

JUDGES = ("AB", "CD", "EF", "GH", "IJ", "KL", "MN", "OP")


def panel_data(items, *, chances=None, rounds=2, seed=1, judges=JUDGES, **overrides):
    """A panel as a file would hold it; ratings near `chances`, nearer at each round."""
    chance = np.random.default_rng(seed)
    centre = np.full(len(items), 0.6) if chances is None else np.asarray(chances)
    severity = chance.normal(0, 0.06, len(judges))
    found = []
    for number in range(rounds):
        ratings = centre + (severity[:, None] + chance.normal(0, 0.08, (len(judges), len(items)))) / (number + 1)
        told = np.clip(ratings, 0, 1).round(2)
        found.append(
            {
                "number": number + 1,
                "ratings": {
                    name: dict(zip(items, row, strict=True)) for name, row in zip(judges, told.tolist(), strict=True)
                },
            }
        )
    return {
        "framework": "TST",
        "boundary": "L2",
        "held_on": "2026-11-20",
        "judges": [{"id": name, "role": "infirmière", "interests": "aucun"} for name in judges],
        "items": list(items),
        "rounds": found,
        **overrides,
    }


def panel_text(items, **options):
    return yaml.safe_dump(panel_data(items, **options), allow_unicode=True, sort_keys=False)
