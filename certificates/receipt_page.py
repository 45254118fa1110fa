"""The receipt on paper: one page in the style of the certificate, its token attached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certificates import document
from certificates.dates import PARIS, day_in_paris, told
from certificates.receipt import ATTACHMENT

if TYPE_CHECKING:
    from collections.abc import Callable

    import pydyf

    from certificates.receipt import Receipt

#: The verdict, or the reason of a label that says it more exactly, as a word and as what it means, in French and in English.
_WORDS = {
    "valid": ("Valable", "Valid", "Ce document vient de nous. Personne ne l’a retiré.", "It is ours, and stands."),
    "not_yet_valid": (
        "Pas encore valable",
        "Not valid yet",
        "Ce document vient de nous. Sa validité n’avait pas commencé.",
        "It is ours. Its validity had not begun.",
    ),
    "expired": (
        "Expiré",
        "Expired",
        "Ce document vient de nous. Sa validité était finie.",
        "It is ours. Its validity was over.",
    ),
    "suspended": (
        "Suspendu",
        "Suspended",
        "Ce document vient de nous. Il était suspendu : il ne fallait pas s’y fier.",
        "It is ours. It was suspended: not to be relied on.",
    ),
    "paused": (
        "En pause",
        "Paused",
        "Ce document vient de nous. Son label était en pause, sans faute de personne : il ne valait pas ce jour-là.",
        "It is ours. Its label was paused, which is no fault: it did not hold on that day.",
    ),
    "handed-back": (
        "Rendu",
        "Handed back",
        "Ce document vient de nous. La personne avait rendu son label : il ne valait plus.",
        "It is ours. Its holder had handed the label back: it held no more.",
    ),
    "renewing": (
        "Renouvellement en cours",
        "Being renewed",
        "Ce document vient de nous. Sa validité était finie, et son renouvellement était attendu.",
        "It is ours. Its validity was over, and its renewal was awaited.",
    ),
    "revoked": (
        "Retiré",
        "Withdrawn",
        "Ce document a été retiré : il ne prouve plus rien.",
        "It was withdrawn: it proves nothing any more.",
    ),
    "superseded": (
        "Remplacé",
        "Replaced",
        "Un document plus récent le remplace.",
        "A more recent document replaces it.",
    ),
    "altered": (
        "Modifié",
        "Changed",
        "Ce fichier a été changé après avoir été scellé par nous.",
        "This file was changed after we sealed it.",
    ),
    "unknown": ("Inconnu", "Unknown", "Nous ne pouvons rien dire de ce document.", "We can say nothing of it."),
    "unconfirmed": (
        "Non confirmé",
        "Not confirmed",
        "Nous ne pouvons pas confirmer où en est ce document.",
        "We cannot confirm where it stands.",
    ),
}


def render_html(receipt: Receipt, *, issuer: str, origin: str) -> str:
    """Return the page as HTML, in French with English below each line."""
    word_fr, word_en, means_fr, means_en = _WORDS.get(receipt.reason or "", _WORDS[receipt.verdict])
    at = receipt.at.astimezone(PARIS)
    return document.fill(
        "receipt.html",
        receipt=receipt,
        issuer=issuer,
        origin=origin,
        word=(word_fr, word_en),
        means=(means_fr, means_en),
        day_fr=told(at.date(), "fr"),
        day_en=told(at.date(), "en"),
        time=at.strftime("%H:%M"),
        time_utc=receipt.at.strftime("%H:%M:%S"),
        since_fr=told(day_in_paris(receipt.since), "fr") if receipt.since else None,
        since_en=told(day_in_paris(receipt.since), "en") if receipt.since else None,
        digest=" ".join(receipt.subject_sha256[start : start + 8] for start in range(0, 64, 8)),
    )


def render_pdf(
    receipt: Receipt, token: str, *, issuer: str, origin: str, finish: Callable[[pydyf.PDF], None] | None = None
) -> bytes:
    """Return the page as an unsealed PDF/A-3a, PDF/UA-1, with the token attached as `receipt.jwt`."""
    return document.to_pdf(
        render_html(receipt, issuer=issuer, origin=origin),
        stylesheet="receipt.css",
        pictures={},
        attached=document.Attached(
            name=ATTACHMENT, text=token, description="Reçu de contrôle, JWS", made_at=receipt.at
        ),
        finish=finish,
    )
