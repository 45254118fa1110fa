"""The letters of this room: that a result is there, never what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from app import mail
from app.examination.models import Accommodation
from certificates.dates import PARIS, told

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.examination.models import Candidate, ExamSession


#: What is said of a result: that it is there, that it was looked at again, that its certificate is there at last.
Subject = Literal["result", "review", "certified"]


class Letter(NamedTuple):
    """Subject and plain-text body."""

    subject: str
    body: str


_RESULT: Mapping[tuple[str, bool], Letter] = {
    ("fr", True): Letter(
        "Le résultat de votre examen est là",
        "Bonjour,\n\nLe résultat de votre examen est dans votre compte : {url}\n\n"
        "Il n’est que pour vous : nous n’avons écrit à personne d’autre.\n\nNuméricité\n",
    ),
    ("fr", False): Letter(
        "Le résultat de votre examen est là",
        "Bonjour,\n\nLe résultat de votre examen vous attend : {url}\n\n"
        "Pour le lire, créez un compte avec cette adresse dans les {days} jours, puis ouvrez le message qui la confirme.\n\n"
        "Il n’est que pour vous : nous n’avons écrit à personne d’autre.\n\nNuméricité\n",
    ),
    ("en", True): Letter(
        "The result of your examination is there",
        "Hello,\n\nThe result of your examination is in your account: {url}\n\n"
        "It is for you only: we have written to nobody else.\n\nNuméricité\n",
    ),
    ("en", False): Letter(
        "The result of your examination is there",
        "Hello,\n\nThe result of your examination is waiting for you: {url}\n\n"
        "To read it, create an account with this address within {days} days, then open the message that confirms it.\n\n"
        "It is for you only: we have written to nobody else.\n\nNuméricité\n",
    ),
}
#: Of a result that was told already: as neutral as the first letter.
_SINCE: Mapping[tuple[str, str], Letter] = {
    ("fr", "certified"): Letter(
        "Il y a du nouveau sur le résultat de votre examen",
        "Bonjour,\n\nUne suite manquait au résultat de votre examen. Vous la trouverez ici : {url}\n\n"
        "Elle n’est que pour vous : nous n’avons écrit à personne d’autre.\n\nNuméricité\n",
    ),
    ("en", "certified"): Letter(
        "There is news about the result of your examination",
        "Hello,\n\nSomething was still missing from the result of your examination. You will find it here: {url}\n\n"
        "It is for you only: we have written to nobody else.\n\nNuméricité\n",
    ),
    ("fr", "review"): Letter(
        "Le résultat de votre examen a été revu",
        "Bonjour,\n\nLe résultat de votre examen a été revu. Vous le trouverez ici : {url}\n\n"
        "Il n’est que pour vous : nous n’avons écrit à personne d’autre.\n\nNuméricité\n",
    ),
    ("en", "review"): Letter(
        "The result of your examination was looked at again",
        "Hello,\n\nThe result of your examination was looked at again. You will find it here: {url}\n\n"
        "It is for you only: we have written to nobody else.\n\nNuméricité\n",
    ),
}
#: How long an examination waits for the account of whoever sat it without one: as long as a guest is kept.
DAYS_TO_CLAIM = 90


def send_result(
    db: Session,
    *,
    to: str,
    language: str,
    has_account: bool,
    about: Subject,
    person_id: int | None,
    origin: str,
    now: datetime,
) -> None:
    """Write what is new about a result; never what it is."""
    known = language if (language, has_account) in _RESULT else "fr"
    letter = _RESULT[known, has_account] if about == "result" else _SINCE[known, about]
    body = letter.body.format(url=f"{origin}/examens/resultats", days=DAYS_TO_CLAIM)
    mail.send(db, to=to, subject=letter.subject, body=body, person_id=person_id, now=now)


#: What is said of a session before it begins, whoever it is said to.
_ABOUT: Mapping[tuple[str, str], Letter] = {
    ("invited", "fr"): Letter(
        "Votre examen : où et quand",
        "Bonjour,\n\nUne place vous attend à un examen.\n\nQuand : {when}\nOù : {where}\nVotre numéro : {number}\n{arranged}\n"
        "À apporter : une pièce d’identité en cours de validité. Le code de la session est donné sur place.\n"
        "L’examen se passe à cette adresse, sur un appareil de la salle : {url}\n\n"
        "La date est jointe, pour votre agenda.\n\nNuméricité\n",
    ),
    ("moved", "fr"): Letter(
        "Votre examen change de lieu ou d’heure",
        "Bonjour,\n\nVotre examen est déplacé. Voici ce qui vaut maintenant.\n\nQuand : {when}\nOù : {where}\nVotre numéro : {number}\n"
        "{arranged}\nVotre inscription reste valable. La nouvelle date est jointe, pour votre agenda.\n\nNuméricité\n",
    ),
    ("cancelled", "fr"): Letter(
        "Votre examen est annulé",
        "Bonjour,\n\nL’examen prévu le {when} ({where}) n’aura pas lieu. Cela ne compte pas comme un essai.\n\n"
        "La structure qui l’organise peut vous inscrire à une autre session.\n\nNuméricité\n",
    ),
    ("unenrolled", "fr"): Letter(
        "Votre inscription à l’examen est retirée",
        "Bonjour,\n\nVotre inscription à l’examen du {when} ({where}) a été retirée par la structure qui l’organise. "
        "Ne vous déplacez pas. Cela ne compte pas comme un essai.\n\n"
        "Si c’est une erreur, voyez avec cette structure : elle peut vous inscrire de nouveau.\n\nNuméricité\n",
    ),
    ("invited", "en"): Letter(
        "Your examination: where and when",
        "Hello,\n\nYou are enrolled in an examination.\n\nWhen: {when}\nWhere: {where}\nYour number: {number}\n{arranged}\n"
        "To bring: a valid identity document. The code of the session is given on the spot.\n"
        "The examination is sat at this address, on a device of the room: {url}\n\n"
        "The date is attached, for your calendar.\n\nNuméricité\n",
    ),
    ("moved", "en"): Letter(
        "Your examination has another place or time",
        "Hello,\n\nYour examination was moved. This is what holds now.\n\nWhen: {when}\nWhere: {where}\nYour number: {number}\n"
        "{arranged}\nYou are still enrolled. The new date is attached, for your calendar.\n\nNuméricité\n",
    ),
    ("cancelled", "en"): Letter(
        "Your examination is cancelled",
        "Hello,\n\nThe examination planned for {when} ({where}) will not take place. It does not count as a try.\n\n"
        "The structure that organises it can enrol you in another session.\n\nNuméricité\n",
    ),
    ("unenrolled", "en"): Letter(
        "You are no longer enrolled in the examination",
        "Hello,\n\nYour enrolment in the examination of {when} ({where}) was taken back by the structure that organises it. "
        "Please do not come. It does not count as a try.\n\n"
        "If this is a mistake, ask that structure: it can enrol you again.\n\nNuméricité\n",
    ),
}
_ARRANGED: Mapping[str, Mapping[Accommodation, str]] = {
    "fr": {
        Accommodation.THIRD_TIME: "tiers temps",
        Accommodation.BREAKS: "pauses",
        Accommodation.READER: "lecteur",
        Accommodation.LARGE_TYPE: "grands caractères",
    },
    "en": {
        Accommodation.THIRD_TIME: "a third more time",
        Accommodation.BREAKS: "breaks",
        Accommodation.READER: "reader",
        Accommodation.LARGE_TYPE: "large type",
    },
}
_PLANNED = {"fr": "Aménagements prévus : ", "en": "Arranged for you: "}


def send_about_session(
    db: Session,
    *,
    kind: str,
    candidate: Candidate,
    session: ExamSession,
    address: str,
    entry: str,
    origin: str,
    now: datetime,
) -> None:
    """Write about a session that has not begun ("invited", "moved", "cancelled", "unenrolled"); never its code.

    Args:
        entry: The session as an entry of a calendar.
    """
    language = candidate.language if candidate.language in _ARRANGED else "fr"
    letter, at = _ABOUT[kind, language], session.starts_at.astimezone(PARIS)
    words = [_ARRANGED[language][Accommodation(one)] for one in candidate.accommodations]
    body = letter.body.format(
        when=f"{told(at.date(), language)}, {at:%H:%M}",
        where=address,
        number=candidate.number,
        arranged=f"{_PLANNED[language]}{', '.join(words)}\n" if words else "",
        url=f"{origin}/examens/",
    )
    mail.send(
        db,
        to=candidate.email or "",
        subject=letter.subject,
        body=body,
        person_id=candidate.person_id,
        now=now,
        calendar=entry,
    )
