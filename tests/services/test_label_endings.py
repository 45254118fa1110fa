"""What ends a label, and what its end leaves open: a death, a notice, an audit that was drawn, an account that is erased."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.services.personal_data import CertificateFate
from app.audit import Action, AuditEntry
from app.certification.services import withdrawing
from app.errors import MovedOnError, SamePersonError
from app.identity.models import Activity
from app.label_errors import LabelDecidedElsewhereError
from app.labels.models import LabelEvent, LabelNotice
from app.labels.services import (
    applying,
    clock,
    crediting,
    deciding,
    dossiers,
    ending,
    personal_data,
    public,
    queues,
    watching,
)
from app.organisations.models import TieKind
from app.organisations.services import independence
from app.outbox import OutboxEntry
from app.publication.services import yearly
from app.transparency.models import LogLeaf
from certificates.errors import ConditionNotMetError, NoSuchTransitionError, NotIndependentError
from certificates.label_rules.machine import Seat
from tests.services.label_builders import (
    NOW,
    announced,
    answered,
    appealed,
    awarded,
    closed_for_death,
    complete,
    draft,
    office,
    officers,
    renewal_asked,
    revoked,
    submitted,
    suspended,
    taken_up,
    voted,
)

LATER = NOW + timedelta(days=10)


def credential(db, label):
    row = crediting.current(db, label=label)
    return (row.status, row.status_reason)


def propose(db, label, officer, transition="end", *, now=NOW):
    ending.propose(db, label=label, transition=transition, actor_id=officer.id, now=now)


def carry_out(db, loaded, label, officer, transition="end", *, now=NOW):
    ending.carry_out(db, label=label, transition=transition, actor_id=officer.id, ring=loaded.ring, now=now)


def send(db, loaded, person, *, chance=0.9, now=NOW):
    return applying.submit(db, person_id=person.id, ring=loaded.ring, origin="", chance=chance, now=now)


def leave(db, loaded, person, *, transition="withdraw", reason="own-wish", now=NOW):
    return applying.step(db, person_id=person.id, transition=transition, reason=reason, ring=loaded.ring, now=now)


def erase(db, loaded, person):
    personal_data.erase_person(db, person_id=person.id, fate=CertificateFate.KEEP, ring=loaded.ring, now=NOW)


class TestDeath:
    def test_nobody_ends_a_label_alone(self, db, loaded):
        _person, label, (one, _two) = awarded(db, loaded)
        with pytest.raises(MovedOnError):
            carry_out(db, loaded, label, one)
        propose(db, label, one)

        with pytest.raises(SamePersonError):
            carry_out(db, loaded, label, one)

        assert (label.state, credential(db, label)) == ("awarded", ("active", None))

    def test_nor_somebody_too_close_to_the_person_whether_before_or_since(self, db, loaded):
        person, label, (one, two) = awarded(db, loaded)
        propose(db, label, one)
        independence.declare(
            db,
            actor_id=one.id,
            subject_id=person.id,
            kind=TieKind.MANAGER,
            begins_on=NOW.date(),
            ends_on=None,
            declared_by=one.id,
            now=NOW,
        )

        with pytest.raises(NotIndependentError):
            carry_out(db, loaded, label, two)
        ending.drop(db, label=label, actor_id=two.id, now=NOW)
        with pytest.raises(NotIndependentError):
            propose(db, label, one)

    def test_what_is_proposed_is_proposed_once_and_may_be_let_go_of(self, db, loaded):
        _person, label, (one, two) = awarded(db, loaded)
        with pytest.raises(NoSuchTransitionError):
            propose(db, label, one, "undo_end")
        propose(db, label, one)
        with pytest.raises(MovedOnError):
            propose(db, label, two)
        assert [row.id for row in queues.queues(db).endings] == [label.id]

        ending.drop(db, label=label, actor_id=one.id, now=NOW)

        with pytest.raises(MovedOnError):
            ending.drop(db, label=label, actor_id=one.id, now=NOW)
        assert queues.queues(db).endings == []

    def test_whoever_acts_is_not_dead(self, db, loaded):
        person, label, (one, two) = awarded(db, loaded)
        propose(db, label, one)
        leave(db, loaded, person, transition="pause_on_request", reason="leave")

        with pytest.raises(MovedOnError):
            carry_out(db, loaded, label, two)

    def test_two_close_a_label_without_a_word(self, db, loaded):
        _person, label, two = awarded(db, loaded)
        before = len(db.scalars(select(OutboxEntry)).all())

        closed_for_death(db, loaded, label, two)

        assert (label.state, public.status_of(label, now=NOW)) == ("ended", None)
        assert not public.is_listed_now(label, now=NOW)
        assert credential(db, label) == ("suspended", "ended")
        assert len(db.scalars(select(OutboxEntry)).all()) == before
        assert [row.id for row in queues.queues(db).ended] == [label.id]

    def test_an_error_is_put_right_by_two_and_the_same_credential_holds_again(self, db, loaded):
        _person, label, two = awarded(db, loaded)
        given = label.certificate_id
        closed_for_death(db, loaded, label, two, now=LATER)
        with pytest.raises(MovedOnError):
            carry_out(db, loaded, label, two[0], "undo_end", now=LATER)

        closed_for_death(db, loaded, label, two, transition="undo_end", now=LATER)

        assert (label.state, label.since, label.certificate_id) == ("awarded", NOW, given)
        assert credential(db, label) == ("active", None)
        assert public.is_listed_now(label, now=LATER)

    @pytest.mark.parametrize(
        ("reach", "state", "held"),
        [
            (suspended, "suspended", ("suspended", "fraud-inquiry")),
            (appealed, "appeal", ("suspended", "fraud-inquiry")),
            (renewal_asked, "renewal_due", ("active", None)),
        ],
        ids=["suspended", "in an appeal", "in a renewal"],
    )
    def test_a_label_comes_back_as_it_was(self, db, loaded, reach, state, held):
        _person, label, _two = reach(db, loaded)
        two = officers(db, 2, start=7)
        closed_for_death(db, loaded, label, two, now=LATER)
        assert queues.queues(db).renewals == []

        closed_for_death(db, loaded, label, two, transition="undo_end", now=LATER + timedelta(days=30))

        assert (label.state, label.since) == (state, NOW)
        assert credential(db, label) == held

    def test_the_days_of_the_error_do_not_count_against_an_appeal(self, db, loaded):
        _person, label, _two = revoked(db, loaded)
        two = officers(db, 2, start=7)
        closed_for_death(db, loaded, label, two, now=LATER)

        closed_for_death(db, loaded, label, two, transition="undo_end", now=LATER + timedelta(days=90))

        assert (label.state, label.since) == ("revoked", NOW + timedelta(days=90))

    def test_somebody_who_has_another_label_meanwhile_keeps_that_one(self, db, loaded):
        person, label, two = awarded(db, loaded)
        closed_for_death(db, loaded, label, two)
        draft(db, loaded, person)

        with pytest.raises(NoSuchTransitionError):
            propose(db, label, two[0], "undo_end")

    def test_an_officer_who_leaves_takes_their_proposal_along(self, db, loaded):
        _person, label, (one, _two) = awarded(db, loaded)
        propose(db, label, one)
        told = personal_data.export_person(db, person_id=one.id)["label_votes"]
        assert told[-1] == {"at": NOW.isoformat(), "proposed": "end"}

        erase(db, loaded, one)

        assert (label.ending_proposed_by, label.ending_proposed_at) == (None, None)


class TestNotices:
    @pytest.mark.parametrize("how", ["handed back", "over", "died"])
    def test_a_notice_ends_with_the_label(self, db, loaded, how):
        person, label, two = awarded(db, loaded)
        announced(db, loaded, label, two[0])
        now = NOW + timedelta(days=4 * 365)

        if how == "handed back":
            leave(db, loaded, person)
        elif how == "over":
            clock.turn(db, ring=loaded.ring, secret="", origin="", now=now)
        else:
            closed_for_death(db, loaded, label, two)

        found = queues.queues(db)
        assert (found.notices, queues.first_due(db, found)) == ([], {})
        assert db.scalars(select(LabelNotice.closed_at)).one() is not None

    def test_a_notice_is_answered_during_a_pause_and_may_be_dropped(self, db, loaded):
        person, label, two = awarded(db, loaded)
        answered(db, activity=Activity.INACTIVE)
        clock.turn(db, ring=loaded.ring, secret="", origin="", now=NOW)
        announced(db, loaded, label, two[0], now=NOW + timedelta(days=89))
        paused = NOW + timedelta(days=92)
        clock.turn(db, ring=loaded.ring, secret="", origin="", now=paused)
        assert label.state == "dormant"

        watching.answer(db, person_id=person.id, text="J’ai quitté ce poste.", ring=loaded.ring, now=paused)

        assert dossiers.open_notice(db, label=label).answer == "J’ai quitté ce poste."
        watching.drop(
            db, label=label, reason="answer-accepted", actor_id=two[1].id, ring=loaded.ring, origin="", now=paused
        )
        assert dossiers.open_notice(db, label=label) is None

    def test_nobody_is_suspended_during_a_pause(self, db, loaded):
        person, label, two = awarded(db, loaded)
        announced(db, loaded, label, two[0], is_urgent=True)
        with pytest.raises(ConditionNotMetError):
            leave(db, loaded, person, transition="pause_on_request", reason="leave")
        label.state, label.paused_from = "dormant", "awarded"

        with pytest.raises(NoSuchTransitionError):
            voted(db, loaded, label, two, "suspend", "fraud-inquiry")


class TestAuditDraw:
    def test_a_file_that_was_drawn_stays_drawn_when_it_comes_back(self, db, loaded):
        person, label = submitted(db, loaded, chance=0.0)
        one, two, three = officers(db, 3)
        deciding.ask_again(
            db,
            label=label,
            reason="proof-unreadable",
            note="",
            actor_id=one.id,
            ring=loaded.ring,
            origin="",
            now=NOW,
        )
        send(db, loaded, person)
        assert label.audit == "drawn"
        deciding.take_up(db, label=label, actor_id=one.id, ring=loaded.ring, now=NOW)

        with pytest.raises(ConditionNotMetError):
            voted(db, loaded, label, (one, two), "award", "criteria-met")
        deciding.audit_proofs(
            db, label=label, refused=frozenset(), note="", actor_id=three.id, ring=loaded.ring, now=NOW
        )
        assert voted(db, loaded, label, (one, two), "award", "criteria-met")
        assert label.audit == "not-drawn"

    def test_taking_it_back_and_sending_another_does_not_escape_it(self, db, loaded):
        person, _label = submitted(db, loaded, chance=0.0)
        leave(db, loaded, person)
        draft(db, loaded, person)

        assert send(db, loaded, person).audit == "drawn"

    def test_proofs_that_were_refused_at_a_renewal_are_audited_when_it_is_asked_for_again(self, db, loaded):
        person, label, two = renewal_asked(db, loaded)
        label.audit = "drawn"
        deciding.audit_proofs(
            db,
            label=label,
            refused=frozenset(),
            note="",
            actor_id=officers(db, 1, start=5)[0].id,
            ring=loaded.ring,
            now=NOW,
        )
        voted(db, loaded, label, two, "return_renewal", "audit-refused")
        assert queues.queues(db).audits == []

        send(db, loaded, person)

        assert label.audit == "drawn"
        assert [row.id for row in queues.queues(db).audits] == [label.id]


class TestAfterItsEnd:
    """A document never begins after its end: what comes back, or lasts longer, in its grace gets none."""

    def test_a_grace_that_grows_changes_no_document(self, db, loaded):
        _person, label, two = awarded(db, loaded)
        given, late = label.certificate_id, NOW.replace(year=NOW.year + 3) + timedelta(days=60)
        clock.turn(db, ring=loaded.ring, secret="", origin="", now=late)

        deciding.extend(db, label=label, months=1, reason="birth", actor_id=two[0].id, now=late, **office(db, loaded))

        assert (label.state, label.extended_months, label.certificate_id) == ("renewal_due", 1, given)

    def test_an_appeal_won_after_the_end_brings_no_document_back(self, db, loaded):
        _person, label, _two = appealed(db, loaded, ground="struck-off")
        assert credential(db, label)[0] == "revoked"
        late = NOW.replace(year=NOW.year + 3) + timedelta(days=1)

        voted(db, loaded, label, officers(db, 3, start=10), "overturn", "facts", now=late, seats=list(Seat))

        assert (label.state, credential(db, label)[0]) == ("reinstated", "revoked")


class TestErasing:
    def test_a_label_that_lives_is_handed_back_as_its_holder_would(self, db, loaded):
        person, label, _two = awarded(db, loaded)
        leaves = len(db.scalars(select(LogLeaf)).all())

        erase(db, loaded, person)

        last = db.scalars(select(LabelEvent).order_by(LabelEvent.id.desc()).limit(1)).one()
        assert (label.state, last.transition, last.from_state) == ("voluntarily_withdrawn", "withdraw", "awarded")
        assert (last.actor_id, last.log_seq) == (None, leaves)
        assert yearly.compute(db, year=NOW.year)["labels"]["handed_back"] == 1

    def test_one_that_is_over_is_not_handed_back_once_more(self, db, loaded):
        person, label, two = taken_up(db, loaded)
        voted(db, loaded, label, two, "refuse", "criteria-not-met")
        moved = select(AuditEntry.id).where(AuditEntry.action == Action.LABEL_MOVED.value)
        before = len(db.scalars(moved).all())

        erase(db, loaded, person)

        assert (label.state, label.person_id) == ("refused", None)
        assert len(db.scalars(moved).all()) == before

    def test_a_draft_goes_too(self, db, loaded):
        person, label = complete(db, loaded)

        erase(db, loaded, person)

        assert (label.state, label.person_id) == ("voluntarily_withdrawn", None)
        assert yearly.compute(db, year=NOW.year)["labels"]["handed_back"] == 0


class TestTheDeskOfTheRegister:
    """One administrator alone changes no label, unless a key was stolen."""

    def change(self, db, loaded, label, act, **reason):
        getattr(withdrawing, act)(
            db,
            row=crediting.current(db, label=label),
            actor_id=None,
            ring=loaded.ring,
            origin="",
            now=NOW,
            **reason,
        )

    @pytest.mark.parametrize(("act", "reason"), [("revoke", "fraud"), ("suspend", "under-review")])
    def test_neither_withdraws_nor_suspends_one(self, db, loaded, act, reason):
        _person, label, _two = awarded(db, loaded)

        with pytest.raises(LabelDecidedElsewhereError):
            self.change(db, loaded, label, act, reason=reason)

    def test_nor_brings_back_what_a_committee_suspended_even_after_a_stolen_key(self, db, loaded):
        _person, label, two = awarded(db, loaded)
        self.change(db, loaded, label, "suspend", reason="key-compromise")
        announced(db, loaded, label, two[0], is_urgent=True)
        voted(db, loaded, label, two, "suspend", "fraud-inquiry")

        with pytest.raises(LabelDecidedElsewhereError):
            self.change(db, loaded, label, "reinstate")

    def test_sets_it_aside_while_a_key_is_looked_into_and_brings_it_back(self, db, loaded):
        _person, label, _two = awarded(db, loaded)
        self.change(db, loaded, label, "suspend", reason="key-compromise")
        assert credential(db, label) == ("suspended", "key-compromise")

        self.change(db, loaded, label, "reinstate")

        assert credential(db, label) == ("active", None)
