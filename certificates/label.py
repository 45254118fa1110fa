"""The label: what it demands, and the only ways from one state to the next. A working proposal, not a label of the State.

Nothing here knows tables, people or the web. Read in this order:

1. `label_rules/numericite-1.0-proposal.yaml`   every number, with its version
2. `label_rules/facts.py`                       the plain facts that the criteria look at
3. `label_rules/criteria.py`                    N1 to N7, N9, N13, N15: met, missing or not applicable, and why
4. `label_rules/machine.py`                     the life of a label as a table (N8, N10, N11, N12), `conditions.py` beside it
5. `label_rules/independence.py`                which two parts one human may not have about one person
6. `label_rules/public.py`                      what the public reads

Clinical quality is none of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from certificates.label_rules.criteria import CRITERIA

if TYPE_CHECKING:
    from datetime import date

    from certificates.label_rules.criteria import Finding
    from certificates.label_rules.facts import Facts
    from certificates.label_rules.parameters import Parameters


def checklist(facts: Facts, *, rules: Parameters, on: date) -> tuple[Finding, ...]:
    """Return what was found of every criterion, in the order in which a person goes through them."""
    return tuple(criterion(facts, rules, on) for criterion in CRITERIA.values())


def missing(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return the criteria that stand in the way."""
    return tuple(finding for finding in findings if not finding.is_met)
