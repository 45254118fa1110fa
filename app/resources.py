"""What a process loads once and every room may read: the bank, the modules and paths, the key ring, the issuer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flask import current_app

from certificates.credential import Issuer
from certificates.key_store import load_key_ring
from certificates.press import Press
from quizzes.bank import Bank, load_bank
from quizzes.paths import LearningPath, Module, load_modules, load_paths

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.settings import Settings
    from certificates.keys import KeyRing

SHIPPED_CONTENT = Path(__file__).resolve().parent.parent / "quizzes" / "content"

_EXTENSION = "numericite.resources"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """Immutable knowledge of the process."""

    settings: Settings
    bank: Bank
    modules: Sequence[Module]
    paths: Sequence[LearningPath]
    ring: KeyRing
    issuer: Issuer
    press: Press

    @property
    def roots_file(self) -> Path:
        """PEM of the authorities that a sealed file may lead to."""
        return self.settings.key_directory / "roots.pem"


def load(settings: Settings) -> Resources:
    """Load and check everything.

    Raises:
        quizzes.errors.ContentError: The content has faults; all are listed.
        certificates.errors.CertificateError: The keys cannot be opened.
    """
    ring = load_key_ring(settings.key_directory, settings.key_passphrase)
    directories = (SHIPPED_CONTENT, *settings.content_directories)
    return Resources(
        settings=settings,
        bank=load_bank(directories),
        modules=load_modules(directories),
        paths=load_paths(directories),
        ring=ring,
        press=Press(ring),
        issuer=Issuer(name=settings.organisation_name, url=settings.public_url, email=settings.organisation_email),
    )


def current_resources() -> Resources:
    """Return what the running application was assembled with."""
    resources: Resources = current_app.extensions[_EXTENSION]
    return resources
