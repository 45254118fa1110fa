"""The bank: frameworks and items, loaded once, checked whole, named by the hash of their content."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from quizzes import canonical, source
from quizzes.errors import ContentError, Fault, UnknownFrameworkError, UnknownItemError
from quizzes.framework import Framework
from quizzes.items import ITEM, Item
from quizzes.scale import Scale, load_scales

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from quizzes.source import Source


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bank:
    """Everything that a sitting may ask, immutable.

    Args:
        scales: The calibrated scale in use, by framework and language.
        content_hash: SHA-256 of the canonical JSON of frameworks, items and scales, or of the text that the bank was read from.
    """

    frameworks: Mapping[str, Framework]
    items: Mapping[str, Item]
    scales: Mapping[tuple[str, str], Scale]
    content_hash: str
    _pools: Mapping[tuple[str, str], tuple[Item, ...]] = field(repr=False)
    _text: str = field(repr=False)

    def framework(self, code: str) -> Framework:
        """Return one framework.

        Raises:
            UnknownFrameworkError: There is none of this code.
        """
        try:
            return self.frameworks[code]
        except KeyError:
            raise UnknownFrameworkError(code) from None

    def item(self, item_id: str) -> Item:
        """Return one item.

        Raises:
            UnknownItemError: There is none of this identifier.
        """
        try:
            return self.items[item_id]
        except KeyError:
            raise UnknownItemError(item_id) from None

    def items_of(self, framework_code: str, pool: str) -> tuple[Item, ...]:
        """Return the items of one framework and pool, in the order of their identifiers."""
        return self._pools.get((framework_code, pool), ())

    def to_json(self) -> str:
        """Return the whole bank as JSON: the text whose hash names it."""
        return self._text

    @classmethod
    def from_json(cls, text: str) -> Bank:
        """Return the bank that `to_json` wrote, under the name that it had then, whatever this version would write."""
        data = json.loads(text)
        frameworks = [Framework.model_validate(one) for one in data["frameworks"]]
        scales = [Scale.model_validate(one) for one in data.get("scales", ())]
        return _assemble(frameworks, [ITEM.validate_python(one) for one in data["items"]], scales, text=text)


def make_bank(frameworks: Sequence[Framework], items: Sequence[Item], scales: Sequence[Scale] = ()) -> Bank:
    """Assemble a bank from parts that were checked; of several scales of one framework and language, the last counts."""
    return _assemble(frameworks, items, scales, text=None)


def _assemble(
    frameworks: Sequence[Framework], items: Sequence[Item], scales: Sequence[Scale], *, text: str | None
) -> Bank:
    by_code = {one.code: one for one in sorted(frameworks, key=lambda one: one.code)}
    by_id = {one.id: one for one in sorted(items, key=lambda one: one.id)}
    pools: dict[tuple[str, str], tuple[Item, ...]] = {}
    for item in by_id.values():
        place = (item.competency.partition("-")[0], item.pool)
        pools[place] = (*pools.get(place, ()), item)
    in_use: dict[tuple[str, str], Scale] = {(one.framework, one.language): one for one in scales}
    own_text = _canonical(by_code, by_id, in_use) if text is None else text
    return Bank(
        frameworks=MappingProxyType(by_code),
        items=MappingProxyType(by_id),
        scales=MappingProxyType(in_use),
        content_hash=canonical.name_of(own_text),
        _pools=MappingProxyType(pools),
        _text=own_text,
    )


def _canonical(
    frameworks: Mapping[str, Framework], items: Mapping[str, Item], scales: Mapping[tuple[str, str], Scale]
) -> str:
    data: dict[str, Any] = {
        "frameworks": [canonical.plain(one) for one in frameworks.values()],
        "items": [canonical.plain(one) for one in items.values()],
    }
    if scales:
        data["scales"] = [canonical.plain(one) for _, one in sorted(scales.items())]
    return canonical.text(data)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedItem:
    """An item and where it stands, so that what is said of it can name its line."""

    item: Item
    file: Source
    index: int

    def fault(self, field_name: str, message: str, remedy: str) -> Fault:
        """Return a fault of this item at one of its fields."""
        return self.file.fault((self.index, field_name), f"{self.item.id} : {message}", remedy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What the files of frameworks and items hold, and what is wrong in them."""

    frameworks: Mapping[str, Framework]
    items: Mapping[str, PlacedItem]
    faults: list[Fault]


