"""Who may take which seat of a panel: nobody says of themselves that they represent users, or that they are of a profession."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certificates.label_rules.machine import Seat

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Seats that somebody else grants; whoever is free of the person may sit as independent.
GRANTED = (Seat.USER, Seat.PEER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """A seat that somebody was granted.

    Args:
        profession: Of a peer; None for a representative of users.
    """

    seat: Seat
    profession: str | None = None


def open_seats(granted: Iterable[Granted], *, profession: str | None) -> tuple[Seat, ...]:
    """Return the seats that somebody may take on a label of a profession, in the order of `Seat`."""
    held = {one.seat for one in granted if one.seat is not Seat.PEER or one.profession == profession}
    return tuple(seat for seat in Seat if seat is Seat.INDEPENDENT or seat in held)
