"""Error classes of the shell. What each answers is in `app.answers`. No Flask here."""

from __future__ import annotations

from typing import ClassVar


def N_(text: str) -> str:  # noqa: N802 (gettext's own name for "mark, do not translate yet")
    """Mark a message for extraction; it is translated when it is shown."""
    return text


class AppError(Exception):
    """Family of the shell's own refusals; each leaf has a stable code."""

    code: ClassVar[str]


class NotFoundError(AppError):
    """Absent, or not yours: the two are never told apart."""

    code = "not-found"


class SignInRequiredError(AppError):
    code = "sign-in-required"


class VisitEndedError(AppError):
    """A guest was known in this browser until the time of the visit was over; an account to sign in to there is none."""

    code = "visit-ended"


class ForbiddenError(AppError):
    code = "forbidden"


class CrossSiteError(AppError):
    """The form's token is missing, wrong or too old."""

    code = "cross-site"


class TooManyRequestsError(AppError):
    code = "too-many-requests"


class WrongCredentialsError(AppError):
    """E-mail and password do not match; never says which."""

    code = "wrong-credentials"


class WeakPasswordError(AppError):
    """The password chosen is too easy to guess."""

    code = "weak-password"


class LinkSpentError(AppError):
    """An e-mail link was used, replaced or has expired."""

    code = "link-spent"


class AddressTakenError(AppError):
    code = "address-taken"


class AddressNotConfirmedError(AppError):
    code = "address-not-confirmed"


class WrongCardError(AppError):
    """No resume card has this code and PIN."""

    code = "wrong-card"


class StepSpentError(AppError):
    """What this browser had begun was brought back already, took too long, or was begun in another browser."""

    code = "step-spent"


class ProviderCancelledError(AppError):
    """The person, or the provider for them, said no."""

    code = "provider-cancelled"


class ProviderAwayError(AppError):
    """The provider does not answer, or not in time."""

    code = "provider-away"


class ProviderAnswerError(AppError):
    """What came back from the provider cannot be trusted; the reason is for the log."""

    code = "provider-answer"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ProviderLevelError(AppError):
    """The provider vouches for less than was asked."""

    code = "provider-level"


class IdentityTakenError(AppError):
    """The identity is linked to another account."""

    code = "identity-taken"


class OtherIdentityError(AppError):
    """The account is linked to another identity of this provider."""

    code = "other-identity"


class OnlyWayInError(AppError):
    """Unlinking would leave no way into the account."""

    code = "only-way-in"


class RecentSignInError(AppError):
    """What was asked for needs a sign-in of the last minutes."""

    code = "recent-sign-in"


class WrongPasskeyError(AppError):
    """The device's answer does not prove anything here; the reason is for the log."""

    code = "wrong-passkey"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class KnownPasskeyError(AppError):
    code = "known-passkey"


class TooManyPasskeysError(AppError):
    code = "too-many-passkeys"


class NoPasskeyError(AppError):
    """A second factor needs a passkey to be asked for."""

    code = "no-passkey"


class WrongRecoveryCodeError(AppError):
    code = "wrong-recovery-code"


class WrongNumberError(AppError):
    """Not a number of the shared directory of health professionals."""

    code = "wrong-number"


class NumberTakenError(AppError):
    """Another account has this professional number."""

    code = "number-taken"


class NumberVouchedError(AppError):
    """A provider vouches for the professional number: no form changes it."""

    code = "number-vouched"


class TooYoungError(AppError):
    code = "too-young"


class StaleQuestionError(AppError):
    """The answer is for a question that left the screen."""

    code = "stale-question"


class AnswerStandsError(AppError):
    """Another answer to this question was recorded first, in a sitting that is over."""

    code = "answer-stands"


class TimeOverError(AppError):
    """The answer comes after the time of a supervised sitting; what was recorded before stands."""

    code = "time-over"


class SittingOpenError(AppError):
    """A supervised sitting of this person is open already."""

    code = "sitting-open"


