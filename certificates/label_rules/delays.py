"""Calendar delays of the label, in days of Paris; every end is the last day that still counts."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from certificates.label_rules.parameters import Parameters


def months_after(day: date, months: int) -> date:
    """Return the same day of a later month, or its last day where that month is shorter; earlier if negative."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """For how long a label is given.

    Args:
        awarded_on: First day.
        extended_months: By which illness, a birth or a leave moved the end.
    """

    awarded_on: date
    extended_months: int = 0

    def ends_on(self, rules: Parameters) -> date:
        """Return the last day: the eve of the same day, three years later."""
        return months_after(self.awarded_on, rules.validity_months + self.extended_months) - timedelta(days=1)

    def opens_on(self, rules: Parameters) -> date:
        """Return the first day of the renewal."""
        return months_after(self.ends_on(rules), -rules.window_months)

    def grace_until(self, rules: Parameters) -> date:
        """Return the last day on which a renewal is still awaited, and shown as such."""
        return months_after(self.ends_on(rules), rules.grace_months)


def hours_count_from(*, term_from: date, sent_on: date | None, is_first: bool) -> date:
    """Return the first day on which continuing education counts for a term: each day counts for exactly one.

    What was done by the day on which a file is sent belongs to that file; what is done from the day after belongs to the term that
    the file asks for, which begins later, or earlier where it was sent in the grace. A first application counts initial training,
    never hours of a term: its own day is nobody else's.

    Args:
        sent_on: When the file that this term was given on was sent; None where that is not known: then its first day counts.
        is_first: Whether it is the first term.
    """
    if sent_on is None:
        return term_from
    after = sent_on + timedelta(days=1)
    return min(term_from, after) if is_first else after


def notice_ends_on(sent_on: date, days: int) -> date:
    """Return the last day to answer a notice."""
    return sent_on + timedelta(days=days)


def appeal_until(decided_on: date, rules: Parameters) -> date:
    """Return the last day on which a decision may be appealed against."""
    return months_after(decided_on, rules.appeal_months)


def appeal_decided_by(opened_on: date, rules: Parameters) -> date:
    """Return the last day on which the panel decides."""
    return months_after(opened_on, rules.appeal_decision_months)


def suspended_until(suspended_on: date, rules: Parameters) -> date:
    """Return the last day of a suspension, whatever happens."""
    return months_after(suspended_on, rules.suspension_months)


def reapply_from(revoked_on: date, rules: Parameters) -> date:
    """Return the first day on which somebody whose label was revoked may apply again."""
    return months_after(revoked_on, rules.reapply_months)


def shown_until(ended_on: date, rules: Parameters) -> date:
    """Return the last day on which the public register shows a label that is over."""
    return months_after(ended_on, rules.kept_months)
