"""What the public may know of a label: a word and dates while it lives and for some months after, never a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.labels.services import dossiers
from certificates.dates import day_in_paris
from certificates.label_rules.public import Shown, is_listed, shown

if TYPE_CHECKING:
    from datetime import datetime

    from app.labels.models import Label


def status_of(label: Label, *, now: datetime) -> Shown | None:
    """Return the word that the public reads; None where it reads nothing."""
    return shown(dossiers.alone(label), ground=label.ground, rules=dossiers.rules_of(label), on=day_in_paris(now))


def is_listed_now(label: Label, *, now: datetime) -> bool:
    """Tell whether the public register shows a label."""
    return is_listed(dossiers.alone(label), ground=label.ground, rules=dossiers.rules_of(label), on=day_in_paris(now))
