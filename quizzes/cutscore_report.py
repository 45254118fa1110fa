"""A panel's cut told to the panel, and as the plain record that is signed."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from quizzes.cutscore import INCOHERENT
from quizzes.pages import columns, percent, told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from quizzes.bank import Bank
    from quizzes.cutscore import CutScore, RoundResult
    from quizzes.panel import Judged

#: Names and versions the record's shape.
RECORD = "cutscore/1"


def record_of(judged: Judged, found: CutScore, *, bank: Bank, panel_sha256: str) -> Mapping[str, Any]:
    """Return what is signed: who set which cut on which scale, and how surely. Ratings are named by the hash of their file.

    Raises:
        ValueError: The cut has no ability: there is nothing to sign.
    """
    final, panel = found.final, judged.panel
    if final.ability is None:
        raise ValueError("a cut without an ability is not signed")
    scale = bank.scales.get((panel.framework, panel.language))
    return {
        "record": RECORD,
        "framework": panel.framework,
        "framework_version": bank.framework(panel.framework).version,
        "boundary": panel.boundary,
        "language": panel.language,
        "held_on": panel.held_on.isoformat(),
        "method": "modified Angoff",
        "judges": [judge.model_dump() for judge in panel.judges],
        "items": list(panel.items),
        "rounds": [_plain(asdict(one)) for one in found.rounds],
        "changes": [_plain(asdict(one)) for one in found.changes],
        "cut": {
            "ability": round(final.ability, 4),
            "ability_error": round(final.ability_error or 0.0, 4),
            "score": round(final.score, 4),
            "score_error": round(final.score_error, 4),
            "of": len(panel.items),
        },
        "bank": bank.content_hash,
        "scale": scale.made_on.isoformat() if scale else None,
        "panel_sha256": panel_sha256,
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 (plain data)
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def text(judged: Judged, found: CutScore, *, current_cut: float | None) -> str:
    """Return the tables for a terminal, in French.

    Args:
        current_cut: The framework's own cut at this boundary, in logits; None for "pass".
    """
    panel = judged.panel
    parts = [
        (
            f"Jury du {panel.held_on.isoformat()} : {panel.framework}, seuil {panel.boundary}, {len(panel.judges)} juges, "
            f"{len(panel.items)} questions, {len(panel.rounds)} tours."
        )
    ]
    for number, one in enumerate(found.rounds, 1):
        parts.append(_round(judged, one, number))
        if number > 1:
            change = found.changes[number - 2]
            parts.append(
                f"Effet du tour {number} : {percent(change.changed)} des notes changées, de {told(change.moved)} en moyenne ; "
                f"seuil {_signed(change.score)} point, dispersion {_signed(change.spread)}."
            )
    parts.append("Questions, dernier tour\n" + columns(("Question", "Note moyenne"), _items(judged, found)))
    parts.append(_conclusion(found.final, current_cut))
    return "\n\n".join(parts)


def _items(judged: Judged, found: CutScore) -> list[tuple[object, ...]]:
    return list(zip(judged.panel.items, found.final.item_means, strict=True))


def _round(judged: Judged, one: RoundResult, number: int) -> str:
    rows = [
        (judge.id, mean, ability, coherence, "à revoir" if coherence is not None and coherence > INCOHERENT else "")
        for judge, mean, ability, coherence in zip(
            judged.panel.judges, one.judge_means, one.judge_abilities, one.coherence, strict=True
        )
    ]
    table = columns(("Juge", "Note moyenne", "Seuil (logits)", "Écart au modèle", "Avis"), rows)
    return (
        f"Tour {number}\n{table}\n"
        f"Seuil : {told(one.score)} sur {len(one.item_means)} (erreur type {told(one.score_error)} : écart type des juges divisé par "
        f"la racine de leur nombre), soit {told(one.ability)} logit (± {told(one.ability_error)}).\n"
        f"Accord : un juge {told(one.single_agreement)}, le jury {told(one.mean_agreement)} (corrélations intraclasses 2,1 et 2,k)."
    )


def _conclusion(final: RoundResult, current_cut: float | None) -> str:
    if final.ability is None:
        return "Ces questions ne placent pas ce seuil : le score est en deçà du hasard, ou au bout de l’échelle. Rien n’est à signer."
    if current_cut is None:
        return f"Seuil proposé : {told(final.ability)} logit."
    return (
        f"Seuil proposé : {told(final.ability)} logit ; seuil du référentiel : {told(current_cut)}. "
        f"Essayez-le : flask simulate --cut {final.ability:.2f}"
    )


def _signed(value: float) -> str:
    return f"+{told(value)}" if value > 0 else told(value)
