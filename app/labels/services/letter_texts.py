"""What the letters about a label say: subject and middle of each, in both languages; `letters.py` sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Subject and middle of each letter; the reason, the note and the way to contest are added where there are some.
TEXTS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "submitted": {
        "fr": (
            "Votre dossier de label est envoyé",
            "Votre dossier est arrivé. Deux personnes au moins le liront, qui ne vous ont ni formé, ni encadré, ni examiné. Vous saurez la réponse ici. Vous n’avez rien à faire.",
        ),
        "en": (
            "Your label application has been sent",
            "Your application has arrived. At least two people will read it, who neither trained, managed nor examined you. You will learn the answer here. There is nothing for you to do.",
        ),
    },
    "asked-again": {
        "fr": (
            "Votre dossier de label : une chose à reprendre",
            "Votre dossier vous revient. Tout ce que vous avez donné est gardé. Corrigez ce qui suit, puis renvoyez-le.",
        ),
        "en": (
            "Your label application: one thing to mend",
            "Your application comes back to you. Everything that you gave is kept. Mend what follows, then send it again.",
        ),
    },
    "award": {
        "fr": (
            "Votre label est accordé",
            "Bonne nouvelle : le comité vous accorde le label, numéro {number}, jusqu’au {ends}. Votre PDF scellé et votre badge vous attendent.",
        ),
        "en": (
            "Your label is awarded",
            "Good news: the committee awards you the label, number {number}, until {ends}. Your sealed PDF and your badge await you.",
        ),
    },
    "refuse": {
        "fr": (
            "Votre demande de label n’est pas acceptée",
            "Le comité n’accorde pas le label cette fois. Rien n’est rendu public. Vous pouvez faire une nouvelle demande quand vous voulez.",
        ),
        "en": (
            "Your label application is not accepted",
            "The committee does not award the label this time. Nothing is made public. You may apply again whenever you wish.",
        ),
    },
    "renew": {
        "fr": (
            "Votre label est renouvelé",
            "Votre label, numéro {number}, est renouvelé jusqu’au {ends}. Un nouveau PDF remplace l’ancien.",
        ),
        "en": (
            "Your label is renewed",
            "Your label, number {number}, is renewed until {ends}. A new PDF replaces the former one.",
        ),
    },
    "return_renewal": {
        "fr": (
            "Votre renouvellement n’est pas accordé cette fois",
            "Le comité n’a pas renouvelé le label avec ce dossier. Votre label continue jusqu’à sa fin. Vous pouvez compléter le dossier et le renvoyer, ou faire appel.",
        ),
        "en": (
            "Your renewal is not granted this time",
            "The committee did not renew the label with this file. Your label goes on until its end. You may complete the file and send it again, or appeal.",
        ),
    },
    "extended": {
        "fr": (
            "La fin de votre label est reportée",
            "La fin de votre label est reportée au {ends}. Vous n’avez rien à faire.",
        ),
        "en": (
            "The end of your label is moved",
            "The end of your label is moved to {ends}. There is nothing for you to do.",
        ),
    },
    "announce-suspension": {
        "fr": (
            "Une suspension de votre label est envisagée",
            "Rien n’est décidé. Nous vous disons pourquoi, et vous avez {notice} jours pour répondre. Deux personnes liront votre réponse avant de décider.",
        ),
        "en": (
            "A suspension of your label is considered",
            "Nothing is decided. We tell you why, and you have {notice} days to answer. Two people will read your answer before deciding.",
        ),
    },
    "announce-revocation": {
        "fr": (
            "Un retrait de votre label est envisagé",
            "Rien n’est décidé. Nous vous disons pourquoi, et vous avez {notice} jours pour répondre. Deux personnes liront votre réponse avant de décider.",
        ),
        "en": (
            "A revocation of your label is considered",
            "Nothing is decided. We tell you why, and you have {notice} days to answer. Two people will read your answer before deciding.",
        ),
    },
    "notice-dropped": {
        "fr": (
            "Nous laissons tomber l’avis sur votre label",
            "L’avis que nous vous avions envoyé est abandonné. Votre label ne change pas.",
        ),
        "en": (
            "We drop the notice about your label",
            "The notice that we sent you is dropped. Your label does not change.",
        ),
    },
    "suspend": {
        "fr": (
            "Votre label est suspendu",
            "Le registre dit « suspendu », sans la raison. Une suspension dure {months} mois au plus.",
        ),
        "en": (
            "Your label is suspended",
            "The register says “suspended”, without the reason. A suspension lasts {months} months at most.",
        ),
    },
    "reinstate": {
        "fr": ("Votre label est rétabli", "La suspension est finie. Votre label vaut de nouveau, sans changement."),
        "en": ("Your label is reinstated", "The suspension is over. Your label stands again, unchanged."),
    },
    "lift": {
        "fr": (
            "Votre label est rétabli",
            "La suspension a atteint sa durée maximale : elle est finie. Votre label vaut de nouveau.",
        ),
        "en": (
            "Your label is reinstated",
            "The suspension has reached its longest duration: it is over. Your label stands again.",
        ),
    },
    "revoke": {
        "fr": (
            "Votre label est retiré",
            "Le comité retire le label. Si vous faites appel, le retrait attend la décision, sauf si la sécurité des patients est en jeu.",
        ),
        "en": (
            "Your label is withdrawn",
            "The committee withdraws the label. If you appeal, the withdrawal awaits the decision, unless the safety of patients is at stake.",
        ),
    },
    "appeal": {
        "fr": (
            "Votre appel est reçu",
            "Trois autres personnes le jugeront, dont un représentant des usagers et une personne de votre profession. Aucune n’a pris la première décision. Vous saurez la réponse dans les {decision} mois.",
        ),
        "en": (
            "Your appeal has been received",
            "Three other people will judge it, among them a representative of users and somebody of your profession. None of them took the first decision. You will know within {decision} months.",
        ),
    },
    "uphold": {
        "fr": (
            "Votre appel : la décision est confirmée",
            "Les trois personnes qui ont jugé votre appel confirment la décision.",
        ),
        "en": ("Your appeal: the decision stands", "The three people who judged your appeal confirm the decision."),
    },
    "appeal_suspension": {
        "fr": (
            "Votre appel est reçu",
            "Trois autres personnes jugeront la suspension, dont un représentant des usagers et une personne de votre profession. Aucune ne l’a décidée. Jusque-là, elle reste. Vous saurez la réponse dans les {decision} mois.",
        ),
        "en": (
            "Your appeal has been received",
            "Three other people will judge the suspension, among them a representative of users and somebody of your profession. None of them decided it. Until then it stays. You will know within {decision} months.",
        ),
    },
    "uphold_suspension": {
        "fr": (
            "Votre appel : la suspension est confirmée",
            "Les trois personnes qui ont jugé votre appel confirment la suspension. Elle dure {months} mois au plus, depuis la première décision.",
        ),
        "en": (
            "Your appeal: the suspension stands",
            "The three people who judged your appeal confirm the suspension. It lasts {months} months at most, from the first decision.",
        ),
    },
    "overturn_suspension": {
        "fr": (
            "Votre appel : le label est rétabli",
            "Les trois personnes qui ont jugé votre appel annulent la suspension. Votre label vaut de nouveau, sans changement.",
        ),
        "en": (
            "Your appeal: the label is reinstated",
            "The three people who judged your appeal overturn the suspension. Your label stands again, unchanged.",
        ),
    },
    "uphold_return": {
        "fr": (
            "Votre appel : la décision est confirmée",
            "Les trois personnes qui ont jugé votre appel confirment la décision. Votre label continue jusqu’à sa fin. Si le délai n’est pas passé, vous pouvez compléter le dossier et le renvoyer : votre page le dit.",
        ),
        "en": (
            "Your appeal: the decision stands",
            "The three people who judged your appeal confirm the decision. Your label goes on until its end. If there is still time, you may complete the file and send it again: your page says so.",
        ),
    },
    "renew_on_appeal": {
        "fr": (
            "Votre appel : le label est renouvelé",
            "Votre appel a convaincu. Votre label, numéro {number}, est renouvelé jusqu’au {ends}. Un nouveau PDF remplace l’ancien.",
        ),
        "en": (
            "Your appeal: the label is renewed",
            "Your appeal convinced. Your label, number {number}, is renewed until {ends}. A new PDF replaces the former one.",
        ),
    },
    "review_renewal_again": {
        "fr": (
            "Votre appel : le renouvellement est étudié de nouveau",
            "Votre appel a convaincu. Votre dossier retourne devant un comité d’autres personnes. Votre label continue d’ici là.",
        ),
        "en": (
            "Your appeal: the renewal is reviewed again",
            "Your appeal convinced. Your file goes back to a committee of other people. Your label goes on until then.",
        ),
    },
    "award_on_appeal": {
        "fr": (
            "Votre appel : le label vous est accordé",
            "Votre appel a convaincu. Le label vous est accordé, numéro {number}, jusqu’au {ends}.",
        ),
        "en": (
            "Your appeal: the label is awarded to you",
            "Your appeal convinced. The label is awarded to you, number {number}, until {ends}.",
        ),
    },
    "review_again": {
        "fr": (
            "Votre appel : le dossier est étudié de nouveau",
            "Votre appel a convaincu. Le dossier retourne devant un comité, avec ce qui manque encore sur votre page.",
        ),
        "en": (
            "Your appeal: the file is reviewed again",
            "Your appeal convinced. The file goes back to a committee; your page says what is still missing.",
        ),
    },
    "reinstate_on_appeal": {
        "fr": ("Votre appel : le label est rétabli", "Votre appel a convaincu. Votre label vaut de nouveau."),
        "en": ("Your appeal: the label is reinstated", "Your appeal convinced. Your label stands again."),
    },
    "open_renewal": {
        "fr": (
            "Le renouvellement de votre label est ouvert",
            "Votre label va jusqu’au {ends}. Vous pouvez le renouveler dès maintenant, et encore {grace} mois après cette date.",
        ),
        "en": (
            "The renewal of your label is open",
            "Your label goes until {ends}. You may renew it from now on, and for {grace} months after that date.",
        ),
    },
    "reminder": {
        "fr": (
            "Votre label prend fin le {ends}",
            "Votre label va jusqu’au {ends}. Votre page dit ce qui est déjà réuni et ce qui manque pour le renouveler.",
        ),
        "en": (
            "Your label ends on {ends}",
            "Your label goes until {ends}. Your page says what is there already and what is missing to renew it.",
        ),
    },
    "expire": {
        "fr": (
            "Votre label a pris fin",
            "Votre label est arrivé à sa fin. Ce n’est pas un reproche. Vous pouvez en demander un nouveau quand vous voulez.",
        ),
        "en": (
            "Your label has ended",
            "Your label has come to its end. This is no reproach. You may apply for a new one whenever you wish.",
        ),
    },
    "announce_pause": {
        "fr": (
            "Votre numéro est inactif dans l’annuaire",
            "Si vous avez cessé d’exercer, pour un temps ou pour de bon, votre label passera « en pause » dans {pause} jours. Ce n’est pas une faute. Si c’est une erreur de l’annuaire, faites-la corriger : l’avis tombera tout seul.",
        ),
        "en": (
            "Your number is inactive in the directory",
            "If you have stopped practising, for a time or for good, your label will be “paused” in {pause} days. This is no fault. If the directory is wrong, have it corrected: the notice will fall by itself.",
        ),
    },
    "announce_pause_not_shown": {
        "fr": (
            "Le numéro de votre label n’est plus dans votre compte",
            "Votre label porte un numéro RPPS qui n’est plus dans votre compte. Il passera « en pause » dans {pause} jours. Ce n’est pas une faute. Donnez de nouveau ce numéro, depuis la page de votre compte : l’avis tombera tout seul.",
        ),
        "en": (
            "The number of your label is no longer in your account",
            "Your label bears an RPPS number that is no longer in your account. It will be “paused” in {pause} days. This is no fault. Give that number again, from the page of your account: the notice will fall by itself.",
        ),
    },
    "forget_pause": {
        "fr": (
            "Votre numéro est de nouveau actif",
            "L’annuaire dit de nouveau votre numéro actif. Votre label continue, sans changement.",
        ),
        "en": (
            "Your number is active again",
            "The directory says that your number is active again. Your label goes on, unchanged.",
        ),
    },
    "pause": {
        "fr": (
            "Votre label est en pause",
            "Votre label est en pause depuis aujourd’hui. Ce n’est pas une faute, et qui le contrôle lit « en pause ». Il reprendra dès que votre numéro sera actif, jusqu’à sa fin.",
        ),
        "en": (
            "Your label is paused",
            "Your label is paused from today. This is no fault, and whoever checks it reads “paused”. It will resume as soon as your number is active, until its end.",
        ),
    },
    "pause_not_shown": {
        "fr": (
            "Votre label est en pause",
            "Votre label est en pause depuis aujourd’hui. Ce n’est pas une faute, et qui le contrôle lit « en pause ». Il reprendra, jusqu’à sa fin, dès que son numéro sera dans votre compte et actif.",
        ),
        "en": (
            "Your label is paused",
            "Your label is paused from today. This is no fault, and whoever checks it reads “paused”. It will resume, until its end, as soon as its number is in your account and active.",
        ),
    },
    "resume": {
        "fr": ("Votre label reprend", "Votre numéro est actif : votre label reprend."),
        "en": ("Your label resumes", "Your number is active: your label resumes."),
    },
    "proof-removed": {
        "fr": (
            "Une pièce de votre dossier a été supprimée",
            "Une pièce de votre dossier de label contenait des données de patient. Nous l’avons supprimée aussitôt. Rien d’autre n’a changé, et personne ne vous reproche rien.\n\nLa pièce : {about}.\n\nSi ce patient est suivi chez vous, dites-le à la personne chargée de la protection des données de votre lieu : c’est elle qui juge s’il y a autre chose à faire.",
        ),
        "en": (
            "A document of your file was deleted",
            "A document of your label file held a patient’s data. We deleted it at once. Nothing else has changed, and nobody holds anything against you.\n\nThe document: {about}.\n\nIf this patient is treated where you work, tell whoever is in charge of data protection there: they judge whether anything else has to be done.",
        ),
    },
    "proof-removed-returned": {
        "fr": (
            "Une pièce de votre dossier a été supprimée",
            "Une pièce de votre dossier de label contenait des données de patient. Nous l’avons supprimée aussitôt. Personne ne vous reproche rien.\n\nLa pièce : {about}.\n\nVotre dossier vous revient avec tout le reste. Mettez une autre pièce à la place, sans donnée de patient, et renvoyez-le.\n\nSi ce patient est suivi chez vous, dites-le à la personne chargée de la protection des données de votre lieu : c’est elle qui juge s’il y a autre chose à faire.",
        ),
        "en": (
            "A document of your file was deleted",
            "A document of your label file held a patient’s data. We deleted it at once. Nobody holds anything against you.\n\nThe document: {about}.\n\nYour file comes back to you with everything else. Put another document in its place, without a patient’s data, and send it again.\n\nIf this patient is treated where you work, tell whoever is in charge of data protection there: they judge whether anything else has to be done.",
        ),
    },
}
