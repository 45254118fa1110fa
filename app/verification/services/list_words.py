"""The words of a list that is given back, in the language of whoever dropped it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.verification.services.sheets import NameMatch
from certificates.dates import day_in_paris
from certificates.errors import EncryptedPdfError, NotPdfError, TooLargePdfError

if TYPE_CHECKING:
    from app.verification.services.sheets import SheetLine
    from app.verification.services.verdicts import Verdict


#: Says a French text in the reader's language; called `_` here, so that texts are gathered for translation.
Say = Callable[[str], str]


def template(_: Say) -> list[str]:
    """Return the headings of the file to fill in."""
    return [_("code"), _("nom")]


def heading(_: Say, *, of_files: bool = False) -> list[str]:
    """Return the headings of the file that is given back."""
    first = [_("fichier"), _("nom sur le document")] if of_files else [_("code"), _("nom")]
    more = [_("verdict"), _("depuis"), _("assurance"), _("échéance")]
    last = [_("remarque"), _("reçu signé")]
    return [*first, *more, *last] if of_files else [*first, *more, _("le nom correspond"), *last]


def checked(_: Say, line: SheetLine, verdict: Verdict, *, match: NameMatch, receipt: str) -> list[str]:
    """Return the line of a code that was looked up."""
    return [line.code, line.name, *_standing(_, verdict), _match(_, match), _remark(_, verdict), receipt]


def no_code(_: Say, line: SheetLine) -> list[str]:
    """Return the line in which no code was written."""
    return [
        line.code,
        line.name,
        "",
        "",
        "",
        "",
        "",
        _("ce n’est pas un code : seize signes, sans compter les tirets"),
        "",
    ]


def checked_file(_: Say, name: str, verdict: Verdict, *, receipt: str) -> list[str]:
    """Return the line of a file that was checked."""
    holder = verdict.credential.holder_name if verdict.credential and verdict.tells_name else ""
    return [name, holder, *_standing(_, verdict), _remark(_, verdict), receipt]


def no_file(_: Say, name: str, code: str | None) -> list[str]:
    """Return the line of a file that was not examined, or could not be.

    Args:
        code: Of what is wrong with it; None when its turn did not come.
    """
    words = {
        None: _("pas contrôlé, faute de temps : déposez-le dans un autre envoi"),
        NotPdfError.code: _("ce n’est pas un PDF"),
        EncryptedPdfError.code: _("protégé par un mot de passe"),
        TooLargePdfError.code: _("trop gros"),
    }
    return [name, "", "", "", "", "", words.get(code, _("illisible")), ""]


def refusal(_: Say, reason: str) -> str:
    """Return why a file is not a list that can be checked."""
    return {
        "no-code-column": _("Nous ne trouvons pas la colonne « code ». Partez du modèle, ou nommez-la ainsi."),
        "empty-sheet": _("Ce fichier ne contient aucune ligne à contrôler."),
        "too-many-lines": _("Ce fichier a plus de 500 lignes. Partagez-le, et envoyez une partie après l’autre."),
    }.get(reason, _("Ce fichier n’est ni un XLSX, ni un CSV. Enregistrez la liste sous l’une de ces formes."))


def _standing(_: Say, verdict: Verdict) -> list[str]:
    words = {
        "valid": _("valable"),
        "not_yet_valid": _("pas encore valable"),
        "expired": _("expiré"),
        "suspended": _("suspendu"),
        "paused": _("en pause"),
        "handed-back": _("rendu"),
        "renewing": _("renouvellement en cours"),
        "revoked": _("retiré"),
        "superseded": _("remplacé"),
        "altered": _("modifié"),
        "unknown": _("inconnu"),
        "unconfirmed": _("non confirmé"),
    }
    stated = verdict.credential
    since = day_in_paris(verdict.since).isoformat() if verdict.since else ""
    ends = day_in_paris(stated.valid_until).isoformat() if stated and stated.valid_until else ""
    return [words[verdict.word], since, stated.assurance if stated else "", ends]


def _match(_: Say, match: NameMatch) -> str:
    return {
        NameMatch.YES: _("oui"),
        NameMatch.CLOSE: _("proche"),
        NameMatch.NO: _("non"),
        NameMatch.NOT_SHOWN: _("non montré"),
        NameMatch.NOT_ASKED: "",
    }[match]


def _remark(_: Say, verdict: Verdict) -> str:
    """Return the first line of a check where it is a warning, then that the document is worth nothing, where it is."""
    said = []
    if verdict.first_line and verdict.credential and not verdict.credential.name_verified:
        said.append(_("document authentique, identité non vérifiée"))
        if verdict.outcome.value not in ("valid", "expired"):
            said.append(_("ne vaut pas") + f" ({_standing(_, verdict)[0]})")
    if verdict.is_demonstration:
        said.append(_("démonstration, sans valeur"))
    return " · ".join(said)
