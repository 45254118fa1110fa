"""Pages of the accounts room, one file per subject; importing this registers them all on `blueprint`."""

from __future__ import annotations

from app.accounts.views import account, entering, own_data, reminders, resuming
from app.accounts.views.browser import keep_guest, load_identity, person_rooms, remember_way
from app.accounts.views.room import blueprint

__all__ = [
    "account",
    "blueprint",
    "entering",
    "keep_guest",
    "load_identity",
    "own_data",
    "person_rooms",
    "remember_way",
    "reminders",
    "resuming",
]
