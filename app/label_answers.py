"""What the refusals of the label answer; `app.answers` adds them to its table.

A code followed by what stands in the way, "code:detail", is told before the code alone.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from app.errors import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

_CONFLICT, _UNFIT, _FORBIDDEN = HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.FORBIDDEN
_LEAVE_IT = N_("Laissez ce dossier à une autre personne. Rien n’a été enregistré.")
_RELOAD = N_("Rechargez la page : elle dit ce qui est possible maintenant. Rien n’a été enregistré.")

LABELS: Mapping[str, tuple[HTTPStatus, str, str]] = {
    "public-by-nature": (
        _CONFLICT,
        N_("Un label ne se cache pas."),
        N_("Vous l’avez accepté en signant la charte. Vous pouvez en revanche le rendre, depuis votre page."),
    ),
    "label-decided-elsewhere": (
        _CONFLICT,
        N_("Un label ne se change pas ici."),
        N_("Il se suspend, se rétablit ou se retire depuis le bureau des labels, à plusieurs et après un avis."),
    ),
    "file-in-hands": (
        _CONFLICT,
        N_("Votre dossier est entre les mains de ceux qui décident."),
        N_("Il ne change plus pendant ce temps. S’il manque quelque chose, il vous reviendra."),
    ),
    "future-day": (
        _UNFIT,
        N_("Cette date n’est pas encore passée."),
        N_("Déclarez ce que vous avez déjà fait. Revenez quand ce sera fait."),
    ),
    "already-voted": (
        _CONFLICT,
        N_("Vous avez déjà voté sur ce dossier."),
        N_("Un vote ne se change pas. Une autre personne doit voter pour que la décision soit prise."),
    ),
    "name-not-checked": (
        _CONFLICT,
        N_("Le nom de cette personne n’a pas encore été contrôlé."),
        N_("Il le sera à l’examen. Comparez alors le document avec ce nom. Rien n’a été enregistré."),
    ),
    "not-a-proof": (
        _UNFIT,
        N_("Ce fichier n’est ni un PDF, ni une photo JPEG, ni une image PNG."),
        N_("Nous regardons le contenu, pas le nom. Enregistrez votre document en PDF, ou prenez-le en photo."),
    ),
    "broken-proof": (
        _UNFIT,
        N_("Ce fichier ne s’ouvre pas."),
        N_(
            "Il est abîmé, ou protégé par un mot de passe. Enregistrez-le de nouveau, sans mot de passe, et recommencez."
        ),
    ),
    "too-large-proof": (
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        N_("Ce fichier est trop gros."),
        N_("La limite est de 5 Mo et 20 pages. Gardez les pages utiles, ou prenez une photo."),
    ),
    "patient-data": (
        _UNFIT,
        N_("Ce document contient un numéro de sécurité sociale. Il n’a pas été gardé."),
        N_(
            "Ne déposez jamais de donnée de patient. Masquez le numéro, même si c’est le vôtre, ou choisissez un autre document."
        ),
    ),
    "involved": (
        _FORBIDDEN,
        N_("Cette réclamation porte sur un dossier auquel vous avez pris part."),
        N_("Une personne qui n’y a pas pris part doit y répondre."),
    ),
    "no-such-transition": (_CONFLICT, N_("Ce label n’en est plus là."), _RELOAD),
    "wrong-actor": (_FORBIDDEN, N_("Cette étape ne vous revient pas."), _RELOAD),
    "unknown-reason": (
        _UNFIT,
        N_("Ce motif n’est pas l’un de ceux de cette décision."),
        N_("Choisissez le motif annoncé dans l’avis, ou l’un de ceux de la liste."),
    ),
    "condition-not-met": (_CONFLICT, N_("Une condition n’est pas remplie."), _RELOAD),
    "condition-not-met:criteria-met": (
        _CONFLICT,
        N_("Il manque encore quelque chose au dossier."),
        N_("La liste des critères dit quoi. Rien n’a été enregistré."),
    ),
    "condition-not-met:audit-settled": (
        _CONFLICT,
        N_("Le contrôle des pièces n’est pas terminé, ou a refusé une pièce."),
        N_("Terminez le contrôle, ou refusez la demande avec ce motif."),
    ),
    "condition-not-met:only-label": (
        _CONFLICT,
        N_("Cette personne a déjà un label."),
        N_("Une personne n’en a qu’un à la fois."),
    ),
    "condition-not-met:reapply-delay-over": (
        _CONFLICT,
        N_("Une nouvelle demande n’est pas encore possible."),
        N_("Après un retrait, il faut attendre douze mois. Votre dossier est gardé."),
    ),
    "condition-not-met:before-grace-ends": (
        _CONFLICT,
        N_("Le délai pour renouveler est passé."),
        N_("Vous pouvez demander un nouveau label."),
    ),
    "condition-not-met:extension-left": (
        _CONFLICT,
        N_("Ce report dépasse douze mois au total."),
        N_("Choisissez moins de mois."),
    ),
    "condition-not-met:no-notice": (
        _CONFLICT,
        N_("Un avis court déjà."),
        N_("Attendez sa réponse, ou abandonnez-le d’abord."),
    ),
    "condition-not-met:notice-open": (_CONFLICT, N_("Aucun avis n’attend de réponse."), _RELOAD),
    "condition-not-met:heard-on-suspension": (
        _CONFLICT,
        N_("La personne n’a pas encore pu répondre."),
        N_("Envoyez un avis motivé, puis attendez sa réponse ou quinze jours. Rien n’a été enregistré."),
    ),
    "condition-not-met:heard-on-revocation": (
        _CONFLICT,
        N_("La personne n’a pas encore pu répondre à l’avis de retrait."),
        N_("Envoyez un avis motivé, puis attendez sa réponse ou quinze jours. Rien n’a été enregistré."),
    ),
    "condition-not-met:within-appeal-time": (
        _CONFLICT,
        N_("Le délai pour faire appel est passé."),
        N_("Il est de deux mois. Vous pouvez encore nous écrire : une réclamation reste possible."),
    ),
    "condition-not-met:return-contestable": (
        _CONFLICT,
        N_("Le délai pour faire appel est passé."),
        N_("Il est de deux mois. Vous pouvez encore nous écrire : une réclamation reste possible."),
    ),
    "condition-not-met:no-return-appealed": (
        _CONFLICT,
        N_("Votre appel est en cours."),
        N_("Trois autres personnes le jugent. Votre dossier ne change pas pendant ce temps, et votre label continue."),
    ),
    "number-disputed": (
        _CONFLICT,
        N_("Un autre compte a déjà déclaré ce numéro RPPS."),
        N_(
            "Deux personnes de l’organisme certificateur regardent à qui il est, et vous écriront. Si c’est le vôtre, une connexion avec Pro Santé Connect le prouve tout de suite."
        ),
    ),
    "condition-not-met:no-suspension-contested": (
        _CONFLICT,
        N_("Vous avez déjà fait appel de cette suspension."),
        N_("On ne fait appel qu’une fois de la même décision. Votre page dit où en est cet appel."),
    ),
    "condition-not-met:suspension-appealed": (
        _CONFLICT,
        N_("Personne ne fait appel de cette suspension."),
        N_("Rouvrez la page : elle montre ce qui se décide. Rien n’a été enregistré."),
    ),
    "condition-not-met:no-suspension-appealed": (
        _CONFLICT,
        N_("L’appel de la suspension se juge d’abord."),
        N_("Jugez-le, puis celui du renouvellement. Rien n’a été enregistré."),
    ),
    "condition-not-met:number-not-inactive": (
        _CONFLICT,
        N_("Votre numéro est inactif dans l’annuaire."),
        N_("Faites-le corriger : le label reprendra."),
    ),
    "too-few-deciders": (
        _CONFLICT,
        N_("Une décision ne se prend pas à une seule personne."),
        N_("Votre vote est gardé quand il est permis. Il faut celui d’une autre personne."),
    ),
    "panel-incomplete": (
        _CONFLICT,
        N_("Il manque un siège à la commission d’appel."),
        N_("Il faut un représentant des usagers, une personne de la même profession et une personne indépendante."),
    ),
    "seat-not-granted": (
        _FORBIDDEN,
        N_("Ce siège ne vous a pas été donné pour ce dossier."),
        N_("L’administration donne les sièges. Choisissez un siège que vous avez. Rien n’a été enregistré."),
    ),
    "label-not-independent": (_FORBIDDEN, N_("Vous êtes trop proche de cette personne pour ce dossier."), _LEAVE_IT),
    "label-not-independent:holder": (
        _FORBIDDEN,
        N_("C’est votre propre dossier."),
        N_("Personne ne décide de son propre label. Rien n’a été enregistré."),
    ),
    "label-not-independent:trainer": (_FORBIDDEN, N_("Vous avez formé cette personne."), _LEAVE_IT),
    "label-not-independent:manager": (_FORBIDDEN, N_("Vous encadrez cette personne."), _LEAVE_IT),
    "label-not-independent:invigilator": (_FORBIDDEN, N_("Vous avez surveillé l’examen de cette personne."), _LEAVE_IT),
    "label-not-independent:juror": (
        _FORBIDDEN,
        N_("Vous avez siégé au jury de l’examen de cette personne."),
        _LEAVE_IT,
    ),
    "label-not-independent:author": (
        _FORBIDDEN,
        N_("Vous avez écrit ou vu des questions réservées depuis moins de 24 mois."),
        _LEAVE_IT,
    ),
    "label-not-independent:diploma-officer": (
        _FORBIDDEN,
        N_("Vous avez contrôlé le diplôme de cette personne."),
        _LEAVE_IT,
    ),
    "label-not-independent:auditor": (_FORBIDDEN, N_("Vous avez contrôlé les pièces de ce dossier."), _LEAVE_IT),
    "label-not-independent:committee": (_FORBIDDEN, N_("Vous avez pris part à la première décision."), _LEAVE_IT),
    "label-not-independent:panel": (_FORBIDDEN, N_("Vous avez jugé l’appel de cette personne."), _LEAVE_IT),
    "label-not-independent:complaint-handler": (
        _FORBIDDEN,
        N_("Vous avez répondu à une réclamation sur ce dossier."),
        _LEAVE_IT,
    ),
    "too-many-watches": (
        _UNFIT,
        N_("Une liste suit 50 labels au plus."),
        N_("Retirez ceux que vous ne suivez plus, ou faites une autre liste."),
    ),
    "webhook-refused": (
        _UNFIT,
        N_("Nous n’envoyons pas de message à cette adresse."),
        N_("Donnez une adresse publique en https://, sans nom ni mot de passe dedans."),
    ),
}
