"""What the refusals of checks of many documents answer; `app.answers` adds them to its table."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from app.errors import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

CHECKING: Mapping[str, tuple[HTTPStatus, str, str]] = {
    "repeated-key": (
        HTTPStatus.BAD_REQUEST,
        N_("Une clé est écrite deux fois dans le même objet JSON."),
        N_("Nous ne choisissons pas entre les deux : gardez-en une, puis recommencez. Rien n’a été contrôlé."),
    ),
    "too-large-request": (
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        N_("Cet envoi est trop gros."),
        N_(
            "Un envoi en JSON pèse 32 Mio au plus, un envoi de fichiers 60 Mio. Partagez-le en deux. Rien n’a été contrôlé."
        ),
    ),
    "too-many-unknown": (
        HTTPStatus.TOO_MANY_REQUESTS,
        N_("Beaucoup de codes inconnus en peu de temps."),
        N_("Relisez la colonne des codes : est-ce bien la bonne ? Puis recommencez. Rien de cet envoi n’a été rendu."),
    ),
}
