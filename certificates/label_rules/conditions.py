"""What a transition may depend on: each condition has a name, and one function of the dossier."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from certificates.label_rules import delays
from certificates.label_rules.dossier import OVER, NoticeKind, State
from certificates.label_rules.facts import Activity, Audit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from certificates.label_rules.dossier import Dossier
    from certificates.label_rules.parameters import Parameters


class Condition(StrEnum):
    """Names of the conditions; they are the codes of refusals."""

    CRITERIA_MET = "criteria-met"
    AUDIT_DRAWN = "audit-drawn"
    AUDIT_SETTLED = "audit-settled"
    ONLY_LABEL = "only-label"
    REAPPLY_DELAY_OVER = "reapply-delay-over"
    WINDOW_OPEN = "window-open"
    BEFORE_GRACE_ENDS = "before-grace-ends"
    GRACE_OVER = "grace-over"
    RENEWAL_PENDING = "renewal-pending"
    NO_RENEWAL_PENDING = "no-renewal-pending"
    EXTENSION_LEFT = "extension-left"
    NO_NOTICE = "no-notice"
    NOTICE_OPEN = "notice-open"
    HEARD_ON_SUSPENSION = "heard-on-suspension"
    HEARD_ON_REVOCATION = "heard-on-revocation"
    SUSPENSION_OVER = "suspension-over"
    WITHIN_APPEAL_TIME = "within-appeal-time"
    RETURN_CONTESTABLE = "return-contestable"
    NO_RETURN_CONTESTABLE = "no-return-contestable"
    RETURN_APPEALED = "return-appealed"
    NO_RETURN_APPEALED = "no-return-appealed"
    NO_SUSPENSION_CONTESTED = "no-suspension-contested"
    SUSPENSION_APPEALED = "suspension-appealed"
    NO_SUSPENSION_APPEALED = "no-suspension-appealed"
    REFUSAL_APPEALED = "refusal-appealed"
    REVOCATION_APPEALED = "revocation-appealed"
    NUMBER_INACTIVE = "number-inactive"
    NUMBER_ACTIVE = "number-active"
    NUMBER_NOT_INACTIVE = "number-not-inactive"
    NO_PAUSE_ANNOUNCED = "no-pause-announced"
    PAUSE_ANNOUNCED = "pause-announced"
    PAUSE_ANNOUNCED_LONG_ENOUGH = "pause-announced-long-enough"
    PAUSED_BY_HOLDER = "paused-by-holder"
    PAUSED_BY_NUMBER = "paused-by-number"
    MAY_COME_BACK = "may-come-back"


def _criteria_met(dossier: Dossier, _rules: Parameters, _on: date) -> bool:
    return bool(dossier.findings) and all(finding.is_met for finding in dossier.findings)


def _reapply_delay_over(dossier: Dossier, rules: Parameters, on: date) -> bool:
    return dossier.last_revoked_on is None or on >= delays.reapply_from(dossier.last_revoked_on, rules)


def _window_open(dossier: Dossier, rules: Parameters, on: date) -> bool:
    return dossier.term is not None and on >= dossier.term.opens_on(rules)


def _before_grace_ends(dossier: Dossier, rules: Parameters, on: date) -> bool:
    return dossier.term is not None and on <= dossier.term.grace_until(rules)


def _grace_over(dossier: Dossier, rules: Parameters, on: date) -> bool:
    return dossier.term is not None and on > dossier.term.grace_until(rules)


def _extension_left(dossier: Dossier, rules: Parameters, _on: date) -> bool:
    return dossier.term is not None and dossier.term.extended_months < rules.extension_months


def _heard(kind: NoticeKind) -> Callable[[Dossier, Parameters, date], bool]:
    def holds(dossier: Dossier, rules: Parameters, on: date) -> bool:
        notice = dossier.notice
        if notice is None or notice.kind is not kind:
            return False
        is_over = on > delays.notice_ends_on(notice.sent_on, rules.suspension_notice_days)
        return notice.is_answered or is_over or (notice.is_urgent and kind is NoticeKind.SUSPENSION)

    return holds


def _return_contestable(dossier: Dossier, rules: Parameters, on: date) -> bool:
    return dossier.returned_on is not None and on <= delays.appeal_until(dossier.returned_on, rules)


def _pause_announced_long_enough(dossier: Dossier, rules: Parameters, on: date) -> bool:
    sent_on = dossier.pause_announced_on
    return sent_on is not None and on > delays.notice_ends_on(sent_on, rules.dormancy_notice_days)


def _may_come_back(dossier: Dossier, _rules: Parameters, _on: date) -> bool:
    before = dossier.ended_from
    return before is not None and (before in OVER or not dossier.has_another)


#: A number that its holder takes back would otherwise end what the directory began.
_SHOWS_NO_RIGHT = frozenset((Activity.INACTIVE, Activity.NOT_SHOWN))
#: What each condition asks of a dossier.
HOLDS: Mapping[Condition, Callable[[Dossier, Parameters, date], bool]] = {
    Condition.CRITERIA_MET: _criteria_met,
    Condition.AUDIT_DRAWN: lambda dossier, _rules, _on: dossier.audit is Audit.DRAWN,
    Condition.AUDIT_SETTLED: lambda dossier, _rules, _on: dossier.audit in (Audit.NOT_DRAWN, Audit.CLEAR),
    Condition.ONLY_LABEL: lambda dossier, _rules, _on: not dossier.has_another,
    Condition.REAPPLY_DELAY_OVER: _reapply_delay_over,
    Condition.WINDOW_OPEN: _window_open,
    Condition.BEFORE_GRACE_ENDS: _before_grace_ends,
    Condition.GRACE_OVER: _grace_over,
    Condition.RENEWAL_PENDING: lambda dossier, _rules, _on: dossier.is_renewal_pending,
    Condition.NO_RENEWAL_PENDING: lambda dossier, _rules, _on: not dossier.is_renewal_pending,
    Condition.EXTENSION_LEFT: _extension_left,
    Condition.NO_NOTICE: lambda dossier, _rules, _on: dossier.notice is None,
    Condition.NOTICE_OPEN: lambda dossier, _rules, _on: dossier.notice is not None,
    Condition.HEARD_ON_SUSPENSION: _heard(NoticeKind.SUSPENSION),
    Condition.HEARD_ON_REVOCATION: _heard(NoticeKind.REVOCATION),
    Condition.SUSPENSION_OVER: lambda dossier, rules, on: on > delays.suspended_until(dossier.since, rules),
    Condition.WITHIN_APPEAL_TIME: lambda dossier, rules, on: on <= delays.appeal_until(dossier.since, rules),
    Condition.RETURN_CONTESTABLE: _return_contestable,
    Condition.NO_RETURN_CONTESTABLE: lambda dossier, rules, on: not _return_contestable(dossier, rules, on),
    Condition.RETURN_APPEALED: lambda dossier, _rules, _on: dossier.appealed is State.RENEWAL_DUE,
    Condition.NO_RETURN_APPEALED: lambda dossier, _rules, _on: dossier.appealed is not State.RENEWAL_DUE,
    Condition.NO_SUSPENSION_CONTESTED: lambda dossier, _rules, _on: not dossier.is_suspension_contested,
    Condition.SUSPENSION_APPEALED: lambda dossier, _rules, _on: dossier.is_suspension_appealed,
    Condition.NO_SUSPENSION_APPEALED: lambda dossier, _rules, _on: not dossier.is_suspension_appealed,
    Condition.REFUSAL_APPEALED: lambda dossier, _rules, _on: dossier.appealed is State.REFUSED,
    Condition.REVOCATION_APPEALED: lambda dossier, _rules, _on: dossier.appealed is State.REVOKED,
    Condition.NUMBER_INACTIVE: lambda dossier, _rules, _on: dossier.activity in _SHOWS_NO_RIGHT,
    Condition.NUMBER_ACTIVE: lambda dossier, _rules, _on: dossier.activity is Activity.ACTIVE,
    Condition.NUMBER_NOT_INACTIVE: lambda dossier, _rules, _on: dossier.activity not in _SHOWS_NO_RIGHT,
    Condition.NO_PAUSE_ANNOUNCED: lambda dossier, _rules, _on: dossier.pause_announced_on is None,
    Condition.PAUSE_ANNOUNCED: lambda dossier, _rules, _on: dossier.pause_announced_on is not None,
    Condition.PAUSE_ANNOUNCED_LONG_ENOUGH: _pause_announced_long_enough,
    Condition.PAUSED_BY_HOLDER: lambda dossier, _rules, _on: dossier.is_paused_by_holder,
    Condition.PAUSED_BY_NUMBER: lambda dossier, _rules, _on: not dossier.is_paused_by_holder,
    Condition.MAY_COME_BACK: _may_come_back,
}
