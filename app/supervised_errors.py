"""Refusals of supervised examinations that came after `app.errors`; their family is that of `app.errors`."""

from __future__ import annotations

from app.errors import AppError


class NotArrangedError(AppError):
    """No such accommodation is arranged for this candidate, or nothing is left of it."""

    code = "not-arranged"


class MayNotSitError(AppError):
    """This person may not sit that session. Why is theirs to know: that they sat lately, or wrote questions, is told to no structure."""

    code = "may-not-sit"


class TrainsForItError(AppError):
    """Whoever trains for a framework is not shown its reserved items."""

    code = "trains-for-it"


class WrongClaimSlipError(AppError):
    """Unknown, used, expired or dead slip, or another date of birth; never says which."""

    code = "wrong-claim-slip"


class StillUncertifiedError(AppError):
    """What kept a certificate from being written keeps it still."""

    code = "still-uncertified"


class ClaimBarredError(AppError):
    """An account that saw reserved questions of a framework, or examined a session, does not take over what a guest sat there."""

    code = "claim-barred"


class ImpossibleBirthDateError(AppError):
    """Nobody who sits here was born on that day: it was misread, or mistyped."""

    code = "impossible-birth-date"


class OwnTieShortenedError(AppError):
    """Neither of the two writes that what ties them ended on an earlier day: they would free themselves by it."""

    code = "own-tie-shortened"


class SeatsTakenError(AppError):
    """A session has no fewer seats than people enrolled in it.

    Args:
        enrolled: How many they are.
    """

    code = "seats-taken"

    def __init__(self, enrolled: int) -> None:
        super().__init__()
        self.enrolled = enrolled


class UnprovedCutError(AppError):
    """A file lies where signed cut scores do, and proves nothing: nobody knows which cut was set."""

    code = "unproved-cut"
