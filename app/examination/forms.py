"""Forms of this room: shape and words only."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    EmailField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.examination.models import Accommodation, DecisionKind, DocumentKind, IncidentKind, ReviewKind, SessionState
from app.web import BaseForm

STATE_WORDS = {
    SessionState.PLANNED: _l("prévue"),
    SessionState.OPEN: _l("ouverte"),
    SessionState.RUNNING: _l("en cours"),
    SessionState.CLOSED: _l("close, au jury"),
    SessionState.JUDGED: _l("jugée"),
    SessionState.PUBLISHED: _l("publiée"),
    SessionState.CANCELLED: _l("annulée avant de commencer"),
}
ACCOMMODATION_WORDS = {
    Accommodation.THIRD_TIME: _l("tiers temps"),
    Accommodation.BREAKS: _l("pauses"),
    Accommodation.READER: _l("lecteur"),
    Accommodation.LARGE_TYPE: _l("grands caractères"),
}
DOCUMENT_WORDS = {
    DocumentKind.IDENTITY_CARD: _l("carte d’identité"),
    DocumentKind.PASSPORT: _l("passeport"),
    DocumentKind.RESIDENCE_PERMIT: _l("titre de séjour"),
    DocumentKind.DRIVING_LICENCE: _l("permis de conduire"),
}
INCIDENT_WORDS = {
    IncidentKind.TECHNICAL: _l("panne"),
    IncidentKind.QUESTION: _l("question douteuse"),
    IncidentKind.BEHAVIOUR: _l("déroulement"),
    IncidentKind.IDENTITY: _l("identité"),
    IncidentKind.OTHER: _l("autre"),
}
DECISION_WORDS = {
    DecisionKind.DISMISS: _l("classer l’incident sans suite"),
    DecisionKind.NEUTRALISE: _l("neutraliser une question pour tous"),
    DecisionKind.ANNUL: _l("annuler la passation (compte comme un essai)"),
    DecisionKind.CALL_OFF: _l("rendre la passation sans effet (ne compte pas)"),
    DecisionKind.DEFER: _l("laisser passer à une autre session la seconde série que la clôture a coupée"),
    DecisionKind.CONCLUDE: _l("arrêter les résultats"),
}
REVIEW_WORDS = {
    ReviewKind.NEUTRALISE_ONE: _l("ne plus compter une question, pour cette personne"),
    ReviewKind.NEUTRALISE_ALL: _l("ne plus compter une question, pour toute la session"),
    ReviewKind.CALL_OFF: _l("rendre la passation sans effet (ne compte pas comme un essai)"),
    ReviewKind.RESTORE: _l("rétablir une passation annulée"),
    ReviewKind.DEFER: _l("laisser passer à une autre session la seconde série que la clôture a coupée"),
}
VERDICT_WORDS = {
    "passed": _l("réussi"),
    "failed": _l("pas réussi"),
    "established": _l("niveau établi"),
    "not-established": _l("aucun niveau établi"),
    "owed": _l("seconde série à passer"),
    "undecided": _l("à repasser"),
    "annulled": _l("annulé"),
    "absent": _l("absent"),
}
STAGE_WORDS = {
    "enrolled": _l("pas encore là"),
    "identified": _l("identité vue"),
    "waiting": _l("attend votre accord"),
    "ready": _l("peut commencer"),
    "answering": _l("répond"),
    "paused": _l("en pause"),
    "finished": _l("a fini"),
}
#: Why a line of a list cannot be taken.
LINE_WORDS = {
    "name-missing": _l("il manque le nom ou le prénom"),
    "name-unacceptable": _l("ce nom ne peut pas être imprimé : ni titre, ni chiffre, ni adresse"),
    "formula": _l("la cellule commence par un signe de formule"),
    "birth-date": _l("la date de naissance n’est pas une date passée (exemple : 31/12/1980)"),
    "address": _l("l’adresse électronique n’est pas complète"),
    "unknown-accommodation": _l("aménagement inconnu : tiers temps, pauses, lecteur, grands caractères"),
    "already-enrolled": _l("déjà inscrite, ou deux fois dans la liste"),
    "no-seat-left": _l("plus de place dans la session"),
    "may-not-sit": _l("ne peut pas passer cet examen ce jour-là ; la personne seule peut en savoir la raison"),
    "not-independent": _l("une personne qui surveille la forme ou l’encadre"),
}
#: Why a list cannot be read.
SHEET_WORDS = {
    "not-a-sheet": _l("Ce fichier n’est pas une liste : envoyez un CSV ou un XLSX."),
    "no-name-column": _l("Il faut une colonne « nom » et une colonne « prénom »."),
    "empty-sheet": _l("Ce fichier ne contient aucune ligne."),
    "too-many-lines": _l("Ce fichier est trop long : 500 lignes au plus."),
}


class JoinForm(BaseForm):
    """Enter the room: the session's code and one's number."""

    code = StringField(
        _l("Code de la session"),
        validators=[DataRequired(_l("Tapez le code affiché dans la salle.")), Length(max=20)],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )
    number = IntegerField(
        _l("Votre numéro"),
        validators=[
            InputRequired(_l("Tapez le numéro que l’on vous a donné.")),
            NumberRange(min=1, max=9999, message=_l("Tapez le numéro que l’on vous a donné.")),
        ],
        render_kw={"autocomplete": "off", "inputmode": "numeric"},
    )


class SlipForm(BaseForm):
    """What a claim slip says, and what only its holder knows."""

    code = StringField(
        _l("Code du coupon"),
        validators=[DataRequired(_l("Saisissez le code du coupon.")), Length(max=40)],
        description=_l("Seize signes en quatre groupes. Les tirets et les majuscules ne comptent pas."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    born_on = DateField(
        _l("Votre date de naissance"),
        validators=[DataRequired(_l("Tapez votre date de naissance."))],
        description=_l("Celle de la pièce montrée le jour de l’examen. Elle n’est pas gardée."),
        render_kw={"autocomplete": "bday"},
    )


class ButtonForm(BaseForm):
    """A button."""


class ActForm(BaseForm):
    """An invigilator's button: which version of the candidate was on the page."""

    version = HiddenField(validators=[DataRequired()])
    arrival = HiddenField()
    hand = HiddenField()
    minutes = IntegerField(_l("Minutes en plus"), validators=[Optional(), NumberRange(min=1, max=60)])


