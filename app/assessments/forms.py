"""Forms of this room: shape and wording only; what a response may hold is the engine's business."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import DataRequired, Email, Length, Optional

from app.web import BaseForm
from quizzes.items import parse_response
from quizzes.screens import MAXIMUM_TEXT

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

    from quizzes.items import Item, Response
    from quizzes.presentation import Presentation

RANK_PREFIX = "rang-"
PAIR_PREFIX = "paire-"
STATE_PREFIX = "etat-"
#: Signs of a written answer; `maxlength` in the page.
LONGEST_TEXT = 200
#: Signs of the name of an option, far above any that a page shows.
LONGEST_NAME = 32


class StartForm(BaseForm):
    """Begin a test."""

    shared_computer = BooleanField(
        _l("Je suis sur un ordinateur partagé"),
        description=_l(
            "Rien n’y restera. Après 20 minutes sans activité, votre passage s’arrête : depuis « Pause », une carte imprimée ou recopiée permet de continuer."
        ),
    )


class AnswerForm:
    """Whichever question is on screen: what was submitted for one of the six item types, of which one is used.

    Not a form of WTForms: its pages are written without one, and making fields at every answer would take longer than reading them.
    The cross-site token is checked before any view (decision 7).
    """

    #: What is wrong with the response, said above the answers.
    response_error: str | None = None
    #: Which control of a screen it concerns.
    faulty_control: str | None = None

    def __init__(self) -> None:
        self._submitted = request.form
        self.item_id = self._text_of("item_id")
        self.choice = self._text_of("choice")
        self.text = self._text_of("text")

    def _text_of(self, name: str) -> str:
        return self._submitted.get(name, "").strip()

    def is_submitted(self) -> bool:
        return request.method == "POST"

    def validate(self) -> bool:
        """Tell whether what was submitted has a shape to be looked at; the rest is said of the response."""
        if len(self.text) > LONGEST_TEXT:
            self.response_error = gettext("Votre réponse est trop longue : 200 signes au plus.")
        return bool(self.item_id) and len(self.choice) <= LONGEST_NAME and self.response_error is None

    @property
    def error(self) -> str:
        """What is wrong, or nothing."""
        return self.response_error or ""

    @property
    def is_skip(self) -> bool:
        return bool(self._text_of("passe"))

    def response(self, shown: Presentation, submitted: MultiDict[str, str]) -> dict[str, object] | None:
        """Return the response in its canonical shape; None with `response_error` when something is missing."""
        if self.is_skip:
            return {"skipped": True}
        read = {
            "single_choice": self._single,
            "multiple_choice": self._multiple,
            "short_text": self._text,
            "ordering": self._order,
            "matching": self._pairs,
            "simulation": self._state,
        }[shown.type]
        return read(shown, submitted)

    def given(self, item: Item, shown: Presentation, submitted: MultiDict[str, str]) -> Response | None:
        """Return the response, checked against its item; None with `response_error` when something is missing.

        Raises:
            MalformedResponseError: It does not have the shape that the item demands.
        """
        response = self.response(shown, submitted) if self.validate() else None
        return None if response is None else parse_response(item, shown.canonical(response))

    def _single(self, _shown: Presentation, _submitted: MultiDict[str, str]) -> dict[str, object] | None:
        if not self.choice:
            self.response_error = gettext("Choisissez une réponse, ou « Je passe ».")
            return None
        return {"choice": self.choice}

    def _multiple(self, shown: Presentation, _submitted: MultiDict[str, str]) -> dict[str, object] | None:
        chosen = sorted(set(self._submitted.getlist("choices")))
        if len(chosen) != shown.choose:
            message = gettext(
                "Cochez %(count)s réponses : vous en avez coché %(chosen)s.", count=shown.choose, chosen=len(chosen)
            )
            self.response_error = message
            return None
        return {"choices": chosen}

    def _text(self, _shown: Presentation, _submitted: MultiDict[str, str]) -> dict[str, object] | None:
        if not self.text:
            self.response_error = gettext("Écrivez votre réponse, ou « Je passe ».")
            return None
        return {"text": self.text}

    def _order(self, shown: Presentation, submitted: MultiDict[str, str]) -> dict[str, object] | None:
        ranks = {step.id: submitted.get(RANK_PREFIX + step.id, "") for step in shown.steps}
        wanted = {str(rank) for rank in range(1, len(ranks) + 1)}
        if set(ranks.values()) != wanted:
            self.response_error = gettext(
                "Donnez un rang différent à chaque étape, de 1 à %(count)s.", count=len(ranks)
            )
            return None
        return {"order": sorted(ranks, key=lambda step: int(ranks[step]))}

    def _pairs(self, shown: Presentation, submitted: MultiDict[str, str]) -> dict[str, object] | None:
        pairs = {left.id: submitted.get(PAIR_PREFIX + left.id, "") for left in shown.lefts}
        if not all(pairs.values()):
            self.response_error = gettext("Choisissez une réponse pour chaque ligne, ou « Je passe ».")
            return None
        if len(set(pairs.values())) != len(pairs):
            self.response_error = gettext(
                "La même réponse sert deux fois : choisissez-en une différente à chaque ligne."
            )
            return None
        return {"pairs": pairs}

    def _state(self, shown: Presentation, submitted: MultiDict[str, str]) -> dict[str, object] | None:
        """Read the state in which the screen was left: it is always complete, nothing has to be touched."""
        state: dict[str, bool | str] = {}
        for control in shown.screen.controls if shown.screen else ():
            name = STATE_PREFIX + control.id
            state[control.id] = name in submitted if control.kind == "switch" else submitted.get(name, "").strip()
            if control.kind == "entry" and len(str(state[control.id])) > MAXIMUM_TEXT:
                self.faulty_control = control.id
                self.response_error = gettext(
                    "« %(label)s » : %(count)s signes au plus.", label=control.label, count=MAXIMUM_TEXT
                )
                return None
        return {"state": state}


class ContestForm(BaseForm):
    """Ask a human to look at a result again."""

    text = TextAreaField(
        _l("Qu’est-ce qui vous semble inexact ?"),
        validators=[DataRequired(_l("Dites en quelques mots ce qui vous semble inexact.")), Length(max=4000)],
        description=_l(
            "Une personne lira votre message et, pour en juger, les réponses de ce test. Votre résultat ne change pas en attendant."
        ),
    )
    email = StringField(
        _l("Où vous répondre (facultatif)"),
        description=_l(
            "Sans adresse, la réponse se lira à « Nous écrire », en bas de chaque page, avec ce navigateur ou votre carte de reprise."
        ),
        validators=[
            Optional(),
            Length(max=254, message=_l("Cette adresse est trop longue.")),
            Email(_l("Il manque quelque chose à cette adresse. Exemple : prenom.nom@example.com")),
        ],
        render_kw={"type": "email", "autocomplete": "email"},
    )


class ReportForm(BaseForm):
    """Say that something is wrong with a question."""

    text = TextAreaField(
        _l("Qu’est-ce qui ne va pas dans cette question ?"),
        validators=[DataRequired(_l("Dites en quelques mots ce qui ne va pas.")), Length(max=2000)],
        description=_l("Par exemple : deux réponses justes, un mot difficile, une information qui a changé."),
    )