def gather(directories: Sequence[Path]) -> Gathered:
    """Read frameworks and items from content directories, the shipped one first; nothing is raised."""
    faults: list[Fault] = []
    frameworks = _load_frameworks(directories, faults)
    placed: dict[str, PlacedItem] = {}
    for file in source.read_all(directories, "items/**/*.yaml", faults):
        _load_items(file, frameworks, placed, faults)
    for one in placed.values():
        faults.extend(
            one.fault("enemies", f"question ennemie inconnue, {enemy}.", "Corrigez l’identifiant.")
            for enemy in one.item.enemies
            if enemy not in placed
        )
    return Gathered(frameworks=frameworks, items=placed, faults=faults)


def load_bank(directories: Sequence[Path]) -> Bank:
    """Load frameworks and items from content directories, the shipped one first.

    Raises:
        ContentError: The content has faults; every one is listed.
    """
    found = gather(directories)
    items = {name: placed.item for name, placed in found.items.items()}
    scales = load_scales(directories, found.faults, frameworks=found.frameworks, items=items)
    if found.faults:
        raise ContentError(tuple(found.faults))
    return make_bank(list(found.frameworks.values()), list(items.values()), scales)


def _load_frameworks(directories: Sequence[Path], faults: list[Fault]) -> dict[str, Framework]:
    found: dict[str, Framework] = {}
    for file in source.read_all(directories, "frameworks/*.yaml", faults):
        try:
            framework = Framework.model_validate(file.data)
        except ValidationError as error:
            faults.extend(file.faults_of(error))
            continue
        if framework.code in found:
            message = f"Le référentiel {framework.code} est déjà défini ailleurs."
            faults.append(file.fault(("code",), message, "Gardez-en un seul."))
        found[framework.code] = framework
    return found


def _load_items(
    file: Source, frameworks: Mapping[str, Framework], placed: dict[str, PlacedItem], faults: list[Fault]
) -> None:
    if not isinstance(file.data, list):
        faults.append(
            file.fault(
                (), "Ce fichier ne contient pas une liste de questions.", "Commencez chaque question par un tiret."
            )
        )
        return
    for index, raw in enumerate(file.data):
        try:
            item = ITEM.validate_python(raw)
        except ValidationError as error:
            faults.extend(_item_faults(file, error, index, raw))
            continue
        framework = frameworks.get(item.competency.partition("-")[0])
        if framework is None or not framework.has_competency(item.competency):
            message = f"{item.id} : compétence inconnue, {item.competency}."
            faults.append(file.fault((index, "competency"), message, "Prenez un identifiant du référentiel."))
        elif item.level not in {level.id for level in framework.levels}:
            faults.append(file.fault((index, "level"), f"{item.id} : niveau inconnu, {item.level}.", "Prenez L1 à L4."))
        if item.id in placed:
            first = placed[item.id].file
            message = f"{item.id} : identifiant déjà pris dans {first.name}."
            faults.append(
                file.fault((index, "id"), message, "Donnez un numéro neuf : un identifiant ne sert qu’une fois.")
            )
        else:
            placed[item.id] = PlacedItem(item=item, file=file, index=index)


def _item_faults(file: Source, error: ValidationError, index: int, raw: Any) -> list[Fault]:  # noqa: ANN401 (from a file)
    """Name the item in each fault; pydantic puts the type's name in the path, which the file does not have."""
    name = raw.get("id", f"question {index + 1}") if isinstance(raw, dict) else f"question {index + 1}"
    kind = raw.get("type") if isinstance(raw, dict) else None
    found = []
    for detail in error.errors():
        location = tuple(part for part in detail["loc"] if part != kind)
        told = source.told(detail)
        where = ".".join(str(part) for part in location)
        message = f"{name}, {where} : {told}." if where else f"{name} : {told}."
        found.append(file.fault((index, *location), message, "Corrigez la question."))
    return found
