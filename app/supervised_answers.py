"""What the refusals of the organisations and of the examinations answer; `app.answers` adds them to its table."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from app.errors import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

SUPERVISED: Mapping[str, tuple[HTTPStatus, str, str]] = {
    "unknown-account": (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        N_("Aucun compte confirmé n’a cette adresse."),
        N_("Demandez à la personne de créer son compte et d’ouvrir le message reçu, puis recommencez."),
    ),
    "already-named": (
        HTTPStatus.CONFLICT,
        N_("Cette personne a déjà ce rôle ici."),
        N_("Il n’y a rien de plus à faire."),
    ),
    "not-accredited": (
        HTTPStatus.CONFLICT,
        N_("La structure n’est pas agréée à cette date."),
        N_("Choisissez un jour compris dans l’agrément, ou demandez à l’autorité de certification de le prolonger."),
    ),
    "reversed-period": (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        N_("La fin vient avant le début."),
        N_("Vérifiez les deux dates."),
    ),
    "malformed-identifier": (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        N_("Ce numéro FINESS ou SIRET n’est pas complet."),
        N_("Un FINESS a neuf signes, un SIRET quatorze chiffres. Laissez la case vide si vous ne l’avez pas."),
    ),
    "same-person": (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        N_("Il faut deux personnes différentes."),
        N_("Une autre personne doit le faire : c’est ce qui garantit l’impartialité."),
    ),
    "reserved-items-seen": (
        HTTPStatus.CONFLICT,
        N_("Cette personne a écrit ou vu des questions réservées de ce référentiel."),
        N_("Pendant 24 mois, elle ne peut ni passer cet examen, ni y former, ni en décider."),
    ),
    "may-not-sit": (
        HTTPStatus.CONFLICT,
        N_("Cette personne ne peut pas passer cet examen ce jour-là."),
        N_("Elle seule peut en savoir la raison : invitez-la à regarder son compte, ou à nous écrire."),
    ),
    "unproved-cut": (
        HTTPStatus.CONFLICT,
        N_("Le seuil de cet examen n’est plus certain : un fichier de seuil ne prouve rien."),
        N_(
            "Rien n’est publié. La page « Surveillance » nomme le fichier : remettez celui que le jury a signé, ou retirez-le."
        ),
    ),
    "seats-taken": (
        HTTPStatus.CONFLICT,
        N_("Il y a plus de personnes inscrites que cela."),
        N_("Gardez au moins une place par personne, ou retirez d’abord des inscriptions."),
    ),
    "trains-for-it": (
        HTTPStatus.CONFLICT,
        N_("Vous formez à ce référentiel : ses questions réservées ne vous sont pas montrées."),
        N_("Demandez d’abord que votre rôle de formation prenne fin. Vingt-quatre mois séparent ensuite les deux."),
    ),
    "not-independent": (
        HTTPStatus.CONFLICT,
        N_("L’impartialité ne serait pas garantie."),
        N_(
            "Confiez cela à quelqu’un d’autre : on ne surveille ni ne juge ceux que l’on forme ou encadre, ni ceux que l’on a déjà examinés."
        ),
    ),
    "moved-on": (
        HTTPStatus.CONFLICT,
        N_("Quelqu’un a agi avant vous."),
        N_("Rien n’a été changé par votre demande. Rouvrez la page : elle montre où on en est."),
    ),
    "past-moment": (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        N_("Cette date est déjà passée."),
        N_("Choisissez un moment à venir."),
    ),
    "no-seat-left": (
        HTTPStatus.CONFLICT,
        N_("Il n’y a plus de place dans cette session."),
        N_("Inscrivez la personne à une autre session : le nombre de places est celui de la salle."),
    ),
    "already-enrolled": (
        HTTPStatus.CONFLICT,
        N_("Cette personne est déjà inscrite à cette session."),
        N_("Il n’y a rien de plus à faire."),
    ),
    "enrolment-closed": (
        HTTPStatus.CONFLICT,
        N_("Les inscriptions à cette session sont closes."),
        N_("Inscrivez la personne à une autre session."),
    ),
    "wrong-exam-code": (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        N_("Ce code et ce numéro ne vont pas ensemble."),
        N_("Relisez-les avec la personne qui surveille : elle vous les donne à l’entrée de la salle."),
    ),
    "identity-not-checked": (
        HTTPStatus.CONFLICT,
        N_("L’identité de cette personne n’est pas encore contrôlée."),
        N_("Regardez sa pièce d’identité, notez laquelle, puis autorisez-la à commencer."),
    ),
    "exam-paused": (
        HTTPStatus.CONFLICT,
        N_("Votre examen est en attente."),
        N_("La réponse envoyée pendant l’attente n’est pas enregistrée. La question sera toujours là à la reprise."),
    ),
    "unknown-accommodation": (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        N_("Cet aménagement n’est pas de ceux que nous connaissons."),
        N_("Choisissez parmi : tiers temps, pauses, lecteur, grands caractères."),
    ),
    "not-arranged": (
        HTTPStatus.CONFLICT,
        N_("Cet aménagement n’est pas prévu pour cette personne, ou il n’en reste plus."),
        N_("Rien n’a changé. En cas d’imprévu, la pause ordinaire arrête le temps, et un incident le dit au jury."),
    ),
    "impossible-birth-date": (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        N_("Cette date de naissance n’est pas possible."),
        N_("Relisez-la sur la pièce, année comprise : la personne retrouvera son résultat par elle."),
    ),
    "own-tie-shortened": (
        HTTPStatus.CONFLICT,
        N_("On n’écrit pas soi-même qu’un lien a pris fin plus tôt."),
        N_("Donnez la date d’aujourd’hui. Si le lien a fini avant, l’autorité de certification le corrige."),
    ),
    "wrong-claim-slip": (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        N_("Ce coupon et cette date ne vont pas ensemble, ou le coupon ne sert plus."),
        N_("Relisez-les. Après cinq essais, demandez un autre coupon à la structure où vous avez passé l’examen."),
    ),
    "still-uncertified": (
        HTTPStatus.CONFLICT,
        N_("Le certificat ne peut toujours pas être écrit."),
        N_("Rien n’a changé : le résultat reste acquis. La page dit ce qui manque ; réessayez quand ce sera réglé."),
    ),
    "claim-barred": (
        HTTPStatus.CONFLICT,
        N_("Ce compte ne peut pas reprendre cet examen."),
        N_(
            "Il a vu des questions réservées de ce référentiel, ou il a surveillé ou jugé cette session. Rien n’est perdu : la personne qui a passé l’examen peut le reprendre avec son propre compte. Si c’est vous, écrivez-nous."
        ),
    ),
    "still-unjudged": (
        HTTPStatus.CONFLICT,
        N_("Il reste des incidents à juger dans cette session."),
        N_("Jugez-les tous à deux, puis publiez les résultats ensemble."),
    ),
}
