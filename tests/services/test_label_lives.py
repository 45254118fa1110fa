"""Anybody tries anything with one label, through the services and on a real database: what the books say stays true.

The machine of the plain package is tried the same way in `tests/domain/test_label_machine.py`, where the test keeps the books
itself; here the room keeps them, and the test keeps its own account of who voted on what.
"""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from app.errors import AppError
from app.identity.models import Activity
from app.labels.models import LabelEvent, LabelNotice
from app.labels.services import applying, clock, crediting, deciding, dossiers, ending, gathering, queues, watching
from certificates.dates import day_in_paris
from certificates.errors import LabelError
from certificates.label_rules.dossier import HELD, IN_FORCE, LIVING, State
from certificates.label_rules.machine import TRANSITIONS, Actor, Seat, open_transitions
from tests.services.label_builders import NOW, answered, complete, office, officers

#: After these the votes that were cast still stand.
HARMLESS = {"extend", "announce_pause", "forget_pause"}
ENDS = {"end", "withdraw"}
AWARDS = {"award", "renew", "award_on_appeal", "renew_on_appeal"}


class Lives(RuleBasedStateMachine):
    """One person with everything that a label asks for, and six officers, three of whom would sit on a panel."""

    db = loaded = person = label = staff = None

    @initialize(is_given=st.sampled_from((True, True, False)))
    def begin(self, is_given):
        self.savepoint = self.db.begin_nested()
        self.now, self.read, self.cast = NOW, 0, {}
        self.was_drawn = self.owes_audit = False
        if is_given:
            self.holder("submit", chance=0.9)
            self.officer("take_up", 0)
            for rank in (0, 1):
                self.ballot("award", "criteria-met", rank)

    def teardown(self):
        if hasattr(self, "savepoint"):
            self.savepoint.rollback()
            self.db.expire_all()

    @rule(chance=st.integers(0, 40), rank=st.integers(0, 5), drawn=st.booleans())
    def go_on(self, chance, rank, drawn):
        """Take one of the steps that are open to anybody."""
        given = gathering.gather(self.db, label=self.label, ring=self.loaded.ring, now=self.now)
        dossier = dossiers.dossier_of(self.db, label=self.label, findings=given.findings, activity=given.activity)
        rules, on = dossiers.rules_of(self.label), day_in_paris(self.now)
        steps = [(name, actor) for actor in Actor for name in open_transitions(dossier, actor, rules, on=on)]
        # What ends everything is tried now and then only, or lives would be short.
        steps = [(name, actor) for name, actor in steps if name not in ENDS or rank == 5] or steps
        if not steps:
            return
        name, actor = steps[chance % len(steps)]
        reasons, notice = TRANSITIONS[name].reasons, dossiers.open_notice(self.db, label=self.label)
        reason = notice.ground if notice is not None and notice.ground in reasons else reasons[chance % len(reasons)]
        if actor is Actor.HOLDER:
            self.holder(name, chance=0.0 if drawn else 0.9)
        elif actor is Actor.OFFICER:
            self.officer(name, rank, reason)
        elif actor is Actor.TWO_OFFICERS:
            self.two_officers(name, rank)
        elif actor in (Actor.COMMITTEE, Actor.PANEL):
            self.ballot(name, reason, rank)

    @rule(rank=st.integers(0, 5), name=st.sampled_from(("award", "refuse", "renew", "suspend", "reinstate", "revoke")))
    def vote_at_random(self, rank, name):
        self.ballot(name, TRANSITIONS[name].reasons[0], rank)

    @rule(rank=st.integers(0, 5))
    def vote_with_the_others(self, rank):
        """What most decisions look like: somebody joins a vote that waits."""
        waiting = deciding.votes_of(self.db, label=self.label)
        if waiting:
            self.ballot(waiting[-1].transition, waiting[-1].reason, rank)

    @rule(days=st.sampled_from((1, 16, 91, 200)), activity=st.sampled_from(Activity))
    def time_passes(self, days, activity):
        self.now += timedelta(days=days)
        answered(self.db, activity=activity, now=self.now)
        self.act(lambda: clock.turn(self.db, ring=self.loaded.ring, secret="", origin="", now=self.now))

    def holder(self, name, *, chance):
        given = {"person_id": self.person.id, "ring": self.loaded.ring, "now": self.now}
        if name in ("submit", "apply_again"):
            if self.act(lambda: applying.submit(self.db, chance=chance, origin="", **given)):
                self.was_drawn = (
                    self.was_drawn or chance == 0.0
                )  # what was drawn once is audited each time that it comes
                self.owes_audit = self.was_drawn
                assert self.label.audit == ("drawn" if self.owes_audit else "not-drawn")
        elif name == "answer_notice":
            self.act(lambda: watching.answer(self.db, text="Non.", **given))
        elif name in ("appeal", "appeal_return"):
            self.act(lambda: watching.appeal(self.db, text="Je conteste.", origin="", **given))
        else:
            reason = TRANSITIONS[name].reasons[0]
            self.act(lambda: applying.step(self.db, transition=name, reason=reason, **given))

    def officer(self, name, rank, reason=""):
        common = {"label": self.label, "actor_id": self.staff[rank].id, "now": self.now}
        given = {**common, "ring": self.loaded.ring}
        calls = {
            "take_up": lambda: deciding.take_up(self.db, **given),
            "ask_again": lambda: deciding.ask_again(self.db, reason=reason, note="", origin="", **given),
            "audit": lambda: deciding.audit_proofs(self.db, refused=frozenset(), note="", **given),
            "extend": lambda: deciding.extend(
                self.db, months=1, reason=reason, **common, **office(self.db, self.loaded)
            ),
            "drop_notice": lambda: watching.drop(self.db, reason=reason, origin="", **given),
            **dict.fromkeys(("announce_suspension", "announce_revocation"), lambda: self.announce(rank, reason)),
        }
        if self.act(calls[name]) and name == "audit":
            self.owes_audit = False

    def announce(self, rank, ground):
        watching.announce(
            self.db,
            label=self.label,
            ground=ground,
            text="Un fait daté.",
            is_urgent=rank % 2 == 0,
            actor_id=self.staff[rank].id,
            ring=self.loaded.ring,
            origin="",
            now=self.now,
        )

    def two_officers(self, name, rank):
        one, other = self.staff[rank].id, self.staff[(rank + 1) % 6].id
        given = {"label": self.label, "transition": name, "now": self.now}
        if self.act(lambda: ending.propose(self.db, actor_id=one, **given)):
            before = self.label.state
            with pytest.raises(AppError):
                ending.carry_out(self.db, actor_id=one, ring=self.loaded.ring, **given)
            assert self.label.state == before
            self.act(lambda: ending.carry_out(self.db, actor_id=other, ring=self.loaded.ring, **given))
            if self.label.ending_proposed_by is not None:
                ending.drop(self.db, label=self.label, actor_id=one, now=self.now)

    def ballot(self, name, reason, rank):
        actor = TRANSITIONS[name].actor
        seat = list(Seat)[rank % 3] if actor is Actor.PANEL else None
        before, cast = len(self.events()), dict(self.cast)
        cast[self.staff[rank].id] = name
        voted = self.act(
            lambda: deciding.vote(
                self.db,
                label=self.label,
                transition=name,
                reason=reason,
                note="",
                actor_id=self.staff[rank].id,
                seat=seat,
                now=self.now,
                **office(self.db, self.loaded),
            )
        )
        if not voted:
            return
        done = self.events()[before:]
        if not done:
            self.cast = cast
            return
        for_it = [person for person, wanted in cast.items() if wanted == done[0].transition]
        assert len(for_it) >= 2, f"{done[0].transition} decided by {len(for_it)} who could read what it was about"
        assert done[0].actor == actor.value
        if AWARDS & {event.transition for event in done}:
            assert not self.owes_audit
            self.was_drawn = False
        self.cast = {}

    def act(self, call):
        """Try; what is refused leaves everything as it was. Return whether it was let happen."""
        with self.db.begin_nested() as attempt:
            try:
                call()
            except (LabelError, AppError):
                attempt.rollback()
                self.db.expire_all()
                return False
        self.db.flush()
        events = self.events()
        fresh, self.read = events[self.read :], len(events)
        answers = [
            event
            for event in events
            if event.transition in ("announce_suspension", "announce_revocation", "answer_notice")
        ]
        for event in fresh:
            is_more = event.transition == "answer_notice" and answers[-2].transition == "answer_notice"
            if event.transition not in HARMLESS and not is_more:
                self.cast = {}
        return True

    def events(self):
        rows = select(LabelEvent).where(LabelEvent.label_id == self.label.id).order_by(LabelEvent.id)
        return self.db.scalars(rows).all()

    @invariant()
    def each_step_begins_where_the_former_ended(self):
        states = ["draft", *(event.to_state for event in self.events())]
        assert [event.from_state for event in self.events()] == states[:-1]
        assert self.label.state == states[-1]

    @invariant()
    def a_notice_runs_only_on_a_label_that_is_held(self):
        running = select(LabelNotice.id).where(LabelNotice.closed_at.is_(None)).order_by(LabelNotice.id)
        open_ones = self.db.scalars(running).all()
        assert len(open_ones) <= (1 if self.label.state in HELD else 0)
        assert len(queues.queues(self.db).notices) == len(open_ones)

    @invariant()
    def nothing_waits_of_a_label_that_is_over(self):
        if self.label.state not in LIVING:
            found = queues.queues(self.db)
            assert not [*found.applications, *found.audits, *found.renewals, *found.appeals, *found.suspended]

    @invariant()
    def the_credential_says_what_the_label_is(self):
        row = crediting.current(self.db, label=self.label)
        state = State(self.label.state)
        if row is None:
            assert state not in HELD
        elif state in IN_FORCE:
            assert row.status == "active" or self.label.ends_on < day_in_paris(self.now)
        elif state in (State.SUSPENDED, State.DORMANT):
            assert row.status == "suspended"
        elif state is State.ENDED:
            assert row.status in ("suspended", "revoked")
        elif state in (State.VOLUNTARILY_WITHDRAWN, State.UPHELD):
            assert row.status == "revoked"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_whatever_is_tried_the_books_stay_true(db, loaded):
    person, label = complete(db, loaded)
    staff = officers(db, 6)
    db.flush()
    machine = type(
        "LivesHere", (Lives,), {"db": db, "loaded": loaded, "person": person, "label": label, "staff": staff}
    )

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            phases=(Phase.generate,),  # a life that fails is short enough to read, and shrinking it would take minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
