"""What people are told about periods is what the code does."""

import re
from datetime import timedelta

from app.accounts.forms import SignInForm
from app.accounts.services import backgrounds, cards, links, privacy, web_sessions
from app.accounts.services.cases import KEPT_AFTER_ANSWER
from app.answers import ANSWERS
from app.assessments.forms import StartForm
from app.examination.services import claim_slips
from app.examination.services.letters import DAYS_TO_CLAIM
from app.identity.services import proofs, steps
from app.labels.services import personal_data as labels_data
from app.labels.services import proofs as label_proofs
from certificates.label_rules.parameters import parameters
from quizzes.differential import COMPARED_FROM


def _numbers(text):
    return [int(number) for number in re.findall(r"\d+", text)]


def test_a_guest_s_cookie_card_and_data_last_as_long_as_each_other(app):
    assert app.permanent_session_lifetime == web_sessions.GUEST_LIFETIME == cards.LIFETIME


def test_the_register_of_personal_data_tells_these_periods():
    told = privacy.load_register().retentions
    expected = {
        "sitting": [web_sessions.GUEST_LIFETIME.days, DAYS_TO_CLAIM],
        "claim_slip": [claim_slips.LIFETIME.days],
        "session": [
            web_sessions.ACCOUNT_LIFETIME.days,
            web_sessions.GUEST_LIFETIME.days,
            web_sessions.SHARED_LIFETIME // timedelta(hours=1),
        ],
        "link": [links.SIGN_IN_LIFETIME // timedelta(minutes=1), links.CONFIRM_LIFETIME.days],
        "card": [cards.LIFETIME.days],
        "background": [backgrounds.KEPT.days // 365, web_sessions.GUEST_LIFETIME.days],
        "step": [steps.LIFETIME // timedelta(minutes=1)],
        "case": [KEPT_AFTER_ANSWER.days // 365],
        "label": [parameters().kept_months],
        "label_identity": [parameters().reapply_months],
        "label_file": [labels_data.KEPT_AFTER_END.days // 365],
        "label_proof": [label_proofs.KEPT_AFTER_DECISION.days // 30],
    }

    for name, numbers in expected.items():
        assert _numbers(told[name].fr) == _numbers(told[name].en) == numbers, name


def test_the_idle_time_of_a_shared_computer_is_told_wherever_it_is(app):
    minutes = web_sessions.SHARED_IDLE // timedelta(minutes=1)

    with app.test_request_context():
        assert _numbers(str(StartForm().shared_computer.description)) == [minutes]
        assert _numbers(str(SignInForm().shared_computer.description)) == [minutes]
    assert _numbers(ANSWERS["visit-ended"].advice) == [minutes]


def test_the_least_group_that_is_told_of_is_the_one_that_is_compared():
    told = privacy.load_register().readers["self_and_sums"]

    assert _numbers(told.fr) == _numbers(told.en) == [COMPARED_FROM]


def test_the_time_in_which_a_step_has_to_be_finished_is_told():
    minutes = steps.LIFETIME // timedelta(minutes=1)

    assert _numbers(ANSWERS["step-spent"].advice) == [minutes]
    assert _numbers(ANSWERS["recent-sign-in"].advice) == [proofs.RECENT // timedelta(minutes=1)]
