"""Rules that hold for a verified person, under whichever account, and for everybody who watches or judges a session."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.errors import (
    NotFoundError,
    NotIndependentError,
    RetakeTooSoonError,
    StillUnjudgedError,
)
from app.examination.models import Candidate, DecisionKind, SessionState
from app.examination.services import identities, jury, sessions, watch
from app.organisations.models import Member, Part, TieKind
from app.organisations.services import independence, members
from app.supervised_errors import MayNotSitError
from certificates import document
from certificates.errors import UnacceptableNameError
from tests.services.accounts_builders import NOW, SECRET
from tests.services.examination_builders import BORN, room
from tests.services.organisations_builders import confirmed, named
from tests.services.test_examination import tie

DIGEST = identities.identity_digest(family_name="Durand", given_names="Léa", born_on=BORN, secret=SECRET)


def sat_before(db, here, *, person=None, days=200, number=50, began=True):
    """Let Léa Durand have been seen at a desk before, under an account or under one that is erased."""
    at = here.session.starts_at - timedelta(days=days)
    db.add(
        Candidate(
            session_id=here.session.id,
            number=number,
            person_id=person.id if person else None,
            family_name="Durand" if person else "(effacé)",
            given_names="Léa" if person else "(effacé)",
            language="fr",
            accommodations=[],
            enrolled_at=at,
            identity_hmac=DIGEST,
            identity_checked_at=at,
            started_at=at if began else None,
            finished_at=at if began else None,
            finish_reason="complete" if began else None,
        )
    )
    db.flush()


def guest(db, here):
    row = Candidate(
        session_id=here.session.id,
        number=1,
        family_name="Durand",
        given_names="Léa",
        language="fr",
        accommodations=[],
        enrolled_at=NOW,
    )
    db.add(row)
    db.flush()
    return row


class TestUnderAnotherAccount:
    def test_whoever_saw_reserved_questions_does_not_come_back_as_a_guest(self, db, loaded):
        here, author = room(db, loaded), confirmed(db, "auteur@example.org")
        sat_before(db, here, person=author, began=False)
        independence.note_reserved_view(db, person_id=author.id, framework_code="PRO", now=NOW)
        candidate = guest(db, here)
        here.open_doors()

        with pytest.raises(MayNotSitError):
            here.identify(candidate)

        assert candidate.identity_checked_at is None

    def test_nor_does_whoever_the_invigilator_trains(self, db, loaded):
        here, trained = room(db, loaded), confirmed(db, "lea@example.org")
        sat_before(db, here, person=trained, began=False)
        tie(db, here.invigilator, trained, TieKind.TRAINER)
        candidate = guest(db, here)
        here.open_doors()

        with pytest.raises(NotIndependentError):
            here.identify(candidate)

    @pytest.mark.parametrize(
        ("tries", "is_refused"), [((300, 200, 100), True), ((300, 200), False), ((400, 300, 200), False)]
    )
    def test_three_tries_in_a_year_are_three_though_each_account_was_erased(self, db, loaded, tries, is_refused):
        here = room(db, loaded)
        for number, days in enumerate(tries):
            sat_before(db, here, days=days, number=50 + number)

        def ask():
            identities.check_may_retake(db, session=here.session, identity_hmac=DIGEST, person_id=None, now=here.now)

        if is_refused:
            with pytest.raises(RetakeTooSoonError):
                ask()
        else:
            ask()


def test_a_name_that_no_font_here_draws_is_said_at_the_desk(db, loaded, monkeypatch):
    monkeypatch.setattr(document, "undrawable", lambda name: name)
    here = room(db, loaded)
    candidate = guest(db, here)
    here.open_doors()

    with pytest.raises(UnacceptableNameError) as caught:
        here.identify(candidate)

    assert (caught.value.reason, candidate.identity_checked_at) == ("font", None)


class TestWatching:
    def test_nobody_begins_while_another_invigilator_manages_them(self, db, loaded):
        here, second, lea = room(db, loaded), confirmed(db, "second@example.org"), confirmed(db, "lea@example.org")
        named(db, here.structure, second, Part.INVIGILATOR, actor=here.manager)
        watch.join(db, session=here.session, person_id=second.id, duty="invigilator", now=here.now)
        tie(db, second, lea, TieKind.MANAGER)
        candidate = guest(db, here)
        here.open_doors()
        here.identify(candidate)
        arrival = here.arrive(candidate, here.browser(lea))

        with pytest.raises(NotIndependentError):
            here.authorise(candidate, arrival)

    def test_whoever_invigilates_for_the_structure_no_more_sees_nothing(self, db, loaded):
        here = room(db, loaded)
        part = db.scalar(select(Member).where(Member.person_id == here.invigilator.id))

        members.end(
            db, structure=here.structure, member_id=part.id, parts=tuple(Part), actor_id=here.manager.id, now=here.now
        )

        with pytest.raises(NotFoundError):
            sessions.get_on_duty(
                db, reference=here.session.reference, person_id=here.invigilator.id, duty="invigilator"
            )


def test_a_jury_does_not_conclude_over_what_was_proposed_meanwhile(db, loaded):
    here = room(db, loaded)
    candidate, arrival = here.seated()
    here.answer(arrival)
    here.close()
    one, two = here.juror("j1@example.org"), here.juror("j2@example.org")
    act = {"session": here.session, "actor_id": one.id, "now": here.now}
    end = jury.propose(db, kind=DecisionKind.CONCLUDE, reason="Tout est vu.", **act)
    other = jury.propose(db, kind=DecisionKind.ANNUL, candidate=candidate, reason="Fraude.", **act)
    take = {"session": here.session, "bank": here.bank, "actor_id": two.id, "now": here.now}

    with pytest.raises(StillUnjudgedError):
        jury.take(db, decision_id=end.id, **take)

    jury.take(db, decision_id=other.id, **take)
    jury.take(db, decision_id=end.id, **take)
    assert here.session.state == SessionState.JUDGED.value
