"""What each refusal answers: the one table code -> status, sentence, what to do; and which rule of the database is which code."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from app.checking_answers import CHECKING
from app.errors import N_
from app.label_answers import LABELS
from app.supervised_answers import SUPERVISED

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How one error code is told.

    Args:
        status: HTTP status.
        title: French, what happened.
        advice: French, what to do.
    """

    status: HTTPStatus
    title: str
    advice: str


def _answer(status: HTTPStatus, title: str, advice: str) -> Answer:
    return Answer(status=status, title=title, advice=advice)


_BAD_DOCUMENT = N_("Demandez à la personne le fichier qu’elle a téléchargé, ou tapez le code imprimé sur le document.")
_RELOAD = N_("Revenez à la question affichée : vos réponses déjà données sont conservées.")

ANSWERS: Mapping[str, Answer] = {
    "not-found": _answer(
        HTTPStatus.NOT_FOUND,
        N_("Cette page n’existe pas ou n’est pas à vous."),
        N_("Vérifiez l’adresse, ou repartez de l’accueil."),
    ),
    "sign-in-required": _answer(
        HTTPStatus.UNAUTHORIZED, N_("Connectez-vous pour continuer."), N_("Après la connexion, vous reviendrez ici.")
    ),
    "visit-ended": _answer(
        HTTPStatus.UNAUTHORIZED,
        N_("Votre passage ici a pris fin."),
        N_(
            "Sur un ordinateur partagé, il s’arrête après 20 minutes sans activité, pour que personne ne lise vos réponses "
            "à votre place. Ce que vous aviez validé est gardé : votre carte de reprise le rouvre, à la même question. "
            "Sans carte, il faut commencer un autre test."
        ),
    ),
    "forbidden": _answer(
        HTTPStatus.FORBIDDEN,
        N_("Votre compte ne permet pas d’ouvrir cette page."),
        N_("Si vous pensez que c’est une erreur, écrivez-nous."),
    ),
    "cross-site": _answer(
        HTTPStatus.FORBIDDEN,
        N_("Le formulaire a expiré."),
        N_("Revenez en arrière, rechargez la page et envoyez-le de nouveau. Rien n’a été enregistré."),
    ),
    "too-many-requests": _answer(
        HTTPStatus.TOO_MANY_REQUESTS,
        N_("Trop d’essais en peu de temps."),
        N_("Attendez quelques minutes, puis recommencez."),
    ),
    "wrong-credentials": _answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        N_("L’adresse ou le mot de passe ne correspond pas."),
        N_("Essayez encore, ou demandez un lien par courriel : il suffit pour entrer."),
    ),
    "weak-password": _answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        N_("Ce mot de passe est trop facile à deviner."),
        N_("Prenez 12 signes ou plus : quelques mots qui ne vont pas ensemble suffisent."),
    ),
    "link-spent": _answer(
        HTTPStatus.CONFLICT,
        N_("Ce lien a déjà servi ou n’est plus valable."),
        N_("Demandez-en un nouveau : il arrive en une minute."),
    ),
    "address-taken": _answer(
        HTTPStatus.CONFLICT, N_("Un compte existe déjà à cette adresse."), N_("Connectez-vous, ou demandez un lien.")
    ),
    "address-not-confirmed": _answer(
        HTTPStatus.CONFLICT,
        N_("Votre adresse électronique n’est pas encore confirmée."),
        N_("Ouvrez le message reçu, ou demandez-en un autre depuis votre compte."),
    ),
    "wrong-card": _answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        N_("Ce code et ce code secret ne vont pas ensemble."),
        N_("Relisez la carte : le code a seize signes, le code secret a six chiffres."),
    ),
    "step-spent": _answer(
        HTTPStatus.CONFLICT,
        N_("Cette étape a déjà servi, ou a trop attendu."),
        N_("Recommencez depuis le début, dans le même navigateur et en moins de 15 minutes. Rien n’a été enregistré."),
    ),
    "provider-cancelled": _answer(
        HTTPStatus.CONFLICT,
        N_("La connexion a été abandonnée."),
        N_("Rien n’a changé ici. Recommencez quand vous voulez, ou entrez par votre adresse."),
    ),
    "provider-away": _answer(
        HTTPStatus.BAD_GATEWAY,
        N_("Le service d’identité ne répond pas."),
        N_(
            "Ce n’est pas vous. Réessayez dans quelques minutes, ou entrez par votre adresse : votre compte est le même."
        ),
    ),
    "provider-answer": _answer(
        HTTPStatus.BAD_GATEWAY,
        N_("La réponse du service d’identité n’a pas pu être acceptée."),
        N_("Rien n’a été enregistré. Recommencez, ou entrez par votre adresse. Si cela continue, écrivez-nous."),
    ),
    "provider-level": _answer(
        HTTPStatus.CONFLICT,
        N_("Cette connexion n’est pas assez sûre pour ce que nous demandons."),
        N_("Recommencez en choisissant un autre moyen chez le service d’identité, ou entrez par votre adresse."),
    ),
    "identity-taken": _answer(
        HTTPStatus.CONFLICT,
        N_("Cette identité est déjà liée à un autre compte."),
        N_("Entrez dans cet autre compte pour la délier, ou écrivez-nous. Rien n’a changé."),
    ),
    "other-identity": _answer(
        HTTPStatus.CONFLICT,
        N_("Votre compte est déjà lié à une autre identité de ce service."),
        N_("Déliez-la d’abord dans « Sécurité et identité », puis recommencez."),
    ),
    "only-way-in": _answer(
        HTTPStatus.CONFLICT,
        N_("Sans cette identité, vous ne pourriez plus entrer dans votre compte."),
        N_("Confirmez d’abord votre adresse électronique : le lien par courriel vous laissera entrer."),
    ),
    "recent-sign-in": _answer(
        HTTPStatus.FORBIDDEN,
        N_("Confirmez d’abord que c’est bien vous."),
        N_("Pour ce geste, il faut une connexion de moins de 15 minutes."),
    ),
    "wrong-passkey": _answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        N_("Cette clé n’a pas été reconnue."),
        N_("Recommencez, choisissez une autre clé, ou entrez par votre mot de passe ou par un lien."),
    ),
    "known-passkey": _answer(
        HTTPStatus.CONFLICT, N_("Cette clé est déjà enregistrée."), N_("Il n’y a rien de plus à faire.")
    ),
    "too-many-passkeys": _answer(
        HTTPStatus.CONFLICT,
        N_("Vous avez déjà vingt clés."),
        N_("Retirez celles qui ne servent plus, puis ajoutez la nouvelle."),
    ),
    "no-passkey": _answer(
        HTTPStatus.CONFLICT,
        N_("Ajoutez d’abord une clé d’accès."),
        N_("C’est elle qui sera demandée après votre mot de passe ou votre lien."),
    ),
    "wrong-recovery-code": _answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        N_("Ce code de secours n’est pas reconnu."),
        N_("Relisez-le : seize signes. Chaque code ne sert qu’une fois ; essayez le suivant de votre liste."),
    ),
    "wrong-number": _answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        N_("Ce n’est pas un numéro RPPS."),
        N_("Il a onze chiffres, et le dernier contrôle les autres. Relisez-le sur votre carte professionnelle."),
    ),
    "number-taken": _answer(
        HTTPStatus.CONFLICT,
        N_("Un autre compte porte déjà ce numéro RPPS."),
        N_("Si c’est bien le vôtre, connectez-vous avec Pro Santé Connect, qui le prouve, ou écrivez-nous."),
    ),
    "number-vouched": _answer(
        HTTPStatus.CONFLICT,
        N_("Votre numéro RPPS vient de Pro Santé Connect."),
        N_("Il ne se change pas ici. Pour le retirer, déliez Pro Santé Connect."),
    ),
    "too-young": _answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        N_("Un compte s’ouvre à partir de 15 ans."),
        N_("Avant, le test reste anonyme et son résultat s’imprime."),
    ),
    "stale-question": _answer(HTTPStatus.CONFLICT, N_("Cette question n’est plus à l’écran."), _RELOAD),
    "answer-stands": _answer(
        HTTPStatus.CONFLICT,
        N_("Votre première réponse est gardée."),
        N_("Une réponse validée ne se change plus, et ce test est terminé : son résultat est dans « Mes tests »."),
    ),
    "time-over": _answer(
        HTTPStatus.CONFLICT,
        N_("Le temps de l’épreuve est écoulé."),
        N_("Cette réponse est arrivée trop tard. Toutes celles d’avant sont enregistrées."),
    ),
    "sitting-open": _answer(
        HTTPStatus.CONFLICT,
        N_("Une épreuve surveillée est déjà ouverte pour cette personne."),
        N_("Terminez-la, ou faites-la fermer par qui la surveille, avant d’en commencer une autre."),
    ),
    "no-replacement": _answer(
        HTTPStatus.CONFLICT,
        N_("Aucune autre question n’est disponible sur ce sujet."),
        N_("La question reste à l’écran : notez l’incident, le jury pourra la neutraliser."),
    ),
    "sitting-not-finished": _answer(
        HTTPStatus.CONFLICT, N_("Ce test n’est pas terminé."), N_("Reprenez-le : il vous attend à la même question.")
    ),
    "retake-too-soon": _answer(
        HTTPStatus.CONFLICT,
        N_("Il est trop tôt pour repasser ce test."),
        N_("La date à laquelle vous pourrez le repasser est indiquée dans votre compte. D’ici là, entraînez-vous."),
    ),
    "nothing-to-certify": _answer(
        HTTPStatus.CONFLICT,
        N_("Ce test n’a pas encore établi de niveau à attester."),
        N_("Regardez votre résultat : il dit ce qui est acquis et quoi travailler avant de réessayer."),
    ),
    "already-revoked": _answer(
        HTTPStatus.CONFLICT, N_("Ce certificat est déjà retiré."), N_("Il n’y a rien de plus à faire.")
    ),
    "unchanged-status": _answer(
        HTTPStatus.CONFLICT,
        N_("Ce certificat n’est pas dans l’état qu’il faut pour cela."),
        N_("Rouvrez sa page : quelqu’un l’a peut-être déjà changé."),
    ),
    "certificate-withdrawn": _answer(
        HTTPStatus.CONFLICT,
        N_("Cette attestation n’a plus cours : elle ne se télécharge plus, son nom et son lien ne changent plus."),
        N_("Vous pouvez toujours la lire, emporter vos données et contester la décision."),
    ),
    "name-was-verified": _answer(
        HTTPStatus.CONFLICT,
        N_("Le nom de ce certificat a été lu sur une pièce d’identité."),
        N_("Écrivez-nous : nous regarderons avec vous la pièce qui porte votre nouveau nom."),
    ),
    "same-name": _answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        N_("Cette attestation porte déjà ce nom."),
        N_("Écrivez le nouveau nom, ou gardez l’attestation telle qu’elle est."),
    ),
    "too-many-links": _answer(
        HTTPStatus.CONFLICT,
        N_("Vous avez déjà vingt liens ouverts pour cette attestation."),
        N_("Reprenez ceux qui ne servent plus, puis faites-en un nouveau."),
    ),
    "already-done": _answer(
        HTTPStatus.CONFLICT,
        N_("C’est déjà fait."),
        N_("Deux demandes sont parties à la fois. Rechargez la page : rien n’est perdu."),
    ),
    "case-closed": _answer(
        HTTPStatus.CONFLICT, N_("Cette demande a déjà reçu une réponse."), N_("Ouvrez-la pour la lire.")
    ),
    "not-one-file": _answer(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        N_("Il faut un fichier, et un seul."),
        N_("Envoyez le PDF comme corps de la requête (application/pdf), ou seul dans un formulaire."),
    ),
    "outside-log": _answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        N_("Le journal de transparence ne va pas jusque-là."),
        N_("Sa taille est la deuxième ligne de /log/checkpoint."),
    ),
    "no-such-proof": _answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        N_("Il n’existe pas de preuve pour ces nombres."),
        N_("Une ligne est comptée à partir de 0, et vient avant la taille. Une taille ancienne est d’au moins 1."),
    ),
    "no-active-key": _answer(
        HTTPStatus.SERVICE_UNAVAILABLE,
        N_("La clé qui signe cela n’est pas encore en service."),
        N_("Réessayez plus tard."),
    ),
    "not-a-credential": _answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        N_("Ce n’est ni un code, ni une attestation signée."),
        N_("Un code a seize signes. Recopiez-le tel qu’il est imprimé, ou envoyez l’attestation signée entière."),
    ),
    "unreadable-sheet": _answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        N_("Nous n’avons pas trouvé de liste de codes dans ce fichier."),
        N_("Partez du modèle : une ligne par personne, une colonne « code », une colonne « nom »."),
    ),
    "malformed-request": _answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        N_("La demande n’a pas la forme attendue."),
        N_("Comparez-la avec la description de l’API : /api/v1/openapi.json."),
    ),
    "too-many-lines": _answer(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        N_("C’est plus que ce que nous contrôlons en une fois."),
        N_("Cinq cents au plus : partagez la liste, et envoyez une partie après l’autre."),
    ),
    "storage-full": _answer(
        HTTPStatus.SERVICE_UNAVAILABLE,
        N_("Nous n’avons pas pu enregistrer."),
        N_("Rien n’a été écrit à moitié. Réessayez dans quelques minutes."),
    ),
    "unexpected-item": _answer(HTTPStatus.CONFLICT, N_("Cette question n’est plus à l’écran."), _RELOAD),
    "sitting-closed": _answer(HTTPStatus.CONFLICT, N_("Ce test est terminé."), N_("Ouvrez votre résultat.")),
    "malformed-response": _answer(
        HTTPStatus.UNPROCESSABLE_ENTITY, N_("Cette réponse ne correspond pas à la question."), _RELOAD
    ),
    "unknown-engine": _answer(
        HTTPStatus.CONFLICT,
        N_("Ce test a été passé avec une version du calcul qui n’est plus en service ici."),
        N_("Vos réponses sont conservées. Écrivez-nous pour recevoir votre résultat, ou commencez un nouveau test."),
    ),
    "unknown-item": _answer(HTTPStatus.NOT_FOUND, N_("Cette question n’existe pas."), N_("Repartez de l’accueil.")),
    "unknown-framework": _answer(
        HTTPStatus.NOT_FOUND, N_("Ce référentiel n’existe pas."), N_("Repartez de l’accueil.")
    ),
    "empty-pool": _answer(
        HTTPStatus.CONFLICT,
        N_("Il n’y a plus de question neuve à vous poser pour ce test."),
        N_("Entraînez-vous en attendant : de nouvelles questions arrivent."),
    ),
    "not-offered": _answer(
        HTTPStatus.CONFLICT,
        N_("Ce test n’existe pas pour ce référentiel."),
        N_("Faites le point ou entraînez-vous : ces deux tests-là sont ouverts."),
    ),
    "not-pdf": _answer(HTTPStatus.UNPROCESSABLE_ENTITY, N_("Ce fichier n’est pas un PDF."), _BAD_DOCUMENT),
    "encrypted-pdf": _answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        N_("Ce PDF est protégé par un mot de passe : nous ne pouvons pas le lire."),
        _BAD_DOCUMENT,
    ),
    "broken-pdf": _answer(
        HTTPStatus.UNPROCESSABLE_ENTITY, N_("Ce PDF est abîmé : nous ne pouvons pas le lire."), _BAD_DOCUMENT
    ),
    "too-large-pdf": _answer(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, N_("Ce fichier est bien plus gros qu’une attestation."), _BAD_DOCUMENT
    ),
    "unacceptable-name": _answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        N_("Ce nom ne peut pas être imprimé."),
        N_("Écrivez un nom, sans titre ni adresse."),
    ),
    "unknown-key": _answer(
        HTTPStatus.NOT_FOUND, N_("Cette clé n’est pas publiée."), N_("La liste est à /.well-known/jwks.json.")
    ),
    "method-not-allowed": _answer(
        HTTPStatus.METHOD_NOT_ALLOWED, N_("Cette adresse ne s’utilise pas ainsi."), N_("Repartez de l’accueil.")
    ),
    "bad-request": _answer(
        HTTPStatus.BAD_REQUEST, N_("La demande est mal formée."), N_("Revenez en arrière et recommencez.")
    ),
    "too-large": _answer(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, N_("Le fichier envoyé est trop gros."), N_("La limite est de 5 Mo.")
    ),
    **{code: _answer(*told) for code, told in {**SUPERVISED, **LABELS, **CHECKING}.items()},
}

