"""Refusals of the room of labels; their family is that of `app.errors`."""

from __future__ import annotations

from app.errors import AppError


class NumberDisputedError(AppError):
    """Another account declared this RPPS number first; two officers look at whose it is."""

    code = "number-disputed"


class PublicByNatureError(AppError):
    """A label cannot be hidden: its holder accepted that when they applied."""

    code = "public-by-nature"


class LabelDecidedElsewhereError(AppError):
    """The desk of the register changes no label: a committee does, with notice and appeal."""

    code = "label-decided-elsewhere"


class FileInHandsError(AppError):
    """A label's file was sent: whoever decides must find what was sent."""

    code = "file-in-hands"


class FutureDayError(AppError):
    """Something is declared as done that has not taken place yet."""

    code = "future-day"


class AlreadyVotedError(AppError):
    code = "already-voted"


class NameNotCheckedError(AppError):
    """A paper is compared with a name that an examination checked; there is none yet."""

    code = "name-not-checked"


class SeatNotGrantedError(AppError):
    """Somebody takes a seat of a panel that nobody granted them for this profession."""

    code = "seat-not-granted"


class NotAProofError(AppError):
    """A file whose bytes are those of no PDF, JPEG or PNG, whatever its name."""

    code = "not-a-proof"


class BrokenProofError(AppError):
    """A file that cannot be opened, asks for a password, or costs too much to read."""

    code = "broken-proof"


class TooLargeProofError(AppError):
    code = "too-large-proof"


class PatientDataError(AppError):
    """A proof holds a number of social security."""

    code = "patient-data"


class InvolvedError(AppError):
    """A complaint is answered by somebody who had no part in what it is about."""

    code = "involved"


class TooManyWatchesError(AppError):
    """One list follows so many labels at most."""

    code = "too-many-watches"


class WebhookRefusedError(AppError):
    """The address for messages is not one that we post to."""

    code = "webhook-refused"