class HandForm(BaseForm):
    """Raise a hand about the question on screen."""

    item_id = HiddenField(validators=[DataRequired()])
    note = StringField(
        _l("Qu’est-ce qui vous gêne dans cette question ?"),
        validators=[DataRequired(_l("Dites en quelques mots ce qui vous gêne.")), Length(max=300)],
    )


class PlanForm(BaseForm):
    """Plan a session."""

    test = SelectField(_l("Épreuve"), choices=[])
    starts_at = DateTimeLocalField(
        _l("Date et heure (Paris)"),
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        validators=[DataRequired(_l("Donnez la date et l’heure."))],
    )
    place = StringField(_l("Lieu"), validators=[DataRequired(_l("Dites où : salle, adresse.")), Length(max=200)])
    seats = IntegerField(
        _l("Places"),
        validators=[
            InputRequired(_l("Dites combien de places.")),
            NumberRange(min=1, max=500, message=_l("De 1 à 500 places.")),
        ],
    )


class MoveForm(BaseForm):
    """Move a session before it begins."""

    starts_at = DateTimeLocalField(
        _l("Date et heure (Paris)"),
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        validators=[DataRequired(_l("Donnez la date et l’heure."))],
    )
    place = StringField(_l("Lieu"), validators=[DataRequired(_l("Dites où : salle, adresse.")), Length(max=200)])


class SeatsForm(BaseForm):
    """Change how many seats a session has, before its doors open."""

    seats = IntegerField(
        _l("Nombre de places"),
        validators=[
            InputRequired(_l("Dites combien de places.")),
            NumberRange(min=1, max=500, message=_l("De 1 à 500 places.")),
        ],
    )