#: Business rules that the database states: constraint name -> error code.
CONSTRAINTS: Mapping[str, str] = {
    "one_background_per_person": "already-done",
    "one_living_label_per_person": "already-done",
    "one_row_per_practice": "already-done",
    "one_proof_per_practice": "already-done",
    "one_proof_per_training": "already-done",
    "one_check_per_officer": "already-voted",
    "one_vote_per_person": "already-voted",
    "one_open_notice_per_label": "condition-not-met:no-notice",
    "one_certificate_per_sitting": "already-done",
    "one_watch_per_number": "already-done",
    "one_finish_per_module": "already-done",
    "one_open_sitting_per_test": "already-done",
    "one_answer_per_position": "stale-question",
    "one_answer_per_item": "stale-question",
    "one_account_per_address": "address-taken",
    "one_enrolment_per_address": "already-enrolled",
    "one_number_per_candidate": "moved-on",
    "one_hand_per_candidate": "already-done",
    "one_row_per_duty": "already-done",
    "one_row_per_part": "already-named",
    "one_row_per_tie": "already-done",
    "one_row_per_exposure": "already-done",
    "one_account_per_identity": "identity-taken",
    "one_identity_per_provider": "other-identity",
    "one_account_per_number": "number-taken",
    "one_row_per_passkey": "known-passkey",
    "one_second_factor_per_person": "already-done",
}
