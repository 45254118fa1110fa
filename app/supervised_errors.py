"""Refusals of supervised examinations that came after `app.errors`; their family is that of `app.errors`."""

from __future__ import annotations

from app.errors import AppError


class NotArrangedError(AppError):
    """No such accommodation is arranged for this candidate, or nothing is left of it."""

    code = "not-arranged"


class WrongClaimSlipError(AppError):
    """Unknown, used, expired or dead slip, or another date of birth; never says which."""

    code = "wrong-claim-slip"
