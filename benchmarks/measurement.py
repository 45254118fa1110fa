"""How well the engine measures: every target, against the limit that no engine can beat and against catsim, on the same people.

Banks and people are made up afresh from `--seed`: slopes log-normal (0, 0.3), difficulties normal (0, 1.2), abilities standard normal.
The engine is `quizzes.study`, that is, the posterior, the choice and the exposure that real sittings run. `docs/measurement.md` says
what each figure means and what none of them shows.

Quick form (default, under a minute): fewer people, so larger sampling errors; it ends with 1 only where a target is missed by more than
three of them, and never for a time. `--full`: it ends with 1 where any target is missed. `--tiny`: shows that it runs, judges nothing.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

import numpy as np

from benchmarks._people import Size
from benchmarks._studies import STUDIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks._figures import Figure

FORMS = {
    "tiny": Size(
        banks=2,
        people=5,
        catsim=2,
        slips=3,
        guessing=3,
        product=12,
        product_banks=1,
        areas=4,
        samples=1,
        timed=3,
        items=100,
        many=150,
        most=200,
    ),
    "quick": Size(
        banks=10,
        people=60,
        catsim=12,
        slips=20,
        guessing=30,
        product=400,
        product_banks=2,
        areas=200,
        samples=3,
        timed=40,
    ),
    "full": Size(
        banks=120,
        people=150,
        catsim=4,
        slips=30,
        guessing=40,
        product=1000,
        product_banks=8,
        areas=1000,
        samples=24,
        timed=100,
    ),
}
SEED = 1


def measure(seed: int, size: Size) -> Iterator[Figure]:
    """Yield every figure of every study, as it comes."""
    for place, study in enumerate(STUDIES):
        yield from study(np.random.default_rng([seed, place]), size)


def main(words: Sequence[str] | None = None) -> int:
    """Print every figure with its target; return 1 where the form of the run says that it fails."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.measurement",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seed", type=int, default=SEED, help=f"of the banks and people (default {SEED})")
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--full", dest="form", action="store_const", const="full", help="more people, strict; minutes")
    forms.add_argument("--tiny", dest="form", action="store_const", const="tiny", help="a few people, nothing judged")
    parser.add_argument("--json", action="store_true", help="end with one line: an object")
    given = parser.parse_args(words)
    form: str = given.form or "quick"
    print(
        f"Made-up people, seed {given.seed}, {form} form; figures with ± have a standard error; errors in logits",
        flush=True,
    )
    figures = []
    for figure in measure(given.seed, FORMS[form]):
        figures.append(figure)
        print(figure.line(), flush=True)
    judged = [one for one in figures if one.is_judged]
    failing = [one.name for one in judged if form != "tiny" and one.fails(is_strict=form == "full")]
    print(
        f"{sum(one.is_met for one in judged)} of {len(judged)} targets met; the run fails for: {', '.join(failing) or 'none'}"
    )
    if given.json:
        plain = {one.name: one.plain() for one in figures}
        print(json.dumps({"seed": given.seed, "form": form, "failing": failing, "figures": plain}))
    return 1 if failing else 0


if __name__ == "__main__":
    sys.exit(main())
