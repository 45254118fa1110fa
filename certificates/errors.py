"""Everything that the package refuses on purpose, in one family; each leaf has a stable code.

Every error is built from positional arguments that it keeps as they are, so that it survives the trip back from a
subprocess.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from datetime import datetime

    from certificates.compact import CompactStatement
    from certificates.credential import Credential


class CertificateError(Exception):
    """Root of the family."""

    code: ClassVar[str] = "certificate-error"


class UnacceptableNameError(CertificateError):
    """A name cannot be printed on a certificate.

    Args:
        reason: "empty", "too-long", "control", "formula", "title", "claim", "organisation", "address", "digit", "symbol",
            "no-letter" or "scripts".
    """

    code = "unacceptable-name"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class VerificationError(CertificateError):
    """A token is not a credential of ours that holds now."""

    code = "verification-error"


class MalformedCredentialError(VerificationError):
    """The token or its claims do not have the form of our credentials.

    Args:
        reason: What is wrong, for a log; never shown as such.
    """

    code = "malformed-credential"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UnknownKeyError(VerificationError):
    """The key named by the token is not one that we published."""

    code = "unknown-key"


class CompromisedKeyError(VerificationError):
    """The key was already declared compromised at the date that the credential bears.

    Args:
        kid: The key.
        since: From when nothing that it signed counts.
    """

    code = "compromised-key"

    def __init__(self, kid: str, since: datetime) -> None:
        super().__init__(kid, since)
        self.kid = kid
        self.since = since


class BadSignatureError(VerificationError):
    """The signature does not cover these bytes."""

    code = "bad-signature"


class OutsideValidityError(VerificationError):
    """Everything holds except the date.

    Args:
        credential: What was checked; a page may show it beside the verdict.
    """

    code = "outside-validity"

    def __init__(self, credential: Credential | CompactStatement) -> None:
        super().__init__(credential)
        self.credential = credential


class NotYetValidError(OutsideValidityError):
    """The validity period has not begun."""

    code = "not-yet-valid"


class ExpiredError(OutsideValidityError):
    """The validity period is over."""

    code = "expired"


class StatusListError(CertificateError):
    """A status list says nothing of a credential: where it stands cannot be confirmed."""

    code = "status-list-error"


class MalformedStatusListError(StatusListError):
    """A status list cannot be read, or does not hold the entry asked for."""

    code = "malformed-status-list"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class StaleStatusListError(StatusListError):
    """The copy is older than a copy may be, or not valid yet."""

    code = "stale-status-list"


class OtherStatusListError(StatusListError):
    """The list is not the one that the credential names: another address, purpose or issuer.

    Args:
        reason: What differs, for a log.
    """

    code = "other-status-list"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class KeyRingError(CertificateError):
    """The keys cannot be used."""

    code = "key-ring-error"


class KeyDirectoryError(KeyRingError):
    """The directory of the keys cannot be read or written, or already holds a ring.

    Args:
        path: The directory or file concerned.
        reason: What prevents its use.
    """

    code = "key-directory"

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


class WrongPassphraseError(KeyRingError):
    """The passphrase does not open the keys."""

    code = "wrong-passphrase"


class BrokenKeyRingError(KeyRingError):
    """The ring contradicts itself: two active keys, a key that is not the one its name says."""

    code = "broken-key-ring"


class NoActiveKeyError(KeyRingError):
    """A family has no key to sign with."""

    code = "no-active-key"


class SealError(CertificateError):
    """A file is not one that we sealed, whole and unchanged."""

    code = "seal-error"


class NotPdfError(SealError):
    """The file is not a PDF."""

    code = "not-pdf"


class EncryptedPdfError(SealError):
    """The PDF asks for a password."""

    code = "encrypted-pdf"


class BrokenPdfError(SealError):
    """The PDF cannot be read.

    Args:
        reason: What was done to it, as a stable word, where that can be told.
    """

    code = "broken-pdf"

    def __init__(self, reason: str = code) -> None:
        super().__init__(reason)
        self.reason = reason


class TooLargePdfError(SealError):
    """The file is larger than any certificate."""

    code = "too-large-pdf"


class UnsealedPdfError(SealError):
    """The PDF carries no seal."""

    code = "unsealed-pdf"


class ForeignSealError(SealError):
    """The PDF is sealed by somebody else."""

    code = "foreign-seal"


class AlteredPdfError(SealError):
    """The PDF was ours and has been changed.

    Args:
        reason: Which check failed, as a stable word.
    """

    code = "altered-pdf"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TransparencyError(CertificateError):
    """Something said of the transparency log does not hold."""

    code = "transparency-error"


class NoSuchProofError(TransparencyError):
    """A proof is asked for a leaf or a size that the tree does not have."""

    code = "no-such-proof"


class BadProofError(TransparencyError):
    """A proof does not lead from what it is about to the root."""

    code = "bad-proof"


class MalformedCheckpointError(TransparencyError):
    """The text is not a checkpoint.

    Args:
        reason: What is wrong, for a log.
    """

    code = "malformed-checkpoint"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UntrustedCheckpointError(TransparencyError):
    """No key that we know signed the checkpoint, or one of them signed something else."""

    code = "untrusted-checkpoint"


class LabelError(CertificateError):
    """The rules of the label forbid what was asked."""

    code = "label-error"


class NoSuchTransitionError(LabelError):
    """The machine has no such transition from this state.

    Args:
        transition: Its name.
        state: Where the label stands.
    """

    code = "no-such-transition"

    def __init__(self, transition: str, state: str) -> None:
        super().__init__(transition, state)
        self.transition = transition
        self.state = state


class WrongActorError(LabelError):
    """The transition belongs to somebody else."""

    code = "wrong-actor"


class UnknownReasonError(LabelError):
    """A transition bears one of its own reasons, and this is none of them."""

    code = "unknown-reason"


class ConditionNotMetError(LabelError):
    """A condition of the transition does not hold.

    Args:
        condition: Its stable code.
    """

    code = "condition-not-met"

    def __init__(self, condition: str) -> None:
        super().__init__(condition)
        self.condition = condition


class TooFewDecidersError(LabelError):
    """A decision takes several distinct people.

    Args:
        needed: How many.
    """

    code = "too-few-deciders"

    def __init__(self, needed: int) -> None:
        super().__init__(needed)
        self.needed = needed


class PanelIncompleteError(LabelError):
    """The panel of an appeal lacks one of its seats.

    Args:
        seat: Which.
    """

    code = "panel-incomplete"

    def __init__(self, seat: str) -> None:
        super().__init__(seat)
        self.seat = seat


class NotIndependentError(LabelError):
    """Whoever acts has been something to the person that forbids it.

    Args:
        part: What they have been: a `Part`.
    """

    code = "label-not-independent"

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


class RefusedByFhirError(CertificateError):
    """FHIR software asked for something that the register does not answer.

    Args:
        status: Of the HTTP answer.
        issue_code: Of FHIR's value set `issue-type`.
        diagnostics: What was wrong and what to do, in English; never what was sent.
    """

    code = "refused-by-fhir"

    def __init__(self, status: int, issue_code: str, diagnostics: str) -> None:
        super().__init__(status, issue_code, diagnostics)
        self.status, self.issue_code, self.diagnostics = status, issue_code, diagnostics
