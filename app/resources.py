"""What a process loads once and every room may read: the bank, the modules and paths, the key ring, the issuer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flask import current_app

from certificates.credential import Issuer
from certificates.key_store import load_key_ring
from certificates.press import Press
from quizzes.bank import Bank, gather, load_bank
from quizzes.facts import Fact, load_facts
from quizzes.paths import LearningPath, Module, load_modules, load_paths
from quizzes.recommendations import Report, load_report
from quizzes.rules.corpus import read_illustrations
from quizzes.rules.drawings import inline, unsafe

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from app.settings import Settings
    from certificates.keys import KeyRing

SHIPPED_CONTENT = Path(__file__).resolve().parent.parent / "quizzes" / "content"

_EXTENSION = "numericite.resources"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """Immutable knowledge of the process.

    Args:
        shipped_items: Identifiers of the items that the source itself holds, what is right included.
    """

    settings: Settings
    bank: Bank
    shipped_items: Collection[str]
    modules: Sequence[Module]
    paths: Sequence[LearningPath]
    facts: Sequence[Fact]
    drawings: Mapping[str, str]
    report: Report | None
    ring: KeyRing
    issuer: Issuer
    press: Press

    @property
    def roots_file(self) -> Path:
        """PEM of the authorities that a sealed file may lead to."""
        return self.settings.key_directory / "roots.pem"

    def is_demonstration(self, item_ids: Iterable[str]) -> bool:
        """Tell whether a certificate for which these items were asked is a demonstration.

        It is where the installation is one, and where a shipped item was asked for which nobody vouches.
        """
        if self.settings.demonstration:
            return True
        return not self.settings.shipped_pool_vouched and any(one in self.shipped_items for one in item_ids)


def load(settings: Settings) -> Resources:
    """Load and check everything.

    Raises:
        quizzes.errors.ContentError: The content has faults; all are listed.
        certificates.errors.CertificateError: The keys cannot be opened.
    """
    ring = load_key_ring(settings.key_directory, settings.key_passphrase)
    directories = (SHIPPED_CONTENT, *settings.content_directories)
    bank, modules = load_bank(directories), load_modules(directories)
    return Resources(
        settings=settings,
        bank=bank,
        shipped_items=frozenset(gather((SHIPPED_CONTENT,)).items if settings.content_directories else bank.items),
        modules=modules,
        paths=load_paths(directories, modules),
        facts=load_facts(directories),
        drawings=_drawings(directories),
        report=load_report(directories),
        ring=ring,
        press=Press(ring),
        issuer=Issuer(name=settings.organisation_name, url=settings.public_url, email=settings.organisation_email),
    )


def _drawings(directories: Sequence[Path]) -> dict[str, str]:
    """Return the lessons' drawings, ready for a page; one that is not safe is left out (`flask content check` names it)."""
    return {name: inline(data) for name, data in read_illustrations(directories).items() if unsafe(data) is None}


def current_resources() -> Resources:
    """Return what the running application was assembled with."""
    resources: Resources = current_app.extensions[_EXTENSION]
    return resources