class SittingNotFinishedError(AppError):
    code = "sitting-not-finished"


class RetakeTooSoonError(AppError):
    """The retake rule forbids a new sitting now."""

    code = "retake-too-soon"


class NothingToCertifyError(AppError):
    """The sitting established no level, or is not one that certifies."""

    code = "nothing-to-certify"


class AlreadyRevokedError(AppError):
    code = "already-revoked"


class UnchangedStatusError(AppError):
    """Suspending what is not in force, or reinstating what is not suspended."""

    code = "unchanged-status"


class CertificateWithdrawnError(AppError):
    """Its holder may read it and contest, but neither hand it out nor switch its link any more."""

    code = "certificate-withdrawn"


class NameWasVerifiedError(AppError):
    """A name read on an identity document is not changed by a form."""

    code = "name-was-verified"


class SameNameError(AppError):
    """A certificate is to be issued again under the name that it bears."""

    code = "same-name"


class TooManyLinksError(AppError):
    code = "too-many-links"


class CaseClosedError(AppError):
    code = "case-closed"


class NotOneFileError(AppError):
    """A form was sent where one file is looked at, with no file in it or several."""

    code = "not-one-file"


class OutsideLogError(AppError):
    """The transparency log has no such leaf or size."""

    code = "outside-log"


class NotACredentialError(AppError):
    code = "not-a-credential"


class MalformedRequestError(AppError):
    code = "malformed-request"


class UnreadableSheetError(AppError):
    code = "unreadable-sheet"

    def __init__(self, reason: str) -> None:  # not-a-sheet, no-code-column, empty-sheet, too-many-lines
        super().__init__(reason)
        self.reason = reason


class TooManyLinesError(AppError):
    code = "too-many-lines"


class StorageFullError(AppError):
    """The database or disk refused to write; nothing was half-written."""

    code = "storage-full"


class UnknownAccountError(AppError):
    """No confirmed account has this address."""

    code = "unknown-account"


class AlreadyNamedError(AppError):
    """Somebody has this part in this structure already."""

    code = "already-named"


class NotAccreditedError(AppError):
    """The structure's accreditation does not run on the day of the session."""

    code = "not-accredited"


class ReversedPeriodError(AppError):
    code = "reversed-period"


class MalformedIdentifierError(AppError):
    """A FINESS or SIRET number that cannot be one."""

    code = "malformed-identifier"


class SamePersonError(AppError):
    """A tie, or a decision, needs two people."""

    code = "same-person"


class ReservedItemsSeenError(AppError):
    """Whoever wrote or saw reserved items neither sits, trains for nor decides on that framework for 24 months."""

    code = "reserved-items-seen"


class NotIndependentError(AppError):
    """The candidate's trainer or manager neither invigilates nor judges."""

    code = "not-independent"


class MovedOnError(AppError):
    """Somebody else acted first, or the examination is not in the state that this needs."""

    code = "moved-on"


class PastMomentError(AppError):
    code = "past-moment"


class NoSeatLeftError(AppError):
    code = "no-seat-left"


class AlreadyEnrolledError(AppError):
    code = "already-enrolled"


class EnrolmentClosedError(AppError):
    code = "enrolment-closed"


class WrongExamCodeError(AppError):
    """Code of the session and number of the candidate do not go together; never says which."""

    code = "wrong-exam-code"


class IdentityNotCheckedError(AppError):
    code = "identity-not-checked"


class ExamPausedError(AppError):
    """The answer came while the candidate was not to answer; nothing is recorded."""

    code = "exam-paused"


class UnknownAccommodationError(AppError):
    """The accommodation asked for is not one that we know."""

    code = "unknown-accommodation"


class StillUnjudgedError(AppError):
    """An incident has not been judged, or a candidate still answers."""

    code = "still-unjudged"


class CorruptRegisterError(RuntimeError):
    """Our own register holds a statement that does not verify. In no table on purpose: a logged 500, never a soft answer."""