class EnrolForm(BaseForm):
    """Enrol one candidate."""

    family_name = StringField(_l("Nom"), validators=[DataRequired(_l("Saisissez le nom.")), Length(max=80)])
    given_names = StringField(_l("Prénom"), validators=[DataRequired(_l("Saisissez le prénom.")), Length(max=80)])
    born_on = DateField(
        _l("Date de naissance (facultatif)"),
        validators=[Optional()],
        description=_l("Pour savoir si la personne peut repasser l’examen. Elle n’est pas gardée."),
    )
    email = EmailField(
        _l("Adresse électronique (facultatif)"),
        validators=[Optional(), Length(max=254)],
        description=_l("Pour la prévenir que son résultat est là."),
        render_kw={"autocomplete": "off"},
    )
    accommodations = SelectMultipleField(
        _l("Aménagements"),
        choices=[SelectChoice(one.value, words) for one, words in ACCOMMODATION_WORDS.items()],
        description=_l("Ce qui est prévu, jamais pourquoi."),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class ListForm(BaseForm):
    """A list of candidates."""

    sheet = FileField(
        _l("La liste, en tableur"),
        validators=[FileRequired(_l("Choisissez le fichier de la liste."))],
        description=_l(
            "CSV ou XLSX, 500 lignes au plus. Colonnes : nom, prénom, date de naissance, courriel, aménagements. Rien n’est inscrit avant votre accord."
        ),
        render_kw={"accept": ".xlsx,.csv,text/csv"},
    )


class WatchForm(BaseForm):
    """Take a duty, and declare to be free of the candidates."""

    is_free = BooleanField(
        _l("Je ne forme et n’encadre aucune des personnes inscrites."),
        validators=[DataRequired(_l("Cochez la case, ou laissez cette session à quelqu’un d’autre."))],
    )


class IdentityForm(BaseForm):
    """What an identity document says: read, never copied."""

    version = HiddenField(validators=[DataRequired()])
    document = SelectField(
        _l("Pièce vue"), choices=[SelectChoice(one.value, words) for one, words in DOCUMENT_WORDS.items()]
    )
    family_name = StringField(
        _l("Nom, comme sur la pièce"), validators=[DataRequired(_l("Saisissez le nom.")), Length(max=80)]
    )
    given_names = StringField(
        _l("Prénom, comme sur la pièce"), validators=[DataRequired(_l("Saisissez le prénom.")), Length(max=80)]
    )
    born_on = DateField(
        _l("Date de naissance lue sur la pièce"),
        validators=[DataRequired(_l("Tapez la date de naissance."))],
        description=_l("Elle n’est pas gardée, ni le numéro de la pièce."),
        render_kw={"autocomplete": "off"},
    )


class IncidentForm(BaseForm):
    """What happened, for the jury."""

    kind = SelectField(_l("Sorte"), choices=[SelectChoice(one.value, words) for one, words in INCIDENT_WORDS.items()])
    number = IntegerField(
        _l("Numéro du candidat (vide : toute la salle)"), validators=[Optional(), NumberRange(min=1, max=9999)]
    )
    note = TextAreaField(
        _l("Ce qui s’est passé"),
        validators=[DataRequired(_l("Dites en quelques mots ce qui s’est passé.")), Length(max=2000)],
        description=_l("Des faits, sans rien de médical."),
    )


class DecisionForm(BaseForm):
    """What a juror proposes."""

    kind = SelectField(
        _l("Décision"), choices=[SelectChoice(one.value, words) for one, words in DECISION_WORDS.items()]
    )
    incident = SelectField(_l("Incident"), choices=[])
    candidate = IntegerField(
        _l("Numéro du candidat, si la décision porte sur sa passation"),
        validators=[Optional(), NumberRange(min=1, max=9999)],
    )
    item_id = StringField(
        _l("Identifiant de la question, pour une neutralisation"),
        validators=[Length(max=32)],
        filters=[lambda value: value.strip().upper() if value else value],
    )
    reason = TextAreaField(
        _l("Motif"),
        validators=[DataRequired(_l("Donnez le motif : il figure au procès-verbal.")), Length(max=2000)],
    )


class ReviewForm(BaseForm):
    """What an officer proposes about a contested result."""

    kind = SelectField(_l("Décision"), choices=[SelectChoice(one.value, words) for one, words in REVIEW_WORDS.items()])
    item_id = StringField(
        _l("Identifiant de la question, s’il s’agit d’une question"),
        validators=[Length(max=32)],
        filters=[lambda value: value.strip().upper() if value else value],
    )
    reason = TextAreaField(
        _l("Motif"),
        validators=[DataRequired(_l("Donnez le motif : il est gardé avec la décision.")), Length(max=2000)],
    )


class ContestForm(BaseForm):
    """Ask a human to look at a result again."""

    text = TextAreaField(
        _l("Qu’est-ce qui vous semble inexact ?"),
        validators=[DataRequired(_l("Dites en quelques mots ce qui vous semble inexact.")), Length(max=4000)],
        description=_l(
            "Une personne qui n’a ni surveillé ni jugé cette session lira votre message et, pour en juger, vos réponses."
        ),
    )
