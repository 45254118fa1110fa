"""What the room of identity, which lies above this one, adds to coming in and going out; handed in by the factory."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session


class SecondStep(Protocol):
    def __call__(
        self, db: Session, /, *, account_id: int, shared_computer: bool, next_path: str, now: datetime
    ) -> str | None: ...


class HoldsProofs(Protocol):
    def __call__(self, db: Session, /, *, person_id: int) -> bool: ...


class ForgetProofs(Protocol):
    def __call__(self, db: Session, /, *, person_id: int) -> None: ...


class ConfirmFirst(Protocol):
    def __call__(self) -> ResponseReturnValue | None: ...


class Farewell(Protocol):
    def __call__(self) -> str | None: ...


class OtherProofs(NamedTuple):
    """Proofs beyond the address and the password.

    `second_step` returns the page that asks for a second proof before the browser is let in, None where one is enough.
    `holds` tells whether the account has any other proof, and `forget` takes them away when its address turns out to be
    somebody else's. `confirm_first` leads to a new sign-in where the last one is not recent. `farewell` returns the page that also ends the session at the service that vouched for the person, None where none did.
    """

    second_step: SecondStep
    holds: HoldsProofs
    forget: ForgetProofs
    confirm_first: ConfirmFirst
    farewell: Farewell
