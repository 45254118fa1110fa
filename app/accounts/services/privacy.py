"""The register of personal columns, from `privacy.yaml`: why each is held, on what ground, how long, who reads it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

if TYPE_CHECKING:
    from collections.abc import Mapping

SHIPPED_REGISTER = Path(__file__).resolve().parents[3] / "privacy.yaml"


class PrivacyRegisterError(Exception):
    """The register cannot be read; the message says where and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldRow:
    """One row in one language, for the page that tells people what is held.

    Args:
        table: Name of the database table.
        columns: What the column holds, in plain words.
        purpose: What it is needed for.
        lawful_basis: Ground in the GDPR, in words.
        retention: When it goes.
        readers: Who can see it.
    """

    table: str
    columns: str
    purpose: str
    lawful_basis: str
    retention: str
    readers: str


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(_Strict):
    """The same in both languages."""

    fr: str
    en: str

    def get(self, language: str) -> str:
        return self.en if language == "en" else self.fr


class Period(Words):
    """When something goes.

    Args:
        years: The number that the words call `{years}` and that retention applies, where there is one.
    """

    years: int | None = None

    def get(self, language: str) -> str:
        return super().get(language).format(years=self.years)


class PersonalColumns(_Strict):
    """Columns of one table that serve one purpose and share one fate."""

    table: str
    columns: tuple[str, ...]
    what: Words
    purpose: Words
    lawful_basis: str
    retention: str
    readers: str


class PrivacyRegister(_Strict):
    """The whole file: named grounds, periods and readers, then the rows that use them.

    Args:
        lawful_bases: Name -> words.
        retentions: Name -> words.
        readers: Name -> words.
        rows: In the order in which they are told.
    """

    lawful_bases: dict[str, Words]
    retentions: dict[str, Period]
    readers: dict[str, Words]
    rows: tuple[PersonalColumns, ...]

    @model_validator(mode="after")
    def _check_names(self) -> PrivacyRegister:
        for row in self.rows:
            for name, known in (
                (row.lawful_basis, self.lawful_bases),
                (row.retention, self.retentions),
                (row.readers, self.readers),
            ):
                if name not in known:
                    msg = f"{row.table}: {name!r} is not defined"
                    raise ValueError(msg)
        return self

    @property
    def certificate_years(self) -> int:
        """For how many years after it was issued a certificate is kept, and can be checked."""
        return self.retentions["certificate"].years or 0

    def columns_of(self, table: str) -> frozenset[str]:
        """Return the columns of a table that the register names."""
        return frozenset(column for row in self.rows if row.table == table for column in row.columns)

    def tell(self, language: str) -> tuple[ToldRow, ...]:
        """Return every row in one language."""
        return tuple(
            ToldRow(
                table=row.table,
                columns=row.what.get(language),
                purpose=row.purpose.get(language),
                lawful_basis=self.lawful_bases[row.lawful_basis].get(language),
                retention=self.retentions[row.retention].get(language),
                readers=self.readers[row.readers].get(language),
            )
            for row in self.rows
        )


def load_register(path: Path = SHIPPED_REGISTER) -> PrivacyRegister:
    """Read and check the register.

    Raises:
        PrivacyRegisterError: The file is missing, is not YAML or lacks something.
    """
    try:
        content: Mapping[str, object] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        return PrivacyRegister.model_validate(content)
    except (OSError, yaml.YAMLError, ValidationError) as fault:
        msg = f"{path.name}: {fault}"
        raise PrivacyRegisterError(msg) from fault
