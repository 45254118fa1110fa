"""The audit trail as people read it: words first, codes small."""

import pytest
from flask import render_template_string

from app.audit import Action, record
from app.database import current_session
from app.web import LANGUAGES
from tests.services.accounts_builders import NOW
from tests.web.test_journey import open_account

SAID = '{% from "administration/_words.html" import said %}{{ said(action) }}'


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("action", Action)
def test_every_action_has_words_in_both_languages(app, action, language):
    with app.test_request_context(f"/?lang={language}"):
        words = render_template_string(SAID, action=action.value).strip()

    assert words
    assert ":" not in words


def test_reasons_and_counts_are_words_too(app, make_visitor):
    desk = open_account(app, make_visitor(), email="desk@example.com", is_administrator=True)
    with app.app_context():
        db = current_session()
        record(
            db,
            action=Action.SITTING_FINISHED,
            actor_id=1,
            subject_id=7,
            detail={"reason": "maximum", "answers": 25},
            now=NOW,
        )
        record(db, action=Action.RETENTION_RUN, actor_id=None, detail={"guests": 0, "cards": 1}, now=NOW)
        record(db, action=Action.CERTIFICATE_SHARED, actor_id=1, subject_id=3, now=NOW)
        db.commit()

        for action, detail in [
            (Action.STRUCTURE_CHANGED, {"state": "suspended", "until": "2027-11-30"}),
            (Action.AUTHORSHIP_DECLARED, {"framework": "PRO"}),
            (Action.LABEL_MOVED, {"transition": "submit", "from": "draft", "to": "submitted", "reason": "complete"}),
            (Action.CERTIFICATE_SUSPENDED, {"reason": "fraud-inquiry"}),
        ]:
            record(db, action=action, actor_id=1, subject_id=3, detail=detail, now=NOW)
        db.commit()

    page = desk.get("/administration/journal")

    assert "état : agrément suspendu, jusqu’au : 30 novembre 2027" in page.text
    assert "référentiel : PRO" in page.text
    assert "toutes les questions posées" not in page.text, "a label that is complete is no test"
    assert "fraud-inquiry" not in page.text
    assert "structure 3" in page.text
    assert "raison : nombre de questions atteint, réponses : 25" in page.text
    assert "invités : 0, cartes : 1" in page.text
    assert "Lien de vérification ouvert certificate:shared" in page.text
    assert "attestation 3" in page.text
    assert "Test terminé" not in desk.get("/administration/journal?lang=en").text
