"""What this package refuses on purpose. Codes are stable; how they are told to people is the shell's business."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


class QuizError(Exception):
    """Family of this package's refusals."""

    code: ClassVar[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong in a content file.

    Args:
        file: Path as given, relative where possible.
        line: Counted from 1.
        message: French: what is wrong.
        remedy: French: what to do.
    """

    file: str
    line: int
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message} {self.remedy}"


class ContentError(QuizError):
    """The content has faults; every one is listed."""

    code = "content"

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))


class UnknownItemError(QuizError):
    """The bank has no such item."""

    code = "unknown-item"


class UnknownFrameworkError(QuizError):
    """The bank has no such framework."""

    code = "unknown-framework"


class EmptyPoolError(QuizError):
    """No item is left to begin with: the pool is empty, or everything in it was seen."""

    code = "empty-pool"


class NotOfferedError(QuizError):
    """The test does not exist for this framework: it draws forms, and has no blueprint for it."""

    code = "not-offered"


class MalformedResponseError(QuizError):
    """The response does not have the shape that its item demands."""

    code = "malformed-response"


class UnexpectedItemError(QuizError):
    """The answer is not for the item on screen."""

    code = "unexpected-item"


class SittingClosedError(QuizError):
    """The sitting is finished; nothing more is recorded."""

    code = "sitting-closed"


class UnknownEngineError(QuizError):
    """The sitting was taken with a version of the engine that this one cannot replay."""

    code = "unknown-engine"


class TooFewPeopleError(QuizError):
    """Too few people have answered for anything to be estimated.

    Args:
        found, wanted: How many there are, and are needed.
    """

    code = "too-few-people"

    def __init__(self, found: int, wanted: int) -> None:
        super().__init__(found, wanted)
        self.found, self.wanted = found, wanted


class ScaleExistsError(QuizError):
    """A scale of this framework, language and date exists; none is ever overwritten."""

    code = "scale-exists"


class PanelError(QuizError):
    """A panel's file is not one that a cut may rest on; everything that is wrong or missing is listed."""

    code = "panel"

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))


class NoReplacementError(QuizError):
    """Nothing else is left to ask in the area of the question that was to be replaced."""

    code = "no-replacement"
