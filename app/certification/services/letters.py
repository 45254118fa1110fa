"""The letters of this room, in both languages: what was decided, why, what it changes, how to contest it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from app import mail
from app.accounts.models import Person
from certificates import verification
from certificates.dates import day_in_paris, told

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.certification.models import Certificate
    from certificates.keys import KeyRing

#: Why, as the holder reads it; the codes are the register's.
REASONS: Mapping[str, Mapping[str, str]] = {
    "fr": {
        "fraud": "nous avons établi une fraude au test.",
        "error": "nous avons trouvé une erreur de notre part dans ce résultat. Vous n’y êtes pour rien.",
        "holder-request": "vous l’avez demandé.",
        "key-compromise": "la clé qui a signé cette attestation n’est plus sûre. Vous n’y êtes pour rien.",
        "under-review": "nous vérifions quelque chose. Ce n’est pas un reproche : rien n’est décidé.",
        "name-changed": "vous avez changé le nom à imprimer.",
        "key-replaced": "la clé qui l’avait signée ne sert plus. Vous n’y êtes pour rien, et votre résultat est le même.",
        "level-raised": "votre recours a abouti : le niveau est plus haut.",
        "": "elle est de nouveau en cours, sans changement.",
    },
    "en": {
        "fraud": "we have established a fraud in the test.",
        "error": "we have found a mistake of ours in this result. You are not at fault.",
        "holder-request": "you asked for it.",
        "key-compromise": "the key that signed this statement is no longer safe. You are not at fault.",
        "under-review": "we are checking something. This is no reproach: nothing is decided.",
        "name-changed": "you have changed the name to print.",
        "key-replaced": "the key that had signed it is no longer used. You are not at fault, and your result is the same.",
        "level-raised": "your appeal was upheld: the level is higher.",
        "": "it stands again, unchanged.",
    },
}


class Letter(NamedTuple):
    """Subject and plain-text body."""

    subject: str
    body: str


_LETTERS: Mapping[str, Mapping[str, Letter]] = {
    "revoked": {
        "fr": Letter(
            "Votre attestation a été retirée",
            "Bonjour,\n\nVotre attestation « {title} », délivrée le {date}, a été retirée aujourd’hui.\n\n"
            "La raison : {reason}\n\n"
            "Ce que cela change : qui la vérifie lit qu’elle est retirée, et depuis quand. La raison n’est dite qu’à vous. "
            "Vos tests et vos résultats restent dans votre compte.\n\n"
            "Vous n’êtes pas d’accord ? Écrivez-nous, une personne vous répondra : {contest}\n\n"
            "Votre attestation : {page}\n\nNuméricité\n",
        ),
        "en": Letter(
            "Your statement has been withdrawn",
            "Hello,\n\nYour statement “{title}”, issued on {date}, was withdrawn today.\n\n"
            "The reason: {reason}\n\n"
            "What this changes: whoever checks it reads that it is withdrawn, and since when. Only you are told the reason. "
            "Your tests and results stay in your account.\n\n"
            "You do not agree? Write to us, a person will answer: {contest}\n\n"
            "Your statement: {page}\n\nNuméricité\n",
        ),
    },
    "suspended": {
        "fr": Letter(
            "Votre attestation est suspendue",
            "Bonjour,\n\nVotre attestation « {title} », délivrée le {date}, est suspendue depuis aujourd’hui.\n\n"
            "La raison : {reason}\n\n"
            "Ce que cela change : pour l’instant, qui la vérifie lit qu’elle est suspendue, et depuis quand. La raison "
            "n’est dite qu’à vous. Nous vous écrirons dès qu’elle sera rétablie ou retirée.\n\n"
            "Une question, ou vous n’êtes pas d’accord ? Écrivez-nous, une personne vous répondra : {contest}\n\n"
            "Votre attestation : {page}\n\nNuméricité\n",
        ),
        "en": Letter(
            "Your statement is suspended",
            "Hello,\n\nYour statement “{title}”, issued on {date}, has been suspended from today.\n\n"
            "The reason: {reason}\n\n"
            "What this changes: for now, whoever checks it reads that it is suspended, and since when. Only you are told "
            "the reason. We shall write to you as soon as it is reinstated or withdrawn.\n\n"
            "A question, or you do not agree? Write to us, a person will answer: {contest}\n\n"
            "Your statement: {page}\n\nNuméricité\n",
        ),
    },
    "superseded": {
        "fr": Letter(
            "Votre attestation a été remplacée",
            "Bonjour,\n\nUne nouvelle attestation « {title} » remplace depuis aujourd’hui celle du {date}.\n\n"
            "La raison : {reason}\n\n"
            "Ce que cela change : la nouvelle a un autre code, montrez désormais celle-là. Qui vérifie l’ancienne lit qu’elle "
            "a été remplacée, sans nom ni niveau.\n\n"
            "Votre nouvelle attestation : {page}\n\n"
            "Vous n’avez rien demandé, ou quelque chose ne va pas ? Écrivez-nous : {contest}\n\nNuméricité\n",
        ),
        "en": Letter(
            "Your statement has been replaced",
            "Hello,\n\nA new statement “{title}” replaces from today the one of {date}.\n\n"
            "The reason: {reason}\n\n"
            "What this changes: the new one has another code; show that one from now on. Whoever checks the former reads that "
            "it was replaced, with no name and no level.\n\n"
            "Your new statement: {page}\n\n"
            "You did not ask for this, or something is wrong? Write to us: {contest}\n\nNuméricité\n",
        ),
    },
    "active": {
        "fr": Letter(
            "Votre attestation est rétablie",
            "Bonjour,\n\nBonne nouvelle : la suspension de votre attestation « {title} », délivrée le {date}, est finie ; "
            "{reason}\n\nVous pouvez de nouveau la montrer et la télécharger : {page}\n\n"
            "Une question ? Écrivez-nous : {contest}\n\nNuméricité\n",
        ),
        "en": Letter(
            "Your statement is reinstated",
            "Hello,\n\nGood news: the suspension of your statement “{title}”, issued on {date}, is over; {reason}\n\n"
            "You can show and download it again: {page}\n\nA question? Write to us: {contest}\n\nNuméricité\n",
        ),
    },
}


def compose(
    row: Certificate,
    *,
    status: str,
    reason: str | None,
    language: str,
    ring: KeyRing,
    origin: str,
    code: str | None = None,
) -> Letter:
    """Return the letter that tells a holder what becomes of their certificate.

    Args:
        status: The state that it enters.
        reason: One of the register's codes; None for a reinstatement.
        code: Of the certificate that the letter leads to, where that is another one.
    """
    stated = verification.read_registered(row.token, ring)
    language = language if language in REASONS else "fr"
    template = _LETTERS[status][language]
    body = template.body.format(
        title=stated.framework_title[0 if language == "fr" else 1],
        date=told(day_in_paris(stated.issued_at), language),
        reason=REASONS[language][reason or ""],
        contest=f"{origin}/reclamations",
        page=f"{origin}/certificats/{code or stated.code}",
    )
    return Letter(template.subject, body)


def letter_to_holder(
    db: Session,
    row: Certificate,
    *,
    status: str,
    reason: str | None,
    ring: KeyRing,
    origin: str,
    code: str | None = None,
) -> tuple[Person, Letter] | None:
    """Return who is to be written to, and what; None when nobody with an address holds the certificate any more."""
    holder = db.get(Person, row.person_id) if row.person_id is not None else None
    if holder is None or holder.email is None:
        return None
    language = holder.language or "fr"
    return holder, compose(row, status=status, reason=reason, language=language, ring=ring, origin=origin, code=code)


def send(
    db: Session,
    row: Certificate,
    *,
    status: str,
    reason: str | None,
    ring: KeyRing,
    origin: str,
    now: datetime,
    code: str | None = None,
) -> None:
    """Write to the holder, if there still is one with an address."""
    owed = letter_to_holder(db, row, status=status, reason=reason, ring=ring, origin=origin, code=code)
    if owed is not None:
        holder, letter = owed
        mail.send(db, to=holder.email or "", subject=letter.subject, body=letter.body, person_id=holder.id, now=now)
