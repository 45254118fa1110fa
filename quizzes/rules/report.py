"""Every rule, in one report: file and line, what is wrong, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from quizzes.rules import amounts, quality, scales, structure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from quizzes.errors import Fault
    from quizzes.rules.corpus import Corpus

Kind = Literal["structure", "notice", "quality", "amount"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule.

    Args:
        kind: Structure is always demanded, quality and amounts when asked for; a notice is always told and never a fault.
    """

    name: str
    kind: Kind
    find: Callable[[Corpus], Iterator[Fault]]


RULES: tuple[Rule, ...] = (
    Rule(name="facts-exist", kind="structure", find=structure.facts_exist),
    Rule(name="practice-items", kind="structure", find=structure.practice_items),
    Rule(name="module-competencies", kind="structure", find=structure.module_competencies),
    Rule(name="path-frameworks", kind="structure", find=structure.path_frameworks),
    Rule(name="illustrations", kind="structure", find=structure.illustrations),
    Rule(name="nothing-of-the-above", kind="structure", find=structure.nothing_of_the_above),
    Rule(name="falc-is-earned", kind="structure", find=structure.falc_is_earned),
    Rule(name="scale-frameworks", kind="structure", find=scales.scale_frameworks),
    Rule(name="unknown-scale-items", kind="notice", find=scales.unknown_scale_items),
    Rule(name="edited-scale-items", kind="notice", find=scales.edited_scale_items),
    Rule(name="fact-items-name-a-fact", kind="quality", find=quality.fact_items_name_a_fact),
    Rule(name="easy-to-read", kind="quality", find=quality.easy_to_read),
    Rule(name="longest-is-not-right", kind="quality", find=quality.the_longest_is_not_the_right_one),
    Rule(name="no-favourite-place", kind="quality", find=quality.the_right_one_has_no_favourite_place),
    Rule(name="no-twins", kind="quality", find=quality.no_twins),
    Rule(name="whole-modules", kind="quality", find=quality.modules_are_whole),
    Rule(name="plain-is-simple", kind="quality", find=quality.plain_is_simple),
    Rule(name="reviewed-in-time", kind="quality", find=quality.reviewed_in_time),
    Rule(name="facts-unchanged", kind="quality", find=quality.facts_have_not_changed),
    Rule(name="frameworks", kind="amount", find=amounts.frameworks_are_there),
    Rule(name="enough-items", kind="amount", find=amounts.enough_items),
    Rule(name="every-level", kind="amount", find=amounts.every_level),
    Rule(name="varied-types", kind="amount", find=amounts.varied_types),
    Rule(name="every-lesson", kind="amount", find=amounts.every_lesson),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A fault, and the rule that found it ("form" is what loading refuses)."""

    rule: str
    kind: Kind
    fault: Fault


def report(corpus: Corpus) -> list[Finding]:
    """Hold content to every rule; return what was found, in the order of the files."""
    found = [Finding(rule="form", kind="structure", fault=fault) for fault in corpus.faults]
    for rule in RULES:
        found += [Finding(rule=rule.name, kind=rule.kind, fault=fault) for fault in rule.find(corpus)]
    return sorted(found, key=lambda one: (one.kind != "structure", one.fault.file, one.fault.line, one.rule))
